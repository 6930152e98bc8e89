//! How many files and connections this process may have open, and who gets how many of them.
//!
//! The store, the log and the process itself need some; the rest is shared by the connections that are served and those
//! that notifications leave by. A setting that asks for more than its share gets the share, and the log says so.

use crate::config::Config;

/// Descriptors that are kept for the store, files and the process itself.
const RESERVED: usize = 64;
/// The fewest connections that are worth serving with.
const LEAST: usize = 16;
/// One in so many descriptors, at most, is an attempt's at a notification.
const OUTWARD_PART: usize = 4;
/// The most descriptors that are asked for, however many the machine would give.
const DESCRIPTORS_MAX: u64 = 65_536;
/// What is counted on where the machine does not say how many descriptors there are.
const DESCRIPTORS_USUAL: usize = 1024;

/// Who gets how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shares {
    /// Connections that are served at once.
    pub(crate) connections: usize,
    /// Attempts at notifications that are under way at once; each has a connection of its own.
    pub(crate) attempts: usize,
}

impl Shares {
    /// What is configured, and never more than there is.
    pub(crate) fn of(config: &Config) -> Self {
        Self::within(descriptors(), config)
    }

    fn within(descriptors: usize, config: &Config) -> Self {
        let attempts = config.notification.concurrency.min((descriptors / OUTWARD_PART).max(1));
        let room = descriptors.saturating_sub(RESERVED + attempts).max(LEAST);
        let connections = match config.server.connections_max {
            0 => room,
            wanted => wanted.min(room),
        };
        Self { connections, attempts }
    }

    /// Says what is less than the configuration asks for.
    pub(crate) fn tell(self, config: &Config) {
        tracing::debug!(connections = self.connections, attempts = self.attempts, "open at once");
        for (key, wanted, granted) in self.cut(config) {
            tracing::warn!(
                wanted,
                granted,
                "{key} is more than the limit of open files (ulimit -n) leaves room for"
            );
        }
    }

    /// The settings that ask for more than their share: which, how much, and the share.
    fn cut(self, config: &Config) -> impl Iterator<Item = (&'static str, usize, usize)> {
        [
            ("server.connections_max", config.server.connections_max, self.connections),
            ("notification.concurrency", config.notification.concurrency, self.attempts),
        ]
        .into_iter()
        .filter(|(_, wanted, granted)| wanted > granted)
    }
}

/// How many descriptors this process may have. The soft limit is raised to the hard one first: it is low for programs of
/// another age, and a server is what the hard one is for.
#[cfg(unix)]
fn descriptors() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(DESCRIPTORS_MAX).min(DESCRIPTORS_MAX);
    if limit.current.is_some_and(|current| current < wanted) {
        let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum });
        if let Err(error) = raised {
            tracing::debug!(%error, "the limit of open files could not be raised");
        }
    }
    let current = getrlimit(Resource::Nofile).current.unwrap_or(DESCRIPTORS_MAX).min(DESCRIPTORS_MAX);
    usize::try_from(current).unwrap_or(DESCRIPTORS_USUAL)
}

#[cfg(not(unix))]
fn descriptors() -> usize {
    DESCRIPTORS_USUAL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m7_connections_leave_descriptors_for_everything_else() {
        let descriptors = descriptors();
        let mut config = Config::defaults();
        let max = |config: &Config| Shares::of(config).connections;
        assert!(max(&config) < descriptors);
        config.notification.concurrency = usize::MAX;
        assert!(max(&config) <= (descriptors - descriptors / 4).max(LEAST), "calls outward have their share");
        config.server.connections_max = 20;
        assert_eq!(max(&config), 20);
        config.server.connections_max = usize::MAX;
        assert!(max(&config) < descriptors);
    }

    #[test]
    fn attempts_have_their_share_and_no_more() {
        let mut config = Config::defaults();
        let mut check = |descriptors: usize, wanted: usize, attempts: usize, connections: usize| {
            config.notification.concurrency = wanted;
            let shares = Shares::within(descriptors, &config);
            assert_eq!(shares, Shares { connections, attempts }, "{descriptors} {wanted}");
            let cut: Vec<_> = shares.cut(&config).collect();
            let expected = [("notification.concurrency", wanted, attempts)];
            assert_eq!(cut, if wanted > attempts { &expected[..] } else { &[] });
        };
        check(1024, 100, 100, 860);
        check(1024, 256, 256, 704);
        check(1024, 1024, 256, 704);
        check(65_536, 1024, 1024, 64_448);
        check(64, 1024, 16, LEAST);
        check(3, 1024, 1, LEAST);
    }
}
