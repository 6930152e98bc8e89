//! Whether a cluster has changes that were answered and that nobody sees yet.
//!
//! A commit on several nodes is prepared on each of them before it is made on any, and answered once it is certain. A
//! node that falls in between has its part prepared when it is back: its rows are locked and unseen until the
//! coordinator looks after them. Whoever finds nothing in that time may have been told of it before.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::address::Target;
use super::failure::{Error, unavailable};
use super::session::Session;
use crate::Unavailable;
use crate::tasks::sleep;

/// How often it is looked before what was prepared all the while is in doubt, and the pause between two looks. Together
/// they are longer than a commit takes that nothing stands in the way of.
const LOOKS_MAX: u32 = 20;
const PAUSE: Duration = Duration::from_millis(25);
/// How long it is believed that something is in doubt. Whoever asks in that time is told without a look.
const BELIEVED_FOR: Duration = Duration::from_millis(250);

/// What is prepared on each node, or that it does not say.
const PREPARED: &str =
    "select a.success, a.result from run_command_on_all_nodes('select coalesce(string_agg(gid, '' ''), '''')
    from pg_prepared_xacts where database = current_database() and gid like ''citus%''') a";

/// Looks for what is in doubt, for one caller at a time; whoever came meanwhile shares the next look.
pub(super) struct Doubt {
    target: Arc<Target>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    session: Option<Session>,
    last: Option<Finding>,
}

#[derive(Clone, Copy)]
struct Finding {
    began_at: Instant,
    ended_at: Instant,
    in_doubt: bool,
}

impl Finding {
    /// Whether it answers somebody who asked at that time. That nothing is in doubt has to have been found since.
    fn answers(&self, asked_at: Instant) -> bool {
        if self.in_doubt { self.ended_at.elapsed() < BELIEVED_FOR } else { self.began_at >= asked_at }
    }
}

impl Doubt {
    /// Connects nothing yet.
    pub(super) fn new(target: Arc<Target>) -> Self {
        Self { target, state: Mutex::default() }
    }

    /// Whether something is in doubt. No means that whatever was answered before the call can be seen now, and not that
    /// it could be seen before.
    pub(super) async fn is_there(&self) -> Result<bool, Unavailable> {
        let asked_at = Instant::now();
        let mut state = self.state.lock().await;
        if let Some(last) = state.last.filter(|last| last.answers(asked_at)) {
            return Ok(last.in_doubt);
        }
        let session = match state.session.take().filter(|session| !session.is_gone()) {
            Some(session) => session,
            None => Session::open(&self.target).await.map_err(unavailable)?,
        };
        let began_at = Instant::now();
        let in_doubt = stays(|| prepared(&session)).await.map_err(unavailable)?;
        state.session = Some(session);
        state.last = Some(Finding { began_at, ended_at: Instant::now(), in_doubt });
        Ok(in_doubt)
    }
}

/// Whether something that is prepared now still is after the last look. What a node that does not answer has prepared
/// nobody knows.
async fn stays<E, F>(look: impl Fn() -> F) -> Result<bool, E>
where
    F: Future<Output = Result<Option<BTreeSet<String>>, E>>,
{
    let Some(mut prepared) = look().await? else { return Ok(true) };
    for _ in 1..LOOKS_MAX {
        if prepared.is_empty() {
            return Ok(false);
        }
        sleep(PAUSE).await;
        let Some(now) = look().await? else { return Ok(true) };
        prepared.retain(|name| now.contains(name));
    }
    Ok(!prepared.is_empty())
}

/// What is prepared on all nodes by name; nothing if one of them does not say.
async fn prepared(session: &Session) -> Result<Option<BTreeSet<String>>, Error> {
    let statement = session.prepared(PREPARED).await?;
    let mut names = BTreeSet::new();
    for row in session.query(&statement, &[]).await? {
        let (is_answer, said): (bool, String) = (row.try_get(0)?, row.try_get(1)?);
        if !is_answer {
            return Ok(None);
        }
        names.extend(said.split_whitespace().map(str::to_owned));
    }
    Ok(Some(names))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::convert::Infallible;

    use super::*;

    #[tokio::test]
    async fn what_is_prepared_at_every_look_is_in_doubt() {
        // Each look's names, the last of them from then on; a dash is a node that does not answer.
        let check = async |looks: &[&str], expected: bool, expected_looks: usize| {
            let made = Cell::new(0);
            let look = || {
                let names = looks[made.get().min(looks.len() - 1)];
                made.set(made.get() + 1);
                let names = names.split_whitespace().map(str::to_owned).collect();
                let names = Some(names).filter(|names: &BTreeSet<String>| !names.contains("-"));
                std::future::ready(Ok::<_, Infallible>(names))
            };
            let Ok(found) = stays(look).await;
            assert_eq!((found, made.get()), (expected, expected_looks), "{looks:?}");
        };
        check(&[""], false, 1).await;
        check(&["a", ""], false, 2).await;
        check(&["a b", "b c", "c d", "d"], false, 3).await;
        check(&["a b", "b c"], true, 20).await;
        check(&["-"], true, 1).await;
        check(&["a", "a -"], true, 2).await;
    }

    #[tokio::test]
    async fn a_look_answers_those_who_asked_before_it() {
        let now = Instant::now();
        let long_ago = now.checked_sub(Duration::from_secs(1)).unwrap();
        let check = |began_at: Instant, ended_at: Instant, in_doubt: bool, expected: bool| {
            assert_eq!(Finding { began_at, ended_at, in_doubt }.answers(now), expected);
        };
        check(long_ago, now, false, false);
        check(now, now, false, true);
        check(long_ago, now, true, true);
        check(long_ago, long_ago, true, false);
    }
}
