//! What a code says, field by field.

use lunas_vocab::Money;

#[cfg(doc)]
use super::form::{ACQUIRER_DOMAIN, CITY_MAX, LABEL_MAX, NAME_MAX, POSTAL_CODE_MAX};

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
