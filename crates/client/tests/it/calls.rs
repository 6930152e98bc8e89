//! Calls: tokens, signatures, retries and the kinds of failure.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::collections::BTreeSet;
use std::time::Duration;

use lunas_client::{
    CallOptions, Client, Error, PaymentAnswer, PaymentRequest, RefundAnswer, RefundRequest, StatusRequest,
    gopay_request,
};
use lunas_snap::code::Case;
use lunas_snap::message::token::TokenAnswer;
use lunas_snap::signature::{body_hash, hmac_verify, token_text, transaction_text};
use lunas_vocab::{
    ExternalId, Money, PartnerReferenceNo, PartnerRefundNo, ReferenceNo, RefundNo, Secret, Timestamp,
};

use crate::server::{Act, Request, Server};
use crate::{private_key_pem, signing_key};

const TOKEN: &str = "/v1.0/access-token/b2b";
const PAYMENT: &str = "/v1.0/debit/payment-host-to-host";
const REFUND: &str = "/v1.0/debit/refund";
const STATUS: &str = "/v1.0/debit/status";
const SECRET: &str = "fdppqbF5wq7vVegyvsV1CROMv646nJ7A";

pub(crate) fn client(server: &Server) -> Client {
    client_of(&server.url, Duration::from_secs(20))
}

fn client_of(url: &str, timeout: Duration) -> Client {
    Client::builder(url)
        .client_id("client-1")
        .client_secret(Secret::new(SECRET.to_owned()))
        .private_key_pem(Secret::new(private_key_pem().to_owned()))
        .partner_id("partner-1")
        .channel_id("12345")
        .timeout(timeout)
        .retry_delays([Duration::ZERO; 2])
        .build()
        .unwrap()
}

fn request() -> PaymentRequest {
    gopay_request(PartnerReferenceNo::new("order-1").unwrap(), Money::idr(10_000))
}

fn id(text: &str) -> CallOptions {
    CallOptions::with_external_id(ExternalId::new(text).unwrap())
}

fn token(number: usize) -> Act {
    let access_token = Secret::new(format!("tok-{number}"));
    Act::Answer(200, TokenAnswer { access_token, expires_in_s: 900 }.write().to_compact())
}

fn paid() -> Act {
    let answer = PaymentAnswer {
        reference_no: ReferenceNo::new("A1").unwrap(),
        partner_reference_no: None,
        web_redirect_url: "https://pay.example/?tref=A1".to_owned(),
        app_redirect_url: String::new(),
        amount: None,
        payment_type: None,
        transaction_at: None,
        valid_up_to: None,
        linked: None,
    };
    Act::Answer(200, answer.write().to_compact())
}

