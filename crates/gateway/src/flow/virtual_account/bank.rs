//! Virtual accounts, as banks see them: bills that somebody wants to pay, and payments to book.

use lunas_domain::bank::Bank;
use lunas_domain::virtual_account::{
    self, Command, LaterPayment, Number, Rejection, Transfer, VirtualAccount,
};
use lunas_store::{Changes, Scope, Unavailable};
use lunas_vocab::{BankRequestId, Money, TrxId};

use super::commit;
use super::lookup::{Several, is_same, named_beside, numbered, only};
use crate::app::{App, ids};
use crate::env::ALPHANUMERIC;
use crate::flow::idempotency::IdempotentCall;
use crate::flow::race::Race;
use crate::flow::{Error, Family, search};

/// Characters of chance that the id of a later payment is made with.
const CHANCE_LEN: usize = 4;

/// How a bank names a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillName {
    /// The number.
    pub number: Number,
    /// The word of the bank whose number it is, from a caller that reports on several.
    pub bank: Option<String>,
    /// The merchant's id of the account, if the bank knows it.
    pub trx_id: Option<TrxId>,
}

/// A payment that a bank has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was paid.
    pub bill: BillName,
    /// The bank's id of the payment.
    pub request_id: BankRequestId,
    /// How much was paid.
    pub amount: Money,
    /// The bank's code of the payment.
    pub bank_reference: Option<String>,
}

/// Why a bank finds no bill, or its report of a payment is not booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such bill, or it is none of this bank's.
    NotFound,
    /// Several banks have the number, and the call does not say which is meant.
    BankMissing,
    /// The bill cannot be paid like this.
    Rules(Rejection),
    /// The bank has reported a payment under the id, for another bill or of another amount.
    Differs,
}

impl Family for Refusal {
    fn is_absence(&self) -> bool {
        *self == Self::NotFound
    }
}

/// Makes the answer of a report. The same payment gives the same answer at any time.
pub type Render<'a> = &'a (dyn Fn(&VirtualAccount, &Transfer) -> Vec<u8> + Sync);

/// The account that waits under a number; `amount` is what the customer has typed, if anything.
pub async fn inquire(
    app: &App,
    bank: &Bank,
    name: &BillName,
    amount: Option<Money>,
) -> Result<VirtualAccount, Error<Refusal>> {
    let account = search::certain(&app.store, || bill(app, bank, name)).await?;
    virtual_account::payable(&account, amount, app.env.now()).map_err(Refusal::Rules)?;
    Ok(account)
}

/// Books a payment and gives the answer, or gives the first answer again: to a repeated call, and to another call that
/// reports the same payment.
pub async fn report(
    app: &App,
    bank: &Bank,
    report: &Report,
    call: IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    match reported(app, bank, report, &call, render).await {
        Err(Error::Refused(refusal @ Refusal::Differs)) => Err(refusal.into()),
        worked => call.replayed_answer(app, worked).await,
    }
}

/// Reads, decides and commits, again and again while others are quicker.
async fn reported(
    app: &App,
    bank: &Bank,
    report: &Report,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let mut race = Race::in_a_crowd(format!("the bill {} changes too quickly", report.bill.number.whole));
    loop {
        if let Some(first) = first(app, bank, report).await? {
            return again(app, &first, report, call, render).await;
        }
        match booked(app, &mut race, bank, report, call, render).await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => {}
            Err(Error::KeyTaken) => return Err(Error::KeyTaken),
            // Another report of this very payment may have been quicker: what it did to the bill is no reason to refuse
            // this one.
            Err(error) => match first(app, bank, report).await? {
                Some(first) => return again(app, &first, report, call, render).await,
                None => return Err(error),
            },
        }
    }
}

/// The payment that the bank has reported under the id.
async fn first(app: &App, bank: &Bank, report: &Report) -> Result<Option<Transfer>, Unavailable> {
    app.store.transfer_find(&bank.id, &report.request_id).await
}

/// Books a payment and gives the answer; nothing if somebody was quicker with something.
async fn booked(
    app: &App,
    race: &mut Race,
    bank: &Bank,
    report: &Report,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Option<Vec<u8>>, Error<Refusal>> {
    let account = search::certain(&app.store, || bill(app, bank, &report.bill)).await?;
    let now = app.env.now();
    let command = Command::Pay {
        bank: bank.id.clone(),
        request_id: report.request_id.clone(),
        amount: report.amount,
        bank_reference: report.bank_reference.clone(),
        later: LaterPayment {
            payment_no: ids::reference_no(&app.env, ids::bucket_of(&account.reference_no)),
            chance: app.env.text(ALPHANUMERIC, CHANCE_LEN),
        },
    };
    let decision = virtual_account::decide(&account, &command, now).map_err(Refusal::Rules)?;
    let transfer = decision.transfer.as_ref().expect("what is paid names its payment");
    let answer = render(&decision.account, transfer);
    let changes = Changes::new().with(call.claim(&answer, None, now));
    Ok(commit(app, race, changes, &decision).await?.then_some(answer))
}

/// The answer of the first report of a payment, unless this one tells another story or its external id stands for
/// another call.
async fn again(
    app: &App,
    first: &Transfer,
    report: &Report,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    if let Some(answer) = call.own_answer(app).await? {
        return Ok(answer);
    }
    let account = app.store.account_find(Scope::System, &first.reference_no).await?;
    let account = account.ok_or_else(|| Error::Unavailable("the paid account is missing".to_owned()))?;
    if first.amount != report.amount || !is_of(&report.bill, &account, first) {
        return Err(Refusal::Differs.into());
    }
    Ok(render(&account, first))
}

/// The bill under a number, if the bank has to do with it. One that its merchant took back is none any more.
async fn bill(app: &App, bank: &Bank, name: &BillName) -> Result<VirtualAccount, Error<Refusal>> {
    let is_meant = |word: &str| bank.keeps(word) && name.bank.as_deref().is_none_or(|named| named == word);
    let (store, scope) = (&app.store, Scope::System);
    let mut found = numbered(store, scope, &name.number, is_meant).await?;
    found.retain(|account| name.trx_id.as_ref().is_none_or(|trx_id| *trx_id == account.trx_id));
    let account = only(found).map_err(|Several| Refusal::BankMissing)?.ok_or(Refusal::NotFound)?;
    match named_beside(store, scope, &name.number, &account, is_meant).await? {
        Some(_) => Err(Refusal::NotFound.into()),
        None => Ok(account),
    }
}

/// Whether a later report of a payment names the bill that was paid. To the bank the payment goes by the merchant's id
/// of the account, or by the id that the answer gave it.
fn is_of(name: &BillName, account: &VirtualAccount, first: &Transfer) -> bool {
    let is_meant = name.bank.as_ref().is_none_or(|bank| *bank == account.bank);
    let is_named = |id: &TrxId| *id == account.trx_id || *id == first.trx_id;
    is_meant && name.trx_id.as_ref().is_none_or(is_named) && is_same(&name.number, &account.number)
}
