//! The check of what will run: every line is parsed, nothing is sent.
//!
//! What only the run can know is left to it: variables of answers, the last
//! user id, files of `--json`.

use super::source::Source;
use super::{at, unreadable};
use crate::catalog::{Api, Does, Verb};
use crate::command::{expect, let_, raw, set, sleep};
use crate::error::Error;
use crate::line;
use crate::line::call::{Call, From, Parsed, What};
use crate::line::lex::Word;
use crate::line::parse::Parser;
use crate::line::variables::{Arg, Found, Scope, Step, Unset, expand_but};
use crate::own::Own;
use crate::progress::counted;
use crate::session::{Session, may_miss};
use crate::settings::{Echo, Origin, Setting, Settings};
use crate::shell::{Shell, not_asked};

/// More lines than this are not told.
const MOST: usize = 20;

/// Checks what can be read twice before the first command runs; all of it, if
/// nothing is to run. Gives the number of commands, if all could be read; tells the
/// lines that are wrong. The error is the exit code.
pub(super) fn all(shell: &Shell, sources: &mut [Source], only: bool) -> Result<Option<usize>, u8> {
    let mut checker = Checker::new(&shell.session);
    let mut codes = Vec::new();
    let mut whole = true;
    for source in sources {
        let name = source.name.clone();
        let lines = if only {
            Some(source.lines())
        } else {
            source.first_reading()
        };
        whole &= lines.is_some();
        for read in lines.into_iter().flatten() {
            match read {
                Ok(text) => {
                    let Err(error) = checker.check(&text.text) else {
                        continue;
                    };
                    codes.push(error.fault.exit_code());
                    if codes.len() <= MOST {
                        shell.report(&error, &text.text, &at(&name, text.line));
                    }
                }
                // What follows is no line.
                Err(wrong) => {
                    codes.push(unreadable(shell, &name, &wrong).exit_code());
                    break;
                }
            }
        }
    }
    let Some(code) = codes.first() else {
        if only {
            shell.remark(&format!("{}, nothing wrong\n", counted(checker.commands)));
        }
        return Ok(whole.then_some(checker.commands));
    };
    if codes.len() > MOST {
        shell.say(&format!("… and {} more\n", codes.len() - MOST));
    }
    shell.say("nothing was run\n");
    Err(*code)
}

/// The variables as they are known before the run.
struct Known<'a> {
    session: &'a Session,
    own: &'a Own,
}

impl Scope for Known<'_> {
    fn variable(&self, name: &str, path: &[Step]) -> Result<Found, Error> {
        self.session.variable_among(self.own, name, path)
    }
}

/// Checks lines one after the other.
struct Checker<'a> {
    session: &'a Session,
    settings: Settings,
    /// The user's variables, from the line of their `let` on.
    own: Own,
    parser: Parser,
    /// Whether the request is only shown.
    shown: bool,
    /// How many commands there were.
    commands: usize,
}

impl<'a> Checker<'a> {
    /// A checker for a run that begins with this session.
    fn new(session: &'a Session) -> Self {
        Self {
            session,
            settings: session.settings.clone(),
            own: session.own.clone(),
            parser: Parser::default(),
            shown: false,
            commands: 0,
        }
    }

    /// Checks the commands of a text; tells the first thing that is wrong.
    fn check(&mut self, text: &str) -> Result<(), Error> {
        for mut words in line::split(text)? {
            self.commands += 1;
            super::may_fail(&mut words, self.settings.api);
            let args = self.expanded(&words)?;
            let first = words.first().map_or(0..0, |word| word.span.clone());
            self.args(&args, self.settings.api)
                .map_err(|error| error.or_at(first))?;
        }
        Ok(())
    }

    fn expanded(&self, words: &[Word]) -> Result<Vec<Arg>, Error> {
        let known = Known {
            session: self.session,
            own: &self.own,
        };
        let unset = Unset {
            later: true,
            missing: may_miss(words, self.settings.api),
        };
        expand_but(words, &known, unset)
    }

    fn args(&mut self, args: &[Arg], api: &'static Api) -> Result<(), Error> {
        let Parsed { overrides, what } = self.parser.parse(args, api)?;
        let What::Call(call) = what else {
            return Ok(());
        };
        match call.command.does {
            Does::Shell(Verb::Explain | Verb::Curl) => {
                self.shown = true;
                let checked = self.args(&call.rest, api);
                self.shown = false;
                checked
            }
            Does::Shell(Verb::Set | Verb::Connect) => {
                set::change(&mut self.settings, &call).map(|_| ())
            }
            Does::Shell(Verb::Let) => {
                let assignment = let_::read(&call)?;
                let value = (!assignment.later).then(|| assignment.value.to_owned());
                self.own.set(assignment.name, value, assignment.typed);
                Ok(())
            }
            Does::Shell(Verb::Expect) => expect::check(&call),
            Does::Shell(Verb::Sleep) if call.is_known() => sleep::read(&call).map(|_| ()),
            Does::Shell(Verb::Raw(method)) if call.is_known() => {
                raw::check(&self.settings, method, &call)
            }
            Does::Request(_) if !self.shown => self.nothing_to_ask(&call, overrides),
            _ => Ok(()),
        }
    }

    /// A file has nobody to ask for a secret, unless the request is only shown.
    fn nothing_to_ask(
        &self,
        call: &Call,
        overrides: Vec<(&'static Setting, String)>,
    ) -> Result<(), Error> {
        let Some(slot) = call.slots.iter().find(|slot| slot.from == From::Ask) else {
            return Ok(());
        };
        let mut settings = self.settings.clone();
        for (setting, value) in overrides {
            settings
                .set(setting, &value, Origin::Set)
                .map_err(Error::typed)?;
        }
        if settings.echo == Echo::Only {
            return Ok(());
        }
        let name = slot.param.name;
        Err(not_asked(name, &format!("--{name} $env.NAME")).at(call.span.clone()))
    }
}
