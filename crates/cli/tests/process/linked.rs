//! Linked accounts on the command line: what can be made to happen to a link, and to money reserved of it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::accounts::{json, lunas, words};
use crate::home::{Home, until};
use crate::receiver::Receiver;

/// The lines of `lunas trigger --list` whose names begin so.
async fn listed(prefix: &str) -> Vec<Value> {
    let list = json(&lunas(words(&["trigger", "--list", "--json"])).await);
    let is_of = |line: &&Value| line["scenario"].as_str().is_some_and(|name| name.starts_with(prefix));
    list.as_array().unwrap().iter().filter(is_of).cloned().collect()
}

#[tokio::test]
async fn every_scenario_of_a_link_ends_as_the_list_says_and_is_told() {
    let (home, receiver) = (Home::new(), Receiver::start().await);
    let mut process = home.dev(&["--notify-url", &receiver.prefix]);
    process.ready().await;
    let sandbox = home.file("sandbox.json").to_str().unwrap().to_owned();
    // Each is told once, however often that is attempted.
    let told = |status: &str| {
        let attempts = receiver.attempts_after(0);
        let of_status = attempts.iter().filter(|attempt| {
            let body: Value = serde_json::from_slice(&attempt.body).unwrap();
            attempt.path.ends_with("/registration-account/notify")
                && body.pointer("/additionalInfo/accountStatus").is_some_and(|told| told == status)
        });
        of_status.map(|attempt| attempt.id.clone()).collect::<BTreeSet<_>>().len()
    };
    let scenarios = listed("link.").await;
    assert_eq!(scenarios.len(), 3);
    let (mut enabled, mut disabled) = (0, 0);
    for line in scenarios {
        let name = line["scenario"].as_str().unwrap();
        let outcome = json(&lunas(words(&["trigger", name, "--json", "--sandbox", &sandbox])).await);
        assert_eq!(outcome["phone"], "+628215023424", "{name}");
        enabled += 1;
        if line["latestTransactionStatus"] == "ENABLED" {
            assert!(outcome["accessToken"].as_str().is_some_and(|token| !token.is_empty()), "{outcome}");
            assert_eq!(outcome["paymentOptions"][0]["name"], "GOPAY_WALLET", "{outcome}");
        } else {
            assert_eq!(outcome["accountStatus"], line["latestTransactionStatus"], "{name}");
            disabled += 1;
        }
        until("the link is told", async || (told("ENABLED"), told("DISABLED")) == (enabled, disabled)).await;
    }
    assert_eq!((enabled, disabled), (3, 2));
    let plain = lunas(words(&["trigger", "link.linked", "--sandbox", &sandbox])).await;
    assert_eq!(String::from_utf8_lossy(&plain.stdout), "+628215023424 ENABLED link.linked\n");
    process.stop().await;
}

#[tokio::test]
async fn every_scenario_of_an_authorization_ends_as_the_list_says() {
    let home = Home::new();
    let mut process = home.dev(&[]);
    process.ready().await;
    let sandbox = home.file("sandbox.json").to_str().unwrap().to_owned();
    let scenarios = listed("preauth.").await;
    let mut left = scenarios.iter().map(|line| line["scenario"].as_str().unwrap()).collect::<BTreeSet<_>>();
    let mut check = async |name: &str, refused_with: Option<&str>| {
        let order = format!("order-{}", name.replace('.', "-"));
        let arguments = ["trigger", name, "--order", &order, "--json", "--sandbox", &sandbox];
        let told = json(&lunas(words(&arguments)).await);
        let line = scenarios.iter().find(|line| line["scenario"] == name).unwrap();
        assert_eq!(told["latestTransactionStatus"], line["latestTransactionStatus"], "{name}");
        assert_eq!(told["partnerReferenceNo"], order.as_str(), "{name}");
        assert_eq!(told["refusedWith"].as_str(), refused_with, "{name}");
        assert_eq!(told["referenceNo"].is_null(), line["latestTransactionStatus"] == "07", "{name}");
        let meaning = line["meaning"].as_str().unwrap();
        assert!(refused_with.is_none_or(|code| meaning.contains(code)), "{name}: {meaning}");
        assert!(left.remove(name), "{name}");
    };
    check("preauth.authorized", None).await;
    check("preauth.captured", None).await;
    check("preauth.voided", None).await;
    check("preauth.refunded", None).await;
    check("preauth.expired", None).await;
    check("preauth.insufficient-funds", Some("4036314")).await;
    check("preauth.blocked", Some("4036303")).await;
    check("preauth.unlinked", Some("4016302")).await;
    check("preauth.captured-in-part", Some("4036515")).await;
    check("preauth.captured-late", Some("4036515")).await;
    check("preauth.voided-late", Some("4036715")).await;
    check("preauth.refunded-too-much", Some("4036902")).await;
    assert_eq!(left, BTreeSet::new(), "each scenario of the list is checked above");

    let plain = lunas(words(&["trigger", "preauth.insufficient-funds", "--sandbox", &sandbox])).await;
    assert_eq!(
        String::from_utf8_lossy(&plain.stdout),
        "- 07 preauth.insufficient-funds: refused with 4036314: Insufficient Funds\n"
    );
    // The wallet of that customer holds ten rupiah.
    let arguments = ["trigger", "preauth.insufficient-funds", "--amount", "5.00", "--sandbox", &sandbox];
    let enough = lunas(words(&arguments)).await;
    assert_eq!(enough.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&enough.stderr).contains("was not refused"), "{enough:?}");
    process.stop().await;
}

#[tokio::test]
async fn the_ledger_tells_what_an_authorization_holds() {
    let home = Home::new();
    let mut process = home.dev(&[]);
    process.ready().await;
    let sandbox = home.file("sandbox.json").to_str().unwrap().to_owned();
    let data = home.file("").to_str().unwrap().to_owned();
    let trigger = async |name: &str| {
        let told = json(&lunas(words(&["trigger", name, "--json", "--sandbox", &sandbox])).await);
        format!("hold:{}", told["referenceNo"].as_str().unwrap())
    };
    let ledger = async |what: &str, account: &str| {
        json(&lunas(words(&["ledger", what, account, "--data-dir", &data, "--json"])).await)
    };
    let (held, taken) = (trigger("preauth.authorized").await, trigger("preauth.captured").await);
    let check = async |account: &str, balance: &str, lines: usize| {
        let told = ledger("balance", account).await;
        assert_eq!((&told["account"], &told["value"]), (&account.into(), &balance.into()));
        assert_eq!(ledger("statement", account).await.as_array().map(Vec::len), Some(lines), "{account}");
    };
    check(&held, "10000.00", 1).await;
    check(&taken, "0.00", 2).await;
    check("savings:c002", "2000000.00", 1).await;
    check("savings:c001", "0.00", 0).await;
    // What nobody has holds nothing, and is no answer.
    for (account, owner) in [
        ("hold:unknown", "authorization"),
        ("wallet:c999", "customer"),
        ("merchant:G1", "merchant"),
        ("bank:none", "bank"),
    ] {
        for what in ["balance", "statement"] {
            let told = lunas(words(&["ledger", what, account, "--data-dir", &data])).await;
            let said = String::from_utf8_lossy(&told.stderr);
            assert_eq!(told.status.code(), Some(1), "{what} {account}: {told:?}");
            assert!(said.contains(&format!("{account}: this store has no such {owner}")), "{said}");
        }
    }
    process.stop().await;
}
