//! From what a camera read, or a person pasted, to the payment behind it.

use lunas_snap::qris::PayloadError;

use super::code;
use crate::app::App;
use crate::flow::Refusal;
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

/// The payment whose code says `text`; one whose time is up counts as expired.
pub async fn scan(app: &App, text: &str) -> Result<Review, ScanRefusal> {
    let reference_no = code::reference_no(text).map_err(ScanRefusal::Unreadable)?;
    let reference_no = reference_no.ok_or(ScanRefusal::NotOurs)?;
    match review::view(app, &reference_no).await {
        Ok(review) if code::is_of(text, &review.payment) => Ok(review),
        Err(Refusal::Unavailable(reason)) => Err(ScanRefusal::Unavailable(reason)),
        Ok(_) | Err(_) => Err(ScanRefusal::NotOurs),
    }
}
