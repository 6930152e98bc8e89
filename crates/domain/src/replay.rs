//! Idempotency by `X-EXTERNAL-ID`: one key stands for one operation, and a repetition gets the first answer again.
//!
//! Only successes are remembered; a call that was refused changed nothing and is worked afresh. There is no state "in
//! flight" to report: of several calls that race with one key exactly one can commit, and the others wait for it and
//! then read its answer.

use std::time::Duration;

use lunas_vocab::{BankId, Bucket, ExternalId, MerchantId, Timestamp};

/// How long a key is kept at the least.
const LIFE: Duration = Duration::from_hours(24);

/// Whose call it was. Banks and merchants call different services, so that a bank and a merchant of equal ids never meet
/// under one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ReplayOwner {
    /// A merchant's.
    Merchant(MerchantId),
    /// A bank's.
    Bank(BankId),
}

impl ReplayOwner {
    /// The owner's id.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Merchant(id) => id.as_str(),
            Self::Bank(id) => id.as_str(),
        }
    }

    /// The owner's id, by itself.
    pub fn into_string(self) -> String {
        match self {
            Self::Merchant(id) => id.into_string(),
            Self::Bank(id) => id.into_string(),
        }
    }
}

/// What a repetition is recognised by. Two merchants may use the same id, and one merchant may use it for two services.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReplayKey {
    /// Whose call it was.
    pub owner: ReplayOwner,
    /// The service's two digits.
    pub service: &'static str,
    /// The call's `X-EXTERNAL-ID`.
    pub external_id: ExternalId,
}

impl ReplayKey {
    /// Where the key lies, and what a call under it opens.
    pub fn bucket(&self) -> Bucket {
        Bucket::of(&[self.owner.as_str(), self.external_id.as_str()])
    }
}

/// A call's answer as it was given the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// What the call that was answered said: a text that is the same for calls that say the same.
    pub request: Vec<u8>,
    /// What is kept of the answer, as [`KeptAnswer::into_bytes`] has it. The HTTP status was 200: nothing else is kept.
    pub body: Vec<u8>,
}

/// What is kept of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptAnswer {
    /// The whole body, byte for byte.
    Whole(Vec<u8>),
    /// The body is made anew from the payment that the call opened, and known by this.
    Mark(AnswerMark),
}

/// By what an answer is known that is made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerMark {
    /// Stands for the URL that its links start with.
    pub base: [u8; 4],
    /// The beginning of its hash, so that no other one is ever given in its place.
    pub hash: [u8; 4],
}

/// What a mark begins with, and no body: those are JSON.
const MARK: u8 = 0;

impl KeptAnswer {
    /// As the store keeps it.
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Whole(body) => body,
            Self::Mark(AnswerMark { base, hash }) => [&[MARK], &base[..], &hash[..]].concat(),
        }
    }

    /// What the store kept.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        match *bytes {
            [MARK, a, b, c, d, e, f, g, h] => {
                Self::Mark(AnswerMark { base: [a, b, c, d], hash: [e, f, g, h] })
            }
            _ => Self::Whole(bytes),
        }
    }
}

/// What a repeated call gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repetition {
    /// The same request: the same answer.
    Same(KeptAnswer),
    /// The key was used for another request; this is what that said.
    Different(Vec<u8>),
}

impl StoredAnswer {
    /// Judges a repetition of the key by what it says.
    pub fn judge(self, request: &[u8]) -> Repetition {
        if self.request == request {
            Repetition::Same(KeptAnswer::from_bytes(self.body))
        } else {
            Repetition::Different(self.request)
        }
    }
}

/// Until when a key first used at `now` is kept: a day, and at least to the end of the WIB day, because the standard
/// calls the id unique per day.
pub fn kept_until(now: Timestamp) -> Timestamp {
    now.plus(LIFE).max(now.end_of_wib_day())
}

/// Until when the key of a reading call is taken. Nothing has to be given again for it; the standard calls the id unique
/// per day, and that is all it means here.
pub fn taken_until(now: Timestamp) -> Timestamp {
    now.end_of_wib_day()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_is_the_same_request_or_a_conflict() {
        let stored = StoredAnswer { request: vec![1], body: b"first".to_vec() };
        let same = Repetition::Same(KeptAnswer::Whole(b"first".to_vec()));
        assert_eq!(stored.clone().judge(&[1]), same);
        assert_eq!(stored.judge(&[2]), Repetition::Different(vec![1]));
    }

    #[test]
    fn what_is_kept_is_read_as_it_is_written() {
        let mark = KeptAnswer::Mark(AnswerMark { base: [0, 1, 2, 3], hash: [4, 5, 6, 255] });
        assert_eq!(mark.clone().into_bytes(), [0, 0, 1, 2, 3, 4, 5, 6, 255]);
        for kept in [mark, KeptAnswer::Whole(br#"{"a":"bc"}"#.to_vec()), KeptAnswer::Whole(Vec::new())] {
            assert_eq!(KeptAnswer::from_bytes(kept.clone().into_bytes()), kept);
        }
    }

    #[test]
    fn a_key_lives_a_day_and_to_the_end_of_its_wib_day() {
        let check = |first: &str, until: &str| {
            assert_eq!(kept_until(Timestamp::parse(first).unwrap()).to_snap(), until);
        };
        check("2026-11-20T00:00:00+07:00", "2026-11-21T00:00:00+07:00");
        check("2026-11-20T18:30:00+07:00", "2026-11-21T18:30:00+07:00");
    }
}
