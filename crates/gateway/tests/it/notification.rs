//! Notifications (56): what a merchant is told, how it is signed, and what happens when the merchant does not take it.

use std::time::Duration;

use crate::kit::{Gateway, Receiver, Reply, sample, until};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::world::{after, gateway, now, opened};

/// A payment's notification of one status, as the sandbox lists it, once `count` attempts at it are recorded.
pub(crate) async fn attempted(gateway: &Gateway, reference_no: &str, status: &str, count: usize) -> Value {
    let listed = async || {
        let listed = gateway.get("/sandbox/v1/notifications").await.json();
        let is_it = |n: &&Value| n["referenceNo"] == *reference_no && n["latestTransactionStatus"] == *status;
        listed["notifications"].as_array().unwrap().iter().find(is_it).cloned()
    };
    until(&format!("{count} attempts at {status}"), || async {
        listed().await.filter(|notification| notification["attempts"].as_array().unwrap().len() >= count)
    })
    .await;
    // The list reads a notification before its attempts, so the one above may be older than its last attempt.
    listed().await.expect("it was there a moment ago")
}

/// What is recorded of an attempt, except how long it took.
fn attempt_line(attempt: &Value) -> String {
    let of = |name: &str| &attempt[name];
    format!("{} {} {} {}", of("attemptNo"), of("at"), of("status"), of("response"))
}

/// Opens a payment that outlives every schedule.
async fn opened_for_long(gateway: &Gateway, order: &str) -> String {
    let mut body = sample::payment(order);
    body["validUpTo"] = json!(after(30 * 86400));
    gateway.pay(&body).send().await.text_at("/referenceNo")
}

#[tokio::test]
async fn every_state_has_its_body() {
    let gateway = gateway().await;
    let mut told = vec![];
    for control in ["pay", "deny", "fail", "expire"] {
        let reference_no = opened(&gateway, control).await;
        gateway.control(&format!("/payments/{reference_no}/{control}")).await;
        told.push(gateway.receiver.next().await.render(&gateway));
    }
    let reference_no = opened(&gateway, "pay-later").await;
    let later = json!({"phone": "+628103001242", "payOption": "PAY_LATER"});
    gateway.control_with(&format!("/payments/{reference_no}/pay"), &later).await;
    told.push(gateway.receiver.next().await.render(&gateway));
    insta::assert_snapshot!("notification_bodies", told.join("\n\n"));
    gateway.finish().await;
}

#[tokio::test]
async fn the_signature_covers_the_appended_path_and_not_the_merchants_own() {
    let gateway = gateway().await;
    gateway.pay(&sample::payment("order-1")).send().await;
    let told = gateway.receiver.next().await;
    assert_eq!(told.path, "/shop/v1.0/debit/notify");
    let key = &gateway.credentials.notification_public_key;
    assert!(told.is_signed_for("/v1.0/debit/notify", key));
    assert!(!told.is_signed_for(&told.path, key));
    assert!(!told.is_signed_for("/v1.0/debit/notify", &gateway.credentials.merchant_public_key));
    let id = told.header("X-EXTERNAL-ID");
    assert!(id.bytes().all(|b| b.is_ascii_digit()), "{id}");
    assert_eq!(told.header("Authorization"), "");
    // What JSON writers of other languages would spell otherwise.
    assert!(told.body.is_ascii() && !told.body.contains(&b'/') && !told.body.contains(&b'\\'));
    gateway.finish().await;
}

