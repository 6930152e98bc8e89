//! `lunas migrate-store`: from one store to another, such as from SQLite to PostgreSQL, with proof.

use std::io::{IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use lunas_store::{CopyProgress, Store};
use serde_json::json;

use crate::verdict::{Error, Verdict, say};
use crate::{output, shutdown};

/// Copy a store into an empty one, then compare every row and prove the ledger; no gateway may be running on either
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas migrate-store sqlite://.lunas/lunas.db postgres://lunas@db.internal/lunas\n\n\
                        A copy that is interrupted goes on where it stopped when the command is given again. The \
                        master key is no part of the store: the new gateway needs the same file."
)]
pub(crate) struct MigrateStore {
    /// Where everything is
    from: String,
    /// Where it goes
    to: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl MigrateStore {
    /// Does it, and stops between two slices at a signal.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        let shutdown =
            shutdown::signal().map_err(|source| Error::because("signals cannot be heard", source))?;
        let is_stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&is_stopped);
        #[expect(
            clippy::disallowed_methods,
            reason = "a command has no span, and ends with what it started"
        )]
        tokio::spawn(async move {
            shutdown.await;
            stop.store(true, Ordering::Relaxed);
        });
        let cannot = |source| Error::because("the copy did not begin", source);
        say(&format!("copying {} to {}", Store::shown(&self.from), Store::shown(&self.to)));
        let from = Store::open(&self.from).await.map_err(cannot)?;
        let to = Store::open_target(&self.to).await.map_err(cannot)?;
        let mut bar = Bar::new();
        let copied = from.copy_to(&to, |progress| {
            bar.show(progress);
            if is_stopped.load(Ordering::Relaxed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        let copied = copied.await;
        bar.end();
        from.close().await;
        to.close().await;
        let report = copied.map_err(|source| Error::because("the store was not copied", source))?;
        let (from, to) = (Store::shown(&self.from), Store::shown(&self.to));
        let (journals, paid_payments) = (report.journals, report.paid_payments);
        if self.json {
            output::print_json(&json!({
                "from": from,
                "to": to,
                "isSame": true,
                "journals": journals,
                "paidPayments": paid_payments,
            }))?;
        } else {
            output::print(&format!(
                "{to} is the same as {from}: every row was compared, and the ledger is sound (journal entries {journals}, \
                 paid payments {paid_payments})"
            ))?;
        }
        Ok(Verdict::Positive)
    }
}

/// Tells how far the copy has come: on a terminal in one line that changes, elsewhere once per table.
struct Bar {
    is_terminal: bool,
    table: Option<(&'static str, bool)>,
}

/// How wide the bar is.
const WIDTH: u64 = 24;

impl Bar {
    fn new() -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), table: None }
    }

    fn show(&mut self, progress: CopyProgress) {
        let CopyProgress { is_comparing, table, .. } = progress;
        let is_new = self.table.replace((table, is_comparing)) != Some((table, is_comparing));
        if self.is_terminal {
            let mut stderr = std::io::stderr();
            // Nobody to tell is no reason to stop.
            let _ = write!(stderr, "\r\x1b[K{}", line(progress)).and_then(|()| stderr.flush());
        } else if is_new {
            say(&format!("{} {table}", verb(is_comparing)));
        }
    }

    fn end(&self) {
        if self.is_terminal && self.table.is_some() {
            say("");
        }
    }
}

fn verb(is_comparing: bool) -> &'static str {
    if is_comparing { "comparing" } else { "copying" }
}

fn line(progress: CopyProgress) -> String {
    let CopyProgress { is_comparing, table, done, total } = progress;
    let filled = done.min(total).saturating_mul(WIDTH).checked_div(total).unwrap_or(WIDTH);
    let bar: String = (0..WIDTH).map(|at| if at < filled { '█' } else { '░' }).collect();
    format!("{:<9} {table:<26} {bar} {done}/{total}", verb(is_comparing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills() {
        let check = |done: u64, total: u64, expected: &str| {
            let progress = CopyProgress { is_comparing: false, table: "payment", done, total };
            assert_eq!(line(progress), format!("copying   payment                    {expected}"));
        };
        check(0, 48, "░░░░░░░░░░░░░░░░░░░░░░░░ 0/48");
        check(24, 48, "████████████░░░░░░░░░░░░ 24/48");
        check(48, 48, "████████████████████████ 48/48");
        check(0, 0, "████████████████████████ 0/0");
    }
}
