//! Where the customer goes after paying. Which URLs are fit to be opened is in [`crate::return_url`].

use super::{letter, yes_or_no};
use crate::field::Reader;
use crate::json::{Object, Value};
use crate::return_url::{self, Kind};

/// The most characters of a URL.
const URL_MAX: usize = 512;
/// The most characters of a type.
const KIND_MAX: usize = 32;

/// What a URL is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlKind {
    /// `PAY_RETURN`: the customer goes there.
    PayReturn,
    /// `PAY_NOTIFY`: the standard knows it; notifications here go to the address that was registered.
    PayNotify,
}

impl UrlKind {
    /// The wire's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PayReturn => "PAY_RETURN",
            Self::PayNotify => "PAY_NOTIFY",
        }
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        [Self::PayReturn, Self::PayNotify]
            .into_iter()
            .find(|kind| text.eq_ignore_ascii_case(kind.as_str()))
            .ok_or("PAY_RETURN was expected")
    }
}

/// One URL of a charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlParam {
    /// The URL, as the merchant wrote it.
    pub url: String,
    /// What it is for.
    pub kind: UrlKind,
    /// Whether it opens an app rather than a web page.
    pub is_deeplink: bool,
}

impl UrlParam {
    pub(super) fn read(param: &Reader<'_>) -> Option<Self> {
        let url = param.text("url", URL_MAX);
        let kind = param.parsed("type", KIND_MAX, UrlKind::parse);
        let is_deeplink = param.parsed("isDeeplink", 1, yes_or_no);
        let (url, kind, is_deeplink) = (url?, kind?, is_deeplink?);
        match refusal(&url, is_deeplink) {
            Some(reason) => {
                param.malformed("url", reason);
                None
            }
            None => Some(Self { url, kind, is_deeplink }),
        }
    }

    pub(super) fn write(&self) -> Value {
        Object::new()
            .with("url", self.url.as_str())
            .with("type", self.kind.as_str())
            .with("isDeeplink", letter(self.is_deeplink))
            .into()
    }
}

/// Why a URL is not fit to be opened, if it is not.
fn refusal(url: &str, is_deeplink: bool) -> Option<&'static str> {
    match return_url::kind(url) {
        // One that says it opens no app has to open a page, whatever else is wrong with its scheme.
        Ok(Kind::App) | Err(return_url::NO_APP) if !is_deeplink => {
            Some("with isDeeplink N the URL must start with http:// or https://")
        }
        Ok(Kind::Web | Kind::App) => None,
        Err(reason) => Some(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_opened_only_when_they_are_links() {
        let check = |url: &str, as_page: bool, as_deeplink: bool| {
            assert_eq!(refusal(url, false).is_none(), as_page, "{url} as a page");
            assert_eq!(refusal(url, true).is_none(), as_deeplink, "{url} as a deep link");
        };
        check("https://shop.example/return?x=1&y=2", true, true);
        check("HTTP://shop.example", true, true);
        check("merchantapp://payments/callback/12345", false, true);
        check("com.shop.app:/return", false, true);
        for bad in [
            "",
            "shop.example/return",
            "//shop.example",
            "://x",
            "1app://x",
            "https:",
            "https://",
            "https:///path",
            "https:shop.example",
            "https://?x",
            "https://shop.example/a b",
            "https://shop.example/a\nb",
            "https://shop.example:port/r",
            "javascript:alert(1)",
            "JavaScript://x%0aalert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://shop.example/1",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "ms-msdt:/id PCWDiagnostic",
            "search-ms:query=x",
            "shell:startup",
            "intent://x#Intent;end",
        ] {
            check(bad, false, false);
        }
    }
}
