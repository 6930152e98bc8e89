//! What a store holds: real money or play money. It remembers which, and is never opened as the other.
//!
//! A store that was opened for one of them is a type of its own, so that what is made for play money alone cannot be given
//! a store with real money in it.

use lunas_store::{Changes, OpenError, Store, Unavailable, Write};

/// The store's setting that says what it holds.
const SETTING: &str = "purpose";
const LIVE: &str = "live";
const SANDBOX: &str = "sandbox";

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It was filled by a sandbox, whose customers and credentials are public.
    #[error("{0} belongs to a sandbox; real money needs a store of its own")]
    Play(String),
    /// It belongs to a gateway for real money.
    #[error("{0} holds real money; a sandbox does not open it")]
    Real(String),
    /// It does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It opens but cannot be read or written.
    #[error("the store is not usable: {0}")]
    Unusable(String),
}

/// A store that holds real money.
#[derive(Debug)]
pub struct RealMoney(Store);

impl RealMoney {
    /// Opens a store, or takes an empty one.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let store = marked(url, LIVE).await?.ok_or_else(|| Error::Play(Store::shown(url)))?;
        Ok(Self(store))
    }

    /// The store itself.
    pub(crate) fn into_store(self) -> Store {
        self.0
    }
}

/// A store that holds play money.
#[derive(Debug)]
pub struct PlayMoney(Store);

impl PlayMoney {
    /// Opens a store, or takes an empty one.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let store = marked(url, SANDBOX).await?.ok_or_else(|| Error::Real(Store::shown(url)))?;
        Ok(Self(store))
    }

    /// The store itself, to be filled.
    pub fn store(&self) -> &Store {
        &self.0
    }

    /// The store itself.
    pub(crate) fn into_store(self) -> Store {
        self.0
    }
}

/// Whether a store is no sandbox's. One that nobody has opened for either yet is meant for real money: a sandbox fills
/// its own.
pub(crate) async fn is_real_money(store: &Store) -> Result<bool, Unavailable> {
    Ok(store.setting_find(SETTING).await?.as_deref() != Some(SANDBOX))
}

/// The store, if it has that purpose or none yet; then it has it from now on.
async fn marked(url: &str, purpose: &str) -> Result<Option<Store>, Error> {
    let store = Store::open(url).await?;
    match store.setting_find(SETTING).await.map_err(|error| Error::Unusable(error.to_string()))? {
        Some(found) => Ok((found == purpose).then_some(store)),
        None => {
            let put = Write::SettingPut { name: SETTING.to_owned(), value: purpose.to_owned() };
            let marked = store.commit(Changes::new().with(put)).await;
            marked.map_err(|error| Error::Unusable(error.to_string()))?;
            Ok(Some(store))
        }
    }
}
