//! Measuring: it runs to its end against a real gateway and counts what was answered with success. How much was answered
//! is nobody's promise.

#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::home::Home;

/// Runs `lunas bench create` for a few seconds, so that a busy machine counts something, and gives what it printed.
async fn measured(home: &Home, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lunas"));
    command.args(["bench", "create", "--sandbox"]).arg(home.file("sandbox.json"));
    command.args(["--connections", "2", "--seconds", "4", "--rate", "20"]).args(arguments);
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn payments_are_counted_as_they_are_answered() {
    let home = Home::new();
    let mut gateway = home.dev(&[]);
    gateway.ready().await;
    let report: Value = serde_json::from_str(&measured(&home, &["--json"]).await).unwrap();
    assert_eq!(report["requestsPerSecondOffered"], 20);
    let line = &report["lines"][0];
    assert!(line["requests"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(line["failures"], 0, "{report}");
    assert!(line["latencyUs"]["p99"].as_u64() >= line["latencyUs"]["p50"].as_u64(), "{report}");
    let table = measured(&home, &[]).await;
    assert!(table.contains("p99 ms") && table.contains("\npayments created "), "{table}");
}
