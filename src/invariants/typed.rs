//! Invariants of the table on the command line: usage, defaults, checks, examples.

use super::{apis, rows};
use crate::catalog::upsert::GENERATE_PARAM;
use crate::catalog::{
    ALL_PARAM, Api, Command, Effect, Items, Kind, Line, Method, Need, OfList, Param, ParamPlace,
    Route, Section, Value,
};
use crate::catalog::{every, find, schema};
use crate::line::call::{Content, ValueOrigin};
use crate::line::grammar;
use crate::line::parse::Parser;
use crate::line::usage::usage;
use crate::line::variables::Arg;
use crate::request::{self, filled_in};
use crate::settings::{START, program_flags};
use crate::text::lex::lex;
use url::Url;

/// Writes whose effect no command can show: files on the server, passwords, mails.
const WITHOUT_CHECK: &[&str] = &[
    "dumpdata",
    "loaddata",
    "loaddata_from_file",
    "loaddata_from_request_body",
    "change_admin_password",
    "change_admin_password_deprecated",
    "admin_forgot_password",
    "admin_reset_password",
    "user_forgot_password",
    "user_reset_password",
];

/// A valid value of a parameter, as a word.
fn sample(param: &Param) -> String {
    match param.items {
        Items::Folders => return "/x=x".to_owned(),
        Items::Schedules => return "'0 3 * * *'".to_owned(),
        Items::Words | Items::Groups(_) | Items::Actions | Items::Patterns => {}
    }
    match param.kind {
        // It may be a time, in milliseconds or nanoseconds since 1970.
        Kind::Int { max: i64::MAX, .. } => "2000000000000000000".to_owned(),
        Kind::Int { min, max } => 7.clamp(min, max).to_string(),
        Kind::Choice(choices) | Kind::List(choices) => {
            let mut words = choices.iter().filter(|word| !word.is_empty());
            (*words.next().unwrap_or(&"x")).to_owned()
        }
        Kind::Api => "v1".to_owned(),
        Kind::Switch | Kind::Wait => "on".to_owned(),
        Kind::Named(names) => names.words[0].to_owned(),
        Kind::Permissions(_) => "/in=list".to_owned(),
        Kind::Json => "{}".to_owned(),
        Kind::Sets => "description=x".to_owned(),
        Kind::Text | Kind::Secret => "x".to_owned(),
        Kind::Words | Kind::Command => "get_users".to_owned(),
    }
}

fn args(line: &str) -> Vec<Arg> {
    let lexed = lex(line);
    assert!(
        lexed.open.is_none() && lexed.comment.is_none() && lexed.commands.len() < 2,
        "{line}"
    );
    let words = lexed.commands.into_iter().flatten();
    words.map(|word| Arg::from(&word)).collect()
}

#[test]
fn optional_positions_come_last() {
    for (api, command) in rows() {
        let positions: Vec<_> = command
            .params_in(api.release)
            .filter(|param| param.line == Line::Position)
            .collect();
        for (at, param) in positions.iter().enumerate() {
            let of = format!("{} of {}", param.name, command.name);
            let before = &positions[..at];
            let optional = before.iter().find(|other| other.need != Need::Required);
            if param.need == Need::Required {
                let id = optional.is_none_or(|other| other.need == Need::LastUserId);
                assert!(id, "{of}");
            }
            let last = at + 1 == positions.len();
            let alone = at == 0 || param.kind == Kind::Command;
            assert!(!param.kind.is_rest() || last && alone, "{of}");
        }
    }
}

#[test]
fn defaults_are_values_of_their_kind() {
    let params = every().flat_map(|command| command.params);
    for param in params.chain(program_flags()) {
        let Need::Default(text) = param.need else {
            let none = matches!(param.need, Need::Optional | Need::Asked);
            assert!(none || param.line == Line::Position, "{}", param.name);
            continue;
        };
        // The default of a choice for the shell itself is often none of the choices.
        let none = text.is_empty() && param.place == ParamPlace::Shell;
        if !(none && matches!(param.kind, Kind::Choice(_))) {
            let value = param.kind.check(&[text.to_owned()]);
            assert!(value.is_ok(), "{}: {value:?}", param.name);
            if param.kind.is_many() {
                assert_eq!(value, Ok(Value::List(Vec::new())), "{}", param.name);
            }
        }
    }
}

