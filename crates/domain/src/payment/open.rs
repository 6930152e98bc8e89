//! Opening a payment: the checks that need the clock or the merchant's terms, in their order.

use std::time::Duration;

use lunas_vocab::{ExternalId, MerchantId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::moved::paid;
use super::{Decision, Details, Item, Method, Payment, Product, Status};
use crate::merchant::PointOfPurchaseKind;

/// The least time a payment may wait.
pub const VALIDITY_MIN: Duration = Duration::from_secs(20);

/// How a payment is known, beside the merchant's order id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The id the gateway gives it.
    pub reference_no: ReferenceNo,
    /// Whose it is.
    pub merchant: MerchantId,
    /// `X-EXTERNAL-ID` of the call.
    pub external_id: ExternalId,
}

/// What a merchant asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The merchant's order id.
    pub partner_reference_no: PartnerReferenceNo,
    /// What is to be paid.
    pub amount: Money,
    /// What it is sold as.
    pub product: Product,
    /// Who carries it out.
    pub method: Method,
    /// When it is to stop waiting, if the merchant says so.
    pub valid_up_to: Option<Timestamp>,
    /// What is bought.
    pub items: Vec<Item>,
    /// The rest.
    pub details: Details,
}

/// What the gateway knows of the merchant and its customer that bears on opening a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MerchantTerms {
    /// The return URL from the merchant's registration, used when the order names none.
    pub return_url: Option<String>,
    /// What the order's point of purchase is; none if the order names none.
    pub point_of_purchase: Option<NamedPointOfPurchase>,
    /// Whether the order names a customer whose account is blocked.
    pub customer_is_blocked: bool,
    /// Whether the order names a URL that the merchant did not register.
    pub is_url_unknown: bool,
    /// What bears on charging a linked account; none if the order charges none.
    pub linked: Option<LinkedTerms>,
}

/// What bears on charging a linked account. The account's own standing was found out before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkedTerms {
    /// Whether the customer has to enter the PIN; otherwise the payment is made at once.
    pub needs_pin: bool,
}

/// What became of looking up the order's point of purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedPointOfPurchase {
    /// It is one of the merchant's.
    Known(PointOfPurchaseKind),
    /// The merchant has no such integration.
    Unknown,
}

/// Why a payment is not opened, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenRejection {
    /// There is nowhere to send the customer afterwards.
    ReturnUrlMissing,
    /// The order names a point of purchase that is not the merchant's.
    PointOfPurchaseUnknown,
    /// `validUpTo` is less than [`VALIDITY_MIN`] ahead.
    ValidityTooShort {
        /// The gateway's time, because a clock that is off is the usual cause.
        now: Timestamp,
    },
    /// `validUpTo` is further ahead than the product allows.
    ValidityTooLong {
        /// The latest that would do.
        latest: Timestamp,
    },
    /// The named customer must not be charged.
    SuspectedFraud,
    /// The order charges a linked account, and what is bought does not come to its amount.
    ItemsDiffer {
        /// What it comes to.
        sum: Money,
    },
    /// The order names a URL that the merchant did not register.
    UrlNotAllowed,
}

/// Decides whether a payment opens. It starts as pending; its merchant is told.
pub fn open(
    order: Order,
    identity: Identity,
    terms: MerchantTerms,
    now: Timestamp,
) -> Result<Decision, OpenRejection> {
    let mut details = order.details;
    let is_mini_app =
        terms.point_of_purchase == Some(NamedPointOfPurchase::Known(PointOfPurchaseKind::MiniApp));
    if details.return_url.is_none() && order.product == Product::DirectDebit && terms.linked.is_none() {
        details.return_url = terms.return_url.map(|url| super::ReturnUrl { url, is_deeplink: false });
    }
    // A code's customer is in the wallet's app already and stays there.
    let needs_return = order.product == Product::DirectDebit && !is_mini_app;
    if details.return_url.is_none() && needs_return {
        return Err(OpenRejection::ReturnUrlMissing);
    }
    if terms.point_of_purchase == Some(NamedPointOfPurchase::Unknown) {
        return Err(OpenRejection::PointOfPurchaseUnknown);
    }
    let valid_up_to = order.valid_up_to.unwrap_or(now.plus(order.product.validity_default()));
    if valid_up_to < now.plus(VALIDITY_MIN) {
        return Err(OpenRejection::ValidityTooShort { now });
    }
    let latest = now.plus(order.product.validity_max(order.method));
    if valid_up_to > latest {
        return Err(OpenRejection::ValidityTooLong { latest });
    }
    if terms.customer_is_blocked {
        return Err(OpenRejection::SuspectedFraud);
    }
    if terms.linked.is_some() {
        check_items(&order.items, order.amount)?;
    }
    if terms.is_url_unknown {
        return Err(OpenRejection::UrlNotAllowed);
    }
    let payment = Payment {
        reference_no: identity.reference_no,
        merchant: identity.merchant,
        partner_reference_no: order.partner_reference_no,
        external_id: identity.external_id,
        amount: order.amount,
        product: order.product,
        method: order.method,
        created_at: now,
        valid_up_to,
        details,
        status: Status::Pending,
        version: 1,
        changed_at: now,
        payer: None,
        option: None,
        paid_at: None,
        refunded: Money::ZERO_IDR,
    };
    let notification = payment.notification();
    let opened = Decision { payment, journal: None, refund: None, resolution: None, notification };
    match terms.linked {
        Some(linked) if !linked.needs_pin => Ok(paid_at_once(opened, now)),
        Some(_) | None => Ok(opened),
    }
}

/// A charge that asks for nothing is paid in its first state.
fn paid_at_once(opened: Decision, now: Timestamp) -> Decision {
    let linked = opened.payment.details.linked.as_ref();
    let account = linked.and_then(|linked| linked.customer().zip(linked.option()));
    let Some((payer, option)) = account else { return opened };
    let mut paid = paid(&opened.payment, &payer, option, now);
    paid.payment.version = opened.payment.version;
    Decision { notification: opened.notification, ..paid }
}

/// What is bought has to come to the amount, if the merchant says what it is and all of it can be counted.
fn check_items(items: &[Item], amount: Money) -> Result<(), OpenRejection> {
    let total = |item: &Item| {
        // A quantity has up to two decimals, as money has, so that its hundredths are read as minor units are.
        let hundredths = Money::parse_idr(&item.quantity).ok()?.minor();
        Some(item.price.minor().checked_mul(hundredths)? / 100)
    };
    let sum = items.iter().try_fold(0_i64, |sum, item| sum.checked_add(total(item)?));
    match sum.map(Money::idr_minor) {
        Some(sum) if sum != amount && !items.is_empty() => Err(OpenRejection::ItemsDiffer { sum }),
        Some(_) | None => Ok(()),
    }
}
