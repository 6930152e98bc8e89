//! Output that does not arrive: a full disk, a reader that has gone. It is never success, and no secret is in force that
//! nobody saw.

use std::fs::OpenOptions;
use std::process::Stdio;

use crate::{Files, PUBLIC_KEY, Run, Workspace, command, lunas, ran};

/// A file that never has room.
fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

/// A pipe whose reader has gone.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// A command that prints something without having to be in a workspace.
const BARE: &[&[&str]] = &[
    &["--help"],
    &["--version"],
    &["help"],
    &["merchant", "--help"],
    &["config"],
    &["config", "--json"],
    &["explain", "4035715"],
    &["explain", "4035715", "--json"],
    &["trigger", "--list"],
    &["trigger", "--list", "--json"],
    &[
        "sign",
        "transaction",
        "--path",
        "/v1.0/debit/status",
        "--token",
        "t",
        "--secret",
        "s",
        "--body-hash",
        "56fa5f4999ad8014de49d7898c1d1d53472569db8999de3c1b752a0dd181e98c",
    ],
];

/// Commands that print something of a store.
const OF_A_STORE: &[&[&str]] = &[
    &["migrate", "--json"],
    &["doctor"],
    &["doctor", "--json"],
    &["ledger", "check"],
    &["ledger", "check", "--json"],
    &["ledger", "balance", "cash"],
    &["ledger", "statement", "cash", "--json"],
    &["notification", "list", "--json"],
    &["merchant", "list"],
    &["merchant", "list", "--json"],
    &["merchant", "set", "G1", "--notify-url", "https://toko.example"],
    &["bank", "list"],
    &["bank", "set", "bca", "--keeps", "bca"],
    &["customer", "list", "--json"],
    &["key", "notification"],
    &["key", "notification", "--json"],
    &["key", "list", "G1-SNAP"],
];

fn check(run: &Run, arguments: &[&str]) {
    assert_eq!(run.code, Some(1), "{arguments:?}: {}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{arguments:?}: {}", run.stderr);
}

#[test]
fn m13_what_could_not_be_written_is_no_success() {
    let workspace = with_parties();
    for arguments in BARE {
        let run = ran(command(arguments).stdout(full()));
        check(&run, arguments);
        assert!(run.stderr.contains("could not be written"), "{arguments:?}: {}", run.stderr);
        let run = ran(command(arguments).stdout(closed()));
        check(&run, arguments);
        // Who closed the pipe knows.
        assert_eq!(run.stderr, "", "{arguments:?}");
    }
    for arguments in OF_A_STORE {
        let run = ran(workspace.command(arguments).stdout(full()));
        check(&run, arguments);
        assert!(run.stderr.contains("could not be written"), "{arguments:?}: {}", run.stderr);
        let run = ran(workspace.command(arguments).stdout(closed()));
        check(&run, arguments);
        assert_eq!(run.stderr.lines().count(), 1, "only the store is told: {}", run.stderr);
    }
    for output in [full(), closed()] {
        let files = Files::new();
        let data = files.path("data");
        let arguments = ["dev", "--listen", "127.0.0.1:0", "--data-dir", &data];
        check(&ran(command(&arguments).stdout(output)), &arguments);
    }
}

fn with_parties() -> Workspace {
    let workspace = Workspace::new();
    let key = workspace.files.write("key.pem", PUBLIC_KEY);
    workspace.out(&["merchant", "add", "G1", "--name", "Toko", "--public-key", &key]);
    workspace.out(&["bank", "add", "bca", "--name", "BCA", "--public-key", &key]);
    workspace
}

#[test]
fn m13_no_secret_is_in_force_that_nobody_saw() {
    let workspace = with_parties();
    let key = workspace.files.path("key.pem");
    let before = ["merchant list", "bank list", "key list G1-SNAP", "key list bca-SNAP"]
        .map(|line| line.split(' ').collect::<Vec<_>>());
    let standing = || before.clone().map(|arguments| workspace.out(&arguments));
    let at_first = standing();
    let deeds: [&[&str]; 4] = [
        &["key", "add-secret", "G1-SNAP"],
        &["key", "add-secret", "bca-SNAP"],
        &["merchant", "add", "G2", "--name", "Toko", "--public-key", &key],
        &["bank", "add", "bni", "--name", "BNI", "--public-key", &key],
    ];
    for deed in deeds {
        for json in [&[][..], &["--json"]] {
            for output in [full(), closed()] {
                let run = ran(workspace.command(deed).args(json).stdout(output));
                check(&run, deed);
                assert!(run.stderr.contains("nothing was changed"), "{deed:?}: {}", run.stderr);
            }
        }
    }
    assert_eq!(standing(), at_first);
    for deed in deeds {
        // What was shown works: it was made for the same commit.
        assert!(!workspace.out(deed).trim().is_empty(), "{deed:?}");
    }
    assert_ne!(standing(), at_first);
}

#[test]
fn p10_every_error_is_json_where_json_is_asked_for() {
    let workspace = Workspace::new();
    let error = |run: &Run| -> serde_json::Value {
        let last = run.stderr.lines().last().unwrap_or_default();
        let lines: Vec<serde_json::Value> =
            run.stderr.lines().map(|line| serde_json::from_str(line).unwrap_or_default()).collect();
        assert!(lines.iter().all(serde_json::Value::is_object), "{}", run.stderr);
        assert_eq!(run.stdout, "");
        serde_json::from_str(last).unwrap()
    };
    let check = |run: Run, code: i32, words: &str| {
        let told = error(&run);
        assert_eq!((run.code, &told["exitCode"]), (Some(code), &serde_json::json!(code)), "{}", run.stderr);
        assert!(told["error"].as_str().unwrap().contains(words), "{told}");
    };
    check(lunas(&["nonsense", "--json"]), 2, "unrecognized subcommand");
    check(lunas(&["merchant", "add", "--json"]), 2, "required arguments");
    check(lunas(&["explain", "200", "--json"]), 2, "seven digits");
    check(lunas(&["serve", "--json"]), 2, "LUNAS_CONFIG");
    check(workspace.run(&["serve", "--json"]), 1, "server.public_url");
    check(workspace.run(&["merchant", "set", "G9", "--json"]), 1, "no merchant G9");
    check(workspace.run(&["bank", "set", "bca", "--json"]), 1, "no bank bca");
    check(workspace.run(&["key", "list", "G9-SNAP", "--json"]), 1, "no client G9-SNAP");
    check(workspace.run(&["key", "add-secret", "G9-SNAP", "--json"]), 1, "no client G9-SNAP");
    check(workspace.run(&["key", "revoke-secret", "G9-SNAP", "x", "--json"]), 1, "no client G9-SNAP");
    check(workspace.run(&["ledger", "balance", "merchant:G9", "--json"]), 1, "no such merchant");
    check(workspace.run(&["notification", "resend", "20261120000000000001", "--json"]), 1, "is not sent");
    check(
        workspace.run(&["customer", "top-up", "+6281234567890", "1", "--reference", "x", "--json"]),
        1,
        "customer",
    );
    check(lunas(&["ledger", "check", "--store", "no-such-file.db", "--json"]), 1, "no-such-file.db");
    check(lunas(&["pay", "A1", "--sandbox", "no-such-file", "--json"]), 1, "lunas dev");
    check(lunas(&["trigger", "payment.paid", "--sandbox", "no-such-file", "--json"]), 1, "lunas dev");
    check(lunas(&["key", "master", "/no-such-directory/key", "--json"]), 1, "master key");
    check(lunas(&["migrate-store", "sqlite:x", "y.db", "--json"]), 1, "no known kind");
}
