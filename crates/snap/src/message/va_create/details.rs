//! What a merchant says about a virtual account beyond its number and its amount: the bank, and what the bank shows.

use lunas_vocab::MerchantId;

use crate::field::{Codec, Field, Kind, Need, Part, Reader, Sent, Shape, WithRest};
use crate::json::{Object, Value};
use crate::message::debit_payment::{CustomerDetails, Item};
use crate::message::message;
use crate::message::va_account::{AnyCustomField, CustomField, OneMerchant};
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

message! {
    /// `additionalInfo` of a virtual account. An answer gives back what the request said.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Details: part {
        /// which bank keeps the account, in any case
        pub bank: Bank => "bank", like "mandiri";
        /// your MID
        pub merchant_id: MerchantId as OneMerchant => "merchantId", or "merchant_id";
        /// BCA's code of your product, `00000` if absent
        pub sub_company_code: Option<String> => "subCompanyCode", max SUB_COMPANY_MAX;
        /// for BCA: what its machines show before and after the payment
        pub free_texts: Vec<Sent<FreeText>> => "freeText";
        /// what Mandiri shows; needed for Mandiri. Documented as a list, sent as an object
        pub mandiri: Option<WithRest<MandiriBill>> as ForMandiri => "mandiri", need Conditional;
        /// who pays
        pub customer_details: Option<Sent<CustomerDetails>> => "customerDetails", or "customerDetail";
        /// what is sold; needed for accounts of businesses at Mandiri
        pub items: Vec<Sent<Item>> => "items", need Conditional;
        /// your own texts; notifications give them back
        pub custom_field: CustomField as AnyCustomField => "customField";
    }
}

message! {
    /// A text in the two languages of Indonesian banks.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Words: part {
        /// in English
        pub english: Option<String> => "english", max WORDS_MAX;
        /// in Indonesian
        pub indonesia: Option<String> => "indonesia", max WORDS_MAX;
    }
}

impl Words {
    /// Whether there is any.
    pub fn is_some(&self) -> bool {
        self.english.is_some() || self.indonesia.is_some()
    }
}

message! {
    /// One line that BCA shows, before and after the payment.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct FreeText: part {
        /// shown when the number is typed
        pub inquiry: Option<Words> => "inquiry";
        /// shown when it is paid
        pub payment: Option<Words> => "payment";
    }
}

/// What Mandiri shows: up to four labels, each with a value behind it. The first label and its value are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MandiriBill(pub [Option<String>; BILL_INFOS]);

/// Labels and values take turns.
const BILL_FIELDS: [Field; BILL_INFOS] = [
    bill_field("billInfo1", LABEL_MAX, Need::Mandatory),
    bill_field("billInfo2", VALUE_MAX, Need::Mandatory),
    bill_field("billInfo3", LABEL_MAX, Need::Optional),
    bill_field("billInfo4", VALUE_MAX, Need::Optional),
    bill_field("billInfo5", LABEL_MAX, Need::Optional),
    bill_field("billInfo6", VALUE_MAX, Need::Optional),
    bill_field("billInfo7", LABEL_MAX, Need::Optional),
    bill_field("billInfo8", VALUE_MAX, Need::Optional),
];

const fn bill_field(path: &'static str, shown: usize, need: Need) -> Field {
    let doc = match shown {
        LABEL_MAX => "a label; what is longer than 10 characters is not shown",
        _ => "its value; what is longer than 30 characters is not shown",
    };
    Field::new(path, Kind::Text, need, doc)
}

/// How much of a text is shown.
fn shown(at: usize) -> usize {
    if at.is_multiple_of(2) { LABEL_MAX } else { VALUE_MAX }
}

impl Part for MandiriBill {
    const SHAPE: &'static Shape = &Shape { name: "MandiriBill", fields: &BILL_FIELDS };

    fn read_members(from: &Reader<'_>) -> Option<Self> {
        let mut infos: [Option<String>; BILL_INFOS] = Default::default();
        for (at, (info, field)) in infos.iter_mut().zip(&BILL_FIELDS).enumerate() {
            let text = match field.need {
                Need::Mandatory => from.text(field.path, usize::MAX),
                Need::Optional | Need::Conditional => from.text_optional(field.path, usize::MAX),
            };
            *info = text.map(|text| text.chars().take(shown(at)).collect());
        }
        (infos[0].is_some() && infos[1].is_some()).then_some(Self(infos))
    }

    fn write_members(&self, to: &mut Object) {
        for (at, (info, field)) in self.0.iter().zip(&BILL_FIELDS).enumerate() {
            if let Some(text) = info {
                to.put(field.path, text.chars().take(shown(at)).collect::<String>().into());
            }
        }
    }
}

/// The bill that is there for Mandiri, and for no other bank.
struct ForMandiri;

impl Codec for ForMandiri {
    type Value = Option<WithRest<MandiriBill>>;
    const KIND: Kind = Kind::Object(MandiriBill::SHAPE);

    fn read(info: &Reader<'_>, name: &str, _: usize) -> Option<Option<WithRest<MandiriBill>>> {
        let bank = info.value("bank").and_then(Value::as_str).and_then(Bank::parse);
        if bank != Some(Bank::Mandiri) {
            return Some(None);
        }
        let bills = info.list(name, WithRest::read_members)?;
        Some(bills.into_iter().next())
    }

    fn write(bill: &Option<WithRest<MandiriBill>>) -> Option<Value> {
        Option::<WithRest<MandiriBill>>::write(bill)
    }
}
