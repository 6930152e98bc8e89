//! Whoever calls too often is told so, which limit it was and when to come back; nothing is done for the call, nobody else
//! notices, and when the time is over it goes on.

use std::time::Duration;

use lunas_gateway::config::{Limits, Rate};
use lunas_snap::service::Service;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::codes::right_body;
use crate::kit::{Answer, Gateway, sample};
use crate::linking::HAPPY;
use crate::world::{opened, options, with};

/// Two at once, then one in ten seconds.
const TWICE: Rate = Rate { calls: 2, seconds: 20 };
const PAUSE: Duration = Duration::from_secs(10);
/// Longer than any limit here.
const LONG: Duration = Duration::from_mins(5);

/// A gateway with these limits, whose proxy is this machine.
async fn limited(limits: Limits) -> Gateway {
    let mut options = options();
    options.config.server.trusted_proxies = vec!["127.0.0.1".to_owned()];
    options.config.limits = limits;
    Gateway::start_with(options).await
}

fn none() -> Limits {
    Limits::none()
}

/// A refusal by a limit: its code, its sentence, and the time to wait.
fn check_refused(answer: &Answer, code: &str, sentence: &str, seconds: u64) {
    let unit = if seconds == 1 { "second" } else { "seconds" };
    let expected = format!("{code} Too Many Requests. {sentence}; come back in {seconds} {unit}");
    assert_eq!(answer.verdict(), expected);
    assert_eq!(answer.header("retry-after"), seconds.to_string());
    assert!(!answer.header("x-request-id").is_empty());
    assert_eq!(answer.header("connection"), "", "the client keeps its connection");
}

