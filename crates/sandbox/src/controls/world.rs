//! Controls over the sandbox as a whole: its clock, its faults, where it sends notifications, and a fresh start.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lunas_domain::merchant::{Merchant, NotifyText};
use lunas_domain::virtual_account::Kind;
use lunas_gateway::api::Fault;
use lunas_gateway::app::App;
use lunas_gateway::controls::clock;
use lunas_gateway::outbound::Prefix;
use lunas_snap::service::Service;
use lunas_store::{Changes, LedgerReport, Write};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{body, refused, unavailable};
use crate::customers::CUSTOMERS;
use crate::running::Running;
use crate::seed::opening;

/// The furthest one call moves the clock: a year.
const ADVANCE_SECONDS_MAX: u64 = 366 * 24 * 60 * 60;
/// The most calls that one promise of a fault covers.
const FAULTS_MAX: usize = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

/// What the sandbox's clock says.
pub(super) async fn clock_read(State(app): State<Arc<App>>) -> Response {
    Json(reading(&app)).into_response()
}

fn reading(app: &App) -> Value {
    json!({"now": app.env.now().to_snap(), "aheadSeconds": app.env.ahead().as_secs()})
}

/// Moves the sandbox's clock ahead; what became due happens at once.
pub(super) async fn clock_advance(State(app): State<Arc<App>>, raw: Bytes) -> Response {
    let advance: Advance = match body(&raw) {
        Ok(advance) => advance,
        Err(answer) => return *answer,
    };
    if advance.seconds == 0 || advance.seconds > ADVANCE_SECONDS_MAX {
        let error = format!("seconds is a number from 1 to {ADVANCE_SECONDS_MAX}");
        return refused(StatusCode::BAD_REQUEST, error);
    }
    // From where another node may have moved it a moment ago.
    if let Err(error) = clock::follow(&app.store, &app.env).await {
        return unavailable(error);
    }
    app.env.advance(Duration::from_secs(advance.seconds));
    if let Err(error) = clock::write(&app.store, &app.env).await {
        return unavailable(error);
    }
    app.notices_waiting.notify_one();
    Json(reading(&app)).into_response()
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotifyUrl {
    url: Option<String>,
}

/// Changes where the sandbox's merchant gets its notifications, and says where it got them before.
pub(super) async fn notify_url(State(sandbox): State<Running>, raw: Bytes) -> Response {
    let wanted: NotifyUrl = match body(&raw) {
        Ok(wanted) => wanted,
        Err(answer) => return *answer,
    };
    if let Some(Err(error)) = wanted.url.as_deref().map(Prefix::parse) {
        return refused(StatusCode::BAD_REQUEST, format!("url {error}; null stands for nobody"));
    }
    let url = wanted.url.clone();
    match changed(&sandbox, |merchant| std::mem::replace(&mut merchant.notify_url, url)).await {
        Ok(previous) => Json(json!({"previous": previous, "url": wanted.url})).into_response(),
        Err(answer) => *answer,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spelling {
    text: String,
}

/// Changes how the texts of notifications to the sandbox's merchant are spelled, for all that are sent from now on.
pub(super) async fn notify_text(State(sandbox): State<Running>, raw: Bytes) -> Response {
    let wanted: Spelling = match body(&raw) {
        Ok(wanted) => wanted,
        Err(answer) => return *answer,
    };
    let Some(text) = NotifyText::parse(&wanted.text) else {
        let words = NotifyText::ALL.map(NotifyText::word).join(", ");
        return refused(StatusCode::BAD_REQUEST, format!("text is one of {words}"));
    };
    match changed(&sandbox, |merchant| std::mem::replace(&mut merchant.notify_text, text)).await {
        Ok(previous) => Json(json!({"previous": previous.word(), "text": text.word()})).into_response(),
        Err(answer) => *answer,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct VaTerms {
    kind: Option<String>,
    mandiri_b2b: Option<bool>,
}

/// Changes what the sandbox's merchant agreed on about virtual accounts, for those it opens from now on.
pub(super) async fn va_terms(State(sandbox): State<Running>, raw: Bytes) -> Response {
    let wanted: VaTerms = match body(&raw) {
        Ok(wanted) => wanted,
        Err(answer) => return *answer,
    };
    let kind = match wanted.kind.as_deref().map(Kind::parse) {
        None => None,
        Some(Some(kind)) => Some(kind),
        Some(None) => {
            let words = Kind::ALL.map(Kind::word).join(", ");
            return refused(StatusCode::BAD_REQUEST, format!("kind is one of {words}"));
        }
    };
    let change = |merchant: &mut Merchant| {
        let terms = &mut merchant.accounts;
        let previous = terms.kind;
        terms.kind = kind.unwrap_or(terms.kind);
        terms.mandiri_b2b = wanted.mandiri_b2b.unwrap_or(terms.mandiri_b2b);
        (previous, *terms)
    };
    match changed(&sandbox, change).await {
        Ok((previous, terms)) => Json(json!({
            "previous": previous.word(),
            "kind": terms.kind.word(),
            "mandiriB2b": terms.mandiri_b2b,
        }))
        .into_response(),
        Err(answer) => *answer,
    }
}

/// Changes the sandbox's merchant. Gives what `change` gives.
async fn changed<T>(sandbox: &Running, change: impl FnOnce(&mut Merchant) -> T) -> Result<T, Box<Response>> {
    let app = &sandbox.app;
    let mut merchant = match app.store.merchant_find(&sandbox.own.merchant).await {
        Ok(Some(merchant)) => merchant,
        Ok(None) => return Err(Box::new(unavailable("the sandbox's merchant is missing"))),
        Err(error) => return Err(Box::new(unavailable(error))),
    };
    let changed = change(&mut merchant);
    let put = Changes::new().with(Write::MerchantPut(Box::new(merchant)));
    app.store.commit(put).await.map_err(|error| Box::new(unavailable(error)))?;
    app.directory.forget();
    Ok(changed)
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Promise {
    service: String,
    fault: String,
    count: Option<usize>,
    delay_ms: Option<u64>,
}

/// Promises a fault to the next calls of a service.
pub(super) async fn faults(State(sandbox): State<Running>, raw: Bytes) -> Response {
    let promise: Promise = match body(&raw) {
        Ok(promise) => promise,
        Err(answer) => return *answer,
    };
    let service = Service::find(&promise.service).or_else(|| Service::of_code(&promise.service));
    let Some(service) = service.filter(|service| service.inbound()) else {
        return refused(StatusCode::BAD_REQUEST, "service is the path or the two digits of a service");
    };
    let fault = match promise.fault.as_str() {
        "500" => Fault::InternalServerError,
        "504-after-commit" => Fault::TimeoutAfterCommit,
        "delay" => Fault::Delay(Duration::from_millis(promise.delay_ms.unwrap_or(1_000))),
        "drop" => Fault::Drop,
        _ => return refused(StatusCode::BAD_REQUEST, "fault is 500, 504-after-commit, delay or drop"),
    };
    let count = promise.count.unwrap_or(1).min(FAULTS_MAX);
    sandbox.own.faults.promise(service.code(), fault, count);
    Json(json!({"service": service.code(), "fault": promise.fault, "count": count})).into_response()
}

/// Proves the ledger from its rows.
pub(super) async fn ledger_check(State(app): State<Arc<App>>) -> Response {
    match app.store.ledger_check().await {
        Ok(report) => {
            let status = if report.is_sound() { StatusCode::OK } else { StatusCode::CONFLICT };
            (status, Json(described(&report))).into_response()
        }
        Err(error) => unavailable(error),
    }
}

fn described(report: &LedgerReport) -> Value {
    let offenders: Vec<String> = report.offenders.iter().map(ToString::to_string).collect();
    json!({
        "sound": report.is_sound(),
        "journals": report.journals,
        "postings": report.postings,
        "offenders": offenders,
    })
}

/// Forgets all traffic and gives every customer the opening balance again. Keys and credentials stay; so does the
/// clock, because time does not go back.
pub(super) async fn reset(State(sandbox): State<Running>) -> Response {
    sandbox.own.faults.clear();
    let app = &sandbox.app;
    if let Err(error) = app.store.commit(Changes::new().with(Write::SandboxReset)).await {
        return unavailable(error);
    }
    let now = app.env.now();
    let rows = match app.store.customers_list().await {
        Ok(rows) => rows,
        Err(error) => return unavailable(error),
    };
    for row in rows {
        let scenario = CUSTOMERS.iter().find(|(phone, ..)| *phone == row.customer.phone.as_str());
        let Some((_, _, scenario)) = scenario else { continue };
        let filling = opening(&row.customer, *scenario, &now.ms().to_string(), now);
        if let Err(error) = app.store.commit(filling).await {
            return unavailable(error);
        }
    }
    Json(json!({"reset": true})).into_response()
}
