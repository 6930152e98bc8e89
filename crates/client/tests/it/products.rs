//! Calls of QR codes and of virtual accounts: each goes to its path, with the id that the contract wants.

use lunas_client::CallOptions;
use lunas_snap::json;
use lunas_snap::message::{
    Original, qr_cancel, qr_generate, qr_query, qr_refund, va_create, va_delete, va_status,
};
use lunas_snap::service::Service;
use lunas_vocab::{MerchantId, Money, PartnerReferenceNo, PartnerRefundNo, ReferenceNo};

use super::calls::{client, gateway};
use crate::server::Act;

const NUMBER: &str =
    r#""partnerServiceId":"   70012","customerNo":"6280123456","virtualAccountNo":"   700126280123456""#;

#[tokio::test]
async fn each_call_goes_to_its_path_under_its_id() {
    let answers = format!(
        r#"{{"responseCode":"2000000","responseMessage":"Successful","qrContent":"0002","latestTransactionStatus":"00","refundNo":"R1","partnerRefundNo":"refund-1","virtualAccountData":{{{NUMBER},"trxId":"order-2"}}}}"#
    );
    let server = gateway(move |_, _| Act::Answer(200, answers.clone())).await;
    let client = client(&server);
    let options = CallOptions::default;
    let original = Original { reference_no: ReferenceNo::new("A1").ok(), ..Original::default() };
    let merchant_id = MerchantId::new("G1").unwrap();

    let request = qr_generate::GenerateRequest {
        partner_reference_no: PartnerReferenceNo::new("order-1").ok(),
        amount: Money::idr(10_000),
        merchant_id: None,
        valid_up_to: None,
        acquirer: None,
        metadata: None,
    };
    assert_eq!(client.qr_generate(&request, options()).await.unwrap().content, "0002");
    let request =
        qr_query::QueryRequest { original: original.clone(), merchant_id: None, service_code: None };
    assert_eq!(client.qr_query(&request).await.unwrap().status.code(), "00");
    let request = qr_cancel::CancelRequest {
        original: original.clone(),
        merchant_id: merchant_id.clone(),
        sub_merchant_id: None,
        external_store_id: None,
        reason: "sold out".to_owned(),
        amount: None,
    };
    client.qr_cancel(&request, options()).await.unwrap();
    let request = qr_refund::RefundRequest {
        merchant_id,
        sub_merchant_id: None,
        external_store_id: None,
        original,
        partner_refund_no: PartnerRefundNo::new("refund-1").unwrap(),
        amount: None,
        reason: None,
    };
    assert_eq!(client.qr_refund(&request, options()).await.unwrap().refund_no.as_str(), "R1");

    let body = |more: &str| json::parse(format!("{{{NUMBER},{more}}}").as_bytes()).unwrap();
    let info = r#""additionalInfo":{"bank":"bca","merchantId":"G1"}"#;
    let more = format!(
        r#""virtualAccountName":"Budi","trxId":"order-2","totalAmount":{{"value":"1","currency":"IDR"}},{info}"#
    );
    let request = va_create::CreateRequest::read(&body(&more)).unwrap();
    let answer = client.va_create(&request, options()).await.unwrap();
    assert_eq!(answer.number.virtual_account_no(), "700126280123456");
    let request =
        va_status::StatusRequest::read(&body(&format!(r#""inquiryRequestId":"order-2",{info}"#))).unwrap();
    client.va_status(&request).await.unwrap();
    let request = va_delete::DeleteRequest::read(&body(&format!(r#""trxId":"order-2",{info}"#))).unwrap();
    client.va_delete(&request, options()).await.unwrap();

    let check = |service: Service, external_id: Option<&str>| {
        let calls = server.seen(service.path());
        assert_eq!(calls.len(), 1, "{service:?}");
        let sent = calls[0].header("x-external-id");
        assert_eq!(external_id.unwrap_or(sent), sent, "{service:?}");
    };
    check(Service::QrGenerate, Some("order-1"));
    check(Service::QrQuery, None);
    check(Service::QrCancel, None);
    check(Service::QrRefund, Some("refund-1"));
    check(Service::VaCreate, Some("order-2"));
    check(Service::VaStatus, None);
    check(Service::VaDelete, None);
}
