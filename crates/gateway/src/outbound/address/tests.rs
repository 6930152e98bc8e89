//! The guard against the registries: every block of IANA's special-purpose tables, the blocks beside them, and addresses
//! that carry another one inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::is_public;

/// The IPv4 and the IPv6 Special-Purpose Address Registry, row by row, and the multicast blocks, which have registries
/// of their own.
const SPECIAL_PURPOSE: &[&str] = &[
    "0.0.0.0/8",          // "this network"
    "0.0.0.0/32",         // "this host on this network"
    "10.0.0.0/8",         // private use
    "100.64.0.0/10",      // shared address space
    "127.0.0.0/8",        // loopback
    "169.254.0.0/16",     // link-local
    "172.16.0.0/12",      // private use
    "192.0.0.0/24",       // IETF protocol assignments
    "192.0.0.0/29",       // IPv4 service continuity prefix
    "192.0.0.8/32",       // IPv4 dummy address
    "192.0.0.9/32",       // Port Control Protocol anycast
    "192.0.0.10/32",      // TURN anycast
    "192.0.0.170/32",     // NAT64/DNS64 discovery
    "192.0.0.171/32",     // NAT64/DNS64 discovery
    "192.0.2.0/24",       // documentation (TEST-NET-1)
    "192.31.196.0/24",    // AS112-v4
    "192.52.193.0/24",    // AMT
    "192.88.99.0/24",     // 6to4 relay anycast, deprecated
    "192.88.99.2/32",     // 6a44 relay anycast
    "192.168.0.0/16",     // private use
    "192.175.48.0/24",    // direct delegation AS112
    "198.18.0.0/15",      // benchmarking
    "198.51.100.0/24",    // documentation (TEST-NET-2)
    "203.0.113.0/24",     // documentation (TEST-NET-3)
    "224.0.0.0/4",        // multicast
    "240.0.0.0/4",        // reserved
    "255.255.255.255/32", // limited broadcast
    "::1/128",            // loopback
    "::/128",             // unspecified
    "64:ff9b:1::/48",     // IPv4-IPv6 translation, local use
    "100::/64",           // discard only
    "100:0:0:1::/64",     // dummy prefix
    "2001::/23",          // IETF protocol assignments
    "2001::/32",          // Teredo
    "2001:1::1/128",      // Port Control Protocol anycast
    "2001:1::2/128",      // TURN anycast
    "2001:1::3/128",      // DNS-SD service registration anycast
    "2001:2::/48",        // benchmarking
    "2001:3::/32",        // AMT
    "2001:4:112::/48",    // AS112-v6
    "2001:10::/28",       // ORCHID, deprecated
    "2001:20::/28",       // ORCHIDv2
    "2001:30::/28",       // drone remote identification
    "2001:db8::/32",      // documentation
    "2002::/16",          // 6to4
    "2620:4f:8000::/48",  // direct delegation AS112
    "3fff::/20",          // documentation
    "5f00::/16",          // segment routing SIDs
    "fc00::/7",           // unique local
    "fe80::/10",          // link-local unicast
    "fec0::/10",          // site-local unicast, deprecated
    "ff00::/8",           // multicast
    "::/96",              // IPv4-compatible, deprecated
];

/// Blocks of the registry that hold an IPv4 address, which decides.
const TRANSLATED: &[&str] = &["::ffff:0:0/96", "64:ff9b::/96"];

fn all_of(block: IpNet) -> [IpAddr; 3] {
    let middle = match (block.network(), block.broadcast()) {
        (IpAddr::V4(first), IpAddr::V4(last)) => {
            IpAddr::V4(Ipv4Addr::from_bits(first.to_bits() + (last.to_bits() - first.to_bits()) / 2))
        }
        (IpAddr::V6(first), IpAddr::V6(last)) => {
            IpAddr::V6(Ipv6Addr::from_bits(first.to_bits() + (last.to_bits() - first.to_bits()) / 2))
        }
        mixed => panic!("{mixed:?} is no block"),
    };
    [block.network(), middle, block.broadcast()]
}

#[test]
fn m15_no_address_of_the_special_purpose_registries_is_public() {
    for text in SPECIAL_PURPOSE {
        for address in all_of(text.parse().unwrap()) {
            assert!(!is_public(address), "{address} of {text}");
        }
    }
}

#[test]
fn m15_an_address_that_carries_another_one_is_what_that_one_is() {
    let embedded = |block: &str, v4: Ipv4Addr| {
        let IpAddr::V6(base) = block.parse::<IpNet>().unwrap().network() else { panic!("{block}") };
        IpAddr::V6(Ipv6Addr::from_bits(base.to_bits() | u128::from(v4.to_bits())))
    };
    for block in TRANSLATED {
        for text in SPECIAL_PURPOSE.iter().filter(|text| !text.contains(':')) {
            for address in all_of(text.parse().unwrap()) {
                let IpAddr::V4(v4) = address else { panic!("{address}") };
                assert!(!is_public(embedded(block, v4)), "{v4} of {text} in {block}");
            }
        }
        assert!(is_public(embedded(block, Ipv4Addr::new(8, 8, 8, 8))), "{block}");
    }
    // These are refused whatever they carry: where their packets end is for a stranger's relay to say.
    for relayed in ["2002:808:808::1", "2001:0:808:808:0:ffff:f7f7:f7f7", "::8.8.8.8", "64:ff9b:1::808:808"] {
        assert!(!is_public(relayed.parse().unwrap()), "{relayed}");
    }
}

#[test]
fn m15_what_lies_beside_the_special_blocks_is_public() {
    let check = |text: &str| assert!(is_public(text.parse().unwrap()), "{text}");
    for beside in [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.3.0",
        "192.31.195.255",
        "192.31.197.0",
        "192.52.192.255",
        "192.52.194.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "192.175.47.255",
        "192.175.49.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "34.142.147.133",
        "8.8.8.8",
    ] {
        check(beside);
    }
    for beside in [
        "2000::",
        "2001:200::",
        "2001:db7:ffff::",
        "2001:db9::",
        "2003::",
        "2001:ffff::",
        "2404:6800::1",
        "2620:4f:7fff::1",
        "2620:4f:8001::",
        "3ffe:ffff::",
        "3fff:1000::",
        "3fff:ffff:ffff::",
    ] {
        check(beside);
    }
    for outside in ["1fff:ffff::", "4000::", "8000::1", "fbff::", "fe00::1"] {
        assert!(!is_public(outside.parse().unwrap()), "{outside} is not global unicast");
    }
}
