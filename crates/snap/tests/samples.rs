//! The bodies that the published documents print as samples, read by the messages they are samples of: names, shapes and
//! lengths are theirs. Where a sample is no JSON (a comma too few, a curly quote), it stands here as it was meant.

use lunas_snap::field::FieldError;
use lunas_snap::json::{self, Value};
use lunas_snap::message::auth_capture::{CaptureAnswer, CaptureRequest};
use lunas_snap::message::auth_payment::{AuthPaymentAnswer, AuthPaymentRequest};
use lunas_snap::message::auth_query::{AuthQueryAnswer, AuthQueryRequest};
use lunas_snap::message::debit_notify::{Notification, NotificationAnswer};
use lunas_snap::message::debit_payment::{PaymentAnswer, PaymentRequest};
use lunas_snap::message::debit_status::{StatusAnswer, StatusRequest};
use lunas_snap::message::error::ErrorAnswer;
use lunas_snap::message::qr_query::{QueryAnswer, QueryRequest};
use lunas_snap::message::token::TokenRequest;
use lunas_snap::message::{va_create, va_status};

const ADDRESS: &str = r#"{"firstName":"billingFirstName","lastName":"billingLastName","phone":"billingPhone","address":"billingAddress","city":"billingCity","postalCode":"12790","countryCode":"CZH"}"#;
const REFUND: &str = r#"{"refundNo":"96194816941239812","refundStatus":"00","partnerReferenceNo":"239850918204981205970","refundAmount":{"value":"12345678.00","currency":"IDR"},"refundDate":"2020-12-23T07:44:16+07:00","reason":"Customer Complain"}"#;
const AMOUNT: &str = r#"{"value":"12345678.00","currency":"IDR"}"#;

fn check<T>(what: &str, read: impl Fn(&Value) -> Result<T, FieldError>, text: &str) -> T {
    let text = text.replace("ADDRESS", ADDRESS).replace("REFUND", REFUND).replace("AMOUNT", AMOUNT);
    let body = json::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{what}: {error}: {text}"));
    read(&body).unwrap_or_else(|error| panic!("{what}: {error}"))
}

