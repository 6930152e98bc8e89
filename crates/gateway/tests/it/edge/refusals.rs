//! Every path on earth: what is there answers, and what is not there says where to go.

use axum::body::Body;
use axum::http::{Request, Uri};
use lunas_gateway::site::Site;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{check_raw_refusal, check_refusal, every_path, impatient, raw};
use crate::world::gateway;

const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"];
const ACCEPTS: [&str; 2] = ["*/*", "text/html,application/xhtml+xml,*/*;q=0.8"];

/// How many paths are made up.
const MADE_UP: usize = 200;

/// Asks the site itself for a path, by these methods and for every kind of answer, and checks each refusal.
async fn check_path(site: &Site, methods: &[&str], path: &str) {
    let Ok(uri) = path.parse::<Uri>() else { return };
    for method in methods {
        for accept in ACCEPTS {
            let what = format!("{method} {path} for {accept}");
            let request = Request::builder()
                .method(*method)
                .uri(uri.clone())
                .header("Host", "localhost")
                .header("Accept", accept);
            let answer = site.answer(request.body(Body::empty()).unwrap()).await;
            let status = answer.status().as_u16();
            if status < 400 {
                continue;
            }
            let header = |name: &str| {
                let value = answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
                value.unwrap_or_default()
            };
            let (kind, allow) = (header("content-type"), header("allow"));
            assert_eq!(!allow.is_empty(), status == 405, "{what}: {status} {allow}");
            // The router takes the body of an answer to HEAD away; what it would have been is in the other methods.
            if *method != "HEAD" {
                let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
                check_refusal(status, &kind, &body, &what);
            }
        }
    }
}

#[tokio::test]
async fn r4_every_path_on_earth_is_answered_with_a_sentence() {
    let gateway = gateway().await;
    let site = gateway.site.clone();
    for path in every_path(&gateway) {
        check_path(&site, METHODS, &path).await;
        for spelling in [
            format!("{path}/"),
            format!("/{path}"),
            format!("/openapi{path}"),
            path.to_uppercase(),
            path.replace("v1.0", "v1.1"),
            format!("{path}/x"),
            format!("{path}?x=1"),
        ] {
            check_path(&site, &["GET", "POST"], &spelling).await;
        }
    }
    let part = "[a-zA-Z0-9._~%!$&'()*+,;=:@{}-]{0,12}";
    let paths = proptest::collection::vec(part, 0..6).prop_map(|parts| format!("/{}", parts.join("/")));
    let mut runner = TestRunner::deterministic();
    for _ in 0..MADE_UP {
        check_path(&site, &METHODS[..3], &paths.new_tree(&mut runner).unwrap().current()).await;
    }
    for odd in [
        "*",
        "/%00",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/v1.0",
        "/v1.0/",
        "/?",
        "//",
        "http://x/v1.0/debit/status",
    ] {
        check_path(&site, METHODS, odd).await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn r4_a_path_that_is_nearly_right_is_told_the_right_one() {
    let gateway = gateway().await;
    let check = async |path: &str, right: &str| {
        let answer = gateway.request(reqwest::Method::POST, path, None).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "4040002"), "{path}");
        assert_eq!(answer.headers["content-type"], "application/json");
        assert!(answer.headers.contains_key("x-timestamp"), "{path}");
        let message = answer.text_at("/responseMessage");
        assert!(message.contains(right), "{path}: {message}");
    };
    for begin in ["/openapi/v1.0", "/v1.1", "//v1.0", "/V1.0", "/v1", "", "/api/v1.0"] {
        check(&format!("{begin}/debit/payment-host-to-host"), "POST /v1.0/debit/payment-host-to-host").await;
        check(&format!("{begin}/access-token/b2b/"), "POST /v1.0/access-token/b2b").await;
    }
    check("/v1.0/debit/status/", "POST /v1.0/debit/status").await;
    check("/v1.0/DEBIT/STATUS", "POST /v1.0/debit/status").await;
    check("/v1.0/debit/notify", "the gateway calls /v1.0/debit/notify at the merchant's URL").await;
    check("/app/qris/", "call /app/qris").await;
    check("/nothing/at/all", "calls go to paths like /v1.0/debit/status").await;
    let control = gateway.request(reqwest::Method::POST, "/sandbox/v1/clock/advence", None).await;
    assert!(control.text_at("/error").contains("call /sandbox/v1/clock/advance"), "{control:?}");
    gateway.finish().await;
}

