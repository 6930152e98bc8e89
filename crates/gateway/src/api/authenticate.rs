//! Who calls. Headers first, then the token, then the signature over the body; only then is the body more than bytes.

use std::sync::Arc;
use std::time::Duration;

use lunas_domain::bank::Bank;
use lunas_domain::merchant::Merchant;
use lunas_snap::code::{Case, Failure};
use lunas_snap::header;
use lunas_snap::signature::{self, TransactionCheck};
use lunas_store::{ClientOwner, Unavailable};
use lunas_vocab::{ClientId, ExternalId, Timestamp};

use super::call::Received;
use super::sent::{self, Bearer};
use crate::app::App;
use crate::app::api_client::{ApiClient, Owner};
use crate::app::token::TokenError;
use crate::span;

/// A client whose signature verified, by what kind of client it is. Only this module makes one.
#[derive(Debug)]
pub(crate) enum Principal {
    /// A merchant.
    Merchant(Authenticated),
    /// A bank.
    Bank(AuthenticatedBank),
}

/// A merchant whose signature verified, and the call's own id.
#[derive(Debug)]
pub(crate) struct Authenticated {
    merchant: Arc<Merchant>,
    external_id: ExternalId,
}

/// A bank whose signature verified, and the call's own id.
#[derive(Debug)]
pub(crate) struct AuthenticatedBank {
    bank: Arc<Bank>,
    external_id: ExternalId,
}

impl AuthenticatedBank {
    /// Who calls.
    pub(crate) fn bank(&self) -> &Bank {
        &self.bank
    }

    /// The call's `X-EXTERNAL-ID`.
    pub(crate) fn external_id(&self) -> &ExternalId {
        &self.external_id
    }
}

impl Authenticated {
    /// Who calls.
    pub(crate) fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    /// The call's `X-EXTERNAL-ID`.
    pub(crate) fn external_id(&self) -> &ExternalId {
        &self.external_id
    }
}

/// A client that proved its key in a token request.
#[derive(Debug)]
pub(crate) struct AuthenticatedClient(Arc<ApiClient>);

impl AuthenticatedClient {
    /// Its id.
    pub(crate) fn client_id(&self) -> &ClientId {
        &self.0.client_id
    }
}

/// Authenticates a token request by the client's RSA signature over its id and the time.
pub(crate) async fn client(app: &App, call: &Received<'_>) -> Result<AuthenticatedClient, Failure> {
    let client_key = mandatory(call, header::X_CLIENT_KEY)?;
    let timestamp = mandatory(call, header::X_TIMESTAMP)?;
    let signature = signature_of(call)?;
    let sent_at = instant(timestamp)?;
    check_fresh(app, sent_at)?;
    let client_id = ClientId::new(client_key).map_err(|_| unauthorized("Unknown client"))?;
    let client = known(app, &client_id).await?;
    check_address(app, call, &client)?;
    if client.public_keys.is_empty() {
        return Err(unauthorized("No public key is registered for this client"));
    }
    let text = signature::token_text(client_key, timestamp);
    if client.public_keys.iter().any(|key| key.verify(&text, signature)) {
        Ok(AuthenticatedClient(client))
    } else {
        Err(unauthorized("Signature"))
    }
}

/// Authenticates a transaction call by its token and its HMAC signature.
pub(crate) async fn principal(app: &App, call: &Received<'_>) -> Result<Principal, Failure> {
    let timestamp = mandatory(call, header::X_TIMESTAMP)?;
    let external_id = mandatory(call, header::X_EXTERNAL_ID)?;
    mandatory(call, header::X_PARTNER_ID)?;
    let channel_id = mandatory(call, header::CHANNEL_ID)?;
    let sent_at = instant(timestamp)?;
    let external_id = ExternalId::new(external_id)
        .map_err(|reason| Failure::with(Case::InvalidFieldFormat, format!("X-EXTERNAL-ID: {reason}")))?;
    if !header::is_channel_id(channel_id) {
        return Err(Failure::with(Case::InvalidFieldFormat, "CHANNEL-ID: it is five digits"));
    }
    let token = sent::bearer(call.headers, header::AUTHORIZATION)
        .map_err(|wrong| match wrong {
            Bearer::Unreadable(failure) => failure,
            Bearer::NoToken(reason) => unauthorized(&format!("Auth token required: {reason}")),
        })?
        .ok_or_else(|| unauthorized("Auth token required"))?;
    let client_id = app.token_check(token).map_err(|error| match error {
        TokenError::Unknown => Failure { detail: sent::trouble(token), ..Case::InvalidToken.into() },
        TokenError::Expired(at) => Failure::with(Case::InvalidToken, format!("it expired at {at}")),
    })?;
    span::note_client(&client_id);
    check_fresh(app, sent_at)?;
    let client = known(app, &client_id).await?;
    check_address(app, call, &client)?;
    let check = TransactionCheck {
        method: call.method,
        path: call.path,
        token,
        raw_body: call.raw,
        timestamp,
        signature: signature_of(call)?,
    };
    if check.verify_with(&client.secrets, Some(call.body)).is_none() {
        return Err(unauthorized("Signature"));
    }
    Ok(match &client.owner {
        Owner::Merchant(merchant) => {
            Principal::Merchant(Authenticated { merchant: merchant.clone(), external_id })
        }
        Owner::Bank(bank) => Principal::Bank(AuthenticatedBank { bank: bank.clone(), external_id }),
    })
}

