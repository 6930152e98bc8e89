//! What the log says of refused calls: one line a second for each limit, with how many there were.
//!
//! A line for each would let a flood of refusals cost what the limits are there to save.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Whose;
use crate::env::Env;

/// How long a limit is silent after a line.
const SILENCE: Duration = Duration::from_secs(1);

/// When each limit was told of last.
#[derive(Debug)]
pub(super) struct Told {
    env: Env,
    lines: Mutex<HashMap<&'static str, Line>>,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    at: Duration,
    /// Refusals since, which no line has told of.
    untold: u64,
}

impl Told {
    pub(super) fn new(env: &Env) -> Self {
        Self { env: env.clone(), lines: Mutex::default() }
    }

    /// Notes one refusal, and tells of it and those before it if it is time.
    pub(super) fn refused(&self, whose: Whose) {
        let limit = name(whose);
        if let Some(refused) = self.due(limit) {
            tracing::warn!(limit, refused, "too many requests");
        }
    }

    /// How many refusals a line has to tell of now, if one is due.
    fn due(&self, limit: &'static str) -> Option<u64> {
        let now = self.env.uptime();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        match lines.get_mut(limit) {
            Some(line) if now.saturating_sub(line.at) < SILENCE => {
                line.untold += 1;
                None
            }
            Some(line) => {
                let refused = line.untold + 1;
                *line = Line { at: now, untold: 0 };
                Some(refused)
            }
            None => {
                lines.insert(limit, Line { at: now, untold: 0 });
                Some(1)
            }
        }
    }
}

/// The limit's key in the configuration, without its table.
fn name(whose: Whose) -> &'static str {
    match whose {
        Whose::Address => "address",
        Whose::Page => "page",
        Whose::Client => "client",
        Whose::Service(service) => service.code(),
        Whose::NamedPhone => "named_phone",
        Whose::Phone => "phone",
    }
}

#[cfg(test)]
mod tests {
    use lunas_vocab::Timestamp;

    use super::*;

    #[test]
    fn a_second_has_one_line_with_all_refusals_before_it() {
        let env = Env::manual(Timestamp::from_ms(1), 1);
        let told = Told::new(&env);
        assert_eq!(told.due("client"), Some(1));
        for _ in 0..999 {
            assert_eq!(told.due("client"), None);
        }
        assert_eq!(told.due("page"), Some(1), "each limit has its own");
        env.advance(SILENCE);
        assert_eq!(told.due("client"), Some(1_000));
        assert_eq!(told.due("client"), None);
    }
}
