//! Notifications, signed here as gateways sign them.

use std::time::Duration;

use lunas_client::{
    Notification, NotificationAnswer, NotificationVerifier, PathReading, ReceivedNotification, Reply,
    TransactionStatus, VerifyError,
};
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

fn verify(path: &str, body: &str, signature: &str, now: Timestamp) -> Result<Notification, VerifyError> {
    let received = ReceivedNotification { path, timestamp: SENT, signature, body: body.as_bytes() };
    verifier().verify(&received, now)
}

#[test]
fn a_notification_is_read_once_it_is_verified() {
    let signature = sign(&signing_key(), "/v1.0/debit/notify", BODY);
    let notification = verify("/shop/v1.0/debit/notify", BODY, &signature, now()).unwrap();
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
    let notification = verify(path, &body, &sign(&signing_key(), path, &body), now()).unwrap();
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
        let received = ReceivedNotification {
            path: received_at,
            timestamp: SENT,
            signature: &signature,
            body: BODY.as_bytes(),
        };
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

#[test]
fn each_refusal_has_its_answer() {
    let check = |result: Result<Notification, VerifyError>, expected: &str| {
        let answer = result.unwrap_err().answer();
        assert_eq!(answer.code.as_str(), expected);
    };
    let path = "/v1.0/debit/notify";
    let signature = sign(&signing_key(), path, BODY);
    let stranger = SigningKey::from_pem(&new_private_key_pem()).unwrap();
    let later = |minutes: u64| now().plus(Duration::from_secs(minutes * 60));
    check(verify(path, BODY, &sign(&stranger, path, BODY), now()), "4015600");
    check(verify(path, BODY, "", now()), "4015600");
    check(verify(path, BODY, &signature, later(16)), "4015600");
    check(verify(path, BODY, &signature, now().minus(Duration::from_secs(16 * 60))), "4015600");
    check(verify("/elsewhere", BODY, &signature, now()), "4045602");
    check(verify(path, "[]]", &sign(&signing_key(), path, "[]]"), now()), "4005600");
    check(verify(path, "{}", &sign(&signing_key(), path, "{}"), now()), "4005602");
    assert!(verify(path, BODY, &signature, later(14)).is_ok());
}

#[test]
fn two_keys_count_while_one_is_replaced() {
    let path = "/v1.0/debit/notify";
    let next = SigningKey::from_pem(&new_private_key_pem()).unwrap();
    let both = NotificationVerifier::new([signing_key().public_pem(), next.public_pem()]).unwrap();
    let check = |key: &SigningKey| {
        let signature = sign(key, path, BODY);
        let received =
            ReceivedNotification { path, timestamp: SENT, signature: &signature, body: BODY.as_bytes() };
        assert!(both.verify(&received, now()).is_ok());
    };
    check(&signing_key());
    check(&next);
    assert!(NotificationVerifier::new(["not a key"]).is_err());
}

#[test]
fn a_reply_is_what_the_gateway_waits_for() {
    let reply = Reply::new(&NotificationAnswer::success(), now());
    assert_eq!(reply.status, 200);
    assert_eq!(
        String::from_utf8(reply.body.to_vec()).unwrap(),
        r#"{"responseCode":"2005600","responseMessage":"Successful"}"#
    );
    assert_eq!(
        reply.headers,
        [("content-type", "application/json".to_owned()), ("x-timestamp", SENT.to_owned())]
    );
}
