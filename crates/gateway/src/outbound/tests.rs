//! The client against servers on loopback. Names and public addresses are the test's own: nothing else is looked up, and
//! nothing but loopback is dialled.

mod tls;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::connect::{Connector, Network, Pending};
use super::{Outbound, Outcome};
use crate::env::Env;

/// A network with one name and one server: every address that is dialled is noted, and leads to the server.
#[derive(Debug)]
struct Pretended {
    /// What every name resolves to.
    addresses: Vec<IpAddr>,
    server: SocketAddr,
    dialled: Mutex<Vec<IpAddr>>,
    asked: Mutex<Vec<String>>,
}

impl Network for Pretended {
    fn resolve(&self, name: &str, port: u16) -> Pending<Vec<SocketAddr>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let found = self.addresses.iter().map(|ip| SocketAddr::new(*ip, port)).collect();
        Box::pin(async move { Ok(found) })
    }

    fn dial(&self, address: SocketAddr) -> Pending<TcpStream> {
        self.dialled.lock().unwrap().push(address.ip());
        assert!(self.server.ip().is_loopback());
        Box::pin(TcpStream::connect(self.server))
    }
}

/// A server whose every connection is played by the test.
struct Server(TcpListener);

impl Server {
    async fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.0.local_addr().unwrap())).unwrap()
    }

    async fn accept(&self) -> TcpStream {
        self.0.accept().await.unwrap().0
    }

    fn pretended(&self, addresses: &[&str]) -> Arc<Pretended> {
        Arc::new(Pretended {
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
            server: self.0.local_addr().unwrap(),
            dialled: Mutex::default(),
            asked: Mutex::default(),
        })
    }
}

/// One request, as it came: its head, and its body by `Content-Length`.
async fn received(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        assert!(stream.read_buf(&mut bytes).await.unwrap() > 0, "the request broke off: {text}");
    }
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntaken";

