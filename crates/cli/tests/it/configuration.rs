//! `lunas config check`: what is wrong with a file, where, and what to do.

use serde_json::{Value, json};

use crate::{Files, command, lunas, ran};

#[test]
fn a_file_that_serve_would_take_is_well_and_nothing_is_opened() {
    let files = Files::new();
    let (db, key) = (files.path("lunas.db"), files.path("master.key"));
    let text = format!(
        "[server]\npublic_url = \"https://pay.example\"\n[store]\nurl = \"sqlite://{db}\"\n[security]\nmaster_key_file = \
         \"{key}\"\n"
    );
    let file = files.write("lunas.toml", &text);
    let run = lunas(&["config", "check", &file]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(run.stdout, format!("{file}: nothing is wrong\n"));
    assert!(!std::path::Path::new(&db).exists(), "a store was made");
    let run = ran(command(&["config", "check", "--json"]).env("LUNAS_CONFIG", &file));
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, told), (Some(0), json!({"file": file, "isWell": true, "problems": []})));
}

#[test]
fn everything_that_is_wrong_is_told_with_its_line_and_what_to_do() {
    let files = Files::new();
    let text = "[server]\nlisen = \"127.0.0.1:1\"\npublic_url = \"http://pay.example\"\n[store]\nurl = \
                \"mysql://u:s3cr3t@h/d\"\n[log]\nfilter = \"a=b=c\"\n";
    let file = files.write("lunas.toml", text);
    let run = lunas(&["config", "check", &file]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    assert!(!run.stdout.contains("s3cr3t"), "{}", run.stdout);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let expected = [
        (":2: server.lisen is no key", "; did you mean `listen`?"),
        (":3: server.public_url must start with https://", "; set it to the https:// address"),
        (":5: store.url is not usable: ", "; write it as sqlite://"),
        (":7: log.filter is not understood: ", "; write it like \"info\""),
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, (begins, has)) in lines.iter().zip(expected) {
        assert!(line.starts_with(&format!("{file}{begins}")) && line.contains(has), "{line}");
    }
    // What comes before the file is told by its own name.
    let run = ran(command(&["config", "check", &file, "--json"]).env("LUNAS_STORE", "mysql://h"));
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &told["isWell"]), (Some(1), &json!(false)));
    assert_eq!(told["problems"][0]["key"], json!("server.lisen"));
    assert_eq!(told["problems"][0]["line"], json!(2));
    let keys: Vec<&str> =
        told["problems"].as_array().unwrap().iter().filter_map(|row| row["key"].as_str()).collect();
    assert_eq!(keys, ["server.lisen", "server.public_url", "log.filter", "LUNAS_STORE"]);
}

/// Whoever starts a gateway with that file reads the same words.
#[test]
fn serve_refuses_in_the_same_words() {
    let files = Files::new();
    let file = files.write("lunas.toml", "[sever]\nlisten = \"x\"\n\n[log]\nformat = \"xml\"\n");
    let (checked, served) = (lunas(&["config", "check", &file]), lunas(&["serve", "--config", &file]));
    assert_eq!((checked.code, served.code), (Some(1), Some(1)));
    let mut told = checked.stdout.lines().map(|line| line.split(": ").skip(1).collect::<Vec<_>>().join(": "));
    assert!(told.by_ref().take(2).all(|words| served.stderr.contains(&words)), "{}", served.stderr);
}

#[test]
fn a_file_that_is_not_there_is_a_failure_and_no_file_a_misuse() {
    let check = |arguments: &[&str], code: i32, said: &str| {
        let run = lunas(arguments);
        assert_eq!(run.code, Some(code), "{}", run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    };
    check(&["config", "check", "no-such.toml"], 1, "no-such.toml cannot be read: ");
    check(&["config", "check"], 2, "LUNAS_CONFIG");
}
