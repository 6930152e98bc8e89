//! A payment, by direct debit, by QR code or by reserving money first: how it opens, what may happen to it, and all that follows when something does.

mod command;
mod decide;
mod moved;
mod open;
mod pre_auth;
mod product;
mod refund;

#[cfg(test)]
mod tests;

pub use command::{Command, Expiry, Rejection};
pub use decide::decide;
pub use open::{
    Identity, LinkedTerms, MerchantTerms, NamedPointOfPurchase, OpenRejection, Order, VALIDITY_MIN, open,
};
pub use pre_auth::{Resolution, ResolutionKind, authorize};
pub use product::{Method, ORDER_LIFE, Product};
pub use refund::{DailyLimit, Refund, RefundTally};

use std::fmt;

use lunas_vocab::{
    CustomerId, ExternalId, MerchantId, Money, PartnerReferenceNo, PointOfPurchaseId, ReferenceNo, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::json_text::JsonText;
use crate::ledger::{JournalEntry, PayOption};
use crate::merchant::QrisProfile;
use crate::notification::{About, Notification};

lunas_vocab::words! {
    /// Where a payment stands; the two digits are the contract's `latestTransactionStatus`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Status {
        /// 00: the customer paid; of an authorization, the merchant captured it.
        Paid = "00",
        /// 01: the customer's money is reserved.
        Authorized = "01",
        /// 03: waiting for the customer.
        Pending = "03",
        /// 04: paid, and given back in part or in full.
        Refunded = "04",
        /// 05: cancelled by the merchant; an authorization also when nobody captured it in time.
        Cancelled = "05",
        /// 06: failed for a technical reason.
        Failed = "06",
        /// 08: nobody paid in time.
        Expired = "08",
        /// 09: refused by the customer or the issuer.
        Denied = "09",
    }
    /// The two digits on the wire and in the store.
    pub fn digits;
}

impl Status {
    /// Whether a payment that stands so waits, for its customer or its merchant, and ends when its time is up.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::Pending | Self::Authorized)
    }

    /// The word people use, as `transactionStatusDesc` carries it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Paid => "SUCCESS",
            Self::Authorized => "INITIATED",
            Self::Pending => "PENDING",
            Self::Refunded => "REFUNDED",
            Self::Cancelled => "CANCELLED",
            Self::Failed => "FAILED",
            Self::Expired => "EXPIRED",
            Self::Denied => "REJECTED",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.digits(), self.word().to_lowercase())
    }
}

/// A payment as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The gateway's id of it.
    pub reference_no: ReferenceNo,
    /// Whose it is.
    pub merchant: MerchantId,
    /// The merchant's order id.
    pub partner_reference_no: PartnerReferenceNo,
    /// `X-EXTERNAL-ID` of the call that opened it.
    pub external_id: ExternalId,
    /// What is to be paid.
    pub amount: Money,
    /// What the merchant asked for.
    pub product: Product,
    /// Who carries it out.
    pub method: Method,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it stops waiting for the customer, or an authorization for its merchant.
    pub valid_up_to: Timestamp,
    /// What else the merchant said about it.
    pub details: Details,
    /// Where it stands.
    pub status: Status,
    /// Counts its states; the first is 1. It is the optimistic lock.
    pub version: u32,
    /// When it reached this status.
    pub changed_at: Timestamp,
    /// Who paid, or was denied, or whose money is reserved.
    pub payer: Option<CustomerId>,
    /// What it was paid with.
    pub option: Option<PayOption>,
    /// When it was paid, if it was; refunds leave that as it is.
    pub paid_at: Option<Timestamp>,
    /// What was given back so far: never less than nothing and never more than the amount.
    pub refunded: Money,
}

impl Payment {
    /// What may still be refunded; nothing while it is not paid.
    pub fn refundable(&self) -> Money {
        let left = self.paid_at.and_then(|_| self.amount.checked_sub(self.refunded));
        left.unwrap_or(Money::ZERO_IDR)
    }
}

