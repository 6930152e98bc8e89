//! Account binding (07): a merchant exchanges the code that a customer's consent gave it for the account's token.

use lunas_vocab::Secret;

use super::success;
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// The only grant there is.
const GRANT_TYPE: &str = "AUTHORIZATION_CODE";
/// The most characters of a grant type or of the merchant's payment handle.
pub(super) const TEXT_MAX: usize = 64;
/// The most characters of a code.
const CODE_MAX: usize = 256;
/// The most characters of a token.
pub(super) const TOKEN_MAX: usize = 2048;

/// A code to exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingRequest {
    /// `merchantId`: the merchant's payment handle, a UUID, and not its MID.
    pub payment_handle: String,
    /// `authCode`: as it came to the merchant's redirect URL.
    pub auth_code: Secret<String>,
}

impl BindingRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let payment_handle = body.text("merchantId", TEXT_MAX);
            let auth_code = body.text("authCode", CODE_MAX);
            let name = body.first_of(&["grantType", "grant_type"]);
            let grant_type = body.parsed(name, TEXT_MAX, |grant| match grant {
                GRANT_TYPE => Ok(()),
                _ => Err("the only grant type is AUTHORIZATION_CODE"),
            });
            grant_type?;
            Some(Self { payment_handle: payment_handle?, auth_code: Secret::new(auth_code?) })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        Object::new()
            .with("merchantId", self.payment_handle.as_str())
            .with("authCode", self.auth_code.expose().as_str())
            .with("grantType", GRANT_TYPE)
            .into()
    }
}

/// The account is linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingAnswer {
    /// `referenceNo`: a trace id for support.
    pub reference_no: String,
    /// `accessTokenInfo.accessToken`: what the account is charged with. It lasts until the account is unlinked.
    pub access_token: Secret<String>,
}

impl BindingAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let reference_no = body.text_optional("referenceNo", TEXT_MAX).unwrap_or_default();
            let access_token = body.object("accessTokenInfo", |info| info.text("accessToken", TOKEN_MAX));
            Some(Self { reference_no, access_token: Secret::new(access_token?) })
        })
    }

    /// Writes a successful answer.
    pub fn write(&self) -> Value {
        success(Service::AccountBinding)
            .with("referenceNo", self.reference_no.as_str())
            .with("accessTokenInfo", Object::new().with("accessToken", self.access_token.expose().as_str()))
            .into()
    }
}
