//! Known answers: signatures made elsewhere that this crate must agree with.
//!
//! The first two are the contract's own; the others were made with openssl, for what the contract leaves open.

use lunas_snap::json;
use lunas_snap::signature::{
    NotificationCheck, Reading, TransactionCheck, VerifyingKey, body_hash, hmac_sign, hmac_verify,
    notification_text, token_text, transaction_text,
};

/// The public half of the sample key in the contract's documentation.
const SAMPLE_KEY: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlWbtlh3eM+bW3n5AFj42
wddC4L7tQqbLiCFbTv8K67yng9iwK5mEn+UMXiRhvB2JVWFafCPPxFamsiVG3Mjn
eGjC0BYgmpmw4qXnAnyO3nCdCuPtmZ3ljhKvSTPdWZxrcLi1Xa9V/+Pzb8hrjb5i
wMn6SZFNeMmZYgFKiSeueo6TPln2PoTqXCzs1HtsM8eUVe8GAsjJe/3dYl992nyX
OpG21GgNu8o5T3WOptPg6GdDTWkTWUu483yRbVVy04Pz4L8DDZTDv+WcsAViDn1r
A/jB1Auj/UGKx2ovGcBH/a/hor5TbABbODU6cPTHT54K3sSZtvZNV4eFDB1f/4wd
fwIDAQAB
-----END PUBLIC KEY-----
";
const SECRET: &str = "fdppqbF5wq7vVegyvsV1CROMv646nJ7A";
const TIMESTAMP: &str = "2024-10-07T15:45:22+07:00";
const PAYMENT: &str = "/v1.0/debit/payment-host-to-host";

fn sample_key() -> VerifyingKey {
    VerifyingKey::from_pem(SAMPLE_KEY).expect("the sample key")
}

#[test]
fn the_token_signature_of_the_documentation_verifies() {
    let text = token_text("G1234325-SNAP", "2023-07-31T07:10:00+07:00");
    assert_eq!(text, "G1234325-SNAP|2023-07-31T07:10:00+07:00");
    let signature = "iv5YorKVVFOFS59l0HChDvPe+HeoE/jY5CfVgCg5i16nj5/DVnKg49ilkv8PyeU7y38apHhgO+cUrvkfUs5BhDD69yLn7xp8hzN9RcR0UDy5+nCrQ3GGCVSzZJvlEXN+TB0j4Q6pMsjrq4+YRoyDa4mTlsjJTU9aGjLRFBYgY4MyMQ5x11JyLnoFwbS8TJ5e/q4mUozrp49VyHe7OQSFnJNwvMSFrDyAIxoOK0IZQIlY29PaDIFcWoR+RJAY42H2FryjJcPpNfeercbkj9jsBLV3wmEKiNoN6lgFFLk5QicDnAAQzL45s92EYeCqDNuTTJOydaJbUqEo1d/ZPVNBtQ==";
    let check = |text: &str, signature: &str, expected: bool| {
        assert_eq!(sample_key().verify(text, signature), expected, "{text} {signature}");
    };
    check(&text, signature, true);
    check(&text, signature.trim_end_matches('='), true);
    check(r"G1234325-SNAP\|2023-07-31T07:10:00+07:00", signature, false);
    check("G1234325-SNAP|2023-07-31T07:10:01+07:00", signature, false);
    check(&text, &signature.replacen('i', "j", 1), false);
    check(&text, &signature[4..], false);
    check(&text, "", false);
}

#[test]
fn the_transaction_signature_of_the_documentation_is_made_and_verified() {
    let hash = "56fa5f4999ad8014de49d7898c1d1d53472569db8999de3c1b752a0dd181e98c";
    let token = "gp9HjjEj813Y9JGoqwOeOPWbnt4CupvIJbU1Mmu4a11MNDZ7Sg5u9a";
    let text = transaction_text("POST", PAYMENT, token, hash, "2020-01-01T00:00:00+07:00");
    let signature =
        "FSlidRHe4ow9qppNifGVQNcdv67lBjgCiP0BHylh+IKXo4fs2rHaGsFNUY0N8t0rPlZs4iAHAOCDklnCccwuJw==";
    assert_eq!(hmac_sign(SECRET, &text), signature);
    let check = |secret: &str, signature: &str, expected: bool| {
        assert_eq!(hmac_verify(secret, &text, signature), expected, "{signature}");
    };
    check(SECRET, signature, true);
    check(SECRET, signature.trim_end_matches('='), true);
    check(
        SECRET,
        "1529627511dee28c3daa9a4d89f19540d71dbfaee506380288fd011f2961f88297a387ecdab1da1ac14d518d0df2dd2b3e566ce2200700e0839259c271cc2e27",
        true,
    );
    check(SECRET, &"1529627511dee28c3daa9a4d89f19540d71dbfaee506380288fd011f2961f88297a387ecdab1da1ac14d518d0df2dd2b3e566ce2200700e0839259c271cc2e27".to_uppercase(), true);
    check("another secret", signature, false);
    check(SECRET, &signature.to_lowercase(), false);
    check(SECRET, &signature[..44], false);
    check(SECRET, "", false);
}

