//! A client of the gateway and whom it acts for, with what proves it.

use std::sync::Arc;

use lunas_domain::bank::Bank;
use lunas_domain::merchant::Merchant;
use lunas_snap::signature::{SymmetricKey, VerifyingKey};
use lunas_vocab::ClientId;

use super::ip_allow_list::IpAllowList;

/// Whom a client acts for.
#[derive(Clone, Debug)]
pub enum Owner {
    /// A merchant.
    Merchant(Arc<Merchant>),
    /// A bank.
    Bank(Arc<Bank>),
}

impl Owner {
    /// Where its calls may come from, as it was registered; from anywhere if it registered nothing.
    pub(super) fn allowed_callers(&self) -> &[String] {
        match self {
            Self::Merchant(merchant) => &merchant.allowed_callers,
            Self::Bank(bank) => &bank.allowed_callers,
        }
    }
}

/// A client of the gateway and whom it acts for.
#[derive(Debug)]
pub struct ApiClient {
    /// The client.
    pub client_id: ClientId,
    /// Its merchant or bank.
    pub owner: Owner,
    /// The secrets that sign its calls; several while one replaces another.
    pub secrets: Vec<SymmetricKey>,
    /// The keys that sign its token requests; several likewise.
    pub public_keys: Vec<VerifyingKey>,
    /// Where its calls may come from.
    pub ip_allow_list: IpAllowList,
}
