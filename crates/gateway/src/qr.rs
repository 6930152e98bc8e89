//! The QRIS code of a payment: what it says, its picture, and the way back from a scanned text to the payment.

pub(crate) mod code;
pub(crate) mod image;
pub mod scan;
