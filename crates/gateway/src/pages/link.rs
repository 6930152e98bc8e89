//! What a link to the review page says, and how the page links to itself.

use url::form_urlencoded::{Serializer, parse};

use super::language::Language;
use crate::app::link::REVIEW_PATH;

/// Path of the picture that leads a phone to the review page.
pub(crate) const PICTURE_PATH: &str = "/app/merchanttransfer/qr.svg";
/// Path of one word: how the payment stands.
pub(crate) const STATE_PATH: &str = "/app/merchanttransfer/state";

/// The query of a link. What it does not know it ignores, and of two values the first counts, so that no link is too
/// odd to be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// Which payment: its reference with a MAC. May be anything until it is checked.
    pub(crate) tref: String,
    /// The language the customer switched to.
    pub(crate) lang: Option<String>,
    /// Whether a container shows the page; it takes the customer back by itself.
    pub(crate) is_hosted: bool,
}

impl Link {
    /// Reads a query.
    pub(crate) fn read(query: Option<&str>) -> Self {
        let first = |name: &str| {
            parse(query.unwrap_or_default().as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value)
        };
        Self {
            tref: first("tref").unwrap_or_default().into_owned(),
            lang: first("lang").map(|lang| lang.into_owned()),
            is_hosted: first("host").is_some_and(|host| host == "container"),
        }
    }

    /// The page's own address.
    pub(crate) fn href(&self) -> String {
        self.href_in(self.lang.as_deref())
    }

    /// The page's address in another language.
    pub(crate) fn href_to(&self, language: Language) -> String {
        self.href_in(Some(language.tag()))
    }

    /// Where the picture is that leads a phone to this page.
    pub(crate) fn picture_href(&self) -> String {
        format!("{PICTURE_PATH}?{}", self.query(self.lang.as_deref()))
    }

    /// Where the page asks how its payment stands.
    pub(crate) fn state_href(&self) -> String {
        format!("{STATE_PATH}?{}", self.query(None))
    }

    fn href_in(&self, lang: Option<&str>) -> String {
        format!("{REVIEW_PATH}?{}", self.query(lang))
    }

    fn query(&self, lang: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("tref", &self.tref);
        if let Some(lang) = lang {
            query.append_pair("lang", lang);
        }
        if self.is_hosted {
            query.append_pair("host", "container");
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_survives_being_read_and_written() {
        let check = |query: &str, expected: &str| {
            let link = Link::read(Some(query));
            assert_eq!(link.href(), format!("{REVIEW_PATH}?{expected}"), "{query}");
            assert_eq!(Link::read(link.href().split_once('?').map(|(_, query)| query)), link);
        };
        check("tref=A1ff", "tref=A1ff");
        check("host=container&lang=en&tref=A1ff&x=y", "tref=A1ff&lang=en&host=container");
        check("tref=A1&tref=B2&host=else", "tref=A1");
        check("", "tref=");
        check("tref=%0a%22%3C&lang=%22", "tref=%0A%22%3C&lang=%22");
        check("%%%&&==", "tref=");
    }

    #[test]
    fn the_other_language_keeps_the_rest() {
        let link = Link::read(Some("tref=A1&host=container"));
        assert_eq!(link.href_to(Language::English), format!("{REVIEW_PATH}?tref=A1&lang=en&host=container"));
        assert_eq!(Link::read(None), Link::default());
    }
}
