//! Virtual accounts, as merchants have them: opening, finding, deleting and expiring.

pub mod bank;
pub(super) mod lookup;

use lunas_domain::merchant::Merchant;
use lunas_domain::payment::Expiry;
use lunas_domain::virtual_account::{
    self, Command, Decision, Details, Number, OpenRejection, Order, Rejection, Status, TRX_ID_LIFE,
    VirtualAccount,
};
use lunas_store::{Changes, CommitError, Scope, Write};
use lunas_vocab::{ExternalId, MerchantId, Money, ReferenceNo, Timestamp, TrxId};

use super::idempotency::IdempotentCall;
use super::race::Race;
use super::{Error, Family, notification, search};
use crate::app::{App, ids};
use crate::env::DIGITS;

/// Random digits that are at hand for a number; no bank has longer ones.
const RANDOM_LEN: usize = 32;

/// The number to try at an attempt, the first being 0, with random digits at hand.
pub type NumberOf = Box<dyn Fn(u32, &str) -> Number + Send + Sync>;

/// What a merchant asks for when it opens an account.
pub struct CreateCommand {
    /// The merchant's id of it.
    pub trx_id: TrxId,
    /// The merchant as the body names it.
    pub merchant_id: MerchantId,
    /// The word of the bank that keeps it.
    pub bank: String,
    /// The company's code that was asked for.
    pub company: String,
    /// Its number: the one that was asked for, and others should that be taken.
    pub number_of: NumberOf,
    /// What is to be paid.
    pub amount: Money,
    /// When it is to stop waiting.
    pub valid_up_to: Option<Timestamp>,
    /// Whether it says what is sold.
    pub has_items: bool,
    /// The rest.
    pub details: Details,
}

/// How a later call names an account: by ids, all of which have to mean it, and the number has to be its own; without
/// an id, by the number alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The merchant as the body names it.
    pub merchant_id: MerchantId,
    /// The merchant's id of it, or of a payment into it.
    pub trx_id: Option<TrxId>,
    /// The gateway's id of a payment into it, or the merchant's once more.
    pub payment_id: Option<TrxId>,
    /// Its number.
    pub number: Number,
    /// The word of the bank, for a number that several banks have.
    pub bank: Option<String>,
}

/// Why nothing came of a merchant's call about a virtual account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such account, or it is somebody else's.
    NotFound,
    /// The body names another merchant than the one that asks.
    NoAccess,
    /// The rules do not let the account open.
    Open(OpenRejection),
    /// The rules do not let the account do this.
    Move(Rejection),
    /// The merchant has another account under the id.
    TrxIdTaken,
    /// An id, or the number, means another account than the call's other ids do. Which one.
    NamesOther(&'static str),
    /// Several banks have the number, and the call does not say which is meant.
    BankMissing,
}

impl Family for Refusal {
    fn of_guard(guard: &CommitError) -> Option<Self> {
        match guard {
            CommitError::Exists { .. } => Some(Self::TrxIdTaken),
            CommitError::Replay
            | CommitError::OrderTaken
            | CommitError::LostRace
            | CommitError::InsufficientFunds
            | CommitError::AccountFull
            | CommitError::TooManyPinAttempts
            | CommitError::NumberTaken
            | CommitError::OutcomeUnknown
            | CommitError::Unavailable(_) => None,
        }
    }

    fn is_absence(&self) -> bool {
        matches!(self, Self::NotFound | Self::NamesOther(_))
    }
}

/// Makes the stored answer of a call from the account it leads to.
pub type Render<'a> = &'a (dyn Fn(&VirtualAccount) -> Vec<u8> + Sync);

/// Opens an account and gives its answer, or gives the first answer again: to a repeated call, and to another call that
/// asks for the same account.
pub async fn create(
    app: &App,
    merchant: &Merchant,
    command: &CreateCommand,
    call: IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let created = created(app, merchant, command, &call, render).await;
    match call.replayed_answer(app, created).await {
        Err(Error::Refused(Refusal::TrxIdTaken)) => {
            let first = created_before(app, &merchant.id, &command.trx_id, &call).await?;
            Ok(first.ok_or(Refusal::TrxIdTaken)?)
        }
        answered => answered,
    }
}

/// The answer of the call that opened the account under that id, if it asked for the same and the account still means
/// something.
async fn created_before(
    app: &App,
    merchant: &MerchantId,
    trx_id: &TrxId,
    call: &IdempotentCall,
) -> Result<Option<Vec<u8>>, Error<Refusal>> {
    let Some(first) = app.store.account_find_by_trx(merchant, trx_id).await? else { return Ok(None) };
    let is_over = matches!(first.status, Status::Deleted | Status::Expired);
    let external_id = first.details.external_id.and_then(|id| ExternalId::new(id).ok());
    let Some(external_id) = external_id.filter(|_| !is_over) else { return Ok(None) };
    call.answer_under(app, external_id).await
}

async fn created(
    app: &App,
    merchant: &Merchant,
    command: &CreateCommand,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    may_access(merchant, &command.merchant_id)?;
    let mut race = Race::new("no free number was found");
    loop {
        let now = app.env.now();
        let order = Order {
            reference_no: ids::reference_no(&app.env, call.key.bucket()),
            merchant: merchant.id.clone(),
            trx_id: command.trx_id.clone(),
            bank: command.bank.clone(),
            company: command.company.clone(),
            number: (command.number_of)(race.turn(), &app.env.text(DIGITS, RANDOM_LEN)),
            amount: command.amount,
            valid_up_to: command.valid_up_to,
            has_items: command.has_items,
            details: Details {
                external_id: Some(call.key.external_id.to_string()),
                ..command.details.clone()
            },
        };
        let decision = virtual_account::open(order, merchant.accounts, &merchant.company_codes, now)
            .map_err(Refusal::Open)?;
        let answer = render(&decision.account);
        let unique_since = Timestamp::from_ms(now.ms() - millis(TRX_ID_LIFE));
        let open = Write::AccountOpen { account: Box::new(decision.account.clone()), unique_since };
        // Kept for as long as the merchant's id of the account, because that is the id of the call as well.
        let mut changes = Changes::new().with(call.claim_for(TRX_ID_LIFE, &answer, now)).with(open);
        add_notification(app, &mut changes, Some(merchant), &decision);
        if race.commit(app, changes).await? {
            return Ok(answer);
        }
    }
}

