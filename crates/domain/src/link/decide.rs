//! What a command means for a link in each of its states.

use std::time::Duration;

use lunas_vocab::{CustomerId, MerchantId, ReferenceNo, Timestamp};

use super::{AuthCode, Cause, Decision, Link, Status};
use crate::notification::{About, Notification};

/// How long the merchant has for exchanging a code. The contract leaves it open.
pub const CODE_LIFE: Duration = Duration::from_mins(10);

/// Something that is asked of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The customer consents, and a code is made for the merchant. An earlier one counts no more.
    Consent {
        /// The new code's hash.
        code_hash: String,
    },
    /// The merchant exchanges a code.
    Bind {
        /// The hash of the code it brings.
        code_hash: String,
    },
    /// It ends, for that cause.
    Unlink(Cause),
}

/// Why a command changes nothing, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// No such code waits: it was used, replaced or never made.
    CodeUnknown,
    /// The code's time is up.
    CodeExpired,
    /// There is nothing to unlink.
    NotLinked,
}

/// A link that never was begins with the customer's consent.
pub fn open(
    reference_no: ReferenceNo,
    merchant: MerchantId,
    customer: CustomerId,
    code_hash: String,
    now: Timestamp,
) -> Decision {
    let link = Link {
        reference_no,
        merchant,
        customer,
        status: Status::Pending,
        version: 1,
        changed_at: now,
        cause: Cause::Consented,
        round: 0,
        code: Some(code(code_hash, now)),
    };
    Decision { link, notification: None }
}

/// Decides what `command` means for `link` at `now`.
pub fn decide(link: &Link, command: &Command, now: Timestamp) -> Result<Decision, Rejection> {
    match (link.status, command) {
        (Status::Pending | Status::Disabled, Command::Consent { code_hash }) => {
            let mut decision = moved(link, Status::Pending, Cause::Consented, now);
            decision.link.code = Some(code(code_hash.clone(), now));
            Ok(decision)
        }
        // The account stays linked, and its token goes on counting, whatever becomes of the code.
        (Status::Enabled, Command::Consent { code_hash }) => {
            let mut decision = moved(link, Status::Enabled, Cause::Consented, now);
            decision.link.code = Some(code(code_hash.clone(), now));
            Ok(decision)
        }
        (Status::Pending | Status::Enabled | Status::Disabled, Command::Bind { code_hash }) => {
            check(link, code_hash, now)?;
            let mut decision = moved(link, Status::Enabled, Cause::Linked, now);
            decision.link.code = None;
            decision.link.round += u32::from(link.status != Status::Enabled);
            Ok(told(decision))
        }
        (Status::Enabled, Command::Unlink(cause)) => {
            let mut decision = moved(link, Status::Disabled, *cause, now);
            decision.link.code = None;
            Ok(told(decision))
        }
        (Status::Pending | Status::Disabled, Command::Unlink(_)) => Err(Rejection::NotLinked),
    }
}

fn check(link: &Link, code_hash: &str, now: Timestamp) -> Result<(), Rejection> {
    match &link.code {
        Some(code) if code.hash == code_hash && now < code.valid_until => Ok(()),
        Some(code) if code.hash == code_hash => Err(Rejection::CodeExpired),
        Some(_) | None => Err(Rejection::CodeUnknown),
    }
}

fn code(hash: String, now: Timestamp) -> AuthCode {
    AuthCode { hash, valid_until: now.plus(CODE_LIFE) }
}

/// The link's next state, with everything else as it was.
fn moved(link: &Link, status: Status, cause: Cause, now: Timestamp) -> Decision {
    let next = Link { status, cause, version: link.version + 1, changed_at: now, ..link.clone() };
    Decision { link: next, notification: None }
}

fn told(mut decision: Decision) -> Decision {
    let reference_no = decision.link.reference_no.clone();
    decision.notification =
        Some(Notification { about: About::Link, reference_no, version: decision.link.version });
    decision
}
