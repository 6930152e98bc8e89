//! How often a client may call: by its address, by its client, and by the phone numbers that it names.
//!
//! Only a client that shows its own access token is counted as that client: a name alone is anybody's to give. Numbers are
//! counted once the merchant that names them is known, before its call is carried out.

use axum::http::header::AUTHORIZATION;
use axum::http::request;
use lunas_snap::code::Failure;
use lunas_snap::header::X_CLIENT_KEY;
use lunas_snap::json::Value;
use lunas_snap::service::Service;
use lunas_vocab::{MerchantId, Phone};

use super::call::text_of;
use super::sent;
use crate::app::App;
use crate::http::peer::{Peer, address};
use crate::http::too_many::failure;
use crate::limits::TooMany;

/// Counts a call by what its headers say, before its body is read and before a signature is verified or the store is asked.
pub(crate) fn check(app: &App, parts: &request::Parts, service: Option<Service>) -> Result<(), TooMany> {
    let headers = &parts.headers;
    let address = address(app, headers, parts.extensions.get::<Peer>());
    if let Some(address) = address {
        app.limits.address(address)?;
    }
    match (service, address) {
        (None, _) | (Some(Service::AccessTokenB2b), None) => Ok(()),
        (Some(service @ Service::AccessTokenB2b), Some(address)) => {
            let claim = text_of(headers, X_CLIENT_KEY);
            claim.map_or(Ok(()), |claim| app.limits.claimed_client(claim, address, service))
        }
        (Some(service), _) if app.limits.counts_clients(service) => {
            let token = sent::bearer(headers, AUTHORIZATION.as_str()).ok().flatten();
            let client = token.and_then(|token| app.token_check(token).ok());
            client.map_or(Ok(()), |client| app.limits.client(&client, service))
        }
        (Some(_), _) => Ok(()),
    }
}

/// Counts a merchant's call by the number that its body names, if it names one.
pub(super) fn check_named(app: &App, merchant: &MerchantId, body: &Value) -> Result<(), Failure> {
    named(body).map_or(Ok(()), |phone| check_phone(app, merchant, &phone))
}

/// Counts a merchant's call by the number that it names.
pub(super) fn check_phone(app: &App, merchant: &MerchantId, phone: &Phone) -> Result<(), Failure> {
    app.limits.named_phone(merchant, phone).map_err(failure)
}

/// The number of a payment's customer or of an account's holder.
fn named(body: &Value) -> Option<Phone> {
    let of_holder = || body.get("virtualAccountPhone");
    let of_customer = |info: &Value| {
        let customer = info.get("customerDetails").or_else(|| info.get("customerDetail"));
        customer.and_then(|customer| customer.get("phone")).and_then(Value::as_str).map(str::to_owned)
    };
    let customer = body.get("additionalInfo").and_then(of_customer);
    let text = customer.or_else(|| of_holder().and_then(Value::as_str).map(str::to_owned))?;
    Phone::normalise(&text)
}

#[cfg(test)]
mod tests {
    use lunas_snap::json;

    use super::*;

    #[test]
    fn a_number_is_found_where_the_services_have_it() {
        let check = |body: &str, expected: Option<&str>| {
            let body = json::parse(body.as_bytes()).unwrap();
            assert_eq!(named(&body), expected.map(|number| Phone::new(number).unwrap()), "{body:?}");
        };
        let number = Some("+6281234567890");
        check(r#"{"additionalInfo":{"customerDetails":{"phone":"0812-3456-7890"}}}"#, number);
        check(r#"{"additionalInfo":{"customerDetail":{"phone":"6281234567890"}}}"#, number);
        check(r#"{"virtualAccountPhone":"+62 812 3456 7890"}"#, number);
        check(r#"{"virtualAccountPhone":"none"}"#, None);
        check(r#"{"additionalInfo":{"customerDetails":{"phone":7}}}"#, None);
        check(r#"{"phone":"081234567890"}"#, None);
        check("[]", None);
    }
}
