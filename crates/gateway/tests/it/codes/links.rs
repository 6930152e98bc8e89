//! The ways to the codes of linked accounts (07, 08, 09).

use crate::kit::{Answer, Call, Gateway, sample};
use lunas_snap::code::Case;
use lunas_snap::service::Service;
use serde_json::{Value, json};

use crate::linking::{HAPPY, consented, linked};

/// Where a body carries the customer's token to [`call`], which puts it into its header.
pub(super) const TOKEN: &str = "customer token";

pub(super) async fn right(gateway: &Gateway, service: Service) -> Value {
    let handle = &gateway.credentials.payment_handle;
    match service {
        Service::AccountBinding => sample::binding(handle, &consented(gateway, HAPPY).await),
        Service::AccountInquiry => json!({TOKEN: linked(gateway, HAPPY).await}),
        _ => {
            let mut body = sample::unbinding(handle);
            body[TOKEN] = json!(linked(gateway, HAPPY).await);
            body
        }
    }
}

/// A call for the account whose token the body carries, if it carries one.
pub(super) fn call<'a>(gateway: &'a Gateway, service: Service, body: &Value) -> Call<'a> {
    let call = gateway.call(service, body);
    match body[TOKEN].as_str() {
        Some(token) => call.customer(token),
        None => call,
    }
}

pub(super) async fn way(gateway: &Gateway, service: Service, case: Case) -> Option<Answer> {
    match service {
        Service::AccountBinding => bind(gateway, case).await,
        Service::AccountInquiry => inquire(gateway, case).await,
        _ => unbind(gateway, case).await,
    }
}

async fn bind(gateway: &Gateway, case: Case) -> Option<Answer> {
    let right = async || right(gateway, Service::AccountBinding).await;
    let with = async |name: &str, value: Value| {
        let mut body = right().await;
        body[name] = value;
        body
    };
    let body = match case {
        Case::Successful => right().await,
        Case::InvalidFieldFormat => with("grantType", json!("REFRESH_TOKEN")).await,
        Case::InvalidMandatoryField => with("authCode", Value::Null).await,
        Case::Unauthorized => with("merchantId", json!("G000000001")).await,
        Case::InvalidAccount => with("authCode", json!("none")).await,
        Case::Conflict => {
            let body = right().await;
            gateway.bind(&body).external_id("e-1").send().await;
            body
        }
        _ => return None,
    };
    Some(gateway.bind(&body).external_id("e-1").send().await)
}

async fn inquire(gateway: &Gateway, case: Case) -> Option<Answer> {
    let body = match case {
        Case::Successful => right(gateway, Service::AccountInquiry).await,
        Case::InvalidCustomerToken => json!({TOKEN: "none"}),
        Case::InactiveAccount => json!({"additionalInfo": {"accountId": "0000"}}),
        _ => return None,
    };
    Some(call(gateway, Service::AccountInquiry, &body).send().await)
}

async fn unbind(gateway: &Gateway, case: Case) -> Option<Answer> {
    let service = Service::AccountUnbinding;
    let with = async |name: &str, value: Value| {
        let mut body = right(gateway, service).await;
        body[name] = value;
        body
    };
    let body = match case {
        Case::Successful => right(gateway, service).await,
        Case::InvalidMandatoryField => with("merchantId", Value::Null).await,
        Case::Unauthorized => with("merchantId", json!("G000000001")).await,
        Case::InvalidCustomerToken => with(TOKEN, json!("none")).await,
        Case::Conflict => {
            let body = right(gateway, service).await;
            call(gateway, service, &body).external_id("e-1").send().await;
            body
        }
        _ => return None,
    };
    Some(call(gateway, service, &body).external_id("e-1").send().await)
}
