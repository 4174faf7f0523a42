//! The text of a file of commands.

use super::line::Names;
use super::{IdAfter, KeptCommand, UseInFile, script};
use crate::text::clean;

/// What a file is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FileForm {
    /// Commands of the shell.
    #[default]
    Commands,
    /// A script for sh, with curl.
    Curl,
}

impl FileForm {
    /// The form with this name; the first one if there is none.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "curl" => Self::Curl,
            _ => Self::Commands,
        }
    }
}

/// How a file is written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FileOptions {
    pub(crate) form: FileForm,
    /// With the answers as comments.
    pub(crate) answers: bool,
}

/// A file of commands.
#[derive(Debug)]
pub(crate) struct FileText {
    pub(crate) text: String,
    /// How many commands it has.
    pub(crate) commands: usize,
    /// How many it names only in a comment.
    pub(crate) remarks: usize,
    /// The environment variables that it needs.
    pub(crate) variables: Vec<String>,
}

/// The text of a file with these commands.
pub(crate) fn text(commands: &[KeptCommand], api: &str, options: FileOptions) -> FileText {
    if options.form == FileForm::Curl {
        return script::text(commands, api);
    }
    let mut names = Names::default();
    let (mut lines, mut count, mut remarks) = (String::new(), 0, 0);
    // The last user id, as far as an answer of this file gives it.
    let mut id = None;
    for command in commands.iter().filter(|command| command.is_for_file()) {
        let line = match (&command.line, command.use_in_file) {
            (_, UseInFile::Remark(why)) => Err(why),
            (None, _) => Err("its secret or line break cannot be replaced by a variable"),
            (Some(line), _) => Ok(line.written(&mut names, id)),
        };
        match line {
            Ok(line) => {
                count += 1;
                lines.push_str(&format!("{line}\n"));
                match command.id {
                    IdAfter::Same => {}
                    IdAfter::Answered(own) => id = Some(own),
                    IdAfter::Named(own) => id = id.filter(|id| *id == own),
                    IdAfter::Other => id = None,
                }
                if options.answers {
                    lines.push_str(&answer(command));
                }
            }
            Err(why) => {
                remarks += 1;
                // It may have set another one.
                id = None;
                lines.push_str(&format!("# left out: `{}`: {why}\n", command.name));
            }
        }
    }
    let server = commands.first().map_or("", |command| &command.server);
    let mut text = format!("# API {api}, {}\n", clean::line(server));
    if !names.all().is_empty() {
        let list = names.all().join(", ");
        text.push_str(&format!("# set these in the environment: {list}\n"));
    }
    FileText {
        text: text + &lines,
        commands: count,
        remarks,
        variables: names.all().to_vec(),
    }
}

/// The answer of a command, as comments.
fn answer(command: &KeptCommand) -> String {
    let Some(status) = command.status else {
        return String::new();
    };
    let lines = command.answer.iter().flat_map(|text| text.lines());
    let lines = lines.map(|line| format!("#   {line}\n"));
    format!("# answered {status}\n{}", lines.collect::<String>())
}
