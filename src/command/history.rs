//! `history`: the lines of this and earlier sessions.

use super::builtin::{Builtin, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::secret::line::masked;
use crate::shell::Shell;
use crate::text::clean;

pub(super) const BUILTIN: Builtin = Builtin::new(Verb::History, Runs::By(run));

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let lines = &shell.session.lines;
    let wanted = match usize::try_from(call.int("n")) {
        Ok(0) | Err(_) => lines.len(),
        Ok(n) => n,
    };
    let mut text = String::new();
    for (at, line) in lines
        .iter()
        .enumerate()
        .skip(lines.len().saturating_sub(wanted))
    {
        text.push_str(&format!("{:5}  {}\n", at + 1, clean::line(&masked(line).0)));
    }
    shell.screen().print(&text)
}