/// One order in the spellings of several senders; the signature is over the minified first one.
const PRETTY: &str = r#"{
  "partnerReferenceNo": "order 001",
  "urlParam": [ { "url": "https://shop.example/cb?x=1&y=2", "type": "PAY_RETURN", "isDeeplink": "N" } ],
  "note": null
}"#;
const COMPACT: &str = r#"{"partnerReferenceNo":"order 001","urlParam":[{"url":"https://shop.example/cb?x=1&y=2","type":"PAY_RETURN","isDeeplink":"N"}],"note":null}"#;
const PHP: &str = r#"{"partnerReferenceNo":"order 001","urlParam":[{"url":"https:\/\/shop.example\/cb?x=1&y=2","type":"PAY_RETURN","isDeeplink":"N"}],"note":null}"#;
const SIGNATURE: &str =
    "EFZyWO3qCSKbAntL44o+tOoI04+u5wUXdVYsy6F+yO8XdgLgewkcpbE6qLZN97X1bceiLWTyrlifTT+DiIEMeA==";

fn verify(raw_body: &str, token: &str, signature: &str, secrets: &[&str]) -> Option<Reading> {
    let check = TransactionCheck {
        method: "POST",
        path: PAYMENT,
        token,
        raw_body: raw_body.as_bytes(),
        timestamp: TIMESTAMP,
        signature,
    };
    check.verify(secrets, json::parse(raw_body.as_bytes()).ok().as_ref())
}

#[test]
fn a_signed_body_hashes_as_its_minified_text() {
    let minified = json::minify(PRETTY.as_bytes());
    assert_eq!(*minified, *COMPACT.as_bytes());
    assert_eq!(body_hash(&minified), "2197ef1383121fad49089e05f97ef429cca660f3c964eb538df83110a21e1361");
    assert_eq!(body_hash(PHP.as_bytes()), "30346032a7319ecd095a3e17745ef704c547ff906208e3f2c117bf1043b1de5d");
    let text = transaction_text("POST", PAYMENT, "tok-000", &body_hash(&minified), TIMESTAMP);
    assert_eq!(hmac_sign(SECRET, &text), SIGNATURE);
}

