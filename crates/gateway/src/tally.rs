//! What a gateway counts as it happens, for whoever watches it: calls by what they were answered, attempts at
//! notifications, at PINs, and how late something was.
//!
//! Every count has its place from the start, by lists that are compiled in: nothing that comes from outside makes a new
//! one. Counting is an atomic or two. How the counts are shown is the business of `metrics`.

use std::time::Duration;

use lunas_domain::notification::About;
use lunas_snap::code::Case;
use lunas_snap::service::Service;
use lunas_store::figures::{Count, LONG_TIMES, SHORT_TIMES, Spread};

/// The counts of a gateway since its start.
#[derive(Debug)]
pub struct Tally {
    /// One for each of [`Service::ALL`], and one for calls that found no service.
    calls: Box<[Calls]>,
    /// One for each of [`About::ALL`].
    notifications: Box<[Notifications]>,
    /// One for each of [`PinOutcome::ALL`].
    pins: Box<[Count]>,
    /// How late payments expired, in microseconds.
    pub payments_late: Spread,
    /// How late virtual accounts expired, in microseconds.
    pub accounts_late: Spread,
}

/// Calls of one service.
#[derive(Debug)]
pub struct Calls {
    /// One for each of [`Case::ALL`].
    answered: Box<[Count]>,
    /// How long they took, in microseconds, from the head of the request to the answer's first byte.
    pub times: Spread,
}

/// Notifications of one kind.
#[derive(Debug)]
pub struct Notifications {
    /// One for each of [`AttemptOutcome::ALL`].
    attempts: Box<[Count]>,
    /// Given up until somebody sends them again.
    pub parked: Count,
    /// From what is told to the merchant's receipt, in microseconds.
    pub delivery: Spread,
}

lunas_vocab::words! {
    /// What came of an attempt at a notification.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum AttemptOutcome {
        /// The merchant has it.
        Delivered = "delivered",
        /// The merchant answered otherwise.
        Refused = "refused",
        /// Nobody answered, or it could not be sent.
        Unanswered = "unanswered",
    }
    /// The word in figures.
    pub fn word;
}

lunas_vocab::words! {
    /// What came of an attempt at a PIN or a one-time password.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum PinOutcome {
        /// It was right.
        Right = "right",
        /// It was wrong, or the number was nobody's.
        Wrong = "wrong",
        /// It was not looked at: there were too many before.
        Locked = "locked",
        /// It was not looked at: too many others were being checked.
        Busy = "busy",
    }
    /// The word in figures.
    pub fn word;
}

impl Default for Tally {
    fn default() -> Self {
        let calls = || Calls { answered: counts(Case::ALL.len()), times: Spread::new(SHORT_TIMES) };
        let notifications = || Notifications {
            attempts: counts(AttemptOutcome::ALL.len()),
            parked: Count::default(),
            delivery: Spread::new(LONG_TIMES),
        };
        Self {
            calls: std::iter::repeat_with(calls).take(Service::ALL.len() + 1).collect(),
            notifications: std::iter::repeat_with(notifications).take(About::ALL.len()).collect(),
            pins: counts(PinOutcome::ALL.len()),
            payments_late: Spread::new(LONG_TIMES),
            accounts_late: Spread::new(LONG_TIMES),
        }
    }
}

fn counts(length: usize) -> Box<[Count]> {
    std::iter::repeat_with(Count::default).take(length).collect()
}

/// Where a value stands in the list of all of its kind; behind the last, where it is in none.
fn place<T: PartialEq>(all: &[T], one: T) -> usize {
    all.iter().position(|other| *other == one).unwrap_or(all.len())
}

impl Tally {
    /// A call was answered; none is one that found no service.
    pub fn answered(&self, service: Option<Service>, case: Case) {
        if let Some(count) = self.calls_of(service).answered.get(place(Case::ALL, case)) {
            count.add();
        }
    }

    /// A call was worked, for so long.
    pub fn took(&self, service: Option<Service>, time: Duration) {
        self.calls_of(service).times.add_time(time);
    }

    fn calls_of(&self, service: Option<Service>) -> &Calls {
        &self.calls[service.map_or(Service::ALL.len(), |service| place(Service::ALL, service))]
    }

    /// The calls of every service that the gateway answers, and of none.
    pub fn calls(&self) -> impl Iterator<Item = (Option<Service>, &Calls)> {
        let services = Service::ALL.iter().copied().map(Some).chain([None]);
        services.zip(&self.calls).filter(|(service, _)| service.is_none_or(Service::inbound))
    }

    /// An attempt was recorded.
    pub fn attempted(&self, about: About, outcome: AttemptOutcome) {
        if let Some(count) =
            self.notifications_about(about).attempts.get(place(&AttemptOutcome::ALL, outcome))
        {
            count.add();
        }
    }

    /// The notifications of that kind.
    pub fn notifications_about(&self, about: About) -> &Notifications {
        &self.notifications[place(&About::ALL, about)]
    }

    /// Somebody tried a PIN.
    pub fn tried(&self, outcome: PinOutcome) {
        self.pins[place(&PinOutcome::ALL, outcome)].add();
    }

    /// Attempts at PINs, by what came of them.
    pub fn pins(&self) -> impl Iterator<Item = (PinOutcome, u64)> {
        PinOutcome::ALL.into_iter().zip(self.pins.iter().map(Count::get))
    }
}

impl Calls {
    /// How often each case was the answer.
    pub fn answered(&self) -> impl Iterator<Item = (Case, u64)> {
        Case::ALL.iter().copied().zip(self.answered.iter().map(Count::get))
    }
}

impl Notifications {
    /// How often each outcome was an attempt's.
    pub fn attempts(&self) -> impl Iterator<Item = (AttemptOutcome, u64)> {
        AttemptOutcome::ALL.into_iter().zip(self.attempts.iter().map(Count::get))
    }
}