async fn answer(stream: &mut (impl AsyncWrite + Unpin), text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

fn outbound(allow_private: bool) -> Outbound {
    Outbound::new(Env::seeded(1), Duration::from_secs(10), allow_private, 100).unwrap()
}

fn over(network: &Arc<Pretended>, allow_private: bool) -> Outbound {
    let network: Arc<dyn Network> = network.clone();
    let connector = Connector::new(network, allow_private).unwrap();
    Outbound::over(connector, Env::seeded(1), Duration::from_secs(10), 100)
}

async fn post(outbound: &Outbound, url: &Url) -> Outcome {
    let headers = vec![
        ("Content-Type", "application/json".to_owned()),
        ("X-SIGNATURE", "abc=".to_owned()),
        ("X-TIMESTAMP", "2026-11-20T18:00:00+07:00".to_owned()),
        ("X-EXTERNAL-ID", "1".to_owned()),
        ("CHANNEL-ID", "00000".to_owned()),
    ];
    outbound.post(url, headers, b"{}".to_vec()).await
}

#[tokio::test]
async fn r1_header_names_go_out_in_title_case() {
    let server = Server::start().await;
    let (outbound, url) = (outbound(true), server.url("/a/v1.0/debit/notify?token=x"));
    let playing = async {
        let mut stream = server.accept().await;
        let request = received(&mut stream).await;
        answer(&mut stream, OK).await;
        request
    };
    let (outcome, request) = tokio::join!(post(&outbound, &url), playing);
    assert_eq!((outcome.status, outcome.text.as_str()), (Some(200), "taken"));
    let mut lines = request.split("\r\n");
    assert_eq!(lines.next(), Some("POST /a/v1.0/debit/notify?token=x HTTP/1.1"));
    let names: Vec<&str> = lines.filter_map(|line| line.split_once(": ")).map(|(name, _)| name).collect();
    for expected in ["Content-Type", "X-Signature", "X-Timestamp", "X-External-Id", "Channel-Id"] {
        assert!(names.contains(&expected), "{expected}: {names:?}");
    }
    for name in names {
        let is_titled =
            name.split('-').all(|word| word.starts_with(|first: char| first.is_ascii_uppercase()));
        assert!(is_titled, "{name}");
    }
}

#[tokio::test]
async fn r7_a_kept_connection_that_was_closed_costs_a_second_try_and_no_delay() {
    let server = Server::start().await;
    let (outbound, url) = (outbound(true), server.url("/"));
    let playing = async {
        // Two calls at once leave two connections behind, and both of them die.
        let (mut first, mut second) = (server.accept().await, server.accept().await);
        for stream in [&mut first, &mut second] {
            received(stream).await;
        }
        answer(&mut first, OK).await;
        answer(&mut second, OK).await;
        [first, second]
    };
    let (one, other, streams) = tokio::join!(post(&outbound, &url), post(&outbound, &url), playing);
    assert_eq!((one.status, other.status), (Some(200), Some(200)));
    let playing = async {
        // Whichever is taken reads the request and is closed without a byte of an answer.
        let [mut first, mut second] = streams;
        let unanswered = tokio::select! {
            request = received(&mut first) => request,
            request = received(&mut second) => request,
        };
        drop((first, second));
        let mut fresh = server.accept().await;
        let again = received(&mut fresh).await;
        answer(&mut fresh, OK).await;
        (unanswered, again)
    };
    let (outcome, (unanswered, again)) = tokio::join!(post(&outbound, &url), playing);
    assert_eq!((outcome.status, outcome.text.as_str()), (Some(200), "taken"));
    assert_eq!(unanswered, again);
}

#[tokio::test]
async fn r7_a_second_try_that_fails_is_the_end() {
    let server = Server::start().await;
    let (outbound, url) = (outbound(true), server.url("/"));
    let mut kept = keep_a_connection(&server, &outbound, &url).await;
    let playing = async {
        received(&mut kept).await;
        drop(kept);
        let mut fresh = server.accept().await;
        received(&mut fresh).await;
    };
    let (outcome, ()) = tokio::join!(post(&outbound, &url), playing);
    assert_eq!(outcome.status, None);
    assert!(outcome.text.starts_with("no answer: "), "{}", outcome.text);
}

#[tokio::test]
async fn r7_once_a_byte_of_an_answer_came_there_is_no_second_try() {
    for beginning in ["H", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Le"] {
        let server = Server::start().await;
        let (outbound, url) = (outbound(true), server.url("/"));
        let mut kept = keep_a_connection(&server, &outbound, &url).await;
        let playing = async {
            received(&mut kept).await;
            answer(&mut kept, beginning).await;
            drop(kept);
        };
        // Nobody accepts another connection: a second try would wait here until the time limit.
        let (outcome, ()) = tokio::join!(post(&outbound, &url), playing);
        assert_eq!(outcome.status, None, "{beginning}");
        assert_ne!(outcome.text, "no answer within the time limit", "{beginning}");
    }
}

#[tokio::test]
async fn r7_a_fresh_connection_that_is_closed_is_not_tried_again() {
    let server = Server::start().await;
    let (outbound, url) = (outbound(true), server.url("/"));
    let playing = async {
        let mut stream = server.accept().await;
        received(&mut stream).await;
    };
    let (outcome, ()) = tokio::join!(post(&outbound, &url), playing);
    assert_eq!(outcome.status, None);
    assert_ne!(outcome.text, "no answer within the time limit");
}

/// Makes a call that leaves a connection behind.
async fn keep_a_connection(server: &Server, outbound: &Outbound, url: &Url) -> TcpStream {
    let playing = async {
        let mut stream = server.accept().await;
        received(&mut stream).await;
        answer(&mut stream, OK).await;
        stream
    };
    let (outcome, stream) = tokio::join!(post(outbound, url), playing);
    assert_eq!(outcome.status, Some(200));
    stream
}

#[tokio::test]
async fn m15_private_addresses_are_not_called_however_they_are_written() {
    let server = Server::start().await;
    let network = server.pretended(&[]);
    let outbound = over(&network, false);
    for url in [
        "http://127.0.0.1:9/x",
        "http://[::1]:9/x",
        "http://2130706433:9/x",
        "http://0x7f.1:9/x",
        "http://0177.0.0.1:9/x",
        "http://localhost:9/x",
        "http://LOCALHOST.:9/x",
        "http://shop.localhost:9/x",
        "http://[::ffff:10.0.0.1]/x",
        "http://[64:ff9b::a9fe:a9fe]/x",
        "http://[3fff::1]/x",
        "http://192.88.99.1/x",
        "http://169.254.169.254/latest/meta-data",
    ] {
        let outcome = post(&outbound, &Url::parse(url).unwrap()).await;
        assert_eq!(outcome.status, None, "{url}");
        assert!(outcome.text.contains("not a public address"), "{url}: {}", outcome.text);
    }
    let outcome = post(&outbound, &Url::parse("ftp://8.8.8.8/").unwrap()).await;
    assert!(outcome.text.contains("only http and https"), "{}", outcome.text);
    assert!(network.dialled.lock().unwrap().is_empty());
    assert!(network.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn m15_a_name_is_looked_up_once_and_only_its_public_addresses_are_dialled() {
    let server = Server::start().await;
    let network = server.pretended(&["10.0.0.1", "3fff::1", "8.8.8.8", "::ffff:127.0.0.1"]);
    let outbound = over(&network, false);
    let url = Url::parse("http://shop.example:8080/").unwrap();
    keep_a_connection(&server, &outbound, &url).await;
    assert_eq!(*network.dialled.lock().unwrap(), ["8.8.8.8".parse::<IpAddr>().unwrap()]);
    assert_eq!(*network.asked.lock().unwrap(), ["shop.example"]);

    let private = server.pretended(&["10.0.0.1", "fd00::1"]);
    let outcome = post(&over(&private, false), &url).await;
    assert!(outcome.text.contains("10.0.0.1 is not a public address"), "{}", outcome.text);
    assert!(private.dialled.lock().unwrap().is_empty());

    let nowhere = server.pretended(&[]);
    let outcome = post(&over(&nowhere, false), &url).await;
    assert_eq!(outcome.text, "no answer: shop.example has no address");
}
