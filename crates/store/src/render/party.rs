//! Merchants, clients and customers, and the attempts at their secrets.

use lunas_domain::bank::Bank;
use lunas_domain::guess::Subject;
use lunas_domain::merchant::Merchant;
use lunas_vocab::{ClientId, Money, Timestamp};

use crate::step::{Step, values};
use crate::{ClientRow, CustomerRow, PublicKeyRow, Refused, SealedSecret, Unavailable};

const GUESS_TAKE: &str = "insert into guess (subject, attempts, window_until) values ($1, 1, $2)
    on conflict (subject) do update set
    attempts = case when guess.window_until <= $3 then 1 else guess.attempts + 1 end,
    window_until = case when guess.window_until <= $3 then excluded.window_until else guess.window_until end
    where guess.window_until <= $3 or guess.attempts < $4";

pub(super) fn guess_take(subject: &Subject, now: Timestamp) -> Step {
    let allowance = subject.allowance();
    let window_until = now.plus(allowance.window);
    let values = values![subject.key(), window_until.ms(), now.ms(), allowance.attempts_max];
    Step::guarded(GUESS_TAKE, values, Refused::TooManyGuesses)
}

pub(crate) const GUESS_CLEAR: &str = "delete from guess where subject = $1";

pub(super) fn guess_clear(subject: &Subject) -> Step {
    Step::run(GUESS_CLEAR, values![subject.key()])
}

const MERCHANT_PUT: &str =
    "insert into merchant (id, name, return_url, notify_url, notify_partner_id, payment_handle, allowed_callers,
    qris, accounts, links, notify_text)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (id) do update set name = excluded.name, return_url = excluded.return_url,
    notify_url = excluded.notify_url, notify_partner_id = excluded.notify_partner_id,
    payment_handle = excluded.payment_handle, allowed_callers = excluded.allowed_callers,
    qris = excluded.qris, accounts = excluded.accounts, links = excluded.links,
    notify_text = excluded.notify_text";

const POINTS_OF_PURCHASE_CLEAR: &str = "delete from point_of_purchase where merchant_id = $1";

const POINT_OF_PURCHASE_ADD: &str =
    "insert into point_of_purchase (merchant_id, id, kind, place) values ($1, $2, $3, $4)";

const COMPANY_CODES_CLEAR: &str = "delete from company_code where merchant_id = $1";

const COMPANY_CODE_ADD: &str =
    "insert into company_code (bank, code, merchant_id, place) values ($1, $2, $3, $4)";

pub(super) fn merchant_put(to: &mut Vec<Step>, merchant: Merchant) -> Result<(), Unavailable> {
    let id = merchant.id.into_string();
    let qris = merchant.qris.as_ref().map(serde_json::to_string).transpose().map_err(Unavailable::new)?;
    let accounts = serde_json::to_string(&merchant.accounts).map_err(Unavailable::new)?;
    let links = serde_json::to_string(&merchant.links).map_err(Unavailable::new)?;
    let values = values![
        id.clone(),
        merchant.name,
        merchant.return_url,
        merchant.notify_url,
        merchant.notify_partner_id,
        merchant.payment_handle,
        merchant.allowed_callers.join(" "),
        qris,
        accounts,
        links,
        merchant.notify_text.word(),
    ];
    to.push(Step::run(MERCHANT_PUT, values));
    to.push(Step::run(POINTS_OF_PURCHASE_CLEAR, values![id.clone()]));
    for (place, point) in (1_i64..).zip(merchant.points_of_purchase) {
        let values = values![id.clone(), point.id.into_string(), point.kind.word(), place];
        to.push(Step::run(POINT_OF_PURCHASE_ADD, values));
    }
    to.push(Step::run(COMPANY_CODES_CLEAR, values![id.clone()]));
    for (place, code) in (1_i64..).zip(merchant.company_codes) {
        to.push(Step::run(COMPANY_CODE_ADD, values![code.bank, code.code, id.clone(), place]));
    }
    Ok(())
}

const BANK_PUT: &str = "insert into bank (id, name, keeps, allowed_callers) values ($1, $2, $3, $4)
    on conflict (id) do update
    set name = excluded.name, keeps = excluded.keeps, allowed_callers = excluded.allowed_callers";

pub(super) fn bank_put(bank: Bank) -> Step {
    let (keeps, allowed_callers) = (bank.keeps.join(" "), bank.allowed_callers.join(" "));
    Step::run(BANK_PUT, values![bank.id.into_string(), bank.name, keeps, allowed_callers])
}

const CLIENT_PUT: &str = "insert into client (client_id, owner_kind, owner_id) values ($1, $2, $3)
    on conflict (client_id) do update set owner_id = excluded.owner_id
    where client.owner_kind = excluded.owner_kind and client.owner_id = excluded.owner_id";

const CLIENT_SECRET_PUT: &str =
    "insert into client_secret (client_id, id, sealed, added_at, revoked_at) values ($1, $2, $3, $4, $5)
    on conflict (client_id, id) do update
    set sealed = excluded.sealed, added_at = excluded.added_at, revoked_at = excluded.revoked_at";

