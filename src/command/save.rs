//! `save`: the commands of this session, as a file.

use super::builtin::{Builtin, Runs};
use super::keep;
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::session::kept::{UseInFile, Wanted};
use crate::shell::Shell;
use crate::text::clean;
use crate::text::words::{listed, plural};

pub(super) const BUILTIN: Builtin = Builtin {
    in_file: UseInFile::LeftOut,
    ..Builtin::new(Verb::Save, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let path = keep::file(call)?;
    let commands = wanted(call)?.of(keep::all_for_file(&shell.session.kept));
    if commands.is_empty() {
        return Err(Error::local("there are no successful commands to save")
            .hint("`history --long` shows the lines and their exit codes")
            .at(call.span.clone()));
    }
    let file = keep::file_of(shell, call, &commands);
    keep::written(path, &file.text, call.is_on("force"))
        .map_err(|error| error.or_at(call.place("file")))?;
    let name = clean::line(call.text("file"));
    let mut said = format!("{} in `{name}`\n", plural(file.commands, "command"));
    if file.remarks > 0 {
        said.push_str(&format!(
            "{} cannot run in a file: see the comments in it\n",
            plural(file.remarks, "command")
        ));
    }
    if !file.variables.is_empty() {
        let names = listed(&file.variables);
        said.push_str(&format!("set these in the environment first: {names}\n"));
    }
    shell.screen().say(&said);
    Ok(())
}

/// Which commands a call wants.
fn wanted(call: &Call) -> Result<Wanted, Error> {
    let lines = call.text("lines");
    let last = usize::try_from(call.int("last")).unwrap_or_default();
    match (lines, call.typed("last")) {
        ("", false) => Ok(Wanted::All),
        ("", true) => Ok(Wanted::Last(last)),
        (_, true) => {
            Err(Error::typed("`--last` and LINES cannot be used together").at(call.place("lines")))
        }
        (lines, false) => {
            let (from, to) = lines.split_once('-').unwrap_or((lines, lines));
            match (from.parse(), to.parse()) {
                (Ok(from), Ok(to)) if from <= to => Ok(Wanted::Lines(from, to)),
                _ => Err(
                    Error::typed("LINES must be a number or a range, such as `5` or `3-7`")
                        .hint("`history` shows the numbers")
                        .at(call.place("lines")),
                ),
            }
        }
    }
}
