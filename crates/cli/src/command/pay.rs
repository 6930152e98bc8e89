//! `lunas pay`: a customer of the sandbox pays, without the page.

use clap::Args;
use serde_json::{Map, Value};

use crate::output;
use crate::sandbox::SandboxArgs;
use crate::verdict::{Error, Verdict};

/// Pay a pending payment of the sandbox as one of its customers
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas pay A120261120110000AbCdEfGhIjID --option PAY_LATER")]
pub(crate) struct Pay {
    /// The referenceNo that the payment was answered with
    reference: String,
    /// Phone number of the customer who pays (default: the first one with money)
    #[arg(long)]
    phone: Option<String>,
    /// What to pay with: GOPAY_WALLET or PAY_LATER (default: the wallet)
    #[arg(long, value_name = "OPTION")]
    option: Option<String>,
    #[command(flatten)]
    sandbox: SandboxArgs,
    /// Print the sandbox's answer as JSON
    #[arg(long)]
    json: bool,
}

impl Pay {
    /// Pays.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        let sandbox = self.sandbox.read()?;
        let mut order = Map::new();
        order.extend(self.phone.map(|phone| ("phone".to_owned(), Value::from(phone))));
        order.extend(self.option.map(|option| ("payOption".to_owned(), Value::from(option))));
        let answer = sandbox.payment(&self.reference, "pay", &Value::Object(order)).await?;
        if self.json {
            output::print_json(&answer)?;
        } else {
            let status = answer.get("latestTransactionStatus").and_then(Value::as_str).unwrap_or("?");
            output::print(&format!("{} {status}", self.reference))?;
        }
        Ok(Verdict::Positive)
    }
}
