//! `[limits]`: how often somebody may call.

use std::collections::BTreeMap;

use lunas_snap::service::Service;
use serde::Deserialize;

use super::Refuse;

/// The most calls of a rate. Beyond it the time between two of them is less than a nanosecond.
const CALLS_MAX: u32 = 1_000_000_000;
/// The most seconds of a rate: a day.
const SECONDS_MAX: u32 = 86_400;
/// The fewest and the most keys that one limit remembers.
const KEYS: std::ops::RangeInclusive<usize> = 1_000..=10_000_000;

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Calls under `/v1.0/` from one address.
    pub address: Rate,
    /// Requests for customers' pages from one address.
    pub page: Rate,
    /// Calls of one client.
    pub client: Rate,
    /// Calls of one merchant that name one phone number.
    pub named_phone: Rate,
    /// Forms with a PIN or a one-time password for one phone number.
    pub phone: Rate,
    /// How many keys each limit remembers.
    pub keys_max: usize,
    /// Calls of one client to one service, by the service's two digits.
    pub services: BTreeMap<String, Rate>,
}

/// So many calls at once, and as many again spread evenly over so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The calls; zero is no limit.
    pub calls: u32,
    /// The seconds.
    pub seconds: u32,
}

impl Rate {
    /// No limit.
    pub const NONE: Self = Self { calls: 0, seconds: 1 };
}

impl Limits {
    /// No limit for anybody, as a sandbox has it: a test suite is quicker than any merchant's customers.
    pub fn none() -> Self {
        Self {
            address: Rate::NONE,
            page: Rate::NONE,
            client: Rate::NONE,
            named_phone: Rate::NONE,
            phone: Rate::NONE,
            keys_max: *KEYS.start(),
            services: BTreeMap::new(),
        }
    }

    /// The limits of services.
    pub fn of_services(&self) -> impl Iterator<Item = (Service, Rate)> {
        self.services.iter().filter_map(|(code, rate)| Some((called(code)?, *rate)))
    }

    pub(super) fn check(&self, refuse: Refuse<'_>) {
        if let Some(code) = self.services.keys().find(|code| called(code).is_none()) {
            refuse("limits.services", format!("has {code:?}, which is no service that is called here"));
        }
        if !KEYS.contains(&self.keys_max) {
            let reason = format!("must be from {} to {}, not {}", KEYS.start(), KEYS.end(), self.keys_max);
            refuse("limits.keys_max", reason);
        }
        let named = [
            ("limits.address", self.address),
            ("limits.page", self.page),
            ("limits.client", self.client),
            ("limits.named_phone", self.named_phone),
            ("limits.phone", self.phone),
        ];
        let rates = named.into_iter().chain(self.services.values().map(|rate| ("limits.services", *rate)));
        for (key, Rate { calls, seconds }) in rates {
            if calls > CALLS_MAX || !(1..=SECONDS_MAX).contains(&seconds) {
                let reason = format!(
                    "may be up to {CALLS_MAX} calls in 1 to {SECONDS_MAX} seconds, not {calls} in {seconds}"
                );
                refuse(key, reason);
            }
        }
    }
}

/// The service that is called here by those two digits.
fn called(code: &str) -> Option<Service> {
    Service::ALL.iter().copied().find(|service| service.inbound() && service.code() == code)
}
