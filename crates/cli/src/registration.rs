//! What registering a merchant and registering a bank have in common: both get an API client, whose secret is shown once.

use lunas_gateway::admin::{self, Difference};
use lunas_vocab::{ClientId, Secret};
use serde_json::{Value, json};

use crate::output;
use crate::verdict::Error;

/// The client id that was asked for, or the owner's id followed by `-SNAP`.
pub(crate) fn client_id(given: Option<ClientId>, owner: &str) -> Result<ClientId, Error> {
    match given {
        Some(id) => Ok(id),
        None => ClientId::new(format!("{owner}-SNAP"))
            .map_err(|source| Error::because("the client id cannot be made", source)),
    }
}

/// Shows who was registered and the client's credentials: as `described` with them added, or as a table in which the
/// owner stands as `(what, id)`.
pub(crate) fn show(
    is_json: bool,
    mut described: Value,
    (what, id): (&str, &str),
    client_id: &ClientId,
    secret: &Secret<String>,
) -> Result<(), Error> {
    let shown = if is_json {
        described["clientId"] = json!(client_id.as_str());
        described["clientSecret"] = json!(secret.expose());
        output::print_json(&described)
    } else {
        output::print_table(&[
            [what.to_owned(), id.to_owned()],
            ["client id".to_owned(), client_id.to_string()],
            ["client secret".to_owned(), secret.expose().clone()],
        ])
    };
    shown.map_err(unseen)
}

/// A secret that nobody saw must not be in force. Whoever closed the pipe is told as well: it is not as usual.
pub(crate) fn unseen(error: Error) -> Error {
    Error::because("the secret could not be shown, so nothing was changed", error)
}

/// The other way round: a secret was shown and then did not come into force.
pub(crate) fn not_in_force(source: admin::Error) -> Error {
    Error::because("nothing was changed, and the secret that was shown is not in force", source)
}

/// Shows what was changed of `(name, id)`, whose name is JSON's.
pub(crate) fn show_changes(
    is_json: bool,
    (name, id): (&str, &str),
    changes: &[Difference],
) -> Result<(), Error> {
    if is_json {
        let changed: Vec<Value> = changes
            .iter()
            .map(|change| json!({"field": change.field, "before": change.before, "after": change.after}))
            .collect();
        return output::print_json(&json!({name: id, "changed": changed}));
    }
    if changes.is_empty() {
        return output::print(&format!("{id}: nothing to change"));
    }
    changes.iter().try_for_each(|change| output::print(&format!("{id}  {change}")))
}
