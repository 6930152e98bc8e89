//! The servers that an address names, each of which is asked by itself, for as long as one may take to let us in.
//!
//! The driver would go through a list on its own, but it limits only how long a packet may take to arrive: a server
//! that accepts a connection and says nothing would keep it from ever asking the next one.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::time::timeout;
use tokio_postgres::config::{Host, LoadBalanceHosts, TargetSessionAttrs};
use tokio_postgres::{Client, Config, Connection, Socket};

use super::failure::Error;
use super::tls::{self, Encrypted, Tls};

/// A connection to a server, and what carries it.
pub(super) type Line = (Client, Connection<Socket, Encrypted<Socket>>);

/// A server of an address.
#[derive(Clone)]
pub(super) struct Server {
    /// How it is spoken to. It names no host.
    config: Config,
    host: Option<Host>,
    address: Option<IpAddr>,
    port: u16,
}

/// Its name and its port.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.host, &self.address) {
            (Some(Host::Tcp(name)), _) if name.contains(':') => write!(f, "[{name}]:{}", self.port),
            (Some(Host::Tcp(name)), _) => write!(f, "{name}:{}", self.port),
            #[cfg(unix)]
            (Some(Host::Unix(path)), _) => write!(f, "{}/.s.PGSQL.{}", path.display(), self.port),
            (None, Some(address)) => write!(f, "{address}:{}", self.port),
            (None, None) => f.write_str("no server"),
        }
    }
}

impl Server {
    /// Every server that a configuration names. The error is a sentence.
    pub(super) fn all(config: &Config) -> Result<Vec<Self>, String> {
        let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
        let count = hosts.len().max(addresses.len());
        if !hosts.is_empty() && !addresses.is_empty() && hosts.len() != addresses.len() {
            return Err(format!("it names {} hosts and {} hostaddr", hosts.len(), addresses.len()));
        }
        if ports.len() > 1 && ports.len() != count {
            return Err(format!("it names {count} hosts and {} ports", ports.len()));
        }
        if config.get_load_balance_hosts() != LoadBalanceHosts::Disable {
            return Err("load_balance_hosts is not known here: the first server that fits is used".to_owned());
        }
        let alone = without_hosts(config);
        let server = |at: usize| Self {
            config: alone.clone(),
            host: hosts.get(at).cloned(),
            address: addresses.get(at).copied(),
            port: ports.get(at).or_else(|| ports.first()).copied().unwrap_or(DEFAULT_PORT),
        };
        Ok((0..count).map(server).collect())
    }

    /// The servers of a list, `host:port,host…`, spoken to in the same way, as long as they are standbys.
    pub(super) fn standbys(list: &str, config: &Config) -> Result<Vec<Self>, String> {
        let mut alone = without_hosts(config);
        alone.target_session_attrs(TargetSessionAttrs::ReadOnly);
        let server = |text: &str| {
            let (host, port) = match text.rsplit_once(':') {
                Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()),
                _ => (text, Some(DEFAULT_PORT)),
            };
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let port = port.filter(|_| !host.is_empty());
            let port = port.ok_or_else(|| format!("replica={list} names no server: `{text}`"))?;
            Ok(Self { config: alone.clone(), host: Some(Host::Tcp(host.to_owned())), address: None, port })
        };
        list.split(',').map(server).collect()
    }

    /// Connects and logs in; each address that its name stands for may take as long as `limit`.
    pub(super) async fn connect(&self, tls: &Tls, limit: Duration) -> Result<Line, Error> {
        let mut last = Error::Lost(format!("the name {self} stands for no address"));
        for address in self.addresses(limit).await? {
            let mut config = self.config.clone();
            config.port(self.port);
            if let Some(host) = &self.host {
                name(&mut config, host);
            }
            if let Some(address) = address {
                config.hostaddr(address);
            }
            match timeout(limit, config.connect(tls.clone())).await {
                Ok(Ok(line)) => return Ok(line),
                Ok(Err(error)) => last = tls::distrust(&error).map_or_else(|| error.into(), Error::Lost),
                Err(_) => {
                    let seconds = limit.as_secs();
                    last = Error::Lost(format!("it did not let this program in within {seconds} s"));
                }
            }
        }
        Err(last)
    }

    /// The addresses that its name stands for; none of them is one for a socket in the file system.
    async fn addresses(&self, limit: Duration) -> Result<Vec<Option<IpAddr>>, Error> {
        let name = match (&self.host, self.address) {
            (Some(Host::Tcp(name)), None) => name.as_str(),
            (_, address) => return Ok(vec![address]),
        };
        match timeout(limit, lookup_host((name, self.port))).await {
            Ok(Ok(found)) => Ok(found.map(|found| Some(found.ip())).collect()),
            Ok(Err(error)) => Err(Error::Lost(format!("its name is not known: {error}"))),
            Err(_) => {
                let seconds = limit.as_secs();
                Err(Error::Lost(format!("nobody said within {seconds} s which address its name stands for")))
            }
        }
    }

    #[cfg(test)]
    pub(super) fn config(&self) -> &Config {
        &self.config
    }
}

/// The port of a server that names none.
const DEFAULT_PORT: u16 = 5432;

fn name(config: &mut Config, host: &Host) {
    match host {
        Host::Tcp(name) => config.host(name),
        #[cfg(unix)]
        Host::Unix(path) => config.host_path(path),
    };
}

/// Everything that a configuration says, but for where. It has no way to take a host away.
fn without_hosts(of: &Config) -> Config {
    let mut config = Config::new();
    config
        .ssl_mode(of.get_ssl_mode())
        .ssl_negotiation(of.get_ssl_negotiation())
        .keepalives(of.get_keepalives())
        .keepalives_idle(of.get_keepalives_idle())
        .target_session_attrs(of.get_target_session_attrs())
        .channel_binding(of.get_channel_binding());
    of.get_user().map(|user| config.user(user));
    of.get_password().map(|password| config.password(password));
    of.get_dbname().map(|name| config.dbname(name));
    of.get_options().map(|options| config.options(options));
    of.get_application_name().map(|name| config.application_name(name));
    of.get_tcp_user_timeout().map(|limit| config.tcp_user_timeout(*limit));
    of.get_keepalives_interval().map(|interval| config.keepalives_interval(interval));
    of.get_keepalives_retries().map(|retries| config.keepalives_retries(retries));
    config
}
