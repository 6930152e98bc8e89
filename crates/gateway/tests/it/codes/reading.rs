//! The ways to the codes of services that change nothing: the access token (73), the balance (11) and the
//! history (12, 13).

use crate::kit::{Answer, Gateway};
use lunas_snap::code::Case;
use lunas_snap::service::Service;
use serde_json::{Value, json};

use crate::world::opened;

/// A look at one payment, under both of its ids.
pub(super) fn detail(order: &str, reference_no: &str) -> Value {
    json!({"originalPartnerReferenceNo": order, "additionalInfo": {"referenceNo": reference_no}})
}

pub(super) async fn way(gateway: &Gateway, service: Service, case: Case) -> Option<Answer> {
    match service {
        Service::AccessTokenB2b => token(gateway, case).await,
        Service::BalanceInquiry => balance(gateway, case).await,
        Service::HistoryList => list(gateway, case).await,
        _ => one(gateway, case).await,
    }
}

async fn token(gateway: &Gateway, case: Case) -> Option<Answer> {
    let request = gateway.token_request();
    let request = match case {
        Case::Successful => request,
        Case::InvalidFieldFormat => request.body(r#"{"grantType":"authorization_code"}"#),
        Case::InvalidMandatoryField => request.without("X-CLIENT-KEY"),
        Case::Unauthorized => request.header("X-CLIENT-KEY", "G999999999-SNAP"),
        _ => return None,
    };
    Some(request.send().await)
}

async fn balance(gateway: &Gateway, case: Case) -> Option<Answer> {
    let body = match case {
        Case::Successful => json!({}),
        Case::InvalidAccount => json!({"accountNo": "G999999999"}),
        _ => return None,
    };
    Some(gateway.balance_inquiry(&body).send().await)
}

async fn list(gateway: &Gateway, case: Case) -> Option<Answer> {
    let body = match case {
        Case::Successful => json!({}),
        Case::InvalidFieldFormat => json!({"pageSize": 0}),
        Case::Conflict => {
            gateway.history_list(&json!({})).external_id("e-1").send().await;
            json!({})
        }
        _ => return None,
    };
    Some(gateway.history_list(&body).external_id("e-1").send().await)
}

async fn one(gateway: &Gateway, case: Case) -> Option<Answer> {
    let body = match case {
        Case::Successful => detail("order-1", &opened(gateway, "order-1").await),
        Case::InvalidMandatoryField => json!({"originalPartnerReferenceNo": "order-1"}),
        Case::TransactionNotFound => detail("order-1", "none"),
        Case::Conflict => {
            let body = detail("order-1", &opened(gateway, "order-1").await);
            gateway.history_detail(&body).external_id("e-1").send().await;
            body
        }
        _ => return None,
    };
    Some(gateway.history_detail(&body).external_id("e-1").send().await)
}
