//! What a customer paid with, as answers and notifications name it.

use crate::field::Reader;
use crate::json::{Object, Value};

/// One pair of method and option. Both are upper case here; case carries no meaning on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedOption {
    /// Who pays out, such as `GOPAY`.
    pub pay_method: String,
    /// Out of what, such as `GOPAY_WALLET`, `PAY_LATER` or `GOPAY_SAVINGS`.
    pub pay_option: String,
}

/// The most characters of a method or an option.
const TEXT_MAX: usize = 64;

impl UsedOption {
    /// Takes method and option in any case.
    pub fn new(pay_method: &str, pay_option: &str) -> Self {
        Self { pay_method: pay_method.to_ascii_uppercase(), pay_option: pay_option.to_ascii_uppercase() }
    }

    /// Reads one element; the option is documented under a plural name too.
    pub(super) fn read(element: &Reader<'_>) -> Option<Self> {
        let pay_method = element.text("payMethod", TEXT_MAX);
        let pay_option = element.text(element.first_of(&["payOption", "payOptions"]), TEXT_MAX);
        Some(Self::new(&pay_method?, &pay_option?))
    }

    /// Writes one element; gateways answer with the method in lower case.
    pub(super) fn write(&self) -> Value {
        Object::new()
            .with("payMethod", self.pay_method.to_ascii_lowercase())
            .with("payOption", self.pay_option.as_str())
            .into()
    }

    /// As [`UsedOption::write`], with the option under its plural name too: where the table of an answer has the one and
    /// its sample the other, both are there.
    pub(super) fn write_twice(&self) -> Value {
        Object::new()
            .with("payMethod", self.pay_method.to_ascii_lowercase())
            .with("payOption", self.pay_option.as_str())
            .with("payOptions", self.pay_option.as_str())
            .into()
    }

    /// Reads the options of an `additionalInfo`, from the current list or else from the deprecated one.
    pub(super) fn read_all(info: &Reader<'_>) -> Vec<Self> {
        info.list_optional(info.first_of(&["userPaymentDetails", "payOptionDetails"]), Self::read)
    }
}
