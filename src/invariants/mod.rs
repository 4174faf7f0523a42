//! Invariants of the table, so that the code that reads it need not check them.
#![cfg(test)]

mod typed;

use crate::catalog::many::PARAMS as MANY;
use crate::catalog::model::MODEL_PARAM;
use crate::catalog::upsert::{GENERATE_PARAM, IF_EXISTS_PARAM, IF_MISSING_PARAM};
use crate::catalog::{ALL_PARAM, ALL_SERVERS, Items, is_view};
use crate::catalog::{
    APIS, Api, Command, CommandKind, Effect, Kind, Line, Method, Need, ParamPlace, Release, Send,
};
use crate::catalog::{at, commands, every, find, schema};
use crate::settings::program_flags;
use std::collections::BTreeSet;

/// The flags of the shell for an object that is there or not, and its password.
const UPSERT: [&str; 3] = [IF_EXISTS_PARAM, IF_MISSING_PARAM, GENERATE_PARAM];

/// The releases that changed the API; together they have every row and parameter.
const RELEASES: &[(u32, u32, u32)] = &[
    (0, 9, 1),
    (0, 9, 2),
    (0, 9, 4),
    (0, 9, 5),
    (0, 9, 6),
    (1, 0, 0),
    (1, 1, 0),
    (1, 2, 0),
    (2, 0, 0),
    (2, 0, 4),
    (2, 1, 0),
    (2, 2, 0),
    (2, 2, 1),
    (2, 3, 0),
    (2, 3, 6),
    (2, 4, 0),
    (2, 5, 0),
    (2, 5, 1),
    (2, 5, 6),
    (2, 6, 0),
    (2, 6, 3),
    (2, 6, 6),
    (2, 7, 0),
];

/// Each API version, with its latest release and with each older one.
fn apis() -> impl Iterator<Item = &'static Api> {
    let older = RELEASES.iter().filter_map(|(major, minor, patch)| {
        let release = Release::new(*major, *minor, *patch);
        let api = APIS.iter().find(|api| api.span.holds(release))?;
        Some(at(api.name, release))
    });
    APIS.iter().chain(older)
}

