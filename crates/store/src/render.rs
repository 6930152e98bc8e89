//! Writes as steps that any engine can make. Each function is one kind of write; the statements are data, declared
//! above the function that makes a step of them.
//!
//! Rendering runs on the caller's task, so that what costs time (a document's JSON, say) is done before the queue.

pub(crate) mod archive;
pub(crate) mod ledger;
pub(crate) mod link;
pub(crate) mod notification;
pub(crate) mod own;
pub(crate) mod payment;
pub(crate) mod refund;
pub(crate) mod registry;
pub(crate) mod resolution;
pub(crate) mod upkeep;
pub(crate) mod virtual_account;

use crate::statement::{Statement, expr};
use crate::step::{Step, values};
use crate::table::{self, BALANCE};
use crate::{AuditRow, Changes, Unavailable, Write};

/// The steps of all the writes, in their order.
pub(crate) fn steps(changes: Changes) -> Result<Vec<Step>, Unavailable> {
    let mut steps = Vec::with_capacity(changes.writes.len() + 2);
    for write in changes.writes {
        render(&mut steps, write)?;
    }
    Ok(steps)
}

fn render(to: &mut Vec<Step>, write: Write) -> Result<(), Unavailable> {
    match write {
        Write::ReplayClaim { key, request, body, opened, now, kept_until } => {
            to.push(payment::replay_claim(key, payment::Answer { request, body, opened }, now, kept_until));
        }
        Write::QrReferenceClaim { payment, now, taken_until } => {
            to.push(payment::qr_reference_claim(&payment, now, taken_until));
        }
        Write::PaymentOpen(payment) => payment::payment_open(to, *payment)?,
        Write::PaymentMove(payment) => payment::payment_move(to, &payment),
        Write::ResolutionAdd(made) => to.push(resolution::resolution_add(*made)),
        Write::RefundAdd(made) => to.push(refund::refund_add(*made)),
        Write::CancellationAdd { reference_no, reason } => {
            to.push(refund::cancellation_add(reference_no, reason));
        }
        Write::RefundTally(tally) => to.push(refund::tally_put(tally)),
        Write::AccountOpen { account, unique_since } => {
            virtual_account::account_open(to, *account, unique_since)?;
        }
        Write::AccountMove(account) => virtual_account::account_move(to, &account),
        Write::TransferAdd(transfer) => to.push(virtual_account::transfer_add(*transfer)),
        Write::LinkOpen(opened) => link::link_open(to, *opened),
        Write::LinkMove(moved) => link::link_move(to, *moved),
        Write::JournalPost(journal) => ledger::journal_post(to, journal),
        Write::BalanceOpen { account, floor } => to.push(ledger::balance_open(&account, floor)),
        Write::CheckpointMove(checkpoint) => ledger::checkpoint_move(to, &checkpoint),
        Write::NotificationAdd { id, notification, merchant, at } => {
            to.push(notification::notification_add(id, notification, merchant, at));
        }
        Write::NotificationLease { key, seen_lease_until, lease_until, now } => {
            to.push(notification::notification_lease(key, seen_lease_until, lease_until, now));
        }
        Write::AttemptRecord { key, attempt_no, at, latency_ms, status, response, next } => {
            let made = notification::Made { at, latency_ms, status, response };
            to.push(notification::attempt_add(&key.id, attempt_no, made));
            notification::notification_judge(to, key, attempt_no, status, next);
        }
        Write::NotificationResend { key, at } => to.push(notification::notification_resend(key, at)),
        Write::PinAttemptTake { subject, now } => to.push(registry::pin_attempt_take(&subject, now)),
        Write::PinAttemptClear { subject } => to.push(registry::pin_attempt_clear(&subject)),
        Write::MerchantPut(merchant) => registry::merchant_put(to, *merchant)?,
        Write::OwnerHold { owner, version } => to.push(registry::owner_hold(&owner, version)),
        Write::BankPut(bank) => to.push(registry::bank_put(bank)),
        Write::ClientPut(client) => registry::client_put(to, client),
        Write::ClientSecretAdd { client, secret } => to.push(registry::client_secret_add(client, secret)),
        Write::ClientSecretRevoke { client, id, at } => {
            to.push(registry::client_secret_revoke(client, id, at))
        }
        Write::ClientKeyAdd { client, key } => to.push(registry::client_key_add(client, key)),
        Write::ClientKeyRevoke { client, fingerprint, at } => {
            to.push(registry::client_key_revoke(client, fingerprint, at));
        }
        Write::CustomerPut(customer) => to.push(registry::customer_put(customer)),
        Write::KeyAdd { name, sealed } => to.push(own::key_add(name, sealed)),
        Write::SettingPut { name, value } => to.push(own::setting_put(name, value)),
        Write::AuditAdd { at, actor, action, subject, detail } => {
            to.push(own::audit_add(AuditRow { at, actor, action, subject, detail }));
        }
        Write::ReplaysForget { after, up_to, now } => upkeep::replays_forget(to, after, up_to, now),
        Write::AttemptsForget { up_to } => to.push(upkeep::attempts_forget(up_to)),
        Write::PinAttemptsForget { now } => to.push(upkeep::pin_attempts_forget(now)),
        Write::AheadMend { now, attempt_until, lease_until, window_until } => {
            upkeep::ahead_mend(to, now, [attempt_until, lease_until, window_until]);
        }
        Write::Archive(ended) => archive::archive(to, &ended)?,
        Write::Probe => to.push(own::write_probe()),
        Write::SandboxReset => to.extend(SANDBOX_RESET.map(|statement| Step::new(statement, values![]))),
    }
    Ok(())
}

