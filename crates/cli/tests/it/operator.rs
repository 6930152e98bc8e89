//! What an operator does: it is said, it is in the audit log with who did it and what was changed, and the last way in
//! is not closed by accident.

use std::io::Write as _;
use std::process::{Command, Stdio};

use lunas_store::{AuditRow, Store};
use serde_json::Value;

use crate::{PUBLIC_KEY, Workspace};

/// Who runs the tests, as the system has it.
fn user() -> String {
    let id = |option: &str| {
        let output = Command::new("id").arg(option).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let name = id("-un");
    if name.is_empty() { format!("uid {}", id("-u")) } else { name }
}

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.files.write("key.pem", PUBLIC_KEY);
    workspace
}

/// The audit log, the oldest line first.
async fn audits(workspace: &Workspace) -> Vec<AuditRow> {
    let store = Store::attach(&workspace.store).await.unwrap();
    let mut rows = store.audits_list(100).await.unwrap();
    store.close().await;
    rows.sort_by_key(|row| row.at.ms());
    rows
}

#[tokio::test]
async fn m12_the_audit_log_names_who_did_it_and_what_was_changed() {
    let workspace = workspace();
    let key = workspace.files.path("key.pem");
    let notify = "https://toko.example/snap?token=s3cr3t";
    let run = |arguments: &[&str]| {
        let mut command = workspace.command(arguments);
        command.env("USER", "alice").env("LOGNAME", "alice").env("SUDO_USER", "alice").stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"602214\n").unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let shown = [
        run(&[
            "merchant",
            "add",
            "G1",
            "--name",
            "Toko",
            "--public-key",
            &key,
            "--notify-url",
            notify,
            "--json",
        ]),
        run(&["bank", "add", "bca", "--name", "BCA", "--public-key", &key, "--json"]),
        run(&["key", "add-secret", "G1-SNAP", "--json"]),
    ];
    run(&[
        "merchant",
        "set",
        "G1",
        "--notify-url",
        "https://toko.example/new",
        "--va-kind",
        "multi",
        "--allow-caller",
        "203.0.113.0/24",
        "--recurring-without-pin",
        "true",
        "--redirect-url",
        "https://toko.example/app",
    ]);
    run(&["merchant", "set", "G1", "--notify-url", ""]);
    run(&["merchant", "set", "G1", "--notify-url", ""]);
    run(&["merchant", "set", "G1", "--redirect-url", "", "--allow-caller", ""]);
    run(&["bank", "set", "bca", "--keeps", "bca", "--keeps", "bni"]);
    let phone = "+6281234567890";
    run(&["customer", "add", phone, "--name", "Ayu", "--savings", "--pay-later-limit", "5000000"]);
    run(&["customer", "top-up", phone, "250000", "--reference", "bca-1"]);
    let secret: Value = serde_json::from_str(&shown[2]).unwrap();
    run(&["key", "revoke-secret", "G1-SNAP", secret["secretId"].as_str().unwrap()]);

    let rows = audits(&workspace).await;
    let told: Vec<String> =
        rows.iter().map(|row| format!("{} {}: {}", row.action, row.subject, row.detail)).collect();
    for row in &rows {
        assert_eq!(row.actor, user(), "{told:#?}");
    }
    let expected: [(&str, &[&str]); 10] = [
        ("create merchant G1: client G1-SNAP with public key ", &["name: Toko", "vaKind: single", "?…"]),
        ("create bank bca: client bca-SNAP with public key ", &["name: BCA"]),
        ("add client G1-SNAP: secret ", &[]),
        (
            "change merchant G1: ",
            &[
                "notifyUrl: https://toko.example/snap?… → https://toko.example/new",
                "vaKind: single → multi",
                "allowedCallers: nothing → 203.0.113.0/24",
                "recurringWithoutPin: false → true",
                "redirectUrls: nothing → https://toko.example/app",
            ],
        ),
        ("change merchant G1: notifyUrl: https://toko.example/new → nothing", &[]),
        (
            "change merchant G1: ",
            &["allowedCallers: 203.0.113.0/24 → nothing", "redirectUrls: https://toko.example/app → nothing"],
        ),
        ("change bank bca: keeps: nothing → bca bni", &[]),
        ("create customer ", &["name: Ayu", "payLaterLimit: ", "5000000", "hasSavings"]),
        ("top-up account wallet:", &["250000", "bca-1"]),
        ("revoke client G1-SNAP: secret ", &[]),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (row, (start, parts)) in told.iter().zip(expected) {
        assert!(row.starts_with(start), "{row}");
        assert!(parts.iter().all(|part| row.contains(part)), "{row}");
    }
    let all = told.join("\n");
    let secrets = shown.iter().map(|text| serde_json::from_str::<Value>(text).unwrap());
    for secret in secrets.map(|shown| shown["clientSecret"].as_str().unwrap().to_owned()) {
        assert!(!all.contains(&secret), "{all}");
    }
    for secret in ["s3cr3t", "602214", "81234567890", "BEGIN"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}

#[test]
fn p10_what_was_done_is_said() {
    let workspace = workspace();
    let key = workspace.files.path("key.pem");
    workspace.out(&["merchant", "add", "G1", "--name", "Toko", "--public-key", &key]);
    let out = workspace.out(&["merchant", "set", "G1", "--notify-url", "https://toko.example/snap"]);
    assert_eq!(out, "G1  notifyUrl: nothing → https://toko.example/snap\n");
    let out = workspace.out(&["merchant", "set", "G1", "--notify-url", "https://toko.example/snap"]);
    assert_eq!(out, "G1: nothing to change\n");
    let out = workspace.out(&["merchant", "set", "G1", "--va-kind", "multi", "--json"]);
    let changed = r#"{"changed":[{"after":"multi","before":"single","field":"vaKind"}],"merchantId":"G1"}"#;
    assert_eq!(out.trim_end(), changed);
    workspace.out(&["bank", "add", "bca", "--name", "BCA", "--public-key", &key]);
    assert_eq!(workspace.out(&["bank", "set", "bca", "--keeps", "bni"]), "bca  keeps: nothing → bni\n");

    let mut add = workspace.command(&["customer", "add", "+6281234567890", "--name", "Ayu"]);
    let mut child = add.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"602214\n").unwrap();
    assert!(child.wait().unwrap().success());
    let out = workspace.out(&["customer", "top-up", "+6281234567890", "250000", "--reference", "bca-1"]);
    assert!(out.starts_with("+6281234567890  250000.00 into wallet:"), "{out}");
    assert!(out.ends_with(", which holds 250000.00 now\n"), "{out}");
    let out =
        workspace.out(&["customer", "top-up", "+6281234567890", "50000", "--reference", "bca-2", "--json"]);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&told["value"], &told["balance"]), (&"50000.00".into(), &"300000.00".into()), "{told}");
    let again = workspace.run(&["customer", "top-up", "+6281234567890", "50000", "--reference", "bca-2"]);
    assert_eq!((again.code, again.stdout.as_str()), (Some(1), ""));
}

