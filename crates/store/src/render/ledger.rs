//! Movements of money and the balances they change.

use lunas_domain::ledger::{Account, Journal};
use lunas_vocab::{Money, Timestamp};

use crate::Refused;
use crate::step::{Step, values};
use crate::table::{JOURNAL, POSTING, row};

pub(crate) const BALANCE_MOVE: &str = "update balance set amount = amount + $2 where account_id = $1";

/// The floor is a check of the balance's row. An account with a floor and without a row has nothing to take from, and
/// nowhere to put anything either.
pub(super) fn journal_post(to: &mut Vec<Step>, journal: Journal) {
    let Journal { id, recipe, at, postings } = journal;
    to.push(Step::insert(&JOURNAL, row!(JOURNAL { id: id.clone(), recipe: recipe.word(), at: at.ms() })));
    for (line_no, posting) in (1_i64..).zip(postings) {
        let (account, amount) = (posting.account.id(), posting.amount.minor());
        if posting.account.has_floor() {
            let values = values![account.as_str().to_owned(), amount];
            to.push(Step::guarded(BALANCE_MOVE, values, Refused::InsufficientFunds));
        }
        let row = row!(POSTING {
            account_id: account.into_string(),
            at: at.ms(),
            journal_id: id.clone(),
            line_no: line_no,
            amount: amount,
        });
        to.push(Step::insert(&POSTING, row));
    }
}

const BALANCE_OPEN: &str = "insert into balance (account_id, amount, floor) values ($1, 0, $2)
    on conflict (account_id) do update set floor = excluded.floor";

pub(super) fn balance_open(account: &Account, floor: Money) -> Step {
    Step::run(BALANCE_OPEN, values![account.id().into_string(), floor.minor()])
}

const CHECKPOINT_OPEN: &str = "insert into balance_checkpoint (account_id, up_to, amount) values ($1, -1, 0)
    on conflict (account_id) do nothing";

/// What is added is what lies between the old time and the new one, so that moving costs what was passed. A checkpoint
/// that is there already stays, and so does one that is close to where its type ends.
const CHECKPOINT_MOVE: &str = "update balance_checkpoint set up_to = $2, amount = amount + (
        select cast(coalesce(sum(p.amount), 0) as bigint) from posting p
        where p.account_id = $1 and p.at > balance_checkpoint.up_to and p.at <= $2)
    where account_id = $1 and up_to < $2 and abs(amount) <= 6000000000000000000";

pub(super) fn checkpoint_move(to: &mut Vec<Step>, account: &Account, up_to: Timestamp) {
    let id = account.id().into_string();
    to.push(Step::run(CHECKPOINT_OPEN, values![id.clone()]));
    to.push(Step::run(CHECKPOINT_MOVE, values![id, up_to.ms()]));
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[BALANCE_MOVE, BALANCE_OPEN, CHECKPOINT_OPEN, CHECKPOINT_MOVE];
