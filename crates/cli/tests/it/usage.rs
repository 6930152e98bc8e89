//! Exit codes, and what goes to which stream.

use crate::{Files, lunas};

#[test]
fn exit_codes_tell_usage_from_failure() {
    let check = |arguments: &[&str], expected: i32, said: &str| {
        let run = lunas(arguments);
        assert_eq!(run.code, Some(expected), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
    };
    check(&["nonsense"], 2, "unrecognized subcommand");
    check(&["trigger"], 2, "required");
    check(&["trigger", "payment.lost"], 2, "payment.paid");
    check(&["ledger", "balance", "shop:1"], 2, "bank:ID");
    check(&["bank", "add", "x", "--name", "x", "--public-key", "x", "--keeps", "lunas"], 2, "mandiri");
    check(&["explain", "200"], 2, "seven digits");
    check(&["explain", "4995499"], 1, "no code like 4995499");
    check(
        &["sign", "transaction", "--path", "/", "--token", "t", "--secret", "s", "--body-hash", "x"],
        2,
        "64",
    );
    check(
        &["sign", "token", "--client-id", "c", "--key", "no-such-file"],
        1,
        "no-such-file cannot be read: ",
    );
    check(&["pay", "A1", "--sandbox", "no-such-file"], 1, "lunas dev");
    check(&["ledger", "check", "--store", "no-such-file.db"], 1, "no-such-file.db cannot be opened");
}

#[test]
fn a_file_that_is_no_key_is_named() {
    let files = Files::new();
    let key = files.write("key.pem", "not a key");
    let run = lunas(&["sign", "token", "--client-id", "c", "--key", &key]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains(&key) && run.stderr.contains("PRIVATE KEY"), "{}", run.stderr);
}

#[test]
fn data_commands_print_data() {
    let check = |arguments: &[&str], expected: &str| {
        let run = lunas(arguments);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(run.stdout.contains(expected), "{arguments:?}: {}", run.stdout);
    };
    check(&["--version"], env!("CARGO_PKG_VERSION"));
    check(&["config"], "[server]");
    check(&["trigger", "--list"], "payment.expired");
    check(&["trigger", "--list"], "va.paid-twice");
    check(&["trigger", "--list"], "preauth.captured");
    check(&["explain", "4035715"], "57, direct debit cancel");
    check(&["explain", "4035715"], "ask for the status");
    check(&["explain", "4035715"], r#"{"responseCode":"4035715","responseMessage":"Transaction Not"#);
    check(&["explain", "4035407"], "never, by Lunas");
    check(&["explain", "5005401", "--json"], r#""service":"54""#);
    check(&["trigger", "--list", "--json"], r#""scenario":"payment.expired""#);
}
