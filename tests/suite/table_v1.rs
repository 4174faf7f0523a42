//! The rows of the API v1 from 0.9.1 on against the server's own documents.
//!
//! `data/ops-v1.tsv` has the operations and `data/schemas-v1.tsv` the fields of
//! their bodies, as the OpenAPI documents had them at each tag.

use crate::documents::{has_path_parameters, is_documented, nameless, requests};
use sftpgo_shell::catalog::schema::{self, Type};
use sftpgo_shell::catalog::{
    Api, Command, Kind, Need, Param, ParamPlace, Release, Route, Span, at, find,
};
use std::collections::{BTreeMap, BTreeSet};

const OPERATIONS: &str = include_str!("data/ops-v1.tsv");
const SCHEMAS: &str = include_str!("data/schemas-v1.tsv");

/// Every release of the API v1 from 0.9.1 on.
const RELEASES: [&str; 12] = [
    "0.9.1", "0.9.2", "0.9.3", "0.9.4", "0.9.5", "0.9.6", "1.0.0", "1.1.0", "1.1.1", "1.2.0",
    "1.2.1", "1.2.2",
];

/// What has no row: it is outside the API; use `get /healthz`.
const WITHOUT_ROW: &str = "/healthz";

/// Query parameters that came after their operation (`httpd/api_user.go`,
/// `httpd/api_maintenance.go` of the server at each tag).
const LATER: [(&str, &str, &str); 2] = [
    ("update_user", "disconnect", "1.1.0"),
    ("dumpdata", "indent", "0.9.6"),
];

/// Choices that came after their parameter, and since when.
const LATER_CHOICES: [(&str, &str, &str, &str); 1] = [("loaddata", "mode", "2", "1.1.0")];

/// The answer of this status is another before 1.1.0.
const STARTED: (&str, u16, u16) = ("202", 201, 202);

struct Operation {
    method: &'static str,
    path: String,
    id: &'static str,
    path_params: &'static str,
    query: &'static str,
    body: &'static str,
    codes: &'static str,
}

fn release(text: &str) -> Release {
    Release::named(text).unwrap_or_else(|| panic!("{text} is no release"))
}

fn apis() -> impl Iterator<Item = &'static Api> {
    RELEASES.into_iter().map(|text| at("v1", release(text)))
}

/// The operations that a release has.
fn operations(of: Release) -> Vec<Operation> {
    let mut found = Vec::new();
    for line in OPERATIONS.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let first = Release::named(cells[5]).unwrap_or(Release::SEED);
        let last = Release::named(cells[6]).unwrap_or(Release::SEED);
        if Span::between(first, last).holds(of) && cells[2] != WITHOUT_ROW {
            found.push(Operation {
                method: cells[1],
                path: nameless(cells[2]),
                id: cells[3],
                path_params: cells[8],
                query: cells[9],
                body: cells[11],
                codes: cells[12],
            });
        }
    }
    found
}

/// Each operation of each release with its row.
fn pairs() -> Vec<(&'static Api, Operation, &'static Command, &'static Route)> {
    let of = |api: &'static Api| {
        operations(api.release).into_iter().map(move |operation| {
            let (command, route) = requests(api)
                .find(|(command, _)| command.name == operation.id)
                .unwrap_or_else(|| panic!("no row for {} at {}", operation.id, api.release));
            (api, operation, command, route)
        })
    };
    apis().flat_map(of).collect()
}

#[test]
fn each_release_has_the_rows_of_its_operations_and_no_others() {
    let mut counts = Vec::new();
    for api in apis() {
        let documents: BTreeSet<_> = operations(api.release)
            .into_iter()
            .map(|one| (one.method, one.path, one.id))
            .collect();
        let table: BTreeSet<_> = requests(api)
            .map(|(row, route)| (route.method.as_str(), nameless(route.path), row.name))
            .collect();
        assert_eq!(table, documents, "{}", api.release);
        counts.push(table.len());
    }
    assert_eq!(counts, [10, 10, 10, 11, 13, 13, 20, 20, 20, 20, 20, 20]);
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
        let params = command.params_in(api.release);
        let params = params.filter(|param| param.place == ParamPlace::Query);
        let mut ours: BTreeMap<_, _> = params.map(|param| (param.key, param)).collect();
        for described in operation.query.split_whitespace() {
            let (key, about) = described.split_once(':').expect("name:type");
            let since = LATER
                .iter()
                .find(|(id, name, _)| (*id, *name) == (operation.id, key));
            if since.is_some_and(|(_, _, since)| api.release < release(since)) {
                continue;
            }
            let param = ours.remove(key);
            let of = format!("{key} of {} at {}", operation.id, api.release);
            fits(param.expect(&of), about, operation.id, api.release);
        }
        assert!(ours.is_empty(), "{}: {ours:?}", operation.id);
    }
}

