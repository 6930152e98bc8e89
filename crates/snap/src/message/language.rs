//! The languages of customers' pages.

use crate::field::{Codec, Kind, Reader};
use crate::json::Value;

/// `en` or `id`, in lower case.
pub(super) struct Language;

impl Codec for Language {
    type Value = String;
    const KIND: Kind = Kind::Word(&["en", "id"]);
    const LENGTH_MAX: Option<usize> = Some(2);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<String> {
        from.parsed(name, max, language)
    }

    fn write(language: &String) -> Option<Value> {
        Some(language.as_str().into())
    }
}

/// `en` or `id`, from either in any case, or from `in`, which Java says for Indonesian.
pub(super) fn language(text: &str) -> Result<String, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "en" => Ok("en".to_owned()),
        "id" | "in" => Ok("id".to_owned()),
        _ => Err("the languages are en and id"),
    }
}
