//! The gateway's own TLS: its certificate and key, read from files, and read again when they change.
//!
//! A certificate that cannot be used never takes the place of one that can. Connections keep what they began with, so
//! nothing is cut when another one comes. Who is trusted is not asked here: clients show no certificate.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::aws_lc_rs::digest::{Context, SHA256};
use lunas_vocab::{Timestamp, X509};
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{self, ServerConfig, SupportedProtocolVersion, version};

use crate::config::{Tls, TlsVersion};

/// The only protocol that is spoken inside.
const PROTOCOL: &[u8] = b"http/1.1";
/// From so long before its end on, a certificate is overdue for renewal.
const OVERDUE: Duration = Duration::from_hours(14 * 24);

/// Why a certificate is not used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("{key} {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The setting that names it.
        key: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{key} {} {reason}", path.display())]
    Malformed {
        /// The setting that names it.
        key: &'static str,
        /// Which.
        path: PathBuf,
        /// What it holds instead, and what is expected.
        reason: String,
    },
    /// Certificate and key do not belong together.
    #[error(
        "{} is not the key of the first certificate in {}; the server's own certificate has to come first in its chain",
        key.display(), certificate.display()
    )]
    Mismatch {
        /// The key's file.
        key: PathBuf,
        /// The certificate's file.
        certificate: PathBuf,
    },
    /// Its time is over.
    #[error("the certificate in {} expired at {at}; renew it", path.display())]
    Expired {
        /// Its file.
        path: PathBuf,
        /// When.
        at: Timestamp,
    },
    /// Its time has not begun.
    #[error("the certificate in {} is not valid before {from}; is the machine's clock right?", path.display())]
    Early {
        /// Its file.
        path: PathBuf,
        /// From when.
        from: Timestamp,
    },
    /// The library does not take them.
    #[error("the certificate in {} cannot be used: {source}", path.display())]
    Unusable {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: rustls::Error,
    },
}

const CERTIFICATE_KEY: &str = "tls.certificate_file";
const KEY_KEY: &str = "tls.key_file";

/// What the gateway shows of itself, as its files have it.
pub struct Identity {
    settings: Tls,
    state: Mutex<State>,
}

struct State {
    config: Arc<ServerConfig>,
    until: Timestamp,
    /// What was tried last, good or not: nothing is said twice of the same files.
    tried: [u8; 32],
    is_overdue_told: bool,
}

