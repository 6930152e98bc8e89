//! Response codes: HTTP status, service and case in seven digits, and the words that go with them.
//!
//! The cases are those of the standard's generic table, with its misspellings put right.
//! [`Service::cases`](crate::service::Service::cases) has those that Lunas itself answers with; which rule of business
//! leads to which of them is decided elsewhere.

mod answered;
mod case;
#[cfg(test)]
mod tests;

pub use case::Case;

use std::fmt;

use crate::service::Service;

/// The most characters of `responseMessage`.
pub const MESSAGE_MAX: usize = 150;

/// Seven digits: HTTP status (3), service (2), case (2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResponseCode(String);

impl ResponseCode {
    /// The code of a case in a service. A [`Service`] is taken, or its two digits; what is not two digits becomes
    /// `00`, which belongs to no service and serves for calls to a path that has none.
    pub fn new(service: impl AsRef<str>, case: Case) -> Self {
        let service = service.as_ref();
        let is_code = service.len() == 2 && service.bytes().all(|byte| byte.is_ascii_digit());
        let service = if is_code { service } else { "00" };
        Self(format!("{}{service}{}", case.http(), case.digits()))
    }

    /// Reads a code as gateways write it: seven digits, or eight of which the last is a stray zero.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        match text.len() {
            7 => Some(Self(text.to_owned())),
            8 => text.strip_suffix('0').map(|seven| Self(seven.to_owned())),
            _ => None,
        }
    }

    /// The seven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTTP status the code claims.
    pub fn http(&self) -> u16 {
        self.0.as_bytes()[..3].iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0'))
    }

    /// The two digits of the service. Gateways are known to send those of another service.
    pub fn service(&self) -> &str {
        &self.0[3..5]
    }

    /// The two digits of the case.
    pub fn case_digits(&self) -> &str {
        &self.0[5..]
    }

    /// The case, if the standard has it. The service plays no part.
    pub fn case(&self) -> Option<Case> {
        Case::of(self.http(), self.case_digits())
    }

    /// Whether the request was carried out (HTTP 2xx); it says nothing about the state of the payment.
    pub fn is_success(&self) -> bool {
        self.0.starts_with('2')
    }
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A case with what is particular about this one: a field, a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The case of the standard.
    pub case: Case,
    /// The field's name or the reason, as it will be read by the partner's engineers.
    pub detail: Option<String>,
    /// After how many seconds the call is worth repeating, where that is known: what `Retry-After` says.
    pub retry_after_seconds: Option<u64>,
}

impl Failure {
    /// The case alone.
    pub const fn new(case: Case) -> Self {
        Self { case, detail: None, retry_after_seconds: None }
    }

    /// The case with its field or reason.
    pub fn with(case: Case, detail: impl Into<String>) -> Self {
        Self { case, detail: Some(detail.into()), retry_after_seconds: None }
    }

    /// The response code in a service, as the service's list has it.
    pub fn code(&self, service: Service) -> ResponseCode {
        let is_inside = self.case == Case::InternalServerError;
        let case = if is_inside { service.failed_inside() } else { self.case };
        ResponseCode::new(service, case)
    }

    /// `responseMessage`: the standard's words and the detail, at most [`MESSAGE_MAX`] characters.
    pub fn message(&self) -> String {
        let words = self.case.message();
        let Some(detail) = self.detail.as_deref().filter(|detail| !detail.is_empty()) else {
            return words.to_owned();
        };
        let names_a_field = matches!(self.case, Case::InvalidFieldFormat | Case::InvalidMandatoryField);
        let joint = if names_a_field { " " } else { ". " };
        shorten(format!("{words}{joint}{detail}"))
    }
}

impl From<Case> for Failure {
    fn from(case: Case) -> Self {
        Self::new(case)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

/// Cuts a text to what `responseMessage` holds, with an ellipsis where something is missing.
fn shorten(mut text: String) -> String {
    if text.chars().count() > MESSAGE_MAX {
        let end = text.char_indices().nth(MESSAGE_MAX - 1).map_or(text.len(), |(at, _)| at);
        text.truncate(end);
        text.push('…');
    }
    text
}
