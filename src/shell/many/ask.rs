//! The question before several objects are changed or deleted.

use super::super::asker::{declined, is_yes};
use super::Shell;
use super::lost;
use super::plan::{Plan, Target, verb};
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
            let why = if plan.deletes {
                "none of them exists"
            } else {
                "all of them already have these values"
            };
            let count = plan.counted(plan.targets.len());
            self.screen()
                .remark(&format!("nothing was sent: {count}, and {why}\n"));
            return Ok(ControlFlow::Break(()));
        }
        if self.asker.is_interactive() && !self.asker.asks(&self.session.settings) {
            return Ok(ControlFlow::Continue(names(plan.targets)));
        }
        let chosen = self.on_terminal(|shell| shell.ask_many(call, plan, verbose));
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
        let yes = if by_number {
            count.to_string()
        } else {
            "y".to_owned()
        };
        loop {
            match self.asker.question(&question)?.as_deref() {
                Some("l" | "L") => self.screen().say_as_it_is(&plan.text(true)),
                Some("o" | "O") => return self.one_by_one(call, plan),
                Some(answer) if by_number && answer == yes => return Ok(plan.targets),
                Some(answer) if !by_number && is_yes(answer) => return Ok(plan.targets),
                answer if is_no(answer) => return Err(declined()),
                _ => self.screen().say_as_it_is(&format!(
                    "  {yes}  {} all of them\n  n  send nothing; so does Enter\n  \
                     l  list all of them, then ask again\n  \
                     o  ask about each of them; nothing is sent before the last answer\n",
                    verb(call.command)
                )),
            }
        }
    }

    /// Asks about each object. Nothing is sent before the last answer.
    fn one_by_one(&mut self, call: &Call, plan: Plan) -> Result<Vec<Target>, Error> {
        let mut chosen = Vec::new();
        for target in plan.targets.into_iter().filter(Target::differs) {
            self.screen().say_as_it_is(&target.text());
            match self.about_one(call, &target)? {
                Choice::Yes => chosen.push(target),
                Choice::No => {}
                Choice::Quit => break,
            }
        }
        if chosen.is_empty() {
            return Err(declined());
        }
        Ok(chosen)
    }

    fn about_one(&mut self, call: &Call, target: &Target) -> Result<Choice, Error> {
        let question = format!("{} {}? [y/N/q] ", call.command.name, target.title());
        loop {
            match self.asker.question(&question)?.as_deref() {
                None => return Err(declined()),
                Some("q" | "Q") => return Ok(Choice::Quit),
                Some(answer) if is_yes(answer) => return Ok(Choice::Yes),
                answer if is_no(answer) => return Ok(Choice::No),
                _ => self.screen().say_as_it_is(&format!(
                    "  y  {verb} it\n  n  leave it; so does Enter\n  \
                     q  leave it and those after it; {verb} those with `y`\n",
                    verb = verb(call.command)
                )),
            }
        }
    }
}

/// The answer about one object.
enum Choice {
    Yes,
    No,
    /// No to this one and to those after it.
    Quit,
}

/// Whether an answer is no.
fn is_no(answer: Option<&str>) -> bool {
    matches!(answer, None | Some("" | "n" | "N" | "no"))
}

/// Whether a request has a flag of its own beside the object.
pub(super) fn has_query(spec: &RequestSpec) -> bool {
    spec.url.query().is_some()
}
