//! Merchants, clients and customers, and the attempts at their secrets.

use lunas_domain::bank::Bank;
use lunas_domain::merchant::Merchant;
use lunas_domain::pin_attempt::Subject;
use lunas_vocab::{ClientId, Money, Timestamp};

use crate::statement::{Statement, expr};
use crate::step::{Step, values};
use crate::table::{
    BANK, CLIENT, CLIENT_KEY, CLIENT_SECRET, COMPANY_CODE, CUSTOMER, MERCHANT, PIN_ATTEMPT,
    POINT_OF_PURCHASE, Table, row,
};
use crate::value::Owned;
use crate::{ClientOwner, ClientRow, CommitError, CustomerRow, PublicKeyRow, SealedSecret, Unavailable};

pub(crate) const PIN_ATTEMPT_TAKE: Statement = Statement::insert(
    "pin_attempt_take",
    &PIN_ATTEMPT,
    &["subject", "window_until", "now", "attempts_max"],
    ("attempts", expr!["1"]),
)
.columns(2)
.on_conflict(expr![
    "(subject) do update set
    attempts = case when pin_attempt.window_until <= " now " then 1 else pin_attempt.attempts + 1 end,
    window_until = case when pin_attempt.window_until <= " now " then excluded.window_until else pin_attempt.window_until end
    where pin_attempt.window_until <= " now " or pin_attempt.attempts < " attempts_max
])
.or(&CommitError::TooManyPinAttempts);

pub(super) fn pin_attempt_take(subject: &Subject, now: Timestamp) -> Step {
    let allowance = subject.allowance();
    let window_until = now.plus(allowance.window);
    let values = values![subject.key(), window_until.ms(), now.ms(), allowance.attempts_max];
    Step::new(PIN_ATTEMPT_TAKE, values)
}

pub(crate) const PIN_ATTEMPT_CLEAR: Statement =
    Statement::delete("pin_attempt_clear", &PIN_ATTEMPT, &["subject"]);

pub(super) fn pin_attempt_clear(subject: &Subject) -> Step {
    Step::new(PIN_ATTEMPT_CLEAR, values![subject.key()])
}

/// The version of what was never changed.
const FIRST: i64 = 1;

pub(crate) const MERCHANT_PUT: Statement =
    Statement::put("merchant_put", &MERCHANT).setting("version = merchant.version + 1");

/// Takes the row for the rest of the change, so that the next one finds another version.
pub(crate) const MERCHANT_HOLD: Statement = held("merchant_hold", &MERCHANT);

pub(crate) const BANK_HOLD: Statement = held("bank_hold", &BANK);

const fn held(name: &'static str, table: &'static Table) -> Statement {
    const KEY: &[&str] = &["id", "version"];
    let only = expr!["id = " id " and version = " version];
    Statement::update(name, table, KEY, expr!["version = version"], only).or(&CommitError::LostRace)
}

pub(super) fn owner_hold(owner: &ClientOwner, version: i64) -> Step {
    let statement = match owner {
        ClientOwner::Merchant(_) => MERCHANT_HOLD,
        ClientOwner::Bank(_) => BANK_HOLD,
    };
    Step::new(statement, values![owner.id().to_owned(), version])
}

pub(crate) const POINTS_OF_PURCHASE_CLEAR: Statement =
    Statement::delete("points_of_purchase_clear", &POINT_OF_PURCHASE, &["merchant_id"]);

pub(crate) const COMPANY_CODES_CLEAR: Statement =
    Statement::delete("company_codes_clear", &COMPANY_CODE, &["merchant_id"]);

pub(super) fn merchant_put(to: &mut Vec<Step>, merchant: Merchant) -> Result<(), Unavailable> {
    let id = merchant.id.into_string();
    let qris = merchant.qris.as_ref().map(serde_json::to_string).transpose().map_err(Unavailable::new)?;
    let accounts = serde_json::to_string(&merchant.accounts).map_err(Unavailable::new)?;
    let links = serde_json::to_string(&merchant.links).map_err(Unavailable::new)?;
    let row = row!(MERCHANT {
        id: id.clone(),
        name: merchant.name,
        return_url: merchant.return_url,
        notify_url: merchant.notify_url,
        notify_partner_id: merchant.notify_partner_id,
        notify_text: merchant.notify_text.word(),
        notify_statuses: merchant.notify_statuses.digits().join(" "),
        payment_handle: merchant.payment_handle,
        allowed_callers: merchant.allowed_callers.join(" "),
        qris: qris,
        accounts: accounts,
        links: links,
        version: FIRST,
    });
    to.push(Step::new(MERCHANT_PUT, row));
    to.push(Step::new(POINTS_OF_PURCHASE_CLEAR, values![id.clone()]));
    for (place, point) in (1_i64..).zip(merchant.points_of_purchase) {
        let row = row!(POINT_OF_PURCHASE {
            merchant_id: id.clone(),
            id: point.id.into_string(),
            kind: point.kind.word(),
            place: place,
        });
        to.push(Step::insert(&POINT_OF_PURCHASE, row));
    }
    to.push(Step::new(COMPANY_CODES_CLEAR, values![id.clone()]));
    for (place, code) in (1_i64..).zip(merchant.company_codes) {
        let row =
            row!(COMPANY_CODE { bank: code.bank, code: code.code, merchant_id: id.clone(), place: place });
        to.push(Step::insert(&COMPANY_CODE, row));
    }
    Ok(())
}

