//! The review page's form: what it sends, and the proof that it was this page that sent it to this browser.
//!
//! Another site can make a browser post a form. It can read neither the cookie nor the token that belongs to it, and
//! browsers say where a post comes from; either is enough to refuse it.

use std::net::IpAddr;

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use lunas_domain::ledger::PayOption;
use lunas_vocab::Secret;
use url::form_urlencoded::parse;

use crate::app::App;
use crate::env::HEX;
use crate::flow::attempt::Visitor;
use crate::http::peer::Peer;

/// What the names of cookies begin with that tie forms to a browser. Each has a name of its own, so that pages which are
/// opened at the same moment do not take each other's away.
const COOKIE_NAME: &str = "lunas_form_";
/// How much of a cookie is in its name.
const COOKIE_NAME_LEN: usize = 8;
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
    /// Finds a cookie of the browser's, or makes it one.
    pub(crate) fn known_or_new(app: &App, headers: &HeaderMap) -> Self {
        match cookies(headers).next() {
            Some(cookie) => Self { cookie: cookie.to_owned(), is_new: false },
            None => Self { cookie: app.env.text(HEX, COOKIE_LEN), is_new: true },
        }
    }

    /// A token for the form of the page that `tref` names.
    pub(crate) fn token(&self, app: &App, tref: &str) -> String {
        app.form_token(tref, &self.cookie)
    }

    /// Gives a new browser its cookie with the answer. The cookie comes along when another site leads here, so that a
    /// second page knows the browser of the first; it does not when another site posts.
    pub(crate) fn remember(&self, app: &App, mut answer: Response) -> Response {
        if self.is_new {
            let secure = if app.public_url.starts_with("https://") { "; Secure" } else { "" };
            let (cookie, name) = (&self.cookie, &self.cookie[..COOKIE_NAME_LEN]);
            let text = format!("{COOKIE_NAME}{name}={cookie}; Path=/app; HttpOnly; SameSite=Lax{secure}");
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

/// The cookies that this page may have given.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    lines.flat_map(|header| header.split(';')).filter_map(|pair| {
        let (name, value) = pair.trim().strip_prefix(COOKIE_NAME)?.split_once('=')?;
        let is_whole = value.len() == COOKIE_LEN && value.bytes().all(|byte| HEX.contains(&byte));
        (is_whole && name == &value[..COOKIE_NAME_LEN]).then_some(value)
    })
}

/// Who sends a form: the browser by the cookie that goes with it, and the address it calls from.
pub(crate) fn visitor(app: &App, headers: &HeaderMap, peer: Option<Peer>, cookie: &str) -> Visitor {
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let address = app.caller_address(peer.map(|peer| peer.0), &lines.collect::<Vec<_>>());
    Visitor { browser: app.browser_id(cookie), address: address.map_or_else(String::new, household) }
}

/// An address, or the half of it that names a household: whoever has one address of version 6 has all of them.
fn household(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
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

    /// The cookie of the browser that the page of `tref` was given to not too long ago, if this came from that page.
    pub(crate) fn sender<'a>(&self, app: &App, headers: &'a HeaderMap, tref: &str) -> Option<&'a str> {
        cookies(headers).find(|cookie| app.form_token_is_right(tref, cookie, &self.token))
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
    fn only_whole_cookies_are_cookies() {
        let good = "0123456789abcdef0123456789abcdef";
        let other = "fedcba9876543210fedcba9876543210";
        let check = |headers: &[String], expected: &[&str]| {
            let mut map = HeaderMap::new();
            for header in headers {
                map.append(COOKIE, HeaderValue::from_str(header).unwrap());
            }
            assert_eq!(cookies(&map).collect::<Vec<_>>(), expected, "{headers:?}");
        };
        let name = "lunas_form_01234567";
        check(&[], &[]);
        check(&[format!("{name}={good}")], &[good]);
        check(&["a=b".to_owned(), format!("c=d; {name}={good};e=f")], &[good]);
        check(&[format!("{name}=short; {name}={good}")], &[good]);
        check(&[format!("{name}={good}; lunas_form_fedcba98={other}")], &[good, other]);
        check(&[format!("x{name}={good}")], &[]);
        check(&[format!("{name}x={good}")], &[]);
        check(&[format!("lunas_form_fedcba98={good}")], &[]);
        check(&[format!("{name}={}", good.to_uppercase())], &[]);
        check(&[format!("{name}={good}0")], &[]);
    }

    #[test]
    fn m4_a_household_is_an_address_or_the_half_of_one() {
        let check = |address: &str, expected: &str| {
            assert_eq!(household(address.parse().unwrap()), expected);
        };
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
        check("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64");
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
