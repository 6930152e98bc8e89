//! From what a camera read, or a person pasted, to the payment behind it.

use lunas_snap::qris::PayloadError;
use lunas_store::Unavailable;

use super::code;
use crate::app::App;
use crate::flow::review::{self, Review};

/// Why a text leads to no payment.
#[derive(Debug)]
pub enum ScanRefusal {
    /// It is no sound code.
    Unreadable(PayloadError),
    /// It is a code, and not one that this gateway made just so.
    NotOurs,
    /// The gateway could not tell.
    Unavailable(String),
}

impl From<Unavailable> for ScanRefusal {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// The payment whose code says `text`; one whose time is up counts as expired.
pub async fn scan(app: &App, text: &str) -> Result<Review, ScanRefusal> {
    let reference_no = code::reference_no(text).map_err(ScanRefusal::Unreadable)?;
    let reference_no = reference_no.ok_or(ScanRefusal::NotOurs)?;
    let review = review::view(app, &reference_no).await?;
    review.filter(|review| code::is_of(text, &review.payment)).ok_or(ScanRefusal::NotOurs)
}
