//! Access token B2B (73): a client asks for the token that its calls carry.

use lunas_vocab::Secret;

use super::success;
use crate::field::{self, FieldError};
use crate::json::{Object, Value};
use crate::service::Service;

/// The only grant there is.
const GRANT_TYPE: &str = "client_credentials";
/// The most characters of a grant type.
const GRANT_TYPE_MAX: usize = 64;
/// The most characters of a token.
const TOKEN_MAX: usize = 2048;
/// How long a token lives when the answer does not say, in seconds.
const EXPIRES_IN_S: u32 = 900;

/// Asks for a token. Who asks stands in the headers, so the body says the grant type and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRequest;

impl TokenRequest {
    /// Reads a request; SDKs spell the field in snake case.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, |body| {
            let name = body.first_of(&["grantType", "grant_type"]);
            body.parsed(name, GRANT_TYPE_MAX, |grant| match grant {
                GRANT_TYPE => Ok(Self),
                _ => Err("the only grant type is client_credentials"),
            })
        })
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        Object::new().with("grantType", GRANT_TYPE).into()
    }
}

/// The token and its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenAnswer {
    /// `accessToken`: opaque to the client.
    pub access_token: Secret<String>,
    /// `expiresIn`: seconds from now until it is refused.
    pub expires_in_s: u32,
}

impl TokenAnswer {
    /// Reads an answer. A life that is not said or cannot be read is that of the contract, 900 seconds.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, |body| {
            let access_token = body.text("accessToken", TOKEN_MAX);
            let expires_in_s = body.id_optional("expiresIn", 10);
            Some(Self {
                access_token: Secret::new(access_token?),
                expires_in_s: expires_in_s.unwrap_or(EXPIRES_IN_S),
            })
        })
    }

    /// Writes the answer.
    pub fn write(&self) -> Value {
        success(Service::AccessTokenB2b)
            .with("accessToken", self.access_token.expose().as_str())
            .with("tokenType", "Bearer")
            .with("expiresIn", self.expires_in_s.to_string())
            .into()
    }
}
