//! The text inside a QRIS code: what a merchant's code says to a wallet, by EMVCo's merchant-presented mode.
//!
//! Left out on purpose: drawing the code, and what a payment of it does. A code is read strictly in its frame
//! (lengths, checksum, the fields a payment needs) and leniently in what it adds, because codes of other acquirers
//! are read too.
//!
//! ```
//! use lunas_snap::qris::Payload;
//! use lunas_vocab::Money;
//!
//! let text = "00020101021226610014COM.GO-JEK.WWW01189360091430000000120210G0000000010303UMI51440014ID.CO.QRIS.WWW\
//!             0215ID10000000000010303UMI520454995303360540810000.005802ID5911TOKO CONTOH6007JAKARTA61051219062070703\
//!             A016304D671";
//! let payload = Payload::parse(text).expect("a sound code");
//! assert_eq!(payload.amount, Some(Money::idr(10_000)));
//! assert_eq!(payload.write(), text);
//! ```

mod crc;
mod paste;
mod read;
#[cfg(test)]
mod tests;
mod tlv;

pub use crc::crc16;
pub use read::PayloadError;

use lunas_vocab::{Currency, Money};

/// The most characters of a code's text.
pub const PAYLOAD_MAX: usize = 512;
/// The most characters of a merchant's name.
pub const NAME_MAX: usize = 25;
/// The most characters of a city.
pub const CITY_MAX: usize = 15;
/// The most characters of a postal code.
pub const POSTAL_CODE_MAX: usize = 10;
/// The most characters of a bill number, and of a terminal label.
pub const LABEL_MAX: usize = 25;
/// The domain of the acquirer whose codes the gateway makes.
pub const ACQUIRER_DOMAIN: &str = "COM.GO-JEK.WWW";
/// The domain of the national template.
pub const NATIONAL_DOMAIN: &str = "ID.CO.QRIS.WWW";
/// The country of every code, as ISO 3166 spells it.
pub const COUNTRY: &str = "ID";

/// The most characters of an acquirer's domain.
const DOMAIN_MAX: usize = 32;
/// The most characters of a merchant's account number at its acquirer.
const PAN_MAX: usize = 19;
/// The most characters of a merchant's id at its acquirer, and of its national id.
const MERCHANT_ID_MAX: usize = 15;
/// The most characters of a merchant's size class.
const CRITERIA_MAX: usize = 3;
/// The most characters of an amount; past it, decimals that are zero are left out.
const AMOUNT_MAX: usize = 13;
/// The rupiah's number in ISO 4217.
const RUPIAH: &str = "360";
/// The only version of the format.
const FORMAT: &str = "01";

/// The tags of the fields, outermost first.
mod tag {
    pub(super) const FORMAT: &str = "00";
    pub(super) const INITIATION: &str = "01";
    pub(super) const ACQUIRER: &str = "26";
    pub(super) const NATIONAL: &str = "51";
    pub(super) const MCC: &str = "52";
    pub(super) const CURRENCY: &str = "53";
    pub(super) const AMOUNT: &str = "54";
    pub(super) const COUNTRY: &str = "58";
    pub(super) const NAME: &str = "59";
    pub(super) const CITY: &str = "60";
    pub(super) const POSTAL_CODE: &str = "61";
    pub(super) const ADDITIONAL: &str = "62";
    pub(super) const CRC: &str = "63";

    // Inside the two templates.
    pub(super) const DOMAIN: &str = "00";
    pub(super) const PAN: &str = "01";
    pub(super) const MERCHANT_ID: &str = "02";
    pub(super) const CRITERIA: &str = "03";

    // Inside the additional data.
    pub(super) const BILL_NUMBER: &str = "01";
    pub(super) const TERMINAL_LABEL: &str = "07";
}

/// Whether a code is for one payment or for any number of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PointOfInitiation {
    /// `11`: printed once, paid often.
    Static,
    /// `12`: made for one order.
    Dynamic,
}

impl PointOfInitiation {
    /// The two digits of the code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Static => "11",
            Self::Dynamic => "12",
        }
    }
}

/// What a merchant sells, as four digits (ISO 18245).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mcc(u16);

impl Mcc {
    /// Takes a number of at most four digits.
    pub const fn new(number: u16) -> Option<Self> {
        if number > 9999 { None } else { Some(Self(number)) }
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// The merchant as its acquirer knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcquirerTemplate {
    /// The acquirer's domain, written backwards, such as [`ACQUIRER_DOMAIN`].
    pub domain: String,
    /// The merchant's account number: `9360`, the acquirer's number and a serial number.
    pub pan: String,
    /// The merchant's id at the acquirer.
    pub merchant_id: String,
    /// How large the business is: `UMI`, `UKE`, `UME` or `UBE`.
    pub criteria: String,
}

/// The merchant as the national register knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalTemplate {
    /// The national merchant id: `ID` and thirteen digits.
    pub nmid: String,
    /// How large the business is: `UMI`, `UKE`, `UME` or `UBE`.
    pub criteria: String,
}

