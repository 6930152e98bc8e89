//! The services of virtual accounts: a merchant's three, and a bank's two.

use lunas_domain::virtual_account::{Transfer, VirtualAccount};

use super::error::Error;
use super::frame::{call_of_bank, call_of_merchant};
use crate::api::authenticate::{Authenticated, AuthenticatedBank};
use crate::api::call::Received;
use crate::app::App;
use crate::flow;
use crate::flow::virtual_account::{self, bank};
use crate::wire::{self, va_create, va_delete, va_inquiry, va_report, va_status};

pub(super) async fn create(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let (command, details) = va_create::command(call.body)?;
    let render = |account: &VirtualAccount| wire::bytes(&va_create::answer(account, &details));
    Ok(virtual_account::create(
        app,
        principal.merchant(),
        &command,
        call_of_merchant(principal, call),
        &render,
    )
    .await?)
}

pub(super) async fn status(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let (wanted, page) = va_status::wanted(call.body)?;
    let (account, payments) = flow::status::account(app, principal.merchant(), &wanted, page).await?;
    Ok(wire::bytes(&va_status::answer(&account, &payments, page)))
}

pub(super) async fn delete(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let wanted = va_delete::wanted(call.body)?;
    let render = |account: &VirtualAccount| wire::bytes(&va_delete::answer(account));
    Ok(virtual_account::delete(
        app,
        principal.merchant(),
        &wanted,
        call_of_merchant(principal, call),
        &render,
    )
    .await?)
}

pub(super) async fn inquiry(
    app: &App,
    principal: &AuthenticatedBank,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let question = va_inquiry::question(call.body)?;
    let bill = bank::inquire(app, principal.bank(), &question.bill, question.amount).await?;
    Ok(wire::bytes(&va_inquiry::answer(&bill, question.request_id)))
}

pub(super) async fn report(
    app: &App,
    principal: &AuthenticatedBank,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let report = va_report::report(call.body)?;
    let render =
        |account: &VirtualAccount, transfer: &Transfer| wire::bytes(&va_report::answer(account, transfer));
    Ok(bank::report(app, principal.bank(), &report, call_of_bank(principal, call), &render).await?)
}
