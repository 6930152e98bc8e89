//! Controls over single payments and their notifications.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use lunas_domain::ledger::PayOption;
use lunas_domain::payment::{Command, Expiry, Payment};
use lunas_gateway::app::App;
use lunas_gateway::flow::review::{self, Refusal, Review};
use lunas_gateway::flow::{Error, notification, payment};
use lunas_gateway::qr::scan::{ScanRefusal, scan};
use lunas_gateway::span;
use lunas_store::{NotificationFilter, NotificationRow, Scope};
use lunas_vocab::{NotificationId, Phone, ReferenceNo};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refused, body};
use crate::customers::CUSTOMERS;

/// Who pays, and with what. Without a number the first customer in good order does, from the wallet.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct PayOrder {
    phone: Option<String>,
    pay_option: Option<String>,
}

/// A customer pays, without the page.
pub(super) async fn pay(State(app): State<Arc<App>>, Path(reference_no): Path<String>, raw: Bytes) -> Answer {
    let order: PayOrder = body(&raw)?;
    let reference_no = ReferenceNo::new(reference_no).map_err(|_| not_found())?;
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
pub(super) async fn scan_and_pay(State(app): State<Arc<App>>, raw: Bytes) -> Answer {
    let ScanOrder { qr_content, phone, pay_option } = body(&raw)?;
    let review = scan(&app, &qr_content).await.map_err(|refusal| match refusal {
        ScanRefusal::Unreadable(error) => Refused::bad(format!("qrContent: {error}")),
        ScanRefusal::NotOurs => Refused::missing("qrContent is not a code that this gateway made"),
        ScanRefusal::Unavailable(reason) => Refused::unavailable(reason),
    })?;
    charge(&app, &review.payment.reference_no, PayOrder { phone, pay_option }).await
}

async fn charge(app: &App, reference_no: &ReferenceNo, mut order: PayOrder) -> Answer {
    span::note_reference(reference_no);
    let mut usual = PayOption::Wallet;
    // A linked account pays for itself, unless somebody else is named.
    if let Some(Review { payer: Some(payer), .. }) = review::view(app, reference_no).await? {
        usual = payer.option;
        order.phone.get_or_insert_with(|| payer.customer.phone.to_string());
    }
    let option = match order.pay_option.as_deref().map(PayOption::parse) {
        None => usual,
        Some(Some(option)) => option,
        Some(None) => return Err(Refused::bad("payOption is GOPAY_WALLET, PAY_LATER or GOPAY_SAVINGS")),
    };
    let phone = order.phone.unwrap_or_else(|| CUSTOMERS[0].0.to_owned());
    let known = Phone::normalise(&phone);
    let phone = known.ok_or_else(|| Refused::bad(format!("{phone} is no phone number")))?;
    let row = app.store.customer_find_by_phone(&phone).await?;
    let missing = || Refused::missing(format!("{phone} is not a customer; see sandbox.json"));
    let customer = row.ok_or_else(missing)?.customer;
    let paid = review::charge(app, reference_no, customer, option, Vec::new()).await;
    paid.map(|payment| standing(&payment)).map_err(pay_refused)
}

fn pay_refused(error: Error<Refusal>) -> Refused {
    let conflict = |text: &str| Refused::conflict(text);
    let refusal = match error.into_refusal() {
        Ok(refusal) => refusal,
        Err(reason) => return Refused::unavailable(reason),
    };
    match refusal {
        Refusal::NotFound => not_found(),
        Refusal::Over(status) => Refused::conflict(format!("the payment is {status} and no longer pending")),
        Refusal::InsufficientFunds => conflict("the customer does not have enough money"),
        Refusal::OptionNotOffered => conflict("the payment's method has no pay-later"),
        Refusal::PayLaterNotEnabled => conflict("the customer has no pay-later"),
        Refusal::NoPhone | Refusal::Wrong(_) | Refusal::Attempt(_) => conflict("the customer was not let in"),
        Refusal::OtherAccount => conflict("the payment charges the account of another customer"),
    }
}

/// The customer, or the issuer, says no.
pub(super) async fn deny(state: State<Arc<App>>, reference_no: Path<String>) -> Answer {
    carry_out(state, reference_no, Command::Deny { payer: None }).await
}

/// Carrying the payment out fails.
pub(super) async fn fail(state: State<Arc<App>>, reference_no: Path<String>) -> Answer {
    carry_out(state, reference_no, Command::Fail).await
}

/// The payment expires now instead of when its time is up.
pub(super) async fn expire(state: State<Arc<App>>, reference_no: Path<String>) -> Answer {
    carry_out(state, reference_no, Command::Expire(Expiry::Early)).await
}

async fn carry_out(
    State(app): State<Arc<App>>,
    Path(reference_no): Path<String>,
    command: Command,
) -> Answer {
    let reference_no = ReferenceNo::new(reference_no).map_err(|_| not_found())?;
    span::note_reference(&reference_no);
    let moved = payment::apply(&app, Scope::System, &reference_no, &command, Vec::new()).await;
    match moved.map_err(Error::into_refusal) {
        Ok(payment) => Ok(standing(&payment)),
        Err(Ok(payment::Refusal::Move(rejection))) => Err(Refused::conflict(
            payment::standing(rejection)
                .map_or("the payment cannot do that".to_owned(), |s| format!("the payment is {s} already")),
        )),
        Err(Ok(payment::Refusal::NotFound | payment::Refusal::NamesOther(_))) => Err(not_found()),
        Err(Err(reason)) => Err(Refused::unavailable(reason)),
    }
}

fn standing(payment: &Payment) -> Json<Value> {
    Json(json!({
        "referenceNo": payment.reference_no.as_str(),
        "latestTransactionStatus": payment.status.digits(),
        "transactionStatusDesc": payment.status.word(),
    }))
}

fn not_found() -> Refused {
    Refused::missing("there is no such payment")
}

/// The newest hundred notifications with every attempt at them.
pub(super) async fn notifications(State(app): State<Arc<App>>) -> Answer {
    let rows = app.store.notifications_list(Scope::System, &NotificationFilter::default()).await?;
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        listed.push(described(&app, row).await?);
    }
    Ok(Json(json!({"notifications": listed})))
}

async fn described(app: &App, row: NotificationRow) -> Result<Value, lunas_store::Unavailable> {
    let told = notification::told_of(app, &row).await?;
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
        "referenceNo": row.notification.reference_no.as_str(),
        "latestTransactionStatus": told.map(|told| told.status_word()),
        "state": row.state.word(),
        "createdTime": row.created_at.to_snap(),
        "nextAttemptTime": row.next_attempt_at.to_snap(),
        "attempts": attempts,
    }))
}

/// Sends a notification again.
pub(super) async fn resend(State(app): State<Arc<App>>, Path(id): Path<String>) -> Answer {
    let missing = || Refused::missing("there is no such notification");
    let id = NotificationId::new(id).map_err(|_| missing())?;
    match notification::resend(&app, &id).await.map_err(Error::into_refusal) {
        Ok(()) => Ok(Json(json!({"id": id.as_str(), "state": "pending"}))),
        Err(Ok(notification::NotFound)) => Err(missing()),
        Err(Err(reason)) => Err(Refused::unavailable(reason)),
    }
}
