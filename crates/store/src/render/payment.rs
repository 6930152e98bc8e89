//! Payments and the replay keys of the calls that open them.

use lunas_domain::ledger::PayOption;
use lunas_domain::payment::{Payment, Status};
use lunas_domain::replay::ReplayKey;
use lunas_vocab::{CustomerId, ReferenceNo, Timestamp};

use crate::statement::Statement;
use crate::step::Step;
use crate::table::{PAYMENT, QR_REFERENCE, REPLAY, TRANSITION, row, state};
use crate::{CommitError, Unavailable};

pub(crate) const REPLAY_CLAIM: Statement =
    Statement::put_if("replay_claim", &REPLAY, "replay.kept_until <= excluded.taken_at")
        .or(&CommitError::Replay);

/// What a key stands for.
pub(super) struct Answer {
    pub(super) request: Vec<u8>,
    pub(super) body: Vec<u8>,
    pub(super) opened: Option<ReferenceNo>,
}

/// A key that is taken and alive is not touched, which counts as no row changed.
pub(super) fn replay_claim(key: ReplayKey, answer: Answer, now: Timestamp, kept_until: Timestamp) -> Step {
    let Answer { request, body, opened } = answer;
    let row = row!(REPLAY {
        owner: key.owner.into_string(),
        service: key.service,
        external_id: key.external_id.into_string(),
        request: request,
        body: body,
        opened: opened.map(ReferenceNo::into_string),
        taken_at: now.ms(),
        kept_until: kept_until.ms(),
    });
    Step::new(REPLAY_CLAIM, row)
}

pub(crate) const QR_REFERENCE_CLAIM: Statement =
    Statement::put_if("qr_reference_claim", &QR_REFERENCE, "qr_reference.taken_until <= excluded.taken_at")
        .or(&CommitError::OrderTaken);

/// An order id that is still taken is not touched, which counts as no row changed.
pub(super) fn qr_reference_claim(payment: &Payment, now: Timestamp, taken_until: Timestamp) -> Step {
    let row = row!(QR_REFERENCE {
        merchant_id: payment.merchant.as_str().to_owned(),
        partner_reference_no: payment.partner_reference_no.as_str().to_owned(),
        reference_no: payment.reference_no.as_str().to_owned(),
        taken_at: now.ms(),
        taken_until: taken_until.ms(),
    });
    Step::new(QR_REFERENCE_CLAIM, row)
}

/// The row first: a reference number that is taken must be told from a lost race.
pub(super) fn payment_open(to: &mut Vec<Step>, payment: Payment) -> Result<(), Unavailable> {
    // How payments usually start is not written down once more for each of them.
    let transition = (payment.status != Status::Pending).then(|| transition_add(&payment));
    let details = serde_json::to_string(&payment.details).map_err(Unavailable::new)?;
    let row = row!(PAYMENT {
        reference_no: payment.reference_no.into_string(),
        merchant_id: payment.merchant.into_string(),
        partner_reference_no: payment.partner_reference_no.into_string(),
        external_id: payment.external_id.into_string(),
        amount: payment.amount.minor(),
        product: payment.product.word(),
        method: payment.method.word(),
        created_at: payment.created_at.ms(),
        valid_up_to: payment.valid_up_to.ms(),
        details: details,
        status: payment.status.digits(),
        version: payment.version,
        changed_at: payment.changed_at.ms(),
        payer: payment.payer.map(CustomerId::into_string),
        pay_option: payment.option.map(PayOption::word),
        paid_at: payment.paid_at.map(Timestamp::ms),
        refunded: payment.refunded.minor(),
    });
    to.push(Step::insert(&PAYMENT, row));
    to.extend(transition);
    Ok(())
}

fn transition_add(payment: &Payment) -> Step {
    let row = row!(TRANSITION {
        reference_no: payment.reference_no.as_str().to_owned(),
        version: payment.version,
        status: payment.status.digits(),
        changed_at: payment.changed_at.ms(),
        payer: payment.payer.clone().map(CustomerId::into_string),
        pay_option: payment.option.map(PayOption::word),
        paid_at: payment.paid_at.map(Timestamp::ms),
        refunded: payment.refunded.minor(),
    });
    Step::insert(&TRANSITION, row)
}

pub(crate) const PAYMENT_MOVE: Statement =
    Statement::moved("payment_move", &PAYMENT).or(&CommitError::LostRace);

/// The row first here as well: a version that is not the next one then costs nothing to refuse.
pub(super) fn payment_move(to: &mut Vec<Step>, payment: &Payment) {
    let state = state!(PAYMENT {
        reference_no: payment.reference_no.as_str().to_owned(),
        status: payment.status.digits(),
        version: payment.version,
        changed_at: payment.changed_at.ms(),
        payer: payment.payer.clone().map(CustomerId::into_string),
        pay_option: payment.option.map(PayOption::word),
        paid_at: payment.paid_at.map(Timestamp::ms),
        refunded: payment.refunded.minor(),
    });
    to.push(Step::new(PAYMENT_MOVE, state));
    to.push(transition_add(payment));
}
