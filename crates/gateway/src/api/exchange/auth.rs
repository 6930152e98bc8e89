//! The services of authorizations: reserved, asked about, captured, given back, refunded.

use lunas_domain::payment::{Closing, Payment, Refund};
use lunas_snap::code::{Case, Failure};

use super::frame::{failure, own, repeatable};
use crate::api::authenticate::Authenticated;
use crate::api::call::Received;
use crate::api::sent::customer_token;
use crate::app::App;
use crate::flow::{self, pre_auth};
use crate::wire::{self, auth_capture, auth_payment, auth_query, auth_refund, auth_void};

pub(super) async fn payment(
    app: &App,
    caller: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let token = customer_token(call)?.ok_or(Failure::new(Case::InvalidCustomerToken))?;
    let command = auth_payment::command(call.body, token)?;
    let render = |payment: &Payment| wire::bytes(&auth_payment::answer(payment));
    pre_auth::authorize(app, caller.merchant(), command, repeatable(caller, call), &render)
        .await
        .map_err(|refused| failure(call, &refused))
}

pub(super) async fn query(
    app: &App,
    caller: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let original = auth_query::original(call.body)?;
    let found = flow::status::payment(app, &caller.merchant().id, &original).await;
    let found = found.map_err(|refused| failure(call, &refused))?;
    Ok(wire::bytes(&auth_query::answer(&found.payment, &found.refunds)))
}

pub(super) async fn capture(
    app: &App,
    caller: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let (command, named) = auth_capture::command(call.body)?;
    let merchant = own(caller, call, Some(&named))?;
    let render = |payment: &Payment, closing: &Closing| wire::bytes(&auth_capture::answer(payment, closing));
    pre_auth::close(app, merchant, &command, repeatable(caller, call), &render)
        .await
        .map_err(|refused| failure(call, &refused))
}

pub(super) async fn void(app: &App, caller: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Failure> {
    let (command, named) = auth_void::command(call.body)?;
    let merchant = own(caller, call, Some(&named))?;
    let render = |payment: &Payment, closing: &Closing| wire::bytes(&auth_void::answer(payment, closing));
    pre_auth::close(app, merchant, &command, repeatable(caller, call), &render)
        .await
        .map_err(|refused| failure(call, &refused))
}

pub(super) async fn refund(
    app: &App,
    caller: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let command = auth_refund::command(call.body)?;
    let merchant = &caller.merchant().id;
    let render = |payment: &Payment, refund: &Refund| wire::bytes(&auth_refund::answer(payment, refund));
    flow::refund::refund(app, merchant, &command, repeatable(caller, call), &render)
        .await
        .map_err(|refused| failure(call, &refused))
}
