//! Writes as SQLite statements. Each function is one write; a guard that is a count of changed rows is checked here.

mod ledger;
mod notice;
mod party;
mod payment;
mod refund;
mod virtual_account;

use rusqlite::{Connection, Params, params};

use super::refusal::refusal;
use crate::{Refused, Write};

/// Makes one write within the transaction that is open.
pub(super) fn write(connection: &Connection, write: &Write) -> Result<(), Refused> {
    let to = Statements(connection);
    match write {
        Write::ReplayClaim { key, request_hash, body, opened, now, kept_until } => {
            let answer = payment::Answer { request_hash, body, opened: opened.as_ref() };
            payment::replay_claim(to, key, answer, *now, *kept_until)
        }
        Write::QrReferenceClaim { payment, now, taken_until } => {
            payment::qr_reference_claim(to, payment, *now, *taken_until)
        }
        Write::PaymentOpen(payment) => payment::payment_open(to, payment),
        Write::PaymentMove(payment) => payment::payment_move(to, payment),
        Write::RefundAdd(made) => refund::refund_add(to, made),
        Write::RefundTally(tally) => refund::tally_put(to, tally),
        Write::AccountOpen { account, unique_since } => {
            virtual_account::account_open(to, account, *unique_since)
        }
        Write::AccountMove(account) => virtual_account::account_move(to, account),
        Write::TransferAdd(transfer) => virtual_account::transfer_add(to, transfer),
        Write::JournalPost(journal) => ledger::journal_post(to, journal),
        Write::BalanceOpen { account, floor } => ledger::balance_open(to, account, *floor),
        Write::NoticeAdd { id, notice, merchant, at } => notice::notice_add(to, id, notice, merchant, *at),
        Write::NoticeLease { id, seen_lease_until, lease_until, now } => {
            notice::notice_lease(to, id, *seen_lease_until, *lease_until, *now)
        }
        Write::AttemptRecord { id, attempt_no, at, latency_ms, status, response, next } => {
            let made = notice::Made { at: *at, latency_ms: *latency_ms, status: *status, response };
            notice::attempt_add(to, id, *attempt_no, made)?;
            notice::notice_judge(to, id, *attempt_no, *status, *next)
        }
        Write::NoticeResend { id, at } => notice::notice_resend(to, id, *at),
        Write::GuessTake { subject, now } => party::guess_take(to, subject, *now),
        Write::GuessClear { subject } => party::guess_clear(to, subject),
        Write::MerchantPut(merchant) => party::merchant_put(to, merchant),
        Write::BankPut(bank) => party::bank_put(to, bank),
        Write::ClientPut(client) => party::client_put(to, client),
        Write::ClientSecretAdd { client, secret } => party::client_secret_add(to, client, secret),
        Write::ClientSecretRevoke { client, id, at } => party::client_secret_revoke(to, client, id, *at),
        Write::ClientKeyAdd { client, key } => party::client_key_add(to, client, key),
        Write::ClientKeyRevoke { client, fingerprint, at } => {
            party::client_key_revoke(to, client, fingerprint, *at)
        }
        Write::CustomerPut(customer) => party::customer_put(to, customer),
        Write::KeyPut { name, sealed } => to.run(KEY_PUT, params![name, sealed]).map(drop),
        Write::SettingPut { name, value } => to.run(SETTING_PUT, params![name, value]).map(drop),
        Write::AuditAdd { at, actor, action, subject, detail } => {
            to.run(AUDIT_ADD, params![at.ms(), actor, action, subject, detail]).map(drop)
        }
        Write::Heartbeat => to.run(HEARTBEAT, []).map(drop),
        Write::SandboxReset => SANDBOX_RESET.iter().try_for_each(|sql| to.run(sql, []).map(drop)),
    }
}

const KEY_PUT: &str = "insert into sealed_key (name, sealed) values (?1, ?2)
    on conflict (name) do update set sealed = excluded.sealed";

const SETTING_PUT: &str = "insert into setting (name, value) values (?1, ?2)
    on conflict (name) do update set value = excluded.value";

const AUDIT_ADD: &str = "insert into audit (at, actor, action, subject, detail) values (?1, ?2, ?3, ?4, ?5)";

const HEARTBEAT: &str = "insert into heartbeat (name, beats) values ('probe', 1)
    on conflict (name) do update set beats = heartbeat.beats + 1";

const SANDBOX_RESET: &[&str] = &[
    "delete from payment",
    "delete from transition",
    "delete from refund",
    "delete from merchant_refund",
    "delete from qr_reference",
    "delete from virtual_account",
    "delete from virtual_account_transition",
    "delete from transfer",
    "delete from replay",
    "delete from notice",
    "delete from attempt",
    "delete from guess",
    "delete from posting",
    "delete from journal",
    "update balance set amount = 0",
];

/// Where statements are run: the writer's connection, which keeps them prepared.
#[derive(Clone, Copy)]
struct Statements<'c>(&'c Connection);

impl Statements<'_> {
    /// Runs a statement and counts the rows it changed.
    fn run(self, sql: &str, values: impl Params) -> Result<usize, Refused> {
        self.0
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(values))
            .map_err(|error| refusal(&error))
    }

    /// Runs a statement whose guard is that it changes a row.
    fn run_guarded(self, sql: &str, values: impl Params, otherwise: Refused) -> Result<(), Refused> {
        match self.run(sql, values)? {
            0 => Err(otherwise),
            _ => Ok(()),
        }
    }
}
