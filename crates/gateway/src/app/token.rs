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
use super::proven::Proven;
use crate::env::HEX;

/// `{"typ":"JWT","alg":"HS256"}`, the only header these tokens have.
const HEADER: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9";

/// Characters of a token's last part: a MAC of 32 bytes.
pub(super) const TAG_LEN: usize = 43;

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

/// Whether a token that is none looks like the beginning of one.
pub fn is_cut(token: &str) -> bool {
    if token.len() < HEADER.len() {
        // What says no more than JSON in base64 may be anything.
        return token.len() > 2 && HEADER.starts_with(token);
    }
    let mut parts = token.strip_prefix(HEADER).unwrap_or(".x.").split('.').skip(1);
    parts.next();
    token.starts_with(HEADER) && parts.next().is_none_or(|tag| tag.len() < TAG_LEN)
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
        let Proven { client, expires } = match self.proven_tokens.find(token) {
            Some(proven) => proven,
            None => {
                let proven = self.proven(token).ok_or(TokenError::Unknown)?;
                self.proven_tokens.add(token, proven.clone());
                proven
            }
        };
        if self.env.now() >= expires { Err(TokenError::Expired(expires)) } else { Ok(client) }
    }

    /// What a token says, if it is one of ours.
    fn proven(&self, token: &str) -> Option<Proven> {
        let (signed, tag) = token.rsplit_once('.')?;
        let tag = BASE64URL.decode(tag).ok()?;
        hmac::verify(self.keys.token(), signed.as_bytes(), &tag).ok()?;
        let (HEADER, claims) = signed.split_once('.')? else { return None };
        let claims: Claims = serde_json::from_slice(&BASE64URL.decode(claims).ok()?).ok()?;
        let expires = Timestamp::from_ms(claims.exp.saturating_mul(1000));
        Some(Proven { client: ClientId::new(claims.sub).ok()?, expires })
    }
}
