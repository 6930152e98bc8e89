//! What the published documents say of a member is what the code declares of it, or a row of the sheets says why not.

use std::collections::BTreeMap;

use lunas_snap::field::{Field, Kind, Need};
use lunas_snap::message::catalogue::{self, Role};
use lunas_snap::service::Service;

use super::requests::{self, Ours};
use super::sheet::{Member, sections};

/// The members that are declared, by their paths, with the objects on the way.
fn declared(service: Service, role: Role) -> BTreeMap<String, Option<&'static Field>> {
    let message = catalogue::find(service, role).expect("every message of the documents is declared");
    let mut declared = BTreeMap::new();
    for place in message.shape.places() {
        for (at, _) in place.path.match_indices('.') {
            declared.entry(place.path[..at].to_owned()).or_insert(None);
        }
        declared.insert(place.path, Some(place.field));
    }
    declared
}

fn service(title: &str) -> Service {
    Service::of_code(&title[..2]).expect("a title begins with a service")
}

#[test]
fn s6_what_requests_need_is_what_is_declared() {
    for (title, rows) in sections(requests::PAGE) {
        let declared = declared(service(title), Role::Request);
        for member in
            rows.iter().map(|cells| requests::Member::read(cells)).filter(|member| !member.is_header())
        {
            let path = member.path;
            let field = declared.get(path).unwrap_or_else(|| panic!("{title}: {path} is not declared"));
            // An object that is only on the way to its members is as mandatory as they are.
            let Some(field) = field.filter(|field| field.is_read()) else { continue };
            let is_needed = member.is_mandatory && member.ours != Ours::Absent;
            assert_eq!(field.need == Need::Mandatory, is_needed, "{title}: {path}");
            let (is_text, length) = (matches!(field.kind, Kind::Text | Kind::TextOrEmpty), field.length_max);
            if let (true, Some(documented), Some(length)) = (is_text, member.length, length) {
                assert!(documented <= length, "{title}: {path} may have {documented} characters");
            }
        }
    }
}

#[test]
fn s1_what_answers_have_is_what_is_declared() {
    for (title, rows) in sections(super::answers::PAGE) {
        if title.ends_with("refused") {
            continue;
        }
        let service = service(title);
        let role = if service.outbound() { Role::Notification } else { Role::Answer };
        let declared = declared(service, role);
        let members: Vec<_> = rows.iter().map(|cells| Member::read(cells)).collect();
        for member in members.iter().filter(|member| member.is_sent) {
            let path = member.path;
            if matches!(path, "responseCode" | "responseMessage") {
                continue;
            }
            let field = declared.get(path).unwrap_or_else(|| panic!("{title}: {path} is not declared"));
            let kind = match field.map_or("Object", |field| kind(field.kind)) {
                "Object" if member.kind == "Any" => "Any",
                kind => kind,
            };
            assert_eq!(kind, member.kind, "{title}: {path}");
        }
    }
}

/// The type that the documents have for it.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::TextOrEmpty | Kind::Digits | Kind::Word(_) | Kind::Time => "String",
        Kind::Money | Kind::Amount | Kind::Object(_) => "Object",
        Kind::List(_) | Kind::Texts | Kind::Words(_) => "Array",
        Kind::Any => "Any",
        Kind::Bool => "Boolean",
    }
}
