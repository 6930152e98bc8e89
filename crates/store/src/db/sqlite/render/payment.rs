//! Payments and the replay keys of the calls that open them.

use lunas_domain::ledger::PayOption;
use lunas_domain::payment::{Payment, Status};
use lunas_domain::replay::ReplayKey;
use lunas_vocab::{CustomerId, ReferenceNo, Timestamp};
use rusqlite::params;

use super::Statements;
use crate::{Refused, Unavailable};

const REPLAY_CLAIM: &str =
    "insert into replay (merchant_id, service, external_id, request_hash, body, opened, kept_until)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    on conflict (merchant_id, service, external_id) do update
    set request_hash = excluded.request_hash, body = excluded.body, opened = excluded.opened,
    kept_until = excluded.kept_until
    where replay.kept_until <= ?8";

/// What a key stands for.
pub(super) struct Answer<'w> {
    pub(super) request_hash: &'w [u8; 32],
    pub(super) body: &'w [u8],
    pub(super) opened: Option<&'w ReferenceNo>,
}

/// A key that is taken and alive is not touched, which counts as no row changed.
pub(super) fn replay_claim(
    to: Statements<'_>,
    key: &ReplayKey,
    answer: Answer<'_>,
    now: Timestamp,
    kept_until: Timestamp,
) -> Result<(), Refused> {
    let Answer { request_hash, body, opened } = answer;
    let values = params![
        key.merchant.as_str(),
        key.service,
        key.external_id.as_str(),
        request_hash,
        body,
        opened.map(ReferenceNo::as_str),
        kept_until.ms(),
        now.ms(),
    ];
    to.run_guarded(REPLAY_CLAIM, values, Refused::Replay)
}

const QR_REFERENCE_CLAIM: &str =
    "insert into qr_reference (merchant_id, partner_reference_no, reference_no, taken_until)
    values (?1, ?2, ?3, ?4)
    on conflict (merchant_id, partner_reference_no) do update
    set reference_no = excluded.reference_no, taken_until = excluded.taken_until
    where qr_reference.taken_until <= ?5";

/// An order id that is still taken is not touched, which counts as no row changed.
pub(super) fn qr_reference_claim(
    to: Statements<'_>,
    payment: &Payment,
    now: Timestamp,
    taken_until: Timestamp,
) -> Result<(), Refused> {
    let values = params![
        payment.merchant.as_str(),
        payment.partner_reference_no.as_str(),
        payment.reference_no.as_str(),
        taken_until.ms(),
        now.ms(),
    ];
    to.run_guarded(QR_REFERENCE_CLAIM, values, Refused::OrderTaken)
}

const PAYMENT_ADD: &str = "insert into payment (reference_no, merchant_id, partner_reference_no, external_id,
    amount, product, method, created_at, valid_up_to, details, status, version, changed_at, payer, pay_option,
    paid_at, refunded) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

/// The row first: a reference number that is taken must be told from a lost race.
pub(super) fn payment_open(to: Statements<'_>, payment: &Payment) -> Result<(), Refused> {
    let details = serde_json::to_string(&payment.details).map_err(Unavailable::new)?;
    let values = params![
        payment.reference_no.as_str(),
        payment.merchant.as_str(),
        payment.partner_reference_no.as_str(),
        payment.external_id.as_str(),
        payment.amount.minor(),
        payment.product.word(),
        payment.method.word(),
        payment.created_at.ms(),
        payment.valid_up_to.ms(),
        details,
        payment.status.digits(),
        payment.version,
        payment.changed_at.ms(),
        payment.payer.as_ref().map(CustomerId::as_str),
        payment.option.map(PayOption::word),
        payment.paid_at.map(Timestamp::ms),
        payment.refunded.minor(),
    ];
    to.run(PAYMENT_ADD, values)?;
    // How payments usually start is not written down once more for each of them.
    if payment.status == Status::Pending { Ok(()) } else { transition_add(to, payment) }
}

const TRANSITION_ADD: &str =
    "insert into transition (reference_no, version, status, changed_at, payer, pay_option, paid_at, refunded)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

fn transition_add(to: Statements<'_>, payment: &Payment) -> Result<(), Refused> {
    let values = params![
        payment.reference_no.as_str(),
        payment.version,
        payment.status.digits(),
        payment.changed_at.ms(),
        payment.payer.as_ref().map(CustomerId::as_str),
        payment.option.map(PayOption::word),
        payment.paid_at.map(Timestamp::ms),
        payment.refunded.minor(),
    ];
    to.run(TRANSITION_ADD, values).map(drop)
}

const PAYMENT_MOVE: &str = "update payment
    set status = ?2, version = ?3, changed_at = ?4, payer = ?5, pay_option = ?6, paid_at = ?7, refunded = ?8
    where reference_no = ?1 and version = ?3 - 1";

/// The row first here as well: a version that is not the next one then costs nothing to refuse.
pub(super) fn payment_move(to: Statements<'_>, payment: &Payment) -> Result<(), Refused> {
    let values = params![
        payment.reference_no.as_str(),
        payment.status.digits(),
        payment.version,
        payment.changed_at.ms(),
        payment.payer.as_ref().map(CustomerId::as_str),
        payment.option.map(PayOption::word),
        payment.paid_at.map(Timestamp::ms),
        payment.refunded.minor(),
    ];
    to.run_guarded(PAYMENT_MOVE, values, Refused::LostRace)?;
    transition_add(to, payment)
}
