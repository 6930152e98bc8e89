//! Measuring: every measurement runs to its end against a real gateway, counts what was answered with success, and
//! keeps what it printed. How much was answered is nobody's promise.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::home::Home;

/// Runs `lunas bench` for a few seconds, so that a busy machine counts something, and gives its report.
async fn measured(home: &Home, arguments: &[&str]) -> Value {
    let report = home.file("report.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lunas"));
    command.arg("bench").args(arguments).arg("--sandbox").arg(home.file("sandbox.json"));
    command.args(["--connections", "2", "--seconds", "4", "--json", "--report"]).arg(&report);
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    let kept: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert_eq!(kept, serde_json::from_slice::<Value>(&output.stdout).unwrap());
    kept
}

#[tokio::test]
async fn every_measurement_counts_what_was_answered() {
    let home = Home::new();
    let mut gateway = home.dev(&[]);
    gateway.ready().await;
    let check = async |arguments: &[&str], expected: &[&str]| {
        let report = measured(&home, arguments).await;
        let lines = report["lines"].as_array().unwrap();
        let names: Vec<&str> = lines.iter().map(|line| line["name"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{report}");
        for line in lines {
            assert!(line["requests"].as_u64().unwrap() > 0, "{report}");
            assert_eq!(line["failures"], 0, "{report}");
            assert!(line["latencyUs"]["p99"].as_u64() >= line["latencyUs"]["p50"].as_u64(), "{report}");
        }
        report
    };
    check(&["pay"], &["payment, whole", "paid to told"]).await;
    let report = check(&["create", "--baseline"], &["gateway", "bare handler"]).await;
    assert!(report["lines"][1]["ratio"].is_string(), "{report}");
    let report = check(&["create", "--rate", "20"], &["gateway"]).await;
    assert_eq!(report["requestsPerSecondOffered"], 20);
    check(&["notify"], &["notifications"]).await;
    check(&["status"], &["gateway"]).await;
    check(&["token"], &["gateway"]).await;
    // The same one twice stands for two: what matters is that both are called.
    let base_url = home.sandbox()["baseUrl"].as_str().unwrap().to_owned();
    check(&["create", "--nodes", &base_url], &["gateway"]).await;
}
