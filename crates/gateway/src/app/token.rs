//! B2B access tokens: JWTs of the gateway's own, so that no look-up stands between a token and its client, and any
//! node that shares the keys honours them.
//!
//! They are authenticated by HMAC rather than RSA: only the gateway reads them, and checking costs a microsecond.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use lunas_vocab::{ClientId, Secret, Timestamp};
use serde::{Deserialize, Serialize};

use super::App;
use crate::env::HEX;

/// `{"typ":"JWT","alg":"HS256"}`, the only header these tokens have.
const HEADER: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    iat: i64,
    exp: i64,
    jti: String,
}

/// Why a token names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// It is not one of this gateway's tokens.
    Unknown,
    /// It was, until then.
    Expired(Timestamp),
}

impl App {
    /// A token for `client` from now on.
    pub fn token_issue(&self, client: &ClientId) -> Secret<String> {
        let issued = self.env.now().ms() / 1000;
        let claims = Claims {
            iss: "lunas".to_owned(),
            sub: client.to_string(),
            iat: issued,
            exp: issued + i64::try_from(self.config.security.token_life_seconds).unwrap_or(i64::MAX),
            jti: self.env.text(HEX, 16),
        };
        let claims = serde_json::to_vec(&claims).expect("texts and numbers always serialise");
        let signed = format!("{HEADER}.{}", BASE64URL.encode(claims));
        let tag = hmac::sign(self.keys.token(), signed.as_bytes());
        Secret::new(format!("{signed}.{}", BASE64URL.encode(tag.as_ref())))
    }

    /// The client a token names, if the token is one of ours and still lives.
    pub fn token_check(&self, token: &str) -> Result<ClientId, TokenError> {
        let (signed, tag) = token.rsplit_once('.').ok_or(TokenError::Unknown)?;
        let tag = BASE64URL.decode(tag).map_err(|_| TokenError::Unknown)?;
        hmac::verify(self.keys.token(), signed.as_bytes(), &tag).map_err(|_| TokenError::Unknown)?;
        let (HEADER, claims) = signed.split_once('.').ok_or(TokenError::Unknown)? else {
            return Err(TokenError::Unknown);
        };
        let claims = BASE64URL.decode(claims).map_err(|_| TokenError::Unknown)?;
        let claims: Claims = serde_json::from_slice(&claims).map_err(|_| TokenError::Unknown)?;
        let expires = Timestamp::from_ms(claims.exp.saturating_mul(1000));
        if self.env.now() >= expires {
            return Err(TokenError::Expired(expires));
        }
        ClientId::new(claims.sub).map_err(|_| TokenError::Unknown)
    }
}
