//! Payments and all that goes with them.

use super::describe::Kind::{Blob, Int, Text};
use super::describe::{Archive, Family, Table, changing, fixed, key};
use crate::bucket::Follows;

/// Payments as they stand.
pub(crate) static PAYMENT: Table = Table::new(
    "payment",
    &[
        key("reference_no", Text),
        fixed("merchant_id", Text),
        fixed("partner_reference_no", Text),
        fixed("external_id", Text),
        fixed("amount", Int),
        fixed("product", Text),
        fixed("method", Text),
        fixed("created_at", Int),
        fixed("valid_up_to", Int),
        fixed("details", Text),
        changing("status", Text),
        changing("version", Int),
        changing("changed_at", Int),
        changing("payer", Text).or_null(),
        changing("pay_option", Text).or_null(),
        changing("paid_at", Int).or_null(),
        changing("refunded", Int),
    ],
)
.archived(Archive::Head(Family::Payment))
.traffic()
.bucketed(Follows::Number("reference_no"));

/// Every state that a payment had, but for the usual first one, which the payment implies: the guard of its next state and its audit trail in one.
pub(crate) static TRANSITION: Table = Table::new(
    "transition",
    &[
        key("reference_no", Text),
        key("version", Int),
        fixed("status", Text),
        fixed("changed_at", Int),
        fixed("payer", Text).or_null(),
        fixed("pay_option", Text).or_null(),
        fixed("paid_at", Int).or_null(),
        fixed("refunded", Int),
    ],
)
.archived(Archive::With(&[Family::Payment]))
.traffic()
.bucketed(Follows::Number("reference_no"));

/// Refunds that were made.
pub(crate) static REFUND: Table = Table::new(
    "refund",
    &[
        key("reference_no", Text),
        key("partner_refund_no", Text),
        fixed("refund_no", Text),
        fixed("version", Int),
        fixed("amount", Int),
        fixed("reason", Text).or_null(),
        fixed("at", Int),
    ],
)
.archived(Archive::With(&[Family::Payment]))
.traffic()
.bucketed(Follows::Number("reference_no"));

/// Why payments were called off, where their merchants said so.
pub(crate) static CANCELLATION: Table =
    Table::new("cancellation", &[key("reference_no", Text), fixed("reason", Text)])
        .archived(Archive::With(&[Family::Payment]))
        .traffic()
        .bucketed(Follows::Number("reference_no"));

/// How merchants ended authorizations: each has one end at the most.
pub(crate) static RESOLUTION: Table = Table::new(
    "resolution",
    &[
        key("reference_no", Text),
        fixed("version", Int),
        fixed("kind", Text),
        fixed("resolution_no", Text),
        fixed("partner_resolution_no", Text),
        fixed("amount", Int),
        fixed("reason", Text).or_null(),
        fixed("at", Int),
    ],
)
.archived(Archive::With(&[Family::Payment]))
.traffic()
.bucketed(Follows::Number("reference_no"));

/// What each merchant gave back on its latest day with a refund.
pub(crate) static MERCHANT_REFUND: Table = Table::new(
    "merchant_refund",
    &[
        key("merchant_id", Text),
        changing("version", Int),
        changing("day_ends_at", Int),
        changing("refunded", Int),
    ],
)
.traffic();

/// The merchants' order ids of QR codes: the guard against two codes for one order, and the way from an order to its code.
pub(crate) static QR_REFERENCE: Table = Table::new(
    "qr_reference",
    &[
        key("merchant_id", Text),
        key("partner_reference_no", Text),
        changing("reference_no", Text),
        changing("taken_at", Int),
        changing("taken_until", Int),
    ],
)
.traffic();

/// Answers that were given, for those who ask again.
pub(crate) static REPLAY: Table = Table::new(
    "replay",
    &[
        key("owner", Text),
        key("service", Text),
        key("external_id", Text),
        changing("request", Blob),
        changing("body", Blob),
        changing("opened", Text).or_null(),
        changing("taken_at", Int),
        changing("kept_until", Int),
    ],
)
.traffic()
.bucketed(Follows::Key(&["owner", "external_id"]));
