//! Get auth code (10): a merchant sends its customer's browser to the page where the customer consents.
//!
//! The one service that is asked by a query and answered by a redirect. What comes back reaches the merchant's redirect
//! URL as a query too: [`Returned`].

use super::account_binding::TEXT_MAX;
use super::language;
use crate::field::FieldError;

/// The most characters of a redirect URL.
const URL_MAX: usize = 256;
/// The most characters of `state`.
const STATE_MAX: usize = 32;
/// The most characters of the seamless data and of its signature.
const SEAMLESS_MAX: usize = 512;
/// The only scope there is.
const SCOPE: &str = "DEFAULT";
/// What kind of account it is; there is one.
const PAYMENT_TYPE: &str = "gopay";

/// What the query asks for. The URL and the handle are not here: without them nobody can be told of a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthCodeRequest {
    /// `state`: comes back with the code, so that the merchant knows its own request.
    pub state: String,
    /// `lang`: `en` or `id`.
    pub language: String,
    /// `mobileNumber` of the seamless data: country code without a plus, as it was sent.
    pub mobile_number: String,
    /// `seamlessSign`: the merchant's signature over the seamless data.
    pub seamless_sign: String,
}

/// A query's parameters, decoded.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a>(pub &'a [(String, String)]);

impl<'a> Query<'a> {
    /// The redirect URL, by either of the names it is documented under.
    pub fn redirect_url(&self) -> Result<&'a str, FieldError> {
        let name = if self.get("redirectUrl").is_none() { "redirectURL" } else { "redirectUrl" };
        self.text(name, URL_MAX).map_err(|error| FieldError { field: "redirectUrl".to_owned(), ..error })
    }

    /// `merchantId`: the merchant's payment handle.
    pub fn payment_handle(&self) -> Result<&'a str, FieldError> {
        self.text("merchantId", TEXT_MAX)
    }

    /// The seamless data, which its signature covers.
    pub fn seamless_data(&self) -> Result<&'a str, FieldError> {
        self.text("seamlessData", SEAMLESS_MAX)
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    fn text(&self, name: &str, max: usize) -> Result<&'a str, FieldError> {
        let text = self.get(name).ok_or_else(|| FieldError::missing(name))?;
        if text.chars().count() > max {
            let reason = format!("at most {max} characters are allowed");
            return Err(FieldError::format(name, reason));
        }
        if text.chars().any(char::is_control) {
            return Err(FieldError::format(name, "control characters are not allowed"));
        }
        Ok(text)
    }
}

impl AuthCodeRequest {
    /// Reads the query. A missing parameter goes before a wrong one.
    pub fn read(query: Query<'_>) -> Result<Self, FieldError> {
        let scopes = query.text("scopes", TEXT_MAX)?;
        let state = query.text("state", STATE_MAX)?;
        let lang = query.text("lang", TEXT_MAX)?;
        let data = query.seamless_data()?;
        let seamless_sign = query.text("seamlessSign", SEAMLESS_MAX)?;
        let member = |name: &str| {
            data.split('&').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name)
        };
        let member = |name: &'static str| {
            let found = member(name).map(|(_, value)| value).filter(|value| !value.is_empty());
            found.ok_or_else(|| FieldError::missing(name))
        };
        let (mobile_number, payment_type) = (member("mobileNumber")?, member("paymentType")?);
        if !scopes.split(',').any(|scope| scope.trim() == SCOPE) {
            return Err(FieldError::format("scopes", "the only scope is DEFAULT"));
        }
        let language = language(lang).map_err(|reason| FieldError::format("lang", reason))?;
        if !payment_type.eq_ignore_ascii_case(PAYMENT_TYPE) {
            return Err(FieldError::format("paymentType", "gopay was expected"));
        }
        Ok(Self {
            state: state.to_owned(),
            language,
            mobile_number: mobile_number.to_owned(),
            // A plus that nobody encoded arrives as a blank, and base64 has no blanks.
            seamless_sign: seamless_sign.replace(' ', "+"),
        })
    }
}

/// The seamless data about a number, with country code and without a plus: what is signed.
pub fn seamless_data(mobile_number: &str) -> String {
    format!("mobileNumber={}&paymentType={PAYMENT_TYPE}", mobile_number.trim_start_matches('+'))
}

