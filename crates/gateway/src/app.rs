//! What every request and worker shares: the store, the keys, the directory of clients, and the few things made of
//! them. Nothing here knows HTTP or the wire.

pub mod account_token;
pub mod api_client;
pub mod consent;
pub mod directory;
pub mod ids;
pub mod ip_allow_list;
pub mod link;
mod memory;
pub mod pin;
mod proven;
pub mod public_url;
pub mod refund_queue;
pub mod token;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use lunas_store::{CommitError, Store};
use tokio::sync::Notify;

use crate::brand::{self, Brand};
use crate::config::{Config, address_block};
use crate::controls::Controls;
use crate::env::Env;
use crate::keys::{self, Keys, Sealer};
use crate::limits::Limits;
use crate::outbound::{self, Outbound};
use crate::purpose::{PlayMoney, RealMoney};
use crate::tally::Tally;
use memory::Directory;
use pin::PinChecker;
use proven::ProvenTokens;
use refund_queue::RefundQueue;

/// The running gateway's shared parts.
#[derive(Debug)]
pub struct App {
    /// The configuration it was started with.
    pub config: Config,
    /// The URL that links start with.
    pub public_url: String,
    /// What stands for it in answers that are made again; none if another URL has that.
    pub public_url_mark: Option<[u8; 4]>,
    /// What customers see of the operator.
    pub brand: Arc<Brand>,
    /// Proxies whose word on a caller's address is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Time and chance.
    pub env: Env,
    /// Everything durable.
    pub store: Store,
    /// The gateway's own keys.
    pub keys: Keys,
    /// Clients by client id, as the store knows them.
    pub directory: Directory,
    /// Access tokens that were checked before.
    pub proven_tokens: ProvenTokens,
    /// The client for calls outward.
    pub outbound: Outbound,
    /// How often somebody may call.
    pub limits: Limits,
    /// Checks PINs.
    pub pin_checker: PinChecker,
    /// Where refunds of one merchant wait for each other.
    pub refund_queue: RefundQueue,
    /// Wakes the delivery of notifications.
    pub notifications_waiting: Notify,
    /// What is counted for whoever watches.
    pub tally: Tally,
    /// What a sandbox changes. A gateway that serves real money has none.
    pub controls: Option<Controls>,
}

/// A gateway whose store holds play money. Nothing else can be given what only a sandbox has.
#[derive(Clone, Debug)]
pub struct Play(Arc<App>);

impl Play {
    /// The running parts.
    pub fn app(&self) -> &Arc<App> {
        &self.0
    }
}

/// Why the gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A key is missing or wrong.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// The outbound client cannot be made.
    #[error(transparent)]
    Outbound(#[from] outbound::Error),
    /// The brand cannot be shown.
    #[error(transparent)]
    Brand(#[from] brand::Error),
    /// The store is out of reach.
    #[error("the public URL could not be kept: {0}")]
    Store(#[from] CommitError),
}

impl App {
    /// Puts the parts together over a store with real money. `public_url` is where the outside finds this gateway.
    pub async fn of_real_money(
        config: Config,
        public_url: String,
        env: Env,
        store: RealMoney,
        sealer: Sealer,
    ) -> Result<Arc<Self>, Error> {
        Self::new(config, public_url, env, store.into_store(), sealer, None).await
    }

    /// The same over a store with play money.
    pub async fn of_play_money(
        config: Config,
        public_url: String,
        env: Env,
        store: PlayMoney,
        sealer: Sealer,
        controls: Controls,
    ) -> Result<Play, Error> {
        Self::new(config, public_url, env, store.into_store(), sealer, Some(controls)).await.map(Play)
    }

    /// The address a call came from: the connection's, or what a trusted proxy says.
    pub fn caller_address(&self, peer: Option<IpAddr>, forwarded_for: &[&str]) -> Option<IpAddr> {
        ip_allow_list::caller_address(&self.trusted_proxies, peer, forwarded_for)
    }

    /// A gateway of play money for a test, with its store in a directory of the test's own.
    #[cfg(test)]
    pub(crate) async fn for_test(directory: &std::path::Path) -> Arc<Self> {
        let store = format!("sqlite://{}", directory.join("lunas.db").display());
        let store = PlayMoney::open(&store).await.expect("an empty directory takes a store");
        let sealer =
            Sealer::new(&keys::master::read_or_create(&directory.join("master.key")).expect("a key"));
        let controls = Controls { merchant: lunas_vocab::MerchantId::new("G1").expect("a short id") };
        let (config, url) = (Config::defaults(), "http://127.0.0.1".to_owned());
        let play = Self::of_play_money(config, url, Env::system(), store, sealer, controls).await;
        play.expect("the defaults start").0
    }

    async fn new(
        config: Config,
        public_url: String,
        env: Env,
        store: Store,
        sealer: Sealer,
        controls: Option<Controls>,
    ) -> Result<Arc<Self>, Error> {
        let brand = Arc::new(Brand::load(&config.brand)?);
        let keys = Keys::load_or_create(&store, &env, sealer).await?;
        let limits = &config.notification;
        let outbound = Outbound::new(
            env.clone(),
            Duration::from_secs(limits.timeout_seconds),
            limits.allow_private_addresses,
            limits.response_kept_bytes,
        )?;
        let public_url_mark = public_url::keep(&store, &public_url).await?;
        let trusted_proxies = config.server.trusted_proxies.iter().filter_map(|text| address_block(text));
        Ok(Arc::new(Self {
            trusted_proxies: trusted_proxies.collect(),
            public_url,
            public_url_mark,
            brand,
            store,
            keys,
            directory: Directory::default(),
            proven_tokens: ProvenTokens::default(),
            outbound,
            limits: Limits::new(&config.limits, &env),
            pin_checker: PinChecker::default(),
            refund_queue: RefundQueue::default(),
            notifications_waiting: Notify::new(),
            tally: Tally::default(),
            controls,
            env,
            config,
        }))
    }
}
