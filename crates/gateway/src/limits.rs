//! How often somebody may call: counted by address, client, service and phone number, in memory and by this gateway alone.
//!
//! By address, client and service, whoever calls too often is told so before anything is looked up, verified or written; a
//! phone number is known only once a call is proven or a form is read. The counting itself is
//! [`governor`]'s (GCRA: so many at once, then one after the other at their pace); what is here is who counts as whom, a
//! memory that does not grow, and the gateway's own clock. How a refusal is spelled is `http`'s.

mod recent;
mod told;

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::{Quota, RateLimiter};
use lunas_snap::service::Service;
use lunas_vocab::{ClientId, MerchantId, Phone};

use crate::config::{self, Rate};
use crate::env::Env;
use recent::Recent;
use told::Told;

/// The bits of an address of version 6 that name a household or a server: whoever has one address of them has all.
const NETWORK_BITS: u32 = 64;

/// Whose calls were too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those from one address.
    Address,
    /// The requests for pages from one address.
    Page,
    /// Those of one client.
    Client,
    /// Those of one client to this service.
    Service(Service),
    /// Those of one merchant that name one phone number.
    NamedPhone,
    /// The forms for one phone number.
    Phone,
}

/// A call that was one too many. It counted for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// By which limit.
    pub whose: Whose,
    /// After how many seconds another one is welcome; at least one.
    pub retry_after_seconds: u64,
}

/// All limits.
#[derive(Debug)]
pub struct Limits {
    address: Limit,
    page: Limit,
    client: Limit,
    named_phone: Limit,
    phone: Limit,
    services: HashMap<Service, Limit>,
    /// Whatever is counted is known by a hash that nobody outside can foresee, so that every key takes the same room and
    /// no number of a customer lies in it.
    hasher: RandomState,
    told: Told,
}

impl Limits {
    /// The limits of a configuration, by the gateway's clock.
    pub fn new(settings: &config::Limits, env: &Env) -> Self {
        let limit = |rate| Limit::new(rate, settings.keys_max, env);
        Self {
            address: limit(settings.address),
            page: limit(settings.page),
            client: limit(settings.client),
            named_phone: limit(settings.named_phone),
            phone: limit(settings.phone),
            services: settings.of_services().map(|(service, rate)| (service, limit(rate))).collect(),
            hasher: RandomState::new(),
            told: Told::new(env),
        }
    }

    /// Counts a call from an address, whoever it says it is of.
    pub fn address(&self, address: IpAddr) -> Result<(), TooMany> {
        self.count(&self.address, Whose::Address, network(address))
    }

    /// Counts a request for a page.
    pub fn page(&self, address: IpAddr) -> Result<(), TooMany> {
        self.count(&self.page, Whose::Page, network(address))
    }

    /// Counts a call of a client that showed its access token. The narrower limit goes first: what a service refuses is no
    /// part of what the client may call elsewhere.
    pub fn client(&self, client: &ClientId, service: Service) -> Result<(), TooMany> {
        if let Some(limit) = self.services.get(&service) {
            self.count(limit, Whose::Service(service), client)?;
        }
        self.count(&self.client, Whose::Client, client)
    }

    /// Counts a call that names a client without proof, as a token request does. It counts against that name at that
    /// address, so that a stranger who names somebody else's client uses up nothing of it.
    pub fn claimed_client(&self, claim: &str, address: IpAddr, service: Service) -> Result<(), TooMany> {
        match self.services.get(&service) {
            Some(limit) => self.count(limit, Whose::Service(service), (claim, network(address))),
            None => Ok(()),
        }
    }

    /// Counts a call of a merchant that names a customer's number.
    pub fn named_phone(&self, merchant: &MerchantId, phone: &Phone) -> Result<(), TooMany> {
        self.count(&self.named_phone, Whose::NamedPhone, (merchant, phone))
    }

    /// Counts a form with a PIN or a one-time password for a number.
    pub fn phone(&self, phone: &Phone) -> Result<(), TooMany> {
        self.count(&self.phone, Whose::Phone, phone)
    }

    /// Whether calls of clients are counted at all for this service.
    pub fn counts_clients(&self, service: Service) -> bool {
        self.client.limiter.is_some() || self.services.get(&service).is_some_and(|of| of.limiter.is_some())
    }

    /// How many keys are remembered, over all limits.
    pub fn keys(&self) -> usize {
        let named = [&self.address, &self.page, &self.client, &self.named_phone, &self.phone];
        named.into_iter().chain(self.services.values()).map(Limit::keys).sum()
    }

    fn count(&self, limit: &Limit, whose: Whose, key: impl Hash) -> Result<(), TooMany> {
        let Some(limiter) = &limit.limiter else { return Ok(()) };
        let Err(until) = limiter.check_key(&self.hasher.hash_one(key)) else { return Ok(()) };
        let wait = until.wait_time_from(limiter.clock().now());
        let retry_after_seconds = (wait + Duration::from_nanos(999_999_999)).as_secs().max(1);
        self.told.refused(whose);
        Err(TooMany { whose, retry_after_seconds })
    }
}

/// One limit over many keys; none where nothing is limited.
#[derive(Debug)]
struct Limit {
    limiter: Option<RateLimiter<u64, Recent, Uptime, NoOpMiddleware<Nanos>>>,
}

impl Limit {
    fn new(rate: Rate, keys_max: usize, env: &Env) -> Self {
        let quota = NonZeroU32::new(rate.calls).and_then(|calls| {
            let pause = Duration::from_secs(rate.seconds.into()) / calls.get();
            Some(Quota::with_period(pause)?.allow_burst(calls))
        });
        let limiter = |quota| RateLimiter::new(quota, Recent::new(keys_max), Uptime(env.clone()));
        Self { limiter: quota.map(limiter) }
    }

    fn keys(&self) -> usize {
        self.limiter.as_ref().map_or(0, |limiter| limiter.len())
    }
}

/// The gateway's clock, as the counting asks for it.
#[derive(Clone, Debug)]
struct Uptime(Env);

impl Clock for Uptime {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.uptime().into()
    }
}

/// An address, or the half of it that names a household.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mask = u128::MAX << (Ipv6Addr::BITS - NETWORK_BITS);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests;
