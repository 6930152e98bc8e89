//! Logs: whatever happens, and however much is logged, stderr holds no secret.

use lunas_client::gopay_request;
use lunas_snap::service::Service;
use lunas_vocab::{Money, PartnerReferenceNo};
use serde_json::{Value, json};

use crate::home::{Home, until};
use crate::merchant::{Answer, Merchant};
use crate::receiver::Receiver;

/// A PIN that is not the customer's; it is as secret, because people confuse their PINs.
const WRONG_PIN: &str = "602214";

#[tokio::test]
async fn logs_hold_no_secret() {
    let (home, receiver) = (Home::new(), Receiver::start().await);
    let mut process =
        home.spawn("debug", &["--listen", "127.0.0.1:0", "--notify-url", &receiver.prefix, "--seed", "3"]);
    process.ready().await;
    let sandbox = home.sandbox();
    let merchant = Merchant::connect(&sandbox).await;
    let customer = &sandbox["customers"][0];
    let pin = customer["pin"].as_str().unwrap();

    let mut secrets = Vec::new();
    for pins in [&[WRONG_PIN, pin][..], &[]] {
        let opened = open(&merchant, &format!("order-{}", pins.len())).await;
        let page = Page::load(&merchant, &opened.field("webRedirectUrl")).await;
        for pin in pins {
            page.pay(&merchant, customer["phone"].as_str().unwrap(), pin).await;
        }
        let reference = json!({"originalReferenceNo": opened.field("referenceNo"), "serviceCode": "54"});
        for service in [Service::DebitStatus, Service::DebitCancel] {
            let answer = merchant.call(service, "later", &reference.to_string()).await.unwrap();
            assert!(answer.status == 200 || !pins.is_empty(), "{}", answer.text());
        }
        secrets.extend([page.cookie, page.form_token]);
    }
    refused_calls(&merchant).await;
    // The receiver refuses some at first, and those hold others back; every payment has a first attempt all the same.
    until("both payments are told of", async || receiver.attempts_after(0).len() >= 2).await;
    process.stop().await;

    let log = home.stderr();
    assert!(log.contains("answered") && log.contains("refused") && log.contains("notification attempted"));
    secrets.push(merchant.token().to_owned());
    secrets.push(merchant.token().rsplit_once('.').unwrap().1.to_owned());
    secrets.push(sandbox["clientSecret"].as_str().unwrap().to_owned());
    secrets.push(std::fs::read_to_string(home.file("master.key")).unwrap());
    secrets.extend(key_lines(&sandbox));
    secrets.push("PRIVATE KEY".to_owned());
    secrets.push("$argon2".to_owned());
    for secret in secrets {
        assert!(!secret.is_empty() && !log.contains(&secret), "the log holds {secret}");
    }
    let phone = customer["phone"].as_str().unwrap().trim_start_matches('+');
    for number in [pin, WRONG_PIN, phone] {
        assert!(!has_number(&log, number), "the log holds the number {number}");
    }
}

/// One line for each thing that has happened, with the ids that find it again.
#[tokio::test]
async fn p11_everything_that_happens_is_one_line_with_its_ids() {
    let (home, receiver) = (Home::new(), Receiver::start().await);
    let mut process = home.dev(&["--notify-url", &receiver.prefix]);
    process.ready().await;
    let sandbox = home.sandbox();
    let merchant = Merchant::connect(&sandbox).await;
    let customer = &sandbox["customers"][0];
    let (phone, pin) = (customer["phone"].as_str().unwrap(), customer["pin"].as_str().unwrap());
    let control = async |path: &str, body: Value| {
        let answer = merchant.control(path, &body).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer
    };

    let paid = open(&merchant, "order-paid").await.field("webRedirectUrl");
    let page = Page::load(&merchant, &paid).await;
    page.pay(&merchant, phone, WRONG_PIN).await;
    page.pay(&merchant, phone, pin).await;
    let denied = open(&merchant, "order-denied").await.field("referenceNo");
    control(&format!("payments/{denied}/deny"), json!({})).await;
    let expired = open(&merchant, "order-expired").await.field("referenceNo");
    control(&format!("payments/{expired}/expire"), json!({})).await;
    let call = async |service: Service, id: &str, reference_no: &str| {
        let body = json!({"originalReferenceNo": reference_no, "reason": "x",
            "refundAmount": {"value": "400.00", "currency": "IDR"}, "partnerRefundNo": "refund-1"});
        let body = match service {
            Service::DebitCancel => json!({"originalReferenceNo": reference_no}),
            _ => body,
        };
        merchant.call(service, id, &body.to_string()).await.unwrap()
    };
    let cancelled = open(&merchant, "order-cancelled").await.field("referenceNo");
    assert_eq!(call(Service::DebitCancel, "cancel-1", &cancelled).await.status, 200);
    assert_eq!(call(Service::DebitCancel, "cancel-2", "A120261120110000AbCdEfGhIjID").await.status, 404);
    let refunded = open(&merchant, "order-refunded").await.field("referenceNo");
    control(&format!("payments/{refunded}/pay"), json!({})).await;
    assert_eq!(call(Service::DebitRefund, "refund-1", &refunded).await.status, 200);
    control("links", json!({"phone": phone, "bind": true})).await;
    let unlink = format!("{}/sandbox/v1/links/{phone}", merchant.base_url());
    assert!(merchant.http().delete(unlink).send().await.unwrap().status().is_success());
    process.stop().await;

    let log = home.stderr();
    let client = format!("client_id=\"{}\"", sandbox["clientId"].as_str().unwrap());
    let check = |what: &str, count: usize, parts: &[&str]| {
        let lines: Vec<&str> = log
            .lines()
            .filter(|line| line.contains(what) && parts.iter().all(|part| line.contains(part)))
            .collect();
        assert_eq!(lines.len(), count, "{what} {parts:?}\n{log}");
        lines.iter().for_each(|line| assert!(!line.contains("Some("), "{line}"));
    };
    let opened =
        |order: &'static str| ["request_id=", "merchant_id=", "reference_no=", "amount=\"1000.00\"", order];
    for order in ["order-paid", "order-denied", "order-expired", "order-cancelled", "order-refunded"] {
        check("payment opened", 1, &[&opened(order)[..], &[client.as_str(), "external_id="]].concat());
    }
    check("wrong PIN", 1, &["customer_id=", "about="]);
    check("payment paid", 1, &["order-paid", "amount=\"1000.00\"", "reference_no=", "GOPAY_WALLET"]);
    check("payment denied", 1, &["order-denied", &denied]);
    check("payment expired", 1, &["order-expired", &expired]);
    check("payment cancelled", 1, &["order-cancelled", &cancelled, "external_id=\"cancel-1\"", &client]);
    check("payment refunded", 1, &[&refunded, "amount=\"400.00\"", "refund-1", &client, "request_id="]);
    check("refused", 1, &["external_id=\"cancel-2\"", &client, "reason=", "request_id="]);
    check("account linked", 1, &["merchant_id=", "reference_no=", "customer "]);
    check("account unlinked", 1, &["merchant_id=", "reference_no=", "customer "]);
    for secret in [pin, WRONG_PIN, phone, phone.trim_start_matches('+')] {
        assert!(!has_number(&log, secret.trim_start_matches('+')), "the log holds {secret}");
    }
}

