//! The gateway's own keys, and the seal that keeps every stored secret unreadable without the master key.
//!
//! The master key lives outside the database. Everything secret inside it (client secrets, the notification key, the
//! token key) is sealed with AES-256-GCM, so a copy of the database alone signs nothing.

pub mod master;

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use lunas_snap::signature::SigningKey;
use lunas_store::{Changes, CommitError, Store, Write};
use lunas_vocab::Secret;

use crate::env::Env;

/// Length of the master key in bytes.
pub const MASTER_KEY_LEN: usize = 32;
/// The name under which the key that signs notifications lies in the store.
pub const NOTIFICATION_KEY: &str = "notification-rsa";
/// Names of the others.
const TOKEN_KEY: &str = "token-hmac";
const LINK_KEY: &str = "link-hmac";

/// Why the gateway's keys are not to be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A sealed value does not open.
    #[error(
        "{0} does not open with this master key: it belongs to another database, or the data was changed"
    )]
    Sealed(String),
    /// A key does not parse.
    #[error("the stored key {name} is not usable: {reason}")]
    Unusable {
        /// Which.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Making a key pair failed.
    #[error("no RSA key pair could be made")]
    Generate,
    /// The store is out of reach.
    #[error("the keys could not be read or kept: {0}")]
    Store(String),
}

/// Seals and opens stored secrets.
pub struct Sealer(LessSafeKey);

impl Sealer {
    /// A sealer over the master key.
    pub fn new(master: &Secret<[u8; MASTER_KEY_LEN]>) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, master.expose()).expect("the key has the cipher's length");
        Self(LessSafeKey::new(key))
    }

    /// Seals `plain` under `name`; it opens only under the same name.
    pub fn seal(&self, name: &str, plain: &[u8]) -> Vec<u8> {
        let nonce = Env::secret_bytes::<NONCE_LEN>();
        let mut sealed = plain.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(name.as_bytes()),
                &mut sealed,
            )
            .expect("a secret is far shorter than the cipher's limit");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what [`Sealer::seal`] made.
    pub fn open(&self, name: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Error> {
        let refused = || Error::Sealed(name.to_owned());
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or_else(refused)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| refused())?;
        let mut plain = rest.to_vec();
        let length =
            self.0.open_in_place(nonce, Aad::from(name.as_bytes()), &mut plain).map_err(|_| refused())?.len();
        plain.truncate(length);
        Ok(Secret::new(plain))
    }

    /// Opens a sealed text.
    pub fn open_text(&self, name: &str, sealed: &[u8]) -> Result<Secret<String>, Error> {
        let plain = self.open(name, sealed)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_| Error::Sealed(name.to_owned()))?;
        Ok(Secret::new(text.to_owned()))
    }
}

/// The gateway's own keys, parsed once.
pub struct Keys {
    /// Opens what the store keeps sealed.
    pub sealer: Sealer,
    notification: SigningKey,
    token: hmac::Key,
    link: hmac::Key,
}

impl Keys {
    /// Reads the keys from the store, making those that are missing.
    pub async fn load_or_create(store: &Store, env: &Env, sealer: Sealer) -> Result<Self, Error> {
        let notification = notification_key(store, env, &sealer).await?;
        let random = |_: &Env| Ok(Env::secret_bytes::<32>().to_vec());
        let token = stored(store, env, &sealer, TOKEN_KEY, random).await?;
        let link = stored(store, env, &sealer, LINK_KEY, random).await?;
        Ok(Self {
            sealer,
            notification,
            token: hmac::Key::new(hmac::HMAC_SHA256, token.expose()),
            link: hmac::Key::new(hmac::HMAC_SHA256, link.expose()),
        })
    }

    /// Signs notifications.
    pub fn notification(&self) -> &SigningKey {
        &self.notification
    }

    /// Authenticates access tokens.
    pub fn token(&self) -> &hmac::Key {
        &self.token
    }

    /// Authenticates the links and forms of customer pages.
    pub fn link(&self) -> &hmac::Key {
        &self.link
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(<secret>)")
    }
}

/// The public half of the key that signs notifications, as SPKI PEM: what merchants verify them with.
pub async fn notification_public_pem(store: &Store, env: &Env, sealer: &Sealer) -> Result<String, Error> {
    Ok(notification_key(store, env, sealer).await?.public_pem())
}

async fn notification_key(store: &Store, env: &Env, sealer: &Sealer) -> Result<SigningKey, Error> {
    let der = stored(store, env, sealer, NOTIFICATION_KEY, |_| generate_rsa()).await?;
    SigningKey::from_pkcs8_der(der.expose())
        .map_err(|e| Error::Unusable { name: NOTIFICATION_KEY, reason: e.to_string() })
}

/// A new RSA-2048 private key, as PKCS#8 DER.
pub fn generate_rsa() -> Result<Vec<u8>, Error> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| Error::Generate)?;
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| Error::Generate)?;
    Ok(der.as_ref().to_vec())
}

/// The key of that name, made if there is none. Of several nodes that start at once on an empty store, one makes it and
/// the others take it over.
pub async fn stored(
    store: &Store,
    env: &Env,
    sealer: &Sealer,
    name: &'static str,
    make: impl FnOnce(&Env) -> Result<Vec<u8>, Error>,
) -> Result<Secret<Vec<u8>>, Error> {
    if let Some(sealed) = store.key_find(name).await.map_err(out_of_reach)? {
        return sealer.open(name, &sealed);
    }
    let plain = make(env)?;
    let add = Write::KeyAdd { name: name.to_owned(), sealed: sealer.seal(name, &plain) };
    match store.commit(Changes::new().with(add)).await {
        Ok(()) => Ok(Secret::new(plain)),
        Err(CommitError::Exists { .. }) => match store.key_find(name).await.map_err(out_of_reach)? {
            Some(sealed) => sealer.open(name, &sealed),
            None => Err(out_of_reach("a key that exists is not there")),
        },
        Err(refused) => Err(out_of_reach(refused)),
    }
}

fn out_of_reach(error: impl fmt::Display) -> Error {
    Error::Store(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_only_with_its_key_under_its_name() {
        let sealer = Sealer::new(&Secret::new([7; MASTER_KEY_LEN]));
        let sealed = sealer.seal("client:1", b"fdppqbF5");
        assert!(!sealed.windows(8).any(|w| w == b"fdppqbF5"));
        assert_eq!(sealer.open_text("client:1", &sealed).unwrap().expose(), "fdppqbF5");
        assert!(sealer.open("client:2", &sealed).is_err());
        let other = Sealer::new(&Secret::new([8; MASTER_KEY_LEN]));
        assert!(other.open("client:1", &sealed).is_err());
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(sealer.open("client:1", &changed).is_err());
        assert!(sealer.open("client:1", &sealed[..5]).is_err());
    }
}
