//! `--dry-run`: each request of a run is shown, and none is sent.

use super::Stop;
use super::run::{Command, Run};
use crate::catalog::{Value, Verb};
use crate::command::{add_users, edit, expect, let_, sleep};
use crate::error::Error;
use crate::line::call::{Call, From, Parsed, What};
use crate::line::variables::{Arg, Unset, expand_but};
use crate::output::error::Place;
use crate::output::progress;
use crate::recipe;
use crate::request::ShowAs;
use crate::session::may_miss;
use crate::shell::{Flow, Shell};
use crate::text::lex::Word;

impl Shell {
    /// Reads a command whose variables need not have a value yet.
    pub(super) fn read_open(&mut self, words: &[Word]) -> Result<(Parsed, Vec<Arg>), Error> {
        let unset = Unset {
            later: true,
            missing: may_miss(words, self.session.settings.api),
        };
        let args = expand_but(words, &self.session, unset)?;
        Ok((self.parse(&args)?, args))
    }
}

impl Run<'_> {
    /// Shows what a command would send. What answers bring stands there as it is typed.
    pub(super) fn dry(
        &mut self,
        words: &[Word],
        command: &Command,
        form: ShowAs,
    ) -> Result<(), Stop> {
        self.its_turn(command);
        let (parsed, args) = match self.shell.read_open(words) {
            Ok(read) => read,
            Err(error) => return self.settle(Err(error), command),
        };
        let What::Call(call) = &parsed.what else {
            return self.sends_nothing("help", command);
        };
        let open = args.iter().any(|arg| arg.later);
        let done = match (call.command.verb(), open) {
            (Some(Verb::Let), true) => return self.let_open(call, command),
            (Some(Verb::Set | Verb::Connect | Verb::Source), true) => {
                self.known_later(&args, false, command, ": the command is left out");
                Ok(())
            }
            // It asks for a value: stdout is for requests.
            (Some(Verb::Set), false) if !call.typed("value") => Ok(()),
            (Some(Verb::Set | Verb::Connect | Verb::Let | Verb::Exit | Verb::Source), false) => {
                return self.perform(parsed, command);
            }
            (Some(Verb::AddUsers), false) => {
                let first = !std::mem::replace(&mut self.shown_one, true);
                self.shell.under(&parsed.overrides, |shell| {
                    add_users::show(shell, call, form, first)
                })
            }
            (Some(Verb::Edit), _) => Err(edit::refused(call, self.shell.session.settings.api)),
            (Some(Verb::Recipe(which, _)), open) => {
                recipe::not_shown(self.shell, call);
                if open {
                    Ok(())
                } else {
                    recipe::check(which, call)
                }
            }
            (Some(Verb::Expect), _) => expect::check(call),
            (Some(Verb::Sleep), false) => sleep::read(call).map(|_| ()),
            _ if call.command.asks() => self.request_of(parsed, &args, command, form),
            (_, _) => return self.sends_nothing(call.command.name, command),
        };
        self.settle(done.map(|()| Flow::Continue), command)
    }

    /// A `let` whose value only an answer brings.
    pub(super) fn let_open(&mut self, call: &Call, command: &Command) -> Result<(), Stop> {
        let done = let_::read(call).map(|assignment| {
            let session = &mut self.shell.session;
            session.set_variable(assignment.name, None, assignment.typed);
        });
        self.settle(done.map(|()| Flow::Continue), command)
    }

    fn sends_nothing(&mut self, name: &str, command: &Command) -> Result<(), Stop> {
        // Of a single command something is to be said.
        if command.line().is_none() {
            self.shell.remark(&format!("`{name}` sends no request\n"));
        }
        self.settle(Ok(Flow::Continue), command)
    }

    /// Says which variables stand as they are typed.
    pub(super) fn known_later(&self, args: &[Arg], id: bool, command: &Command, rest: &str) {
        let mut names: Vec<String> = Vec::new();
        let open = args.iter().flat_map(|arg| arg.open.iter().cloned());
        for name in open.chain(id.then(|| "$id".to_owned())) {
            let name = format!("`{name}`");
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() {
            return;
        }
        let place = command.line().and_then(|line| progress::shown(&line));
        let place = place.map_or_else(String::new, |place| format!("{place}: "));
        let (names, are) = (names.join(", "), if names.len() > 1 { "are" } else { "is" });
        self.shell
            .remark(&format!("{place}{names} {are} known only in a run{rest}\n"));
    }

    /// Shows the request of a call.
    fn request_of(
        &mut self,
        parsed: Parsed,
        args: &[Arg],
        command: &Command,
        form: ShowAs,
    ) -> Result<(), Error> {
        let What::Call(mut call) = parsed.what else {
            return Ok(());
        };
        let single = matches!(command.place(), Place::Arguments);
        if single {
            self.shell.fill_in_id(&mut call)?;
        }
        self.shell.can_ask(&call)?;
        let left_out = call.slots.iter().any(|slot| slot.from == From::LastUserId);
        self.known_later(args, left_out, command, "");
        close_json(&mut call, args);
        let first = !std::mem::replace(&mut self.shown_one, true);
        self.shell.under(&parsed.overrides, |shell| {
            shell.show_request(call, form, first)
        })
    }
}

/// Makes a body JSON in which variables stand as they are typed: outside of
/// quotes they get some.
fn close_json(call: &mut Call, args: &[Arg]) {
    let slot = call.slots.iter_mut().find(|slot| slot.param.name == "json");
    let Some(Value::Text(text)) = slot.and_then(|slot| slot.later.as_mut()) else {
        return;
    };
    let ends_with = |arg: &&Arg| arg.later && arg.text.ends_with(text.as_str());
    let open = args.iter().find(ends_with).map(|arg| arg.open.as_slice());
    *text = if text.starts_with('@') {
        serde_json::Value::from(text.as_str()).to_string()
    } else {
        quoted(text, open.unwrap_or_default())
    };
}

fn quoted(text: &str, open: &[String]) -> String {
    let (mut closed, mut rest) = (String::new(), text);
    for name in open {
        let Some(at) = rest.find(name.as_str()) else {
            continue;
        };
        closed.push_str(&rest[..at]);
        let within = is_within_quotes(&closed);
        closed.push_str(&if within {
            name.clone()
        } else {
            format!("\"{name}\"")
        });
        rest = &rest[at + name.len()..];
    }
    closed + rest
}

/// Whether a piece of JSON ends within a string.
fn is_within_quotes(text: &str) -> bool {
    let (mut within, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if within => escaped = true,
            '"' => within = !within,
            _ => {}
        }
    }
    within
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_in_json_get_quotes_where_they_have_none() {
        let open: Vec<String> = ["$id", "$_[0].n", "$id"].map(str::to_owned).into();
        for (text, closed) in [
            (
                r#"{"a":$id,"b":"$_[0].n","c":$id}"#,
                r#"{"a":"$id","b":"$_[0].n","c":"$id"}"#,
            ),
            (r#"["\"",$id,"$_[0].n\\"]"#, r#"["\"","$id","$_[0].n\\"]"#),
            ("$id", r#""$id""#),
            ("{}", "{}"),
        ] {
            assert_eq!(quoted(text, &open), closed);
        }
    }
}