#[test]
fn one_signature_verifies_for_every_spelling_of_the_body() {
    let check = |raw_body: &str, expected: Option<Reading>| {
        assert_eq!(verify(raw_body, "tok-000", SIGNATURE, &[SECRET]), expected, "{raw_body}");
    };
    check(PRETTY, Some(Reading::Minified));
    check(&PRETTY.replace('\n', "\r\n"), Some(Reading::Minified));
    check(COMPACT, Some(Reading::Minified));
    check(PHP, Some(Reading::Reemitted));
    // Order, escapes and nulls are part of what was signed.
    check(&COMPACT.replace(r#","note":null"#, ""), None);
    check(&COMPACT.replace("order 001", "order001"), None);
    check("", None);
}

#[test]
fn a_sender_that_signs_what_it_sends_verifies_as_raw() {
    let text = transaction_text("POST", PAYMENT, "tok-000", &body_hash(PRETTY.as_bytes()), TIMESTAMP);
    let signature = hmac_sign(SECRET, &text);
    assert_eq!(verify(PRETTY, "tok-000", &signature, &[SECRET]), Some(Reading::Raw));
}

#[test]
fn a_minifier_that_strips_blanks_inside_strings_is_refused() {
    let wrong = COMPACT.replace("order 001", "order001");
    let hash = body_hash(wrong.as_bytes());
    assert_eq!(hash, "9af60c1ba7cd2148d3cec38ece1e6cd38408317bb145417c33acd8a0e1d6294b");
    let signature = hmac_sign(SECRET, &transaction_text("POST", PAYMENT, "tok-000", &hash, TIMESTAMP));
    assert_eq!(verify(PRETTY, "tok-000", &signature, &[SECRET]), None);
}

#[test]
fn every_secret_in_force_is_tried_and_no_other_part_may_differ() {
    let check = |token: &str, secrets: &[&str], expected: Option<Reading>| {
        assert_eq!(verify(COMPACT, token, SIGNATURE, secrets), expected, "{token} {secrets:?}");
    };
    check("tok-000", &["new secret", SECRET], Some(Reading::Minified));
    check("tok-000", &[SECRET, "old secret"], Some(Reading::Minified));
    check("tok-000", &["new secret"], None);
    check("tok-000", &[], None);
    check("tok-001", &[SECRET], None);
    check("Bearer tok-000", &[SECRET], None);
}

#[test]
fn a_call_without_a_body_hashes_no_bytes() {
    let check = TransactionCheck {
        method: "GET",
        path: "/v1.0/get-auth-code?state=abc&scopes=DEFAULT",
        token: "tok-000",
        raw_body: b"",
        timestamp: TIMESTAMP,
        signature: "wNICLlTVVHAxPDtK/v/igw0xLACA2fkdmPMCtts5udc0Jjj9yzT0KHK1kFGu20qt9xGCMWxhoGNpwQ945SfhWw==",
    };
    assert_eq!(body_hash(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(check.verify(&[SECRET], None), Some(Reading::Minified));
    assert_eq!(TransactionCheck { path: "/v1.0/get-auth-code", ..check }.verify(&[SECRET], None), None);
}

#[test]
fn a_notification_verifies_with_any_of_the_keys() {
    let body = r#"{"originalPartnerReferenceNo":"order-001","originalReferenceNo":"A120241007084522AbCdEfGhIjID","merchantId":"G000000001","amount":{"value":"10000.00","currency":"IDR"},"latestTransactionStatus":"00","transactionStatusDesc":"SUCCESS","additionalInfo":{"refundHistory":[]}}"#;
    let path = "/v1.0/debit/notify";
    let text = notification_text("POST", path, &body_hash(body.as_bytes()), TIMESTAMP);
    assert_eq!(
        text,
        "POST:/v1.0/debit/notify:09e320d7f94b3579bd6e1e56f2e83d1b1af8639524f585ba99c900fd05fd1410:2024-10-07T15:45:22+07:00"
    );
    let key = sample_key();
    let check = NotificationCheck {
        method: "POST",
        path,
        raw_body: body.as_bytes(),
        timestamp: TIMESTAMP,
        signature: "D5squ8j/s8WTKaWfez+yW/mbn8MV62F0pdR+S1OzBtcoKpmVI5UQkXh3mCedldc/W+YZ6MZMwz7EtdON0VRD7hvhd6qMhiNg0RDC36uGZtaLgC5yFdWoHM3gjSYAoT1dpk0TOWM2NqzP1RoXV/7tZA8qSidWMy2jATVOM8YqsZ385lOheyk0w/aOI42yH01nq86jd1xKTKiMz1HsKCwB3ObCJ0dIy/fJRYuKVzkUvZ6UNcJoH+gT7/85/UPfIfRzQ+A9QlJKYcJ7RR+BkFLmXp+p2yy3PLYYFldWRRWHkTDsYM1FAgr01WELW/ErhHLfCyHEnjClViw7EMHFBHxZjQ==",
    };
    assert!(check.verify(&[&key]));
    assert!(!check.verify(&[]));
    let spaced = body.replace(',', ", ");
    assert!(
        NotificationCheck { raw_body: spaced.as_bytes(), ..check }.verify(&[&key]),
        "blanks do not count"
    );
    let forged = body.replace("10000.00", "10000.01");
    assert!(!NotificationCheck { raw_body: forged.as_bytes(), ..check }.verify(&[&key]));
    assert!(!NotificationCheck { path: "/hooks/v1.0/debit/notify", ..check }.verify(&[&key]));
    assert!(!NotificationCheck { timestamp: "2024-10-07T15:45:23+07:00", ..check }.verify(&[&key]));
}

#[test]
fn a_seamless_signature_covers_the_data_before_url_encoding() {
    let signature = "Auj4nCHI+hT5e/K1jRK6RZiFEMmfCfg1o6C0tsxSqsKyB6YEz66MjnmbIWt3KJlge2pDCjGILowFB5MwMQV1ruC9dB+ck9r9hqZaHt/JF5zCo2dbcskyfHNDwArUck51I4vRKIGtjLMeZ55Tf0hq4UywJmIi9mpe4bnllpA0JZN77xkDDIx7P+T9LilPjO9IAiE/qO3o+OKeBgRXvsd9wQ4jcRF06wsj6+vw0s/nNDWkKa20h6QLxEVl06IEGUtYx8CRs4rULiTE10C8Rw4gc6+4HtavxHRg0ZQGjH/a4On4lXS+pvw33WJEUD6tYrGq/YYQxsr9ltLo/iQQkMtCHw==";
    let check =
        |text: &str, expected: bool| assert_eq!(sample_key().verify(text, signature), expected, "{text}");
    check("mobileNumber=6281234567890&paymentType=gopay", true);
    check("mobileNumber%3D6281234567890%26paymentType%3Dgopay", false);
}
