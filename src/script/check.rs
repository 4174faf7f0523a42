//! The check of what will run: every line is parsed, nothing is sent.
//!
//! What only the run can know is left to it: variables of answers, the last
//! user id, files of `--json`.

use super::nest::Nest;
use super::source::Source;
use super::{at, unreadable};
use crate::catalog::{Api, Does, Verb};
use crate::command::{add_users, edit, expect, let_, set, sleep};
use crate::error::{Error, Fault};
use crate::input::reader::Text;
use crate::line;
use crate::line::call::{Call, From, Parsed, What};
use crate::line::parse::Parser;
use crate::line::variables::{Arg, Found, Scope, Step, Unset, expand_but};
use crate::output::progress;
use crate::output::report::{Entry, Outcome};
use crate::recipe;
use crate::secret;
use crate::session::variables::Own;
use crate::session::{Session, may_miss};
use crate::settings::{Echo, Origin, Setting, Settings};
use crate::shell::raw;
use crate::shell::{Shell, not_asked};
use crate::text::clean;
use crate::text::lex::Word;

/// More files than this are not sourced: they multiply with each level.
const MOST_FILES: usize = 1_000;

/// More lines than this are not told.
const MOST: usize = 20;

/// Checks what can be read twice before the first command runs; all of it, if
/// nothing is to run. Gives the number of commands, if all could be read; tells the
/// lines that are wrong. The error is the exit code.
pub(super) fn all(shell: &Shell, sources: &mut [Source], only: bool) -> Result<Checked, u8> {
    let mut checker = Checker::new(shell, Nest::default());
    for source in sources {
        checker.source(source, only);
    }
    let found = checker.end("nothing was run\n")?;
    if only {
        let commands = progress::counted(found.commands);
        let more = if found.more {
            "; which files an answer names for `source` is known only in a run"
        } else {
            ""
        };
        shell.remark(&format!("{commands}, nothing wrong{more}\n"));
    }
    Ok(found)
}

/// The same for a file that is sourced, before its first command runs.
pub(super) fn sourced(shell: &Shell, source: &mut Source, nest: &Nest) -> Result<Checked, u8> {
    let mut checker = Checker::new(shell, nest.clone());
    checker.source(source, false);
    let name = clean::line(&source.name).into_owned();
    checker.end(&format!("nothing of {name} was run\n"))
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

/// What a check found, where nothing is wrong.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Checked {
    /// How many commands there are.
    pub(super) commands: usize,
    /// How many of them take something away.
    pub(super) destroys: usize,
    /// Whether there may be more, which only the run can tell.
    pub(super) more: bool,
}

impl Checked {
    /// How many commands there are, if that is known.
    pub(super) fn total(self) -> Option<usize> {
        (!self.more).then_some(self.commands)
    }
}

/// Checks lines one after the other.
struct Checker<'a> {
    shell: &'a Shell,
    nest: Nest,
    settings: Settings,
    /// The user's variables, from the line of their `let` on.
    own: Own,
    parser: Parser,
    /// Whether the request is only shown.
    shown: bool,
    /// How many files were sourced so far.
    files: usize,
    /// Whether the failure of the command is ignored.
    ignored: bool,
    /// What was found.
    found: Checked,
    /// The exit codes of what is wrong.
    codes: Vec<u8>,
}

impl<'a> Checker<'a> {
    /// A checker for a run that begins with this session.
    fn new(shell: &'a Shell, nest: Nest) -> Self {
        Self {
            shell,
            nest,
            settings: shell.session.settings.clone(),
            own: shell.session.own.clone(),
            parser: Parser::default(),
            shown: false,
            files: 0,
            ignored: false,
            found: Checked::default(),
            codes: Vec::new(),
        }
    }

    /// Checks the lines of a source, if it can be read twice or is not to run.
    fn source(&mut self, source: &mut Source, only: bool) {
        self.nest.enter(source);
        let name = source.name.clone();
        let lines = if only {
            Some(source.lines())
        } else {
            source.first_reading()
        };
        self.found.more |= lines.is_none();
        for read in lines.into_iter().flatten() {
            match read {
                Ok(text) => {
                    if let Err(error) = self.check(&text.text) {
                        self.record(&name, &text, &error);
                        self.codes.push(error.fault.exit_code());
                        if self.codes.len() <= MOST {
                            self.shell.report(&error, &text.text, &at(&name, text.line));
                        }
                    }
                }
                // What follows is no line.
                Err(wrong) => {
                    let stop = unreadable(self.shell, &name, &wrong);
                    self.codes.push(stop.exit_code());
                    break;
                }
            }
        }
        self.nest.leave();
    }

