//! Moving what ended long ago out of the tables that traffic works on.
//!
//! The lines of the archive come first: their key stops a second move of the same thing. Then everything is taken from
//! where it was, the payment under the version and each notice under the state that were read: what has changed since
//! then refuses the whole.

use lunas_domain::payment::Status;

use crate::document::{Ended, Named, cell};
use crate::step::{Step, Table, values};
use crate::value::Owned;
use crate::{Refused, Unavailable};

pub(crate) static ARCHIVE: Table = Table {
    name: "archive",
    columns: &[
        "number",
        "about",
        "belongs_to",
        "merchant_id",
        "partner_no",
        "kind",
        "status",
        "amount",
        "refunded",
        "payments",
        "at",
        "bank_id",
        "request_id",
        "document",
    ],
};

pub(crate) const PAYMENT_TAKE: &str = "delete from payment where reference_no = $1 and version = $2";

pub(crate) const TRANSITIONS_TAKE: &str = "delete from transition where reference_no = $1";

pub(crate) const REFUNDS_TAKE: &str = "delete from refund where reference_no = $1";

pub(crate) const CANCELLATION_TAKE: &str = "delete from cancellation where reference_no = $1";

pub(crate) const CLOSING_TAKE: &str = "delete from closing where reference_no = $1";

pub(crate) const ACCOUNT_TAKE: &str = "delete from virtual_account where reference_no = $1 and version = $2";

pub(crate) const ACCOUNT_TRANSITIONS_TAKE: &str =
    "delete from virtual_account_transition where reference_no = $1";

pub(crate) const TRANSFERS_TAKE: &str = "delete from transfer where reference_no = $1";

/// Resending it moves it on as well: then it is pending, and stays.
pub(crate) const NOTICE_TAKE: &str = "delete from notice
    where reference_no = $1 and version = $2 and id = $3 and state = $4 and attempts = $5";

/// The tables of what belongs to a head, and how that is taken from them.
const PARTS: [(&str, &str); 6] = [
    ("transition", TRANSITIONS_TAKE),
    ("refund", REFUNDS_TAKE),
    ("cancellation", CANCELLATION_TAKE),
    ("closing", CLOSING_TAKE),
    ("virtual_account_transition", ACCOUNT_TRANSITIONS_TAKE),
    ("transfer", TRANSFERS_TAKE),
];

pub(super) fn archive(to: &mut Vec<Step>, ended: &Ended) -> Result<(), Unavailable> {
    let document = &ended.document;
    let [head] = document.named(ended.head) else {
        return Err(Unavailable::corrupt("head", document.named(ended.head).len()));
    };
    let text = document.text()?;
    let take = match ended.head {
        "payment" => {
            to.push(Step::insert(&ARCHIVE, payment_line(head, text)));
            PAYMENT_TAKE
        }
        _ => {
            to.push(Step::insert(&ARCHIVE, account_line(head, text)));
            ACCOUNT_TAKE
        }
    };
    let merchant = || cell(head, "merchant_id");
    for row in document.named("refund") {
        to.push(Step::insert(
            &ARCHIVE,
            part_line(row, "refund", ["refund_no", "partner_refund_no"], merchant()),
        ));
    }
    for row in document.named("closing") {
        to.push(Step::insert(
            &ARCHIVE,
            part_line(row, "closing", ["reference_no", "partner_closing_no"], merchant()),
        ));
    }
    for row in document.named("transfer") {
        to.push(Step::insert(&ARCHIVE, part_line(row, "transfer", ["payment_no", "trx_id"], merchant())));
    }
    let number = || cell(head, "reference_no");
    to.push(Step::guarded(take, vec![number(), cell(head, "version")], Refused::LostRace));
    for (table, take) in PARTS {
        if !document.named(table).is_empty() {
            to.push(Step::run(take, vec![number()]));
        }
    }
    for row in document.named("notice") {
        let seen = ["reference_no", "version", "id", "state", "attempts"].map(|column| cell(row, column));
        to.push(Step::guarded(NOTICE_TAKE, seen.to_vec(), Refused::LostRace));
    }
    Ok(())
}

fn payment_line(row: &Named, document: String) -> Vec<Owned> {
    let number = || cell(row, "reference_no");
    values![
        number(),
        "payment",
        number(),
        cell(row, "merchant_id"),
        cell(row, "partner_reference_no"),
        cell(row, "product"),
        cell(row, "status"),
        cell(row, "amount"),
        cell(row, "refunded"),
        Owned::Null,
        cell(row, "created_at"),
        Owned::Null,
        Owned::Null,
        document,
    ]
}

/// An account that anybody has paid into is a paid order in a history.
fn account_line(row: &Named, document: String) -> Vec<Owned> {
    let (number, payments) = (|| cell(row, "reference_no"), cell(row, "payments"));
    let status = if payments == Owned::Int(0) { cell(row, "status") } else { Status::Paid.digits().into() };
    values![
        number(),
        "virtual-account",
        number(),
        cell(row, "merchant_id"),
        cell(row, "trx_id"),
        cell(row, "kind"),
        status,
        cell(row, "amount"),
        Owned::Null,
        payments,
        cell(row, "created_at"),
        Owned::Null,
        Owned::Null,
        document,
    ]
}

/// A refund, a closing or a transfer: the number of its line, then the merchant's. What a kind of row has no column for is null.
fn part_line(row: &Named, about: &'static str, names: [&str; 2], merchant: Owned) -> Vec<Owned> {
    values![
        cell(row, names[0]),
        about,
        cell(row, "reference_no"),
        merchant,
        cell(row, names[1]),
        cell(row, "kind"),
        (about == "transfer").then_some(Status::Paid.digits()),
        cell(row, "amount"),
        Owned::Null,
        Owned::Null,
        cell(row, "at"),
        cell(row, "bank_id"),
        cell(row, "request_id"),
        Owned::Null,
    ]
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    PAYMENT_TAKE,
    TRANSITIONS_TAKE,
    REFUNDS_TAKE,
    CANCELLATION_TAKE,
    CLOSING_TAKE,
    ACCOUNT_TAKE,
    ACCOUNT_TRANSITIONS_TAKE,
    TRANSFERS_TAKE,
    NOTICE_TAKE,
];

#[cfg(test)]
pub(crate) const TABLES: &[&Table] = &[&ARCHIVE];
