//! Linked accounts: the customer's consent, the merchant's binding, and unlinking.

pub mod charge;

use lunas_domain::ledger::PayOption;
use lunas_domain::link::{self, Cause, Command, Decision, Link, Rejection, Status};
use lunas_domain::merchant::Merchant;
use lunas_domain::replay;
use lunas_store::{Changes, Scope, Write};
use lunas_vocab::{Bucket, CustomerId, MerchantId, Secret, Timestamp};

use super::idempotency::IdempotentCall;
use super::race::Race;
use super::{Error, Family, notification};
use crate::app::account_token::{LinkClaim, code_hash};
use crate::app::{App, ids};

/// What the log says when a link was never left alone for long enough.
const RACE_LOST: &str = "the link changes too quickly";

/// Why nothing came of a call about a linked account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such link, or no such customer any more.
    NotFound,
    /// The customer token is none of this merchant's, or it was revoked.
    CustomerToken,
    /// The option's token is none of this account's.
    OptionToken,
    /// The option's token has ended; there is a new one to ask for.
    OptionTokenExpired(Timestamp),
    /// The token stands for another option than the call names.
    OptionDiffers(PayOption),
    /// The account, or its option, is not in a state to pay.
    Inactive,
    /// The account does not hold enough.
    InsufficientFunds,
    /// The code was used, replaced, has expired, or was never this merchant's.
    AuthCode,
    /// The body names another merchant than the one that calls.
    Handle,
}

impl Family for Refusal {}

/// Makes the answer of a call from the link it leads to. It is not stored, as it is given once and has a token in it.
pub type Render<'a> = &'a (dyn Fn(&Link) -> Vec<u8> + Sync);

/// A customer consents, and gets the code that the merchant exchanges. Whether it is the customer who says so was
/// found out before.
pub async fn consent(
    app: &App,
    merchant: &MerchantId,
    customer: &CustomerId,
    also: Vec<Write>,
) -> Result<Secret<String>, Error<Refusal>> {
    let (code, code_hash) = app.auth_code();
    let mut race = Race::new(RACE_LOST);
    loop {
        let now = app.env.now();
        let (write, decision) = match app.store.link_find_by_customer(merchant, customer).await? {
            Some(link) => {
                let command = Command::Consent { code_hash: code_hash.clone() };
                let decision = link::decide(&link, &command, now).map_err(refused)?;
                (Write::LinkMove(Box::new(decision.link.clone())), decision)
            }
            None => {
                let bucket = Bucket::of(&[merchant.as_str(), customer.as_str()]);
                let (reference_no, merchant) = (ids::reference_no(&app.env, bucket), merchant.clone());
                let opened = link::open(reference_no, merchant, customer.clone(), code_hash.clone(), now);
                (Write::LinkOpen(Box::new(opened.link.clone())), opened)
            }
        };
        let mut changes = Changes::new().with(write);
        changes.writes.extend(also.clone());
        if commit(app, &mut race, changes, &decision).await? {
            return Ok(code);
        }
    }
}

/// A merchant exchanges a code for the account's token. The call's id is good for one success.
pub async fn bind(
    app: &App,
    merchant: &Merchant,
    handle: &str,
    code: &Secret<String>,
    call: IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let code_hash = code_hash(code.expose());
    let (named, command) = (Named::Code(&code_hash), Command::Bind { code_hash: code_hash.clone() });
    let bound = match is_own(merchant, handle) {
        Ok(()) => moved(app, &merchant.id, named, &command, &call, render).await,
        Err(refusal) => Err(refusal.into()),
    };
    call.answer_once(app, bound).await
}

/// A merchant unlinks an account by its token. The call's id is good for one success.
pub async fn unbind(
    app: &App,
    merchant: &Merchant,
    handle: &str,
    customer_token: &str,
    call: IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let named = Named::Token(customer_token);
    let found = find(app, &merchant.id, named).await;
    let unbound = match found.and_then(|_| Ok(is_own(merchant, handle)?)) {
        Ok(()) => {
            let command = Command::Unlink(Cause::Unlinked);
            moved(app, &merchant.id, named, &command, &call, render).await
        }
        Err(error) => Err(error),
    };
    call.answer_once(app, unbound).await
}

