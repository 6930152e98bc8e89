//! The messages of authorizations: the forms that are read, the one that is written, and the way there and back.

use lunas_vocab::{PartnerRefundNo, PartnerResolutionNo, RefundNo, ResolutionNo};
use proptest::option::of;
use proptest::prelude::*;

use super::qr::{any_original, merchant_id};
use super::round_trip::{
    amount, check, customer, item, metadata, order_id, refunds, status, text, time, word,
};
use super::*;
use crate::field::Sent;
use crate::message::auth_capture::{CaptureAnswer, CaptureRequest};
use crate::message::auth_payment::{AuthOption, AuthPaymentAnswer, AuthPaymentRequest};
use crate::message::auth_query::{AuthQueryAnswer, AuthQueryRequest};
use crate::message::auth_refund::{RefundAnswer, RefundRequest};
use crate::message::auth_void::{VoidAnswer, VoidRequest};
use crate::message::debit_payment::Item;

const OPTION: &str = r#"{"payMethod":"GOPAY","payOption":"GOPAY_WALLET","transAmount":{"value":"10000.00","currency":"IDR"},"additionalInfo":{"paymentOptionToken":"t-1"}}"#;

/// An authorization with every mandatory member; the first text stands at the root, the second in `additionalInfo`.
fn authorization(option: &str, root: &str, info: &str) -> String {
    format!(
        r#"{{"partnerReferenceNo":"order-1","merchantId":"G1"{root},"additionalInfo":{{"payOptionDetails":{option}{info}}}}}"#
    )
}

