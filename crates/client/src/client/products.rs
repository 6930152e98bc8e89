//! The calls of QR codes and of virtual accounts, one row each.
//!
//! By the contract a call that makes something has the merchant's own id as its `X-EXTERNAL-ID`, so that id is sent
//! unless the caller brings another.

use lunas_snap::message::qr_cancel::{CancelAnswer, CancelRequest};
use lunas_snap::message::qr_generate::{GenerateAnswer, GenerateRequest};
use lunas_snap::message::qr_query::{QueryAnswer, QueryRequest};
use lunas_snap::message::qr_refund::{RefundAnswer, RefundRequest};
use lunas_snap::message::va_create::{CreateAnswer, CreateRequest};
use lunas_snap::message::va_delete::{DeleteAnswer, DeleteRequest};
use lunas_snap::message::va_inquiry::{InquiryAnswer, InquiryRequest};
use lunas_snap::message::va_report::{ReportAnswer, ReportRequest};
use lunas_snap::message::va_status::{StatusAnswer, StatusRequest};
use lunas_snap::service::Service;
use lunas_vocab::ExternalId;

use super::{CallOptions, Client};
use crate::Error;
use crate::retry::Effect;

impl Client {
    /// Makes a QR code for an order.
    pub async fn qr_generate(
        &self,
        request: &GenerateRequest,
        options: CallOptions,
    ) -> Result<GenerateAnswer, Error> {
        let options = named(options, request.partner_reference_no.as_ref());
        self.call(Service::QrGenerate, Effect::Changes, &request.write(), options, GenerateAnswer::read).await
    }

    /// Asks what became of a QR code.
    pub async fn qr_query(&self, request: &QueryRequest) -> Result<QueryAnswer, Error> {
        let options = CallOptions::default();
        self.call(Service::QrQuery, Effect::Reads, &request.write(), options, QueryAnswer::read).await
    }

    /// Calls off a QR code that nobody has paid.
    pub async fn qr_cancel(
        &self,
        request: &CancelRequest,
        options: CallOptions,
    ) -> Result<CancelAnswer, Error> {
        self.call(Service::QrCancel, Effect::Changes, &request.write(), options, CancelAnswer::read).await
    }

    /// Gives back what was paid by a QR code, or a part of it.
    pub async fn qr_refund(
        &self,
        request: &RefundRequest,
        options: CallOptions,
    ) -> Result<RefundAnswer, Error> {
        let options = named(options, Some(&request.partner_refund_no));
        self.call(Service::QrRefund, Effect::Changes, &request.write(), options, RefundAnswer::read).await
    }

    /// Makes a virtual account. The number in the answer counts; it may be another than the one asked for.
    pub async fn va_create(
        &self,
        request: &CreateRequest,
        options: CallOptions,
    ) -> Result<CreateAnswer, Error> {
        let options = named(options, Some(&request.trx_id));
        self.call(Service::VaCreate, Effect::Changes, &request.write(), options, CreateAnswer::read).await
    }

    /// Asks what became of a virtual account, or for a page of its payments.
    pub async fn va_status(&self, request: &StatusRequest) -> Result<StatusAnswer, Error> {
        let options = CallOptions::default();
        self.call(Service::VaStatus, Effect::Reads, &request.write(), options, StatusAnswer::read).await
    }

    /// Closes a virtual account that nobody has paid into.
    pub async fn va_delete(
        &self,
        request: &DeleteRequest,
        options: CallOptions,
    ) -> Result<DeleteAnswer, Error> {
        self.call(Service::VaDelete, Effect::Changes, &request.write(), options, DeleteAnswer::read).await
    }

    /// Asks, as a bank, what is due under a number that a customer has typed. Merchants may not.
    pub async fn va_inquire(&self, request: &InquiryRequest) -> Result<InquiryAnswer, Error> {
        let options = CallOptions::default();
        self.call(Service::VaInquiry, Effect::Reads, &request.write(), options, InquiryAnswer::read).await
    }

    /// Reports, as a bank, what a customer has paid into a virtual account. Merchants may not.
    pub async fn va_report(
        &self,
        request: &ReportRequest,
        options: CallOptions,
    ) -> Result<ReportAnswer, Error> {
        let options = named(options, Some(&request.payment_request_id));
        self.call(Service::VaPayment, Effect::Changes, &request.write(), options, ReportAnswer::read).await
    }
}

/// The options with the merchant's own id, unless the caller brings one.
fn named(options: CallOptions, own: Option<&impl AsRef<str>>) -> CallOptions {
    let own = own.and_then(|id| ExternalId::new(id.as_ref()).ok());
    CallOptions { external_id: options.external_id.or(own), ..options }
}
