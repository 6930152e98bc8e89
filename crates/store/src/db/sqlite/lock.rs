//! One process per database. SQLite itself would let two of them in, and each would believe that its committer is the
//! only one.
//!
//! A file may have several names: links, and mounts of the file itself in containers. SQLite keeps its log beside the
//! name, so two processes that came by different names would each have a log of its own and destroy what the other has
//! written. So the lock is on the file itself, by device and inode; links to it are followed, and a file with a second
//! name on its disk is refused. Beside the file lies another one that says who has it.
//!
//! No file that SQLite has open in this process is opened and closed here: closing it would let go of SQLite's own locks.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{OpenError, Unavailable};

/// Held while the database is open. The operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    database: File,
    /// What the file was when it was opened.
    identity: Identity,
    /// The same of the log, which is there for as long as the database is open.
    log: Option<Identity>,
    _beside: File,
    _held: Held,
}

/// Which file it is, whatever its name: device and inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self(metadata.dev(), metadata.ino())
    }

    /// Where files have no such numbers that can be read, all are the same.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self(0, 0)
    }
}

/// The databases that this process holds, with the name of each.
static HELD: Mutex<Option<HashMap<Identity, PathBuf>>> = Mutex::new(None);

fn held() -> MutexGuard<'static, Option<HashMap<Identity, PathBuf>>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A database of [`HELD`], until it is dropped.
#[derive(Debug)]
struct Held(Identity);

impl Held {
    fn take(identity: Identity, path: &Path) -> Option<Self> {
        let mut held = held();
        let held = held.get_or_insert_default();
        if held.contains_key(&identity) {
            return None;
        }
        held.insert(identity, path.to_owned());
        Some(Self(identity))
    }

    /// The name under which this process holds a file, if it does.
    fn name(identity: Identity) -> Option<PathBuf> {
        held().as_ref()?.get(&identity).cloned()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(held) = held().as_mut() {
            held.remove(&self.0);
        }
    }
}

/// The one name of the database at a path: links are followed, and a file with more names on its disk is refused.
pub(super) fn resolved(path: &Path) -> Result<PathBuf, OpenError> {
    let failed = |source| OpenError::File { path: path.to_owned(), source };
    let real = path.canonicalize().map_err(failed)?;
    let metadata = real.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(failed(std::io::Error::other("it is not a file")));
    }
    match links(&metadata) {
        0 | 1 => Ok(real),
        links => Err(OpenError::ManyNames { path: real, links }),
    }
}

