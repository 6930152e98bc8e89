//! The text of `/metrics`: each figure with its name, its unit, and a sentence that says what it means.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lunas_domain::notification::About;
use lunas_snap::code::ResponseCode;
use lunas_snap::service::Service;
use lunas_store::figures::Spread;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry, Unit};

use super::{Looked, Seen};
use crate::app::App;
use crate::http::reply::NO_SERVICE;

/// What stands before every name.
const PREFIX: &str = "lunas";
/// The service in figures of calls that found none.
const NONE: &str = "none";
/// What a spread of times counts in one second.
const PER_SECOND: Scale = |us| Duration::from_micros(us).as_secs_f64();

/// A spread's value in the unit that is shown.
type Scale = fn(u64) -> f64;

/// What is shown of one moment.
#[derive(Debug)]
pub(super) struct Page {
    app: Arc<App>,
    looked: Looked,
}

impl Page {
    pub(super) fn new(app: Arc<App>, looked: Looked) -> Self {
        Self { app, looked }
    }

    /// The whole text.
    pub(super) fn text(self) -> Result<String, fmt::Error> {
        let mut registry = Registry::with_prefix(PREFIX);
        registry.register_collector(Box::new(self));
        let mut written = String::new();
        text::encode(&mut written, &registry)?;
        Ok(written)
    }
}

impl Collector for Page {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut sheet = Sheet(encoder);
        self.build(&mut sheet)?;
        self.calls(&mut sheet)?;
        self.store(&mut sheet)?;
        self.notifications(&mut sheet)?;
        self.lateness(&mut sheet)?;
        self.tasks(&mut sheet)?;
        self.credentials(&mut sheet)
    }
}

impl Page {
    fn build(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let help = "The version that runs.";
        let mut metric = sheet.0.encode_descriptor("build", help, None, MetricType::Info)?;
        metric.encode_info(&[("version", env!("CARGO_PKG_VERSION"))])
    }

    fn calls(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let calls = || self.app.tally.calls();
        let answers = calls().flat_map(|(service, calls)| {
            let digits = service.map_or(NO_SERVICE, Service::code);
            let answered = calls.answered().filter(|(_, count)| *count > 0);
            answered.map(move |(case, count)| {
                (
                    [
                        ("service", named(service)),
                        ("code", ResponseCode::new(digits, case).as_str().to_owned()),
                    ],
                    count,
                )
            })
        });
        sheet.counts(
            "calls",
            "Calls of clients, by the service and the code they were answered with.",
            answers,
        )?;
        let times = calls().map(|(service, calls)| ([("service", named(service))], &calls.times));
        let help = "How long calls took, from the head of the request to the answer, by the service.";
        sheet.times("call_duration", help, times.filter(|(_, times)| !is_empty(times)))
    }

    fn store(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let figures = self.app.store.figures();
        let outcomes = [
            ("made", &figures.made),
            ("refused", &figures.refused),
            ("unavailable", &figures.unavailable),
            ("unknown", &figures.unknown),
        ];
        let help = "Changes that were handed to the store, by what came of them: made, refused by a guard, not made \
                    because the store was unavailable, or not known.";
        sheet.counts(
            "store_commits",
            help,
            outcomes.map(|(word, count)| ([("outcome", word)], count.get())),
        )?;
        let help = "Reads of the store that failed.";
        sheet.counts("store_reads_failed", help, [(NOTHING, figures.reads_failed.get())])?;
        let help = "How many changes share a batch, which becomes durable as one.";
        sheet.spread("store_batch_changes", help, None, [(NOTHING, &figures.batch_changes)], whole)?;
        let help = "How long a batch took, from its first statement until it was durable.";
        sheet.times("store_batch", help, [(NOTHING, &figures.batch_times)])?;
        let help = "How long a change waited until a batch took it up.";
        sheet.times("store_wait", help, [(NOTHING, &figures.waits)])?;
        let queued = whole(u64::try_from(self.app.store.queued()).unwrap_or(u64::MAX));
        sheet.gauges(
            "store_queued_changes",
            "Changes that wait for a batch now.",
            None,
            [(NOTHING, queued)],
        )?;
        let is_readable = whole(u64::from(self.looked.is_some()));
        let help =
            "1 if the store could be read for these figures, else 0; what is read there is left out then.";
        sheet.gauges("store_readable", help, None, [(NOTHING, is_readable)])
    }

