//! `lunas merchant`: who takes payments here.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lunas_domain::link::LinkTerms;
use lunas_domain::merchant::{Merchant, NotifyStatuses, NotifyText, PointOfPurchaseKind, QrisProfile};
use lunas_domain::virtual_account::{AccountTerms, CompanyCode, Kind};
use lunas_gateway::admin::NewMerchant;
use lunas_vocab::{ClientId, MerchantId};
use serde_json::{Value, json};

use crate::admin_session::AdminSession;
use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict, say};
use crate::{input, output, registration};

/// The till that codes name, as long as merchants register no tills.
const TERMINAL: &str = "A01";

/// Register merchants, list them, change their settings
#[derive(Subcommand, Debug)]
pub(crate) enum MerchantCommand {
    Add(Add),
    List(List),
    Set(Set),
}

/// Register a merchant with its API client, and show the client secret: once, and never again
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas merchant add G000000002 --name \"Toko Maju\" --public-key merchant.pem \
                        --notify-url https://toko.example/lunas --config lunas.toml"
)]
pub(crate) struct Add {
    /// The merchant id (MID)
    id: MerchantId,
    /// The name customers see
    #[arg(long)]
    name: String,
    /// The merchant's RSA public key or a certificate with it, PEM or DER
    #[arg(long, value_name = "FILE")]
    public_key: PathBuf,
    /// The client id (default: the merchant id followed by -SNAP)
    #[arg(long)]
    client_id: Option<ClientId>,
    /// URL prefix that notification paths are appended to
    #[arg(long)]
    notify_url: Option<String>,
    /// Where customers return to when a payment names no URL
    #[arg(long)]
    return_url: Option<String>,
    /// What the merchant wants to see as X-PARTNER-ID on notifications (default: the merchant id)
    #[arg(long)]
    partner_id: Option<String>,
    #[command(flatten)]
    notifications: NotificationArgs,
    /// An address or CIDR block its servers call from; give it again for each (default: from anywhere)
    #[arg(long, value_name = "ADDRESS")]
    allow_caller: Vec<String>,
    #[command(flatten)]
    qris: QrisArgs,
    #[command(flatten)]
    accounts: AccountArgs,
    #[command(flatten)]
    links: LinkArgs,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// List the merchants
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas merchant list --config lunas.toml")]
pub(crate) struct List {
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Change the settings of a merchant that are named, and no others
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas merchant set G000000002 --notify-url https://toko.example/snap")]
pub(crate) struct Set {
    /// The merchant id (MID)
    id: MerchantId,
    /// URL prefix that notification paths are appended to
    #[arg(long)]
    notify_url: Option<String>,
    /// Where customers return to when a payment names no URL
    #[arg(long)]
    return_url: Option<String>,
    #[command(flatten)]
    notifications: NotificationArgs,
    /// An address or CIDR block its servers call from; give it again for each, or empty for "from anywhere"
    #[arg(long, value_name = "ADDRESS")]
    allow_caller: Vec<String>,
    #[command(flatten)]
    qris: QrisArgs,
    #[command(flatten)]
    accounts: AccountArgs,
    #[command(flatten)]
    links: LinkArgs,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What the merchant verifies notifications with, and which it wants.
#[derive(Args, Debug)]
struct NotificationArgs {
    /// How texts of notifications are spelled: portable (verified by every current SDK; / and letters beyond ASCII are
    /// replaced), exact (as sent: Node, Java, or the raw body), escaped (as sent: PHP, or the raw body) or plain (for
    /// the Java SDK before 3.2.2); a new merchant's are portable
    #[arg(long, value_name = "SPELLING", value_parser = notify_text)]
    notify_text: Option<NotifyText>,
    /// Which transaction statuses notifications tell of, of 00, 03, 04, 05, 06, 08 and 09, with commas between them; 00 is
    /// always one. A new merchant is told of all; without 03 half as many are signed
    #[arg(long, value_name = "STATUSES", value_parser = notify_statuses)]
    notify_statuses: Option<NotifyStatuses>,
}

fn notify_text(word: &str) -> Result<NotifyText, String> {
    let words = || format!("a spelling is one of {}", NotifyText::ALL.map(NotifyText::word).join(", "));
    NotifyText::parse(word).ok_or_else(words)
}

fn notify_statuses(digits: &str) -> Result<NotifyStatuses, String> {
    NotifyStatuses::parse(digits.split(',').map(str::trim)).map_err(|error| error.to_string())
}

/// What a merchant's QR codes say of it: all of it, or the merchant takes no payments by code.
#[derive(Args, Debug)]
struct QrisArgs {
    /// QRIS: the account number at the acquirer
    #[arg(long, value_name = "DIGITS", requires_all = ["qris_nmid", "qris_criteria", "mcc", "city", "postal_code"])]
    qris_pan: Option<String>,
    /// QRIS: the national merchant id
    #[arg(long, value_name = "ID", requires = "qris_pan")]
    qris_nmid: Option<String>,
    /// QRIS: the size of the business, UMI, UKE, UME or UBE
    #[arg(long, value_name = "CLASS", requires = "qris_pan")]
    qris_criteria: Option<String>,
    /// QRIS: the merchant category code
    #[arg(long, requires = "qris_pan")]
    mcc: Option<u16>,
    /// QRIS: the city
    #[arg(long, requires = "qris_pan")]
    city: Option<String>,
    /// QRIS: the postal code
    #[arg(long, requires = "qris_pan")]
    postal_code: Option<String>,
}

/// What a merchant agreed on about its virtual accounts. Those that are open keep what they were opened with.
#[derive(Args, Debug)]
struct AccountArgs {
    /// Virtual accounts: single (one payment of the amount), single-open (of any amount), multi (many payments of any
    /// amount) or multi-minimum (many, none below the amount)
    #[arg(long, value_name = "KIND", value_parser = kind)]
    va_kind: Option<Kind>,
    /// Virtual accounts: those at Mandiri are for businesses, so that every one of them says what is sold
    #[arg(long, value_name = "BOOL")]
    va_mandiri_b2b: Option<bool>,
    /// Virtual accounts: a company code that a bank gave the merchant, such as bca:12345; give it again for each, or empty
    /// for none. Accounts are opened under these codes only
    #[arg(long, value_name = "BANK:CODE", value_parser = company_code)]
    va_company_code: Vec<Option<CompanyCode>>,
}

/// What a merchant agreed on about linked accounts.
#[derive(Args, Debug)]
struct LinkArgs {
    /// Where its customers may be sent after linking or paying, with all below it: a URL, or the scheme of its app such as
    /// merchantapp://; give it again for each
    #[arg(long, value_name = "URL")]
    redirect_url: Vec<String>,
    /// Whether its recurring charges on linked accounts ask for no PIN
    #[arg(long, value_name = "BOOL")]
    recurring_without_pin: Option<bool>,
}

impl LinkArgs {
    /// What is given, and the rest as it was.
    fn merge(self, terms: LinkTerms) -> LinkTerms {
        let redirect_urls = match self.redirect_url.as_slice() {
            [] => terms.redirect_urls,
            given => given.iter().filter(|url| !url.is_empty()).cloned().collect(),
        };
        LinkTerms { redirect_urls, may_skip_pin: self.recurring_without_pin.unwrap_or(terms.may_skip_pin) }
    }
}

fn kind(word: &str) -> Result<Kind, String> {
    let words = || format!("a kind is one of {}", Kind::ALL.map(Kind::word).join(", "));
    Kind::parse(word).ok_or_else(words)
}

/// A code at a bank, or nothing. Whether the bank has virtual accounts, and whether the code is free, is for the registration
/// to say.
fn company_code(text: &str) -> Result<Option<CompanyCode>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let (bank, code) =
        text.split_once(':').ok_or("a company code is a bank and its code, such as bca:12345")?;
    Ok(Some(CompanyCode { bank: bank.trim().to_ascii_lowercase(), code: code.trim().to_owned() }))
}

impl AccountArgs {
    /// The codes that are given, or those that were there.
    fn codes(&self, before: Vec<CompanyCode>) -> Vec<CompanyCode> {
        match self.va_company_code.as_slice() {
            [] => before,
            given => given.iter().flatten().cloned().collect(),
        }
    }

