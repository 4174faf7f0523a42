//! The check of what will run: every line is parsed, nothing is sent.
//!
//! What is only known during the run is not checked: variables from answers,
//! the last user id, files of `--json`.

use super::source::Source;
use super::source_stack::SourceStack;
use super::{at, redirects, unreadable};
use crate::catalog::Api;
use crate::command::{self, Check, Checking};
use crate::error::{Error, Fault};
use crate::input::reader::Text;
use crate::line::call::{Call, Content, Parsed, ValueOrigin};
use crate::line::parse::Parser;
use crate::line::redirect::Target;
use crate::line::variables::{Arg, PathPart, Scope, Unset, VariableValue, expand_but};
use crate::output::error::{Place, without_secrets};
use crate::output::progress;
use crate::output::report::{CaseReport, CaseResult};
use crate::secret;
use crate::session::variables::UserVariables;
use crate::session::{Session, may_miss};
use crate::settings::{Echo, Origin, Setting, Settings};
use crate::shell::{Shell, not_asked, refusal};
use crate::text::clean;
use crate::text::lex::Word;

/// At most this many files are sourced, since they multiply with each level.
const MOST_FILES: usize = 1_000;

/// At most this many lines are reported.
const MOST: usize = 20;

/// Checks before a run. Where the server's release decides whether the commands are
/// right, and is not known, the server is asked for it, and the check is done again.
pub(super) fn for_run(
    shell: &mut Shell,
    mut check: impl FnMut(&Shell) -> Result<CheckSummary, u8>,
) -> Result<CheckSummary, u8> {
    let checked = check(shell)?;
    if !checked.by_release || !shell.session.can_ask_release() {
        return Ok(checked);
    }
    let before = shell.session.settings.api;
    if let Err(error) = shell.learn_release() {
        shell.screen().report(&error, "", &Place::Arguments);
        return Err(error.fault.exit_code());
    }
    if std::ptr::eq(before, shell.session.settings.api) {
        return Ok(checked);
    }
    check(shell)
}

/// Checks all sources that can be read twice (all sources with `--check`)
/// before the first command runs. Returns the number of commands, if all could
/// be read, or reports the wrong lines and returns the exit code as the error.
pub(super) fn all(
    shell: &Shell,
    sources: &mut [Source],
    only: bool,
    sends: bool,
) -> Result<CheckSummary, u8> {
    let mut checker = Checker::new(shell, SourceStack::default(), sends);
    for source in sources {
        checker.source(source, only);
    }
    let found = checker.end("nothing was run\n")?;
    if only {
        let commands = progress::counted(found.commands);
        let more = if found.more {
            "; the files that `source` takes from an answer are only known during a real run"
        } else {
            ""
        };
        shell
            .screen()
            .remark(&format!("{commands}, no errors{more}\n"));
    }
    Ok(found)
}

/// Checks a sourced file before its first command runs.
pub(super) fn sourced(
    shell: &Shell,
    source: &mut Source,
    stack: &SourceStack,
) -> Result<CheckSummary, u8> {
    let mut checker = Checker::new(shell, stack.clone(), true);
    let name = clean::line(&source.name).into_owned();
    shell.waiting_for(&format!("the check of {name}"), || {
        checker.source(source, false);
    });
    if shell.asker.was_interrupted() {
        return Err(Fault::Interrupted.exit_code());
    }
    checker.end(&format!("nothing in {name} was run\n"))
}

/// The variables known before the run.
struct KnownVariables<'a> {
    session: &'a Session,
    variables: &'a UserVariables,
}

impl Scope for KnownVariables<'_> {
    fn variable(&self, name: &str, path: &[PathPart]) -> Result<VariableValue, Error> {
        self.session.variable_among(self.variables, name, path)
    }
}

/// The result of a check without errors.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CheckSummary {
    /// How many commands there are.
    pub(super) commands: usize,
    /// How many of them delete something.
    pub(super) destroys: usize,
    /// Whether there may be more, which is only known during the run.
    pub(super) more: bool,
    /// Whether the server's release decides whether they are right.
    by_release: bool,
}

impl CheckSummary {
    /// The number of commands, if known.
    pub(super) fn total(self) -> Option<usize> {
        (!self.more).then_some(self.commands)
    }
}

