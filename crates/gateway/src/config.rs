//! The configuration: one default file with every key explained, compiled in, under a file of the operator's own.
//!
//! It is typed at start. A key that the default file does not have is refused by name, and so is a value of the wrong
//! type or one that could never work.

mod limits;
mod problem;
mod reading;

pub use limits::{Limits, Rate};
pub use problem::{Error, Problem};

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use lunas_domain::payment::{DailyLimit, Method, ORDER_LIFE, Product};
use lunas_domain::virtual_account::{MULTI_VALIDITY, NUMBER_REST, TRX_ID_LIFE};
use lunas_vocab::Money;
use serde::Deserialize;

use crate::brand;
use crate::outbound::Prefix;

/// The default file, as `lunas config` prints it.
pub const DEFAULT_FILE: &str = include_str!("../config/lunas.toml");

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// How the gateway is reached, and what it puts up with.
    pub server: Server,
    /// The gateway's own TLS.
    pub tls: Tls,
    /// What customers see of the operator.
    pub brand: brand::Settings,
    /// Where everything is kept.
    pub store: StoreConfig,
    /// Keys, clocks and tokens.
    pub security: Security,
    /// Outbound notifications.
    pub notification: Notification,
    /// How often somebody may call.
    pub limits: Limits,
    /// What merchants may give back.
    pub refund: Refund,
    /// Background work.
    pub worker: Worker,
    /// What is forgotten, and what is archived.
    pub upkeep: Upkeep,
    /// What whoever watches the gateway is told.
    pub metrics: Metrics,
    /// Logging.
    pub log: Log,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// How the gateway is reached from outside; empty means by its own address.
    pub public_url: String,
    /// The largest body that is read, in bytes.
    pub body_max_bytes: usize,
    /// The most headers of a request.
    pub headers_max: usize,
    /// The most bytes of a request's head.
    pub header_max_bytes: usize,
    /// Seconds a client may take for its headers.
    pub header_timeout_seconds: u64,
    /// Seconds a client may take for its body.
    pub body_timeout_seconds: u64,
    /// Seconds a client may take to take its answer.
    pub answer_timeout_seconds: u64,
    /// The most connections at once; zero is as many as the limit of open files leaves room for.
    pub connections_max: usize,
    /// Addresses and CIDR blocks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// Seconds that requests under way are given at shutdown.
    pub drain_seconds: u64,
}

/// `[tls]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Where the certificate and its chain lie; empty is no TLS.
    pub certificate_file: PathBuf,
    /// Where the certificate's key lies.
    pub key_file: PathBuf,
    /// The oldest version that is spoken.
    pub min_version: TlsVersion,
    /// Seconds a handshake may take.
    pub handshake_timeout_seconds: u64,
    /// Seconds between looks at the files.
    pub reload_seconds: u64,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum TlsVersion {
    /// TLS 1.2.
    #[serde(rename = "1.2")]
    V1_2,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    V1_3,
}

/// `[store]`
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// Which store. The address may hold a password.
    pub url: String,
}

/// Prints no password.
impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreConfig").field("url", &lunas_store::Store::shown(&self.url)).finish()
    }
}

/// `[security]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// Where the master key lies.
    pub master_key_file: PathBuf,
    /// How far a timestamp may be off, in seconds.
    pub timestamp_window_seconds: u64,
    /// How long a token lives, in seconds.
    pub token_life_seconds: u64,
}

/// `[notification]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notification {
    /// Seconds one attempt may take.
    pub timeout_seconds: u64,
    /// Minutes between attempts.
    pub retry_minutes: Vec<u64>,
    /// Attempts under way at once.
    pub concurrency: usize,
    /// Attempts under way at once to one merchant.
    pub concurrency_per_merchant: usize,
    /// Bytes of an answer that are kept.
    pub response_kept_bytes: usize,
    /// Whether private addresses may be called.
    pub allow_private_addresses: bool,
}

/// `[refund]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refund {
    /// Rupiah that one merchant may give back in a day; zero is no limit.
    pub daily_limit: u64,
}

impl Refund {
    /// The limit as money. An amount that no amount of the contract can reach is no limit either.
    pub fn daily_limit(&self) -> DailyLimit {
        Money::parse_idr(&self.daily_limit.to_string()).ok().filter(|limit| limit.is_positive())
    }
}

/// `[worker]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    /// Milliseconds between looks.
    pub poll_ms: u64,
}

/// `[upkeep]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upkeep {
    /// Days that attempts at notifications are kept; zero keeps them for good.
    pub keep_attempts_days: u32,
    /// Days after their end at which payments and virtual accounts are archived; zero archives nothing.
    pub archive_after_days: u32,
}

