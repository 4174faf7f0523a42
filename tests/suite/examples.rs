//! The examples in the table run unchanged, and help shows what the table says.

use crate::support::{PIPED, Run, SAMPLED, words};
use sftpgo_shell::catalog::{
    self, APIS, Api, Command, Example, Group, Line, Param, Section, schema,
};
use sftpgo_shell::practice::{self, ADMIN, Clock, Options, PASSWORD, Practice, Seen};

/// A practice server of a generation, if there is one. Its time stands still: what is a right
/// passcode and what is not does not change.
fn fresh(api: &Api) -> Option<Practice> {
    let options = Options {
        api: practice::Api::named(api.name)?,
        clock: Clock::Fixed(SAMPLED),
        record: true,
        ..Options::default()
    };
    Some(Practice::start(options).expect("a free port"))
}

/// Runs an example on a server of its own.
#[track_caller]
fn is_answered(command: &Command, example: &Example, api: &Api, server: &Practice) {
    let line = example.line;
    let args = ["--debug", "--api", api.name, "-c", line];
    let mut run = Run::at(server, &args);
    if api.name == "v2" {
        run = run
            .env("SFTPGO_USERNAME", ADMIN)
            .env("SFTPGO_PASSWORD", PASSWORD);
    }
    let ran = run.go();
    let code = match example.status {
        0..400 => 0,
        400..500 => 4,
        _ => 5,
    };
    assert_eq!(ran.code, code, "{line}: {ran:?}");
    let status = format!("got response, status code: {} body:\n", example.status);
    assert_eq!(ran.err.contains(&status), example.status != 0, "{line}");
    assert!(!ran.out.is_empty() || example.status == 0, "{line}");
    assert!(!ran.err.contains("warning: "), "{line}: {}", ran.err);
    let seen = server.seen();
    let own = seen.iter().filter(|seen| is_its_own(command, seen, api));
    assert_eq!(own.count(), usize::from(example.status != 0), "{line}");
    assert!(example.status != 0 || seen.is_empty(), "{line}");
}

/// Whether a request is the one of the row.
fn is_its_own(command: &Command, seen: &Seen, api: &Api) -> bool {
    let Some(route) = command.route() else {
        return true;
    };
    let wanted = format!("{}{}", api.prefix, route.path);
    let path = seen.target.split('?').next().unwrap_or_default();
    let same = |(part, wanted): (&str, &str)| part == wanted || wanted.starts_with('{');
    seen.method == route.method.as_str()
        && path.split('/').count() == wanted.split('/').count()
        && path.split('/').zip(wanted.split('/')).all(same)
}

#[test]
fn every_example_is_answered_as_its_row_says() {
    let mut run = 0;
    // Recipes send several requests: they have a test of their own.
    let rows = catalog::every().filter(|row| row.group != Group::Recipes);
    for command in rows {
        let api = catalog::generation(command);
        for example in command.examples {
            let Some(server) = fresh(api) else { continue };
            is_answered(command, example, api, &server);
            run += 1;
        }
    }
    assert!(run > 100, "only {run} examples");
}

/// The pages that these lines print, in one run.
fn pages(api: &str, lines: impl Iterator<Item = String>) -> Vec<String> {
    let input: Vec<String> = lines.collect();
    let input = input.join(
        "
echo -----
",
    ) + "
echo -----
";
    let ran = Run::new(&["--api", api]).input(input).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let pages = ran.out.split_terminator("-----\n");
    pages.map(str::to_owned).collect()
}

#[test]
fn both_ways_to_a_help_page_are_equal() {
    for api in APIS {
        let commands: Vec<_> = catalog::commands(api).collect();
        let by_flag = pages(
            api.name,
            commands.iter().map(|row| format!("{} --help", row.name)),
        );
        let by_help = pages(
            api.name,
            commands.iter().map(|row| format!("help {}", row.name)),
        );
        let hyphens = pages(
            api.name,
            commands
                .iter()
                .map(|row| format!("{} -h", row.name.replace('_', "-"))),
        );
        assert_eq!(by_flag.len(), commands.len());
        assert_eq!(by_flag, by_help);
        assert_eq!(by_flag, hyphens);
        for (command, page) in commands.iter().zip(&by_flag) {
            let title = format!(
                "{}: {}\n\nusage: {}",
                command.name, command.short, command.name
            );
            assert!(page.starts_with(&title), "{page}");
            // Those of storage have a page of their own.
            let on_page = |param: &&Param| param.section != Section::Storage;
            for param in command.params_in(api.release).filter(on_page) {
                let named = page.contains(&param.shown());
                assert!(
                    named || param.line == Line::Absent,
                    "{} in {page}",
                    param.shown()
                );
            }
            let params = command.params_in(api.release);
            let typed = params
                .filter(|param| matches!(param.line, Line::Position | Line::Flag))
                .filter(|param| param.section == Section::Main);
            for param in typed {
                let all = param.kind.choices().iter();
                for choice in all.filter(|choice| has(command, param, api, choice)) {
                    assert!(page.contains(choice), "{choice} in {page}");
                }
            }
            for example in command.examples {
                assert!(page.contains(example.line), "{} in {page}", example.line);
            }
            if let Some(route) = command.route() {
                let request = format!("{} {}{}\n", route.method.as_str(), api.prefix, route.path);
                assert!(page.contains(&request), "{request} in {page}");
                for answer in route.answers {
                    assert!(page.contains(&format!("  {}  ", answer.status)), "{page}");
                }
            }
        }
    }
}

