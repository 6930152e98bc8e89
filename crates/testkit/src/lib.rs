//! A test harness for whoever integrates with BI-SNAP, and for Lunas itself: a whole gateway in the test's process.
//!
//! [`Gateway`] starts it and has the calls; [`Call`] lets every part of one be wrong; [`Receiver`] takes notifications;
//! [`sample`] has bodies. What is inside the gateway stays there.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use lunas_testkit::{Gateway, sample};
//!
//! let gateway = Gateway::start().await;
//! let answer = gateway.pay(&sample::payment("order-1")).send().await;
//! assert_eq!(answer.code(), "2005400");
//!
//! gateway.customer_pays(answer.text_at("/referenceNo")).await;
//! assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "03");
//! assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "00");
//! gateway.finish().await;
//! # }
//! ```
//!
#![doc = include_str!("../README.md")]

mod answer;
mod call;
mod gateway;
mod keys;
mod merchant;
mod receiver;
mod render;
pub mod sample;
mod wait;

pub use answer::{Answer, Exchange};
pub use call::{Call, Hashed};
pub use gateway::{Gateway, GatewayBuilder};
pub use merchant::Merchant;
pub use receiver::{Notification, Receiver, Reply};
pub use wait::until;

pub use lunas_client as client;
pub use lunas_client::{Money, Secret, Timestamp};
pub use lunas_sandbox::{BankCredentials, Credentials, SandboxCustomer};
pub use lunas_snap::service::Service;
pub use lunas_snap::signature::SigningKey;
pub use reqwest::Method;
pub use serde_json::{Value, json};
pub use tokio;
