//! Merchants, clients and customers, and the attempts at their secrets.

use lunas_domain::bank::Bank;
use lunas_domain::guess::Subject;
use lunas_domain::merchant::Merchant;
use lunas_vocab::{ClientId, Money, Timestamp};

use crate::step::{Step, values};
use crate::table::{
    BANK, CLIENT, CLIENT_KEY, CLIENT_SECRET, COMPANY_CODE, CUSTOMER, MERCHANT, POINT_OF_PURCHASE, row, sql,
};
use crate::value::Owned;
use crate::{ClientOwner, ClientRow, CustomerRow, PublicKeyRow, Refused, SealedSecret, Unavailable};

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

/// The version of what was never changed.
const FIRST: i64 = 1;

const MERCHANT_PUT: &str = sql!("{}, version = merchant.version + 1", MERCHANT.put());

/// Takes the row for the rest of the change, so that the next one finds another version.
const MERCHANT_HOLD: &str = "update merchant set version = version where id = $1 and version = $2";

const BANK_HOLD: &str = "update bank set version = version where id = $1 and version = $2";

pub(super) fn owner_hold(owner: &ClientOwner, version: i64) -> Step {
    let statement = match owner {
        ClientOwner::Merchant(_) => MERCHANT_HOLD,
        ClientOwner::Bank(_) => BANK_HOLD,
    };
    Step::guarded(statement, values![owner.id().to_owned(), version], Refused::LostRace)
}

const POINTS_OF_PURCHASE_CLEAR: &str = "delete from point_of_purchase where merchant_id = $1";

const COMPANY_CODES_CLEAR: &str = "delete from company_code where merchant_id = $1";

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
        payment_handle: merchant.payment_handle,
        allowed_callers: merchant.allowed_callers.join(" "),
        qris: qris,
        accounts: accounts,
        links: links,
        version: FIRST,
    });
    to.push(Step::run(MERCHANT_PUT, row));
    to.push(Step::run(POINTS_OF_PURCHASE_CLEAR, values![id.clone()]));
    for (place, point) in (1_i64..).zip(merchant.points_of_purchase) {
        let row = row!(POINT_OF_PURCHASE {
            merchant_id: id.clone(),
            id: point.id.into_string(),
            kind: point.kind.word(),
            place: place,
        });
        to.push(Step::insert(&POINT_OF_PURCHASE, row));
    }
    to.push(Step::run(COMPANY_CODES_CLEAR, values![id.clone()]));
    for (place, code) in (1_i64..).zip(merchant.company_codes) {
        let row =
            row!(COMPANY_CODE { bank: code.bank, code: code.code, merchant_id: id.clone(), place: place });
        to.push(Step::insert(&COMPANY_CODE, row));
    }
    Ok(())
}

const BANK_PUT: &str = sql!("{}, version = bank.version + 1", BANK.put());

pub(super) fn bank_put(bank: Bank) -> Step {
    let row = row!(BANK {
        id: bank.id.into_string(),
        name: bank.name,
        keeps: bank.keeps.join(" "),
        allowed_callers: bank.allowed_callers.join(" "),
        version: FIRST,
    });
    Step::run(BANK_PUT, row)
}

/// A client that is somebody else's is not touched, which counts as no row changed.
const CLIENT_PUT: &str = sql!(
    "{} on conflict (client_id) do update set owner_id = excluded.owner_id
    where client.owner_kind = excluded.owner_kind and client.owner_id = excluded.owner_id",
    CLIENT.insert()
);

const CLIENT_SECRET_PUT: &str = sql!("{}", CLIENT_SECRET.put());

const CLIENT_KEY_PUT: &str = sql!("{}", CLIENT_KEY.put());

pub(super) fn client_put(to: &mut Vec<Step>, client: ClientRow) {
    let ClientRow { client_id, owner, secrets, public_keys } = client;
    let row = row!(CLIENT {
        client_id: client_id.as_str().to_owned(),
        owner_kind: owner.kind(),
        owner_id: owner.id().to_owned(),
    });
    to.push(Step::guarded(CLIENT_PUT, row, Refused::Exists { what: "client" }));
    let secrets = secrets.into_iter().map(|secret| secret_row(client_id.clone(), secret));
    to.extend(secrets.map(|row| Step::run(CLIENT_SECRET_PUT, row)));
    let public_keys = public_keys.into_iter().map(|key| key_row(client_id.clone(), key));
    to.extend(public_keys.map(|row| Step::run(CLIENT_KEY_PUT, row)));
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

const CLIENT_SECRET_REVOKE: &str = "update client_secret set revoked_at = $3
    where client_id = $1 and id = $2 and revoked_at is null";

pub(super) fn client_secret_revoke(client: ClientId, id: String, at: Timestamp) -> Step {
    Step::guarded(CLIENT_SECRET_REVOKE, values![client.into_string(), id, at.ms()], Refused::LostRace)
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

const CLIENT_KEY_REVOKE: &str = "update client_key set revoked_at = $3
    where client_id = $1 and fingerprint = $2 and revoked_at is null";

pub(super) fn client_key_revoke(client: ClientId, fingerprint: String, at: Timestamp) -> Step {
    let values = values![client.into_string(), fingerprint, at.ms()];
    Step::guarded(CLIENT_KEY_REVOKE, values, Refused::LostRace)
}

const CUSTOMER_PUT: &str = sql!("{}", CUSTOMER.put());

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
    Step::run(CUSTOMER_PUT, row)
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    GUESS_TAKE,
    GUESS_CLEAR,
    MERCHANT_PUT,
    MERCHANT_HOLD,
    POINTS_OF_PURCHASE_CLEAR,
    COMPANY_CODES_CLEAR,
    BANK_PUT,
    BANK_HOLD,
    CLIENT_PUT,
    CLIENT_SECRET_PUT,
    CLIENT_KEY_PUT,
    CLIENT_SECRET_REVOKE,
    CLIENT_KEY_REVOKE,
    CUSTOMER_PUT,
];