pub(crate) const BANK_PUT: Statement =
    Statement::put("bank_put", &BANK).setting("version = bank.version + 1");

pub(super) fn bank_put(bank: Bank) -> Step {
    let row = row!(BANK {
        id: bank.id.into_string(),
        name: bank.name,
        keeps: bank.keeps.join(" "),
        allowed_callers: bank.allowed_callers.join(" "),
        version: FIRST,
    });
    Step::new(BANK_PUT, row)
}

/// A client that is somebody else's is not touched, which counts as no row changed.
pub(crate) const CLIENT_PUT: Statement = Statement::add("client_put", &CLIENT)
    .on_conflict(expr![
        "(client_id) do update set owner_id = excluded.owner_id
        where client.owner_kind = excluded.owner_kind and client.owner_id = excluded.owner_id"
    ])
    .or(&CommitError::Exists { what: "client" });

pub(crate) const CLIENT_SECRET_PUT: Statement = Statement::put("client_secret_put", &CLIENT_SECRET);

pub(crate) const CLIENT_KEY_PUT: Statement = Statement::put("client_key_put", &CLIENT_KEY);

pub(super) fn client_put(to: &mut Vec<Step>, client: ClientRow) {
    let ClientRow { client_id, owner, secrets, public_keys } = client;
    let row = row!(CLIENT {
        client_id: client_id.as_str().to_owned(),
        owner_kind: owner.kind(),
        owner_id: owner.id().to_owned(),
    });
    to.push(Step::new(CLIENT_PUT, row));
    let secrets = secrets.into_iter().map(|secret| secret_row(client_id.clone(), secret));
    to.extend(secrets.map(|row| Step::new(CLIENT_SECRET_PUT, row)));
    let public_keys = public_keys.into_iter().map(|key| key_row(client_id.clone(), key));
    to.extend(public_keys.map(|row| Step::new(CLIENT_KEY_PUT, row)));
}

pub(super) fn client_secret_add(client: ClientId, secret: SealedSecret) -> Step {
    Step::insert(&CLIENT_SECRET, secret_row(client, secret))
}

fn secret_row(client: ClientId, secret: SealedSecret) -> Vec<Owned> {
    row!(CLIENT_SECRET {
        client_id: client.into_string(),
        id: secret.id,
        sealed: secret.sealed,
        added_at: secret.added_at.ms(),
        revoked_at: secret.revoked_at.map(Timestamp::ms),
    })
}

pub(crate) const CLIENT_SECRET_REVOKE: Statement = Statement::update(
    "client_secret_revoke",
    &CLIENT_SECRET,
    &["client_id", "id", "revoked_at"],
    expr!["revoked_at = " revoked_at],
    expr!["client_id = " client_id " and id = " id " and revoked_at is null"],
)
.or(&CommitError::LostRace);

pub(super) fn client_secret_revoke(client: ClientId, id: String, at: Timestamp) -> Step {
    Step::new(CLIENT_SECRET_REVOKE, values![client.into_string(), id, at.ms()])
}

pub(super) fn client_key_add(client: ClientId, key: PublicKeyRow) -> Step {
    Step::insert(&CLIENT_KEY, key_row(client, key))
}

fn key_row(client: ClientId, key: PublicKeyRow) -> Vec<Owned> {
    row!(CLIENT_KEY {
        client_id: client.into_string(),
        fingerprint: key.fingerprint,
        pem: key.pem,
        added_at: key.added_at.ms(),
        revoked_at: key.revoked_at.map(Timestamp::ms),
    })
}

pub(crate) const CLIENT_KEY_REVOKE: Statement = Statement::update(
    "client_key_revoke",
    &CLIENT_KEY,
    &["client_id", "fingerprint", "revoked_at"],
    expr!["revoked_at = " revoked_at],
    expr!["client_id = " client_id " and fingerprint = " fingerprint " and revoked_at is null"],
)
.or(&CommitError::LostRace);

pub(super) fn client_key_revoke(client: ClientId, fingerprint: String, at: Timestamp) -> Step {
    let values = values![client.into_string(), fingerprint, at.ms()];
    Step::new(CLIENT_KEY_REVOKE, values)
}

pub(crate) const CUSTOMER_PUT: Statement = Statement::put("customer_put", &CUSTOMER);

pub(super) fn customer_put(customer: CustomerRow) -> Step {
    let CustomerRow { customer, pin_hash, otp, link_pin, scenario } = customer;
    let row = row!(CUSTOMER {
        id: customer.id.into_string(),
        phone: customer.phone.into_string(),
        name: customer.name,
        standing: customer.standing.word(),
        pay_later_limit: customer.pay_later_limit.map(Money::minor),
        has_savings: i64::from(customer.has_savings),
        pin_hash: pin_hash.expose().clone(),
        otp: otp.map(|otp| otp.expose().clone()),
        link_pin: link_pin.map(|pin| pin.expose().clone()),
        scenario: scenario,
    });
    Step::new(CUSTOMER_PUT, row)
}
