//! Proof that each rule of `deny.toml` can fail.

use serde_json::json;

use super::*;

const POLICY: &str = r#"
[licenses]
allow = ["MIT"]
exceptions = [
  # Data, not code.
  { crate = "roots", allow = ["CDLA-Permissive-2.0"] },
]
[bans]
deny = [{ crate = "old", wrappers = ["wrapper"], reason = "there is a newer one" }]
[sources]
unknown-git = "deny"
unknown-registry = "deny"
allow-registry = ["https://registry.example/index"]
"#;

const REGISTRY: &str = "registry+https://registry.example/index";

fn package(name: &str, licence: Value, source: Value) -> Value {
    json!({"id": name, "name": name, "version": "1.0.0", "license": licence, "source": source})
}

/// What the policy says about a graph that also holds the excepted crate, so that only the given packages can fail.
fn findings(packages: &[Value], edges: &[(&str, &str)]) -> Vec<String> {
    let mut packages = packages.to_vec();
    packages.push(package("roots", json!("CDLA-Permissive-2.0"), json!(REGISTRY)));
    let nodes: Vec<Value> =
        edges.iter().map(|(from, to)| json!({"id": from, "dependencies": [to]})).collect();
    let metadata = json!({"packages": packages, "workspace_members": ["ours"], "resolve": {"nodes": nodes}});
    let policy = Policy::parse(POLICY).expect("the policy is well formed");
    policy.check(&metadata).iter().map(Finding::to_string).collect()
}

#[test]
fn licences_must_be_allowed() {
    let check = |name: &str, licence: Value, expected: usize| {
        assert_eq!(
            findings(&[package(name, licence.clone(), json!(REGISTRY))], &[]).len(),
            expected,
            "{licence}"
        );
    };
    check("a", json!("MIT"), 0);
    check("a", json!("GPL-3.0-only OR MIT"), 0);
    check("a", json!("GPL-3.0-only"), 1);
    check("a", json!("CDLA-Permissive-2.0"), 1);
    check("a", Value::Null, 1);
    check("a", json!("MIT OR"), 1);
}

#[test]
fn sources_must_be_known() {
    let check = |name: &str, source: Value, expected: usize| {
        assert_eq!(findings(&[package(name, json!("MIT"), source.clone())], &[]).len(), expected, "{source}");
    };
    check("a", json!(REGISTRY), 0);
    check("ours", Value::Null, 0);
    check("a", Value::Null, 1);
    check("a", json!("registry+https://elsewhere.example/index"), 1);
    check("a", json!("git+https://registry.example/index"), 1);
}

#[test]
fn banned_crates_are_told_with_who_uses_them() {
    let check = |edges: &[(&str, &str)], expected: &[&str]| {
        let packages = ["old", "wrapper", "a"].map(|name| package(name, json!("MIT"), json!(REGISTRY)));
        assert_eq!(findings(&packages, edges), expected);
    };
    check(&[("a", "wrapper"), ("wrapper", "old")], &[]);
    check(&[("a", "old")], &["old 1.0.0: is banned, and a uses it: there is a newer one"]);
}

#[test]
fn an_exception_for_nothing_is_told() {
    let policy = Policy::parse(POLICY).expect("the policy is well formed");
    assert_eq!(policy.check(&json!({"packages": [], "workspace_members": []})).len(), 1);
}

#[test]
fn a_policy_that_would_not_be_applied_is_refused() {
    let check = |from: &str, to: &str, expected: &str| {
        let error = Policy::parse(&POLICY.replace(from, to)).expect_err("the policy is wrong");
        assert!(error.contains(expected), "{error}");
    };
    check("[licenses]", "[licences]", "`licences`");
    check("wrappers", "wrapper", "`wrapper`");
    check(", reason = \"there is a newer one\"", "", "`reason`");
    check("  # Data, not code.\n", "", "no reason");
    check("allow = [\"MIT\"]", "allow = \"MIT\"", "`allow`");
    check("unknown-git", "unknown-gits", "`unknown-gits`");
    check("[bans]", "[bans", "deny.toml");
}
