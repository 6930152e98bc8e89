//! Whatever fails, and wherever it came in: its line of the log has the ids by which it is found again, each of them once.

use lunas_client::gopay_request;
use lunas_snap::header::X_EXTERNAL_ID;
use lunas_snap::service::Service;
use lunas_vocab::{Money, PartnerReferenceNo};
use serde_json::{Value, json};

use crate::home::{Home, until};
use crate::merchant::Merchant;

/// The order that everything is about, and the id of the call that opened it.
const ORDER: &str = "order-1";
const OPENED_BY: &str = "open-1";

/// An address that nobody listens at.
fn nowhere() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/hooks", listener.local_addr().unwrap())
}

/// Sends what is expected to be refused with that status; gives the id that the refusal carries.
async fn refused(request: reqwest::RequestBuilder, status: u16) -> String {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), status, "{answer:?}");
    answer.headers()["x-request-id"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_edge_tells_of_a_failure_with_the_ids_of_what_failed() {
    let home = Home::new();
    let mut process = home.dev(&["--notify-url", &nowhere()]);
    process.ready().await;
    let sandbox = home.sandbox();
    let merchant = Merchant::connect(&sandbox).await;
    let (http, base_url) = (merchant.http(), merchant.base_url());

    let order = gopay_request(PartnerReferenceNo::new(ORDER).unwrap(), Money::idr(1_000));
    let opened = merchant.call(Service::DebitPayment, OPENED_BY, &order.write().to_compact()).await.unwrap();
    assert_eq!(opened.status, 200, "{}", opened.text());
    let (reference, page) = (opened.field("referenceNo"), opened.field("webRedirectUrl"));

    let signed = |service: Service, id: &str, body: Value, signature: Option<&str>| {
        let body = body.to_string();
        let mut request = http.post(format!("{base_url}{}", service.path())).body(body.clone());
        for (name, value) in merchant.headers(service, id, &body) {
            let value = signature.filter(|_| name == "x-signature").map_or(value, str::to_owned);
            request = request.header(name, value);
        }
        request
    };
    let named = json!({"originalReferenceNo": reference, "originalPartnerReferenceNo": ORDER});
    let refund = json!({"originalReferenceNo": reference, "originalPartnerReferenceNo": ORDER, "reason": "x",
        "refundAmount": {"value": "1.00", "currency": "IDR"}, "partnerRefundNo": "refund-1"});
    let control = format!("{base_url}/sandbox/v1/payments/{reference}/deny");
    assert_eq!(http.post(&control).send().await.unwrap().status(), 200);
    let token = http.post(format!("{base_url}{}", Service::AccessTokenB2b.path()));
    let token = token.header("x-client-key", "somebody").header("x-timestamp", "now").body("{}");
    let by_call = [
        ("a call", refused(signed(Service::DebitRefund, "call-1", refund, None), 403).await),
        ("a call of nobody", refused(signed(Service::DebitStatus, "call-2", named, Some("x")), 401).await),
        ("a token", refused(token.header(X_EXTERNAL_ID, "call-3"), 401).await),
        ("a page", refused(http.post(&page).header("sec-fetch-site", "cross-site"), 403).await),
        ("a page's picture", refused(http.get(format!("{base_url}/qr/{}.png", tref(&page))), 404).await),
        ("a control", refused(http.post(&control), 409).await),
        (
            "the guard of controls",
            refused(http.post(&control).header("origin", "http://x.example"), 403).await,
        ),
    ];
    until("it was tried to tell the merchant", async || home.stderr().contains("notification attempted"))
        .await;
    process.stop().await;

    let log = home.stderr();
    let client = sandbox["clientId"].as_str().unwrap();
    let check = |what: &str, key: &str, expected: &[(&str, &str)]| {
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(key)).collect();
        let [line] = lines.as_slice() else { panic!("{what}: {lines:?}\n{log}") };
        for (name, value) in expected {
            assert!(line.contains(&format!(" {name}=\"{value}\"")), "{what}: {name}={value} in {line}");
        }
        let mut names: Vec<&str> = names(line).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{what}: a field twice in {line}");
    };
    let about = [("reference_no", reference.as_str()), ("partner_reference_no", ORDER)];
    let expected: [&[(&str, &str)]; 7] = [
        &[("service", "58"), ("external_id", "call-1"), ("client_id", client), about[0], about[1]],
        &[("service", "55"), ("external_id", "call-2"), ("client_id", client), about[0], about[1]],
        &[("service", "73"), ("external_id", "call-3"), ("client_id", "somebody")],
        &[],
        &[("external_id", OPENED_BY), about[0], about[1]],
        &[about[0]],
        &[],
    ];
    for ((what, id), expected) in by_call.iter().zip(expected) {
        check(what, &format!("request_id=\"{id}\""), &[expected, &[("request_id", id)]].concat());
    }
    let told = [about[0], about[1], ("external_id", OPENED_BY), ("task", "attempt")];
    check("a background task", "notification attempted", &told);
}

/// The names of a line's fields. What is quoted may have anything in it.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let plain = line.split('"').step_by(2);
    plain.flat_map(|part| part.split(' ')).filter_map(|word| word.split_once('=')).map(|(name, _)| name)
}

/// What a link to the review page carries.
fn tref(page: &str) -> &str {
    let (_, query) = page.split_once("tref=").unwrap();
    query.split('&').next().unwrap()
}