/// Checks lines one by one.
struct Checker<'a> {
    shell: &'a Shell,
    stack: SourceStack,
    settings: Settings,
    /// The user's variables that were set by the lines so far.
    variables: UserVariables,
    parser: Parser,
    /// Whether the request is only shown.
    shown: bool,
    /// Whether the run sends requests, so that it finds out the server's release.
    sends: bool,
    /// How many files were sourced so far.
    files: usize,
    /// Whether the failure of the command is ignored.
    ignored: bool,
    /// The result.
    found: CheckSummary,
    /// The exit codes of the errors.
    codes: Vec<u8>,
}

impl<'a> Checker<'a> {
    /// A checker for a run in this session.
    fn new(shell: &'a Shell, stack: SourceStack, sends: bool) -> Self {
        Self {
            shell,
            stack,
            settings: shell.session.settings.clone(),
            variables: shell.session.variables.clone(),
            parser: Parser::default(),
            shown: false,
            sends,
            files: 0,
            ignored: false,
            found: CheckSummary::default(),
            codes: Vec::new(),
        }
    }

    /// Checks the lines of a source, if it can be read twice or will not be run.
    fn source(&mut self, source: &mut Source, only: bool) {
        self.stack.enter(source);
        let name = source.name.clone();
        let lines = if only {
            Some(source.lines())
        } else {
            source.first_reading()
        };
        self.found.more |= lines.is_none();
        for read in lines.into_iter().flatten() {
            if self.shell.asker.was_interrupted() {
                break;
            }
            match read {
                Ok(text) => {
                    if let Err(error) = self.check(&text.text) {
                        self.record(&name, &text, &error);
                        self.codes.push(error.fault.exit_code());
                        if self.codes.len() <= MOST {
                            self.shell
                                .screen()
                                .report(&error, &text.text, &at(&name, text.line));
                        }
                    }
                }
                // The rest cannot be read as lines.
                Err(wrong) => {
                    let stop = unreadable(self.shell, &name, &wrong);
                    self.codes.push(stop.exit_code());
                    break;
                }
            }
        }
        self.stack.leave();
    }

    /// Adds an error to the report, if there is one.
    fn record(&self, name: &str, text: &Text, error: &Error) {
        let reports = self.shell.progress.state().reports.clone();
        let start = error.span.as_ref().map_or(0, |span| span.start);
        let before = &text.text[..start.min(text.text.len())];
        let entry = CaseReport {
            file: name,
            line: text.line + before.matches('\n').count(),
            column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            text: &secret::line::masked(&text.text).0,
            outcome: &CaseResult::failed(&without_secrets(error, &text.text), None, false),
            took: None,
        };
        for report in &reports {
            report.record(&entry);
        }
    }

    /// The result, or the exit code.
    fn end(&self, nothing: &str) -> Result<CheckSummary, u8> {
        let Some(code) = self.codes.first() else {
            return Ok(self.found);
        };
        if self.codes.len() > MOST {
            let more = self.codes.len() - MOST;
            self.shell.screen().say(&format!("… and {more} more\n"));
        }
        self.shell.screen().say(nothing);
        Err(*code)
    }

    /// Checks the commands of a text and reports the first error.
    fn check(&mut self, text: &str) -> Result<(), Error> {
        for mut words in self.shell.session.commands(text)? {
            self.found.commands += 1;
            self.ignored = super::may_fail(&mut words, self.settings.api);
            let allowed = self.shell.session.allow_shell;
            let (words, redirect) = redirects::split(text, &words, self.settings.api, allowed)?;
            if let Some(Target::File { name, .. }) = redirect.as_ref().map(|to| &to.target) {
                self.expanded(std::slice::from_ref(name))?;
            }
            let args = self.expanded(words)?;
            let first = words.first().map_or(0..0, |word| word.span.clone());
            self.args(&args, self.settings.api)
                .map_err(|error| error.or_at(first))?;
        }
        Ok(())
    }

    fn expanded(&self, words: &[Word]) -> Result<Vec<Arg>, Error> {
        let known = KnownVariables {
            session: &self.shell.session,
            variables: &self.variables,
        };
        let unset = Unset {
            later: true,
            missing: may_miss(words, self.settings.api),
        };
        expand_but(words, &known, unset)
    }

