//! What every message about a virtual account has: its number, its holder, and where the merchant's id stands.

use lunas_vocab::{MerchantId, Money};

use super::message;
use crate::field::{Codec, Digits, Field, Kind, Need, Part, Reader, Shape, Through};
use crate::json::{Object, Value};
use crate::virtual_account::{Bank, COMPANY_WIDTH, CUSTOMER_NO_MAX, NUMBER_MAX, Number};

/// The most characters of a name or an e-mail address.
const NAME_MAX: usize = 255;
/// The most characters of a phone number.
const PHONE_MAX: usize = 30;
/// The most characters of a bank's word.
const BANK_MAX: usize = 16;
/// The other name of `merchantId`.
const OTHER_MERCHANT: &str = "merchant_id";
/// The most characters of an amount's value.
const VALUE_MAX: usize = 24;
/// The most characters of a merchant's own text.
const CUSTOM_MAX: usize = 255;

message! {
    /// The three parts of a number.
    pub struct NumberParts: part {
        /// the company code at the bank, filled with blanks from the left
        pub company: String as Trimmed => "partnerServiceId", max COMPANY_WIDTH, like "   70012";
        /// the customer's number; a JSON number is taken as it is spelled
        pub customer_no: String as Digits => "customerNo", max CUSTOMER_NO_MAX, like "6280123456";
        /// the two in a row, blanks included
        pub whole: String as Trimmed => "virtualAccountNo", max NUMBER_MAX, like "   700126280123456";
    }
}

/// A number by its parts, padded.
pub(super) type Padded = Through<NumberParts, Number>;

impl From<NumberParts> for Number {
    fn from(parts: NumberParts) -> Self {
        Self::of_parts(&parts.company, &parts.customer_no, &parts.whole)
    }
}

impl From<Number> for NumberParts {
    fn from(number: Number) -> Self {
        Self {
            company: number.padded_partner_service_id(),
            customer_no: number.customer_no().to_owned(),
            whole: number.padded_virtual_account_no(),
        }
    }
}

impl NumberParts {
    /// The parts without the blanks before them.
    pub(super) fn bare(self) -> Self {
        let trim = |text: String| text.trim_start().to_owned();
        Self { company: trim(self.company), whole: trim(self.whole), ..self }
    }
}

/// A text of letters and digits, apart from the blanks around it.
struct Trimmed;

impl Codec for Trimmed {
    type Value = String;
    const KIND: Kind = Kind::Text;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<String> {
        from.parsed(name, max, |text| {
            let trimmed = text.trim();
            let is_number = !trimmed.is_empty() && trimmed.bytes().all(|byte| byte.is_ascii_alphanumeric());
            if is_number {
                Ok(trimmed.to_owned())
            } else {
                Err("digits with blanks before them were expected")
            }
        })
    }

    fn write(value: &String) -> Option<Value> {
        Some(value.as_str().into())
    }
}

message! {
    /// Whose account it is, as the bank shows it.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Holder: part {
        /// whose account it is; the bank shows it
        pub name: Option<String> => "virtualAccountName", max NAME_MAX;
        /// the customer's e-mail address
        pub email: Option<String> => "virtualAccountEmail", max NAME_MAX;
        /// the customer's phone number; BNI wants `+62` or `0` in front
        pub phone: Option<String> => "virtualAccountPhone", max PHONE_MAX;
    }
}

impl Holder {
    /// The holder with each text as `spell` has it.
    pub(super) fn spelled(&self, spell: impl Fn(&str) -> String) -> Self {
        let spelled = |text: &Option<String>| text.as_deref().map(&spell);
        Self { name: spelled(&self.name), email: spelled(&self.email), phone: spelled(&self.phone) }
    }
}

/// A holder whose name has to be there.
pub(super) struct NamedHolder;

impl Codec for NamedHolder {
    type Value = Holder;
    const KIND: Kind = Kind::Object(&Shape {
        name: "Holder",
        fields: &[
            Field { need: Need::Mandatory, ..Holder::SHAPE.fields[0] },
            Holder::SHAPE.fields[1],
            Holder::SHAPE.fields[2],
        ],
    });

    fn read(from: &Reader<'_>, _: &str, _: usize) -> Option<Holder> {
        let name = Holder::SHAPE.fields[0].path;
        if !from.has(name) {
            from.missing(name);
        }
        Holder::read_members(from)
    }

