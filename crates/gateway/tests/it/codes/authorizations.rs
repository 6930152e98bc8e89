//! The ways to the codes of authorizations (63, 64, 65, 67, 69).

use crate::kit::{Answer, Gateway, sample};
use lunas_snap::code::Case;
use lunas_snap::service::Service;
use serde_json::{Value, json};

use super::links::{self, TOKEN};
use crate::pre_auth::{BLOCKED, HAPPY, INSUFFICIENT, authorized, captured, linked};
use crate::world::pays_out;

pub(super) async fn right(gateway: &Gateway, service: Service) -> Value {
    if service == Service::AuthPayment {
        return order(gateway, HAPPY).await;
    }
    let tokens = linked(gateway, HAPPY).await;
    match service {
        Service::AuthQuery => sample::auth_original(&authorized(gateway, &tokens, "order-1").await),
        Service::AuthCapture => sample::capture(&authorized(gateway, &tokens, "order-1").await, "capture-1"),
        Service::AuthVoid => sample::void(&authorized(gateway, &tokens, "order-1").await, "void-1"),
        _ => sample::refund(&captured(gateway, &tokens, "order-1").await, "refund-1", "4000"),
    }
}

/// An authorization of a customer's wallet, with the token of its account.
async fn order(gateway: &Gateway, customer: usize) -> Value {
    let tokens = linked(gateway, customer).await;
    let mut body = sample::authorization("order-1", &tokens.wallet);
    body[TOKEN] = json!(tokens.customer);
    body
}

pub(super) async fn way(gateway: &Gateway, service: Service, case: Case) -> Option<Answer> {
    match service {
        Service::AuthPayment => payment(gateway, case).await,
        Service::AuthQuery => query(gateway, case).await,
        Service::AuthRefund => refund(gateway, case).await,
        _ => close(gateway, service, case).await,
    }
}

async fn payment(gateway: &Gateway, case: Case) -> Option<Answer> {
    let service = Service::AuthPayment;
    let with = async |pointer: &str, value: Value| {
        let mut body = order(gateway, HAPPY).await;
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let body = match case {
        Case::Successful => order(gateway, HAPPY).await,
        Case::InvalidFieldFormat => with("/amount/value", json!("1.00")).await,
        Case::InvalidMandatoryField => with("/merchantId", Value::Null).await,
        Case::InvalidCustomerToken => with(&format!("/{TOKEN}"), json!("none")).await,
        Case::SuspectedFraud => order(gateway, BLOCKED).await,
        Case::InsufficientFunds => order(gateway, INSUFFICIENT).await,
        Case::TransactionNotPermitted => {
            let token = "/additionalInfo/payOptionDetails/0/additionalInfo/paymentOptionToken";
            with(token, json!("none")).await
        }
        Case::InvalidMerchant => with("/merchantId", json!("G999999999")).await,
        Case::InconsistentRequest => {
            let body = order(gateway, HAPPY).await;
            links::call(gateway, service, &body).external_id("e-1").send().await;
            let mut other = body;
            other["partnerReferenceNo"] = json!("order-2");
            other
        }
        _ => return None,
    };
    Some(links::call(gateway, service, &body).external_id("e-1").send().await)
}

async fn query(gateway: &Gateway, case: Case) -> Option<Answer> {
    let body = match case {
        Case::Successful => right(gateway, Service::AuthQuery).await,
        Case::InvalidMandatoryField => json!({"originalReferenceNo": "none"}),
        Case::TransactionNotFound => sample::auth_original("none"),
        _ => return None,
    };
    Some(gateway.auth_query(&body).send().await)
}

/// A capture or a void.
async fn close(gateway: &Gateway, service: Service, case: Case) -> Option<Answer> {
    let number = if service == Service::AuthCapture { "partnerCaptureNo" } else { "partnerVoidNo" };
    let with = async |name: &str, value: Value| {
        let mut body = right(gateway, service).await;
        body[name] = value;
        body
    };
    let body = match case {
        Case::Successful => right(gateway, service).await,
        Case::InvalidMandatoryField => with(number, Value::Null).await,
        Case::TransactionNotPermitted | Case::InconsistentRequest => {
            let mut body = right(gateway, service).await;
            let first = if case == Case::InconsistentRequest { "e-1" } else { "e-2" };
            gateway.call(service, &body).external_id(first).send().await;
            body[number] = json!("another");
            body
        }
        Case::TransactionNotFound => with("originalReferenceNo", json!("none")).await,
        Case::InvalidMerchant => with("merchantId", json!("G999999999")).await,
        _ => return None,
    };
    Some(gateway.call(service, &body).external_id("e-1").send().await)
}

async fn refund(gateway: &Gateway, case: Case) -> Option<Answer> {
    let of_captured = async |value: &str| {
        let mut body = right(gateway, Service::AuthRefund).await;
        body["refundAmount"]["value"] = json!(value);
        body
    };
    let body = match case {
        Case::Successful => of_captured("4000").await,
        Case::InvalidFieldFormat => {
            let mut body = of_captured("4000").await;
            body["refundAmount"]["currency"] = json!("USD");
            body
        }
        Case::InvalidMandatoryField => json!({"originalReferenceNo": "none"}),
        Case::ExceedsTransactionAmountLimit => of_captured("10000.01").await,
        Case::InsufficientFunds => {
            let body = of_captured("4000").await;
            pays_out(gateway, 7_000).await;
            body
        }
        Case::TransactionNotPermitted => {
            let body = right(gateway, Service::AuthQuery).await;
            sample::refund(body["originalReferenceNo"].as_str().unwrap(), "refund-1", "4000")
        }
        Case::TransactionNotFound => sample::refund("none", "refund-1", "4000"),
        Case::InconsistentRequest => {
            let mut body = of_captured("4000").await;
            gateway.auth_refund(&body).send().await;
            body["refundAmount"]["value"] = json!("3000");
            body
        }
        _ => return None,
    };
    Some(gateway.auth_refund(&body).send().await)
}
