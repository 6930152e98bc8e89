//! BI-SNAP on the wire, for both sides of it: bytes and values come in, values and texts go out.
//!
//! There is no I/O here, no clock and no chance; a server or a client brings those. The tour, in the order in which
//! a server meets a call:
//!
//! - [`service`]: which service a path is, one row each.
//! - [`header`]: names of headers, and the rules single headers have.
//! - [`json`]: JSON that keeps the text it was written in, and the minified form that signatures cover.
//! - [`signature`]: the four signatures, made and verified.
//! - [`message`]: what each service says, typed; [`field`] reads it, names what is wrong, and
//!   describes the members.
//! - [`code`]: the response codes, and the words that go with a failure.
//! - [`qris`]: the text inside a QR code, written and read.
//! - [`return_url`]: which URLs a customer may be sent to.
//! - [`virtual_account`]: the numbers of virtual accounts, bank by bank.
//!
//! ```
//! use lunas_snap::message::debit_status::StatusRequest;
//! use lunas_snap::service::Service;
//! use lunas_snap::{json, signature};
//!
//! // A merchant asks what became of a charge, and signs the question.
//! let service = Service::DebitStatus;
//! let body = br#"{ "originalReferenceNo": "A120241007084522AbCdEfGhIjID", "serviceCode": "54" }"#;
//! let timestamp = "2024-10-07T15:45:22+07:00";
//! let hash = signature::body_hash(&json::minify(body));
//! let text = signature::transaction_text(service.method(), service.path(), "token", &hash, timestamp);
//! let signed = signature::hmac_sign("client secret", &text);
//!
//! // The gateway verifies the bytes it received before it believes them.
//! let value = json::parse(body).expect("valid JSON");
//! let check = signature::TransactionCheck {
//!     method: "POST",
//!     path: "/v1.0/debit/status",
//!     token: "token",
//!     raw_body: body,
//!     timestamp,
//!     signature: &signed,
//! };
//! assert_eq!(check.verify(&["client secret"], Some(&value)), Some(signature::Reading::Minified));
//!
//! let request = StatusRequest::read(&value).expect("a complete request");
//! let reference_no = request.original_reference_no.expect("it was given");
//! assert_eq!(reference_no.as_str(), "A120241007084522AbCdEfGhIjID");
//! ```

pub mod code;
pub mod field;
pub mod fingerprint;
pub mod header;
pub mod json;
pub mod message;
pub mod qris;
pub mod return_url;
pub mod service;
pub mod signature;
pub mod virtual_account;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