/// `[metrics]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Where `/metrics` is served; empty is nowhere.
    listen: String,
}

impl Metrics {
    /// The address, if there is to be one.
    pub fn listen(&self) -> Option<SocketAddr> {
        self.listen.parse().ok()
    }

    fn check(&self, refuse: Refuse<'_>) {
        if !self.listen.is_empty() && self.listen().is_none() {
            refuse(
                "metrics.listen",
                format!("must be an address and a port, or empty, not {:?}", self.listen),
            );
        }
    }
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// What is logged.
    pub filter: String,
    /// How it is written.
    pub format: LogFormat,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// The defaults under `file`, the text of an operator's own file; an empty text changes nothing.
    pub fn read(file: &str) -> Result<Self, Error> {
        match Self::examine(file) {
            (config, problems) if problems.is_empty() => Ok(config),
            (_, problems) => Err(Error { problems }),
        }
    }

    /// The same, and everything that is wrong with the file, in its order. What is not understood has its default.
    pub fn examine(file: &str) -> (Self, Vec<Problem>) {
        let (config, mut problems) = reading::read(file);
        config.check(&mut |key, says| problems.push(Problem::value(key, says)));
        let mut problems: Vec<Problem> = problems.into_iter().map(|problem| problem.placed(file)).collect();
        problems.sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
        (config, problems)
    }

    /// The defaults.
    pub fn defaults() -> Self {
        Self::read("").expect("a test reads the compiled-in file")
    }

    /// The URL that links to the gateway start with, without a trailing slash.
    pub fn public_url(&self) -> String {
        match self.server.public_url.trim_end_matches('/') {
            "" => format!("http://{}", self.server.listen),
            url => url.to_owned(),
        }
    }

    /// The delays between attempts of one notification.
    pub fn retry_delays(&self) -> Vec<Duration> {
        self.notification.retry_minutes.iter().map(|minutes| Duration::from_secs(minutes * 60)).collect()
    }

    fn check(&self, refuse: Refuse<'_>) {
        let mut at_least = |key: &'static str, value: usize, least: usize| {
            if value < least {
                refuse(key, format!("must be at least {least}, not {value}"));
            }
        };
        let seconds = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
        at_least("server.body_max_bytes", self.server.body_max_bytes, 1024);
        at_least("server.headers_max", self.server.headers_max, 16);
        // The HTTP library's own lower bound.
        at_least("server.header_max_bytes", self.server.header_max_bytes, 8192);
        at_least("server.header_timeout_seconds", seconds(self.server.header_timeout_seconds), 1);
        at_least("server.body_timeout_seconds", seconds(self.server.body_timeout_seconds), 1);
        at_least("server.answer_timeout_seconds", seconds(self.server.answer_timeout_seconds), 1);
        at_least("security.token_life_seconds", seconds(self.security.token_life_seconds), 60);
        at_least("security.timestamp_window_seconds", seconds(self.security.timestamp_window_seconds), 1);
        at_least("notification.timeout_seconds", seconds(self.notification.timeout_seconds), 1);
        at_least("notification.concurrency", self.notification.concurrency, 1);
        at_least("notification.concurrency_per_merchant", self.notification.concurrency_per_merchant, 1);
        at_least("worker.poll_ms", seconds(self.worker.poll_ms), 10);
        at_least("tls.handshake_timeout_seconds", seconds(self.tls.handshake_timeout_seconds), 1);
        at_least("tls.reload_seconds", seconds(self.tls.reload_seconds), 1);
        self.limits.check(refuse);
        self.check_archive(refuse);
        self.check_tls(refuse);
        self.metrics.check(refuse);
        if let Err(reason) = self.brand.check_name() {
            refuse("brand.name", reason);
        }
        if let Some(bad) = self.server.trusted_proxies.iter().find(|text| address_block(text).is_none()) {
            refuse("server.trusted_proxies", format!("has {bad:?}, which is not an address or a CIDR block"));
        }
        let key = "server.public_url";
        match Prefix::parse(&self.server.public_url) {
            Ok(prefix) if prefix.has_query() => {
                refuse(key, "must have no query: paths are appended to it".to_owned());
            }
            Err(error) if !self.server.public_url.is_empty() => {
                refuse(key, format!("is not usable: {error}"));
            }
            _ => {}
        }
    }
}

impl Config {
    fn check_tls(&self, refuse: Refuse<'_>) {
        let is_named = |path: &Path| !path.as_os_str().is_empty();
        let missing = match (is_named(&self.tls.certificate_file), is_named(&self.tls.key_file)) {
            (true, false) => "tls.key_file",
            (false, true) => "tls.certificate_file",
            _ => return,
        };
        refuse(missing, "is missing: a certificate and its key are named together, or neither is".to_owned());
    }
}

