//! What a customer paid with, as answers and notifications name it.

use crate::field::{Codec, Field, Kind, Need, Part, Reader, Shape};
use crate::json::{Object, Value};
use crate::message::{array, message};

message! {
    /// One pair of method and option. Both are upper case here; case carries no meaning on the wire.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct UsedOption: part {
        /// who pays out, such as `gopay`
        pub pay_method: String as LowerCase => "payMethod", max 64;
        /// out of what, such as `GOPAY_WALLET`, `PAY_LATER` or `GOPAY_SAVINGS`
        pub pay_option: String as UpperCase => "payOption", or "payOptions", max 64;
    }
}

impl UsedOption {
    /// Takes method and option in any case.
    pub fn new(pay_method: &str, pay_option: &str) -> Self {
        Self { pay_method: pay_method.to_ascii_uppercase(), pay_option: pay_option.to_ascii_uppercase() }
    }
}

/// A word of any case, which is upper case here.
pub(super) struct UpperCase;

impl Codec for UpperCase {
    type Value = String;
    const KIND: Kind = Kind::Text;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<String> {
        from.text(name, max).map(|text| text.to_ascii_uppercase())
    }

    fn write(value: &String) -> Option<Value> {
        Some(value.as_str().into())
    }
}

/// The same; gateways answer with the method in lower case.
struct LowerCase;

impl Codec for LowerCase {
    type Value = String;
    const KIND: Kind = Kind::Text;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<String> {
        UpperCase::read(from, name, max)
    }

    fn write(value: &String) -> Option<Value> {
        Some(value.to_ascii_lowercase().into())
    }
}

/// The deprecated list, with the option under its plural name too: where the table of an answer has the one and its sample
/// the other, both are there.
pub(super) struct OptionsTwice;

impl Codec for OptionsTwice {
    type Value = Vec<UsedOption>;
    const KIND: Kind = Kind::List(&Shape {
        name: "UsedOption",
        fields: &[
            UsedOption::SHAPE.fields[0],
            UsedOption::SHAPE.fields[1],
            Field { path: "payOptions", repeats: Some("payOption"), ..UsedOption::SHAPE.fields[1] },
        ],
    });
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Vec<UsedOption>> {
        Some(from.list_optional(name, UsedOption::read_members))
    }

    fn write(options: &Vec<UsedOption>) -> Option<Value> {
        let twice = |option: &UsedOption| -> Object {
            option.to_object().with("payOptions", option.pay_option.as_str())
        };
        Some(array(options, |option| twice(option).into()))
    }
}