/// Statements that leave nothing in tables.
macro_rules! emptied {
    ($($table:ident),* $(,)?) => {
        [BALANCES_RESET, $(Statement::empty(concat!(stringify!($table), " emptied"), &table::$table)),*]
    };
}

/// What traffic fills is emptied; accounts stay, and nothing is in them.
pub(crate) const SANDBOX_RESET: [Statement; 23] = emptied![
    PAYMENT,
    TRANSITION,
    RESOLUTION,
    REFUND,
    CANCELLATION,
    MERCHANT_REFUND,
    QR_REFERENCE,
    ACCOUNT,
    ACCOUNT_TRX,
    ACCOUNT_NUMBER,
    ACCOUNT_TRANSITION,
    TRANSFER,
    LINK,
    LINK_TRANSITION,
    REPLAY,
    NOTIFICATION,
    ATTEMPT,
    PIN_ATTEMPT,
    ARCHIVE,
    POSTING,
    JOURNAL,
    BALANCE_CHECKPOINT,
];

const BALANCES_RESET: Statement =
    Statement::update("balances_reset", &BALANCE, &[], expr!["amount = 0"], expr!["true"]);

/// Every statement that writes, but for those that add a row of all columns, or are of [`SANDBOX_RESET`].
#[cfg(test)]
pub(crate) const CATALOGUE: &[Statement] = &[
    archive::PAYMENT_TAKE,
    archive::TRANSITIONS_TAKE,
    archive::REFUNDS_TAKE,
    archive::CANCELLATION_TAKE,
    archive::RESOLUTION_TAKE,
    archive::ACCOUNT_TAKE,
    archive::ACCOUNT_TRANSITIONS_TAKE,
    archive::TRANSFERS_TAKE,
    archive::NOTIFICATION_TAKE,
    ledger::BALANCE_MOVE,
    ledger::BALANCE_OPEN,
    ledger::CHECKPOINT_OPEN,
    ledger::CHECKPOINT_MOVE,
    link::LINK_MOVE,
    notification::NOTIFICATION_FIRST,
    notification::NOTIFICATION_ADD,
    notification::NOTIFICATION_LEASE,
    notification::NOTIFICATION_JUDGE,
    notification::NOTIFICATION_SUPERSEDE,
    notification::NOTIFICATION_RELEASE,
    notification::NOTIFICATION_RESEND,
    own::KEY_ADD,
    own::SETTING_PUT,
    own::PROBE_WRITE,
    registry::PIN_ATTEMPT_TAKE,
    registry::PIN_ATTEMPT_CLEAR,
    registry::MERCHANT_PUT,
    registry::MERCHANT_HOLD,
    registry::BANK_HOLD,
    registry::POINTS_OF_PURCHASE_CLEAR,
    registry::COMPANY_CODES_CLEAR,
    registry::BANK_PUT,
    registry::CLIENT_PUT,
    registry::CLIENT_SECRET_PUT,
    registry::CLIENT_KEY_PUT,
    registry::CLIENT_SECRET_REVOKE,
    registry::CLIENT_KEY_REVOKE,
    registry::CUSTOMER_PUT,
    payment::REPLAY_CLAIM,
    payment::QR_REFERENCE_CLAIM,
    payment::PAYMENT_MOVE,
    refund::TALLY_PUT,
    upkeep::REPLAYS_DELETE,
    upkeep::REPLAYS_EMPTY,
    upkeep::ATTEMPTS_DELETE,
    upkeep::PIN_ATTEMPTS_DELETE,
    upkeep::ATTEMPTS_MEND,
    upkeep::LEASES_MEND,
    upkeep::PIN_ATTEMPTS_MEND,
    upkeep::CHECKPOINTS_MEND,
    virtual_account::TRX_CLAIM,
    virtual_account::NUMBER_CLAIM,
    virtual_account::NUMBER_REST_BEGIN,
    virtual_account::ACCOUNT_MOVE,
];
