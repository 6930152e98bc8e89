//! Moving what ended long ago out of the tables that traffic works on.
//!
//! The lines of the archive come first: their key stops a second move of the same thing. Then everything is taken from
//! where it was, the payment under the version and each notice under the state that were read: what has changed since
//! then refuses the whole.

use lunas_domain::payment::Status;

use crate::document::{Ended, Named, cell};
use crate::step::Step;
use crate::table::{
    ACCOUNT_TRANSITION, ARCHIVE, Archive, CANCELLATION, Family, REFUND, RESOLUTION, TRANSFER, TRANSITION,
    Table, row,
};
use crate::value::Owned;
use crate::{Refused, Unavailable};

pub(crate) const PAYMENT_TAKE: &str = "delete from payment where reference_no = $1 and version = $2";

pub(crate) const TRANSITIONS_TAKE: &str = "delete from transition where reference_no = $1";

pub(crate) const REFUNDS_TAKE: &str = "delete from refund where reference_no = $1";

pub(crate) const CANCELLATION_TAKE: &str = "delete from cancellation where reference_no = $1";

pub(crate) const RESOLUTION_TAKE: &str = "delete from resolution where reference_no = $1";

pub(crate) const ACCOUNT_TAKE: &str = "delete from virtual_account where reference_no = $1 and version = $2";

pub(crate) const ACCOUNT_TRANSITIONS_TAKE: &str =
    "delete from virtual_account_transition where reference_no = $1";

pub(crate) const TRANSFERS_TAKE: &str = "delete from transfer where reference_no = $1";

/// Resending it moves it on as well: then it is pending, and stays.
pub(crate) const NOTICE_TAKE: &str = "delete from notice
    where reference_no = $1 and version = $2 and id = $3 and state = $4 and attempts = $5";

/// How what belongs to a head is taken from its tables. Notices go one by one.
pub(crate) const PARTS: [(&Table, &str); 6] = [
    (&TRANSITION, TRANSITIONS_TAKE),
    (&REFUND, REFUNDS_TAKE),
    (&CANCELLATION, CANCELLATION_TAKE),
    (&RESOLUTION, RESOLUTION_TAKE),
    (&ACCOUNT_TRANSITION, ACCOUNT_TRANSITIONS_TAKE),
    (&TRANSFER, TRANSFERS_TAKE),
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
    to.push(Step::guarded(take, vec![number(), cell(head, "version")], Refused::LostRace));
    for (table, take) in PARTS {
        if !document.named(table.name).is_empty() {
            to.push(Step::run(take, vec![number()]));
        }
    }
    for row in document.named("notice") {
        let seen = ["reference_no", "version", "id", "state", "attempts"].map(|column| cell(row, column));
        to.push(Step::guarded(NOTICE_TAKE, seen.to_vec(), Refused::LostRace));
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

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    PAYMENT_TAKE,
    TRANSITIONS_TAKE,
    REFUNDS_TAKE,
    CANCELLATION_TAKE,
    RESOLUTION_TAKE,
    ACCOUNT_TAKE,
    ACCOUNT_TRANSITIONS_TAKE,
    TRANSFERS_TAKE,
    NOTICE_TAKE,
];
