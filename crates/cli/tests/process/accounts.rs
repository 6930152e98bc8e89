//! Virtual accounts on the command line: what can be made to happen to one, and the banks that report on them.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::process::{Command, Output};

use lunas_snap::signature::SigningKey;
use serde_json::Value;

use crate::home::Home;

/// Runs a command to its end, off the test's own thread.
pub(crate) async fn lunas(arguments: Vec<String>) -> Output {
    let run = move || Command::new(env!("CARGO_BIN_EXE_lunas")).args(arguments).output().unwrap();
    tokio::task::spawn_blocking(run).await.unwrap()
}

pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

pub(crate) fn json(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn every_scenario_of_a_virtual_account_ends_as_the_list_says() {
    let home = Home::new();
    let mut process = home.dev(&[]);
    process.ready().await;
    let sandbox = home.file("sandbox.json").to_str().unwrap().to_owned();
    let list = json(&lunas(words(&["trigger", "--list", "--json"])).await);
    let scenarios = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["scenario"].as_str().is_some_and(|name| name.starts_with("va.")));
    let mut played = 0;
    for line in scenarios {
        let name = line["scenario"].as_str().unwrap();
        let order = format!("order-{played}");
        let arguments = ["trigger", name, "--order", &order, "--json", "--sandbox", &sandbox];
        let told = json(&lunas(words(&arguments)).await);
        assert_eq!(told["paymentFlagStatus"], line["latestTransactionStatus"], "{name}");
        assert_eq!(told["trxId"], order.as_str(), "{name}");
        let payments = told["paymentRequestIds"].as_array().unwrap().len();
        let expected = match name {
            "va.paid" | "va.paid-open" => 1,
            "va.paid-twice" => 2,
            _ => 0,
        };
        assert_eq!(payments, expected, "{name}");
        played += 1;
    }
    assert_eq!(played, 7);
    process.stop().await;
}

#[tokio::test]
async fn a_bank_is_registered_listed_and_changed() {
    let home = Home::new();
    let mut process = home.dev(&[]);
    process.ready().await;
    let private = home.sandbox()["merchantPrivateKey"].as_str().unwrap().to_owned();
    let pem = home.file("bank.pem");
    std::fs::write(&pem, SigningKey::from_pem(&private).unwrap().public_pem()).unwrap();
    let data = home.file("").to_str().unwrap().to_owned();
    let pem = pem.to_str().unwrap();
    let admin = async |arguments: &[&str]| lunas(words(&[arguments, &["--data-dir", &data]].concat())).await;
    let add = [
        "bank",
        "add",
        "bca",
        "--name",
        "Bank Central Asia",
        "--public-key",
        pem,
        "--keeps",
        "BCA",
        "--json",
    ];
    let added = json(&admin(&add).await);
    assert_eq!((&added["bankId"], &added["clientId"]), (&"bca".into(), &"bca-SNAP".into()));
    assert_eq!(
        (added["keeps"][0].as_str(), added["clientSecret"].as_str().map(str::len)),
        (Some("bca"), Some(32))
    );
    let again = admin(&add).await;
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("bank"), "{again:?}");

    let set = ["bank", "set", "bca", "--keeps", "bca", "--keeps", "bni", "--allow-caller", "203.0.113.0/24"];
    assert_eq!(admin(&set).await.status.code(), Some(0));
    let wrong = admin(&["bank", "set", "bca", "--allow-caller", "here"]).await;
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(admin(&["bank", "set", "bni"]).await.status.code(), Some(1), "there is no such bank");
    let listed = json(&admin(&["bank", "list", "--json"]).await);
    let bca = listed.as_array().unwrap().iter().find(|bank| bank["bankId"] == "bca").unwrap();
    assert_eq!(bca["keeps"], serde_json::json!(["bca", "bni"]));
    assert_eq!(bca["allowedCallers"], serde_json::json!(["203.0.113.0/24"]));
    let keys = json(&admin(&["key", "list", "bca-SNAP", "--json"]).await);
    assert_eq!(keys.as_array().unwrap().len(), 2, "a secret and a public key");
    let balance = admin(&["ledger", "balance", "bank:bca"]).await;
    assert_eq!(balance.status.code(), Some(0), "{balance:?}");
    process.stop().await;
}

/// The codes are registered by one option, listed, replaced as a whole and taken away; a code is one merchant's.
#[tokio::test]
async fn m3_company_codes_are_registered_listed_and_changed() {
    let home = Home::new();
    let mut process = home.dev(&[]);
    process.ready().await;
    let private = home.sandbox()["merchantPrivateKey"].as_str().unwrap().to_owned();
    let pem = home.file("merchant.pem");
    std::fs::write(&pem, SigningKey::from_pem(&private).unwrap().public_pem()).unwrap();
    let data = home.file("").to_str().unwrap().to_owned();
    let pem = pem.to_str().unwrap();
    let admin = async |arguments: &[&str]| lunas(words(&[arguments, &["--data-dir", &data]].concat())).await;
    let add = ["merchant", "add", "G2", "--name", "Toko Maju", "--public-key", pem, "--json"];
    let codes = ["--va-company-code", "BCA:99887", "--va-company-code", "bni:988"];
    let added = json(&admin(&[&add[..], &codes].concat()).await);
    let code = |bank: &str, code: &str| serde_json::json!({"bank": bank, "code": code});
    assert_eq!(added["vaCompanyCodes"], Value::from(vec![code("bca", "99887"), code("bni", "988")]));
    let listed = async || {
        let listed = json(&admin(&["merchant", "list", "--json"]).await);
        let mut merchants = listed.as_array().unwrap().iter();
        merchants.find(|merchant| merchant["merchantId"] == "G2").unwrap()["vaCompanyCodes"].clone()
    };
    for (given, exit, says) in [
        (&["bca:12345"][..], 1, "the company code 12345 at bca is registered for G000000001"),
        (&["bcb:12345"], 1, "bcb:12345 is no company code: no such bank has virtual accounts"),
        (&["bca:12a45"], 1, "a code is 1 to 8 digits"),
        (&["bca:123456789"], 1, "a code is 1 to 8 digits"),
        (&["bca:777", "bca:777"], 1, "it is given twice"),
        (&["12345"], 2, "a company code is a bank and its code, such as bca:12345"),
    ] {
        let options = given.iter().flat_map(|code| ["--va-company-code", code]);
        let set = admin(&[&["merchant", "set", "G2"][..], &options.collect::<Vec<_>>()].concat()).await;
        let stderr = String::from_utf8_lossy(&set.stderr);
        assert!(set.status.code() == Some(exit) && stderr.contains(says), "{given:?}: {stderr}");
    }
    assert_eq!(listed().await, added["vaCompanyCodes"], "what is refused changes nothing");
    for (given, expected) in
        [("bca:777", Value::from(vec![code("bca", "777")])), ("", Value::from(Vec::<Value>::new()))]
    {
        let set = admin(&["merchant", "set", "G2", "--va-company-code", given]).await;
        assert_eq!(set.status.code(), Some(0), "{set:?}");
        assert_eq!(listed().await, expected);
    }
    process.stop().await;
}
