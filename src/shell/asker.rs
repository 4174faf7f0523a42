//! Asks the user: for secrets, and for confirmation. Also whether Ctrl-C was
//! pressed, since that is an answer too.

use crate::error::{Error, Fault};
use crate::input::secret;
use crate::input::terminal::{Terminal, Typed};
use crate::interrupt::{Interrupt, InterruptSince};
use crate::line::call::{Call, Slot, ValueOrigin};
use crate::line::change;
use crate::secret::Secret;
use crate::secret::generate::password;
use crate::settings::{Echo, Settings};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// The message after a "no".
pub(super) const DECLINED: &str = "cancelled; nothing was sent";

/// The message after a Ctrl-C before the first request.
const UNSENT: &str = "interrupted; nothing was sent";

/// Who can answer, and whether Ctrl-C was pressed.
pub(crate) struct Asker {
    /// The terminal of an interactive session.
    terminal: Option<Terminal>,
    /// Whether secrets may be asked for.
    may_prompt: bool,
    /// Whether deletions were confirmed beforehand.
    confirmed: bool,
    interrupt: Interrupt,
    /// Whether Ctrl-C was pressed since the current line was entered, where it ends the command
    /// and not the run.
    since_line: Option<InterruptSince>,
    /// How long questions were open.
    away: Duration,
}

impl Asker {
    /// Asks on this terminal, or not at all.
    pub(super) fn new(terminal: Option<Terminal>, interrupt: Interrupt) -> Self {
        Self {
            may_prompt: terminal.is_some(),
            since_line: terminal.as_ref().map(|_| interrupt.since_now()),
            terminal,
            confirmed: false,
            interrupt,
            away: Duration::ZERO,
        }
    }

    /// Whether lines come from a terminal.
    pub(crate) fn is_interactive(&self) -> bool {
        self.terminal.is_some()
    }

    /// The terminal of an interactive session.
    pub(crate) fn terminal(&mut self) -> Option<&mut Terminal> {
        self.terminal.as_mut()
    }

    /// Whether secrets may be asked for.
    pub(crate) fn may_prompt(&self) -> bool {
        self.may_prompt
    }

    /// A single command on a terminal can prompt for its secrets.
    pub(crate) fn allow_prompts(&mut self, may_prompt: bool) {
        self.may_prompt = may_prompt;
    }

    /// Sets whether deletions count as confirmed; returns what was set before.
    pub(crate) fn set_confirmed(&mut self, confirmed: bool) -> bool {
        std::mem::replace(&mut self.confirmed, confirmed)
    }

    /// Receives Ctrl-C.
    pub(crate) fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Ctrl-C, where it ends the wait for an answer. In a script the main
    /// thread gets it and ends the run.
    pub(super) fn interrupt_of_wait(&self) -> Option<&Interrupt> {
        self.since_line.as_ref().map(|_| &self.interrupt)
    }

    /// A new line was entered: Ctrl-C before it does not count.
    pub(crate) fn begin_line(&mut self) {
        if self.is_interactive() {
            self.since_line = Some(self.interrupt.since_now());
        }
    }

    /// Ctrl-C ends the commands of another shell, too, which run as a part of a line here.
    pub(crate) fn share_line(&self, other: &mut Self) {
        other.since_line.clone_from(&self.since_line);
    }

    /// Whether Ctrl-C was pressed since the current line was entered.
    pub(crate) fn was_interrupted(&self) -> bool {
        let since_line = self.since_line.as_ref();
        since_line.is_some_and(InterruptSince::has_come)
    }

    /// The same for code that outlives the question, where Ctrl-C does not end the run.
    pub(super) fn since_line(&self) -> Option<InterruptSince> {
        self.since_line.clone()
    }

    /// The error of what was interrupted before its first request.
    pub(crate) fn check_interrupted(&self) -> Result<(), Error> {
        if self.was_interrupted() {
            return Err(Error::new(Fault::Interrupted, UNSENT));
        }
        Ok(())
    }

