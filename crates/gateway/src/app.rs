//! What every request and worker shares: the store, the keys, the directory of partners, and the few things made of
//! them. Nothing here knows HTTP or the wire.

pub mod account_token;
pub mod callers;
pub mod consent;
pub mod directory;
pub mod ids;
pub mod link;
pub mod pin;
pub mod refund_queue;
pub mod token;

use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use lunas_store::Store;
use tokio::sync::Notify;

use crate::brand::{self, Brand};
use crate::config::{Config, address_block};
use crate::env::Env;
use crate::keys::{self, Keys, Sealer};
use crate::outbound::{self, Outbound};
use crate::sandbox::Controls;
use directory::Directory;
use pin::PinDesk;
use refund_queue::RefundQueue;
use token::ProvenTokens;

/// The running gateway's shared parts.
#[derive(Debug)]
pub struct App {
    /// The configuration it was started with.
    pub config: Config,
    /// The URL that links start with.
    pub public_url: String,
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
    /// Partners by client id, as the store knows them.
    pub directory: Directory,
    /// Access tokens that were checked before.
    pub proven_tokens: ProvenTokens,
    /// The client for calls outward.
    pub outbound: Outbound,
    /// Checks PINs.
    pub pin_desk: PinDesk,
    /// Where refunds of one merchant wait for each other.
    pub refund_queue: RefundQueue,
    /// Wakes the delivery of notifications.
    pub notices_waiting: Notify,
    /// The sandbox's controls. A gateway that serves real money has none, and no road leads to them.
    pub sandbox: Option<Controls>,
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
}

impl App {
    /// Puts the parts together over an open store. `public_url` is where the outside finds this gateway.
    pub async fn new(
        config: Config,
        public_url: String,
        env: Env,
        store: Store,
        sealer: Sealer,
        sandbox: Option<Controls>,
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
        let trusted_proxies = config.server.trusted_proxies.iter().filter_map(|text| address_block(text));
        Ok(Arc::new(Self {
            trusted_proxies: trusted_proxies.collect(),
            public_url,
            brand,
            env,
            store,
            keys,
            directory: Directory::default(),
            proven_tokens: ProvenTokens::default(),
            outbound,
            pin_desk: PinDesk::default(),
            refund_queue: RefundQueue::default(),
            notices_waiting: Notify::new(),
            sandbox,
            config,
        }))
    }
}
