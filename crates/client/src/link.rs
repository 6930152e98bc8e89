//! What the calls about linked accounts ask and answer.

pub use lunas_snap::message::account_binding::{BindingAnswer, BindingRequest};
pub use lunas_snap::message::account_inquiry::{InquiryAnswer, InquiryRequest, PaymentOption};
pub use lunas_snap::message::account_unbinding::{UnbindingAnswer, UnbindingRequest};
pub use lunas_snap::message::auth_code::Returned;
pub use lunas_snap::message::debit_payment::LinkedOption;

/// Whose account is to be linked, and where the customer comes back to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

impl ConsentRequest {
    /// A request in English: where the customer comes back to, the merchant's payment handle, what nobody can guess, and the
    /// customer's number.
    pub fn new(
        redirect_url: impl Into<String>,
        payment_handle: impl Into<String>,
        state: impl Into<String>,
        mobile_number: impl Into<String>,
    ) -> Self {
        Self {
            redirect_url: redirect_url.into(),
            payment_handle: payment_handle.into(),
            state: state.into(),
            language: "en".to_owned(),
            mobile_number: mobile_number.into(),
        }
    }

    /// The page's language: `en` or `id`.
    #[must_use]
    pub fn language(self, language: impl Into<String>) -> Self {
        Self { language: language.into(), ..self }
    }
}
