//! `last`: shows the last answer again.

use super::builtin::{Builtin, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::settings::Output;
use crate::shell::Shell;

pub(super) const BUILTIN: Builtin = Builtin::new(Verb::Last, Runs::By(run));

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    if call.typed("output") {
        let before = shell.session.settings.output;
        shell.session.settings.output = Output::named(call.text("output"));
        let done = show(shell, call);
        shell.session.settings.output = before;
        return done;
    }
    show(shell, call)
}

fn show(shell: &Shell, call: &Call) -> Result<(), Error> {
    let Some(answer) = &shell.session.answer else {
        if shell.session.is_unkept {
            return Err(Error::typed("the last list was too long to be kept")
                .hint("`--output json` keeps it")
                .at(call.span.clone()));
        }
        return Err(Error::typed("there is no answer yet")
            .hint("send a request first")
            .at(call.span.clone()));
    };
    let look = shell.look(call)?;
    let json = answer.json.as_ref();
    shell.screen().print_answer(json, &answer.body, &look)
}