/// The query of a call for a customer: names and values, to be encoded by whoever puts them into a URL.
pub fn query(
    redirect_url: &str,
    payment_handle: &str,
    state: &str,
    language: &str,
    (seamless_data, seamless_sign): (&str, &str),
) -> Vec<(&'static str, String)> {
    vec![
        ("redirectUrl", redirect_url.to_owned()),
        ("scopes", SCOPE.to_owned()),
        ("state", state.to_owned()),
        ("merchantId", payment_handle.to_owned()),
        ("lang", language.to_owned()),
        ("seamlessData", seamless_data.to_owned()),
        ("seamlessSign", seamless_sign.to_owned()),
    ]
}

/// What reaches the merchant's redirect URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// The customer consented: exchange this code by account binding.
    Code(String),
    /// Nothing is linked.
    Refused {
        /// A code, or a word.
        code: String,
        /// In words.
        description: String,
    },
}

impl Returned {
    /// Reads the query's parameters, decoded. Nothing if they do not belong to the request that was made with `state`:
    /// somebody else made the customer's browser come here.
    pub fn read(parameters: &[(String, String)], state: &str) -> Option<Self> {
        let query = Query(parameters);
        let is_done = query.get("success") == Some("true") || query.get("result") == Some("success");
        let code = query.get("authCode").filter(|code| is_done && *code != "null");
        if let Some(code) = code {
            return (query.get("state") == Some(state)).then(|| Self::Code(code.to_owned()));
        }
        if query.get("state").is_some_and(|returned| returned != state) {
            return None;
        }
        let first = |names: &[&str]| names.iter().find_map(|name| query.get(name)).map(str::to_owned);
        let code = first(&["errorCode", "errCode", "responseCode", "result"])?;
        let description = first(&["errorDesc", "errDesc", "responseMessage"]).unwrap_or_default();
        Some(Self::Refused { code, description })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let pair =
            |pair: &str| pair.split_once('=').map(|(name, value)| (name.into(), value.replace('~', "=")));
        text.split(';').filter_map(pair).collect()
    }

    const WHOLE: &str = "redirectURL=https://shop.example/;scopes=DEFAULT;state=abc;merchantId=h;lang=ID;\
                         seamlessData=mobileNumber~62812&paymentType~gopay;seamlessSign=a b/c~";

    #[test]
    fn a_query_is_read_and_its_first_mistake_is_named() {
        let whole = pairs(WHOLE);
        assert_eq!(Query(&whole).redirect_url(), Ok("https://shop.example/"));
        let read = AuthCodeRequest::read(Query(&whole)).unwrap();
        assert_eq!((read.mobile_number.as_str(), read.language.as_str()), ("62812", "id"));
        assert_eq!(read.seamless_sign, "a+b/c=");
        let check = |from: &str, to: &str, expected: &str| {
            let parameters = pairs(&WHOLE.replace(from, to));
            let error = AuthCodeRequest::read(Query(&parameters)).unwrap_err();
            assert_eq!(error.to_string(), expected, "{to}");
        };
        check("state=abc", "state=", "state is missing");
        check("lang=ID", "x=y", "lang is missing");
        check("scopes=DEFAULT", "x=y", "scopes is missing");
        check("mobileNumber~62812&", "", "mobileNumber is missing");
        check("mobileNumber~62812", "mobileNumber~", "mobileNumber is missing");
        check("&paymentType~gopay", "", "paymentType is missing");
        check("lang=ID", "lang=fr", "lang: the languages are en and id");
        check("~gopay", "~dana", "paymentType: gopay was expected");
        check("=DEFAULT", "=QUERY", "scopes: the only scope is DEFAULT");
    }

    #[test]
    fn what_comes_back_counts_only_with_its_state_and_a_code() {
        let check = |parameters: &str, expected: Option<Returned>| {
            assert_eq!(Returned::read(&pairs(parameters), "abc"), expected, "{parameters}");
        };
        let code = || Some(Returned::Code("c1".to_owned()));
        let refused = |code: &str, description: &str| {
            Some(Returned::Refused { code: code.to_owned(), description: description.to_owned() })
        };
        check("authCode=c1;state=abc;success=true", code());
        check("authCode=c1;state=abc;result=success", code());
        check("authCode=c1;state=other;success=true", None);
        check("authCode=c1;success=true", None);
        check("authCode=null;state=abc;result=abort", refused("abort", ""));
        check("authCode=c1;state=abc;result=failure", refused("failure", ""));
        check("errorCode=4041004;errorDesc=no", refused("4041004", "no"));
        check("errCode=1;errDesc=no;state=other", None);
        check("responseCode=4001002;responseMessage=x", refused("4001002", "x"));
        check("", None);
    }
}
