//! Where notifications are to go, entered on the command line: what could not be called is refused there and then.

use std::fs;

use lunas_snap::signature::SigningKey;

use crate::accounts::{json, lunas, words};
use crate::home::Home;

/// What cannot be called, and what is said of it.
const UNCALLABLE: &[(&str, &str)] = &[
    ("ftp://shop.example/hook", "only http:// and https:// URLs are called"),
    ("shop.example/hook", "relative URL"),
    ("http://shop.example/hook#lunas", "what follows # never leaves a client"),
    ("http://user:pw@shop.example/hook", "a user or password"),
    ("http://shop.example:0/hook", "port 0"),
    ("http://shop.example:port/hook", "invalid port"),
    ("http://shop.example/a hook", "a blank"),
    ("http://", "empty host"),
];

#[tokio::test]
async fn r8_r3_every_command_refuses_what_notifications_could_not_be_sent_by() {
    let home = Home::new();
    let mut process = home.dev(&[]);
    process.ready().await;
    let (data, sandbox) = (home.file(""), home.file("sandbox.json"));
    let (data, sandbox) = (data.to_str().unwrap(), sandbox.to_str().unwrap());
    let pem = home.file("merchant.pem");
    let private = home.sandbox()["merchantPrivateKey"].as_str().unwrap().to_owned();
    fs::write(&pem, SigningKey::from_pem(&private).unwrap().public_pem()).unwrap();
    let pem = pem.to_str().unwrap();
    let merchants = async || json(&lunas(words(&["merchant", "list", "--json", "--data-dir", data])).await);
    let before = merchants().await;
    let id = before[0]["merchantId"].as_str().unwrap();
    for (url, reason) in UNCALLABLE {
        for command in [
            vec!["merchant", "set", id, "--notify-url", url, "--data-dir", data],
            vec![
                "merchant",
                "add",
                "G2",
                "--name",
                "B",
                "--public-key",
                pem,
                "--notify-url",
                url,
                "--data-dir",
                data,
            ],
            vec!["listen", "--forward-to", url, "--sandbox", sandbox],
        ] {
            // Listening reads a place without a scheme as it looks, and would go on.
            if command[0] == "listen" && !url.contains("://") {
                continue;
            }
            let output = lunas(words(&command)).await;
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "{command:?}");
            assert!(stderr.contains(reason), "{command:?}: {stderr}");
        }
        let (code, stderr) = Home::new().refused(&["--listen", "127.0.0.1:0", "--notify-url", url]).await;
        assert_ne!(code, Some(0), "{url}");
        assert!(stderr.contains(reason), "{url}: {stderr}");
    }
    assert_eq!(merchants().await, before, "a refusal changes nothing");
    // What runs on this machine is told by a sandbox, which this is.
    let near =
        ["merchant", "set", id, "--notify-url", "http://127.0.0.1:9/hook", "--json", "--data-dir", data];
    assert!(json(&lunas(words(&near)).await).to_string().contains("127.0.0.1:9"));
    // The other setting of where and how a merchant is told.
    assert_eq!(before[0]["notifyText"], "portable");
    let set = ["merchant", "set", id, "--notify-text", "exact", "--json", "--data-dir", data];
    let changed = json(&lunas(words(&set)).await).to_string();
    assert!(changed.contains("portable") && changed.contains("exact"), "{changed}");
    assert_eq!(merchants().await[0]["notifyText"], "exact");
    let refused = lunas(words(&["merchant", "set", id, "--notify-text", "php", "--data-dir", data])).await;
    let stderr = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(stderr.contains("portable, exact, escaped, plain"), "{stderr}");
    let statuses = async |given: &str| {
        lunas(words(&["merchant", "set", id, "--notify-statuses", given, "--json", "--data-dir", data])).await
    };
    assert_eq!(before[0]["notifyStatuses"], serde_json::json!(["00", "03", "04", "05", "06", "08", "09"]));
    let changed = json(&statuses("00,08, 04").await).to_string();
    assert!(changed.contains("00 03 04 05 06 08 09") && changed.contains("00 04 08"), "{changed}");
    assert_eq!(merchants().await[0]["notifyStatuses"], serde_json::json!(["00", "04", "08"]));
    for (given, reason) in
        [("03", "00 cannot be left out"), ("00,1", "no transaction status"), ("", "no transaction status")]
    {
        let stderr = String::from_utf8_lossy(&statuses(given).await.stderr).into_owned();
        assert!(stderr.contains(reason), "{given}: {stderr}");
    }
    process.stop().await;
}
