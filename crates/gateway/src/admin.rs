//! What an operator does: registers merchants and customers, hands out credentials and takes them back.
//!
//! Secrets leave this room once, in the value that the operator is shown, and are kept sealed. Every deed leaves a
//! line in the audit log.

mod difference;
mod pending;

pub use difference::Difference;
pub use pending::Pending;

pub use lunas_domain::bank::Bank;
use lunas_domain::customer::{Customer, Standing};
use lunas_domain::ledger::{Account, JournalEntry};
pub use lunas_domain::link::LinkTerms;
use lunas_domain::merchant::{Merchant, PointOfPurchase, PointOfPurchaseKind, QrisProfile};
pub use lunas_domain::merchant::{NotifyStatuses, NotifyText};
pub use lunas_domain::virtual_account::{AccountTerms, CompanyCode};
use lunas_snap::return_url::{self, Kind};
use lunas_snap::signature::VerifyingKey;
use lunas_snap::virtual_account;
use lunas_store::{
    Changes, ClientOwner, ClientRow, CommitError, CustomerRow, PublicKeyRow, SealedSecret, Store, Write,
};
use lunas_vocab::{
    BankId, ClientId, CustomerId, MerchantId, Money, NotificationId, Phone, PointOfPurchaseId, Secret,
    Timestamp,
};

use crate::app::{directory, ids, pin};
use crate::config::address_block;
use crate::env::{ALPHANUMERIC, Env};
use crate::keys::Sealer;
use crate::outbound::{NoPrefix, Prefix};
use crate::purpose;

/// Characters of a client secret: 190 bits.
const SECRET_LEN: usize = 32;
/// What a PIN is.
const PIN_LEN: usize = 6;

