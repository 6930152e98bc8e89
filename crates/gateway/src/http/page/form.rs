//! The review page's form: what it sends, and the proof that it was this page that sent it to this browser.
//!
//! Another site can make a browser post a form. It can read neither the cookie nor the token that belongs to it, and
//! browsers say where a post comes from; either is enough to refuse it.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use lunas_domain::ledger::PayOption;
use lunas_vocab::Secret;
use url::form_urlencoded::parse;

use crate::app::App;
use crate::env::HEX;

/// The cookie that ties forms to a browser.
const COOKIE_NAME: &str = "lunas_form";
/// Its length: 128 bits in hexadecimal.
const COOKIE_LEN: usize = 32;
/// Digits of a PIN.
const PIN_LEN: usize = 6;

/// The browser, as far as forms go.
#[derive(Debug)]
pub(crate) struct Browser {
    cookie: String,
    is_new: bool,
}

impl Browser {
    /// Finds the browser's cookie, or makes it one.
    pub(crate) fn known_or_new(app: &App, headers: &HeaderMap) -> Self {
        match cookie(headers) {
            Some(cookie) => Self { cookie: cookie.to_owned(), is_new: false },
            None => Self { cookie: app.env.text(HEX, COOKIE_LEN), is_new: true },
        }
    }

    /// A token for the form of the page that `tref` names.
    pub(crate) fn token(&self, app: &App, tref: &str) -> String {
        app.form_token(tref, &self.cookie)
    }

    /// Gives a new browser its cookie with the answer.
    pub(crate) fn remember(&self, app: &App, mut answer: Response) -> Response {
        if self.is_new {
            let secure = if app.public_url.starts_with("https://") { "; Secure" } else { "" };
            let text = format!("{COOKIE_NAME}={}; Path=/app; HttpOnly; SameSite=Strict{secure}", self.cookie);
            let value = HeaderValue::from_str(&text).expect("a cookie of hexadecimal digits is printable");
            answer.headers_mut().append(SET_COOKIE, value);
        }
        answer
    }
}

/// Whether the browser says that another site sent this. Browsers that say nothing are judged by the token alone.
pub(crate) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
        .find(|value| value.len() == COOKIE_LEN && value.bytes().all(|byte| HEX.contains(&byte)))
}

/// What was filled in.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// Which button was pressed.
    pub(crate) action: String,
    /// The number as it was typed.
    pub(crate) phone: String,
    /// The PIN as it was typed; it is never shown again.
    pub(crate) pin: Option<Secret<String>>,
    /// The one-time password as it was typed; never shown again either.
    pub(crate) otp: Option<Secret<String>>,
    /// What to pay with.
    pub(crate) option: Option<PayOption>,
    token: String,
}

impl Form {
    /// Reads a form's body. What is missing stays empty.
    pub(crate) fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in parse(body) {
            match &*name {
                "action" => form.action = value.into_owned(),
                "phone" => form.phone = value.trim().to_owned(),
                "pin" => form.pin = Some(Secret::new(value.trim().to_owned())),
                "otp" => form.otp = Some(Secret::new(value.trim().to_owned())),
                "option" => form.option = PayOption::parse(&value),
                "form_token" => form.token = value.into_owned(),
                _ => {}
            }
        }
        form
    }

    /// Whether this came from the page of `tref`, given to this browser not too long ago.
    pub(crate) fn is_ours(&self, app: &App, headers: &HeaderMap, tref: &str) -> bool {
        cookie(headers).is_some_and(|cookie| app.form_token_is_right(tref, cookie, &self.token))
    }

    /// The PIN, if something that could be one was typed beside a number. Anything less is not an attempt.
    pub(crate) fn attempt(&self) -> Option<(&str, Secret<String>)> {
        self.pin().filter(|_| !self.phone.is_empty()).map(|pin| (self.phone.as_str(), pin))
    }

    /// The one-time password, if something that could be one was typed.
    pub(crate) fn otp(&self) -> Option<Secret<String>> {
        self.otp.clone().filter(is_six_digits)
    }

    /// The PIN, if something that could be one was typed.
    pub(crate) fn pin(&self) -> Option<Secret<String>> {
        self.pin.clone().filter(is_six_digits)
    }
}

/// Whether a text can be a PIN or a one-time password.
fn is_six_digits(text: &Secret<String>) -> bool {
    text.expose().len() == PIN_LEN && text.expose().bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_cookie_is_a_cookie() {
        let good = "0123456789abcdef0123456789abcdef";
        let check = |headers: &[String], expected: Option<&str>| {
            let mut map = HeaderMap::new();
            for header in headers {
                map.append(COOKIE, HeaderValue::from_str(header).unwrap());
            }
            assert_eq!(cookie(&map), expected, "{headers:?}");
        };
        check(&[], None);
        check(&[format!("lunas_form={good}")], Some(good));
        check(&["a=b".to_owned(), format!("c=d; lunas_form={good};e=f")], Some(good));
        check(&[format!("lunas_form=short; lunas_form={good}")], Some(good));
        check(&[format!("xlunas_form={good}")], None);
        check(&[format!("lunas_formx={good}")], None);
        check(&[format!("lunas_form={}", good.to_uppercase())], None);
        check(&[format!("lunas_form={good}0")], None);
    }

    #[test]
    fn a_post_from_elsewhere_is_known_by_what_the_browser_says() {
        let check = |site: Option<&'static str>, expected: bool| {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            assert_eq!(is_from_elsewhere(&headers), expected, "{site:?}");
        };
        check(None, false);
        check(Some("same-origin"), false);
        check(Some("none"), false);
        check(Some("same-site"), true);
        check(Some("cross-site"), true);
        check(Some("whatever"), true);
    }

    #[test]
    fn an_attempt_is_a_number_and_six_digits() {
        let check = |body: &str, expected: Option<(&str, &str)>| {
            let form = Form::read(body.as_bytes());
            let attempt = form.attempt();
            let attempt = attempt.as_ref().map(|(phone, pin)| (*phone, pin.expose().as_str()));
            assert_eq!(attempt, expected, "{body}");
        };
        check("action=pay&phone=%2B62812&pin=123456", Some(("+62812", "123456")));
        check("phone=+0812+&pin=+123456+", Some(("0812", "123456")));
        check("phone=0812&pin=12345", None);
        check("phone=0812&pin=12345a", None);
        check("phone=0812&pin=1234567", None);
        check("phone=&pin=123456", None);
        check("phone=0812", None);
        check("", None);
    }

    #[test]
    fn the_form_never_prints_its_pin() {
        let form = Form::read(b"action=pay&phone=0812&pin=123456&option=PAY_LATER&form_token=1.a");
        assert!(!format!("{form:?}").contains("123456"));
        assert_eq!((form.action.as_str(), form.option), ("pay", Some(PayOption::PayLater)));
        assert_eq!(Form::read(b"option=CASH").option, None);
    }
}
