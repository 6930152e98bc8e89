//! Where a PostgreSQL store is and how it is spoken to, read from its address.

use std::fmt::Write;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use super::failure::told;
use super::server::Server;
use super::tls::Tls;
use crate::{Figures, OpenError, Tasks};

/// Connections that write, unless the address says otherwise. Each makes one batch durable while the other's is
/// filled; more of them make smaller batches.
const WRITERS: usize = 2;
/// Connections that read, unless the address says otherwise. Reads share them: one need not end before the next begins.
const READERS: usize = 4;
/// The most of either.
const CONNECTIONS_MAX: usize = 64;
/// How long a server may take to let us in, from the first packet to the end of the login.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a server may take to answer, unless the address says otherwise, before its connection counts as lost.
/// Longer than any statement may run by the server's own clock.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// How long the fate of a commit is asked after, unless the address says otherwise.
const OUTCOME_TIMEOUT: Duration = Duration::from_secs(60);
/// The longest of the two.
const TIMEOUT_MAX: Duration = Duration::from_secs(3_600);
/// How long what was sent may stay without an acknowledgement before the connection counts as lost.
const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(10);
/// How long a connection may be silent before its other end is asked whether it is still there,
const IDLE_BEFORE_PROBE: Duration = Duration::from_secs(10);
/// how long each question waits for its answer,
const PROBE_INTERVAL: Duration = Duration::from_secs(5);
/// and how many of them are without one when the connection counts as lost.
const PROBES: u32 = 3;

/// What standbys are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ReplicaFor {
    /// Merchants' history.
    pub(super) history: bool,
    /// Status queries.
    pub(super) status: bool,
}

impl ReplicaFor {
    /// What an address means that does not say it.
    pub(super) const DEFAULT: Self = Self { history: true, status: false };

    /// Reads `history`, `status`, or both with a comma between them.
    pub(super) fn read(list: &str) -> Result<Self, String> {
        let mut found = Self { history: false, status: false };
        for word in list.split(',') {
            match word {
                "history" => found.history = true,
                "status" => found.status = true,
                _ => {
                    return Err(format!(
                        "replica_for={list} says `{word}`; a replica is read for `history`, `status` or `history,status`"
                    ));
                }
            }
        }
        Ok(found)
    }
}

/// A store's servers, as an address names them.
#[derive(Clone)]
pub(super) struct Target {
    /// Any of which may be the one that takes writes.
    pub(super) servers: Vec<Server>,
    /// The standbys that may be read, if the address names some.
    pub(super) replicas: Option<Vec<Server>>,
    /// What they are read for.
    pub(super) replica_for: ReplicaFor,
    pub(super) tls: Tls,
    /// How long a server may take to let us in.
    pub(super) connect_max: Duration,
    /// How long it may take to answer.
    pub(super) answer_max: Duration,
    /// How long the fate of a commit is asked after. A server that stays away for longer leaves the question open.
    pub(super) outcome_max: Duration,
    /// How many connections write.
    pub(super) writers: usize,
    /// How many connections read.
    pub(super) readers: usize,
    /// The address without its password.
    pub(super) shown: String,
    /// The board of background tasks.
    pub(super) tasks: Tasks,
    /// What the database did so far.
    pub(super) figures: Arc<Figures>,
}

/// Whether an address can be understood.
pub(crate) fn check_address(address: &str) -> Result<(), OpenError> {
    Target::read(address).map(|_| ())
}

impl Target {
    /// Reads `postgres://user:password@host:port/database?name=value&…`.
    pub(super) fn read(address: &str) -> Result<Self, OpenError> {
        let shown = shown(address);
        let refuse = |reason: String| OpenError::Server { server: shown.clone(), reason };
        if is_torn(address) {
            let reason = "a `?` in its password has to be written as %3F";
            return Err(refuse(reason.to_owned()));
        }
        let (base, query) = address.split_once('?').unwrap_or((address, ""));
        let mut rest = String::new();
        let (mut writers, mut readers) = (WRITERS, READERS);
        let (mut answer_max, mut outcome_max) = (ANSWER_TIMEOUT, OUTCOME_TIMEOUT);
        let (mut mode, mut root, mut replicas, mut replica_for) = ("prefer", None, None, None);
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "sslmode" => mode = value,
                "sslrootcert" => root = Some(PathBuf::from(value)),
                "writers" => writers = connections(value).map_err(refuse)?,
                "readers" => readers = connections(value).map_err(refuse)?,
                "replica" => replicas = Some(value),
                "replica_for" => replica_for = Some(ReplicaFor::read(value).map_err(refuse)?),
                "answer_timeout" => answer_max = seconds(name, value).map_err(refuse)?,
                "outcome_timeout" => outcome_max = seconds(name, value).map_err(refuse)?,
                _ => {
                    let separator = if rest.is_empty() { '?' } else { '&' };
                    // Writing to a string does not fail.
                    let _ = write!(rest, "{separator}{name}={value}");
                }
            }
        }
        if replica_for.is_some() && replicas.is_none() {
            return Err(refuse(
                "its address says what a replica is for (replica_for) and names none (replica)".to_owned(),
            ));
        }
        let replica_for = replica_for.unwrap_or(ReplicaFor::DEFAULT);
        let mut config = Config::from_str(&format!("{base}{rest}")).map_err(|error| refuse(told(&error)))?;
        let (ssl, tls) = Tls::read(mode, root).map_err(refuse)?;
        defaults(&mut config, ssl, &rest);
        let connect_max = config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT);
        let servers = Server::all(&config).map_err(refuse)?;
        let replicas = replicas.map(|list| Server::standbys(list, &config)).transpose().map_err(refuse)?;
        Ok(Self {
            servers,
            replicas,
            replica_for,
            tls,
            connect_max,
            answer_max,
            outcome_max,
            writers,
            readers,
            shown,
            tasks: Tasks::default(),
            figures: Arc::default(),
        })
    }
}

