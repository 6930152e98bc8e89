//! The answer to a call that failed, and the head of any other answer.

use lunas_vocab::ReferenceNo;

use super::message;
use crate::code::{Failure, MESSAGE_MAX, ResponseCode};
use crate::field::{self, Codec, FieldError, Kind, OrDefault, Part as _, Reader};
use crate::json::Value;
use crate::service::Service;

message! {
    /// Response code and message. Every answer starts with them, so this reads the head of a successful one as well.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ErrorAnswer: part {
        /// decides; its first three digits are the HTTP status
        pub code: ResponseCode => "responseCode";
        /// for people only
        pub message: String as OrDefault<String> => "responseMessage", max MESSAGE_MAX;
        /// a trace id for support, not a transaction
        pub reference_no: Option<String> => "referenceNo", max ReferenceNo::LENGTH_MAX;
    }
}

impl Codec for ResponseCode {
    type Value = Self;
    const KIND: Kind = Kind::Text;
    const LENGTH_MAX: Option<usize> = Some(7);
    const EXAMPLE: Option<&'static str> = Some("2005400");

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        from.parsed(name, max, |text| ResponseCode::parse(text).ok_or("a response code has seven digits"))
    }

    fn write(code: &Self) -> Option<Value> {
        Some(code.as_str().into())
    }
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
        field::read_leniently(body, Self::read_members)
    }

    /// Writes the answer.
    pub fn write(&self) -> Value {
        self.to_message().into()
    }
}
