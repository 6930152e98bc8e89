//! The SQLite engine: one file, one writer thread, readers beside it.

mod checkpoint;
mod committer;
mod connection;
mod lock;
mod migrate;
mod reader;
mod readers;
mod refusal;
mod statements;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use rusqlite::Connection;

use super::{Check, Query};
use crate::row::Row;
use crate::step::Step;
use crate::tasks::spawn_blocking;
use crate::value::Value;
use crate::{CommitError, Figures, OpenError, Tasks, Unavailable};
use committer::Committer;
use connection::{checkpointing, reading, writer};
use lock::Lock;
use readers::Readers;

/// What the disk must have left: a large batch adds as much to the log.
const ROOM_MIN: u64 = 4 * 1024 * 1024;
/// An open database.
#[derive(Clone)]
pub(crate) struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    readers: Arc<Readers>,
    committer: Committer,
    /// The committer's, which lets go of it at the very end.
    lock: Weak<Lock>,
    tasks: Tasks,
    figures: Arc<Figures>,
}

impl Database {
    /// Opens a file, which is created if it is not there.
    pub(crate) fn open(path: &str) -> Result<Self, OpenError> {
        let path = PathBuf::from(path);
        if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            std::fs::create_dir_all(directory)
                .map_err(|source| OpenError::File { path: directory.to_owned(), source })?;
        }
        create(&path).map_err(|source| OpenError::File { path: path.clone(), source })?;
        let path = lock::resolved(&path)?;
        let mut lock = Lock::take(&path)?;
        let failed =
            |error: rusqlite::Error| OpenError::Database { path: path.clone(), reason: error.to_string() };
        let mut writer = writer(&path).map_err(failed)?;
        migrate::migrate(&mut writer, &path)?;
        lock.note_log();
        Self::start(path, writer, Some(Arc::new(lock)))
    }

    /// Opens a file that is there, beside whoever holds its lock.
    pub(crate) fn attach(path: &str) -> Result<Self, OpenError> {
        let path = PathBuf::from(path);
        let path = lock::resolved(&path)?;
        Lock::check_beside(&path)?;
        let failed =
            |error: rusqlite::Error| OpenError::Database { path: path.clone(), reason: error.to_string() };
        migrate::check(&reading(&path).map_err(failed)?, &path)?;
        let writer = writer(&path).map_err(failed)?;
        Self::start(path, writer, None)
    }

    fn start(path: PathBuf, writer: Connection, lock: Option<Arc<Lock>>) -> Result<Self, OpenError> {
        let failed =
            |error: rusqlite::Error| OpenError::Database { path: path.clone(), reason: error.to_string() };
        let readers = Arc::new(Readers::new(&path));
        let checkpointing = checkpointing(&path).map_err(failed)?;
        let tasks = Tasks::default();
        let open = lock.as_ref().map_or_else(Weak::new, Arc::downgrade);
        let (figures, readers_too) = (Arc::<Figures>::default(), Arc::clone(&readers));
        let board = (tasks.clone(), Arc::clone(&figures));
        let committer = Committer::start(writer, checkpointing, lock, readers_too, board)
            .map_err(|source| OpenError::File { path: path.clone(), source })?;
        Ok(Self { inner: Arc::new(Inner { readers, committer, lock: open, tasks, figures }) })
    }

    /// The background threads.
    pub(crate) fn tasks(&self) -> &Tasks {
        &self.inner.tasks
    }

    /// What it did so far.
    pub(crate) fn figures(&self) -> &Arc<Figures> {
        &self.inner.figures
    }

    /// How many changes wait for the committer.
    pub(crate) fn queued(&self) -> usize {
        self.inner.committer.queued()
    }

    /// Whether the file that is open is the one at its path, and its disk has room.
    pub(crate) fn check(&self) -> Vec<Check> {
        let Some(lock) = self.inner.lock.upgrade() else { return Vec::new() };
        vec![("file", lock.check()), ("room", room(lock.room()))]
    }

    /// Queues the steps for the committer and waits for its answer.
    pub(crate) async fn commit(&self, steps: Vec<Step>) -> Result<(), CommitError> {
        self.inner.committer.commit(steps).await
    }

    /// Every row of a statement. Reads run where they are called: they take microseconds and wait for nobody.
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Unavailable>,
    ) -> Result<Vec<T>, Unavailable> {
        self.inner.readers.read(|reader| reader.rows(sql, values, read))
    }

    /// The rows of several statements that all see the same state, beside the async threads.
    pub(crate) async fn snapshot<T: Send + 'static>(
        &self,
        queries: Vec<Query<T>>,
    ) -> Result<Vec<T>, Unavailable> {
        let database = self.clone();
        let read = move || database.inner.readers.read_fresh(|reader| reader.snapshot(&queries));
        spawn_blocking(read).await.map_err(Unavailable::new)?
    }

    /// A migration in this engine's words.
    #[cfg(test)]
    pub(crate) fn migration(sql: &str) -> String {
        migrate::in_sqlite(sql)
    }

    /// Names the parameters of a statement in their order.
    #[cfg(test)]
    pub(crate) fn parameters(&self, sql: &str) -> Result<Vec<String>, Unavailable> {
        self.inner.readers.read(|reader| reader.parameters(sql))
    }

    /// Ends reading, drains the committer and waits until its files are closed.
    pub(crate) async fn close(&self) {
        self.inner.readers.close();
        self.inner.committer.close().await;
    }
}

