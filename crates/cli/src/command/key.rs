//! `lunas key`: the master key, and the credentials of API clients. New ones work beside the old until those are
//! revoked, so that nobody has to change anything at the same moment.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lunas_gateway::admin;
use lunas_gateway::keys::{self, master};
use lunas_store::ClientRow;
use lunas_vocab::ClientId;
use serde_json::json;

use crate::admin_session::AdminSession;
use crate::store::StoreArgs;
use crate::verdict::{Error, Verdict, say};
use crate::{input, output, registration};

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
    /// Print JSON
    #[arg(long)]
    json: bool,
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
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// End a client's secret at once
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas key revoke-secret G000000002-SNAP 4fK2m9Qx")]
pub(crate) struct RevokeSecret {
    /// The client id
    client: ClientId,
    /// The secret's id, as the list shows it
    id: String,
    /// End it even if it is the client's last one, after which none of its calls is accepted
    #[arg(long)]
    last: bool,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Register one more public key of a client
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas key add-public-key G000000002-SNAP merchant-2027.pem")]
pub(crate) struct AddPublicKey {
    /// The client id
    client: ClientId,
    /// The RSA public key or a certificate with it, PEM or DER
    file: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// End a client's public key at once
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas key revoke-public-key G000000002-SNAP 3b1f…c9")]
pub(crate) struct RevokePublicKey {
    /// The client id
    client: ClientId,
    /// The key's fingerprint, as the list shows it
    fingerprint: String,
    /// End it even if it is the client's last one, after which it gets no more tokens
    #[arg(long)]
    last: bool,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl KeyCommand {
    /// Does it.
    pub(crate) async fn run(self) -> Result<Verdict, Error> {
        match self {
            Self::Master(command) => make_master(&command)?,
            Self::Notification(command) => notification(command).await?,
            Self::List(command) => list(command).await?,
            Self::AddSecret(command) => command.run().await?,
            Self::RevokeSecret(command) => command.run().await?,
            Self::AddPublicKey(command) => command.run().await?,
            Self::RevokePublicKey(command) => command.run().await?,
        }
        Ok(Verdict::Positive)
    }
}

fn make_master(command: &Master) -> Result<(), Error> {
    master::create(&command.file).map_err(|source| Error::because("no master key was made", source))?;
    let file = command.file.display().to_string();
    if command.json {
        output::print_json(&json!({"masterKeyFile": file}))
    } else {
        say(&format!("{file} holds a new master key; keep a copy of it apart from the store's backups"));
        Ok(())
    }
}

impl AddSecret {
    /// What is shown here is not in force yet: a full disk must not leave a secret that nobody has.
    async fn run(self) -> Result<(), Error> {
        let id = AdminSession::with(&self.store, async |session| {
            let operator = session.operator();
            let pending = operator.secret_prepare(&self.client).await.map_err(failed)?;
            let secret = pending.secret().expose();
            let shown = if self.json {
                output::print_json(&json!({
                    "clientId": self.client.as_str(),
                    "secretId": pending.made(),
                    "clientSecret": secret,
                }))
            } else {
                output::print(secret)
            };
            shown.map_err(registration::unseen)?;
            let (id, _) = pending.put_in_force().await.map_err(registration::not_in_force)?;
            Ok(id)
        })
        .await?;
        say(&format!("{} has the secret {id} beside its others; it is not shown again", self.client));
        Ok(())
    }
}

impl RevokeSecret {
    async fn run(self) -> Result<(), Error> {
        AdminSession::with(&self.store, async |session| self.revoke(session).await).await?;
        revoked(self.json, &self.client, ("secret", &self.id))
    }

