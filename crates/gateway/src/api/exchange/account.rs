//! The services of linked accounts: binding, inquiry and unbinding.

use lunas_domain::link::Link;
use lunas_snap::code::{Case, Failure};

use super::error::Error;
use super::frame::call_of_merchant;
use crate::api::authenticate::Authenticated;
use crate::api::call::Received;
use crate::api::sent::customer_token;
use crate::app::App;
use crate::flow::link::{self, charge};
use crate::wire::{self, account};

pub(super) async fn bind(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let request = account::binding(call.body)?;
    let (handle, code) = (&request.payment_handle, &request.auth_code);
    let render = |link: &Link| wire::bytes(&account::bound(call.request_id, app.account_token(link)));
    Ok(link::bind(app, principal.merchant(), handle, code, call_of_merchant(principal, call), &render)
        .await?)
}

pub(super) async fn inquire(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let request = account::inquiry(call.body)?;
    let Some(token) = customer_token(call)? else {
        // No account here was ever known by another id, so whatever is swapped is not active.
        let is_swap = request.account_id.is_some();
        let case = if is_swap { Case::InactiveAccount } else { Case::InvalidCustomerToken };
        return Err(Failure::new(case).into());
    };
    let merchant = &principal.merchant().id;
    let linked = charge::linked(app, merchant, token).await?;
    let options = charge::options(app, &linked).await?;
    let token = app.account_token(&linked.link);
    Ok(wire::bytes(&account::inquired(call.request_id, token, options)))
}

pub(super) async fn unbind(
    app: &App,
    principal: &Authenticated,
    call: &Received<'_>,
) -> Result<Vec<u8>, Error> {
    let token = customer_token(call)?.ok_or(Failure::new(Case::InvalidCustomerToken))?;
    let request = account::unbinding(call.body)?;
    let render = |_: &Link| wire::bytes(&account::unbound(call.request_id));
    let once = call_of_merchant(principal, call);
    Ok(link::unbind(app, principal.merchant(), &request.payment_handle, token, once, &render).await?)
}
