//! What came back: an answer to read, and the whole exchange to look at.

use lunas_snap::code::ResponseCode;
use lunas_snap::service::Service;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer of the gateway.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

/// A call as it was sent, and its answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// Method and path.
    pub request_line: String,
    /// The headers, in the order they were sent.
    pub request_headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub request_body: Vec<u8>,
    /// What came back.
    pub answer: Answer,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// The text at a JSON pointer such as `/additionalInfo/validUpTo`.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub fn text_at(&self, pointer: &str) -> String {
        text_at(&self.json(), pointer)
    }

    /// A header's text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// `responseCode`.
    pub fn code(&self) -> String {
        self.text_at("/responseCode")
    }

    /// Proves that the service at `path` is known to answer with this code.
    pub(crate) fn check_case_of(&self, path: &str) {
        let path = path.split('?').next().unwrap_or_default();
        let Some(service) = Service::find(path).filter(|service| service.inbound()) else { return };
        let Ok(body) = serde_json::from_slice::<Value>(&self.body) else { return };
        let code = body["responseCode"].as_str().and_then(ResponseCode::parse);
        let case = code.as_ref().and_then(ResponseCode::case);
        assert!(
            case.is_some_and(|case| service.cases().contains(&case)),
            "{} is not among the cases of {service:?} in lunas_snap::code; add it there, and to docs/response-codes.md",
            body["responseCode"],
        );
    }

    /// Status, code and message on one line.
    ///
    /// # Panics
    ///
    /// When the HTTP status is not the one that the code begins with.
    pub fn verdict(&self) -> String {
        let code = self.code();
        assert!(code.starts_with(&self.status.to_string()), "HTTP {} with the code {code}", self.status);
        format!("{code} {}", self.text_at("/responseMessage"))
    }
}

pub(crate) fn text_at(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        _ => panic!("there is no text at {pointer} in {value}"),
    }
}
