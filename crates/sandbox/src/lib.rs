//! The Lunas sandbox: a gateway of play money with a merchant, customers and controls made for trying it out.
//!
//! Nothing here stands in for a part of the gateway. The sandbox fills the store, listens on a laptop and opens the
//! control API; what a control does goes through the same flows as a page or a client's call. It stands above
//! `lunas-gateway`, which knows of it only what [`lunas_gateway::site::Extension`] says, and it is given to a gateway of
//! play money or to none: [`lunas_gateway::site::Site::with`] takes nothing else.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use lunas_sandbox::DevOptions;
//!
//! let sandbox = lunas_sandbox::prepare(DevOptions::default()).await?;
//! println!("open {}", sandbox.credentials.container_url);
//! lunas_gateway::server::serve(sandbox.site, sandbox.listener, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```

mod asset;
mod container;
mod controls;
mod credentials;
mod customers;
mod demo;
mod extension;
mod faults;
mod local;
mod mini_apps;
mod prepare;
mod running;
mod seed;
mod start;

pub use credentials::{BankCredentials, Credentials, SandboxCustomer};
pub use customers::{CUSTOMERS, CustomerScenario};
pub use prepare::{DevOptions, Error, Preparing, Sandbox, prepare};
pub use seed::{KeyPairs, SeedError, qris_profile};
