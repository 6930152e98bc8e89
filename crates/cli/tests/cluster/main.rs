//! Several gateways, real processes, on one PostgreSQL database behind one address: what becomes of answers when any of
//! them ends or stands still, and when the database's primary does.
//!
//! The merchant, its load and what is proven in the end are those of the other process tests.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names the cases that it is about; what it leaves out, the product's own matches do not"
)]
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]
#![expect(clippy::print_stdout, reason = "seeds, counts and times are for whoever reads a test's output")]

#[path = "../process/audit.rs"]
#[allow(dead_code, reason = "shared with the tests of one gateway")]
mod audit;
mod balancer;
#[path = "../process/book.rs"]
mod book;
#[path = "../process/chance.rs"]
mod chance;
mod failover;
mod gateways;
#[path = "../process/home.rs"]
#[allow(dead_code, reason = "shared with the tests of one gateway")]
mod home;
mod load;
#[path = "../process/merchant.rs"]
#[allow(dead_code, reason = "shared with the tests of one gateway")]
mod merchant;
mod nodes;
#[path = "../process/order.rs"]
mod order;
#[path = "../process/receiver.rs"]
mod receiver;
#[path = "../process/told.rs"]
#[allow(dead_code, reason = "shared with the tests of one gateway")]
mod told;