#[tokio::test]
async fn r4_a_browser_gets_a_page_and_the_start_page_leads_on() {
    let gateway = gateway().await;
    let site = gateway.site.clone();
    let open = async |path: &str, language: &str| {
        let request = Request::get(path)
            .header("Host", "localhost")
            .header("Accept", "text/html")
            .header("Accept-Language", language);
        let answer = site.answer(request.body(Body::empty()).unwrap()).await;
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    };
    let (status, page) = open("/", "en").await;
    assert_eq!(status, 200);
    for way in
        ["href=\"/demo\"", "href=\"/container\"", "sandbox.json", "docs/sandbox.md", "docs/integration.md"]
    {
        assert!(page.contains(way), "{way} is missing: {page}");
    }
    assert!(open("/", "id").await.1.contains("Toko contoh"));
    assert!(open("/?lang=id", "en").await.1.contains("Toko contoh"), "the link goes before the browser");

    let (status, page) = open("/app/qris/", "en").await;
    assert!(
        status == 404 && page.contains("Page not found") && page.contains("href=\"/app/qris\""),
        "{page}"
    );
    let (status, page) = open("/nothing", "id").await;
    assert!(status == 404 && page.contains("Halaman tidak ditemukan"), "{page}");
    let (status, page) = open("/qr/nothing.png", "en").await;
    assert!(status == 404 && page.contains("Page not found"), "{page}");
    gateway.finish().await;
}

#[tokio::test]
async fn r4_what_cannot_be_read_as_a_request_is_told_why() {
    let gateway = impatient().await;
    let line = "POST /v1.0/debit/status HTTP/1.1\r\n";
    let many = (0..100).map(|at| format!("X-Header-{at}: 1\r\n")).collect::<String>();
    let long = "x".repeat(70_000);
    for (what, request, status) in [
        ("no method", " / HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("a method with signs", "G@T / HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("a version of the future", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n".to_owned(), 400),
        ("a blank in the path", "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), 400),
        ("a header without a colon", format!("{line}Host\r\n\r\n"), 400),
        ("a header with a blank", format!("{line}Bad Name: x\r\n\r\n"), 400),
        ("a header with a NUL", format!("{line}X: a\0b\r\n\r\n"), 400),
        ("a length that is no number", format!("{line}Content-Length: much\r\n\r\n"), 400),
        ("two lengths", format!("{line}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"), 400),
        ("a coding that is not chunked", format!("{line}Transfer-Encoding: gzip\r\n\r\n"), 400),
        ("TLS", "\u{16}\u{3}\u{1} hello\r\n\r\n".to_owned(), 400),
        ("many headers", format!("{line}{many}\r\n"), 431),
        ("a long header", format!("{line}X: {long}\r\n\r\n"), 431),
        ("a long path", format!("GET /{long} HTTP/1.1\r\n\r\n"), 431),
    ] {
        check_raw_refusal(&raw(&gateway, request.as_bytes()).await, status, what);
    }
    // What was answered before stays as it is.
    let two = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nG@T / HTTP/1.1\r\n\r\n";
    let answer = raw(&gateway, two.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"status\":\"ok\""), "{answer}");
    let at = answer.find("HTTP/1.1 400 ").unwrap_or_else(|| panic!("{answer}"));
    check_raw_refusal(&answer[at..], 400, "the second of two");
    gateway.finish().await;
}
