//! The handle that callers hold: it opens, commits, answers and closes. The engine is behind `db`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use lunas_domain::ledger::JournalEntry;
use lunas_vocab::Timestamp;

use crate::db::{Database, Query, Through, Walk};
use crate::render;
use crate::row::Row;
use crate::step::Step;
use crate::tasks::sleep;
use crate::value::Value;
use crate::{Changes, CommitError, Figures, Finding, OpenError, Tasks, Unavailable, Write};

/// The most rows that one list gives.
pub const LIST_MAX: u32 = 1_000;

/// What to do about a store that does not open, beside what its refusal says, and about one that takes nothing.
const UNOPENED: &str =
    "see that it is there and can be reached; `lunas migrate` makes one and brings its tables up to date";
const UNWELL: &str =
    "look at its disk and into its log; no gateway takes payments on it until this is mended";

/// How long what is in doubt is waited for, and the pause between two looks.
const SETTLED_AFTER: Duration = Duration::from_secs(30);
const SETTLE_PAUSE: Duration = Duration::from_secs(1);

/// A store that is being opened. It is in a box, so that how the engines open is compiled with this crate: an `async fn` is
/// compiled by whoever awaits it, with everything that it awaits.
pub type Opening<'a> = Pin<Box<dyn Future<Output = Result<Store, OpenError>> + Send + 'a>>;

/// A store of payments. Cloning it is cheap and gives another handle to the same one.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Database,
}

