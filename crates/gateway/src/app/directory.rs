//! Clients by client id: who calls, with which secrets and keys, parsed once; and which customers are blocked.
//!
//! The store has the truth. What was read is kept for a moment, so that a revoked secret stops working within
//! a second on every node and a busy client does not cost a read per call.

use std::sync::Arc;

use lunas_domain::customer::Standing;
use lunas_domain::merchant::Merchant;
use lunas_snap::signature::{SymmetricKey, VerifyingKey};
use lunas_store::{ClientOwner, ClientRow, Unavailable};
use lunas_vocab::{ClientId, MerchantId, Phone};

use super::App;
use super::api_client::{ApiClient, Owner};
use super::ip_allow_list::IpAllowList;
use super::memory::Blocked;
use crate::controls::listeners::Listeners;

/// How many blocked customers are kept at most; when there are more, each customer is looked up.
const BLOCKED_MAX: u32 = 10_000;

impl App {
    /// The client that a client id names.
    pub async fn api_client(&self, client_id: &ClientId) -> Result<Option<Arc<ApiClient>>, Unavailable> {
        let now_ms = self.env.wall().ms();
        if let Some(known) = self.directory.api_clients.recall(client_id, now_ms) {
            return Ok(Some(known));
        }
        let Some(row) = self.store.client_find(client_id).await? else { return Ok(None) };
        let owner = match &row.owner {
            ClientOwner::Merchant(id) => self.merchant_read(id).await?.map(Arc::new).map(Owner::Merchant),
            ClientOwner::Bank(id) => self.store.bank_find(id).await?.map(Arc::new).map(Owner::Bank),
        };
        let Some(owner) = owner else { return Ok(None) };
        let client = Arc::new(self.parsed(row, owner));
        self.directory.api_clients.remember(client_id.clone(), now_ms, client.clone());
        Ok(Some(client))
    }

    /// The merchant of that id.
    pub async fn merchant(&self, id: &MerchantId) -> Result<Option<Arc<Merchant>>, Unavailable> {
        let now_ms = self.env.wall().ms();
        if let Some(known) = self.directory.merchants.recall(id, now_ms) {
            return Ok(Some(known));
        }
        let Some(merchant) = self.merchant_read(id).await?.map(Arc::new) else { return Ok(None) };
        self.directory.merchants.remember(id.clone(), now_ms, merchant.clone());
        Ok(Some(merchant))
    }

    /// A merchant as the store has it. In a sandbox somebody may listen in its place.
    async fn merchant_read(&self, id: &MerchantId) -> Result<Option<Merchant>, Unavailable> {
        let Some(mut merchant) = self.store.merchant_find(id).await? else { return Ok(None) };
        if let Some(url) = self.heard_at(id).await? {
            merchant.notify_url = Some(url);
        }
        Ok(Some(merchant))
    }

    /// Where the sandbox's merchant is listened for instead of its own URL, if somebody does.
    async fn heard_at(&self, id: &MerchantId) -> Result<Option<String>, Unavailable> {
        let is_of_sandbox = self.controls.as_ref().is_some_and(|controls| controls.merchant == *id);
        if !is_of_sandbox {
            return Ok(None);
        }
        let listeners = Listeners::read(&self.store, self.env.wall()).await?;
        Ok(listeners.active().map(|listener| listener.url.clone()))
    }

    /// Whether that number is a blocked customer's. Asked of every payment that names one, almost none of whom is; so
    /// the blocked ones are known here instead of each being looked up.
    pub async fn customer_is_blocked(&self, phone: &Phone) -> Result<bool, Unavailable> {
        match &*self.blocked().await? {
            Blocked::These(phones) => Ok(phones.contains(phone)),
            Blocked::TooMany => {
                let row = self.store.customer_find_by_phone(phone).await?;
                Ok(row.is_some_and(|row| row.customer.standing == Standing::Blocked))
            }
        }
    }

    async fn blocked(&self) -> Result<Arc<Blocked>, Unavailable> {
        let recall = || self.directory.blocked(self.env.wall().ms());
        if let Some(known) = recall() {
            return Ok(known);
        }
        let _reading = self.directory.reading.lock().await;
        if let Some(known) = recall() {
            return Ok(known);
        }
        let now_ms = self.env.wall().ms();
        let phones = self.store.customers_blocked(BLOCKED_MAX + 1).await?;
        let is_all = u32::try_from(phones.len()).is_ok_and(|count| count <= BLOCKED_MAX);
        let blocked = if is_all { Blocked::These(phones.into_iter().collect()) } else { Blocked::TooMany };
        let blocked = Arc::new(blocked);
        self.directory.blocked_put(now_ms, blocked.clone());
        Ok(blocked)
    }

    /// The merchant that a payment handle stands for.
    pub async fn merchant_of_handle(&self, handle: &str) -> Result<Option<Arc<Merchant>>, Unavailable> {
        Ok(self.store.merchant_find_by_handle(handle).await?.map(Arc::new))
    }

    /// Opens a client's secrets and parses its keys. One that does not open is left out and logged: the others still
    /// authenticate the client.
    fn parsed(&self, row: ClientRow, owner: Owner) -> ApiClient {
        let client_id = row.client_id;
        let secrets = row
            .secrets
            .iter()
            .filter(|secret| secret.is_active())
            .filter_map(|secret| match self.keys.sealer.open_text(&secret_name(&client_id), &secret.sealed) {
                Ok(opened) => Some(SymmetricKey::new(opened.expose())),
                Err(error) => {
                    tracing::error!(%client_id, secret = %secret.id, %error, "a client secret is unusable");
                    None
                }
            })
            .collect();
        let public_keys = row
            .public_keys
            .iter()
            .filter(|key| key.is_active())
            .filter_map(|key| match VerifyingKey::from_pem(&key.pem) {
                Ok(parsed) => Some(parsed),
                Err(error) => {
                    tracing::error!(%client_id, fingerprint = %key.fingerprint, %error, "a public key is unusable");
                    None
                }
            })
            .collect();
        let ip_allow_list = IpAllowList::new(owner.allowed_callers());
        ApiClient { client_id, owner, secrets, public_keys, ip_allow_list }
    }
}

/// The name under which a client's secrets are sealed.
pub fn secret_name(client_id: &ClientId) -> String {
    format!("client-secret:{client_id}")
}
