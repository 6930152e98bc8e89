//! Controls over single payments and their notifications.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lunas_domain::ledger::PayOption;
use lunas_domain::payment::{Command, Expiry, Payment};
use lunas_gateway::app::App;
use lunas_gateway::flow::review::{self, PayRefusal, Review};
use lunas_gateway::flow::{Refusal, notice, payment};
use lunas_gateway::qr::scan::{ScanRefusal, scan};
use lunas_store::{NoticeFilter, NoticeRow, Scope};
use lunas_vocab::{NoticeId, Phone, ReferenceNo};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{body, refused, unavailable};
use crate::customers::CUSTOMERS;

/// Who pays, and with what. Without a number the first customer in good order does, from the wallet.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct PayOrder {
    phone: Option<String>,
    pay_option: Option<String>,
}

/// A customer pays, without the page.
pub(super) async fn pay(
    State(app): State<Arc<App>>,
    Path(reference_no): Path<String>,
    raw: Bytes,
) -> Response {
    let order: PayOrder = match body(&raw) {
        Ok(order) => order,
        Err(answer) => return *answer,
    };
    let Ok(reference_no) = ReferenceNo::new(reference_no) else { return not_found() };
    charge(&app, &reference_no, order).await
}

/// What a customer scanned, and then as in [`PayOrder`].
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct ScanOrder {
    qr_content: String,
    phone: Option<String>,
    pay_option: Option<String>,
}

/// A customer scans a code and pays, without the page.
pub(super) async fn scan_and_pay(State(app): State<Arc<App>>, raw: Bytes) -> Response {
    let order: ScanOrder = match body(&raw) {
        Ok(order) => order,
        Err(answer) => return *answer,
    };
    let ScanOrder { qr_content, phone, pay_option } = order;
    match scan(&app, &qr_content).await {
        Ok(review) => charge(&app, &review.payment.reference_no, PayOrder { phone, pay_option }).await,
        Err(ScanRefusal::Unreadable(error)) => {
            refused(StatusCode::BAD_REQUEST, format!("qrContent: {error}"))
        }
        Err(ScanRefusal::NotOurs) => {
            refused(StatusCode::NOT_FOUND, "qrContent is not a code that this gateway made")
        }
        Err(ScanRefusal::Unavailable(reason)) => unavailable(reason),
    }
}

async fn charge(app: &App, reference_no: &ReferenceNo, mut order: PayOrder) -> Response {
    let mut usual = PayOption::Wallet;
    // A linked account pays for itself, unless somebody else is named.
    if let Ok(Review { payer: Some(payer), .. }) = review::view(app, reference_no).await {
        usual = payer.option;
        order.phone.get_or_insert_with(|| payer.customer.phone.to_string());
    }
    let option = match order.pay_option.as_deref().map(PayOption::parse) {
        None => usual,
        Some(Some(option)) => option,
        Some(None) => {
            return refused(StatusCode::BAD_REQUEST, "payOption is GOPAY_WALLET, PAY_LATER or GOPAY_SAVINGS");
        }
    };
    let phone = order.phone.unwrap_or_else(|| CUSTOMERS[0].0.to_owned());
    let Some(phone) = Phone::normalise(&phone) else {
        return refused(StatusCode::BAD_REQUEST, format!("{phone} is no phone number"));
    };
    let customer = match app.store.customer_find_by_phone(&phone).await {
        Ok(Some(row)) => row.customer,
        Ok(None) => {
            return refused(StatusCode::NOT_FOUND, format!("{phone} is not a customer; see sandbox.json"));
        }
        Err(error) => return unavailable(error),
    };
    match review::charge(app, reference_no, customer, option, Vec::new()).await {
        Ok(payment) => standing(&payment),
        Err(refusal) => pay_refused(&refusal),
    }
}

