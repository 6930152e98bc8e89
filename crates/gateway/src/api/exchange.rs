//! From an authenticated call to the body of its answer: one short road per service.

mod account;
mod auth;
mod error;
pub(super) mod frame;
mod va;

use lunas_domain::payment::{Payment, Refund};
use lunas_snap::code::{Case, Failure};
use lunas_snap::message::token::{TokenAnswer, TokenRequest};
use lunas_snap::service::Service;

use super::authenticate::{Authenticated, AuthenticatedBank, AuthenticatedClient, Principal, unauthorized};
use super::call::Received;
use super::{sent, too_many};
use crate::app::App;
use crate::flow::payment::{self, open};
use crate::flow::{balance, history, refund, status};
use crate::wire::{
    self, balance_inquiry, debit_cancel, debit_payment, debit_refund, debit_status, qr_cancel, qr_generate,
    qr_query, qr_refund,
};
pub(super) use error::Error;
use frame::{call_of_merchant, own};

/// Access token B2B (73).
pub(crate) fn token(
    app: &App,
    client: &AuthenticatedClient,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    TokenRequest::read(call.body)?;
    let answer = TokenAnswer {
        access_token: app.token_issue(client.client_id()),
        expires_in_s: u32::try_from(app.config.security.token_life_seconds).unwrap_or(u32::MAX),
    };
    Ok(wire::bytes(&answer.write()))
}

/// Every service that a client calls with its token.
pub(crate) async fn run(app: &App, principal: &Principal, call: &Received<'_>) -> Result<Vec<u8>, Failure> {
    let answer = answered(app, principal, call).await;
    answer.map_err(|error| error.into_failure(call.service, call.body))
}

async fn answered(app: &App, principal: &Principal, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let merchant = || merchant(app, principal, call);
    let bank = || bank(principal);
    match call.service {
        Service::DebitPayment => debit_payment(app, merchant()?, call).await,
        Service::DebitStatus => debit_status(app, merchant()?, call).await,
        Service::DebitCancel => debit_cancel(app, merchant()?, call).await,
        Service::DebitRefund => debit_refund(app, merchant()?, call).await,
        Service::BalanceInquiry => balance_inquiry(app, merchant()?, call).await,
        Service::HistoryList => history_list(app, merchant()?, call).await,
        Service::HistoryDetail => history_detail(app, merchant()?, call).await,
        Service::QrGenerate => qr_generate(app, merchant()?, call).await,
        Service::QrQuery => qr_query(app, merchant()?, call).await,
        Service::QrCancel => qr_cancel(app, merchant()?, call).await,
        Service::QrRefund => qr_refund(app, merchant()?, call).await,
        Service::VaCreate => va::create(app, merchant()?, call).await,
        Service::VaStatus => va::status(app, merchant()?, call).await,
        Service::VaDelete => va::delete(app, merchant()?, call).await,
        Service::VaInquiry => va::inquiry(app, bank()?, call).await,
        Service::VaPayment => va::report(app, bank()?, call).await,
        Service::AccountBinding => account::bind(app, merchant()?, call).await,
        Service::AccountInquiry => account::inquire(app, merchant()?, call).await,
        Service::AccountUnbinding => account::unbind(app, merchant()?, call).await,
        Service::AuthPayment => auth::payment(app, merchant()?, call).await,
        Service::AuthQuery => auth::query(app, merchant()?, call).await,
        Service::AuthCapture => auth::capture(app, merchant()?, call).await,
        Service::AuthVoid => auth::void(app, merchant()?, call).await,
        Service::AuthRefund => auth::refund(app, merchant()?, call).await,
        Service::AccessTokenB2b
        | Service::AuthCode
        | Service::DebitNotify
        | Service::QrNotify
        | Service::AccountNotify => Err(Failure::new(Case::FunctionNotSupported).into()),
    }
}

/// The merchant that calls a merchants' service. The number that its body names is counted.
fn merchant<'a>(
    app: &App,
    principal: &'a Principal,
    call: &Received<'_>,
) -> Result<&'a Authenticated, Failure> {
    match principal {
        Principal::Merchant(merchant) => {
            too_many::check_named(app, &merchant.merchant().id, call.body)?;
            Ok(merchant)
        }
        Principal::Bank(_) => Err(unauthorized("Only merchants call this service")),
    }
}

/// The bank that calls a banks' service.
fn bank(principal: &Principal) -> Result<&AuthenticatedBank, Failure> {
    match principal {
        Principal::Merchant(_) => Err(unauthorized("Only banks call this service")),
        Principal::Bank(bank) => Ok(bank),
    }
}

