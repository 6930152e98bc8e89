//! The calls about authorizations: money of a linked account is reserved first, and taken or given back later.

use lunas_snap::service::Service;
use lunas_vocab::Secret;

use super::{CallOptions, Client};
use crate::Error;
use crate::authorization::{
    AuthPaymentAnswer, AuthPaymentRequest, AuthQueryAnswer, AuthQueryRequest, CaptureAnswer, CaptureRequest,
    RefundAnswer, RefundRequest, VoidAnswer, VoidRequest,
};
use crate::retry::Effect;

impl Client {
    /// Has money of a linked account reserved. The contract wants a
    /// [`device_id`](CallOptions::device_id) with it.
    pub async fn authorize(
        &self,
        customer_token: &Secret<String>,
        request: &AuthPaymentRequest,
        options: CallOptions,
    ) -> Result<AuthPaymentAnswer, Error> {
        let options = options.for_customer(customer_token.clone());
        let (service, effect) = (Service::AuthPayment, Effect::Changes);
        self.call(service, effect, &request.write(), options, AuthPaymentAnswer::read).await
    }

    /// Asks what became of an authorization. Nobody is notified of one, so this is the way to know.
    pub async fn authorization(&self, request: &AuthQueryRequest) -> Result<AuthQueryAnswer, Error> {
        let options = CallOptions::default();
        self.call(Service::AuthQuery, Effect::Reads, &request.write(), options, AuthQueryAnswer::read).await
    }

    /// Takes what is reserved, all of it. A capture under the same number is made once.
    pub async fn capture(
        &self,
        request: &CaptureRequest,
        options: CallOptions,
    ) -> Result<CaptureAnswer, Error> {
        self.call(Service::AuthCapture, Effect::Changes, &request.write(), options, CaptureAnswer::read).await
    }

    /// Gives back what is reserved, before it is captured. A void under the same number is made once.
    pub async fn void(&self, request: &VoidRequest, options: CallOptions) -> Result<VoidAnswer, Error> {
        self.call(Service::AuthVoid, Effect::Changes, &request.write(), options, VoidAnswer::read).await
    }

    /// Gives back what was captured, or a part of it. A refund under the same number is made once.
    pub async fn refund_captured(
        &self,
        request: &RefundRequest,
        options: CallOptions,
    ) -> Result<RefundAnswer, Error> {
        self.call(Service::AuthRefund, Effect::Changes, &request.write(), options, RefundAnswer::read).await
    }
}
