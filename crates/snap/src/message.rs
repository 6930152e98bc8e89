//! The messages of each service, as types that are read from JSON and written to it.
//!
//! A request or a notification has the form the contract documents; reading takes every form that is documented or
//! seen, writing gives exactly one, or both names with equal values where the contract names one datum twice. What a
//! message means for a payment, and anything that needs the time of day, belongs to the domain.
//!
//! `read` of a request is strict and finds the first missing mandatory field before the first wrong format. `read` of
//! an answer or a notification takes what it can, because the sender is the gateway. An answer is read once its
//! response code, see [`error::ErrorAnswer`], says that the call succeeded.

pub mod account_binding;
pub mod account_inquiry;
pub mod account_notify;
pub mod account_unbinding;
pub mod auth_capture;
pub mod auth_code;
pub mod auth_payment;
pub mod auth_query;
pub mod auth_refund;
pub mod auth_void;
pub mod debit_cancel;
pub mod debit_notify;
pub mod debit_payment;
pub mod debit_refund;
pub mod debit_status;
pub mod error;
pub mod history;
pub mod history_detail;
pub mod history_list;
mod notification_text;
mod original;
pub mod qr_cancel;
pub mod qr_generate;
pub mod qr_notify;
pub mod qr_query;
pub mod qr_refund;
mod refund_entry;
#[cfg(test)]
mod tests;
pub mod token;
mod transaction_status;
mod used_option;
mod va_account;
pub mod va_bill;
pub mod va_create;
pub mod va_delete;
pub mod va_inquiry;
pub mod va_notify;
pub mod va_report;
pub mod va_status;

pub use notification_text::NotificationText;
pub use original::Original;
pub use refund_entry::RefundEntry;
pub use transaction_status::TransactionStatus;
pub use used_option::UsedOption;
pub use va_account::{CustomField, Holder};

use lunas_vocab::{ExternalId, Money, ReferenceNo};

use crate::code::{Case, ResponseCode};
use crate::field::Reader;
use crate::json::{Object, Value};
use crate::service::Service;

/// `value` with two decimals, and `currency`.
fn money(amount: Money) -> Value {
    Object::new().with("value", amount.to_decimal()).with("currency", amount.currency().code()).into()
}

/// The two members that open every successful answer.
fn success(service: Service) -> Object {
    Object::new()
        .with("responseCode", ResponseCode::new(service, Case::Successful).as_str())
        .with("responseMessage", Case::Successful.message())
}

/// `en` or `id`, from either in any case, or from `in`, which Java says for Indonesian.
fn language(text: &str) -> Result<String, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "en" => Ok("en".to_owned()),
        "id" | "in" => Ok("id".to_owned()),
        _ => Err("the languages are en and id"),
    }
}

/// Elements as a JSON array.
fn array<T>(elements: &[T], write: impl Fn(&T) -> Value) -> Value {
    Value::Array(elements.iter().map(write).collect())
}

/// The two ids by which a later call names the transaction it is about; a request has to give one of them.
fn originals(body: &Reader<'_>) -> (Option<ReferenceNo>, Option<ExternalId>) {
    if !body.has(REFERENCE_NO) && !places(body).iter().any(|place| place.has(EXTERNAL_ID)) {
        body.missing(if body.has(ORDER) { ORDER_ALONE } else { REFERENCE_NO });
    }
    (body.id_optional(REFERENCE_NO, ReferenceNo::LENGTH_MAX), original_external_id(body))
}

/// The `X-EXTERNAL-ID` of the original call.
fn original_external_id(body: &Reader<'_>) -> Option<ExternalId> {
    places(body).iter().find_map(|place| place.id_optional(EXTERNAL_ID, ExternalId::LENGTH_MAX))
}

const REFERENCE_NO: &str = "originalReferenceNo";
const EXTERNAL_ID: &str = "originalExternalId";
const ORDER: &str = "originalPartnerReferenceNo";
/// An order's id that is there is not passed over in silence. A merchant may open an order more than once, so it names no
/// transaction.
const ORDER_ALONE: &str =
    "originalReferenceNo or originalExternalId: originalPartnerReferenceNo alone does not tell which it is";

/// Where documents and samples put what belongs to the original call: the root and two objects below it.
fn places<'a>(body: &'a Reader<'_>) -> [Reader<'a>; 3] {
    [body.same(), body.section("additionalInfo"), body.section("additionalData")]
}
