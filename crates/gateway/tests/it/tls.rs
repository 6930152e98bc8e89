//! The gateway's own TLS, by real handshakes on this machine: what it speaks, what it refuses to start with, and that
//! another certificate takes over without cutting anybody off.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lunas_cluster::{Authority, Certificate};
use lunas_gateway::config::{Config, Tls};
use lunas_gateway::env::Env;
use lunas_gateway::keys::master;
use lunas_gateway::tls::{Identity, Reload};
use lunas_gateway::{production, server};
use lunas_testkit::until;
use lunas_vocab::Timestamp;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{
    ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion, crypto, version,
};

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A directory with two authorities, and a certificate for this machine of each.
struct Certificates {
    directory: TempDir,
    authorities: [Authority; 2],
    certificates: [Certificate; 2],
}

impl Certificates {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let authorities = ["One", "Two"].map(|name| {
            let own = directory.path().join(name);
            std::fs::create_dir(&own).unwrap();
            Authority::create(&own, name).unwrap()
        });
        let certificates = authorities.each_ref().map(|authority| authority.certify("localhost").unwrap());
        Self { directory, authorities, certificates }
    }

    /// Puts one of the certificates, and one of the keys, where the gateway looks.
    fn put(&self, certificate: usize, key: usize) {
        std::fs::copy(self.certificates[certificate].certificate(), self.path("chain.pem")).unwrap();
        std::fs::copy(self.certificates[key].key(), self.path("key.pem")).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn settings(&self) -> Tls {
        let mut settings = Config::defaults().tls;
        (settings.certificate_file, settings.key_file) = (self.path("chain.pem"), self.path("key.pem"));
        settings
    }

    /// A gateway for real money, on the certificate that was put.
    async fn serve(&self, more: &str) -> Gateway {
        let key = self.path("master.key");
        if !key.exists() {
            master::create(&key).unwrap();
        }
        let shown = |path: PathBuf| path.display().to_string();
        let file = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"https://localhost\"\nheader_timeout_seconds = 3600\n\
             [store]\nurl = \"sqlite://{}\"\n[security]\nmaster_key_file = \"{}\"\n\
             [tls]\ncertificate_file = \"{}\"\nkey_file = \"{}\"\n{more}",
            shown(self.path("lunas.db")),
            shown(key),
            shown(self.path("chain.pem")),
            shown(self.path("key.pem")),
        );
        let (app, endpoint) = production::prepare(Config::read(&file).unwrap()).await.unwrap();
        let address = endpoint.listener.local_addr().unwrap();
        let identity = endpoint.tls.clone().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server::serve(app, endpoint, async move {
            let _ = stopped.await;
        }));
        Gateway { address, identity, stop, server }
    }
}

