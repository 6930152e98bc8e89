//! Makes identifiers. Those of hot tables begin with the time, so that new rows go to the end of their index, and carry a
//! bucket, so that what belongs together lies together.

use std::time::Duration;

use lunas_vocab::{Bucket, NotificationId, ReferenceNo, RefundNo, ResolutionNo, Timestamp, hex};

use crate::env::{ALPHANUMERIC, DIGITS, Env, HEX};

/// A `referenceNo` in the shape seen in the field: `A1`, UTC time to the second, ten characters, `ID`.
pub fn reference_no(env: &Env, bucket: Bucket) -> ReferenceNo {
    ReferenceNo::new(format!("A1{}ID", stamp(env, bucket))).expect("28 letters and digits")
}

/// UTC time to the second, two characters for the millisecond, three digits of the bucket, five random characters.
///
/// Thousands of payments may be opened in one second. Were they strewn over the second's part of an index, each would
/// write a page of its own there, in every index that has their number.
fn stamp(env: &Env, bucket: Bucket) -> String {
    let now = env.now();
    let millisecond = usize::try_from(now.ms().rem_euclid(1_000)).unwrap_or_default();
    let digit = |value: usize| char::from(ORDERED[value % ORDERED.len()]);
    let (high, low) = (digit(millisecond / ORDERED.len()), digit(millisecond));
    let chance = env.text(ALPHANUMERIC, 5);
    format!("{}{high}{low}{}{chance}", now.to_compact_utc(), bucket.as_str())
}

/// Digits of a number whose text sorts as the number does, whatever a database thinks of lower case.
const ORDERED: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Reference numbers between which those of payments opened from `from` to `to` lie, the second one excluded. There is
/// some room at both ends: the clock may tick between a payment's time and its number.
pub fn references_between(from: Timestamp, to: Timestamp) -> (ReferenceNo, ReferenceNo) {
    let bound = |at: Timestamp| {
        ReferenceNo::new(format!("A1{}", at.to_compact_utc())).expect("16 letters and digits")
    };
    (bound(from.minus(ROOM)), bound(to.plus(ROOM)))
}

/// More than lies between two readings of the clock in one call.
const ROOM: Duration = Duration::from_mins(1);
/// What surrounds the part of a `referenceNo` that differs from payment to payment.
const REFERENCE_ENDS: (&str, &str) = ("A1", "ID");

/// The bill number of a payment's QR code: its reference without the parts that all references have, because a code has
/// room for 25 characters only.
pub fn bill_number(reference_no: &ReferenceNo) -> &str {
    let (head, tail) = REFERENCE_ENDS;
    let text = reference_no.as_str();
    text.strip_prefix(head).and_then(|text| text.strip_suffix(tail)).unwrap_or(text)
}

/// The payment that a bill number stands for.
pub fn of_bill_number(bill_number: &str) -> Option<ReferenceNo> {
    let (head, tail) = REFERENCE_ENDS;
    ReferenceNo::new(format!("{head}{bill_number}{tail}")).ok()
}

/// A `refundNo`: `R1`, UTC time to the second, ten characters. It is letters and digits only, so that it can also
/// stand in for a `partnerRefundNo` that a merchant did not send. It lies with its payment.
pub fn refund_no(env: &Env, payment: &ReferenceNo) -> RefundNo {
    RefundNo::new(format!("R1{}", stamp(env, bucket_of(payment)))).expect("26 letters and digits")
}

/// A `captureNo`: `C1` and then as in a `refundNo`.
pub fn capture_no(env: &Env, authorization: &ReferenceNo) -> ResolutionNo {
    resolution_no("C1", env, authorization)
}

/// A `voidNo`: `V1` and then as in a `refundNo`.
pub fn void_no(env: &Env, authorization: &ReferenceNo) -> ResolutionNo {
    resolution_no("V1", env, authorization)
}

fn resolution_no(head: &str, env: &Env, authorization: &ReferenceNo) -> ResolutionNo {
    let stamp = stamp(env, bucket_of(authorization));
    ResolutionNo::new(format!("{head}{stamp}")).expect("26 letters and digits")
}

/// The bucket that a number carries.
pub fn bucket_of(number: &ReferenceNo) -> Bucket {
    Bucket::carried_by(number.as_str())
}

/// A notification's id, which is also its `X-EXTERNAL-ID`: digits only, as the contract asks. It grows with time; a
/// counter tells those of one millisecond apart, and random digits those of two nodes: no key of the store does. The
/// attempts at it, which are found by it, lie with what it tells of.
pub fn notification_id(env: &Env, about: &ReferenceNo) -> NotificationId {
    let (bucket, chance) = (bucket_of(about).as_str(), env.text(DIGITS, 7));
    let text = format!("{:013}{:06}{bucket}{chance}", env.now().ms(), env.tick() % 1_000_000);
    NotificationId::new(text).expect("29 digits")
}

/// The least id that a notification of that time could have.
pub fn least_notification_id(at: Timestamp) -> NotificationId {
    NotificationId::new(format!("{:013}{:016}", at.ms(), 0)).expect("29 digits")
}

/// An id that ties a request's answer, its log lines and its trace together.
pub fn request_id(env: &Env) -> String {
    env.text(HEX, 16)
}

/// A UUID of version 4.
pub fn uuid(env: &Env) -> String {
    let mut bytes = env.bytes::<16>();
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_the_shapes_that_partners_know() {
        let env = Env::manual(Timestamp::parse("2024-04-19T08:18:13Z").unwrap(), 1);
        let number = reference_no(&env, Bucket::of(&["x"]));
        let reference = number.as_str();
        assert_eq!(reference.len(), 28);
        assert!(reference.starts_with("A120240419081813") && reference.ends_with("ID"), "{reference}");
        let now = env.now();
        let (from, to) = references_between(now, now);
        assert!(from.as_str() < reference && reference < to.as_str(), "{from} {to}");
        assert_eq!(bill_number(&number).len(), 24);
        let bill = "20240419081813AbCdEfGhIj";
        assert_eq!(of_bill_number(bill).as_ref().map(bill_number), Some(bill));
        let refund = refund_no(&env, &number).into_string();
        assert!(refund.len() == 26 && refund.starts_with("R120240419081813"), "{refund}");
        let ends = [capture_no(&env, &number), void_no(&env, &number)].map(ResolutionNo::into_string);
        assert!(ends[0].starts_with("C120240419081813") && ends[1].starts_with("V1"), "{ends:?}");
        let notification = notification_id(&env, &number).into_string();
        assert!(
            notification.len() == 29 && notification.bytes().all(|b| b.is_ascii_digit()),
            "{notification}"
        );
        for made in [&reference.to_owned(), &refund, &ends[0], &ends[1], &notification] {
            assert_eq!(Bucket::carried_by(made), Bucket::of(&["x"]), "{made}");
        }
        let uuid = uuid(&env);
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "4");
        assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"), "{uuid}");
        let at =
            |ms: i64| reference_no(&Env::manual(Timestamp::from_ms(ms), 1), Bucket::of(&[])).into_string();
        let (numbers, mut sorted): (Vec<_>, Vec<_>) = (995..2_010).map(|ms| (at(ms), at(ms))).unzip();
        sorted.sort();
        assert_eq!(numbers, sorted, "they sort by the millisecond");
        let many: std::collections::HashSet<_> =
            (0..10_000).map(|_| notification_id(&env, &number)).collect();
        assert_eq!(many.len(), 10_000, "ids of one millisecond differ");
        assert_ne!(request_id(&env), request_id(&env));
    }
}