#[tokio::test]
async fn a_failed_notification_is_tried_again_five_times_and_then_parked() {
    let gateway = gateway().await;
    gateway.receiver.answer(Reply::Status(500));
    let reference_no = opened_for_long(&gateway, "order-1").await;
    let first = gateway.receiver.next().await;
    let mut at = now();
    for (count, minutes) in [(1, 2), (2, 10), (3, 30), (4, 90), (5, 210)] {
        let notification = attempted(&gateway, &reference_no, "03", count).await;
        assert_eq!(notification["state"], "pending");
        let delay = Duration::from_mins(minutes);
        at = at.plus(delay);
        assert_eq!(notification["nextAttemptTime"], at.to_snap(), "after attempt {count}");
        gateway.advance(delay).await;
        let again = gateway.receiver.next().await;
        assert_eq!(
            (&again.body, again.header("X-EXTERNAL-ID")),
            (&first.body, first.header("X-EXTERNAL-ID"))
        );
        assert!(again.is_signed_for("/v1.0/debit/notify", &gateway.credentials.notification_public_key));
    }
    let notification = attempted(&gateway, &reference_no, "03", 6).await;
    assert_eq!(notification["state"], "parked");
    let recorded: Vec<_> = notification["attempts"].as_array().unwrap().iter().map(attempt_line).collect();
    insta::assert_snapshot!("notification_attempts", recorded.join("\n"));
    assert_eq!(
        notification["attempts"][5]["response"],
        r#"{"responseCode":"2005600","responseMessage":"Successful"}"#
    );

    gateway.receiver.answer(Reply::Status(200));
    let resent =
        gateway.control(&format!("/notifications/{}/resend", notification["id"].as_str().unwrap())).await;
    assert_eq!(resent.text_at("/state"), "pending");
    assert_eq!(gateway.receiver.next().await.body, first.body);
    assert_eq!(attempted(&gateway, &reference_no, "03", 7).await["state"], "delivered");
    gateway.finish().await;
}

#[tokio::test]
async fn a_delivered_notification_can_be_sent_again() {
    let gateway = gateway().await;
    let reference_no = opened(&gateway, "order-1").await;
    let notification = attempted(&gateway, &reference_no, "03", 1).await;
    assert_eq!(notification["state"], "delivered");
    gateway.control(&format!("/notifications/{}/resend", notification["id"].as_str().unwrap())).await;
    assert_eq!(gateway.receiver.next().await.text_at("/originalReferenceNo"), reference_no);
    assert_eq!(gateway.control("/notifications/123/resend").await.status, 404);
    gateway.finish().await;
}

#[tokio::test]
async fn only_200_is_a_success_and_redirects_are_not_followed() {
    let mut gateway = gateway().await;
    let elsewhere = Receiver::start().await;
    let check = async |reply: Reply, status: u16| {
        gateway.receiver.answer_next([reply]);
        let reference_no = opened_for_long(&gateway, "order-1").await;
        let notification = attempted(&gateway, &reference_no, "03", 1).await;
        assert_eq!(notification["state"], "pending", "{status}");
        assert_eq!(notification["attempts"][0]["status"], status);
    };
    for status in [201, 202, 204, 400, 404, 500, 503] {
        check(Reply::Status(status), status).await;
    }
    check(Reply::Redirect(elsewhere.url().to_owned()), 302).await;
    assert!(elsewhere.rest().await.is_empty());
    gateway.may_owe_notifications();
    gateway.finish().await;
}

#[tokio::test]
async fn a_merchant_that_cannot_be_reached_is_tried_again() {
    let gateway = gateway().await;
    // A port that was free a moment ago and that nobody listens on.
    let gone = Receiver::start().await.url().to_owned();
    let put = json!({"url": gone});
    gateway.request(reqwest::Method::PUT, "/sandbox/v1/notify-url", Some(&put)).await;
    let reference_no = opened_for_long(&gateway, "order-1").await;
    let notification = attempted(&gateway, &reference_no, "03", 1).await;
    assert_eq!(
        (&notification["state"], &notification["attempts"][0]["status"]),
        (&json!("pending"), &Value::Null)
    );
    let response = notification["attempts"][0]["response"].as_str().unwrap();
    assert!(response.contains("refused"), "{response}");

    let put = json!({"url": gateway.receiver.url()});
    gateway.request(reqwest::Method::PUT, "/sandbox/v1/notify-url", Some(&put)).await;
    gateway.advance(Duration::from_mins(2)).await;
    gateway.receiver.next().await;
    gateway.finish().await;
}

#[tokio::test]
async fn r8_a_path_goes_before_the_query_of_the_merchants_url() {
    let gateway = gateway().await;
    let put = json!({"url": format!("{}?token=a/b&c=d", gateway.receiver.url())});
    let moved = gateway.request(reqwest::Method::PUT, "/sandbox/v1/notify-url", Some(&put)).await;
    assert_eq!(moved.status, 200);
    gateway.pay(&sample::payment("order-1")).send().await;
    let told = gateway.receiver.next().await;
    assert_eq!(told.path, "/shop/v1.0/debit/notify?token=a/b&c=d");
    // What is signed is the path that was appended, whatever the merchant's URL adds to it.
    let key = &gateway.credentials.notification_public_key;
    assert!(told.is_signed_for("/v1.0/debit/notify", key));
    gateway.finish().await;
}

