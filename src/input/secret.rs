//! A secret, asked for without an editor: where a single command was typed in
//! the terminal's own shell, and where the terminal cannot be edited on.

use super::saved_tty::Cooked;
use super::terminal::Typed;
use crate::interrupt::Interrupt;
use std::io::{self, ErrorKind};

/// Asks on the terminal; what is typed is not shown.
pub fn ask(question: &str, interrupt: &Interrupt) -> io::Result<Typed> {
    // rpassword asks before it stops the echo, and someone may be quicker.
    let cooked = Cooked::now();
    cooked.silence();
    // At Ctrl-C it puts the terminal back, raises SIGINT and returns.
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