/// Whether so many bytes are enough, where it is known how many are left.
fn room(left: Option<u64>) -> Result<(), Unavailable> {
    let Some(left) = left.filter(|left| *left < ROOM_MIN) else { return Ok(()) };
    let (left, needed) = (left / 1024, ROOM_MIN / 1024);
    let text =
        format_args!("the disk has {left} KiB left and a batch of payments may need {needed} KiB; make room");
    Err(Unavailable::new(text))
}

/// Makes the file if it is not there, for its owner's eyes only. SQLite gives the files beside it the same mode. A file
/// that is there is not touched: this process may have it open.
fn create(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        opened => opened.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Write, render};

    /// A database that may not grow stands for a full disk.
    #[tokio::test]
    async fn a_full_disk_is_told_to_everybody_and_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lunas.db");
        let mut connection = writer(&path).unwrap();
        migrate::migrate(&mut connection, &path).unwrap();
        let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        connection.pragma_update_and_check(None, "max_page_count", pages + 1, |_| Ok(())).unwrap();
        let lock = Arc::new(Lock::take(&path).unwrap());
        let (readers, tasks) = (Arc::new(Readers::new(&path)), Tasks::default());
        let checkpointing = checkpointing(&path).unwrap();
        let committer =
            Committer::start(connection, checkpointing, Some(lock), readers, (tasks, Arc::default()))
                .unwrap();

        let setting = |name: &str, bytes: usize| {
            let put = Write::SettingPut { name: name.to_owned(), value: "x".repeat(bytes) };
            render::steps(put.into()).unwrap()
        };
        committer.commit(setting("small", 10)).await.unwrap();
        let together = tokio::join!(
            committer.commit(setting("small", 20)),
            committer.commit(setting("large", 100_000)),
            committer.commit(setting("other", 30)),
        );
        assert!(matches!(together.1, Err(CommitError::Unavailable(_))), "{:?}", together.1);
        let kept = [together.0.is_ok(), together.2.is_ok()];
        committer.commit(setting("small", 40)).await.unwrap();
        committer.close().await;

        let connection = reading(&path).unwrap();
        let has = |name: &str| {
            let sql = "select count(*) from setting where name = $1";
            connection.query_row(sql, [name], |row| row.get::<_, i64>(0)).unwrap() == 1
        };
        assert_eq!((has("small"), has("large"), has("other")), (true, false, kept[1]), "{kept:?}");
    }

    #[test]
    fn m9_a_full_disk_says_how_much_is_missing() {
        assert!(room(None).is_ok() && room(Some(ROOM_MIN)).is_ok());
        let full = room(Some(20 * 1024)).unwrap_err().to_string();
        assert!(full.contains("the disk has 20 KiB left") && full.contains("4096 KiB"), "{full}");
        assert!(room(Some(0)).is_err());
    }

    /// The thread that moves pages goes on after a panic: the log must not grow without end.
    #[tokio::test]
    async fn m17_the_checkpointer_goes_on_after_a_panic() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lunas.db");
        let mut connection = writer(&path).unwrap();
        migrate::migrate(&mut connection, &path).unwrap();
        let (readers, tasks) = (Arc::new(Readers::new(&path)), Tasks::default());
        let moves = checkpointing(&path).unwrap();
        let checkpointer = checkpoint::Checkpointer::start(moves, readers, tasks.clone()).unwrap();
        tasks.let_panic("checkpointer");
        let passes = async |passes: u32| {
            checkpointer.nudge();
            while checkpointer.passes() < passes {
                tokio::task::yield_now().await;
            }
        };
        passes(1).await;
        let stands = || tasks.report().into_iter().find(|(name, _)| *name == "checkpointer").unwrap().1;
        assert_eq!((stands().panics, stands().panics_in_a_row), (1, 1));
        passes(2).await;
        assert_eq!((stands().panics, stands().panics_in_a_row), (1, 0));
        checkpointer.stop();
    }

    const SETTING: &str = "select value from setting where name = $1";

    async fn put(database: &Database, value: &str) {
        let put = Write::SettingPut { name: "name".to_owned(), value: value.to_owned() };
        database.commit(render::steps(put.into()).unwrap()).await.unwrap();
    }

    fn got(database: &Database) -> Vec<String> {
        database.rows(SETTING, &[Value::Text("name")], |row| row.text(0)).unwrap()
    }

    #[tokio::test]
    async fn a_kept_state_has_everything_in_it_that_was_answered() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lunas.db").display().to_string();
        let database = Database::open(&path).unwrap();
        let beside = Database::attach(&path).unwrap();
        let mut were_reused = 0;
        for n in 0..200 {
            let value = format!("value {n}");
            put(&database, &value).await;
            for _ in 0..3 {
                assert_eq!(got(&database), [value.as_str()]);
            }
            were_reused += database.inner.readers.reused();
        }
        assert!(were_reused > 100, "{were_reused}");
        // Another process's batches are not counted here, and are seen when the state has grown too old.
        put(&beside, "beside").await;
        let seen = async {
            while got(&database) != ["beside"] {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it is seen in the end");
        beside.close().await;
        database.close().await;
    }

    /// What a held snapshot holds up is not held up by one that nobody uses any more.
    #[tokio::test]
    async fn an_idle_state_is_given_up_before_a_checkpoint() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lunas.db");
        let database = Database::open(&path.display().to_string()).unwrap();
        let moves = checkpointing(&path).unwrap();
        let left_over = || {
            let checkpoint = "pragma wal_checkpoint(passive)";
            moves.query_row(checkpoint, [], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?)).unwrap()
        };
        put(&database, "first").await;
        let twice = || [got(&database), got(&database)];
        assert_eq!(twice(), [["first"], ["first"]]);
        assert_eq!(database.inner.readers.reused(), 1);
        put(&database, "second").await;
        assert!(left_over() > 0);
        database.inner.readers.release();
        assert_eq!((database.inner.readers.reused(), left_over()), (0, 0));
        let reused = database.inner.readers.without_snapshots(|| {
            assert_eq!(twice(), [["second"], ["second"]]);
            database.inner.readers.reused()
        });
        assert_eq!(reused, 0);
        database.close().await;
    }
}