#[cfg(unix)]
fn links(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

#[cfg(not(unix))]
fn links(_: &Metadata) -> u64 {
    1
}

impl Lock {
    /// Takes the lock on the database's file, which is there and has that one name, or says who has it.
    pub(super) fn take(path: &Path) -> Result<Self, OpenError> {
        let in_use = |holder: String| OpenError::InUse { path: path.to_owned(), holder };
        let failed = |source| OpenError::File { path: path.to_owned(), source };
        let identity = Identity::of(&path.metadata().map_err(failed)?);
        let held = Held::take(identity, path);
        let held = held.ok_or_else(|| in_use(format!("process {}", std::process::id())))?;
        let mut beside = match Beside::take(path)? {
            Beside::Ours(file) => file,
            Beside::Theirs(holder) => return Err(in_use(holder)),
        };
        let database = OpenOptions::new().read(true).write(true).open(path).map_err(failed)?;
        if !locks(&database).map_err(failed)? {
            return Err(in_use("another process, which found it by another name".to_owned()));
        }
        if Identity::of(&database.metadata().map_err(failed)?) != identity {
            return Err(failed(std::io::Error::other("it was replaced while it was being opened")));
        }
        let failed = |source| OpenError::File { path: lock_path(path), source };
        // The file is not removed at the end: whoever removes it may remove a successor's.
        beside.set_len(0).and_then(|()| beside.rewind()).map_err(failed)?;
        writeln!(beside, "{}", std::process::id()).map_err(failed)?;
        Ok(Self { path: path.to_owned(), database, identity, log: None, _beside: beside, _held: held })
    }

    /// Refuses to work beside a process that has the file open by another name: the two would not see each other's log.
    pub(super) fn check_beside(path: &Path) -> Result<(), OpenError> {
        let failed = |source| OpenError::File { path: path.to_owned(), source };
        let other_name = |holder: String| OpenError::InUse { path: path.to_owned(), holder };
        let identity = Identity::of(&path.metadata().map_err(failed)?);
        if let Some(name) = Held::name(identity) {
            return match name == path {
                true => Ok(()),
                false => Err(other_name(format!("this process, as {}", name.display()))),
            };
        }
        let database = OpenOptions::new().read(true).write(true).open(path).map_err(failed)?;
        if locks(&database).map_err(failed)? {
            return Ok(());
        }
        match Beside::take(path)? {
            Beside::Theirs(_) => Ok(()),
            Beside::Ours(_) => Err(other_name("another process, which found it by another name".to_owned())),
        }
    }

    /// Notes which log was opened, so that it can be told whether it is still there.
    pub(super) fn note_log(&mut self) {
        self.log = log_path(&self.path).metadata().ok().map(|metadata| Identity::of(&metadata));
    }

    /// Whether the files at their names are those that are open: what is written into a file that was removed or
    /// replaced is gone at the next start.
    pub(super) fn check(&self) -> Result<(), Unavailable> {
        let name = self.path.display();
        let open = self.database.metadata().map_err(Unavailable::new)?;
        let replaced = |name: &dyn std::fmt::Display| {
            Unavailable::new(format_args!(
                "{name} is not the file that is open: it was removed or replaced; stop the gateway and restore it"
            ))
        };
        let there = self.path.metadata().map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                return replaced(&name);
            }
            Unavailable::new(format_args!("{name} cannot be looked at, while it is open: {error}"))
        })?;
        if Identity::of(&there) != self.identity || links(&open) == 0 {
            return Err(replaced(&name));
        }
        let Some(log) = self.log else { return Ok(()) };
        let path = log_path(&self.path);
        match path.metadata() {
            Ok(there) if Identity::of(&there) == log => Ok(()),
            _ => Err(replaced(&path.display())),
        }
    }

    /// How many bytes the file's disk has left for this process, where that can be asked.
    pub(super) fn room(&self) -> Option<u64> {
        #[cfg(unix)]
        {
            let disk = rustix::fs::fstatvfs(&self.database).ok()?;
            Some(disk.f_bavail.saturating_mul(disk.f_frsize))
        }
        #[cfg(not(unix))]
        None
    }
}

/// The file that says who has the database.
enum Beside {
    Ours(File),
    /// With the holder in words.
    Theirs(String),
}

impl Beside {
    fn take(database: &Path) -> Result<Self, OpenError> {
        let path = lock_path(database);
        let failed = |source| OpenError::File { path: path.clone(), source };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self::Ours(file)),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).map_err(failed)?;
                Ok(Self::Theirs(match holder.trim() {
                    "" => "another process".to_owned(),
                    id => format!("process {id}"),
                }))
            }
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

/// Locks the database's file as a whole, unless another process has. On Linux this is another kind of lock than those
/// that SQLite sets; elsewhere the two would be in each other's way, and the file beside it has to do.
fn locks(database: &File) -> std::io::Result<bool> {
    if !cfg!(target_os = "linux") {
        return Ok(true);
    }
    match database.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(source)) => Err(source),
    }
}

fn lock_path(database: &Path) -> PathBuf {
    beside(database, ".lock")
}

fn log_path(database: &Path) -> PathBuf {
    beside(database, "-wal")
}

fn beside(database: &Path, end: &str) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(end);
    PathBuf::from(path)
}
