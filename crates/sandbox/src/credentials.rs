//! What a merchant's engineer needs to know of a sandbox, as `sandbox.json` tells it.

use std::path::Path;

use lunas_domain::ledger::Account;
use lunas_gateway::app::App;
use lunas_gateway::keys::master;
use lunas_snap::signature::SigningKey;
use lunas_store::Unavailable;
use lunas_vocab::Secret;
use serde::{Deserialize, Serialize};

use crate::seed::{self, SeededClient, SeededMerchant};

/// The sandbox's merchant, its keys and its customers.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Where the gateway listens.
    pub base_url: String,
    /// The merchant's API client.
    pub client_id: String,
    /// Signs transaction calls.
    pub client_secret: Secret<String>,
    /// `X-PARTNER-ID`.
    pub partner_id: String,
    /// `CHANNEL-ID`: any five digits.
    pub channel_id: String,
    /// The MID.
    pub merchant_id: String,
    /// The merchant's UUID in linking calls.
    pub payment_handle: String,
    /// The merchant's mini app.
    pub point_of_purchase_id: String,
    /// Signs token requests; PKCS#8 PEM.
    pub merchant_private_key: Secret<String>,
    /// The public half, as the gateway has it registered; SPKI PEM.
    pub merchant_public_key: String,
    /// Verifies notifications; SPKI PEM.
    pub notification_public_key: String,
    /// Where notifications go.
    pub notify_base_url: String,
    /// The wallet's customers.
    pub customers: Vec<SandboxCustomer>,
    /// The bank that reports payments into virtual accounts.
    pub bank: BankCredentials,
    /// The operator's console.
    pub console_url: String,
    /// The mini-app container.
    pub container_url: String,
}

/// What the sandbox's bank calls with.
#[derive(Clone, Debug)]
pub struct BankCredentials {
    /// `X-CLIENT-KEY`.
    pub client_id: String,
    /// Signs transaction calls.
    pub client_secret: Secret<String>,
    /// Signs token requests; PKCS#8 PEM.
    pub private_key: Secret<String>,
}

/// A customer of the sandbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SandboxCustomer {
    /// The number to sign in with.
    pub phone: String,
    /// The PIN.
    pub pin: String,
    /// The one-time password.
    pub otp: String,
    /// The name.
    pub name: String,
    /// The wallet's balance, with two decimals.
    pub balance: String,
    /// What the customer is good for.
    pub scenario: String,
}

/// The file's form. Secrets are exposed here and nowhere else: the file is what they are for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    base_url: &'a str,
    client_id: &'a str,
    client_secret: &'a str,
    partner_id: &'a str,
    channel_id: &'a str,
    merchant_id: &'a str,
    payment_handle: &'a str,
    point_of_purchase_id: &'a str,
    merchant_private_key: &'a str,
    merchant_public_key: &'a str,
    notification_public_key: &'a str,
    notify_base_url: &'a str,
    customers: &'a [SandboxCustomer],
    bank: BankFile<'a>,
    console_url: &'a str,
    container_url: &'a str,
}

/// The bank's part of the file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BankFile<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    private_key: &'a str,
}

impl Credentials {
    /// Writes `sandbox.json`, readable by its owner only.
    pub(crate) fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut text = serde_json::to_vec_pretty(&self.file())?;
        text.push(b'\n');
        master::write_private(path, &text)
    }

    /// What the file holds, secrets and all, for whoever started the sandbox.
    pub fn exposed(&self) -> serde_json::Value {
        serde_json::to_value(self.file()).expect("texts have a form in JSON")
    }

    fn file(&self) -> File<'_> {
        File {
            base_url: &self.base_url,
            client_id: &self.client_id,
            client_secret: self.client_secret.expose(),
            partner_id: &self.partner_id,
            channel_id: &self.channel_id,
            merchant_id: &self.merchant_id,
            payment_handle: &self.payment_handle,
            point_of_purchase_id: &self.point_of_purchase_id,
            merchant_private_key: self.merchant_private_key.expose(),
            merchant_public_key: &self.merchant_public_key,
            notification_public_key: &self.notification_public_key,
            notify_base_url: &self.notify_base_url,
            customers: &self.customers,
            bank: BankFile {
                client_id: &self.bank.client_id,
                client_secret: self.bank.client_secret.expose(),
                private_key: self.bank.private_key.expose(),
            },
            console_url: &self.console_url,
            container_url: &self.container_url,
        }
    }
}

/// Reads what the store and the keys say.
pub(crate) async fn gather(
    app: &App,
    seeded: SeededMerchant,
    bank: SeededClient,
    base_url: &str,
) -> Result<Credentials, Unavailable> {
    let mut customers = Vec::new();
    for row in app.store.customers_list().await? {
        let balance = app.store.balance_find(&Account::Wallet(row.customer.id.clone())).await?;
        customers.push(SandboxCustomer {
            phone: row.customer.phone.to_string(),
            pin: seed::PIN.to_owned(),
            otp: seed::OTP.to_owned(),
            name: row.customer.name,
            balance: balance.to_decimal(),
            scenario: row.scenario.unwrap_or_default(),
        });
    }
    let SeededMerchant { merchant, client } = seeded;
    let key = SigningKey::from_pkcs8_der(client.private_key.expose()).ok();
    let merchant_public_key = key.map(|key| key.public_pem()).unwrap_or_default();
    Ok(Credentials {
        base_url: base_url.to_owned(),
        client_id: client.client_id.to_string(),
        client_secret: client.secret,
        partner_id: merchant.notify_partner_id.clone(),
        channel_id: "95221".to_owned(),
        merchant_id: merchant.id.to_string(),
        payment_handle: merchant.payment_handle,
        point_of_purchase_id: merchant
            .points_of_purchase
            .first()
            .map(|p| p.id.to_string())
            .unwrap_or_default(),
        merchant_private_key: private_pem(&client.private_key),
        merchant_public_key,
        notification_public_key: app.keys.notification().public_pem(),
        notify_base_url: merchant.notify_url.unwrap_or_default(),
        customers,
        bank: BankCredentials {
            client_id: bank.client_id.to_string(),
            client_secret: bank.secret,
            private_key: private_pem(&bank.private_key),
        },
        console_url: format!("{}/console", app.public_url),
        container_url: format!("{}/container", app.public_url),
    })
}

fn private_pem(der: &Secret<Vec<u8>>) -> Secret<String> {
    Secret::new(lunas_snap::signature::der_to_pem(der.expose(), "PRIVATE KEY"))
}
