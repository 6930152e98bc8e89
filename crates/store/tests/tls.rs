//! TLS towards PostgreSQL: what each `sslmode` believes, against a server with a certificate of a test's own authority.

#![expect(clippy::unwrap_used, reason = "a test whose rows cannot be made has failed")]

use std::path::Path;

use lunas_cluster::{Authority, Certificate, Cluster, Database, KeyKind, X509Version};
use lunas_store::Store;

/// How the store's connections are spoken on; each of them alike.
const ENCRYPTED: &str = "select string_agg(distinct cast(s.ssl as text), ' ') \
    from pg_stat_ssl s join pg_stat_activity a using (pid) where a.application_name = 'lunas'";

struct Server {
    /// The authority that vouches for it.
    authority: Authority,
    /// Another one.
    stranger: Authority,
    /// Another one that has the same name.
    namesake: Authority,
    // The database is forgotten with its cluster.
    database: Database,
    cluster: Cluster,
    _directory: tempfile::TempDir,
}

fn authorities(within: &Path) -> [Authority; 3] {
    [("first", "One"), ("second", "Two"), ("third", "One")].map(|(directory, name)| {
        let own = within.join(directory);
        std::fs::create_dir(&own).unwrap();
        Authority::create(&own, name).unwrap()
    })
}

impl Server {
    /// A server whose certificate has that name.
    fn named(name: &str) -> Self {
        Self::with(|authority| authority.certify(name).unwrap())
    }

    fn with(certified: impl FnOnce(&Authority) -> Certificate) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let [authority, stranger, namesake] = authorities(directory.path());
        let cluster = Cluster::start_encrypted(&certified(&authority)).unwrap();
        let database = Database::create_in(&cluster);
        Self { authority, stranger, namesake, database, cluster, _directory: directory }
    }

    fn address(&self, host: &str, parameters: &str) -> String {
        let (port, name) = (self.cluster.port(), self.database.name());
        format!("postgres://postgres@{host}:{port}/{name}?{parameters}")
    }

    fn trusting(&self, authority: &Authority) -> String {
        format!("sslmode=verify-full&sslrootcert={}", authority.root().display())
    }

    async fn opens(&self, host: &str, parameters: &str, is_encrypted: bool) {
        let store = Store::open(&self.address(host, parameters)).await;
        let store = store.unwrap_or_else(|refused| panic!("{host} {parameters}: {refused}"));
        store.probe().await.unwrap();
        assert_eq!(self.database.sql(ENCRYPTED), is_encrypted.to_string(), "{host} {parameters}");
        store.close().await;
    }

    async fn refuses(&self, host: &str, parameters: &str, expected: &str) {
        let refused = Store::open(&self.address(host, parameters)).await.unwrap_err().to_string();
        assert!(refused.contains(expected), "{host} {parameters}: {refused}");
    }
}

#[tokio::test]
async fn a_certificate_counts_only_where_it_is_to_be_verified() {
    let server = Server::named("localhost");
    server.opens("localhost", "sslmode=disable", false).await;
    server.opens("localhost", "sslmode=prefer", true).await;
    server.opens("localhost", "", true).await;
    server.opens("127.0.0.1", "sslmode=require", true).await;
    server.opens("localhost", &server.trusting(&server.authority), true).await;

    let unknown = "none of the trusted roots (sslrootcert, or the system's) vouches for its certificate";
    server.refuses("localhost", &server.trusting(&server.stranger), unknown).await;
    server.refuses("localhost", &server.trusting(&server.namesake), unknown).await;
    let misnamed = "its certificate is for another name than the address has";
    server.refuses("127.0.0.1", &server.trusting(&server.authority), misnamed).await;
    server
        .refuses("localhost", "sslmode=verify-full&sslrootcert=/nowhere.pem", "sslrootcert /nowhere.pem")
        .await;
}

#[tokio::test]
async fn a_server_with_another_name_is_refused_and_believed_under_its_own() {
    let server = Server::named("db.internal");
    let misnamed = "its certificate is for another name than the address has";
    server.refuses("localhost", &server.trusting(&server.authority), misnamed).await;
    let by_address = format!("{}&hostaddr=127.0.0.1", server.trusting(&server.authority));
    server.opens("db.internal", &by_address, true).await;
    server.opens("localhost", "sslmode=require", true).await;
}

/// What an operator made by one line of `openssl`, or a server made for itself.
#[tokio::test]
async fn a_certificate_of_the_first_version_encrypts_and_proves_no_name() {
    let certified =
        |authority: &Authority| authority.certify_as("localhost", KeyKind::Rsa, X509Version::One).unwrap();
    let server = Server::with(certified);
    server.opens("localhost", "sslmode=disable", false).await;
    server.opens("localhost", "sslmode=prefer", true).await;
    server.opens("127.0.0.1", "sslmode=require", true).await;
    let unfit = "it shows a certificate of X.509 version 1 or 2, which names no host and is no authority's: \
                 sslmode=verify-full needs version 3, and the server's with the host under subjectAltName";
    server.refuses("localhost", &server.trusting(&server.authority), unfit).await;
    server.refuses("localhost", &server.trusting(&server.stranger), unfit).await;
}

/// A server speaks no TLS unless it was told to.
#[tokio::test]
async fn a_server_without_tls_is_used_only_where_that_is_allowed() {
    let directory = tempfile::tempdir().unwrap();
    let [authority, stranger, namesake] = authorities(directory.path());
    let cluster = Cluster::start().unwrap();
    let database = Database::create_in(&cluster);
    let server = Server { authority, stranger, namesake, database, cluster, _directory: directory };
    server.opens("localhost", "sslmode=disable", false).await;
    server.opens("localhost", "sslmode=prefer", false).await;
    server.refuses("localhost", "sslmode=require", "server does not support TLS").await;
    server.refuses("localhost", &server.trusting(&server.authority), "server does not support TLS").await;
}
