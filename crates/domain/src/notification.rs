//! Who is told what, and when it is tried again: the schedule of outbound notifications.

use std::time::Duration;

use lunas_vocab::{ReferenceNo, Timestamp};

/// Something a merchant must be told: what `reference_no` names reached its `version`.
///
/// The message's text is made from the record when it is sent, and the record of a version never changes, so
/// every attempt says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// What kind of thing it is about.
    pub about: About,
    /// The payment, the virtual account, the transfer or the link.
    pub reference_no: ReferenceNo,
    /// Which of its states; of a transfer, the state of its account that it made.
    pub version: u32,
}

lunas_vocab::words! {
    /// What a notification is about, and so where its record is found.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum About {
        /// A payment.
        Payment = "payment",
        /// A virtual account, or the first payment into one.
        VirtualAccount = "virtual-account",
        /// A later payment into a virtual account.
        Transfer = "transfer",
        /// A linked customer account.
        Link = "link",
    }
    /// The word kept in the store and shown in lists.
    pub fn word;
}

/// Delays before the second and every further attempt, each counted from the attempt before.
pub const RETRY_DELAYS: [Duration; 5] = [
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_mins(90),
    Duration::from_mins(210),
];

/// The same for linked accounts, as the contract has it: a merchant that is away for a second is not told.
pub const LINK_RETRY_DELAYS: [Duration; 3] =
    [Duration::from_millis(20), Duration::from_millis(40), Duration::from_millis(80)];

/// What came of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The merchant answered with this HTTP status.
    Answered(u16),
    /// No answer: refused connection, time-out, or an address that must not be called.
    Unanswered,
}

/// What is done after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The merchant has it.
    Delivered,
    /// Tried again at this time. While `holds_back_later`, no later notification of the same payment is sent before
    /// this one; a merchant that heard it and refused it (4xx) is told later ones all the same.
    Retry {
        /// When.
        at: Timestamp,
        /// Whether later notifications of the payment wait.
        holds_back_later: bool,
    },
    /// Not tried again by itself; an operator may send it again.
    Parked,
}

/// Judges attempt number `attempt_no` (the first is 1), made at `at`. HTTP 200 is a success; of a linked account every
/// 2xx is. `delays` are those of payments and virtual accounts; links have their own.
pub fn judge(about: About, attempt: Attempt, attempt_no: u32, at: Timestamp, delays: &[Duration]) -> Next {
    let delays = if about == About::Link { &LINK_RETRY_DELAYS } else { delays };
    let refused = match attempt {
        Attempt::Answered(200) => return Next::Delivered,
        Attempt::Answered(201..=299) if about == About::Link => return Next::Delivered,
        Attempt::Answered(status) => (400..500).contains(&status) && status != 408 && status != 429,
        Attempt::Unanswered => false,
    };
    let index = usize::try_from(attempt_no.saturating_sub(1)).unwrap_or(usize::MAX);
    match delays.get(index) {
        Some(delay) => Next::Retry { at: at.plus(*delay), holds_back_later: !refused },
        None => Next::Parked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_200_is_a_success_and_five_retries_follow_a_failure() {
        let at = Timestamp::from_ms(0);
        let check = |attempt: Attempt, attempt_no: u32, expected: Next| {
            let next = judge(About::Payment, attempt, attempt_no, at, &RETRY_DELAYS);
            assert_eq!(next, expected, "{attempt:?} {attempt_no}");
        };
        let retry = |minutes: i64, holds_back_later: bool| Next::Retry {
            at: Timestamp::from_ms(minutes * 60_000),
            holds_back_later,
        };
        check(Attempt::Answered(200), 1, Next::Delivered);
        check(Attempt::Answered(200), 6, Next::Delivered);
        for (attempt_no, minutes) in [(1, 2), (2, 10), (3, 30), (4, 90), (5, 210)] {
            check(Attempt::Unanswered, attempt_no, retry(minutes, true));
            check(Attempt::Answered(500), attempt_no, retry(minutes, true));
        }
        check(Attempt::Unanswered, 6, Next::Parked);
        check(Attempt::Answered(201), 1, retry(2, true));
        check(Attempt::Answered(302), 1, retry(2, true));
        check(Attempt::Answered(404), 1, retry(2, false));
        check(Attempt::Answered(429), 1, retry(2, true));
        check(Attempt::Answered(404), 6, Next::Parked);
    }

    #[test]
    fn a_link_is_told_of_four_times_within_the_blink_of_an_eye() {
        let at = Timestamp::from_ms(0);
        let check = |attempt: Attempt, attempt_no: u32, expected: Next| {
            let next = judge(About::Link, attempt, attempt_no, at, &RETRY_DELAYS);
            assert_eq!(next, expected, "{attempt:?} {attempt_no}");
        };
        check(Attempt::Answered(200), 1, Next::Delivered);
        check(Attempt::Answered(204), 1, Next::Delivered);
        for (attempt_no, ms) in [(1, 20), (2, 40), (3, 80)] {
            let next = Next::Retry { at: Timestamp::from_ms(ms), holds_back_later: true };
            check(Attempt::Unanswered, attempt_no, next);
        }
        check(Attempt::Answered(500), 4, Next::Parked);
    }
}
