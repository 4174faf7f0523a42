//! `cheat`: lines to copy, each with a comment, from the examples of the table.

use super::builtin::{Builtin, Runs};
use super::help::{columns, groups, topics};
use crate::catalog::{Api, Command, Example, Group, Topic, Verb};
use crate::error::Error;
use crate::line::call::Call;
use crate::session::kept::UseInFile;
use crate::shell::Shell;

pub(super) const BUILTIN: Builtin = Builtin {
    in_file: UseInFile::LeftOut,
    needs_config: false,
    ..Builtin::new(Verb::Cheat, Runs::By(cheat))
};

fn cheat(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let api = shell.session.settings.api;
    let Some(first) = call.rest.first() else {
        return shell.screen().print_page(&sections(api));
    };
    let section = topics::words(&call.rest);
    let text = page(&section, api);
    if text.is_empty() {
        let near = topics::near_to(&section, api);
        let error = topics::unknown("section", &section, &near, "`cheat` lists the sections");
        return Err(error.at(first.span.clone()));
    }
    // Lines to copy are not fitted to the terminal.
    shell.screen().print(&text)
}

/// All sections.
fn sections(api: &'static Api) -> String {
    let of_group = |(group, commands): (&'static Group, Vec<&'static Command>)| {
        let lines = commands.iter().flat_map(|command| runnable(command, api));
        let names = commands.iter().map(|command| command.name);
        let names = names.collect::<Vec<_>>().join(", ");
        (lines.count() > 0).then(|| (group.word(), names))
    };
    let headings: Vec<_> = groups(api).filter_map(of_group).collect();
    format!(
        "headings\n{}\n{}\n`cheat SECTION` prints its lines.\n",
        columns(&headings),
        topics::list()
    )
}

/// The page of a section; empty if there is none.
fn page(section: &str, api: &'static Api) -> String {
    let mut text = String::new();
    if let Some(topic) = Topic::named(section) {
        text.push_str(&format!("# {}: {}\n", topic.name, topic.title()));
        text.extend(topic.lines().map(|line| format!("{line}\n")));
    }
    let Some((_, commands)) = topics::heading(section, api) else {
        return text;
    };
    for command in commands {
        let mut lines = runnable(command, api).peekable();
        if lines.peek().is_none() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("# {}\n", command.short));
        text.extend(lines.map(|example| format!("{}\n", example.line)));
    }
    text
}

/// The examples of a command that succeed.
fn runnable(command: &Command, api: &Api) -> impl Iterator<Item = &'static Example> + use<> {
    let examples: Vec<_> = command.examples_in(api.release).collect();
    examples.into_iter().filter(|example| example.status < 400)
}
