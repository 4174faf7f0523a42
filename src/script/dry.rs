//! `--dry-run`: each request of a run is shown, and none is sent.

use super::Stop;
use super::run::{Run, Statement};
use crate::catalog::Value;
use crate::command::{self, Dry, DryRun, Unknown};
use crate::error::Error;
use crate::line::call::{Call, Content, Parsed, ValueOrigin};
use crate::line::variables::{Arg, Unset, expand_but};
use crate::output::error::Place;
use crate::output::progress;
use crate::request::ShowAs;
use crate::session::may_miss;
use crate::shell::preview::show_request;
use crate::shell::{Flow, Shell};
use crate::text::lex::Word;

impl Shell {
    /// Reads a command whose variables may have no value yet.
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
    /// Shows what a command would send. Variables from answers are shown by name.
    pub(super) fn dry(
        &mut self,
        words: &[Word],
        statement: &Statement,
        form: ShowAs,
    ) -> Result<(), Stop> {
        self.start_statement(statement);
        let (parsed, args) = match self.shell.read_open(words) {
            Ok(read) => read,
            Err(error) => return self.handle_result(Err(error), statement),
        };
        let Content::Call(call) = &parsed.content else {
            return self.sends_nothing("help", statement);
        };
        let open = args.iter().any(|arg| arg.later);
        let row = command::builtin(call.command);
        let done = match row.map_or(Dry::Request, |row| row.dry) {
            Dry::Nothing => return self.sends_nothing(call.command.name, statement),
            Dry::Request => self.request_of(parsed, &args, statement, form),
            Dry::Runs => return self.dry_setup(parsed, &args, statement),
            Dry::By(show) => {
                let mut run = DryRun {
                    shell: self.shell,
                    overrides: &parsed.overrides,
                    form,
                    shown_one: &mut self.shown_one,
                    open,
                };
                match show(&mut run, call) {
                    Ok(false) => return self.sends_nothing(call.command.name, statement),
                    shown => shown.map(|_| ()),
                }
            }
        };
        self.handle_result(done.map(|()| Flow::Continue), statement)
    }

    /// Runs a command that the ones after it depend on, as far as its variables are known.
    fn dry_setup(
        &mut self,
        parsed: Parsed,
        args: &[Arg],
        statement: &Statement,
    ) -> Result<(), Stop> {
        let Content::Call(call) = &parsed.content else {
            return Ok(());
        };
        let Some(row) = command::builtin(call.command) else {
            return Ok(());
        };
        if args.iter().any(|arg| arg.later) {
            let done = match row.unknown {
                Unknown::By(what) => what(self.shell, call),
                Unknown::Nothing => return self.sends_nothing(call.command.name, statement),
                Unknown::LeftOut => {
                    self.known_later(args, None, statement, "; the command is skipped");
                    Ok(())
                }
            };
            return self.handle_result(done.map(|()| Flow::Continue), statement);
        }
        // stdout is for requests.
        if (row.only_prints)(call) {
            return self.handle_result(Ok(Flow::Continue), statement);
        }
        self.perform(parsed, statement)
    }

    fn sends_nothing(&mut self, name: &str, statement: &Statement) -> Result<(), Stop> {
        // A single command would otherwise print nothing.
        if statement.line().is_none() {
            self.shell
                .screen()
                .remark(&format!("`{name}` sends no request\n"));
        }
        self.handle_result(Ok(Flow::Continue), statement)
    }

    /// Names the variables that are shown as typed.
    pub(super) fn known_later(
        &self,
        args: &[Arg],
        left_out: Option<&str>,
        statement: &Statement,
        rest: &str,
    ) {
        let mut names: Vec<String> = Vec::new();
        let open = args.iter().flat_map(|arg| arg.open.iter().cloned());
        for name in open.chain(left_out.map(str::to_owned)) {
            let name = format!("`{name}`");
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() {
            return;
        }
        let place = statement.line().and_then(|line| progress::shown(&line));
        let place = place.map_or_else(String::new, |place| format!("{place}: "));
        let (names, are) = (names.join(", "), if names.len() > 1 { "are" } else { "is" });
        self.shell.screen().remark(&format!(
            "{place}{names} {are} only known during a real run{rest}\n"
        ));
    }

    /// Shows the request of a call.
    fn request_of(
        &mut self,
        parsed: Parsed,
        args: &[Arg],
        statement: &Statement,
        form: ShowAs,
    ) -> Result<(), Error> {
        let Content::Call(mut call) = parsed.content else {
            return Ok(());
        };
        let single = matches!(statement.place(), Place::Arguments);
        if single {
            self.shell.session.fill_in_user(&mut call)?;
        }
        self.shell
            .asker
            .check_secrets(&call, self.shell.progress.has_place())?;
        let left_out = call.slots.iter().find_map(|slot| match slot.from {
            ValueOrigin::LastUserId => Some("$id"),
            ValueOrigin::LastUsername => Some("$username"),
            _ => None,
        });
        self.known_later(args, left_out, statement, "");
        close_json(&mut call, args);
        let first = !std::mem::replace(&mut self.shown_one, true);
        self.shell.under(&parsed.overrides, |shell| {
            show_request(shell, call, form, first)
        })
    }
}

/// Makes the body valid JSON when it contains variable names: outside of quotes
/// they are quoted.
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
    fn unquoted_variables_in_json_get_quotes() {
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
