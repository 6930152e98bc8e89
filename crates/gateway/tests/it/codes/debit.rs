//! The ways to the codes of direct debit (54, 55, 57, 58).

use crate::kit::{Answer, Gateway, sample};
use lunas_snap::code::Case;
use lunas_snap::service::Service;
use serde_json::{Value, json};

use crate::linked_payment::Account;
use crate::linking::{BLOCKED, HAPPY};
use crate::world::{opened, pays_out};

pub(super) async fn right(gateway: &Gateway, service: Service) -> Value {
    match service {
        Service::DebitPayment => sample::payment("order-1"),
        Service::DebitRefund => sample::refund(&paid(gateway).await, "refund-1", "4000"),
        _ => sample::original(&opened(gateway, "order-1").await),
    }
}

pub(super) async fn way(gateway: &Gateway, service: Service, case: Case) -> Option<Answer> {
    match service {
        Service::DebitPayment => payment(gateway, case).await,
        Service::DebitStatus => status(gateway, case).await,
        Service::DebitCancel => cancel(gateway, case).await,
        _ => refund(gateway, case).await,
    }
}

async fn paid(gateway: &Gateway) -> String {
    let reference_no = opened(gateway, "order-1").await;
    gateway.control(&format!("/payments/{reference_no}/pay")).await;
    reference_no
}

async fn payment(gateway: &Gateway, case: Case) -> Option<Answer> {
    let mut body = sample::payment("order-1");
    match case {
        Case::Successful => {}
        Case::InvalidFieldFormat => body["payOptionDetails"][0]["transAmount"]["currency"] = json!("USD"),
        Case::InvalidMandatoryField => body["chargeToken"] = Value::Null,
        Case::SuspectedFraud => {
            body["additionalInfo"] = json!({"customerDetails": {"phone": "+628271939753"}});
        }
        Case::InvalidMerchant => body["merchantId"] = json!("G999999999"),
        Case::InvalidCustomerToken
        | Case::DoNotHonor
        | Case::InsufficientFunds
        | Case::TransactionNotPermitted => return Some(linked_payment(gateway, case).await),
        Case::InconsistentRequest => {
            gateway.pay(&sample::payment("order-2")).external_id("e-1").send().await;
        }
        _ => return None,
    }
    Some(gateway.pay(&body).external_id("e-1").send().await)
}

async fn linked_payment(gateway: &Gateway, case: Case) -> Answer {
    let (phone, value) = match case {
        Case::DoNotHonor => (BLOCKED, "10000.00"),
        Case::InsufficientFunds => (HAPPY, "10000001.00"),
        _ => (HAPPY, "10000.00"),
    };
    let account = Account::link(gateway, phone).await;
    let mut body = account.payment("order-1", value);
    if case == Case::TransactionNotPermitted {
        body["urlParams"][0]["url"] = json!("https://not-whitelisted.example/");
    }
    let token = if case == Case::InvalidCustomerToken { "none" } else { &account.token };
    gateway.pay(&body).customer(token).send().await
}

async fn status(gateway: &Gateway, case: Case) -> Option<Answer> {
    let body = match case {
        Case::Successful => right(gateway, Service::DebitStatus).await,
        Case::InvalidMandatoryField => json!({}),
        Case::TransactionNotFound => sample::original("none"),
        _ => return None,
    };
    Some(gateway.status(&body).send().await)
}

async fn cancel(gateway: &Gateway, case: Case) -> Option<Answer> {
    let body = match case {
        Case::Successful => right(gateway, Service::DebitCancel).await,
        Case::InvalidMandatoryField => json!({}),
        Case::TransactionNotPermitted => {
            let body = right(gateway, Service::DebitCancel).await;
            gateway.cancel(&body).external_id("e-2").send().await;
            body
        }
        Case::TransactionNotFound => sample::original("none"),
        Case::InconsistentRequest => {
            gateway.cancel(&right(gateway, Service::DebitCancel).await).external_id("e-1").send().await;
            gateway.receiver.next().await;
            right(gateway, Service::DebitCancel).await
        }
        _ => return None,
    };
    Some(gateway.cancel(&body).external_id("e-1").send().await)
}

async fn refund(gateway: &Gateway, case: Case) -> Option<Answer> {
    let of_paid = async |value: &str| sample::refund(&paid(gateway).await, "refund-1", value);
    let body = match case {
        Case::Successful => of_paid("4000").await,
        Case::InvalidFieldFormat => {
            let mut body = of_paid("4000").await;
            body["refundAmount"]["currency"] = json!("USD");
            body
        }
        Case::InvalidMandatoryField => json!({"partnerRefundNo": "refund-1"}),
        Case::ExceedsTransactionAmountLimit => of_paid("10000.01").await,
        Case::InsufficientFunds => {
            let body = of_paid("4000").await;
            pays_out(gateway, 7_000).await;
            body
        }
        Case::TransactionNotPermitted => {
            sample::refund(&opened(gateway, "order-1").await, "refund-1", "4000")
        }
        Case::AccountLimitExceed => of_paid("9500").await,
        Case::TransactionNotFound => sample::refund("none", "refund-1", "4000"),
        Case::InconsistentRequest => {
            let mut body = of_paid("4000").await;
            gateway.refund(&body).send().await;
            body["refundAmount"]["value"] = json!("3000");
            body
        }
        _ => return None,
    };
    Some(gateway.refund(&body).send().await)
}