/// A customer ends a link in the wallet, or changes the number it was made with.
pub async fn unlink(
    app: &App,
    merchant: &MerchantId,
    customer: &CustomerId,
    cause: Cause,
) -> Result<Link, Error<Refusal>> {
    let mut race = Race::new(RACE_LOST);
    loop {
        let found = app.store.link_find_by_customer(merchant, customer).await?;
        let link = found.ok_or(Refusal::NotFound)?;
        let decision = link::decide(&link, &Command::Unlink(cause), app.env.now()).map_err(refused)?;
        let changes = Changes::new().with(Write::LinkMove(Box::new(decision.link.clone())));
        if commit(app, &mut race, changes, &decision).await? {
            return Ok(decision.link);
        }
    }
}

fn is_own(merchant: &Merchant, handle: &str) -> Result<(), Refusal> {
    if merchant.payment_handle == handle { Ok(()) } else { Err(Refusal::Handle) }
}

/// How a merchant names a link.
#[derive(Clone, Copy)]
enum Named<'a> {
    /// By the hash of a code that waits on it.
    Code(&'a str),
    /// By its token, while that counts.
    Token(&'a str),
}

/// The merchant's link of that name.
async fn find(app: &App, merchant: &MerchantId, named: Named<'_>) -> Result<Link, Error<Refusal>> {
    match named {
        Named::Code(hash) => {
            let link = app.store.link_find_by_code(merchant, hash).await?;
            Ok(link.ok_or(Refusal::AuthCode)?)
        }
        Named::Token(token) => {
            let claim = app.account_token_check(token).ok_or(Refusal::CustomerToken)?;
            let link = app.store.link_find(Scope::Merchant(merchant), &claim.reference_no).await?;
            Ok(link.filter(|link| counts(&claim, link)).ok_or(Refusal::CustomerToken)?)
        }
    }
}

fn counts(claim: &LinkClaim, link: &Link) -> bool {
    link.status == Status::Enabled && claim.is_of(link)
}

/// Reads, decides and commits with the call's key, again and again while others are quicker.
async fn moved(
    app: &App,
    merchant: &MerchantId,
    named: Named<'_>,
    command: &Command,
    call: &IdempotentCall,
    render: Render<'_>,
) -> Result<Vec<u8>, Error<Refusal>> {
    let mut race = Race::new(RACE_LOST);
    loop {
        let link = find(app, merchant, named).await?;
        let now = app.env.now();
        let decision = link::decide(&link, command, now).map_err(refused)?;
        let answer = render(&decision.link);
        let changes = Changes::new()
            .with(call.claim_once(now, replay::kept_until(now)))
            .with(Write::LinkMove(Box::new(decision.link.clone())));
        if commit(app, &mut race, changes, &decision).await? {
            return Ok(answer);
        }
    }
}

/// Commits a decision and what the merchant is told of it, together with `changes`.
async fn commit(
    app: &App,
    race: &mut Race,
    mut changes: Changes,
    decision: &Decision,
) -> Result<bool, Error<Refusal>> {
    let Link { merchant: id, changed_at, .. } = &decision.link;
    if let Some(notification) = &decision.notification {
        let merchant = app.merchant(id).await?;
        let is_told = merchant.is_some_and(|merchant| merchant.notify_url.is_some());
        notification::add(app, &mut changes, is_told, id.clone(), notification.clone(), *changed_at);
    }
    race.commit(app, changes).await
}

fn refused(rejection: Rejection) -> Refusal {
    match rejection {
        Rejection::CodeUnknown | Rejection::CodeExpired => Refusal::AuthCode,
        Rejection::NotLinked => Refusal::NotFound,
    }
}
