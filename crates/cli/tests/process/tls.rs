//! SIGHUP: the certificate is read again, and the process goes on.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use lunas_cluster::{Authority, Certificate};

use crate::home::until;

/// `lunas serve` with a certificate. Killed when dropped.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(config: &std::path::Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lunas"))
            .args(["serve", "--config"])
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let first = lines.next().expect("it gets ready before it ends").unwrap();
        let address = first.split(' ').nth(2).and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("{first:?} has no address"));
        assert_eq!(lines.next().unwrap().unwrap(), "ready");
        Self { child, address }
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that believes this authority and no other.
fn trusting(authority: &Authority, address: SocketAddr) -> reqwest::Client {
    let root = reqwest::Certificate::from_pem(&std::fs::read(authority.root()).unwrap()).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([root]);
    client.resolve("localhost", address).build().unwrap()
}

#[tokio::test]
async fn sighup_has_the_certificate_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let [first, second] = ["One", "Two"].map(|name| {
        std::fs::create_dir(at(name)).unwrap();
        Authority::create(&at(name), name).unwrap()
    });
    let [one, two] = [&first, &second].map(|authority| authority.certify("localhost").unwrap());
    let put = |certificate: &Certificate| {
        std::fs::copy(certificate.certificate(), at("chain.pem")).unwrap();
        std::fs::copy(certificate.key(), at("key.pem")).unwrap();
    };
    put(&one);
    std::fs::write(at("master.key"), "0123456789abcdef".repeat(4)).unwrap();
    let path = |name: &str| at(name).display().to_string();
    let config = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"https://localhost\"\n\
         [store]\nurl = \"sqlite://{}\"\n[security]\nmaster_key_file = \"{}\"\n\
         [tls]\ncertificate_file = \"{}\"\nkey_file = \"{}\"\nreload_seconds = 86400\n",
        path("lunas.db"),
        path("master.key"),
        path("chain.pem"),
        path("key.pem"),
    );
    std::fs::write(at("lunas.toml"), config).unwrap();

    let mut server = Server::start(&at("lunas.toml"));
    let url = format!("https://localhost:{}/healthz", server.address.port());
    let (trusting_first, trusting_second) =
        (trusting(&first, server.address), trusting(&second, server.address));
    assert_eq!(trusting_first.get(&url).send().await.unwrap().status(), 200);
    trusting_second.get(&url).send().await.unwrap_err();

    put(&two);
    server.signal("HUP");
    until("the other certificate is shown", async || trusting_second.get(&url).send().await.is_ok()).await;
    trusting(&first, server.address).get(&url).send().await.unwrap_err();

    // One that cannot be used leaves the other in place, and the process goes on.
    std::fs::write(at("chain.pem"), "nothing").unwrap();
    server.signal("HUP");
    assert_eq!(trusting(&second, server.address).get(&url).send().await.unwrap().status(), 200);
    server.signal("TERM");
    until("it has ended", async || server.child.try_wait().unwrap().is_some()).await;
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}
