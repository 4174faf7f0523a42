//! What must hold of every row, so that nothing that reads the table has to check it.
#![cfg(test)]

mod typed;

use super::{APIS, Api, Command, Does, Effect, Kind, Line, Method, Need, Place};
use super::{commands, every, find};
use crate::settings::{self, START};
use std::collections::BTreeSet;

/// Each generation with each of its rows.
fn rows() -> impl Iterator<Item = (&'static Api, &'static Command)> {
    APIS.iter()
        .flat_map(|api| commands(api).map(move |command| (api, command)))
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
fn names_are_unique_in_each_generation() {
    for api in APIS {
        let mut names = BTreeSet::new();
        for command in commands(api) {
            assert!(is_name(command.name), "{}", command.name);
            for name in command.aliases.iter().chain([&command.name]) {
                assert!(is_name(name) || *name == "?", "{name}");
                // A hyphen on the line is an underscore here: `is_name` has none.
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
    let settings = settings::TABLE.iter().map(|setting| &setting.param);
    for param in settings.chain(START) {
        assert!(
            is_name(param.name) && names.insert(param.name),
            "{}",
            param.name
        );
    }
}

#[test]
fn no_command_is_called_as_a_value_that_may_stand_before_it() {
    let settings = settings::TABLE.iter().map(|setting| &setting.param);
    let rows = every().flat_map(|command| command.params);
    for param in rows.chain(settings).chain(START) {
        let Some(bare) = param.bare else {
            assert_ne!(param.kind, Kind::Switch, "{}", param.name);
            continue;
        };
        let choices = param.kind.choices();
        assert!(choices.contains(&bare), "{}", param.name);
        assert_eq!(param.line, Line::Flag, "{}", param.name);
        for choice in choices {
            assert!(super::find_elsewhere(choice).is_none(), "{choice}");
        }
    }
}

#[test]
fn spans_begin_before_they_end_and_meet_a_generation() {
    for command in every() {
        let params = command.params.iter().map(|param| param.span);
        for span in params.chain([command.span]) {
            assert!(span.first <= span.last, "{}", command.name);
            let seen = APIS.iter().any(|api| span.holds(api.release));
            assert!(seen, "{}: a span no generation shows", command.name);
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
    for param in settings::TABLE.iter().map(|row| &row.param).chain(START) {
        is_phrase(param.help, param.name);
    }
}

#[test]
fn a_command_named_in_a_text_is_there_in_that_generation() {
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
fn what_is_in_braces_is_a_parameter() {
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
                place.is_some_and(Place::in_path),
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
fn each_parameter_is_sent_or_is_for_the_shell() {
    for (api, command) in rows() {
        let mut keys = BTreeSet::new();
        for param in command.params_in(api.release) {
            let of = format!("{} of {}", param.name, command.name);
            match &command.does {
                Does::Shell(_) => assert_eq!(param.place, Place::Shell, "{of}"),
                Does::Request(route) => {
                    assert_ne!(param.place, Place::Shell, "{of}");
                    let may = matches!(route.method, Method::Post | Method::Put | Method::Patch);
                    assert!(may || !param.place.in_body(), "{of}: a body");
                    assert!(
                        keys.insert((param.place.in_body(), param.key)),
                        "{of}: a key twice"
                    );
                }
            }
            if param.kind == Kind::Secret {
                assert_eq!(param.place, Place::Body, "{of}: a URL is logged");
                assert_ne!(param.line, Line::Position, "{of}");
            }
            if matches!(param.line, Line::Absent | Line::Ignored) {
                assert!(matches!(param.need, Need::Default(_)), "{of}");
            }
        }
    }
}
