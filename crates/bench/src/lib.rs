//! Load for a gateway: signed, distinct requests over many connections, and how soon each of them was answered.
//!
//! A [`Merchant`] is whoever calls, a [`Stock`] is what is asked, an [`Amount`] says how much of it, a [`Load`] sends
//! it, a [`Tally`] is what was counted, and a [`Report`] shows it. `lunas bench` is made of that, and so is the binary of
//! this crate, which measures more and compares.

mod amount;
mod load;
mod merchant;
mod pace;
mod report;
mod stock;
mod tally;
mod wire;

pub use amount::{Amount, WARM_UP};
pub use load::{Answers, Load};
pub use merchant::{Merchant, authority};
pub use pace::Pace;
pub use report::Report;
pub use stock::{Origin, Stock, mark, payment};
pub use tally::Tally;
pub use wire::{Wire, is_answer, member};

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Error {
    what: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A failure without a cause of its own.
    pub fn failed(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None }
    }

    /// A failure and its cause.
    pub fn because(
        what: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { what: what.into(), source: Some(source.into()) }
    }
}
