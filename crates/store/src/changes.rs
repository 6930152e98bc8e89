//! Writes as data: what a flow wants made durable, all of it or none.
//!
//! How an engine renders them is no business of this file; which guard each of them carries is.

use lunas_domain::bank::Bank;
use lunas_domain::guess::Subject;
use lunas_domain::ledger::{Account, Journal};
use lunas_domain::link::Link;
use lunas_domain::merchant::Merchant;
use lunas_domain::notice::{Next, Notice};
use lunas_domain::payment::{Closing, Payment, Refund, RefundTally};
use lunas_domain::replay::ReplayKey;
use lunas_domain::virtual_account::{Transfer, VirtualAccount};
use lunas_vocab::{ClientId, MerchantId, Money, NoticeId, ReferenceNo, Timestamp};

use crate::document::Ended;
use crate::record::{ClientOwner, ClientRow, CustomerRow, NoticeKey, PublicKeyRow, ReplayMark, SealedSecret};

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
    /// [`Refused::Replay`](crate::Refused::Replay).
    ReplayClaim {
        /// The key.
        key: ReplayKey,
        /// What the call said: the same for calls that say the same.
        request: Vec<u8>,
        /// The answer, byte for byte.
        body: Vec<u8>,
        /// The payment that the call opened, if it opened one: it is found by this key from now on.
        opened: Option<ReferenceNo>,
        /// When the call came.
        now: Timestamp,
        /// Until when the key is taken.
        kept_until: Timestamp,
    },
    /// Takes a merchant's order id for the payment's QR code; the payment is found by it from now on. Guard: no other
    /// code of that order, or its time is over, else [`Refused::OrderTaken`](crate::Refused::OrderTaken).
    QrReferenceClaim {
        /// The code's payment, which opens in the same changes.
        payment: Box<Payment>,
        /// When the call came.
        now: Timestamp,
        /// Until when another code of the same order is refused.
        taken_until: Timestamp,
    },
    /// A payment. One that starts as pending needs no line in its timeline: that is how payments start. Guard: its reference number is new, else
    /// [`Refused::Exists`](crate::Refused::Exists).
    PaymentOpen(Box<Payment>),
    /// A payment's next state and its line of the timeline. Guard: the stored version is the one before, else
    /// [`Refused::LostRace`](crate::Refused::LostRace).
    PaymentMove(Box<Payment>),
    /// How a merchant ended an authorization. Guard: it has no end yet, else
    /// [`Refused::LostRace`](crate::Refused::LostRace).
    ClosingAdd(Box<Closing>),
    /// A refund of a payment. Guard: the payment has none with the merchant's number yet, else
    /// [`Refused::LostRace`](crate::Refused::LostRace). That the gateway's number is new is guarded by the movement of
    /// money under it, in the same changes.
    RefundAdd(Box<Refund>),
    /// Why a payment was called off. Guard: nobody has said so yet, else
    /// [`Refused::LostRace`](crate::Refused::LostRace).
    CancellationAdd {
        /// Which payment.
        reference_no: ReferenceNo,
        /// Why, in the merchant's words.
        reason: String,
    },
    /// What a merchant gave back today, after one more refund. Guard: the stored version is the one before, else
    /// [`Refused::LostRace`](crate::Refused::LostRace).
    RefundTally(RefundTally),
    /// A virtual account, pending. Guards: its reference number is new and the merchant had no account of that
    /// `trx_id` since then, else [`Refused::Exists`](crate::Refused::Exists); at its bank nobody waits under its number, it
    /// does not rest, and it was never another merchant's, else [`Refused::NumberTaken`](crate::Refused::NumberTaken).
    AccountOpen {
        /// The account.
        account: Box<VirtualAccount>,
        /// Accounts that were opened earlier do not count.
        unique_since: Timestamp,
    },
    /// A virtual account's next state and its line of the timeline; one that ends leaves its number resting. Guard: the stored version is the one before, else
    /// [`Refused::LostRace`](crate::Refused::LostRace).
    AccountMove(Box<VirtualAccount>),
    /// A payment into a virtual account. Guard: the bank has not reported it yet, else
    /// [`Refused::LostRace`](crate::Refused::LostRace). That its number is new is guarded by the movement of money under
    /// it, in the same changes.
    TransferAdd(Box<Transfer>),
    /// A link between a customer's account and a merchant, in its first state. Guards: the two have none yet, and its
    /// reference number is new, else [`Refused::LostRace`](crate::Refused::LostRace).
    LinkOpen(Box<Link>),
    /// A link's next state and its line of the timeline. Guard: the stored version is the one before, else
    /// [`Refused::LostRace`](crate::Refused::LostRace).
    LinkMove(Box<Link>),
    /// A movement of money. Guards: its id is new, else [`Refused::LostRace`](crate::Refused::LostRace); no account goes
    /// below its floor and every account that has one was opened, else
    /// [`Refused::InsufficientFunds`](crate::Refused::InsufficientFunds); nor does one hold more than can be written, else
    /// [`Refused::AccountFull`](crate::Refused::AccountFull).
    JournalPost(Journal),
    /// Opens an account that has a floor, at zero; an account that is open gets the new floor. Guard: its balance is not
    /// below that, else [`Refused::InsufficientFunds`](crate::Refused::InsufficientFunds).
    BalanceOpen {
        /// The account; one with a floor.
        account: Account,
        /// What its balance may not fall below; zero or less, as the account starts at zero.
        floor: Money,
    },
    /// Sums up an account without a floor to a time, so that its balance need not be summed from its first line on. No
    /// line of that time or an earlier one may follow. A checkpoint that is there already stays.
    CheckpointMove {
        /// The account; one without a floor.
        account: Account,
        /// Lines up to this time are in the sum.
        up_to: Timestamp,
    },
    /// Something a merchant must be told, due at once. Guard: the version has no notice yet, else
    /// [`Refused::Exists`](crate::Refused::Exists).
    NoticeAdd {
        /// Digits, the same for no two notices; ids that grow with time keep lists in order.
        id: NoticeId,
        /// What is told.
        notice: Notice,
        /// Who is told.
        merchant: MerchantId,
        /// When it came up.
        at: Timestamp,
    },
    /// Claims a due notice for one attempt. Guard: it is pending and its lease is the one that was seen and has run
    /// out, else [`Refused::LostRace`](crate::Refused::LostRace).
    NoticeLease {
        /// Which.
        key: NoticeKey,
        /// The lease as it was read.
        seen_lease_until: Timestamp,
        /// Until when nobody else may try.
        lease_until: Timestamp,
        /// The present.
        now: Timestamp,
    },
    /// What came of an attempt, and what is next. Guards: the notice is there, and the attempt's number is new
    /// for its id, else [`Refused::LostRace`](crate::Refused::LostRace).
    AttemptRecord {
        /// Which notice.
        key: NoticeKey,
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
    /// Makes a notice due again, with the whole schedule of retries ahead of it. Guard: it is there, else
    /// [`Refused::LostRace`](crate::Refused::LostRace).
    NoticeResend {
        /// Which.
        key: NoticeKey,
        /// When it is due.
        at: Timestamp,
    },
    /// Counts one attempt at a secret. Guard: the subject's allowance, else
    /// [`Refused::TooManyGuesses`](crate::Refused::TooManyGuesses).
    GuessTake {
        /// What the attempt is counted against.
        subject: Subject,
        /// When.
        now: Timestamp,
    },
    /// Forgets the attempts.
    GuessClear {
        /// What they were counted against.
        subject: Subject,
    },
    /// A merchant with its points of purchase and its codes at banks, new or changed. Guard: no code is another
    /// merchant's, else [`Refused::Exists`](crate::Refused::Exists).
    MerchantPut(Box<Merchant>),
    /// A bank, new or changed.
    BankPut(Bank),
    /// A merchant or a bank is as it was read; comes before what is changed about it. Guard: it has that version, else
    /// [`Refused::LostRace`](crate::Refused::LostRace).
    OwnerHold {
        /// Which.
        owner: ClientOwner,
        /// The version that was read.
        version: i64,
    },
    /// A client with its secrets and keys, new or changed; secrets and keys that are not named stay as they are.
    /// Guard: the client is nobody else's, else [`Refused::Exists`](crate::Refused::Exists).
    ClientPut(ClientRow),
    /// One more secret for a client. Guard: its id is new, else [`Refused::Exists`](crate::Refused::Exists).
    ClientSecretAdd {
        /// Whose.
        client: ClientId,
        /// The secret, encrypted by the caller.
        secret: SealedSecret,
    },
    /// Ends a secret at once. Guard: it is active, else [`Refused::LostRace`](crate::Refused::LostRace).
    ClientSecretRevoke {
        /// Whose.
        client: ClientId,
        /// Which.
        id: String,
        /// When.
        at: Timestamp,
    },
    /// One more public key for a client. Guard: its fingerprint is new for the client, else
    /// [`Refused::Exists`](crate::Refused::Exists).
    ClientKeyAdd {
        /// Whose.
        client: ClientId,
        /// The key.
        key: PublicKeyRow,
    },
    /// Ends a public key at once. Guard: it is active, else [`Refused::LostRace`](crate::Refused::LostRace).
    ClientKeyRevoke {
        /// Whose.
        client: ClientId,
        /// Which.
        fingerprint: String,
        /// When.
        at: Timestamp,
    },
    /// A customer, new or changed. Guard: nobody else has the phone number, else
    /// [`Refused::Exists`](crate::Refused::Exists).
    CustomerPut(CustomerRow),
    /// One of the gateway's own keys, encrypted by the caller. Guard: there is none of that name, else
    /// [`Refused::Exists`](crate::Refused::Exists); what a lost key signed could never be checked again.
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
    /// Forgets the attempts at notices up to one.
    AttemptsForget {
        /// The last of them.
        up_to: NoticeId,
    },
    /// Forgets attempts at secrets that no longer count.
    GuessesForget {
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
    /// nobody has archived it, it stands in the version that was read and each of its notices as it was read, else
    /// [`Refused::LostRace`](crate::Refused::LostRace).
    Archive(Box<Ended>),
    /// Moves the row that shows that writing works.
    Probe,
    /// Empties everything that traffic filled (payments, timelines, resolutions, refunds, virtual accounts and their payments, links, replays, notices, attempts, guesses, the archive, the ledger) and
    /// sets balances to zero. Merchants, clients, customers, keys, settings and the audit log stay. The store does not
    /// know whether it serves a sandbox: refusing this elsewhere is the caller's duty.
    SandboxReset,
}