    /// What is given, and the rest as it was.
    fn merge(&self, terms: AccountTerms) -> AccountTerms {
        AccountTerms {
            kind: self.va_kind.unwrap_or(terms.kind),
            mandiri_b2b: self.va_mandiri_b2b.unwrap_or(terms.mandiri_b2b),
        }
    }
}

impl QrisArgs {
    fn profile(self, id: &MerchantId, name: &str) -> Option<QrisProfile> {
        Some(QrisProfile {
            name: name.to_owned(),
            pan: self.qris_pan?,
            acquirer_merchant_id: id.to_string(),
            nmid: self.qris_nmid?,
            criteria: self.qris_criteria?,
            mcc: self.mcc?,
            city: self.city?,
            postal_code: self.postal_code?,
            terminal: TERMINAL.to_owned(),
        })
    }
}

impl MerchantCommand {
    /// Does it.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::Set(set) => set.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<Verdict, Error> {
        let pem = input::public_key(&self.public_key)?.to_pem();
        let client_id = registration::client_id(self.client_id, self.id.as_str())?;
        let qris = self.qris.profile(&self.id, &self.name);
        let new = NewMerchant {
            notify_partner_id: self.partner_id.unwrap_or_else(|| self.id.to_string()),
            notify_text: self.notifications.notify_text.unwrap_or_default(),
            notify_statuses: self.notifications.notify_statuses.unwrap_or_default(),
            id: self.id,
            name: self.name,
            return_url: self.return_url,
            notify_url: self.notify_url,
            allowed_callers: self.allow_caller,
            qris,
            accounts: self.accounts.merge(AccountTerms::default()),
            company_codes: self.accounts.codes(Vec::new()),
            links: self.links.merge(LinkTerms::default()),
        };
        let merchant = AdminSession::with(&self.store, async |session| {
            let operator = session.operator();
            let pending = operator.merchant_prepare(new, client_id.clone(), &pem).await;
            let pending =
                pending.map_err(|source| Error::because("the merchant cannot be registered", source))?;
            let merchant = pending.made();
            let named = ("merchant id", merchant.id.as_str());
            registration::show(self.json, described(merchant), named, &client_id, pending.secret())?;
            let (merchant, _) = pending.put_in_force().await.map_err(registration::not_in_force)?;
            Ok(merchant)
        })
        .await?;
        say(&format!("merchant {} is registered; its secret is not shown again", merchant.id));
        Ok(Verdict::Positive)
    }
}

impl List {
    async fn run(self) -> Result<Verdict, Error> {
        let merchants = AdminSession::with(&self.store, async |session| {
            let merchants = session.store.merchants_list().await;
            merchants.map_err(|source| Error::because("the merchants cannot be read", source))
        })
        .await?;
        if self.json {
            output::print_json(&merchants.iter().map(described).collect())?;
        } else {
            let mut rows = Vec::new();
            rows.extend(
                merchants.into_iter().map(|m| [m.id.to_string(), m.name, m.notify_url.unwrap_or_default()]),
            );
            output::print_list(["MERCHANT", "NAME", "NOTIFICATIONS"], rows)?;
        }
        Ok(Verdict::Positive)
    }
}

impl Set {
    async fn run(mut self) -> Result<Verdict, Error> {
        let (id, json, store) = (self.id.clone(), self.json, std::mem::take(&mut self.store));
        let changed = AdminSession::with(&store, async |session| {
            let changed = session.operator().merchant_change(&id, |merchant| self.merge(merchant)).await;
            changed.map_err(|source| Error::because("the merchant cannot be changed", source))
        })
        .await?;
        registration::show_changes(json, ("merchantId", id.as_str()), &changed)?;
        Ok(Verdict::Positive)
    }

