//! Fills an empty sandbox: one merchant and one bank with their keys, and the customers of the public test documentation.

use lunas_domain::bank::Bank;
use lunas_domain::customer::Customer;
use lunas_domain::ledger::{Account, JournalEntry};
use lunas_domain::link::LinkTerms;
use lunas_domain::merchant::{Merchant, NotifyStatuses, NotifyText, QrisProfile};
use lunas_domain::virtual_account::{AccountTerms, CompanyCode};
use lunas_gateway::admin::{self, NewMerchant, Operator};
use lunas_gateway::app::directory;
use lunas_gateway::env::Env;
use lunas_gateway::keys::{self, Sealer};
use lunas_snap::signature::SigningKey;
use lunas_snap::virtual_account;
use lunas_store::{Changes, CommitError, CustomerRow, Store, Write};
use lunas_vocab::{BankId, ClientId, CustomerId, MerchantId, Money, Phone, Secret, Timestamp};

use crate::customers::{CUSTOMERS, CustomerScenario};

/// The sandbox's merchant and its client.
pub(crate) const MERCHANT_ID: &str = "G000000001";
const MERCHANT_NAME: &str = "Kopi Senja";
const CLIENT_ID: &str = "G000000001-SNAP";
/// What the merchant asked to see as `X-PARTNER-ID`; it sends the same.
pub(crate) const PARTNER_ID: &str = "G000000001";
/// The name under which the merchant's private key lies in the store. Only a sandbox holds a merchant's key.
const MERCHANT_KEY: &str = "sandbox-merchant-rsa";
/// The sandbox's bank and its client.
const BANK_ID: &str = "sandbox-bank";
const BANK_CLIENT_ID: &str = "sandbox-bank-SNAP";
/// The name under which the bank's private key lies in the store.
const BANK_KEY: &str = "sandbox-bank-rsa";
/// The PIN of every sandbox customer, as the public simulator has it.
pub(crate) const PIN: &str = "123456";
/// That PIN as the store keeps it. A hash is slow to make, on purpose, and this one has nothing to hide.
const PIN_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$klcpfaJr5zLd2QlTVFNvxQ$LRwiDDOFoKNSVrIHvkk7BrV7JMWUqJJJkCQgmBlee24";
/// The one-time password of every sandbox customer.
pub(crate) const OTP: &str = "987654";

/// Another PIN that pages of linked accounts take, as the public documentation of tokenization has it.
pub(crate) const LINK_PIN: &str = "112233";
/// The customer who has savings as well, and what lies there at the start.
const SAVER: (&str, Money) = ("+628242974268", Money::idr(2_000_000));
/// The merchant's company codes, the same at every bank: those of the documents' samples, and of the official SDKs'.
const COMPANY_CODES: [&str; 5] = ["70012", "1234", "12345", "88899", "088899"];
/// Where the merchant's customers may be sent, beside this machine.
const REDIRECT_URLS: [&str; 4] =
    ["http://localhost", "http://127.0.0.1", "https://shop.example", "https://merchant.example"];

/// The store did not take or give what the sandbox needs.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox's data could not be prepared: {0}")]
pub struct SeedError(String);

/// The reason as a text, whatever it was.
pub(crate) fn seed_error(error: impl std::fmt::Display) -> SeedError {
    SeedError(error.to_string())
}

/// The sandbox's merchant with what only the merchant knows.
pub(crate) struct SeededMerchant {
    /// The merchant.
    pub(crate) merchant: Merchant,
    /// Its client.
    pub(crate) client: SeededClient,
}

/// The private keys of a sandbox that does not exist yet, as PKCS#8 DER.
#[derive(Clone, Debug)]
pub struct KeyPairs {
    /// The merchant's.
    pub merchant: Secret<Vec<u8>>,
    /// The bank's.
    pub bank: Secret<Vec<u8>>,
    /// The gateway's own, which signs notifications.
    pub notification: Secret<Vec<u8>>,
}

/// A client of the sandbox with what only its owner knows.
pub(crate) struct SeededClient {
    /// Its id.
    pub(crate) client_id: ClientId,
    /// Its secret.
    pub(crate) secret: Secret<String>,
    /// Its private key, as PKCS#8 DER.
    pub(crate) private_key: Secret<Vec<u8>>,
}

/// Makes sure of keys that were brought along, unless others are there.
pub(super) async fn keys(
    store: &Store,
    env: &Env,
    sealer: &Sealer,
    pairs: KeyPairs,
) -> Result<(), SeedError> {
    let KeyPairs { merchant, bank, notification } = pairs;
    for (name, pair) in [(MERCHANT_KEY, merchant), (BANK_KEY, bank), (keys::NOTIFICATION_KEY, notification)] {
        let stored = keys::stored(store, env, sealer, name, |_| Ok(pair.expose().clone()));
        stored.await.map_err(seed_error)?;
    }
    Ok(())
}