/// What a code says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// For one order or for many.
    pub point_of_initiation: PointOfInitiation,
    /// The merchant at its acquirer.
    pub acquirer: AcquirerTemplate,
    /// The merchant in the national register. Old codes have none.
    pub national: Option<NationalTemplate>,
    /// What the merchant sells.
    pub mcc: Mcc,
    /// What is to be paid; without it the customer types the amount.
    pub amount: Option<Money>,
    /// The merchant's name, at most [`NAME_MAX`] characters on the wire.
    pub merchant_name: String,
    /// Where the merchant is, at most [`CITY_MAX`] characters on the wire.
    pub city: String,
    /// The postal code, at most [`POSTAL_CODE_MAX`] characters on the wire.
    pub postal_code: Option<String>,
    /// The order, at most [`LABEL_MAX`] characters on the wire.
    pub bill_number: Option<String>,
    /// The till, at most [`LABEL_MAX`] characters on the wire.
    pub terminal_label: Option<String>,
}

impl Payload {
    /// The currency of every code. Codes in another one are not read.
    pub const fn currency(&self) -> Currency {
        Currency::Idr
    }

    /// Writes the text of the code. Every text goes through [`sanitise`] and is cut to its length, so what is
    /// written can be read, has at most [`PAYLOAD_MAX`] characters and never fails.
    pub fn write(&self) -> String {
        let acquirer = tlv::Writer::default()
            .with(tag::DOMAIN, &sanitise(&self.acquirer.domain, DOMAIN_MAX))
            .with(tag::PAN, &sanitise(&self.acquirer.pan, PAN_MAX))
            .with(tag::MERCHANT_ID, &sanitise(&self.acquirer.merchant_id, MERCHANT_ID_MAX))
            .with(tag::CRITERIA, &sanitise(&self.acquirer.criteria, CRITERIA_MAX));
        let national = self.national.as_ref().map(|national| {
            tlv::Writer::default()
                .with(tag::DOMAIN, NATIONAL_DOMAIN)
                .with(tag::MERCHANT_ID, &sanitise(&national.nmid, MERCHANT_ID_MAX))
                .with(tag::CRITERIA, &sanitise(&national.criteria, CRITERIA_MAX))
                .finish()
        });
        let additional = tlv::Writer::default()
            .with_some(tag::BILL_NUMBER, cut(self.bill_number.as_deref(), LABEL_MAX))
            .with_some(tag::TERMINAL_LABEL, cut(self.terminal_label.as_deref(), LABEL_MAX));
        let mut text = tlv::Writer::default()
            .with(tag::FORMAT, FORMAT)
            .with(tag::INITIATION, self.point_of_initiation.as_str())
            .with(tag::ACQUIRER, &acquirer.finish())
            .with_some(tag::NATIONAL, national)
            .with(tag::MCC, &format!("{:04}", self.mcc.number()))
            .with(tag::CURRENCY, RUPIAH)
            .with_some(tag::AMOUNT, self.amount.map(amount_text))
            .with(tag::COUNTRY, COUNTRY)
            .with(tag::NAME, &sanitise(&self.merchant_name, NAME_MAX))
            .with(tag::CITY, &sanitise(&self.city, CITY_MAX))
            .with_some(tag::POSTAL_CODE, cut(self.postal_code.as_deref(), POSTAL_CODE_MAX))
            .with_some(tag::ADDITIONAL, Some(additional.finish()).filter(|additional| !additional.is_empty()))
            .finish();
        // The checksum covers its own tag and length.
        text.push_str(tag::CRC);
        text.push_str("04");
        let crc = crc16(text.as_bytes());
        text.push_str(&format!("{crc:04X}"));
        debug_assert!(text.len() <= PAYLOAD_MAX, "the lengths of all fields together stay below the limit");
        text
    }

    /// Reads the text of a code, as a camera or a person gives it: blanks around it and ends of lines in it do not
    /// matter.
    pub fn parse(text: &str) -> Result<Self, PayloadError> {
        read::payload(&paste::unwrapped(text))
    }
}

/// Whether a text is a whole code, of whichever country and issuer: a row of fields that ends with its checksum. One that
/// is whole and that [`Payload::parse`] refuses was copied well and is somebody else's.
pub fn check_whole(text: &str) -> Result<(), PayloadError> {
    read::check_whole(&paste::unwrapped(text))
}

/// A text as a code may carry it: printable ASCII, no blanks at its ends, at most `max` characters, and a dash if
/// nothing is left. What is not ASCII becomes a question mark.
pub fn sanitise(text: &str, max: usize) -> String {
    let printable: String = text
        .trim()
        .chars()
        .take(max)
        .map(|character| match character {
            ' '..='~' => character,
            _ if character.is_whitespace() || character.is_control() => ' ',
            _ => '?',
        })
        .collect();
    let trimmed = printable.trim();
    if trimmed.is_empty() { "-".to_owned() } else { trimmed.to_owned() }
}

fn cut(text: Option<&str>, max: usize) -> Option<String> {
    text.map(|text| sanitise(text, max))
}

fn amount_text(amount: Money) -> String {
    let text = amount.to_decimal();
    match text.strip_suffix(".00") {
        Some(whole) if text.len() > AMOUNT_MAX => whole.to_owned(),
        _ => text,
    }
}
