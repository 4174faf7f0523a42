//! Help pages, written from the table.

use super::builtin::{Builtin, Runs};
use super::field;
use crate::catalog::schema::{self, Type};
use crate::catalog::{
    self, Api, Command, Example, Group, Param, ParamPlace, Release, Route, Send, Verb,
};
use crate::error::Error;
use crate::line::call::Call;
use crate::line::find;
use crate::line::usage::usage;
use crate::line::variables::Arg;
use crate::session::kept::UseInFile;
use crate::shell::{Flow, Shell};

mod arguments;
mod flags;
mod search;
pub(super) mod topics;
mod words;

use self::arguments::arguments;
pub(super) use self::arguments::values;
pub(super) use flags::flag_row;
pub(crate) use flags::program;

pub(super) const BUILTIN: Builtin = Builtin {
    in_file: UseInFile::LeftOut,
    needs_config: false,
    ..Builtin::new(Verb::Help, Runs::Flow(topic))
};

/// Runs `help`, with a topic or without.
fn topic(shell: &mut Shell, call: &Call) -> Result<Flow, Error> {
    let api = shell.session.settings.api;
    let page = if call.typed("search") {
        let rest = call.rest.iter().map(|word| word.text.as_str());
        let words: Vec<&str> = std::iter::once(call.text("search")).chain(rest).collect();
        search::page(&words.join(" "), api).map_err(|error| error.at(call.span.clone()))?
    } else {
        match call.rest.first().map(|topic| topic.text.as_str()) {
            None => return run(shell, None),
            Some("settings") => flags::settings_page(),
            Some("flags") => flags::page(),
            Some(_) => named(shell, &call.rest)?,
        }
    };
    shell.screen().print_page(&page)?;
    Ok(Flow::Continue)
}

/// The page that the words after `help` name.
fn named(shell: &Shell, words: &[Arg]) -> Result<String, Error> {
    let api = shell.session.settings.api;
    let topic = &words[0];
    if let Some(page) = field::of_words(words, api) {
        return page;
    }
    let alias = shell.session.completion.aliases().text(&topic.text);
    // A short word for a command may be a heading: then its commands are listed.
    let is_name = |command: &Command| command.name == topic.text.replace('-', "_");
    let command = find::find(topic, api);
    if alias.is_none()
        && !command.as_ref().is_ok_and(|command| is_name(command))
        && let Some(page) = topics::page(&topics::words(words), api)
    {
        return Ok(page);
    }
    if let (Err(_), Some(text)) = (&command, alias) {
        return Ok(format!("{}: alias for `{text}`\n", topic.text));
    }
    // The commands of other API versions have help pages as well.
    let elsewhere = |error| catalog::find_elsewhere(api, &topic.text).ok_or(error);
    let command = command.or_else(elsewhere).map_err(|error| {
        let near = topics::near_to(&topics::words(words), api);
        if near.is_empty() {
            return error;
        }
        topics::unknown("command or topic", &topic.text, &near, "").at(topic.span.clone())
    })?;
    match words.get(1) {
        Some(word) => part(command, word, described(command, api)),
        None => Ok(page(command, api)),
    }
}

/// The page of a part of a command: some of its flags, one of them, or a field.
fn part(command: &'static Command, word: &Arg, api: &'static Api) -> Result<String, Error> {
    match words::page(command, api, word) {
        Some(page) => Ok(page),
        None => field::of_command(command, word, api)
            .map_err(|error| words::no_such_part(command, api, word).unwrap_or(error)),
    }
}

/// Prints the help of one command, or the list of all.
pub(crate) fn run(shell: &Shell, topic: Option<&'static Command>) -> Result<Flow, Error> {
    let api = shell.session.settings.api;
    shell.screen().print_page(&match topic {
        Some(command) => page(command, api),
        None => own_aliases(shell) + &overview(api),
    })?;
    Ok(Flow::Continue)
}

/// The aliases of the config file, as a group of their own.
fn own_aliases(shell: &Shell) -> String {
    let aliases = shell.session.completion.aliases().iter();
    let rows: Vec<_> = aliases
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("your aliases\n{}\n", columns(&rows))
}

