//! Moving what ended long ago out of the tables that traffic works on.
//!
//! The lines of the archive come first: their key stops a second move of the same thing. Then everything is taken from
//! where it was, the payment under the version and each notification under the state that were read: what has changed
//! since then refuses the whole.

use lunas_domain::payment::Status;

use crate::document::{Ended, Named, cell};
use crate::statement::Statement;
use crate::step::Step;
use crate::table::{
    ACCOUNT, ACCOUNT_TRANSITION, ARCHIVE, Archive, CANCELLATION, Family, NOTIFICATION, PAYMENT, REFUND,
    RESOLUTION, TRANSFER, TRANSITION, row,
};
use crate::value::Owned;
use crate::{CommitError, Unavailable};

pub(crate) const PAYMENT_TAKE: Statement =
    Statement::delete("payment_take", &PAYMENT, &["reference_no", "version"]).or(&CommitError::LostRace);

pub(crate) const TRANSITIONS_TAKE: Statement =
    Statement::delete("transitions_take", &TRANSITION, &["reference_no"]);

pub(crate) const REFUNDS_TAKE: Statement = Statement::delete("refunds_take", &REFUND, &["reference_no"]);

pub(crate) const CANCELLATION_TAKE: Statement =
    Statement::delete("cancellation_take", &CANCELLATION, &["reference_no"]);

pub(crate) const RESOLUTION_TAKE: Statement =
    Statement::delete("resolution_take", &RESOLUTION, &["reference_no"]);

pub(crate) const ACCOUNT_TAKE: Statement =
    Statement::delete("account_take", &ACCOUNT, &["reference_no", "version"]).or(&CommitError::LostRace);

pub(crate) const ACCOUNT_TRANSITIONS_TAKE: Statement =
    Statement::delete("account_transitions_take", &ACCOUNT_TRANSITION, &["reference_no"]);

pub(crate) const TRANSFERS_TAKE: Statement =
    Statement::delete("transfers_take", &TRANSFER, &["reference_no"]);

/// Resending it moves it on as well: then it is pending, and stays.
pub(crate) const NOTIFICATION_TAKE: Statement = Statement::delete(
    "notification_take",
    &NOTIFICATION,
    &["reference_no", "version", "id", "state", "attempts"],
)
.or(&CommitError::LostRace);

/// How what belongs to a head is taken from its tables. Notifications go one by one.
pub(crate) const PARTS: [Statement; 6] = [
    TRANSITIONS_TAKE,
    REFUNDS_TAKE,
    CANCELLATION_TAKE,
    RESOLUTION_TAKE,
    ACCOUNT_TRANSITIONS_TAKE,
    TRANSFERS_TAKE,
];

pub(super) fn archive(to: &mut Vec<Step>, ended: &Ended) -> Result<(), Unavailable> {
    let document = &ended.document;
    let [head] = document.named(ended.head.name) else {
        return Err(Unavailable::corrupt("head", document.named(ended.head.name).len()));
    };
    let text = document.text()?;
    let (line, take) = match ended.head.archive {
        Archive::Head(Family::Payment) => (payment_line(head, text), PAYMENT_TAKE),
        Archive::Head(Family::Account) => (account_line(head, text), ACCOUNT_TAKE),
        Archive::Stays | Archive::With(_) => return Err(Unavailable::corrupt("head", ended.head.name)),
    };
    to.push(Step::insert(&ARCHIVE, line));
    let merchant = || cell(head, "merchant_id");
    for row in document.named("refund") {
        to.push(Step::insert(
            &ARCHIVE,
            part_line(row, "refund", ["refund_no", "partner_refund_no"], merchant()),
        ));
    }
    for row in document.named("resolution") {
        to.push(Step::insert(
            &ARCHIVE,
            part_line(row, "resolution", ["reference_no", "partner_resolution_no"], merchant()),
        ));
    }
    for row in document.named("transfer") {
        to.push(Step::insert(&ARCHIVE, part_line(row, "transfer", ["payment_no", "trx_id"], merchant())));
    }
    let number = || cell(head, "reference_no");
    to.push(Step::new(take, vec![number(), cell(head, "version")]));
    for take in PARTS {
        if !document.named(take.table.name).is_empty() {
            to.push(Step::new(take, vec![number()]));
        }
    }
    for row in document.named("notification") {
        let seen = ["reference_no", "version", "id", "state", "attempts"].map(|column| cell(row, column));
        to.push(Step::new(NOTIFICATION_TAKE, seen.to_vec()));
    }
    Ok(())
}

fn payment_line(head: &Named, document: String) -> Vec<Owned> {
    let number = || cell(head, "reference_no");
    row!(ARCHIVE {
        number: number(),
        about: "payment",
        belongs_to: number(),
        merchant_id: cell(head, "merchant_id"),
        partner_no: cell(head, "partner_reference_no"),
        kind: cell(head, "product"),
        status: cell(head, "status"),
        amount: cell(head, "amount"),
        refunded: cell(head, "refunded"),
        payments: Owned::Null,
        at: cell(head, "created_at"),
        bank_id: Owned::Null,
        request_id: Owned::Null,
        document: document,
    })
}

/// An account that anybody has paid into is a paid order in a history.
fn account_line(head: &Named, document: String) -> Vec<Owned> {
    let (number, payments) = (|| cell(head, "reference_no"), cell(head, "payments"));
    let status = if payments == Owned::Int(0) { cell(head, "status") } else { Status::Paid.digits().into() };
    row!(ARCHIVE {
        number: number(),
        about: "virtual-account",
        belongs_to: number(),
        merchant_id: cell(head, "merchant_id"),
        partner_no: cell(head, "trx_id"),
        kind: cell(head, "kind"),
        status: status,
        amount: cell(head, "amount"),
        refunded: Owned::Null,
        payments: payments,
        at: cell(head, "created_at"),
        bank_id: Owned::Null,
        request_id: Owned::Null,
        document: document,
    })
}

/// A refund, a resolution or a transfer: the number of its line, then the merchant's. What a kind of row has no column for is null.
fn part_line(part: &Named, about: &'static str, names: [&str; 2], merchant: Owned) -> Vec<Owned> {
    row!(ARCHIVE {
        number: cell(part, names[0]),
        about: about,
        belongs_to: cell(part, "reference_no"),
        merchant_id: merchant,
        partner_no: cell(part, names[1]),
        kind: cell(part, "kind"),
        status: (about == "transfer").then_some(Status::Paid.digits()),
        amount: cell(part, "amount"),
        refunded: Owned::Null,
        payments: Owned::Null,
        at: cell(part, "at"),
        bank_id: cell(part, "bank_id"),
        request_id: cell(part, "request_id"),
        document: Owned::Null,
    })
}