#[test]
fn help_as_one_command() {
    let once = |line: &str| Run::new(&words(line)).go();
    let page = once("help get_users");
    assert_eq!((page.code, page.err.as_str()), (0, ""));
    for line in [
        "get_users --help",
        "get-users -h",
        "get_users --limit 5 --help",
    ] {
        once(line).is(0, &page.out, "");
    }
    let all = once("help");
    once("'?'").is(0, &all.out, "");
    once("help nonsense").is(
        2,
        "",
        "error: unknown command `nonsense`\nhint: `help` lists the commands\n",
    );
}

#[test]
fn help_lists_every_command_of_the_generation_and_no_other() {
    for api in APIS {
        let ran = Run::new(&["--api", api.name]).input("help").go();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        for command in catalog::every() {
            let line = ran.out.lines().any(|line| {
                let mut words = line.split_whitespace();
                line.starts_with("  ")
                    // Short words for it may follow.
                    && words.next().map(|word| word.trim_end_matches(',')) == Some(command.name)
                    && line.ends_with(command.short)
            });
            // A name may have a row in each generation.
            let there = catalog::find(api, command.name);
            assert_eq!(
                line,
                there.is_some_and(|there| there.short == command.short),
                "{}: {}",
                api.name,
                command.name
            );
        }
        let program = Run::new(&["--api", api.name, "--help"]).go();
        assert_eq!((program.code, program.err.as_str()), (0, ""));
        // It fits on a screen; `help` and `help flags` have the rest.
        assert!(program.out.lines().count() <= 40, "{}", program.out);
        for page in ["help COMMAND", "help flags", "help settings"] {
            assert!(program.out.contains(page), "{}", program.out);
        }
        let short = Run::new(&["--api", api.name, "-h"]).go();
        assert_eq!(short.out, program.out);
    }
}

#[test]
fn help_lists_every_flag_in_its_own_spelling() {
    let flags = Run::new(&["help", "flags"]).go();
    assert_eq!((flags.code, flags.err.as_str()), (0, ""));
    let settings = Run::new(&["help", "settings"]).go();
    assert_eq!((settings.code, settings.err.as_str()), (0, ""));
    let lists = |page: &str, name: &str| {
        page.lines()
            .any(|line| line.starts_with("  ") && line.split_whitespace().any(|word| word == name))
    };
    for setting in sftpgo_shell::settings::TABLE {
        let name = setting.param.name;
        let flag = match name {
            "base_url" => "--base_url".to_owned(),
            name => format!("--{}", name.replace('_', "-")),
        };
        assert!(lists(&flags.out, &flag), "{flag}: {}", flags.out);
        assert!(lists(&settings.out, name), "{name}: {}", settings.out);
    }
    for param in sftpgo_shell::settings::START {
        let flag = format!("--{}", param.name.replace('_', "-"));
        assert!(lists(&flags.out, &flag), "{flag}: {}", flags.out);
    }
}

#[test]
fn a_page_of_another_generation_can_be_read() {
    let ran = Run::new(&PIPED).input("help get_version").go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("GET /api/v1/version"), "{}", ran.out);
}

/// Whether the release of an API has a choice of a parameter.
fn has(command: &Command, param: &Param, api: &Api, choice: &str) -> bool {
    let body = command.route().and_then(|route| route.body);
    let found = body.and_then(|body| schema::find(&schema::Type::read(body), param.key).ok());
    let field = found.and_then(|found| found.field);
    let words: Vec<&str> = field
        .map(|field| field.words(Some(api.release)).collect())
        .unwrap_or_default();
    words.is_empty() || words.contains(&choice)
}
