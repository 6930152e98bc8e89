//! Every response code that Lunas answers with, brought about over HTTP: each is on the page of codes with the message
//! it really has, and a failure of the gateway's own never hides what was done.
//!
//! Which codes there are is said by `Service::cases`; the page is `docs/response-codes.md`. A code without a way to
//! it here, or without a row there, fails. That no other code is ever sent is proven by the kit on every call.

mod accounts;
mod authorizations;
mod debit;
mod links;
mod qr;
mod reading;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use crate::kit::{Answer, Call, Gateway, Options, sample};
use lunas_gateway::config::Rate;
use lunas_snap::code::{Case, ResponseCode};
use lunas_snap::service::Service;
use serde_json::{Value, json};

use crate::world::{opened, options};

const PAGE: &str = include_str!("../../../../docs/response-codes.md");
/// What a merchant may give back in a day, in rupiah: less than what the sample's payment costs.
const DAILY_LIMIT: u64 = 9_000;
/// How often one address may call: more often than any way here does.
const OFTEN: Rate = Rate { calls: 500, seconds: 500 };

const DEBIT: &[Service] =
    &[Service::DebitPayment, Service::DebitStatus, Service::DebitCancel, Service::DebitRefund];
const QR: &[Service] = &[Service::QrGenerate, Service::QrQuery, Service::QrCancel, Service::QrRefund];
const ACCOUNTS: &[Service] =
    &[Service::VaCreate, Service::VaStatus, Service::VaDelete, Service::VaInquiry, Service::VaPayment];
const LINKS: &[Service] = &[Service::AccountBinding, Service::AccountInquiry, Service::AccountUnbinding];
const AUTHORIZATIONS: &[Service] =
    &[Service::AuthPayment, Service::AuthQuery, Service::AuthCapture, Service::AuthVoid, Service::AuthRefund];
const READING: &[Service] =
    &[Service::AccessTokenB2b, Service::BalanceInquiry, Service::HistoryList, Service::HistoryDetail];

#[tokio::test]
async fn every_code_of_direct_debit() {
    prove(DEBIT).await;
}

#[tokio::test]
async fn every_code_of_qr_codes() {
    prove(QR).await;
}

#[tokio::test]
async fn every_code_of_virtual_accounts() {
    prove(ACCOUNTS).await;
}

#[tokio::test]
async fn every_code_of_linked_accounts() {
    prove(LINKS).await;
}

#[tokio::test]
async fn every_code_of_authorizations() {
    prove(AUTHORIZATIONS).await;
}

#[tokio::test]
async fn every_code_of_tokens_balances_and_history() {
    prove(READING).await;
}

#[test]
fn no_service_is_forgotten() {
    let proven: BTreeSet<Service> =
        [DEBIT, QR, ACCOUNTS, LINKS, AUTHORIZATIONS, READING].concat().into_iter().collect();
    // What 10 answers with are redirects; the tests of consent have them.
    let answered =
        Service::ALL.iter().copied().filter(|service| service.inbound() && *service != Service::AuthCode);
    let answered = answered.collect();
    assert_eq!(proven, answered);
}

/// The way to a code that the service has a row of its own for.
pub(crate) async fn way(gateway: &Gateway, service: Service, case: Case) -> Option<Answer> {
    match service {
        _ if DEBIT.contains(&service) => debit::way(gateway, service, case).await,
        _ if QR.contains(&service) => qr::way(gateway, service, case).await,
        _ if ACCOUNTS.contains(&service) => accounts::way(gateway, service, case).await,
        _ if LINKS.contains(&service) => links::way(gateway, service, case).await,
        _ if AUTHORIZATIONS.contains(&service) => authorizations::way(gateway, service, case).await,
        _ => reading::way(gateway, service, case).await,
    }
}

/// A call of the service that has nothing wrong with it, on a stage that is set for it.
pub(crate) async fn right_body(gateway: &Gateway, service: Service) -> Value {
    match service {
        _ if DEBIT.contains(&service) => debit::right(gateway, service).await,
        _ if QR.contains(&service) => qr::right(gateway, service).await,
        _ if ACCOUNTS.contains(&service) => accounts::right(gateway, service).await,
        _ if LINKS.contains(&service) => links::right(gateway, service).await,
        _ if AUTHORIZATIONS.contains(&service) => authorizations::right(gateway, service).await,
        Service::HistoryDetail => {
            let reference_no = opened(gateway, "order-1").await;
            reading::detail("order-1", &reference_no)
        }
        _ => json!({}),
    }
}

