//! Merchants, clients and customers, and the attempts at their secrets.

use lunas_domain::bank::Bank;
use lunas_domain::guess::Subject;
use lunas_domain::merchant::Merchant;
use lunas_vocab::{ClientId, Money, Timestamp};
use rusqlite::params;

use super::Statements;
use crate::{ClientRow, CustomerRow, PublicKeyRow, Refused, SealedSecret, Unavailable};

const GUESS_TAKE: &str = "insert into guess (subject, attempts, window_until) values (?1, 1, ?2)
    on conflict (subject) do update set
    attempts = case when guess.window_until <= ?3 then 1 else guess.attempts + 1 end,
    window_until = case when guess.window_until <= ?3 then excluded.window_until else guess.window_until end
    where guess.window_until <= ?3 or guess.attempts < ?4";

pub(super) fn guess_take(to: Statements<'_>, subject: &Subject, now: Timestamp) -> Result<(), Refused> {
    let allowance = subject.allowance();
    let window_until = now.plus(allowance.window);
    let values = params![subject.key(), window_until.ms(), now.ms(), allowance.attempts_max];
    to.run_guarded(GUESS_TAKE, values, Refused::TooManyGuesses)
}

const GUESS_CLEAR: &str = "delete from guess where subject = ?1";

pub(super) fn guess_clear(to: Statements<'_>, subject: &Subject) -> Result<(), Refused> {
    to.run(GUESS_CLEAR, [subject.key()]).map(drop)
}

const MERCHANT_PUT: &str =
    "insert into merchant (id, name, return_url, notify_url, notify_partner_id, payment_handle, allowed_callers,
    qris)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    on conflict (id) do update set name = excluded.name, return_url = excluded.return_url,
    notify_url = excluded.notify_url, notify_partner_id = excluded.notify_partner_id,
    payment_handle = excluded.payment_handle, allowed_callers = excluded.allowed_callers,
    qris = excluded.qris";

const POINTS_OF_PURCHASE_CLEAR: &str = "delete from point_of_purchase where merchant_id = ?1";

const POINT_OF_PURCHASE_ADD: &str =
    "insert into point_of_purchase (merchant_id, id, kind, place) values (?1, ?2, ?3, ?4)";

pub(super) fn merchant_put(to: Statements<'_>, merchant: &Merchant) -> Result<(), Refused> {
    let id = merchant.id.as_str();
    let qris = merchant.qris.as_ref().map(serde_json::to_string).transpose().map_err(Unavailable::new)?;
    let values = params![
        id,
        merchant.name,
        merchant.return_url,
        merchant.notify_url,
        merchant.notify_partner_id,
        merchant.payment_handle,
        merchant.allowed_callers.join(" "),
        qris,
    ];
    to.run(MERCHANT_PUT, values)?;
    to.run(POINTS_OF_PURCHASE_CLEAR, [id])?;
    for (place, point) in (1_i64..).zip(&merchant.points_of_purchase) {
        to.run(POINT_OF_PURCHASE_ADD, params![id, point.id.as_str(), point.kind.word(), place])?;
    }
    Ok(())
}

const BANK_PUT: &str = "insert into bank (id, name, keeps, allowed_callers) values (?1, ?2, ?3, ?4)
    on conflict (id) do update
    set name = excluded.name, keeps = excluded.keeps, allowed_callers = excluded.allowed_callers";

pub(super) fn bank_put(to: Statements<'_>, bank: &Bank) -> Result<(), Refused> {
    let (keeps, allowed_callers) = (bank.keeps.join(" "), bank.allowed_callers.join(" "));
    to.run(BANK_PUT, params![bank.id.as_str(), bank.name, keeps, allowed_callers]).map(drop)
}

const CLIENT_PUT: &str = "insert into client (client_id, owner_kind, owner_id) values (?1, ?2, ?3)
    on conflict (client_id) do update set owner_id = excluded.owner_id
    where client.owner_kind = excluded.owner_kind and client.owner_id = excluded.owner_id";

const CLIENT_SECRET_PUT: &str =
    "insert into client_secret (client_id, id, sealed, added_at, revoked_at) values (?1, ?2, ?3, ?4, ?5)
    on conflict (client_id, id) do update
    set sealed = excluded.sealed, added_at = excluded.added_at, revoked_at = excluded.revoked_at";

