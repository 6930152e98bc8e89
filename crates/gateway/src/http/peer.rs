//! The other end of a connection.

use std::net::IpAddr;

use axum::http::HeaderMap;

use crate::app::App;

/// The other end of a connection, which the server attaches to each of its requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Where a request comes from. What a trusted proxy says and nobody can read counts as the proxy's own.
pub(crate) fn address(app: &App, headers: &HeaderMap, peer: Option<&Peer>) -> Option<IpAddr> {
    let peer = peer.map(|peer| peer.0);
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    app.caller_address(peer, &lines.collect::<Vec<_>>()).or(peer)
}
