//! What registering a merchant and registering a bank have in common: both get an API client, whose secret is shown once.

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
) {
    if is_json {
        described["clientId"] = json!(client_id.as_str());
        described["clientSecret"] = json!(secret.expose());
        output::print_json(&described);
    } else {
        output::print_table(&[
            [what.to_owned(), id.to_owned()],
            ["client id".to_owned(), client_id.to_string()],
            ["client secret".to_owned(), secret.expose().clone()],
        ]);
    }
}
