//! Where the customer goes after paying. Which URLs are fit to be opened is in [`crate::return_url`].

use super::YesOrNo;
use crate::field::{Codec, Kind, Reader};
use crate::json::Value;
use crate::message::message;
use crate::return_url::{self, Kind as UrlOpens};

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
}

impl Codec for UrlKind {
    type Value = Self;
    const KIND: Kind = Kind::Word(&["PAY_RETURN", "PAY_NOTIFY"]);
    const LENGTH_MAX: Option<usize> = Some(KIND_MAX);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        from.parsed(name, max, |text| {
            [Self::PayReturn, Self::PayNotify]
                .into_iter()
                .find(|kind| text.eq_ignore_ascii_case(kind.as_str()))
                .ok_or("PAY_RETURN was expected")
        })
    }

    fn write(kind: &Self) -> Option<Value> {
        Some(kind.as_str().into())
    }
}

message! {
    /// One URL of a charge.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct UrlParam: part, checked by fit {
        /// a web page, or with `isDeeplink` `Y` a link into an app
        pub url: String => "url", max URL_MAX, like "https://shop.example/thanks";
        /// `PAY_RETURN`; `PAY_NOTIFY` is read and not used: notifications go to the address that was registered
        pub kind: UrlKind => "type";
        /// `Y` if it opens an app, else `N`
        pub is_deeplink: bool as YesOrNo => "isDeeplink";
    }
}

fn fit(param: &UrlParam, from: &Reader<'_>) -> Option<()> {
    match refusal(&param.url, param.is_deeplink) {
        Some(reason) => {
            from.malformed("url", reason);
            None
        }
        None => Some(()),
    }
}

/// Why a URL is not fit to be opened, if it is not.
fn refusal(url: &str, is_deeplink: bool) -> Option<&'static str> {
    match return_url::kind(url) {
        // One that says it opens no app has to open a page, whatever else is wrong with its scheme.
        Ok(UrlOpens::App) | Err(return_url::NO_APP) if !is_deeplink => {
            Some("with isDeeplink N the URL must start with http:// or https://")
        }
        Ok(UrlOpens::Web | UrlOpens::App) => None,
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