/// What an address leaves open, going by the parameters that it gives. A standby would answer reads and refuse every
/// write, so it is not taken for a store.
fn defaults(config: &mut Config, ssl: SslMode, given: &str) {
    config.ssl_mode(ssl);
    if config.get_hosts().is_empty() {
        config.host("127.0.0.1");
    }
    if config.get_application_name().is_none() {
        config.application_name("lunas");
    }
    if config.get_tcp_user_timeout().is_none() && !config.get_hosts().iter().all(is_local) {
        config.tcp_user_timeout(UNACKNOWLEDGED_MAX);
    }
    if !given.contains("keepalives_idle=") {
        config.keepalives_idle(IDLE_BEFORE_PROBE);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(PROBE_INTERVAL);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(PROBES);
    }
    if config.get_target_session_attrs() == TargetSessionAttrs::Any {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
}

#[cfg(unix)]
fn is_local(host: &Host) -> bool {
    matches!(host, Host::Unix(_))
}

#[cfg(not(unix))]
fn is_local(_: &Host) -> bool {
    false
}

fn connections(value: &str) -> Result<usize, String> {
    let count = value.parse().ok().filter(|count| (1..=CONNECTIONS_MAX).contains(count));
    count.ok_or_else(|| format!("{value} is no number of connections; 1 to {CONNECTIONS_MAX} are possible"))
}

fn seconds(name: &str, value: &str) -> Result<Duration, String> {
    let limit = value.parse().ok().map(Duration::from_secs);
    let limit = limit.filter(|limit| !limit.is_zero() && *limit <= TIMEOUT_MAX);
    limit.ok_or_else(|| {
        format!("{name}={value} is no number of seconds; 1 to {} are possible", TIMEOUT_MAX.as_secs())
    })
}

/// The address without its password and without its parameters.
pub(crate) fn shown(address: &str) -> String {
    let Some((scheme, _)) = address.split_once("://") else { return "…".to_owned() };
    if is_torn(address) {
        return format!("{scheme}://…");
    }
    let (base, _) = address.split_once('?').unwrap_or((address, ""));
    let (_, rest) = base.split_once("://").unwrap_or_default();
    // A password may hold an `@` of its own.
    let (user, place) = match rest.rsplit_once('@') {
        Some((login, place)) => (login.split_once(':').map_or(login, |(user, _)| user), place),
        None => ("", rest),
    };
    let separator = if user.is_empty() { "" } else { "@" };
    format!("{scheme}://{user}{separator}{}", without_odd_ports(place))
}

/// Hosts, ports and database, where a port that is no number may be a password in the wrong place.
fn without_odd_ports(place: &str) -> String {
    let (hosts, database) = place.split_once('/').map_or((place, None), |(hosts, name)| (hosts, Some(name)));
    let hosts: Vec<String> = hosts
        .split(',')
        .map(|host| match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') && !port.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("{name}:…")
            }
            _ => host.to_owned(),
        })
        .collect();
    hosts.join(",") + &database.map_or(String::new(), |name| format!("/{name}"))
}