/// Why a deed was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store refused: the thing exists already, or is not there, or the store is out of reach.
    #[error(transparent)]
    Refused(#[from] CommitError),
    /// The public key is not usable.
    #[error("the public key is not usable: {0}")]
    PublicKey(String),
    /// What the merchant's QR codes would say is not usable.
    #[error("QRIS: {0}")]
    Qris(&'static str),
    /// A PIN has six digits.
    #[error("a PIN is six digits")]
    Pin,
    /// The amount cannot be put in.
    #[error("the amount must be greater than zero and not more than 99999999999.00")]
    Amount,
    /// An allowed caller is neither an address nor a block of them.
    #[error("{0:?} is not an address or a CIDR block, such as 203.0.113.7 or 203.0.113.0/24")]
    AllowedCaller(String),
    /// Where notifications are to go is none that could be called.
    #[error("the notification URL {0}")]
    NotifyUrl(#[from] NoPrefix),
    /// A URL is none that customers could be sent to.
    #[error("customers cannot be sent to {url:?}: {reason}")]
    Url {
        /// The URL.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A company code is none that virtual accounts could be opened under.
    #[error("{bank}:{code} is no company code: {reason}", bank = .code.bank, code = .code.code)]
    CompanyCode {
        /// The code.
        code: CompanyCode,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A bank gave the company code to another merchant.
    #[error("the company code {code} at {bank} is registered for {owner}", bank = .code.bank, code = .code.code)]
    CompanyCodeTaken {
        /// The code.
        code: CompanyCode,
        /// Whose it is.
        owner: MerchantId,
    },
    /// A notification URL of a store for real money is one that nothing is ever sent to.
    #[error(
        "the notification URL {url:?} is at {host}, which is no public address: nothing is sent there but in a sandbox"
    )]
    NotifyAddress {
        /// The URL.
        url: String,
        /// Where it is.
        host: String,
    },
    /// Somebody else has changed the same thing since it was read.
    #[error("{0} was changed meanwhile by somebody else; nothing of this is done, so run it again")]
    ChangedMeanwhile(String),
    /// There is no such thing.
    #[error("there is no {0}")]
    NotFound(String),
}

/// An operator at work: where, with which seal, and under which name.
#[derive(Clone, Copy)]
pub struct Operator<'a> {
    /// The store.
    pub store: &'a Store,
    /// The seal over its secrets.
    pub sealer: &'a Sealer,
    /// Time and chance.
    pub env: &'a Env,
    /// Whom the audit log names.
    pub name: &'a str,
}

/// A merchant to be registered.
#[derive(Clone, Debug)]
pub struct NewMerchant {
    /// The MID.
    pub id: MerchantId,
    /// The name customers see.
    pub name: String,
    /// Where customers return to by default.
    pub return_url: Option<String>,
    /// The prefix of its notification URLs.
    pub notify_url: Option<String>,
    /// What it wants to see as `X-PARTNER-ID`.
    pub notify_partner_id: String,
    /// How the texts of its notifications are spelled.
    pub notify_text: NotifyText,
    /// Which transaction statuses they tell of.
    pub notify_statuses: NotifyStatuses,
    /// The addresses its servers call from; none means any.
    pub allowed_callers: Vec<String>,
    /// What its QR codes say of it; without it, it takes no payments by code.
    pub qris: Option<QrisProfile>,
    /// What it agreed on about virtual accounts.
    pub accounts: AccountTerms,
    /// The codes that banks gave it, under which it opens virtual accounts.
    pub company_codes: Vec<CompanyCode>,
    /// What it agreed on about linked accounts.
    pub links: LinkTerms,
}

impl Operator<'_> {
    /// Registers a merchant with its API client: a point of purchase for a mini app and one for everything else, the
    /// merchant's public key, and the secret that is made for it here. All of it or nothing.
    pub async fn merchant_register(
        &self,
        new: NewMerchant,
        client_id: ClientId,
        public_key_pem: &str,
    ) -> Result<(Merchant, Secret<String>), Error> {
        self.merchant_prepare(new, client_id, public_key_pem).await?.put_in_force().await
    }

    /// The same up to where it counts.
    pub async fn merchant_prepare(
        &self,
        new: NewMerchant,
        client_id: ClientId,
        public_key_pem: &str,
    ) -> Result<Pending<'_, Merchant>, Error> {
        let exists = |what| Err(CommitError::Exists { what }.into());
        if self.store.merchant_find(&new.id).await.map_err(CommitError::from)?.is_some() {
            return exists("merchant");
        }
        if self.store.client_find(&client_id).await.map_err(CommitError::from)?.is_some() {
            return exists("client");
        }
        let point =
            |kind| PointOfPurchase { id: PointOfPurchaseId::new(ids::uuid(self.env)).expect("a UUID"), kind };
        let merchant = Merchant {
            id: new.id,
            name: new.name,
            return_url: new.return_url,
            notify_url: new.notify_url,
            notify_partner_id: new.notify_partner_id,
            notify_text: new.notify_text,
            notify_statuses: new.notify_statuses,
            payment_handle: ids::uuid(self.env),
            allowed_callers: new.allowed_callers,
            points_of_purchase: vec![
                point(PointOfPurchaseKind::MiniApp),
                point(PointOfPurchaseKind::Standard),
            ],
            qris: new.qris,
            accounts: new.accounts,
            company_codes: new.company_codes,
            links: new.links,
        };
        self.check(&merchant).await?;
        let (secret, sealed) = self.new_secret(&client_id);
        let key = self.public_key(public_key_pem)?;
        let detail = registered(&client_id, &key, &difference::new_merchant(&merchant));
        let client = ClientRow {
            client_id,
            owner: ClientOwner::Merchant(merchant.id.clone()),
            secrets: vec![sealed],
            public_keys: vec![key],
        };
        let changes = Changes::new()
            .with(Write::MerchantPut(Box::new(merchant.clone())))
            .with(Write::ClientPut(client));
        let subject = format!("merchant {}", merchant.id);
        Ok(Pending { operator: *self, made: merchant, secret, changes, action: "create", subject, detail })
    }

    /// Registers a bank with its API client, its public key, and the secret that is made for it here.
    pub async fn bank_register(
        &self,
        bank: Bank,
        client_id: ClientId,
        public_key_pem: &str,
    ) -> Result<Secret<String>, Error> {
        let pending = self.bank_prepare(bank, client_id, public_key_pem).await?;
        pending.put_in_force().await.map(|(_, secret)| secret)
    }

    /// The same up to where it counts.
    pub async fn bank_prepare(
        &self,
        bank: Bank,
        client_id: ClientId,
        public_key_pem: &str,
    ) -> Result<Pending<'_, Bank>, Error> {
        let exists = |what| Err(CommitError::Exists { what }.into());
        if self.store.bank_find(&bank.id).await.map_err(CommitError::from)?.is_some() {
            return exists("bank");
        }
        if self.store.client_find(&client_id).await.map_err(CommitError::from)?.is_some() {
            return exists("client");
        }
        check_callers(&bank.allowed_callers)?;
        let (secret, sealed) = self.new_secret(&client_id);
        let key = self.public_key(public_key_pem)?;
        let detail = registered(&client_id, &key, &difference::new_bank(&bank));
        let client = ClientRow {
            client_id,
            owner: ClientOwner::Bank(bank.id.clone()),
            secrets: vec![sealed],
            public_keys: vec![key],
        };
        let subject = format!("bank {}", bank.id);
        let changes = Changes::new().with(Write::BankPut(bank.clone())).with(Write::ClientPut(client));
        Ok(Pending { operator: *self, made: bank, secret, changes, action: "create", subject, detail })
    }

    /// Changes what a bank registered, and says what that was. What is the same already is not written again, and what
    /// somebody else changes meanwhile is not undone.
    pub async fn bank_change(
        &self,
        id: &BankId,
        change: impl FnOnce(Bank) -> Bank,
    ) -> Result<Vec<Difference>, Error> {
        let subject = format!("bank {id}");
        let version = self.store.bank_version(id).await.map_err(CommitError::from)?;
        let before = self.store.bank_find(id).await.map_err(CommitError::from)?;
        let (version, before) = version.zip(before).ok_or_else(|| Error::NotFound(subject.clone()))?;
        let bank = change(before.clone());
        check_callers(&bank.allowed_callers)?;
        let differences = difference::of_banks(&before, &bank);
        let hold = Write::OwnerHold { owner: ClientOwner::Bank(id.clone()), version };
        self.change(Changes::new().with(hold).with(Write::BankPut(bank)), subject, differences).await
    }

    /// Changes what a merchant registered, and says what that was. What is the same already is not written again, and
    /// what somebody else changes meanwhile is not undone.
    pub async fn merchant_change(
        &self,
        id: &MerchantId,
        change: impl FnOnce(Merchant) -> Merchant,
    ) -> Result<Vec<Difference>, Error> {
        let subject = format!("merchant {id}");
        let version = self.store.merchant_version(id).await.map_err(CommitError::from)?;
        let before = self.store.merchant_find(id).await.map_err(CommitError::from)?;
        let (version, before) = version.zip(before).ok_or_else(|| Error::NotFound(subject.clone()))?;
        let merchant = change(before.clone());
        self.check(&merchant).await?;
        let differences = difference::of_merchants(&before, &merchant);
        let hold = Write::OwnerHold { owner: ClientOwner::Merchant(id.clone()), version };
        let put = Write::MerchantPut(Box::new(merchant));
        self.change(Changes::new().with(hold).with(put), subject, differences).await
    }

    async fn change(
        &self,
        changes: Changes,
        subject: String,
        differences: Vec<Difference>,
    ) -> Result<Vec<Difference>, Error> {
        if differences.is_empty() {
            return Ok(differences);
        }
        match self.commit(changes, "change", &subject, &difference::line(&differences)).await {
            Err(Error::Refused(CommitError::LostRace)) => Err(Error::ChangedMeanwhile(subject)),
            committed => committed.map(|()| differences),
        }
    }

    /// One more secret for a client; the old ones go on working until they are revoked.
    pub async fn secret_add(&self, client: &ClientId) -> Result<Secret<String>, Error> {
        self.secret_prepare(client).await?.put_in_force().await.map(|(_, secret)| secret)
    }

    /// The same up to where it counts. What is made is the secret's id.
    pub async fn secret_prepare(&self, client: &ClientId) -> Result<Pending<'_, String>, Error> {
        self.client_must_exist(client).await?;
        let (secret, sealed) = self.new_secret(client);
        let subject = format!("client {client}");
        let (id, detail) = (sealed.id.clone(), format!("secret {}", sealed.id));
        let add = Write::ClientSecretAdd { client: client.clone(), secret: sealed };
        let changes = Changes::new().with(add);
        Ok(Pending { operator: *self, made: id, secret, changes, action: "add", subject, detail })
    }

    /// Ends a secret at once.
    pub async fn secret_revoke(&self, client: &ClientId, id: &str) -> Result<(), Error> {
        let revoke =
            Write::ClientSecretRevoke { client: client.clone(), id: id.to_owned(), at: self.env.now() };
        self.revoke(revoke, client, &format!("secret {id}")).await
    }

    /// One more public key for a client. Gives its fingerprint.
    pub async fn public_key_add(&self, client: &ClientId, pem: &str) -> Result<String, Error> {
        self.client_must_exist(client).await?;
        let key = self.public_key(pem)?;
        let fingerprint = key.fingerprint.clone();
        let add = Write::ClientKeyAdd { client: client.clone(), key };
        let detail = format!("public key {fingerprint}");
        self.commit(Changes::new().with(add), "add", &format!("client {client}"), &detail).await?;
        Ok(fingerprint)
    }

    /// Ends a public key at once.
    pub async fn public_key_revoke(&self, client: &ClientId, fingerprint: &str) -> Result<(), Error> {
        let revoke = Write::ClientKeyRevoke {
            client: client.clone(),
            fingerprint: fingerprint.to_owned(),
            at: self.env.now(),
        };
        self.revoke(revoke, client, &format!("public key {fingerprint}")).await
    }

    /// Registers a customer with an empty wallet.
    pub async fn customer_create(
        &self,
        phone: Phone,
        name: &str,
        pin: &Secret<String>,
        pay_later_limit: Option<Money>,
        has_savings: bool,
    ) -> Result<Customer, Error> {
        let digits = pin.expose();
        if digits.len() != PIN_LEN || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Error::Pin);
        }
        if self.store.customer_find_by_phone(&phone).await.map_err(CommitError::from)?.is_some() {
            return Err(CommitError::Exists { what: "customer" }.into());
        }
        let customer = Customer {
            id: CustomerId::new(ids::uuid(self.env)).expect("a UUID"),
            phone,
            name: name.to_owned(),
            standing: Standing::Active,
            pay_later_limit,
            has_savings,
        };
        let mut changes = accounts(&customer);
        changes.push(Write::CustomerPut(CustomerRow {
            customer: customer.clone(),
            pin_hash: pin::hash(self.env, pin),
            otp: None,
            link_pin: None,
            scenario: None,
        }));
        let limit = pay_later_limit.map(|limit| format!("; payLaterLimit: {limit}")).unwrap_or_default();
        let savings = if has_savings { "; hasSavings: true" } else { "" };
        let detail = format!("name: {name}{limit}{savings}");
        self.commit(changes, "create", &format!("customer {}", customer.id), &detail).await?;
        Ok(customer)
    }

    /// Puts money into a customer's wallet or savings. `reference` names the bank's transaction behind it and works
    /// once.
    pub async fn top_up(&self, account: &Account, amount: Money, reference: &str) -> Result<(), Error> {
        if amount.minor() > Money::AMOUNT_MAX.minor() {
            return Err(Error::Amount);
        }
        let journal = JournalEntry::put_in(account.clone(), amount, reference, self.env.now());
        let changes = Changes::new().with(Write::JournalPost(journal.ok_or(Error::Amount)?));
        let subject = format!("account {}", account.id());
        match self.commit(changes, "top-up", &subject, &format!("{amount} {reference}")).await {
            Err(Error::Refused(CommitError::LostRace)) => Err(CommitError::Exists { what: "top-up" }.into()),
            other => other,
        }
    }

    /// What a merchant registers must be usable when the time comes, not only then found out.
    async fn check(&self, merchant: &Merchant) -> Result<(), Error> {
        check(merchant)?;
        self.is_to_be_told(merchant).await?;
        self.codes_must_be_free(merchant).await
    }

    /// Real money is told of on the public internet alone. An address that is written out is looked at here; what a name
    /// resolves to may change, and is looked at whenever it is called.
    async fn is_to_be_told(&self, merchant: &Merchant) -> Result<(), Error> {
        let Some(url) = &merchant.notify_url else { return Ok(()) };
        let Some(host) = Prefix::parse(url)?.not_public() else { return Ok(()) };
        let is_real = purpose::is_real_money(self.store).await.map_err(CommitError::from)?;
        if is_real { Err(Error::NotifyAddress { url: url.clone(), host }) } else { Ok(()) }
    }

    /// Says whose a code is that the merchant is to get. What keeps two merchants from one code is the store's constraint.
    async fn codes_must_be_free(&self, merchant: &Merchant) -> Result<(), Error> {
        for code in &merchant.company_codes {
            match self.store.company_code_owner(code).await.map_err(CommitError::from)? {
                Some(owner) if owner != merchant.id => {
                    let code = code.clone();
                    return Err(Error::CompanyCodeTaken { code, owner });
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    async fn client_must_exist(&self, client: &ClientId) -> Result<(), Error> {
        match self.store.client_find(client).await.map_err(CommitError::from)? {
            Some(_) => Ok(()),
            None => Err(Error::NotFound(format!("client {client}"))),
        }
    }

    fn new_secret(&self, client: &ClientId) -> (Secret<String>, SealedSecret) {
        let secret = Env::secret_text(ALPHANUMERIC, SECRET_LEN);
        let sealed = SealedSecret {
            id: self.env.text(ALPHANUMERIC, 8),
            sealed: self.sealer.seal(&directory::secret_name(client), secret.as_bytes()),
            added_at: self.env.now(),
            revoked_at: None,
        };
        (Secret::new(secret), sealed)
    }

    fn public_key(&self, pem: &str) -> Result<PublicKeyRow, Error> {
        let key = VerifyingKey::from_pem(pem).map_err(|error| Error::PublicKey(error.to_string()))?;
        Ok(PublicKeyRow {
            fingerprint: key.fingerprint(),
            pem: key.to_pem(),
            added_at: self.env.now(),
            revoked_at: None,
        })
    }

    async fn revoke(&self, write: Write, client: &ClientId, what: &str) -> Result<(), Error> {
        match self.commit(Changes::new().with(write), "revoke", &format!("client {client}"), what).await {
            Err(Error::Refused(CommitError::LostRace)) => Err(Error::NotFound(format!("active {what}"))),
            other => other,
        }
    }

    async fn commit(&self, changes: Changes, action: &str, subject: &str, detail: &str) -> Result<(), Error> {
        let audit = audit(self.env.now(), self.name, action, subject, detail);
        Ok(self.store.commit(changes.with(audit)).await?)
    }
}

/// What the audit log keeps of a registration.
fn registered(client_id: &ClientId, key: &PublicKeyRow, fields: &str) -> String {
    format!("client {client_id} with public key {}; {fields}", key.fingerprint)
}

/// What can be said of a merchant without asking anybody.
fn check(merchant: &Merchant) -> Result<(), Error> {
    merchant.notify_url.as_deref().map(Prefix::parse).transpose()?;
    let refuse = |url: &String, reason| Err(Error::Url { url: url.clone(), reason });
    if let Some(url) = &merchant.return_url {
        match return_url::kind(url) {
            Ok(Kind::Web) => {}
            Ok(Kind::App) => return refuse(url, "it must start with http:// or https://"),
            Err(reason) => return refuse(url, reason),
        }
    }
    for url in &merchant.links.redirect_urls {
        if let Err(reason) = return_url::kind(url) {
            return refuse(url, reason);
        }
    }
    if let Some(wrong) = merchant.qris.as_ref().and_then(wrong_in) {
        return Err(Error::Qris(wrong));
    }
    check_codes(&merchant.company_codes)?;
    check_callers(&merchant.allowed_callers)
}

/// Company codes are digits of banks that keep virtual accounts, each of them once.
fn check_codes(codes: &[CompanyCode]) -> Result<(), Error> {
    for (at, code) in codes.iter().enumerate() {
        let is_known = virtual_account::Bank::ALL.iter().any(|bank| bank.as_str() == code.bank);
        let is_code = (1..=virtual_account::COMPANY_WIDTH).contains(&code.code.len())
            && code.code.bytes().all(|byte| byte.is_ascii_digit());
        let reason = match (is_known, is_code) {
            (false, _) => "no such bank has virtual accounts",
            (true, false) => "a code is 1 to 8 digits",
            (true, true) if codes[..at].contains(code) => "it is given twice",
            (true, true) => continue,
        };
        return Err(Error::CompanyCode { code: code.clone(), reason });
    }
    Ok(())
}

fn check_callers(allowed: &[String]) -> Result<(), Error> {
    match allowed.iter().find(|text| address_block(text).is_none()) {
        Some(bad) => Err(Error::AllowedCaller(bad.clone())),
        None => Ok(()),
    }
}

/// What of a code's words could not stand in a code. Names are cut and need no check.
fn wrong_in(profile: &QrisProfile) -> Option<&'static str> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_nmid = |text: &str| text.len() == 15 && text.strip_prefix("ID").is_some_and(is_digits);
    [
        (
            (15..=19).contains(&profile.pan.len()) && is_digits(&profile.pan),
            "the account number has 15 to 19 digits",
        ),
        (is_nmid(&profile.nmid), "the national merchant id is ID and 13 digits"),
        (["UMI", "UKE", "UME", "UBE"].contains(&&*profile.criteria), "the size is UMI, UKE, UME or UBE"),
        (profile.mcc <= 9999, "the merchant category code has four digits"),
        (!profile.city.trim().is_empty(), "the city is missing"),
        (
            is_digits(&profile.postal_code) && profile.postal_code.len() <= 10,
            "the postal code is up to 10 digits",
        ),
    ]
    .into_iter()
    .find_map(|(is_right, sentence)| (!is_right).then_some(sentence))
}

/// The accounts of a customer, empty.
pub fn accounts(customer: &Customer) -> Changes {
    let wallet = Account::Wallet(customer.id.clone());
    let mut changes = Changes::new().with(Write::BalanceOpen { account: wallet, floor: Money::ZERO_IDR });
    if customer.has_savings {
        let account = Account::Savings(customer.id.clone());
        changes.push(Write::BalanceOpen { account, floor: Money::ZERO_IDR });
    }
    if let Some(floor) = customer.pay_later_limit.and_then(Money::checked_neg) {
        changes.push(Write::BalanceOpen { account: Account::PayLater(customer.id.clone()), floor });
    }
    changes
}

/// Makes a notification due again. It needs no seal, so it is no deed of an [`Operator`].
///
/// # Errors
///
/// [`CommitError::LostRace`] if there is none of that id, or none any more.
pub async fn notification_resend(
    store: &Store,
    env: &Env,
    name: &str,
    id: &NotificationId,
) -> Result<(), CommitError> {
    let row = store.notification_find(id).await?.ok_or(CommitError::LostRace)?;
    // By the machine's clock. A sandbox whose clock was moved ahead is past that time, so it is due there as well.
    let again = Write::NotificationResend { key: row.key(), at: env.now() };
    let detail = format!("state: {} → pending; attempts: {}", row.state.word(), row.attempts);
    let audit = audit(env.now(), name, "resend", &format!("notification {id}"), &detail);
    store.commit(Changes::new().with(again).with(audit)).await
}

fn audit(at: Timestamp, actor: &str, action: &str, subject: &str, detail: &str) -> Write {
    Write::AuditAdd {
        at,
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_owned(),
    }
}
