//! RSA keys, parsed once and kept: making and checking `SHA256withRSA` signatures (PKCS#1 v1.5).
//!
//! Making keys needs chance and is not done here.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{PublicEncryptingKey, PublicKey};
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};

use super::{decode, pem};
use lunas_vocab::{X509, hex};

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text has no block of a private key.
    #[error("there is no PRIVATE KEY or RSA PRIVATE KEY block; an encrypted key has to be decrypted first")]
    NotAPrivateKey,
    /// There is no public key in it.
    #[error(
        "there is no public key in it: a PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE block (PEM) is expected, or one of \
         these as DER"
    )]
    NotAPublicKey,
    /// It is a private key, which its owner keeps.
    #[error(
        "it is a private key; give its public half (`openssl pkey -in FILE -pubout`), and show this one to nobody"
    )]
    Private,
    /// It is a public key of SSH, which has a form of its own.
    #[error("it is an SSH key; `ssh-keygen -e -m PKCS8 -f FILE` writes it as a PUBLIC KEY block")]
    Ssh,
    /// The block does not hold an RSA key.
    #[error("the block does not hold an RSA key")]
    NotRsa,
    /// The modulus is shorter than the standard allows, or longer than anybody needs.
    #[error("an RSA key must have 2048 to 8192 bits")]
    Size,
}

/// The label of a public key, as `openssl rsa -pubout` writes it.
const PUBLIC: &str = "PUBLIC KEY";
/// The same, as `openssl rsa -RSAPublicKey_out` writes it.
const PUBLIC_PKCS1: &str = "RSA PUBLIC KEY";
/// The label of a certificate.
const CERTIFICATE: &str = "CERTIFICATE";

/// A private key: signs token requests (a merchant's) or notifications (the gateway's).
pub struct SigningKey {
    pair: RsaKeyPair,
    public_der: Vec<u8>,
}

impl SigningKey {
    /// Reads a PEM text: `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1).
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if let Some(der) = pem::pem_to_der(pem, "PRIVATE KEY") {
            return Self::from_pkcs8_der(&der);
        }
        let der = pem::pem_to_der(pem, "RSA PRIVATE KEY").ok_or(KeyError::NotAPrivateKey)?;
        Self::from_pair(RsaKeyPair::from_der(&der).map_err(|rejected| reason(&rejected))?)
    }

    /// Reads a PKCS#8 key.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_pair(RsaKeyPair::from_pkcs8(der).map_err(|rejected| reason(&rejected))?)
    }

    fn from_pair(pair: RsaKeyPair) -> Result<Self, KeyError> {
        let public_der = pair.public_key().as_der().map_err(|_| KeyError::NotRsa)?.as_ref().to_vec();
        Ok(Self { pair, public_der })
    }

    /// Signs a text; the signature is base64 with padding. The same text always has the same signature.
    pub fn sign(&self, text: &str) -> String {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        // The scheme draws no random number; the library's signature of the call wants a source nevertheless.
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("a parsed RSA key of 2048 bits or more signs any text");
        pem::to_base64(&signature)
    }

    /// The public half as a PEM text (SPKI).
    pub fn public_pem(&self) -> String {
        pem::der_to_pem(&self.public_der, PUBLIC)
    }

    /// The public half, ready to verify.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey::from_der(&self.public_der).expect("the public half of a valid key is valid")
    }
}

/// Prints which key it is and nothing of the private half.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", fingerprint(&self.public_der))
    }
}

/// A public key: verifies what its private half signed.
#[derive(Clone)]
pub struct VerifyingKey {
    key: ParsedPublicKey,
    der: Vec<u8>,
    modulus_length: usize,
}

impl VerifyingKey {
    /// Reads an RSA key of 2048 bits or more in whatever form a file has it: PEM, bare base64, or DER.
    pub fn read(file: &[u8]) -> Result<Self, KeyError> {
        match std::str::from_utf8(file) {
            Ok(text) => Self::from_pem(text),
            Err(_) => Self::from_any_der(file),
        }
    }

    /// Reads a PEM text with a `PUBLIC KEY` (SPKI), an `RSA PUBLIC KEY` (PKCS#1) or a `CERTIFICATE` block that holds an
    /// RSA key of 2048 bits or more. The armour may be missing.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if let Some(der) = pem::pem_to_der(pem, PUBLIC).or_else(|| pem::pem_to_der(pem, PUBLIC_PKCS1)) {
            return Self::from_der(&der);
        }
        if let Some(der) = pem::pem_to_der(pem, CERTIFICATE) {
            return Self::from_der(X509::read(&der).ok_or(KeyError::NotAPublicKey)?.public_key());
        }
        if pem.contains("PRIVATE KEY-----") {
            return Err(KeyError::Private);
        }
        if pem.trim_start().starts_with("ssh-") || pem.contains("BEGIN SSH2 PUBLIC KEY") {
            return Err(KeyError::Ssh);
        }
        let bare: String = pem.split_ascii_whitespace().collect();
        match pem::from_base64(&bare) {
            Some(der) if !der.is_empty() => Self::from_any_der(&der),
            _ => Err(KeyError::NotAPublicKey),
        }
    }

    fn from_any_der(der: &[u8]) -> Result<Self, KeyError> {
        // Nothing else of a certificate is looked at: who registers a key vouches for it.
        if let Some(certificate) = X509::read(der) {
            return Self::from_der(certificate.public_key());
        }
        let is_private = RsaKeyPair::from_der(der).is_ok() || RsaKeyPair::from_pkcs8(der).is_ok();
        match Self::from_der(der) {
            Err(_) if is_private => Err(KeyError::Private),
            Err(KeyError::NotRsa) => Err(KeyError::NotAPublicKey),
            read => read,
        }
    }

    /// Reads an SPKI or a PKCS#1 key.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let public = PublicKey::from_der(der).map_err(|rejected| reason(&rejected))?;
        // Encoding the key anew gives one fingerprint per key, whatever the form it came in.
        let der = public.as_der().map_err(|_| KeyError::NotRsa)?.as_ref().to_vec();
        let sized = PublicEncryptingKey::from_der(&der).map_err(|_| KeyError::Size)?;
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &der).map_err(|_| KeyError::NotRsa)?;
        Ok(Self { key, der, modulus_length: sized.key_size_bytes() })
    }

    /// Whether the signature, in base64 or hexadecimal, is one of this text by the private half of this key.
    pub fn verify(&self, text: &str, signature: &str) -> bool {
        decode(signature, self.modulus_length)
            .is_some_and(|signature| self.key.verify_sig(text.as_bytes(), &signature).is_ok())
    }

    /// SHA-256 of the key as SPKI DER, in lower-case hexadecimal: what two sides compare by telephone.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.der)
    }

    /// The key as a PEM text (SPKI).
    pub fn to_pem(&self) -> String {
        pem::der_to_pem(&self.der, PUBLIC)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.fingerprint())
    }
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for VerifyingKey {}

fn fingerprint(der: &[u8]) -> String {
    hex(digest(&SHA256, der).as_ref())
}

fn reason(rejected: &aws_lc_rs::error::KeyRejected) -> KeyError {
    match rejected.to_string().as_str() {
        "TooSmall" | "TooLarge" => KeyError::Size,
        _ => KeyError::NotRsa,
    }
}