const CLIENT_KEY_PUT: &str =
    "insert into client_key (client_id, fingerprint, pem, added_at, revoked_at) values (?1, ?2, ?3, ?4, ?5)
    on conflict (client_id, fingerprint) do update
    set pem = excluded.pem, added_at = excluded.added_at, revoked_at = excluded.revoked_at";

pub(super) fn client_put(to: Statements<'_>, client: &ClientRow) -> Result<(), Refused> {
    let values = params![client.client_id.as_str(), client.owner.kind(), client.owner.id()];
    to.run_guarded(CLIENT_PUT, values, Refused::Exists { what: "client" })?;
    for secret in &client.secrets {
        secret_write(to, CLIENT_SECRET_PUT, &client.client_id, secret)?;
    }
    for key in &client.public_keys {
        key_write(to, CLIENT_KEY_PUT, &client.client_id, key)?;
    }
    Ok(())
}

const CLIENT_SECRET_ADD: &str =
    "insert into client_secret (client_id, id, sealed, added_at, revoked_at) values (?1, ?2, ?3, ?4, ?5)";

pub(super) fn client_secret_add(
    to: Statements<'_>,
    client: &ClientId,
    secret: &SealedSecret,
) -> Result<(), Refused> {
    secret_write(to, CLIENT_SECRET_ADD, client, secret)
}

fn secret_write(
    to: Statements<'_>,
    sql: &str,
    client: &ClientId,
    secret: &SealedSecret,
) -> Result<(), Refused> {
    let revoked_at = secret.revoked_at.map(Timestamp::ms);
    let values = params![client.as_str(), secret.id, secret.sealed, secret.added_at.ms(), revoked_at];
    to.run(sql, values).map(drop)
}

const CLIENT_SECRET_REVOKE: &str = "update client_secret set revoked_at = ?3
    where client_id = ?1 and id = ?2 and revoked_at is null";

pub(super) fn client_secret_revoke(
    to: Statements<'_>,
    client: &ClientId,
    id: &str,
    at: Timestamp,
) -> Result<(), Refused> {
    to.run_guarded(CLIENT_SECRET_REVOKE, params![client.as_str(), id, at.ms()], Refused::LostRace)
}

const CLIENT_KEY_ADD: &str =
    "insert into client_key (client_id, fingerprint, pem, added_at, revoked_at) values (?1, ?2, ?3, ?4, ?5)";

pub(super) fn client_key_add(
    to: Statements<'_>,
    client: &ClientId,
    key: &PublicKeyRow,
) -> Result<(), Refused> {
    key_write(to, CLIENT_KEY_ADD, client, key)
}

fn key_write(to: Statements<'_>, sql: &str, client: &ClientId, key: &PublicKeyRow) -> Result<(), Refused> {
    let revoked_at = key.revoked_at.map(Timestamp::ms);
    let values = params![client.as_str(), key.fingerprint, key.pem, key.added_at.ms(), revoked_at];
    to.run(sql, values).map(drop)
}

const CLIENT_KEY_REVOKE: &str = "update client_key set revoked_at = ?3
    where client_id = ?1 and fingerprint = ?2 and revoked_at is null";

pub(super) fn client_key_revoke(
    to: Statements<'_>,
    client: &ClientId,
    fingerprint: &str,
    at: Timestamp,
) -> Result<(), Refused> {
    to.run_guarded(CLIENT_KEY_REVOKE, params![client.as_str(), fingerprint, at.ms()], Refused::LostRace)
}

const CUSTOMER_PUT: &str =
    "insert into customer (id, phone, name, standing, pay_later_limit, pin_hash, otp, scenario)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    on conflict (id) do update set phone = excluded.phone, name = excluded.name, standing = excluded.standing,
    pay_later_limit = excluded.pay_later_limit, pin_hash = excluded.pin_hash, otp = excluded.otp,
    scenario = excluded.scenario";

pub(super) fn customer_put(to: Statements<'_>, row: &CustomerRow) -> Result<(), Refused> {
    let customer = &row.customer;
    let values = params![
        customer.id.as_str(),
        customer.phone.as_str(),
        customer.name,
        customer.standing.word(),
        customer.pay_later_limit.map(Money::minor),
        row.pin_hash.expose(),
        row.otp.as_ref().map(lunas_vocab::Secret::expose),
        row.scenario,
    ];
    to.run(CUSTOMER_PUT, values).map(drop)
}
