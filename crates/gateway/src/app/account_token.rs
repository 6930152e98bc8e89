//! Tokens of linked accounts: what a merchant charges a customer's account with.
//!
//! Like the access tokens they are authenticated here and kept nowhere. Each names its link and the link's round, so
//! whoever checks one reads the link, and a link that is disabled ends its tokens at once. A token is never enough: the
//! calls that carry one are signed by the merchant it belongs to.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use lunas_domain::ledger::PayOption;
use lunas_domain::link::Link;
use lunas_vocab::{ReferenceNo, Secret, Timestamp, hex};

use super::App;
use super::token::{TAG_LEN, TokenError};
use crate::env::ALPHANUMERIC;

/// How long an option's token counts: long enough for a checkout, short enough that merchants ask before each charge.
pub const OPTION_TOKEN_LIFE: Duration = Duration::from_mins(30);
/// Characters of an authorisation code: 190 bits.
const CODE_LEN: usize = 32;
/// Characters by which two tokens of the same option differ.
const SALT_LEN: usize = 8;
/// What the MAC of each kind covers first, so that no token passes for one of another kind.
const ACCOUNT: &str = "account";
const OPTION: &str = "option";

/// The link that a token names, in the round in which it was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkClaim {
    /// The link.
    pub reference_no: ReferenceNo,
    /// The round.
    pub round: u32,
}

impl LinkClaim {
    /// Whether the token counts for the link as it stands.
    pub fn is_of(&self, link: &Link) -> bool {
        self.reference_no == link.reference_no && self.round == link.round
    }
}

impl App {
    /// A new code for a merchant to exchange once, and the hash under which it is kept.
    pub fn auth_code(&self) -> (Secret<String>, String) {
        let code = self.env.text(ALPHANUMERIC, CODE_LEN);
        let hash = code_hash(&code);
        (Secret::new(code), hash)
    }

    /// The customer token of a link: the same for as long as the link stays enabled.
    pub fn account_token(&self, link: &Link) -> Secret<String> {
        self.token_of(ACCOUNT, &format!("{}:{}", link.reference_no, link.round))
    }

    /// The link a customer token names, if the token is one of ours. Whether it still counts, the link knows.
    pub fn account_token_check(&self, token: &str) -> Option<LinkClaim> {
        let claims = self.claims_of(ACCOUNT, token)?;
        let (reference_no, round) = claims.split_once(':')?;
        claim(reference_no, round)
    }

    /// Whether a token that is none of ours looks like the beginning of one.
    pub fn is_cut_account_token(&self, token: &str) -> bool {
        let tag = token.split_once('.').map_or("", |(_, tag)| tag);
        let is_ours = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        is_ours && token.len() >= TAG_LEN / 2 && tag.len() < TAG_LEN
    }

    /// A token for one option of a linked account. No two are alike.
    pub fn option_token(&self, link: &Link, option: PayOption) -> Secret<String> {
        let until = self.env.now().plus(OPTION_TOKEN_LIFE).ms();
        let (round, word, salt) = (link.round, option.word(), self.env.text(ALPHANUMERIC, SALT_LEN));
        self.token_of(OPTION, &format!("{}:{round}:{word}:{until}:{salt}", link.reference_no))
    }

    /// The link and the option that an option's token names, if it is one of ours and still counts.
    pub fn option_token_check(&self, token: &str) -> Result<(LinkClaim, PayOption), TokenError> {
        let claims = self.claims_of(OPTION, token).ok_or(TokenError::Unknown)?;
        let mut parts = claims.split(':');
        let mut part = || parts.next().ok_or(TokenError::Unknown);
        let claim = claim(part()?, part()?).ok_or(TokenError::Unknown)?;
        let option = PayOption::parse(part()?).ok_or(TokenError::Unknown)?;
        let until = part()?.parse().map(Timestamp::from_ms).map_err(|_| TokenError::Unknown)?;
        if self.env.now() >= until { Err(TokenError::Expired(until)) } else { Ok((claim, option)) }
    }

    fn token_of(&self, kind: &str, claims: &str) -> Secret<String> {
        let tag = hmac::sign(self.keys.token(), format!("{kind}\n{claims}").as_bytes());
        Secret::new(format!("{}.{}", BASE64URL.encode(claims), BASE64URL.encode(tag.as_ref())))
    }

    fn claims_of(&self, kind: &str, token: &str) -> Option<String> {
        let (claims, tag) = token.split_once('.')?;
        let (claims, tag) = (BASE64URL.decode(claims).ok()?, BASE64URL.decode(tag).ok()?);
        let claims = String::from_utf8(claims).ok()?;
        hmac::verify(self.keys.token(), format!("{kind}\n{claims}").as_bytes(), &tag).ok()?;
        Some(claims)
    }
}

fn claim(reference_no: &str, round: &str) -> Option<LinkClaim> {
    Some(LinkClaim { reference_no: ReferenceNo::new(reference_no).ok()?, round: round.parse().ok()? })
}

/// The hash under which a code is kept: SHA-256 in lower-case hexadecimal.
pub fn code_hash(code: &str) -> String {
    hex(digest(&SHA256, code.as_bytes()).as_ref())
}
