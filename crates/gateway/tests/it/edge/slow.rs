//! Clients that are waited for: each is cut off within its limit, on every path, and nobody else notices.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use lunas_testkit::until;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::task::JoinHandle;

use super::{Gateway, check_raw_refusal, connect, every_path, impatient, options, raw};

/// A client that behaves badly and reads on until the gateway hangs up.
struct Client {
    what: String,
    reading: JoinHandle<String>,
    writing: OwnedWriteHalf,
}

impl Client {
    async fn open(gateway: &Gateway, what: String, begin: &str) -> Self {
        let (mut reading, mut writing) = connect(gateway).await.into_split();
        writing.write_all(begin.as_bytes()).await.unwrap();
        let reading = tokio::spawn(async move {
            let mut answer = Vec::new();
            // A reset is an end, too.
            let _ = reading.read_to_end(&mut answer).await;
            String::from_utf8_lossy(&answer).into_owned()
        });
        Self { what, reading, writing }
    }
}

/// Somebody else, on a connection of its own, is answered. On a busy machine that one may be too slow as well.
async fn is_served(gateway: &Gateway) {
    until("somebody else to be served", || async {
        let ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        raw(gateway, ask).await.starts_with("HTTP/1.1 200 ").then_some(())
    })
    .await;
}

/// The method with which a path takes a body, if there is one.
async fn method_of(gateway: &Gateway, path: &str) -> String {
    let answer = gateway.request(reqwest::Method::PATCH, path, None).await;
    let allowed = answer.headers.get("allow").and_then(|allow| allow.to_str().ok()).unwrap_or_default();
    let takes_body = |method: &&str| !matches!(*method, "GET" | "HEAD");
    allowed
        .split([',', ' '])
        .filter(|method| !method.is_empty())
        .find(takes_body)
        .unwrap_or("POST")
        .to_owned()
}

#[tokio::test]
async fn m7_every_path_waits_within_its_limits_only() {
    let gateway = impatient().await;
    let mut clients = Vec::new();
    for path in every_path(&gateway) {
        let method = method_of(&gateway, &path).await;
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
        let form = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nContent-Length: 9\r\n"
        );
        for (what, begin) in [
            ("half a head", head.clone()),
            ("a head and no body", format!("{head}Content-Length: 100\r\n\r\n")),
            ("half a body", format!("{head}Content-Length: 100\r\n\r\n{{\"original")),
            ("half a chunk", format!("{head}Transfer-Encoding: chunked\r\n\r\n10\r\n{{")),
            ("half a form", format!("{form}\r\na=")),
            ("nothing after an answer", format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")),
        ] {
            clients.push(Client::open(&gateway, format!("{what} to {path}"), &begin).await);
        }
    }
    for client in clients {
        let answer = client.reading.await.unwrap();
        let status = answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0);
        if client.what.starts_with("half a head") {
            check_raw_refusal(&answer, 408, &client.what);
        } else if status >= 400 {
            check_raw_refusal(&answer, status, &client.what);
        } else {
            assert!(answer.starts_with("HTTP/1.1 "), "{}: {answer}", client.what);
        }
        is_served(&gateway).await;
    }
    gateway.finish().await;
}

#[tokio::test]
async fn m7_a_byte_now_and_then_gains_no_time() {
    let gateway = impatient().await;
    let begin = [
        ("a head", "POST /v1.0/debit/status HTTP/1.1\r\nX: "),
        ("a body", "POST /v1.0/debit/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"),
        ("a form", "POST /app/qris HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"),
        (
            "a control",
            "POST /sandbox/v1/faults HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n",
        ),
    ];
    let mut clients = Vec::new();
    for (what, begin) in begin {
        clients.push(Client::open(&gateway, what.to_owned(), begin).await);
    }
    // Each byte comes after somebody else has been served.
    while clients.iter().any(|client| !client.reading.is_finished()) {
        for client in &mut clients {
            let _ = client.writing.write_all(b"x").await;
        }
        is_served(&gateway).await;
    }
    for client in clients {
        let answer = client.reading.await.unwrap();
        assert!(answer.is_empty() || answer.contains("did not arrive within 1 seconds"), "{answer}");
    }
    gateway.finish().await;
}

#[tokio::test]
async fn m7_an_answer_that_is_not_taken_is_not_kept() {
    let gateway = impatient().await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let address = gateway.base_url.strip_prefix("http://").unwrap().parse().unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    let asking = tokio::spawn(async move {
        // Asks again and again and reads nothing, until the gateway has hung up.
        let ask = "GET /app/qris HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100);
        while stream.write_all(ask.as_bytes()).await.is_ok() {}
    });
    until("the gateway to hang up", || async {
        is_served(&gateway).await;
        asking.is_finished().then_some(())
    })
    .await;
    gateway.finish().await;
}

#[tokio::test]
async fn m7_more_connections_than_there_is_room_for_shut_nobody_out() {
    let mut options = options();
    options.config.server.connections_max = 16;
    // Nobody here is cut off because of a limit: what makes room is that somebody else wants it.
    options.config.server.header_timeout_seconds = 3600;
    options.config.server.body_timeout_seconds = 3600;
    let gateway = Gateway::start_with(options).await;
    let mut clients = Vec::new();
    for at in 0..100 {
        let begin = match at % 4 {
            0 => "",
            1 => "POST /v1.0/debit/status HTTP/1.1\r\n",
            2 => "POST /app/qris HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
            _ => "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        };
        clients.push(Client::open(&gateway, at.to_string(), begin).await);
    }
    is_served(&gateway).await;
    for client in clients.drain(..84) {
        client.reading.await.unwrap();
    }
    is_served(&gateway).await;
    drop(clients);
    gateway.finish().await;
}