/// Prints no more than its name: whoever debugs a struct that holds a store learns nothing from its inside.
impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the store at an address, creating it if it is not there, and brings its tables up to date.
    ///
    /// `sqlite:///absolute/path.db`, `sqlite://relative.db` or a plain path: one process at a time may have such a store
    /// open; a second one is refused and told who has it. `postgres://user:password@host:port/database`: the database
    /// must be there, and any number of processes may have it open.
    pub fn open(url_or_path: &str) -> Opening<'_> {
        Box::pin(async move { Self::open_target(url_or_path).await?.whole(url_or_path).await })
    }

    /// The same for a store that [`Store::copy_to`] fills, which may have begun before.
    pub fn open_target(url_or_path: &str) -> Opening<'_> {
        Box::pin(async move { Ok(Self { db: Database::open(url_or_path).await? }) })
    }

    /// Brings the tables of the store at an address up to date and gives them to the nodes of its cluster; tells a line
    /// for each table. It may be done again at any time, as long as nobody has the store open.
    pub async fn distribute(url: &str, tell: impl FnMut(String)) -> Result<(), OpenError> {
        Database::distribute(url, tell).await
    }

    /// Looks at the store at an address, whether or not a gateway has it open: whether it can be opened, and
    /// whether its servers take writes, keep what they answer, know the time, which `clock` says, and have its rows where
    /// they should be. It changes nothing, so that an empty store is one afterwards.
    pub async fn examine(url_or_path: &str, clock: impl Fn() -> Timestamp) -> Vec<Finding> {
        let mut findings = Vec::new();
        match Self::attach(url_or_path).await {
            Ok(store) => {
                findings.push(Finding::fine("store", "it can be opened, and its tables are up to date"));
                findings.extend(store.db.check().await.into_iter().map(|(name, check)| match check {
                    Ok(()) => Finding::fine(name, "it is well"),
                    Err(unavailable) => Finding::wrong(name, unavailable.to_string(), UNWELL),
                }));
                store.close().await;
            }
            Err(refused) => findings.push(Finding::wrong("store", refused.to_string(), UNOPENED)),
        }
        findings.extend(Database::examine(url_or_path, clock).await);
        findings
    }

    /// Whether an address can be understood. Nothing is opened but a certificate that it names.
    pub fn check_address(address: &str) -> Result<(), OpenError> {
        Database::check_address(address)
    }

    /// A store's address as it may be printed: without its password.
    pub fn shown(address: &str) -> String {
        crate::db::shown(address)
    }

    /// Opens a store that exists, beside the process that has it open if there is one: for an operator's tools. It
    /// creates nothing and migrates nothing; commits take their turn with the other process's.
    pub fn attach(url_or_path: &str) -> Opening<'_> {
        Box::pin(async move { Self { db: Database::attach(url_or_path).await? }.whole(url_or_path).await })
    }

    /// Refuses what a copy has not filled to the end.
    async fn whole(self, address: &str) -> Result<Self, OpenError> {
        let address = Self::shown(address);
        let refused = match self.is_half_copied().await {
            Ok(false) => return Ok(self),
            Ok(true) => OpenError::HalfCopied { address },
            Err(error) => OpenError::Server { server: address, reason: error.to_string() },
        };
        self.close().await;
        Err(refused)
    }

    /// Makes all of the changes durable, or none of them and says why. Answers when they are on disk.
    ///
    /// # Panics
    ///
    /// When a journal does not sum to zero: that is a mistake of this program, and it must not reach a row.
    pub async fn commit(&self, changes: Changes) -> Result<(), CommitError> {
        for write in &changes.writes {
            if let Write::JournalPost(journal) = write {
                assert_balanced(journal);
            }
        }
        let outcome = self.db.commit(render::steps(changes)?).await;
        if let Some(figures) = self.db.figures() {
            figures.commit(&outcome);
        }
        outcome
    }

    /// Proves that the store can write and read back: a commit of one row, and a read of it.
    pub async fn probe(&self) -> Result<(), Unavailable> {
        let before = self.write_probe_find().await?;
        match self.commit(Write::Probe.into()).await {
            Ok(()) => {}
            Err(CommitError::Unavailable(unavailable)) => return Err(unavailable),
            Err(refused) => return Err(Unavailable::new(refused)),
        }
        if self.write_probe_find().await? > before {
            Ok(())
        } else {
            Err(Unavailable::new("a row that was committed cannot be read back"))
        }
    }

    /// Everything that must be right for the store to take commits that last, each by its name: `write` is
    /// [`Store::probe`], and the rest is what the engine can tell about its file or its server.
    pub async fn checks(&self) -> Vec<(&'static str, Result<(), Unavailable>)> {
        let mut checks = self.db.check().await;
        let is_writable = checks.iter().all(|(_, check)| check.is_ok());
        // A write would only wait for what is known to fail, or go to a file that nobody has any more.
        if is_writable {
            checks.push(("write", self.probe().await));
        }
        checks
    }

    /// Whether its rows lie on several machines, so that a change becomes visible on one before the other.
    pub fn is_distributed(&self) -> bool {
        self.db.is_distributed()
    }

    /// Whether something may have been answered that nobody sees yet, because a machine that has its rows fell during the
    /// commit. No means that everything which was answered before this call can be seen now: whoever found nothing before
    /// has to look again. It asks every machine, and takes about a second where the answer is yes.
    ///
    /// A store on one machine has nothing in doubt, and asks nobody.
    pub async fn in_doubt(&self) -> Result<bool, Unavailable> {
        self.db.in_doubt().await
    }

    /// Waits until nothing is in doubt, or for long enough to say that something stays so.
    pub(crate) async fn settle(&self) -> Result<(), Unavailable> {
        let mut waited = Duration::ZERO;
        while self.in_doubt().await? && waited < SETTLED_AFTER {
            sleep(SETTLE_PAUSE).await;
            waited += SETTLE_PAUSE;
        }
        Ok(())
    }

    /// The board of background tasks, for whoever runs more of them beside the store's.
    pub fn tasks(&self) -> Tasks {
        self.db.tasks().cloned().unwrap_or_default()
    }

    /// What it did since it was opened.
    pub fn figures(&self) -> Arc<Figures> {
        self.db.figures().cloned().unwrap_or_default()
    }

    /// How many changes wait to be taken up by a batch.
    pub fn queued(&self) -> usize {
        self.db.queued()
    }

    /// Waits until everything queued is durable, then closes the files. Other handles to the same store get
    /// [`Unavailable`] from here on. A store that is dropped without this closes as well, a moment later.
    pub async fn close(self) {
        self.db.close().await;
    }

    /// Makes steps durable that no write stands for.
    pub(crate) async fn commit_steps(&self, steps: Vec<Step>) -> Result<(), CommitError> {
        self.db.commit(steps).await
    }

    /// Every row of a statement.
    pub(crate) async fn rows<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        self.counted(self.db.rows(sql, values, read).await)
    }

    /// The only row of a statement that gives one at the most.
    pub(crate) async fn row<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Option<T>, Unavailable> {
        Ok(self.rows(sql, values, read).await?.pop())
    }

    /// The only row that has a number which another statement looks up.
    pub(crate) async fn row_through<T>(
        &self,
        through: &Through,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Option<T>, Unavailable> {
        Ok(self.counted(self.db.rows_through(through, values, read).await)?.pop())
    }

    /// Every value of a column, in their order.
    pub(crate) async fn walk(&self, walk: &Walk) -> Result<Vec<String>, Unavailable> {
        self.counted(self.db.walk(walk).await)
    }

    /// The rows of several statements, one after another, that all see the same state of the store. They may take their
    /// time: nobody else waits for them.
    pub(crate) async fn snapshot<T: Send + 'static>(
        &self,
        queries: Vec<Query<T>>,
    ) -> Result<Vec<T>, Unavailable> {
        self.counted(self.db.snapshot(queries).await)
    }

    /// Counts a read that failed.
    fn counted<T>(&self, read: Result<T, Unavailable>) -> Result<T, Unavailable> {
        if let (Err(_), Some(figures)) = (&read, self.db.figures()) {
            figures.reads_failed.add();
        }
        read
    }

    /// Prepares a statement, so that its text is known to be good, and names its parameters in their order.
    #[cfg(test)]
    pub(crate) async fn parameters(&self, sql: &str) -> Result<Vec<String>, Unavailable> {
        self.db.parameters(sql).await
    }
}

fn assert_balanced(journal: &JournalEntry) {
    assert!(journal.is_balanced(), "journal {} does not sum to zero", journal.id);
}
