//! Virtual accounts, as merchants have them: opening, finding, deleting and expiring.

pub mod bank;

use lunas_domain::merchant::Merchant;
use lunas_domain::payment::Expiry;
use lunas_domain::replay::ReplayKey;
use lunas_domain::virtual_account::{
    self, Command, Decision, Details, Number, Order, Status, TRX_ID_LIFE, VirtualAccount,
};
use lunas_store::{Changes, CommitError, Scope, Store, Unavailable, Write};
use lunas_vocab::{ExternalId, MerchantId, Money, ReferenceNo, Timestamp, TrxId};

use super::idempotency::{Attempt, RACES_MAX, Repeatable, answer_of, claim, first_answer};
use super::{Refusal, notification};
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

/// Makes the stored answer of a call from the account it leads to.
pub type Render<'a> = &'a (dyn Fn(&VirtualAccount) -> Vec<u8> + Sync);

/// Opens an account and gives its answer, or gives the first answer again: to a repeated call, and to another call that
/// asks for the same account.
pub async fn create(
    app: &App,
    merchant: &Merchant,
    command: &CreateCommand,
    repeatable: Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Refusal> {
    let created = created(app, merchant, command, &repeatable, render).await;
    match first_answer(app, &repeatable, created).await {
        Err(Refusal::TrxIdTaken) => {
            let first = created_before(app, &merchant.id, &command.trx_id, &repeatable).await?;
            first.ok_or(Refusal::TrxIdTaken)
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
    repeatable: &Repeatable,
) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(first) = app.store.account_find_by_trx(merchant, trx_id).await? else { return Ok(None) };
    let is_over = matches!(first.status, Status::Deleted | Status::Expired);
    let external_id = first.details.external_id.and_then(|id| ExternalId::new(id).ok());
    let Some(external_id) = external_id.filter(|_| !is_over) else { return Ok(None) };
    answer_of(app, &ReplayKey { external_id, ..repeatable.key.clone() }, repeatable).await
}

async fn created(
    app: &App,
    merchant: &Merchant,
    command: &CreateCommand,
    repeatable: &Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Attempt> {
    may_access(merchant, &command.merchant_id)?;
    for attempt in 0..RACES_MAX {
        let now = app.env.now();
        let order = Order {
            reference_no: ids::reference_no(&app.env),
            merchant: merchant.id.clone(),
            trx_id: command.trx_id.clone(),
            bank: command.bank.clone(),
            company: command.company.clone(),
            number: (command.number_of)(attempt, &app.env.text(DIGITS, RANDOM_LEN)),
            amount: command.amount,
            valid_up_to: command.valid_up_to,
            has_items: command.has_items,
            details: Details {
                external_id: Some(repeatable.key.external_id.to_string()),
                ..command.details.clone()
            },
        };
        let decision = virtual_account::open(order, merchant.accounts, &merchant.company_codes, now)
            .map_err(Refusal::AccountOpen)?;
        let answer = render(&decision.account);
        let unique_since = Timestamp::from_ms(now.ms() - millis(TRX_ID_LIFE));
        let open = Write::AccountOpen { account: Box::new(decision.account.clone()), unique_since };
        // Kept for as long as the merchant's id of the account, because that is the id of the call as well.
        let taken = kept(claim(repeatable, &answer, None, now), now.plus(TRX_ID_LIFE));
        let mut changes = Changes::new().with(taken).with(open);
        add_notification(app, &mut changes, merchant.notify_url.is_some(), &decision);
        match app.commit(changes).await {
            Ok(()) => {
                app.notifications_waiting.notify_one();
                return Ok(answer);
            }
            Err(CommitError::NumberTaken) => {}
            Err(CommitError::Exists { .. }) => return Err(Refusal::TrxIdTaken.into()),
            Err(refused) => return Err(refused.into()),
        }
    }
    Err(Refusal::Unavailable("no free number was found".to_owned()).into())
}

fn millis(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// The claim of a key that is kept until then.
fn kept(claim: Write, until: Timestamp) -> Write {
    match claim {
        Write::ReplayClaim { key, request, body, opened, now, .. } => {
            Write::ReplayClaim { key, request, body, opened, now, kept_until: until }
        }
        other => other,
    }
}

/// The token decides whose accounts are seen; a body that names somebody else is refused.
pub(super) fn may_access(merchant: &Merchant, named: &MerchantId) -> Result<(), Refusal> {
    if *named == merchant.id { Ok(()) } else { Err(Refusal::NoAccess) }
}

/// Finds the account that a merchant means. One whose time is up
/// expires here and now, if no worker has come to it yet: whoever asks is told what is so, and what is told is durable.
pub async fn find(app: &App, merchant: &Merchant, wanted: &Wanted) -> Result<VirtualAccount, Refusal> {
    may_access(merchant, &wanted.merchant_id)?;
    let account = stored(&app.store, &merchant.id, wanted).await?;
    if !is_due(app, &account) {
        return Ok(account);
    }
    let (scope, reference_no) = (Scope::Merchant(&merchant.id), &account.reference_no);
    match apply(app, scope, reference_no, &Command::Expire(Expiry::Due)).await {
        Ok(expired) => Ok(expired),
        // Somebody was quicker.
        Err(Refusal::AccountMove(_)) => {
            app.store.account_find(scope, reference_no).await?.ok_or(Refusal::NotFound)
        }
        Err(refusal) => Err(refusal),
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

/// The account that a merchant means, as a store has it.
pub(super) async fn stored(
    store: &Store,
    merchant: &MerchantId,
    wanted: &Wanted,
) -> Result<VirtualAccount, Refusal> {
    let by_trx_id = match &wanted.trx_id {
        Some(id) => Some(of_order(store, merchant, id).await?.ok_or(Refusal::NotFound)?),
        None => None,
    };
    let by_payment = match &wanted.payment_id {
        Some(id) => Some(of_payment(store, merchant, id).await?.ok_or(Refusal::NotFound)?),
        None => None,
    };
    let is_meant = |bank: &str| wanted.bank.as_deref().is_none_or(|named| named == bank);
    let scope = Scope::Merchant(merchant);
    let account = match (by_trx_id, by_payment) {
        (None, None) => {
            let found = numbered(store, scope, &wanted.number, is_meant).await?;
            only(found)?.ok_or(Refusal::NotFound)?
        }
        (Some(account), Some(paid)) if account.reference_no != paid.reference_no => {
            return Err(Refusal::NamesOther("paymentRequestId"));
        }
        (Some(account), _) | (None, Some(account)) => account,
    };
    if !is_same(&wanted.number, &account.number) {
        return Err(Refusal::NamesOther("virtualAccountNo"));
    }
    if !is_meant(&account.bank) {
        return Err(Refusal::NamesOther("additionalInfo.bank"));
    }
    match named_beside(store, scope, &wanted.number, &account, is_meant).await? {
        Some(field) => Err(Refusal::NamesOther(field)),
        None => Ok(account),
    }
}

/// The account of a merchant's id: its own, or that of a later payment into it.
async fn of_order(
    store: &Store,
    merchant: &MerchantId,
    id: &TrxId,
) -> Result<Option<VirtualAccount>, Unavailable> {
    if let Some(found) = store.account_find_by_trx(merchant, id).await? {
        return Ok(Some(found));
    }
    let Some(first) = virtual_account::first_trx_id(id) else { return Ok(None) };
    let Some(account) = store.account_find_by_trx(merchant, &first).await? else { return Ok(None) };
    let payment = store.transfer_find_by_trx(&account.reference_no, id).await?;
    Ok(payment.map(|_| account))
}

/// The account of the gateway's id of a payment into it, or of a merchant's id in the place of that.
async fn of_payment(
    store: &Store,
    merchant: &MerchantId,
    id: &TrxId,
) -> Result<Option<VirtualAccount>, Unavailable> {
    let scope = Scope::Merchant(merchant);
    if let Ok(payment_no) = ReferenceNo::new(id.as_str()) {
        if let Some(found) = store.account_find(scope, &payment_no).await? {
            return Ok(Some(found));
        }
        if let Some(payment) = store.transfer_find_by_no(scope, &payment_no).await? {
            return store.account_find(scope, &payment.reference_no).await;
        }
    }
    of_order(store, merchant, id).await
}

/// The newest account under a number at each bank that is meant, by the whole of the number or by its parts in a row.
async fn numbered(
    store: &Store,
    scope: Scope<'_>,
    number: &Number,
    is_meant: impl Fn(&str) -> bool,
) -> Result<Vec<VirtualAccount>, Unavailable> {
    let mut accounts = Vec::new();
    for whole in [number.whole.clone(), joined(number)] {
        for (bank, reference_no) in store.numbers_find(scope, &whole).await? {
            if is_meant(&bank) {
                accounts.extend(store.account_find(scope, &reference_no).await?);
            }
        }
        if !accounts.is_empty() {
            break;
        }
    }
    Ok(accounts)
}

/// Where a number names another account than this one: the whole of it, or its parts in a row. A number whose parts are
/// no other's may be odd, because a customer's number that was sent as a JSON number has lost its zeros.
async fn named_beside(
    store: &Store,
    scope: Scope<'_>,
    number: &Number,
    account: &VirtualAccount,
    is_meant: impl Fn(&str) -> bool,
) -> Result<Option<&'static str>, Unavailable> {
    for (field, spelled) in [("virtualAccountNo", number.whole.clone()), ("customerNo", joined(number))] {
        if spelled == account.number.whole {
            continue;
        }
        if store.numbers_find(scope, &spelled).await?.iter().any(|(bank, _)| is_meant(bank)) {
            return Ok(Some(field));
        }
    }
    Ok(None)
}

/// The only one, if there is any. Of the same digits at two banks none is more likely to be meant, also when one of the
/// two has ended: whoever pays late must not pay for somebody else.
fn only(mut accounts: Vec<VirtualAccount>) -> Result<Option<VirtualAccount>, Refusal> {
    match accounts.len() {
        0 | 1 => Ok(accounts.pop()),
        _ => Err(Refusal::BankMissing),
    }
}

fn joined(number: &Number) -> String {
    format!("{}{}", number.company, number.customer_no)
}

fn is_same(number: &Number, other: &Number) -> bool {
    number.whole == other.whole || joined(number) == other.whole
}

/// Deletes a merchant's account and gives the answer, or gives the first answer again.
pub async fn delete(
    app: &App,
    merchant: &Merchant,
    wanted: &Wanted,
    repeatable: Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Refusal> {
    let deleted = deleted(app, merchant, wanted, &repeatable, render).await;
    first_answer(app, &repeatable, deleted).await
}

async fn deleted(
    app: &App,
    merchant: &Merchant,
    wanted: &Wanted,
    repeatable: &Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Attempt> {
    let account = find(app, merchant, wanted).await?;
    // A payment into it has an id as well, and is not what is deleted.
    if wanted.trx_id.as_ref() != Some(&account.trx_id) {
        return Err(Refusal::NotFound.into());
    }
    let mut answer = Vec::new();
    let scope = Scope::Merchant(&merchant.id);
    moved(app, scope, &account.reference_no, &Command::Delete, |next, now| {
        answer = render(next);
        Changes::new().with(claim(repeatable, &answer, None, now))
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
) -> Result<VirtualAccount, Refusal> {
    let moved = moved(app, scope, reference_no, command, |_, _| Changes::new());
    moved.await.map_err(Attempt::without_key)
}

/// Reads, decides and commits, again and again while others are quicker. `with` gives what is committed along with the
/// move, once the next state is known.
async fn moved(
    app: &App,
    scope: Scope<'_>,
    reference_no: &ReferenceNo,
    command: &Command,
    mut with: impl FnMut(&VirtualAccount, Timestamp) -> Changes,
) -> Result<VirtualAccount, Attempt> {
    for _ in 0..RACES_MAX {
        let found = app.store.account_find(scope, reference_no).await.map_err(Refusal::from)?;
        let account = found.ok_or(Refusal::NotFound)?;
        let now = app.env.now();
        let decision = virtual_account::decide(&account, command, now).map_err(Refusal::AccountMove)?;
        let changes = with(&decision.account, now);
        match commit(app, changes, &decision).await? {
            Ok(()) => return Ok(decision.account),
            Err(CommitError::LostRace) => {}
            Err(refused) => return Err(refused.into()),
        }
    }
    Err(Refusal::Unavailable(format!("virtual account {reference_no} changes too quickly")).into())
}

/// Commits a decision and everything that follows from it, together with `changes`.
async fn commit(
    app: &App,
    mut changes: Changes,
    decision: &Decision,
) -> Result<Result<(), CommitError>, Refusal> {
    let merchant = app.merchant(&decision.account.merchant).await?;
    changes.push(Write::AccountMove(Box::new(decision.account.clone())));
    if let Some(transfer) = &decision.transfer {
        changes.push(Write::TransferAdd(Box::new(transfer.clone())));
    }
    if let Some(journal) = &decision.journal {
        changes.push(Write::JournalPost(journal.clone()));
    }
    add_notification(app, &mut changes, merchant.is_some_and(|m| m.notify_url.is_some()), decision);
    let committed = app.commit(changes).await;
    if committed.is_ok() {
        app.notifications_waiting.notify_one();
    }
    Ok(committed)
}

fn add_notification(app: &App, changes: &mut Changes, is_told: bool, decision: &Decision) {
    let account = &decision.account;
    if let Some(notification) = decision.notification.clone() {
        notification::add(app, changes, is_told, account.merchant.clone(), notification, account.changed_at);
    }
}
