//! A database for one test.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::Cluster;
use crate::cluster::{programs, run};

/// The variable that says where the cluster is: the address of a database in it, whose user may make others.
pub const VARIABLE: &str = "LUNAS_TEST_POSTGRES";

/// What is said when it is not set.
const UNTOLD: &str = "LUNAS_TEST_POSTGRES is not set, so there is no PostgreSQL to test on. \
    `cargo xtask with-postgres test …` starts one for a run of `cargo test …`";

/// The variable that says which engine keeps the stores of suites that run on either: `sqlite`, which is also what
/// nothing means, or `postgres`.
pub const CHOICE: &str = "LUNAS_TEST_STORE";

/// The variable that says that the cluster is distributed: a database that each test has a copy of, and then the
/// `host:port` of every node, all apart by blanks.
pub const DISTRIBUTED: &str = "LUNAS_TEST_DISTRIBUTED";

/// A node's own daemons have each database open that was used. They would keep it from being copied.
const LEFT_ALONE: &str = "alter database {} allow_connections false;
    select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = '{}'";

/// Two tests cannot do so to one database at once.
static LEAVING: Mutex<()> = Mutex::new(());

/// Makes names differ within one process.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database that goes away when this is dropped.
#[derive(Debug)]
pub struct Database {
    cluster: String,
    name: String,
    /// The addresses of the other nodes that have it.
    others: Vec<String>,
    /// Whether its cluster goes away with the test, and it with the cluster.
    goes_with_cluster: bool,
}

impl Database {
    /// An empty database.
    ///
    /// # Panics
    ///
    /// When there is no cluster, with a sentence that says how to have one.
    pub fn create() -> Self {
        Self::create_like(None)
    }

    /// An empty database, if this run of the tests is one on PostgreSQL.
    ///
    /// # Panics
    ///
    /// When it is and there is no cluster, or when the choice is none.
    pub fn if_chosen() -> Option<Self> {
        match std::env::var(CHOICE).as_deref() {
            Err(_) | Ok("sqlite") => None,
            Ok("postgres") => Some(Self::create()),
            Ok(other) => panic!("{CHOICE} is {other}, which is neither sqlite nor postgres"),
        }
    }

    /// A copy of another database, which nobody may have open.
    ///
    /// # Panics
    ///
    /// When there is no cluster, with a sentence that says how to have one.
    pub fn copy_of(template: &Self) -> Self {
        Self::create_like(Some(&template.name))
    }

    /// An empty database in a cluster of the test's own.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn create_in(cluster: &Cluster) -> Self {
        let mut database = Self::created(cluster.address(), Vec::new(), "template0");
        database.goes_with_cluster = true;
        database
    }

    fn create_like(template: Option<&str>) -> Self {
        let cluster = std::env::var(VARIABLE).unwrap_or_else(|_| panic!("{UNTOLD}"));
        let distributed = std::env::var(DISTRIBUTED).unwrap_or_default();
        let mut words = distributed.split_whitespace();
        let own = words.next().unwrap_or("template0");
        let others = words.map(|node| on_node(&cluster, node)).filter(|node| *node != cluster).collect();
        Self::created(cluster, others, template.unwrap_or(own))
    }

    fn created(cluster: String, others: Vec<String>, template: &str) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lunas_{}_{number}", std::process::id());
        let database = Self { cluster, name, others, goes_with_cluster: false };
        if !database.others.is_empty() {
            let _one = LEAVING.lock().unwrap_or_else(PoisonError::into_inner);
            for node in database.nodes() {
                database.sql_on(node, &LEFT_ALONE.replace("{}", template));
            }
        }
        for node in database.nodes() {
            database.sql_on(node, &format!("create database {} template {template}", database.name));
        }
        database
    }

    /// The node that is spoken to comes last: what it has is whole then.
    fn nodes(&self) -> impl Iterator<Item = &String> {
        self.others.iter().chain([&self.cluster])
    }

    /// Its address.
    pub fn address(&self) -> String {
        let (base, parameters) = self.cluster.split_once('?').unwrap_or((&self.cluster, ""));
        let (server, _) = base.rsplit_once('/').unwrap_or((base, ""));
        format!("{server}/{}?{parameters}", self.name)
    }

    /// Runs SQL in it and gives what is printed, unaligned: for damage that no program does, and for a look at it.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn sql(&self, sql: &str) -> String {
        self.sql_on(&self.address(), sql)
    }

    /// Runs SQL beside it, in the cluster's first database.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn sql_beside(&self, sql: &str) -> String {
        self.sql_on(&self.cluster, sql)
    }

    /// Runs SQL in the copy of it that a standby of its cluster has.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn sql_on_standby(&self, standby: &Cluster, sql: &str) -> String {
        let address = standby.address().replace("/postgres?", &format!("/{}?", self.name));
        self.sql_on(&address, sql)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn sql_on(&self, address: &str, sql: &str) -> String {
        psql(address, sql).unwrap_or_else(|error| panic!("{}: {sql}: {error}", self.name))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.goes_with_cluster {
            return;
        }
        // A test that fails has more to say than that its database stays until the cluster goes away.
        for node in [&self.cluster].into_iter().chain(&self.others) {
            let _ = psql(node, &format!("drop database if exists {} with (force)", self.name));
        }
    }
}

/// The same address at another node.
pub(crate) fn on_node(address: &str, node: &str) -> String {
    let (before, place) = address.rsplit_once('@').unwrap_or(("postgres://postgres", address));
    let (_, database) = place.split_once('/').unwrap_or_default();
    format!("{before}@{node}/{database}")
}

/// Runs SQL at an address and gives what is printed, unaligned.
pub(crate) fn psql(address: &str, sql: &str) -> Result<String, String> {
    let program = programs().map_or_else(|| "psql".into(), |directory| directory.join("psql"));
    let mut command = Command::new(program);
    command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-v", "ON_ERROR_STOP=1", "-d"]);
    run(command.arg(address).args(["-c", sql])).map(|text| text.trim().to_owned())
}
