//! Get auth code (10): a merchant sends its customer's browser to the page where the customer consents.
//!
//! The one service that is asked by a query and answered by a redirect. What comes back reaches the merchant's redirect
//! URL as a query too: [`Returned`].

use super::account_binding::TEXT_MAX;
use super::language::language;
use crate::field::{Field, FieldError, Kind, Need, Shape};

/// The only scope there is.
const SCOPE: &str = "DEFAULT";
/// What kind of account it is; there is one.
const PAYMENT_TYPE: &str = "gopay";

/// The parameters of the query.
pub const PARAMETERS: &Shape = &Shape {
    name: "AuthCodeQuery",
    fields: &[REDIRECT_URL, SCOPES, STATE, HANDLE, LANG, SEAMLESS_DATA, SEAMLESS_SIGN],
};

const REDIRECT_URL: Field = Field {
    others: &["redirectURL"],
    ..Field::new(
        "redirectUrl",
        Kind::Text,
        Need::Mandatory,
        "where the customer comes back to; it has to be registered",
    )
    .within(256)
};
const SCOPES: Field =
    Field::new("scopes", Kind::Word(&[SCOPE]), Need::Mandatory, "`DEFAULT`").within(TEXT_MAX);
const STATE: Field =
    Field::new("state", Kind::Text, Need::Mandatory, "what nobody can guess; it comes back with the code")
        .within(32);
const HANDLE: Field =
    Field::new("merchantId", Kind::Text, Need::Mandatory, "your payment handle, a UUID, and not the MID")
        .within(TEXT_MAX);
const LANG: Field =
    Field::new("lang", Kind::Word(&["en", "id"]), Need::Mandatory, "the language of the pages")
        .within(TEXT_MAX);
const SEAMLESS_DATA: Field = Field::new(
    "seamlessData",
    Kind::Text,
    Need::Mandatory,
    "`mobileNumber=628215023424&paymentType=gopay`: the customer's number with its country code and without a plus",
)
.within(SEAMLESS_MAX);
const SEAMLESS_SIGN: Field = Field::new(
    "seamlessSign",
    Kind::Text,
    Need::Mandatory,
    "base64 of the RSA signature of `seamlessData`, made before it is encoded for the URL",
)
.within(SEAMLESS_MAX);
/// The most characters of the seamless data and of its signature.
const SEAMLESS_MAX: usize = 512;

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
        self.text(&REDIRECT_URL)
    }

    /// `merchantId`: the merchant's payment handle.
    pub fn payment_handle(&self) -> Result<&'a str, FieldError> {
        self.text(&HANDLE)
    }

    /// The seamless data, which its signature covers.
    pub fn seamless_data(&self) -> Result<&'a str, FieldError> {
        self.text(&SEAMLESS_DATA)
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    fn text(&self, field: &Field) -> Result<&'a str, FieldError> {
        let name = field.path;
        let mut names = std::iter::once(&name).chain(field.others);
        let text = names.find_map(|name| self.get(name)).ok_or_else(|| FieldError::missing(name))?;
        let max = field.length_max.unwrap_or(usize::MAX);
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
        let scopes = query.text(&SCOPES)?;
        let state = query.text(&STATE)?;
        let lang = query.text(&LANG)?;
        let data = query.seamless_data()?;
        let seamless_sign = query.text(&SEAMLESS_SIGN)?;
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
        (REDIRECT_URL.path, redirect_url.to_owned()),
        (SCOPES.path, SCOPE.to_owned()),
        (STATE.path, state.to_owned()),
        (HANDLE.path, payment_handle.to_owned()),
        (LANG.path, language.to_owned()),
        (SEAMLESS_DATA.path, seamless_data.to_owned()),
        (SEAMLESS_SIGN.path, seamless_sign.to_owned()),
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