async fn debit_payment(app: &App, principal: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let token = sent::customer_token(call)?;
    // Anybody sees that a token is none of this gateway's, whatever the body says. Whether it still counts is asked
    // with the rules, behind idempotency.
    if token.is_some_and(|token| app.account_token_check(token).is_none()) {
        return Err(Failure::new(Case::InvalidCustomerToken).into());
    }
    let command = debit_payment::command(call.body, token)?;
    let merchant = principal.merchant();
    let render = |payment: &Payment, public_url: &str| {
        wire::bytes(&debit_payment::answer(payment, app.review_url(public_url, &payment.reference_no)))
    };
    Ok(open::open(app, merchant, command, call_of_merchant(principal, call), &render).await?)
}

async fn debit_status(app: &App, principal: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let original = debit_status::original(call.body)?;
    let merchant = &principal.merchant().id;
    let found = status::payment(app, merchant, &original).await?;
    Ok(wire::bytes(&debit_status::answer(&found.payment, &found.refunds)))
}

async fn debit_cancel(app: &App, principal: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let original = debit_cancel::original(call.body)?;
    let merchant = &principal.merchant().id;
    let render = |payment: &Payment| wire::bytes(&debit_cancel::answer(payment));
    Ok(payment::cancel(app, merchant, &original, None, call_of_merchant(principal, call), &render).await?)
}

async fn debit_refund(app: &App, principal: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let command = debit_refund::command(call.body)?;
    let merchant = &principal.merchant().id;
    let render = |_: &Payment, refund: &Refund| wire::bytes(&debit_refund::answer(refund));
    Ok(refund::refund(app, merchant, &command, call_of_merchant(principal, call), &render).await?)
}

async fn qr_generate(app: &App, principal: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let command = qr_generate::command(call.body, principal.external_id())?;
    let merchant = principal.merchant();
    let acquirer = qr_generate::acquirer_sent(call.body);
    let render = |payment: &Payment, public_url: &str| {
        wire::bytes(&qr_generate::answer(payment, app.qr_url(public_url, &payment.reference_no), acquirer))
    };
    Ok(open::open(app, merchant, command, call_of_merchant(principal, call), &render).await?)
}

async fn qr_query(app: &App, principal: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let (original, named) = qr_query::original(call.body)?;
    let merchant = own(principal, named.as_ref())?;
    let found = status::payment(app, merchant, &original).await?;
    Ok(wire::bytes(&qr_query::answer(&found.payment, &found.refunds, found.cancellation_reason)))
}

async fn qr_cancel(app: &App, principal: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let (original, named, reason) = qr_cancel::original(call.body)?;
    let merchant = own(principal, Some(&named))?;
    let render = |payment: &Payment| wire::bytes(&qr_cancel::answer(payment));
    Ok(payment::cancel(app, merchant, &original, Some(&reason), call_of_merchant(principal, call), &render)
        .await?)
}

async fn qr_refund(app: &App, principal: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let (command, named) = qr_refund::command(call.body)?;
    let merchant = own(principal, Some(&named))?;
    let render = |payment: &Payment, refund: &Refund| wire::bytes(&qr_refund::answer(payment, refund));
    Ok(refund::refund(app, merchant, &command, call_of_merchant(principal, call), &render).await?)
}

async fn balance_inquiry(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let merchant = principal.merchant();
    let request = balance_inquiry::request(call.body, &merchant.id)?;
    let payable = balance::payable(app, &merchant.id).await?;
    Ok(wire::bytes(&balance_inquiry::answer(request, merchant, payable, call.request_id)))
}

async fn history_list(app: &App, principal: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let search = wire::history::search(call.body)?;
    let merchant = &principal.merchant().id;
    let page = history::list(app, merchant, search, call_of_merchant(principal, call)).await?;
    Ok(wire::bytes(&wire::history::list(&page)))
}

async fn history_detail(app: &App, principal: &Authenticated, call: &Received<'_>) -> Result<Vec<u8>, Error> {
    let named = wire::history::named(call.body)?;
    let merchant = &principal.merchant().id;
    let (reference_no, order_id) = (&named.reference_no, &named.original_partner_reference_no);
    let (transaction, refunds) =
        history::detail(app, merchant, reference_no, order_id, call_of_merchant(principal, call)).await?;
    Ok(wire::bytes(&wire::history::detail(&transaction, &refunds)))
}
