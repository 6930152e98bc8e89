//! Clients that are slow, endless or too big: each is answered or cut off within its limit, and nobody else notices.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::time::Duration;

use crate::kit::{Gateway, sample};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::edge::impatient;

const HEAD: &str =
    "POST /v1.0/debit/status HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
/// Longer than every limit of these gateways.
const PATIENCE: Duration = Duration::from_secs(15);

/// Sends `begin`, then `more` again and again until the gateway answers or hangs up, and gives what it answered.
async fn converse(gateway: &Gateway, begin: &str, more: &str) -> String {
    let address = gateway.base_url.strip_prefix("http://").unwrap();
    let (mut reading, mut writing) = TcpStream::connect(address).await.unwrap().into_split();
    writing.write_all(begin.as_bytes()).await.unwrap();
    let more = more.to_owned();
    let pouring = tokio::spawn(async move {
        // An error means that the gateway has hung up, which is what this waits for.
        while !more.is_empty() && writing.write_all(more.as_bytes()).await.is_ok() {}
        if more.is_empty() {
            // Neither side hangs up: the gateway has to.
            std::future::pending::<()>().await;
        }
    });
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, reading.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the gateway kept the connection: {:?}", String::from_utf8_lossy(&answer));
    pouring.abort();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn is_up(gateway: &Gateway) {
    assert_eq!(gateway.status(&sample::original("none")).send().await.code(), "4045501");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let gateway = impatient().await;
    let begin = format!("{HEAD}Connection: close\r\nContent-Length: 100\r\n\r\n{{\"original");
    let answer = converse(&gateway, &begin, "").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("4005500") && answer.contains("did not arrive within 1 seconds"), "{answer}");
    is_up(&gateway).await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let gateway = impatient().await;
    let begin = format!("{HEAD}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    let answer = converse(&gateway, &begin, &chunk).await;
    // Whoever goes on writing may lose the answer to the reset that follows it.
    assert!(answer.is_empty() || answer.contains("the body is larger than 262144 bytes"), "{answer}");
    is_up(&gateway).await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_refused_unread() {
    let gateway = impatient().await;
    let begin = format!("{HEAD}Connection: close\r\nContent-Length: 99999999999\r\n\r\n");
    let answer = converse(&gateway, &begin, "").await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("4005500"), "{answer}");
    is_up(&gateway).await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let gateway = impatient().await;
    for begin in ["", "POST", HEAD] {
        let answer = converse(&gateway, begin, "").await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{begin:?}: {answer}");
    }
    is_up(&gateway).await;
    gateway.finish().await;
}

#[tokio::test]
async fn a_head_that_is_too_big_is_refused() {
    let gateway = impatient().await;
    let many = (0..100).map(|at| format!("X-Header-{at}: 1\r\n")).collect::<String>();
    let check = async |begin: String, more: &str| {
        let answer = converse(&gateway, &begin, more).await;
        let is_refused = answer.starts_with("HTTP/1.1 431 ") || answer.starts_with("HTTP/1.1 414 ");
        // Whoever goes on writing may lose the answer to the reset that follows it.
        assert!(is_refused || (answer.is_empty() && !more.is_empty()), "{answer:?}");
    };
    check(format!("{HEAD}{many}\r\n"), "").await;
    check(format!("{HEAD}X-Long: "), &"x".repeat(4096)).await;
    check(HEAD.to_owned(), "X-Header: 1\r\n").await;
    check("GET /".to_owned(), &"x".repeat(4096)).await;
    is_up(&gateway).await;
    gateway.finish().await;
}

#[tokio::test]
async fn what_is_no_http_is_hung_up_on() {
    let gateway = impatient().await;
    let answer = converse(&gateway, "\u{16}\u{3}\u{1} hello\r\n\r\n", "").await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    is_up(&gateway).await;
    gateway.finish().await;
}
