//! `lunas key`: the master key, and the credentials of API clients. New ones work beside the old until those are
//! revoked, so that nobody has to change anything at the same moment.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lunas_gateway::admin;
use lunas_gateway::keys::{self, master};
use lunas_vocab::ClientId;
use serde_json::json;

use crate::office::Office;
use crate::output;
use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict};

/// Make the master key; add and revoke the credentials of API clients
#[derive(Subcommand, Debug)]
pub(crate) enum KeyCommand {
    Master(Master),
    Notification(Notification),
    List(List),
    AddSecret(AddSecret),
    RevokeSecret(RevokeSecret),
    AddPublicKey(AddPublicKey),
    RevokePublicKey(RevokePublicKey),
}

/// Make a master key, once per store; a file that is there is never replaced
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas key master master.key")]
pub(crate) struct Master {
    /// Where to write it
    file: PathBuf,
}

/// Print the public key that merchants verify notifications with, as PEM
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas key notification --config lunas.toml > notification.pem")]
pub(crate) struct Notification {
    #[command(flatten)]
    store: StoreArgs,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

/// List a client's secrets and public keys, without showing any secret
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas key list G000000002-SNAP")]
pub(crate) struct List {
    /// The client id
    client: ClientId,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Give a client one more secret and show it: once, and never again
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas key add-secret G000000002-SNAP")]
pub(crate) struct AddSecret {
    /// The client id
    client: ClientId,
    #[command(flatten)]
    store: StoreArgs,
}

/// End a client's secret at once
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas key revoke-secret G000000002-SNAP 4fK2m9Qx")]
pub(crate) struct RevokeSecret {
    /// The client id
    client: ClientId,
    /// The secret's id, as the list shows it
    id: String,
    #[command(flatten)]
    store: StoreArgs,
}

/// Register one more public key of a client
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas key add-public-key G000000002-SNAP merchant-2027.pem")]
pub(crate) struct AddPublicKey {
    /// The client id
    client: ClientId,
    /// The RSA public key, as PEM
    file: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

/// End a client's public key at once
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas key revoke-public-key G000000002-SNAP 3b1f…c9")]
pub(crate) struct RevokePublicKey {
    /// The client id
    client: ClientId,
    /// The key's fingerprint, as the list shows it
    fingerprint: String,
    #[command(flatten)]
    store: StoreArgs,
}

impl KeyCommand {
    /// Does it.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        match self {
            Self::Master(command) => {
                master::create(&command.file)
                    .map_err(|source| Error::because("no master key was made", source))?;
            }
            Self::Notification(command) => notification(command).await?,
            Self::List(command) => list(command).await?,
            Self::AddSecret(command) => {
                let office = Office::open(&command.store).await?;
                let secret = office.operator().secret_add(&command.client).await.map_err(failed)?;
                output::print(secret.expose());
                office.close().await;
            }
            Self::RevokeSecret(command) => {
                let office = Office::open(&command.store).await?;
                office.operator().secret_revoke(&command.client, &command.id).await.map_err(failed)?;
                office.close().await;
            }
            Self::AddPublicKey(command) => {
                let pem = crate::input::text(&command.file)?;
                let office = Office::open(&command.store).await?;
                let fingerprint =
                    office.operator().public_key_add(&command.client, &pem).await.map_err(failed)?;
                output::print(&fingerprint);
                office.close().await;
            }
            Self::RevokePublicKey(command) => {
                let office = Office::open(&command.store).await?;
                let operator = office.operator();
                operator.public_key_revoke(&command.client, &command.fingerprint).await.map_err(failed)?;
                office.close().await;
            }
        }
        Ok(Verdict::Positive)
    }
}

fn failed(source: admin::Error) -> Error {
    Error::because("the client's credentials were not changed", source)
}

async fn notification(command: Notification) -> Result<(), Error> {
    let office = Office::open(&command.store).await?;
    let operator = office.operator();
    let pem = keys::notification_public_pem(operator.store, operator.env, operator.sealer)
        .await
        .map_err(|source| Error::because("the notification key cannot be read", source))?;
    office.close().await;
    if command.json {
        output::print_json(&json!({"notificationPublicKey": pem}));
    } else {
        output::print_raw(&pem);
    }
    Ok(())
}

async fn list(command: List) -> Result<(), Error> {
    let office = Office::open(&command.store).await?;
    let found = office
        .store
        .client_find(&command.client)
        .await
        .map_err(|source| Error::because("the client cannot be read", source))?;
    office.close().await;
    let client = found.ok_or_else(|| Error::failed(format!("there is no client {}", command.client)))?;
    let secrets = client.secrets.iter().map(|s| ("secret", s.id.clone(), s.added_at, s.revoked_at));
    let keys =
        client.public_keys.iter().map(|k| ("public key", k.fingerprint.clone(), k.added_at, k.revoked_at));
    let mut rows = vec![["KIND", "ID", "ADDED", "REVOKED"].map(str::to_owned)];
    let mut listed = Vec::new();
    for (kind, id, added, revoked) in secrets.chain(keys) {
        let revoked = revoked.map(|at| at.to_snap());
        listed.push(json!({"kind": kind, "id": id, "added": added.to_snap(), "revoked": revoked}));
        rows.push([kind.to_owned(), id, added.to_snap(), revoked.unwrap_or_default()]);
    }
    if command.json {
        output::print_json(&listed.into());
    } else {
        output::print_table(&rows);
    }
    Ok(())
}
