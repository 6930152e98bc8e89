//! Everybody in turns: prepare, warm up, measure.

use std::time::Duration;

use clap::Args;
use lunas_bench::{Error, Merchant, Report, Stock, Tally, WARM_UP, authority, payment};
use lunas_client::CallOptions;
use url::Url;

use crate::baseline::BaselineProcess;
use crate::hold::Hold;
use crate::target::Target;
use crate::{Common, drain};

/// Turns that the gateway and others take, one after the other.
const TURNS: usize = 2;
/// Payments that queries ask about.
const KNOWN_PAYMENTS: usize = 1_000;

/// Who is measured, and how.
#[derive(Args, Debug)]
pub(crate) struct Turns {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Measure a bare handler as well, which verifies the same signatures and keeps nothing
    #[arg(long)]
    baseline: bool,
    /// Measure another server as well, which is sent the same requests; give it again for each
    #[arg(long, value_name = "NAME=URL", value_parser = against)]
    against: Vec<(String, Url)>,
    /// Base URLs of further gateways on the same store; connections take turns between all of them
    #[arg(long, value_name = "URL", value_delimiter = ',')]
    nodes: Vec<Url>,
}

/// What is asked of a target.
pub(crate) enum Demand {
    /// New payments, of at least one merchant.
    Payments(Vec<Merchant>),
    /// The status of payments that are there.
    Queries(Merchant, Vec<String>),
    /// Access tokens.
    Tokens(Merchant),
}

impl Turns {
    /// Where the gateway is, on all of its nodes.
    pub(crate) fn addresses(&self, merchant: &Merchant) -> Vec<String> {
        std::iter::once(merchant.address.clone()).chain(self.nodes.iter().map(authority)).collect()
    }

    /// Status queries about payments that are created for it.
    pub(crate) async fn queries(&self) -> Result<bool, Error> {
        let merchant = self.common.merchant()?;
        let mut known = Vec::with_capacity(KNOWN_PAYMENTS);
        for number in 0..KNOWN_PAYMENTS {
            let request = payment(&merchant, &format!("known-{number:06}"), 1)?;
            let created = merchant.client.pay(&request, CallOptions::default()).await;
            let created =
                created.map_err(|source| Error::because("a payment could not be created", source))?;
            known.push(created.reference_no.to_string());
        }
        self.run("status", Demand::Queries(merchant, known)).await
    }

    /// Payments are taken while nobody is told, for twice the time: they come in faster than they can be told.
    pub(crate) async fn notifications(&self) -> Result<bool, Error> {
        let merchant = self.common.merchant()?;
        let amount = &self.common.amount;
        let hold = Hold::start(&merchant).await?;
        let target = Target::gateway(self.addresses(&merchant));
        let stocks = self.stocks(&Demand::Payments(vec![self.common.merchant()?]), &target).await?;
        eprintln!("filling the outbox");
        let mut load = amount.load(target.addresses);
        load.measured *= 2;
        let filled = load.run(stocks).await;
        hold.release(&merchant).await?;
        let filled = filled?.served.successes();
        eprintln!("delivering");
        let told = drain::drain(&merchant, filled, WARM_UP, Duration::from_secs(amount.seconds)).await?;
        Ok(self.common.finish(&Report::of("notify", amount, "notifications", told)))
    }

    /// Measures everybody and prints.
    pub(crate) async fn run(&self, measurement: &'static str, demand: Demand) -> Result<bool, Error> {
        let merchant = match &demand {
            Demand::Payments(merchants) => {
                merchants.first().ok_or_else(|| Error::failed("there is no merchant"))?
            }
            Demand::Queries(merchant, _) | Demand::Tokens(merchant) => merchant,
        };
        let bare = self.baseline.then(|| BaselineProcess::start(&merchant.client_secret)).transpose()?;
        let mut targets = vec![Target::gateway(self.addresses(merchant))];
        targets.extend(bare.as_ref().map(Target::bare));
        targets.extend(self.against.iter().map(Target::other));
        let turns = if targets.len() > 1 { TURNS } else { 1 };
        let mut lines: Vec<(String, Tally)> =
            targets.iter().map(|target| (target.name.clone(), Tally::new(Duration::ZERO))).collect();
        for turn in 1..=turns {
            for (target, (_, tally)) in targets.iter().zip(&mut lines) {
                eprintln!("{}, turn {turn} of {turns}", target.name);
                let stocks = self.stocks(&demand, target).await?;
                let load = self.common.amount.load(target.addresses.clone());
                tally.add(load.run(stocks).await?.all_served());
            }
        }
        let amount = self.common.amount.clone();
        Ok(self.common.finish(&Report { measurement, amount, lines, is_compared: targets.len() > 1 }))
    }

    async fn stocks(&self, demand: &Demand, target: &Target) -> Result<Vec<Stock>, Error> {
        let host = target.host()?;
        match demand {
            Demand::Tokens(merchant) => Ok(vec![Stock::tokens(merchant, host)?]),
            Demand::Queries(merchant, known) => {
                Ok(vec![Stock::queries(merchant, &merchant.token().await?, host, known.clone())?])
            }
            Demand::Payments(merchants) => {
                let requests = self.common.amount.requests(target.prepared_per_second);
                let count = requests / u64::try_from(merchants.len()).unwrap_or(1);
                let mut stocks = Vec::with_capacity(merchants.len());
                for merchant in merchants {
                    stocks.push(Stock::payments(merchant, &merchant.token().await?, host, count)?);
                }
                Ok(stocks)
            }
        }
    }
}

/// Reads `NAME=URL`.
fn against(text: &str) -> Result<(String, Url), String> {
    let (name, url) = text.split_once('=').ok_or("it is NAME=URL, such as mine=http://127.0.0.1:3000")?;
    let url = Url::parse(url).map_err(|error| format!("{url}: {error}"))?;
    Ok((name.to_owned(), url))
}
