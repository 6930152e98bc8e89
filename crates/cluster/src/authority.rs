//! A certificate authority of a test's own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run;

/// What a certificate is good for, so that nobody takes it for an authority's.
const EXTENSIONS: &str = "basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:";

/// An authority whose files lie in a directory of the test's.
#[derive(Debug)]
pub struct Authority {
    directory: PathBuf,
}

/// A certificate and its key.
#[derive(Debug)]
pub struct Certificate {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// What kind of key a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// RSA of 2048 bits.
    Rsa,
    /// Ed25519.
    Ed25519,
}

impl KeyKind {
    /// What `openssl req -newkey` is told.
    fn words(self) -> &'static [&'static str] {
        match self {
            Self::P256 => &["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
            Self::P384 => &["ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"],
            Self::Rsa => &["rsa:2048"],
            Self::Ed25519 => &["ed25519"],
        }
    }
}

/// Which version of X.509 a certificate is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum X509Version {
    /// The first, which has no extensions.
    One,
    /// The third.
    Three,
}

impl Certificate {
    /// Where the certificate lies.
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// Where its key lies.
    pub fn key(&self) -> &Path {
        &self.key
    }
}

impl Authority {
    /// A new one of that name, in a directory that is there. The error is what `openssl` said.
    pub fn create(directory: &Path, name: &str) -> Result<Self, String> {
        let authority = Self { directory: directory.to_owned() };
        let mut made = authority.openssl(&["req", "-x509", "-subj", &format!("/CN={name}"), "-days", "2"]);
        made.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
        run(made.args(["-keyout", "root.key", "-out", "root.pem"]))?;
        Ok(authority)
    }

    /// Its own certificate, which whoever trusts it needs.
    pub fn root(&self) -> PathBuf {
        self.directory.join("root.pem")
    }

    /// A certificate for a server of that name.
    pub fn certify(&self, name: &str) -> Result<Certificate, String> {
        self.certify_as(name, KeyKind::P256, X509Version::Three)
    }

    /// One of that version for a key of that kind. The first version says nothing but the server's name.
    pub fn certify_as(&self, name: &str, kind: KeyKind, version: X509Version) -> Result<Certificate, String> {
        let stem = format!("{name}-{kind:?}-{version:?}");
        let [request, extensions, certificate, key] =
            ["request", "extensions", "pem", "key"].map(|kind| self.directory.join(format!("{stem}.{kind}")));
        let mut asked = self.openssl(&["req", "-new", "-subj", &format!("/CN={name}"), "-nodes"]);
        asked.arg("-newkey").args(kind.words());
        run(asked.arg("-keyout").arg(&key).arg("-out").arg(&request))?;
        let mut signed =
            self.openssl(&["x509", "-req", "-CA", "root.pem", "-CAkey", "root.key", "-days", "2"]);
        signed.arg("-CAcreateserial");
        // Without extensions it is one of the first version.
        if version == X509Version::Three {
            let text = format!("{EXTENSIONS}{name}\n");
            std::fs::write(&extensions, text).map_err(|error| error.to_string())?;
            signed.arg("-extfile").arg(&extensions);
        }
        run(signed.arg("-in").arg(&request).arg("-out").arg(&certificate))?;
        Ok(Certificate { certificate, key })
    }

    fn openssl(&self, words: &[&str]) -> Command {
        let mut command = Command::new("openssl");
        command.current_dir(&self.directory).args(words);
        command
    }
}
