//! The Lunas gateway as a library: a BI-SNAP server with its customer pages, workers and sandbox.
//!
//! The rooms, from the inside out:
//!
//! - [`config`], [`brand`], [`mod@env`], [`keys`], [`outbound`]: what a gateway is given, and its one way to call out;
//! - [`app`]: the parts that all share;
//! - [`admin`]: what an operator does to it;
//! - [`flow`]: what the gateway does, in the terms of the domain;
//! - `wire`: between those terms and BI-SNAP's messages;
//! - [`http`]: the pipeline every partner's call goes through, and the pages;
//! - `worker`: what happens by itself;
//! - [`mod@tls`]: the gateway's certificate;
//! - [`production`]: what must be right before real money is served;
//! - [`sandbox`]: customers, a merchant and controls for trying all of it on a laptop.
//!
//! [`server::serve`] runs a gateway until it is told to stop:
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use lunas_gateway::sandbox::{self, DevOptions};
//!
//! let sandbox = sandbox::prepare(DevOptions::default()).await?;
//! println!("open {}", sandbox.credentials.container_url);
//! lunas_gateway::server::serve(sandbox.app, sandbox.listener, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```

pub mod admin;
pub mod app;
pub mod brand;
pub mod config;
pub mod env;
mod event;
pub mod flow;
pub mod http;
pub mod keys;
pub mod outbound;
pub mod production;
mod qr_image;
pub mod sandbox;
pub mod server;
pub mod tls;
mod wire;
mod worker;
