//! The one road of every client's call: route, read, parse, authenticate, exchange, answer.
//!
//! The order of the checks is part of the contract's meaning (a call with three faults is told of the first), and
//! nothing of the body is acted upon before its signature has verified.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{Method, StatusCode, request};
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use lunas_snap::code::{Case, Failure};
use lunas_snap::header as snap_header;
use lunas_snap::json::{self, Value};
use lunas_snap::service::Service;

use super::call::{self, Received, text_of};
use super::fault::{self, Fault, FaultHook};
use super::{auth_code, authenticate, exchange, sent};
use crate::app::{App, ids};
use crate::env::Stopwatch;
use crate::http::arrival::TooSlow;
use crate::http::peer::Peer;
use crate::http::{near, reply};
use crate::span;

/// Answers one call. Logs it once, with its id, its code and how long it took.
pub(crate) async fn answer(app: &App, faults: Option<&dyn FaultHook>, request: Request) -> Response {
    let request_id = ids::request_id(&app.env);
    let stopwatch = app.env.stopwatch();
    let (parts, body) = request.into_parts();
    let service = Service::find(parts.uri.path()).filter(|service| service.inbound());
    let fault = faults.zip(service).and_then(|(faults, service)| faults.next(service));
    let of = |name| text_of(&parts.headers, name);
    let (external_id, client_id) = (of(snap_header::X_EXTERNAL_ID), of(snap_header::X_CLIENT_KEY));
    let span = span::call(&request_id, service.map(Service::code), external_id, client_id);
    // In a box: what is moved about here is large.
    let work = Box::pin(answered(app, service, fault, &request_id, stopwatch, parts, body));
    let answer = span::request(span, work).await;
    app.tally.took(service, stopwatch.elapsed());
    answer
}

/// From the routed request to its answer.
async fn answered(
    app: &App,
    service: Option<Service>,
    fault: Option<Fault>,
    request_id: &str,
    stopwatch: Stopwatch,
    parts: request::Parts,
    body: axum::body::Body,
) -> Response {
    if let Some(answer) = fault::before(app, service, request_id, fault).await {
        return answer;
    }
    let result = match service {
        Some(Service::AuthCode) if fault != Some(Fault::TimeoutAfterCommit) => {
            return auth_code::answer(app, &parts, request_id, stopwatch).await;
        }
        Some(Service::AuthCode) => Err(Failure::new(Case::Timeout)),
        Some(service) => received(app, service, request_id, &parts, body).await,
        None => Err(near::unknown_service(&parts)),
    };
    match result {
        Ok(body) => {
            tracing::debug!(path = parts.uri.path(), elapsed_us = stopwatch.elapsed_us(), "answered");
            if fault == Some(Fault::TimeoutAfterCommit) {
                return reply::refusal(app, service, request_id, &Failure::new(Case::Timeout));
            }
            app.tally.answered(service, Case::Successful);
            reply::json(app, StatusCode::OK, request_id, body)
        }
        Err(failure) => {
            call::log_failure(&parts, stopwatch, &failure);
            reply::refusal(app, service, request_id, &failure)
        }
    }
}

/// From the routed request to the body of its answer.
async fn received(
    app: &App,
    service: Service,
    request_id: &str,
    parts: &request::Parts,
    body: axum::body::Body,
) -> Result<Vec<u8>, Failure> {
    if parts.method != service.method() && !is_also_taken(service, &parts.method) {
        let expected = service.method();
        return Err(Failure::with(
            Case::FunctionNotSupported,
            format!("{} {} is not offered; call it with {expected}", parts.method, service.path()),
        ));
    }
    sent::check_content(&parts.headers)?;
    let raw = whole(app, body).await?;
    let parsed = parse(service, &parts.method, &raw)?;
    let path = parts.uri.path_and_query().map_or(parts.uri.path(), |p| p.as_str());
    let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
    let call = Received {
        service,
        request_id,
        method: parts.method.as_str(),
        path,
        headers: &parts.headers,
        peer,
        raw: &raw,
        body: &parsed,
    };
    let answer = carried_out(app, &call).await;
    if answer.is_err() {
        // Not before: what goes well has the ids in lines of its own, and each note costs a tenth of a microsecond.
        call::note_names(&parsed);
    }
    answer
}

/// From a call that can be read to the body of its answer.
async fn carried_out(app: &App, call: &Received<'_>) -> Result<Vec<u8>, Failure> {
    if call.service == Service::AccessTokenB2b {
        return exchange::token(app, &authenticate::client(app, call).await?, call);
    }
    let principal = authenticate::principal(app, call).await?;
    exchange::run(app, &principal, call).await.map_err(|failure| sent::explained(app, call, failure))
}

/// The standard deletes with DELETE where GoPay's edition has POST.
fn is_also_taken(service: Service, method: &Method) -> bool {
    service == Service::VaDelete && method == Method::DELETE
}

/// Reads the body within its limit of size. The server keeps the limit of time.
async fn whole(app: &App, body: axum::body::Body) -> Result<Bytes, Failure> {
    let limit = app.config.server.body_max_bytes;
    let error = match Limited::new(body, limit).collect().await {
        Ok(collected) => return Ok(collected.to_bytes()),
        Err(error) => error,
    };
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&*error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            let reason = format!("the body is larger than {limit} bytes; send less");
            return Err(Failure::with(Case::BadRequest, reason));
        }
        if let Some(slow) = error.downcast_ref::<TooSlow>() {
            return Err(Failure::with(Case::BadRequest, format!("{slow}; send it at once")));
        }
        cause = error.source();
    }
    Err(Failure::with(Case::BadRequest, "the body broke off before its end; send it again"))
}

fn parse(service: Service, method: &Method, raw: &[u8]) -> Result<Value, Failure> {
    // An account inquiry has nothing to say beyond its headers.
    if raw.is_empty() && (method == Method::GET || service == Service::AccountInquiry) {
        return Ok(Value::Object(json::Object::new()));
    }
    let value = json::parse(raw).map_err(|error| {
        let reason = sent::wrapped(raw).map_or_else(|| error.to_string(), str::to_owned);
        Failure::with(Case::BadRequest, reason)
    })?;
    match value {
        Value::Object(_) => Ok(value),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Failure::with(Case::BadRequest, "the body must be a JSON object"))
        }
    }
}