/// A store that no sandbox has filled is for real money: what nothing would ever be sent to is not taken.
#[test]
fn what_real_money_is_told_of_is_on_the_public_internet() {
    let workspace = workspace();
    let key = workspace.files.path("key.pem");
    workspace.out(&["merchant", "add", "G1", "--name", "Toko", "--public-key", &key]);
    for (url, host) in [
        ("http://127.0.0.1:8080/snap", "127.0.0.1"),
        ("https://10.1.2.3/snap", "10.1.2.3"),
        ("https://[::1]/snap", "::1"),
        ("https://[::ffff:192.168.0.1]/snap", "::ffff:192.168.0.1"),
        ("http://2130706433/snap", "127.0.0.1"),
        ("http://0x7f.1/snap", "127.0.0.1"),
        ("http://169.254.169.254/latest", "169.254.169.254"),
        ("http://localhost:3000/snap", "localhost"),
        ("http://shop.localhost/snap", "shop.localhost"),
    ] {
        for arguments in [
            &["merchant", "set", "G1", "--notify-url", url][..],
            &["merchant", "add", "G2", "--name", "Toko", "--public-key", &key, "--notify-url", url],
        ] {
            let output = workspace.command(arguments).output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_ne!(output.status.code(), Some(0), "{arguments:?}");
            let reason = format!("is at {host}, which is no public address");
            assert!(stderr.contains(&reason), "{arguments:?}: {stderr}");
        }
    }
    // A name may be anywhere by tomorrow; it is looked at when it is called.
    let out = workspace.out(&["merchant", "set", "G1", "--notify-url", "https://intern.toko.example/snap"]);
    assert_eq!(out, "G1  notifyUrl: nothing → https://intern.toko.example/snap\n");
    workspace.out(&["merchant", "set", "G1", "--notify-url", "http://8.8.8.8/snap"]);
    let listed: Value = serde_json::from_str(&workspace.out(&["merchant", "list", "--json"])).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed[0]["notifyUrl"], "http://8.8.8.8/snap");
}

