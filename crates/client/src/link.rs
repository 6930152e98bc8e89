//! What the calls about linked accounts ask and answer.

pub use lunas_snap::message::account_binding::{BindingAnswer, BindingRequest};
pub use lunas_snap::message::account_inquiry::{InquiryAnswer, InquiryRequest, PaymentOption};
pub use lunas_snap::message::account_unbinding::{UnbindingAnswer, UnbindingRequest};
pub use lunas_snap::message::auth_code::Returned;
pub use lunas_snap::message::debit_payment::LinkedOption;

/// Whose account is to be linked, and where the customer comes back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRequest {
    /// Where the customer comes back to; the gateway knows the URL from the merchant's registration.
    pub redirect_url: String,
    /// The merchant's payment handle, a UUID, and not its MID.
    pub payment_handle: String,
    /// Up to 32 characters that nobody can guess; [`Returned::read`] compares them.
    pub state: String,
    /// `en` or `id`.
    pub language: String,
    /// The customer's number, with its country code.
    pub mobile_number: String,
}
