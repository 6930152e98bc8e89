//! The sandbox: the production gateway with a merchant, customers and controls made for trying it out.
//!
//! Nothing here stands in for a part of the gateway. The sandbox fills the store, listens on a laptop and opens the
//! control API; what a control does goes through the same flows as a page or a partner's call.

mod credentials;
mod faults;
mod listeners;
mod seed;

pub use credentials::{BankCredentials, Credentials, SandboxCustomer};
pub use faults::{Fault, Faults};
pub(crate) use listeners::{LEASE, Listeners};
pub(crate) use seed::opening;
pub use seed::{CUSTOMERS, CustomerScenario, qris_profile};

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lunas_store::{Changes, Store, Unavailable, Write};
use lunas_vocab::{LOOPBACK, MerchantId};
use tokio::net::TcpListener;
use url::Url;

use crate::app::{self, App};
use crate::brand::Support;
use crate::config::Config;
use crate::env::Env;
use crate::http::MiniApps;
use crate::keys::{Sealer, master};
use crate::outbound::{NoPrefix, Prefix};

/// The store's setting that keeps how far the sandbox's clock was moved.
pub const CLOCK_SETTING: &str = "sandbox-clock-ahead-ms";

/// The host that a sandbox takes for one that no merchant registered, whatever the scheme: the way to a refused return
/// URL. Every other host is as good as registered.
pub const URL_HOST_REFUSED: &str = "not-whitelisted.example";

/// The store's setting that says what it serves, so that play money and real money never share one.
pub(crate) const PURPOSE_SETTING: &str = "purpose";
/// Its value in a sandbox.
pub(crate) const SANDBOX: &str = "sandbox";

/// The operator that a sandbox's pages are of, unless its configuration names one; nobody's brand, and nobody's address.
const BRAND_NAME: &str = "Dompet Sandbox";
const BRAND_SUPPORT: &str = "bantuan@sandbox.example";

/// How to start a sandbox.
#[derive(Clone, Debug)]
pub struct DevOptions {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// How others reach it, where that is not the address it listens on: behind a proxy, or in a container.
    pub public_url: Option<String>,
    /// Where database, keys and `sandbox.json` lie.
    pub data_dir: PathBuf,
    /// Where the merchant wants its notifications; without one they go to the demo shop.
    pub notify_url: Option<String>,
    /// Another store than the one in the data directory.
    pub store: Option<String>,
    /// Makes identifiers repeat themselves from run to run.
    pub seed: Option<u64>,
    /// Time and chance, where a test brings its own; `seed` does not count then.
    pub env: Option<Env>,
    /// The configuration, where a test brings its own. Address and store are filled in.
    pub config: Option<Config>,
}

impl Default for DevOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            data_dir: PathBuf::from(".lunas"),
            notify_url: None,
            store: None,
            seed: None,
            env: None,
            config: None,
        }
    }
}

/// A sandbox that is ready to serve.
#[derive(Debug)]
pub struct Sandbox {
    /// The gateway's parts.
    pub app: Arc<App>,
    /// The socket, already bound.
    pub listener: TcpListener,
    /// What a merchant's engineer needs to know; also in `sandbox.json`.
    pub credentials: Credentials,
    /// Where `sandbox.json` lies.
    pub file: PathBuf,
}

/// What a sandbox has that a gateway for real money has not.
#[derive(Debug, Default)]
pub struct Controls {
    /// Faults that were promised to coming calls.
    pub faults: Faults,
    /// The mini apps that the container has opened.
    pub mini_apps: MiniApps,
    credentials: std::sync::OnceLock<Credentials>,
    file: std::sync::OnceLock<PathBuf>,
}

impl Controls {
    /// The sandbox's merchant and customers.
    pub fn credentials(&self) -> &Credentials {
        self.credentials.get().expect("they are set before the sandbox serves")
    }

    /// Where `sandbox.json` lies.
    pub fn file(&self) -> &Path {
        self.file.get().expect("it is set before the sandbox serves")
    }

