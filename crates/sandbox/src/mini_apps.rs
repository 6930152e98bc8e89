//! The mini apps that the container has opened, and the host names they are shown under.
//!
//! A mini app is shown under a name of its own below `miniapp.localhost`, which browsers take for this very machine, so
//! that its pages keep their paths and are still apart from the container's. Which name stands for which origin is
//! remembered in memory only: after a restart the container has to be opened again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use lunas_client::LocalhostResolver;
use lunas_vocab::is_loopback_host;
use url::Url;

/// The names of mini apps end in this.
const ZONE: &str = ".miniapp.localhost";
/// The most mini apps that are remembered.
const MINI_APPS_MAX: usize = 64;
/// How long a mini app may take to answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The mini apps that the container has opened.
#[derive(Debug, Default)]
pub(crate) struct MiniApps {
    by_label: Mutex<HashMap<String, MiniApp>>,
    /// Made for the first mini app: it reads whom the machine trusts, and most sandboxes show none.
    client: OnceLock<Option<reqwest::Client>>,
}

/// One mini app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MiniApp {
    /// Its own origin, such as `http://127.0.0.1:3000`.
    pub(crate) origin: String,
    /// The container's origin, which its script talks to.
    pub(crate) container: String,
    /// The origin it is shown under.
    pub(crate) shown_as: String,
}

impl MiniApps {
    /// The client that fetches mini apps; it follows no redirect.
    pub(crate) fn client(&self) -> Option<&reqwest::Client> {
        let make = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .http1_title_case_headers()
                .dns_resolver(LocalhostResolver)
                .timeout(TIMEOUT)
                .build()
                .inspect_err(|error| tracing::error!(%error, "mini apps cannot be fetched"))
                .ok()
        };
        self.client.get_or_init(make).as_ref()
    }

    /// Remembers the mini app at `url` for the container at `container`, and gives its URL under its own name, which
    /// begins with what `label` makes of the two origins. Two containers that are reached under different names do not
    /// share a mini app's name: its script talks to one.
    pub(crate) fn open(&self, url: &Url, container: &Url, label: impl FnOnce(&str) -> String) -> Url {
        let origin = url.origin().ascii_serialization();
        let container_origin = container.origin().ascii_serialization();
        let label = label(&format!("{origin}\n{container_origin}"));
        let mut shown = url.clone();
        let renamed = shown.set_host(Some(&format!("{label}{ZONE}")));
        debug_assert!(renamed.is_ok(), "a label of hexadecimal digits is a host name");
        // The scheme cannot be set where it would change the kind of URL; between http and https it always can.
        let _ = shown.set_scheme(container.scheme());
        let _ = shown.set_port(container.port());
        let shown_as = shown.origin().ascii_serialization();
        let mut by_label = self.lock();
        if by_label.len() >= MINI_APPS_MAX && !by_label.contains_key(&label) {
            by_label.clear();
        }
        by_label.insert(label, MiniApp { origin, container: container_origin, shown_as });
        shown
    }

    /// The mini app that is shown under a host name.
    pub(crate) fn find(&self, host: &str) -> Option<MiniApp> {
        self.lock().get(label_of(host)?.as_str()).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, MiniApp>> {
        self.by_label.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a `Host` header names a mini app rather than the gateway.
pub(crate) fn is_miniapp_host(host: &str) -> bool {
    label_of(host).is_some()
}

/// `http://ab12.miniapp.localhost:8080` has the label `ab12`.
fn label_of(host: &str) -> Option<String> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
    name.strip_suffix(ZONE).filter(|label| !label.is_empty()).map(str::to_owned)
}

/// Whether a URL is on this machine. Nothing else is fetched for anybody, whatever a name might resolve to.
pub(crate) fn is_on_this_machine(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    /// Any name that follows from the origins.
    fn label(origins: &str) -> String {
        let sum = origins.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        format!("{sum:016x}")
    }

    #[test]
    fn a_mini_app_keeps_its_path_under_its_own_name() {
        let mini_apps = MiniApps::default();
        let shown = mini_apps.open(
            &url("http://localhost:3000/shop/?a=b#c"),
            &url("http://127.0.0.1:8080/container"),
            label,
        );
        let label = label("http://localhost:3000\nhttp://127.0.0.1:8080");
        assert_eq!(shown.as_str(), format!("http://{label}.miniapp.localhost:8080/shop/?a=b#c"));
        let found = mini_apps.find(&format!("{}.MINIAPP.localhost:8080", label.to_uppercase()));
        assert_eq!(
            found,
            Some(MiniApp {
                origin: "http://localhost:3000".to_owned(),
                container: "http://127.0.0.1:8080".to_owned(),
                shown_as: format!("http://{label}.miniapp.localhost:8080"),
            })
        );
        assert_eq!(mini_apps.find("000000000000.miniapp.localhost:8080"), None);
    }

    #[test]
    fn the_same_mini_app_has_one_name_per_container() {
        let mini_apps = MiniApps::default();
        let open = |mini_app: &str, container: &str| {
            mini_apps.open(&url(mini_app), &url(container), label).host().map(|h| h.to_owned())
        };
        let first = open("http://127.0.0.1:3000/a", "http://127.0.0.1:8080");
        assert_eq!(open("http://127.0.0.1:3000/b", "http://127.0.0.1:8080"), first);
        assert_ne!(open("http://127.0.0.1:3000/a", "http://localhost:8080"), first);
        assert_ne!(open("http://127.0.0.1:3001/a", "http://127.0.0.1:8080"), first);
    }

    #[test]
    fn only_a_bounded_number_is_remembered() {
        let mini_apps = MiniApps::default();
        for port in 1..200 {
            mini_apps.open(&url(&format!("http://127.0.0.1:{port}/")), &url("http://127.0.0.1:8080"), label);
        }
        assert!(mini_apps.lock().len() <= MINI_APPS_MAX);
    }

    #[test]
    fn mini_apps_are_known_by_the_end_of_the_host() {
        let check = |host: &str, expected: bool| assert_eq!(is_miniapp_host(host), expected, "{host}");
        check("ab12.miniapp.localhost", true);
        check("ab12.miniapp.localhost:8080", true);
        check("AB12.MiniApp.Localhost:8080", true);
        check(".miniapp.localhost", false);
        check("miniapp.localhost", false);
        check("ab12.miniapp.localhost.evil.example", false);
        check("127.0.0.1:8080", false);
        check("[::1]:8080", false);
        check("", false);
    }

    #[test]
    fn r22_only_this_machine_is_this_machine() {
        let check =
            |text: &str, expected: bool| assert_eq!(is_on_this_machine(&url(text)), expected, "{text}");
        check("http://localhost:3000/", true);
        check("https://LOCALHOST/", true);
        check("http://127.0.0.1/", true);
        check("http://127.1:3000/", true);
        check("http://127.255.255.254/", true);
        check("http://[::1]:3000/", true);
        check("http://localhost.evil.example/", false);
        check("http://shop.localhost:3000/", true);
        check("http://[::ffff:127.0.0.1]/", true);
        check("http://127.0.0.1.nip.io/", false);
        check("http://10.0.0.1/", false);
        check("http://0.0.0.0/", false);
        check("http://169.254.169.254/", false);
        check("http://[::ffff:10.0.0.1]/", false);
        check("https://shop.example/", false);
        check("file:///etc/passwd", false);
    }
}
