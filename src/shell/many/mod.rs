//! One command for several objects: they are named or selected, shown, confirmed, and then
//! changed or deleted one by one, several at a time. What happened to each is reported.

mod ask;
mod plan;
mod run;
mod select;
mod show;
mod tally;
mod task;

use super::stop_flag::StopFlag;
use super::{Shell, raw};
use crate::catalog::Effect;
use crate::catalog::many::{PLAN_PARAM, Selection, VERBOSE_PARAM, YES_PARAM};
use crate::error::Error;
use crate::line::call::Call;
use crate::output::view::Look;
use crate::request;
use crate::session::Answer;
use crate::settings::{Echo, Output};
use plan::Plan;
use run::Running;
use serde_json::Value as Json;
use std::ops::ControlFlow;

pub(crate) use show::show_many;

/// The error of a call about several objects where nobody can be asked; `None` if it may run.
pub(crate) fn refusal(call: &Call) -> Option<Error> {
    let is_safe = !call.is_many() || call.is_on(PLAN_PARAM) || call.is_on(YES_PARAM);
    (!is_safe).then(|| {
        let name = call.command.name;
        Error::typed(format!(
            "`{name}` for several objects needs a confirmation, and the shell cannot ask for it here"
        ))
        .hint(format!(
            "`--{YES_PARAM}` confirms it; `--{PLAN_PARAM}` shows what it would do"
        ))
        .at(call.span.clone())
    })
}

impl Shell {
    /// Does what a call says for several objects.
    pub(super) fn many(&mut self, mut call: Call) -> Result<(), Error> {
        if self.session.settings.echo == Echo::Only {
            return show_many(self, &call, request::ShowAs::Curl, true);
        }
        self.refuse_write(&call)?;
        // A file that is sourced on a terminal runs as it does elsewhere.
        let may_ask = self.asker.may_prompt() && !self.progress.has_place();
        if let Some(error) = refusal(&call).filter(|_| !may_ask) {
            return Err(error);
        }
        self.learn_release()?;
        self.check_release(&call)?;
        let selection = selection(self, &call)?;
        self.load_many(&mut call)?;
        let shows = call.is_on(PLAN_PARAM) || !call.is_on(YES_PARAM);
        let plan = self.planned(&call, selection, shows)?;
        let verbose = call.is_on(VERBOSE_PARAM);
        if plan.is_empty() {
            let none = if call.selects() {
                format!("no {} meets the condition", selection.nouns().0)
            } else {
                format!("no {} was named", selection.nouns().0)
            };
            self.screen().remark(&format!("{none}; nothing was sent\n"));
            return self.result_of_many(Json::Array(Vec::new()), None, false);
        }
        if call.is_on(PLAN_PARAM) {
            return self.show_plan(&plan, verbose);
        }
        let names = match self.confirmed(&call, plan, verbose)? {
            ControlFlow::Continue(names) => names,
            ControlFlow::Break(()) => return Ok(()),
        };
        self.run_many(&call, selection, names)
    }

    /// Reads the files that a call names, and asks for its secrets, once for all objects.
    fn load_many(&mut self, call: &mut Call) -> Result<(), Error> {
        let stdin = &mut self.stdin;
        let mut text = |_, file: &str| raw::text_of(file, stdin);
        request::load(call, self.session.settings.api, &mut text)?;
        let in_file = self.progress.has_place();
        let settings = &self.session.settings;
        self.asker.ask_secrets(call, in_file, settings).map(drop)
    }

    /// Changes or deletes these objects.
    fn run_many(
        &mut self,
        call: &Call,
        selection: Selection,
        names: Vec<String>,
    ) -> Result<(), Error> {
        let flag = StopFlag::new(&self.asker);
        // Each request would ask.
        let confirmed = self.asker.set_confirmed(true);
        let tally = flag.during(|stop| Running::new(self, call, selection, names).all(stop));
        self.asker.set_confirmed(confirmed);
        self.progress.state().so_far = None;
        let verb = plan::verb(call.command);
        let is_verbose = call.is_on(VERBOSE_PARAM);
        let excerpt = tally
            .excerpt(verb)
            .filter(|_| !is_verbose && self.screen().summarizes());
        let is_exact = is_verbose || tally.is_broken_off();
        let shown = self.result_of_many(tally.to_json(verb), excerpt.as_ref(), is_exact);
        let said = tally.summary(selection.nouns(), verb);
        if let Some(fault) = tally.fault() {
            let name = call.command.name;
            let error = Error::new(fault, format!("`{name}`: {said}"));
            return Err(match excerpt {
                Some(_) if is_exact => {
                    let all = self.screen().again;
                    error.hint(format!("`{all}` shows all names"))
                }
                _ => error,
            });
        }
        self.screen().remark(&format!("{said}\n"));
        shown
    }

    /// Keeps the result; prints it where a program reads it, or where each name counts: all of
    /// it, or the `excerpt`.
    fn result_of_many(
        &mut self,
        result: Json,
        excerpt: Option<&Json>,
        is_exact: bool,
    ) -> Result<(), Error> {
        let summarizes = self.screen().summarizes();
        let shown = match (summarizes, is_exact) {
            (false, _) => self.screen().print_value(&result),
            // A table may leave out some names.
            (true, true) => {
                let look = Look::plain(Output::Json);
                let shown = excerpt.unwrap_or(&result);
                self.screen().print_answer(Some(shown), &[], &look)
            }
            (true, false) => Ok(()),
        };
        let body = result.to_string().into_bytes();
        let (json, kind) = (Some(result), None);
        self.session.keep(200, Answer { body, json, kind });
        // None of several is the last one.
        self.session.forget_user();
        shown
    }

    /// Shows what would be done: to a person as text, to a program as JSON.
    fn show_plan(&mut self, plan: &Plan, verbose: bool) -> Result<(), Error> {
        let json = plan.to_json();
        if self.screen().summarizes() {
            self.screen().print(&plan.text(verbose))?;
        } else {
            self.screen().print_value(&json)?;
        }
        self.screen()
            .remark(&format!("{}; nothing was changed\n", plan.summary()));
        let body = json.to_string().into_bytes();
        let (json, kind) = (Some(json), None);
        self.session.keep(200, Answer { body, json, kind });
        Ok(())
    }
}

/// What the objects of a call are selected from.
fn selection(shell: &Shell, call: &Call) -> Result<Selection, Error> {
    let api = shell.session.settings.api;
    call.command.selection(api).ok_or_else(|| {
        Error::typed(format!(
            "server {} has no list for `{}`",
            api.release, call.command.name
        ))
        .at(call.span.clone())
    })
}

/// Whether a call deletes its objects.
fn deletes(call: &Call) -> bool {
    !call.command.is_change()
}

/// What is lost, as the question says.
fn lost(call: &Call) -> &'static str {
    match call.command.route().map(|route| route.effect) {
        Some(Effect::Destroys(what)) => what,
        _ => "this cannot be undone",
    }
}