#[test]
fn p10_the_last_secret_and_the_last_key_are_ended_on_purpose_only() {
    let workspace = workspace();
    let key = workspace.files.path("key.pem");
    workspace.out(&["merchant", "add", "G1", "--name", "Toko", "--public-key", &key]);
    let listed = || -> Vec<(String, String, bool)> {
        let rows: Value =
            serde_json::from_str(&workspace.out(&["key", "list", "G1-SNAP", "--json"])).unwrap();
        let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let row = |row: &Value| (text(row, "kind"), text(row, "id"), row["revoked"].is_null());
        rows.as_array().unwrap().iter().map(row).collect()
    };
    let id_of = |kind: &str| listed().into_iter().find(|(k, ..)| k == kind).unwrap().1;
    let (secret, public_key) = (id_of("secret"), id_of("public key"));
    for (command, id, way_out) in
        [("revoke-secret", &secret, "add-secret"), ("revoke-public-key", &public_key, "add-public-key")]
    {
        let run = workspace.run(&["key", command, "G1-SNAP", id]);
        assert_eq!(run.code, Some(1));
        assert!(run.stderr.contains("--last") && run.stderr.contains(way_out), "{}", run.stderr);
    }
    assert!(listed().iter().all(|(_, _, is_active)| *is_active));
    // One that is not there is not the last one.
    assert!(
        workspace
            .run(&["key", "revoke-secret", "G1-SNAP", "none"])
            .stderr
            .contains("there is no active secret none")
    );

    let second = workspace.out(&["key", "add-secret", "G1-SNAP", "--json"]);
    let second: Value = serde_json::from_str(&second).unwrap();
    let out = workspace.out(&["key", "revoke-secret", "G1-SNAP", &secret]);
    assert_eq!(out, format!("G1-SNAP  secret {secret} is revoked\n"));
    let second = second["secretId"].as_str().unwrap();
    assert_eq!(workspace.run(&["key", "revoke-secret", "G1-SNAP", second]).code, Some(1));
    workspace.out(&["key", "revoke-secret", "G1-SNAP", second, "--last"]);
    workspace.out(&["key", "revoke-public-key", "G1-SNAP", &public_key, "--last", "--json"]);
    assert!(listed().iter().all(|(_, _, is_active)| !is_active));
}

#[test]
fn r11_a_key_is_registered_in_every_form_that_people_have() {
    let workspace = workspace();
    let fingerprint = |name: &str, text: &[u8]| {
        let path = workspace.files.path(name);
        std::fs::write(&path, text).unwrap();
        workspace.run(&["merchant", "add", name, "--name", "Toko", "--public-key", &path])
    };
    let pem = fingerprint("SPKI", PUBLIC_KEY.replace('\n', "\r\n").as_bytes());
    assert_eq!(pem.code, Some(0), "{}", pem.stderr);
    let private = fingerprint("PRIVATE", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assert_eq!(private.code, Some(1));
    assert!(private.stderr.contains("-pubout"), "{}", private.stderr);
    let none = fingerprint("NONE", b"\xff\xfe");
    assert_eq!(none.code, Some(1));
    assert!(none.stderr.contains("PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE"), "{}", none.stderr);
}

#[test]
fn m19_where_customers_are_sent_is_registered_and_looked_at() {
    let workspace = workspace();
    let key = workspace.files.path("key.pem");
    workspace.out(&["merchant", "add", "G1", "--name", "Toko", "--public-key", &key]);
    let set = |option: &str, url: &str| workspace.run(&["merchant", "set", "G1", option, url]);
    for url in ["https://toko.example/app", "merchantapp://", "com.toko.app:/return", "http://localhost:3000"]
    {
        let run = set("--redirect-url", url);
        assert_eq!(run.code, Some(0), "{url}: {}", run.stderr);
        assert!(run.stdout.contains(&format!("→ {url}")), "{}", run.stdout);
    }
    for (url, reason) in [
        ("ms-msdt:/id", "this scheme is not allowed"),
        ("search-ms:query=x", "this scheme is not allowed"),
        ("shell:startup", "this scheme is not allowed"),
        ("javascript:alert(1)", "this scheme is not allowed"),
        ("intent://x", "this scheme is not allowed"),
        ("https://toko.example:port/r", "the port of the URL"),
        ("https://toko.example/a b", "no blanks"),
        ("toko.example", "no scheme"),
    ] {
        for option in ["--redirect-url", "--return-url"] {
            let run = set(option, url);
            assert_eq!(run.code, Some(1), "{option} {url}");
            assert!(run.stderr.contains(url) && run.stderr.contains(reason), "{}", run.stderr);
        }
    }
    assert!(set("--return-url", "merchantapp://").stderr.contains("https://"));
}