    fn notifications(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let kinds = || About::ALL.map(|about| (about.word(), self.app.tally.notifications_about(about)));
        let attempts = kinds().into_iter().flat_map(|(about, kind)| {
            let attempts = kind.attempts();
            attempts.map(move |(outcome, count)| ([("about", about), ("outcome", outcome.word())], count))
        });
        let help = "Attempts to notify a merchant, by what of and by what came of them: delivered, refused by another \
                    answer than was hoped for, or unanswered.";
        sheet.counts("notification_attempts", help, attempts)?;
        let help =
            "Notifications that were given up after their last attempt; an operator may send them again.";
        let parked = kinds().map(|(about, kind)| ([("about", about)], kind.parked.get()));
        sheet.counts("notifications_parked", help, parked)?;
        let help = "From a change to the merchant's receipt of its notification.";
        let delivery = kinds().map(|(about, kind)| ([("about", about)], &kind.delivery));
        sheet.times("notification_delivery", help, delivery)?;
        let backlog = self.looked.iter().flat_map(|Seen { backlog, .. }| {
            let later = backlog.pending.saturating_sub(backlog.due);
            [([("state", "due")], f64::from(backlog.due)), ([("state", "later")], f64::from(later))]
        });
        let help = "Notifications that are to be sent, by whether they are due now or later; of all gateways on the \
                    store, and ten thousand at the most.";
        sheet.gauges("notifications_pending", help, None, backlog)?;
        let late = self.looked.map(|Seen { backlog, at, .. }| {
            (NOTHING, backlog.next.map_or(Duration::ZERO, |next| at.since(next)).as_secs_f64())
        });
        let help =
            "For how long the notification has been due that is due for longest; of those that are counted.";
        sheet.gauges("notifications_late", help, Some(&Unit::Seconds), late)
    }

    fn lateness(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let tally = &self.app.tally;
        let late = [("payment", &tally.payments_late), ("virtual-account", &tally.accounts_late)];
        let help = "How late what was due was expired by the worker.";
        sheet.times("expiry_lag", help, late.map(|(of, spread)| ([("of", of)], spread)))
    }

    fn tasks(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let board = self.app.store.tasks().report();
        let panics = board.iter().map(|(name, task)| ([("task", *name)], task.panics));
        let help = "Panics of background tasks, each of which was started again after it.";
        sheet.counts("task_panics", help, panics)?;
        let help = "1 if a background task did its work when it last ran, 0 if it panicked.";
        let well =
            board.iter().map(|(name, task)| ([("task", *name)], whole(u64::from(task.panics_in_a_row == 0))));
        sheet.gauges("task_well", help, None, well)
    }

    fn credentials(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let help = "Attempts at PINs and one-time passwords on pages: right, wrong, locked after too many, or turned away \
                    because too many others were being checked.";
        let pins = self.app.tally.pins().map(|(outcome, count)| ([("outcome", outcome.word())], count));
        sheet.counts("pin_attempts", help, pins)?;
        let ages = self.looked.iter().flat_map(|Seen { oldest, at, .. }| {
            let kinds = [("secret", oldest.secret), ("key", oldest.key)];
            kinds
                .into_iter()
                .filter_map(|(kind, since)| Some(([("kind", kind)], at.since(since?).as_secs_f64())))
        });
        let help =
            "How old the oldest secret and the oldest public key are with which a client may still call.";
        sheet.gauges("credential_age", help, Some(&Unit::Seconds), ages)
    }
}

fn named(service: Option<Service>) -> String {
    service.map_or(NONE, Service::code).to_owned()
}

fn is_empty(spread: &Spread) -> bool {
    spread.counts().all(|(_, count)| count == 0)
}

/// A number of things.
#[expect(clippy::as_conversions, reason = "a figure past 2^53 may be off by one")]
fn whole(number: u64) -> f64 {
    number as f64
}

/// The labels of a figure that stands alone.
const NOTHING: [(&str, &str); 0] = [];

/// Where figures are written, each kind in its form.
struct Sheet<'a>(DescriptorEncoder<'a>);

/// A figure's labels.
type Labels<V, const N: usize> = [(&'static str, V); N];

/// What can stand as a label's value.
trait Word: prometheus_client::encoding::EncodeLabelValue {}
impl Word for String {}
impl Word for &str {}

impl Sheet<'_> {
    fn counts<V: Word, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (Labels<V, N>, u64)>,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, count) in rows {
            metric.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
        }
        Ok(())
    }

    fn gauges<V: Word, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<&Unit>,
        rows: impl IntoIterator<Item = (Labels<V, N>, f64)>,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, unit, MetricType::Gauge)?;
        for (labels, value) in rows {
            metric.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    /// A spread of times, in seconds.
    fn times<'s, V: Word, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (Labels<V, N>, &'s Spread)>,
    ) -> fmt::Result {
        self.spread(name, help, Some(&Unit::Seconds), rows, PER_SECOND)
    }

    fn spread<'s, V: Word, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<&Unit>,
        rows: impl IntoIterator<Item = (Labels<V, N>, &'s Spread)>,
        scale: Scale,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, unit, MetricType::Histogram)?;
        for (labels, spread) in rows {
            let sum = scale(spread.sum());
            let buckets: Vec<(f64, u64)> =
                spread.counts().map(|(bound, count)| (bound.map_or(f64::INFINITY, scale), count)).collect();
            let count = buckets.iter().map(|(_, count)| count).sum();
            metric.encode_family(&labels)?.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)?;
        }
        Ok(())
    }
}
