//! `echo`: words to stdout.

use crate::error::Error;
use crate::line::call::Call;
use crate::shell::Shell;
use crate::text::clean;

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let words: Vec<&str> = call.rest.iter().map(|arg| arg.text.as_str()).collect();
    let text = words.join(" ");
    // A variable may bring what a server wrote.
    let text = if shell.out.terminal.stdout {
        clean::text(&text).into_owned()
    } else {
        text
    };
    shell.print(&format!("{text}\n"))
}
