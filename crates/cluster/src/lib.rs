//! Throw-away PostgreSQL for tests: a cluster for a whole run, and a database in it for each test.
//!
//! `cargo xtask` starts a [`Cluster`] and tells its tests where it is; each test makes a [`Database`] there. Nothing
//! is left behind, and no cluster of the machine's own is ever touched. All of it is done by the server's own programs,
//! so that whoever only wants to build Lunas needs none of them. A [`Line`] stands between a test and its server, and
//! fails when it is told to.

mod authority;
mod cluster;
mod database;
mod distributed;
mod group;
mod line;

pub use authority::{Authority, Certificate, KeyKind, X509Version};
pub use cluster::{Cluster, free_port, run};
pub use database::{CHOICE, DISTRIBUTED, Database, VARIABLE};
pub use distributed::Distributed;
pub use group::Group;
pub use line::{Fault, Line};
