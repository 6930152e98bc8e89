//! Which addresses are on the public internet, as far as their numbers tell.
//!
//! No server of a merchant lives in a block that IANA's special-purpose registries set apart, not even in those that are
//! marked as globally reachable there (relays, anycast services of the network itself), so all of them are refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks of IPv4 that are set apart, with multicast.
const SPECIAL_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),       // this network
    ([10, 0, 0, 0], 8),      // private use
    ([100, 64, 0, 0], 10),   // shared by a carrier's customers
    ([127, 0, 0, 0], 8),     // loopback
    ([169, 254, 0, 0], 16),  // link-local, and the metadata of clouds
    ([172, 16, 0, 0], 12),   // private use
    ([192, 0, 0, 0], 24),    // protocol assignments
    ([192, 0, 2, 0], 24),    // documentation
    ([192, 31, 196, 0], 24), // AS112
    ([192, 52, 193, 0], 24), // multicast tunnels
    ([192, 88, 99, 0], 24),  // 6to4 relays, deprecated
    ([192, 168, 0, 0], 16),  // private use
    ([192, 175, 48, 0], 24), // AS112
    ([198, 18, 0, 0], 15),   // benchmarks
    ([198, 51, 100, 0], 24), // documentation
    ([203, 0, 113, 0], 24),  // documentation
    ([224, 0, 0, 0], 4),     // multicast
    ([240, 0, 0, 0], 4),     // reserved, and broadcast
];

/// What may be called lies in here: everything else of IPv6 is not global unicast.
const GLOBAL_UNICAST: ([u16; 8], u32) = ([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// Blocks of IPv6 that are set apart within [`GLOBAL_UNICAST`].
const SPECIAL_V6: &[([u16; 8], u32)] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // protocol assignments: Teredo, benchmarks, ORCHID and others
    ([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32), // documentation
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4, which ends wherever the embedded address says
    ([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48), // AS112
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // documentation
];

/// Whether an address is on the public internet.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match embedded_v4(v6) {
            Some(v4) => is_public_v4(v4),
            None => is_in_v6(v6, &GLOBAL_UNICAST) && !SPECIAL_V6.iter().any(|block| is_in_v6(v6, block)),
        },
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let is_in = |(first, length): &([u8; 4], u32)| {
        let prefix = |bits: u32| bits >> (32 - length);
        prefix(v4.to_bits()) == prefix(u32::from_be_bytes(*first))
    };
    !SPECIAL_V4.iter().any(is_in)
}

fn is_in_v6(v6: Ipv6Addr, (first, length): &([u16; 8], u32)) -> bool {
    let prefix = |bits: u128| bits >> (128 - length);
    prefix(v6.to_bits()) == prefix(Ipv6Addr::from(*first).to_bits())
}

/// The IPv4 address that a packet ends at when it is sent to this IPv6 address: mapped, or translated by the
/// network's NAT64.
fn embedded_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x0064, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