/// Each API version with each of its rows.
fn rows() -> impl Iterator<Item = (&'static Api, &'static Command)> {
    apis().flat_map(|api| commands(api).map(move |command| (api, command)))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The names in braces.
fn braced(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .map(|part| part.split('}').next().unwrap_or_default())
}

#[test]
fn names_are_unique_in_each_api_version() {
    for api in apis() {
        let mut names = BTreeSet::new();
        for command in commands(api) {
            assert!(is_name(command.name), "{}", command.name);
            for name in command.aliases.iter().chain([&command.name]) {
                assert!(is_name(name) || *name == "?", "{name}");
                // A hyphen on the line stands for an underscore; `is_name` allows no hyphens.
                assert!(names.insert(*name), "{name} twice in {}", api.name);
                let hyphened = name.replace('_', "-");
                assert!(std::ptr::eq(find(api, &hyphened).unwrap(), command));
            }
            let mut params = BTreeSet::from(["help"]);
            for param in command.params_in(api.release) {
                assert!(is_name(param.name), "{} of {}", param.name, command.name);
                assert!(
                    params.insert(param.name),
                    "{} of {}",
                    param.name,
                    command.name
                );
            }
        }
    }
}

#[test]
fn flags_before_a_command_have_one_meaning() {
    let mut names = BTreeSet::from(["help"]);
    for param in program_flags() {
        assert!(
            is_name(param.name) && names.insert(param.name),
            "{}",
            param.name
        );
    }
}

#[test]
fn no_command_has_the_name_of_an_optional_value() {
    let rows = every().flat_map(|command| command.params);
    for param in rows.chain(program_flags()) {
        let Some(bare) = param.bare else {
            assert_ne!(param.kind, Kind::Switch, "{}", param.name);
            continue;
        };
        let choices = param.kind.choices();
        assert!(choices.contains(&bare), "{}", param.name);
        assert_eq!(param.line, Line::Flag, "{}", param.name);
        for choice in choices {
            // Or the word after it says which of both it is.
            let is_told = |command: &Command| command.is_told_by(ALL_SERVERS);
            assert!(
                every().all(|command| !command.is_called(choice) || is_told(command)),
                "{choice}"
            );
        }
    }
    assert!(every().all(|command| !command.is_called(ALL_SERVERS)));
}

#[test]
fn spans_are_ordered_and_overlap_an_api_version() {
    for command in every() {
        let params = command.params.iter().map(|param| param.span);
        for span in params.chain([command.span]) {
            assert!(span.first <= span.last, "{}", command.name);
            let seen = apis().any(|api| command.span.holds(api.release) && span.holds(api.release));
            assert!(seen, "{}: a span that no API version has", command.name);
        }
        if command.route().is_some() {
            // All rows of a command belong to the same API version.
            let there: BTreeSet<_> = APIS
                .iter()
                .filter(|api| command.span.overlaps(api.span))
                .map(|api| api.prefix)
                .collect();
            assert_eq!(there.len(), 1, "{}", command.name);
        }
    }
}

#[test]
fn texts_are_one_line_without_a_full_stop() {
    let is_phrase = |text: &str, of: &str| {
        let whole = !text.is_empty() && !text.ends_with('.') && text.trim() == text;
        let even = text.matches('`').count().is_multiple_of(2);
        assert!(whole && even && !text.contains('\n'), "{of}: {text:?}");
    };
    for command in every() {
        is_phrase(command.short, command.name);
        let long = command.long;
        assert!(
            long.is_empty() || long.ends_with('.') && !long.contains('\n'),
            "{long}"
        );
        for param in command.params {
            is_phrase(param.help, command.name);
        }
        let Some(route) = command.route() else {
            continue;
        };
        if let Effect::Destroys(what) = route.effect {
            is_phrase(what, command.name);
        }
        assert!(!route.answers.is_empty(), "{}", command.name);
        let mut statuses = BTreeSet::new();
        for answer in route.answers {
            assert!(statuses.insert(answer.status), "{}", command.name);
            is_phrase(answer.means, command.name);
            if !answer.hint.is_empty() {
                is_phrase(answer.hint, command.name);
            }
        }
    }
    for param in program_flags() {
        is_phrase(param.help, param.name);
    }
}

#[test]
fn commands_named_in_texts_exist_in_that_api_version() {
    for (api, command) in rows() {
        let route = command.route();
        let hints = route
            .iter()
            .flat_map(|route| route.answers)
            .map(|answer| answer.hint);
        for text in hints.chain([command.short, command.long]) {
            for ticked in text.split('`').skip(1).step_by(2) {
                let first = ticked.split(' ').next().unwrap_or_default();
                if every().any(|row| row.is_called(first)) {
                    let of = command.name;
                    assert!(find(api, first).is_some(), "{of} in {}: {ticked}", api.name);
                }
            }
        }
    }
}

#[test]
fn names_in_braces_are_parameters() {
    for (api, command) in rows() {
        let Some(route) = command.route() else {
            continue;
        };
        let param = |name: &str| {
            command
                .params_in(api.release)
                .find(|param| param.name == name)
        };
        assert!(
            route.path.starts_with('/') && !route.path.ends_with('/'),
            "{}",
            route.path
        );
        for name in braced(route.path) {
            let place = param(name).map(|param| param.place);
            assert!(
                place.is_some_and(ParamPlace::in_path),
                "{name} of {}",
                command.name
            );
        }
        let hints = route.answers.iter().map(|answer| answer.hint);
        for name in hints.chain([route.check]).flat_map(braced) {
            assert!(param(name).is_some(), "{name} of {}", command.name);
        }
        for param in command.params_in(api.release) {
            let times = braced(route.path)
                .filter(|name| *name == param.name)
                .count();
            assert_eq!(times, usize::from(param.place.in_path()), "{}", param.name);
        }
    }
}

#[test]
fn each_parameter_is_sent_or_used_by_the_shell() {
    for (api, command) in rows() {
        let mut keys = BTreeSet::new();
        for param in command.params_in(api.release) {
            let of = format!("{} of {}", param.name, command.name);
            match &command.kind {
                CommandKind::Shell(_) => assert_eq!(param.place, ParamPlace::Shell, "{of}"),
                // Parameters that build a body.
                // Reads more pages of a list.
                CommandKind::Request(route) if param.name == ALL_PARAM => {
                    assert_eq!(route.effect, Effect::Reads, "{of}");
                }
                CommandKind::Request(route) if is_view(param) => {
                    assert!(route.method == Method::Get || command.takes_many(), "{of}");
                }
                CommandKind::Request(_) if MANY.iter().any(|many| many.name == param.name) => {
                    assert!(command.takes_many(), "{of}");
                }
                CommandKind::Request(_) if UPSERT.contains(&param.name) => {
                    assert_eq!(param.place, ParamPlace::Shell, "{of}");
                }
                CommandKind::Request(route) if param.place == ParamPlace::Shell => {
                    assert!(route.body.is_some(), "{of}");
                    let way = matches!(param.kind, Kind::Sets | Kind::Json)
                        || ["replace", MODEL_PARAM].contains(&param.name);
                    assert!(way, "{of}");
                }
                CommandKind::Request(route) => {
                    let may = matches!(route.method, Method::Post | Method::Put | Method::Patch);
                    assert!(may || !param.place.in_body(), "{of}: a body");
                    assert!(
                        keys.insert((param.place.in_body(), param.key, param.items)),
                        "{of}: a key twice"
                    );
                }
            }
            if param.kind == Kind::Secret {
                assert_eq!(param.place, ParamPlace::Body, "{of}: a URL is logged");
                assert_ne!(param.line, Line::Position, "{of}");
            }
            if matches!(param.line, Line::Absent | Line::Ignored) {
                assert!(matches!(param.need, Need::Default(_)), "{of}");
            }
            assert!(
                param.need != Need::Asked || param.kind == Kind::Secret,
                "{of}"
            );
            assert!(
                !matches!(param.send, Send::On(_)) || param.kind == Kind::Switch,
                "{of}"
            );
        }
    }
}

/// Parameters of a v1 or v2 body set fields of its schema, with the same type and choices.
#[test]
fn flags_of_bodies_are_fields_of_their_schema() {
    use schema::Type;
    for (api, command) in rows() {
        let Some(route) = command.route() else {
            continue;
        };
        let Some(body) = route.body else {
            assert!(
                api.name == "2019" || command.params.iter().all(|param| !param.place.in_body())
            );
            continue;
        };
        let body = Type::read(body);
        let sets = command.params.iter().any(|param| param.kind == Kind::Sets);
        assert!(!sets || matches!(body, Type::Object(_)), "{}", command.name);
        for param in command
            .params_in(api.release)
            .filter(|param| param.place.in_body())
        {
            let of = format!("{} of {} at {}", param.name, command.name, api.release);
            let found = schema::find(&body, param.key).expect(&of);
            assert!(
                found.span.holds(api.release) && !found.is_read_only(),
                "{of}"
            );
            assert_eq!(param.kind == Kind::Secret, found.is_secret(), "{of}");
            let field = found.field.expect(&of);
            let words: BTreeSet<&str> = field.words(None).collect();
            match (param.kind, &found.kind) {
                (Kind::Int { min, max }, Type::Int) => {
                    // The bounds of a parameter may be narrower.
                    assert!(
                        field.min <= min && max <= field.max && field.choices.is_empty(),
                        "{of}"
                    );
                }
                (Kind::Named(names), Type::Int) => {
                    let ours: BTreeSet<_> = names
                        .words
                        .iter()
                        .copied()
                        .zip(names.numbers.iter().map(|n| Some(*n)))
                        .collect();
                    let theirs: BTreeSet<_> = field
                        .choices
                        .iter()
                        .map(|choice| (choice.word, choice.number))
                        .collect();
                    assert_eq!(ours, theirs, "{of}");
                }
                (Kind::Text | Kind::Secret, Type::Text)
                | (Kind::Secret, Type::Object(schema::ENVELOPE))
                | (Kind::Switch, Type::Bool) => {}
                (Kind::List([]), Type::List(items)) if param.items != Items::Words => {
                    assert!(matches!(**items, Type::Object(_)), "{of}");
                }
                (Kind::List(choices), Type::List(items)) => {
                    let are_words = match **items {
                        Type::Int => !choices.is_empty(),
                        _ => **items == Type::Text,
                    };
                    assert!(are_words, "{of}");
                    assert_eq!(
                        choices.iter().copied().collect::<BTreeSet<_>>(),
                        words,
                        "{of}"
                    );
                }
                (Kind::Choice(choices), Type::Text)
                | (Kind::Permissions(choices), Type::Map(_)) => {
                    assert_eq!(
                        choices.iter().copied().collect::<BTreeSet<_>>(),
                        words,
                        "{of}"
                    );
                }
                (ours, theirs) => panic!("{of}: {ours:?} for {theirs:?}"),
            }
        }
    }
}

#[test]
fn v2_rows_have_permissions_and_names() {
    for command in every().filter(|command| command.span.holds(Release::new(2, 7, 5))) {
        let Some(route) = command.route() else {
            continue;
        };
        let mut releases = route.needs.iter().map(|(since, _)| *since);
        assert!(releases.clone().is_sorted(), "{}", command.name);
        assert!(
            releases.all(|since| since <= Release::new(2, 7, 5)),
            "{}",
            command.name
        );
        if route.method == Method::Get
            && route.path.ends_with('s')
            && !route.path.ends_with("scans")
        {
            let list = ["status", "checks", "logs", "fs", "codes", "get_recovery"];
            let other = list.iter().any(|end| route.path.ends_with(end));
            assert!(route.names.is_some() || other, "{}: names", command.name);
        }
    }
}
