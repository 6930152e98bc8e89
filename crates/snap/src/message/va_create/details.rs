//! What a merchant says about a virtual account beyond its number and its amount: the bank, and what the bank shows.

use lunas_vocab::MerchantId;

use crate::field::{self, Reader};
use crate::json::{Object, Value};
use crate::message::array;
use crate::message::debit_payment::{CustomerDetails, Item};
use crate::message::va_account::{self, CustomField};
use crate::virtual_account::Bank;

/// The most characters of `subCompanyCode`.
const SUB_COMPANY_MAX: usize = 16;
/// The most characters of a text that the bank shows.
const WORDS_MAX: usize = 64;
/// How many labels and values Mandiri shows, one after the other.
const BILL_INFOS: usize = 8;
/// The most characters of a label; more are cut off.
const LABEL_MAX: usize = 10;
/// The most characters of a value; more are cut off.
const VALUE_MAX: usize = 30;

/// `additionalInfo` of a virtual account. An answer gives back what the request said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Which bank keeps the account.
    pub bank: Bank,
    /// Whose account it is.
    pub merchant_id: MerchantId,
    /// `subCompanyCode`, for BCA.
    pub sub_company_code: Option<String>,
    /// `freeText`, for BCA: what its machines show.
    pub free_texts: Vec<FreeText>,
    /// `mandiri`: what Mandiri shows; there for Mandiri.
    pub mandiri: Option<MandiriBill>,
    /// Who pays.
    pub customer_details: Option<CustomerDetails>,
    /// What is paid for.
    pub items: Vec<Item>,
    /// The merchant's own texts.
    pub custom_field: CustomField,
}

impl Details {
    pub(super) fn read(info: &Reader<'_>) -> Option<Self> {
        let bank = va_account::bank(info);
        let merchant_id = va_account::merchant_id(info);
        let sub_company_code = info.text_optional("subCompanyCode", SUB_COMPANY_MAX);
        let free_texts = info.list_optional("freeText", FreeText::read);
        // Documented as an array, sent as an object.
        let mandiri = match bank {
            Some(Bank::Mandiri) => info.list("mandiri", MandiriBill::read).and_then(first),
            _ => None,
        };
        let customer = info.first_of(&["customerDetails", "customerDetail"]);
        let customer_details = info.object_optional(customer, CustomerDetails::read);
        let items = info.list_optional("items", Item::read);
        let custom_field = info.object_optional("customField", CustomField::read);
        Some(Self {
            bank: bank?,
            merchant_id: merchant_id?,
            sub_company_code,
            free_texts,
            mandiri,
            customer_details,
            items,
            custom_field: custom_field.unwrap_or_default(),
        })
    }

    pub(super) fn write(&self) -> Object {
        let free_texts = (!self.free_texts.is_empty()).then(|| array(&self.free_texts, FreeText::write));
        let items = (!self.items.is_empty()).then(|| array(&self.items, Item::write));
        let custom_field = self.custom_field.is_some().then(|| self.custom_field.write());
        Object::new()
            .with("bank", self.bank.as_str())
            .with("merchantId", self.merchant_id.as_str())
            .with_some("subCompanyCode", self.sub_company_code.as_deref())
            .with_some("freeText", free_texts)
            .with_some("mandiri", self.mandiri.as_ref().map(MandiriBill::write))
            .with_some("customerDetails", self.customer_details.as_ref().map(CustomerDetails::write))
            .with_some("items", items)
            .with_some("customField", custom_field)
    }
}

fn first<T>(elements: Vec<T>) -> Option<T> {
    elements.into_iter().next()
}

/// A text in the two languages of Indonesian banks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// In English.
    pub english: Option<String>,
    /// In Indonesian.
    pub indonesia: Option<String>,
}

impl Words {
    /// Whether there is any.
    pub fn is_some(&self) -> bool {
        self.english.is_some() || self.indonesia.is_some()
    }

    pub(in crate::message) fn read(words: &Reader<'_>) -> Option<Self> {
        Some(Self {
            english: words.text_optional("english", WORDS_MAX),
            indonesia: words.text_optional("indonesia", WORDS_MAX),
        })
    }

    pub(in crate::message) fn write(&self) -> Value {
        Object::new()
            .with_some("english", self.english.as_deref())
            .with_some("indonesia", self.indonesia.as_deref())
            .into()
    }
}

/// One line that BCA shows, before and after the payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreeText {
    /// Shown when the number is typed.
    pub inquiry: Option<Words>,
    /// Shown when it is paid.
    pub payment: Option<Words>,
}

impl FreeText {
    /// Reads a line that was written before.
    pub fn parse(value: &Value) -> Option<Self> {
        field::read_leniently(value, Self::read).ok()
    }

    fn read(text: &Reader<'_>) -> Option<Self> {
        Some(Self {
            inquiry: text.object_optional("inquiry", Words::read),
            payment: text.object_optional("payment", Words::read),
        })
    }

    fn write(&self) -> Value {
        Object::new()
            .with_some("inquiry", self.inquiry.as_ref().map(Words::write))
            .with_some("payment", self.payment.as_ref().map(Words::write))
            .into()
    }
}

/// What Mandiri shows: up to four labels, each with a value behind it. The first label and its value are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MandiriBill(pub [Option<String>; BILL_INFOS]);

impl MandiriBill {
    fn read(bill: &Reader<'_>) -> Option<Self> {
        let mut infos: [Option<String>; BILL_INFOS] = Default::default();
        for (at, info) in infos.iter_mut().enumerate() {
            let (name, max) = Self::field(at);
            let text =
                if at < 2 { bill.text(&name, usize::MAX) } else { bill.text_optional(&name, usize::MAX) };
            *info = text.map(|text| text.chars().take(max).collect());
        }
        (infos[0].is_some() && infos[1].is_some()).then_some(Self(infos))
    }

    fn write(&self) -> Value {
        let infos = self.0.iter().enumerate();
        let cut = |text: &str, max| text.chars().take(max).collect::<String>();
        Value::Object(infos.fold(Object::new(), |object, (at, text)| {
            let (name, max) = Self::field(at);
            object.with_some(name, text.as_deref().map(|text| cut(text, max)))
        }))
    }

    /// The name of a text, counted from nothing, and how long it may be: labels and values take turns.
    fn field(at: usize) -> (String, usize) {
        (format!("billInfo{}", at + 1), if at.is_multiple_of(2) { LABEL_MAX } else { VALUE_MAX })
    }
}
