//! Get auth code (10): sends a customer's browser on to the consent page, or back with what is wrong.
//!
//! A browser calls it, so it is answered by redirects, and nobody is sent to a URL that the merchant did not register.
//! What the caller proves is the signature over the customer's number; older callers sign the request like any other,
//! and then that has to be right as well.

use axum::http::header::{LOCATION, REFERRER_POLICY};
use axum::http::{HeaderValue, Method, StatusCode, request};
use axum::response::Response;
use lunas_domain::merchant::Merchant;
use lunas_snap::code::{Case, Failure};
use lunas_snap::header;
use lunas_snap::json::{Object, Value};
use lunas_snap::message::auth_code::{AuthCodeRequest, Query};
use lunas_snap::service::Service;
use lunas_vocab::Phone;
use url::Url;
use url::form_urlencoded::parse;

use super::authenticate::{self, Principal};
use super::call::{self, Received, text_of};
use super::exchange::{Error, frame};
use super::too_many;
use crate::app::consent::ConsentRequest;
use crate::app::{App, ids};
use crate::env::Stopwatch;
use crate::flow::consent;
use crate::flow::idempotency::IdempotentCall;
use crate::flow::return_url::may_redirect_to;
use crate::http::peer::Peer;
use crate::http::person::{Stranded, wants_page};
use crate::http::reply;
use crate::wire::{self, account};

/// Answers one call.
pub(crate) async fn answer(
    app: &App,
    parts: &request::Parts,
    request_id: &str,
    stopwatch: Stopwatch,
) -> Response {
    let query = parts.uri.query().unwrap_or_default();
    let decoded: Vec<(String, String)> =
        parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let query = Query(&decoded);
    let (merchant, redirect_url) = match principal(app, parts, query).await {
        Ok(known) => known,
        Err(failure) => {
            call::log_failure(parts, stopwatch, &failure);
            return refused(app, parts, request_id, &failure);
        }
    };
    match consent_url(app, parts, query, (&merchant, &redirect_url), request_id).await {
        Ok(location) => {
            app.tally.answered(Some(Service::AuthCode), Case::Successful);
            let body = wire::bytes(&account::asked(request_id));
            redirect(app, parts, &location, request_id, body)
        }
        Err(error) => {
            let failure = error.into_failure(Service::AuthCode, &nothing());
            call::log_failure(parts, stopwatch, &failure);
            app.tally.answered(Some(Service::AuthCode), failure.case);
            let (code, message) = (failure.code(Service::AuthCode), failure.message());
            let location =
                with_query(&redirect_url, &[("responseCode", code.as_str()), ("responseMessage", &message)]);
            redirect(
                app,
                parts,
                &location,
                request_id,
                wire::bytes(&account::not_asked(&failure, request_id)),
            )
        }
    }
}

/// Who asks, and where the browser goes back to. Whatever is wrong with either is told to the caller itself.
async fn principal(
    app: &App,
    parts: &request::Parts,
    query: Query<'_>,
) -> Result<(std::sync::Arc<Merchant>, String), Failure> {
    if parts.method != Method::GET {
        let (offered, method) = (Service::AuthCode.path(), &parts.method);
        let reason = format!("{method} {offered} is not offered; call it with GET");
        return Err(Failure::with(Case::FunctionNotSupported, reason));
    }
    let (handle, redirect_url) = (query.payment_handle()?, query.redirect_url()?);
    let merchant = match app.merchant_of_handle(handle).await {
        Ok(Some(merchant)) => merchant,
        Ok(None) => return Err(authenticate::unauthorized("Incorrect merchantId value")),
        Err(error) => return Err(authenticate::unavailable("the merchant", error)),
    };
    if !may_redirect_to(&merchant, redirect_url) {
        let reason = "redirectUrl: it is not one that the merchant registered";
        return Err(Failure::with(Case::InvalidFieldFormat, reason));
    }
    Ok((merchant, redirect_url.to_owned()))
}

