//! The edge: whatever a client does to its connection, others are served, and every refusal says what to do.

mod headers;
mod refusals;
mod slow;
mod unread;

use crate::kit::Gateway;
use lunas_snap::code::{Case, ResponseCode};
use lunas_snap::service::Service;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::options;

/// A gateway that waits for nobody longer than a second.
pub(crate) async fn impatient() -> Gateway {
    let mut options = options();
    options.config.server.header_timeout_seconds = 1;
    options.config.server.body_timeout_seconds = 1;
    options.config.server.answer_timeout_seconds = 1;
    Gateway::start_with(options).await
}

/// Every path that is answered, with something in place of what is to be filled in.
fn every_path(gateway: &Gateway) -> Vec<String> {
    let pages = gateway.site.paths().iter().map(|path| {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        parts.collect::<Vec<_>>().join("/")
    });
    let services = Service::ALL.iter().filter(|service| service.inbound()).map(|s| s.path().to_owned());
    let paths: Vec<String> = pages.chain(services).collect();
    assert!(paths.len() > 50, "the lists are there");
    paths
}

async fn connect(gateway: &Gateway) -> TcpStream {
    TcpStream::connect(gateway.base_url.strip_prefix("http://").unwrap()).await.unwrap()
}

/// Sends these bytes and gives everything that is answered until the gateway hangs up.
async fn raw(gateway: &Gateway, bytes: &[u8]) -> String {
    let mut stream = connect(gateway).await;
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Fails unless a refusal has a body of the right kind that says something.
fn check_refusal(status: u16, content_type: &str, body: &[u8], what: &str) {
    let text = String::from_utf8_lossy(body);
    if content_type.starts_with("text/html") {
        let heading = text.split_once("<h1>").and_then(|(_, rest)| rest.split_once("</h1>"));
        assert!(heading.is_some_and(|(heading, _)| !heading.trim().is_empty()), "{what}: {text}");
        return;
    }
    assert_eq!(content_type, "application/json", "{what}: {status} {text}");
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{what}: {status} {text:?}"));
    if let Some(error) = body["error"].as_str() {
        assert!(!error.is_empty(), "{what}");
        return;
    }
    let (code, message) = (body["responseCode"].as_str(), body["responseMessage"].as_str());
    let (code, message) = (code.unwrap_or_default(), message.unwrap_or_default());
    assert!(code.len() == 7 && code.starts_with(&status.to_string()), "{what}: {text}");
    // The standard's words alone tell nobody what to do.
    let words = ResponseCode::parse(code).and_then(|code| code.case()).map_or("x", Case::message);
    assert!(message.len() > words.len() && message.contains(' '), "{what}: {text}");
}

/// Takes an answer as it is on the wire apart, and checks it as a refusal.
fn check_raw_refusal(answer: &str, status: u16, what: &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{what}: {answer:?}"));
    assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{what}: {answer}");
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        let mut values = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        values.next().unwrap_or_default()
    };
    assert_eq!(header("content-length"), body.len().to_string(), "{what}: {answer}");
    check_refusal(status, header("content-type"), body.as_bytes(), what);
}
