//! Messages in the forms that senders use, what is refused, and the exact texts that are sent.

mod auth;
mod history;
mod qr;
mod round_trip;
mod virtual_account;

use lunas_vocab::{
    ExternalId, MerchantId, Money, PartnerReferenceNo, PartnerRefundNo, ReferenceNo, RefundNo, Secret,
    Timestamp,
};

use super::debit_cancel::{CancelAnswer, CancelRequest};
use super::debit_notify::{Notification, NotificationAnswer};
use super::debit_payment::{PaymentAnswer, PaymentRequest, UrlKind};
use super::debit_refund::{RefundAnswer, RefundRequest};
use super::debit_status::{StatusAnswer, StatusRequest};
use super::error::ErrorAnswer;
use super::token::{TokenAnswer, TokenRequest};
use super::*;
use crate::code::Failure;
use crate::field::FieldError;
use crate::json;

fn value(text: &str) -> Value {
    json::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn refusal<T>(read: Result<T, FieldError>) -> String {
    read.err().map_or_else(|| "none".to_owned(), |error| Failure::from(error).message())
}

fn reference() -> ReferenceNo {
    ReferenceNo::new("A120241007084522AbCdEfGhIjID").expect("an id")
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a time")
}

/// A charge with every mandatory member, and room for more at two places.
fn charge(replace: &[(&str, &str)]) -> String {
    let text = r#"{"partnerReferenceNo":"order-0001","chargeToken":"","payOptionDetails":[{"payMethod":"GOPAY","payOption":"GOPAY","transAmount":{"value":"10000.00","currency":"IDR"}}],"additionalInfo":{}}"#;
    replace.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} stands in the charge");
        text.replacen(from, to, 1)
    })
}