/// What a merchant is told is spelled as it chose, at once and for what is sent again too.
#[tokio::test]
async fn r3_texts_are_spelled_for_the_merchants_verifier() {
    let gateway = gateway().await;
    let spelled = async |text: &str| {
        let put = json!({"text": text});
        gateway.request(reqwest::Method::PUT, "/sandbox/v1/notify-text", Some(&put)).await
    };
    let mut account = sample::account("order-0");
    account["virtualAccountName"] = json!("Siti Nur'aini & Co");
    account["additionalInfo"]["customField"] = json!({"1": "INV/2026/11/0042", "2": "Café 😀", "3": "1 + 1"});
    // The name, the three texts, the company's code in the number, and the X-EXTERNAL-ID with a slash.
    let name = "Siti Nur'aini & Co";
    let company = "   70012";
    for (order, (text, expected)) in [
        ("portable", [name, "INV-2026-11-0042", "Caf? ?", "1 + 1", company, ""]),
        ("exact", [name, "INV/2026/11/0042", "Café 😀", "1 + 1", company, "a/1"]),
        ("escaped", [name, "INV/2026/11/0042", "Café 😀", "1 + 1", company, "a/2"]),
        ("plain", ["Siti_Nur'aini_&_Co", "INV-2026-11-0042", "Caf?_?", "1_+_1", company.trim(), ""]),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(spelled(text).await.status, 200);
        let trx_id = format!("order-{order}");
        account["trxId"] = json!(trx_id);
        account["customerNo"] = json!(format!("628012345{order}"));
        account["virtualAccountNo"] = json!(format!("{company}628012345{order}"));
        gateway.va_create(&account).send().await;
        let told = gateway.receiver.next().await;
        let body = String::from_utf8(told.body.clone()).unwrap();
        assert_eq!(body.contains(r"\/2026"), text == "escaped", "{body}");
        assert_eq!(body.contains(r"\u00e9 \ud83d\ude00"), text == "escaped", "{body}");
        assert!(
            told.is_signed_for("/v1.0/transfer-va/payment", &gateway.credentials.notification_public_key)
        );
        gateway.pay(&sample::payment(&trx_id)).external_id(&format!("a/{order}")).send().await;
        let paid = gateway.receiver.next().await.json();
        let external_id = paid["originalExternalId"].as_str().unwrap_or_default().to_owned();
        let texts = [
            told.text_at("/virtualAccountName"),
            told.text_at("/additionalInfo/customField/1"),
            told.text_at("/additionalInfo/customField/2"),
            told.text_at("/additionalInfo/customField/3"),
            told.text_at("/virtualAccountNo").replace(&format!("628012345{order}"), ""),
            external_id,
        ];
        assert_eq!(texts, expected, "{text}");
    }
    let refused = spelled("php").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.text_at("/error"), "text is one of portable, exact, escaped, plain");
    gateway.finish().await;
}

/// A merchant's server that closes the kept connection at the moment of the next notification, as one does that was just
/// restarted.
#[tokio::test]
async fn r7_a_connection_that_was_just_closed_delays_no_notification() {
    let gateway = gateway().await;
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let put = json!({"url": format!("http://{}", server.local_addr().unwrap())});
    gateway.request(reqwest::Method::PUT, "/sandbox/v1/notify-url", Some(&put)).await;
    let first = opened_for_long(&gateway, "order-1").await;
    let mut kept = BufReader::new(server.accept().await.unwrap().0);
    assert!(taken(&mut kept).await.contains(&first));
    kept.write_all(TAKEN).await.unwrap();
    attempted(&gateway, &first, "03", 1).await;

    let second = opened_for_long(&gateway, "order-2").await;
    let unanswered = taken(&mut kept).await;
    drop(kept);
    let mut fresh = BufReader::new(server.accept().await.unwrap().0);
    assert_eq!(taken(&mut fresh).await, unanswered);
    fresh.write_all(TAKEN).await.unwrap();
    // The clock stands still: it was not the schedule that brought it again.
    let notification = attempted(&gateway, &second, "03", 1).await;
    assert_eq!(notification["state"], "delivered");
    assert_eq!(notification["attempts"].as_array().unwrap().len(), 1, "both tries are one attempt");
    gateway.finish().await;
}

