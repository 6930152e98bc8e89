//! Linked accounts: the customer's consent, the merchant's binding, what the account can pay with, and unlinking.

use lunas_domain::customer::{Customer, Standing};
use lunas_domain::ledger::PayOption;
use lunas_domain::link::{self, Cause, Command, Decision, Link, Rejection, Status};
use lunas_domain::merchant::Merchant;
use lunas_domain::replay;
use lunas_store::{Changes, CommitError, Scope, Unavailable, Write};
use lunas_vocab::{CustomerId, MerchantId, Money, Secret};

use super::idempotency::{Attempt, RACES_MAX, Repeatable, claim_once, repetition};
use super::{LinkRefusal, Refusal, notification};
use crate::app::account_token::{LinkClaim, code_hash};
use crate::app::token::TokenError;
use crate::app::{App, ids};

/// An account whose token counts.
#[derive(Clone, Debug)]
pub struct Linked {
    /// Its link to the merchant, which is enabled.
    pub link: Link,
    /// Whose it is.
    pub customer: Customer,
}

/// One thing that a linked account can pay with.
#[derive(Clone, Debug)]
pub struct OptionStanding {
    /// Which.
    pub option: PayOption,
    /// Whether it may pay now.
    pub is_active: bool,
    /// What can be spent.
    pub balance: Money,
    /// What a charge names it by.
    pub token: Secret<String>,
}

/// Makes the answer of a call from the link it leads to. It is not stored, as it is given once and has a token in it.
pub type Render<'a> = &'a (dyn Fn(&Link) -> Vec<u8> + Sync);

/// A customer consents, and gets the code that the merchant exchanges. Whether it is the customer who says so was
/// found out before.
pub async fn consent(
    app: &App,
    merchant: &MerchantId,
    customer: &CustomerId,
    also: Vec<Write>,
) -> Result<Secret<String>, Refusal> {
    let (code, code_hash) = app.auth_code();
    for _ in 0..RACES_MAX {
        let now = app.env.now();
        let (write, decision) = match app.store.link_find_by_customer(merchant, customer).await? {
            Some(link) => {
                let command = Command::Consent { code_hash: code_hash.clone() };
                let decision = link::decide(&link, &command, now).map_err(refused)?;
                (Write::LinkMove(Box::new(decision.link.clone())), decision)
            }
            None => {
                let (reference_no, merchant) = (ids::reference_no(&app.env), merchant.clone());
                let opened = link::open(reference_no, merchant, customer.clone(), code_hash.clone(), now);
                (Write::LinkOpen(Box::new(opened.link.clone())), opened)
            }
        };
        let mut changes = Changes::new().with(write);
        changes.writes.extend(also.clone());
        match commit(app, changes, &decision).await? {
            Ok(()) => return Ok(code),
            Err(CommitError::LostRace) => {}
            Err(refused) => return Err(refused.into()),
        }
    }
    Err(Refusal::Unavailable("the link changes too quickly".to_owned()))
}

