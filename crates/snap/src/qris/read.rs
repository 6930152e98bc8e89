//! From the text of a code to what it says, or to a sentence about what is wrong with it.

use lunas_vocab::Money;

use super::crc::crc16;
use super::error::PayloadError;
use super::form::{
    CITY_MAX, COUNTRY, CRITERIA_MAX, DOMAIN_MAX, FORMAT, LABEL_MAX, MERCHANT_ID_MAX, NAME_MAX, PAN_MAX,
    PAYLOAD_MAX, POSTAL_CODE_MAX, RUPIAH, tag,
};
use super::payload::{AcquirerTemplate, Mcc, NationalTemplate, Payload, PointOfInitiation};
use super::tlv::{Fields, by_bytes, by_characters, is_digits, walk};

/// How the checksum stands at the end: its tag, its length and four hexadecimal digits.
const CRC_HEAD: &str = "6304";
/// The characters of the checksum with its tag and length.
const CRC_LENGTH: usize = 8;

/// Whether the text is a row of fields that begins as a code does and ends with its checksum. What the fields say is
/// their issuer's business: names may be in any script, and templates as their scheme has them.
pub(super) fn check_whole(text: &str) -> Result<(), PayloadError> {
    if text.chars().count() > PAYLOAD_MAX {
        return Err(PayloadError::TooLong);
    }
    if !text.starts_with(tag::FORMAT) {
        return Err(PayloadError::NotQris);
    }
    // The frame is read before the checksum is compared, so that a code cut short is called that. Some issuers count
    // the bytes of a name in another script, and others its characters.
    let first = walk(text, by_characters).or_else(|error| walk(text, by_bytes).map_err(|_| error))?;
    checksum(text)?;
    if first == Some((tag::FORMAT, FORMAT)) { Ok(()) } else { Err(PayloadError::NotQris) }
}

pub(super) fn payload(text: &str) -> Result<Payload, PayloadError> {
    if text.len() > PAYLOAD_MAX {
        return Err(PayloadError::TooLong);
    }
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(PayloadError::NotText);
    }
    if !text.starts_with(tag::FORMAT) {
        return Err(PayloadError::NotQris);
    }
    // The frame is read before the checksum is compared, so that a code cut short is called that.
    let fields = Fields::read(text)?;
    checksum(text)?;
    if fields.first() != Some(tag::FORMAT) || fields.get(tag::FORMAT) != Some(FORMAT) {
        return Err(PayloadError::NotQris);
    }
    exactly(&fields, tag::CURRENCY, "currency", RUPIAH, "only the rupiah, 360, can be paid")?;
    exactly(&fields, tag::COUNTRY, "country", COUNTRY, "ID was expected")?;
    let additional = Fields::read(fields.get(tag::ADDITIONAL).unwrap_or_default())?;
    Ok(Payload {
        point_of_initiation: point_of_initiation(&fields)?,
        acquirer: acquirer(&fields)?,
        national: national(&fields)?,
        mcc: mcc(&fields)?,
        amount: amount(&fields)?,
        merchant_name: mandatory(&fields, tag::NAME, "merchant's name", NAME_MAX)?,
        city: mandatory(&fields, tag::CITY, "city", CITY_MAX)?,
        postal_code: optional(&fields, tag::POSTAL_CODE, "postal code", POSTAL_CODE_MAX)?,
        bill_number: optional(&additional, tag::BILL_NUMBER, "bill number", LABEL_MAX)?,
        terminal_label: optional(&additional, tag::TERMINAL_LABEL, "terminal label", LABEL_MAX)?,
    })
}

/// Compares the checksum. Small hexadecimal letters are let pass.
fn checksum(text: &str) -> Result<(), PayloadError> {
    let at = text.len().checked_sub(CRC_LENGTH).ok_or(PayloadError::NoChecksum)?;
    let found = text
        .get(at..)
        .and_then(|end| end.strip_prefix(CRC_HEAD))
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .ok_or(PayloadError::NoChecksum)?;
    let covered = text.get(..at + CRC_HEAD.len()).ok_or(PayloadError::NoChecksum)?;
    let computed = format!("{:04X}", crc16(covered.as_bytes()));
    if found.eq_ignore_ascii_case(&computed) {
        Ok(())
    } else {
        Err(PayloadError::Checksum { found: found.to_owned(), computed })
    }
}

