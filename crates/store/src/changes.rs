//! Writes as data: what a flow wants made durable, all of it or none.
//!
//! How an engine renders them is no business of this file; which guard each of them carries is.

use lunas_domain::bank::Bank;
use lunas_domain::ledger::{Account, JournalEntry};
use lunas_domain::link::Link;
use lunas_domain::merchant::Merchant;
use lunas_domain::notification::{Next, Notification};
use lunas_domain::payment::{Payment, Refund, RefundTally, Resolution};
use lunas_domain::pin_attempt::Subject;
use lunas_domain::replay::ReplayKey;
use lunas_domain::virtual_account::{Transfer, VirtualAccount};
use lunas_vocab::{ClientId, MerchantId, Money, NotificationId, ReferenceNo, Timestamp};

use crate::document::Ended;
use crate::record::{
    Checkpoint, ClientOwner, ClientRow, CustomerRow, NotificationKey, PublicKeyRow, ReplayMark, SealedSecret,
};

/// Everything that one commit makes durable. The writes are made in their order; when one of them is refused, none of
/// them happened.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The writes, in order.
    pub writes: Vec<Write>,
}

impl Changes {
    /// No change at all; committing it does nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// These changes and one more.
    #[must_use]
    pub fn with(mut self, write: Write) -> Self {
        self.writes.push(write);
        self
    }

    /// Adds one more.
    pub fn push(&mut self, write: Write) {
        self.writes.push(write);
    }
}

impl From<Write> for Changes {
    fn from(write: Write) -> Self {
        Self { writes: vec![write] }
    }
}

