//! `--dry-run`: each request of a run is shown, and none is sent.

use super::Stop;
use super::run::{Command, Run};
use crate::args::Form;
use crate::catalog::Verb;
use crate::command::let_;
use crate::curl;
use crate::error::Error;
use crate::line::call::{Call, What};
use crate::line::lex::Word;
use crate::line::variables::{Arg, Unset, expand_but};
use crate::progress;
use crate::shell::{Flow, Shell};

impl Run<'_> {
    /// Shows what a command would send. What answers bring stands there as it is typed.
    pub(super) fn dry(
        &mut self,
        words: &[Word],
        command: &Command,
        form: Form,
    ) -> Result<(), Stop> {
        self.its_turn(command);
        let unset = Unset {
            later: true,
            missing: true,
        };
        let args = expand_but(words, &self.shell.session, unset);
        let read = args.and_then(|args| Ok((self.shell.parse(&args)?, args)));
        let (parsed, args) = match read {
            Ok(read) => read,
            Err(error) => return self.settle(Err(error), command),
        };
        let What::Call(call) = &parsed.what else {
            return self.settle(Ok(Flow::Continue), command);
        };
        let later = args.iter().find(|arg| arg.later || arg.missing);
        match (call.command.verb(), later) {
            (Some(Verb::Let), Some(_)) => {
                let done = let_::read(call).map(|assignment| {
                    let session = &mut self.shell.session;
                    session.set_variable(assignment.name, None, assignment.typed);
                });
                self.settle(done.map(|()| Flow::Continue), command)
            }
            (Some(Verb::Set | Verb::Connect | Verb::Source), Some(arg)) => {
                self.known_later(arg, command, ": the command is left out");
                self.settle(Ok(Flow::Continue), command)
            }
            (Some(Verb::Set | Verb::Connect | Verb::Let | Verb::Exit | Verb::Source), None) => {
                self.perform(parsed, command)
            }
            _ if call.command.asks() => {
                if let Some(arg) = later {
                    self.known_later(arg, command, "");
                }
                let first = !std::mem::replace(&mut self.shown_one, true);
                let What::Call(call) = parsed.what else {
                    return Ok(());
                };
                let done = self
                    .shell
                    .under(&parsed.overrides, |shell| show(shell, call, form, first));
                self.settle(done.map(|()| Flow::Continue), command)
            }
            _ => self.settle(Ok(Flow::Continue), command),
        }
    }

    fn known_later(&self, arg: &Arg, command: &Command, rest: &str) {
        let place = command.line().and_then(|line| progress::shown(&line));
        let place = place.map_or_else(String::new, |place| format!("{place}: "));
        let typed = &arg.typed;
        self.shell
            .remark(&format!("{place}`{typed}` is known only in a run{rest}\n"));
    }
}

fn show(shell: &mut Shell, call: Call, form: Form, first: bool) -> Result<(), Error> {
    let spec = shell.shown_spec(call)?;
    let text = match form {
        Form::Curl => format!("{}\n", curl::line(&spec)),
        Form::Raw if first => curl::raw(&spec),
        Form::Raw => format!("\n{}", curl::raw(&spec)),
    };
    shell.print(&text)
}
