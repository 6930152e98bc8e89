//! Which names and addresses are this very machine, decided in one place for whoever takes a URL or a `Host`.
//!
//! No resolver is asked: `localhost` and every name below it are the loopback by definition (RFC 6761), and a name that
//! merely resolves to it today may resolve to something else tomorrow.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Both addresses that names of this machine stand for, the one that servers usually listen on first.
pub const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Whether a host, without its port, is this machine: an address of the loopback, `localhost`, or a name below it.
/// Addresses of version 6 may stand in brackets, and a name may end in the root's dot.
pub fn is_loopback_host(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => is_localhost(host),
    }
}

/// Whether a name is `localhost` or below it.
pub fn is_localhost(name: &str) -> bool {
    const LOCALHOST: &str = "localhost";
    let name = name.strip_suffix('.').unwrap_or(name);
    let Some(at) = name.len().checked_sub(LOCALHOST.len()) else { return false };
    let (below, last) = match (name.get(..at), name.get(at..)) {
        (Some(below), Some(last)) => (below, last),
        _ => return false,
    };
    last.eq_ignore_ascii_case(LOCALHOST)
        && (below.is_empty() || below.strip_suffix('.').is_some_and(|below| below.split('.').all(is_label)))
}

/// What can stand between two dots of a host name.
fn is_label(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_this_machine_has_many_names_and_no_other_has_them() {
        let check = |host: &str, expected: bool| assert_eq!(is_loopback_host(host), expected, "{host:?}");
        for ours in [
            "localhost",
            "LocalHost",
            "localhost.",
            "shop.localhost",
            "a.b-c.SHOP.localhost",
            "shop_1.localhost.",
            "127.0.0.1",
            "127.1.2.3",
            "127.255.255.254",
            "::1",
            "[::1]",
            "::ffff:127.0.0.1",
            "[::ffff:127.0.0.1]",
        ] {
            check(ours, true);
        }
        for foreign in [
            "",
            ".",
            ".localhost",
            "a..localhost",
            "notlocalhost",
            "localhost..",
            "localhost.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "a b.localhost",
            "a@b.localhost",
            "a/b.localhost",
            "élocalhost",
            "0.0.0.0",
            "10.0.0.1",
            "128.0.0.1",
            "169.254.169.254",
            "::",
            "::2",
            "fe80::1",
            "::ffff:10.0.0.1",
            "[127.0.0.1",
            "shop.example",
        ] {
            check(foreign, false);
        }
    }
}