/// The groups of an API version, each with its commands.
pub(super) fn groups(
    api: &'static Api,
) -> impl Iterator<Item = (&'static Group, Vec<&'static Command>)> {
    let of = move |group| catalog::commands(api).filter(move |command| command.group == group);
    let all = Group::ALL.iter();
    all.map(move |group| (group, of(*group).collect::<Vec<_>>()))
        .filter(|(_, commands)| !commands.is_empty())
}

/// The name of a command, with the short words for it.
fn names(command: &Command) -> String {
    let names: Vec<&str> = std::iter::once(command.name)
        .chain(command.short_words())
        .collect();
    names.join(", ")
}

/// Commands, each with what it does; the first column is at least `wide`.
fn group_rows(commands: &[&'static Command], wide: usize) -> String {
    let own = commands.iter().map(|command| names(command).len());
    let wide = own.max().unwrap_or(0).max(wide);
    let mut text = String::new();
    for command in commands {
        text.push_str(&format!("  {:wide$}  {}\n", names(command), command.short));
    }
    text
}

/// All commands of an API version, by group.
pub(crate) fn overview(api: &'static Api) -> String {
    let mut text = String::new();
    let wide = catalog::commands(api).map(|command| names(command).len());
    let wide = wide.max().unwrap_or(0);
    for (group, commands) in groups(api) {
        text.push_str(&format!(
            "{}\n{}\n",
            group.title(),
            group_rows(&commands, wide)
        ));
    }
    text.push_str(&format!("{}\n", topics::list()));
    let newest = catalog::api(api.name).is_none_or(|known| known.release == api.release);
    let this = if newest {
        String::new()
    } else {
        format!("; this is {}", api.release)
    };
    text.push_str(&format!(
        "API `{}`: {}{this}.\n\
         `help COMMAND` (or `COMMAND --help`) describes a command, `help TOPIC` a topic; `help settings` lists\n\
         the settings, `help flags` the startup flags. `help --search WORD` finds words in all of the help.\n\
         `COMMAND | PROGRAM`, `COMMAND > FILE.json` and `COMMAND >> FILE` send a result elsewhere.\n\
         Tab completes; Ctrl-R searches the history; Ctrl-C clears the line; Ctrl-D exits.\n",
        api.name, api.servers
    ));
    text
}

/// `docs/reference.md`: the help page of every command, written from the table.
pub fn reference() -> String {
    let mut text = "# Reference\n\n\
         The help pages of all commands. This file is generated from the table in `src/catalog`; do not\n\
         edit it, run `UPDATE_DOCS=1 cargo test docs` instead. The syntax of command lines is described in\n\
         [command-files.md](command-files.md), the settings in [settings.md](settings.md).\n"
        .to_owned();
    let first = &catalog::APIS[0];
    for (at, api) in catalog::APIS.iter().enumerate() {
        text.push_str(&format!(
            "\n## API `{}`\n\nFor {}.\n",
            api.name, api.servers
        ));
        if at == 1 {
            text.push_str(&format!(
                "Commands that are identical in `{}` are not repeated.\n",
                first.name
            ));
        }
        text.push_str(&older(api));
        let requests = |api| catalog::commands(api).filter(|command| command.route().is_some());
        for command in requests(api) {
            let here = page(command, api);
            let before = catalog::APIS[..at]
                .last()
                .and_then(|api| catalog::find(api, command.name));
            let same = before
                .is_some_and(|before| std::ptr::eq(before, command) && here == page(before, first));
            if !same {
                let name = if before.is_some() {
                    format!("{} ({})", command.name, api.name)
                } else {
                    command.name.to_owned()
                };
                text.push_str(&section(&name, &here));
            }
        }
    }
    let recipe = |command: &&Command| matches!(command.verb(), Some(Verb::Recipe(..)));
    let last = &catalog::APIS[catalog::APIS.len() - 1];
    text.push_str("\n## Recipes\n\nEach recipe sends several requests. The operations listed are those of API `");
    text.push_str(&format!("{}`.\n", last.name));
    for command in catalog::commands(last).filter(recipe) {
        text.push_str(&section(command.name, &page(command, last)));
    }
    text.push_str(&words::reference());
    text.push_str("\n## Shell commands\n\nThese are the same for every server.\n");
    let own = catalog::commands(first).filter(|command| command.route().is_none());
    for command in own.filter(|command| !recipe(command)) {
        text.push_str(&section(command.name, &page(command, first)));
    }
    text.push_str("\n## Topics\n\n`help TOPIC` prints these pages.\n");
    for topic in catalog::TOPICS {
        text.push_str(&section(topic.name, topic.text));
    }
    text
}

/// The commands that the latest release of an API version no longer has.
fn older(api: &'static Api) -> String {
    // Commands with a new path are described with that path.
    let is_gone = |command: &&Command| {
        let was = command.span.overlaps(api.span) && command.span.last < api.release;
        was && catalog::find(api, command.name).is_none()
    };
    let gone = catalog::every().filter(is_gone);
    let gone: Vec<String> = gone
        .map(|command| format!("`{}` ({})", command.name, command.span.words()))
        .collect();
    if gone.is_empty() {
        return String::new();
    }
    let text = format!(
        "Only older servers have {}; `help COMMAND` describes them.",
        gone.join(", ")
    );
    format!("\n{}\n", fold(&text, 98).join("\n"))
}

fn section(name: &str, page: &str) -> String {
    format!("\n### {name}\n\n```text\n{page}```\n")
}

/// The page of one command.
pub(crate) fn page(command: &'static Command, api: &'static Api) -> String {
    let api = described(command, api);
    let params: Vec<&'static Param> = command.params_in(api.release).collect();
    let mut text = head(command, api, &params);
    text.push_str(&arguments(command, &params, api.release));
    text.push_str(&words::listed(command, &params));
    if let Some(route) = command.route() {
        text.push_str(&request(route, api, &params));
    }
    if let Some(Verb::Recipe(_, uses)) = command.verb() {
        let operations = columns(&operations(uses, api));
        text.push_str(&format!("\noperations\n{operations}"));
    }
    let mut examples = command.examples_in(api.release).peekable();
    if examples.peek().is_some() {
        text.push_str("\nexamples\n");
    }
    for example in examples {
        text.push_str(&format!("  {}{}\n", example.line, refused(example)));
    }
    text
}

/// The API to describe a command with: that of the session, or of a release that has it.
fn described(command: &'static Command, api: &'static Api) -> &'static Api {
    if command.span.holds(api.release) {
        return api;
    }
    let there = catalog::generation(command);
    if command.span.holds(there.release) {
        return there;
    }
    catalog::at(there.name, command.span.last.min(there.span.last))
}

