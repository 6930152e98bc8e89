//! Starts a sandbox: opens what exists, creates what is missing, and puts the sandbox on top of its gateway.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use lunas_gateway::app::{self, App};
use lunas_gateway::brand::Support;
use lunas_gateway::config::{Config, Limits};
use lunas_gateway::controls::listeners::Listeners;
use lunas_gateway::controls::{Controls, clock};
use lunas_gateway::env::Env;
use lunas_gateway::keys::{Sealer, master};
use lunas_gateway::outbound::{NoPrefix, Prefix};
use lunas_gateway::purpose::{self, PlayMoney};
use lunas_gateway::site::Site;
use lunas_vocab::LOOPBACK;
use tokio::net::TcpListener;
use url::Url;

use crate::credentials::{self, Credentials};
use crate::faults::Faults;
use crate::mini_apps::MiniApps;
use crate::running::{Own, Running};
use crate::seed::{self, KeyPairs, SeedError, seed_error};

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
    /// The keys of a new sandbox, where a test brings its own: to make them takes longer than all else together.
    pub keys: Option<KeyPairs>,
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
            keys: None,
        }
    }
}

/// A sandbox that is ready to serve.
#[derive(Debug)]
pub struct Sandbox {
    /// The gateway's parts.
    pub app: Arc<App>,
    /// What it answers: the gateway, and the sandbox on top.
    pub site: Site,
    /// The socket, already bound.
    pub listener: TcpListener,
    /// What a merchant's engineer needs to know; also in `sandbox.json`.
    pub credentials: Credentials,
    /// Where `sandbox.json` lies.
    pub file: PathBuf,
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
    /// The store does not open, or belongs to a gateway for real money.
    #[error(transparent)]
    Store(#[from] purpose::Error),
    /// The store does not take or give what the sandbox needs.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// A part of the gateway does not start.
    #[error(transparent)]
    App(#[from] app::Error),
}

/// A sandbox that is being prepared. It is in a box, so that it is compiled with this crate and not where it is awaited.
pub type Preparing = Pin<Box<dyn Future<Output = Result<Sandbox, Error>> + Send>>;

/// Opens what exists, creates what is missing, binds the socket and writes `sandbox.json`.
pub fn prepare(options: DevOptions) -> Preparing {
    Box::pin(prepared(options))
}

async fn prepared(options: DevOptions) -> Result<Sandbox, Error> {
    options.notify_url.as_deref().map(Prefix::parse).transpose()?;
    let directory = &options.data_dir;
    std::fs::create_dir_all(directory).map_err(|source| file_error(directory, source))?;
    let url = match &options.store {
        Some(url) => url.clone(),
        None => format!("sqlite://{}", directory.join("lunas.db").display()),
    };
    let money = PlayMoney::open(&url).await?;
    let store = money.store();
    let env = options.env.unwrap_or_else(|| options.seed.map_or_else(Env::system, Env::seeded));
    clock::follow(store, &env).await.map_err(seed_error)?;
    // Who listened to the run before is gone with it, or says so again.
    Listeners::default().write(store).await.map_err(seed_error)?;
    let sealer = Sealer::new(&master::read_or_create(&directory.join("master.key"))?);
    if let Some(pairs) = options.keys {
        seed::keys(store, &env, &sealer, pairs).await?;
    }
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|source| Error::Listen { listen: options.listen, source })?;
    let address = listener.local_addr().map_err(|source| Error::Listen { listen: options.listen, source })?;
    let base_url = format!("http://{}", reachable(address));
    let public_url = match &options.public_url {
        Some(url) => origin(url).ok_or_else(|| Error::PublicUrl(url.clone()))?,
        None => base_url.clone(),
    };

    let merchant = seed::merchant(store, &env, &sealer, &base_url, options.notify_url).await?;
    let bank = seed::bank(store, &env, &sealer).await?;
    seed::customers(store, &env).await?;

    // A sandbox refuses nobody for being quick, unless somebody tries just that.
    let unlimited = || Config { limits: Limits::none(), ..Config::defaults() };
    let mut config = options.config.unwrap_or_else(unlimited);
    config.server.listen = address;
    config.store.url = url;
    config.notification.allow_private_addresses = true;
    if config.brand.name.is_empty() {
        config.brand.name = BRAND_NAME.to_owned();
        config.brand.support = Support::parse(BRAND_SUPPORT).expect("a constant");
    }
    let id = merchant.merchant.id.clone();
    let controls = Controls { merchant: id.clone() };
    let play = App::of_play_money(config, public_url, env, money, sealer, controls).await?;
    let app = play.app().clone();
    let credentials = credentials::gather(&app, merchant, bank, &base_url).await.map_err(seed_error)?;
    let file = directory.join("sandbox.json");
    credentials.write(&file).map_err(|source| file_error(&file, source))?;
    let own = Own {
        merchant: id,
        credentials: credentials.clone(),
        file: std::path::absolute(&file).unwrap_or_else(|_| file.clone()),
        faults: Faults::default(),
        mini_apps: MiniApps::default(),
    };
    let running = Running { app: app.clone(), own: Arc::new(own) };
    let site = Site::with(&play, Arc::new(running));
    Ok(Sandbox { app, site, listener, credentials, file })
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

fn file_error(path: &Path, source: std::io::Error) -> Error {
    Error::File { path: path.display().to_string(), source }
}
