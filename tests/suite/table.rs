//! The rows of the seed's server against the API's own document.
//!
//! `data/ops-v1.tsv` has the operations and `data/user-v1.json` the members of
//! a user, as the server's OpenAPI document had them at that commit.

use crate::documents::{has_path_parameters, nameless, requests};
use serde_json::{Map, Value};
use sftpgo_shell::catalog::{Api, Command, Kind, Line, Param, ParamPlace, Route, api};
use std::collections::{BTreeMap, BTreeSet};

const OPERATIONS: &str = include_str!("data/ops-v1.tsv");
const USER: &str = include_str!("data/user-v1.json");

/// The generation of the table and the tag of its document.
const TAGS: [(&str, &str); 1] = [("2019", "fe3e1db1")];

/// Query parameters that came after these tags: a line has those of all tags.
/// `disconnect` is of v1.1.0 (`updateUser` of the server's `httpd/api_user.go`).
const LATER: [(&str, &str); 1] = [("update_user", "disconnect")];

/// A line of the operations.
struct Operation {
    method: &'static str,
    path: String,
    id: &'static str,
    path_params: &'static str,
    query: &'static str,
    body: &'static str,
}

/// The operations that a tag has.
fn operations(tag: &str) -> Vec<Operation> {
    let at = |tag: &str| TAGS.iter().position(|(_, known)| *known == tag);
    let now = at(tag).expect("a tag of these");
    let mut found = Vec::new();
    for line in OPERATIONS.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let (first, last) = (at(cells[5]), at(cells[6]).unwrap_or(usize::MAX));
        if first.is_some_and(|first| first <= now && now <= last) {
            found.push(Operation {
                method: cells[1],
                path: nameless(cells[2]),
                id: cells[3],
                path_params: cells[8],
                query: cells[9],
                body: cells[11],
            });
        }
    }
    found
}

/// Each operation with its row.
fn pairs() -> Vec<(&'static Api, Operation, &'static Command, &'static Route)> {
    let mut pairs = Vec::new();
    for (name, tag) in TAGS {
        let api = api(name).expect("a generation");
        for operation in operations(tag) {
            let (command, route) = requests(api)
                .find(|(command, _)| command.name == operation.id)
                .unwrap_or_else(|| panic!("no row for {} at {tag}", operation.id));
            pairs.push((api, operation, command, route));
        }
    }
    pairs
}

#[test]
fn the_operations_are_those_of_the_document() {
    for (name, tag) in TAGS {
        let document: BTreeSet<_> = operations(tag)
            .into_iter()
            .map(|one| (one.method, one.path, one.id))
            .collect();
        let table: BTreeSet<_> = requests(api(name).expect("a generation"))
            .map(|(row, route)| (route.method.as_str(), nameless(route.path), row.name))
            .collect();
        assert!(document.len() >= 9, "{tag}");
        assert_eq!(table, document, "{tag}");
    }
}

#[test]
fn path_parameters_have_the_documents_types() {
    for (api, operation, command, _) in pairs() {
        has_path_parameters(api, command, operation.path_params);
    }
}

#[test]
fn query_parameters_have_the_documents_bounds() {
    for (api, operation, command, _) in pairs() {
        let mut ours: BTreeSet<_> = command
            .params_in(api.release)
            .filter(|param| param.place == ParamPlace::Query)
            .map(|param| param.key)
            .collect();
        for described in operation.query.split_whitespace() {
            let (key, about) = described.split_once(':').expect("name:type");
            if LATER.contains(&(operation.id, key)) {
                continue;
            }
            assert!(ours.remove(key), "{key} of {}", operation.id);
            let param = command
                .params_in(api.release)
                .find(|param| param.key == key);
            fits(param.expect("one of ours"), about);
        }
        assert!(ours.is_empty(), "{}: {ours:?}", operation.id);
    }
}

/// Whether a parameter is as `integer:default=0,min=0` says.
fn fits(param: &Param, about: &'static str) {
    let (kind, bounds) = about.split_once(':').unwrap_or((about, ""));
    let bounds: BTreeMap<_, _> = bounds
        .split(',')
        .filter_map(|bound| bound.split_once('='))
        .collect();
    let bound = |name| bounds.get(name).copied();
    match param.kind {
        Kind::Int { min, max } => {
            assert_eq!(kind, "integer", "{}", param.name);
            let at = |name, none| bound(name).map_or(none, |text| text.parse().expect("a number"));
            assert_eq!((min, max), (at("min", i64::MIN), at("max", i64::MAX)));
            let default = bound("default").expect("a default");
            assert_eq!(
                param.need,
                sftpgo_shell::catalog::Need::Default(default),
                "{}",
                param.name
            );
        }
        Kind::Choice(choices) => {
            assert_eq!(kind, "string", "{}", param.name);
            assert_eq!(bound("enum"), Some(choices.join("|").as_str()));
        }
        other => assert_eq!((kind, other), ("string", Kind::Text), "{}", param.name),
    }
}

#[test]
fn bodies_are_the_documents_user() {
    let members: Map<String, Value> = serde_json::from_str(USER).expect("JSON");
    for (api, operation, command, _) in pairs() {
        let tag = TAGS
            .iter()
            .find(|(name, _)| *name == api.name)
            .expect("a tag")
            .1;
        let sent: Vec<_> = command
            .params_in(api.release)
            .filter(|param| param.place.in_body())
            .collect();
        if operation.body.is_empty() {
            assert!(sent.is_empty(), "{}", operation.id);
            continue;
        }
        assert!(
            operation.body.starts_with("application/json:User"),
            "{}",
            operation.id
        );
        let there = |member: &Value| {
            let mut tags = member["in"].as_array().expect("tags").iter();
            tags.any(|known| known == tag)
        };
        // `used_quota_file` is a slip of the document: the wire says `used_quota_files`.
        // The server counts it itself, so neither is sent.
        assert!(there(&members["used_quota_file"]));
        let writable: BTreeSet<_> = members
            .iter()
            .filter(|(name, member)| {
                there(member) && member["readonly"] != true && !name.ends_with("[]")
            })
            .map(|(name, _)| name.as_str())
            // The server gives the id, but the Python client sends it in each body.
            .chain(["id"])
            .collect();
        let keys: BTreeSet<_> = sent.iter().map(|param| param.key).collect();
        assert_eq!(keys, writable, "{} at {tag}", operation.id);
        for param in sent {
            let kind = match param.kind {
                Kind::Int { .. } => "integer",
                Kind::Text | Kind::Secret => "string",
                Kind::List(_) => "array",
                other => panic!("{other:?} in a body"),
            };
            assert_eq!(members[param.key]["type"], kind, "{}", param.key);
            let items = &members.get(&format!("{}[]", param.key));
            let choices = items.and_then(|items| items["enum"].as_array());
            let choices: Vec<_> = choices.into_iter().flatten().collect();
            assert_eq!(param.kind.choices(), choices, "{}", param.key);
        }
    }
}

#[test]
fn ids_in_bodies_are_zero_or_the_paths() {
    for (_, operation, command, route) in pairs() {
        for param in command.params.iter().filter(|param| param.key == "id") {
            let in_path = route.path.contains("{id}");
            assert_eq!(param.place.in_path(), in_path, "{}", operation.id);
            assert_eq!(param.line == Line::Absent, !in_path, "{}", operation.id);
        }
    }
}
