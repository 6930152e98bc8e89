//! A merchant as the rules see one: where it may take payments, and where its customers and notifications go.

use lunas_vocab::{MerchantId, PointOfPurchaseId};
use serde::{Deserialize, Serialize};

use crate::link::LinkTerms;
use crate::virtual_account::{AccountTerms, CompanyCode};

/// A merchant that takes payments through the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    /// The MID.
    pub id: MerchantId,
    /// The name customers see on the review page.
    pub name: String,
    /// Where customers return to when a payment names no URL of its own.
    pub return_url: Option<String>,
    /// The prefix that notification paths are appended to; without one nothing is sent.
    pub notify_url: Option<String>,
    /// What the merchant asked to see as `X-PARTNER-ID` on notifications.
    pub notify_partner_id: String,
    /// How the texts of its notifications are spelled.
    pub notify_text: NotifyText,
    /// The UUID that stands for the merchant in the account-linking calls.
    pub payment_handle: String,
    /// The addresses its servers call from, each an address or a CIDR block; none means any.
    pub allowed_callers: Vec<String>,
    /// The integrations it registered.
    pub points_of_purchase: Vec<PointOfPurchase>,
    /// What its QR codes say; without it the merchant takes no payments by code.
    pub qris: Option<QrisProfile>,
    /// What it agreed on about virtual accounts.
    pub accounts: AccountTerms,
    /// The codes that banks gave it: its virtual accounts are opened under one of them, and under nobody else's.
    pub company_codes: Vec<CompanyCode>,
    /// What it agreed on about linked accounts.
    pub links: LinkTerms,
}

lunas_vocab::words! {
    /// How the texts of a merchant's notifications are spelled: which verifier has to verify them.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum NotifyText {
        /// What every current official SDK verifies; slashes and what lies beyond ASCII are replaced.
        #[default]
        Portable = "portable",
        /// As they were sent.
        Exact = "exact",
        /// As they were sent, with the escapes that PHP writes.
        Escaped = "escaped",
        /// Without blanks as well, for the Java SDK before 3.2.2.
        Plain = "plain",
    }
    /// The word kept in the store and taken from operators.
    pub fn word;
}

/// A merchant as the QRIS network knows it, which every code of it repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct QrisProfile {
    /// The merchant's name; a code has room for 25 characters.
    pub name: String,
    /// The account number at the acquirer.
    pub pan: String,
    /// The id at the acquirer.
    pub acquirer_merchant_id: String,
    /// The national merchant id.
    pub nmid: String,
    /// How large the business is: `UMI`, `UKE`, `UME` or `UBE`.
    pub criteria: String,
    /// What it sells, as a category of ISO 18245.
    pub mcc: u16,
    /// Where it is; a code has room for 15 characters.
    pub city: String,
    /// The postal code.
    pub postal_code: String,
    /// The till that codes name.
    pub terminal: String,
}

/// One integration of a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointOfPurchase {
    /// The id that payments name in `additionalInfo.pointOfPurchaseId`.
    pub id: PointOfPurchaseId,
    /// What the integration is.
    pub kind: PointOfPurchaseKind,
}

lunas_vocab::words! {
    /// What kind of integration a point of purchase stands for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum PointOfPurchaseKind {
        /// A page inside the super-app's container; it returns to the mini app, not to a URL.
        MiniApp = "mini-app",
        /// A web page or an app of the merchant's own.
        Standard = "standard",
    }
    /// The word kept in the store.
    pub fn word;
}