#[test]
fn an_authorization_is_asked_for_in_every_form_that_is_sent() {
    let list = format!("[{OPTION}]");
    let lower = OPTION.to_lowercase().replace("paymethod", "payMethod").replace("payoption", "payOption");
    let lower = lower.replace("transamount", "transAmount").replace("additionalinfo", "additionalInfo");
    let lower = lower.replace(r#""idr""#, r#""IDR""#);
    let item = r#"{"price":{"value":"5000","currency":"IDR"},"quantity":2,"name":"Kopi"}"#;
    let check = |option: &str, root: &str, info: &str| {
        let text = authorization(option, root, info);
        let read = AuthPaymentRequest::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read.pay_option.amount, Money::idr(10_000), "{text}");
        assert_eq!(read.pay_option.pay_option, "GOPAY_WALLET", "{text}");
        assert_eq!(read.pay_option.payment_option_token.expose(), "t-1", "{text}");
        read
    };
    check(&list, "", "");
    check(OPTION, "", "");
    check(&lower, "", "");
    check(&list, r#","amount":{"value":"10000","currency":"IDR"},"amounts":[]"#, "");
    assert_eq!(check(&list, r#","title":"Order""#, "").title.as_deref(), Some("Order"));
    let root = format!(r#","items":[{item}]"#);
    assert_eq!(check(&list, &root, "").items.len(), 1);
    assert_eq!(check(&list, "", &root).items.len(), 1);
    for name in ["customerDetails", "customerDetail"] {
        let read = check(&list, "", &format!(r#","{name}":{{"phone":"0812"}}"#));
        assert_eq!(
            read.customer_details.and_then(|customer| customer.into_inner().phone).as_deref(),
            Some("0812")
        );
    }
    let until = r#","validUpTo":"2026-11-27T18:00:00+07:00""#;
    for read in [check(&list, until, ""), check(&list, "", until)] {
        assert_eq!(read.valid_up_to, Some(at("2026-11-27T18:00:00+07:00")));
    }
}

#[test]
fn an_authorization_is_refused_for_what_is_missing_or_wrong() {
    let list = format!("[{OPTION}]");
    let check = |text: &str, expected: &str| {
        assert_eq!(refusal(AuthPaymentRequest::read(&value(text))), expected, "{text}");
    };
    let option = |from: &str, to: &str| authorization(&list.replace(from, to), "", "");
    check("{}", "Invalid Mandatory Field partnerReferenceNo");
    check(r#"{"partnerReferenceNo":"o"}"#, "Invalid Mandatory Field merchantId");
    check(r#"{"partnerReferenceNo":"o","merchantId":"G1"}"#, "Invalid Mandatory Field additionalInfo");
    check(
        r#"{"partnerReferenceNo":"o","merchantId":"G1","additionalInfo":{}}"#,
        "Invalid Mandatory Field additionalInfo.payOptionDetails",
    );
    check(
        &authorization(
            &list,
            r#","items":[{"price":{"value":"1","currency":"IDR"},"quantity":"1","name":"a"},{"price":{"value":"1","currency":"IDR"},"quantity":"1"}]"#,
            "",
        ),
        "Invalid Mandatory Field items[1].name",
    );
    check(
        &option("payMethod", "method"),
        "Invalid Mandatory Field additionalInfo.payOptionDetails[0].payMethod",
    );
    check(
        &option(r#""payOption":"#, r#""option":"#),
        "Invalid Mandatory Field additionalInfo.payOptionDetails[0].payOption",
    );
    check(
        &option("transAmount", "amount"),
        "Invalid Mandatory Field additionalInfo.payOptionDetails[0].transAmount",
    );
    check(
        &option("paymentOptionToken", "token"),
        "Invalid Mandatory Field additionalInfo.payOptionDetails[0].additionalInfo.paymentOptionToken",
    );
    check(
        &option("10000.00", "0.99"),
        "Invalid Field Format additionalInfo.payOptionDetails[0].transAmount.value: the amount must be from 1.00 to 99999999999.00",
    );
    check(
        &authorization(&format!("[{OPTION},{OPTION}]"), "", ""),
        "Invalid Field Format additionalInfo.payOptionDetails: exactly one element is allowed",
    );
    check(
        &authorization(&list, r#","amount":{"value":"10000.01","currency":"IDR"}"#, ""),
        "Invalid Field Format amount.value: it must be that of transAmount",
    );
}

#[test]
fn later_calls_name_an_authorization_by_its_reference_or_its_call() {
    // The merchant's order id is told along, and names nothing.
    let rest = r#""originalPartnerReferenceNo":"o","merchantId":"G1","partnerCaptureNo":"n-1","partnerVoidNo":"n-1","partnerRefundNo":"n-1","title":"t""#;
    let read = |ids: &str| {
        let body = value(&format!("{{{ids}{rest}}}"));
        let all = [
            AuthQueryRequest::read(&body).map(|request| request.original),
            CaptureRequest::read(&body).map(|request| request.original),
            VoidRequest::read(&body).map(|request| request.original),
            RefundRequest::read(&body).map(|request| request.original),
        ];
        all.map(|read| read.map_err(|error| Failure::from(error).message()))
    };
    let check = |ids: &str, reference: Option<&str>, external: Option<&str>| {
        for read in read(ids) {
            let original = read.unwrap_or_else(|error| panic!("{error}: {ids}"));
            assert_eq!(original.reference_no.as_ref().map(ReferenceNo::as_str), reference, "{ids}");
            assert_eq!(original.external_id.as_ref().map(ExternalId::as_str), external, "{ids}");
        }
    };
    check(r#""originalReferenceNo":"A1","#, Some("A1"), None);
    check(r#""originalExternalId":"e-1","#, None, Some("e-1"));
    for place in ["additionalInfo", "additionalData"] {
        check(&format!(r#""{place}":{{"originalExternalId":"e-1"}},"#), None, Some("e-1"));
    }
    for read in read("") {
        // Each body has the order's id, which is told why it is not enough.
        let alone = "originalReferenceNo or originalExternalId: originalPartnerReferenceNo alone does not tell which it is";
        assert_eq!(read, Err(format!("Invalid Mandatory Field {alone}")));
    }
}

#[test]
fn later_calls_are_refused_without_what_is_mandatory() {
    let name = |read: String| read.strip_prefix("Invalid Mandatory Field ").unwrap_or(&read).to_owned();
    let capture = |text: &str| name(refusal(CaptureRequest::read(&value(text))));
    let void = |text: &str| name(refusal(VoidRequest::read(&value(text))));
    let refund = |text: &str| name(refusal(RefundRequest::read(&value(text))));
    let query = name(refusal(AuthQueryRequest::read(&value(r#"{"originalReferenceNo":"A1"}"#))));
    assert_eq!(query, "originalPartnerReferenceNo");
    assert_eq!(capture(r#"{"originalReferenceNo":"A1"}"#), "originalPartnerReferenceNo");
    let only = r#"{"originalReferenceNo":"A1","originalPartnerReferenceNo":"o"}"#;
    let owned = r#"{"originalReferenceNo":"A1","originalPartnerReferenceNo":"o","merchantId":"G1"}"#;
    assert_eq!((capture(only), capture(owned)), ("merchantId".to_owned(), "partnerCaptureNo".to_owned()));
    assert_eq!((void(only), void(owned)), ("merchantId".to_owned(), "partnerVoidNo".to_owned()));
    assert_eq!(refund(only), "partnerRefundNo");
    assert_eq!(
        refund(
            r#"{"originalReferenceNo":"A1","partnerRefundNo":"r","refundAmount":{"value":"0","currency":"IDR"}}"#
        ),
        "Invalid Field Format refundAmount.value: the amount must be more than 0.00; leave it out to refund all that is left",
    );
}

fn ids() -> Original {
    Original {
        reference_no: Some(reference()),
        partner_reference_no: PartnerReferenceNo::new("order-1").ok(),
        external_id: None,
    }
}

#[test]
fn answers_about_authorizations_have_exact_texts() {
    let check = |answer: Value, expected: &str| assert_eq!(answer.to_compact(), expected);
    let named =
        r#""originalReferenceNo":"A120241007084522AbCdEfGhIjID","originalPartnerReferenceNo":"order-1""#;
    let money = r#"{"value":"10000.00","currency":"IDR"}"#;
    let options = r#""payOptionDetails":[{"payMethod":"gopay","payOption":"GOPAY_WALLET"}],"userPaymentDetails":[{"payMethod":"gopay","payOption":"GOPAY_WALLET"}]"#;
    let both = options.replacen(r#""GOPAY_WALLET"}"#, r#""GOPAY_WALLET","payOptions":"GOPAY_WALLET"}"#, 1);
    let used_options = vec![UsedOption::new("GOPAY", "GOPAY_WALLET")];
    let (then, time) = (at("2024-05-22T14:48:08"), "2024-05-22T14:48:08+07:00");
    check(
        AuthPaymentAnswer {
            reference_no: Some(reference()),
            partner_reference_no: PartnerReferenceNo::new("order-1").ok(),
            transaction_at: Some(then),
            amount: Some(Money::idr(10_000)),
            status: Some(TransactionStatus::Initiated),
            fraud_status: Some("accept".to_owned()),
            used_options: used_options.clone(),
            payment_type: Some("GOPAY".to_owned()),
            valid_up_to: Some(then),
        }
        .write(),
        &format!(
            r#"{{"responseCode":"2006300","responseMessage":"Successful","referenceNo":"A120241007084522AbCdEfGhIjID","partnerReferenceNo":"order-1","paidTime":"{time}","additionalInfo":{{"amount":{money},"grossAmount":{money},"currency":"IDR","transactionTime":"{time}","transactionStatus":"01","fraudStatus":"accept",{both},"paymentType":"GOPAY","validUpTo":"{time}"}}}}"#
        ),
    );
    check(
        AuthQueryAnswer {
            original: ids(),
            status: TransactionStatus::Success,
            paid_at: Some(then),
            amount: Some(Money::idr(10_000)),
            refund_history: Vec::new(),
            fraud_status: None,
            valid_up_to: Some(then),
            used_options,
            metadata: Some(value(r#"{"a":1.0}"#)),
        }
        .write(),
        &format!(
            r#"{{"responseCode":"2006400","responseMessage":"Successful",{named},"paidTime":"{time}","latestTransactionStatus":"00","transactionStatusDesc":"SUCCESS","amount":{money},"additionalInfo":{{"validUpTo":"{time}",{options},"metadata":{{"a":1.0}}}}}}"#
        ),
    );
    check(
        CaptureAnswer {
            original: ids(),
            capture_no: ResolutionNo::new("C1").ok(),
            partner_capture_no: PartnerResolutionNo::new("cap-1").ok(),
            amount: Some(Money::idr(10_000)),
            captured_at: Some(then),
        }
        .write(),
        &format!(
            r#"{{"responseCode":"2006500","responseMessage":"Successful",{named},"captureNo":"C1","partnerCaptureNo":"cap-1","captureAmount":{money},"captureTime":"{time}"}}"#
        ),
    );
    check(
        VoidAnswer {
            original: ids(),
            void_no: ResolutionNo::new("V1").ok(),
            partner_void_no: PartnerResolutionNo::new("void-1").expect("an id"),
            amount: Some(Money::idr(10_000)),
            voided_at: Some(then),
        }
        .write(),
        &format!(
            r#"{{"responseCode":"2006700","responseMessage":"Successful",{named},"voidNo":"V1","partnerVoidNo":"void-1","voidAmount":{money},"voidTime":"{time}"}}"#
        ),
    );
    check(
        RefundAnswer {
            original: ids(),
            refund_no: RefundNo::new("R1").expect("an id"),
            partner_refund_no: PartnerRefundNo::new("r-1").ok(),
            amount: Some(Money::idr(10_000)),
            refunded_at: Some(then),
        }
        .write(),
        &format!(
            r#"{{"responseCode":"2006900","responseMessage":"Successful",{named},"partnerRefundNo":"r-1","refundNo":"R1","refundTime":"{time}","refundAmount":{money}}}"#
        ),
    );
}

#[test]
fn answers_of_other_gateways_are_read() {
    let read = |info: &str| {
        AuthPaymentAnswer::read(&value(&format!(r#"{{"referenceNo":"A1","additionalInfo":{{{info}}}}}"#)))
            .unwrap_or_else(|error| panic!("{error}: {info}"))
    };
    let sample = read(
        r#""grossAmount":"10000.00","currency":"IDR","transactionTime":"2024-05-22T07:48:08.56Z","transactionStatus":"settlement","payOptionDetails":[{"payMethod":"gopay","payOptions":"coins"}]"#,
    );
    assert_eq!(sample.amount, Some(Money::idr(10_000)));
    assert_eq!(sample.status, Some(TransactionStatus::Success));
    assert_eq!(sample.used_options, [UsedOption::new("GOPAY", "COINS")]);
    let money = r#"{"value":"10000","currency":"IDR"}"#;
    for name in ["amount", "grossAmount"] {
        assert_eq!(read(&format!(r#""{name}":{money}"#)).amount, Some(Money::idr(10_000)), "{name}");
    }
    let entry = format!(
        r#"{{"refundNo":"1","partnerReferenceNo":"p","refundAmount":{money},"refundStatus":"03","refundDate":"2024-05-22T07:48:08Z"}}"#
    );
    for place in ["additionalInfo", "additionalData"] {
        let text = format!(
            r#"{{"latestTransactionStatus":"08","metadata":{{"a":1}},"{place}":{{"refundHistory":[{entry}]}}}}"#
        );
        let read = AuthQueryAnswer::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!((read.status, read.refund_history.len()), (TransactionStatus::Expired, 1), "{text}");
        assert!(read.metadata.is_some(), "{text}");
    }
}

/// An item of an authorization has a name.
fn named_item() -> impl Strategy<Value = Item> {
    (item(), text(64)).prop_map(|(item, name)| Item { name: Some(name), ..item })
}

/// A query and a capture tell the merchant's order id too.
fn named_original() -> impl Strategy<Value = Original> {
    let named = |(original, order)| Original { partner_reference_no: Some(order), ..original };
    (any_original(), order_id()).prop_map(named)
}

proptest! {
    #[test]
    fn authorized(
        ids in (order_id(), merchant_id()),
        texts in (of(text(256)), word(), word(), "[!-~]{1,40}", of(text(64))),
        details in (amount(), proptest::collection::vec(named_item(), 0..3), of(customer()), of(time()), of(metadata())),
    ) {
        let (partner_reference_no, merchant_id) = ids;
        let (title, pay_method, pay_option, token, cross_reference_id) = texts;
        let (amount, items, customer_details, valid_up_to, metadata) = details;
        let payment_option_token = Secret::new(token);
        let pay_option = AuthOption { pay_method, pay_option, amount, payment_option_token };
        let request = AuthPaymentRequest {
            partner_reference_no, merchant_id, title, pay_option, cross_reference_id,
            items: items.into_iter().map(Sent::from).collect(),
            customer_details: customer_details.map(Sent::from), valid_up_to, metadata,
        };
        check(&request, AuthPaymentRequest::write, AuthPaymentRequest::read)?;
    }

    #[test]
    fn queried(
        original in named_original(),
        state in (status(), of(time()), of(amount()), refunds("[ -~é]{0,20}")),
        details in (of(time()), of(metadata()), of(time()), word()),
    ) {
        let request = AuthQueryRequest { original: original.clone() };
        check(&request, AuthQueryRequest::write, AuthQueryRequest::read)?;
        let (status, paid_at, amount, refund_history) = state;
        let (valid_up_to, metadata, transaction_at, option) = details;
        let (used_options, fraud_status) = (vec![UsedOption::new("GOPAY", &option)], Some("accept".to_owned()));
        let answer = AuthPaymentAnswer {
            reference_no: original.reference_no.clone(),
            partner_reference_no: original.partner_reference_no.clone(),
            transaction_at, amount, status: Some(status), fraud_status: fraud_status.clone(),
            used_options: used_options.clone(), payment_type: Some("GOPAY".to_owned()), valid_up_to,
        };
        check(&answer, AuthPaymentAnswer::write, AuthPaymentAnswer::read)?;
        let answer = AuthQueryAnswer {
            original, status, paid_at, amount, refund_history, fraud_status, valid_up_to, used_options, metadata,
        };
        check(&answer, AuthQueryAnswer::write, AuthQueryAnswer::read)?;
    }

    #[test]
    fn closed_and_refunded(
        original in named_original(),
        merchant_id in merchant_id(),
        details in (of(amount()), of(text(256)), of(time()), "[A-Za-z0-9_-]{1,64}"),
    ) {
        let (amount, reason, then, number) = details;
        let resolution_no = ResolutionNo::new(number.as_str()).expect("an id");
        let partner = PartnerResolutionNo::new(number.as_str()).expect("an id");
        let request = CaptureRequest {
            original: original.clone(), merchant_id: merchant_id.clone(), partner_capture_no: partner.clone(),
            amount, title: reason.clone(),
        };
        check(&request, CaptureRequest::write, CaptureRequest::read)?;
        let answer = CaptureAnswer {
            original: original.clone(), capture_no: Some(resolution_no.clone()),
            partner_capture_no: Some(partner.clone()), amount, captured_at: then,
        };
        check(&answer, CaptureAnswer::write, CaptureAnswer::read)?;
        let request = VoidRequest {
            original: original.clone(), merchant_id, partner_void_no: partner.clone(), reason: reason.clone(),
        };
        check(&request, VoidRequest::write, VoidRequest::read)?;
        let answer = VoidAnswer {
            original: original.clone(), void_no: Some(resolution_no), partner_void_no: partner, amount,
            voided_at: then,
        };
        check(&answer, VoidAnswer::write, VoidAnswer::read)?;
        let partner_refund_no = PartnerRefundNo::new(number.as_str()).expect("an id");
        let refund_no = RefundNo::new(number).expect("an id");
        let request = RefundRequest {
            original: original.clone(), partner_refund_no: partner_refund_no.clone(), amount, reason,
        };
        check(&request, RefundRequest::write, RefundRequest::read)?;
        let partner_refund_no = Some(partner_refund_no);
        let answer = RefundAnswer { original, refund_no, partner_refund_no, amount, refunded_at: then };
        check(&answer, RefundAnswer::write, RefundAnswer::read)?;
    }

    #[test]
    fn no_json_makes_a_message_of_authorizations_panic(text in "[{}\\[\\]:,\"a-z0-9]{0,40}") {
        if let Ok(body) = json::parse(text.as_bytes()) {
            let _ = AuthPaymentRequest::read(&body);
            let _ = AuthPaymentAnswer::read(&body);
            let _ = AuthQueryAnswer::read(&body);
            let _ = CaptureRequest::read(&body);
            let _ = VoidAnswer::read(&body);
            let _ = RefundRequest::read(&body);
        }
    }
}
