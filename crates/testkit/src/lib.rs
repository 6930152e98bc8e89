//! A test harness for whoever integrates with BI-SNAP, and for Lunas itself: a whole gateway in the test's process.
//!
//! [`Gateway`] is the real one, with its database in a temporary directory, listening on a free port of this machine;
//! nothing is replaced by a double. [`Call`] sends partners' calls over HTTP and lets every part of them be wrong.
//! [`Receiver`] is a merchant's notification endpoint that keeps what it got and answers what it is told to.
//!
//! A gateway ends with [`Gateway::finish`], which proves the ledger and waits until every notification is delivered. A
//! test that forgets it fails.
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
//! gateway.control(&format!("/payments/{}/pay", answer.text_at("/referenceNo"))).await;
//! assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "03");
//! assert_eq!(gateway.receiver.next().await.text_at("/latestTransactionStatus"), "00");
//! gateway.finish().await;
//! # }
//! ```
//!
//! Everything here panics instead of giving errors: a harness that does not work is a failed test.

mod answer;
mod call;
mod gateway;
mod merchant;
mod receiver;
mod render;
pub mod sample;
mod template;
mod wait;

pub use answer::{Answer, Exchange};
pub use call::{Call, Hashed};
pub use gateway::{Gateway, Options};
pub use merchant::Merchant;
pub use receiver::{Notification, Receiver, Reply};
pub use wait::until;