    fn write(holder: &Holder) -> Option<Value> {
        Some(holder.to_object().into())
    }
}

/// `customField`: up to three texts of the merchant's own, which the notification gives back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomField(pub [Option<String>; 3]);

const CUSTOM_FIELDS: [Field; 3] = [custom_field("1"), custom_field("2"), custom_field("3")];

const fn custom_field(path: &'static str) -> Field {
    Field::new(path, Kind::Text, Need::Optional, "a text of your own").within(CUSTOM_MAX)
}

impl Part for CustomField {
    const SHAPE: &'static Shape = &Shape { name: "CustomField", fields: &CUSTOM_FIELDS };

    fn read_members(from: &Reader<'_>) -> Option<Self> {
        Some(Self(CUSTOM_FIELDS.map(|field| from.text_optional(field.path, CUSTOM_MAX))))
    }

    fn write_members(&self, to: &mut Object) {
        for (field, text) in CUSTOM_FIELDS.iter().zip(&self.0) {
            text.iter().for_each(|text| to.put(field.path, text.as_str().into()));
        }
    }
}

impl CustomField {
    /// All three, empty where nothing is known: an object without members would not survive every verifier.
    pub(super) fn whole(&self, spell: impl Fn(&str) -> String) -> Self {
        Self(self.0.each_ref().map(|text| Some(text.as_deref().map(&spell).unwrap_or_default())))
    }
}

/// `customField`, written if there is any text.
pub(super) struct AnyCustomField;

impl Codec for AnyCustomField {
    type Value = CustomField;
    const KIND: Kind = Kind::Object(CustomField::SHAPE);
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<CustomField> {
        Some(from.object_optional(name, CustomField::read_members).unwrap_or_default())
    }

    fn write(field: &CustomField) -> Option<Value> {
        let object = field.to_object();
        (!object.is_empty()).then(|| object.into())
    }
}

impl Codec for Bank {
    type Value = Self;
    const KIND: Kind = Kind::Word(Self::WORDS);
    const LENGTH_MAX: Option<usize> = Some(BANK_MAX);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Self> {
        from.parsed(name, max, |text| Self::parse(text).ok_or("this bank has no virtual accounts here"))
    }

    fn write(bank: &Self) -> Option<Value> {
        Some(bank.as_str().into())
    }
}

/// The merchant that a request names. Under both names it has to be the same one.
pub(super) struct OneMerchant;

impl Codec for OneMerchant {
    type Value = MerchantId;
    const KIND: Kind = Kind::Text;
    const LENGTH_MAX: Option<usize> = <MerchantId as Codec>::LENGTH_MAX;

    fn read(info: &Reader<'_>, name: &str, max: usize) -> Option<MerchantId> {
        let first = MerchantId::read(info, name, max)?;
        let other = Option::<MerchantId>::read(info, OTHER_MERCHANT, max).flatten();
        if other.is_some_and(|other| other != first) {
            info.malformed(OTHER_MERCHANT, "merchantId names another one");
        }
        Some(first)
    }

    fn write(merchant: &MerchantId) -> Option<Value> {
        MerchantId::write(merchant)
    }
}

/// The bank that a bank's call names as the one whose number it is about. Some banks put words of their own there, which
/// say nothing here.
pub(super) struct BankNamed;

impl Codec for BankNamed {
    type Value = Option<Bank>;
    const KIND: Kind = Kind::Text;
    const NEED: Need = Need::Optional;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Option<Bank>> {
        Some(from.value(name).and_then(Value::as_str).and_then(Bank::parse))
    }

    fn write(bank: &Option<Bank>) -> Option<Value> {
        Option::<Bank>::write(bank)
    }
}

/// A money object whose members may begin with capitals, as one edition prints them.
pub(super) struct AnyAmount;

impl Codec for AnyAmount {
    type Value = Money;
    const KIND: Kind = Kind::Money;

    fn read(from: &Reader<'_>, name: &str, _: usize) -> Option<Money> {
        from.object(name, |amount| {
            amount.parsed(amount.first_of(&["value", "Value"]), VALUE_MAX, Money::parse_idr)
        })
    }

    fn write(amount: &Money) -> Option<Value> {
        Money::write(amount)
    }
}

/// The words of success in the two languages that banks show.
pub(super) fn success_words() -> Object {
    Object::new().with("english", "Success").with("indonesia", "Sukses")
}
