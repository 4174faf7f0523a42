//! The rows of the API v2 against the server's own documents.
//!
//! `data/ops-v2.tsv` has the operations and `data/schemas-v2.tsv` the fields of
//! their bodies, as the OpenAPI documents and the router had them at each tag.

use crate::documents::{has_path_parameters, is_documented, nameless};
use sftpgo_shell::catalog::schema::{self, Type};
use sftpgo_shell::catalog::{
    Api, Command, Group, Kind, Need, Param, ParamPlace, Release, Route, Send, Span, WITHOUT_ROW,
    at, every,
};
use std::collections::{BTreeMap, BTreeSet};

const OPERATIONS: &str = include_str!("data/ops-v2.tsv");
const SCHEMAS: &str = include_str!("data/schemas-v2.tsv");

/// Ids that the documents misspell; ours have these as aliases.
const MISSPELT: [(&str, &str); 2] = [
    ("get_event_actons", "get_event_actions"),
    ("get_event_rile_by_name", "get_event_rule_by_name"),
];

/// A path of the documents up to 2.6.6 that the server never had.
const WRONG_PATH: &str = "/events/log";

/// Rows whose first release is not the document's: the server had
/// `/events/logs` from 2.5.1 on.
const EARLIER: [(&str, Release); 1] = [("get_log_events", Release::new(2, 5, 1))];

/// Query parameters that the last document has no more: up to 2.5.0 a page of
/// events began behind these.
const GONE: [&str; 1] = ["exclude_ids"];

/// The bodies that the documents do not name.
const NAMELESS: [(&str, &str); 5] = [
    ("{config_name}", ">ConfigName"),
    ("{config_name,passcode,secret}", ">Passcode"),
    ("{code,password}", ">CodeAndPassword"),
    ("{ip}", ">Address"),
    ("[FolderRetention]", "[]>FolderRetention"),
];

/// An operation of the documents.
struct Operation {
    method: &'static str,
    path: &'static str,
    id: &'static str,
    span: Span,
    path_params: &'static str,
    query: &'static str,
    body: &'static str,
    codes: &'static str,
    auth: &'static str,
    permission: &'static str,
}

fn release(text: &str) -> Release {
    Release::named(text).unwrap_or_else(|| panic!("{text} is no release"))
}

fn operations() -> Vec<Operation> {
    let lines = OPERATIONS.lines().skip(1);
    let lines = lines.filter(|line| line.split('\t').nth(2) != Some(WRONG_PATH));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let last = match cells[6] {
                "v2.7.5" => Release::LATEST,
                last => release(last),
            };
            let known = MISSPELT.iter().find(|(wrong, _)| *wrong == cells[3]);
            let id = known.map_or(cells[3], |(_, right)| right);
            let earlier = EARLIER.iter().find(|(name, _)| *name == id);
            Operation {
                method: cells[1],
                path: cells[2],
                id,
                span: Span::between(
                    earlier.map_or_else(|| release(cells[5]), |(_, first)| *first),
                    last,
                ),
                path_params: cells[8],
                query: cells[9],
                body: cells[11],
                codes: cells[12],
                auth: cells[14],
                permission: cells.get(15).copied().unwrap_or(""),
            }
        })
        .collect()
}

fn has_no_row(operation: &Operation) -> bool {
    WITHOUT_ROW
        .iter()
        .any(|(path, _)| operation.path.starts_with(path))
}

fn rows() -> impl Iterator<Item = (&'static Command, &'static Route)> {
    // A recipe is no operation of its own.
    let is_operation = |command: &&Command| command.group != Group::Recipes;
    let all = every().filter(|command| command.span.overlaps(Span::V2));
    let all = all.filter(is_operation);
    all.filter_map(|command| Some((command, command.route()?)))
}

/// Each operation with its row.
fn pairs() -> Vec<(Operation, &'static Command, &'static Route)> {
    let all = operations()
        .into_iter()
        .filter(|operation| !has_no_row(operation));
    all.map(|operation| {
        let row = rows().find(|(row, _)| row.name == operation.id && row.span == operation.span);
        let (row, route) = row.unwrap_or_else(|| panic!("no row for {}", operation.id));
        (operation, row, route)
    })
    .collect()
}

/// The operation's releases at which something may change.
fn releases(operation: &Operation) -> impl Iterator<Item = &'static Api> {
    let all = [
        "2.0.0", "2.0.4", "2.1.0", "2.1.2", "2.2.0", "2.2.1", "2.2.3", "2.3.0", "2.3.6", "2.4.0",
        "2.4.6", "2.5.0", "2.5.1", "2.5.6", "2.6.0", "2.6.2", "2.6.3", "2.6.6", "2.7.0", "2.7.1",
        "2.7.3", "2.7.5",
    ];
    let span = operation.span;
    let known = all
        .into_iter()
        .map(release)
        .filter(move |release| span.holds(*release));
    known.map(|release| at("v2", release))
}

