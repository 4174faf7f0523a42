//! Prompts for a secret without the editor: for a single command, and on
//! terminals without line editing.

use super::saved_tty::SavedTty;
use super::terminal::Typed;
use crate::interrupt::{Interrupt, Listener};
use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// What comes first.
enum Event {
    Typed(io::Result<String>),
    Signal,
}

/// Prompts on the terminal without echo. A signal ends it, as Ctrl-C does.
pub fn ask(question: &str, interrupt: &Interrupt) -> io::Result<Typed> {
    // rpassword prompts before it turns off the echo, which would show fast typing.
    let saved_tty = SavedTty::now();
    saved_tty.silence();
    let (sender, receiver) = channel();
    let heard = sender.clone();
    let listener: Listener = Arc::new(move || drop(heard.send(Event::Signal)));
    let question = question.to_owned();
    let typed = interrupt.with_listener(listener, || {
        // A thread of its own, since no signal ends its wait for a key.
        thread::spawn(move || {
            let _ = sender.send(Event::Typed(rpassword::prompt_password(question)));
        });
        first_of(&receiver)
    });
    saved_tty.restore_modes();
    match typed {
        Some(Ok(text)) => Ok(Typed::Text(text)),
        Some(Err(why)) if is_interrupt(&why) => Ok(Typed::Interrupted),
        Some(Err(why)) if why.kind() == ErrorKind::UnexpectedEof => Ok(Typed::End),
        Some(Err(why)) => Err(why),
        None => {
            // The thread still reads the terminal, so nothing else may.
            interrupt.must_end();
            let _ = io::stderr().write_all(b"\n");
            Ok(Typed::Interrupted)
        }
    }
}

/// What was typed; `None` after a signal that is not a key. On the key Ctrl-C
/// rpassword restores the terminal, raises SIGINT and returns: that signal is
/// waited for, so that no other listener gets it.
fn first_of(receiver: &Receiver<Event>) -> Option<io::Result<String>> {
    match receiver.recv().ok()? {
        Event::Typed(typed) => {
            if typed.as_ref().is_err_and(is_interrupt) {
                let _ = receiver.recv_timeout(Duration::from_secs(1));
            }
            Some(typed)
        }
        Event::Signal => match receiver.recv_timeout(Duration::from_millis(200)) {
            Ok(Event::Typed(typed)) => Some(typed),
            _ => None,
        },
    }
}

fn is_interrupt(why: &io::Error) -> bool {
    why.kind() == ErrorKind::Interrupted
}