    /// Opens the terminal for a single command, until `close`.
    pub(crate) fn open(&mut self) -> Result<(), Error> {
        let terminal = Terminal::new(&[], false, false, self.interrupt.clone());
        let terminal =
            terminal.map_err(|why| Error::local(format!("cannot use the terminal: {why}")))?;
        self.terminal = Some(terminal);
        self.begin_line();
        Ok(())
    }

    /// Ends what `open` began.
    pub(crate) fn close(&mut self) {
        self.terminal = None;
        self.since_line = None;
    }

    /// How long questions were open so far.
    pub(super) fn away(&self) -> Duration {
        self.away
    }

    /// Asks for the secret of this name; the input is not shown.
    pub(crate) fn ask_secret(&mut self, name: &str) -> Result<Secret, Error> {
        let began = Instant::now();
        let asked = self.secret(name);
        self.away += began.elapsed();
        asked
    }

    fn secret(&mut self, name: &str) -> Result<Secret, Error> {
        self.check_interrupted()?;
        let question = format!("{name}: ");
        let typed = match self.terminal.as_mut() {
            Some(terminal) => terminal.ask_secret(&question),
            None => secret::ask(&question, &self.interrupt),
        };
        match typed {
            Ok(Typed::Text(secret)) => Ok(Secret::new(secret)),
            Ok(Typed::Edit(_) | Typed::Interrupted | Typed::End) => {
                Err(Error::new(Fault::Interrupted, UNSENT))
            }
            Err(why) => Err(Error::local(format!("cannot read the {name}: {why}"))),
        }
    }

    /// Asks for a secret that somebody chooses, twice, until both are the same.
    fn ask_chosen_secret(&mut self, name: &str) -> Result<Secret, Error> {
        let mut question = name.to_owned();
        loop {
            let first = self.ask_secret(&question)?;
            let again = self.ask_secret(&format!("{name} again"))?;
            if first.reveal() == again.reveal() {
                return Ok(first);
            }
            question = format!("they differ; {name}");
        }
    }

    /// Asks for the secrets that a call needs; returns the one that was made instead.
    pub(super) fn ask_secrets(
        &mut self,
        call: &mut Call,
        in_file: bool,
        settings: &Settings,
    ) -> Result<Option<Secret>, Error> {
        self.check_secrets(call, in_file)?;
        let generates = call.generates();
        let (mut asked, mut made) = (false, None);
        for slot in call
            .slots
            .iter_mut()
            .filter(|slot| slot.from == ValueOrigin::Ask)
        {
            let name = slot.param.name;
            let secret = match slot.param.chosen {
                true if generates => {
                    let secret = password().ok_or_else(no_random)?;
                    made = Some(secret.clone());
                    secret
                }
                true => self.ask_chosen_secret(name)?,
                false => self.ask_secret(name)?,
            };
            slot.value = Some(change::asked(slot.param, &secret));
            slot.from = ValueOrigin::Typed;
            asked = true;
        }
        if asked {
            change::refresh(call, settings.api.release)?;
        }
        Ok(made)
    }

    /// Checks that the secrets of a call can be asked for, if it needs any;
    /// `in_file` is whether it comes from a file.
    pub(crate) fn check_secrets(&self, call: &Call, in_file: bool) -> Result<(), Error> {
        let mut slots = call.slots.iter();
        let is_missing = |slot: &&Slot| slot.from == ValueOrigin::Ask && !self.may_prompt;
        let Some(slot) = slots.find(is_missing) else {
            return Ok(());
        };
        let name = slot.param.name;
        // The words of a single command come from `sh`, so the shell's own variables do not
        // work there.
        let line = if in_file {
            format!("--{name} $env.NAME")
        } else {
            format!("-c '{} … --{name} $env.NAME'", call.command.name)
        };
        Err(not_asked(call, slot, &line))
    }

