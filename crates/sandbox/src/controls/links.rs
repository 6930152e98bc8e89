//! Controls over linked accounts: a customer consents, or unlinks, without the page.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use lunas_domain::customer::Customer;
use lunas_domain::link::{Cause, Link};
use lunas_domain::replay::{ReplayKey, ReplayOwner};
use lunas_gateway::app::{App, ids};
use lunas_gateway::flow::Error;
use lunas_gateway::flow::idempotency::IdempotentCall;
use lunas_gateway::flow::link::charge::{self, Linked};
use lunas_gateway::flow::link::{self, Refusal};
use lunas_snap::service::Service;
use lunas_vocab::{ExternalId, MerchantId, Phone, Secret};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refused, body};
use crate::customers::CUSTOMERS;
use crate::running::Running;

/// Who links, and to whom. Without a number the first customer in good order does, to the sandbox's merchant.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct LinkOrder {
    phone: Option<String>,
    merchant_id: Option<String>,
    /// Whether the merchant exchanges the code at once, so that the tokens are there to be used.
    bind: bool,
}

/// A customer consents; what the page ends in is the answer.
pub(super) async fn link(State(sandbox): State<Running>, raw: Bytes) -> Answer {
    let app = &sandbox.app;
    let order: LinkOrder = body(&raw)?;
    let phone = order.phone.unwrap_or_else(|| CUSTOMERS[0].0.to_owned());
    let customer = customer(app, &phone).await?;
    let merchant = merchant(&sandbox, order.merchant_id.as_deref())?;
    let code = link::consent(app, &merchant, &customer.id, Vec::new()).await.map_err(not_done)?;
    if !order.bind {
        return Ok(Json(json!({"phone": customer.phone.as_str(), "authCode": code.expose()})));
    }
    bound(app, &merchant, customer, &code).await.map(Json).map_err(not_done)
}

/// The merchant's call, made in its name.
async fn bound(
    app: &App,
    merchant: &MerchantId,
    customer: Customer,
    code: &Secret<String>,
) -> Result<Value, Error<Refusal>> {
    let registered = app.merchant(merchant).await?.ok_or(Refusal::NotFound)?;
    let external_id = ExternalId::new(ids::uuid(&app.env)).expect("a UUID");
    let owner = ReplayOwner::Merchant(merchant.clone());
    let key = ReplayKey { owner, service: Service::AccountBinding.code(), external_id };
    let call = IdempotentCall { key, request: Vec::new() };
    let nothing = |_: &Link| Vec::new();
    link::bind(app, &registered, &registered.payment_handle, code, call, &nothing).await?;
    let link = app.store.link_find_by_customer(merchant, &customer.id).await?.ok_or(Refusal::NotFound)?;
    let linked = Linked { link, customer };
    let options = charge::options(app, &linked).await?.into_iter().map(|standing| {
        json!({
            "name": standing.option.word(),
            "active": standing.is_active,
            "balance": standing.balance.to_decimal(),
            "token": standing.token.expose(),
        })
    });
    Ok(json!({
        "phone": linked.customer.phone.as_str(),
        "accessToken": app.account_token(&linked.link).expose(),
        "paymentOptions": options.collect::<Vec<_>>(),
    }))
}

/// From whom, and why.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct UnlinkOrder {
    merchant_id: Option<String>,
    cause: Option<String>,
}

/// A customer unlinks in the wallet, or has another number now.
pub(super) async fn unlink(
    State(sandbox): State<Running>,
    Path(phone): Path<String>,
    Query(order): Query<UnlinkOrder>,
) -> Answer {
    let app = &sandbox.app;
    let cause = match order.cause.as_deref() {
        None | Some("unlinked") => Cause::Unlinked,
        Some("phone-changed") => Cause::PhoneChanged,
        Some(_) => return Err(Refused::bad("cause is unlinked or phone-changed")),
    };
    let customer = customer(app, &phone).await?;
    let merchant = merchant(&sandbox, order.merchant_id.as_deref())?;
    let link = link::unlink(app, &merchant, &customer.id, cause).await.map_err(not_done)?;
    Ok(Json(json!({
        "phone": customer.phone.as_str(),
        "accountStatus": link.status.word().to_uppercase(),
    })))
}

async fn customer(app: &App, phone: &str) -> Result<Customer, Refused> {
    let known = Phone::normalise(phone);
    let known = known.ok_or_else(|| Refused::bad(format!("{phone} is no phone number")))?;
    let row = app.store.customer_find_by_phone(&known).await?;
    let missing = || Refused::missing(format!("{known} is not a customer; see sandbox.json"));
    row.map(|row| row.customer).ok_or_else(missing)
}

fn merchant(sandbox: &Running, named: Option<&str>) -> Result<MerchantId, Refused> {
    let Some(named) = named else { return Ok(sandbox.own.merchant.clone()) };
    MerchantId::new(named).map_err(|error| Refused::bad(format!("merchantId: {error}")))
}

fn not_done(error: Error<Refusal>) -> Refused {
    match error.into_refusal() {
        Ok(
            Refusal::NotFound
            | Refusal::CustomerToken
            | Refusal::OptionToken
            | Refusal::OptionTokenExpired(_)
            | Refusal::OptionDiffers(_)
            | Refusal::Inactive
            | Refusal::InsufficientFunds
            | Refusal::AuthCode
            | Refusal::Handle,
        ) => Refused::conflict("the account is not linked to this merchant"),
        Err(reason) => Refused::unavailable(reason),
    }
}
