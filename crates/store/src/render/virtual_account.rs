//! Virtual accounts and the payments into them.

use lunas_domain::virtual_account::{NUMBER_REST, Status, Transfer, VirtualAccount};
use lunas_vocab::Timestamp;

use crate::step::{Step, Table, values};
use crate::{Refused, Unavailable};

/// A merchant's id that was used not long ago is not touched, which counts as no row changed.
pub(crate) const TRX_CLAIM: &str =
    "insert into virtual_account_trx (merchant_id, trx_id, reference_no, opened_at, unique_since)
    values ($1, $2, $3, $4, $5)
    on conflict (merchant_id, trx_id) do update
    set reference_no = excluded.reference_no, opened_at = excluded.opened_at, unique_since = excluded.unique_since
    where virtual_account_trx.opened_at < excluded.unique_since";

pub(crate) static ACCOUNT: Table = Table {
    name: "virtual_account",
    columns: &[
        "reference_no",
        "merchant_id",
        "trx_id",
        "bank",
        "company",
        "customer_no",
        "number",
        "amount",
        "created_at",
        "valid_up_to",
        "details",
        "kind",
        "status",
        "version",
        "changed_at",
        "payments",
    ],
};

/// A number that is somebody else's, or waits, or rests, is not touched, which counts as no row changed.
pub(crate) const NUMBER_CLAIM: &str =
    "insert into virtual_account_number (number, bank, merchant_id, reference_no, opened_at)
    values ($1, $2, $3, $4, $5)
    on conflict (number, bank) do update
    set reference_no = excluded.reference_no, opened_at = excluded.opened_at, rests_until = null
    where virtual_account_number.merchant_id = excluded.merchant_id
    and virtual_account_number.rests_until <= excluded.opened_at";

/// An account that has ended waits no more, and its number rests.
pub(crate) const NUMBER_REST_BEGIN: &str = "update virtual_account_number set rests_until = $4
    where number = $1 and bank = $2 and reference_no = $3";

pub(super) fn account_open(
    to: &mut Vec<Step>,
    account: VirtualAccount,
    unique_since: Timestamp,
) -> Result<(), Unavailable> {
    let claim = values![
        account.merchant.as_str().to_owned(),
        account.trx_id.as_str().to_owned(),
        account.reference_no.as_str().to_owned(),
        account.created_at.ms(),
        unique_since.ms(),
    ];
    to.push(Step::guarded(TRX_CLAIM, claim, Refused::Exists { what: "virtual account" }));
    let details = serde_json::to_string(&account.details).map_err(Unavailable::new)?;
    let number = values![
        account.number.whole.clone(),
        account.bank.clone(),
        account.merchant.as_str().to_owned(),
        account.reference_no.as_str().to_owned(),
        account.created_at.ms(),
    ];
    let values = values![
        account.reference_no.into_string(),
        account.merchant.into_string(),
        account.trx_id.into_string(),
        account.bank,
        account.number.company,
        account.number.customer_no,
        account.number.whole,
        account.amount.minor(),
        account.created_at.ms(),
        account.valid_up_to.ms(),
        details,
        account.kind.word(),
        account.status.digits(),
        account.version,
        account.changed_at.ms(),
        account.payments,
    ];
    to.push(Step::insert(&ACCOUNT, values));
    to.push(Step::guarded(NUMBER_CLAIM, number, Refused::NumberTaken));
    Ok(())
}

pub(crate) const ACCOUNT_MOVE: &str =
    "update virtual_account set status = $2, version = $3, changed_at = $4, payments = $5
    where reference_no = $1 and version = cast($3 as bigint) - 1";

pub(crate) static ACCOUNT_TRANSITION: Table = Table {
    name: "virtual_account_transition",
    columns: &["reference_no", "version", "status", "changed_at", "payments"],
};

pub(super) fn account_move(to: &mut Vec<Step>, account: &VirtualAccount) {
    let reference_no = || account.reference_no.as_str().to_owned();
    let (status, version, changed_at) = (account.status.digits(), account.version, account.changed_at.ms());
    let payments = account.payments;
    let values = values![reference_no(), status, version, changed_at, payments];
    to.push(Step::guarded(ACCOUNT_MOVE, values, Refused::LostRace));
    let values = values![reference_no(), version, status, changed_at, payments];
    to.push(Step::insert(&ACCOUNT_TRANSITION, values));
    if account.status != Status::Pending {
        let rests_until = account.changed_at.plus(NUMBER_REST).ms();
        let (number, bank) = (account.number.whole.clone(), account.bank.clone());
        to.push(Step::run(NUMBER_REST_BEGIN, values![number, bank, reference_no(), rests_until]));
    }
}

pub(crate) static TRANSFER: Table = Table {
    name: "transfer",
    columns: &[
        "bank_id",
        "request_id",
        "payment_no",
        "reference_no",
        "version",
        "amount",
        "bank_reference",
        "at",
        "merchant_id",
        "trx_id",
    ],
};

pub(super) fn transfer_add(transfer: Transfer) -> Step {
    let values = values![
        transfer.bank.into_string(),
        transfer.request_id.into_string(),
        transfer.payment_no.into_string(),
        transfer.reference_no.into_string(),
        transfer.version,
        transfer.amount.minor(),
        transfer.bank_reference,
        transfer.at.ms(),
        transfer.merchant.into_string(),
        transfer.trx_id.into_string(),
    ];
    Step::insert(&TRANSFER, values)
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[TRX_CLAIM, NUMBER_CLAIM, NUMBER_REST_BEGIN, ACCOUNT_MOVE];

#[cfg(test)]
pub(crate) const TABLES: &[&Table] = &[&ACCOUNT, &ACCOUNT_TRANSITION, &TRANSFER];
