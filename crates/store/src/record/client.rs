//! API clients and what they prove themselves with. Secrets come and go encrypted; the store cannot read them.

use lunas_vocab::{BankId, ClientId, MerchantId, Timestamp};

/// Whose calls a client makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientOwner {
    /// A merchant's.
    Merchant(MerchantId),
    /// A bank's.
    Bank(BankId),
}

impl ClientOwner {
    /// The word kept for the kind.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Merchant(_) => "merchant",
            Self::Bank(_) => "bank",
        }
    }

    /// The owner's id as text.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Merchant(id) => id.as_str(),
            Self::Bank(id) => id.as_str(),
        }
    }
}

/// An API client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRow {
    /// Its id, as token requests carry it.
    pub client_id: ClientId,
    /// Whose calls it makes.
    pub owner: ClientOwner,
    /// Its secrets, the oldest first; any active one will do.
    pub secrets: Vec<SealedSecret>,
    /// Its public keys, the oldest first; any active one will do.
    pub public_keys: Vec<PublicKeyRow>,
}

/// A client secret as the store keeps it: encrypted by somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSecret {
    /// Names it in lists and when it is revoked.
    pub id: String,
    /// The secret, encrypted.
    pub sealed: Vec<u8>,
    /// Since when it is valid.
    pub added_at: Timestamp,
    /// Since when it no longer is.
    pub revoked_at: Option<Timestamp>,
}

impl SealedSecret {
    /// Whether it may be used.
    pub fn is_active(&self) -> bool {
        self.revoked_at.is_none()
    }
}

/// A public key of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeyRow {
    /// Names it; unique within the client.
    pub fingerprint: String,
    /// The key as SPKI PEM.
    pub pem: String,
    /// Since when it is valid.
    pub added_at: Timestamp,
    /// Since when it no longer is.
    pub revoked_at: Option<Timestamp>,
}

impl PublicKeyRow {
    /// Whether it may be used.
    pub fn is_active(&self) -> bool {
        self.revoked_at.is_none()
    }
}
