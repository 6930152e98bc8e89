//! The calls about linked accounts. By the contract none of them is repeated: an id that succeeded is refused.

use lunas_snap::message::auth_code::{query, seamless_data};
use lunas_snap::message::debit_payment::{PaymentAnswer, PaymentRequest};
use lunas_snap::service::Service;
use lunas_vocab::Secret;

use super::{CallOptions, Client};
use crate::Error;
use crate::link::{
    BindingAnswer, BindingRequest, ConsentRequest, InquiryAnswer, InquiryRequest, UnbindingAnswer,
    UnbindingRequest,
};
use crate::retry::Effect;

impl Client {
    /// The URL to send the customer's browser to. What comes back to the redirect URL is read by
    /// [`Returned::read`](crate::link::Returned::read).
    pub fn consent_url(&self, request: &ConsentRequest) -> String {
        let data = seamless_data(&request.mobile_number);
        let sign = self.inner.credentials.signing_key.sign(&data);
        let query = query(
            &request.redirect_url,
            &request.payment_handle,
            &request.state,
            &request.language,
            (&data, &sign),
        );
        let mut url = self.inner.base_url.clone();
        url.set_path(Service::AuthCode.path());
        url.query_pairs_mut().clear().extend_pairs(query);
        url.into()
    }

    /// Exchanges the code that the customer came back with for the account's token.
    pub async fn bind(&self, request: &BindingRequest, options: CallOptions) -> Result<BindingAnswer, Error> {
        let (service, effect) = (Service::AccountBinding, Effect::Changes);
        self.call(service, effect, &request.write(), options, BindingAnswer::read).await
    }

    /// Asks what a linked account can pay with. The tokens of its options are good for the next charge.
    pub async fn account(&self, customer_token: &Secret<String>) -> Result<InquiryAnswer, Error> {
        let body = InquiryRequest::default().write();
        let options = CallOptions::default().for_customer(customer_token.clone());
        self.call(Service::AccountInquiry, Effect::Reads, &body, options, InquiryAnswer::read).await
    }

    /// Unlinks an account; its token counts no more.
    pub async fn unbind(
        &self,
        customer_token: &Secret<String>,
        request: &UnbindingRequest,
        options: CallOptions,
    ) -> Result<UnbindingAnswer, Error> {
        let options = options.for_customer(customer_token.clone());
        let (service, effect) = (Service::AccountUnbinding, Effect::Changes);
        self.call(service, effect, &request.write(), options, UnbindingAnswer::read).await
    }

    /// Charges a linked account. The request names the option and its token; the answer says whether the customer has to
    /// enter the PIN.
    pub async fn pay_linked(
        &self,
        customer_token: &Secret<String>,
        request: &PaymentRequest,
        options: CallOptions,
    ) -> Result<PaymentAnswer, Error> {
        self.pay(request, options.for_customer(customer_token.clone())).await
    }
}