#[test]
fn a_charge_is_read_in_every_form_that_is_sent() {
    let check = |replace: &[(&str, &str)]| {
        let text = charge(replace);
        let read = PaymentRequest::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read.pay_option.amount, Money::idr(10_000), "{text}");
        assert_eq!(read.pay_option.pay_method, "GOPAY", "{text}");
        read
    };
    check(&[]);
    for amount in [r#""10000""#, r#""10000.0""#] {
        check(&[(r#""10000.00""#, amount)]);
    }
    for method in ["gopay", "Gopay"] {
        check(&[("GOPAY", method)]);
    }
    check(&[("[{\"payMethod", "{\"payMethod"), ("}}]", "}}")]);
    check(&[(r#""additionalInfo":{}"#, r#""additionalInfo":[]"#)]);
    check(&[(r#""additionalInfo":{}"#, r#""additionalInfo":null,"bankCardToken":"x","otp":1"#)]);

    let url = r#"{"url":"https://shop.example/return","type":"PAY_RETURN","isDeeplink":"N"}"#;
    for urls in [
        format!(r#""urlParam":[{url}]"#),
        format!(r#""urlParam":{url}"#),
        format!(r#""urlParams":[{url}]"#),
        format!(r#""urlParam":[],"urlParams":{url}"#),
        format!(r#""urlParam":null,"urlParams":[{url}]"#),
    ] {
        let read = check(&[(r#""additionalInfo":{}"#, &urls)]);
        let params: Vec<_> =
            read.url_params.iter().map(|url| (url.url.as_str(), url.kind, url.is_deeplink)).collect();
        assert_eq!(params, [("https://shop.example/return", UrlKind::PayReturn, false)], "{urls}");
    }
    for times in ["2023-09-24T20:34:15.452305Z", "2023-09-25T03:34:15+07:00", "2023-09-25 03:34:15"] {
        let read = check(&[(r#""chargeToken":"""#, &format!(r#""chargeToken":"t","validUpTo":"{times}""#))]);
        assert_eq!(read.valid_up_to.map(Timestamp::to_snap).as_deref(), Some("2023-09-25T03:34:15+07:00"));
    }
}

#[test]
fn the_details_of_a_charge_are_read() {
    let info = r#""additionalInfo":{"lang":"EN","customerDetail":{"phone":"080123456789","billingAddress":{"city":"Jakarta"}},"items":{"price":{"value":"5000","currency":"IDR"},"quantity":2,"name":"Kopi"},"metadata":[],"paymentProviderMetadata":{"amount":1.50},"pointOfPurchaseId":"22cc3371-4bba-4ec6-8e0d-62163e130cdc"}"#;
    let read = PaymentRequest::read(&value(&charge(&[(r#""additionalInfo":{}"#, info)]))).expect("a charge");
    let details = read.customer_details.expect("a customer");
    assert_eq!(details.phone.as_deref(), Some("080123456789"));
    assert_eq!(details.billing_address.as_ref().and_then(|address| address.city.as_deref()), Some("Jakarta"));
    let [item] = read.items.as_slice() else { panic!("one item") };
    assert_eq!(
        (item.price, item.quantity.as_str(), item.name.as_deref()),
        (Money::idr(5_000), "2", Some("Kopi"))
    );
    assert_eq!(read.language.as_deref(), Some("en"));
    assert_eq!(read.metadata.map(|metadata| metadata.to_compact()).as_deref(), Some("{}"));
    let provider = read.payment_provider_metadata.map(|metadata| metadata.to_compact());
    assert_eq!(provider.as_deref(), Some(r#"{"amount":1.50}"#), "numbers keep their text");
    assert_eq!(
        read.point_of_purchase_id.as_ref().map(|id| id.as_str()),
        Some("22cc3371-4bba-4ec6-8e0d-62163e130cdc")
    );
}

#[test]
fn a_charge_is_refused_for_its_first_missing_field_and_then_for_its_first_wrong_one() {
    let check = |replace: &[(&str, &str)], expected: &str| {
        let text = charge(replace);
        assert_eq!(refusal(PaymentRequest::read(&value(&text))), expected, "{text}");
    };
    let mandatory = |name: &str| format!("Invalid Mandatory Field {name}");
    let format = |fault: &str| format!("Invalid Field Format {fault}");
    check(&[(r#""partnerReferenceNo":"order-0001","#, "")], &mandatory("partnerReferenceNo"));
    check(&[("order-0001", "")], &mandatory("partnerReferenceNo"));
    check(&[(r#""chargeToken":"","#, "")], &mandatory("chargeToken"));
    check(&[(r#""chargeToken":"""#, r#""chargeToken":null"#)], &mandatory("chargeToken"));
    check(&[("payOptionDetails", "other")], &mandatory("payOptionDetails"));
    check(&[("payMethod", "other")], &mandatory("payOptionDetails[0].payMethod"));
    check(&[("transAmount", "other")], &mandatory("payOptionDetails[0].transAmount"));
    check(&[("\"value\"", "\"other\"")], &mandatory("payOptionDetails[0].transAmount.value"));
    check(
        &[("order-0001", "a/b"), ("\"currency\"", "\"other\"")],
        &mandatory("payOptionDetails[0].transAmount.currency"),
    );
    check(
        &[("order-0001", "order 1")],
        &format("partnerReferenceNo: only letters, digits and - _ ~ . are allowed"),
    );
    check(
        &[("order-0001", &"x".repeat(65))],
        &format("partnerReferenceNo: at most 64 characters are allowed"),
    );
    check(&[("\"order-0001\"", "7")], &format("partnerReferenceNo: a string was expected"));
    check(
        &[(r#""chargeToken":"""#, &format!(r#""chargeToken":"{}""#, "x".repeat(2049)))],
        &format("chargeToken: at most 2048 characters are allowed"),
    );
    let range =
        format("payOptionDetails[0].transAmount.value: the amount must be from 1.00 to 99999999999.00");
    for amount in ["0.99", "0", "99999999999.01"] {
        check(&[("10000.00", amount)], &range);
    }
    for amount in ["1.00", "99999999999.00"] {
        check(&[("10000.00", amount)], "none");
    }
    check(
        &[("10000.00", "1.000")],
        &format(
            "payOptionDetails[0].transAmount.value: an amount is digits with at most two decimals after a point, such as 10000.00",
        ),
    );
    check(&[("IDR", "USD")], &format("payOptionDetails[0].transAmount.currency: the only currency is IDR"));
    let second = r#"}},{"payMethod":"A","payOption":"A","transAmount":{"value":"1","currency":"IDR"}}]"#;
    check(&[("}}]", second)], &format("payOptionDetails: exactly one element is allowed"));
    check(
        &[(r#""additionalInfo":{}"#, r#""validUpTo":"soon""#)],
        &format(
            "validUpTo: write 2026-11-29T20:14:00+07:00, 2026-11-29T20:14+07, 2026-11-29T13:14:00.123Z or 20261129T131400Z",
        ),
    );
    let with_url = |url: &str, kind: &str, deeplink: &str| {
        format!(r#""urlParam":[{{"url":"{url}","type":"{kind}","isDeeplink":"{deeplink}"}}]"#)
    };
    let check_url = |urls: String, expected: &str| check(&[(r#""additionalInfo":{}"#, &urls)], expected);
    check_url(with_url("shop://x", "PAY_RETURN", "Y"), "none");
    check_url(
        with_url("shop://x", "PAY_RETURN", "N"),
        &format("urlParam[0].url: with isDeeplink N the URL must start with http:// or https://"),
    );
    check_url(
        with_url("javascript:alert(1)", "PAY_RETURN", "Y"),
        &format("urlParam[0].url: this scheme is not allowed"),
    );
    check_url(with_url("https://x", "RETURN", "N"), &format("urlParam[0].type: PAY_RETURN was expected"));
    check_url(
        with_url("https://x", "PAY_RETURN", "?"),
        &format("urlParam[0].isDeeplink: Y or N was expected"),
    );
    check_url(r#""urlParams":[{"url":"https://x"}]"#.to_owned(), &mandatory("urlParams[0].type"));
    let with_info = |info: &str, expected: &str| check(&[("{}", info)], expected);
    with_info(r#"{"items":[{"quantity":"1"}]}"#, &mandatory("additionalInfo.items[0].price"));
    with_info(
        r#"{"items":[{"price":{"value":"1","currency":"IDR"},"quantity":"one"}]}"#,
        &format("additionalInfo.items[0].quantity: a number of pieces was expected"),
    );
    with_info(
        r#"{"customerDetails":{"phone":"0801234567890123"}}"#,
        &format("additionalInfo.customerDetails.phone: at most 15 characters are allowed"),
    );
    with_info(r#"{"metadata":"x"}"#, &format("additionalInfo.metadata: an object was expected"));
}

#[test]
fn a_tokenized_charge_names_the_option_of_the_account() {
    let text = r#"{"partnerReferenceNo":"order-0002","chargeToken":"customer-token","urlParams":[{"url":"https://shop.example/return","type":"PAY_RETURN","isDeeplink":"N"}],"payOptionDetails":[{"payMethod":"GOPAY","payOption":"GOPAY_WALLET","transAmount":{"value":"10000.00","currency":"IDR"},"additionalInfo":{"paymentOptionToken":"f527bf45","recurring":"N","promotionIds":["p1"]}}]}"#;
    let read = PaymentRequest::read(&value(text)).expect("a charge");
    let linked = read.pay_option.linked.as_ref().expect("a linked account");
    assert_eq!(linked.payment_option_token.expose(), "f527bf45");
    assert_eq!((linked.recurring, linked.promotion_ids.as_slice()), (false, ["p1".to_owned()].as_slice()));
    assert_eq!(read.write().to_compact(), text);
    assert!(!format!("{read:?}").contains("customer-token"), "tokens are not printed");
}

#[test]
fn a_payment_answer_has_both_names_of_the_amount() {
    let answer = PaymentAnswer {
        reference_no: reference(),
        partner_reference_no: PartnerReferenceNo::new("order-0001").ok(),
        web_redirect_url: "https://pay.example/p/1".to_owned(),
        app_redirect_url: String::new(),
        amount: Some(Money::idr(10_000)),
        payment_type: Some("GOPAY".to_owned()),
        transaction_at: Some(at("2023-09-25T09:59:19+07:00")),
        valid_up_to: Some(at("2023-09-26T09:59:19+07:00")),
        linked: None,
    };
    assert_eq!(
        answer.write().to_compact(),
        r#"{"responseCode":"2005400","responseMessage":"Successful","referenceNo":"A120241007084522AbCdEfGhIjID","partnerReferenceNo":"order-0001","webRedirectUrl":"https://pay.example/p/1","appRedirectUrl":"","additionalInfo":{"paymentType":"GOPAY","grossAmount":{"value":"10000.00","currency":"IDR"},"gross_amount":{"value":"10000.00","currency":"IDR"},"transactionTime":"2023-09-25T09:59:19+07:00","validUpTo":"2023-09-26T09:59:19+07:00"}}"#
    );
    for name in ["gross_amount", "grossAmount"] {
        let other = format!(
            r#"{{"responseCode":"20054000","referenceNo":"x","webRedirectUrl":"https://x","additionalInfo":{{"{name}":{{"value":"7","currency":"IDR"}},"validUpTo":"?"}}}}"#
        );
        let read = PaymentAnswer::read(&value(&other)).expect("an answer");
        assert_eq!((read.amount, read.valid_up_to), (Some(Money::idr(7)), None), "{name}");
    }
}

#[test]
fn later_calls_name_the_charge_by_either_id() {
    let check = |text: &str, expected: Result<(Option<&str>, Option<&str>), &str>| {
        let body = value(text);
        let status = StatusRequest::read(&body)
            .map(|request| (request.original_reference_no, request.original_external_id));
        let cancel = CancelRequest::read(&body)
            .map(|request| (request.original_reference_no, request.original_external_id));
        let refund = RefundRequest::read(&body)
            .map(|request| (request.original_reference_no, request.original_external_id));
        assert_eq!(status, cancel, "{text}");
        assert_eq!(status, refund, "{text}");
        let ids = status.as_ref().map(|(reference, external)| {
            (reference.as_ref().map(ReferenceNo::as_str), external.as_ref().map(ExternalId::as_str))
        });
        let ids = ids.map_err(|error| Failure::from(error.clone()).message());
        assert_eq!(ids, expected.map_err(str::to_owned), "{text}");
    };
    check(r#"{"originalReferenceNo":"r"}"#, Ok((Some("r"), None)));
    check(
        r#"{"originalReferenceNo":"r","originalExternalId":"e","serviceCode":54}"#,
        Ok((Some("r"), Some("e"))),
    );
    check(r#"{"originalExternalId":"e","originalReferenceNo":""}"#, Ok((None, Some("e"))));
    check(r#"{"additionalInfo":{"originalExternalId":"e"}}"#, Ok((None, Some("e"))));
    check(r#"{"additionalData":{"originalExternalId":"e"},"additionalInfo":[]}"#, Ok((None, Some("e"))));
    for nothing in ["{}", r#"{"originalReferenceNo":"","originalExternalId":null,"serviceCode":"54"}"#] {
        check(nothing, Err("Invalid Mandatory Field originalReferenceNo"));
    }
    check(
        r#"{"originalReferenceNo":7}"#,
        Err("Invalid Field Format originalReferenceNo: a string was expected"),
    );
    check(
        r#"{"originalExternalId":7}"#,
        Err("Invalid Field Format originalExternalId: a string was expected"),
    );
}

#[test]
fn a_status_answer_is_written_in_one_form_and_read_in_several() {
    let answer = StatusAnswer {
        original_reference_no: reference(),
        original_partner_reference_no: None,
        original_external_id: ExternalId::new("e-1").ok(),
        service_code: "54".to_owned(),
        status: TransactionStatus::Success,
        amount: Some(Money::idr(10_000)),
        paid_at: Some(at("2023-05-15T14:56:11+07:00")),
        refund_history: Vec::new(),
        fraud_status: Some("accept".to_owned()),
        valid_up_to: None,
        used_options: vec![UsedOption::new("gopay", "GOPAY_WALLET")],
        metadata: None,
    };
    assert_eq!(
        answer.write().to_compact(),
        r#"{"responseCode":"2005500","responseMessage":"Successful","originalReferenceNo":"A120241007084522AbCdEfGhIjID","originalExternalId":"e-1","serviceCode":"54","latestTransactionStatus":"00","transactionStatusDesc":"SUCCESS","transAmount":{"value":"10000.00","currency":"IDR"},"paidTime":"2023-05-15T14:56:11+07:00","additionalInfo":{"fraudStatus":"accept","payOptionDetails":[{"payMethod":"gopay","payOption":"GOPAY_WALLET","payOptions":"GOPAY_WALLET"}],"userPaymentDetails":[{"payMethod":"gopay","payOption":"GOPAY_WALLET"}]}}"#
    );
    let other = r#"{"responseCode":"2005500","originalReferenceNo":"r","latestTransactionStatus":"partial_refund","refundHistory":[{"refundNo":"1","partnerReferenceNo":"p-1","refundAmount":{"value":"5000.00","currency":"IDR"},"refundStatus":"00","refundDate":"2020-12-23T07:44:16+07:00","reason":"Customer Complain"}],"additionalInfo":{"payOptionDetails":{"payMethod":"Gopay","payOptions":"pay_later"}}}"#;
    let read = StatusAnswer::read(&value(other)).expect("an answer");
    assert_eq!((read.status, read.service_code.as_str()), (TransactionStatus::Refunded, "54"));
    assert_eq!(read.used_options, [UsedOption::new("gopay", "PAY_LATER")]);
    let [refund] = read.refund_history.as_slice() else { panic!("one refund") };
    assert_eq!((refund.partner_refund_no.as_str(), refund.amount), ("p-1", Money::idr(5_000)));
    assert_eq!((refund.status, refund.reason.as_str()), (TransactionStatus::Success, "Customer Complain"));
}

fn notification() -> Notification {
    Notification {
        original_reference_no: reference(),
        original_partner_reference_no: PartnerReferenceNo::new("order-001").ok(),
        original_external_id: None,
        merchant_id: MerchantId::new("G000000001").ok(),
        amount: Some(Money::idr(10_000)),
        status: TransactionStatus::Pending,
        created_at: None,
        finished_at: None,
        refund_history: Vec::new(),
        total_refunded: None,
        used_options: Vec::new(),
    }
}

#[test]
fn a_notification_is_spelled_as_every_verifier_spells_it() {
    assert_eq!(
        notification().write(NotificationText::Portable).to_compact(),
        r#"{"originalPartnerReferenceNo":"order-001","originalReferenceNo":"A120241007084522AbCdEfGhIjID","merchantId":"G000000001","amount":{"value":"10000.00","currency":"IDR"},"latestTransactionStatus":"03","transactionStatusDesc":"PENDING","additionalInfo":{"refundHistory":[],"userPaymentDetails":[]}}"#
    );
    let refunded = Notification {
        status: TransactionStatus::Refunded,
        refund_history: vec![RefundEntry {
            refund_no: "r-1".to_owned(),
            partner_refund_no: "p-1".to_owned(),
            amount: Money::idr(5_000),
            status: TransactionStatus::Success,
            refunded_at: at("2020-12-23T07:44:16+07:00"),
            reason: "tidak \"cocok\"/rusak \\ é😀\u{2028}\n".to_owned(),
        }],
        total_refunded: Some(Money::idr(5_000)),
        ..notification()
    };
    let text = refunded.write(NotificationText::Portable).to_compact();
    assert!(text.contains(r#""partnerRefundNo":"p-1","partnerReferenceNo":"p-1""#), "{text}");
    assert!(
        text.contains(r#""refundTime":"2020-12-23T07:44:16+07:00","refundDate":"2020-12-23T07:44:16+07:00""#),
        "{text}"
    );
    assert!(text.contains(r#""reason":"tidak \"cocok\"-rusak \\ ???\n""#), "{text}");
    round_trip::assert_verifiable(|text| refunded.write(text));
}

#[test]
fn notifications_of_other_gateways_are_read() {
    let text = r#"{"createdTime":"2020-01-01T00:00:00+07:00","latestTransactionStatus":"00","originalReferenceNo":"gopayOrderId","finishedTime":"2020-01-02T00:00:00+07:00","transactionStatusDesc":"desc","serviceCode":"54","feeAmount":null,"lineItems":[1],"originalExternalId":"e","additionalInfo":{"userPaymentDetails":[{"payMethod":"gopay","payOption":"GOPAY_WALLET"}],"refundHistory":[{"refundNo":"1","partnerReferenceNo":"2","refundAmount":{"value":"5.00","currency":"IDR"},"refundDate":"2020-12-23T07:44:16+07:00"},{"refundNo":"broken"}]}}"#;
    let read = Notification::read(&value(text)).expect("a notification");
    assert_eq!(read.status, TransactionStatus::Success);
    assert_eq!(read.used_options, [UsedOption::new("GOPAY", "gopay_wallet")]);
    assert_eq!(read.finished_at, Some(at("2020-01-02T00:00:00+07:00")));
    let refusals =
        [("{}", "originalReferenceNo"), (r#"{"originalReferenceNo":"r"}"#, "latestTransactionStatus")];
    for (text, missing) in refusals {
        assert_eq!(Notification::read(&value(text)).map_err(|error| error.field), Err(missing.to_owned()));
    }
}

#[test]
fn notification_answers_name_their_service() {
    let check =
        |answer: NotificationAnswer, expected: &str| assert_eq!(answer.write().to_compact(), expected);
    check(NotificationAnswer::success(), r#"{"responseCode":"2005600","responseMessage":"Successful"}"#);
    let failure = Failure::with(Case::Unauthorized, "Signature");
    check(
        NotificationAnswer::failure(&failure),
        r#"{"responseCode":"4015600","responseMessage":"Unauthorized. Signature"}"#,
    );
}

#[test]
fn a_token_is_asked_for_in_both_spellings() {
    let check = |text: &str, expected: &str| {
        assert_eq!(refusal(TokenRequest::read(&value(text))), expected, "{text}")
    };
    check(r#"{"grantType":"client_credentials"}"#, "none");
    check(r#"{"grant_type":"client_credentials"}"#, "none");
    check(r#"{"grantType":"","grant_type":"client_credentials","additionalInfo":{}}"#, "none");
    check("{}", "Invalid Mandatory Field grantType");
    check(
        r#"{"grantType":"authorization_code"}"#,
        "Invalid Field Format grantType: the only grant type is client_credentials",
    );
    assert_eq!(TokenRequest.write().to_compact(), r#"{"grantType":"client_credentials"}"#);
}

#[test]
fn a_token_answer_tells_its_life_in_seconds_as_text() {
    let answer = TokenAnswer { access_token: Secret::new("t".to_owned()), expires_in_s: 900 };
    assert_eq!(
        answer.write().to_compact(),
        r#"{"responseCode":"2007300","responseMessage":"Successful","accessToken":"t","tokenType":"Bearer","expiresIn":"900"}"#
    );
    let check = |life: &str, expected: u32| {
        let read = TokenAnswer::read(&value(&format!(r#"{{"accessToken":"t"{life}}}"#))).expect("an answer");
        assert_eq!(read.expires_in_s, expected, "{life}");
    };
    check(r#","expiresIn":"60""#, 60);
    check(r#","expiresIn":60"#, 60);
    check("", 900);
    check(r#","expiresIn":"soon""#, 900);
    assert_eq!(TokenAnswer::read(&value("{}")).map_err(|error| error.field), Err("accessToken".to_owned()));
}

#[test]
fn errors_have_code_message_and_maybe_a_trace() {
    let failure = Failure::with(Case::InvalidMandatoryField, "chargeToken");
    let answer = ErrorAnswer::new(Service::DebitPayment, &failure);
    assert_eq!(
        answer.write().to_compact(),
        r#"{"responseCode":"4005402","responseMessage":"Invalid Mandatory Field chargeToken"}"#
    );
    let text =
        r#"{"responseCode":"5007300","responseMessage":"Timeout","referenceNo":"19352694-0ef6","more":{}}"#;
    let read = ErrorAnswer::read(&value(text)).expect("an answer");
    assert_eq!((read.code.http(), read.reference_no.as_deref()), (500, Some("19352694-0ef6")));
    assert!(ErrorAnswer::read(&value(r#"{"responseCode":"x"}"#)).is_err());
    assert!(ErrorAnswer::read(&value("[]")).is_err());
}

#[test]
fn statuses_are_read_as_digits_and_as_words() {
    for (at, status) in TransactionStatus::ALL.iter().enumerate() {
        assert_eq!(status.code(), format!("{at:02}"));
        assert_eq!(TransactionStatus::parse(status.code()), Some(*status));
        assert_eq!(TransactionStatus::parse(&status.word().to_lowercase()), Some(*status));
        assert!(!status.word().contains(' '));
    }
    let check = |word: &str, expected: Option<TransactionStatus>| {
        assert_eq!(TransactionStatus::parse(word), expected, "{word}");
    };
    check("settlement", Some(TransactionStatus::Success));
    check("deny", Some(TransactionStatus::Rejected));
    check("0", None);
    check("10", None);
}

#[test]
fn a_cancel_answer_tells_when() {
    let answer =
        CancelAnswer { original_reference_no: reference(), cancelled_at: Some(at("2024-09-03T03:52:14Z")) };
    assert_eq!(
        answer.write().to_compact(),
        r#"{"responseCode":"2005700","responseMessage":"Successful","originalReferenceNo":"A120241007084522AbCdEfGhIjID","cancelTime":"2024-09-03T10:52:14+07:00"}"#
    );
}

#[test]
fn a_refund_is_read_in_every_form_that_is_sent() {
    let check = |more: &str, number: Option<&str>, amount: Option<Money>, reason: Option<&str>| {
        let text = format!(r#"{{"originalReferenceNo":"r"{more}}}"#);
        let read = RefundRequest::read(&value(&text)).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read.partner_refund_no.as_ref().map(PartnerRefundNo::as_str), number, "{text}");
        assert_eq!((read.amount, read.reason.as_deref()), (amount, reason), "{text}");
        read
    };
    check("", None, None, None);
    check(r#","partnerRefundNo":"","refundAmount":null,"reason":"""#, None, None, None);
    check(r#","refundAmount":[],"additionalInfo":[]"#, None, None, None);
    check(
        r#","partnerRefundNo":"Re_fund-1","originalPartnerReferenceNo":"o-1""#,
        Some("Re_fund-1"),
        None,
        None,
    );
    for amount in ["5000", "5000.0", "5000.00"] {
        let more =
            format!(r#","refundAmount":{{"value":"{amount}","currency":"IDR"}},"reason":"tidak cocok""#);
        check(&more, None, Some(Money::idr(5_000)), Some("tidak cocok"));
    }
    let lender = r#"{"subOrders":[{"subOrderId":"s-1","quantity":1,"amount":1.50}]}"#;
    let read =
        check(&format!(r#","additionalInfo":{{"paymentProviderMetadata":{lender}}}"#), None, None, None);
    assert_eq!(read.payment_provider_metadata.map(|kept| kept.to_compact()).as_deref(), Some(lender));
}

#[test]
fn a_refund_is_refused_for_its_first_missing_field_and_then_for_its_first_wrong_one() {
    let check = |more: &str, expected: &str| {
        let text = format!(r#"{{"originalReferenceNo":"r"{more}}}"#);
        assert_eq!(refusal(RefundRequest::read(&value(&text))), expected, "{text}");
    };
    let format = |fault: &str| format!("Invalid Field Format {fault}");
    let symbols = format("partnerRefundNo: only letters, digits and - _ are allowed");
    for number in ["r.1", "r 1", "r/1", "ré"] {
        check(&format!(r#","partnerRefundNo":"{number}""#), &symbols);
    }
    check(
        &format!(r#","partnerRefundNo":"{}""#, "x".repeat(65)),
        &format("partnerRefundNo: at most 64 characters are allowed"),
    );
    check(r#","refundAmount":{"currency":"IDR"}"#, "Invalid Mandatory Field refundAmount.value");
    check(
        r#","partnerRefundNo":"r 1","refundAmount":{"value":"1"}"#,
        "Invalid Mandatory Field refundAmount.currency",
    );
    check(
        r#","refundAmount":{"value":"0.00","currency":"IDR"}"#,
        &format(
            "refundAmount.value: the amount must be more than 0.00; leave it out to refund all that is left",
        ),
    );
    check(
        r#","refundAmount":{"value":"-1","currency":"IDR"}"#,
        &format(
            "refundAmount.value: an amount is digits with at most two decimals after a point, such as 10000.00",
        ),
    );
    check(
        r#","refundAmount":{"value":"1","currency":"USD"}"#,
        &format("refundAmount.currency: the only currency is IDR"),
    );
    check(
        &format!(r#","reason":"{}""#, "x".repeat(257)),
        &format("reason: at most 256 characters are allowed"),
    );
}

#[test]
fn a_refund_answer_is_written_in_one_form_and_read_in_several() {
    let answer = RefundAnswer {
        original_reference_no: reference(),
        refund_no: RefundNo::new("R1").expect("an id"),
        partner_refund_no: PartnerRefundNo::new("refund-1").expect("an id"),
        amount: Some(Money::idr(5_000)),
        refunded_at: Some(at("2024-09-03T03:52:14Z")),
    };
    assert_eq!(
        answer.write().to_compact(),
        r#"{"responseCode":"2005800","responseMessage":"Successful","originalReferenceNo":"A120241007084522AbCdEfGhIjID","refundNo":"R1","partnerRefundNo":"refund-1","refundAmount":{"value":"5000.00","currency":"IDR"},"refundTime":"2024-09-03T10:52:14+07:00"}"#
    );
    let other = r#"{"responseCode":"20058000","originalReferenceNo":"A120241007084522AbCdEfGhIjID","refundNo":"R1","partnerReferenceNo":"refund-1","refundAmount":{"value":"5000","currency":"IDR"},"refundDate":"2024-09-03 10:52:14"}"#;
    assert_eq!(RefundAnswer::read(&value(other)), Ok(answer));
}
