//! The real binary as a process: how it starts, how it ends, and what is left when it is killed.
//!
//! What the gateway answers to which call is tested where the gateway is; here it matters only what became of answers.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names the cases that it is about; what it leaves out, the product's own matches do not"
)]
#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]
#![expect(clippy::print_stdout, reason = "seeds and counts are for whoever reads a test's output")]

mod accounts;
mod audit;
mod bench;
mod book;
mod chance;
mod drain;
mod home;
mod kill;
mod linked;
mod listen;
mod log;
#[allow(dead_code, reason = "the tests of several gateways share this file")]
mod merchant;
mod order;
mod pending;
mod receiver;
mod scenarios;
mod spans;
mod start;
mod tls;
#[allow(dead_code, reason = "the tests of several gateways share this file")]
mod told;
mod urls;