struct Gateway {
    address: SocketAddr,
    identity: Arc<Identity>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Gateway {
    async fn connect(
        &self,
        root: &Path,
        versions: &[&'static SupportedProtocolVersion],
        protocols: &[&str],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(root).unwrap()).unwrap();
        let provider = Arc::new(crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(self.address).await.unwrap();
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
    }

    /// A client of today that believes that authority.
    async fn trusting(&self, authority: &Authority) -> std::io::Result<TlsStream<TcpStream>> {
        self.connect(&authority.root(), &[&version::TLS13], &["http/1.1"]).await
    }

    async fn end(self) {
        self.stop.send(()).unwrap();
        self.server.await.unwrap().unwrap();
    }
}

/// Asks on that connection, and reads exactly one answer.
async fn is_served(stream: &mut TlsStream<TcpStream>) {
    stream.write_all(HEALTH).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"{\"status\":\"ok\"}") {
        answer.push(stream.read_u8().await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn tls_1_3_is_spoken_and_1_2_only_where_that_is_allowed() {
    let certificates = Certificates::new();
    certificates.put(0, 0);
    let root = certificates.authorities[0].root();
    let (newest, older): (&[_], &[_]) = (&[&version::TLS13], &[&version::TLS12]);

    let gateway = certificates.serve("").await;
    let mut stream = gateway.connect(&root, newest, &["h2", "http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    is_served(&mut stream).await;
    is_served(&mut stream).await;
    is_served(&mut gateway.connect(&root, newest, &[]).await.unwrap()).await;
    let refused = gateway.connect(&root, older, &[]).await.unwrap_err().to_string();
    assert!(refused.contains("ProtocolVersion"), "{refused}");
    drop(stream);
    gateway.end().await;

    let gateway = certificates.serve("min_version = \"1.2\"").await;
    for (versions, expected) in [(newest, ProtocolVersion::TLSv1_3), (older, ProtocolVersion::TLSv1_2)] {
        let mut stream = gateway.connect(&root, versions, &["http/1.1"]).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(expected));
        is_served(&mut stream).await;
    }
    gateway.end().await;
}

#[tokio::test]
async fn tls_handshakes_that_do_not_come_hold_nobody_up() {
    let certificates = Certificates::new();
    certificates.put(0, 0);
    let gateway = certificates.serve("handshake_timeout_seconds = 1").await;
    let mut silent = Vec::new();
    // Nothing, the beginning of a record, and a record without end.
    for begin in [&b""[..], b"\x16", b"\x16\x03\x01\x40\x00\x01\x00"] {
        for _ in 0..5 {
            let mut stream = TcpStream::connect(gateway.address).await.unwrap();
            stream.write_all(begin).await.unwrap();
            silent.push(stream);
        }
    }
    is_served(&mut gateway.trusting(&certificates.authorities[0]).await.unwrap()).await;
    for mut stream in silent {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    }
    gateway.end().await;
}

#[tokio::test]
async fn tls_is_what_a_plain_request_is_told_of() {
    let certificates = Certificates::new();
    certificates.put(0, 0);
    let gateway = certificates.serve("").await;
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    stream.write_all(HEALTH).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.ends_with("this port takes https only; call https://localhost\"}"), "{answer}");
    gateway.end().await;
}

#[tokio::test]
async fn another_certificate_takes_over_and_cuts_nobody_off() {
    let certificates = Certificates::new();
    let [first, second] = &certificates.authorities;
    certificates.put(0, 0);
    let gateway = certificates.serve("reload_seconds = 3600").await;
    let now = Env::system().wall();
    let mut kept = gateway.trusting(first).await.unwrap();
    is_served(&mut kept).await;
    assert_eq!(gateway.identity.reload(now, false).unwrap(), Reload::Unchanged);

    // A renewal is seen between its two files: the old one goes on, and it is said once.
    certificates.put(1, 0);
    let refused = gateway.identity.reload(now, false).unwrap_err().to_string();
    assert!(refused.contains("key.pem is not the key of the first certificate in"), "{refused}");
    assert_eq!(gateway.identity.reload(now, false).unwrap(), Reload::Unchanged);
    gateway.identity.reload(now, true).unwrap_err();
    is_served(&mut gateway.trusting(first).await.unwrap()).await;

    certificates.put(1, 1);
    assert!(matches!(gateway.identity.reload(now, false).unwrap(), Reload::Renewed(until) if until > now));
    is_served(&mut gateway.trusting(second).await.unwrap()).await;
    gateway.trusting(first).await.unwrap_err();
    is_served(&mut kept).await;

    std::fs::remove_file(certificates.path("key.pem")).unwrap();
    gateway.identity.reload(now, true).unwrap_err();
    is_served(&mut gateway.trusting(second).await.unwrap()).await;
    is_served(&mut kept).await;
    drop(kept);
    gateway.end().await;
}

#[tokio::test]
async fn a_certificate_that_changes_is_noticed_without_being_told() {
    let certificates = Certificates::new();
    certificates.put(0, 0);
    let gateway = certificates.serve("reload_seconds = 1").await;
    gateway.trusting(&certificates.authorities[0]).await.unwrap();
    certificates.put(1, 1);
    until("the other certificate to be shown", || async {
        gateway.trusting(&certificates.authorities[1]).await.ok().map(|_| ())
    })
    .await;
    gateway.end().await;
}

#[test]
fn tls_does_not_begin_with_files_that_cannot_work() {
    let certificates = Certificates::new();
    let settings = certificates.settings();
    let now = Env::system().wall();
    let refused = |now: Timestamp| Identity::load(&settings, now).unwrap_err().to_string();
    let check = |now: Timestamp, expected: &str| {
        let said = refused(now);
        assert!(said.contains(expected), "{said}");
    };
    check(now, "tls.certificate_file");
    check(now, "cannot be read: No such file");
    certificates.put(0, 1);
    check(now, "is not the key of the first certificate in");
    certificates.put(0, 0);
    assert!(Identity::load(&settings, now).unwrap().is_some());
    check(now.plus(Duration::from_hours(3 * 24)), "expired at 20");
    check(Timestamp::from_ms(now.ms() - 86_400_000), "is not valid before 20");
    // The authority's own certificate in front of the server's.
    let [root, own] =
        [certificates.authorities[0].root(), certificates.certificates[0].certificate().to_owned()];
    let wrong = [std::fs::read(root).unwrap(), std::fs::read(own).unwrap()].concat();
    std::fs::write(certificates.path("chain.pem"), wrong).unwrap();
    check(now, "the server's own certificate has to come first in its chain");
    std::fs::write(certificates.path("chain.pem"), "hello").unwrap();
    check(now, "holds no CERTIFICATE block; PEM is expected");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    std::fs::write(certificates.path("chain.pem"), broken).unwrap();
    check(now, "its dates cannot be read");
    certificates.put(0, 0);
    std::fs::write(certificates.path("key.pem"), "hello").unwrap();
    check(now, "holds no PRIVATE KEY block; PEM without a password is expected");
    assert!(Identity::load(&Config::defaults().tls, now).unwrap().is_none(), "nothing named is no TLS");
}
