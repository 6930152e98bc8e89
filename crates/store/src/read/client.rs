//! API clients with their secrets and keys.

use lunas_vocab::{ClientId, Timestamp};

use crate::row::Row;
use crate::table::{CLIENT, CLIENT_KEY, CLIENT_SECRET, at, sql};
use crate::value::Value;
use crate::{ClientOwner, ClientRow, PublicKeyRow, SealedSecret, Store, Unavailable};

const CLIENT_FIND: &str = sql!("select {} from client where client_id = $1", CLIENT.columns());

const CLIENTS_LIST: &str = sql!(
    "select {} from client where owner_kind = $1 and owner_id = $2 order by client_id",
    CLIENT.columns()
);

const CLIENT_SECRETS: &str =
    sql!("select {} from client_secret where client_id = $1 order by added_at, id", CLIENT_SECRET.columns());

const CLIENT_KEYS: &str = sql!(
    "select {} from client_key where client_id = $1 order by added_at, fingerprint",
    CLIENT_KEY.columns()
);

const SECRET_OLDEST: &str = "select min(added_at) from client_secret where revoked_at is null";

const KEY_OLDEST: &str = "select min(added_at) from client_key where revoked_at is null";

/// Since when what clients prove themselves with is valid that is valid for longest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OldestCredentials {
    /// Of all clients' secrets that were not revoked.
    pub secret: Option<Timestamp>,
    /// Of all their public keys.
    pub key: Option<Timestamp>,
}

impl Store {
    /// The oldest secret and the oldest key with which somebody may still call.
    pub async fn credentials_oldest(&self) -> Result<OldestCredentials, Unavailable> {
        let secret = self.row(SECRET_OLDEST, &[], |row| row.time_or_null(0)).await?.flatten();
        let key = self.row(KEY_OLDEST, &[], |row| row.time_or_null(0)).await?.flatten();
        Ok(OldestCredentials { secret, key })
    }

    /// The client of that id, with all its secrets and keys.
    pub async fn client_find(&self, id: &ClientId) -> Result<Option<ClientRow>, Unavailable> {
        let found = self.row(CLIENT_FIND, &[Value::Text(id.as_str())], named).await?;
        match found {
            Some(named) => self.client_filled(named).await.map(Some),
            None => Ok(None),
        }
    }

    /// A merchant's or a bank's clients, by id.
    pub async fn clients_list(&self, owner: &ClientOwner) -> Result<Vec<ClientRow>, Unavailable> {
        let found =
            self.rows(CLIENTS_LIST, &[Value::Text(owner.kind()), Value::Text(owner.id())], named).await?;
        let mut clients = Vec::with_capacity(found.len());
        for named in found {
            clients.push(self.client_filled(named).await?);
        }
        Ok(clients)
    }

    async fn client_filled(
        &self,
        (client_id, owner): (ClientId, ClientOwner),
    ) -> Result<ClientRow, Unavailable> {
        let key = [Value::Text(client_id.as_str())];
        let secrets = self
            .rows(CLIENT_SECRETS, &key, |row| {
                Ok(SealedSecret {
                    id: row.text(at!(CLIENT_SECRET.id))?,
                    sealed: row.blob(at!(CLIENT_SECRET.sealed))?,
                    added_at: row.time(at!(CLIENT_SECRET.added_at))?,
                    revoked_at: row.time_or_null(at!(CLIENT_SECRET.revoked_at))?,
                })
            })
            .await?;
        let public_keys = self
            .rows(CLIENT_KEYS, &key, |row| {
                Ok(PublicKeyRow {
                    fingerprint: row.text(at!(CLIENT_KEY.fingerprint))?,
                    pem: row.text(at!(CLIENT_KEY.pem))?,
                    added_at: row.time(at!(CLIENT_KEY.added_at))?,
                    revoked_at: row.time_or_null(at!(CLIENT_KEY.revoked_at))?,
                })
            })
            .await?;
        Ok(ClientRow { client_id, owner, secrets, public_keys })
    }
}

fn named(row: &Row<'_>) -> Result<(ClientId, ClientOwner), Unavailable> {
    let owner = match row.text(at!(CLIENT.owner_kind))?.as_str() {
        "merchant" => ClientOwner::Merchant(row.id(at!(CLIENT.owner_id))?),
        "bank" => ClientOwner::Bank(row.id(at!(CLIENT.owner_id))?),
        other => return Err(Unavailable::corrupt("kind of client", other)),
    };
    Ok((row.id(at!(CLIENT.client_id))?, owner))
}

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[CLIENT_FIND, CLIENTS_LIST, CLIENT_SECRETS, CLIENT_KEYS, SECRET_OLDEST, KEY_OLDEST];