    fn args(&mut self, args: &[Arg], api: &'static Api) -> Result<(), Error> {
        let parsed = self.parser.parse(args, api);
        if self.depends_on_release(args, &parsed, api) {
            self.found.by_release |= self.is_of_this_server();
            if parsed.is_err() {
                return Ok(());
            }
        }
        let Parsed { overrides, content } = parsed?;
        let Content::Call(call) = content else {
            return Ok(());
        };
        if !self.shown && self.sends && self.settings.echo != Echo::Only {
            let settings = &self.settings;
            let refused = settings.refuse_write(call.command.name, call.writes());
            refused.map_err(|error| error.at(call.span.clone()))?;
        }
        if !self.shown && call.command.destroys() {
            self.found.destroys += 1;
        }
        let Some(row) = command::builtin(call.command) else {
            return if self.shown {
                Ok(())
            } else {
                self.nothing_to_ask(&call, overrides)
            };
        };
        match row.check {
            Check::Words => Ok(()),
            Check::By(check) => {
                let mut checking = Checking {
                    shell: self.shell,
                    settings: &mut self.settings,
                    variables: &mut self.variables,
                    shown: self.shown,
                    sends: self.sends,
                    by_release: false,
                };
                check(&mut checking, &call)?;
                let by_release = checking.by_release;
                self.found.by_release |= by_release && self.is_of_this_server();
                Ok(())
            }
            Check::Inner => {
                if let Some(page) = command::field_page(&call, api) {
                    return page.map(drop);
                }
                self.shown = true;
                let checked = self.args(&call.rest, api);
                self.shown = false;
                checked
            }
            Check::File if self.shown => Ok(()),
            Check::File => self.sourced(&call),
        }
    }

    /// Whether no line so far has chosen another server: only then may this one be asked.
    fn is_of_this_server(&self) -> bool {
        self.settings.base_url == self.shell.session.settings.base_url
    }

    /// Whether only the run can decide if a line is valid, since it detects the release.
    fn depends_on_release(
        &mut self,
        args: &[Arg],
        parsed: &Result<Parsed, Error>,
        api: &'static Api,
    ) -> bool {
        // A release that was named may be wrong, if the server can be asked.
        let session = &self.shell.session;
        let may_ask = session.can_ask_release() && std::ptr::eq(api, session.settings.api);
        let is_open = self.sends && !self.shown && (api.assumed || may_ask);
        let is_new = parsed.is_err() || !self.found.by_release;
        is_open && is_new && {
            let read = |parser: &mut Parser, api| parser.parse(args, api);
            self.parser.depends_on_release(parsed, api, read)
        }
    }

    /// A sourced file is checked too, if its name is known. Its commands are
    /// counted instead of the `source` command.
    fn sourced(&mut self, call: &Call) -> Result<(), Error> {
        if !call.is_known() {
            self.found.commands -= 1;
            self.found.more = true;
            return Ok(());
        }
        self.files += 1;
        if self.files > MOST_FILES {
            let why = format!("more than {MOST_FILES} files are sourced");
            return Err(Error::typed(why).at(call.place("file")));
        }
        let mut source = match self.stack.open(&self.shell.session, call.text("file")) {
            Ok(source) => source,
            // The run reports it and continues.
            Err(error) if self.ignored && error.fault == Fault::Local => return Ok(()),
            Err(error) => return Err(error.at(call.place("file"))),
        };
        self.found.commands -= 1;
        self.source(&mut source, false);
        Ok(())
    }

    /// A command file cannot prompt for a secret, or ask about several objects; a request
    /// that is only shown needs neither.
    fn nothing_to_ask(
        &self,
        call: &Call,
        overrides: Vec<(&'static Setting, String)>,
    ) -> Result<(), Error> {
        let asked = call.slots.iter().find(|slot| slot.from == ValueOrigin::Ask);
        let may_ask = self.shell.asker.may_prompt() && !self.shell.asker.is_interactive();
        let refused = refusal(call).filter(|_| self.sends && !may_ask);
        if asked.is_none() && refused.is_none() {
            return Ok(());
        }
        let mut settings = self.settings.clone();
        for (setting, value) in overrides {
            settings
                .set(setting, &value, Origin::Set)
                .map_err(Error::typed)?;
        }
        if settings.echo == Echo::Only {
            return Ok(());
        }
        if let Some(refused) = refused {
            return Err(refused);
        }
        let Some(slot) = asked else { return Ok(()) };
        let name = slot.param.name;
        Err(not_asked(call, slot, &format!("--{name} $env.NAME")))
    }
}