    /// Writes what is wrong into the report, if there is one.
    fn record(&self, name: &str, text: &Text, error: &Error) {
        let reports = self.shell.progress.state().reports.clone();
        let start = error.span.as_ref().map_or(0, |span| span.start);
        let before = &text.text[..start.min(text.text.len())];
        let entry = Entry {
            file: name,
            line: text.line + before.matches('\n').count(),
            column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            text: &secret::line::masked(&text.text).0,
            outcome: &Outcome::failed(error, None, false),
            took: None,
        };
        for report in &reports {
            report.record(&entry);
        }
    }

    /// What was found; or the exit code.
    fn end(&self, nothing: &str) -> Result<Checked, u8> {
        let Some(code) = self.codes.first() else {
            return Ok(self.found);
        };
        if self.codes.len() > MOST {
            let more = self.codes.len() - MOST;
            self.shell.say(&format!("… and {more} more\n"));
        }
        self.shell.say(nothing);
        Err(*code)
    }

    /// Checks the commands of a text; tells the first thing that is wrong.
    fn check(&mut self, text: &str) -> Result<(), Error> {
        for mut words in line::split(text)? {
            self.found.commands += 1;
            self.ignored = super::may_fail(&mut words, self.settings.api);
            let args = self.expanded(&words)?;
            let first = words.first().map_or(0..0, |word| word.span.clone());
            self.args(&args, self.settings.api)
                .map_err(|error| error.or_at(first))?;
        }
        Ok(())
    }

    fn expanded(&self, words: &[Word]) -> Result<Vec<Arg>, Error> {
        let known = Known {
            session: &self.shell.session,
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
        if !self.shown && call.command.destroys() {
            self.found.destroys += 1;
        }
        match call.command.does {
            Does::Shell(Verb::Explain | Verb::Curl) => {
                self.shown = true;
                let checked = self.args(&call.rest, api);
                self.shown = false;
                checked
            }
            Does::Shell(Verb::Edit) if !self.shown => Err(edit::refused(&call, api)),
            Does::Shell(Verb::Set | Verb::Connect) => {
                set::change(&mut self.settings, &call).map(|_| ())
            }
            Does::Shell(Verb::Let) => {
                let assignment = let_::read(&call)?;
                let value = (!assignment.later).then(|| assignment.value.to_owned());
                self.own.set(assignment.name, value, assignment.typed);
                Ok(())
            }
            Does::Shell(Verb::Source) if !self.shown => self.sourced(&call),
            Does::Shell(Verb::AddUsers) if call.is_known() && !self.shown => {
                add_users::check(self.shell, &call)
            }
            Does::Shell(Verb::Recipe(which, _)) if call.is_known() => recipe::check(which, &call),
            Does::Shell(Verb::Expect) => expect::check(&call),
            Does::Shell(Verb::Sleep) if call.is_known() => sleep::read(&call).map(|_| ()),
            Does::Shell(Verb::Raw(method)) if call.is_known() => {
                raw::check(&self.settings, method, &call)
            }
            Does::Shell(Verb::Raw(_)) => raw::check_body(&call),
            Does::Request(_) if !self.shown => self.nothing_to_ask(&call, overrides),
            _ => Ok(()),
        }
    }

    /// What a file sources is checked with it, if its name is known. Its
    /// commands count, not the one that sources it.
    fn sourced(&mut self, call: &Call) -> Result<(), Error> {
        if !call.is_known() {
            self.found.commands -= 1;
            self.found.more = true;
            return Ok(());
        }
        self.files += 1;
        if self.files > MOST_FILES {
            let why = format!("more than {MOST_FILES} files are sourced, one by the other");
            return Err(Error::typed(why).at(call.place("file")));
        }
        let mut source = match self.nest.open(call.text("file")) {
            Ok(source) => source,
            // The run tells it, and goes on.
            Err(error) if self.ignored && error.fault == Fault::Local => return Ok(()),
            Err(error) => return Err(error.at(call.place("file"))),
        };
        self.found.commands -= 1;
        self.source(&mut source, false);
        Ok(())
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
