//! Expires payments and virtual accounts whose time is up, through the same flow as everything else.

use std::future::Future;
use std::sync::Arc;

use lunas_domain::payment::{Command, Expiry, Rejection};
use lunas_domain::virtual_account;
use lunas_store::{Scope, Unavailable};
use lunas_vocab::{MerchantId, ReferenceNo};
use tracing::Instrument as _;

use super::driver::{Next, Worker, all_of, rest};
use crate::app::App;
use crate::flow::{self, Refusal, payment};
use crate::span;

/// Payments, and virtual accounts, taken up in one look.
const BATCH: u32 = 200;

/// The name on the board.
const NAME: &str = "expire";
/// The name of one expiry, in tests of what one that panics does to others.
const ONE: &str = "expiry";

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

/// Expires payments that are due. True when there may be more.
async fn payments_tick(app: &Arc<App>) -> bool {
    let due = app.store.payments_due(app.env.now(), BATCH).await;
    each(app, "payments", due, |merchant, reference_no| {
        let app = app.clone();
        async move {
            let (scope, command) = (Scope::Merchant(&merchant), Command::Expire(Expiry::Due));
            payment::apply(&app, scope, &reference_no, &command, Vec::new()).await.map(drop)
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
            let command = virtual_account::Command::Expire(Expiry::Due);
            flow::virtual_account::apply(&app, Scope::Merchant(&merchant), &reference_no, &command)
                .await
                .map(drop)
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
    F: Future<Output = Result<(), Refusal>> + Send + 'static,
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
                // The flow has told it.
                Ok(()) => tasks.did_well(ONE),
                // Somebody was quicker; that is an outcome like any other.
                Err(Refusal::Move(Rejection::NotPending(_) | Rejection::NotYetExpired))
                | Err(Refusal::AccountMove(_)) => {}
                Err(refusal) => {
                    let reason = match refusal {
                        Refusal::Unavailable(reason) => reason,
                        Refusal::OutcomeUnknown => "it is not known whether it was".to_owned(),
                        _ => "the rules do not let it".to_owned(),
                    };
                    tracing::error!(reason, "could not be expired");
                }
            }
        };
        moves.spawn(one.instrument(span));
    }
    // One that panics is due again; as long as it is, a full batch must not be looked for without a rest.
    let begun = moves.len();
    let ended = all_of(app, ONE, moves).await.len();
    is_full && ended == begun
}
