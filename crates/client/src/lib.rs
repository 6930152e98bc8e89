//! The merchant's side of BI-SNAP direct debit: charge, ask, cancel, refund, and take notifications.
//!
//! A [`Client`] fetches its access token when it needs one, shares it between all callers, signs every call and tries
//! again where trying again is safe. It is cheap to clone. What it never does is decide whether goods are shipped:
//! that follows from a status, read from [`Client::status`] or from a notification that [`NotificationVerifier`] has
//! verified, and never from the page the customer returns to.
//!
//! ```no_run
//! use lunas_client::{CallOptions, Client, ExternalId, Money, PartnerReferenceNo, Secret, StatusRequest};
//! use lunas_client::{gopay_deeplink, gopay_request};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("https://gateway.example")
//!     .client_id("G1234325-SNAP")
//!     .client_secret(Secret::new(std::env::var("CLIENT_SECRET")?))
//!     .private_key_pem(Secret::new(std::fs::read_to_string("merchant.pem")?))
//!     .partner_id("partner-1")
//!     .channel_id("12345")
//!     .build()?;
//!
//! // Keep the id with the order: after a crash the same id asks for the same payment, not for a second one.
//! let options = CallOptions::with_external_id(ExternalId::new("order-0001-attempt-1")?);
//! let request = gopay_request(PartnerReferenceNo::new("order-0001")?, Money::parse_idr("10000.00")?);
//! match client.pay(&request, options).await {
//!     Ok(answer) => {
//!         // A mini app hands the deep link to `launchPayment`; a web shop sends the customer to the URL.
//!         println!("{} {:?}", answer.web_redirect_url, gopay_deeplink(&answer.web_redirect_url));
//!         let charge = StatusRequest::default().original_reference_no(answer.reference_no);
//!         println!("{:?}", client.status(&charge).await?.status);
//!     }
//!     // Nobody knows whether the payment was made: call again with the same id, or ask for its status by it.
//!     Err(error) if error.is_unknown_outcome() => eprintln!("in doubt: {error}"),
//!     Err(error) => eprintln!("no payment: {error}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Errors are told apart by the class and the case of the response code. The words of a message differ from gateway to
//! gateway and decide nothing here, and neither do the service digits of a code, which gateways are known to mix up.

pub mod authorization;
pub mod balance;
pub mod bank;
mod builder;
mod client;
mod deeplink;
mod error;
pub mod history;
pub mod link;
mod localhost;
mod machine;
mod notification;
pub mod qr;
pub mod retry;
mod token;
mod transport;
pub mod va;
mod verified_notification;

pub use builder::{ClientBuilder, ConfigError};
pub use client::{CallOptions, Client, gopay_request};
pub use deeplink::gopay_deeplink;
pub use error::{Error, Refusal};
pub use localhost::LocalhostResolver;
pub use lunas_snap::code::{Case, Failure, ResponseCode};
pub use lunas_snap::field::{FieldError, Sent, WithRest};
pub use lunas_snap::json::{ParseError, Value};
pub use lunas_snap::message::account_notify::{AccountEvent, Notification as AccountNotification};
pub use lunas_snap::message::debit_cancel::{CancelAnswer, CancelRequest};
pub use lunas_snap::message::debit_notify::Notification;
pub use lunas_snap::message::debit_payment::{
    Address, CustomerDetails, Item, PayOption, PaymentAnswer, PaymentRequest, Quantity, UrlKind, UrlParam,
};
pub use lunas_snap::message::debit_refund::{RefundAnswer, RefundRequest};
pub use lunas_snap::message::debit_status::{StatusAnswer, StatusRequest};
pub use lunas_snap::message::{RefundEntry, TransactionStatus, UsedOption};
pub use lunas_snap::service::Service;
pub use lunas_snap::signature::KeyError;
pub use lunas_vocab::{
    BankRequestId, Currency, ExternalId, InvalidId, InvalidTimestamp, MerchantId, Money, MoneyError,
    PartnerReferenceNo, PartnerRefundNo, PartnerResolutionNo, PointOfPurchaseId, ReferenceNo, Secret,
    Timestamp, TrxId,
};
pub use notification::{
    FRESHNESS_WINDOW, NotificationVerifier, PathReading, ReceivedNotification, VerifyError,
};
pub use tokio;
pub use transport::ANSWER_BYTES_MAX;
pub use verified_notification::{Reply, VerifiedNotification};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
