//! `echo`: words to stdout.

use super::builtin::{Builtin, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::shell::Shell;
use crate::text::clean;

pub(super) const BUILTIN: Builtin = Builtin::new(Verb::Echo, Runs::By(run));

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let words: Vec<&str> = call.rest.iter().map(|arg| arg.text.as_str()).collect();
    let text = words.join(" ");
    // A variable may contain text from a server.
    let text = if shell.screen().terminals().stdout {
        clean::text(&text).into_owned()
    } else {
        text
    };
    shell.screen().print(&format!("{text}\n"))
}