#[test]
fn every_operation_has_a_row_with_its_releases_and_no_other_is_there() {
    let documents: BTreeSet<_> = operations()
        .into_iter()
        .filter(|operation| !has_no_row(operation))
        .map(|one| {
            (
                one.method,
                nameless(one.path),
                one.id,
                one.span.first,
                one.span.last,
            )
        })
        .collect();
    let table: BTreeSet<_> = rows()
        .map(|(row, route)| {
            (
                route.method.as_str(),
                nameless(route.path),
                row.name,
                row.span.first,
                row.span.last,
            )
        })
        .collect();
    let missing: Vec<_> = documents.difference(&table).collect();
    let too_many: Vec<_> = table.difference(&documents).collect();
    assert!(
        missing.is_empty() && too_many.is_empty(),
        "missing {missing:#?}, too many {too_many:#?}"
    );
    assert!(table.len() > 95, "{}", table.len());
    for (path, why) in WITHOUT_ROW {
        assert!(
            operations().iter().any(|one| one.path.starts_with(path)),
            "{path}"
        );
        assert!(!why.is_empty());
    }
    for (wrong, right) in MISSPELT {
        let row = rows().find(|(row, _)| row.name == right).expect("a row").0;
        assert_eq!(row.aliases, [wrong]);
    }
}

#[test]
fn path_parameters_are_the_documents() {
    for (operation, command, _) in pairs() {
        let api = at("v2", operation.span.first);
        has_path_parameters(api, command, operation.path_params);
    }
}

#[test]
fn query_parameters_have_the_documents_bounds() {
    for (operation, command, _) in pairs() {
        let mut ours: BTreeMap<_, _> = command
            .params
            .iter()
            .filter(|param| param.place == ParamPlace::Query)
            .map(|param| (param.key, param))
            .collect();
        for described in operation.query.split_whitespace() {
            let (key, about) = described.split_once(':').expect("name:type");
            let param = ours
                .remove(key)
                .unwrap_or_else(|| panic!("{key} of {}", operation.id));
            fits(param, about, operation.id);
        }
        ours.retain(|key, _| !GONE.contains(key));
        assert!(ours.is_empty(), "{}: {ours:?}", operation.id);
    }
}

/// Whether a parameter is as `integer:default=0,min=0` says.
fn fits(param: &Param, about: &'static str, of: &str) {
    let of = format!("{} of {of}: {about}", param.name);
    let (kind, bounds) = about.split_once(':').unwrap_or((about, ""));
    let bounds: BTreeMap<_, _> = bounds
        .split(',')
        .map(|bound| bound.split_once('=').unwrap_or((bound, "")))
        .collect();
    let bound = |name| bounds.get(name).copied();
    let choices: Vec<&str> = bound("enum")
        .map(|list| list.split('|').collect())
        .unwrap_or_default();
    match param.kind {
        Kind::Int { min, max } => {
            assert_eq!(kind, "integer", "{of}");
            let number =
                |name, none| bound(name).map_or(none, |text| text.parse().expect("a number"));
            assert_eq!(
                (min, max),
                (number("min", i64::MIN), number("max", i64::MAX)),
                "{of}"
            );
            assert_eq!(
                param.need,
                Need::Default(bound("default").expect(&of)),
                "{of}"
            );
        }
        Kind::Named(names) => {
            let numbers: Vec<String> = names.numbers.iter().map(ToString::to_string).collect();
            assert_eq!(
                (kind, numbers),
                (
                    "integer",
                    choices.iter().map(|text| (*text).to_owned()).collect()
                ),
                "{of}"
            );
        }
        Kind::Switch => {
            let on = if kind == "boolean" { "true" } else { "1" };
            assert!(
                kind == "boolean"
                    || kind == "integer" && (choices == ["0", "1"] || choices.is_empty()),
                "{of}"
            );
            assert_eq!(param.send, Send::On(on), "{of}");
        }
        Kind::Choice(ours) => assert_eq!((kind, ours.to_vec()), ("string", choices), "{of}"),
        Kind::List(ours) => {
            assert!(kind.starts_with("array<"), "{of}");
            assert_eq!(ours.to_vec(), choices, "{of}");
            assert_eq!(bound("explode"), Some("False"), "{of}: joined by commas");
        }
        _ => assert_eq!(kind, "string", "{of}"),
    }
    let needed = bounds.contains_key("required");
    assert_eq!(param.need == Need::Required, needed, "{of}");
}

#[test]
fn permissions_are_the_routers() {
    for (operation, command, route) in pairs() {
        for api in releases(&operation) {
            let (expected, by_key) = permission(operation.permission, api.release);
            assert_eq!(
                route.permission(api.release),
                expected,
                "{} at {}",
                command.name,
                api.release
            );
            // There are API keys from 2.2.0 on.
            if api.release >= Release::new(2, 2, 0) {
                assert_eq!(route.api_key, by_key, "{} at {}", command.name, api.release);
            }
        }
        assert!(
            operation.auth == "admin token/key" || operation.auth == "none",
            "{}",
            operation.auth
        );
    }
}

