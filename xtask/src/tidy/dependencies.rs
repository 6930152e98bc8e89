//! What may come in from outside: licences, origins and banned crates. `deny.toml` is the one list.
//!
//! Only the keys that the project uses are read, and an unknown key of a table that is read is refused, so that
//! nobody writes a rule there that is never applied. Known vulnerabilities are another tool's job.

use serde_json::Value;
use toml::Table;

use super::finding::Finding;
use super::layers::{members, text};
use super::spdx;

/// The file as rules.
#[derive(Debug)]
pub(super) struct Policy {
    licences: Vec<String>,
    licence_exceptions: Vec<(String, Vec<String>)>,
    bans: Vec<Ban>,
    registries: Vec<String>,
}

/// A crate that may not be depended on, save by the crates named.
#[derive(Debug)]
struct Ban {
    package: String,
    wrappers: Vec<String>,
    reason: String,
}

impl Policy {
    /// Reads `deny.toml`. The error says which key is wrong.
    pub(super) fn parse(source: &str) -> Result<Self, String> {
        let wrong = |what: String| format!("deny.toml: {what}");
        let file: Table = source.parse().map_err(|e: toml::de::Error| wrong(e.to_string()))?;
        known(&file, &["licenses", "bans", "sources"]).map_err(wrong)?;
        let [licenses, bans, sources] = ["licenses", "bans", "sources"].map(|key| table(&file, key));
        let (licenses, bans, sources) =
            (licenses.map_err(wrong)?, bans.map_err(wrong)?, sources.map_err(wrong)?);
        known(licenses, &["allow", "exceptions"]).map_err(wrong)?;
        known(bans, &["deny"]).map_err(wrong)?;
        known(sources, &["unknown-git", "unknown-registry", "allow-registry"]).map_err(wrong)?;
        explained(source).map_err(wrong)?;
        Ok(Self {
            licences: strings(licenses, "allow").map_err(wrong)?,
            licence_exceptions: rows(licenses, "exceptions", &["crate", "allow"])
                .map_err(wrong)?
                .into_iter()
                .map(|row| Ok((string(row, "crate")?, strings(row, "allow")?)))
                .collect::<Result<_, String>>()
                .map_err(wrong)?,
            bans: rows(bans, "deny", &["crate", "wrappers", "reason"])
                .map_err(wrong)?
                .into_iter()
                .map(|row| {
                    let wrappers =
                        if row.contains_key("wrappers") { strings(row, "wrappers")? } else { Vec::new() };
                    Ok(Ban { package: string(row, "crate")?, wrappers, reason: string(row, "reason")? })
                })
                .collect::<Result<_, String>>()
                .map_err(wrong)?,
            registries: strings(sources, "allow-registry").map_err(wrong)?,
        })
    }

    /// Every package that `cargo metadata` lists, against every rule.
    pub(super) fn check(&self, metadata: &Value) -> Vec<Finding> {
        let packages: Vec<&Value> = metadata["packages"].as_array().into_iter().flatten().collect();
        let ours = members(metadata);
        let mut findings = Vec::new();
        for package in &packages {
            let name = format!("{} {}", text(package, "name"), text(package, "version"));
            let breaches = [self.licence(package), self.source(package, ours.contains(package))];
            findings.extend(breaches.into_iter().flatten().map(|what| Finding::whole(&name, what)));
            findings
                .extend(self.banned(package, metadata).into_iter().map(|what| Finding::whole(&name, what)));
        }
        for (package, _) in &self.licence_exceptions {
            if !packages.iter().any(|known| text(known, "name") == package) {
                findings
                    .push(Finding::whole("deny.toml", format!("{package} is excepted but not depended on")));
            }
        }
        findings
    }

    fn licence(&self, package: &Value) -> Option<String> {
        let name = text(package, "name");
        let extra = self.licence_exceptions.iter().filter(|(of, _)| of == name).flat_map(|(_, allow)| allow);
        let allowed: Vec<&String> = self.licences.iter().chain(extra).collect();
        let expression = text(package, "license");
        match spdx::is_satisfied(expression, &|licence| allowed.iter().any(|known| *known == licence)) {
            Ok(true) => None,
            Ok(false) => Some(format!("its licence `{expression}` is not allowed by deny.toml")),
            Err(why) => Some(format!("its licence `{expression}` cannot be read: {why}")),
        }
    }

    fn source(&self, package: &Value, ours: bool) -> Option<String> {
        match package["source"].as_str() {
            None if ours => None,
            None => Some("comes from a path outside the workspace".to_owned()),
            Some(source) => {
                let known = source
                    .strip_prefix("registry+")
                    .is_some_and(|url| self.registries.iter().any(|r| r == url));
                (!known).then(|| format!("comes from {source}, which deny.toml does not allow"))
            }
        }
    }

    fn banned(&self, package: &Value, metadata: &Value) -> Vec<String> {
        let Some(ban) = self.bans.iter().find(|ban| ban.package == text(package, "name")) else {
            return Vec::new();
        };
        dependents(package, metadata)
            .into_iter()
            .filter(|dependent| !ban.wrappers.iter().any(|wrapper| wrapper == dependent))
            .map(|dependent| format!("is banned, and {dependent} uses it: {}", ban.reason))
            .collect()
    }
}

/// The names of the packages that depend on `package`.
fn dependents<'a>(package: &Value, metadata: &'a Value) -> Vec<&'a str> {
    let name_of = |id: &Value| {
        let packages = metadata["packages"].as_array().into_iter().flatten();
        packages
            .filter(|known| known["id"] == *id)
            .map(|known| text(known, "name"))
            .next()
            .unwrap_or_default()
    };
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    nodes
        .filter(|node| node["dependencies"].as_array().is_some_and(|ids| ids.contains(&package["id"])))
        .map(|node| name_of(&node["id"]))
        .collect()
}

/// A line that excepts a crate gives its reason, in a key or in the comment above.
fn explained(source: &str) -> Result<(), String> {
    let mut above = "";
    for line in source.lines().map(str::trim) {
        if line.starts_with("{ crate") && !line.contains("reason = ") && !above.starts_with('#') {
            return Err(format!("no reason is given for `{line}`"));
        }
        above = line;
    }
    Ok(())
}

fn known(table: &Table, keys: &[&str]) -> Result<(), String> {
    match table.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(format!("`{key}` is a key that nothing here reads")),
        None => Ok(()),
    }
}

fn table<'a>(parent: &'a Table, key: &str) -> Result<&'a Table, String> {
    parent.get(key).and_then(toml::Value::as_table).ok_or(format!("`[{key}]` is missing"))
}

fn rows<'a>(parent: &'a Table, key: &str, keys: &[&str]) -> Result<Vec<&'a Table>, String> {
    let list = parent.get(key).and_then(toml::Value::as_array).ok_or(format!("`{key}` is not a list"))?;
    list.iter()
        .map(|row| {
            let row = row.as_table().ok_or(format!("`{key}` holds something that is no table"))?;
            known(row, keys).map(|()| row)
        })
        .collect()
}

fn string(parent: &Table, key: &str) -> Result<String, String> {
    let value = parent.get(key).and_then(toml::Value::as_str).filter(|text| !text.is_empty());
    value.map(str::to_owned).ok_or(format!("`{key}` is not a text"))
}

fn strings(parent: &Table, key: &str) -> Result<Vec<String>, String> {
    let list = parent.get(key).and_then(toml::Value::as_array).ok_or(format!("`{key}` is not a list"))?;
    list.iter().map(|item| item.as_str().map(str::to_owned).ok_or(format!("`{key}` holds no text"))).collect()
}

#[cfg(test)]
mod tests;
