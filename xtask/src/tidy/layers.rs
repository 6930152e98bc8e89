//! Which workspace crate may depend on which, checked against what cargo resolved.

use serde_json::Value;

use super::finding::Finding;
use super::row::Layer;

/// Dependencies between workspace crates that the table does not allow, and crates that it does not know.
pub(super) fn check(metadata: &Value, layers: &[Layer]) -> Vec<Finding> {
    let members = members(metadata);
    let mut findings = Vec::new();
    for package in &members {
        let name = text(package, "name");
        let Some(layer) = layers.iter().find(|layer| layer.package == name) else {
            findings.push(Finding::whole(name, "has no row in LAYERS (xtask/src/tidy.rs)"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let on = text(dependency, "name");
            let for_tests = dependency["kind"] == "dev";
            let allowed = layer.may_use.contains(&on) || (for_tests && layer.tests_may_use.contains(&on));
            let ours = members.iter().any(|member| text(member, "name") == on);
            if ours && !allowed {
                findings.push(Finding::whole(
                    name,
                    format!("may not depend on {on} (LAYERS in xtask/src/tidy.rs)"),
                ));
            }
        }
    }
    for layer in layers {
        if !members.iter().any(|member| text(member, "name") == layer.package) {
            findings.push(Finding::whole(layer.package, "has a row in LAYERS but is no workspace crate"));
        }
    }
    findings
}

/// The workspace's own packages.
pub(crate) fn members(metadata: &Value) -> Vec<&Value> {
    let ids = metadata["workspace_members"].as_array();
    let is_member = |package: &&Value| ids.is_some_and(|ids| ids.contains(&package["id"]));
    metadata["packages"].as_array().into_iter().flatten().filter(is_member).collect()
}

/// A text member, empty when it is not there.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dependencies_point_one_way() {
        let layers = [
            Layer { package: "vocab", may_use: &[], tests_may_use: &[] },
            Layer { package: "gateway", may_use: &["vocab"], tests_may_use: &["kit"] },
            Layer { package: "kit", may_use: &["gateway"], tests_may_use: &[] },
        ];
        let check = |edges: &[(&str, &str, Option<&str>)], members: &[&str], expected: usize| {
            let package = |name: &&str| {
                let dependencies: Vec<Value> = edges
                    .iter()
                    .filter(|(from, ..)| from == name)
                    .map(|(_, to, kind)| json!({"name": to, "kind": kind}))
                    .collect();
                json!({"id": name, "name": name, "dependencies": dependencies})
            };
            let packages: Vec<Value> = members.iter().map(package).collect();
            let metadata = json!({"workspace_members": members, "packages": packages});
            let findings = super::check(&metadata, &layers);
            assert_eq!(findings.len(), expected, "{findings:?}");
        };
        let all = ["vocab", "gateway", "kit"];
        check(&[("gateway", "vocab", None), ("kit", "gateway", None), ("vocab", "serde", None)], &all, 0);
        check(&[("vocab", "gateway", None)], &all, 1);
        check(&[("gateway", "kit", Some("dev"))], &all, 0);
        check(&[("gateway", "kit", None)], &all, 1);
        check(&[("gateway", "kit", Some("build"))], &all, 1);
        check(&[("vocab", "kit", Some("dev"))], &all, 1);
        check(&[], &["vocab", "gateway", "kit", "stranger"], 1);
        check(&[], &["vocab", "gateway"], 1);
    }
}
