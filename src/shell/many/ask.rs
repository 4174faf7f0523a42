//! The question before several objects are changed or deleted.

use super::super::asker::{declined, is_yes};
use super::Shell;
use super::lost;
use super::plan::{Plan, Target};
use crate::error::Error;
use crate::line::call::Call;
use crate::request::RequestSpec;
use std::ops::ControlFlow;

/// A deletion of more objects than this is confirmed by their number.
const MANY: usize = 10;

impl Shell {
    /// The names of the objects to change or delete, confirmed if they have to be;
    /// `Break` if there is nothing to do.
    pub(super) fn confirmed(
        &mut self,
        call: &Call,
        plan: Plan,
        verbose: bool,
    ) -> Result<ControlFlow<(), Vec<String>>, Error> {
        let names = |targets: Vec<Target>| targets.into_iter().map(|one| one.name).collect();
        if call.is_confirmed() {
            return Ok(ControlFlow::Continue(names(plan.targets)));
        }
        // An update with a flag of its own, such as `--disconnect`, is sent in any case.
        let is_sent = |shell: &Self| has_query(&shell.shown_one_of_many(call));
        if plan.different().next().is_none() && !is_sent(self) {
            self.screen().remark(&format!(
                "nothing was sent: {}, and all of them already have these values\n",
                plan.counted(plan.targets.len())
            ));
            return Ok(ControlFlow::Break(()));
        }
        if self.asker.is_interactive() && !self.asker.asks(&self.session.settings) {
            return Ok(ControlFlow::Continue(names(plan.targets)));
        }
        let opens = !self.asker.is_interactive();
        if opens {
            // A single command: the terminal is used only for the question.
            self.asker.open()?;
        }
        let chosen = self.ask_many(call, plan, verbose);
        if opens {
            self.asker.close();
        }
        chosen.map(|targets| ControlFlow::Continue(names(targets)))
    }

    fn ask_many(&mut self, call: &Call, plan: Plan, verbose: bool) -> Result<Vec<Target>, Error> {
        let screen = self.screen();
        screen.say_as_it_is(&format!("{}\n{}", plan.summary(), plan.text(verbose)));
        let count = plan.targets.len();
        let by_number = plan.deletes && count > MANY;
        let name = call.command.name;
        let what = if plan.deletes {
            format!("{name}: {}: {}", plan.counted(count), lost(call))
        } else {
            format!("{name}: {}", plan.counted(count))
        };
        let question = if by_number {
            format!("{what}. Type {count} to continue, l to list all, o for one by one: ")
        } else {
            format!("{what}. Continue? [y/N/l/o] ")
        };
        loop {
            match self.asker.question(&question)?.as_deref() {
                Some("l" | "L") => self.screen().say_as_it_is(&plan.text(true)),
                Some("o" | "O") => return self.one_by_one(call, plan),
                Some(answer) if by_number && answer == count.to_string() => {
                    return Ok(plan.targets);
                }
                Some(answer) if !by_number && is_yes(answer) => return Ok(plan.targets),
                _ => return Err(declined()),
            }
        }
    }

    /// Asks about each object. Nothing is sent before the last answer.
    fn one_by_one(&mut self, call: &Call, plan: Plan) -> Result<Vec<Target>, Error> {
        let mut chosen = Vec::new();
        for target in plan.targets.into_iter().filter(Target::differs) {
            self.screen().say_as_it_is(&target.text());
            let question = format!("{} {}? [y/N/q] ", call.command.name, target.title());
            match self.asker.question(&question)?.as_deref() {
                Some("q" | "Q") => break,
                Some(answer) if is_yes(answer) => chosen.push(target),
                Some(_) => {}
                None => return Err(declined()),
            }
        }
        if chosen.is_empty() {
            return Err(declined());
        }
        Ok(chosen)
    }
}

/// Whether a request has a flag of its own beside the object.
pub(super) fn has_query(spec: &RequestSpec) -> bool {
    spec.url.query().is_some()
}