#[test]
fn the_method_matches_the_effect_and_writes_can_be_checked() {
    let mut parser = Parser::default();
    for (api, command) in rows() {
        let Some(route) = command.route() else {
            continue;
        };
        let of = command.name;
        let reads = route.effect == Effect::Reads;
        let writing_get = matches!(of, "dumpdata" | "loaddata" | "loaddata_from_file");
        assert_eq!(reads, route.method == Method::Get && !writing_get, "{of}");
        let unseen = WITHOUT_CHECK.contains(&of);
        assert_eq!(reads || unseen, route.check.is_empty(), "{of}");
        if reads || unseen {
            continue;
        }
        let line = filled_in(route.check, &|name| {
            let mut params = command.params_in(api.release);
            sample(
                params
                    .find(|param| param.name == name)
                    .expect("a parameter"),
            )
        });
        let parsed = parser.parse(&args(&line), api);
        let Ok(Content::Call(call)) = parsed.map(|parsed| parsed.content) else {
            panic!("{of} in {}: {line}", api.name);
        };
        let check = call.command.route().map(|route| route.effect);
        assert_eq!(check, Some(Effect::Reads), "{of}: {line}");
    }
}

#[test]
fn counterparts_exist() {
    for command in every() {
        let Some(name) = command.counterpart else {
            continue;
        };
        let helps =
            |api: &'static Api| find(api, command.name).is_none() && find(api, name).is_some();
        assert!(
            apis().any(helps),
            "{name}, the counterpart of {}",
            command.name
        );
    }
}

#[test]
fn clap_accepts_the_table() {
    for (api, command) in rows() {
        grammar::command(command, api.release).debug_assert();
    }
    grammar::globals(&[], true).debug_assert();
    grammar::globals(START, false).debug_assert();
}

#[test]
fn every_row_is_parsed_from_its_own_usage() {
    let mut parser = Parser::default();
    for (api, command) in rows() {
        // No backend has all fields of storage.
        let params = command.params_in(api.release);
        let params: Vec<_> = params
            .filter(|param| param.section != Section::Storage)
            .collect();
        let line = as_in_usage(command, &params);
        let mut line = with_real_fields(line, command, api);
        let left_out = without_selection(command, &mut line) + without_others(&params, &mut line);
        let parsed = parser.parse(&args(&line), api);
        let Ok(Content::Call(call)) = parsed.map(|parsed| parsed.content) else {
            panic!("{line}");
        };
        let typed = call
            .slots
            .iter()
            .filter(|slot| slot.from == ValueOrigin::Typed);
        let shown = params
            .iter()
            .filter(|param| matches!(param.line, Line::Flag | Line::Position));
        if call.rest.is_empty() {
            assert_eq!(typed.count() + left_out, shown.count(), "{line}");
        }
    }
}

