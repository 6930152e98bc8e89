//! Notifications, signed here as gateways sign them.

use std::time::Duration;

use lunas_client::{
    Notification, NotificationVerifier, PathReading, ReceivedNotification, TransactionStatus,
    VerifiedNotification, VerifyError,
};
use lunas_snap::code::{Case, Failure};
use lunas_snap::json;
use lunas_snap::signature::{SigningKey, body_hash, notification_text};
use lunas_vocab::{Money, Timestamp};

use crate::{new_private_key_pem, signing_key};

const SENT: &str = "2024-10-07T15:45:22+07:00";
const BODY: &str = r#"{"originalPartnerReferenceNo":"order 001","originalReferenceNo":"A1","merchantId":"G1","amount":{"value":"10000.00","currency":"IDR"},"latestTransactionStatus":"00","transactionStatusDesc":"SUCCESS","additionalInfo":{"refundHistory":[]}}"#;

fn now() -> Timestamp {
    Timestamp::parse(SENT).unwrap()
}

fn verifier() -> NotificationVerifier {
    NotificationVerifier::new([signing_key().public_pem()]).unwrap()
}

fn sign(key: &SigningKey, path: &str, body: &str) -> String {
    key.sign(&notification_text("POST", path, &body_hash(body.as_bytes()), SENT))
}

fn verify(
    path: &str,
    body: &str,
    signature: &str,
    now: Timestamp,
) -> Result<VerifiedNotification, VerifyError> {
    let received = ReceivedNotification::new(path, SENT, signature, body.as_bytes());
    verifier().verify(&received, now)
}

fn debit(notification: VerifiedNotification) -> Notification {
    let VerifiedNotification::Debit(notification) = notification else {
        panic!("a notification of direct debit")
    };
    *notification
}

#[test]
fn a_notification_is_read_once_it_is_verified() {
    let signature = sign(&signing_key(), "/v1.0/debit/notify", BODY);
    let notification = debit(verify("/shop/v1.0/debit/notify", BODY, &signature, now()).unwrap());
    assert_eq!(notification.original_reference_no.as_str(), "A1");
    assert_eq!(notification.status, TransactionStatus::Success);
    // Blanks between tokens do not matter, those within a text do.
    let spaced = BODY.replace(",\"", ", \"");
    assert!(verify("/v1.0/debit/notify", &spaced, &signature, now()).is_ok());
    let tampered = BODY.replace("order 001", "order001");
    assert!(matches!(
        verify("/v1.0/debit/notify", &tampered, &signature, now()),
        Err(VerifyError::Signature)
    ));
}