impl Payment {
    /// What the merchant is told of this state. Of authorizations the contract tells nothing: merchants ask.
    fn notification(&self) -> Option<Notification> {
        match self.product {
            Product::DirectDebit | Product::Qris => Some(Notification {
                about: About::Payment,
                reference_no: self.reference_no.clone(),
                version: self.version,
            }),
            Product::PreAuth => None,
        }
    }

    /// The payment as it was when it opened, pending. Authorizations do not open so.
    #[must_use]
    pub fn as_opened(self) -> Self {
        Self {
            status: Status::Pending,
            version: 1,
            changed_at: self.created_at,
            payer: None,
            option: None,
            paid_at: None,
            refunded: Money::ZERO_IDR,
            ..self
        }
    }

    /// Whether it is [as it was when it opened](Self::as_opened): what is made from it now can be made again at any time.
    pub fn is_as_opened(&self) -> bool {
        self.status == Status::Pending
            && self.version == 1
            && self.changed_at == self.created_at
            && self.payer.is_none()
            && self.option.is_none()
            && self.paid_at.is_none()
            && self.refunded == Money::ZERO_IDR
    }
}

/// What a merchant may tell about a payment besides the amount. Kept as one document: no rule looks things up by it. Its
/// members are named by a letter there, since every payment keeps the names as well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// Where the customer goes afterwards.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<ReturnUrl>,
    /// Which of the merchant's integrations opened it.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub point_of_purchase: Option<String>,
    /// The language the merchant asked for: `id` or `en`.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// `items` as they were sent, as a list in JSON text.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub items_json: Option<JsonText>,
    /// The linked account that is charged; other payments are paid by whoever comes.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub linked: Option<LinkedAccount>,
    /// What the merchant's code says of the merchant, as it was when the code was made; only codes have it.
    #[serde(rename = "q", default, skip_serializing_if = "Option::is_none")]
    pub qris: Option<QrisProfile>,
    /// `customerDetails` as it was sent, as JSON text.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub customer_json: Option<JsonText>,
    /// `metadata` as it was sent, as JSON text; status queries give it back.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub metadata_json: Option<JsonText>,
}

impl Details {
    /// The point of purchase as an id.
    pub fn point_of_purchase_id(&self) -> Option<PointOfPurchaseId> {
        self.point_of_purchase.as_deref().and_then(|id| PointOfPurchaseId::new(id).ok())
    }
}

/// The account that a payment charges, and out of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedAccount {
    #[serde(rename = "c")]
    customer: String,
    #[serde(rename = "o")]
    option: String,
}

impl LinkedAccount {
    /// A customer's account, and what of it is charged.
    pub fn new(customer: &CustomerId, option: PayOption) -> Self {
        Self { customer: customer.to_string(), option: option.word().to_owned() }
    }

    /// Whose account it is.
    pub fn customer(&self) -> Option<CustomerId> {
        CustomerId::new(self.customer.as_str()).ok()
    }

    /// Out of what it pays.
    pub fn option(&self) -> Option<PayOption> {
        PayOption::parse(&self.option)
    }

    fn is_paid_by(&self, payer: &CustomerId, option: PayOption) -> bool {
        self.customer == payer.as_str() && self.option() == Some(option)
    }
}

/// Where a customer goes after the payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnUrl {
    /// A web address or a deep link.
    #[serde(rename = "u")]
    pub url: String,
    /// Whether it opens an app. Most do not, and that is not written down.
    #[serde(rename = "d", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_deeplink: bool,
}

/// What one line of what is bought comes to, for the rules. What else it says is kept as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// How many, as the merchant wrote it.
    pub quantity: String,
    /// The price of one.
    pub price: Money,
}

/// Everything that follows from a command, to be made durable in one commit or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The payment's next state.
    pub payment: Payment,
    /// Money that moves, if any does.
    pub journal: Option<JournalEntry>,
    /// The refund that was made, if one was.
    pub refund: Option<Refund>,
    /// How the merchant ended the authorization, if it did.
    pub resolution: Option<Resolution>,
    /// What the merchant is told; nothing of an authorization, about which the contract has no notification.
    pub notification: Option<Notification>,
}
