//! The answer to a call that failed, and the head of any other answer.

use lunas_vocab::ReferenceNo;

use crate::code::{Failure, MESSAGE_MAX, ResponseCode};
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// Response code and message. Every answer starts with them, so this reads the head of a successful one as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorAnswer {
    /// `responseCode`: decides; its first three digits are the HTTP status.
    pub code: ResponseCode,
    /// `responseMessage`: for people only.
    pub message: String,
    /// `referenceNo`: in an error a trace id for support, not a transaction.
    pub reference_no: Option<String>,
}

impl ErrorAnswer {
    /// The answer for a failure in a service, given as a [`Service`] or as two digits.
    pub fn new(service: impl AsRef<str>, failure: &Failure) -> Self {
        let code = Service::of_code(service.as_ref()).map(|service| failure.code(service));
        Self {
            code: code.unwrap_or_else(|| ResponseCode::new(service, failure.case)),
            message: failure.message(),
            reference_no: None,
        }
    }

    /// Reads the head of an answer. The message may be absent.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let code = body.parsed("responseCode", 8, |text| {
                ResponseCode::parse(text).ok_or("a response code has seven digits")
            });
            let message = body.text_optional("responseMessage", MESSAGE_MAX);
            let reference_no = body.text_optional("referenceNo", ReferenceNo::LENGTH_MAX);
            Some(Self { code: code?, message: message.unwrap_or_default(), reference_no })
        })
    }

    /// Writes the answer.
    pub fn write(&self) -> Value {
        Object::new()
            .with("responseCode", self.code.as_str())
            .with("responseMessage", self.message.as_str())
            .with_some("referenceNo", self.reference_no.as_deref())
            .into()
    }
}
