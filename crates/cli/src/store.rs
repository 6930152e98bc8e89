//! Which store a command works on, and that it says so. A gateway may be running on the same one.
//!
//! Each setting is looked for in the same order by every command: its flag, its variable, the configuration file. A
//! store that loses against another is named as well: money booked into the wrong one would look like success.

use std::path::{Path, PathBuf};

use clap::Args;
use lunas_gateway::config::Config;
use lunas_store::Store;

use crate::verdict::{Error, say};

/// Where a sandbox keeps its things unless somebody says otherwise.
pub(crate) const DATA_DIR: &str = ".lunas";

/// Where the store is
#[derive(Args, Debug, Default)]
pub(crate) struct StoreArgs {
    /// The configuration file of a live gateway (or the variable LUNAS_CONFIG)
    #[arg(long, value_name = "FILE", conflicts_with = "data_dir")]
    pub(crate) config: Option<PathBuf>,
    /// Address of the store: sqlite:///var/lib/lunas.db or postgres://user:password@host/database (or the variable
    /// LUNAS_STORE, which is the place for a password; default: what the configuration file says)
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) store: Option<String>,
    /// Data directory of a sandbox, with its database and its master key (or the variable LUNAS_DATA_DIR; default:
    /// .lunas)
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) data_dir: Option<PathBuf>,
}

/// What the environment says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    pub(crate) config: Option<String>,
    pub(crate) store: Option<String>,
    data_dir: Option<String>,
}

impl Variables {
    /// Reads them. One that is empty is one that is not set.
    pub(crate) fn read() -> Result<Self, Error> {
        let variable = |name: &str| match std::env::var(name) {
            Ok(value) => Ok(Some(value).filter(|value| !value.trim().is_empty())),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(Error::Usage(format!("{name} is not text"))),
        };
        Ok(Self {
            config: variable("LUNAS_CONFIG")?,
            store: variable("LUNAS_STORE")?,
            data_dir: variable("LUNAS_DATA_DIR")?,
        })
    }

    /// The data directory, where no flag names one.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.data_dir.as_deref().unwrap_or(DATA_DIR).into()
    }
}

/// A store's address, the file of the master key that opens its secrets, and how they were found.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) key_file: PathBuf,
    /// The configuration file's settings, with this store in them.
    pub(crate) config: Option<Config>,
    /// Where a sandbox's files are.
    pub(crate) data_dir: PathBuf,
    /// Who named the store.
    source: String,
    /// The stores that others named, and who.
    overruled: Vec<(String, String)>,
}

impl StoreArgs {
    /// What the arguments and the environment name.
    pub(crate) fn place(&self) -> Result<Place, Error> {
        self.place_among(&Variables::read()?)
    }

    /// The store is what the first of these names: `--store`, `--data-dir`, `LUNAS_STORE`, the configuration file
    /// (`--config`, or `LUNAS_CONFIG` unless a data directory is given), `LUNAS_DATA_DIR`, the usual data directory.
    fn place_among(&self, variables: &Variables) -> Result<Place, Error> {
        let is_dir_given = self.data_dir.is_some();
        let data_dir = self.data_dir.clone().unwrap_or_else(|| variables.data_dir());
        let from_variable = variables.config.as_ref().filter(|_| !is_dir_given).map(PathBuf::from);
        let file = self.config.clone().or(from_variable);
        let config = file.as_deref().map(read).transpose()?;
        let own = format!("sqlite://{}", data_dir.join("lunas.db").display());

        // All who name a store, in their order. A data directory has its own for where nobody before it names one.
        let mut named: Vec<(String, String)> = Vec::new();
        if let Some(url) = &self.store {
            named.push((url.clone(), "--store".to_owned()));
        } else if is_dir_given {
            named.push((own.clone(), "--data-dir".to_owned()));
        }
        if let Some(url) = &variables.store {
            named.push((url.clone(), "LUNAS_STORE".to_owned()));
        }
        if let (Some(file), Some(config)) = (&file, &config) {
            named.push((config.store.url.clone(), file.display().to_string()));
        }
        if named.is_empty() {
            let is_set = variables.data_dir.is_some();
            named.push((own, if is_set { "LUNAS_DATA_DIR" } else { "the usual data directory" }.to_owned()));
        }
        let (url, source) = named.remove(0);
        named.retain(|(other, _)| *other != url);

        let key_file = match &config {
            Some(config) => config.security.master_key_file.clone(),
            None => data_dir.join("master.key"),
        };
        let config = config.map(|mut config| {
            config.store.url.clone_from(&url);
            config
        });
        Ok(Place { url, key_file, config, data_dir, source, overruled: named })
    }

    /// The same for a sandbox, which has no configuration file.
    pub(crate) fn place_of_sandbox(&self) -> Result<Place, Error> {
        self.place_among(&Variables { config: None, ..Variables::read()? })
    }

    /// Says which store it is and opens it beside whoever else has it open.
    pub(crate) async fn open(&self) -> Result<Store, Error> {
        let place = self.place()?;
        place.announce();
        attach(&place.url).await
    }
}

