//! Starting: what is created, what is kept, and what is refused with a sentence that says what to do.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use lunas_client::gopay_request;
use lunas_snap::service::Service;
use lunas_snap::signature::{SigningKey, VerifyingKey};
use lunas_vocab::{ClientId, MerchantId, Money, PartnerReferenceNo, Phone};
use serde_json::Value;

use crate::chance::Chance;
use crate::home::Home;
use crate::merchant::Merchant;

/// The fields of `sandbox.json`, in order.
const FIELDS: [&str; 16] = [
    "bank",
    "baseUrl",
    "clientId",
    "clientSecret",
    "partnerId",
    "channelId",
    "merchantId",
    "paymentHandle",
    "pointOfPurchaseId",
    "merchantPrivateKey",
    "merchantPublicKey",
    "notificationPublicKey",
    "notifyBaseUrl",
    "customers",
    "consoleUrl",
    "containerUrl",
];
/// Those that change with the address.
const ADDRESSES: [&str; 4] = ["baseUrl", "notifyBaseUrl", "consoleUrl", "containerUrl"];

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_else(|| panic!("{name} is no text"))
}

fn names(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

fn sorted<const N: usize>(mut names: [&'static str; N]) -> [&'static str; N] {
    names.sort_unstable();
    names
}

#[tokio::test]
async fn the_first_start_creates_what_is_missing_and_the_second_keeps_it() {
    let home = Home::new();
    let mut process = home.dev(&[]);
    let base_url = process.ready().await;
    for name in ["master.key", "sandbox.json"] {
        let mode = std::fs::metadata(home.file(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(home.file("lunas.db").exists());
    let mut first = home.sandbox();
    check_sandbox(&first, &base_url);

    let second_process = home.refused(&["--listen", "127.0.0.1:0"]).await;
    let sentence = format!("lunas.db is in use by process {}; stop that one first", process.id());
    assert!(second_process.0 == Some(1) && second_process.1.contains(&sentence), "{second_process:?}");
    check_table(&process.stop().await.printed, &first);

    let mut process = home.dev(&[]);
    let base_url = process.ready().await;
    let mut second = home.sandbox();
    check_sandbox(&second, &base_url);
    process.stop().await;
    for name in ADDRESSES {
        first[name] = Value::Null;
        second[name] = Value::Null;
    }
    assert_eq!(first, second);
}

fn check_sandbox(sandbox: &Value, base_url: &str) {
    assert_eq!(names(sandbox), sorted(FIELDS));
    assert_eq!(text(sandbox, "baseUrl"), base_url);
    for (name, path) in
        [("consoleUrl", "/console"), ("containerUrl", "/container"), ("notifyBaseUrl", "/demo/notify")]
    {
        assert_eq!(text(sandbox, name), format!("{base_url}{path}"));
    }
    assert!(ClientId::new(text(sandbox, "clientId")).is_ok());
    assert!(MerchantId::new(text(sandbox, "merchantId")).is_ok());
    assert!(text(sandbox, "clientSecret").len() >= 32);
    assert!(lunas_snap::header::is_channel_id(text(sandbox, "channelId")));
    for name in ["paymentHandle", "pointOfPurchaseId"] {
        let lengths: Vec<usize> = text(sandbox, name).split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{name} is a UUID");
    }
    let private = text(sandbox, "merchantPrivateKey");
    assert!(private.starts_with("-----BEGIN PRIVATE KEY-----\n"), "PKCS#8");
    let public = VerifyingKey::from_pem(text(sandbox, "merchantPublicKey")).unwrap();
    assert!(public.verify("text", &SigningKey::from_pem(private).unwrap().sign("text")));
    assert!(text(sandbox, "notificationPublicKey").starts_with("-----BEGIN PUBLIC KEY-----\n"), "SPKI");
    assert!(VerifyingKey::from_pem(text(sandbox, "notificationPublicKey")).is_ok());

    let customers = sandbox["customers"].as_array().unwrap();
    for customer in customers {
        assert_eq!(names(customer), sorted(["phone", "pin", "otp", "name", "balance", "scenario"]));
        assert!(Phone::new(text(customer, "phone")).is_ok());
        for name in ["pin", "otp"] {
            let digits = text(customer, name);
            assert!(digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()), "{name}");
        }
        assert!(!text(customer, "name").is_empty());
        assert_eq!(Money::parse_idr(text(customer, "balance")).unwrap().to_decimal(), customer["balance"]);
    }
    for scenario in ["happy", "blocked", "insufficient", "promo", "pay-later"] {
        assert!(customers.iter().any(|customer| customer["scenario"] == scenario), "{scenario}");
    }
}

/// Stdout holds the table and nothing else, from the first line to the last.
fn check_table(printed: &[String], sandbox: &Value) {
    assert_eq!(printed.first().unwrap(), "Lunas sandbox");
    assert_eq!(printed.last().unwrap(), "ready");
    let rows = &printed[1..printed.len() - 1];
    assert!(rows.iter().all(|row| row.is_empty() || row.starts_with("  ")), "{printed:#?}");
    let has = |words: &[&str]| rows.iter().any(|row| words.iter().all(|word| row.contains(word)));
    for name in ["baseUrl", "clientId", "clientSecret", "partnerId", "merchantId"] {
        assert!(has(&[text(sandbox, name)]), "{name}");
    }
    for customer in sandbox["customers"].as_array().unwrap() {
        assert!(has(&["phone", "pin", "balance", "scenario"].map(|name| text(customer, name))), "{customer}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a process is killed at a moment by chance")]
#[tokio::test]
async fn a_first_start_that_was_killed_is_finished_by_a_later_one() {
    let (home, mut chance) = (Home::new(), Chance::printed());
    for _ in 0..8 {
        let process = home.dev(&[]);
        // Chance again, and not synchronisation: no line says how far a start has come.
        tokio::time::sleep(Duration::from_millis(chance.between(1, 300))).await;
        process.kill();
    }
    let mut process = home.dev(&[]);
    let base_url = process.ready().await;
    check_sandbox(&home.sandbox(), &base_url);
    assert_eq!(open_one(&home).await.len(), 28);
    process.stop().await;
}

#[tokio::test]
async fn an_address_that_is_taken_is_named_with_a_way_out() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, stderr) = Home::new().refused(&["--listen", &address]).await;
    assert_eq!(code, Some(1));
    assert!(stderr.contains(&format!("cannot listen on {address}")), "{stderr}");
    assert!(stderr.contains("Try --listen 127.0.0.1:0"), "{stderr}");
}

#[tokio::test]
async fn a_master_key_that_is_none_or_another_one_is_refused() {
    let home = Home::new();
    let mut process = home.dev(&[]);
    process.ready().await;
    process.stop().await;
    let right = std::fs::read_to_string(home.file("master.key")).unwrap();
    let other = "0".repeat(right.len());
    for (content, sentence) in [
        ("", "does not hold a master key: 64 hexadecimal digits are expected"),
        (&right[1..], "does not hold a master key: 64 hexadecimal digits are expected"),
        (&other, "master key"),
    ] {
        std::fs::write(home.file("master.key"), content).unwrap();
        let (code, stderr) = home.refused(&["--listen", "127.0.0.1:0"]).await;
        assert_eq!(code, Some(1), "{content}");
        assert!(stderr.contains(sentence), "{stderr}");
        assert!(content.is_empty() || !stderr.contains(content), "the key is not shown");
    }
    std::fs::write(home.file("master.key"), right).unwrap();
    let mut process = home.dev(&[]);
    process.ready().await;
    process.stop().await;
}

#[tokio::test]
async fn a_seed_repeats_identifiers_and_never_keys() {
    let homes = [Home::new(), Home::new()];
    let mut references = Vec::new();
    for home in &homes {
        let mut process = home.dev(&["--seed", "7"]);
        process.ready().await;
        references.push(open_one(home).await);
        process.stop().await;
    }
    // Before it are two letters, the second and the millisecond.
    let random = |reference: &String| reference[18..26].to_owned();
    assert_eq!(random(&references[0]), random(&references[1]), "{references:?}");
    let sandboxes = homes.each_ref().map(Home::sandbox);
    for name in ["clientSecret", "merchantPrivateKey", "merchantPublicKey", "notificationPublicKey"] {
        assert_ne!(sandboxes[0][name], sandboxes[1][name], "{name}");
    }
    let [one, other] = homes.each_ref().map(|home| std::fs::read(home.file("master.key")).unwrap());
    assert!(one != other);
}

/// Opens a payment and gives its reference number.
async fn open_one(home: &Home) -> String {
    let merchant = Merchant::connect(&home.sandbox()).await;
    let request = gopay_request(PartnerReferenceNo::new("order-1").unwrap(), Money::idr(1_000));
    let answer = merchant.call(Service::DebitPayment, "open-1", &request.write().to_compact()).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.field("referenceNo")
}
