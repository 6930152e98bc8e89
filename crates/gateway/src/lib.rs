//! The Lunas gateway as a library: a BI-SNAP server with its customer pages and workers.
//!
//! The rooms, from the ground up; none sees one above it:
//!
//! - [`config`], [`brand`], [`mod@env`], [`keys`], [`outbound`], [`mod@tls`], [`purpose`]: what a gateway is given, and its
//!   one way to call out;
//! - [`span`]: what lines of the log have in common that belong to the same work;
//! - [`tally`]: what is counted as it happens;
//! - [`controls`]: what a gateway of play money does otherwise, as data;
//! - [`app`]: the parts that all share; [`admin`]: what an operator does to it;
//! - [`flow`]: what the gateway does, in the terms of the domain;
//! - [`qr`]: the QRIS code of a payment; `wire`: between the flows' terms and BI-SNAP's messages;
//! - [`api`], [`pages`], `probes`, `worker`: the edges, which never see each other; [`http`]: what those over HTTP share;
//! - [`site`]: everything that is answered, and what a sandbox may add to it;
//! - `metrics`: what whoever watches the gateway is told, on a listener of its own;
//! - [`server`]: connections and their limits; [`production`]: what must be right before real money is served.
//!
//! [`server::serve`] runs a gateway until it is told to stop:
//!
//! ```no_run
//! # async fn run(config: lunas_gateway::config::Config) -> Result<(), Box<dyn std::error::Error>> {
//! use lunas_gateway::{production, server};
//!
//! let (app, endpoint) = production::prepare(config).await?;
//! println!("pay at {}", app.public_url);
//! server::serve(app, endpoint, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! `lunas-sandbox` puts a sandbox on top, for trying all of it on a laptop.

pub mod admin;
pub mod api;
pub mod app;
pub mod brand;
pub mod config;
pub mod controls;
mod descriptors;
pub mod env;
mod event;
pub mod flow;
pub mod http;
pub mod keys;
pub mod limits;
mod metrics;
pub mod outbound;
pub mod pages;
mod probes;
pub mod production;
pub mod purpose;
pub mod qr;
pub mod server;
pub mod site;
pub mod span;
pub mod tally;
pub mod tls;
mod wire;
mod worker;
