//! `sign` and `verify` against known answers: the published vectors of the contract and its sample key.

use crate::{Files, lunas};

const SECRET: &str = "fdppqbF5wq7vVegyvsV1CROMv646nJ7A";
const PAYMENT: &str = "/v1.0/debit/payment-host-to-host";

/// A call with a body whose blanks are of both kinds: between tokens and within a text.
const PRETTY_BODY: &str = "{
  \"partnerReferenceNo\": \"order 001\",
  \"urlParam\": [ { \"url\": \"https://shop.example/cb?x=1&y=2\", \"type\": \"PAY_RETURN\", \"isDeeplink\": \"N\" } ],
  \"note\": null
}
";
const PRETTY_SENT: &str = "2024-10-07T15:45:22+07:00";
const PRETTY_HASH: &str = "2197ef1383121fad49089e05f97ef429cca660f3c964eb538df83110a21e1361";
const PRETTY_SIGNATURE: &str =
    "EFZyWO3qCSKbAntL44o+tOoI04+u5wUXdVYsy6F+yO8XdgLgewkcpbE6qLZN97X1bceiLWTyrlifTT+DiIEMeA==";

/// The public half of the key that the contract's samples are signed with.
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

#[test]
fn a_signature_over_a_known_hash_is_the_published_one() {
    let run = lunas(&[
        "sign",
        "transaction",
        "--path",
        PAYMENT,
        "--token",
        "gp9HjjEj813Y9JGoqwOeOPWbnt4CupvIJbU1Mmu4a11MNDZ7Sg5u9a",
        "--secret",
        SECRET,
        "--body-hash",
        "56fa5f4999ad8014de49d7898c1d1d53472569db8999de3c1b752a0dd181e98c",
        "--timestamp",
        "2020-01-01T00:00:00+07:00",
    ]);
    assert_eq!(
        run.stdout,
        "FSlidRHe4ow9qppNifGVQNcdv67lBjgCiP0BHylh+IKXo4fs2rHaGsFNUY0N8t0rPlZs4iAHAOCDklnCccwuJw==\n"
    );
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_body_is_minified_before_it_is_signed() {
    let files = Files::new();
    let body = files.write("body.json", PRETTY_BODY);
    let run = lunas(&[
        "sign",
        "transaction",
        "--path",
        PAYMENT,
        "--token",
        "tok-000",
        "--secret",
        SECRET,
        "--body",
        &body,
        "--timestamp",
        PRETTY_SENT,
        "--verbose",
    ]);
    assert_eq!((run.code, run.stdout.trim_end()), (Some(0), PRETTY_SIGNATURE));
    assert!(run.stderr.contains(PRETTY_HASH), "{}", run.stderr);
    let text = format!("POST:{PAYMENT}:tok-000:{PRETTY_HASH}:{PRETTY_SENT}");
    assert!(run.stderr.contains(&text), "{}", run.stderr);
}

#[test]
fn a_transaction_is_verified_under_every_reading() {
    let files = Files::new();
    let check = |body: &str, expected_code: i32, expected: &str| {
        let body = files.write("body.json", body);
        let run = lunas(&[
            "verify",
            "transaction",
            "--path",
            PAYMENT,
            "--token",
            "tok-000",
            "--secret",
            SECRET,
            "--body",
            &body,
            "--timestamp",
            PRETTY_SENT,
            "--signature",
            PRETTY_SIGNATURE,
        ]);
        assert_eq!(run.code, Some(expected_code), "{}", run.stderr);
        assert!(run.stdout.contains(expected), "{}", run.stdout);
    };
    check(PRETTY_BODY, 0, "the minified body");
    // What the PHP SDK sends for it: the same JSON with its slashes escaped.
    let escaped = r#"{"partnerReferenceNo":"order 001","urlParam":[{"url":"https:\/\/shop.example\/cb?x=1&y=2","type":"PAY_RETURN","isDeeplink":"N"}],"note":null}"#;
    check(escaped, 0, "written anew");
    // What a minifier would make of it that takes the blanks out of texts as well.
    check(&escaped.replace("order 001", "order001"), 1, "does not match");
}

#[test]
fn a_token_request_is_verified() {
    let files = Files::new();
    let key = files.write("key.pem", SAMPLE_KEY);
    let signature = "iv5YorKVVFOFS59l0HChDvPe+HeoE/jY5CfVgCg5i16nj5/DVnKg49ilkv8PyeU7y38apHhgO+cUrvkfUs5BhDD69yLn7xp8hzN9RcR0UDy5+nCrQ3GGCVSzZJvlEXN+TB0j4Q6pMsjrq4+YRoyDa4mTlsjJTU9aGjLRFBYgY4MyMQ5x11JyLnoFwbS8TJ5e/q4mUozrp49VyHe7OQSFnJNwvMSFrDyAIxoOK0IZQIlY29PaDIFcWoR+RJAY42H2FryjJcPpNfeercbkj9jsBLV3wmEKiNoN6lgFFLk5QicDnAAQzL45s92EYeCqDNuTTJOydaJbUqEo1d/ZPVNBtQ==";
    let check = |client_id: &str, expected: i32| {
        let run = lunas(&[
            "verify",
            "token",
            "--client-id",
            client_id,
            "--key",
            &key,
            "--timestamp",
            "2023-07-31T07:10:00+07:00",
            "--signature",
            signature,
        ]);
        assert_eq!(run.code, Some(expected), "{}{}", run.stdout, run.stderr);
    };
    check("G1234325-SNAP", 0);
    check("G1234325-SNAP2", 1);
}

#[test]
fn a_notification_is_verified_at_any_prefix() {
    let files = Files::new();
    let key = files.write("key.pem", SAMPLE_KEY);
    let body = files.write(
        "body.json",
        r#"{"originalPartnerReferenceNo":"order-001","originalReferenceNo":"A120241007084522AbCdEfGhIjID","merchantId":"G000000001","amount":{"value":"10000.00","currency":"IDR"},"latestTransactionStatus":"00","transactionStatusDesc":"SUCCESS","additionalInfo":{"refundHistory":[]}}"#,
    );
    let signature = "D5squ8j/s8WTKaWfez+yW/mbn8MV62F0pdR+S1OzBtcoKpmVI5UQkXh3mCedldc/W+YZ6MZMwz7EtdON0VRD7hvhd6qMhiNg0RDC36uGZtaLgC5yFdWoHM3gjSYAoT1dpk0TOWM2NqzP1RoXV/7tZA8qSidWMy2jATVOM8YqsZ385lOheyk0w/aOI42yH01nq86jd1xKTKiMz1HsKCwB3ObCJ0dIy/fJRYuKVzkUvZ6UNcJoH+gT7/85/UPfIfRzQ+A9QlJKYcJ7RR+BkFLmXp+p2yy3PLYYFldWRRWHkTDsYM1FAgr01WELW/ErhHLfCyHEnjClViw7EMHFBHxZjQ==";
    let check = |path: &str, expected_code: i32, expected: &str| {
        let run = lunas(&[
            "verify",
            "notification",
            "--path",
            path,
            "--key",
            &key,
            "--body",
            &body,
            "--timestamp",
            PRETTY_SENT,
            "--signature",
            signature,
        ]);
        assert_eq!(run.code, Some(expected_code), "{}", run.stderr);
        assert!(run.stdout.contains(expected), "{}", run.stdout);
    };
    check("/v1.0/debit/notify", 0, "the given path");
    check("/shop/v1.0/debit/notify", 0, "without the merchant's prefix");
    check("/v1.0/debit/other", 1, "does not match");
}

#[test]
fn p9_nonsense_is_signed_and_said() {
    let check = |change: (&str, &str), expected: &str| {
        let mut parts =
            [("--path", PAYMENT), ("--token", "t"), ("--secret", SECRET), ("--timestamp", PRETTY_SENT)];
        if let Some(part) = parts.iter_mut().find(|part| part.0 == change.0) {
            *part = change;
        }
        let mut arguments = vec!["sign", "transaction", "--body-hash", PRETTY_HASH];
        arguments.extend(parts.iter().flat_map(|(name, value)| [*name, *value]));
        let run = lunas(&arguments);
        // It goes on: who signs by hand may mean it.
        assert_eq!((run.code, run.stdout.trim().len()), (Some(0), 88), "{}", run.stderr);
        assert_eq!(run.stderr.is_empty(), expected.is_empty(), "{change:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{change:?}: {}", run.stderr);
    };
    check(("", ""), "");
    check(("--path", "https://pay.example/v1.0/debit/status"), "warning: --path has a host");
    check(("--token", "Bearer t"), "warning: --token begins with \"Bearer\"");
    check(("--timestamp", "12345"), "warning: --timestamp \"12345\" is no time");
    check(("--secret", " s"), "warning: --secret has blanks");
    check(("--path", "/v1.0/debit/stat"), "is the path of no service");
}
