//! The ways to the codes of QR codes (47, 51, 77, 78).

use std::time::Duration;

use crate::kit::{Answer, Gateway, sample};
use lunas_snap::code::Case;
use lunas_snap::service::Service;
use serde_json::{Value, json};

use crate::world::{after, pays_out};

const OTHER_MERCHANT: &str = "G999999999";

pub(super) async fn right(gateway: &Gateway, service: Service) -> Value {
    match service {
        Service::QrGenerate => sample::qr("order-1"),
        Service::QrQuery => sample::qr_original(&made(gateway, "gopay").await),
        Service::QrCancel => sample::qr_cancel(&made(gateway, "gopay").await),
        _ => of_paid(gateway, "gopay", "4000").await,
    }
}

pub(super) async fn way(gateway: &Gateway, service: Service, case: Case) -> Option<Answer> {
    match service {
        Service::QrGenerate => generate(gateway, case).await,
        Service::QrQuery => query(gateway, case).await,
        Service::QrCancel => cancel(gateway, case).await,
        _ => refund(gateway, case).await,
    }
}

async fn made(gateway: &Gateway, acquirer: &str) -> String {
    let mut body = sample::qr("order-1");
    body["additionalInfo"]["acquirer"] = json!(acquirer);
    gateway.qr_generate(&body).send().await.text_at("/referenceNo")
}

/// A refund of a code that was just made and paid.
async fn of_paid(gateway: &Gateway, acquirer: &str, value: &str) -> Value {
    let reference_no = made(gateway, acquirer).await;
    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    sample::qr_refund(&reference_no, "refund-1", value)
}

async fn generate(gateway: &Gateway, case: Case) -> Option<Answer> {
    let mut body = sample::qr("order-1");
    match case {
        Case::Successful => {}
        Case::InvalidFieldFormat => body["validityPeriod"] = json!(after(19)),
        Case::InvalidMandatoryField => body["amount"] = Value::Null,
        Case::InvalidMerchant => body["merchantId"] = json!(OTHER_MERCHANT),
        Case::InvalidAmount => body["amount"]["value"] = json!("0"),
        Case::Conflict => {
            gateway.qr_generate(&body).external_id("order-1").send().await;
            body["amount"]["value"] = json!("10001.00");
        }
        _ => return None,
    }
    Some(gateway.qr_generate(&body).external_id("order-1").send().await)
}

async fn query(gateway: &Gateway, case: Case) -> Option<Answer> {
    let body = match case {
        Case::Successful => right(gateway, Service::QrQuery).await,
        Case::InvalidMandatoryField => json!({}),
        Case::TransactionNotFound => sample::qr_original("none"),
        Case::InvalidMerchant => {
            json!({"originalReferenceNo": "none", "serviceCode": "47", "merchantId": OTHER_MERCHANT})
        }
        _ => return None,
    };
    Some(gateway.qr_query(&body).send().await)
}

async fn cancel(gateway: &Gateway, case: Case) -> Option<Answer> {
    let mut body = sample::qr_cancel("none");
    match case {
        Case::Successful => body = right(gateway, Service::QrCancel).await,
        Case::InvalidMandatoryField => body["reason"] = Value::Null,
        Case::InvalidTransactionStatus => {
            body = right(gateway, Service::QrCancel).await;
            gateway.qr_cancel(&body).external_id("e-2").send().await;
        }
        Case::TransactionNotFound => {}
        Case::InvalidMerchant => body["merchantId"] = json!(OTHER_MERCHANT),
        Case::Conflict => {
            let first = right(gateway, Service::QrCancel).await;
            gateway.qr_cancel(&first).external_id("e-1").send().await;
        }
        _ => return None,
    }
    Some(gateway.qr_cancel(&body).external_id("e-1").send().await)
}

async fn refund(gateway: &Gateway, case: Case) -> Option<Answer> {
    let mut body = sample::qr_refund("none", "refund-1", "4000");
    match case {
        Case::Successful => body = of_paid(gateway, "gopay", "4000").await,
        Case::InvalidMandatoryField => body["merchantId"] = Value::Null,
        Case::ExceedsTransactionAmountLimit => body = of_paid(gateway, "gopay", "10000.01").await,
        Case::FeatureNotAllowedAtThisTime => {
            body = of_paid(gateway, "Airpay Shopee", "10000").await;
            // From ten in the morning to four minutes before midnight.
            gateway.advance(Duration::from_mins(14 * 60 - 4)).await;
        }
        Case::InsufficientFunds => {
            body = of_paid(gateway, "gopay", "4000").await;
            pays_out(gateway, 7_000).await;
        }
        Case::InvalidTransactionStatus => {
            body = sample::qr_refund(&made(gateway, "gopay").await, "refund-1", "4000");
        }
        Case::TransactionNotFound => {}
        Case::InvalidMerchant => body["merchantId"] = json!(OTHER_MERCHANT),
        Case::InvalidAmount => body["refundAmount"]["value"] = json!("0"),
        Case::OperationNotAllowed => {
            body = of_paid(gateway, "gopay", "4000").await;
            gateway.advance(Duration::from_hours(45 * 24)).await;
        }
        Case::Conflict => {
            let first = of_paid(gateway, "gopay", "4000").await;
            gateway.qr_refund(&first).external_id("e-1").send().await;
        }
        Case::DuplicatePartnerReferenceNo => {
            body = of_paid(gateway, "gopay", "4000").await;
            gateway.qr_refund(&body).external_id("e-2").send().await;
            body["refundAmount"]["value"] = json!("3000");
        }
        _ => return None,
    }
    Some(gateway.qr_refund(&body).external_id("e-1").send().await)
}
