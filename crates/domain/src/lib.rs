//! The rules of Lunas, as pure code: what may happen to a payment, which accounts it moves, who must be told and when.
//!
//! A caller reads state, asks [`payment::decide`] what a command means for it, and makes everything that the
//! [`payment::Decision`] names durable in one commit. There is no I/O here, no clock and no chance: `now` and every
//! identifier come in as values.
//!
//! ```
//! use lunas_domain::payment::{self, Command, Status};
//! use lunas_domain::ledger::PayOption;
//! use lunas_vocab::{CustomerId, MerchantId, Money, PartnerReferenceNo, ExternalId, ReferenceNo, Timestamp};
//!
//! let now = Timestamp::parse("2026-11-20T18:00:00+07:00").unwrap();
//! let order = payment::Order {
//!     partner_reference_no: PartnerReferenceNo::new("order-1").unwrap(),
//!     amount: Money::idr(10_000),
//!     product: payment::Product::DirectDebit,
//!     method: payment::Method::Gopay,
//!     valid_up_to: None,
//!     items: Vec::new(),
//!     details: payment::Details {
//!         return_url: Some(payment::ReturnUrl { url: "https://shop.example/done".into(), is_deeplink: false }),
//!         ..payment::Details::default()
//!     },
//! };
//! let identity = payment::Identity {
//!     reference_no: ReferenceNo::new("A120261120110000AbCdEfGhIjID").unwrap(),
//!     merchant: MerchantId::new("G000000001").unwrap(),
//!     external_id: ExternalId::new("7f0b2c1e").unwrap(),
//! };
//! let opened = payment::open(order, identity, payment::MerchantTerms::default(), now).unwrap();
//! assert_eq!(opened.payment.status, Status::Pending);
//!
//! let pay = Command::Pay { payer: CustomerId::new("c-1").unwrap(), option: PayOption::Wallet };
//! let paid = payment::decide(&opened.payment, &pay, now).unwrap();
//! assert_eq!(paid.payment.status, Status::Paid);
//! assert!(paid.journal.unwrap().is_balanced());
//! ```

pub mod bank;
pub mod customer;
pub mod history;
pub mod json_text;
pub mod ledger;
pub mod link;
pub mod merchant;
pub mod notification;
pub mod payment;
pub mod pin_attempt;
pub mod replay;
pub mod virtual_account;