const TAKEN: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The body of the next request on a connection.
async fn taken(stream: &mut BufReader<TcpStream>) -> String {
    let mut length = 0;
    loop {
        let mut line = String::new();
        assert!(stream.read_line(&mut line).await.unwrap() > 0, "the connection was closed");
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None if line.trim_end().is_empty() => break,
            None => assert!(line.starts_with("POST "), "{line}"),
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    String::from_utf8(body).unwrap()
}

/// A merchant that has no URL is not told, now or later.
#[tokio::test]
async fn a_merchant_without_a_url_is_told_nothing() {
    let gateway = gateway().await;
    let silent = gateway.add_merchant("G2", None).await;
    let mut body = sample::payment("order-1");
    body["merchantId"] = json!("G2");
    assert_eq!(gateway.pay_as(&silent, &body).send().await.code(), "2005400");
    assert_eq!(gateway.get("/sandbox/v1/notifications").await.json(), json!({"notifications": []}));
    gateway.finish().await;
}

#[tokio::test]
async fn a_merchant_that_never_answers_delays_nobody_else() {
    let mut gateway = gateway().await;
    let dead = Receiver::start().await;
    dead.answer(Reply::Never);
    let merchant = gateway.add_merchant("G2", Some(dead.url())).await;
    let mut body = sample::payment("order-1");
    body["merchantId"] = json!("G2");
    // Three times as many as one merchant's attempts may run side by side.
    let permits = gateway.app.config.notification.concurrency_per_merchant;
    for _ in 0..permits * 3 {
        gateway.pay_as(&merchant, &body).send().await;
    }
    for _ in 0..permits {
        dead.next().await;
    }
    // Much less than the time after which an attempt at the dead merchant is given up.
    let soon = Duration::from_secs(gateway.app.config.notification.timeout_seconds / 2);
    for order in ["order-1", "order-2", "order-3"] {
        let reference_no = gateway.pay(&sample::payment(order)).send().await.text_at("/referenceNo");
        let told = tokio::time::timeout(soon, gateway.receiver.next()).await;
        assert_eq!(told.expect("in time").text_at("/originalReferenceNo"), reference_no);
    }
    assert!(dead.rest().await.is_empty(), "the dead merchant has no more than its own permits");
    drop(dead);
    gateway.may_owe_notifications();
    gateway.finish().await;
}

/// The demo shop takes what `lunas trigger` brings about, and answers each service with its own success.
#[tokio::test]
async fn the_demo_shop_answers_every_service_with_its_own_code() {
    let gateway = gateway().await;
    let shop = json!({"url": format!("{}/demo/notify", gateway.base_url)});
    let moved = gateway.request(reqwest::Method::PUT, "/sandbox/v1/notify-url", Some(&shop)).await;
    assert_eq!(moved.status, 200);
    gateway.pay(&sample::payment("order-1")).send().await;
    gateway.qr_generate(&sample::qr("order-2")).send().await;
    gateway.va_create(&sample::account("order-3")).send().await;
    let answers = async || {
        let told = gateway.get("/sandbox/v1/notifications").await.json();
        let told = told["notifications"].as_array().unwrap().clone();
        let code = |notification: &Value| {
            let answer = notification["attempts"][0]["response"].as_str()?;
            let answer: Value = serde_json::from_str(answer).ok()?;
            let echo = answer["virtualAccountData"]["trxId"].as_str().unwrap_or_default();
            Some(format!("{} {echo}", answer["responseCode"].as_str()?))
        };
        let mut codes: Vec<_> = told.iter().filter_map(code).collect();
        codes.sort();
        codes
    };
    let codes =
        until("the shop has answered", async || Some(answers().await).filter(|all| all.len() == 3)).await;
    assert_eq!(codes, ["2002500 order-3", "2005200 ", "2005600 "]);
    gateway.finish().await;
}
