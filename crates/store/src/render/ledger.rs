//! Journal entries and the balances they change.

use lunas_domain::ledger::{Account, JournalEntry};
use lunas_vocab::Money;

use crate::record::stored;
use crate::statement::{Held, Statement, expr};
use crate::step::{Step, values};
use crate::table::{BALANCE, BALANCE_CHECKPOINT, JOURNAL, POSTING, row};
use crate::{Checkpoint, CommitError};

pub(crate) const BALANCE_MOVE: Statement = Statement::update(
    "balance_move",
    &BALANCE,
    &["account_id", "amount"],
    expr!["amount = amount + " amount],
    expr!["account_id = " account_id],
)
.or(&CommitError::InsufficientFunds)
.holding(Held::Balance);

/// The floor is a check of the balance's row. An account with a floor and without a row has nothing to take from, and
/// nowhere to put anything either.
pub(super) fn journal_post(to: &mut Vec<Step>, journal: JournalEntry) {
    let JournalEntry { id, recipe, at, postings } = journal;
    to.push(Step::insert(&JOURNAL, row!(JOURNAL { id: id.clone(), recipe: recipe.word(), at: at.ms() })));
    for (line_no, posting) in (1_i64..).zip(postings) {
        let (account, amount) = (posting.account.id(), posting.amount.minor());
        if posting.account.has_floor() {
            let values = values![account.as_str().to_owned(), amount];
            to.push(Step::new(BALANCE_MOVE, values));
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

pub(crate) const BALANCE_OPEN: Statement =
    Statement::insert("balance_open", &BALANCE, &["account_id", "floor"], ("amount", expr!["0"]))
        .on_conflict(expr!["(account_id, bucket) do update set floor = excluded.floor"]);

pub(super) fn balance_open(account: &Account, floor: Money) -> Step {
    Step::new(BALANCE_OPEN, values![account.id().into_string(), floor.minor()])
}

pub(crate) const CHECKPOINT_OPEN: Statement = Statement::insert(
    "checkpoint_open",
    &BALANCE_CHECKPOINT,
    &["account_id"],
    ("up_to, amount", expr!["-1, 0"]),
)
.on_conflict(expr!["(account_id) do nothing"]);

pub(crate) const CHECKPOINT_MOVE: Statement = Statement::update(
    "checkpoint_move",
    &BALANCE_CHECKPOINT,
    &["account_id", "since", "up_to", "amount"],
    expr!["up_to = " up_to ", amount = " amount],
    expr!["account_id = " account_id " and up_to = " since],
);

/// The sum was read before, because the lines lie elsewhere than it does: none can come to be among them any more, and
/// a checkpoint that somebody else has moved is not where it was.
pub(super) fn checkpoint_move(to: &mut Vec<Step>, checkpoint: &Checkpoint) {
    let Checkpoint { account, since, up_to, amount } = checkpoint;
    let id = account.id().into_string();
    to.push(Step::new(CHECKPOINT_OPEN, values![id.clone()]));
    to.push(Step::new(CHECKPOINT_MOVE, values![id, stored(*since), up_to.ms(), amount.minor()]));
}