    async fn revoke(&self, session: &AdminSession) -> Result<(), Error> {
        let client = find(session, &self.client).await?;
        let mut active = client.secrets.iter().filter(|secret| secret.is_active());
        if !self.last && active.clone().count() == 1 && active.any(|secret| secret.id == self.id) {
            return Err(Error::failed(format!(
                "{} is the last secret of {}, without which none of its calls is accepted: give it another one first \
                 (`lunas key add-secret {}`), or say --last",
                self.id, self.client, self.client
            )));
        }
        session.operator().secret_revoke(&self.client, &self.id).await.map_err(failed)
    }
}

impl AddPublicKey {
    async fn run(self) -> Result<(), Error> {
        let pem = input::public_key(&self.file)?.to_pem();
        let fingerprint = AdminSession::with(&self.store, async |session| {
            session.operator().public_key_add(&self.client, &pem).await.map_err(failed)
        })
        .await?;
        if self.json {
            output::print_json(&json!({"clientId": self.client.as_str(), "fingerprint": fingerprint}))
        } else {
            output::print(&fingerprint)
        }
    }
}

impl RevokePublicKey {
    async fn run(self) -> Result<(), Error> {
        AdminSession::with(&self.store, async |session| self.revoke(session).await).await?;
        revoked(self.json, &self.client, ("public key", &self.fingerprint))
    }

    async fn revoke(&self, session: &AdminSession) -> Result<(), Error> {
        let client = find(session, &self.client).await?;
        let mut active = client.public_keys.iter().filter(|key| key.revoked_at.is_none());
        if !self.last && active.clone().count() == 1 && active.any(|key| key.fingerprint == self.fingerprint)
        {
            return Err(Error::failed(format!(
                "{} is the last public key of {}, without which it gets no more tokens: give it another one first \
                 (`lunas key add-public-key {} FILE`), or say --last",
                self.fingerprint, self.client, self.client
            )));
        }
        session.operator().public_key_revoke(&self.client, &self.fingerprint).await.map_err(failed)
    }
}

/// Says what was ended.
fn revoked(is_json: bool, client: &ClientId, (kind, id): (&str, &str)) -> Result<(), Error> {
    if is_json {
        output::print_json(&json!({"clientId": client.as_str(), "revoked": {"kind": kind, "id": id}}))
    } else {
        output::print(&format!("{client}  {kind} {id} is revoked"))
    }
}

/// The client, which must be there.
async fn find(session: &AdminSession, client: &ClientId) -> Result<ClientRow, Error> {
    let found = session.store.client_find(client).await;
    let found = found.map_err(|source| Error::because("the client cannot be read", source))?;
    found.ok_or_else(|| Error::failed(format!("there is no client {client}")))
}

fn failed(source: admin::Error) -> Error {
    Error::because("the client's credentials were not changed", source)
}

async fn notification(command: Notification) -> Result<(), Error> {
    let pem = AdminSession::with(&command.store, async |session| {
        let operator = session.operator();
        keys::notification_public_pem(operator.store, operator.env, operator.sealer)
            .await
            .map_err(|source| Error::because("the notification key cannot be read", source))
    })
    .await?;
    if command.json {
        output::print_json(&json!({"notificationPublicKey": pem}))?;
    } else {
        output::print_raw(&pem)?;
    }
    Ok(())
}

async fn list(command: List) -> Result<(), Error> {
    let client =
        AdminSession::with(&command.store, async |session| find(session, &command.client).await).await?;
    let secrets = client.secrets.iter().map(|s| ("secret", s.id.clone(), s.added_at, s.revoked_at));
    let keys =
        client.public_keys.iter().map(|k| ("public key", k.fingerprint.clone(), k.added_at, k.revoked_at));
    let mut rows = Vec::new();
    let mut listed = Vec::new();
    for (kind, id, added, revoked) in secrets.chain(keys) {
        let revoked = revoked.map(|at| at.to_snap());
        listed.push(json!({"kind": kind, "id": id, "added": added.to_snap(), "revoked": revoked}));
        rows.push([kind.to_owned(), id, added.to_snap(), revoked.unwrap_or_default()]);
    }
    if command.json {
        output::print_json(&listed.into())?;
    } else {
        output::print_list(["KIND", "ID", "ADDED", "REVOKED"], rows)?;
    }
    Ok(())
}
