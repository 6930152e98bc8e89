//! The public key in a certificate. Nothing else of the certificate is looked at: who registers a key vouches for it.

/// A SEQUENCE.
const SEQUENCE: u8 = 0x30;
/// The version of a certificate, which old ones leave out.
const VERSION: u8 = 0xa0;
/// What stands between version and key: serial number, algorithm, issuer, validity, subject.
const BEFORE_KEY: usize = 5;

/// The subject's key of an X.509 certificate, as SPKI.
pub(super) fn public_key(certificate: &[u8]) -> Option<&[u8]> {
    let outer = Element::read(certificate)?.of(SEQUENCE)?;
    let mut rest = Element::read(outer.content)?.of(SEQUENCE)?.content;
    if let Some(version) = Element::read(rest)?.of(VERSION) {
        rest = version.rest;
    }
    for _ in 0..BEFORE_KEY {
        rest = Element::read(rest)?.rest;
    }
    Some(Element::read(rest)?.of(SEQUENCE)?.whole)
}

/// One element of DER.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let (&tag, behind) = der.split_first()?;
        let (&first, behind) = behind.split_first()?;
        let (length, behind) = match first {
            0..=0x7f => (usize::from(first), behind),
            // Longer than four bytes of length nothing is that somebody registers.
            0x81..=0x84 => {
                let (digits, behind) = behind.split_at_checked(usize::from(first - 0x80))?;
                let length = digits.iter().fold(0_usize, |sum, digit| sum << 8 | usize::from(*digit));
                (length, behind)
            }
            _ => return None,
        };
        let (content, rest) = behind.split_at_checked(length)?;
        Some(Self { tag, content, whole: &der[..der.len() - rest.len()], rest })
    }

    fn of(self, tag: u8) -> Option<Self> {
        (self.tag == tag).then_some(self)
    }
}
