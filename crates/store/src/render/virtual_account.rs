//! Virtual accounts and the payments into them.

use lunas_domain::virtual_account::{NUMBER_REST, Status, Transfer, VirtualAccount};
use lunas_vocab::Timestamp;

use crate::statement::{Statement, expr};
use crate::step::{Step, values};
use crate::table::{ACCOUNT, ACCOUNT_NUMBER, ACCOUNT_TRANSITION, ACCOUNT_TRX, TRANSFER, row, state};
use crate::value::Owned;
use crate::{CommitError, Unavailable};

/// A merchant's id that was used not long ago is not touched, which counts as no row changed.
pub(crate) const TRX_CLAIM: Statement =
    Statement::put_if("trx_claim", &ACCOUNT_TRX, "virtual_account_trx.opened_at < excluded.unique_since")
        .or(&CommitError::Exists { what: "virtual account" });

/// A number that is somebody else's, or waits, or rests, is not touched, which counts as no row changed.
pub(crate) const NUMBER_CLAIM: Statement = Statement::put_if(
    "number_claim",
    &ACCOUNT_NUMBER,
    "virtual_account_number.merchant_id = excluded.merchant_id
    and virtual_account_number.rests_until <= excluded.opened_at",
)
.or(&CommitError::NumberTaken);

/// An account that has ended waits no more, and its number rests.
pub(crate) const NUMBER_REST_BEGIN: Statement = Statement::update(
    "number_rest_begin",
    &ACCOUNT_NUMBER,
    &["number", "bank", "reference_no", "rests_until"],
    expr!["rests_until = " rests_until],
    expr!["number = " number " and bank = " bank " and reference_no = " reference_no],
);

pub(super) fn account_open(
    to: &mut Vec<Step>,
    account: VirtualAccount,
    unique_since: Timestamp,
) -> Result<(), Unavailable> {
    let trx = row!(ACCOUNT_TRX {
        merchant_id: account.merchant.as_str().to_owned(),
        trx_id: account.trx_id.as_str().to_owned(),
        reference_no: account.reference_no.as_str().to_owned(),
        opened_at: account.created_at.ms(),
        unique_since: unique_since.ms(),
    });
    to.push(Step::new(TRX_CLAIM, trx));
    let details = serde_json::to_string(&account.details).map_err(Unavailable::new)?;
    let number = row!(ACCOUNT_NUMBER {
        number: account.number.whole.clone(),
        bank: account.bank.clone(),
        merchant_id: account.merchant.as_str().to_owned(),
        reference_no: account.reference_no.as_str().to_owned(),
        opened_at: account.created_at.ms(),
        rests_until: Owned::Null,
    });
    let row = row!(ACCOUNT {
        reference_no: account.reference_no.into_string(),
        merchant_id: account.merchant.into_string(),
        trx_id: account.trx_id.into_string(),
        kind: account.kind.word(),
        bank: account.bank,
        company: account.number.company,
        customer_no: account.number.customer_no,
        number: account.number.whole,
        amount: account.amount.minor(),
        created_at: account.created_at.ms(),
        valid_up_to: account.valid_up_to.ms(),
        details: details,
        status: account.status.digits(),
        payments: account.payments,
        version: account.version,
        changed_at: account.changed_at.ms(),
    });
    to.push(Step::insert(&ACCOUNT, row));
    to.push(Step::new(NUMBER_CLAIM, number));
    Ok(())
}

pub(crate) const ACCOUNT_MOVE: Statement =
    Statement::moved("account_move", &ACCOUNT).or(&CommitError::LostRace);

pub(super) fn account_move(to: &mut Vec<Step>, account: &VirtualAccount) {
    let reference_no = || account.reference_no.as_str().to_owned();
    let state = state!(ACCOUNT {
        reference_no: reference_no(),
        status: account.status.digits(),
        payments: account.payments,
        version: account.version,
        changed_at: account.changed_at.ms(),
    });
    to.push(Step::new(ACCOUNT_MOVE, state));
    let row = row!(ACCOUNT_TRANSITION {
        reference_no: reference_no(),
        version: account.version,
        status: account.status.digits(),
        payments: account.payments,
        changed_at: account.changed_at.ms(),
    });
    to.push(Step::insert(&ACCOUNT_TRANSITION, row));
    if account.status != Status::Pending {
        let rests_until = account.changed_at.plus(NUMBER_REST).ms();
        let (number, bank) = (account.number.whole.clone(), account.bank.clone());
        to.push(Step::new(NUMBER_REST_BEGIN, values![number, bank, reference_no(), rests_until]));
    }
}

pub(super) fn transfer_add(transfer: Transfer) -> Step {
    let row = row!(TRANSFER {
        bank_id: transfer.bank.into_string(),
        request_id: transfer.request_id.into_string(),
        payment_no: transfer.payment_no.into_string(),
        reference_no: transfer.reference_no.into_string(),
        merchant_id: transfer.merchant.into_string(),
        trx_id: transfer.trx_id.into_string(),
        version: transfer.version,
        amount: transfer.amount.minor(),
        bank_reference: transfer.bank_reference,
        at: transfer.at.ms(),
    });
    Step::insert(&TRANSFER, row)
}