const CLIENT_KEY_PUT: &str =
    "insert into client_key (client_id, fingerprint, pem, added_at, revoked_at) values ($1, $2, $3, $4, $5)
    on conflict (client_id, fingerprint) do update
    set pem = excluded.pem, added_at = excluded.added_at, revoked_at = excluded.revoked_at";

pub(super) fn client_put(to: &mut Vec<Step>, client: ClientRow) {
    let ClientRow { client_id, owner, secrets, public_keys } = client;
    let values = values![client_id.as_str().to_owned(), owner.kind(), owner.id().to_owned()];
    to.push(Step::guarded(CLIENT_PUT, values, Refused::Exists { what: "client" }));
    to.extend(secrets.into_iter().map(|secret| secret_step(CLIENT_SECRET_PUT, client_id.clone(), secret)));
    to.extend(public_keys.into_iter().map(|key| key_step(CLIENT_KEY_PUT, client_id.clone(), key)));
}

const CLIENT_SECRET_ADD: &str =
    "insert into client_secret (client_id, id, sealed, added_at, revoked_at) values ($1, $2, $3, $4, $5)";

pub(super) fn client_secret_add(client: ClientId, secret: SealedSecret) -> Step {
    secret_step(CLIENT_SECRET_ADD, client, secret)
}

fn secret_step(sql: &'static str, client: ClientId, secret: SealedSecret) -> Step {
    let SealedSecret { id, sealed, added_at, revoked_at } = secret;
    let values = values![client.into_string(), id, sealed, added_at.ms(), revoked_at.map(Timestamp::ms)];
    Step::run(sql, values)
}

const CLIENT_SECRET_REVOKE: &str = "update client_secret set revoked_at = $3
    where client_id = $1 and id = $2 and revoked_at is null";

pub(super) fn client_secret_revoke(client: ClientId, id: String, at: Timestamp) -> Step {
    Step::guarded(CLIENT_SECRET_REVOKE, values![client.into_string(), id, at.ms()], Refused::LostRace)
}

const CLIENT_KEY_ADD: &str =
    "insert into client_key (client_id, fingerprint, pem, added_at, revoked_at) values ($1, $2, $3, $4, $5)";

pub(super) fn client_key_add(client: ClientId, key: PublicKeyRow) -> Step {
    key_step(CLIENT_KEY_ADD, client, key)
}

fn key_step(sql: &'static str, client: ClientId, key: PublicKeyRow) -> Step {
    let PublicKeyRow { fingerprint, pem, added_at, revoked_at } = key;
    let values =
        values![client.into_string(), fingerprint, pem, added_at.ms(), revoked_at.map(Timestamp::ms)];
    Step::run(sql, values)
}

const CLIENT_KEY_REVOKE: &str = "update client_key set revoked_at = $3
    where client_id = $1 and fingerprint = $2 and revoked_at is null";

pub(super) fn client_key_revoke(client: ClientId, fingerprint: String, at: Timestamp) -> Step {
    let values = values![client.into_string(), fingerprint, at.ms()];
    Step::guarded(CLIENT_KEY_REVOKE, values, Refused::LostRace)
}

const CUSTOMER_PUT: &str =
    "insert into customer (id, phone, name, standing, pay_later_limit, has_savings, pin_hash, otp, link_pin, scenario)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (id) do update set phone = excluded.phone, name = excluded.name, standing = excluded.standing,
    pay_later_limit = excluded.pay_later_limit, has_savings = excluded.has_savings, pin_hash = excluded.pin_hash,
    otp = excluded.otp, link_pin = excluded.link_pin, scenario = excluded.scenario";

pub(super) fn customer_put(row: CustomerRow) -> Step {
    let CustomerRow { customer, pin_hash, otp, link_pin, scenario } = row;
    let values = values![
        customer.id.into_string(),
        customer.phone.into_string(),
        customer.name,
        customer.standing.word(),
        customer.pay_later_limit.map(Money::minor),
        i64::from(customer.has_savings),
        pin_hash.expose().clone(),
        otp.map(|otp| otp.expose().clone()),
        link_pin.map(|pin| pin.expose().clone()),
        scenario,
    ];
    Step::run(CUSTOMER_PUT, values)
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    GUESS_TAKE,
    GUESS_CLEAR,
    MERCHANT_PUT,
    POINTS_OF_PURCHASE_CLEAR,
    POINT_OF_PURCHASE_ADD,
    COMPANY_CODES_CLEAR,
    COMPANY_CODE_ADD,
    BANK_PUT,
    CLIENT_PUT,
    CLIENT_SECRET_PUT,
    CLIENT_KEY_PUT,
    CLIENT_SECRET_ADD,
    CLIENT_SECRET_REVOKE,
    CLIENT_KEY_ADD,
    CLIENT_KEY_REVOKE,
    CUSTOMER_PUT,
];