    /// What is given, and the rest as it was.
    fn merge(self, mut merchant: Merchant) -> Merchant {
        let given = |url: String| (!url.is_empty()).then_some(url);
        if let Some(url) = self.notify_url {
            merchant.notify_url = given(url);
        }
        if let Some(url) = self.return_url {
            merchant.return_url = given(url);
        }
        merchant.notify_text = self.notifications.notify_text.unwrap_or(merchant.notify_text);
        merchant.notify_statuses = self.notifications.notify_statuses.unwrap_or(merchant.notify_statuses);
        if !self.allow_caller.is_empty() {
            merchant.allowed_callers = self.allow_caller.into_iter().filter_map(given).collect();
        }
        if let Some(profile) = self.qris.profile(&merchant.id, &merchant.name) {
            merchant.qris = Some(profile);
        }
        merchant.accounts = self.accounts.merge(merchant.accounts);
        merchant.company_codes = self.accounts.codes(merchant.company_codes);
        merchant.links = self.links.merge(merchant.links);
        merchant
    }
}

fn described(merchant: &Merchant) -> Value {
    let points: Vec<Value> = merchant
        .points_of_purchase
        .iter()
        .map(|point| {
            let is_mini_app = point.kind == PointOfPurchaseKind::MiniApp;
            json!({"id": point.id.as_str(), "kind": if is_mini_app { "mini-app" } else { "standard" }})
        })
        .collect();
    let codes = merchant.company_codes.iter();
    let codes: Vec<Value> = codes.map(|code| json!({"bank": code.bank, "code": code.code})).collect();
    json!({
        "merchantId": merchant.id.as_str(),
        "name": merchant.name,
        "notifyUrl": merchant.notify_url,
        "returnUrl": merchant.return_url,
        "partnerId": merchant.notify_partner_id,
        "notifyText": merchant.notify_text.word(),
        "notifyStatuses": merchant.notify_statuses.digits(),
        "paymentHandle": merchant.payment_handle,
        "allowedCallers": merchant.allowed_callers,
        "pointsOfPurchase": points,
        "vaKind": merchant.accounts.kind.word(),
        "vaMandiriB2b": merchant.accounts.mandiri_b2b,
        "vaCompanyCodes": codes,
        "redirectUrls": merchant.links.redirect_urls,
        "recurringWithoutPin": merchant.links.may_skip_pin,
        "nmid": merchant.qris.as_ref().map(|profile| profile.nmid.as_str()),
    })
}
