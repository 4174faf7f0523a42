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

/// Commands whose examples need what was before them, or files, or a login.
const IN_A_SESSION: &[&str] = &[
    "add_users",
    "compare",
    "connect",
    "diff",
    "doctor",
    "edit",
    "exit",
    "expect",
    "history",
    "last",
    "login",
    "logout",
    "new",
    "on",
    "practice",
    "practice_server",
    "record",
    "save",
    "source",
    "undo",
    "wait_ready",
    "watch",
    "whoami",
];

/// Runs lines in a session on the practice server of the shell itself.
fn in_a_session(api: &str, lines: &str) -> crate::support::Ran {
    Run::new(&["--practice", "--api", api])
        .env("EDITOR", "true")
        .file("nightly.sftpgo", "get_users --limit 1\n")
        .file(
            "team.csv",
            "username,home_dir,permissions,password\nzoe,/srv/zoe,list,p4-for-zoe-x\n",
        )
        .file("note.txt", "a note\n")
        .file("passphrase.txt", "Vq7-kZ2m#xR9wLp4tBn8\n")
        .input(lines)
        .go()
}

/// Runs a line with the profiles `prod` and `dev`.
fn with_profiles(line: &str) -> crate::support::Ran {
    let server = fresh(catalog::api("v2").expect("v2")).expect("a practice server");
    let profile = |name: &str| {
        format!(
            "[profile.{name}]\nurl = \"{}\"\nuser = \"{ADMIN}\"\n",
            server.url()
        )
    };
    Run::new(&["-c", line])
        .env("SFTPGO_HOST", &server.url())
        .env("SFTPGO_PASSWORD", PASSWORD)
        .config(&(profile("prod") + &profile("dev")))
        .go()
}

#[test]
fn the_examples_of_a_session_run() {
    let rows = catalog::every().filter(|row| IN_A_SESSION.contains(&row.name));
    let mut run = 0;
    for example in rows.flat_map(|row| row.examples) {
        let line = example.line;
        // It runs until it is interrupted, and has tests of its own.
        if line.starts_with("practice_server ") {
            continue;
        }
        let before = match line {
            "undo --yes" => "update_user carla --uid 77",
            _ => "get_users --limit 1",
        };
        let ran = if line.contains("@prod") || line.starts_with("on ") {
            with_profiles(line)
        } else {
            in_a_session("v2", &format!("{before}\n{line}\n"))
        };
        let code = if line == "exit 3" { 3 } else { 0 };
        // An editor needs a terminal: `terminal/edit.rs` runs it.
        if line.starts_with("edit ") || line.starts_with("new ") {
            assert!(ran.err.contains("terminal"), "{line}: {ran:?}");
            continue;
        }
        assert_eq!(ran.code, code, "{line}: {ran:?}");
        run += 1;
    }
    assert!(run > 10, "only {run}");
}

#[test]
fn the_lines_of_every_topic_run() {
    for topic in catalog::TOPICS {
        let lines: Vec<&str> = topic.lines().collect();
        let api = if topic.name == "python" { "2019" } else { "v2" };
        let ran = in_a_session(api, &lines.join("\n"));
        assert_eq!(ran.code, 0, "{}: {ran:?}", topic.name);
        assert!(!ran.err.contains("error:"), "{}: {ran:?}", topic.name);
        let page = Run::new(&["--api", api, "help", topic.name]).go();
        assert!(page.out.starts_with(topic.text), "{page:?}");
    }
}