/// Whether a parameter is as `integer:default=0,min=0` says.
fn fits(param: &Param, about: &'static str, id: &str, at: Release) {
    let of = format!("{} of {id} at {at}: {about}", param.name);
    let (kind, bounds) = about.split_once(':').unwrap_or((about, ""));
    let bounds: BTreeMap<_, _> = bounds
        .split(',')
        .map(|bound| bound.split_once('=').unwrap_or((bound, "")))
        .collect();
    let bound = |name| bounds.get(name).copied();
    let too_late = |choice: &&str| {
        LATER_CHOICES.iter().any(|(row, name, late, since)| {
            (*row, *name, *late) == (id, param.key, *choice) && at < release(since)
        })
    };
    let choices: Vec<&str> = bound("enum").map_or_else(Vec::new, |list| {
        list.split('|').filter(|choice| !too_late(choice)).collect()
    });
    match param.kind {
        Kind::Int { min, max } => {
            let number =
                |name, none| bound(name).map_or(none, |text| text.parse().expect("a number"));
            let documents = (number("min", i64::MIN), number("max", i64::MAX));
            assert_eq!((kind, (min, max)), ("integer", documents), "{of}");
            assert_eq!(param.need, Need::Default(bound("default").expect(&of)));
        }
        Kind::Named(names) => {
            let numbers: Vec<String> = names.numbers.iter().map(ToString::to_string).collect();
            assert_eq!(
                (kind, numbers.join(" ")),
                ("integer", choices.join(" ")),
                "{of}"
            );
        }
        Kind::Choice(ours) => {
            let number = ours.iter().all(|word| word.parse::<i64>().is_ok());
            let ours = (if number { "integer" } else { "string" }, ours.to_vec());
            assert_eq!(ours, (kind, choices), "{of}");
        }
        _ => assert_eq!(kind, "string", "{of}"),
    }
    let needed = bounds.contains_key("required");
    assert_eq!(param.need == Need::Required, needed, "{of}");
}

#[test]
fn bodies_are_the_documents() {
    for (api, operation, command, route) in pairs() {
        let document = operation.body.trim_end_matches(" required");
        let document = document.strip_prefix("application/json:");
        // Of the objects of quotas the server reads the name and the numbers.
        let whole = route.body.map(|body| match body {
            ">v1.UserUsage" | ">v1.OldUser" => "User",
            ">v1.FolderUsage" => "BaseVirtualFolder",
            other => other.trim_start_matches(">v1."),
        });
        assert_eq!(whole, document, "{} at {}", command.name, api.release);
    }
}

#[test]
fn answers_are_the_documents() {
    let changed = release("1.1.0");
    for (api, operation, command, route) in pairs() {
        let of = format!("{} at {}", command.name, api.release);
        let (started, before, since) = STARTED;
        let codes: BTreeSet<&str> = operation.codes.split(',').collect();
        let good: Vec<u16> = route
            .answers
            .iter()
            .map(|answer| answer.status)
            .filter(|status| *status < 300)
            .collect();
        let expected = if !codes.contains(started) {
            200
        } else if api.release < changed {
            before
        } else {
            since
        };
        assert_eq!(good, [expected], "{of}");
        for answer in route.answers.iter().filter(|answer| answer.status >= 300) {
            assert!(codes.contains(answer.status.to_string().as_str()), "{of}");
        }
        let has = route.answers.iter().any(|answer| answer.status == 404);
        assert_eq!(has, codes.contains("404"), "404 of {of}");
    }
}

#[test]
fn fields_are_the_documents() {
    let mut seen = 0;
    for line in SCHEMAS.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [object, path, kind, since, until, read_only, choices] = cells[..] else {
            panic!("{line}")
        };
        let old = object == "User" && path.starts_with("permissions") && until == "0.9.4";
        let name = if old {
            "v1.OldUser".to_owned()
        } else {
            format!("v1.{object}")
        };
        let table = schema::schema(&name).unwrap_or_else(|| panic!("no {name}"));
        let found = table
            .field(&path.replace("[]", "[0]"))
            .unwrap_or_else(|| panic!("no {path} in {name}"));
        let is = match &found.kind {
            Type::Text | Type::Bytes => "string",
            Type::Int => "integer",
            Type::Bool => "boolean",
            Type::Object(_) | Type::Free | Type::Map(_) => "object",
            Type::List(_) => "array",
            Type::Any => "any",
        };
        assert_eq!(is, kind, "{line}");
        // The documents were later with it than the server (`dataprovider/user.go`).
        let late = path == "used_quota_files";
        assert!(late || found.span.first == release(since), "{line}");
        let last = found.span.last.min(Release::LAST_V1);
        assert_eq!(last, release(until), "{line}");
        is_documented(&found, read_only, choices, line);
        seen += 1;
    }
    assert!(seen > 85, "{seen}");
}

#[test]
fn no_field_of_v1_is_an_envelope_and_all_secrets_are_known_by_name() {
    let mut secrets = BTreeSet::new();
    for object in schema::every().filter(|object| object.name.starts_with("v1.")) {
        for field in &object.fields {
            assert_ne!(field.kind, Type::Object(schema::ENVELOPE), "{}", field.name);
            if field.secret {
                assert!(sftpgo_shell::catalog::is_secret_key(field.name));
                secrets.insert(field.name);
            }
        }
    }
    let all = [
        "access_secret",
        "account_key",
        "credentials",
        "password",
        "sas_url",
    ];
    assert_eq!(secrets, BTreeSet::from(all));
}

/// The subcommands of the Python client that are no operation's id.
#[test]
fn names_of_the_python_client_are_aliases() {
    let newest = at("v1", Release::LAST_V1);
    for (name, row) in [
        ("update-quota-usage", "quota_update"),
        ("update-folder-quota-usage", "folder_quota_update"),
        ("get-folders", "get_folders"),
        ("start-folder-quota-scan", "start_folder_quota_scan"),
        ("get-folders-quota-scans", "get_folders_quota_scans"),
        ("get-provider-status", "get_provider_status"),
        ("loaddata", "loaddata"),
        ("close-connection", "close_connection"),
    ] {
        assert_eq!(find(newest, name).expect(name).name, row);
    }
}