impl Place {
    /// Tells stderr which store is worked on, and which one is not although somebody names it.
    pub(crate) fn announce(&self) {
        say(&self.announcement());
    }

    fn announcement(&self) -> String {
        let mut text = format!("store: {} ({}", Store::shown(&self.url), self.source);
        for (url, source) in &self.overruled {
            text.push_str(&format!("; not {} of {source}", Store::shown(url)));
        }
        text.push(')');
        text
    }
}

fn read(path: &Path) -> Result<Config, Error> {
    let text = text_of(path)?;
    Config::read(&text).map_err(|source| Error::because(path.display().to_string(), source))
}

/// What a configuration file says.
pub(crate) fn text_of(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|source| Error::because(format!("{} cannot be read", path.display()), source))
}

/// Opens a store that exists, beside whoever else has it open.
pub(crate) async fn attach(url: &str) -> Result<Store, Error> {
    let failed = |source| {
        Error::because("the store cannot be opened (`lunas migrate` creates one that is missing)", source)
    };
    Store::attach(url).await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Flags and variables, each with the store that it names: F the configuration file's, D the data directory's.
    #[test]
    fn m11_every_setting_is_looked_for_in_one_order() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("lunas.toml");
        std::fs::write(&file, "[store]\nurl = \"sqlite://F.db\"\n[security]\nmaster_key_file = \"F.key\"")
            .unwrap();
        let file = file.to_str().unwrap();
        let check = |arguments: &[&str], variables: &[&str], url: &str, key: &str, told: &[&str]| {
            let has = |list: &[&str], name: &str| list.contains(&name);
            let args = StoreArgs {
                config: has(arguments, "--config").then(|| file.into()),
                store: has(arguments, "--store").then(|| "sqlite://S.db".to_owned()),
                data_dir: has(arguments, "--data-dir").then(|| "D".into()),
            };
            let variables = Variables {
                config: has(variables, "CONFIG").then(|| file.to_owned()),
                store: has(variables, "STORE").then(|| "postgres://u:s3cr3t@V/d".to_owned()),
                data_dir: has(variables, "DATA_DIR").then(|| "E".to_owned()),
            };
            let place = args.place_among(&variables).unwrap();
            assert_eq!((place.url.as_str(), place.key_file.to_str()), (url, Some(key)), "{arguments:?}");
            let announced = place.announcement();
            assert!(!announced.contains("s3cr3t"), "{announced}");
            for word in told {
                assert!(announced.contains(word), "{announced} lacks {word}");
            }
            assert_eq!(announced.matches("; not ").count(), told.len() - 1, "{announced}");
            if let Some(config) = &place.config {
                assert_eq!(config.store.url, url);
            }
        };
        let v = "postgres://u:s3cr3t@V/d";
        check(
            &[],
            &[],
            "sqlite://.lunas/lunas.db",
            ".lunas/master.key",
            &["sqlite://.lunas/lunas.db (the usual"],
        );
        check(
            &["--data-dir"],
            &[],
            "sqlite://D/lunas.db",
            "D/master.key",
            &["sqlite://D/lunas.db (--data-dir)"],
        );
        check(&["--store"], &[], "sqlite://S.db", ".lunas/master.key", &["sqlite://S.db (--store)"]);
        check(&["--config"], &[], "sqlite://F.db", "F.key", &["sqlite://F.db ("]);
        check(&[], &["STORE"], v, ".lunas/master.key", &["postgres://u@V/d (LUNAS_STORE)"]);
        check(&[], &["CONFIG"], "sqlite://F.db", "F.key", &["sqlite://F.db ("]);
        check(&[], &["DATA_DIR"], "sqlite://E/lunas.db", "E/master.key", &["(LUNAS_DATA_DIR)"]);
        check(&["--config"], &["STORE"], v, "F.key", &["(LUNAS_STORE", "not sqlite://F.db of "]);
        check(
            &["--config", "--store"],
            &[],
            "sqlite://S.db",
            "F.key",
            &["(--store", "not sqlite://F.db of "],
        );
        check(
            &["--config", "--store"],
            &["STORE"],
            "sqlite://S.db",
            "F.key",
            &["(--store", "not postgres://u@V/d of LUNAS_STORE", "not sqlite://F.db of "],
        );
        check(
            &["--data-dir"],
            &["STORE", "CONFIG"],
            "sqlite://D/lunas.db",
            "D/master.key",
            &["(--data-dir", "not postgres://u@V/d of LUNAS_STORE"],
        );
        check(&["--data-dir", "--store"], &[], "sqlite://S.db", "D/master.key", &["(--store"]);
        check(&[], &["STORE", "CONFIG"], v, "F.key", &["(LUNAS_STORE", "not sqlite://F.db of "]);
        check(&[], &["CONFIG", "DATA_DIR"], "sqlite://F.db", "F.key", &["sqlite://F.db ("]);
        check(&[], &["STORE", "DATA_DIR"], v, "E/master.key", &["(LUNAS_STORE"]);
    }
}
