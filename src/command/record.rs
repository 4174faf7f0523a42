//! `record`: the commands that follow, as a file.

use super::builtin::{Builtin, Runs};
use super::keep;
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::session::kept::{Recording, UseInFile};
use crate::shell::Shell;
use crate::text::clean;
use crate::text::words::plural;

pub(super) const BUILTIN: Builtin = Builtin {
    in_file: UseInFile::LeftOut,
    ..Builtin::new(Verb::Record, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    if call.text("file") == "stop" {
        return stop(shell, call);
    }
    let path = keep::file(call)?;
    if let Some(on) = &shell.session.kept.recording {
        let on = on.path.display().to_string();
        let why = format!("`{}` is being recorded", clean::line(&on));
        return Err(Error::typed(why)
            .hint("`record stop` ends the recording")
            .at(call.place("file")));
    }
    let empty = keep::file_of(shell, call, &[]);
    keep::written(path, &empty.text, call.is_on("force"))
        .map_err(|error| error.or_at(call.place("file")))?;
    shell.session.kept.recording = Some(Recording {
        path: path.to_owned(),
        options: keep::options(call),
        commands: Vec::new(),
    });
    shell.screen().remark("`record stop` ends the recording\n");
    Ok(())
}

fn stop(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let Some(on) = shell.session.kept.recording.take() else {
        return Err(Error::typed("nothing is being recorded")
            .hint("`record FILE` starts a recording")
            .at(call.span.clone()));
    };
    let file = keep::file_of(shell, call, &on.commands);
    let name = on.path.display().to_string();
    let count = plural(file.commands, "command");
    let said = format!("{count} in `{}`\n", clean::line(&name));
    shell.screen().say(&said);
    Ok(())
}
