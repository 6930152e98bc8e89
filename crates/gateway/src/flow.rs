//! What the gateway does: read what is needed, let the domain decide, make everything that follows durable in one
//! commit. Flows know nothing of HTTP or of the wire; pages, clients' calls, workers and sandbox controls all come
//! through here.

pub mod attempt;
pub mod balance;
pub mod consent;
pub mod history;
pub mod idempotency;
pub mod link;
mod link_refusal;
pub mod notification;
pub mod payment;
pub mod pre_auth;
pub mod refund;
pub mod return_url;
pub mod review;
pub mod status;
pub mod upkeep;
pub mod virtual_account;

use lunas_domain::history::WindowRejection;
use lunas_domain::payment::{OpenRejection, Rejection};
use lunas_domain::virtual_account::{OpenRejection as AccountOpenRejection, Rejection as AccountRejection};
use lunas_store::{CommitError, Unavailable};

pub use link_refusal::LinkRefusal;

/// Why a flow changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such thing, or it is somebody else's.
    NotFound,
    /// The call names another merchant than the one that makes it.
    OtherMerchant,
    /// The rules do not let the payment open.
    Open(OpenRejection),
    /// The rules do not let the payment do this.
    Move(Rejection),
    /// The external id was used before, for something else: this is what that call said.
    Inconsistent(Vec<u8>),
    /// The payment has a refund of that number, and of another amount.
    RefundDiffers,
    /// What was asked for lies outside what a merchant may look back at.
    Window(WindowRejection),
    /// The external id of a reading call was used before on this day.
    KeyTaken,
    /// The payment has a refund of that number, and its product does not let the number come again.
    RefundRepeated,
    /// The merchant registered nothing for its codes to say.
    NotOnQris,
    /// The order has a code already.
    OrderTaken,
    /// The body names another merchant than the one that asks after a virtual account.
    NoAccess,
    /// The rules do not let the virtual account open.
    AccountOpen(AccountOpenRejection),
    /// The rules do not let the virtual account do this.
    AccountMove(AccountRejection),
    /// The merchant has another virtual account under the id.
    TrxIdTaken,
    /// An id, or the number of a virtual account, means another thing than the call's other ids do. Which one.
    NamesOther(&'static str),
    /// Several banks have the number, and the call does not say which is meant.
    BankMissing,
    /// There is no such bill, or it is none of this bank's.
    BillNotFound,
    /// The bill cannot be paid like this.
    Bill(AccountRejection),
    /// The bank has reported a payment under the id, for another bill or of another amount.
    ReportDiffers,
    /// The linked account, or one of its tokens, does not allow it.
    Link(LinkRefusal),
    /// The store is out of reach, or could not decide in time; nothing is known to have happened.
    Unavailable(String),
    /// The store went away while it was making the change durable: it may have happened or not.
    OutcomeUnknown,
}

impl From<LinkRefusal> for Refusal {
    fn from(refusal: LinkRefusal) -> Self {
        Self::Link(refusal)
    }
}

impl From<Unavailable> for Refusal {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// A guard that no flow expects is a matter of the store, not of the caller.
impl From<CommitError> for Refusal {
    fn from(refused: CommitError) -> Self {
        match refused {
            CommitError::InsufficientFunds => Self::Move(Rejection::InsufficientFunds),
            CommitError::AccountFull => Self::Move(Rejection::AccountFull),
            CommitError::OrderTaken => Self::OrderTaken,
            CommitError::OutcomeUnknown => Self::OutcomeUnknown,
            other => Self::Unavailable(other.to_string()),
        }
    }
}
