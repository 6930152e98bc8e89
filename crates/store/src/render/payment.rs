//! Payments and the replay keys of the calls that open them.

use lunas_domain::ledger::PayOption;
use lunas_domain::payment::{Payment, Status};
use lunas_domain::replay::ReplayKey;
use lunas_vocab::{CustomerId, ReferenceNo, Timestamp};

use crate::step::{Step, Table, values};
use crate::{Refused, Unavailable};

pub(crate) const REPLAY_CLAIM: &str =
    "insert into replay (merchant_id, service, external_id, request, body, opened, taken_at, kept_until)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (merchant_id, service, external_id) do update
    set request = excluded.request, body = excluded.body, opened = excluded.opened,
    taken_at = excluded.taken_at, kept_until = excluded.kept_until
    where replay.kept_until <= excluded.taken_at";

/// What a key stands for.
pub(super) struct Answer {
    pub(super) request: Vec<u8>,
    pub(super) body: Vec<u8>,
    pub(super) opened: Option<ReferenceNo>,
}

/// A key that is taken and alive is not touched, which counts as no row changed.
pub(super) fn replay_claim(key: ReplayKey, answer: Answer, now: Timestamp, kept_until: Timestamp) -> Step {
    let Answer { request, body, opened } = answer;
    let values = values![
        key.merchant.into_string(),
        key.service,
        key.external_id.into_string(),
        request,
        body,
        opened.map(ReferenceNo::into_string),
        now.ms(),
        kept_until.ms(),
    ];
    Step::guarded(REPLAY_CLAIM, values, Refused::Replay)
}

pub(crate) const QR_REFERENCE_CLAIM: &str =
    "insert into qr_reference (merchant_id, partner_reference_no, reference_no, taken_at, taken_until)
    values ($1, $2, $3, $4, $5)
    on conflict (merchant_id, partner_reference_no) do update
    set reference_no = excluded.reference_no, taken_at = excluded.taken_at, taken_until = excluded.taken_until
    where qr_reference.taken_until <= excluded.taken_at";

/// An order id that is still taken is not touched, which counts as no row changed.
pub(super) fn qr_reference_claim(payment: &Payment, now: Timestamp, taken_until: Timestamp) -> Step {
    let values = values![
        payment.merchant.as_str().to_owned(),
        payment.partner_reference_no.as_str().to_owned(),
        payment.reference_no.as_str().to_owned(),
        now.ms(),
        taken_until.ms(),
    ];
    Step::guarded(QR_REFERENCE_CLAIM, values, Refused::OrderTaken)
}

pub(crate) static PAYMENT: Table = Table {
    name: "payment",
    columns: &[
        "reference_no",
        "merchant_id",
        "partner_reference_no",
        "external_id",
        "amount",
        "product",
        "method",
        "created_at",
        "valid_up_to",
        "details",
        "status",
        "version",
        "changed_at",
        "payer",
        "pay_option",
        "paid_at",
        "refunded",
    ],
};

/// The row first: a reference number that is taken must be told from a lost race.
pub(super) fn payment_open(to: &mut Vec<Step>, payment: Payment) -> Result<(), Unavailable> {
    // How payments usually start is not written down once more for each of them.
    let transition = (payment.status != Status::Pending).then(|| transition_add(&payment));
    let details = serde_json::to_string(&payment.details).map_err(Unavailable::new)?;
    let values = values![
        payment.reference_no.into_string(),
        payment.merchant.into_string(),
        payment.partner_reference_no.into_string(),
        payment.external_id.into_string(),
        payment.amount.minor(),
        payment.product.word(),
        payment.method.word(),
        payment.created_at.ms(),
        payment.valid_up_to.ms(),
        details,
        payment.status.digits(),
        payment.version,
        payment.changed_at.ms(),
        payment.payer.map(CustomerId::into_string),
        payment.option.map(PayOption::word),
        payment.paid_at.map(Timestamp::ms),
        payment.refunded.minor(),
    ];
    to.push(Step::insert(&PAYMENT, values));
    to.extend(transition);
    Ok(())
}

pub(crate) static TRANSITION: Table = Table {
    name: "transition",
    columns: &[
        "reference_no",
        "version",
        "status",
        "changed_at",
        "payer",
        "pay_option",
        "paid_at",
        "refunded",
    ],
};

fn transition_add(payment: &Payment) -> Step {
    let values = values![
        payment.reference_no.as_str().to_owned(),
        payment.version,
        payment.status.digits(),
        payment.changed_at.ms(),
        payment.payer.clone().map(CustomerId::into_string),
        payment.option.map(PayOption::word),
        payment.paid_at.map(Timestamp::ms),
        payment.refunded.minor(),
    ];
    Step::insert(&TRANSITION, values)
}

pub(crate) const PAYMENT_MOVE: &str = "update payment
    set status = $2, version = $3, changed_at = $4, payer = $5, pay_option = $6, paid_at = $7, refunded = $8
    where reference_no = $1 and version = cast($3 as bigint) - 1";

/// The row first here as well: a version that is not the next one then costs nothing to refuse.
pub(super) fn payment_move(to: &mut Vec<Step>, payment: &Payment) {
    let values = values![
        payment.reference_no.as_str().to_owned(),
        payment.status.digits(),
        payment.version,
        payment.changed_at.ms(),
        payment.payer.clone().map(CustomerId::into_string),
        payment.option.map(PayOption::word),
        payment.paid_at.map(Timestamp::ms),
        payment.refunded.minor(),
    ];
    to.push(Step::guarded(PAYMENT_MOVE, values, Refused::LostRace));
    to.push(transition_add(payment));
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[REPLAY_CLAIM, QR_REFERENCE_CLAIM, PAYMENT_MOVE];

#[cfg(test)]
pub(crate) const TABLES: &[&Table] = &[&PAYMENT, &TRANSITION];
