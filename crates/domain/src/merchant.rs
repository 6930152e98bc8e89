//! A merchant as the rules see one: where it may take payments, and where its customers and notifications go.

use std::fmt;

use lunas_vocab::{MerchantId, PointOfPurchaseId};
use serde::{Deserialize, Serialize};

use crate::link::LinkTerms;
use crate::payment::Status;
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
    /// Which transaction statuses they tell of.
    pub notify_statuses: NotifyStatuses,
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

impl Merchant {
    /// Whether it is told that something of its own reached that transaction status.
    pub fn is_told_of(&self, status: Status) -> bool {
        self.notify_url.is_some() && self.notify_statuses.have(status)
    }
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

/// The transaction statuses that a merchant's notifications tell of; at first all that the contract has for them.
/// Paid is always among them, because the contract has a merchant told that a payment is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifyStatuses(Vec<Status>);

impl NotifyStatuses {
    /// Those that the contract has for notifications: of an authorization it tells nothing.
    pub const ALL: [Status; 7] = [
        Status::Paid,
        Status::Pending,
        Status::Refunded,
        Status::Cancelled,
        Status::Failed,
        Status::Expired,
        Status::Denied,
    ];

    /// Those of these digits, in any order.
    pub fn parse<'a>(digits: impl IntoIterator<Item = &'a str>) -> Result<Self, NotifyStatusesError> {
        let parse = |digits: &str| {
            let status = Status::parse(digits).filter(|status| Self::ALL.contains(status));
            status.ok_or_else(|| NotifyStatusesError::Unknown(digits.to_owned()))
        };
        let mut statuses = digits.into_iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        if !statuses.contains(&Status::Paid) {
            return Err(NotifyStatusesError::PaidMissing);
        }
        statuses.sort();
        statuses.dedup();
        Ok(Self(statuses))
    }

    /// Whether that one is among them.
    pub fn have(&self, status: Status) -> bool {
        self.0.contains(&status)
    }

    /// The two digits of each, in order.
    pub fn digits(&self) -> Vec<&'static str> {
        self.0.iter().map(|status| status.digits()).collect()
    }
}

impl Default for NotifyStatuses {
    fn default() -> Self {
        Self(Self::ALL.to_vec())
    }
}

/// Why a merchant cannot be told of these statuses and no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotifyStatusesError {
    /// It is none that notifications have.
    Unknown(String),
    /// 00 is not among them.
    PaidMissing,
}

impl fmt::Display for NotifyStatusesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(digits) => {
                let known = NotifyStatuses::ALL.map(Status::digits).join(", ");
                write!(f, "{digits:?} is no transaction status of notifications, which are {known}")
            }
            Self::PaidMissing => {
                f.write_str("00 cannot be left out: a merchant is always told of what is paid")
            }
        }
    }
}

impl std::error::Error for NotifyStatusesError {}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paid_is_always_told_and_what_the_contract_does_not_tell_never() {
        let check = |digits: &str, expected: &str| {
            let parsed = NotifyStatuses::parse(digits.split_whitespace());
            let told = parsed.map(|statuses| statuses.digits().join(" "));
            assert_eq!(told.unwrap_or_else(|error| error.to_string()), expected, "{digits}");
        };
        let paid_missing = "00 cannot be left out: a merchant is always told of what is paid";
        let unknown = |digits: &str| {
            format!(
                "{digits:?} is no transaction status of notifications, which are 00, 03, 04, 05, 06, 08, 09"
            )
        };
        check("00 03 04 05 06 08 09", "00 03 04 05 06 08 09");
        check("00", "00");
        check("08 00 04 08", "00 04 08");
        check("", paid_missing);
        check("03 04 05 06 08 09", paid_missing);
        check("00 01", &unknown("01"));
        check("00 0", &unknown("0"));
        check("00,03", &unknown("00,03"));
        assert_eq!(NotifyStatuses::default().digits(), ["00", "03", "04", "05", "06", "08", "09"]);
    }
}