    /// Whether `confirm` asks.
    pub(super) fn asks(&self, settings: &Settings) -> bool {
        let is_wanted = settings.confirm && settings.echo != Echo::Only && !self.confirmed;
        self.is_interactive() && is_wanted
    }

    /// Asks for confirmation, on a terminal.
    pub(crate) fn confirm(&mut self, what: &str, settings: &Settings) -> Result<(), Error> {
        match self.agrees(what, settings)? {
            Some(true) => Ok(()),
            _ => Err(declined()),
        }
    }

    /// The same as an answer; `None` if the question was left by Ctrl-C or Ctrl-D.
    pub(crate) fn agrees(
        &mut self,
        what: &str,
        settings: &Settings,
    ) -> Result<Option<bool>, Error> {
        if !self.asks(settings) {
            return Ok(Some(true));
        }
        let answer = self.question(&format!("{what}. Continue? [y/N] "))?;
        Ok(answer.map(|answer| is_yes(&answer)))
    }

    /// Asks a question on a terminal; `None` if there is no answer to it. A Ctrl-C before it is
    /// no answer either.
    pub(super) fn question(&mut self, question: &str) -> Result<Option<String>, Error> {
        if self.was_interrupted() {
            return Ok(None);
        }
        let Some(terminal) = self.terminal.as_mut() else {
            return Ok(None);
        };
        let began = Instant::now();
        let answer = terminal
            .ask(question)
            .map_err(|why| Error::local(format!("cannot ask: {why}")))?;
        self.away += began.elapsed();
        Ok(match answer {
            Typed::Text(text) => Some(text.trim().to_owned()),
            Typed::Edit(_) | Typed::Interrupted | Typed::End => None,
        })
    }

    /// Asks whether to open the editor again.
    pub(super) fn edit_again(&mut self) -> Result<bool, Error> {
        let Some(terminal) = self.terminal.as_mut() else {
            return Ok(false);
        };
        let answer = terminal
            .ask("edit again? [Y/n] ")
            .map_err(|why| Error::local(format!("cannot ask: {why}")))?;
        Ok(match answer {
            // `e` as with git and visudo: edit.
            Typed::Text(text) => matches!(text.trim(), "" | "y" | "Y" | "yes" | "e" | "E" | "edit"),
            Typed::Edit(_) | Typed::Interrupted | Typed::End => false,
        })
    }

    /// Waits; on a terminal Ctrl-C ends the wait.
    pub(crate) fn pause(&self, duration: Duration) -> Result<(), Error> {
        let Some(interrupt) = self.interrupt_of_wait() else {
            std::thread::sleep(duration);
            return Ok(());
        };
        let (sender, receiver) = channel();
        let listener = Arc::new(move || {
            let _ = sender.send(());
        });
        let interrupted = interrupt.with_listener(listener, || {
            self.was_interrupted() || receiver.recv_timeout(duration).is_ok()
        });
        if interrupted {
            return Err(Error::new(Fault::Interrupted, "interrupted"));
        }
        Ok(())
    }
}

fn no_random() -> Error {
    Error::local("the operating system provides no random numbers; nothing was sent")
}

/// Whether an answer is yes.
pub(super) fn is_yes(answer: &str) -> bool {
    matches!(answer, "y" | "Y" | "yes")
}

/// The error after a "no".
pub(crate) fn declined() -> Error {
    Error::new(Fault::Interrupted, DECLINED)
}

/// The error for a secret without a value and without a terminal; `line` is how to give it.
pub(crate) fn not_asked(call: &Call, slot: &Slot, line: &str) -> Error {
    let why = if slot.param.chosen && call.generates() {
        "`--generate` shows the password on a terminal, but there is no terminal".to_owned()
    } else {
        let name = slot.param.name;
        format!("`--{name}` needs a value (cannot prompt without a terminal)")
    };
    Error::typed(why)
        .hint(format!("take it from the environment: `{line}`"))
        .at(call.span.clone())
}
