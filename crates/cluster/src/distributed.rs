//! A cluster of Citus that is given, and a distributed database on it of which tests have copies.

use crate::database::{on_node, psql};

/// The nodes besides the one that is spoken to.
const OTHERS: &str = "select nodename || ':' || nodeport from pg_dist_node
    where noderole = 'primary' and isactive and groupid <> 0 order by groupid";

/// Nobody may have a database open that is copied, and a node's own daemons do.
const ALONE: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = ";

/// How often a copy is tried: a daemon may come back in between.
const TRIES: u32 = 10;

/// A copy of a distributed database, on every node of it. It goes away when this is dropped.
#[derive(Debug)]
pub struct Distributed {
    /// Their addresses, that of the coordinator first.
    nodes: Vec<String>,
    name: String,
}

impl Distributed {
    /// The copy of the database of an address, whose tables are distributed. The error is a sentence.
    pub fn copy_of(address: &str) -> Result<Self, String> {
        let base = address.split_once('?').map_or(address, |(base, _)| base);
        let (_, original) = base.rsplit_once('/').ok_or("the address names no database")?;
        let others = psql(address, OTHERS)?;
        let parameters = &address[base.len()..];
        let beside = format!("{}/postgres{parameters}", base.trim_end_matches(&format!("/{original}")));
        let others = others.lines().map(|node| on_node(&beside, node));
        let copy = Self {
            nodes: std::iter::once(beside.clone()).chain(others).collect(),
            name: format!("lunas_distributed_{}", std::process::id()),
        };
        let all = |sql: &str| copy.nodes.iter().try_for_each(|node| psql(node, sql).map(drop));
        for attempt in 1.. {
            let copied = all(&format!("{ALONE}'{original}'"))
                .and_then(|()| all(&format!("drop database if exists {}", copy.name)))
                .and_then(|()| all(&format!("create database {} template {original}", copy.name)));
            match copied {
                Err(error) if attempt == TRIES => return Err(error),
                Err(_) => {}
                Ok(()) => break,
            }
        }
        Ok(copy)
    }

    /// The address beside which tests make their databases.
    pub fn address(&self) -> &str {
        self.nodes.first().map_or("", String::as_str)
    }

    /// What tests have to be told of it.
    pub fn told(&self) -> String {
        let place = |node: &String| {
            let (_, place) = node.rsplit_once('@').unwrap_or_default();
            place.split('/').next().unwrap_or_default().to_owned()
        };
        let nodes: Vec<String> = self.nodes.iter().map(place).collect();
        format!("{} {}", self.name, nodes.join(" "))
    }
}

impl Drop for Distributed {
    fn drop(&mut self) {
        for node in &self.nodes {
            // Whoever ran it has the cluster, and can look.
            let _ = psql(node, &format!("drop database if exists {} with (force)", self.name));
        }
    }
}
