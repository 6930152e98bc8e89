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
mod error;
mod form;
mod paste;
mod payload;
mod read;
#[cfg(test)]
mod tests;
mod tlv;

pub use crc::crc16;
pub use error::PayloadError;
pub use form::{
    ACQUIRER_DOMAIN, CITY_MAX, COUNTRY, LABEL_MAX, NAME_MAX, NATIONAL_DOMAIN, PAYLOAD_MAX, POSTAL_CODE_MAX,
};
pub use payload::{AcquirerTemplate, Mcc, NationalTemplate, Payload, PointOfInitiation};

use form::{AMOUNT_MAX, CRITERIA_MAX, DOMAIN_MAX, FORMAT, MERCHANT_ID_MAX, PAN_MAX, RUPIAH, tag};
use lunas_vocab::{Currency, Money};

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
