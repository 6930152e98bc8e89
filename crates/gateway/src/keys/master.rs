//! The master key's file: 64 hexadecimal digits, readable by its owner only, kept apart from the database.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use lunas_vocab::Secret;

use super::MASTER_KEY_LEN;
use crate::env::{Env, HEX};

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no file. It is never made in passing: a new key opens nothing that an old one sealed.
    #[error("there is no master key at {}; `lunas key master FILE` makes one, once per store", .0.display())]
    Missing(PathBuf),
    /// The file is there already.
    #[error("{} is there already; replacing a master key makes everything it sealed unreadable", .0.display())]
    Exists(PathBuf),
    /// The file does not hold a key.
    #[error("{} does not hold a master key: 64 hexadecimal digits are expected", .0.display())]
    Malformed(PathBuf),
    /// The file cannot be read or written.
    #[error("the master key at {} cannot be used: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Reads the master key.
pub fn read(path: &Path) -> Result<Secret<[u8; MASTER_KEY_LEN]>, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| {
        if source.kind() == ErrorKind::NotFound {
            Error::Missing(path.to_owned())
        } else {
            Error::File { path: path.to_owned(), source }
        }
    })?;
    let malformed = || Error::Malformed(path.to_owned());
    let digits = text.trim();
    if digits.len() != MASTER_KEY_LEN * 2 || !digits.is_ascii() {
        return Err(malformed());
    }
    let mut key = [0; MASTER_KEY_LEN];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).map_err(|_| malformed())?;
    }
    Ok(Secret::new(key))
}

/// Makes a master key where there is none.
pub fn create(path: &Path) -> Result<(), Error> {
    if path.exists() {
        return Err(Error::Exists(path.to_owned()));
    }
    // Never from a seed: what is sealed with it must stay sealed.
    let text = Env::secret_text(HEX, MASTER_KEY_LEN * 2);
    write_private(path, text.as_bytes()).map_err(|source| Error::File { path: path.to_owned(), source })
}

/// Reads the master key of a sandbox, whose data directory starts out empty.
pub fn read_or_create(path: &Path) -> Result<Secret<[u8; MASTER_KEY_LEN]>, Error> {
    match read(path) {
        Err(Error::Missing(_)) => {
            create(path)?;
            read(path)
        }
        other => other,
    }
}

/// Writes a file that only its owner may read, whole or not at all.
pub fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_key_is_made_once_and_read_back() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master.key");
        assert!(matches!(read(&path), Err(Error::Missing(_))));
        create(&path).unwrap();
        assert!(matches!(create(&path), Err(Error::Exists(_))));
        assert!(read(&path).unwrap() == read_or_create(&path).unwrap());
        for bad in ["", "00", &"g".repeat(64), &"é".repeat(32)] {
            std::fs::write(&path, bad).unwrap();
            assert!(matches!(read(&path), Err(Error::Malformed(_))), "{bad:?}");
        }
    }
}
