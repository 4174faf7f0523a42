//! Prompts for a secret without the editor: for a single command, and on
//! terminals without line editing.

use super::saved_tty::Cooked;
use super::terminal::Typed;
use crate::interrupt::Interrupt;
use std::io::{self, ErrorKind};

/// Prompts on the terminal without echo.
pub fn ask(question: &str, interrupt: &Interrupt) -> io::Result<Typed> {
    // rpassword prompts before it turns off the echo, which would show fast typing.
    let cooked = Cooked::now();
    cooked.silence();
    // On Ctrl-C it restores the terminal, raises SIGINT and returns.
    let interrupted = |why: &io::Error| why.kind() == ErrorKind::Interrupted;
    let typed = interrupt.swallowed(
        || rpassword::prompt_password(question),
        |typed| typed.as_ref().is_err_and(interrupted),
    );
    cooked.put_back();
    match typed {
        Ok(text) => Ok(Typed::Text(text)),
        Err(why) if interrupted(&why) => Ok(Typed::Interrupted),
        Err(why) if why.kind() == ErrorKind::UnexpectedEof => Ok(Typed::End),
        Err(why) => Err(why),
    }
}
