//! Controls over virtual accounts. The sandbox's bank is a bank like any other: it calls this gateway over HTTP, with
//! its own keys, by the two services that banks have.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use lunas_client::{CallOptions, Client, ConfigError, Error};
use lunas_domain::payment::Expiry;
use lunas_domain::virtual_account::{Command, Status, VirtualAccount};
use lunas_gateway::app::App;
use lunas_gateway::env::DIGITS;
use lunas_gateway::flow::Error as FlowError;
use lunas_gateway::flow::virtual_account::{self, Refusal};
use lunas_gateway::span;
use lunas_snap::message::Holder;
use lunas_snap::message::va_inquiry::InquiryRequest;
use lunas_snap::message::va_report::ReportRequest;
use lunas_snap::virtual_account::{Bank, Number};
use lunas_store::Scope;
use lunas_vocab::{BankRequestId, Money, ReferenceNo, TrxId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refused, body};
use crate::running::Running;

/// Digits of an id that the bank makes up.
const REQUEST_ID_LEN: usize = 18;
/// Digits of the bank's code of a payment.
const REFERENCE_NO_LEN: usize = 12;

/// What is paid; without an amount, what is due. The bank is named where several have the number.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct PayOrder {
    amount: Option<String>,
    bank: Option<String>,
}

/// Whose number it is, where several banks have it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct ExpireOrder {
    bank: Option<String>,
}

/// A customer pays at the bank's machine: the bank asks what is due, and reports what was paid.
pub(super) async fn pay(State(sandbox): State<Running>, Path(number): Path<String>, raw: Bytes) -> Answer {
    let app = &sandbox.app;
    let order: PayOrder = body(&raw)?;
    let amount = order.amount.as_deref().map(Money::parse_idr).transpose();
    let amount = amount.map_err(|error| Refused::bad(format!("amount: {error}")))?;
    let account = find(app, &number, order.bank.as_deref()).await?;
    let client = bank(&sandbox).map_err(Refused::unavailable)?;
    let id = BankRequestId::new(app.env.text(DIGITS, REQUEST_ID_LEN)).expect("digits");
    let code = app.env.text(DIGITS, REFERENCE_NO_LEN);
    let paid = paid(&client, &account, amount, id, code).await;
    paid.map_err(|error| Refused::conflict(format!("the bank was refused: {error}")))?;
    paid_order(app, &account).await
}

async fn paid(
    client: &Client,
    account: &VirtualAccount,
    amount: Option<Money>,
    id: BankRequestId,
    code: String,
) -> Result<(), Error> {
    let bank = Bank::parse(&account.bank);
    let parts = &account.number;
    let number = Number::of_parts(&parts.company, &parts.customer_no, &parts.whole);
    let question = InquiryRequest {
        number: number.clone(),
        inquiry_request_id: id.clone(),
        started_at: None,
        channel_code: None,
        language: None,
        amount: None,
        source_bank_code: None,
        bank,
    };
    let bill = client.va_inquire(&question).await?;
    let report = ReportRequest {
        number,
        holder: Holder::default(),
        payment_request_id: id,
        paid_amount: amount.or(bill.amount).unwrap_or(account.amount),
        amount: bill.amount,
        trx_id: None,
        paid_at: None,
        reference_no: Some(code),
        is_repeat: false,
        channel_code: None,
        source_bank_code: None,
        bank,
    };
    client.va_report(&report, CallOptions::default()).await.map(drop)
}

fn bank(sandbox: &Running) -> Result<Client, ConfigError> {
    let (credentials, clock) = (&sandbox.own.credentials, sandbox.app.env.clone());
    Client::builder(&credentials.base_url)
        .client_id(&credentials.bank.client_id)
        .client_secret(credentials.bank.client_secret.clone())
        .private_key_pem(credentials.bank.private_key.clone())
        .partner_id(&credentials.bank.client_id)
        .channel_id(&credentials.channel_id)
        .clock(move || clock.wall())
        .allow_plain_http()
        .build()
}

/// The account expires now instead of when its time is up.
pub(super) async fn expire(State(app): State<Arc<App>>, Path(number): Path<String>, raw: Bytes) -> Answer {
    let order: ExpireOrder = body(&raw)?;
    let account = find(&app, &number, order.bank.as_deref()).await?;
    let command = Command::Expire(Expiry::Early);
    let expired = virtual_account::apply(&app, Scope::System, &account.reference_no, &command).await;
    match expired.map_err(FlowError::into_refusal) {
        Ok(account) => Ok(told(&account, &account.reference_no, &account.trx_id, account.status)),
        Err(Ok(Refusal::Move(rejection))) => {
            let status = rejection.standing();
            Err(Refused::conflict(format!("the virtual account is {status} already")))
        }
        Err(Ok(
            Refusal::NotFound
            | Refusal::NoAccess
            | Refusal::Open(_)
            | Refusal::TrxIdTaken
            | Refusal::NamesOther(_)
            | Refusal::BankMissing,
        )) => Err(missing()),
        Err(Err(reason)) => Err(Refused::unavailable(reason)),
    }
}

fn missing() -> Refused {
    Refused::missing("there is no such virtual account")
}

/// The account of a number as somebody typed it, at that bank if one is named.
async fn find(app: &App, number: &str, bank: Option<&str>) -> Result<VirtualAccount, Refused> {
    let numbers = app.store.numbers_find(Scope::System, number.trim()).await?;
    let is_meant = |word: &str| bank.is_none_or(|bank| bank.eq_ignore_ascii_case(word));
    let meant: Vec<_> = numbers.iter().filter(|(word, _)| is_meant(word)).collect();
    let reference_no = match meant.as_slice() {
        [] => return Err(missing()),
        [(_, reference_no)] => reference_no,
        several => {
            let words: Vec<&str> = several.iter().map(|(word, _)| word.as_str()).collect();
            let reason = format!("bank: say which, several have this number: {}", words.join(", "));
            return Err(Refused::conflict(reason));
        }
    };
    span::note_reference(reference_no);
    app.store.account_find(Scope::System, reference_no).await?.ok_or_else(missing)
}

/// The order that was paid now.
async fn paid_order(app: &App, account: &VirtualAccount) -> Answer {
    let newest = app.store.transfers_list(&account.reference_no, 0, 1).await?;
    Ok(match newest.first() {
        Some(paid) => told(account, &paid.payment_no, &paid.trx_id, Status::Paid),
        None => told(account, &account.reference_no, &account.trx_id, account.status),
    })
}

fn told(account: &VirtualAccount, reference_no: &ReferenceNo, trx_id: &TrxId, status: Status) -> Json<Value> {
    Json(json!({
        "referenceNo": reference_no.as_str(),
        "virtualAccountNo": account.number.whole,
        "trxId": trx_id.as_str(),
        "paymentFlagStatus": status.digits(),
    }))
}
