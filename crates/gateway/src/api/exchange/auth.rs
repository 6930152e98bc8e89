//! The services of authorizations: reserved, asked about, captured, given back, refunded.

use lunas_domain::payment::{Payment, Refund, Resolution};
use lunas_snap::code::{Case, Failure};

use super::error::Error;
use super::frame::{call_of_merchant, own};
use crate::api::authenticate::Authenticated;
use crate::api::call::Received;
use crate::api::sent::customer_token;
use crate::app::App;
use crate::flow::{self, pre_auth};
use crate::wire::{self, auth_capture, auth_payment, auth_query, auth_refund, auth_void};

pub(super) async fn payment(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let token = customer_token(call)?.ok_or(Failure::new(Case::InvalidCustomerToken))?;
    let command = auth_payment::command(call.body, token)?;
    let render = |payment: &Payment| wire::bytes(&auth_payment::answer(payment));
    Ok(pre_auth::authorize(app, principal.merchant(), command, call_of_merchant(principal, call), &render)
        .await?)
}

pub(super) async fn query(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let original = auth_query::original(call.body)?;
    let found = flow::status::payment(app, &principal.merchant().id, &original).await?;
    Ok(wire::bytes(&auth_query::answer(&found.payment, &found.refunds)))
}

pub(super) async fn capture(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let (command, named) = auth_capture::command(call.body)?;
    let merchant = own(principal, Some(&named))?;
    let render =
        |payment: &Payment, resolution: &Resolution| wire::bytes(&auth_capture::answer(payment, resolution));
    Ok(pre_auth::close(app, merchant, &command, call_of_merchant(principal, call), &render).await?)
}

pub(super) async fn void(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let (command, named) = auth_void::command(call.body)?;
    let merchant = own(principal, Some(&named))?;
    let render =
        |payment: &Payment, resolution: &Resolution| wire::bytes(&auth_void::answer(payment, resolution));
    Ok(pre_auth::close(app, merchant, &command, call_of_merchant(principal, call), &render).await?)
}

pub(super) async fn refund(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let command = auth_refund::command(call.body)?;
    let merchant = &principal.merchant().id;
    let render = |payment: &Payment, refund: &Refund| wire::bytes(&auth_refund::answer(payment, refund));
    Ok(flow::refund::refund(app, merchant, &command, call_of_merchant(principal, call), &render).await?)
}
