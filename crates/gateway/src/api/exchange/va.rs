//! The services of virtual accounts: a merchant's three, and a bank's two.

use lunas_domain::virtual_account::{Transfer, VirtualAccount};
use lunas_snap::code::Failure;
use lunas_vocab::MerchantId;

use super::frame::{failure, repeatable, repeatable_by};
use crate::api::authenticate::{Authenticated, AuthenticatedBank};
use crate::api::call::Received;
use crate::app::App;
use crate::flow;
use crate::flow::idempotency::Repeatable;
use crate::flow::virtual_account::{self, bank};
use crate::wire::{self, va_create, va_delete, va_inquiry, va_report, va_status};

pub(super) async fn create(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let (command, details) = va_create::command(call.body)?;
    let render = |account: &VirtualAccount| wire::bytes(&va_create::answer(account, &details));
    virtual_account::create(app, principal.merchant(), &command, repeatable(principal, call), &render)
        .await
        .map_err(|refused| failure(call, &refused))
}

pub(super) async fn status(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let (wanted, page) = va_status::wanted(call.body)?;
    let found = flow::status::account(app, principal.merchant(), &wanted, page).await;
    let (account, payments) = found.map_err(|refused| failure(call, &refused))?;
    Ok(wire::bytes(&va_status::answer(&account, &payments, page)))
}

pub(super) async fn delete(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let wanted = va_delete::wanted(call.body)?;
    let render = |account: &VirtualAccount| wire::bytes(&va_delete::answer(account));
    virtual_account::delete(app, principal.merchant(), &wanted, repeatable(principal, call), &render)
        .await
        .map_err(|refused| failure(call, &refused))
}

pub(super) async fn inquiry(
    app: &App,
    principal: &AuthenticatedBank,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let question = va_inquiry::question(call.body)?;
    let bill = bank::inquire(app, principal.bank(), &question.bill, question.amount).await;
    let bill = bill.map_err(|refused| failure(call, &refused))?;
    Ok(wire::bytes(&va_inquiry::answer(&bill, question.request_id)))
}

pub(super) async fn report(
    app: &App,
    principal: &AuthenticatedBank,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let report = va_report::report(call.body)?;
    let render =
        |account: &VirtualAccount, transfer: &Transfer| wire::bytes(&va_report::answer(account, transfer));
    bank::report(app, principal.bank(), &report, of_bank(principal, call), &render)
        .await
        .map_err(|refused| failure(call, &refused))
}

/// Banks and merchants call different services, so that keys under equal ids never meet.
fn of_bank(principal: &AuthenticatedBank, call: &Received<'_>) -> Repeatable {
    let owner = MerchantId::new(principal.bank().id.as_str()).expect("ids of clients are of one length");
    repeatable_by(owner, principal.external_id(), call)
}