/// What a command does, its usage, and which servers have it.
fn head(command: &'static Command, api: &'static Api, params: &[&'static Param]) -> String {
    let mut text = format!(
        "{}: {}\n\nusage: {}\n",
        command.name,
        command.short,
        usage(command, words::main(params))
    );
    if !command.aliases.is_empty() {
        text.push_str(&format!("also: {}\n", command.aliases.join(", ")));
    }
    let there = catalog::releases_of(command, api);
    if command.route().is_some() && !there.holds(api.span.first) || there.last < api.span.last {
        text.push_str(&format!("servers: {}\n", there.words()));
    }
    if !command.long.is_empty() {
        text.push_str(&format!("\n{}\n", fold(command.long, 98).join("\n")));
    }
    text
}

/// The request of a command and its answers.
fn request(route: &'static Route, api: &'static Api, params: &[&'static Param]) -> String {
    let answers: Vec<(String, String)> = route
        .answers
        .iter()
        .map(|answer| (answer.status.to_string(), answer.means.to_owned()))
        .collect();
    format!(
        "\nrequest\n  {} {}{}\n{}{}\nanswers\n{}",
        route.method.as_str(),
        api.prefix,
        route.path,
        sent(params, route),
        needed(route, api.release),
        columns(&answers)
    )
}

/// A note on an example that fails, as a comment so that the line can be pasted.
fn refused(example: &Example) -> String {
    match example.status {
        0..400 => String::new(),
        status => format!("  # on a fresh practice server: {status}"),
    }
}

/// The operations of a recipe in one release, and the permissions they need.
fn operations(uses: &[&str], api: &'static Api) -> Vec<(String, String)> {
    let rows = uses.iter().filter_map(|name| catalog::find(api, name));
    rows.map(|row| {
        let permission = row
            .route()
            .map_or("", |route| route.permission(api.release));
        let needs = match permission {
            "" => String::new(),
            name => format!("; needs the permission `{name}`"),
        };
        (row.name.to_owned(), format!("{}{needs}", row.short))
    })
    .collect()
}

/// The parts of the request that the parameters set.
fn sent(params: &[&'static Param], route: &Route) -> String {
    let names = |wanted: &dyn Fn(&Param) -> bool, empty: bool| -> Vec<&str> {
        params
            .iter()
            .filter(|param| wanted(param) && (param.send != Send::Always) == empty)
            .map(|param| param.key)
            .collect()
    };
    let mut text = String::new();
    let mut line = |said: String| text.push_str(&format!("  {}\n", fold(&said, 96).join("\n    ")));
    let in_query = |param: &Param| param.place == ParamPlace::Query;
    let query = names(&in_query, false);
    if !query.is_empty() {
        line(format!("query: {}", query.join(", ")));
    }
    let query = names(&in_query, true);
    if !query.is_empty() {
        line(format!("query, only if given: {}", query.join(", ")));
    }
    if let Some(body) = route.body {
        line(body_of(body, &names(&|param| param.place.in_body(), false)));
        return text;
    }
    let (always, sometimes) = (
        names(&|param| param.place.in_body(), false),
        names(&|param| param.place.in_body(), true),
    );
    if !always.is_empty() {
        line(format!("body, a JSON object: {}", always.join(", ")));
    }
    if !sometimes.is_empty() {
        line(format!("only if given: {}", sometimes.join(", ")));
    }
    text
}

/// The fields of a body, and those that are always sent.
fn body_of(body: &'static str, always: &[&str]) -> String {
    let kind = Type::read(body);
    let (name, what) = match &kind {
        Type::List(items) => ((**items).clone(), "a JSON list of objects"),
        one => (one.clone(), "a JSON object"),
    };
    let Type::Object(name) = name else {
        return format!("body, {what}");
    };
    let fields = schema::schema(name).map_or(&[][..], |schema| schema.fields.as_slice());
    let own = fields.iter().filter(|field| !field.read_only);
    let names: Vec<&str> = own.map(|field| field.name).collect();
    let also = match always {
        [] => "only the fields you give are sent".to_owned(),
        always => format!(
            "only the fields you give are sent, and always {}",
            always.join(", ")
        ),
    };
    format!("body, {what} with {}; {also}", names.join(", "))
}

/// The permission that a request needs.
fn needed(route: &Route, release: Release) -> String {
    let by_key = if route.api_key {
        ""
    } else {
        "; not with an API key"
    };
    match route.permission(release) {
        "" if route.api_key => String::new(),
        "" => "  available to every admin, but not with an API key\n".to_owned(),
        "*" => format!("  needs the permission `*`{by_key}\n"),
        name => format!("  needs the permission `{name}`{by_key}\n"),
    }
}

/// Two columns, the second wrapped to the width of a terminal.
pub(super) fn columns(rows: &[(String, String)]) -> String {
    let wide = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0)
        .min(32);
    let mut text = String::new();
    for (name, about) in rows {
        let about = fold(about, 96 - wide).join(&format!("\n{}", " ".repeat(wide + 4)));
        text.push_str(&format!("  {name:wide$}  {about}\n"));
    }
    text
}

/// Wraps a text into lines of at most `width` characters.
pub(super) fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
