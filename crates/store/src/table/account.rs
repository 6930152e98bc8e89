//! Virtual accounts and the payments into them.

use super::describe::Kind::{Int, Text};
use super::describe::{Archive, Family, Table, changing, fixed, key};
use crate::bucket::Follows;

/// Virtual accounts as they stand.
pub(crate) static ACCOUNT: Table = Table::new(
    "virtual_account",
    &[
        key("reference_no", Text),
        fixed("merchant_id", Text),
        fixed("trx_id", Text),
        fixed("kind", Text),
        fixed("bank", Text),
        fixed("company", Text),
        fixed("customer_no", Text),
        fixed("number", Text),
        fixed("amount", Int),
        fixed("created_at", Int),
        fixed("valid_up_to", Int),
        fixed("details", Text),
        changing("status", Text),
        changing("payments", Int),
        changing("version", Int),
        changing("changed_at", Int),
    ],
)
.archived(Archive::Head(Family::Account))
.traffic()
.bucketed(Follows::Number("reference_no"));

/// Every number that an account was opened under, bank by bank: the guard against two accounts that wait under one, against one that is given again too soon, and against one that comes to another merchant.
pub(crate) static ACCOUNT_NUMBER: Table = Table::new(
    "virtual_account_number",
    &[
        key("number", Text),
        key("bank", Text),
        fixed("merchant_id", Text),
        changing("reference_no", Text),
        changing("opened_at", Int),
        changing("rests_until", Int).or_null(),
    ],
)
.traffic();

/// The merchants' ids of virtual accounts: the guard against using one twice too soon, and the way from an id to its newest account.
pub(crate) static ACCOUNT_TRX: Table = Table::new(
    "virtual_account_trx",
    &[
        key("merchant_id", Text),
        key("trx_id", Text),
        changing("reference_no", Text),
        changing("opened_at", Int),
        changing("unique_since", Int),
    ],
)
.traffic();

/// Every state that a virtual account had after its first, which the account implies.
pub(crate) static ACCOUNT_TRANSITION: Table = Table::new(
    "virtual_account_transition",
    &[
        key("reference_no", Text),
        key("version", Int),
        fixed("status", Text),
        fixed("payments", Int),
        fixed("changed_at", Int),
    ],
)
.archived(Archive::With(&[Family::Account]))
.traffic()
.bucketed(Follows::Number("reference_no"));

/// Payments into virtual accounts, as banks reported them.
pub(crate) static TRANSFER: Table = Table::new(
    "transfer",
    &[
        key("bank_id", Text),
        key("request_id", Text),
        fixed("payment_no", Text),
        fixed("reference_no", Text),
        fixed("merchant_id", Text),
        fixed("trx_id", Text),
        fixed("version", Int),
        fixed("amount", Int),
        fixed("bank_reference", Text).or_null(),
        fixed("at", Int),
    ],
)
.archived(Archive::With(&[Family::Account]))
.traffic()
.by("request_id");
