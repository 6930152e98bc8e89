//! Where rows lie that a store keeps on several machines.

/// One of a thousand parts into which the rows of a store are divided. Rows of one bucket lie on one machine, so that a
/// payment, what merchants are told of it and what is booked for it are written there together.
///
/// A row's bucket follows from one text that names it, for good: what is stored under one would not be found under
/// another. The text either carries it, or it is drawn from the whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bucket(u16);

/// How many there are.
const COUNT: usize = 1_000;
/// How many digits say which.
const DIGITS: usize = 3;
/// Where a reference number, a refund's or a resolution's carries them: behind two characters and the time.
const IN_NUMBER: usize = 18;
/// Where a notification's id does: behind the time and a counter.
const IN_NOTIFICATION: usize = 19;
/// The length of a notification's id.
const NOTIFICATION_LENGTH: usize = 29;

/// The digits of all of them, one after another.
static TEXTS: [[u8; DIGITS]; COUNT] = texts();

const fn texts() -> [[u8; DIGITS]; COUNT] {
    let mut texts = [[b'0'; DIGITS]; COUNT];
    let mut at = 0;
    while at < COUNT {
        let (mut rest, mut place) = (at, DIGITS);
        while place > 0 {
            place -= 1;
            texts[at][place] = b"0123456789"[rest % 10];
            rest /= 10;
        }
        at += 1;
    }
    texts
}

impl Bucket {
    /// The bucket that is drawn from texts which name something together.
    pub fn of(names: &[&str]) -> Self {
        // FNV-1a in 64 bits, and the last steps of MurmurHash3, which spread what the last letters of a text change:
        // quick, short, and the same on every machine and in every version.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in names.iter().flat_map(|name| name.bytes().chain([0])) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        for factor in [0xff51_afd7_ed55_8ccd_u64, 0xc4ce_b9fe_1a85_ec53] {
            hash = (hash ^ (hash >> 33)).wrapping_mul(factor);
        }
        let count = u64::try_from(COUNT).unwrap_or(u64::MAX);
        Self(u16::try_from((hash ^ (hash >> 33)) % count).unwrap_or_default())
    }

    /// The bucket that a number of the gateway's carries: a reference number, a refund's, a resolution's, or a
    /// notification's id. Any other text has the one that is drawn from it.
    pub fn carried_by(number: &str) -> Self {
        let bytes = number.as_bytes();
        let is_of_notification = bytes.len() == NOTIFICATION_LENGTH && bytes.iter().all(u8::is_ascii_digit);
        let at = if is_of_notification { IN_NOTIFICATION } else { IN_NUMBER };
        let is_of_gateway = is_of_notification
            || matches!(bytes, [head, _, time @ ..] if head.is_ascii_uppercase() && is_time(time));
        let carried = bytes.get(at..at + DIGITS).filter(|_| is_of_gateway);
        match carried.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()) {
            Some(bucket) => Self(bucket),
            None => Self::of(&[number]),
        }
    }

    /// Its three digits.
    pub fn as_str(self) -> &'static str {
        std::str::from_utf8(&TEXTS[usize::from(self.0)]).unwrap_or_default()
    }

    /// Every bucket, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..COUNT).filter_map(|bucket| u16::try_from(bucket).ok().map(Self))
    }
}

/// Whether a text begins with a time to the second in digits.
fn is_time(text: &[u8]) -> bool {
    text.iter().take(14).filter(|byte| byte.is_ascii_digit()).count() == 14
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_carried_by_a_number_or_drawn_from_it() {
        let check = |number: &str, expected: &str| {
            assert_eq!(Bucket::carried_by(number).as_str(), expected, "{number}");
        };
        check("A12026110309000042017aBcDeID", "017");
        check("R12026110309000042999aBcDe", "999");
        check("17935920000000000010420000001", "042");
        // None of these is the gateway's: it is drawn, and stays what it was.
        check("A1", "101");
        check("A12026110309000042x17aBcDeID", Bucket::of(&["A12026110309000042x17aBcDeID"]).as_str());
        check("order-12345678901234567890", Bucket::of(&["order-12345678901234567890"]).as_str());
    }

    #[test]
    fn a_bucket_that_was_drawn_once_is_drawn_again() {
        let check = |names: &[&str], expected: &str| assert_eq!(Bucket::of(names).as_str(), expected);
        check(&["G0001", "order-1"], "799");
        check(&["G0001", "order-2"], "529");
        check(&["G0001o", "rder-1"], "328");
        check(&[], "342");
    }

    #[test]
    fn buckets_are_drawn_evenly() {
        let mut counts = vec![0_u32; COUNT];
        (0..100_000).for_each(|n: u32| counts[usize::from(Bucket::of(&["G0001", &n.to_string()]).0)] += 1);
        let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
        assert!(*least > 50 && *most < 160, "{least} to {most} of 100 on average");
        assert_eq!(Bucket::all().count(), COUNT);
        assert!(Bucket::all().all(|bucket| bucket.as_str().parse() == Ok(bucket.0)));
    }
}
