//! Controls over the sandbox as a whole: its clock, its faults, where it sends notifications, and a fresh start.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use lunas_domain::merchant::{Merchant, NotifyStatuses, NotifyText};
use lunas_domain::virtual_account::Kind;
use lunas_gateway::api::Fault;
use lunas_gateway::app::App;
use lunas_gateway::controls::clock;
use lunas_gateway::outbound::Prefix;
use lunas_snap::service::Service;
use lunas_store::{Changes, LedgerReport, Write};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refused, body};
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
pub(super) async fn clock_read(State(app): State<Arc<App>>) -> Json<Value> {
    Json(reading(&app))
}

fn reading(app: &App) -> Value {
    json!({"now": app.env.now().to_snap(), "aheadSeconds": app.env.ahead().as_secs()})
}

/// Moves the sandbox's clock ahead; what became due happens at once.
pub(super) async fn clock_advance(State(app): State<Arc<App>>, raw: Bytes) -> Answer {
    let advance: Advance = body(&raw)?;
    if advance.seconds == 0 || advance.seconds > ADVANCE_SECONDS_MAX {
        return Err(Refused::bad(format!("seconds is a number from 1 to {ADVANCE_SECONDS_MAX}")));
    }
    // From where another node may have moved it a moment ago.
    clock::follow(&app.store, &app.env).await?;
    app.env.advance(Duration::from_secs(advance.seconds));
    clock::write(&app.store, &app.env).await?;
    app.notifications_waiting.notify_one();
    Ok(Json(reading(&app)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotifyUrl {
    url: Option<String>,
}

/// Changes where the sandbox's merchant gets its notifications, and says where it got them before.
pub(super) async fn notify_url(State(sandbox): State<Running>, raw: Bytes) -> Answer {
    let wanted: NotifyUrl = body(&raw)?;
    if let Some(Err(error)) = wanted.url.as_deref().map(Prefix::parse) {
        return Err(Refused::bad(format!("url {error}; null stands for nobody")));
    }
    let url = wanted.url.clone();
    let previous = changed(&sandbox, |merchant| std::mem::replace(&mut merchant.notify_url, url)).await?;
    Ok(Json(json!({"previous": previous, "url": wanted.url})))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spelling {
    text: String,
}

/// Changes how the texts of notifications to the sandbox's merchant are spelled, for all that are sent from now on.
pub(super) async fn notify_text(State(sandbox): State<Running>, raw: Bytes) -> Answer {
    let wanted: Spelling = body(&raw)?;
    let Some(text) = NotifyText::parse(&wanted.text) else {
        let words = NotifyText::ALL.map(NotifyText::word).join(", ");
        return Err(Refused::bad(format!("text is one of {words}")));
    };
    let previous = changed(&sandbox, |merchant| std::mem::replace(&mut merchant.notify_text, text)).await?;
    Ok(Json(json!({"previous": previous.word(), "text": text.word()})))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statuses {
    statuses: Vec<String>,
}

/// Changes which transaction statuses the sandbox's merchant is told of, for all that come about from now on.
pub(super) async fn notify_statuses(State(sandbox): State<Running>, raw: Bytes) -> Answer {
    let wanted: Statuses = body(&raw)?;
    let statuses = NotifyStatuses::parse(wanted.statuses.iter().map(String::as_str))
        .map_err(|error| Refused::bad(format!("statuses: {error}")))?;
    let told = json!(statuses.digits());
    let previous =
        changed(&sandbox, |merchant| std::mem::replace(&mut merchant.notify_statuses, statuses)).await?;
    Ok(Json(json!({"previous": previous.digits(), "statuses": told})))
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct VaTerms {
    kind: Option<String>,
    mandiri_b2b: Option<bool>,
}

/// Changes what the sandbox's merchant agreed on about virtual accounts, for those it opens from now on.
pub(super) async fn va_terms(State(sandbox): State<Running>, raw: Bytes) -> Answer {
    let wanted: VaTerms = body(&raw)?;
    let kind = wanted.kind.as_deref().map(|word| {
        let words = Kind::ALL.map(Kind::word).join(", ");
        Kind::parse(word).ok_or_else(|| Refused::bad(format!("kind is one of {words}")))
    });
    let kind = kind.transpose()?;
    let change = |merchant: &mut Merchant| {
        let terms = &mut merchant.accounts;
        let previous = terms.kind;
        terms.kind = kind.unwrap_or(terms.kind);
        terms.mandiri_b2b = wanted.mandiri_b2b.unwrap_or(terms.mandiri_b2b);
        (previous, *terms)
    };
    let (previous, terms) = changed(&sandbox, change).await?;
    Ok(Json(json!({
        "previous": previous.word(),
        "kind": terms.kind.word(),
        "mandiriB2b": terms.mandiri_b2b,
    })))
}

/// Changes the sandbox's merchant. Gives what `change` gives.
async fn changed<T>(sandbox: &Running, change: impl FnOnce(&mut Merchant) -> T) -> Result<T, Refused> {
    let app = &sandbox.app;
    let found = app.store.merchant_find(&sandbox.own.merchant).await?;
    let mut merchant = found.ok_or_else(|| Refused::unavailable("the sandbox's merchant is missing"))?;
    let changed = change(&mut merchant);
    app.store.commit(Changes::new().with(Write::MerchantPut(Box::new(merchant)))).await?;
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
pub(super) async fn faults(State(sandbox): State<Running>, raw: Bytes) -> Answer {
    let promise: Promise = body(&raw)?;
    let service = Service::find(&promise.service).or_else(|| Service::of_code(&promise.service));
    let Some(service) = service.filter(|service| service.inbound()) else {
        return Err(Refused::bad("service is the path or the two digits of a service"));
    };
    let fault = match promise.fault.as_str() {
        "500" => Fault::InternalServerError,
        "504-after-commit" => Fault::TimeoutAfterCommit,
        "delay" => Fault::Delay(Duration::from_millis(promise.delay_ms.unwrap_or(1_000))),
        "drop" => Fault::Drop,
        _ => return Err(Refused::bad("fault is 500, 504-after-commit, delay or drop")),
    };
    let count = promise.count.unwrap_or(1).min(FAULTS_MAX);
    sandbox.own.faults.promise(service.code(), fault, count);
    Ok(Json(json!({"service": service.code(), "fault": promise.fault, "count": count})))
}

/// Proves the ledger from its rows.
pub(super) async fn ledger_check(State(app): State<Arc<App>>) -> Result<(StatusCode, Json<Value>), Refused> {
    let report = app.store.ledger_check().await?;
    let status = if report.is_sound() { StatusCode::OK } else { StatusCode::CONFLICT };
    Ok((status, Json(described(&report))))
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
pub(super) async fn reset(State(sandbox): State<Running>) -> Answer {
    let app = &sandbox.app;
    sandbox.own.faults.clear();
    app.store.commit(Changes::new().with(Write::SandboxReset)).await?;
    let now = app.env.now();
    for row in app.store.customers_list().await? {
        let scenario = CUSTOMERS.iter().find(|(phone, ..)| *phone == row.customer.phone.as_str());
        let Some((_, _, scenario)) = scenario else { continue };
        app.store.commit(opening(&row.customer, *scenario, &now.ms().to_string(), now)).await?;
    }
    Ok(Json(json!({"reset": true})))
}
