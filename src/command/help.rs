//! Help pages, written from the table.

use super::builtin::{Builtin, Runs};
use crate::catalog::schema::{self, Type};
use crate::catalog::{
    self, Api, Command, Example, Group, Items, Kind, Line, Need, Param, ParamPlace, Release, Route,
    Send, Span, Verb,
};
use crate::error::Error;
use crate::line::call::Call;
use crate::line::find;
use crate::line::usage::usage;
use crate::shell::{Flow, Shell};

mod flags;
mod words;

pub(crate) use flags::program;

pub(super) const BUILTIN: Builtin = Builtin::new(Verb::Help, Runs::Flow(topic));

/// Runs `help`, with a topic or without.
fn topic(shell: &mut Shell, call: &Call) -> Result<Flow, Error> {
    let Some(topic) = call.rest.first() else {
        return run(shell, None);
    };
    let page = match topic.text.as_str() {
        "settings" => flags::settings_page(),
        "flags" => flags::page(),
        _ => {
            // The commands of other API versions have help pages as well.
            let api = shell.session.settings.api;
            let command = find::find(topic, api);
            let aliases = shell.session.completion.aliases();
            if let (Err(_), Some(text)) = (&command, aliases.text(&topic.text)) {
                let page = format!("{}: alias for `{text}`\n", topic.text);
                shell.screen().print_page(&page)?;
                return Ok(Flow::Continue);
            }
            let command =
                command.or_else(|error| catalog::find_elsewhere(api, &topic.text).ok_or(error))?;
            match call.rest.get(1) {
                Some(word) => words::page(command, api, word)?,
                None => return run(shell, Some(command)),
            }
        }
    };
    shell.screen().print_page(&page)?;
    Ok(Flow::Continue)
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
fn groups(api: &'static Api) -> impl Iterator<Item = (&'static Group, Vec<&'static Command>)> {
    let of = move |group| catalog::commands(api).filter(move |command| command.group == group);
    let all = Group::ALL.iter();
    all.map(move |group| (group, of(*group).collect::<Vec<_>>()))
        .filter(|(_, commands)| !commands.is_empty())
}

/// All commands of an API version, by group.
pub(crate) fn overview(api: &'static Api) -> String {
    let mut text = String::new();
    // With the short words for it.
    let names = |command: &Command| {
        let names: Vec<&str> = [command.name]
            .into_iter()
            .chain(command.short_words())
            .collect();
        names.join(", ")
    };
    let wide = catalog::commands(api)
        .map(|command| names(command).len())
        .max()
        .unwrap_or(0);
    for (group, commands) in groups(api) {
        text.push_str(&format!("{}\n", group.title()));
        for command in commands {
            text.push_str(&format!("  {:wide$}  {}\n", names(command), command.short));
        }
        text.push('\n');
    }
    let newest = catalog::api(api.name).is_none_or(|known| known.release == api.release);
    let this = if newest {
        String::new()
    } else {
        format!("; this is {}", api.release)
    };
    text.push_str(&format!(
        "API `{}`: {}{this}.\n\
         `help COMMAND` (or `COMMAND --help`) describes a command; `help settings` lists the settings,\n\
         `help flags` the startup flags.\n\
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
        .map(|command| format!("`{}` ({})", command.name, releases(command.span)))
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

/// `2.0.0 to 2.3.6`, `2.5.0 and later`.
fn releases(span: Span) -> String {
    match span.last {
        Release::LATEST => format!("{} and later", span.first),
        last => format!("{} to {last}", span.first),
    }
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
        text.push_str(&format!("servers: {}\n", releases(there)));
    }
    if !command.long.is_empty() {
        text.push_str(&format!("\n{}\n", fold(command.long, 98).join("\n")));
    }
    text
}

/// Each argument with its meaning.
fn arguments(command: &Command, params: &[&'static Param], release: Release) -> String {
    let mut text = String::new();
    let rows: Vec<(String, String)> = words::main(params)
        .filter(|param| matches!(param.line, Line::Position | Line::Flag))
        .map(|param| (param.shown(), describe(command, param, release)))
        .collect();
    if !rows.is_empty() {
        text.push_str(&format!("\narguments\n{}", columns(&rows)));
    }
    let ignored: Vec<String> = params
        .iter()
        .filter(|param| param.line == Line::Ignored)
        .map(|param| param.shown())
        .collect();
    if !ignored.is_empty() {
        text.push_str(&format!(
            "\naccepted for compatibility, but ignored: {}\n",
            fold(&ignored.join(" "), 98).join("\n  ")
        ));
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

/// A parameter, with the words that the release has.
fn describe(command: &Command, param: &Param, release: Release) -> String {
    let default = match param.need {
        Need::Required => "; required".to_owned(),
        Need::Asked => "; required, asked for on a terminal".to_owned(),
        Need::LastUserId | Need::LastUsername | Need::Optional | Need::Default("") => String::new(),
        Need::Default("off") if matches!(param.send, Send::On(_)) => String::new(),
        Need::Default(text) => format!("; default {text}"),
    };
    let unit = command.unit_of(param);
    let values = match (param.kind, param.need) {
        (Kind::Int { .. }, _) if let Some(unit) = unit => {
            format!("{}, or {}", param.kind.describe(), unit.examples())
        }
        (Kind::Switch, Need::Optional) => format!("on, or off with `{}=off`", param.flag()),
        (Kind::List([]), _) if param.items != Items::Words => {
            format!("one or more of {}", param.items.value_name())
        }
        (kind, _) => kind.describe_if(|word| schema::has_word(command, param, word, release)),
    };
    let edits = if command.is_change() && command.edits(param) {
        "; `+` adds, `-` takes out"
    } else {
        ""
    };
    format!("{} ({values}{edits}{default})", param.help)
}

/// Two columns, the second wrapped to the width of a terminal.
fn columns(rows: &[(String, String)]) -> String {
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
fn fold(text: &str, width: usize) -> Vec<String> {
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
