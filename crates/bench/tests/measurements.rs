//! Every measurement runs to its end against a real gateway and counts what was answered as it should be. How much was
//! answered is nobody's promise.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its stage fails")]
#![expect(
    clippy::disallowed_methods,
    reason = "callers side by side, and whoever answers them, are tasks of the test"
)]

use std::path::Path;
use std::process::{Command, Stdio};

use lunas_testkit::{Gateway, Value, tokio};

/// Runs `lunas-bench` for a few seconds, so that a busy machine counts something, and gives its report.
async fn measured(sandbox: &Path, arguments: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lunas-bench"));
    command.args(arguments).arg("--sandbox").arg(sandbox);
    command.args(["--connections", "2", "--seconds", "4", "--rate", "50", "--json"]);
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let output = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_measurement_counts_what_was_answered() {
    let gateway = Gateway::start().await;
    let directory = tempfile::tempdir().unwrap();
    let sandbox = directory.path().join("sandbox.json");
    std::fs::write(&sandbox, gateway.credentials.exposed().to_string()).unwrap();
    let check = async |arguments: &[&str], expected: &[&str]| {
        let report = measured(&sandbox, arguments).await;
        let lines = report["lines"].as_array().unwrap();
        let names: Vec<&str> = lines.iter().map(|line| line["name"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{report}");
        for line in lines {
            assert!(line["requests"].as_u64().unwrap() > 0, "{report}");
            assert_eq!(line["failures"], 0, "{report}");
        }
        report
    };
    check(&["pay"], &["payment, whole", "paid to told"]).await;
    let report = check(&["create", "--baseline"], &["gateway", "bare handler"]).await;
    assert!(report["lines"][1]["ratio"].is_string(), "{report}");
    check(&["notify"], &["notifications"]).await;
    check(&["status"], &["gateway"]).await;
    check(&["token"], &["gateway"]).await;
    // The same one twice stands for two: what matters is that both are called.
    check(&["create", "--nodes", &gateway.base_url], &["gateway"]).await;
    // A sandbox has no limits, so strangers are told that they are, all of them.
    let strangers = ["flood", "--stranger", "20", "--strangers", "20", "--claims", "20"];
    check(&strangers, &["merchant", "stranger", "strangers", "claims"]).await;
    gateway.abandon().await;
}