fn pay_refused(refusal: &PayRefusal) -> Response {
    let conflict = |text: &str| refused(StatusCode::CONFLICT, text);
    match refusal {
        PayRefusal::NotFound => not_found(),
        PayRefusal::Over(status) => conflict(&format!("the payment is {status} and no longer pending")),
        PayRefusal::InsufficientFunds => conflict("the customer does not have enough money"),
        PayRefusal::OptionNotOffered => conflict("the payment's method has no pay-later"),
        PayRefusal::PayLaterNotEnabled => conflict("the customer has no pay-later"),
        PayRefusal::NoPhone | PayRefusal::Wrong(_) | PayRefusal::TooManyAttempts(_) | PayRefusal::Busy => {
            conflict("the customer was not let in")
        }
        PayRefusal::OtherAccount => conflict("the payment charges the account of another customer"),
        PayRefusal::Unavailable(reason) => unavailable(reason),
    }
}

/// The customer, or the issuer, says no.
pub(super) async fn deny(state: State<Arc<App>>, reference_no: Path<String>) -> Response {
    carry_out(state, reference_no, Command::Deny { payer: None }).await
}

/// Carrying the payment out fails.
pub(super) async fn fail(state: State<Arc<App>>, reference_no: Path<String>) -> Response {
    carry_out(state, reference_no, Command::Fail).await
}

/// The payment expires now instead of when its time is up.
pub(super) async fn expire(state: State<Arc<App>>, reference_no: Path<String>) -> Response {
    carry_out(state, reference_no, Command::Expire(Expiry::Early)).await
}

async fn carry_out(
    State(app): State<Arc<App>>,
    Path(reference_no): Path<String>,
    command: Command,
) -> Response {
    let Ok(reference_no) = ReferenceNo::new(reference_no) else { return not_found() };
    match payment::apply(&app, Scope::System, &reference_no, &command, Vec::new()).await {
        Ok(payment) => standing(&payment),
        Err(Refusal::Move(rejection)) => {
            let text = payment::standing(rejection)
                .map_or("the payment cannot do that".to_owned(), |s| format!("the payment is {s} already"));
            refused(StatusCode::CONFLICT, text)
        }
        Err(Refusal::Unavailable(reason)) => unavailable(reason),
        Err(_) => not_found(),
    }
}

fn standing(payment: &Payment) -> Response {
    Json(json!({
        "referenceNo": payment.reference_no.as_str(),
        "latestTransactionStatus": payment.status.digits(),
        "transactionStatusDesc": payment.status.word(),
    }))
    .into_response()
}

fn not_found() -> Response {
    refused(StatusCode::NOT_FOUND, "there is no such payment")
}

/// The newest hundred notifications with every attempt at them.
pub(super) async fn notifications(State(app): State<Arc<App>>) -> Response {
    let rows = match app.store.notices_list(Scope::System, &NoticeFilter::default()).await {
        Ok(rows) => rows,
        Err(error) => return unavailable(error),
    };
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        match described(&app, row).await {
            Ok(described) => listed.push(described),
            Err(error) => return unavailable(error),
        }
    }
    Json(json!({"notifications": listed})).into_response()
}

async fn described(app: &App, row: NoticeRow) -> Result<Value, lunas_store::Unavailable> {
    let told = notice::told_of(app, &row).await?;
    let attempts = app.store.attempts_list(&row.id).await?;
    let attempts: Vec<Value> = attempts
        .into_iter()
        .map(|attempt| {
            json!({
                "attemptNo": attempt.attempt_no,
                "at": attempt.at.to_snap(),
                "status": attempt.status,
                "latencyMs": attempt.latency_ms,
                "response": attempt.response,
            })
        })
        .collect();
    Ok(json!({
        "id": row.id.as_str(),
        "referenceNo": row.notice.reference_no.as_str(),
        "latestTransactionStatus": told.map(|told| told.status_word()),
        "state": row.state.word(),
        "createdTime": row.created_at.to_snap(),
        "nextAttemptTime": row.next_attempt_at.to_snap(),
        "attempts": attempts,
    }))
}

/// Sends a notification again.
pub(super) async fn resend(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    let missing = || refused(StatusCode::NOT_FOUND, "there is no such notification");
    let Ok(id) = NoticeId::new(id) else { return missing() };
    match notice::resend(&app, &id).await {
        Ok(()) => Json(json!({"id": id.as_str(), "state": "pending"})).into_response(),
        Err(Refusal::Unavailable(reason)) => unavailable(reason),
        Err(_) => missing(),
    }
}
