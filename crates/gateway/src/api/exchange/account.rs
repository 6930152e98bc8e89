//! The services of linked accounts: binding, inquiry and unbinding.

use lunas_domain::link::Link;
use lunas_snap::code::{Case, Failure};

use super::frame::{failure, repeatable};
use crate::api::authenticate::Authenticated;
use crate::api::call::Received;
use crate::api::sent::customer_token;
use crate::app::App;
use crate::flow::link;
use crate::wire::{self, account};

pub(super) async fn bind(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let request = account::binding(call.body)?;
    let (handle, code) = (&request.payment_handle, &request.auth_code);
    let render = |link: &Link| wire::bytes(&account::bound(call.request_id, app.account_token(link)));
    link::bind(app, principal.merchant(), handle, code, repeatable(principal, call), &render)
        .await
        .map_err(|refused| failure(call, &refused))
}

pub(super) async fn inquire(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let request = account::inquiry(call.body)?;
    let Some(token) = customer_token(call)? else {
        // No account here was ever known by another id, so whatever is swapped is not active.
        let is_swap = request.account_id.is_some();
        return Err(Failure::new(if is_swap { Case::InactiveAccount } else { Case::InvalidCustomerToken }));
    };
    let merchant = &principal.merchant().id;
    let linked = link::linked(app, merchant, token).await.map_err(|refused| failure(call, &refused))?;
    let options = link::options(app, &linked).await.map_err(|error| failure(call, &error.into()))?;
    let token = app.account_token(&linked.link);
    Ok(wire::bytes(&account::inquired(call.request_id, token, options)))
}

pub(super) async fn unbind(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Failure> {
    let token = customer_token(call)?.ok_or(Failure::new(Case::InvalidCustomerToken))?;
    let request = account::unbinding(call.body)?;
    let render = |_: &Link| wire::bytes(&account::unbound(call.request_id));
    let key = repeatable(principal, call);
    link::unbind(app, principal.merchant(), &request.payment_handle, token, key, &render)
        .await
        .map_err(|refused| failure(call, &refused))
}
