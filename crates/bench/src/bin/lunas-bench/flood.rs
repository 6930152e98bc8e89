//! More than a limit serves, and whoever keeps to it beside that.
//!
//! A merchant creates payments at a rate, within its limit or far beyond it. Beside it, strangers without a token ask for
//! the same, and others ask for tokens in the name of ever new clients. Everybody has connections of their own, and every
//! call its time, so that a gateway that is slow to refuse is seen to be.

use clap::Args;
use lunas_bench::{Answers, Error, Origin, Report, Stock, Tally};

use crate::Common;

/// The merchant's machines.
const MERCHANT: Origin = Origin { first: 0, count: 64 };
/// A stranger at one address.
const STRANGER: Origin = Origin { first: 1 << 16, count: 1 };
/// Strangers at more addresses than a gateway remembers.
const STRANGERS: Origin = Origin { first: 2 << 16, count: 1 << 24 };

/// Who calls, beside the merchant.
#[derive(Args, Debug)]
pub(crate) struct Flood {
    #[command(flatten)]
    common: Common,
    /// Payments per second of a stranger without a token, at one address
    #[arg(long)]
    stranger: Option<u64>,
    /// The same of strangers at ever new addresses
    #[arg(long)]
    strangers: Option<u64>,
    /// Requests per second for tokens, each in the name of another client and from another address
    #[arg(long)]
    claims: Option<u64>,
}

impl Flood {
    /// Measures everybody at once and prints.
    pub(crate) async fn run(self) -> Result<bool, Error> {
        let merchant = self.common.merchant()?;
        let host = merchant.address.as_str();
        let ahead = self.common.amount.requests(u64::MAX);
        let own = Stock::payments(&merchant, &merchant.token().await?, host, ahead)?.from(MERCHANT);
        let others = |rate: Option<u64>, stock: Result<Stock, Error>, origin: Origin| {
            rate.map(|rate| stock.map(|stock| (rate, stock.from(origin)))).transpose()
        };
        let turn = |called: Option<(u64, Stock)>| async {
            let Some((rate, stock)) = called else { return Ok(None) };
            let mut load = self.common.amount.load(vec![host.to_owned()]);
            load.rate = Some(rate);
            load.run(vec![stock]).await.map(Some)
        };
        let rate = self.common.amount.rate.ok_or_else(|| Error::failed("a flood has a --rate"))?;
        let (served, stranger, strangers, claims) = tokio::try_join!(
            turn(Some((rate, own))),
            turn(others(self.stranger, Stock::strangers(&merchant, host), STRANGER)?),
            turn(others(self.strangers, Stock::strangers(&merchant, host), STRANGERS)?),
            turn(others(self.claims, Stock::claims(&merchant, host), STRANGERS)?),
        )?;
        let mut lines = Vec::new();
        let all =
            [("merchant", served), ("stranger", stranger), ("strangers", strangers), ("claims", claims)];
        for (name, Answers { served, refused }) in
            all.into_iter().filter_map(|(name, answers)| Some((name, answers?)))
        {
            lines.push((name.to_owned(), served));
            lines.push((format!("{name}, refused"), refused));
        }
        let is_something = |tally: &Tally| tally.successes() + tally.failures > 0;
        lines.retain(|(_, tally)| is_something(tally));
        let amount = self.common.amount.clone();
        Ok(self.common.finish(&Report { measurement: "flood", amount, lines, is_compared: false }))
    }
}
