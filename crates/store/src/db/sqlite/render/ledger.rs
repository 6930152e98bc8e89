//! Movements of money and the balances they change.

use lunas_domain::ledger::{Account, Journal};
use lunas_vocab::Money;
use rusqlite::params;

use super::Statements;
use crate::Refused;

const JOURNAL_ADD: &str = "insert into journal (id, recipe, at) values (?1, ?2, ?3)";

const POSTING_ADD: &str =
    "insert into posting (account_id, at, journal_id, line_no, amount) values (?1, ?2, ?3, ?4, ?5)";

const BALANCE_MOVE: &str = "update balance set amount = amount + ?2 where account_id = ?1";

/// The floor is a check of the balance's row. An account with a floor and without a row has nothing to take from, and
/// nowhere to put anything either.
pub(super) fn journal_post(to: Statements<'_>, journal: &Journal) -> Result<(), Refused> {
    to.run(JOURNAL_ADD, params![journal.id, journal.recipe.word(), journal.at.ms()])?;
    for (line_no, posting) in (1_i64..).zip(&journal.postings) {
        let (account, amount) = (posting.account.id(), posting.amount.minor());
        if posting.account.has_floor() {
            let values = params![account.as_str(), amount];
            to.run_guarded(BALANCE_MOVE, values, Refused::InsufficientFunds)?;
        }
        to.run(POSTING_ADD, params![account.as_str(), journal.at.ms(), journal.id, line_no, amount])?;
    }
    Ok(())
}

const BALANCE_OPEN: &str = "insert into balance (account_id, amount, floor) values (?1, 0, ?2)
    on conflict (account_id) do update set floor = excluded.floor";

pub(super) fn balance_open(to: Statements<'_>, account: &Account, floor: Money) -> Result<(), Refused> {
    to.run(BALANCE_OPEN, params![account.id().as_str(), floor.minor()]).map(drop)
}