/// The consent page for the customer whom the query names.
async fn consent_url(
    app: &App,
    parts: &request::Parts,
    query: Query<'_>,
    (merchant, redirect_url): (&Merchant, &str),
    request_id: &str,
) -> Result<String, Error> {
    let signed = signed_call(app, parts, merchant, request_id).await?;
    let request = AuthCodeRequest::read(query)?;
    let phone = Phone::normalise(&request.mobile_number).ok_or_else(|| {
        Failure::with(Case::InvalidFieldFormat, "mobileNumber: a country code and a number were expected")
    })?;
    let data = query.seamless_data()?;
    let as_sent = raw_value(parts.uri.query().unwrap_or_default(), "seamlessData").unwrap_or_default();
    authenticate::seamless(app, merchant, &[data, as_sent], &request.seamless_sign).await?;
    too_many::check_phone(app, &merchant.id, &phone)?;
    if !consent::ask(app, &phone, signed).await? {
        return Err(Failure::with(Case::InvalidBill, "mobileNumber is not registered").into());
    }
    Ok(app.consent_url(ConsentRequest {
        id: ids::uuid(&app.env),
        merchant: merchant.id.to_string(),
        phone: phone.into_string(),
        redirect_url: redirect_url.to_owned(),
        state: request.state,
        language: request.language,
    }))
}

/// An older caller's signature over the whole request, and the id that it may use once; nothing of newer callers.
async fn signed_call(
    app: &App,
    parts: &request::Parts,
    merchant: &Merchant,
    request_id: &str,
) -> Result<Option<IdempotentCall>, Failure> {
    if text_of(&parts.headers, header::AUTHORIZATION).is_none() {
        return Ok(None);
    }
    let nothing = nothing();
    let call = Received {
        service: Service::AuthCode,
        request_id,
        method: parts.method.as_str(),
        path: parts.uri.path_and_query().map_or(parts.uri.path(), |path| path.as_str()),
        headers: &parts.headers,
        peer: parts.extensions.get::<Peer>().map(|peer| peer.0),
        raw: &[],
        body: &nothing,
    };
    match authenticate::principal(app, &call).await? {
        Principal::Merchant(principal) if principal.merchant().id == merchant.id => {
            Ok(Some(frame::call_of_merchant(&principal, &call)))
        }
        Principal::Merchant(_) | Principal::Bank(_) => {
            Err(authenticate::unauthorized("Incorrect merchantId value"))
        }
    }
}

/// The body of a call that has none.
fn nothing() -> Value {
    Value::Object(Object::new())
}

/// A parameter's value as it was sent.
fn raw_value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name).map(|(_, v)| v)
}

/// A URL with more parameters behind those it has.
pub(super) fn with_query(url: &str, more: &[(&str, &str)]) -> String {
    match Url::parse(url) {
        Ok(mut parsed) => {
            parsed.query_pairs_mut().extend_pairs(more);
            parsed.into()
        }
        Err(_) => url.to_owned(),
    }
}

/// A refusal of a call that leads nobody back: a body for a program, which gives way to a page for a customer whose
/// browser came here.
fn refused(app: &App, parts: &request::Parts, request_id: &str, failure: &Failure) -> Response {
    let mut answer = reply::refusal(app, Some(Service::AuthCode), request_id, failure);
    if wants_page(&parts.method, &parts.headers) {
        answer.extensions_mut().insert(Stranded {
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.clone(),
            detail: format!("{} {}", failure.code(Service::AuthCode).as_str(), failure.message()),
        });
    }
    answer
}

fn redirect(app: &App, parts: &request::Parts, location: &str, request_id: &str, body: Vec<u8>) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        let failure = Failure::with(Case::InvalidFieldFormat, "redirectUrl: it cannot stand in a header");
        return refused(app, parts, request_id, &failure);
    };
    let mut answer = reply::json(app, StatusCode::FOUND, request_id, body);
    answer.headers_mut().insert(LOCATION, location);
    answer.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer
}