#[test]
fn every_section_has_a_page_of_valid_lines() {
    let topics = catalog::TOPICS.iter().map(|topic| topic.name.to_owned());
    let sections: Vec<String> = topics
        .chain(Group::ALL.iter().map(|group| group.word()))
        .collect();
    let mut pages = 0;
    for section in &sections {
        let ran = Run::new(&["--api", "v2", "cheat", section]).go();
        if ran.code == 2 {
            // A heading without a command in this API.
            assert!(ran.err.starts_with("error: unknown section"), "{ran:?}");
            continue;
        }
        assert_eq!(ran.code, 0, "{section}: {ran:?}");
        assert!(ran.out.starts_with("# "), "{}", ran.out);
        let lines = ran.out.lines().filter(|line| !line.is_empty());
        assert!(
            lines.clone().any(|line| !line.starts_with('#')),
            "{section}"
        );
        let file = format!("{section}.sftpgo");
        if !["python", "files", "shell", "generations"].contains(&section.as_str()) {
            let check = Run::new(&["--api", "v2", "--allow-shell", "--check", "--file", &file]);
            let check = check
                .file(&file, &ran.out)
                .file("team.csv", "username\nzoe\n");
            let check = check.file("passphrase.txt", "x\n").go();
            assert_eq!(check.code, 0, "{section}: {check:?}");
        }
        pages += 1;
    }
    assert!(pages > 25, "{pages}");
    let list = Run::new(&["--api", "v2", "cheat"]).go();
    assert_eq!(list.code, 0, "{list:?}");
    for topic in catalog::TOPICS {
        assert!(
            list.out.contains(&format!("  {} ", topic.name)),
            "{}",
            list.out
        );
    }
}

#[test]
fn help_knows_topics_headings_and_words() {
    let help = |line: &str| Run::new(&["--api", "v2", "-c", line]).go();
    let quota = help("help quota").out;
    for part in [
        "quota: limits of space, files and transfer\n",
        "\nquota\n  get_users_quota_scans ",
        "`cheat quota` prints lines to copy.\n",
    ] {
        assert!(quota.contains(part), "{part}\n{quota}");
    }
    let users = help("help users").out;
    assert!(users.starts_with("users\n  add_users "), "{users}");
    assert!(
        users.contains("`users` is also short for `get_users`"),
        "{users}"
    );
    assert_eq!(
        help("help virtual folders").out,
        help("help virtual_folders").out
    );
    assert!(
        help("help API keys")
            .out
            .starts_with("API keys\n  add_api_key ")
    );
    let all = help("help").out;
    for topic in catalog::TOPICS {
        assert!(all.contains(topic.title()), "{all}");
    }
    let found = help("help --search denied ip").out;
    assert!(
        found.contains("fields\n  user.filters.denied_ip "),
        "{found}"
    );
    let found = help("help --search bytes in use").out;
    assert!(
        found.contains("  user.used_quota_size ") && found.contains("(set by the server)"),
        "{found}"
    );
    let found = help("help --search quota").out;
    for part in [
        "commands\n",
        "  start_user_quota_scan ",
        "\narguments\n",
        "\nfields\n",
        "\ntopics\n",
        "\n  quota        limits of space",
    ] {
        assert!(found.contains(part), "{part}\n{found}");
    }
    for (line, code, why) in [
        (
            "help conecting",
            2,
            "error: unknown command or topic `conecting`\n",
        ),
        (
            "help --search xyzzy",
            1,
            "error: no help found for `xyzzy`\n",
        ),
        ("help --search", 2, "error: `--search` needs a value\n"),
        ("cheat quotta", 2, "error: unknown section `quotta`\n"),
        ("cheat xyzzy", 2, "hint: `cheat` lists the sections\n"),
        ("help conecting", 2, "hint: did you mean `connecting`"),
    ] {
        let ran = help(line);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{line}");
        assert!(ran.err.contains(why), "{}", ran.err);
    }
}

#[test]
fn every_example_is_answered_as_its_row_says() {
    let mut run = 0;
    // Recipes send several requests: they have a test of their own. Rows that no practice server
    // has are parsed without one, in `src/invariants/typed.rs`.
    let rows = catalog::every()
        .filter(|row| row.group != Group::Recipes && !IN_A_SESSION.contains(&row.name));
    for command in rows {
        let api = catalog::generation(command);
        for example in command.examples {
            let there = command.span.holds(api.release);
            let Some(server) = fresh(api).filter(|_| there) else {
                continue;
            };
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