#[test]
fn r2_every_documented_sample_is_read() {
    check("73", TokenRequest::read, r#"{"grantType":"client_credentials"}"#);
    check(
        "73, refused",
        ErrorAnswer::read,
        r#"{"responseCode":"5007300","responseMessage":"Timeout","referenceNo":"19352694-0ef6-4439-8ad1-b1dfb8bbb85f"}"#,
    );
    check(
        "54",
        PaymentRequest::read,
        r#"{"partnerReferenceNo":"merchant-order-id","chargeToken":"accessToken","merchantId":"G169749203","urlParam":[{"url":"merchantapp://payments/callback/12345","type":"PAY_RETURN","isDeeplink":"Y"}],"validUpTo":"2023-09-24T20:34:15.452305Z","payOptionDetails":[{"payMethod":"gopay","payOption":"gopay","transAmount":AMOUNT}],"additionalInfo":{"customerDetails":{"phone":"080123456789","firstName":"john","lastName":"doe","email":"john@doe.example","billingAddress":ADDRESS,"shippingAddress":ADDRESS},"items":[{"id":"ID012345","price":AMOUNT,"quantity":"1","name":"someItemName","brand":"someBrand","category":"someCategory","merchantName":"someMerchant","url":"someItemUrl"}],"metadata":{},"pointOfPurchaseId":"22cc3371-4bba-4ec6-8e0d-62163e130cdc"}}"#,
    );
    check(
        "54, answered",
        PaymentAnswer::read,
        r#"{"responseCode":"2005400","responseMessage":"Successful","referenceNo":"GOPAY012345678","partnerReferenceNo":"merchant-order-id","webRedirectUrl":"https://some-url.for/redirect-to-gopay-app","appRedirectUrl":"","additionalInfo":{"paymentType":"GOPAY","grossAmount":AMOUNT,"transactionTime":"2023-09-25T02:59:19.517854Z","validUpTo":"2023-09-26T02:59:19Z"}}"#,
    );
    check(
        "56",
        Notification::read,
        r#"{"createdTime":"2020-01-01T00:00:00+07:00","latestTransactionStatus":"00","originalReferenceNo":"gopayOrderId","finishedTime":"2020-01-02T00:00:00+07:00","originalPartnerReferenceNo":"merchant-order-id","transactionStatusDesc":"desc","originalExternalId":"merchant-order-id","additionalInfo":{"userPaymentDetails":[{"payMethod":"gopay","payOption":"GOPAY_WALLET"}],"refundHistory":[REFUND]}}"#,
    );
    check(
        "56, answered",
        NotificationAnswer::read,
        r#"{"responseCode":"2005600","responseMessage":"Request has been processed successfully"}"#,
    );
    check(
        "63",
        AuthPaymentRequest::read,
        r#"{"partnerReferenceNo":"merchant-order-id","merchantId":"aMerchantId","amount":AMOUNT,"items":[{"id":"8za1ieleavwusxn6u5re60ri","price":AMOUNT,"quantity":"1","name":"subscription ","brand":"brand ","category":"Subsciption ","url":"www.google.com ","merchantName":"amazon prime"}],"additionalInfo":{"payOptionDetails":[{"payMethod":"GOPAY","payOption":"GOPAY_WALLET","transAmount":AMOUNT,"additionalInfo":{"paymentOptionToken":"aGoPayWalletToken / aPayLaterToken"}}],"customerDetail":{"phone":"81234532422","firstName":"farz","lastName":"zsasa","email":"farz@zsasa.example","billingAddress":ADDRESS,"shippingAddress":ADDRESS}}}"#,
    );
    let answer = check(
        "63, answered",
        AuthPaymentAnswer::read,
        r#"{"responseCode":"20054000","responseMessage":"Request has been processed successfully","referenceNo":"Gopay-order-id","partnerReferenceNo":"merchant-order-id","additionalInfo":{"grossAmount":"10000.00","currency":"IDR","paymentType":"Gopay","transactionTime":"2024-05-22T07:48:08.56Z","transactionStatus":"settlement","fraudStatus":"some-fraud-status","payOptionDetails":[{"payMethod":"GOPAY","payOption":"GOPAY_WALLET"}],"validUpTo":"2024-05-22T16:00:00.00Z"}}"#,
    );
    assert!(answer.amount.is_some() && answer.fraud_status.is_some() && answer.valid_up_to.is_some());
    check(
        "65",
        CaptureRequest::read,
        r#"{"originalReferenceNo":"2020102900000000000001","originalPartnerReferenceNo":"123123123123","partnerCaptureNo":"asdv-asdasdv-addasd-1231ewqqw-aaaa","merchantId":"merch00001","captureAmount":AMOUNT,"title":"aTitle","additionalData":{"originalExternalId":"aId"}}"#,
    );
    check(
        "65, answered",
        CaptureAnswer::read,
        r#"{"responseCode":"20054000","responseMessage":"Request has been processed successfully","originalReferenceNo":"2020102900000000000001","originalPartnerReferenceNo":"123123123123","captureNo":"asdv-asdasdv-addasd-1231ewqqw-aaaa","partnerCaptureNo":"asdv-asdasdv-addasd-1231ewqqw-aaaa","captureAmount":AMOUNT}"#,
    );
    check(
        "65, refused",
        ErrorAnswer::read,
        r#"{"responseCode":"4006501","responseMessage":"There is some issue with the transaction request"}"#,
    );
    check(
        "55",
        StatusRequest::read,
        r#"{"originalExternalId":"merchant-order-id","originalReferenceNo":"Gopay OrderId","serviceCode":"54"}"#,
    );
    let answer = check(
        "55, answered",
        StatusAnswer::read,
        r#"{"responseCode":"2005500","responseMessage":"Request has been processed successfully","originalPartnerReferenceNo":"merchant-order-id","originalReferenceNo":"2020102977770000000009","serviceCode":"54","latestTransactionStatus":"00","transAmount":{"value":"112345678.00","currency":"IDR"},"paidTime":"2023-05-15T14:56:11+07:00","refundHistory":[REFUND],"additionalInfo":{"fraudStatus":"accept","validUpTo":"2023-07-03T10:36:17+07:00","payOptionDetails":[{"payMethod":"Gopay","payOption":"Coins"}],"metadata":{}}}"#,
    );
    assert_eq!((answer.refund_history.len(), answer.used_options.len()), (1, 1));
    check(
        "51",
        QueryRequest::read,
        r#"{"originalReferenceNo":"2020102977770000000009","originalExternalId":"12345678901234567890","merchantId":"00007100010926","serviceCode":"47"}"#,
    );
    let answer = check(
        "51, answered",
        QueryAnswer::read,
        r#"{"responseCode":"2005100","responseMessage":"Request has been processed successfully","originalReferenceNo":"2020102977770000000009","originalExternalId":"12345678901234567890","serviceCode":"47","latestTransactionStatus":"00","transactionStatusDesc":"success","paidTime":"2020-10-20T17:56:57","amount":AMOUNT,"terminalId":"213141251124","additionalInfo":{"paymentType":"qris","transactionType":"MERCHANT_TRANSACTION","cancellationReason":"","expiryTime":"2023-07-10T07:57:30Z","channelType":"DYNAMIC_QR","metadata":{"kuy":"this is metadata","Main":{"Main2":"value of metadata","Main3":"value of metadata"}}}}"#,
    );
    assert!(answer.metadata.is_some() && answer.paid_at.is_some() && answer.valid_up_to.is_some());
    check(
        "64",
        AuthQueryRequest::read,
        r#"{"originalReferenceNo":"Gopay OrderId","originalPartnerReferenceNo":"Merchant OrderId","additionalInfo":{"originalExternalId":"external-id"}}"#,
    );
    let answer = check(
        "64, answered",
        AuthQueryAnswer::read,
        r#"{"responseCode":"2006400","responseMessage":"Request has been processed successfully","originalPartnerReferenceNo":"merchant-order-id","originalReferenceNo":"2020102977770000000009","latestTransactionStatus":"00","paidTime":"2023-05-15T14:56:11+07:00","additionalInfo":{"fraudStatus":"accept","validUpTo":"2023-07-03T10:36:17+07:00","refundHistory":[REFUND],"payOptionDetails":[{"payMethod":"Gopay","payOption":"Coins"}]},"metadata":{}}"#,
    );
    assert!(answer.metadata.is_some() && answer.refund_history.len() == 1);
    check(
        "26",
        va_status::StatusRequest::read,
        r#"{"partnerServiceId":" 12345","customerNo":123456789012345678,"virtualAccountNo":" 12345123456789012345678","inquiryRequestId":"202202111031031234500001136962","paymentRequestId":"202202111031031234500001136962","additionalInfo":{"merchant_id":"G12345463"}}"#,
    );
    check(
        "26, answered",
        va_status::StatusAnswer::read,
        r#"{"responseCode":"2002600","responseMessage":"Success","virtualAccountData":{"paymentFlagStatus":"00","paymentFlagReason":{"indonesia":"BERHASIL","english":"SUCCESS"},"partnerServiceId":" 12345","customerNo":"123456789012345678","virtualAccountNo":" 12345123456789012345678","inquiryRequestId":"202202111031031234500001136962","paymentRequestId":"202202111031031234500001136962","paidAmount":{"value":"100000.00","currency":"IDR"},"paidBills":"","totalAmount":{"value":"100000.00","currency":"IDR"},"trxDateTime":"2022-02-12T17:29:57+07:00","transactionDate":"2022-02-11T10:16:04+07:00","referenceNo":"00113696201","paymentType":"","flagAdvise":"","billDetails":[{"billCode":"","billNo":"123456789012345678","billName":"","billShortName":"","billDescription":{"english":"Maintenance","indonesia":"Pemeliharaan"},"billSubCompany":"00000","billAmount":{"value":"100000.00","currency":"IDR"},"additionalInfo":{"value":""},"billReferenceNo":"00113696201","status":"00","reason":{"english":"Success","indonesia":"Sukses"}}],"freeTexts":[{"english":"Free text","indonesia":"Tulisan bebas"}]},"additionalInfo":{}}"#,
    );
}

/// What the official clients' examples send beyond the documents: one object for a list, ids that are UUIDs, numbers.
#[test]
fn r2_the_examples_of_official_clients_are_read() {
    let uuid = "22cc3371-4bba-4ec6-8e0d-62163e130cdc";
    for (value, metadata) in [("1500", "[]"), ("100.0", "{}"), ("10000.0", "null")] {
        let text = format!(
            r#"{{"partnerReferenceNo":"{uuid}","chargeToken":"","merchantId":"G1","urlParam":{{"url":"https://www.google.com","type":"PAY_RETURN","isDeeplink":"N"}},"validUpTo":"2030-07-20T20:34:15.452305Z","payOptionDetails":[{{"payMethod":"GOPAY","payOption":"GOPAY_WALLET","transAmount":{{"value":"{value}","currency":"IDR"}}}}],"additionalInfo":{{"customerDetails":{{"phone":"081122334455","firstName":"Andri","lastName":"Litani","email":"andri@litani.example"}},"items":[{{"id":"{uuid}","price":{{"value":"{value}","currency":"IDR"}},"quantity":1,"name":"Apple"}}],"metadata":{metadata}}}}}"#
        );
        let read = check("54", PaymentRequest::read, &text);
        assert_eq!(read.items.first().and_then(|item| item.id.as_deref()), Some(uuid));
    }
    let text = format!(
        r#"{{"partnerServiceId":"    1234","customerNo":"0000000000","virtualAccountNo":"    12340000000000","virtualAccountName":"Jokul Doe 001","virtualAccountEmail":"jokul@doe.example","virtualAccountPhone":"6281828384858","trxId":"{uuid}","totalAmount":{{"value":"100.0","currency":"IDR"}},"additionalInfo":{{"merchantId":"G1","bank":"bca","flags":{{"shouldRandomizeVaNumber":true}},"customerDetails":{{"firstName":"Andri"}},"items":[{{"id":"{uuid}","price":{{"value":"100.0","currency":"IDR"}},"quantity":1,"name":"Apple","brand":"Fuji Apple","category":"Fruit","merchantName":"Fruit-store"}}]}}}}"#
    );
    let read = check("27", va_create::CreateRequest::read, &text);
    assert_eq!(read.details.items.len(), 1);
}
