//! Names below `localhost` are this machine, whatever a resolver would say: many say that there is no such name.

use std::net::SocketAddr;

use lunas_vocab::{LOOPBACK, is_localhost};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves `localhost` and every name below it to the loopback without asking anybody, and other names as the system
/// does. For the `dns_resolver` of an HTTP client that is to reach `http://shop.localhost:3000`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalhostResolver;

impl Resolve for LocalhostResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            if is_localhost(name.as_str()) {
                // The port is the URL's.
                let found: Addrs = Box::new(LOOPBACK.into_iter().map(|address| SocketAddr::new(address, 0)));
                return Ok(found);
            }
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn r22_names_of_this_machine_are_not_asked_for() {
        for name in ["localhost", "shop.localhost", "a.b.LOCALHOST", "never-registered.localhost."] {
            let found: Vec<SocketAddr> =
                LocalhostResolver.resolve(name.parse().unwrap()).await.unwrap().collect();
            let addresses: Vec<_> = found.iter().map(SocketAddr::ip).collect();
            assert_eq!(addresses, LOOPBACK, "{name}");
        }
    }
}
