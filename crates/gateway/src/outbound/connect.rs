//! Opens connections outward: finds a host's addresses, keeps those that may be called, and connects to one of them.
//!
//! The address that was checked is the address that is dialled: a name is looked up once for each connection, so it
//! cannot point elsewhere in between. What was read on a connection is counted, because that decides whether a request
//! may be sent again when the connection dies.

use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use lunas_vocab::{LOOPBACK, is_localhost};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig};

use super::address::is_public;
use crate::env::sleep;

/// How long connecting may take; the rest of the time limit is the answer's.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one address of several is tried before the next is tried beside it.
const HEAD_START: Duration = Duration::from_millis(300);

/// A future of one of [`Network`]'s deeds.
pub(super) type Pending<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

/// What lies outside this process: names, and addresses that answer.
pub(super) trait Network: Debug + Send + Sync {
    /// The addresses of a name.
    fn resolve(&self, name: &str, port: u16) -> Pending<Vec<SocketAddr>>;
    /// A connection to an address.
    fn dial(&self, address: SocketAddr) -> Pending<TcpStream>;
}

/// The machine's own resolver and sockets.
#[derive(Debug)]
pub(super) struct System;

impl Network for System {
    fn resolve(&self, name: &str, port: u16) -> Pending<Vec<SocketAddr>> {
        let name = name.to_owned();
        Box::pin(async move { Ok(tokio::net::lookup_host((name, port)).await?.collect()) })
    }

    fn dial(&self, address: SocketAddr) -> Pending<TcpStream> {
        Box::pin(TcpStream::connect(address))
    }
}

/// Opens connections for the HTTP client.
#[derive(Clone)]
pub(super) struct Connector {
    network: Arc<dyn Network>,
    tls: Arc<OnceLock<TlsConnector>>,
    allow_private: bool,
}

impl Connector {
    pub(super) fn new(network: Arc<dyn Network>, allow_private: bool) -> Result<Self, rustls::Error> {
        let connector = Self { network, tls: Arc::default(), allow_private };
        // A gateway for real money says at its start what is wrong. Most sandboxes call nobody by TLS, and the machine's
        // certificates are the better part of what they would read at theirs.
        if !allow_private {
            connector.tls()?;
        }
        Ok(connector)
    }

    /// One that calls by the TLS it is given.
    #[cfg(test)]
    pub(super) fn believing(network: Arc<dyn Network>, tls: ClientConfig, allow_private: bool) -> Self {
        Self { network, tls: Arc::new(TlsConnector::from(Arc::new(tls)).into()), allow_private }
    }

