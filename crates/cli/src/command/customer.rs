//! `lunas customer`: whose wallets the gateway keeps.

use clap::{Args, Subcommand};
use lunas_domain::ledger::Account;
use lunas_vocab::{Money, Phone, Secret};
use serde_json::json;

use crate::admin_session::AdminSession;
use crate::output;
use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict};

/// Register customers, list them, fill their wallets
#[derive(Subcommand, Debug)]
pub(crate) enum CustomerCommand {
    Add(Add),
    List(List),
    TopUp(TopUp),
}

/// Register a customer with an empty wallet; the PIN is read from the first line of standard input
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas customer add +6281234567890 --name \"Ayu Lestari\" --config lunas.toml < pin.txt"
)]
pub(crate) struct Add {
    /// The phone number
    #[arg(value_parser = phone)]
    phone: Phone,
    /// The name
    #[arg(long)]
    name: String,
    /// How much the customer may owe on pay-later, such as 5000000.00
    #[arg(long, value_parser = Money::parse_idr)]
    pay_later_limit: Option<Money>,
    /// Give the customer a savings account as well, which only linked accounts pay out of
    #[arg(long)]
    savings: bool,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// List the customers with what their wallets hold
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas customer list")]
pub(crate) struct List {
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Put money that reached the bank into a customer's wallet
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas customer top-up +6281234567890 250000.00 --reference bca-20261120-0001"
)]
pub(crate) struct TopUp {
    /// The phone number
    #[arg(value_parser = phone)]
    phone: Phone,
    /// How much, with up to two decimals
    #[arg(value_parser = Money::parse_idr)]
    amount: Money,
    /// The bank's transaction behind it; each works once
    #[arg(long)]
    reference: String,
    /// Into the customer's savings and not into the wallet
    #[arg(long)]
    savings: bool,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn phone(text: &str) -> Result<Phone, String> {
    Phone::normalise(text).ok_or_else(|| "a phone number has 6 to 15 digits".to_owned())
}

impl CustomerCommand {
    /// Does it.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::TopUp(top_up) => top_up.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<Verdict, Error> {
        let mut line = String::new();
        std::io::stdin()
            .read_line(&mut line)
            .map_err(|source| Error::because("the PIN cannot be read from standard input", source))?;
        let pin = Secret::new(line.trim().to_owned());
        let customer = AdminSession::with(&self.store, async |session| {
            session
                .operator()
                .customer_create(self.phone, &self.name, &pin, self.pay_later_limit, self.savings)
                .await
                .map_err(|source| Error::because("the customer cannot be registered", source))
        })
        .await?;
        if self.json {
            output::print_json(
                &json!({"customerId": customer.id.as_str(), "phone": customer.phone.as_str()}),
            )?;
        } else {
            output::print(&format!("{}  {}", customer.id, customer.phone))?;
        }
        Ok(Verdict::Positive)
    }
}

impl List {
    async fn run(self) -> Result<Verdict, Error> {
        let unreadable = |source| Error::because("the customers cannot be read", source);
        let customers = AdminSession::with(&self.store, async |session| {
            let mut customers = Vec::new();
            for row in session.store.customers_list().await.map_err(unreadable)? {
                let wallet = Account::Wallet(row.customer.id.clone());
                customers
                    .push((row.customer, session.store.balance_find(&wallet).await.map_err(unreadable)?));
            }
            Ok(customers)
        })
        .await?;
        let mut rows = Vec::new();
        let mut listed = Vec::new();
        for (customer, balance) in customers {
            listed.push(json!({
                "customerId": customer.id.as_str(),
                "phone": customer.phone.as_str(),
                "name": customer.name,
                "standing": customer.standing.word(),
                "balance": balance.to_decimal(),
                "payLaterLimit": customer.pay_later_limit.map(Money::to_decimal),
                "hasSavings": customer.has_savings,
            }));
            rows.push([
                customer.id.to_string(),
                customer.phone.to_string(),
                customer.standing.word().to_owned(),
                balance.to_decimal(),
                customer.name,
            ]);
        }
        if self.json {
            output::print_json(&listed.into())?;
        } else {
            output::print_list(["CUSTOMER", "PHONE", "STANDING", "BALANCE", "NAME"], rows)?;
        }
        Ok(Verdict::Positive)
    }
}

impl TopUp {
    async fn run(self) -> Result<Verdict, Error> {
        let (account, balance) = AdminSession::with(&self.store, async |session| {
            let customer = find(session, &self.phone).await?;
            let account = if self.savings { Account::Savings(customer) } else { Account::Wallet(customer) };
            let topped = session.operator().top_up(&account, self.amount, &self.reference).await;
            topped.map_err(|source| Error::because("the wallet cannot be filled", source))?;
            let balance = session.store.balance_find(&account).await;
            Ok((account, balance))
        })
        .await?;
        // The money is there, whether or not the balance could be read.
        let balance = balance.ok().map(Money::to_decimal);
        if self.json {
            output::print_json(&json!({
                "phone": self.phone.as_str(),
                "account": account.id().as_str(),
                "value": self.amount.to_decimal(),
                "currency": self.amount.currency().code(),
                "reference": self.reference,
                "balance": balance,
            }))?;
        } else {
            let (phone, amount, account) = (&self.phone, self.amount.to_decimal(), account.id());
            let balance = balance.map(|balance| format!(", which holds {balance} now")).unwrap_or_default();
            output::print(&format!("{phone}  {amount} into {account}{balance}"))?;
        }
        Ok(Verdict::Positive)
    }
}

async fn find(session: &AdminSession, phone: &Phone) -> Result<lunas_vocab::CustomerId, Error> {
    let found = session
        .store
        .customer_find_by_phone(phone)
        .await
        .map_err(|source| Error::because("the customer cannot be read", source))?;
    found.map(|row| row.customer.id).ok_or_else(|| Error::failed(format!("{phone} is not a customer")))
}
