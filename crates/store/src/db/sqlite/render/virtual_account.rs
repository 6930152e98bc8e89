//! Virtual accounts and the payments into them.

use lunas_domain::virtual_account::{Transfer, VirtualAccount};
use lunas_vocab::Timestamp;
use rusqlite::params;

use super::Statements;
use crate::{Refused, Unavailable};

/// Adds nothing when the merchant used its id for another account not long ago.
const ACCOUNT_ADD: &str = "insert into virtual_account (reference_no, merchant_id, trx_id, bank, company,
    customer_no, number, amount, created_at, valid_up_to, details, status, version, changed_at)
    select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14 where not exists (
        select 1 from virtual_account e
        where e.merchant_id = ?2 and e.trx_id = ?3 and e.created_at >= ?15)";

pub(super) fn account_open(
    to: Statements<'_>,
    account: &VirtualAccount,
    unique_since: Timestamp,
) -> Result<(), Refused> {
    let details = serde_json::to_string(&account.details).map_err(Unavailable::new)?;
    let values = params![
        account.reference_no.as_str(),
        account.merchant.as_str(),
        account.trx_id.as_str(),
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
        unique_since.ms(),
    ];
    to.run_guarded(ACCOUNT_ADD, values, Refused::Exists { what: "virtual account" })
}

const ACCOUNT_MOVE: &str = "update virtual_account set status = ?2, version = ?3, changed_at = ?4
    where reference_no = ?1 and version = ?3 - 1";

const ACCOUNT_TRANSITION_ADD: &str = "insert into virtual_account_transition (reference_no, version, status, changed_at) values (?1, ?2, ?3, ?4)";

pub(super) fn account_move(to: Statements<'_>, account: &VirtualAccount) -> Result<(), Refused> {
    let (reference_no, status) = (account.reference_no.as_str(), account.status.digits());
    let (version, changed_at) = (account.version, account.changed_at.ms());
    let values = params![reference_no, status, version, changed_at];
    to.run_guarded(ACCOUNT_MOVE, values, Refused::LostRace)?;
    to.run(ACCOUNT_TRANSITION_ADD, params![reference_no, version, status, changed_at]).map(drop)
}

const TRANSFER_ADD: &str =
    "insert into transfer (payment_no, reference_no, version, bank_id, request_id, amount, bank_reference, at)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

pub(super) fn transfer_add(to: Statements<'_>, transfer: &Transfer) -> Result<(), Refused> {
    let values = params![
        transfer.payment_no.as_str(),
        transfer.reference_no.as_str(),
        transfer.version,
        transfer.bank.as_str(),
        transfer.request_id.as_str(),
        transfer.amount.minor(),
        transfer.bank_reference,
        transfer.at.ms(),
    ];
    to.run(TRANSFER_ADD, values).map(drop)
}