/// What a look at the files came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reload {
    /// They are as they were.
    Unchanged,
    /// There is another certificate, which counts until then.
    Renewed(Timestamp),
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Identity {
    /// Reads the files that the settings name; nothing where they name none.
    pub fn load(settings: &Tls, now: Timestamp) -> Result<Option<Self>, Error> {
        if settings.certificate_file.as_os_str().is_empty() {
            return Ok(None);
        }
        let files = Files::read(settings)?;
        let (config, until) = files.config(settings, now)?;
        let state = State { config, until, tried: files.hash(), is_overdue_told: false };
        Ok(Some(Self { settings: settings.clone(), state: Mutex::new(state) }))
    }

    /// What a new connection is met with.
    pub fn config(&self) -> Arc<ServerConfig> {
        self.state().config.clone()
    }

    /// How long a handshake may take.
    pub fn handshake_limit(&self) -> Duration {
        Duration::from_secs(self.settings.handshake_timeout_seconds)
    }

    /// How often the files are looked at.
    pub(crate) fn pause(&self) -> Duration {
        Duration::from_secs(self.settings.reload_seconds)
    }

    /// Reads the files again if they have changed since they were tried last, or if that is `demanded`. After an error
    /// everything is as before.
    pub fn reload(&self, now: Timestamp, demanded: bool) -> Result<Reload, Error> {
        let files = Files::read(&self.settings)?;
        let hash = files.hash();
        if !demanded && self.state().tried == hash {
            return Ok(Reload::Unchanged);
        }
        self.state().tried = hash;
        let (config, until) = files.config(&self.settings, now)?;
        *self.state() = State { config, until, tried: hash, is_overdue_told: false };
        Ok(Reload::Renewed(until))
    }

    /// When the certificate ends, if that is soon and was not said before.
    pub(crate) fn overdue(&self, now: Timestamp) -> Option<Timestamp> {
        let mut state = self.state();
        let is_new = !state.is_overdue_told && state.until <= now.plus(OVERDUE);
        state.is_overdue_told |= is_new;
        is_new.then_some(state.until)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Both files as they were read.
struct Files {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Files {
    fn read(settings: &Tls) -> Result<Self, Error> {
        let read = |key: &'static str, path: &Path| {
            std::fs::read(path).map_err(|source| Error::Unreadable { key, path: path.to_owned(), source })
        };
        Ok(Self {
            certificate: read(CERTIFICATE_KEY, &settings.certificate_file)?,
            key: read(KEY_KEY, &settings.key_file)?,
        })
    }

    fn hash(&self) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        // The lengths keep the two apart.
        context.update(&self.certificate.len().to_le_bytes());
        context.update(&self.certificate);
        context.update(&self.key);
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        hash
    }

    /// The configuration with this certificate, and until when it counts.
    fn config(&self, settings: &Tls, now: Timestamp) -> Result<(Arc<ServerConfig>, Timestamp), Error> {
        let path = || settings.certificate_file.clone();
        let chain = self.chain(settings)?;
        let malformed =
            |reason: &str| Error::Malformed { key: CERTIFICATE_KEY, path: path(), reason: reason.to_owned() };
        // TLS libraries look at the dates of the other side's certificate and not of one's own: an expired one would be
        // served, and every client would turn away.
        let (from, until) = X509::read(&chain[0]).and_then(|own| own.dates()).ok_or_else(|| {
            malformed("begins with something else than a certificate; its dates cannot be read")
        })?;
        if now < from {
            return Err(Error::Early { path: path(), from });
        }
        if now >= until {
            return Err(Error::Expired { path: path(), at: until });
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let certified = self.certified(settings, chain, &provider)?;
        let unusable = |source| Error::Unusable { path: path(), source };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions(settings.min_version))
            .map_err(unusable)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        Ok((Arc::new(config), until))
    }

    fn chain(&self, settings: &Tls) -> Result<Vec<CertificateDer<'static>>, Error> {
        let malformed = |reason: String| Error::Malformed {
            key: CERTIFICATE_KEY,
            path: settings.certificate_file.clone(),
            reason,
        };
        let chain: Result<Vec<_>, pem::Error> = CertificateDer::pem_slice_iter(&self.certificate).collect();
        let chain = chain.map_err(|error| malformed(format!("is no sound PEM: {error}")))?;
        if chain.is_empty() {
            return Err(malformed("holds no CERTIFICATE block; PEM is expected".to_owned()));
        }
        Ok(chain)
    }

    fn certified(
        &self,
        settings: &Tls,
        chain: Vec<CertificateDer<'static>>,
        provider: &CryptoProvider,
    ) -> Result<CertifiedKey, Error> {
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|error| Error::Malformed {
            key: KEY_KEY,
            path: settings.key_file.clone(),
            reason: if matches!(error, pem::Error::NoItemsFound) {
                "holds no PRIVATE KEY block; PEM without a password is expected".to_owned()
            } else {
                format!("is no sound PEM: {error}")
            },
        })?;
        CertifiedKey::from_der(chain, key, provider).map_err(|source| {
            let certificate = settings.certificate_file.clone();
            if matches!(source, rustls::Error::InconsistentKeys(_)) {
                Error::Mismatch { key: settings.key_file.clone(), certificate }
            } else {
                Error::Unusable { path: certificate, source }
            }
        })
    }
}

static NEWEST: [&SupportedProtocolVersion; 1] = [&version::TLS13];
static BOTH: [&SupportedProtocolVersion; 2] = [&version::TLS13, &version::TLS12];

fn versions(oldest: TlsVersion) -> &'static [&'static SupportedProtocolVersion] {
    match oldest {
        TlsVersion::V1_3 => &NEWEST,
        TlsVersion::V1_2 => &BOTH,
    }
}
