//! The words everything else in Lunas is written in: money, identifiers, instants and secrets.
//!
//! Nothing here does I/O, reads a clock or draws a random number; a value either is well formed or cannot be made.
//!
//! ```
//! use lunas_vocab::{Money, Timestamp};
//!
//! let price = Money::parse_idr("10000.0").expect("one to two decimals are accepted");
//! assert_eq!(price.to_decimal(), "10000.00");
//!
//! let sent = Timestamp::parse("2024-10-07T08:45:22.123Z").expect("an SDK's timestamp");
//! assert_eq!(sent.to_snap(), "2024-10-07T15:45:22+07:00");
//! ```

mod bucket;
mod certificate;
mod hex;
mod id;
mod loopback;
mod money;
mod phone;
mod secret;
mod timestamp;
mod words;

pub use bucket::Bucket;
pub use certificate::X509;
pub use hex::hex;
pub use id::{
    AccountId, BankId, BankRequestId, ClientId, CustomerId, ExternalId, InvalidId, MerchantId,
    NotificationId, PartnerReferenceNo, PartnerRefundNo, PartnerResolutionNo, Phone, PointOfPurchaseId,
    ReferenceNo, RefundNo, ResolutionNo, TrxId,
};
pub use loopback::{LOOPBACK, is_localhost, is_loopback_host};
pub use money::{Currency, Money, MoneyError};
pub use secret::Secret;
pub use timestamp::{InvalidTimestamp, Timestamp};
#[doc(hidden)]
pub use words::differ;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
