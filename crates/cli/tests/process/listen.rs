//! `lunas listen`: where notifications go while it runs, and that they go where they did before, however it ended.

use std::process::{Child, Command, Stdio};

use lunas_client::gopay_request;
use lunas_snap::service::Service;
use lunas_vocab::{Money, PartnerReferenceNo};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::home::{Home, until};
use crate::merchant::Merchant;
use crate::receiver::Receiver;

/// A running `lunas listen`. Killed when dropped.
struct Listener(Child);

impl Listener {
    /// One that forwards to that place, written without a scheme.
    fn start(home: &Home, prefix: &str) -> Self {
        let place = prefix.strip_prefix("http://").unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_lunas"))
            .args(["listen", "--forward-to", place, "--sandbox"])
            .arg(home.file("sandbox.json"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    fn signal(&self, name: &str) {
        let status = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.0.id())]).status();
        assert!(status.unwrap().success());
    }

    /// Waits for its end, and gives the exit code.
    async fn ended(mut self) -> Option<i32> {
        let mut code = None;
        until("the listener ends", async || {
            let status = self.0.try_wait().unwrap();
            code = status.and_then(|status| status.code());
            status.is_some()
        })
        .await;
        code
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Who is told, as the gateway says it to somebody who does not listen.
async fn told(merchant: &Merchant) -> (String, String) {
    let url = format!("{}/sandbox/v1/listeners/nobody", merchant.base_url());
    let answer = merchant.http().delete(url).send().await.unwrap();
    let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    (text("url"), text("own"))
}

#[tokio::test]
async fn r19_the_merchants_own_url_comes_back_however_listening_ends() {
    let (home, [own, first, second]) =
        (Home::new(), [Receiver::start().await, Receiver::start().await, Receiver::start().await]);
    let mut process = home.dev(&["--notify-url", &own.prefix]);
    process.ready().await;
    let merchant = Merchant::connect(&home.sandbox()).await;
    assert_eq!(told(&merchant).await, (own.prefix.clone(), own.prefix.clone()));

    let listener = Listener::start(&home, &first.prefix);
    until("the first listens", async || told(&merchant).await.0 != own.prefix).await;
    open(&merchant, "order-1").await;
    until("the first is told", async || !first.attempts_after(0).is_empty()).await;

    // A second one comes before it; what was registered stays as it is behind both.
    let at_first = told(&merchant).await.0;
    let other = Listener::start(&home, &second.prefix);
    until("the second listens", async || told(&merchant).await.0 != at_first).await;
    open(&merchant, "order-2").await;
    until("the second is told", async || !second.attempts_after(0).is_empty()).await;
    assert_eq!(told(&merchant).await.1, own.prefix);
    other.signal("HUP");
    assert_eq!(other.ended().await, Some(0));
    assert_eq!(told(&merchant).await.0, at_first);
    listener.signal("TERM");
    assert_eq!(listener.ended().await, Some(0));
    assert_eq!(told(&merchant).await.0, own.prefix);

    // One that is killed says nothing. A new run of the sandbox begins without it.
    let killed = Listener::start(&home, &first.prefix);
    until("it listens", async || told(&merchant).await.0 != own.prefix).await;
    drop(killed);
    process.stop().await;
    let mut process = home.dev(&["--notify-url", &own.prefix]);
    process.ready().await;
    let merchant = Merchant::connect(&home.sandbox()).await;
    assert_eq!(told(&merchant).await.0, own.prefix);
    let before = own.attempts_after(0).len();
    open(&merchant, "order-3").await;
    until("the merchant is told", async || own.attempts_after(0).len() > before).await;
    process.stop().await;
}

#[tokio::test]
async fn r1_r8_what_is_forwarded_has_its_names_in_title_case_and_its_path_before_the_query() {
    let (home, own) = (Home::new(), Receiver::start().await);
    let mut process = home.dev(&["--notify-url", &own.prefix]);
    process.ready().await;
    let merchant = Merchant::connect(&home.sandbox()).await;
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = format!("http://{}/hooks?token=x", server.local_addr().unwrap());
    let _listener = Listener::start(&home, &place);
    until("it listens", async || told(&merchant).await.0 != own.prefix).await;
    open(&merchant, "order-1").await;
    let (mut stream, _) = server.accept().await.unwrap();
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        assert!(stream.read_buf(&mut bytes).await.unwrap() > 0, "the request broke off");
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.split("\r\n\r\n").next().unwrap().split("\r\n");
    assert_eq!(lines.next(), Some("POST /hooks/v1.0/debit/notify?token=x HTTP/1.1"));
    let names: Vec<&str> = lines.filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
    for name in ["Content-Type", "X-Signature", "X-Timestamp", "X-External-Id", "X-Partner-Id", "Channel-Id"]
    {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    process.stop().await;
}

async fn open(merchant: &Merchant, order: &str) {
    let request = gopay_request(PartnerReferenceNo::new(order).unwrap(), Money::idr(1_000));
    let answer = merchant.call(Service::DebitPayment, order, &request.write().to_compact()).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
}