fn shown(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

#[tokio::test]
async fn each_service_has_its_own_limit_for_each_client() {
    let called = |service: &Service| {
        service.inbound() && !matches!(service, Service::AccessTokenB2b | Service::AuthCode)
    };
    let mut limits = none();
    limits.services =
        Service::ALL.iter().filter(|s| called(s)).map(|s| (s.code().to_owned(), TWICE)).collect();
    let gateway = limited(limits).await;
    let other = gateway.add_merchant("G000000002", None).await;
    gateway.operated();
    for service in Service::ALL.iter().copied().filter(called) {
        let call = || gateway.call(service, &json!({}));
        let sentence = format!("this client calls {} too often", service.path());
        for _ in 0..2 {
            assert_ne!(call().send().await.status, 429, "{service:?}");
        }
        let code = format!("429{}00", service.code());
        check_refused(&call().send().await, &code, &sentence, 10);
        check_refused(&call().body("no JSON").send().await, &code, &sentence, 10);
        let others = gateway.status_as(&other, &json!({})).path(service.path()).send().await;
        assert_ne!(others.status, 429, "{service:?}");
        gateway.advance(Duration::from_millis(9_500)).await;
        check_refused(&call().send().await, &code, &sentence, 1);
        gateway.advance(Duration::from_millis(500)).await;
        assert_ne!(call().send().await.status, 429, "{service:?}");
    }
    gateway.finish().await;
}

#[tokio::test]
async fn a_client_has_a_limit_over_all_services_and_no_stranger_uses_it_up() {
    let gateway = limited(Limits { client: TWICE, ..none() }).await;
    let other = gateway.add_merchant("G000000002", None).await;
    gateway.operated();
    let status = || gateway.status(&sample::original("none"));
    // Whoever only says that it is the merchant is refused as ever, and is not counted as the merchant.
    for _ in 0..20 {
        let claimed = status().token("unknown").header("X-CLIENT-KEY", &gateway.merchant.client_id);
        assert_eq!(claimed.send().await.code(), "4015501");
    }
    assert_eq!(status().send().await.code(), "4045501");
    assert_eq!(gateway.refund(&json!({})).send().await.status, 400);
    check_refused(&status().send().await, "4295500", "this client calls too often", 10);
    let payment = gateway.pay(&sample::payment("order-1")).external_id("e-1");
    check_refused(&payment.clone().send().await, "4295400", "this client calls too often", 10);
    assert_eq!(gateway.status_as(&other, &sample::original("none")).send().await.code(), "4045501");
    // Nothing of the refused call is there, and the same call is carried out later.
    assert!(gateway.receiver.rest().await.is_empty());
    gateway.advance(PAUSE).await;
    let answer = payment.timestamp(&gateway.app.env.now().to_snap()).send().await;
    assert_eq!(answer.code(), "2005400", "{}", answer.verdict());
    gateway.receiver.next().await;
    gateway.finish().await;
}

#[tokio::test]
async fn token_requests_count_by_the_name_they_give_and_the_address_they_come_from() {
    let mut limits = none();
    limits.services.insert("73".to_owned(), TWICE);
    let gateway = limited(limits).await;
    let from = |address: &str| gateway.token_request().header("X-Forwarded-For", address);
    let sentence = "this client calls /v1.0/access-token/b2b too often";
    for _ in 0..2 {
        assert_eq!(from("198.51.100.1").header("X-SIGNATURE", "AAAA").send().await.code(), "4017300");
    }
    check_refused(&from("198.51.100.1").send().await, "4297300", sentence, 10);
    // The stranger used up what the name has at its address; the client calls from elsewhere.
    assert_eq!(from("198.51.100.2").send().await.code(), "2007300");
    let another = from("198.51.100.1").header("X-CLIENT-KEY", "G999999999-SNAP").send().await;
    assert_eq!(another.code(), "4017300");
    gateway.advance(PAUSE).await;
    let timestamp = gateway.app.env.now().to_snap();
    assert_eq!(from("198.51.100.1").timestamp(&timestamp).send().await.code(), "2007300");
    gateway.finish().await;
}

#[tokio::test]
async fn an_address_is_the_peers_or_what_a_trusted_proxy_says() {
    let check = async |trusts: bool, addresses: [&str; 3], other: &str, is_other_free: bool| {
        let mut options = options();
        options.config.limits = Limits { address: TWICE, ..none() };
        options.config.server.trusted_proxies = if trusts { vec!["127.0.0.1".to_owned()] } else { vec![] };
        let gateway = Gateway::start_with(options).await;
        let call =
            |address: &str| gateway.status(&json!({})).token("none").header("X-Forwarded-For", address);
        for address in &addresses[..2] {
            assert_eq!(call(address).send().await.status, 401, "{addresses:?}");
        }
        let sentence = "too many calls come from this address";
        check_refused(&call(addresses[2]).send().await, "4295500", sentence, 10);
        let unknown = call(addresses[2]).path("/v1.0/nothing").send().await;
        check_refused(&unknown, "4290000", sentence, 10);
        assert_eq!(call(other).send().await.status != 429, is_other_free, "{addresses:?} {other}");
        // Pages have a limit of their own, and probes none.
        for path in ["/healthz", "/readyz", "/app/qris"] {
            assert_eq!(gateway.get(path).await.status, 200, "{path}");
        }
        gateway.finish().await;
    };
    let (one, two) = ("198.51.100.1", "198.51.100.2");
    check(true, [one, one, one], two, true).await;
    check(true, ["203.0.113.9, 198.51.100.1", one, "203.0.113.8, 198.51.100.1"], two, true).await;
    check(true, ["2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "2001:db8:1:2::3"], "2001:db8:1:3::1", true)
        .await;
    check(true, ["::ffff:198.51.100.1", one, one], two, true).await;
    // What nobody can read counts as the proxy's.
    check(true, ["unknown", "", "one, unknown"], one, true).await;
    // Whoever is no trusted proxy says what it likes, and counts as itself.
    check(false, [one, two, "198.51.100.3"], "198.51.100.4", false).await;
}

/// The store is closed and the body does not come: neither is asked for.
#[tokio::test]
async fn a_call_too_many_is_refused_before_anything_is_read_or_looked_up() {
    let gateway = limited(Limits { client: TWICE, ..none() }).await;
    let call = || gateway.status(&sample::original("none"));
    let token = gateway.token().await;
    assert_eq!(call().send().await.code(), "4045501");
    gateway.app.store.clone().close().await;
    gateway.operated();
    assert_eq!(call().send().await.code(), "5005501", "it is asked for where nothing is refused before");
    check_refused(&call().send().await, "4295500", "this client calls too often", 10);

    let address = gateway.base_url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1.0/debit/status HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {token}\r\nContent-Length: 900000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(LONG, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 429 ") && answer.contains("retry-after: 10\r\n"), "{answer}");
    assert!(answer.contains("connection: close\r\n"), "what is not read ends the connection: {answer}");
    gateway.abandon().await;
}

#[tokio::test]
async fn calls_that_name_a_number_are_counted_by_merchant_and_number() {
    let gateway = limited(Limits { named_phone: TWICE, ..none() }).await;
    let other = gateway.add_merchant("G000000002", None).await;
    gateway.operated();
    let body = |order: &str, phone: &str| {
        with(&sample::payment(order), "/additionalInfo", json!({"customerDetails": {"phone": phone}}))
    };
    for (order, phone) in [("order-1", "+6281299990000"), ("order-2", "0812-9999-0000")] {
        assert_eq!(gateway.pay(&body(order, phone)).send().await.code(), "2005400");
        gateway.receiver.next().await;
    }
    let third = gateway.pay(&body("order-3", "081299990000")).external_id("e-3");
    check_refused(&third.clone().send().await, "4295400", "too many calls name this phone number", 10);
    let account = with(&sample::account("order-4"), "/virtualAccountPhone", json!("6281299990000"));
    let account = gateway.va_create(&account).send().await;
    check_refused(&account, "4292700", "too many calls name this phone number", 10);
    assert_eq!(gateway.status(&sample::original_by_external_id("e-3")).send().await.code(), "4045501");
    assert_eq!(gateway.pay(&body("order-5", "+6281299990001")).send().await.code(), "2005400");
    gateway.receiver.next().await;
    assert_ne!(gateway.pay_as(&other, &body("order-6", "+6281299990000")).send().await.status, 429);
    opened(&gateway, "order-7").await;
    gateway.advance(PAUSE).await;
    let third = third.timestamp(&gateway.app.env.now().to_snap()).send().await;
    assert_eq!(third.code(), "2005400", "{}", third.verdict());
    gateway.receiver.next().await;
    gateway.finish().await;
}

/// A browser opens something from an address.
async fn opens(gateway: &Gateway, path: &str, address: &str, language: &str) -> Answer {
    let call = gateway.get_auth_code(path).header("X-Forwarded-For", address);
    call.header("Accept", "text/html").header("Accept-Language", language).send().await
}

#[tokio::test]
async fn pages_are_refused_by_address_in_both_languages() {
    let gateway = limited(Limits { page: TWICE, ..none() }).await;
    let (here, there) = ("198.51.100.1", "198.51.100.2");
    for path in ["/app/qris", "/nothing"] {
        assert_ne!(opens(&gateway, path, here, "id").await.status, 429, "{path}");
    }
    for (path, language, words) in [
        (
            "/app/qris?x=1",
            "id",
            ["Terlalu banyak permintaan", "Tunggu beberapa detik", "href=\"/app/qris?x=1&#38;lang=en\""],
        ),
        (
            "/app/qris?x=1",
            "en",
            ["Too many requests", "Wait a few seconds", "href=\"/app/qris?x=1&#38;lang=id\""],
        ),
        ("/app/qris?lang=en", "id", ["Too many requests", "then try again", "href=\"/app/qris?lang=en\""]),
    ] {
        let answer = opens(&gateway, path, here, language).await;
        assert_eq!((answer.status, answer.header("retry-after")), (429, "10"), "{path}");
        let page = shown(&answer);
        assert!(words.iter().all(|words| page.contains(words)), "{words:?}: {page}");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    }
    let page = shown(&opens(&gateway, "/app/qris", here, "id").await);
    let (_, asset) = page.split_once("rel=\"stylesheet\" href=\"").unwrap();
    let asset = asset.split('"').next().unwrap().to_owned();
    // A program gets a body, a form no link that would send it again, and others what they ask for.
    let program = gateway.get_auth_code("/qr/none.png").header("X-Forwarded-For", here).send().await;
    check_refused(&program, "4290000", "too many calls come from this address", 10);
    let headers = [("X-Forwarded-For", here), ("Accept", "text/html")];
    let form = gateway.form_from("/app/qris", "", &[("content", "000201")], &headers).await;
    assert_eq!((form.status, form.header("retry-after")), (429, "10"));
    assert!(!shown(&form).contains("Muat ulang"), "{}", shown(&form));
    assert_eq!(opens(&gateway, "/app/qris", there, "id").await.status, 200);
    for path in ["/healthz", "/readyz", asset.as_str()] {
        assert_eq!(opens(&gateway, path, here, "id").await.status, 200, "{path}");
    }
    gateway.advance(PAUSE).await;
    assert_eq!(opens(&gateway, "/app/qris", here, "id").await.status, 200);
    gateway.finish().await;
}

/// A page under `/v1.0/` is one too: what a merchant sends a browser to.
#[tokio::test]
async fn a_browser_on_its_way_to_consent_gets_a_page() {
    let gateway = limited(Limits { address: TWICE, ..none() }).await;
    let path = "/v1.0/get-auth-code?state=1";
    for _ in 0..2 {
        assert_eq!(opens(&gateway, path, "198.51.100.1", "en").await.status, 400);
    }
    let refused = opens(&gateway, path, "198.51.100.1", "en").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "10"));
    assert!(shown(&refused).contains("Too many requests"));
    let program = gateway.get_auth_code(path).header("X-Forwarded-For", "198.51.100.1").send().await;
    check_refused(&program, "4291000", "too many calls come from this address", 10);
    gateway.finish().await;
}

/// The form of a page that is open in a browser.
async fn form(gateway: &Gateway, path: &str) -> (String, String) {
    let page = gateway.get(path).await;
    let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
    let text = shown(&page);
    let (_, rest) = text.split_once("name=\"form_token\" value=\"").unwrap();
    (cookie, rest.split('"').next().unwrap().to_owned())
}

#[tokio::test]
async fn forms_for_one_number_are_counted_wherever_they_come_from() {
    let gateway = limited(Limits { phone: TWICE, ..none() }).await;
    let body = right_body(&gateway, Service::DebitPayment).await;
    let paths = async |order: &str| {
        let body = with(&body, "/partnerReferenceNo", json!(order));
        let answer = gateway.pay(&body).send().await;
        gateway.receiver.next().await;
        answer.text_at("/webRedirectUrl").strip_prefix(&gateway.base_url).unwrap().to_owned()
    };
    let (first, second) = (paths("order-1").await, paths("order-2").await);
    let send = async |path: &str, address: &str, phone: &str, pin: &str| {
        let (cookie, token) = form(&gateway, path).await;
        let fields = [("form_token", token.as_str()), ("action", "pay"), ("phone", phone), ("pin", pin)];
        gateway.form_from(path, &cookie, &fields, &[("X-Forwarded-For", address)]).await
    };
    assert_eq!(send(&first, "198.51.100.1", HAPPY, "000000").await.status, 422);
    assert_eq!(send(&second, "198.51.100.2", HAPPY, "000000").await.status, 422);
    for (language, words) in
        [("id", "coba lagi setelah pukul 10.01 WIB"), ("en", "try again after 10:01 WIB")]
    {
        let refused = send(&format!("{first}&lang={language}"), "198.51.100.3", HAPPY, "123456").await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, "10"), "{}", shown(&refused));
        assert!(shown(&refused).contains(words), "{}", shown(&refused));
    }
    // What is not signed by the page's token, or names no number, is not counted.
    let fields = [("action", "pay"), ("phone", "+628242974268"), ("pin", "000000")];
    for _ in 0..5 {
        assert_eq!(gateway.form(&first, "", &fields).await.status, 422);
        assert_eq!(send(&first, "198.51.100.1", "0812", "000000").await.status, 422);
    }
    assert_eq!(send(&first, "198.51.100.3", "+628242974268", "123456").await.status, 303);
    gateway.receiver.next().await;
    gateway.advance(PAUSE).await;
    assert_eq!(send(&second, "198.51.100.3", HAPPY, "123456").await.status, 303);
    gateway.receiver.next().await;
    gateway.finish().await;
}
