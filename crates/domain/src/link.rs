//! A customer's account linked to a merchant: consent, binding, unlinking, and what a linked account may be charged
//! without.
//!
//! One link stands for one customer and one merchant for good; it is enabled and disabled. A round counts how often it
//! was enabled, and every token names its round, so that unlinking ends all tokens at once and linking anew brings none
//! of them back.

mod decide;
mod terms;
#[cfg(test)]
mod tests;

pub use decide::{CODE_LIFE, Command, Rejection, decide, open};
pub use terms::LinkTerms;

use lunas_vocab::{CustomerId, MerchantId, Money, ReferenceNo, Timestamp};

use crate::notification::Notification;

/// From this amount on a charge on a linked account asks for the PIN.
pub const PIN_FROM: Money = Money::idr(100_000);

lunas_vocab::words! {
    /// Where a link stands.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Status {
        /// The customer consented; the merchant has not used the code yet.
        Pending = "pending",
        /// The merchant holds a token that counts.
        Enabled = "enabled",
        /// No token counts.
        Disabled = "disabled",
    }
    /// The word kept in the store and shown in lists.
    pub fn word;
}

lunas_vocab::words! {
    /// What brought a link into its state.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Cause {
        /// The customer consented.
        Consented = "consented",
        /// The merchant exchanged the code.
        Linked = "linked",
        /// The merchant, or the customer, unlinked.
        Unlinked = "unlinked",
        /// The customer has another phone number now.
        PhoneChanged = "phone-changed",
    }
    /// The word kept in the store and shown in lists.
    pub fn word;
}

/// A link as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The gateway's id of it.
    pub reference_no: ReferenceNo,
    /// Who may charge.
    pub merchant: MerchantId,
    /// Whose account it is.
    pub customer: CustomerId,
    /// Where it stands.
    pub status: Status,
    /// Counts its states; the first is 1. It is the optimistic lock.
    pub version: u32,
    /// When it reached this state.
    pub changed_at: Timestamp,
    /// What brought it there.
    pub cause: Cause,
    /// How often it was enabled. Tokens of an earlier round count no more.
    pub round: u32,
    /// The code that waits for the merchant, if one does.
    pub code: Option<AuthCode>,
}

/// A code that the merchant may exchange once. Only its hash is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthCode {
    /// SHA-256 of the code, in lower-case hexadecimal.
    pub hash: String,
    /// When it ends.
    pub valid_until: Timestamp,
}

/// Everything that follows from a command, to be made durable in one commit or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The link's next state.
    pub link: Link,
    /// What the merchant is told, if it is.
    pub notification: Option<Notification>,
}

/// Whether a charge on a linked account has to ask for the PIN: a large one does, unless it recurs and the merchant
/// may do without.
pub fn needs_pin(amount: Money, is_recurring: bool, may_skip_pin: bool) -> bool {
    amount.minor() >= PIN_FROM.minor() && !(is_recurring && may_skip_pin)
}