/// The line that the usage of a command shows, with a sample of each value.
fn as_in_usage(command: &Command, params: &[&'static Param]) -> String {
    let shown = usage(command, params.iter().copied());
    let mut line = command.name.to_owned();
    let mut flag = None;
    for part in shown.split(' ').skip(1) {
        let part = part.trim_matches(['[', ']']).trim_end_matches("...");
        let param = params.iter().find(|param| param.shown() == part);
        match (param, flag) {
            (Some(param), _) if param.line == Line::Flag => {
                line.push_str(&format!(" {part}"));
                flag = Some(*param);
            }
            (Some(param), _) => line.push_str(&format!(" {}", sample(param))),
            (None, Some(param)) => line.push_str(&format!(" {}", sample(param))),
            (None, None) => panic!("{part} in {shown}"),
        }
    }
    line
}

/// The line with fields that the command has, in place of the samples.
fn with_real_fields(line: String, command: &Command, api: &Api) -> String {
    let first = |object: &str| Some(schema::schema(object)?.fields.first()?.name);
    let body = command.route().and_then(|route| route.body);
    let mut line = line;
    if body.is_some_and(|body| body.starts_with("[]")) {
        line = line.replace("--json {}", "--json []");
    }
    if let Some(name) = command.route().and_then(Route::object).and_then(first) {
        line = line.replace("--columns x", &format!("--columns {name}"));
    }
    let listed = command.listed().and_then(first).unwrap_or_default();
    line = line
        .replace("--where x", &format!("--where '{listed} != null'"))
        .replace("--sort x", &format!("--sort {listed}"))
        .replace("--jq x", "--jq .");
    let Some(body) = body.map(schema::Type::read) else {
        return line;
    };
    // A string field that the release has.
    let is_text = |path: &&String| {
        let found = schema::find(&body, path).expect("a path");
        found.kind == schema::Type::Text
            && !found.is_secret()
            && found.field.is_none_or(|field| field.choices.is_empty())
    };
    let paths = schema::paths(&body, Some(api.release));
    match paths.iter().find(is_text) {
        Some(path) => line.replace("description=x", &format!("{path}=x")),
        None => line,
    }
}

/// Takes the switches out of a line that exclude others: all pages have no limit, and CSV is
/// not filtered. Returns how many.
fn without_others(params: &[&'static Param], line: &mut String) -> usize {
    // All pages have no limit, CSV is not filtered, a password is given or made.
    let excludes = |param: &&&Param| {
        [ALL_PARAM, GENERATE_PARAM].contains(&param.name) || param.list == Some(OfList::Csv)
    };
    let mut left_out = 0;
    line.push(' ');
    for param in params.iter().filter(excludes) {
        let flag = format!(" {} ", param.flag());
        left_out += usize::from(line.contains(&flag));
        *line = line.replace(&flag, " ");
    }
    line.truncate(line.trim_end().len());
    left_out
}

/// Takes the flags out of a line with a name that cannot be used with it, or with `--plan`;
/// returns how many.
fn without_selection(command: &Command, line: &mut String) -> usize {
    if !command.takes_many() {
        return 0;
    }
    let (flag, rest) = line.split_once(" --where ").expect("its flag");
    let rest = rest.split_once("' ").map_or("", |(_, rest)| rest);
    let selected = format!("{flag} {rest}");
    let replaces = selected.contains(" --replace ");
    *line = selected.replace(" --replace ", " ");
    1 + usize::from(replaces)
}

/// The rows of the practice servers run their examples in `tests/suite/examples.rs`; those of
/// other releases are parsed and become requests, without a server.
#[test]
fn every_row_of_every_release_has_an_example_that_is_its_own_request() {
    let mut parser = Parser::default();
    let base = Url::parse("http://127.0.0.1:8080").expect("a URL");
    for (api, command) in rows() {
        let of = format!("{} of {}", command.name, api.release);
        let mut examples = command.examples_in(api.release).peekable();
        assert!(examples.peek().is_some(), "{of} has no example");
        for example in examples {
            let line = example.line;
            let words = args(line);
            assert!(command.is_called(&words[0].text), "{of}: {line}");
            let parsed = parser.parse(&words, api);
            let Ok(Content::Call(call)) = parsed.map(|parsed| parsed.content) else {
                panic!("{of}: {line}");
            };
            assert!(std::ptr::eq(call.command, command), "{of}: {line}");
            let Some(route) = command.route() else {
                continue;
            };
            let known = route.answers.iter().any(|it| it.status == example.status);
            assert!(known, "{of}: {line}: {}", example.status);
            let spec = request::build(&call, route, &base, api.prefix);
            let begins = route.path.split('{').next().unwrap_or_default();
            let begins = format!("{}{begins}", api.prefix);
            assert!(spec.url.path().starts_with(&begins), "{of}: {}", spec.url);
            assert_eq!(spec.method, route.method, "{of}: {line}");
        }
    }
}