fn refused(code: &str) -> Act {
    let http = code[..3].parse().unwrap();
    Act::Answer(http, format!(r#"{{"responseCode":"{code}","responseMessage":"No"}}"#))
}

/// Starts a gateway that gives tokens and lets `script` answer the rest.
pub(crate) async fn gateway(script: impl Fn(&Request, usize) -> Act + Send + Sync + 'static) -> Server {
    Server::start(move |request, before| match request.path.as_str() {
        TOKEN => token(before),
        _ => script(request, before),
    })
    .await
}

#[tokio::test]
async fn r1_header_names_go_out_in_title_case() {
    let server = Server::start(|request, _| if request.path == TOKEN { token(1) } else { paid() }).await;
    client(&server).pay(&request(), id("e-1")).await.unwrap();
    for (path, own) in [(TOKEN, "X-Client-Key"), (PAYMENT, "X-External-Id")] {
        let seen = server.seen(path);
        let names = &seen[0].names;
        for name in ["X-Timestamp", "X-Signature", "Content-Type", own] {
            assert!(names.iter().any(|known| known == name), "{name} is not among {names:?}");
        }
        for name in names {
            let is_titled = |word: &str| word.starts_with(|first: char| first.is_ascii_uppercase());
            assert!(name.split('-').all(is_titled), "{name}");
        }
    }
}

#[tokio::test]
async fn calls_carry_what_the_contract_wants() {
    let server = gateway(|_, _| paid()).await;
    let client = client(&server);
    let answer = client.pay(&request(), id("e-1")).await.unwrap();
    assert_eq!(answer.reference_no.as_str(), "A1");
    client.pay(&request(), CallOptions::default()).await.unwrap();

    let asked = &server.seen(TOKEN)[0];
    let text = token_text("client-1", asked.header("x-timestamp"));
    assert!(signing_key().verifying_key().verify(&text, asked.header("x-signature")));
    assert_eq!(
        (asked.header("x-client-key"), asked.body.as_str()),
        ("client-1", r#"{"grantType":"client_credentials"}"#)
    );

    let calls = server.seen(PAYMENT);
    for call in &calls {
        let hash = body_hash(call.body.as_bytes());
        let text = transaction_text("POST", PAYMENT, "tok-0", &hash, call.header("x-timestamp"));
        assert!(hmac_verify(SECRET, &text, call.header("x-signature")));
        assert_eq!(call.header("authorization"), "Bearer tok-0");
        assert_eq!((call.header("x-partner-id"), call.header("channel-id")), ("partner-1", "12345"));
        assert_eq!(call.header("content-type"), "application/json");
        assert_eq!(call.header("x-timestamp").len(), 25);
    }
    assert_eq!(calls[0].header("x-external-id"), "e-1");
    assert_eq!(calls[1].header("x-external-id").len(), 36, "an id is made where none is given");
    assert_eq!(calls[1].connection, asked.connection, "one connection serves calls in a row");
}

#[tokio::test]
async fn a_refund_is_always_numbered() {
    let answer = RefundAnswer {
        original_reference_no: ReferenceNo::new("A1").unwrap(),
        refund_no: RefundNo::new("R1").unwrap(),
        partner_refund_no: PartnerRefundNo::new("r-1").unwrap(),
        amount: Some(Money::idr(4_000)),
        refunded_at: Some(Timestamp::from_ms(0)),
    };
    let text = answer.write().to_compact();
    let server = gateway(move |_, _| Act::Answer(200, text.clone())).await;
    let client = client(&server);
    let check = async |external_id: &str, number: Option<&str>, sent: &str| {
        let request = RefundRequest {
            original_reference_no: Some(ReferenceNo::new("A1").unwrap()),
            original_external_id: None,
            original_partner_reference_no: None,
            partner_refund_no: number.map(|number| PartnerRefundNo::new(number).unwrap()),
            amount: Some(Money::idr(4_000)),
            reason: None,
            payment_provider_metadata: None,
        };
        assert_eq!(client.refund(&request, id(external_id)).await.unwrap(), answer);
        let call = server.seen(REFUND).pop().unwrap();
        assert_eq!(call.header("x-external-id"), external_id);
        assert!(call.body.contains(&format!(r#""partnerRefundNo":"{sent}""#)), "{}", call.body);
    };
    check("e-1", Some("r-1"), "r-1").await;
    check("e-1", None, "e-1").await;
    // An id that no refund number may be spelled like stands in as its hash.
    check("e.1", None, &body_hash(b"e.1")).await;
}

#[tokio::test]
async fn fifty_callers_share_one_token() {
    let server = gateway(|_, _| paid()).await;
    let client = client(&server);
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.pay(&request(), CallOptions::default()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(server.seen(TOKEN).len(), 1);
    let ids: BTreeSet<String> =
        server.seen(PAYMENT).iter().map(|call| call.header("x-external-id").to_owned()).collect();
    assert_eq!(ids.len(), 50, "each call has an id of its own");
}

#[tokio::test]
async fn those_who_wait_for_a_token_share_its_failure() {
    let server = Server::start(|_, _| refused("4017300")).await;
    let client = client(&server);
    // The callers queue up behind the first one before any of them is answered.
    let request = request();
    let (first, second) = tokio::join!(
        client.pay(&request, CallOptions::default()),
        client.pay(&request, CallOptions::default())
    );
    for error in [first.unwrap_err(), second.unwrap_err()] {
        assert!(matches!(error, Error::Token(_)), "{error:?}");
        assert_eq!((error.case(), error.is_retryable()), (Some(Case::Unauthorized), false));
    }
    assert_eq!(server.seen(TOKEN).len(), 1);
    // A later call asks anew.
    client.pay(&request, CallOptions::default()).await.unwrap_err();
    assert_eq!(server.seen(TOKEN).len(), 2);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let server = gateway(|request, _| match request.header("authorization") {
        "Bearer tok-0" => refused("4015401"),
        _ => paid(),
    })
    .await;
    client(&server).pay(&request(), id("e-1")).await.unwrap();
    assert_eq!((server.seen(TOKEN).len(), server.seen(PAYMENT).len()), (2, 2));

    let server = gateway(|_, _| refused("4015401")).await;
    let error = client(&server).pay(&request(), id("e-1")).await.unwrap_err();
    assert_eq!(error.case(), Some(Case::InvalidToken));
    assert_eq!((server.seen(TOKEN).len(), server.seen(PAYMENT).len()), (2, 2));
}

#[tokio::test]
async fn attempts_repeat_the_id_and_the_body() {
    let check = async |first: fn() -> Act, timeout_s: u64, what: &str| {
        let server = gateway(move |_, before| if before == 0 { first() } else { paid() }).await;
        let client = client_of(&server.url, Duration::from_secs(timeout_s));
        client.pay(&request(), CallOptions::default()).await.unwrap();
        let calls = server.seen(PAYMENT);
        assert_eq!(calls.len(), 2, "{what}");
        assert_eq!(calls[0].header("x-external-id"), calls[1].header("x-external-id"), "{what}");
        assert_eq!(calls[0].body, calls[1].body, "{what}");
        assert_eq!(server.seen(TOKEN).len(), 1, "{what}");
    };
    check(|| refused("5045400"), 20, "504").await;
    check(|| refused("4295400"), 20, "429").await;
    check(|| Act::Answer(502, "<html>".to_owned()), 20, "a proxy's page").await;
    check(|| Act::Drop, 20, "a dropped connection").await;
    check(|| Act::Hang, 1, "no answer in time").await;
}

/// A gateway that asks for a minute is not called again before, and the caller learns how long to wait.
#[tokio::test]
async fn a_wait_that_is_too_long_is_handed_to_the_caller() {
    let too_many = r#"{"responseCode":"4295400","responseMessage":"Too Many Requests"}"#;
    let server = gateway(|_, _| Act::Later(429, 60, too_many.to_owned())).await;
    let error = client(&server).pay(&request(), id("e-1")).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(
        (refusal.case(), refusal.retry_after),
        (Some(Case::TooManyRequests), Some(Duration::from_mins(1)))
    );
    assert!(error.is_retryable() && !error.is_unknown_outcome());
    assert_eq!(server.seen(PAYMENT).len(), 1);
    // Where no more is asked for than the client waits by itself, it tries again.
    let server = gateway(|_, before| match before {
        0 => Act::Later(429, 0, too_many.to_owned()),
        _ => paid(),
    });
    let server = server.await;
    client(&server).pay(&request(), id("e-2")).await.unwrap();
    assert_eq!(server.seen(PAYMENT).len(), 2);
}

#[tokio::test]
async fn a_refusal_is_final_and_typed() {
    let check = async |act: fn() -> Act, expected: Case| {
        let server = gateway(move |_, _| act()).await;
        let error = client(&server).pay(&request(), id("e-1")).await.unwrap_err();
        let Error::Refused(refusal) = &error else { panic!("{error:?}") };
        assert_eq!((refusal.case(), refusal.message.as_str()), (Some(expected), "No"));
        assert!(!error.is_retryable() && !error.is_unknown_outcome());
        assert_eq!(server.seen(PAYMENT).len(), 1);
    };
    check(|| refused("4035414"), Case::InsufficientFunds).await;
    // Some gateways answer with another service's digits, or with one digit too many.
    check(|| refused("4031014"), Case::InsufficientFunds).await;
    check(|| refused("40054020"), Case::InvalidMandatoryField).await;
}

#[tokio::test]
async fn attempts_that_run_out_leave_doubt_about_a_charge_only() {
    let check = async |act: fn() -> Act| {
        let server = gateway(move |_, _| act()).await;
        let error = client(&server).pay(&request(), id("e-1")).await.unwrap_err();
        let Error::UnknownOutcome { external_id, attempts, .. } = &error else { panic!("{error:?}") };
        assert_eq!((external_id.as_str(), *attempts), ("e-1", 3));
        assert!(error.is_unknown_outcome() && error.is_retryable());
        assert_eq!(server.seen(PAYMENT).len(), 3);

        let asked = StatusRequest {
            original_reference_no: None,
            original_external_id: Some(ExternalId::new("e-1").unwrap()),
            service_code: None,
        };
        let error = client(&server).status(&asked).await.unwrap_err();
        assert!(!error.is_unknown_outcome() && error.is_retryable(), "{error:?}");
        assert_eq!(server.seen(STATUS).len(), 3);
    };
    check(|| refused("5005401")).await;
    check(|| Act::Drop).await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_leaves_doubt() {
    let check = async |act: fn() -> Act| {
        let server = gateway(move |_, _| act()).await;
        let error = client(&server).pay(&request(), id("e-1")).await.unwrap_err();
        assert!(error.is_unknown_outcome(), "{error:?}");
        assert_eq!(server.seen(PAYMENT).len(), 1);
    };
    check(|| Act::Answer(200, "ok".to_owned())).await;
    check(|| Act::Answer(200, r#"{"responseCode":"2005400"}"#.to_owned())).await;
}

#[tokio::test]
async fn nobody_there_is_no_doubt() {
    let client = client_of("http://127.0.0.1:1", Duration::from_secs(20));
    let error = client.pay(&request(), id("e-1")).await.unwrap_err();
    assert!(!error.is_unknown_outcome() && error.is_retryable(), "{error:?}");
}

#[test]
fn a_client_prints_no_secret() {
    let client = Client::builder("http://127.0.0.1:1")
        .client_id("client-1")
        .client_secret(Secret::new(SECRET.to_owned()))
        .private_key_pem(Secret::new(private_key_pem().to_owned()))
        .partner_id("partner-1")
        .channel_id("12345");
    assert!(!format!("{client:?}").contains(SECRET));
    let client = client.build().unwrap();
    assert_eq!(
        format!("{client:?}"),
        r#"Client { base_url: "http://127.0.0.1:1/", client_id: "client-1", .. }"#
    );
}
