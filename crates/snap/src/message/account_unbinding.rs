//! Account unbinding (09): a merchant gives an account's token back. Whose account it is stands in a header.

use super::account_binding::TEXT_MAX;
use super::success;
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// An account to unlink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnbindingRequest {
    /// `merchantId`: the merchant's payment handle, a UUID, and not its MID.
    pub payment_handle: String,
}

impl UnbindingRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| Some(Self { payment_handle: body.text("merchantId", TEXT_MAX)? }))
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        Object::new().with("merchantId", self.payment_handle.as_str()).into()
    }
}

/// The account is unlinked, and its token counts no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnbindingAnswer {
    /// `referenceNo`: a trace id for support.
    pub reference_no: String,
}

impl UnbindingAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            Some(Self { reference_no: body.text_optional("referenceNo", TEXT_MAX).unwrap_or_default() })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        success(Service::AccountUnbinding).with("referenceNo", self.reference_no.as_str()).into()
    }
}
