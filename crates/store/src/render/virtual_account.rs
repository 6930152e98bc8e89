//! Virtual accounts and the payments into them.

use lunas_domain::virtual_account::{Transfer, VirtualAccount};
use lunas_vocab::Timestamp;

use super::{Step, Table, values};
use crate::{Refused, Unavailable};

/// Adds nothing when the merchant used its id for another account not long ago.
const ACCOUNT_ADD: &str = "insert into virtual_account (reference_no, merchant_id, trx_id, bank, company,
    customer_no, number, amount, created_at, valid_up_to, details, status, version, changed_at,
    kind, payments)
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 where not exists (
        select 1 from virtual_account e
        where e.merchant_id = $2 and e.trx_id = $3 and e.created_at >= $17)";

pub(super) fn account_open(account: VirtualAccount, unique_since: Timestamp) -> Result<Step, Unavailable> {
    let details = serde_json::to_string(&account.details).map_err(Unavailable::new)?;
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
        account.status.digits(),
        account.version,
        account.changed_at.ms(),
        account.kind.word(),
        account.payments,
        unique_since.ms(),
    ];
    Ok(Step::guarded(ACCOUNT_ADD, values, Refused::Exists { what: "virtual account" }))
}

const ACCOUNT_MOVE: &str =
    "update virtual_account set status = $2, version = $3, changed_at = $4, payments = $5
    where reference_no = $1 and version = $3 - 1";

static ACCOUNT_TRANSITION: Table = Table {
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
}

static TRANSFER: Table = Table {
    name: "transfer",
    columns: &[
        "payment_no",
        "reference_no",
        "version",
        "bank_id",
        "request_id",
        "amount",
        "bank_reference",
        "at",
        "merchant_id",
        "trx_id",
    ],
};

pub(super) fn transfer_add(transfer: Transfer) -> Step {
    let values = values![
        transfer.payment_no.into_string(),
        transfer.reference_no.into_string(),
        transfer.version,
        transfer.bank.into_string(),
        transfer.request_id.into_string(),
        transfer.amount.minor(),
        transfer.bank_reference,
        transfer.at.ms(),
        transfer.merchant.into_string(),
        transfer.trx_id.into_string(),
    ];
    Step::insert(&TRANSFER, values)
}
