//! The other end of a connection.

use std::net::IpAddr;

/// The other end of a connection, which the server attaches to each of its requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);
