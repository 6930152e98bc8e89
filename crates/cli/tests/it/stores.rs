//! Which store a command works on: found in one order, said on stderr, and never with a password.

use serde_json::Value;

use crate::{PUBLIC_KEY, Workspace, command, lunas, ran};

/// Commands that work on a store, each as far as it comes in an empty one.
fn commands(key: &str) -> Vec<Vec<&str>> {
    let lines = [
        "migrate",
        "doctor",
        "ledger check",
        "ledger balance cash",
        "ledger statement cash",
        "notification list",
        "notification resend 20261120000000000001",
        "merchant list",
        "merchant set G1 --notify-url https://toko.example",
        "bank list",
        "bank set bca --keeps bca",
        "customer list",
        "customer top-up +6281234567890 1.00 --reference x",
        "key notification",
        "key list G1-SNAP",
        "key add-secret G1-SNAP",
        "key revoke-secret G1-SNAP x",
        "key revoke-public-key G1-SNAP x",
    ];
    let mut commands: Vec<Vec<&str>> = lines.iter().map(|line| line.split(' ').collect()).collect();
    commands.push(vec!["merchant", "add", "G1", "--name", "Toko", "--public-key", key]);
    commands.push(vec!["bank", "add", "bca", "--name", "BCA", "--public-key", key]);
    commands.push(vec!["customer", "add", "+6281234567890", "--name", "Ayu"]);
    commands.push(vec!["key", "add-public-key", "G1-SNAP", key]);
    commands
}

#[test]
fn m11_every_command_works_on_the_store_that_the_variable_names_and_says_so() {
    let (workspace, other) = (Workspace::new(), Workspace::new());
    let key = workspace.files.write("key.pem", PUBLIC_KEY);
    let database = std::fs::read(workspace.files.path("lunas.db")).unwrap();
    for arguments in commands(&key) {
        let run = ran(workspace.command(&arguments).env("LUNAS_STORE", &other.store));
        let told =
            format!("store: {} (LUNAS_STORE; not {} of {})", other.store, workspace.store, workspace.config);
        assert!(run.stderr.contains(&told), "{arguments:?}: {}", run.stderr);

        let run = ran(workspace.command(&arguments).args(["--store", &other.store]));
        let told = format!("store: {} (--store; not {} of", other.store, workspace.store);
        assert!(run.stderr.contains(&told), "{arguments:?}: {}", run.stderr);

        // The configuration file may be named by a variable as well.
        let run =
            ran(command(&arguments).env("LUNAS_CONFIG", &workspace.config).args(["--store", &other.store]));
        assert!(run.stderr.contains(&told), "{arguments:?}: {}", run.stderr);
    }
    assert_eq!(other.out(&["merchant", "list"]).lines().count(), 1, "the other store was written to");
    assert!(database == std::fs::read(workspace.files.path("lunas.db")).unwrap(), "this store was not");
}

#[test]
fn m11_what_serves_says_its_store_as_well() {
    let (workspace, other) = (Workspace::new(), Workspace::new());
    // No public URL is configured, so it says which store it is and starts no further.
    let run = ran(workspace.command(&["serve"]).env("LUNAS_STORE", &other.store));
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains(&format!("store: {} (LUNAS_STORE; not {}", other.store, workspace.store)));
    assert!(run.stderr.contains("server.public_url is missing"), "{}", run.stderr);
    let run = lunas(&["serve"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("LUNAS_CONFIG"), "{}", run.stderr);
    let run =
        lunas(&["migrate-store", &workspace.store, &format!("sqlite://{}", workspace.files.path("copy.db"))]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains(&format!("copying {} to sqlite://", workspace.store)), "{}", run.stderr);
}

#[test]
fn m14_no_password_is_shown_and_none_becomes_a_file() {
    let workspace = Workspace::new();
    let key = workspace.files.write("key.pem", PUBLIC_KEY);
    let all = commands(&key);
    let addresses = [
        "postgre://u:s3cr3t@h/d",
        "postgresql:/u:s3cr3t@h/d",
        "host=h password=s3cr3t",
        "mysql://u:s3cr3t@h/d",
        " postgres://u:s3cr3t@h/d",
        "u:s3cr3t@h/d",
        "postgres://u:s3cr3t@h:port/d",
        "postgres://u:s3cr3t@h/d?colour=red",
    ];
    let place = tempfile::tempdir().unwrap();
    for address in addresses {
        for arguments in &all {
            let mut flag = workspace.command(arguments);
            let mut variable = workspace.command(arguments);
            for run in [
                ran(flag.args(["--store", address]).current_dir(&place)),
                ran(variable.env("LUNAS_STORE", address).current_dir(&place)),
            ] {
                assert_eq!(run.code, Some(1), "{address} {arguments:?}: {}", run.stderr);
                let said = format!("{}{}", run.stdout, run.stderr);
                assert!(!said.contains("s3cr3t"), "{address} {arguments:?}: {said}");
            }
        }
        for arguments in [
            vec!["dev", "--store", address, "--data-dir", "data", "--listen", "127.0.0.1:0"],
            vec!["migrate-store", address, "sqlite://to.db"],
            vec!["migrate-store", "sqlite://from.db", address],
            vec!["serve", "--store", address, "--config", &workspace.config],
            // Where it does not belong.
            vec!["ledger", "check", address],
            vec!["ledger", "balance", address],
            vec!["merchant", "list", "--config", address],
        ] {
            let run = ran(command(&arguments).current_dir(&place));
            assert!(run.code.is_some_and(|code| code > 0), "{arguments:?}");
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(!said.contains("s3cr3t"), "{said}");
        }
    }
    let mut names = vec![place.path().to_owned()];
    while let Some(path) = names.pop() {
        assert!(!path.to_string_lossy().contains("s3cr3t"), "{}", path.display());
        if path.is_dir() {
            names.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
}

#[test]
fn m14_a_slip_in_the_configuration_file_shows_no_password() {
    let workspace = Workspace::new();
    for line in [
        "url = \"postgres://u:s3cr3t@h/d",
        "urls = \"postgres://u:s3cr3t@h/d\"",
        "url = [\"postgres://u:s3cr3t@h/d\"]",
    ] {
        let file = workspace.files.write("slip.toml", &format!("[store]\n{line}\n"));
        for arguments in [["ledger", "check"], ["merchant", "list"]] {
            let run = ran(command(&arguments).args(["--config", &file]));
            assert_eq!(run.code, Some(1));
            assert!(run.stderr.contains("slip.toml") && !run.stderr.contains("s3cr3t"), "{}", run.stderr);
        }
    }
}

#[test]
fn a_doctor_says_what_is_wrong_and_what_to_do() {
    let workspace = Workspace::new();
    let told = workspace.out(&["doctor"]);
    assert!(told.lines().all(|line| line.starts_with("ok  ")), "{told}");
    assert!(told.contains("its tables are up to date"), "{told}");

    let missing = format!("sqlite://{}", workspace.files.path("missing.db"));
    let run = ran(workspace.command(&["doctor"]).args(["--store", &missing]));
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(
        run.stdout.starts_with("WRONG  store") && run.stdout.contains("`lunas migrate`"),
        "{}",
        run.stdout
    );

    let run = ran(workspace.command(&["doctor", "--json"]).args(["--store", &missing]));
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &found["isWell"], &found["store"]), (Some(1), &false.into(), &missing.into()));
    assert_eq!(
        (&found["findings"][0]["about"], &found["findings"][0]["isWrong"]),
        (&"store".into(), &true.into())
    );
    assert!(found["findings"][0]["remedy"].is_string(), "{found}");
}
