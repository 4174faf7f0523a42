//! `last`: shows the last answer again.

use super::builtin::{Builtin, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::settings::Output;
use crate::shell::Shell;

pub(super) const BUILTIN: Builtin = Builtin::new(Verb::Last, Runs::By(run));

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
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
    let output = if call.typed("output") {
        Output::named(call.text("output"))
    } else {
        shell.session.settings.output
    };
    shell
        .screen()
        .print_answer(answer.json.as_ref(), &answer.body, output)
}
