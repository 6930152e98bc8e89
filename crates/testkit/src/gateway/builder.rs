//! How a gateway is started: its clock, and where its notifications go.

use lunas_gateway::config::{Config, Limits};
use lunas_gateway::env::Env;
use lunas_sandbox::DevOptions;
use lunas_vocab::Timestamp;

use super::Gateway;
use crate::{Receiver, keys};

/// How often the gateway looks whether something is due, in milliseconds: a test waits for it.
const POLL_MS: u64 = 20;
/// What identifiers follow from where the clock is the test's own.
const SEED: u64 = 1;

/// Collects how a [`Gateway`] is to be started. Nothing has to be said.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct GatewayBuilder {
    clock: Option<Timestamp>,
    notify_url: Option<String>,
}

impl GatewayBuilder {
    /// Lets the clock stand still at that time until [`Gateway::advance`] moves it. Identifiers are then the same from
    /// run to run. Whoever calls the gateway has to go by its clock, as [`Gateway::client`] does.
    pub fn clock(mut self, at: Timestamp) -> Self {
        self.clock = Some(at);
        self
    }

    /// The same, with the time as the wire writes it: `2026-11-20T10:00:00+07:00`.
    ///
    /// # Panics
    ///
    /// When it is no such time.
    pub fn clock_at(self, at: &str) -> Self {
        self.clock(Timestamp::parse(at).unwrap_or_else(|error| panic!("{at}: {error}")))
    }

    /// Sends the merchant's notifications to an endpoint of the test's own, and not to [`Gateway::receiver`]. Each
    /// service's path is appended to the URL.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = Some(url.into());
        self
    }

    /// Starts the gateway on a free port, with its database in a temporary directory.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub async fn start(self) -> Gateway {
        let home = tempfile::tempdir().expect("a temporary directory can be made");
        let receiver = Receiver::start().await;
        let mut config = Config::defaults();
        config.worker.poll_ms = POLL_MS;
        config.limits = Limits::none();
        let dev = DevOptions {
            listen: ([127, 0, 0, 1], 0).into(),
            data_dir: home.path().to_owned(),
            notify_url: Some(self.notify_url.unwrap_or_else(|| receiver.url().to_owned())),
            env: Some(self.clock.map_or_else(Env::system, |at| Env::manual(at, SEED))),
            config: Some(config),
            keys: Some(keys::ready_made()),
            ..DevOptions::default()
        };
        let sandbox = lunas_sandbox::prepare(dev).await.unwrap_or_else(|error| panic!("no sandbox: {error}"));
        let mut gateway = Gateway::over(sandbox, receiver);
        gateway._home = Some(home);
        gateway
    }
}