/// `manage_admins [v2.0.0..v2.6.2]; * (no API key) [v2.6.3..v2.7.5]`.
fn permission(text: &'static str, at: Release) -> (&'static str, bool) {
    let name = |part: &'static str| {
        let by_key = !part.contains("(no API key)");
        let name = part.split([' ', '[']).next().unwrap_or_default();
        (if name == "-" { "" } else { name }, by_key)
    };
    for part in text.split("; ") {
        let Some((_, span)) = part.split_once('[') else {
            return name(part);
        };
        let (first, last) = span
            .trim_end_matches(']')
            .split_once("..")
            .expect("first..last");
        if Span::between(release(first), release(last)).holds(at) {
            return name(part);
        }
    }
    panic!("{text} at {at}")
}

#[test]
fn bodies_are_the_documents() {
    for (operation, command, route) in pairs() {
        let document = operation.body.trim_end_matches(" required");
        let Some(document) = document.strip_prefix("application/json:") else {
            assert!(
                route.body.is_none() && document.is_empty(),
                "{}",
                command.name
            );
            continue;
        };
        let body = route
            .body
            .unwrap_or_else(|| panic!("{} has a body", command.name));
        let named = NAMELESS.iter().find(|(name, _)| *name == document);
        // The old paths of quotas take a whole user or folder, and read their names and numbers.
        let whole = match body {
            ">UserUsage" => ">User",
            ">FolderUsage" => ">BaseVirtualFolder",
            other => other,
        };
        let expected = named.map_or_else(|| format!(">{document}"), |(_, ours)| (*ours).to_owned());
        assert_eq!(whole, expected, "{}", command.name);
    }
}

#[test]
fn answers_are_the_documents() {
    for (operation, command, route) in pairs() {
        let codes: BTreeSet<&str> = operation.codes.split(',').collect();
        let ours: Vec<_> = route
            .answers
            .iter()
            .filter(|answer| answer.status < 300)
            .collect();
        assert!(!ours.is_empty(), "{}", command.name);
        for answer in ours {
            assert!(
                codes.contains(answer.status.to_string().as_str()),
                "{} of {}",
                answer.status,
                command.name
            );
        }
        if route.path.contains('{') {
            let has = |status: u16| route.answers.iter().any(|answer| answer.status == status);
            let documented = codes.contains("404") && operation.auth != "none";
            assert_eq!(has(404), documented, "404 of {}", command.name);
        }
    }
}

/// Fields that the documents have later than the server, or with another type.
fn is_documented_late(path: &str) -> bool {
    path.contains("permissions.{*}") || path.contains("azblobconfig.sas_url.")
}

#[test]
fn fields_are_the_documents() {
    let mut seen = 0;
    for line in SCHEMAS.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [object, path, kind, since, read_only, choices] = cells[..] else {
            panic!("{line}")
        };
        let table = schema::schema(object).unwrap_or_else(|| panic!("no {object}"));
        // `{*}` is any key; `[]` the items.
        let ours = path.replace("[]", "[0]").replace(".{*}", "[/]");
        let found = table
            .field(&ours)
            .unwrap_or_else(|| panic!("no {path} in {object}"));
        let is = match &found.kind {
            Type::Text | Type::Bytes => "string",
            Type::Int => "integer",
            Type::Bool => "boolean",
            Type::Object(_) | Type::Free => "object",
            Type::List(_) => "array",
            Type::Map(_) => "map",
            Type::Any => "any",
        };
        assert!(is == kind || kind == "any", "{line}: {is}");
        assert!(
            found.span.first == release(since) || is_documented_late(path),
            "{line}: {}",
            found.span.first
        );
        assert_eq!(found.span.last, Release::LATEST, "{line}");
        is_documented(&found, read_only, choices, line);
        seen += 1;
    }
    assert!(seen > 1000, "{seen}");
}

#[test]
fn secrets_of_the_schema_are_known_by_name() {
    use sftpgo_shell::catalog::{is_envelope, is_secret_key};
    for object in schema::every() {
        for field in &object.fields {
            let of = format!("{} of {}", field.name, object.name);
            let envelope = field.kind == Type::Object(schema::ENVELOPE);
            assert!(!envelope || is_envelope(field.name), "{of}");
            assert!(!field.secret || is_secret_key(field.name), "{of}");
            assert!(!field.help.is_empty() && !field.help.ends_with('.'), "{of}");
            if let Type::Object(name) = &field.kind {
                assert!(schema::schema(name).is_some(), "{of}");
            }
        }
    }
    assert!(is_secret_key("payload"));
}