fn point_of_initiation(fields: &Fields<'_>) -> Result<PointOfInitiation, PayloadError> {
    match fields.get(tag::INITIATION) {
        // EMVCo lets a printed code leave the field out.
        None | Some("11") => Ok(PointOfInitiation::Static),
        Some("12") => Ok(PointOfInitiation::Dynamic),
        Some(_) => Err(PayloadError::Wrong { field: "point of initiation", reason: "11 or 12 was expected" }),
    }
}

fn acquirer(fields: &Fields<'_>) -> Result<AcquirerTemplate, PayloadError> {
    let template = Fields::read(fields.get(tag::ACQUIRER).ok_or(PayloadError::Missing("acquirer"))?)?;
    let criteria = optional(&template, tag::CRITERIA, "acquirer's criteria", CRITERIA_MAX)?;
    Ok(AcquirerTemplate {
        domain: mandatory(&template, tag::DOMAIN, "acquirer's domain", DOMAIN_MAX)?,
        pan: mandatory(&template, tag::PAN, "merchant's account number", PAN_MAX)?,
        merchant_id: mandatory(&template, tag::MERCHANT_ID, "acquirer's merchant id", MERCHANT_ID_MAX)?,
        criteria: criteria.unwrap_or_default(),
    })
}

fn national(fields: &Fields<'_>) -> Result<Option<NationalTemplate>, PayloadError> {
    let Some(template) = fields.get(tag::NATIONAL) else { return Ok(None) };
    let template = Fields::read(template)?;
    let criteria = optional(&template, tag::CRITERIA, "national criteria", CRITERIA_MAX)?;
    Ok(Some(NationalTemplate {
        nmid: mandatory(&template, tag::MERCHANT_ID, "national merchant id", MERCHANT_ID_MAX)?,
        criteria: criteria.unwrap_or_default(),
    }))
}

fn mcc(fields: &Fields<'_>) -> Result<Mcc, PayloadError> {
    let wrong = PayloadError::Wrong { field: "merchant category", reason: "four digits were expected" };
    let text = fields.get(tag::MCC).ok_or(PayloadError::Missing("merchant category"))?;
    if text.len() != 4 || !is_digits(text) {
        return Err(wrong);
    }
    text.parse().ok().and_then(Mcc::new).ok_or(wrong)
}

fn amount(fields: &Fields<'_>) -> Result<Option<Money>, PayloadError> {
    let Some(text) = fields.get(tag::AMOUNT) else { return Ok(None) };
    match Money::parse_idr(text) {
        Ok(amount) if amount.is_positive() => Ok(Some(amount)),
        _ => Err(PayloadError::Wrong {
            field: "amount",
            reason: "digits with at most two decimals were expected, and more than nothing",
        }),
    }
}

fn exactly(
    fields: &Fields<'_>,
    tag: &str,
    field: &'static str,
    expected: &str,
    reason: &'static str,
) -> Result<(), PayloadError> {
    match fields.get(tag) {
        None => Err(PayloadError::Missing(field)),
        Some(text) if text == expected => Ok(()),
        Some(_) => Err(PayloadError::Wrong { field, reason }),
    }
}

fn mandatory(
    fields: &Fields<'_>,
    tag: &str,
    field: &'static str,
    max: usize,
) -> Result<String, PayloadError> {
    optional(fields, tag, field, max)?.ok_or(PayloadError::Missing(field))
}

fn optional(
    fields: &Fields<'_>,
    tag: &str,
    field: &'static str,
    max: usize,
) -> Result<Option<String>, PayloadError> {
    match fields.get(tag) {
        Some(text) if text.len() > max => {
            Err(PayloadError::Wrong { field, reason: "it has more characters than the standard allows" })
        }
        text => Ok(text.map(str::to_owned)),
    }
}
