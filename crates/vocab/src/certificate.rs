//! What is read of X.509 certificates here: their version, their dates and their key. Nothing in them is verified, and
//! old versions are read as well.

use crate::Timestamp;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// What holds the version, which certificates of the first leave out.
const VERSION: u8 = 0xa0;

/// A certificate in DER, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct X509<'a> {
    version: u8,
    dates: &'a [u8],
    public_key: &'a [u8],
}

impl<'a> X509<'a> {
    /// Nothing where it is none.
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let certificate = Element::read(der, SEQUENCE)?;
        let mut rest = Element::read(certificate.contents, SEQUENCE)?.contents;
        let mut version = 1;
        if let Some(named) = Element::read(rest, VERSION) {
            // Counted from zero.
            let &[number @ 0..=2] = Element::read(named.contents, INTEGER)?.contents else { return None };
            version = number + 1;
            rest = named.rest;
        }
        // Serial number, algorithm and issuer stand before the dates, the subject before its key.
        for kind in [INTEGER, SEQUENCE, SEQUENCE] {
            rest = Element::read(rest, kind)?.rest;
        }
        let dates = Element::read(rest, SEQUENCE)?;
        let subject = Element::read(dates.rest, SEQUENCE)?;
        let public_key = Element::read(subject.rest, SEQUENCE)?.whole;
        Some(Self { version, dates: dates.contents, public_key })
    }

    /// 1, 2 or 3. Only of the third a certificate says which hosts it is for.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// From when until when it counts.
    pub fn dates(&self) -> Option<(Timestamp, Timestamp)> {
        let (from, rest) = instant(self.dates)?;
        let (until, _) = instant(rest)?;
        Some((from, until))
    }

    /// Its subject's key, as SPKI.
    pub fn public_key(&self) -> &'a [u8] {
        self.public_key
    }

    /// The key's algorithm with its parameters, and the key's own bytes.
    pub fn key_parts(&self) -> Option<(&'a [u8], &'a [u8])> {
        let algorithm = Element::read(Element::read(self.public_key, SEQUENCE)?.contents, SEQUENCE)?;
        match Element::read(algorithm.rest, BIT_STRING)?.contents {
            // Bits that are left over at the end: no key has any.
            [0, key @ ..] => Some((algorithm.contents, key)),
            _ => None,
        }
    }
}

/// One element of DER.
struct Element<'a> {
    contents: &'a [u8],
    whole: &'a [u8],
    /// What comes behind it.
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    /// The one at the beginning, if it is of that kind.
    fn read(der: &'a [u8], kind: u8) -> Option<Self> {
        let (&[tag, first], behind) = der.split_first_chunk::<2>()?;
        if tag != kind {
            return None;
        }
        let (length, behind) = match first {
            0..=0x7f => (usize::from(first), behind),
            // Longer than four bytes of length no certificate is.
            0x81..=0x84 => {
                let (digits, behind) = behind.split_at_checked(usize::from(first & 0x7f))?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), behind)
            }
            _ => return None,
        };
        let (contents, rest) = behind.split_at_checked(length)?;
        Some(Self { contents, whole: &der[..der.len() - rest.len()], rest })
    }
}

/// `YYMMDDhhmmssZ`, of this century up to 49, or with all four digits of the year.
fn instant(der: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (text, rest) = if let Some(short) = Element::read(der, UTC_TIME) {
        let text = std::str::from_utf8(short.contents).ok()?;
        let is_old = text.get(..2)?.parse::<u8>().ok()? >= 50;
        (format!("{}{text}", if is_old { "19" } else { "20" }), short.rest)
    } else {
        let long = Element::read(der, GENERALIZED_TIME)?;
        (String::from_utf8(long.contents.to_vec()).ok()?, long.rest)
    };
    if text.len() != 15 || !text.ends_with('Z') || !text.is_ascii() {
        return None;
    }
    let part = |from: usize, to: usize| &text[from..to];
    let (year, month, day) = (part(0, 4), part(4, 6), part(6, 8));
    let (hour, minute, second) = (part(8, 10), part(10, 12), part(12, 14));
    let at = Timestamp::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).ok()?;
    Some((at, rest))
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

    /// A key of nine bytes, and what holds it.
    fn spki(unused_bits: u8) -> Vec<u8> {
        let algorithm = element(SEQUENCE, &[6, 1, 42]);
        let bits = element(BIT_STRING, &[vec![unused_bits], vec![7; 9]].concat());
        element(SEQUENCE, &[algorithm, bits].concat())
    }

    fn certificate(version: &[u8], dates: &[u8], key: &[u8]) -> Vec<u8> {
        let before =
            [version, &element(INTEGER, &[7]), &element(SEQUENCE, &[]), &element(SEQUENCE, &[0; 60])];
        let behind = [&element(SEQUENCE, dates)[..], &element(SEQUENCE, &[0; 9]), key];
        element(SEQUENCE, &element(SEQUENCE, &[before.concat(), behind.concat()].concat()))
    }

    fn named(version: u8) -> Vec<u8> {
        element(VERSION, &element(INTEGER, &[version]))
    }

    #[test]
    fn both_spellings_of_a_date_are_read() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let check = |from: Vec<u8>, until: Vec<u8>, expected: (&str, &str)| {
            let der = certificate(&named(2), &[from, until].concat(), &spki(0));
            let dates = X509::read(&der).unwrap().dates();
            assert_eq!(dates, Some((at(expected.0), at(expected.1))));
        };
        let utc = |text: &str| element(UTC_TIME, text.as_bytes());
        let general = |text: &str| element(GENERALIZED_TIME, text.as_bytes());
        let expected = ("1999-12-31T23:59:59Z", "2049-01-01T00:00:00Z");
        check(utc("991231235959Z"), utc("490101000000Z"), expected);
        let expected = ("2026-11-30T00:00:00Z", "2050-01-02T03:04:05Z");
        check(utc("261130000000Z"), general("20500102030405Z"), expected);
        for bad in [utc("2611300000Z"), general("20500102030405+"), utc("é1130000000Z"), Vec::new()] {
            let der = certificate(&named(2), &[bad, utc("490101000000Z")].concat(), &spki(0));
            assert_eq!(X509::read(&der).unwrap().dates(), None);
        }
    }

    #[test]
    fn the_key_is_read_of_every_version() {
        for (version, expected) in [(Vec::new(), 1), (named(0), 1), (named(1), 2), (named(2), 3)] {
            let der = certificate(&version, &[], &spki(0));
            let read = X509::read(&der).unwrap();
            assert_eq!((read.version(), read.public_key()), (expected, &spki(0)[..]));
            assert_eq!(read.key_parts(), Some((&[6, 1, 42][..], &[7; 9][..])));
            for length in 0..der.len() {
                assert_eq!(X509::read(&der[..length]), None, "cut after {length} bytes");
            }
        }
        assert_eq!(X509::read(&certificate(&named(3), &[], &spki(0))), None);
        assert_eq!(X509::read(&certificate(&[], &[], &spki(1))).unwrap().key_parts(), None);
    }

    #[test]
    fn what_is_no_certificate_has_no_parts() {
        for bad in [&b""[..], b"x", &[SEQUENCE, 0x80], &[SEQUENCE, 0x85, 1, 1, 1, 1, 1], &[0; 40]] {
            assert_eq!(X509::read(bad), None);
        }
    }
}
