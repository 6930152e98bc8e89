//! TLS outward, by real handshakes with receivers whose certificates are of a test's own authorities.

use std::sync::Arc;
use std::time::Duration;

use lunas_cluster::{Authority, Certificate};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use url::Url;

use super::super::connect::{Connector, Network};
use super::super::{Outbound, Outcome};
use super::{OK, Pretended, Server, answer, post, received};
use crate::env::Env;

/// Two authorities of which the client believes the first.
struct Authorities {
    believed: Authority,
    stranger: Authority,
    _directory: tempfile::TempDir,
}

impl Authorities {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let [believed, stranger] = ["One", "Two"].map(|name| {
            let own = directory.path().join(name);
            std::fs::create_dir(&own).unwrap();
            Authority::create(&own, name).unwrap()
        });
        Self { believed, stranger, _directory: directory }
    }

    /// A client on that network, which finds nothing private.
    fn outbound(&self, network: &Arc<Pretended>) -> Outbound {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.believed.root()).unwrap()).unwrap();
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let network: Arc<dyn Network> = network.clone();
        Outbound::over(
            Connector::believing(network, tls, false),
            Env::seeded(1),
            Duration::from_secs(10),
            100,
        )
    }
}

/// A receiver that would rather speak HTTP/2.
fn acceptor(certificate: &Certificate) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(certificate.certificate()).unwrap();
    let key = PrivateKeyDer::from_pem_file(certificate.key()).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.map(Result::unwrap).collect(), key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

fn shop() -> Url {
    Url::parse("https://shop.example/snap").unwrap()
}

#[tokio::test]
async fn a_receiver_with_a_good_certificate_is_told() {
    let authorities = Authorities::new();
    let server = Server::start().await;
    let network = server.pretended(&["8.8.8.8"]);
    let outbound = authorities.outbound(&network);
    let acceptor = acceptor(&authorities.believed.certify("shop.example").unwrap());
    let playing = async {
        let mut stream = acceptor.accept(server.accept().await).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), None, "nothing is offered by name");
        assert_eq!(stream.get_ref().1.server_name(), Some("shop.example"));
        let first = received(&mut stream).await;
        answer(&mut stream, OK).await;
        // The connection is kept for the next one.
        let second = received(&mut stream).await;
        answer(&mut stream, OK).await;
        [first, second]
    };
    let url = shop();
    let posting = async { [post(&outbound, &url).await, post(&outbound, &url).await] };
    let (outcomes, requests) = tokio::join!(posting, playing);
    for outcome in outcomes {
        assert_eq!((outcome.status, outcome.text.as_str()), (Some(200), "taken"));
    }
    for request in requests {
        assert!(request.starts_with("POST /snap HTTP/1.1\r\n"), "{request}");
    }
    assert_eq!(*network.asked.lock().unwrap(), ["shop.example"], "one name, one look-up, one connection");
}

#[tokio::test]
async fn a_receiver_that_cannot_prove_who_it_is_is_told_nothing() {
    let authorities = Authorities::new();
    for (certificate, reason) in [
        (
            authorities.believed.certify("other.example").unwrap(),
            "no answer: the certificate that is shown for shop.example is for another name",
        ),
        (
            authorities.stranger.certify("shop.example").unwrap(),
            "no answer: the certificate of shop.example is of an authority that this machine does not trust, or a \
             certificate between the two is not sent along",
        ),
    ] {
        let server = Server::start().await;
        let outbound = authorities.outbound(&server.pretended(&["8.8.8.8"]));
        let acceptor = acceptor(&certificate);
        let playing = async { acceptor.accept(server.accept().await).await.map(drop) };
        let url = shop();
        let (outcome, handshake): (Outcome, _) = tokio::join!(post(&outbound, &url), playing);
        assert!(handshake.is_err(), "{reason}");
        assert_eq!((outcome.status, outcome.text.as_str()), (None, reason));
    }
}

/// What answers in plain text where TLS is expected.
#[tokio::test]
async fn a_receiver_without_tls_is_told_nothing() {
    let authorities = Authorities::new();
    let server = Server::start().await;
    let outbound = authorities.outbound(&server.pretended(&["8.8.8.8"]));
    let playing = async {
        let mut stream = server.accept().await;
        answer(&mut stream, "HTTP/1.1 400 Bad Request\r\n\r\n").await;
        stream
    };
    let url = shop();
    let (outcome, _stream) = tokio::join!(post(&outbound, &url), playing);
    assert_eq!(outcome.status, None);
    assert!(outcome.text.starts_with("no answer: no TLS with shop.example: "), "{}", outcome.text);
}
