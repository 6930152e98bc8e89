//! `lunas bank`: who reports payments into virtual accounts.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lunas_gateway::admin::Bank;
use lunas_snap::virtual_account;
use lunas_vocab::{BankId, ClientId};
use serde_json::{Value, json};

use crate::admin_session::AdminSession;
use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict, say};
use crate::{input, output, registration};

/// Register banks that report payments into virtual accounts, list them, change what they report on
#[derive(Subcommand, Debug)]
pub(crate) enum BankCommand {
    Add(Add),
    List(List),
    Set(Set),
}

/// Register a bank with its API client, and show the client secret: once, and never again
#[derive(Args, Debug)]
#[command(
    after_help = "Example: lunas bank add bca --name \"Bank Central Asia\" --public-key bca.pem --keeps bca \
                        --config lunas.toml"
)]
pub(crate) struct Add {
    /// The bank's id; it names the bank's account in the ledger
    id: BankId,
    /// What operators call it
    #[arg(long)]
    name: String,
    /// The bank's RSA public key or a certificate with it, PEM or DER
    #[arg(long, value_name = "FILE")]
    public_key: PathBuf,
    /// The client id (default: the bank's id followed by -SNAP)
    #[arg(long)]
    client_id: Option<ClientId>,
    #[command(flatten)]
    access: BankAccess,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// List the banks
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas bank list --config lunas.toml")]
pub(crate) struct List {
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Change which accounts a bank reports on and where its calls may come from
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas bank set bca --keeps bca --keeps bni --config lunas.toml")]
pub(crate) struct Set {
    /// The bank's id
    id: BankId,
    #[command(flatten)]
    access: BankAccess,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What a bank may do, and from where.
#[derive(Args, Debug)]
struct BankAccess {
    /// A bank, as create-va names it, whose accounts it reports on; give it again for each, or empty for all (default:
    /// all)
    #[arg(long, value_name = "WORD", value_parser = kept)]
    keeps: Vec<String>,
    /// An address or CIDR block its servers call from; give it again for each, or empty for "from anywhere" (default:
    /// from anywhere)
    #[arg(long, value_name = "ADDRESS")]
    allow_caller: Vec<String>,
}

/// A word that accounts can be opened with, or nothing.
fn kept(word: &str) -> Result<String, String> {
    if word.is_empty() {
        return Ok(String::new());
    }
    virtual_account::Bank::parse(word).map(|bank| bank.as_str().to_owned()).ok_or_else(|| {
        let words: Vec<_> = virtual_account::Bank::ALL.iter().map(|bank| bank.as_str()).collect();
        format!("the banks are {}", words.join(", "))
    })
}

impl BankAccess {
    /// What is given, and the rest as it was.
    fn merge(self, bank: Bank) -> Bank {
        let given = |list: Vec<String>, before: Vec<String>| {
            if list.is_empty() { before } else { list.into_iter().filter(|text| !text.is_empty()).collect() }
        };
        Bank {
            keeps: given(self.keeps, bank.keeps),
            allowed_callers: given(self.allow_caller, bank.allowed_callers),
            ..bank
        }
    }
}

impl BankCommand {
    /// Does it.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::Set(set) => set.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<Verdict, Error> {
        let pem = input::public_key(&self.public_key)?.to_pem();
        let client_id = registration::client_id(self.client_id, self.id.as_str())?;
        let bank = Bank { id: self.id, name: self.name, keeps: Vec::new(), allowed_callers: Vec::new() };
        let bank = self.access.merge(bank);
        let bank = AdminSession::with(&self.store, async |session| {
            let operator = session.operator();
            let pending = operator.bank_prepare(bank, client_id.clone(), &pem).await;
            let pending =
                pending.map_err(|source| Error::because("the bank cannot be registered", source))?;
            let bank = pending.made();
            let named = ("bank", bank.id.as_str());
            registration::show(self.json, described(bank), named, &client_id, pending.secret())?;
            let (bank, _) = pending.put_in_force().await.map_err(registration::not_in_force)?;
            Ok(bank)
        })
        .await?;
        say(&format!("bank {} is registered; its secret is not shown again", bank.id));
        Ok(Verdict::Positive)
    }
}

impl List {
    async fn run(self) -> Result<Verdict, Error> {
        let banks = AdminSession::with(&self.store, async |session| {
            let banks = session.store.banks_list().await;
            banks.map_err(|source| Error::because("the banks cannot be read", source))
        })
        .await?;
        if self.json {
            output::print_json(&banks.iter().map(described).collect())?;
        } else {
            let mut rows = Vec::new();
            rows.extend(banks.into_iter().map(|bank| {
                let keeps = if bank.keeps.is_empty() { "all".to_owned() } else { bank.keeps.join(" ") };
                [bank.id.to_string(), bank.name, keeps]
            }));
            output::print_list(["BANK", "NAME", "KEEPS"], rows)?;
        }
        Ok(Verdict::Positive)
    }
}

impl Set {
    async fn run(self) -> Result<Verdict, Error> {
        let Self { id, access, store, .. } = self;
        let changed = AdminSession::with(&store, async |session| {
            let changed = session.operator().bank_change(&id, |bank| access.merge(bank)).await;
            changed.map_err(|source| Error::because("the bank cannot be changed", source))
        })
        .await?;
        registration::show_changes(self.json, ("bankId", id.as_str()), &changed)?;
        Ok(Verdict::Positive)
    }
}

fn described(bank: &Bank) -> Value {
    json!({
        "bankId": bank.id.as_str(),
        "name": bank.name,
        "keeps": bank.keeps,
        "allowedCallers": bank.allowed_callers,
    })
}
