//! Opening a payment: the checks that need the clock or the merchant's terms, in their order.

use std::time::Duration;

use lunas_vocab::{ExternalId, MerchantId, Money, PartnerReferenceNo, ReferenceNo, Timestamp};

use super::{Decision, Details, Method, Payment, Product, Status};
use crate::merchant::PointOfPurchaseKind;
use crate::notice::{About, Notice};

/// How long a payment waits when the merchant does not say.
pub const VALIDITY_DEFAULT: Duration = Duration::from_mins(15);
/// The least time a payment may wait.
pub const VALIDITY_MIN: Duration = Duration::from_secs(20);

/// What a merchant asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The id the gateway gives it.
    pub reference_no: ReferenceNo,
    /// Whose it is.
    pub merchant: MerchantId,
    /// The merchant's order id.
    pub partner_reference_no: PartnerReferenceNo,
    /// `X-EXTERNAL-ID` of the call.
    pub external_id: ExternalId,
    /// What is to be paid.
    pub amount: Money,
    /// What it is sold as.
    pub product: Product,
    /// Who carries it out.
    pub method: Method,
    /// When it is to stop waiting, if the merchant says so.
    pub valid_up_to: Option<Timestamp>,
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
}

/// Decides whether a payment opens. It starts as pending; its merchant is told.
pub fn open(order: Order, terms: MerchantTerms, now: Timestamp) -> Result<Decision, OpenRejection> {
    let mut details = order.details;
    let is_mini_app =
        terms.point_of_purchase == Some(NamedPointOfPurchase::Known(PointOfPurchaseKind::MiniApp));
    if details.return_url.is_none() && order.product == Product::DirectDebit {
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
    let valid_up_to = order.valid_up_to.unwrap_or(now.plus(VALIDITY_DEFAULT));
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
    let payment = Payment {
        reference_no: order.reference_no,
        merchant: order.merchant,
        partner_reference_no: order.partner_reference_no,
        external_id: order.external_id,
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
    let notice = Notice {
        about: About::Payment,
        reference_no: payment.reference_no.clone(),
        version: payment.version,
    };
    Ok(Decision { payment, journal: None, refund: None, notice })
}