/// Takes a key, and what is wrong with its value.
type Refuse<'a> = &'a mut dyn FnMut(&'static str, String);

/// The days that a payment may be archived after at the latest; a hundred years.
const ARCHIVE_DAYS_MAX: u32 = 36_500;
const DAY: Duration = Duration::from_hours(24);

impl Config {
    /// The fewest days after its end at which nobody can change a payment any more, is told of it, or is refused because
    /// of it: longer than it may be refunded, waits, keeps its order's id, or is told again and again.
    fn archive_days_min(&self) -> u32 {
        let products = Product::ALL.into_iter();
        let windows = products.flat_map(|product| {
            let window =
                move |method: &Method| product.refund_window(*method).max(product.validity_max(*method));
            product.methods().iter().map(window)
        });
        let retries = self.retry_delays().into_iter().sum();
        let longest = windows.chain([ORDER_LIFE, TRX_ID_LIFE, NUMBER_REST, MULTI_VALIDITY, retries]).max();
        let days = longest.unwrap_or_default().as_secs().div_ceil(DAY.as_secs());
        u32::try_from(days).unwrap_or(u32::MAX).saturating_add(1)
    }

    fn check_archive(&self, refuse: Refuse<'_>) {
        let (days, least) = (self.upkeep.archive_after_days, self.archive_days_min());
        if days == 0 || (least..=ARCHIVE_DAYS_MAX).contains(&days) {
            return;
        }
        let reason = format!(
            "must be 0, which archives nothing, or from {least} to {ARCHIVE_DAYS_MAX}, not {days}: before that a \
             payment may still be refunded or told"
        );
        refuse("upkeep.archive_after_days", reason);
    }
}

/// Reads an address or a CIDR block.
pub fn address_block(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_file_is_a_whole_configuration() {
        let config = Config::defaults();
        assert_eq!(config.public_url(), "http://127.0.0.1:8080");
        assert_eq!(config.retry_delays(), lunas_domain::notification::RETRY_DELAYS.to_vec());
        assert_eq!(config.log.format, LogFormat::Text);
        assert_eq!(config.refund.daily_limit(), None);
        assert!(config.limits.of_services().count() >= 3);
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let config = Config::read("[server]\npublic_url = \"https://pay.example/\"\n").unwrap();
        assert_eq!(config.public_url(), "https://pay.example");
        assert_eq!(config.server.body_max_bytes, Config::defaults().server.body_max_bytes);
        let config = Config::read("[refund]\ndaily_limit = 5_000_000_000\n").unwrap();
        assert_eq!(config.refund.daily_limit(), Money::parse_idr("5000000000.00").ok());
        let limits =
            "[limits]\naddress = { calls = 9 }\n[limits.services]\n54 = { calls = 5, seconds = 10 }\n";
        let (config, defaults) = (Config::read(limits).unwrap().limits, Config::defaults().limits);
        assert_eq!(config.address, Rate { calls: 9, ..defaults.address });
        assert_eq!(config.services["54"], Rate { calls: 5, seconds: 10 });
        assert_eq!(config.services["73"], defaults.services["73"]);
        for days in [0, 366, 36_500] {
            let config = Config::read(&format!("[upkeep]\narchive_after_days = {days}")).unwrap();
            assert_eq!(config.upkeep.archive_after_days, days);
        }
    }

    #[test]
    fn m14_a_quoted_line_has_lost_its_password() {
        for file in [
            "[store]\nurl = \"postgres://u:s3cr3t@h/d",
            "[store]\nurl = [\"postgres://u:s3cr3t@h/d\"]",
            "store = \"postgres://u:s3cr3t@h/d\"",
            "[store]\nurls = \"postgres://u:s3cr3t@h/d\"",
            "[log]\nformat = \"postgres://u:s3cr3t@h/d\"",
            "[store]\npassword = \"s3cr3t\"",
            "password = s3cr3t",
        ] {
            let error = Config::read(file).unwrap_err().to_string();
            assert!(!error.contains("s3cr3t"), "{error}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_its_line_and_what_to_do() {
        let check = |file: &str, expected: &[&str]| {
            let (_, problems) = Config::examine(file);
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            assert_eq!(told, expected, "{file:?}");
        };
        check("", &[]);
        check(
            "[server]\nlisen = \"127.0.0.1:1\"\nheaders_max = \"x\"\nbody_max_bytes = 10\n\n[log]\nformat = \"xml\"",
            &[
                "line 2: server.lisen is no key; did you mean `listen`?",
                "line 3: server.headers_max is not understood: invalid type: string \"x\", expected usize; write it like \
                 its default, 64",
                "line 4: server.body_max_bytes must be at least 1024, not 10; its default is 262144",
                "line 7: log.format is not understood: unknown variant `xml`, expected `text` or `json`; write it like its \
                 default, \"text\"",
            ],
        );
        check("url = \"x\"", &["line 1: url is no key; did you mean `store.url`?"]);
        check("[sever]\nlisten = \"x\"", &["line 1: sever is no key; did you mean `server`?"]);
        check(
            "[server]\nqqqqqqqq = 1",
            &["line 2: server.qqqqqqqq is no key; take it out; `lunas config` prints every key"],
        );
        check(
            "[limits]\npage = { calls = 1, minutes = 1 }\nphone.seconds = 0",
            &[
                "line 2: limits.page.minutes is no key; take it out; `lunas config` prints every key",
                "line 3: limits.phone may be up to 1000000000 calls in 1 to 86400 seconds, not 20 in 0; its default is \
                 { calls = 20, seconds = 60 }",
            ],
        );
        check(
            "[tls]\ncertificate_file = \"chain.pem\"",
            &[
                "tls.key_file is missing: a certificate and its key are named together, or neither is; `lunas config` \
               explains it",
            ],
        );
        check(
            "[log]\nfilter = \"info\nformat = 1 1",
            &[
                "line 2: this is no TOML: invalid basic string, expected `\"`; `lunas config` prints how every key is \
                 written",
                "line 3: this is no TOML: string values must be quoted, expected literal string; `lunas config` prints \
                 how every key is written",
            ],
        );
        let (_, problems) = Config::examine("[worker]\n\npoll_ms = 99999999999999999999");
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(3)]);
    }

    #[test]
    fn what_cannot_work_is_refused_by_name() {
        let check = |file: &str, named: &str| {
            let error = Config::read(file).unwrap_err().to_string();
            assert!(error.contains(named), "{file:?} gave {error:?}");
        };
        check("[server]\nlisen = \"x\"", "lisen");
        check("[sever]\nlisten = \"x\"", "sever");
        check("[server]\nlisten = \"nowhere\"", "invalid socket address");
        check("[server]\nheader_max_bytes = 10", "server.header_max_bytes");
        for url in ["pay.example", "ftp://pay.example", "https://user@pay.example", "https://pay.example#a"] {
            check(&format!("[server]\npublic_url = {url:?}"), "server.public_url is not usable");
        }
        check("[server]\npublic_url = \"https://pay.example?a\"", "server.public_url must have no query");
        check("[notification]\nconcurrency = 0", "notification.concurrency");
        check("[server]\ntrusted_proxies = [\"proxy\"]", "server.trusted_proxies");
        check("[refund]\ndaily_limit = -1", "daily_limit");
        check("[limits]\nadress = { calls = 1, seconds = 1 }", "adress");
        check("[limits]\naddress = 5", "address");
        check("[limits]\naddress = { calls = 1, minutes = 1 }", "minutes");
        check("[limits]\nphone = { calls = 1, seconds = 0 }", "limits.phone may be up to");
        check("[limits]\npage = { calls = 2_000_000_000 }", "limits.page may be up to");
        check("[limits]\nkeys_max = 1", "limits.keys_max must be from");
        // 56 is called by the gateway, at the merchant's.
        for code in ["56", "99", "debit"] {
            check(
                &format!("[limits.services]\n{code} = {{ calls = 1, seconds = 1 }}"),
                "limits.services has",
            );
        }
        check("[tls]\ncertificate_file = \"chain.pem\"", "tls.key_file is missing");
        check("[tls]\nkey_file = \"key.pem\"", "tls.certificate_file is missing");
        check("[tls]\nmin_version = \"1.1\"", "1.1");
        check("[tls]\nreload_seconds = 0", "tls.reload_seconds");
        check("[server]\nanswer_timeout_seconds = 0", "server.answer_timeout_seconds");
        check("[upkeep]\narchive_after_days = 365", "or from 366 to 36500, not 365");
        check("[upkeep]\narchive_after_days = 36501", "upkeep.archive_after_days");
        let slow = "[upkeep]\narchive_after_days = 400\n[notification]\nretry_minutes = [580_000]";
        check(slow, "or from 404 to");
        check("[metrics]\nlisten = \"metrics\"", "metrics.listen must be an address");
        check("[log]\nformat = \"xml\"", "xml");
        check("not toml", "expected");
    }
}
