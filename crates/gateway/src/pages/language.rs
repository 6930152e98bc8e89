//! Which of its two languages a page speaks.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

/// A language that every page exists in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Bahasa Indonesia, the default.
    Indonesian,
    /// English.
    English,
}

impl Language {
    /// The tag of `<html lang>`, of the `lang` query and of a payment's `lang`.
    pub fn tag(self) -> &'static str {
        self.pick("id", "en")
    }

    /// The language a page offers to switch to.
    pub fn other(self) -> Self {
        self.pick(Self::English, Self::Indonesian)
    }

    /// What the language calls itself.
    pub fn name(self) -> &'static str {
        self.pick("Indonesia", "English")
    }

    /// What pages are headed with where the operator has no name.
    pub fn neutral_brand(self) -> &'static str {
        self.pick("Pembayaran", "Payment")
    }

    /// Whichever of two things is in this language.
    pub fn pick<T>(self, indonesian: T, english: T) -> T {
        match self {
            Self::Indonesian => indonesian,
            Self::English => english,
        }
    }

    /// The customer's own choice in the link goes before the merchant's, and that before the browser's.
    pub fn choose(link: Option<&str>, merchant: Option<&str>, headers: &HeaderMap) -> Self {
        let of_browser = || accepted(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?);
        link.and_then(Self::parse)
            .or_else(|| merchant.and_then(Self::parse))
            .or_else(of_browser)
            .unwrap_or(Self::Indonesian)
    }

    /// Reads a tag by its first part: `en-GB` is English. `in` is what Indonesian was called before 1989, and what
    /// older Android phones still send.
    fn parse(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next()?;
        if first.eq_ignore_ascii_case("id") || first.eq_ignore_ascii_case("in") {
            Some(Self::Indonesian)
        } else if first.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else {
            None
        }
    }
}

/// The language of ours that an `Accept-Language` header likes best; the first of equals.
fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(u32, Language)> = None;
    for part in header.split(',') {
        let (tag, quality) = part.split_once(';').unwrap_or((part, "q=1"));
        let (Some(language), weight) = (Language::parse(tag), thousandths(quality)) else { continue };
        if weight > best.map_or(0, |(most, _)| most) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// `q=0.85` as 850. Whatever is no quality counts as zero, and zero means "not this one".
fn thousandths(quality: &str) -> u32 {
    let Some(number) = quality.trim().strip_prefix("q=") else { return 0 };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let padded: String = decimals.chars().chain("000".chars()).take(3).collect();
    match (whole, padded.parse::<u32>()) {
        ("1", _) => 1000,
        ("0", Ok(decimals)) => decimals,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::Language::{self, English, Indonesian};
    use super::*;

    #[test]
    fn the_link_goes_before_the_merchant_and_the_merchant_before_the_browser() {
        let check = |link: Option<&str>, merchant: Option<&str>, browser: Option<&'static str>, expected| {
            let mut headers = HeaderMap::new();
            if let Some(browser) = browser {
                headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(browser));
            }
            let chosen = Language::choose(link, merchant, &headers);
            assert_eq!(chosen, expected, "{link:?} {merchant:?} {browser:?}");
        };
        check(None, None, None, Indonesian);
        check(Some("en"), Some("id"), Some("id"), English);
        check(None, Some("id"), Some("en"), Indonesian);
        check(None, Some("en"), None, English);
        check(Some("fr"), None, Some("en-GB,en;q=0.9"), English);
        check(None, None, Some("fr,en;q=0.4,id;q=0.8"), Indonesian);
        check(None, None, Some("fr;q=1.0, EN_us;q=0.123, in;q=0.1"), English);
        check(None, None, Some("en;q=0,fr"), Indonesian);
        check(None, None, Some("en;q=much"), Indonesian);
        check(None, None, Some(",;,;;q="), Indonesian);
    }
}