#[test]
fn a_notification_of_a_refund_tells_its_history() {
    let entry = r#"{"refundNo":"R1","partnerRefundNo":"r-1","partnerReferenceNo":"r-1","refundAmount":{"value":"4000.00","currency":"IDR"},"refundStatus":"00","refundTime":"2024-10-07T15:45:22+07:00","refundDate":"2024-10-07T15:45:22+07:00","reason":"tidak cocok"}"#;
    let history =
        format!(r#""refundHistory":[{entry}],"totalRefundAmount":{{"value":"4000.00","currency":"IDR"}}"#);
    let body = BODY.replace(r#""00""#, r#""04""#).replace(r#""refundHistory":[]"#, &history);
    let path = "/v1.0/debit/notify";
    let notification = debit(verify(path, &body, &sign(&signing_key(), path, &body), now()).unwrap());
    assert_eq!(notification.status, TransactionStatus::Refunded);
    assert_eq!(notification.total_refunded, Some(Money::idr(4_000)));
    let [refund] = notification.refund_history.as_slice() else { panic!("one refund") };
    assert_eq!((refund.partner_refund_no.as_str(), refund.amount), ("r-1", Money::idr(4_000)));
    assert_eq!((refund.refunded_at, refund.reason.as_str()), (now(), "tidak cocok"));
}

#[test]
fn every_reading_of_the_path_is_tried() {
    let check = |received_at: &str, signed: &str, expected: Option<PathReading>| {
        let signature = sign(&signing_key(), signed, BODY);
        let received = ReceivedNotification::new(received_at, SENT, &signature, BODY.as_bytes());
        assert_eq!(verifier().reading(&received).ok(), expected, "{received_at} {signed}");
    };
    check("/v1.0/debit/notify", "/v1.0/debit/notify", Some(PathReading::Appended));
    check("/shop/v1.0/debit/notify", "/v1.0/debit/notify", Some(PathReading::Appended));
    check("/shop/v1.0/debit/notify", "/shop/v1.0/debit/notify", Some(PathReading::Full));
    check("/1.0/debit/notify", "/1.0/debit/notify", Some(PathReading::Full));
    check("/1.0/debit/notify", "/debit/notify", Some(PathReading::WithoutVersion));
    check("/1.0/debit/notify", "/v1.0/debit/notify", Some(PathReading::Appended));
    check("/shop/v1.0/debit/notify?x=1", "/shop/v1.0/debit/notify?x=1", Some(PathReading::Full));
    check("/shop/v1.0/debit/notify", "/other/v1.0/debit/notify", None);
    check("/v1.0/debit/status", "/v1.0/debit/status", None);
}

/// The code of a reply, and whether its HTTP status is the code's.
fn code(reply: &lunas_client::Reply) -> String {
    let body = json::parse(&reply.body).unwrap();
    let code = body.get("responseCode").and_then(json::Value::as_str).unwrap();
    assert!(code.starts_with(&reply.status.to_string()), "{code} by {}", reply.status);
    code.to_owned()
}

#[test]
fn each_refusal_has_its_answer_in_its_service() {
    let later = |minutes: u64| now().plus(Duration::from_secs(minutes * 60));
    let early = now().minus(Duration::from_secs(16 * 60));
    let stranger = SigningKey::from_pem(&new_private_key_pem()).unwrap();
    let check = |path: &str, body: &str, signature: &str, at: Timestamp, expected: &str| {
        let received = ReceivedNotification::new(path, SENT, signature, body.as_bytes());
        let error = verifier().verify(&received, at).unwrap_err();
        assert_eq!(code(&error.reply(&received, at)), expected, "{path} {body}");
    };
    for (path, service) in [
        ("/v1.0/debit/notify", "56"),
        ("/v1.0/qr/qr-mpm-notify", "52"),
        ("/v1.0/transfer-va/payment", "25"),
        ("/v1.0/registration-account/notify", "88"),
    ] {
        let signed = |body: &str| sign(&signing_key(), path, body);
        let unauthorized = format!("401{service}00");
        check(path, BODY, &sign(&stranger, path, BODY), now(), &unauthorized);
        check(path, BODY, "", now(), &unauthorized);
        check(path, BODY, &signed(BODY), later(16), &unauthorized);
        check(path, BODY, &signed(BODY), early, &unauthorized);
        check(path, "[]]", &signed("[]]"), now(), &format!("400{service}00"));
        check(path, "{}", &signed("{}"), now(), &format!("400{service}02"));
    }
    check("/elsewhere", BODY, "", now(), "4045602");
    let path = "/v1.0/debit/notify";
    assert!(verify(path, BODY, &sign(&signing_key(), path, BODY), later(14)).is_ok());
}

/// What each service's notification is about, how that stands, and what the gateway waits for.
#[test]
fn each_service_is_read_as_its_own_and_answered_with_its_own_code() {
    let check = |path: &str, body: &str, about: Option<&str>, status: Option<&str>, answer: &str| {
        let notification = verify(path, body, &sign(&signing_key(), path, body), now()).unwrap();
        assert_eq!(notification.service().path(), path);
        assert_eq!(
            (notification.order_id(), notification.status().map(TransactionStatus::code)),
            (about, status),
            "{path}"
        );
        let reply = notification.taken(now());
        assert_eq!((reply.status, String::from_utf8(reply.body.to_vec()).unwrap()), (200, answer.to_owned()));
        let expected = [("content-type", "application/json".to_owned()), ("x-timestamp", SENT.to_owned())];
        assert_eq!(reply.headers, expected);
        let own = notification.refused(&Failure::new(Case::TransactionNotFound), now());
        assert_eq!(code(&own), format!("404{}01", notification.service().code()));
    };
    let taken = |service: &str, rest: &str| {
        format!(r#"{{"responseCode":"200{service}00","responseMessage":"Successful"{rest}}}"#)
    };
    check("/v1.0/debit/notify", BODY, Some("order 001"), Some("00"), &taken("56", ""));
    check("/v1.0/qr/qr-mpm-notify", BODY, Some("order 001"), Some("00"), &taken("52", ""));
    let number = r#""partnerServiceId":"   70012","customerNo":"628","virtualAccountNo":"   70012628""#;
    let account = format!(r#"{{{number},"trxId":"order-1","additionalInfo":{{"paymentFlagStatus":"08"}}}}"#);
    let echo = format!(r#","virtualAccountData":{{{number},"trxId":"order-1"}}"#);
    check("/v1.0/transfer-va/payment", &account, Some("order-1"), Some("08"), &taken("25", &echo));
    let link = r#"{"additionalInfo":{"accessToken":"t","accountStatus":"ENABLED"}}"#;
    check("/v1.0/registration-account/notify", link, None, None, &taken("88", ""));
}

#[test]
fn two_keys_count_while_one_is_replaced() {
    let path = "/v1.0/debit/notify";
    let next = SigningKey::from_pem(&new_private_key_pem()).unwrap();
    let both = NotificationVerifier::new([signing_key().public_pem(), next.public_pem()]).unwrap();
    let check = |key: &SigningKey| {
        let signature = sign(key, path, BODY);
        let received = ReceivedNotification::new(path, SENT, &signature, BODY.as_bytes());
        assert!(both.verify(&received, now()).is_ok());
    };
    check(&signing_key());
    check(&next);
    assert!(NotificationVerifier::new(["not a key"]).is_err());
}
