//! The form of a code: its limits, and the tags of its fields.

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
pub(super) const DOMAIN_MAX: usize = 32;
/// The most characters of a merchant's account number at its acquirer.
pub(super) const PAN_MAX: usize = 19;
/// The most characters of a merchant's id at its acquirer, and of its national id.
pub(super) const MERCHANT_ID_MAX: usize = 15;
/// The most characters of a merchant's size class.
pub(super) const CRITERIA_MAX: usize = 3;
/// The most characters of an amount; past it, decimals that are zero are left out.
pub(super) const AMOUNT_MAX: usize = 13;
/// The rupiah's number in ISO 4217.
pub(super) const RUPIAH: &str = "360";
/// The only version of the format.
pub(super) const FORMAT: &str = "01";

/// The tags of the fields, outermost first.
pub(super) mod tag {
    pub(crate) const FORMAT: &str = "00";
    pub(crate) const INITIATION: &str = "01";
    pub(crate) const ACQUIRER: &str = "26";
    pub(crate) const NATIONAL: &str = "51";
    pub(crate) const MCC: &str = "52";
    pub(crate) const CURRENCY: &str = "53";
    pub(crate) const AMOUNT: &str = "54";
    pub(crate) const COUNTRY: &str = "58";
    pub(crate) const NAME: &str = "59";
    pub(crate) const CITY: &str = "60";
    pub(crate) const POSTAL_CODE: &str = "61";
    pub(crate) const ADDITIONAL: &str = "62";
    pub(crate) const CRC: &str = "63";

    // Inside the two templates.
    pub(crate) const DOMAIN: &str = "00";
    pub(crate) const PAN: &str = "01";
    pub(crate) const MERCHANT_ID: &str = "02";
    pub(crate) const CRITERIA: &str = "03";

    // Inside the additional data.
    pub(crate) const BILL_NUMBER: &str = "01";
    pub(crate) const TERMINAL_LABEL: &str = "07";
}
