//! What a merchant asks about its balance, and the answer. The call is [`Client::balance`](crate::Client::balance).

pub use lunas_snap::message::balance_inquiry::{AccountBalance, BalanceAnswer, BalanceRequest};