/// A page's answer has an id, and a failure is one line with that id and its reason.
#[tokio::test]
async fn pages_are_found_in_the_log_by_the_id_of_their_answer() {
    let home = Home::new();
    let mut process = home.dev(&[]);
    process.ready().await;
    let merchant = Merchant::connect(&home.sandbox()).await;
    let get = async |path: &str| {
        let answer = merchant.http().get(format!("{}{path}", merchant.base_url())).send().await.unwrap();
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        (answer.status().as_u16(), id)
    };
    let seen = [
        (get("/").await, 200, ""),
        (get("/app/merchanttransfer?tref=none").await, 404, "not found"),
        (get("/nowhere").await, 404, "this gateway has no"),
    ];
    process.stop().await;
    let log = home.stderr();
    for ((status, id), expected, reason) in seen {
        assert_eq!(status, expected, "{reason}");
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(&id)).collect();
        assert_eq!(lines.len(), usize::from(status >= 400), "{id}\n{log}");
        for line in lines {
            assert!(line.contains("refused") && line.contains("path=") && line.contains("reason="), "{line}");
            assert!(line.contains(reason), "{line}");
        }
    }
}

async fn open(merchant: &Merchant, order: &str) -> Answer {
    let request = gopay_request(PartnerReferenceNo::new(order).unwrap(), Money::idr(1_000));
    let answer = merchant.call(Service::DebitPayment, order, &request.write().to_compact()).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

/// Calls that are refused, which is what gets logged with a reason: a wrong signature, a torn body, a wrong token.
async fn refused_calls(merchant: &Merchant) {
    let service = Service::DebitStatus;
    let url = format!("{}{}", merchant.base_url(), service.path());
    for (signed, sent, token) in
        [("{}", "{ }x", None), ("{}", "{\"a\":1}", None), ("{}", "{}", Some("Bearer none"))]
    {
        let mut request = merchant.http().post(&url).body(sent);
        for (name, value) in merchant.headers(service, "refused", signed) {
            let value = token.filter(|_| name == "authorization").map_or(value, str::to_owned);
            request = request.header(name, value);
        }
        assert!(request.send().await.unwrap().status().is_client_error(), "{sent}");
    }
}

/// The lines of the merchant's private key, without its frame.
fn key_lines(sandbox: &Value) -> Vec<String> {
    let pem = sandbox["merchantPrivateKey"].as_str().unwrap();
    pem.lines().filter(|line| line.len() > 20 && !line.starts_with("-----")).map(str::to_owned).collect()
}

/// Whether the digits stand there as a number of their own, which the digits of a longer number do not.
fn has_number(text: &str, digits: &str) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(digits).any(|(at, _)| {
        !is_digit(text[..at].chars().next_back()) && !is_digit(text[at + digits.len()..].chars().next())
    })
}

/// A customer's browser on the review page.
struct Page {
    url: String,
    cookie: String,
    form_token: String,
}

impl Page {
    async fn load(merchant: &Merchant, url: &str) -> Self {
        let response = merchant.http().get(url).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let html = response.text().await.unwrap();
        let (_, rest) = html.split_once("name=\"form_token\" value=\"").unwrap();
        let form_token = rest.split('"').next().unwrap().to_owned();
        Self { url: url.to_owned(), cookie, form_token }
    }

    async fn pay(&self, merchant: &Merchant, phone: &str, pin: &str) {
        let (phone, token) = (phone.replace('+', "%2B"), &self.form_token);
        let request = merchant
            .http()
            .post(&self.url)
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("action=pay&phone={phone}&pin={pin}&option=GOPAY_WALLET&form_token={token}"));
        // The right PIN ends in a redirect to the result, which is followed; the wrong one in the form again.
        let status = request.send().await.unwrap().status();
        assert_eq!(status, if pin == WRONG_PIN { 422 } else { 200 });
    }
}