pub(crate) fn call<'a>(gateway: &'a Gateway, service: Service, body: &Value) -> Call<'a> {
    match service {
        Service::AccessTokenB2b => gateway.token_request(),
        Service::AccountInquiry | Service::AccountUnbinding | Service::AuthPayment => {
            links::call(gateway, service, body)
        }
        _ => gateway.call(service, body),
    }
}

pub(crate) async fn stage() -> Gateway {
    let mut options: Options = options();
    options.config.refund.daily_limit = DAILY_LIMIT;
    options.config.limits.address = OFTEN;
    Gateway::start_with(options).await
}

/// Brings every code of these services about and compares it with the page.
async fn prove(services: &[Service]) {
    let shared = stage().await;
    for service in services.iter().copied() {
        for case in Case::ALL.iter().copied().filter(|case| !service.cases().contains(case)) {
            assert!(way(&shared, service, case).await.is_none(), "{service:?} does not have {case:?}");
        }
        for case in service.cases() {
            let code = ResponseCode::new(service, case);
            let gateway = stage().await;
            let answer = match message(code.as_str()) {
                Some(expected) => {
                    let answer = if case == service.failed_inside() {
                        Some(way_of_every_service(&gateway, service, case).await)
                    } else {
                        way(&gateway, service, case).await
                    };
                    let answer = answer.unwrap_or_else(|| panic!("no way to {code} is written here"));
                    check(&answer, service, case, &expected);
                    answer
                }
                None => {
                    let of_every_service = format!("{}xx{}", case.http(), case.digits());
                    let expected = message(&of_every_service);
                    let expected = expected.unwrap_or_else(|| panic!("the page has nothing on {code}"));
                    let answer = way_of_every_service(&gateway, service, case).await;
                    check(
                        &answer,
                        service,
                        case,
                        &expected.replace(Service::DebitStatus.path(), service.path()),
                    );
                    answer
                }
            };
            if answer.status == 500 {
                gateway.abandon().await;
            } else {
                gateway.finish().await;
            }
        }
    }
    shared.finish().await;
}

