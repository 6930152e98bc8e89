//! The messages of QR codes: the forms that are read, the one that is written, and the way there and back.

use lunas_vocab::{PartnerRefundNo, RefundNo};
use proptest::option::of;
use proptest::prelude::*;

use super::round_trip::{
    amount, assert_verifiable, check, external_id, metadata, order_id, reference_no, refunds, status, text,
    time,
};
use super::*;
use crate::message::NotificationText;
use crate::message::qr_cancel::{CancelAnswer, CancelRequest};
use crate::message::qr_generate::{Acquirer, GenerateAnswer, GenerateRequest};
use crate::message::qr_notify::{Notification, Parties};
use crate::message::qr_query::{QueryAnswer, QueryRequest};
use crate::message::qr_refund::{RefundAnswer, RefundRequest};

fn original() -> Original {
    Original {
        reference_no: Some(reference()),
        partner_reference_no: PartnerReferenceNo::new("order-1").ok(),
        external_id: ExternalId::new("e-1").ok(),
    }
}

#[test]
fn a_code_is_asked_for_in_every_form_that_is_sent() {
    let check = |more: &str, acquirer: Option<Acquirer>, valid_up_to: Option<&str>| {
        let text = format!(
            r#"{{"partnerReferenceNo":"order-1","amount":{{"value":"10000","currency":"IDR"}},"merchantId":"G1"{more}}}"#
        );
        let read = GenerateRequest::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!((read.amount, read.acquirer), (Money::idr(10_000), acquirer), "{text}");
        assert_eq!(read.valid_up_to.map(Timestamp::to_snap).as_deref(), valid_up_to, "{text}");
    };
    check("", None, None);
    check(r#","additionalInfo":[]"#, None, None);
    check(r#","additionalInfo":null,"validityPeriod":"""#, None, None);
    check(r#","additionalInfo":{"acquirer":"gopay"}"#, Some(Acquirer::Gopay), None);
    check(r#","additionalInfo":{"acquirer":"AirPay Shopee"}"#, Some(Acquirer::AirpayShopee), None);
    check(r#","validityPeriod":"2009-07-03T12:08:56-07:00""#, None, Some("2009-07-04T02:08:56+07:00"));
    check(
        r#","additionalInfo":{"customerDetails":{"phone":1},"items":[{}],"countryCode":"ID","locale":"id_ID"}"#,
        None,
        None,
    );
}

#[test]
fn a_code_is_refused_for_what_is_missing_or_wrong() {
    let check = |text: &str, expected: &str| {
        assert_eq!(refusal(GenerateRequest::read(&value(text))), expected, "{text}");
    };
    let amount = r#""amount":{"value":"1","currency":"IDR"}"#;
    check("{}", "Invalid Mandatory Field amount");
    check(r#"{"amount":{"currency":"IDR"}}"#, "Invalid Mandatory Field amount.value");
    check(&format!("{{{amount}}}"), "none");
    check(
        &format!(r#"{{"partnerReferenceNo":"a b",{amount}}}"#),
        "Invalid Field Format partnerReferenceNo: only letters, digits and - _ ~ . are allowed",
    );
    check(
        &format!(r#"{{{amount},"additionalInfo":{{"acquirer":"OTHER"}}}}"#),
        "Invalid Field Format additionalInfo.acquirer: the acquirers are GOPAY and AIRPAY SHOPEE",
    );
    check(
        &format!(r#"{{{amount},"validityPeriod":"900"}}"#),
        "Invalid Field Format validityPeriod: write 2026-11-29T20:14:00+07:00, 2026-11-29T20:14+07, 2026-11-29T13:14:00.123Z or 20261129T131400Z",
    );
}

#[test]
fn later_calls_name_a_code_by_any_of_three_ids() {
    let check = |ids: &str, expected: &Original| {
        let text = format!(
            r#"{{{ids},"merchantId":"G1","reason":"r","partnerRefundNo":"p-1","serviceCode":54,"additionalInfo":null}}"#
        );
        let body = value(&text);
        let query = QueryRequest::read(&body).map(|request| request.original);
        let cancel = CancelRequest::read(&body).map(|request| request.original);
        let refund = RefundRequest::read(&body).map(|request| request.original);
        for read in [query, cancel, refund] {
            assert_eq!(read.as_ref(), Ok(expected), "{text}");
        }
    };
    let all = original();
    let only_reference = Original { reference_no: all.reference_no.clone(), ..Original::default() };
    let only_order =
        Original { partner_reference_no: all.partner_reference_no.clone(), ..Original::default() };
    let only_external = Original { external_id: all.external_id.clone(), ..Original::default() };
    check(r#""originalReferenceNo":"A120241007084522AbCdEfGhIjID""#, &only_reference);
    check(r#""originalPartnerReferenceNo":"order-1","originalReferenceNo":"""#, &only_order);
    check(r#""originalExternalId":"e-1""#, &only_external);
    check(r#""additionalData":{"originalExternalId":"e-1"}"#, &only_external);
}

#[test]
fn later_calls_are_refused_without_an_id_and_without_what_else_is_mandatory() {
    let mandatory = |name: &str| format!("Invalid Mandatory Field {name}");
    let query = |text: &str, name: &str| {
        assert_eq!(refusal(QueryRequest::read(&value(text))), mandatory(name), "{text}");
    };
    query("{}", "originalReferenceNo");
    let cancel = |text: &str, name: &str| {
        assert_eq!(refusal(CancelRequest::read(&value(text))), mandatory(name), "{text}");
    };
    cancel("{}", "originalReferenceNo");
    cancel(r#"{"originalReferenceNo":"r","reason":"x"}"#, "merchantId");
    cancel(r#"{"originalReferenceNo":"r","merchantId":"G1"}"#, "reason");
    let refund = |text: &str, name: &str| {
        assert_eq!(refusal(RefundRequest::read(&value(text))), mandatory(name), "{text}");
    };
    refund(r#"{"originalReferenceNo":"r","partnerRefundNo":"p"}"#, "merchantId");
    refund(r#"{"merchantId":"G1","partnerRefundNo":"p"}"#, "originalReferenceNo");
    refund(r#"{"merchantId":"G1","originalReferenceNo":"r"}"#, "partnerRefundNo");
}

#[test]
fn answers_about_codes_have_exact_texts() {
    let check = |answer: Value, expected: &str| assert_eq!(answer.to_compact(), expected);
    let ids = r#""originalReferenceNo":"A120241007084522AbCdEfGhIjID","originalPartnerReferenceNo":"order-1","originalExternalId":"e-1""#;
    check(
        GenerateAnswer {
            reference_no: Some(reference()),
            partner_reference_no: PartnerReferenceNo::new("order-1").ok(),
            content: "000201".to_owned(),
            url: "https://pay.example/q/1".to_owned(),
            image: "iVBO".to_owned(),
            acquirer: Some(Acquirer::AirpayShopee),
        }
        .write(),
        r#"{"responseCode":"2004700","responseMessage":"Successful","referenceNo":"A120241007084522AbCdEfGhIjID","partnerReferenceNo":"order-1","qrContent":"000201","qrUrl":"https://pay.example/q/1","qrImage":"iVBO","additionalInfo":{"acquirer":"AIRPAY SHOPEE"}}"#,
    );
    check(
        QueryAnswer {
            original: original(),
            service_code: "47".to_owned(),
            status: TransactionStatus::Success,
            paid_at: Some(at("2020-10-20T17:56:57")),
            amount: Some(Money::idr(10_000)),
            terminal_id: Some("A01".to_owned()),
            refund_history: Vec::new(),
            valid_up_to: Some(at("2020-10-20T18:00:00")),
            cancellation_reason: None,
            metadata: None,
        }
        .write(),
        &format!(
            r#"{{"responseCode":"2005100","responseMessage":"Successful",{ids},"serviceCode":"47","latestTransactionStatus":"00","transactionStatusDesc":"SUCCESS","paidTime":"2020-10-20T17:56:57+07:00","amount":{{"value":"10000.00","currency":"IDR"}},"terminalId":"A01","additionalInfo":{{"paymentType":"qris","transactionType":"MERCHANT_TRANSACTION","channelType":"DYNAMIC_QR","expiryTime":"2020-10-20T18:00:00+07:00","cancellationReason":""}}}}"#
        ),
    );
    check(
        CancelAnswer {
            original: original(),
            cancelled_at: Some(at("2020-10-20T17:56:57")),
            created_at: Some(at("2020-10-20T17:50:00")),
        }
        .write(),
        &format!(
            r#"{{"responseCode":"2007700","responseMessage":"Successful",{ids},"cancelTime":"2020-10-20T17:56:57+07:00","transactionDate":"2020-10-20T17:50:00+07:00"}}"#
        ),
    );
    check(
        refund_answer().write(),
        &format!(
            r#"{{"responseCode":"2007800","responseMessage":"Successful",{ids},"referenceNo":"R1","refundNo":"R1","partnerRefundNo":"p-1","refundAmount":{{"value":"5000.00","currency":"IDR"}},"refundTime":"2020-10-20T17:56:57+07:00"}}"#
        ),
    );
}

fn refund_answer() -> RefundAnswer {
    RefundAnswer {
        original: original(),
        refund_no: RefundNo::new("R1").expect("an id"),
        partner_refund_no: PartnerRefundNo::new("p-1").expect("an id"),
        amount: Some(Money::idr(5_000)),
        refunded_at: Some(at("2020-10-20T17:56:57")),
    }
}

#[test]
fn answers_of_other_gateways_are_read() {
    for id in ["referenceNo", "refundNo"] {
        let text = format!(
            r#"{{"originalReferenceNo":"A120241007084522AbCdEfGhIjID","originalPartnerReferenceNo":"order-1","additionalInfo":{{"originalExternalId":"e-1"}},"{id}":"R1","partnerRefundNo":"p-1","refundAmount":{{"value":"5000","currency":"IDR"}},"refundDate":"2020-10-20T17:56:57"}}"#
        );
        assert_eq!(RefundAnswer::read(&value(&text)), Ok(refund_answer()), "{id}");
    }
    for date in ["20201020175657", "2020-10-20 17:56:57", "2020-10-20T17:56:57+07:00"] {
        let text = format!(r#"{{"transactionDate":"{date}","additionalInfo":{{}}}}"#);
        let read = CancelAnswer::read(&value(&text)).expect("an answer");
        assert_eq!(read.created_at, Some(at("2020-10-20T17:56:57")), "{date}");
    }
    let query = r#"{"serviceCode":"78","latestTransactionStatus":"04","paidTime":"2020-10-20T17:56:57","additionalInfo":{"metadata":{"a":{}},"refundHistory":[{"refundNo":"1","partnerReferenceNo":"p","refundAmount":{"value":"1.00","currency":"IDR"},"refundDate":"2020-10-20T17:56:57"}]}}"#;
    let read = QueryAnswer::read(&value(query)).expect("an answer");
    assert_eq!((read.service_code.as_str(), read.refund_history.len()), ("78", 1));
    let generated = r#"{"qrContent":"000201","additionalInfo":{"acquirer":{}}}"#;
    let read = GenerateAnswer::read(&value(generated)).expect("an answer");
    assert_eq!((read.content.as_str(), read.url.as_str(), read.acquirer), ("000201", "", None));
}

#[test]
fn a_notification_of_a_code_has_an_exact_text_and_is_read_in_several() {
    let notification = Notification {
        original_reference_no: reference(),
        original_partner_reference_no: PartnerReferenceNo::new("order-1").ok(),
        status: TransactionStatus::Success,
        amount: Some(Money::idr(10_000)),
        external_store_id: Some("toko/1".to_owned()),
        refund_history: Vec::new(),
        parties: Some(Parties { issuer: "gopay".to_owned(), acquirer: "GoPay".to_owned() }),
    };
    assert_eq!(
        notification.write(NotificationText::Portable).to_compact(),
        r#"{"originalReferenceNo":"A120241007084522AbCdEfGhIjID","originalPartnerReferenceNo":"order-1","latestTransactionStatus":"00","transactionStatusDesc":"SUCCESS","amount":{"value":"10000.00","currency":"IDR"},"externalStoreId":"toko-1","additionalInfo":{"refundHistory":[],"qris":{"issuerName":"gopay","acquirerName":"GoPay","transactionType":"ON-US"}}}"#
    );
    let parties = r#"{"issuerName":"dana","acquirerName":"gopay","transactionType":"OFF-US"}"#;
    for qris in [parties.to_owned(), format!("[{parties}]")] {
        let text = format!(
            r#"{{"originalReferenceNo":"r","latestTransactionStatus":"00","externalStoreID":"s","additionalInfo":{{"qris":{qris}}}}}"#
        );
        let read = Notification::read(&value(&text)).expect("a notification");
        assert_eq!(read.external_store_id.as_deref(), Some("s"), "{text}");
        assert_eq!(read.parties.map(|parties| parties.transaction_type()), Some("OFF-US"), "{text}");
    }
    let answer = NotificationAnswer::of(Service::QrNotify, &Failure::new(Case::Successful));
    assert_eq!(answer.write().to_compact(), r#"{"responseCode":"2005200","responseMessage":"Successful"}"#);
}

pub(super) fn any_original() -> impl Strategy<Value = Original> {
    let all = (of(reference_no()), of(order_id()), external_id());
    let ids = prop_oneof![
        all.prop_map(|(reference, order, external)| (reference, order, Some(external))),
        (reference_no(), of(order_id())).prop_map(|(reference, order)| (Some(reference), order, None)),
    ];
    ids.prop_map(|(reference_no, partner_reference_no, external_id)| Original {
        reference_no,
        partner_reference_no,
        external_id,
    })
}

pub(super) fn merchant_id() -> impl Strategy<Value = MerchantId> {
    "[A-Z0-9]{1,64}".prop_map(|id| MerchantId::new(id).expect("an id"))
}

fn acquirer() -> impl Strategy<Value = Option<Acquirer>> {
    of(proptest::sample::select(Acquirer::ALL))
}

proptest! {
    #[test]
    fn generated(
        order in of(order_id()),
        details in (amount(), of(merchant_id()), of(time()), acquirer()),
        answer in (of(reference_no()), text(512), text(40), text(40)),
        metadata in of(metadata()),
    ) {
        let (amount, merchant_id, valid_up_to, acquirer) = details;
        let partner_reference_no = order.clone();
        let metadata = metadata.clone();
        let request =
            GenerateRequest { partner_reference_no, amount, merchant_id, valid_up_to, acquirer, metadata };
        check(&request, GenerateRequest::write, GenerateRequest::read)?;
        let (reference_no, content, url, image) = answer;
        let partner_reference_no = order;
        let answer = GenerateAnswer { reference_no, partner_reference_no, content, url, image, acquirer };
        check(&answer, GenerateAnswer::write, GenerateAnswer::read)?;
    }

    #[test]
    fn queried(
        original in any_original(),
        merchant_id in of(merchant_id()),
        state in (status(), of(time()), of(amount()), refunds("[ -~é]{0,20}")),
        details in (of(text(16)), of(time()), of(text(40))),
        metadata in of(metadata()),
    ) {
        let service_code = Some("47".to_owned());
        let request = QueryRequest { original: original.clone(), merchant_id, service_code };
        check(&request, QueryRequest::write, QueryRequest::read)?;
        let (status, paid_at, amount, refund_history) = state;
        let (terminal_id, valid_up_to, cancellation_reason) = details;
        let service_code = "47".to_owned();
        let answer = QueryAnswer {
            original, service_code, status, paid_at, amount, terminal_id, refund_history, valid_up_to,
            cancellation_reason, metadata,
        };
        check(&answer, QueryAnswer::write, QueryAnswer::read)?;
    }

    #[test]
    fn cancelled(
        original in any_original(),
        merchant_id in merchant_id(),
        texts in (of(text(32)), of(text(64)), text(256)),
        details in (of(amount()), of(time()), of(time())),
    ) {
        let (sub_merchant_id, external_store_id, reason) = texts;
        let (amount, cancelled_at, created_at) = details;
        let request = CancelRequest {
            original: original.clone(), merchant_id, sub_merchant_id, external_store_id, reason, amount,
        };
        check(&request, CancelRequest::write, CancelRequest::read)?;
        let answer = CancelAnswer { original, cancelled_at, created_at };
        check(&answer, CancelAnswer::write, CancelAnswer::read)?;
    }

    #[test]
    fn refunded(
        original in any_original(),
        merchant_id in merchant_id(),
        texts in (of(text(32)), of(text(64)), of(text(256)), "[A-Z0-9]{1,64}"),
        details in (of(amount()), of(time())),
    ) {
        let (sub_merchant_id, external_store_id, reason, number) = texts;
        let (amount, refunded_at) = details;
        let partner_refund_no = PartnerRefundNo::new(number.as_str()).expect("an id");
        let refund_no = RefundNo::new(number).expect("an id");
        let request = RefundRequest {
            merchant_id, sub_merchant_id, external_store_id, original: original.clone(),
            partner_refund_no: partner_refund_no.clone(), amount, reason,
        };
        check(&request, RefundRequest::write, RefundRequest::read)?;
        let answer = RefundAnswer { original, refund_no, partner_refund_no, amount, refunded_at };
        check(&answer, RefundAnswer::write, RefundAnswer::read)?;
    }

    #[test]
    fn notified(
        ids in (reference_no(), of(order_id())),
        state in (status(), of(amount()), refunds("[a-z_]{0,20}")),
        texts in (of("[a-z0-9]{1,64}"), of(("[a-z]{1,9}", "[a-z]{1,9}"))),
        untamed in text(40),
    ) {
        let (original_reference_no, original_partner_reference_no) = ids;
        let (status, amount, refund_history) = state;
        let (external_store_id, parties) = texts;
        let parties = parties.map(|(issuer, acquirer)| Parties { issuer, acquirer });
        let notification = Notification {
            original_reference_no, original_partner_reference_no, status, amount, external_store_id,
            refund_history, parties,
        };
        check(&notification, |notification| notification.write(NotificationText::Exact), Notification::read)?;
        let notification = Notification { external_store_id: Some(untamed), ..notification };
        assert_verifiable(|text| notification.write(text));
    }

    #[test]
    fn no_json_makes_a_message_of_codes_panic(text in "[{}\\[\\]:,\"a-z0-9]{0,40}") {
        if let Ok(body) = json::parse(text.as_bytes()) {
            let _ = GenerateRequest::read(&body);
            let _ = QueryAnswer::read(&body);
            let _ = CancelRequest::read(&body);
            let _ = RefundAnswer::read(&body);
            let _ = Notification::read(&body);
        }
    }
}
