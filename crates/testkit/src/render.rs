//! An exchange as text for a snapshot: every line that matters, and in place of what differs from run to run its name.

use serde_json::Value;

use crate::{Exchange, Gateway, Notification};

/// Headers of answers and notifications that say nothing about the gateway.
const TRANSPORT_HEADERS: [&str; 6] = ["accept", "content-length", "date", "host", "user-agent", "connection"];
/// A reference number begins with this, and is this long.
const REFERENCE: (&str, usize) = ("A12", 28);
/// A refund number begins with this, and is this long.
const REFUND: (&str, usize) = ("R12", 26);
/// How the numbers of captures and voids begin; they are as long as those of refunds.
const RESOLUTIONS: [&str; 2] = ["C12", "V12"];
/// Characters of the code that a link carries after the reference number.
const LINK_CODE_LEN: usize = 20;
/// Members of bodies whose values are made up, and what stands for them.
const MADE_UP: [(&str, &str); 6] = [
    ("accessToken", "<account token>"),
    ("authCode", "<auth code>"),
    ("chargeToken", "<account token>"),
    ("paymentOptionToken", "<option token>"),
    ("subMerchantId", "<point of purchase>"),
    ("token", "<option token>"),
];
/// Digits of a notification's id.
const NOTIFICATION_ID_LEN: usize = 29;

impl Exchange {
    /// Both sides: the call behind `>`, its answer behind `<`.
    pub fn render(&self, gateway: &Gateway) -> String {
        let mut lines = vec![format!("> {}", self.request_line)];
        let mut redact = Redactor::new(gateway);
        for (name, value) in &self.request_headers {
            match name.to_ascii_lowercase().as_str() {
                "x-signature" => redact.known(value, "<signature>"),
                "authorization" => redact.known(bearer(value), "<token>"),
                "authorization-customer" => redact.known(bearer(value), "<account token>"),
                _ => {}
            }
            lines.push(format!("> {name}: {value}"));
        }
        lines.push(format!("> {}", String::from_utf8_lossy(&self.request_body)));
        lines.push(format!("< {}", self.answer.status));
        for (name, value) in &self.answer.headers {
            let value = value.to_str().unwrap_or_default();
            if name == "x-request-id" {
                redact.known(value, "<request id>");
            }
            if !TRANSPORT_HEADERS.contains(&name.as_str()) {
                lines.push(format!("< {name}: {value}"));
            }
        }
        redact.members(&self.request_body);
        redact.members(&self.answer.body);
        lines.push(format!("< {}", String::from_utf8_lossy(&self.answer.body)));
        redact.apply(&lines.join("\n"))
    }
}

impl Notification {
    /// The notification as it came, behind `<`.
    pub fn render(&self, gateway: &Gateway) -> String {
        let mut redact = Redactor::new(gateway);
        redact.known(self.header("X-SIGNATURE"), "<signature>");
        redact.members(&self.body);
        let mut lines = vec![format!("< POST {}", self.path)];
        for (name, value) in &self.headers {
            if !TRANSPORT_HEADERS.contains(&name.as_str()) {
                lines.push(format!("< {name}: {}", value.to_str().unwrap_or_default()));
            }
        }
        lines.push(format!("< {}", String::from_utf8_lossy(&self.body)));
        redact.apply(&lines.join("\n"))
    }
}

/// The token behind the word `Bearer`.
fn bearer(value: &str) -> &str {
    value.split_once(' ').map_or(value, |(_, token)| token)
}

/// Puts names in place of values.
struct Redactor {
    known: Vec<(String, &'static str)>,
}

impl Redactor {
    fn new(gateway: &Gateway) -> Self {
        let mut redactor = Self { known: Vec::new() };
        redactor.known(&gateway.base_url, "<gateway>");
        redactor.known(&gateway.credentials.point_of_purchase_id, "<mini app>");
        redactor.known(&gateway.credentials.payment_handle, "<payment handle>");
        redactor
    }

    fn known(&mut self, value: &str, name: &'static str) {
        if !value.is_empty() {
            self.known.push((value.to_owned(), name));
        }
    }

    /// The members of a body that hold what the gateway makes up.
    fn members(&mut self, body: &[u8]) {
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
        self.known(body["accessToken"].as_str().unwrap_or_default(), "<token>");
        self.members_of(&body);
    }

    fn members_of(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let known = MADE_UP.iter().find(|(made_up, _)| made_up == name);
                    match (known, value.as_str()) {
                        (Some((_, shown)), Some(text)) => self.known(text, shown),
                        _ => self.members_of(value),
                    }
                }
            }
            Value::Array(elements) => elements.iter().for_each(|element| self.members_of(element)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn apply(&self, text: &str) -> String {
        let known = self.known.iter().fold(text.to_owned(), |text, (value, name)| text.replace(value, name));
        generated(&known)
    }
}

/// Replaces what the gateway makes up: reference, refund and resolution numbers, the code of a link, ids of
/// notifications.
fn generated(text: &str) -> String {
    let (begin, length) = REFERENCE;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let name = if word.starts_with(begin) && word.len() == length {
            "<reference>"
        } else if word.starts_with(begin) && word.len() == length + LINK_CODE_LEN {
            "<link>"
        } else if word.starts_with(REFUND.0) && word.len() == REFUND.1 {
            "<refund>"
        } else if RESOLUTIONS.iter().any(|begin| word.starts_with(begin)) && word.len() == REFUND.1 {
            "<resolution>"
        } else if word.len() == NOTIFICATION_ID_LEN && word.bytes().all(|b| b.is_ascii_digit()) {
            "<notification id>"
        } else {
            word
        };
        let taken = if word.is_empty() { first.len_utf8() } else { word.len() };
        out.push_str(if word.is_empty() { &rest[..taken] } else { name });
        rest = &rest[taken..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_gateway_makes_up_is_replaced() {
        let check = |text: &str, expected: &str| assert_eq!(generated(text), expected);
        check("a \"A120261120030000AbCdEfGhIjID\" b", "a \"<reference>\" b");
        check("a \"R120261120030000AbCdEfGhIj\" b", "a \"<refund>\" b");
        check("a \"V120261120030000AbCdEfGhIj\" b", "a \"<resolution>\" b");
        check("tref=A120261120030000AbCdEfGhIjID0123456789abcdef0123", "tref=<link>");
        check("x-external-id: 17951436000001234567890123456", "x-external-id: <notification id>");
        check("order-1 é 4005402", "order-1 é 4005402");
    }
}
