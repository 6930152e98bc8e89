//! SIGTERM and Ctrl-C: what is under way is finished, and nothing is left to be done at the next start.

use lunas_client::gopay_request;
use lunas_snap::service::Service;
use lunas_vocab::{Money, PartnerReferenceNo};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::home::{Home, until};
use crate::merchant::Merchant;

/// Calls that are under way when the signal comes.
const CALLS: usize = 8;

#[tokio::test]
async fn sigterm_lets_calls_under_way_finish() {
    check("TERM").await;
}

#[tokio::test]
async fn ctrl_c_lets_calls_under_way_finish() {
    check("INT").await;
}

async fn check(signal: &str) {
    let home = Home::new();
    let mut process = home.dev(&[]);
    let base_url = process.ready().await;
    let merchant = Merchant::connect(&home.sandbox()).await;
    // A connection that is kept open without a call on it must not hold up the end.
    assert_eq!(merchant.look("ledger/check").await.unwrap().status, 200);

    let mut calls = Vec::new();
    for number in 0..CALLS {
        calls.push(HalfSent::begin(&merchant, &format!("drained-{number}")).await);
    }
    process.signal(signal);
    let address = base_url.strip_prefix("http://").unwrap().to_owned();
    until("no more connections are taken", async || TcpStream::connect(&address).await.is_err()).await;
    for call in calls {
        let answer = call.finish().await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("2005400"), "{answer}");
    }
    assert_eq!(process.ended().await.code, Some(0), "{}", home.stderr());
    let log_len = std::fs::metadata(home.file("lunas.db-wal")).map_or(0, |file| file.len());
    assert_eq!(log_len, 0, "everything is in the database's file");

    let mut process = home.dev(&[]);
    let merchant = merchant.at(&process.ready().await);
    for number in 0..CALLS {
        let body = json!({"originalExternalId": format!("drained-{number}"), "serviceCode": "54"});
        let answer = merchant.call(Service::DebitStatus, "asked", &body.to_string()).await.unwrap();
        assert_eq!(answer.field("latestTransactionStatus"), "03");
    }
    process.stop().await;
}

/// A call whose head was read by the gateway, which now waits for the body.
struct HalfSent {
    stream: BufReader<TcpStream>,
    body: String,
}

impl HalfSent {
    /// Sends the head and returns once the gateway has asked for the body: from then on the call is under way.
    async fn begin(merchant: &Merchant, external_id: &str) -> Self {
        let order = PartnerReferenceNo::new(external_id).unwrap();
        let body = gopay_request(order, Money::idr(1_000)).write().to_compact();
        let (service, length) = (Service::DebitPayment, body.len());
        let mut head =
            format!("POST {} HTTP/1.1\r\nhost: lunas\r\ncontent-length: {length}\r\n", service.path());
        for (name, value) in merchant.headers(service, external_id, &body) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("expect: 100-continue\r\n\r\n");
        let address = merchant.base_url().strip_prefix("http://").unwrap();
        let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut lines = String::new();
        for _ in ["status", "blank"] {
            stream.read_line(&mut lines).await.unwrap();
        }
        assert_eq!(lines, "HTTP/1.1 100 Continue\r\n\r\n");
        Self { stream, body }
    }

    /// Sends the body and reads to the end of the connection.
    async fn finish(mut self) -> String {
        self.stream.write_all(self.body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}