    /// What speaks TLS, believing whom the machine believes. No protocol is offered by name: what is not offered is
    /// HTTP/1.1, which is all that is spoken here.
    fn tls(&self) -> Result<&TlsConnector, rustls::Error> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls);
        }
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        Ok(self.tls.get_or_init(|| TlsConnector::from(Arc::new(config))))
    }

    /// Connects to where a URI points. The error's text is for people.
    pub(super) async fn connect(self, uri: Uri) -> io::Result<TokioIo<Line>> {
        let connecting = tokio::time::timeout(CONNECT_TIMEOUT, self.connected(&uri));
        connecting.await.unwrap_or_else(|_| Err(io::Error::other("no connection within five seconds")))
    }

    async fn connected(&self, uri: &Uri) -> io::Result<TokioIo<Line>> {
        let is_tls = uri.scheme() == Some(&http::uri::Scheme::HTTPS);
        let host = uri.host().ok_or_else(|| io::Error::other("the URL names no host"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let tcp = first_of(&self.network, self.addresses(host, port).await?).await?;
        // A body is one write; waiting for more to send with it only delays it.
        tcp.set_nodelay(true)?;
        if !is_tls {
            return Ok(Line::new(Box::new(tcp)));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let tls = self.tls().map_err(io::Error::other)?;
        let stream = tls.connect(name, tcp).await.map_err(|error| untrusted(host, error))?;
        Ok(Line::new(Box::new(stream)))
    }

    /// The addresses of a host that may be called, whichever way the host is written.
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let found = match host.parse::<IpAddr>() {
            Ok(ip) => vec![SocketAddr::new(ip, port)],
            Err(_) if is_localhost(host) => LOOPBACK.map(|ip| SocketAddr::new(ip, port)).to_vec(),
            Err(_) => self.network.resolve(host, port).await?,
        };
        let is_allowed = |address: &SocketAddr| self.allow_private || is_public(address.ip());
        let allowed: Vec<SocketAddr> = found.iter().copied().filter(is_allowed).collect();
        match (allowed.is_empty(), found.first()) {
            (false, _) => Ok(allowed),
            (true, Some(private)) => {
                let ip = private.ip();
                let text = format!("{ip} is not a public address; notifications go there only in a sandbox");
                Err(io::Error::new(io::ErrorKind::PermissionDenied, text))
            }
            (true, None) => Err(io::Error::new(io::ErrorKind::NotFound, format!("{host} has no address"))),
        }
    }
}

/// Why a handshake failed, for a merchant who has to mend its certificate.
#[expect(clippy::wildcard_enum_match_arm, reason = "the certificate's errors are rustls's own, and grow")]
fn untrusted(host: &str, error: io::Error) -> io::Error {
    use rustls::CertificateError as Wrong;
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let text = match inner {
        None => return error,
        Some(rustls::Error::InvalidCertificate(wrong)) => match wrong {
            Wrong::UnknownIssuer => format!(
                "the certificate of {host} is of an authority that this machine does not trust, or a certificate between \
                 the two is not sent along"
            ),
            Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => {
                format!("the certificate that is shown for {host} is for another name")
            }
            Wrong::Expired | Wrong::ExpiredContext { .. } => {
                format!("the certificate of {host} has expired")
            }
            Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => {
                format!("the certificate of {host} is not valid yet")
            }
            other => format!("the certificate of {host} cannot be trusted: {other}"),
        },
        Some(other) => format!("no TLS with {host}: {other}"),
    };
    io::Error::new(error.kind(), text)
}

/// The first connection that comes about. The addresses are tried in order, the next one when the one before it failed
/// or took longer than its head start.
async fn first_of(network: &Arc<dyn Network>, addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut untried = addresses.into_iter();
    let mut attempts = JoinSet::new();
    let mut failure = io::Error::other("there is no address");
    loop {
        if let Some(address) = untried.next() {
            attempts.spawn(network.dial(address));
        }
        tokio::select! {
            ended = attempts.join_next() => match ended {
                Some(Ok(Ok(stream))) => return Ok(stream),
                Some(Ok(Err(error))) => failure = error,
                Some(Err(error)) => failure = io::Error::other(error),
                None => return Err(failure),
            },
            () = sleep(HEAD_START), if untried.len() > 0 => {}
        }
    }
}

/// What came in on a connection.
#[derive(Debug, Default)]
pub(super) struct Received {
    /// Bytes of all answers.
    bytes: AtomicU64,
    /// How many of them had come when the last request began.
    before: AtomicU64,
    /// Whether the last answer is complete, so that the next byte written begins a request.
    is_idle: AtomicBool,
}

impl Received {
    /// The answer was read to its end: what is written next is a new request.
    pub(super) fn answer_ended(&self) {
        self.is_idle.store(true, Ordering::Release);
    }

    /// Whether the connection answered an earlier request and nothing at all to the last one: it was closed while it
    /// was idle, and its end had not been seen yet.
    pub(super) fn was_closed_while_idle(&self) -> bool {
        let before = self.before.load(Ordering::Acquire);
        before > 0 && self.bytes.load(Ordering::Acquire) == before
    }

    fn wrote(&self) {
        if self.is_idle.swap(false, Ordering::AcqRel) {
            self.before.store(self.bytes.load(Ordering::Acquire), Ordering::Release);
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One connection, encrypted or not.
pub(super) struct Line {
    stream: Box<dyn Stream>,
    received: Arc<Received>,
}

impl Line {
    fn new(stream: Box<dyn Stream>) -> TokioIo<Self> {
        TokioIo::new(Self { stream, received: Arc::default() })
    }
}

impl Connection for Line {
    fn connected(&self) -> Connected {
        Connected::new().extra(Arc::clone(&self.received))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let filled = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let count = u64::try_from(buffer.filled().len() - filled).unwrap_or(u64::MAX);
        self.received.bytes.fetch_add(count, Ordering::AcqRel);
        read
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.received.wrote();
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.received.wrote();
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
}
