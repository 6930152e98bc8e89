//! Handshakes on this machine, with servers that hold their certificate's key and with servers that hold another.

use lunas_cluster::{Authority, Certificate, KeyKind, X509Version};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion};

use super::*;

/// One that shows a certificate and signs with a key, whosever that is.
fn server(
    chain: Vec<CertificateDer<'static>>,
    key: &Path,
    spoken: &'static SupportedProtocolVersion,
) -> TlsAcceptor {
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let key = provider().key_provider.load_private_key(key).unwrap();
    let resolver = SingleCertAndKey::from(CertifiedKey::new(chain, key));
    let config = ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[spoken]).unwrap();
    TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_cert_resolver(Arc::new(resolver))))
}

fn chain(certificate: &Certificate) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(certificate.certificate()).unwrap().map(Result::unwrap).collect()
}

/// What comes of a handshake with it: nothing, or why it ended.
async fn shaken(server: TlsAcceptor, mode: &str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (_, mut tls) = Tls::read(mode, None).unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (accepted, _) = listener.accept().await.unwrap();
    let handshake = MakeTlsConnect::<TcpStream>::make_tls_connect(&mut tls, "db.internal").unwrap();
    let (_, connected) = tokio::join!(server.accept(accepted), handshake.connect(stream));
    connected.err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn any_certificate_is_taken_from_whoever_holds_its_key() {
    let directory = tempfile::tempdir().unwrap();
    let authority = Authority::create(directory.path(), "One").unwrap();
    for kind in [KeyKind::P256, KeyKind::P384, KeyKind::Rsa, KeyKind::Ed25519] {
        let stranger = authority.certify_as("stranger", kind, X509Version::Three).unwrap();
        for (version, number) in [(X509Version::One, 1), (X509Version::Three, 3)] {
            let own = authority.certify_as("localhost", kind, version).unwrap();
            assert_eq!(X509::read(&chain(&own)[0]).unwrap().version(), number);
            for spoken in [&TLS12, &TLS13] {
                let what = format!("{kind:?} {version:?} {:?}", spoken.version);
                for mode in ["prefer", "require"] {
                    let honest = shaken(server(chain(&own), own.key(), spoken), mode).await;
                    assert_eq!(honest, "", "{what} {mode}");
                    let other = shaken(server(chain(&own), stranger.key(), spoken), mode).await;
                    assert_eq!(other, "invalid peer certificate: BadSignature", "{what} {mode}");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_certificate_is_not_taken() {
    let directory = tempfile::tempdir().unwrap();
    let own = Authority::create(directory.path(), "One").unwrap().certify("localhost").unwrap();
    let whole = chain(&own).remove(0);
    for bad in [b"no certificate".to_vec(), whole[..whole.len() - 1].to_vec()] {
        for spoken in [&TLS12, &TLS13] {
            let shown = vec![CertificateDer::from(bad.clone())];
            let refused = shaken(server(shown, own.key(), spoken), "require").await;
            assert_eq!(refused, "invalid peer certificate: BadEncoding", "{:?}", spoken.version);
        }
    }
}
