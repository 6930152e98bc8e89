//! From when until when a certificate counts: the one part of it that is read here.
//!
//! TLS libraries look at the dates of the other side's certificate and not of one's own, so a server that was given an
//! expired one serves it, and every client turns away.

use lunas_vocab::Timestamp;

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// The version, which old certificates do not have.
const VERSION: u8 = 0xa0;

/// The two dates of a certificate in DER; nothing where it is none.
pub(super) fn of(certificate: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let (certificate, _) = value(certificate, SEQUENCE)?;
    let (mut rest, _) = value(certificate, SEQUENCE)?;
    if let Some((_, behind)) = value(rest, VERSION) {
        rest = behind;
    }
    // Serial number, algorithm and issuer stand before the dates.
    for kind in [INTEGER, SEQUENCE, SEQUENCE] {
        (_, rest) = value(rest, kind)?;
    }
    let (dates, _) = value(rest, SEQUENCE)?;
    let (from, dates) = instant(dates)?;
    let (until, _) = instant(dates)?;
    Some((from, until))
}

/// The contents of the element at the beginning, if it is of that kind, and what comes behind it.
fn value(der: &[u8], kind: u8) -> Option<(&[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk::<2>()?;
    if tag != kind {
        return None;
    }
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// `YYMMDDhhmmssZ`, of this century up to 49, or with all four digits of the year.
fn instant(der: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (text, rest) = value(der, UTC_TIME).map(|(text, rest)| (short(text), rest)).or_else(|| {
        value(der, GENERALIZED_TIME).map(|(text, rest)| (String::from_utf8(text.to_vec()).ok(), rest))
    })?;
    let text = text.filter(|text| text.len() == 15 && text.ends_with('Z') && text.is_ascii())?;
    let part = |from: usize, to: usize| &text[from..to];
    let (year, month, day) = (part(0, 4), part(4, 6), part(6, 8));
    let (hour, minute, second) = (part(8, 10), part(10, 12), part(12, 14));
    let at = Timestamp::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).ok()?;
    Some((at, rest))
}

fn short(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?;
    let is_old = text.get(..2)?.parse::<u8>().ok()? >= 50;
    Some(format!("{}{text}", if is_old { "19" } else { "20" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An element of that kind.
    fn element(kind: u8, contents: &[u8]) -> Vec<u8> {
        let length = u8::try_from(contents.len()).unwrap();
        let head = if length < 0x80 { vec![kind, length] } else { vec![kind, 0x81, length] };
        [head, contents.to_vec()].concat()
    }

    fn certificate(has_version: bool, from: &[u8], until: &[u8]) -> Vec<u8> {
        let version = if has_version { element(VERSION, &[2, 1, 2]) } else { Vec::new() };
        let before = [version, element(INTEGER, &[7]), element(SEQUENCE, &[]), element(SEQUENCE, &[0; 90])];
        let dates = element(SEQUENCE, &[from, until].concat());
        element(SEQUENCE, &element(SEQUENCE, &[before.concat(), dates].concat()))
    }

    #[test]
    fn both_spellings_of_a_date_are_read() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let check = |from: Vec<u8>, until: Vec<u8>, expected: (&str, &str)| {
            for has_version in [true, false] {
                let certificate = certificate(has_version, &from, &until);
                assert_eq!(of(&certificate), Some((at(expected.0), at(expected.1))));
                for length in 0..certificate.len() - 1 {
                    assert_eq!(of(&certificate[..length]), None, "cut after {length} bytes");
                }
            }
        };
        let utc = |text: &str| element(UTC_TIME, text.as_bytes());
        let general = |text: &str| element(GENERALIZED_TIME, text.as_bytes());
        let expected = ("1999-12-31T23:59:59Z", "2049-01-01T00:00:00Z");
        check(utc("991231235959Z"), utc("490101000000Z"), expected);
        let expected = ("2026-11-30T00:00:00Z", "2050-01-02T03:04:05Z");
        check(utc("261130000000Z"), general("20500102030405Z"), expected);
    }

    #[test]
    fn what_is_no_certificate_has_no_dates() {
        for bad in [&b""[..], b"x", &[SEQUENCE, 0x80], &[SEQUENCE, 0x85, 1, 1, 1, 1, 1], &[0; 40]] {
            assert_eq!(of(bad), None);
        }
        let odd = element(UTC_TIME, b"2611300000Z");
        assert_eq!(of(&certificate(true, &odd, &odd)), None);
    }
}
