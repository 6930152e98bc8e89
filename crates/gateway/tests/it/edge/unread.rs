//! Refusals that come before the request has: the client sees the answer, however much it still sends.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{check_raw_refusal, connect};
use crate::world::gateway;

#[tokio::test]
async fn r9_a_refusal_is_seen_by_who_is_still_sending() {
    let gateway = gateway().await;
    let check = async |line: &str, headers: &str, size: usize, status: u16| {
        let what = format!("{line} {headers:?} with {size} bytes");
        let mut stream = connect(&gateway).await;
        let head = format!("{line} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {size}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // Nothing is read before all is sent, as simple clients do it.
        let sent = stream.write_all(&vec![b' '; size]).await;
        sent.unwrap_or_else(|error| panic!("{what}: {error}"));
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer).await;
        read.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(answer.to_ascii_lowercase().contains("\r\nconnection: close\r\n"), "{what}: {answer}");
        check_raw_refusal(&answer, status, &what);
    };
    let json = "Content-Type: application/json\r\n";
    for size in [60_000, 300_000, 8_000_000] {
        check("POST /v1.0/debit/status", "Content-Type: text/plain\r\n", size, 400).await;
        check("POST /v1.0/nothing", json, size, 404).await;
        check("POST /openapi/v1.0/debit/status", json, size, 404).await;
        check("PUT /v1.0/debit/status", json, size, 405).await;
        check("POST /healthz", json, size, 405).await;
        check("POST /app/qris", "Accept: text/html\r\n", size, 413).await;
        check("POST /sandbox/v1/nothing", json, size, 404).await;
    }
    check("POST /v1.0/debit/status", json, 300_000, 400).await;
    // What cannot be read at all is refused, and its sender sees why.
    check("POST /v1.0/debit/status", "Bad Header: x\r\n", 300_000, 400).await;
    check("POST /v1.0/debit/status", &"X-Many: x\r\n".repeat(100), 300_000, 431).await;
    gateway.finish().await;
}

#[tokio::test]
async fn r9_a_connection_is_kept_where_the_whole_request_was_read() {
    let gateway = gateway().await;
    let mut stream = connect(&gateway).await;
    let ask = "POST /v1.0/debit/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}";
    for _ in 0..2 {
        stream.write_all(ask.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 400");
        let mut rest = Vec::new();
        while !rest.ends_with(b"}") {
            rest.push(stream.read_u8().await.unwrap());
        }
        assert!(!String::from_utf8(rest).unwrap().contains("connection: close"));
    }
    gateway.finish().await;
}
