//! What a linked account can pay with, and whether it may be charged.

use lunas_domain::customer::{Customer, Standing};
use lunas_domain::ledger::PayOption;
use lunas_domain::link::Link;
use lunas_store::Unavailable;
use lunas_vocab::{MerchantId, Money, Secret};

use super::{Named, Refusal, find};
use crate::app::App;
use crate::app::token::TokenError;
use crate::flow::Error;

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

/// The account that a customer token of this merchant stands for. A token that was revoked, or is another merchant's,
/// stands for none.
pub async fn linked(
    app: &App,
    merchant: &MerchantId,
    customer_token: &str,
) -> Result<Linked, Error<Refusal>> {
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
pub(in crate::flow) async fn payer(
    app: &App,
    merchant: &MerchantId,
    asked: &Asked,
    amount: Money,
) -> Result<(Customer, PayOption), Error<Refusal>> {
    let (token, option_token) = (asked.customer_token.expose(), asked.option_token.expose());
    let (linked, option) = charged(app, merchant, token, option_token).await?;
    if !asked.option.eq_ignore_ascii_case(option.word()) {
        return Err(Refusal::OptionDiffers(option).into());
    }
    let left = spendable(app, &linked.customer, option).await?;
    if left.minor() < amount.minor() {
        return Err(Refusal::InsufficientFunds.into());
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
) -> Result<(Linked, PayOption), Error<Refusal>> {
    let linked = linked(app, merchant, customer_token).await?;
    let (claim, option) = app.option_token_check(option_token).map_err(|error| match error {
        TokenError::Unknown => Refusal::OptionToken,
        TokenError::Expired(at) => Refusal::OptionTokenExpired(at),
    })?;
    if !claim.is_of(&linked.link) {
        return Err(Refusal::OptionToken.into());
    }
    if !is_active(&linked.customer, option) {
        return Err(Refusal::Inactive.into());
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
