//! Calls about authorizations: each goes to its path, only the one that reserves is a customer's, and what is repeated
//! keeps its number.

use lunas_client::authorization::{
    AuthQueryAnswer, AuthQueryRequest, CaptureRequest, Original, RefundRequest, VoidRequest, request,
};
use lunas_client::link::PaymentOption;
use lunas_client::{CallOptions, TransactionStatus};
use lunas_snap::code::Case;
use lunas_snap::json;
use lunas_snap::service::Service;
use lunas_vocab::{
    ExternalId, MerchantId, Money, PartnerReferenceNo, PartnerRefundNo, PartnerResolutionNo, ReferenceNo,
    Secret,
};

use super::calls::{client, gateway};
use crate::server::Act;

const ANSWER: &str = r#"{"responseCode":"2000000","responseMessage":"Successful","referenceNo":"A1","originalReferenceNo":"A1","latestTransactionStatus":"01","captureNo":"C1","captureAmount":{"value":"10000.00","currency":"IDR"},"voidNo":"V1","partnerVoidNo":"void-1","refundNo":"R1","additionalInfo":{"transactionStatus":"01","grossAmount":"10000.00"}}"#;

fn merchant_id() -> MerchantId {
    MerchantId::new("G1").unwrap()
}

fn original() -> Original {
    Original { reference_no: ReferenceNo::new("A1").ok(), ..Original::default() }
}

fn capture() -> CaptureRequest {
    CaptureRequest {
        original: original(),
        merchant_id: merchant_id(),
        partner_capture_no: PartnerResolutionNo::new("capture-1").unwrap(),
        amount: None,
        title: None,
    }
}

fn void() -> VoidRequest {
    VoidRequest {
        original: original(),
        merchant_id: merchant_id(),
        partner_void_no: PartnerResolutionNo::new("void-1").unwrap(),
        reason: None,
    }
}

fn refund() -> RefundRequest {
    RefundRequest {
        original: original(),
        partner_refund_no: PartnerRefundNo::new("refund-1").unwrap(),
        amount: Some(Money::idr(4_000)),
        reason: None,
    }
}

