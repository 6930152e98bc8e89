//! A gateway for real money: everything it needs is named in its configuration, and it refuses to start with anything
//! missing or unsafe.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use lunas_store::Store;
use tokio::net::TcpListener;

use crate::app::{self, App};
use crate::config::{self, Config, Problem};
use crate::env::Env;
use crate::keys::{Sealer, master};
use crate::purpose::{self, RealMoney};
use crate::server::Endpoint;
use crate::tls::{self, Identity};

/// Why the gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting is missing or unsafe.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// The master key is missing or unusable.
    #[error(transparent)]
    MasterKey(#[from] master::Error),
    /// The store does not open, or is a sandbox's.
    #[error(transparent)]
    Store(#[from] purpose::Error),
    /// The address is taken or not this machine's.
    #[error("cannot listen on {listen}: {source}")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] tls::Error),
    /// A part of the gateway does not start.
    #[error(transparent)]
    App(#[from] app::Error),
}

/// A gateway that is being prepared. It is in a box for the reason that [`Serving`](crate::server::Serving) is.
pub type Preparing = Pin<Box<dyn Future<Output = Result<(Arc<App>, Endpoint), Error>> + Send>>;

/// Checks the configuration, opens the store and binds the socket.
pub fn prepare(config: Config) -> Preparing {
    Box::pin(prepared(config))
}

async fn prepared(config: Config) -> Result<(Arc<App>, Endpoint), Error> {
    let problems = check(&config);
    if !problems.is_empty() {
        return Err(config::Error { problems }.into());
    }
    let env = Env::system();
    let tls = Identity::load(&config.tls, env.wall())?.map(Arc::new);
    let sealer = Sealer::new(&master::read(&config.security.master_key_file)?);
    let store = RealMoney::open(&config.store.url).await?;
    let listen = config.server.listen;
    let listener = bind(listen).await?;
    let metrics = match config.metrics.listen() {
        Some(listen) => Some(bind(listen).await?),
        None => None,
    };
    let public_url = config.public_url();
    let app = App::of_real_money(config, public_url, env, store, sealer).await?;
    Ok((app, Endpoint { listener, tls, metrics }))
}

async fn bind(listen: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(listen).await.map_err(|source| Error::Listen { listen, source })
}

/// What is missing or unsafe for real money in a configuration that is understood. It looks at nothing else.
pub fn check(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut refuse = |key, says, remedy| problems.push(Problem::of(key, says, remedy));
    let url = "set it to the https:// address under which customers reach the gateway";
    if config.server.public_url.is_empty() {
        refuse("server.public_url", "is missing: links to the review page start with it", url);
    } else if !config.server.public_url.starts_with("https://") {
        refuse("server.public_url", "must start with https://: customers type their PIN there", url);
    }
    if config.notification.allow_private_addresses {
        let says = "must be false: a merchant's URL could reach machines inside your network";
        refuse("notification.allow_private_addresses", says, "leave it out");
    }
    if let Err(error) = Store::check_address(&config.store.url) {
        let remedy = "write it as sqlite:///path.db or postgres://user:password@host/database";
        problems.push(Problem::of("store.url", format!("is not usable: {error}"), remedy));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_missing_or_unsafe_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name).display().to_string();
        let (key, db) = (at("master.key"), at("lunas.db"));
        let check = async |file: String, named: &str| {
            let file = format!("{file}\n[store]\nurl = \"sqlite://{db}\"\n");
            let error = prepare(Config::read(&file).unwrap()).await.unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        };
        let server = "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = ";
        let security = format!("[security]\nmaster_key_file = \"{key}\"");
        check("[server]\nlisten = \"127.0.0.1:0\"".to_owned(), "server.public_url is missing").await;
        check(format!("{server}\"http://pay.example\""), "must start with https://").await;
        let https = format!("{server}\"https://pay.example\"\n{security}");
        check(format!("{https}\n[notification]\nallow_private_addresses = true"), "must be false").await;
        check(https.clone(), "there is no master key").await;

        master::create(directory.path().join("master.key").as_path()).unwrap();
        let file = format!("{https}\n[store]\nurl = \"sqlite://{db}\"\n");
        let (app, _listener) = prepare(Config::read(&file).unwrap()).await.unwrap();
        assert!(app.controls.is_none());
        app.store.clone().close().await;
    }
}