/// A refusal is its code and its message, and for a token an id of the call; a success begins with them.
fn check(answer: &Answer, service: Service, case: Case, message: &str) {
    let code = ResponseCode::new(service, case);
    assert_eq!(answer.verdict(), format!("{code} {message}"));
    let names_it = message.len() > case.message().len() + 1;
    let is_about_a_field = matches!(case, Case::InvalidFieldFormat | Case::InvalidMandatoryField);
    assert!(names_it || !is_about_a_field, "{message} does not name the field");
    if case.http() >= 300 {
        let body = String::from_utf8(answer.body.clone()).unwrap();
        let head = format!(r#"{{"responseCode":"{code}","responseMessage":"{message}""#);
        let rest = body.strip_prefix(&head).unwrap_or_else(|| panic!("{body} does not begin with {head}"));
        let gives_trace = service == Service::AccessTokenB2b || LINKS.contains(&service);
        let is_whole = rest == "}" || gives_trace && rest.starts_with(r#","referenceNo":"#);
        assert!(is_whole, "{body}");
    }
}

/// The message in the page's row of a code, if the code has a row.
fn message(code: &str) -> Option<String> {
    let begin = format!("| `{code}` |");
    let row = PAGE.lines().find(|line| line.starts_with(&begin))?;
    Some(row.trim_end_matches(" |").rsplit(" | ").next().unwrap().to_owned())
}

/// The way to a code that every call can come to.
pub(crate) async fn way_of_every_service(gateway: &Gateway, service: Service, case: Case) -> Answer {
    let body = right_body(gateway, service).await;
    let call = || call(gateway, service, &body);
    let faulty = match case {
        Case::BadRequest => call().body("{"),
        Case::InvalidFieldFormat => call().header("CHANNEL-ID", "1234"),
        Case::InvalidMandatoryField => call().without("X-EXTERNAL-ID"),
        Case::Unauthorized => call().header("X-SIGNATURE", "AAAA"),
        Case::InvalidToken => call().token("unknown"),
        Case::FunctionNotSupported => call().method("GET"),
        Case::TooManyRequests => {
            // The caller has its token before.
            call().body("{").send().await;
            while gateway.app.limits.address(Ipv4Addr::LOCALHOST.into()).is_ok() {}
            call()
        }
        Case::InternalServerError | Case::GeneralError => {
            // The caller has its token, and then there is no store any more.
            call().body("{").send().await;
            gateway.operated();
            gateway.app.store.clone().close().await;
            call()
        }
        Case::Timeout => {
            promise(gateway, service, "504-after-commit").await;
            call()
        }
        other => panic!("{service:?} has no row of its own for {other:?}"),
    };
    faulty.send().await
}

async fn promise(gateway: &Gateway, service: Service, fault: &str) {
    let promise = json!({"service": service.code(), "fault": fault});
    assert_eq!(gateway.control_with("/faults", &promise).await.status, 200);
}

/// By a store that is gone, and by a promise: the code is that of the service's list, and the words are no more than its.
#[tokio::test]
async fn s4_what_fails_inside_has_the_code_of_the_services_list() {
    for (service, code) in [
        (Service::AccessTokenB2b, "5007300"),
        (Service::VaCreate, "5002700"),
        (Service::VaStatus, "5002600"),
        (Service::VaDelete, "5003101"),
        (Service::DebitPayment, "5005401"),
    ] {
        let (promising, failing) = (stage().await, stage().await);
        let body = right_body(&promising, service).await;
        promise(&promising, service, "500").await;
        let promised = call(&promising, service, &body).send().await;
        let failed = way_of_every_service(&failing, service, service.failed_inside()).await;
        for answer in [promised, failed] {
            assert_eq!(answer.verdict(), format!("{code} Internal Server Error"));
        }
        promising.finish().await;
        failing.abandon().await;
    }
}

#[tokio::test]
async fn a_path_of_no_service_has_a_code_too() {
    let gateway = stage().await;
    let answer = gateway.status(&sample::original("none")).path("/v1.0/nothing").send().await;
    assert_eq!(answer.verdict(), format!("4040002 {}", message("4040002").unwrap()));
    gateway.finish().await;
}

/// 500 promises that nothing was done, 504 that everything was, and a broken connection says nothing: after each the
/// same call under the same id tells the truth, and whatever it does is done once.
#[tokio::test]
async fn what_failed_is_told_truly_when_it_is_asked_again() {
    for (fault, expected) in [("500", Some(500)), ("504-after-commit", Some(504)), ("drop", None)] {
        for service in [DEBIT, QR, ACCOUNTS, LINKS, AUTHORIZATIONS, READING].concat() {
            let gateway = stage().await;
            let body = right_body(&gateway, service).await;
            let call = || call(&gateway, service, &body).external_id("retry-1");
            // The caller has its token before the fault is promised.
            call().body("{").send().await;
            promise(&gateway, service, fault).await;
            let failed = call().attempt().await.ok().map(|exchange| exchange.answer.status);
            assert_eq!(failed, expected, "{service:?}");
            let again = call().send().await;
            let is_taken = fault == "504-after-commit"
                && matches!(
                    service,
                    Service::HistoryList
                        | Service::HistoryDetail
                        | Service::AccountBinding
                        | Service::AccountUnbinding
                );
            // Looking back changes nothing, and its id counts once a day; the contract has links refuse a used id.
            assert_eq!(again.status, if is_taken { 409 } else { 200 }, "{service:?} {}", again.verdict());
            once_each(&gateway).await;
            gateway.finish().await;
        }
    }
}

/// No state was reached twice: every step of a payment or an account is told, and each is told once.
async fn once_each(gateway: &Gateway) {
    let notifications = gateway.get("/sandbox/v1/notifications").await.json();
    let notifications = notifications["notifications"].as_array().unwrap();
    let told: BTreeSet<String> = notifications
        .iter()
        .map(|notification| {
            format!("{} {}", notification["referenceNo"], notification["latestTransactionStatus"])
        })
        .collect();
    assert_eq!(told.len(), notifications.len(), "{notifications:?}");
}
