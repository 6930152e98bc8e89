//! The gateway from outside: whole exchanges over HTTP against a gateway in this process.
//!
//! What a client or a customer can see is compared with snapshots; what must hold whatever happens (the ledger, the
//! outbox) is proven by the kit at the end of every test. How customers' pages look and feel is left to a browser.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names the cases that it is about; what it leaves out, the product's own matches do not"
)]
#![expect(clippy::unwrap_used, reason = "a test that finds nothing where something must be has failed")]

mod amounts;
mod archive;
mod balance;
mod business_ids;
mod cancel;
mod clients;
mod clock_jump;
mod codes;
mod consent;
mod controls;
mod discrepancies;
mod edge;
mod expiry;
mod first_answers;
mod health;
mod history;
mod idempotency;
mod kit;
mod limits;
mod linked_payment;
mod linking;
mod methods;
mod metrics;
mod notification;
mod notify_statuses;
mod operators;
mod order;
mod page;
mod pasted;
mod payment;
mod payment_fields;
mod pipeline;
mod postgres;
mod pre_auth;
mod property;
mod qr;
mod refund;
mod repeated_calls;
mod replica;
mod secrets;
mod seed;
mod several_ids;
mod signature;
mod status;
mod tls;
mod token;
mod too_often;
mod va;
mod va_answers;
mod va_bank;
mod va_multi;
mod va_numbers;
mod world;