/// Proves that the merchant named a customer: one of its keys signed one of these readings of the data.
pub(crate) async fn seamless(
    app: &App,
    merchant: &Merchant,
    readings: &[&str],
    signature: &str,
) -> Result<(), Failure> {
    let owner = ClientOwner::Merchant(merchant.id.clone());
    let looked_up = app.store.clients_list(&owner).await;
    let clients = looked_up.map_err(|error| unavailable("the merchant's clients", error))?;
    for client in clients {
        let client = known(app, &client.client_id).await?;
        let is_signed = |text: &&str| client.public_keys.iter().any(|key| key.verify(text, signature));
        if readings.iter().any(is_signed) {
            return Ok(());
        }
    }
    Err(unauthorized("seamlessSign is not the merchant's signature over seamlessData"))
}

async fn known(app: &App, client_id: &ClientId) -> Result<Arc<ApiClient>, Failure> {
    match app.api_client(client_id).await {
        Ok(Some(client)) => Ok(client),
        Ok(None) => Err(unauthorized("Unknown client")),
        Err(error) => Err(unavailable("the client", error)),
    }
}

/// A client that registered its servers' addresses calls from nowhere else.
fn check_address(app: &App, call: &Received<'_>, client: &ApiClient) -> Result<(), Failure> {
    let lines = call.headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let from = app.caller_address(call.peer, &lines.collect::<Vec<_>>());
    if client.ip_allow_list.include(from) {
        return Ok(());
    }
    let address = from.map_or_else(|| "an unknown address".to_owned(), |address| address.to_string());
    Err(unauthorized(&format!("{address} is not registered for this caller")))
}

fn mandatory<'a>(call: &Received<'a>, name: &str) -> Result<&'a str, Failure> {
    sent::text(call.headers, name)?
        .ok_or_else(|| Failure::with(Case::InvalidMandatoryField, header::canonical(name)))
}

fn signature_of<'a>(call: &Received<'a>) -> Result<&'a str, Failure> {
    sent::text(call.headers, header::X_SIGNATURE)?
        .ok_or_else(|| unauthorized("Signature: the X-SIGNATURE header is missing"))
}

fn instant(timestamp: &str) -> Result<Timestamp, Failure> {
    Timestamp::parse(timestamp)
        .map_err(|reason| Failure::with(Case::InvalidFieldFormat, format!("X-TIMESTAMP: {reason}")))
}

/// A client's clock is compared with the machine's, whatever a sandbox did to the gateway's own: the client's has not
/// been moved with it. A client that does follow the sandbox's clock is welcome too.
fn check_fresh(app: &App, sent_at: Timestamp) -> Result<(), Failure> {
    let window = Duration::from_secs(app.config.security.timestamp_window_seconds);
    let is_near = |now: Timestamp| sent_at.since(now).max(now.since(sent_at)) <= window;
    let wall = app.env.wall();
    if is_near(wall) || is_near(app.env.now()) {
        return Ok(());
    }
    Err(unauthorized(&format!(
        "X-TIMESTAMP is more than {} seconds away from the gateway's clock, {wall}",
        window.as_secs()
    )))
}

/// What is told where `what` could not be looked up: nothing of the inside, which the call's line of the log has.
pub(crate) fn unavailable(what: &str, error: Unavailable) -> Failure {
    span::fails_for(&format!("{what} could not be looked up: {error}"));
    Failure::new(Case::InternalServerError)
}

/// A refusal of whoever calls.
pub(crate) fn unauthorized(reason: &str) -> Failure {
    Failure::with(Case::Unauthorized, reason)
}