/// A merchant exchanges a code for the account's token. The call's id is good for one success.
pub async fn bind(
    app: &App,
    merchant: &Merchant,
    handle: &str,
    code: &Secret<String>,
    repeatable: Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Refusal> {
    let code_hash = code_hash(code.expose());
    let (named, command) = (Named::Code(&code_hash), Command::Bind { code_hash: code_hash.clone() });
    let bound = match is_own(merchant, handle) {
        Ok(()) => moved(app, &merchant.id, named, &command, &repeatable, render).await,
        Err(refusal) => Err(refusal.into()),
    };
    once(app, &repeatable, bound).await
}

/// A merchant unlinks an account by its token. The call's id is good for one success.
pub async fn unbind(
    app: &App,
    merchant: &Merchant,
    handle: &str,
    customer_token: &str,
    repeatable: Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Refusal> {
    let named = Named::Token(customer_token);
    let unbound = match find(app, &merchant.id, named).await.and_then(|_| is_own(merchant, handle)) {
        Ok(()) => {
            let command = Command::Unlink(Cause::Unlinked);
            moved(app, &merchant.id, named, &command, &repeatable, render).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    once(app, &repeatable, unbound).await
}

/// A customer ends a link in the wallet, or changes the number it was made with.
pub async fn unlink(
    app: &App,
    merchant: &MerchantId,
    customer: &CustomerId,
    cause: Cause,
) -> Result<Link, Refusal> {
    for _ in 0..RACES_MAX {
        let found = app.store.link_find_by_customer(merchant, customer).await?;
        let link = found.ok_or(Refusal::NotFound)?;
        let decision = link::decide(&link, &Command::Unlink(cause), app.env.now()).map_err(refused)?;
        let changes = Changes::new().with(Write::LinkMove(Box::new(decision.link.clone())));
        match commit(app, changes, &decision).await? {
            Ok(()) => return Ok(decision.link),
            Err(CommitError::LostRace) => {}
            Err(refused) => return Err(refused.into()),
        }
    }
    Err(Refusal::Unavailable("the link changes too quickly".to_owned()))
}

/// The account that a customer token of this merchant stands for. A token that was revoked, or is another merchant's,
/// stands for none.
pub async fn linked(app: &App, merchant: &MerchantId, customer_token: &str) -> Result<Linked, Refusal> {
    let link = find(app, merchant, Named::Token(customer_token)).await?;
    let row = app.store.customer_find(&link.customer).await?.ok_or(Refusal::NotFound)?;
    Ok(Linked { link, customer: row.customer })
}

/// What a charge says of the account it charges.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The account's token.
    pub customer_token: Secret<String>,
    /// The option's token.
    pub option_token: Secret<String>,
    /// What the option is called beside its token.
    pub option: String,
    /// Whether the charge recurs, so that no customer is at hand.
    pub is_recurring: bool,
}

/// The account to charge and what of it. A charge that the account cannot pay is refused here, before a customer is
/// asked for a PIN in vain; the ledger's floor is what keeps the money right.
pub(super) async fn payer(
    app: &App,
    merchant: &MerchantId,
    asked: &Asked,
    amount: Money,
) -> Result<(Customer, PayOption), Refusal> {
    let (token, option_token) = (asked.customer_token.expose(), asked.option_token.expose());
    let (linked, option) = charged(app, merchant, token, option_token).await?;
    if !asked.option.eq_ignore_ascii_case(option.word()) {
        return Err(LinkRefusal::OptionDiffers(option).into());
    }
    let left = spendable(app, &linked.customer, option).await?;
    if left.minor() < amount.minor() {
        return Err(Refusal::Move(lunas_domain::payment::Rejection::InsufficientFunds));
    }
    Ok((linked.customer, option))
}

/// The account, and what of it is charged, by the two tokens that a charge carries. The account is in order and offers
/// the option; whether it holds enough is for the ledger to say.
pub async fn charged(
    app: &App,
    merchant: &MerchantId,
    customer_token: &str,
    option_token: &str,
) -> Result<(Linked, PayOption), Refusal> {
    let linked = linked(app, merchant, customer_token).await?;
    let (claim, option) = app.option_token_check(option_token).map_err(|error| match error {
        TokenError::Unknown => LinkRefusal::OptionToken,
        TokenError::Expired(at) => LinkRefusal::OptionTokenExpired(at),
    })?;
    if !claim.is_of(&linked.link) {
        return Err(LinkRefusal::OptionToken.into());
    }
    if !is_active(&linked.customer, option) {
        return Err(LinkRefusal::Inactive.into());
    }
    Ok((linked, option))
}

/// What a linked account can pay with, each with a new token. An option that the customer never had is left out.
pub async fn options(app: &App, linked: &Linked) -> Result<Vec<OptionStanding>, Unavailable> {
    let mut standings = Vec::new();
    for option in PayOption::ALL {
        let customer = &linked.customer;
        if !customer.has(option) {
            continue;
        }
        standings.push(OptionStanding {
            option,
            is_active: is_active(customer, option),
            balance: spendable(app, customer, option).await?,
            token: app.option_token(&linked.link, option),
        });
    }
    Ok(standings)
}

/// What a customer can spend out of an option: the balance, and on credit what is left of the limit.
pub async fn spendable(app: &App, customer: &Customer, option: PayOption) -> Result<Money, Unavailable> {
    let balance = app.store.balance_find(&option.account(customer.id.clone())).await?;
    let limit = match option {
        PayOption::PayLater => customer.pay_later_limit.unwrap_or(Money::ZERO_IDR),
        PayOption::Wallet | PayOption::Savings => Money::ZERO_IDR,
    };
    Ok(balance.checked_add(limit).unwrap_or(Money::ZERO_IDR))
}

fn is_active(customer: &Customer, option: PayOption) -> bool {
    customer.standing == Standing::Active && customer.has(option)
}

fn is_own(merchant: &Merchant, handle: &str) -> Result<(), Refusal> {
    if merchant.payment_handle == handle { Ok(()) } else { Err(LinkRefusal::Handle.into()) }
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
async fn find(app: &App, merchant: &MerchantId, named: Named<'_>) -> Result<Link, Refusal> {
    match named {
        Named::Code(hash) => {
            let link = app.store.link_find_by_code(merchant, hash).await?;
            link.ok_or(Refusal::Link(LinkRefusal::AuthCode))
        }
        Named::Token(token) => {
            let unknown = Refusal::Link(LinkRefusal::CustomerToken);
            let Some(claim) = app.account_token_check(token) else { return Err(unknown) };
            let link = app.store.link_find(Scope::Merchant(merchant), &claim.reference_no).await?;
            link.filter(|link| counts(&claim, link)).ok_or(unknown)
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
    repeatable: &Repeatable,
    render: Render<'_>,
) -> Result<Vec<u8>, Attempt> {
    for _ in 0..RACES_MAX {
        let link = find(app, merchant, named).await?;
        let now = app.env.now();
        let decision = link::decide(&link, command, now).map_err(refused)?;
        let answer = render(&decision.link);
        let changes = Changes::new()
            .with(claim_once(repeatable.key.clone(), now, replay::kept_until(now)))
            .with(Write::LinkMove(Box::new(decision.link.clone())));
        match commit(app, changes, &decision).await.map_err(Refusal::from)? {
            Ok(()) => return Ok(answer),
            Err(CommitError::LostRace) => {}
            Err(refused) => return Err(refused.into()),
        }
    }
    Err(Refusal::Unavailable("the link changes too quickly".to_owned()).into())
}

/// Calls about links are not repeated: an id that succeeded before is a conflict, whatever else is wrong by now.
async fn once(
    app: &App,
    repeatable: &Repeatable,
    worked: Result<Vec<u8>, Attempt>,
) -> Result<Vec<u8>, Refusal> {
    match worked {
        Ok(answer) => Ok(answer),
        Err(attempt) => {
            repetition(app, repeatable, attempt).await?;
            Err(Refusal::KeyTaken)
        }
    }
}

/// Commits a decision and what the merchant is told of it, together with `changes`.
async fn commit(
    app: &App,
    mut changes: Changes,
    decision: &Decision,
) -> Result<Result<(), CommitError>, Unavailable> {
    let Link { merchant: id, changed_at, .. } = &decision.link;
    if let Some(notification) = &decision.notification {
        let merchant = app.merchant(id).await?;
        let is_told = merchant.is_some_and(|merchant| merchant.notify_url.is_some());
        notification::add(app, &mut changes, is_told, id.clone(), notification.clone(), *changed_at);
    }
    let committed = app.commit(changes).await;
    if committed.is_ok() {
        app.notifications_waiting.notify_one();
    }
    Ok(committed)
}

fn refused(rejection: Rejection) -> Refusal {
    match rejection {
        Rejection::CodeUnknown | Rejection::CodeExpired => LinkRefusal::AuthCode.into(),
        Rejection::NotLinked => Refusal::NotFound,
    }
}