#[tokio::test]
async fn each_call_about_an_authorization_goes_to_its_path() {
    let server = gateway(|_, _| Act::Answer(200, ANSWER.to_owned())).await;
    let client = client(&server);
    let wallet = PaymentOption {
        name: "GOPAY_WALLET".to_owned(),
        active: true,
        balance: None,
        token: Secret::new("option-1".to_owned()),
    };
    let order = PartnerReferenceNo::new("order-1").unwrap();
    let order = request(order, merchant_id(), &wallet, Money::idr(10_000));
    let options = CallOptions::with_external_id(ExternalId::new("call-1").unwrap()).on_device("device-1");
    let answer = client.authorize(&Secret::new("customer-1".to_owned()), &order, options).await.unwrap();
    assert_eq!((answer.reference_no, answer.amount), (original().reference_no, Some(Money::idr(10_000))));
    assert_eq!(answer.status, Some(TransactionStatus::Initiated));
    let asked = client.authorization(&AuthQueryRequest { original: original() }).await.unwrap();
    assert_eq!(asked.status, TransactionStatus::Initiated);
    let captured = client.capture(&capture(), CallOptions::default()).await.unwrap();
    assert_eq!(captured.amount, Some(Money::idr(10_000)));
    let voided = client.void(&void(), CallOptions::default()).await.unwrap();
    assert_eq!(voided.partner_void_no, void().partner_void_no);
    let refunded = client.refund_captured(&refund(), CallOptions::default()).await.unwrap();
    assert_eq!(refunded.refund_no.as_str(), "R1");

    let check = |service: Service, customer: &str, body: &str| {
        let calls = server.seen(service.path());
        assert_eq!(calls.len(), 1, "{service:?}");
        assert_eq!(calls[0].header("authorization-customer"), customer, "{service:?}");
        assert_eq!(calls[0].body, body, "{service:?}");
    };
    let money = |value: &str| format!(r#"{{"value":"{value}","currency":"IDR"}}"#);
    let amount = money("10000.00");
    check(
        Service::AuthPayment,
        "Bearer customer-1",
        &format!(
            r#"{{"partnerReferenceNo":"order-1","merchantId":"G1","amount":{amount},"additionalInfo":{{"payOptionDetails":[{{"payMethod":"GOPAY","payOption":"GOPAY_WALLET","transAmount":{amount},"additionalInfo":{{"paymentOptionToken":"option-1"}}}}]}}}}"#
        ),
    );
    let sent = &server.seen(Service::AuthPayment.path())[0];
    assert_eq!((sent.header("x-device-id"), sent.header("x-external-id")), ("device-1", "call-1"));
    let named = r#""originalReferenceNo":"A1""#;
    check(Service::AuthQuery, "", &format!("{{{named}}}"));
    check(
        Service::AuthCapture,
        "",
        &format!(r#"{{{named},"merchantId":"G1","partnerCaptureNo":"capture-1"}}"#),
    );
    check(Service::AuthVoid, "", &format!(r#"{{{named},"merchantId":"G1","partnerVoidNo":"void-1"}}"#));
    let part = money("4000.00");
    check(
        Service::AuthRefund,
        "",
        &format!(r#"{{{named},"partnerRefundNo":"refund-1","refundAmount":{part}}}"#),
    );
}

#[tokio::test]
async fn an_end_that_is_in_doubt_is_asked_for_again_as_it_was() {
    let check = async |service: Service| {
        let server = gateway(|_, before| match before {
            0 => Act::Drop,
            _ => Act::Answer(200, ANSWER.to_owned()),
        })
        .await;
        let (client, options) = (client(&server), CallOptions::default());
        match service {
            Service::AuthCapture => drop(client.capture(&capture(), options).await.unwrap()),
            Service::AuthVoid => drop(client.void(&void(), options).await.unwrap()),
            _ => drop(client.refund_captured(&refund(), options).await.unwrap()),
        }
        let calls = server.seen(service.path());
        let [lost, again] = &calls[..] else { panic!("{} calls", calls.len()) };
        assert_eq!(lost.body, again.body, "{service:?}");
        assert_eq!(lost.header("x-external-id"), again.header("x-external-id"), "{service:?}");
    };
    check(Service::AuthCapture).await;
    check(Service::AuthVoid).await;
    check(Service::AuthRefund).await;
    let silent = gateway(|_, _| Act::Drop).await;
    let error = client(&silent).capture(&capture(), CallOptions::default()).await.unwrap_err();
    assert!(error.is_unknown_outcome(), "{error:?}");
}

/// The contract prints the codes of another service for these.
#[tokio::test]
async fn a_refusal_is_known_by_its_case() {
    let check = async |code: &'static str, expected: Case| {
        let http = code[..3].parse().unwrap();
        let body = format!(r#"{{"responseCode":"{code}","responseMessage":"No"}}"#);
        let server = gateway(move |_, _| Act::Answer(http, body.clone())).await;
        let error = client(&server).void(&void(), CallOptions::default()).await.unwrap_err();
        assert_eq!((error.case(), error.is_unknown_outcome()), (Some(expected), false), "{code}");
        assert_eq!(server.seen(Service::AuthVoid.path()).len(), 1, "{code}");
    };
    check("4036715", Case::TransactionNotPermitted).await;
    check("4036515", Case::TransactionNotPermitted).await;
    check("4031014", Case::InsufficientFunds).await;
    check("4031003", Case::SuspectedFraud).await;
}

#[test]
fn money_that_nobody_took_was_given_back_by_either_word() {
    let check = |status: &str, expected: bool| {
        let body = json::parse(format!(r#"{{"latestTransactionStatus":"{status}"}}"#).as_bytes()).unwrap();
        assert_eq!(AuthQueryAnswer::read(&body).unwrap().is_given_back(), expected, "{status}");
    };
    check("05", true);
    check("08", true);
    check("01", false);
    check("00", false);
    check("04", false);
    check("06", false);
}