/// Makes sure of the merchant and points its notifications where they are wanted this time.
pub(crate) async fn merchant(
    store: &Store,
    env: &Env,
    sealer: &Sealer,
    base_url: &str,
    notify_url: Option<String>,
) -> Result<SeededMerchant, SeedError> {
    let id = MerchantId::new(MERCHANT_ID).expect("a constant");
    let client_id = ClientId::new(CLIENT_ID).expect("a constant");
    if store.client_find(&client_id).await.map_err(seed_error)?.is_none() {
        let operator = Operator { store, sealer, env, name: "sandbox" };
        create(operator, &id, &client_id).await?;
    }
    let found = store.merchant_find(&id).await.map_err(seed_error)?;
    let mut merchant = found.ok_or_else(|| seed_error("the merchant is missing"))?;
    merchant.notify_url = Some(notify_url.unwrap_or_else(|| format!("{base_url}/demo/notify")));
    merchant.qris.get_or_insert_with(|| qris_profile(MERCHANT_NAME));
    merchant.return_url = Some(format!("{base_url}/demo"));
    if merchant.company_codes.is_empty() {
        merchant.company_codes = company_codes();
    }
    if merchant.links.redirect_urls.is_empty() {
        merchant.links = links();
    }
    let put = Changes::new().with(Write::MerchantPut(Box::new(merchant.clone())));
    store.commit(put).await.map_err(seed_error)?;

    let client = client(store, sealer, client_id, MERCHANT_KEY).await?;
    Ok(SeededMerchant { merchant, client })
}

/// Makes sure of the bank, which reports on the accounts that any bank keeps.
pub(crate) async fn bank(store: &Store, env: &Env, sealer: &Sealer) -> Result<SeededClient, SeedError> {
    let client_id = ClientId::new(BANK_CLIENT_ID).expect("a constant");
    if store.client_find(&client_id).await.map_err(seed_error)?.is_none() {
        let operator = Operator { store, sealer, env, name: "sandbox" };
        let public_key = public_key(operator, BANK_KEY).await?;
        let bank = Bank {
            id: BankId::new(BANK_ID).expect("a constant"),
            name: "Bank Pasir".to_owned(),
            keeps: Vec::new(),
            allowed_callers: Vec::new(),
        };
        unless_there(operator.bank_register(bank, client_id.clone(), &public_key).await)?;
    }
    client(store, sealer, client_id, BANK_KEY).await
}

/// Reads what a client proves itself with.
async fn client(
    store: &Store,
    sealer: &Sealer,
    client_id: ClientId,
    key_name: &str,
) -> Result<SeededClient, SeedError> {
    let client = store.client_find(&client_id).await.map_err(seed_error)?;
    let secret = client.iter().flat_map(|c| &c.secrets).find(|s| s.is_active());
    let secret = secret.ok_or_else(|| seed_error("the sandbox's client has no active secret"))?;
    let secret = sealer.open_text(&directory::secret_name(&client_id), &secret.sealed).map_err(seed_error)?;
    let sealed = store.key_find(key_name).await.map_err(seed_error)?;
    let sealed = sealed.ok_or_else(|| seed_error("a client's key is missing"))?;
    let private_key = sealer.open(key_name, &sealed).map_err(seed_error)?;
    Ok(SeededClient { client_id, secret, private_key })
}

/// Makes sure of a private key, and gives the public half.
async fn public_key(operator: Operator<'_>, name: &'static str) -> Result<String, SeedError> {
    let Operator { store, sealer, env, .. } = operator;
    let private_key = keys::stored(store, env, sealer, name, |_| keys::generate_rsa());
    let private_key = private_key.await.map_err(seed_error)?;
    Ok(SigningKey::from_pkcs8_der(private_key.expose()).map_err(seed_error)?.public_pem())
}

async fn create(operator: Operator<'_>, id: &MerchantId, client_id: &ClientId) -> Result<(), SeedError> {
    let public_key = public_key(operator, MERCHANT_KEY).await?;
    let new = NewMerchant {
        id: id.clone(),
        name: MERCHANT_NAME.to_owned(),
        return_url: None,
        notify_url: None,
        notify_partner_id: PARTNER_ID.to_owned(),
        notify_text: NotifyText::default(),
        notify_statuses: NotifyStatuses::default(),
        qris: Some(qris_profile(MERCHANT_NAME)),
        accounts: AccountTerms::default(),
        company_codes: company_codes(),
        links: links(),
        allowed_callers: Vec::new(),
    };
    unless_there(operator.merchant_register(new, client_id.clone(), &public_key).await)
}