fn millis(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// The token decides whose accounts are seen; a body that names somebody else is refused.
pub(super) fn may_access(merchant: &Merchant, named: &MerchantId) -> Result<(), Refusal> {
    if *named == merchant.id { Ok(()) } else { Err(Refusal::NoAccess) }
}

/// Finds the account that a merchant means. One whose time is up
/// expires here and now, if no worker has come to it yet: whoever asks is told what is so, and what is told is durable.
pub async fn find(app: &App, merchant: &Merchant, wanted: &Wanted) -> Result<VirtualAccount, Error<Refusal>> {
    may_access(merchant, &wanted.merchant_id)?;
    let stored = || lookup::stored(&app.store, &merchant.id, wanted);
    let account = search::certain(&app.store, stored).await?;
    if !is_due(app, &account) {
        return Ok(account);
    }
    let (scope, reference_no) = (Scope::Merchant(&merchant.id), &account.reference_no);
    match apply(app, scope, reference_no, &Command::Expire(Expiry::Due)).await {
        // Somebody was quicker.
        Err(Error::Refused(Refusal::Move(_))) => {
            Ok(app.store.account_find(scope, reference_no).await?.ok_or(Refusal::NotFound)?)
        }
        expired => expired,
    }
}

/// Whether an account's time is up and nothing has come of it yet.
pub(super) fn is_due(app: &App, account: &VirtualAccount) -> bool {
    account.status == Status::Pending && account.is_over(app.env.now())
}

/// Which part of an account's payments is asked for, counted from the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Which page; the first is 0.
    pub number: u32,
    /// How many payments it has.
    pub size: u32,
}

/// Deletes a merchant's account and gives the answer, or gives the first answer again.
pub async fn delete(
    app: &App,
    merchant: &Merchant,
    wanted: &Wanted,
    call: IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let deleted = deleted(app, merchant, wanted, &call, render).await;
    call.replayed_answer(app, deleted).await
}

async fn deleted(
    app: &App,
    merchant: &Merchant,
    wanted: &Wanted,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let account = find(app, merchant, wanted).await?;
    // A payment into it has an id as well, and is not what is deleted.
    if wanted.trx_id.as_ref() != Some(&account.trx_id) {
        return Err(Refusal::NotFound.into());
    }
    let mut answer = Vec::new();
    let scope = Scope::Merchant(&merchant.id);
    moved(app, scope, &account.reference_no, &Command::Delete, |next, now| {
        answer = render(next);
        Changes::new().with(call.claim(&answer, None, now))
    })
    .await?;
    Ok(answer)
}

/// Carries out a command that needs nothing else.
pub async fn apply(
    app: &App,
    scope: Scope<'_>,
    reference_no: &ReferenceNo,
    command: &Command,
) -> Result<VirtualAccount, Error<Refusal>> {
    moved(app, scope, reference_no, command, |_, _| Changes::new()).await
}

/// Reads, decides and commits, again and again while others are quicker. `with` gives what is committed along with the
/// move, once the next state is known.
async fn moved(
    app: &App,
    scope: Scope<'_>,
    reference_no: &ReferenceNo,
    command: &Command,
    mut with: impl FnMut(&VirtualAccount, Timestamp) -> Changes,
) -> Result<VirtualAccount, Error<Refusal>> {
    let mut race = Race::new(format!("virtual account {reference_no} changes too quickly"));
    loop {
        let account = app.store.account_find(scope, reference_no).await?.ok_or(Refusal::NotFound)?;
        let now = app.env.now();
        let decision = virtual_account::decide(&account, command, now).map_err(Refusal::Move)?;
        let changes = with(&decision.account, now);
        if commit(app, &mut race, changes, &decision).await? {
            return Ok(decision.account);
        }
    }
}

/// Commits a decision and everything that follows from it, together with `changes`. False if somebody was quicker.
async fn commit<R: Family>(
    app: &App,
    race: &mut Race,
    mut changes: Changes,
    decision: &Decision,
) -> Result<bool, Error<R>> {
    let merchant = app.merchant(&decision.account.merchant).await?;
    changes.push(Write::AccountMove(Box::new(decision.account.clone())));
    if let Some(transfer) = &decision.transfer {
        changes.push(Write::TransferAdd(Box::new(transfer.clone())));
    }
    if let Some(journal) = &decision.journal {
        changes.push(Write::JournalPost(journal.clone()));
    }
    add_notification(app, &mut changes, merchant.as_deref(), decision);
    race.commit(app, changes).await
}

fn add_notification(app: &App, changes: &mut Changes, merchant: Option<&Merchant>, decision: &Decision) {
    let account = &decision.account;
    if let Some(notification) = decision.notification.clone() {
        let status = notification::order_status(account, decision.transfer.as_ref());
        let is_told = merchant.is_some_and(|m| m.is_told_of(status.into()));
        notification::add(app, changes, is_told, account.merchant.clone(), notification, account.changed_at);
    }
}
