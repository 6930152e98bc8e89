//! `serviceCode`: the two digits of the service that made what a call is about.

use crate::field::{Codec, Kind, Need, Reader};
use crate::json::Value;

/// Of a request that need not say it. It is written, with the usual code if none is set.
pub(super) struct AskedCode<const SERVICE: u8>;

/// As [`AskedCode`], of a request that has to say it.
pub(super) struct NeededCode<const SERVICE: u8>;

/// Of an answer. The usual code is meant where none is said.
pub(super) struct AnsweredCode<const SERVICE: u8>;

impl<const SERVICE: u8> Codec for AskedCode<SERVICE> {
    type Value = Option<String>;
    const KIND: Kind = Kind::Digits;
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Option<String>> {
        Some(from.text_or_number_optional(name, max))
    }

    fn write(code: &Option<String>) -> Option<Value> {
        Some(code.clone().unwrap_or_else(|| digits(SERVICE)).into())
    }
}

impl<const SERVICE: u8> Codec for NeededCode<SERVICE> {
    type Value = Option<String>;
    const KIND: Kind = Kind::Digits;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Option<String>> {
        from.text_or_number(name, max).map(Some)
    }

    fn write(code: &Option<String>) -> Option<Value> {
        AskedCode::<SERVICE>::write(code)
    }
}

impl<const SERVICE: u8> Codec for AnsweredCode<SERVICE> {
    type Value = String;
    const KIND: Kind = Kind::Text;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<String> {
        Some(from.text_optional(name, max).unwrap_or_else(|| digits(SERVICE)))
    }

    fn write(code: &String) -> Option<Value> {
        Some(code.as_str().into())
    }
}

fn digits(service: u8) -> String {
    format!("{service:02}")
}
