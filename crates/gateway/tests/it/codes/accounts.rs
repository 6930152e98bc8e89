//! The ways to the codes of virtual accounts: those of merchants (27, 26, 31) and those of banks (24, 25).

use std::time::Duration;

use crate::kit::{Answer, Gateway, sample};
use lunas_snap::code::Case;
use lunas_snap::service::Service;
use serde_json::{Value, json};

use crate::va::{opened, opened_as};

pub(super) async fn right(gateway: &Gateway, service: Service) -> Value {
    if service != Service::VaCreate {
        opened(gateway, "order-1").await;
    }
    body(service)
}

fn body(service: Service) -> Value {
    match service {
        Service::VaCreate => sample::account("order-1"),
        Service::VaStatus => sample::account_status("order-1"),
        Service::VaDelete => sample::account_delete("order-1"),
        Service::VaInquiry => sample::bank_inquiry("bank-1"),
        _ => sample::bank_report("bank-1", "10000.00"),
    }
}

pub(super) async fn way(gateway: &Gateway, service: Service, case: Case) -> Option<Answer> {
    match service {
        Service::VaInquiry | Service::VaPayment => of_bank(gateway, service, case).await,
        _ => of_merchant(gateway, service, case).await,
    }
}

async fn of_merchant(gateway: &Gateway, service: Service, case: Case) -> Option<Answer> {
    let mut body = body(service);
    match (service, case) {
        (_, Case::Successful) => body = right(gateway, service).await,
        (_, Case::Unauthorized) => body["additionalInfo"]["merchantId"] = json!("G999999999"),
        (Service::VaCreate, Case::InvalidFieldFormat) => body["additionalInfo"]["bank"] = json!("lunas"),
        (Service::VaCreate, Case::InvalidMandatoryField) => body["virtualAccountName"] = Value::Null,
        (Service::VaCreate, Case::InvalidAmount) => body["totalAmount"]["value"] = json!("0.00"),
        (Service::VaCreate, Case::Conflict) => {
            gateway.va_create(&body).external_id("e-1").send().await;
            body["totalAmount"]["value"] = json!("10001.00");
        }
        (Service::VaStatus, Case::InvalidMandatoryField) => body["additionalInfo"] = Value::Null,
        (Service::VaStatus | Service::VaDelete, Case::TransactionNotFound) => {}
        (Service::VaDelete, Case::TransactionNotPermitted) => {
            opened(gateway, "order-1").await;
            gateway.va_delete(&body).send().await;
        }
        (Service::VaDelete, Case::PaidBill) => {
            opened(gateway, "order-1").await;
            gateway.control("/va/700126280123456/pay").await;
        }
        (Service::VaDelete, Case::Conflict) => {
            opened(gateway, "order-1").await;
            gateway.va_delete(&body).external_id("e-1").send().await;
            body["trxId"] = json!("order-2");
        }
        _ => return None,
    }
    Some(gateway.call(service, &body).external_id("e-1").send().await)
}

async fn of_bank(gateway: &Gateway, service: Service, case: Case) -> Option<Answer> {
    let mut sent = body(service);
    match (service, case) {
        (_, Case::Successful) => opened(gateway, "order-1").await,
        (Service::VaInquiry, Case::Unauthorized) => {
            return Some(gateway.va_inquire_as(&gateway.merchant, &sent).send().await);
        }
        (_, Case::Unauthorized) => {
            return Some(gateway.va_report_as(&gateway.merchant, &sent).send().await);
        }
        (_, Case::InvalidMandatoryField) => {
            opened(gateway, "order-1").await;
            let mut other = sample::account("order-2");
            other["additionalInfo"]["bank"] = json!("bca");
            opened_as(gateway, &other).await;
        }
        (_, Case::InvalidBill) => {}
        (_, Case::InvalidAmount) => {
            opened(gateway, "order-1").await;
            let amount = json!({"value": "9999.99", "currency": "IDR"});
            (sent["amount"], sent["paidAmount"]) = (amount.clone(), amount);
        }
        (_, Case::PaidBill) => {
            opened(gateway, "order-1").await;
            gateway.va_report(&sample::bank_report("bank-2", "10000.00")).send().await;
        }
        (_, Case::BillExpired) => {
            opened(gateway, "order-1").await;
            gateway.advance(Duration::from_hours(24)).await;
        }
        (Service::VaPayment, Case::InconsistentRequest) => {
            opened(gateway, "order-1").await;
            gateway.va_report(&sent).send().await;
            sent["paidAmount"]["value"] = json!("9000.00");
        }
        (Service::VaPayment, Case::Conflict) => {
            opened(gateway, "order-1").await;
            gateway.va_report(&sent).external_id("e-1").send().await;
            sent["referenceNo"] = json!("auth-2");
        }
        _ => return None,
    }
    Some(gateway.call(service, &sent).external_id("e-1").send().await)
}