/// Takes what is there already for what was to be made: another node starts on the same store and was quicker.
fn unless_there<T>(made: Result<T, admin::Error>) -> Result<(), SeedError> {
    match made {
        Ok(_) | Err(admin::Error::Refused(CommitError::Exists { .. })) => Ok(()),
        Err(error) => Err(seed_error(error)),
    }
}

/// What the codes of a sandbox's merchant say: numbers that no merchant of the network has.
pub fn qris_profile(name: &str) -> QrisProfile {
    QrisProfile {
        name: name.to_owned(),
        pan: "936009143000000012".to_owned(),
        acquirer_merchant_id: "G000000001".to_owned(),
        nmid: "ID1000000000001".to_owned(),
        criteria: "UMI".to_owned(),
        mcc: 4999,
        city: "JAKARTA".to_owned(),
        postal_code: "12190".to_owned(),
        terminal: "A01".to_owned(),
    }
}

/// The codes that the sandbox's merchant opens virtual accounts under.
fn company_codes() -> Vec<CompanyCode> {
    let at = |bank: &virtual_account::Bank| {
        COMPANY_CODES.map(|code| CompanyCode { bank: bank.as_str().to_owned(), code: code.to_owned() })
    };
    virtual_account::Bank::ALL.iter().flat_map(at).collect()
}

/// What the sandbox's merchant agreed on about linked accounts.
fn links() -> LinkTerms {
    LinkTerms { redirect_urls: REDIRECT_URLS.map(str::to_owned).to_vec(), may_skip_pin: true }
}

/// Makes sure of the customers. Each comes with its opening balance in one commit.
pub(crate) async fn customers(store: &Store, env: &Env) -> Result<(), SeedError> {
    for (at, (phone, name, scenario)) in CUSTOMERS.into_iter().enumerate() {
        let customer_phone = phone;
        let phone = Phone::new(phone).expect("a constant");
        if store.customer_find_by_phone(&phone).await.map_err(seed_error)?.is_some() {
            continue;
        }
        let customer = Customer {
            id: CustomerId::new(format!("c{:03}", at + 1)).expect("a constant"),
            phone,
            name: name.to_owned(),
            standing: scenario.standing(),
            pay_later_limit: scenario.pay_later_limit(),
            has_savings: customer_phone == SAVER.0,
        };
        let mut changes = opening(&customer, scenario, "1", env.now());
        changes.push(Write::CustomerPut(CustomerRow {
            customer,
            pin_hash: Secret::new(PIN_HASH.to_owned()),
            otp: Some(Secret::new(OTP.to_owned())),
            link_pin: Some(Secret::new(LINK_PIN.to_owned())),
            scenario: Some(scenario.word().to_owned()),
        }));
        match store.commit(changes).await {
            // Another node's top-up has the same reference, so there is one.
            Ok(()) | Err(CommitError::Exists { .. } | CommitError::LostRace) => {}
            Err(refused) => return Err(seed_error(refused)),
        }
    }
    Ok(())
}

/// The accounts and the opening balance of a sandbox customer. `round` sets one filling apart from the next.
pub(crate) fn opening(
    customer: &Customer,
    scenario: CustomerScenario,
    round: &str,
    at: Timestamp,
) -> Changes {
    let mut changes = admin::accounts(customer);
    let reference = format!("{}:{round}", customer.id);
    if let Some(journal) =
        JournalEntry::top_up(customer.id.clone(), scenario.opening_balance(), &reference, at)
    {
        changes.push(Write::JournalPost(journal));
    }
    if customer.has_savings {
        let (account, reference) = (Account::Savings(customer.id.clone()), format!("{reference}:savings"));
        changes.writes.extend(JournalEntry::put_in(account, SAVER.1, &reference, at).map(Write::JournalPost));
    }
    changes
}

#[cfg(test)]
mod tests {
    use lunas_gateway::app::pin::{self, PinChecker};

    use super::*;

    #[tokio::test]
    async fn the_customers_hash_is_that_of_their_pin_and_made_like_others() {
        let (checker, hash) = (PinChecker::default(), Secret::new(PIN_HASH.to_owned()));
        let permit = checker.try_acquire().unwrap();
        assert!(checker.is_right(&permit, Secret::new(PIN.to_owned()), Some(hash)).await);
        let made = pin::hash(&Env::seeded(1), &Secret::new(PIN.to_owned()));
        let parameters = |hash: &str| hash.rsplitn(3, '$').nth(2).unwrap().to_owned();
        assert_eq!(parameters(made.expose()), parameters(PIN_HASH));
    }
}