    /// Whether that is the sandbox's own merchant. Nobody is before the sandbox serves.
    pub(crate) fn is_merchant(&self, id: &MerchantId) -> bool {
        self.credentials.get().is_some_and(|credentials| credentials.merchant_id == id.as_str())
    }
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or directory of the sandbox cannot be used.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The address is taken or not this machine's.
    #[error("cannot listen on {listen}: {source}; is another gateway running? Try --listen 127.0.0.1:0")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The public URL is none.
    #[error("{0} is no public URL; give scheme, host and port, as in http://sandbox.example:8080")]
    PublicUrl(String),
    /// The master key's file does not hold one.
    #[error(transparent)]
    MasterKey(#[from] master::Error),
    /// Where notifications are to go cannot be called.
    #[error("the notification URL {0}")]
    NotifyUrl(#[from] NoPrefix),
    /// The store belongs to a gateway for real money.
    #[error("{0} holds real money; a sandbox does not open it")]
    LiveStore(String),
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] lunas_store::OpenError),
    /// The store does not take or give what the sandbox needs.
    #[error("the sandbox's data could not be prepared: {0}")]
    Seed(String),
    /// A part of the gateway does not start.
    #[error(transparent)]
    App(#[from] app::Error),
}

/// Opens what exists, creates what is missing, binds the socket and writes `sandbox.json`.
pub async fn prepare(options: DevOptions) -> Result<Sandbox, Error> {
    options.notify_url.as_deref().map(Prefix::parse).transpose()?;
    let directory = &options.data_dir;
    std::fs::create_dir_all(directory).map_err(|source| file_error(directory, source))?;
    let url = match &options.store {
        Some(url) => url.clone(),
        None => format!("sqlite://{}", directory.join("lunas.db").display()),
    };
    let store = Store::open(&url).await?;
    let env = options.env.unwrap_or_else(|| options.seed.map_or_else(Env::system, Env::seeded));
    follow_clock(&store, &env).await.map_err(seed_error)?;
    if store.setting_find(PURPOSE_SETTING).await.map_err(seed_error)?.is_some_and(|p| p != SANDBOX) {
        return Err(Error::LiveStore(Store::shown(&url)));
    }
    let purpose = Write::SettingPut { name: PURPOSE_SETTING.to_owned(), value: SANDBOX.to_owned() };
    store.commit(Changes::new().with(purpose)).await.map_err(seed_error)?;
    // Who listened to the run before is gone with it, or says so again.
    Listeners::default().write(&store).await.map_err(seed_error)?;
    let sealer = Sealer::new(&master::read_or_create(&directory.join("master.key"))?);
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|source| Error::Listen { listen: options.listen, source })?;
    let address = listener.local_addr().map_err(|source| Error::Listen { listen: options.listen, source })?;
    let base_url = format!("http://{}", reachable(address));
    let public_url = match &options.public_url {
        Some(url) => origin(url).ok_or_else(|| Error::PublicUrl(url.clone()))?,
        None => base_url.clone(),
    };

    let merchant = seed::merchant(&store, &env, &sealer, &base_url, options.notify_url).await?;
    let bank = seed::bank(&store, &env, &sealer).await?;
    seed::customers(&store, &env).await?;

    let mut config = options.config.unwrap_or_else(Config::defaults);
    config.server.listen = address;
    config.store.url = url;
    config.notification.allow_private_addresses = true;
    if config.brand.name.is_empty() {
        config.brand.name = BRAND_NAME.to_owned();
        config.brand.support = Support::parse(BRAND_SUPPORT).expect("a constant");
    }
    let controls = Controls::default();
    let app = App::new(config, public_url, env, store, sealer, Some(controls)).await?;
    let credentials = credentials::gather(&app, merchant, bank, &base_url).await.map_err(seed_error)?;
    let file = directory.join("sandbox.json");
    credentials.write(&file).map_err(|source| file_error(&file, source))?;
    let controls = app.sandbox.as_ref().expect("it was just given");
    controls.credentials.set(credentials.clone()).expect("it is set once");
    controls.file.set(std::path::absolute(&file).unwrap_or_else(|_| file.clone())).expect("it is set once");
    Ok(Sandbox { app, listener, credentials, file })
}

/// Where a program on this machine finds a socket that listens on `address`: one that listens everywhere, on the
/// loopback.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let [v4, v6] = LOOPBACK;
        address.set_ip(if address.is_ipv4() { v4 } else { v6 });
    }
    address
}

/// A web address without anything behind its host and port.
fn origin(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let is_bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    is_bare.then(|| url.origin().ascii_serialization())
}

/// Moves the clock as far ahead as whichever node of the sandbox was told last to move its own.
pub(crate) async fn follow_clock(store: &Store, env: &Env) -> Result<(), Unavailable> {
    if let Some(ahead) = store.setting_find(CLOCK_SETTING).await? {
        env.advance_to(Duration::from_millis(ahead.parse().unwrap_or(0)));
    }
    Ok(())
}

fn file_error(path: &Path, source: std::io::Error) -> Error {
    Error::File { path: path.display().to_string(), source }
}

fn seed_error(error: impl std::fmt::Display) -> Error {
    Error::Seed(error.to_string())
}