/// Whether the first `?` is a part of the password, so that all behind it looks like parameters.
fn is_torn(address: &str) -> bool {
    let Some((base, query)) = address.split_once('?') else { return false };
    let is_login_over = base.contains('@') || !base.contains("://");
    !is_login_over && query.split_once('@').is_some_and(|(before, _)| !before.contains('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let check = |address: &str, expected: &str| assert_eq!(shown(address), expected);
        check("postgres://lunas:s3cr@t@db:5432/lunas?sslmode=require", "postgres://lunas@db:5432/lunas");
        check("postgresql://lunas@db/lunas", "postgresql://lunas@db/lunas");
        check("postgres://db/lunas?password=s3cret", "postgres://db/lunas");
        check("postgres://db/lunas?user=me@tenant&password=s3cret", "postgres://db/lunas");
        check("postgres://lunas:s3?cret@db/lunas", "postgres://…");
        check("postgres://lunas:s3/cr#et@db/lunas", "postgres://lunas@db/lunas");
        check("postgres://lunas@db:s3cret/lunas", "postgres://lunas@db:…/lunas");
        check("postgres://a:5432,[::1]:5433,[::1]/lunas", "postgres://a:5432,[::1]:5433,[::1]/lunas");
    }

    #[test]
    fn an_address_says_how_many_connections_and_what_it_leaves_open_is_filled_in() {
        let target = Target::read("postgres://u:p@h1:1,h2:2/d?writers=3&sslmode=disable&connect_timeout=1");
        let target = target.map_err(|error| error.to_string()).unwrap();
        assert_eq!((target.writers, target.readers), (3, READERS));
        assert_eq!((target.connect_max, target.answer_max), (Duration::from_secs(1), ANSWER_TIMEOUT));
        let servers: Vec<String> = target.servers.iter().map(ToString::to_string).collect();
        assert_eq!(servers, ["h1:1", "h2:2"]);
        let config = target.servers[1].config();
        assert_eq!(config.get_ssl_mode(), SslMode::Disable);
        assert_eq!(config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!((config.get_user(), config.get_password()), (Some("u"), Some(b"p".as_slice())));
        assert_eq!(config.get_tcp_user_timeout(), Some(&UNACKNOWLEDGED_MAX));
        assert_eq!(config.get_keepalives_idle(), IDLE_BEFORE_PROBE);
        assert_eq!(config.get_keepalives_interval(), Some(PROBE_INTERVAL));
    }

    #[test]
    fn an_address_names_the_standbys_that_may_be_read() {
        let check = |parameters: &str, expected: &[&str]| {
            let target = Target::read(&format!("postgres://u:p@h1:1,h2:2/d?{parameters}"));
            let servers = target.map_err(|error| error.to_string()).unwrap().replicas.unwrap_or_default();
            let shown: Vec<String> = servers.iter().map(ToString::to_string).collect();
            assert_eq!(shown, expected);
            for server in servers {
                assert_eq!(server.config().get_target_session_attrs(), TargetSessionAttrs::ReadOnly);
                assert_eq!(server.config().get_user(), Some("u"));
            }
        };
        check("", &[]);
        check("replica=h3", &["h3:5432"]);
        check(
            "replica=10.0.0.1:5433,[::1]:5434,db.internal",
            &["10.0.0.1:5433", "[::1]:5434", "db.internal:5432"],
        );
    }

    #[test]
    fn an_address_says_what_standbys_are_read_for() {
        let check = |parameters: &str, history: bool, status: bool| {
            let target = Target::read(&format!("postgres://h/d?replica=h2{parameters}"));
            let replica_for = target.map_err(|error| error.to_string()).unwrap().replica_for;
            assert_eq!(replica_for, ReplicaFor { history, status }, "{parameters}");
        };
        check("", true, false);
        check("&replica_for=history", true, false);
        check("&replica_for=status", false, true);
        check("&replica_for=history,status", true, true);
        check("&replica_for=status,history", true, true);
    }

    #[test]
    fn what_an_address_says_about_time_is_kept() {
        let target = Target::read(
            "postgres://h/d?answer_timeout=3&outcome_timeout=4&keepalives_idle=7200&keepalives_retries=9",
        );
        let target = target.map_err(|error| error.to_string()).unwrap();
        assert_eq!((target.answer_max.as_secs(), target.outcome_max.as_secs()), (3, 4));
        let config = target.servers[0].config();
        assert_eq!(config.get_keepalives_idle(), Duration::from_secs(7200));
        assert_eq!(config.get_keepalives_retries(), Some(9));
    }

    #[test]
    fn what_cannot_be_read_is_refused_without_the_password() {
        let check = |address: &str, expected: &str| {
            let refused = Target::read(address).err().unwrap().to_string();
            assert!(refused.contains(expected) && !refused.contains("s3cret"), "{refused}");
        };
        check("postgres://u:s3cret@h/d?writers=0", "no number of connections");
        check("postgres://u:s3cret@h/d?answer_timeout=0", "no number of seconds");
        check("postgres://u:s3cret@h/d?replica=", "replica");
        check("postgres://u:s3cret@h/d?replica=h:port", "replica");
        check("postgres://u:s3cret@h/d?replica=h2&replica_for=", "`history`, `status` or `history,status`");
        check("postgres://u:s3cret@h/d?replica=h2&replica_for=history,reports", "says `reports`");
        check("postgres://u:s3cret@h/d?replica_for=history,status", "names none (replica)");
        check("postgres://u:s3cret@h/d?load_balance_hosts=random", "load_balance_hosts");
        check("postgres://u:s3cret@h1:1,h2:2,h3:3/d?hostaddr=10.0.0.1", "hostaddr");
        check("postgres://u:s3cret@h/d?sslmode=sometimes", "sslmode");
        check("postgres://u:s3cret@h/d?sslmode=require&sslrootcert=/nowhere", "verify-full");
        check("postgres://u:s3cret@h/d?colour=red", "colour");
        check("postgres://u:?s3cret@h/d", "%3F");
        check("postgres://u:s3cret@h:s3cret/d", "invalid");
    }
}
