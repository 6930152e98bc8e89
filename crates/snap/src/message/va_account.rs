//! What every message about a virtual account has: its number, its holder, and where the merchant's id stands.

use lunas_vocab::MerchantId;

use crate::field::Reader;
use crate::json::{Object, Value};
use crate::virtual_account::{Bank, COMPANY_WIDTH, CUSTOMER_NO_MAX, NUMBER_MAX, Number};

/// The most characters of a name or an e-mail address.
const NAME_MAX: usize = 255;
/// The most characters of a phone number.
const PHONE_MAX: usize = 30;
/// The most characters of a bank's word.
const BANK_MAX: usize = 16;
/// The most characters of a merchant's own text.
const CUSTOM_MAX: usize = 255;
/// The names of a merchant's own texts.
const CUSTOM_NAMES: [&str; 3] = ["1", "2", "3"];

/// Reads the three parts of a number. The customer's part may be a JSON number, which is taken as it is spelled.
pub(super) fn number(body: &Reader<'_>) -> Option<Number> {
    let company = body.parsed("partnerServiceId", COMPANY_WIDTH, trimmed);
    let customer_no = body.text_or_number("customerNo", CUSTOMER_NO_MAX);
    let whole = body.parsed("virtualAccountNo", NUMBER_MAX, trimmed);
    Some(Number::of_parts(&company?, &customer_no?, &whole?))
}

/// A text of letters and digits, apart from the blanks around it.
fn trimmed(text: &str) -> Result<String, &'static str> {
    let trimmed = text.trim();
    let is_number = !trimmed.is_empty() && trimmed.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_number { Ok(trimmed.to_owned()) } else { Err("digits with blanks before them were expected") }
}

/// Appends the three parts of a number, padded.
pub(super) fn write_number(object: Object, number: &Number) -> Object {
    object
        .with("partnerServiceId", number.padded_partner_service_id())
        .with("customerNo", number.customer_no())
        .with("virtualAccountNo", number.padded_virtual_account_no())
}

/// Appends the three parts of a number, without the blanks before them.
pub(super) fn write_bare_number(object: Object, number: &Number) -> Object {
    object
        .with("partnerServiceId", number.padded_partner_service_id().trim_start())
        .with("customerNo", number.customer_no())
        .with("virtualAccountNo", number.padded_virtual_account_no().trim_start())
}

/// Whose account it is, as the bank shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// `virtualAccountName`.
    pub name: Option<String>,
    /// `virtualAccountEmail`.
    pub email: Option<String>,
    /// `virtualAccountPhone`, as the merchant writes it.
    pub phone: Option<String>,
}

impl Holder {
    pub(super) fn read(body: &Reader<'_>) -> Self {
        Self {
            name: body.text_optional("virtualAccountName", NAME_MAX),
            email: body.text_optional("virtualAccountEmail", NAME_MAX),
            phone: body.text_optional("virtualAccountPhone", PHONE_MAX),
        }
    }

    /// Appends what is known, each text as `spell` has it.
    pub(super) fn write(&self, object: Object, spell: impl Fn(&str) -> String) -> Object {
        object
            .with_some("virtualAccountName", self.name.as_deref().map(&spell))
            .with_some("virtualAccountEmail", self.email.as_deref().map(&spell))
            .with_some("virtualAccountPhone", self.phone.as_deref().map(&spell))
    }
}

/// `customField`: up to three texts of the merchant's own, which the notification gives back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomField(pub [Option<String>; 3]);

impl CustomField {
    pub(super) fn read(field: &Reader<'_>) -> Option<Self> {
        Some(Self(CUSTOM_NAMES.map(|name| field.text_optional(name, CUSTOM_MAX))))
    }

    pub(super) fn write(&self) -> Object {
        let object = Object::new();
        CUSTOM_NAMES.iter().zip(&self.0).fold(object, |o, (name, text)| o.with_some(*name, text.as_deref()))
    }

    /// All three, empty where nothing is known: an object without members would not survive every verifier.
    pub(super) fn write_all(&self, spell: impl Fn(&str) -> String) -> Object {
        let text = |text: &Option<String>| text.as_deref().map(&spell).unwrap_or_default();
        CUSTOM_NAMES.iter().zip(&self.0).fold(Object::new(), |o, (name, own)| o.with(*name, text(own)))
    }

    /// Whether there is any text.
    pub(super) fn is_some(&self) -> bool {
        self.0.iter().any(Option::is_some)
    }
}

/// The merchant's id in an `additionalInfo`, under either of its names.
fn merchant_id_name(info: &Reader<'_>) -> &'static str {
    info.first_of(&["merchantId", "merchant_id"])
}

/// The merchant that a request names. Under both names it has to be the same one.
pub(super) fn merchant_id(info: &Reader<'_>) -> Option<MerchantId> {
    let first = info.id(merchant_id_name(info), MerchantId::LENGTH_MAX)?;
    let other: Option<MerchantId> = info.id_optional("merchant_id", MerchantId::LENGTH_MAX);
    if other.is_some_and(|other| other != first) {
        info.malformed("merchant_id", "merchantId names another one");
    }
    Some(first)
}

/// As [`merchant_id_name`], read if it is there.
pub(super) fn merchant_id_optional(info: &Reader<'_>) -> Option<MerchantId> {
    info.id_optional(merchant_id_name(info), MerchantId::LENGTH_MAX)
}

/// Reads a bank.
pub(super) fn bank(info: &Reader<'_>) -> Option<Bank> {
    info.parsed("bank", BANK_MAX, |text| Bank::parse(text).ok_or("this bank has no virtual accounts here"))
}

/// The bank that a bank's call names as the one whose number it is about. Some banks put words of their own there, which
/// say nothing here.
pub(super) fn bank_named(body: &Reader<'_>) -> Option<Bank> {
    body.section("additionalInfo").value("bank").and_then(Value::as_str).and_then(Bank::parse)
}

/// `additionalInfo` of a bank's call that names one.
pub(super) fn naming_bank(bank: Option<Bank>) -> Option<Object> {
    bank.map(|bank| Object::new().with("bank", bank.as_str()))
}

/// The words of success in the two languages that banks show.
pub(super) fn success_words() -> Object {
    Object::new().with("english", "Success").with("indonesia", "Sukses")
}
