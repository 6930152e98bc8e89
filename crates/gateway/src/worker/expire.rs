//! Expires payments and virtual accounts whose time is up, through the same flow as everything else.

use std::future::Future;
use std::sync::Arc;

use lunas_domain::payment::{Command, Expiry, Rejection};
use lunas_domain::virtual_account::Command as AccountCommand;
use lunas_store::{Scope, Unavailable};
use lunas_vocab::{MerchantId, ReferenceNo};
use tracing::Instrument as _;

use super::driver::{Next, Worker, all_of, rest};
use crate::app::App;
use crate::flow::{Error, payment, virtual_account};
use crate::span;

/// Payments, and virtual accounts, taken up in one look.
const BATCH: u32 = 200;

/// The name on the board.
const NAME: &str = "expire";
/// The name of one expiry, in tests of what one that panics does to others.
const ONE: &str = "expiry";

/// Why an expiry failed that neither the store nor anybody quicker kept from succeeding.
const NOT_LET: &str = "the rules do not let it";

/// Expires what is due.
pub(super) struct Expire;

impl Worker for Expire {
    const NAME: &'static str = NAME;

    fn new(app: &Arc<App>) -> Self {
        app.store.tasks().started(ONE);
        Self
    }

    async fn tick(&self, app: &Arc<App>) -> Next {
        match payments_tick(app).await | accounts_tick(app).await {
            true => Next::AtOnce,
            false => Next::After(rest(app)),
        }
    }
}

/// What came of one expiry.
enum Outcome {
    /// The flow has told it.
    Expired,
    /// Somebody was quicker; that is an outcome like any other.
    Overtaken,
}

/// Expires payments that are due. True when there may be more.
async fn payments_tick(app: &Arc<App>) -> bool {
    let due = app.store.payments_due(app.env.now(), BATCH).await;
    each(app, "payments", due, |merchant, reference_no| {
        let app = app.clone();
        async move {
            let (scope, command) = (Scope::Merchant(&merchant), Command::Expire(Expiry::Due));
            let expired = payment::apply(&app, scope, &reference_no, &command, Vec::new()).await;
            match expired.map_err(Error::into_refusal) {
                Ok(payment) => {
                    app.tally.payments_late.add_time(app.env.now().since(payment.valid_up_to));
                    Ok(Outcome::Expired)
                }
                Err(refusal) => match refusal? {
                    payment::Refusal::Move(Rejection::NotPending(_) | Rejection::NotYetExpired) => {
                        Ok(Outcome::Overtaken)
                    }
                    payment::Refusal::Move(_)
                    | payment::Refusal::NotFound
                    | payment::Refusal::NamesOther(_) => Err(NOT_LET.to_owned()),
                },
            }
        }
    })
    .await
}

/// Expires virtual accounts that are due. True when there may be more.
async fn accounts_tick(app: &Arc<App>) -> bool {
    let due = app.store.accounts_due(app.env.now(), BATCH).await;
    each(app, "virtual accounts", due, |merchant, reference_no| {
        let app = app.clone();
        async move {
            let (scope, command) = (Scope::Merchant(&merchant), AccountCommand::Expire(Expiry::Due));
            let expired = virtual_account::apply(&app, scope, &reference_no, &command).await;
            match expired.map_err(Error::into_refusal) {
                Ok(account) => {
                    app.tally.accounts_late.add_time(app.env.now().since(account.valid_up_to));
                    Ok(Outcome::Expired)
                }
                Err(refusal) => match refusal? {
                    virtual_account::Refusal::Move(_) => Ok(Outcome::Overtaken),
                    virtual_account::Refusal::NotFound
                    | virtual_account::Refusal::NoAccess
                    | virtual_account::Refusal::Open(_)
                    | virtual_account::Refusal::TrxIdTaken
                    | virtual_account::Refusal::NamesOther(_)
                    | virtual_account::Refusal::BankMissing => Err(NOT_LET.to_owned()),
                },
            }
        }
    })
    .await
}

/// Expires each of what is due, side by side. True when the batch was full.
async fn each<F>(
    app: &App,
    what: &'static str,
    due: Result<Vec<(MerchantId, ReferenceNo)>, Unavailable>,
    expire: impl Fn(MerchantId, ReferenceNo) -> F,
) -> bool
where
    F: Future<Output = Result<Outcome, String>> + Send + 'static,
{
    let due = match due {
        Ok(due) => due,
        Err(error) => {
            tracing::error!(%error, what, "what is due could not be read");
            return false;
        }
    };
    let is_full = due.len() == usize::try_from(BATCH).unwrap_or(usize::MAX);
    let mut moves = tokio::task::JoinSet::new();
    for (merchant, reference_no) in due {
        let span = span::due(ONE, &merchant, &reference_no);
        let (expiry, tasks) = (expire(merchant, reference_no), app.store.tasks());
        let one = async move {
            tasks.begins(ONE);
            match expiry.await {
                Ok(Outcome::Expired) => tasks.did_well(ONE),
                Ok(Outcome::Overtaken) => {}
                Err(reason) => tracing::error!(reason, "could not be expired"),
            }
        };
        moves.spawn(one.instrument(span));
    }
    // One that panics is due again; as long as it is, a full batch must not be looked for without a rest.
    let begun = moves.len();
    let ended = all_of(app, ONE, moves).await.len();
    is_full && ended == begun
}
