//! The rooms of a crate: which of its top modules may name which, as an allow-list from the top floor down.
//!
//! The table cannot allow a circle, because a room may use only rooms that stand below it in the table. What it allows
//! and nobody does is taken out, so that it stays as narrow as the house is.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::imports::Imports;
use super::row::Plan;
use super::tree::SourceFile;

/// Where the table stands.
const TABLE: &str = "ROOMS in xtask/src/tidy.rs";

/// Every way in which the product code of the planned crates and the table differ.
pub(super) fn check(files: &[SourceFile], plans: &[Plan]) -> Vec<Finding> {
    plans.iter().flat_map(|plan| of_plan(files, plan)).collect()
}

fn of_plan(files: &[SourceFile], plan: &Plan) -> Vec<Finding> {
    let mut findings = upward(plan);
    let mut seen = BTreeSet::new();
    let mut used = BTreeSet::new();
    for (file, imports) in Imports::read(files, plan.src).of {
        let Some(own) = room_of(file, plan.src) else { continue };
        let Some(room) = plan.rooms.iter().find(|room| room.name == own) else {
            findings.push(Finding::whole(file, format!("is in no room of {TABLE}")));
            continue;
        };
        seen.insert(room.name);
        let mut told = BTreeSet::new();
        for (target, line) in imports {
            let Some(other) = room_of(target, plan.src).filter(|other| *other != own) else { continue };
            used.insert((room.name, other));
            if !room.may_use.contains(&other) && told.insert(other) {
                let what = format!("`{}` may not use `{other}` ({TABLE})", room.name);
                findings.push(Finding::at(file, line, what));
            }
        }
    }
    for room in plan.rooms {
        if !seen.contains(room.name) {
            findings.push(Finding::whole(plan.src, format!("has no room `{}` ({TABLE})", room.name)));
        }
        for other in room.may_use.iter().filter(|other| !used.contains(&(room.name, **other))) {
            let what = format!("`{}` does not use `{other}`: take it out ({TABLE})", room.name);
            findings.push(Finding::whole(plan.src, what));
        }
    }
    findings
}

/// The room that a file is in; none for the crate's root, which is the face: what it hands on belongs to the room that
/// defines it.
fn room_of<'p>(path: &'p str, src: &str) -> Option<&'p str> {
    let room = path.strip_prefix(src)?.strip_prefix('/')?.split('/').next()?;
    let room = room.strip_suffix(".rs").unwrap_or(room);
    (!matches!(room, "lib" | "main")).then_some(room)
}

/// Rooms of the table that may use one which does not stand below them.
fn upward(plan: &Plan) -> Vec<Finding> {
    let above = |at: usize, other: &str| !plan.rooms[at + 1..].iter().any(|room| room.name == other);
    let rooms = plan.rooms.iter().enumerate();
    let pairs = rooms.flat_map(|(at, room)| room.may_use.iter().map(move |other| (at, room.name, *other)));
    pairs
        .filter(|(at, _, other)| above(*at, other))
        .map(|(_, name, other)| {
            Finding::whole(plan.src, format!("`{other}` does not stand below `{name}` ({TABLE})"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::row::Room;
    use super::super::tree::file;
    use super::*;

    const PLAN: Plan = Plan {
        src: "g/src",
        rooms: &[
            Room { name: "api", may_use: &["flow", "env"] },
            Room { name: "flow", may_use: &["env"] },
            Room { name: "env", may_use: &[] },
        ],
    };

    #[test]
    fn a_room_uses_what_is_allowed_and_the_table_allows_what_is_used() {
        let check = |path: &str, text: &str, expected: &[&str]| {
            let sound = [
                ("g/src/api.rs", "use crate::{flow, env};"),
                ("g/src/flow.rs", "use crate::env::X;"),
                ("g/src/env.rs", ""),
                ("g/src/lib.rs", "mod api; use crate::api::Y;"),
            ];
            let mut files: Vec<SourceFile> = sound
                .iter()
                .filter(|(sound, _)| *sound != path)
                .map(|(path, text)| file(path, text))
                .collect();
            files.push(file(path, text));
            let told: Vec<String> = super::check(&files, &[PLAN]).iter().map(ToString::to_string).collect();
            assert_eq!(told.len(), expected.len(), "{path} {text:?}: {told:?}");
            for (told, expected) in told.iter().zip(expected) {
                assert!(told.contains(expected), "{told} lacks {expected}");
            }
        };
        check("g/src/flow/pay.rs", "use crate::env; use super::X;", &[]);
        check("g/src/flow/pay.rs", "use crate::api::Call;", &["`flow` may not use `api`"]);
        check(
            "g/src/flow/pay.rs",
            "use super::super::api::A;\nuse crate::api::B;",
            &["pay.rs:1: `flow` may"],
        );
        check("g/src/flow/pay.rs", "use crate::Y;", &["pay.rs:1: `flow` may not use `api`"]);
        check("g/src/flow/tests.rs", "use crate::api::Call;", &[]);
        check("g/src/flow/pay.rs", "#[cfg(test)] mod tests { use crate::api::Call; }", &[]);
        check("g/src/cellar.rs", "", &["is in no room"]);
        check("g/src/flow.rs", "", &["`flow` does not use `env`"]);
        check("other/src/flow.rs", "use crate::api;", &[]);
        let upward = Plan { src: "g/src", rooms: &[Room { name: "flow", may_use: &["api"] }] };
        let told = super::upward(&upward).iter().map(ToString::to_string).collect::<String>();
        assert!(told.contains("`api` does not stand below `flow`"), "{told}");
    }
}
