//! Where calls come from, and from where a merchant's may.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::config::address_block;

/// Addresses that may call in a merchant's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IpAllowList {
    /// Any: the merchant registered none.
    Any,
    /// These. An empty list means nobody, which is what is left when nothing that was registered can be read.
    Only(Vec<IpNet>),
}

impl IpAllowList {
    /// Reads what a merchant registered.
    pub fn new(registered: &[String]) -> Self {
        if registered.is_empty() {
            return Self::Any;
        }
        Self::Only(registered.iter().filter_map(|text| address_block(text)).collect())
    }

    /// Whether a call from `address` is welcome. One from nowhere is welcome only where any is.
    pub fn include(&self, address: Option<IpAddr>) -> bool {
        match (self, address) {
            (Self::Any, _) => true,
            (Self::Only(blocks), Some(address)) => {
                let address = address.to_canonical();
                blocks.iter().any(|block| block.contains(&address))
            }
            (Self::Only(_), None) => false,
        }
    }
}

/// The address a call came from: the connection's, or what a trusted proxy says.
///
/// Every proxy appends the address it was called from, so the last one that is not a trusted proxy's is the first that
/// can be believed.
pub(super) fn caller_address(
    trusted: &[IpNet],
    peer: Option<IpAddr>,
    forwarded_for: &[&str],
) -> Option<IpAddr> {
    let is_proxy = |address: IpAddr| trusted.iter().any(|block| block.contains(&address.to_canonical()));
    let peer = peer?;
    if !is_proxy(peer) {
        return Some(peer);
    }
    for hop in forwarded_for.iter().rev().flat_map(|line| line.rsplit(',')) {
        // What cannot be read hides what stands before it.
        let address = hop.trim().parse::<IpAddr>().ok()?;
        if !is_proxy(address) {
            return Some(address);
        }
    }
    Some(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_registered_addresses_are_welcome() {
        let check = |registered: &[&str], address: Option<&str>, expected: bool| {
            let registered: Vec<String> = registered.iter().map(ToString::to_string).collect();
            let address = address.map(|text| text.parse().unwrap());
            assert_eq!(
                IpAllowList::new(&registered).include(address),
                expected,
                "{registered:?} {address:?}"
            );
        };
        check(&[], Some("198.51.100.1"), true);
        check(&[], None, true);
        check(&["203.0.113.7"], Some("203.0.113.7"), true);
        check(&["203.0.113.7"], Some("::ffff:203.0.113.7"), true);
        check(&["203.0.113.7"], Some("203.0.113.8"), false);
        check(&["203.0.113.7"], None, false);
        check(&["203.0.113.0/24", "2001:db8::/32"], Some("203.0.113.200"), true);
        check(&["203.0.113.0/24", "2001:db8::/32"], Some("2001:db8::9"), true);
        check(&["not an address"], Some("203.0.113.7"), false);
    }
    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let trusted = [address_block("10.0.0.0/8").unwrap()];
        let check = |peer: &str, forwarded_for: &[&str], expected: Option<&str>| {
            let found = caller_address(&trusted, Some(peer.parse().unwrap()), forwarded_for);
            assert_eq!(found, expected.map(|text| text.parse().unwrap()), "{peer} {forwarded_for:?}");
        };
        check("198.51.100.1", &["203.0.113.7"], Some("198.51.100.1"));
        check("10.0.0.1", &[], Some("10.0.0.1"));
        check("10.0.0.1", &["203.0.113.7"], Some("203.0.113.7"));
        check("::ffff:10.0.0.1", &["203.0.113.7"], Some("203.0.113.7"));
        check("10.0.0.1", &["6.6.6.6, 203.0.113.7, 10.0.0.2"], Some("203.0.113.7"));
        check("10.0.0.1", &["6.6.6.6", "203.0.113.7,10.0.0.2"], Some("203.0.113.7"));
        check("10.0.0.1", &["203.0.113.7, unknown"], None);
        assert_eq!(caller_address(&trusted, None, &["203.0.113.7"]), None);
    }
}
