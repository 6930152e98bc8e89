//! What a package takes along of the command line: completions for shells, and manual pages.

use std::process::Command;

use serde_json::Value;

use crate::{Files, lunas};

#[test]
fn completions_are_made_for_each_shell() {
    let files = Files::new();
    for (shell, marks) in [
        ("bash", ["complete -F _lunas", "migrate-store"]),
        ("zsh", ["#compdef lunas", "migrate-store"]),
        ("fish", ["complete -c lunas", "migrate-store"]),
    ] {
        let run = lunas(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
        marks.iter().for_each(|mark| assert!(run.stdout.contains(mark), "{shell} lacks {mark}"));
        let told: Value = serde_json::from_str(&lunas(&["completions", shell, "--json"]).stdout).unwrap();
        assert_eq!(told["completions"], Value::from(run.stdout.as_str()));
        // Of the three shells this one is on every machine that runs the tests.
        if shell == "bash" {
            let script = files.write("lunas.bash", &run.stdout);
            let asked = format!(
                "set -eu; . {script}; COMP_WORDS=(lunas conf); COMP_CWORD=1; _lunas lunas conf lunas; \
                 echo \"${{COMPREPLY[*]}}\""
            );
            let output = Command::new("bash").args(["--norc", "-c", &asked]).output().unwrap();
            let answer = String::from_utf8(output.stdout).unwrap();
            assert_eq!(answer.trim(), "config", "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    assert_eq!(lunas(&["completions", "tcsh"]).code, Some(2));
}

#[test]
fn every_command_has_a_manual_page() {
    let files = Files::new();
    let directory = files.path("man1");
    let run = lunas(&["man", &directory]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    for name in ["lunas", "lunas-serve", "lunas-config-check", "lunas-merchant-add", "lunas-migrate-store"] {
        let page = format!("{directory}/{name}.1");
        assert!(run.stdout.lines().any(|line| line == page), "{name} is not told");
        let text = std::fs::read_to_string(&page).unwrap();
        assert!(text.contains(".TH ") && text.contains(".SH NAME"), "{text}");
    }
    assert!(!run.stdout.contains("-help"), "a page about help");
    let told: Value = serde_json::from_str(&lunas(&["man", &directory, "--json"]).stdout).unwrap();
    assert_eq!(told["files"].as_array().unwrap().len(), run.stdout.lines().count());
    let file = files.write("file", "");
    assert_eq!(lunas(&["man", &file]).code, Some(1));
}