/// One write and its guard.
#[derive(Clone, Debug)]
pub enum Write {
    /// Takes a replay key and keeps the answer that was given for it. Guard: the key is free, or its life is over, else
    /// [`CommitError::Replay`](crate::CommitError::Replay).
    ReplayClaim {
        /// The key.
        key: ReplayKey,
        /// What the call said: the same for calls that say the same.
        request: Vec<u8>,
        /// What is kept of the answer: see [`KeptAnswer`](lunas_domain::replay::KeptAnswer).
        body: Vec<u8>,
        /// The payment that the call opened, if it opened one: it is found by this key from now on.
        opened: Option<ReferenceNo>,
        /// When the call came.
        now: Timestamp,
        /// Until when the key is taken.
        kept_until: Timestamp,
    },
    /// Takes a merchant's order id for the payment's QR code; the payment is found by it from now on. Guard: no other
    /// code of that order, or its time is over, else [`CommitError::OrderTaken`](crate::CommitError::OrderTaken).
    QrReferenceClaim {
        /// The code's payment, which opens in the same changes.
        payment: Box<Payment>,
        /// When the call came.
        now: Timestamp,
        /// Until when another code of the same order is refused.
        taken_until: Timestamp,
    },
    /// A payment. One that starts as pending needs no line in its timeline: that is how payments start. Guard: its reference number is new, else
    /// [`CommitError::Exists`](crate::CommitError::Exists).
    PaymentOpen(Box<Payment>),
    /// A payment's next state and its line of the timeline. Guard: the stored version is the one before, else
    /// [`CommitError::LostRace`](crate::CommitError::LostRace).
    PaymentMove(Box<Payment>),
    /// How a merchant ended an authorization. Guard: it has no end yet, else
    /// [`CommitError::LostRace`](crate::CommitError::LostRace).
    ResolutionAdd(Box<Resolution>),
    /// A refund of a payment. Guard: the payment has none with the merchant's number yet, else
    /// [`CommitError::LostRace`](crate::CommitError::LostRace). That the gateway's number is new is guarded by the
    /// journal entry of money under it, in the same changes.
    RefundAdd(Box<Refund>),
    /// Why a payment was called off. Guard: nobody has said so yet, else
    /// [`CommitError::LostRace`](crate::CommitError::LostRace).
    CancellationAdd {
        /// Which payment.
        reference_no: ReferenceNo,
        /// Why, in the merchant's words.
        reason: String,
    },
    /// What a merchant gave back today, after one more refund. Guard: the stored version is the one before, else
    /// [`CommitError::LostRace`](crate::CommitError::LostRace).
    RefundTally(RefundTally),
    /// A virtual account, pending. Guards: its reference number is new and the merchant had no account of that
    /// `trx_id` since then, else [`CommitError::Exists`](crate::CommitError::Exists); at its bank nobody waits under
    /// its number, it does not rest, and it was never another merchant's, else
    /// [`CommitError::NumberTaken`](crate::CommitError::NumberTaken).
    AccountOpen {
        /// The account.
        account: Box<VirtualAccount>,
        /// Accounts that were opened earlier do not count.
        unique_since: Timestamp,
    },
    /// A virtual account's next state and its line of the timeline; one that ends leaves its number resting. Guard: the stored version is the one before, else
    /// [`CommitError::LostRace`](crate::CommitError::LostRace).
    AccountMove(Box<VirtualAccount>),
    /// A payment into a virtual account. Guard: the bank has not reported it yet, else
    /// [`CommitError::LostRace`](crate::CommitError::LostRace). That its number is new is guarded by the journal entry
    /// under it, in the same changes.
    TransferAdd(Box<Transfer>),
    /// A link between a customer's account and a merchant, in its first state. Guards: the two have none yet, and its
    /// reference number is new, else [`CommitError::LostRace`](crate::CommitError::LostRace).
    LinkOpen(Box<Link>),
    /// A link's next state and its line of the timeline. Guard: the stored version is the one before, else
    /// [`CommitError::LostRace`](crate::CommitError::LostRace).
    LinkMove(Box<Link>),
    /// A journal entry. Guards: its id is new, else [`CommitError::LostRace`](crate::CommitError::LostRace); no account
    /// goes below its floor and every account that has one was opened, else
    /// [`CommitError::InsufficientFunds`](crate::CommitError::InsufficientFunds); nor does one hold more than can be
    /// written, else [`CommitError::AccountFull`](crate::CommitError::AccountFull).
    JournalPost(JournalEntry),
    /// Opens an account that has a floor, at zero; an account that is open gets the new floor. Guard: its balance is not
    /// below that, else [`CommitError::InsufficientFunds`](crate::CommitError::InsufficientFunds).
    BalanceOpen {
        /// The account; one with a floor.
        account: Account,
        /// What its balance may not fall below; zero or less, as the account starts at zero.
        floor: Money,
    },
    /// Sums up an account without a floor to a time, so that its balance need not be summed from its first line on. No
    /// line of that time or an earlier one may follow. A checkpoint that is no more where it was stays where it is.
    CheckpointMove(Checkpoint),
    /// Something a merchant must be told, due at once. Guard: the version has no notification yet, else
    /// [`CommitError::Exists`](crate::CommitError::Exists).
    NotificationAdd {
        /// Digits, the same for no two notifications; ids that grow with time keep lists in order.
        id: NotificationId,
        /// What is told.
        notification: Notification,
        /// Who is told.
        merchant: MerchantId,
        /// When it came up.
        at: Timestamp,
    },
    /// Claims a due notification for one attempt. Guard: it is pending and its lease is the one that was seen and has
    /// run out, else [`CommitError::LostRace`](crate::CommitError::LostRace).
    NotificationLease {
        /// Which.
        key: NotificationKey,
        /// The lease as it was read.
        seen_lease_until: Timestamp,
        /// Until when nobody else may try.
        lease_until: Timestamp,
        /// The present.
        now: Timestamp,
    },
    /// What came of an attempt, and what is next. Guards: the notification is there, and the attempt's number is new
    /// for its id, else [`CommitError::LostRace`](crate::CommitError::LostRace).
    AttemptRecord {
        /// Which notification.
        key: NotificationKey,
        /// Counts all attempts; the first is 1.
        attempt_no: u32,
        /// When it began.
        at: Timestamp,
        /// How long the answer took.
        latency_ms: i64,
        /// The HTTP status, if there was an answer.
        status: Option<u16>,
        /// What was answered or what went wrong, cut to a length by the caller.
        response: String,
        /// What is done now.
        next: Next,
    },
    /// Makes a notification due again, with the whole schedule of retries ahead of it. Guard: it is there, else
    /// [`CommitError::LostRace`](crate::CommitError::LostRace).
    NotificationResend {
        /// Which.
        key: NotificationKey,
        /// When it is due.
        at: Timestamp,
    },
    /// Counts one attempt at a secret. Guard: the subject's allowance, else
    /// [`CommitError::TooManyPinAttempts`](crate::CommitError::TooManyPinAttempts).
    PinAttemptTake {
        /// What the attempt is counted against.
        subject: Subject,
        /// When.
        now: Timestamp,
    },
    /// Forgets the attempts.
    PinAttemptClear {
        /// What they were counted against.
        subject: Subject,
    },
    /// A merchant with its points of purchase and its codes at banks, new or changed. Guard: no code is another
    /// merchant's, else [`CommitError::Exists`](crate::CommitError::Exists).
    MerchantPut(Box<Merchant>),
    /// A bank, new or changed.
    BankPut(Bank),
    /// A merchant or a bank is as it was read; comes before what is changed about it. Guard: it has that version, else
    /// [`CommitError::LostRace`](crate::CommitError::LostRace).
    OwnerHold {
        /// Which.
        owner: ClientOwner,
        /// The version that was read.
        version: i64,
    },
    /// A client with its secrets and keys, new or changed; secrets and keys that are not named stay as they are.
    /// Guard: the client is nobody else's, else [`CommitError::Exists`](crate::CommitError::Exists).
    ClientPut(ClientRow),
    /// One more secret for a client. Guard: its id is new, else [`CommitError::Exists`](crate::CommitError::Exists).
    ClientSecretAdd {
        /// Whose.
        client: ClientId,
        /// The secret, encrypted by the caller.
        secret: SealedSecret,
    },
    /// Ends a secret at once. Guard: it is active, else [`CommitError::LostRace`](crate::CommitError::LostRace).
    ClientSecretRevoke {
        /// Whose.
        client: ClientId,
        /// Which.
        id: String,
        /// When.
        at: Timestamp,
    },
    /// One more public key for a client. Guard: its fingerprint is new for the client, else
    /// [`CommitError::Exists`](crate::CommitError::Exists).
    ClientKeyAdd {
        /// Whose.
        client: ClientId,
        /// The key.
        key: PublicKeyRow,
    },
    /// Ends a public key at once. Guard: it is active, else [`CommitError::LostRace`](crate::CommitError::LostRace).
    ClientKeyRevoke {
        /// Whose.
        client: ClientId,
        /// Which.
        fingerprint: String,
        /// When.
        at: Timestamp,
    },
    /// A customer, new or changed. Guard: nobody else has the phone number, else
    /// [`CommitError::Exists`](crate::CommitError::Exists).
    CustomerPut(CustomerRow),
    /// One of the gateway's own keys, encrypted by the caller. Guard: there is none of that name, else
    /// [`CommitError::Exists`](crate::CommitError::Exists); what a lost key signed could never be checked again.
    KeyAdd {
        /// What it is called.
        name: String,
        /// The key, encrypted.
        sealed: Vec<u8>,
    },
    /// A setting; replaces the one of that name.
    SettingPut {
        /// What it is called.
        name: String,
        /// Its value.
        value: String,
    },
    /// A line of the audit log: somebody did something.
    AuditAdd {
        /// When.
        at: Timestamp,
        /// Who.
        actor: String,
        /// What, as a verb.
        action: String,
        /// To what.
        subject: String,
        /// What else is worth knowing.
        detail: String,
    },
    /// Forgets the answers of keys whose life is over, within a slice. A key that opened a payment still finds it.
    ReplaysForget {
        /// The slice begins after this.
        after: ReplayMark,
        /// And ends with this.
        up_to: ReplayMark,
        /// Keys that are kept longer stay.
        now: Timestamp,
    },
    /// Forgets the attempts at notifications up to one.
    AttemptsForget {
        /// The last of them.
        up_to: NotificationId,
    },
    /// Forgets attempts at secrets that no longer count.
    PinAttemptsForget {
        /// The present.
        now: Timestamp,
    },
    /// Mends what a clock left behind that was ahead and went back: nothing waits, is leased or is locked for longer than
    /// it can be by its own rule, and no checkpoint lies in the future, where later lines would not be counted.
    AheadMend {
        /// The present.
        now: Timestamp,
        /// No notification is tried later than then.
        attempt_until: Timestamp,
        /// No lease ends later than then.
        lease_until: Timestamp,
        /// No count of attempts at a secret ends later than then.
        window_until: Timestamp,
    },
    /// Moves a payment or a virtual account that ended long ago into the archive, with all that belongs to it. Guards:
    /// nobody has archived it, it stands in the version that was read and each of its notifications as it was read,
    /// else [`CommitError::LostRace`](crate::CommitError::LostRace).
    Archive(Box<Ended>),
    /// Moves the row that shows that writing works.
    Probe,
    /// Empties everything that traffic filled (payments, timelines, resolutions, refunds, virtual accounts and their
    /// payments, links, replays, notifications, attempts, the archive, the ledger) and sets balances to zero.
    /// Merchants, clients, customers, keys, settings and the audit log stay. The store does not know whether it serves
    /// a sandbox: refusing this elsewhere is the caller's duty.
    SandboxReset,
}
