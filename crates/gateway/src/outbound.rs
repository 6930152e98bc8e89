//! The one client that calls outward. Whatever leaves the gateway leaves through here.
//!
//! It guards addresses (no private ranges outside a sandbox, whatever a name resolves to), gives every call a time
//! limit, reads only the beginning of an answer and follows no redirect.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::env::Env;

/// How long connecting may take; the rest of the time limit is the answer's.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an idle connection to a merchant is kept for the next notification.
const IDLE_KEPT: Duration = Duration::from_secs(60);

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The beginning of the answer, or why there was none, for people to read.
    pub text: String,
    /// How long it took, in milliseconds.
    pub latency_ms: i64,
}

/// The client.
#[derive(Clone, Debug)]
pub struct Outbound {
    client: reqwest::Client,
    env: Env,
    allow_private: bool,
    kept_bytes: usize,
}

/// Why the client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the outbound HTTP client could not be set up")]
pub struct Error(#[from] reqwest::Error);

impl Outbound {
    /// A client whose calls may take `timeout` each and keep the first `kept_bytes` of an answer.
    pub fn new(env: Env, timeout: Duration, allow_private: bool, kept_bytes: usize) -> Result<Self, Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT.min(timeout))
            .timeout(timeout)
            .pool_idle_timeout(IDLE_KEPT)
            .dns_resolver(Arc::new(GuardedResolver { allow_private }))
            .user_agent(concat!("lunas/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, env, allow_private, kept_bytes })
    }

    /// Sends `body` to `url`. Never fails: whatever happens is an [`Outcome`].
    pub async fn post(&self, url: &str, headers: Vec<(&'static str, String)>, body: Vec<u8>) -> Outcome {
        let stopwatch = self.env.stopwatch();
        let (status, text) = match self.attempt(url, headers, body).await {
            Ok((status, text)) => (Some(status), text),
            Err(reason) => (None, reason),
        };
        Outcome { status, text, latency_ms: stopwatch.elapsed_ms() }
    }

    async fn attempt(
        &self,
        url: &str,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    ) -> Result<(u16, String), String> {
        let url = self.checked(url)?;
        let mut request = self.client.post(url).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut answer = request.send().await.map_err(|e| reason(&e))?;
        let status = answer.status().as_u16();
        let mut kept = Vec::new();
        // The status decides; an answer that breaks off or goes on for ever is still an answer.
        while let Ok(Some(chunk)) = answer.chunk().await {
            let room = self.kept_bytes.saturating_sub(kept.len());
            kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if kept.len() >= self.kept_bytes {
                break;
            }
        }
        Ok((status, String::from_utf8_lossy(&kept).into_owned()))
    }

    /// A host written as an address never reaches the resolver, so it is checked here.
    fn checked(&self, url: &str) -> Result<Url, String> {
        let url = Url::parse(url).map_err(|e| format!("the URL is not usable: {e}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("only http and https are called, not {}", url.scheme()));
        }
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => Some(IpAddr::V4(v4)),
            Some(Host::Ipv6(v6)) => Some(IpAddr::V6(v6)),
            Some(Host::Domain(_)) => None,
            None => return Err("the URL names no host".to_owned()),
        };
        match address {
            Some(ip) if !self.allow_private && !is_public(ip) => Err(refused(ip)),
            _ => Ok(url),
        }
    }
}

/// Resolves names as the system does and keeps only addresses that may be called.
#[derive(Debug)]
struct GuardedResolver {
    allow_private: bool,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> =
                found.iter().copied().filter(|a| allow_private || is_public(a.ip())).collect();
            match (allowed.is_empty(), found.first()) {
                (true, Some(private)) => Err(refused(private.ip()).into()),
                _ => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}

fn refused(ip: IpAddr) -> String {
    format!("{ip} is not a public address; notifications go there only in a sandbox")
}

/// The innermost cause says what happened ("connection refused"); the outer ones only that something did.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer within the time limit".to_owned();
    }
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    format!("no answer: {innermost}")
}

/// Whether an address is on the public internet, as far as its number tells.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match embedded_v4(v6) {
            Some(v4) => is_public_v4(v4),
            // Global unicast is 2000::/3; documentation (2001:db8::/32) and Teredo (2001::/32) lie inside it.
            None => {
                let [first, second, ..] = v6.segments();
                (0x2000..0x4000).contains(&first) && !(first == 0x2001 && matches!(second, 0 | 0x0db8))
            }
        },
    }
}

/// An IPv4 address inside an IPv6 one: mapped, NAT64 or 6to4.
fn embedded_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let octets = v6.octets();
    let at = |from: usize| Ipv4Addr::new(octets[from], octets[from + 1], octets[from + 2], octets[from + 3]);
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x0064, 0xff9b, 0, 0, 0, 0, ..] => Some(at(12)),
        [0x2002, ..] => Some(at(2)),
        _ => None,
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let benchmark = a == 198 && (b == 18 || b == 19);
    let protocol = a == 192 && b == 0 && c == 0;
    !(v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_documentation()
        || v4.is_multicast()
        || a == 0
        || a >= 240
        || shared
        || benchmark
        || protocol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        let check = |address: &str, expected: bool| {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        };
        for public in ["8.8.8.8", "34.142.147.133", "172.15.0.1", "172.32.0.1", "100.63.0.1", "2404:6800::1"]
        {
            check(public, true);
        }
        for private in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
        ] {
            check(private, false);
        }
    }

    #[tokio::test]
    async fn private_addresses_are_not_called_however_they_are_written() {
        let outbound = Outbound::new(Env::seeded(1), Duration::from_secs(2), false, 100).unwrap();
        let urls = [
            "http://127.0.0.1:9/x",
            "http://[::1]:9/x",
            "http://2130706433:9/x",
            "http://localhost:9/x",
            "http://[::ffff:10.0.0.1]/x",
        ];
        for url in urls {
            let outcome = outbound.post(url, Vec::new(), Vec::new()).await;
            assert_eq!(outcome.status, None, "{url}");
            assert!(outcome.text.contains("not a public address"), "{url}: {}", outcome.text);
        }
        let outcome = outbound.post("ftp://8.8.8.8/", Vec::new(), Vec::new()).await;
        assert!(outcome.text.contains("only http and https"), "{}", outcome.text);
    }
}
