//! A script for sh that does with curl what the commands of a session did.

use super::line::Names;
use super::sent::{SentRequest, UsedLogin};
use super::{FileText, IdAfter, KeptCommand};
use crate::request::Proof;
use crate::request::curl::quoted;
use crate::request::script::{
    CHANGE, JSON, NoLines, ScriptLines, functions, lines, login_variables,
};
use crate::settings::Tls;
use crate::text::clean;

const NO_LINE: &str = "no curl command stands for it";
const ELSEWHERE: &str = "it was sent to another server";
const OTHER_LOGIN: &str = "it was sent with another login";
const ROUNDED: &str = "jq would round one of its numbers";
const READABLE: &str = "it may hold a secret that a variable cannot replace";

/// The filter of jq for the id of an answer: a user, or a list with one.
const ID: &str = r#"if type == "array" and length == 1 then .[0] else . end | .id | numbers"#;

/// The remark where a command showed less than its answer.
const WHOLE: &str = "# The script prints the whole answer, as the server sends it.\n";

/// The server and the login of a script: those of its first request.
struct Target<'a> {
    base: &'a str,
    shown: &'a str,
    token_path: &'a str,
    proof: Proof,
    login: &'a UsedLogin,
    tls: &'a Tls,
}

/// A script that is being written.
#[derive(Default)]
struct Script {
    names: Names,
    /// The user id that `$id` is at this place.
    id: Option<i64>,
}

/// The script of these commands.
pub(super) fn text(commands: &[KeptCommand], api: &str) -> FileText {
    let commands: Vec<&KeptCommand> = commands.iter().filter(|one| one.is_for_file()).collect();
    let target = commands.iter().find_map(|command| target_of(command));
    let mut script = Script::default();
    let (mut text, mut count, mut remarks) = (String::new(), 0, 0);
    for (at, command) in commands.iter().enumerate() {
        let shown = script.shown(command);
        let later = &commands[at + 1..];
        let made = match &target {
            Some(target) => script.command(command, target, later),
            None => Err(command.why_not().unwrap_or(NO_LINE)),
        };
        match made {
            Ok(made) => {
                count += 1;
                let part = if command.shows_part { WHOLE } else { "" };
                text.push_str(&format!("\n# {shown}\n{part}{made}"));
            }
            Err(why) => {
                remarks += 1;
                text.push_str(&format!("\n# left out, since {why}:\n# {shown}\n"));
            }
        }
    }
    let mut variables: Vec<String> = Vec::new();
    if let Some(target) = &target {
        let login = login_variables(target.proof).iter();
        variables.extend(login.map(|name| (*name).to_owned()));
    }
    variables.extend_from_slice(script.names.all());
    FileText {
        text: head(target.as_ref(), api, &text, &variables) + &text,
        commands: count,
        remarks,
        variables,
        needs_shell: false,
    }
}

/// The server and the login of a command, if it has a request.
fn target_of(command: &KeptCommand) -> Option<Target<'_>> {
    let usable = command.unfit.is_none().then_some(&command.requests)?;
    let sent = usable.all().first()?;
    Some(Target {
        base: command.base.trim_end_matches('/'),
        shown: command.server.trim_end_matches('/'),
        token_path: &command.token_path,
        proof: sent.spec.proof,
        login: &sent.login,
        tls: &sent.spec.tls,
    })
}

/// The beginning of a script with these lines.
fn head(target: Option<&Target<'_>>, api: &str, lines: &str, variables: &[String]) -> String {
    let Some(target) = target else {
        return format!("#!/bin/sh\n# API {api}\n");
    };
    let functions = functions(target.proof, target.tls, target.token_path);
    let json = if lines.contains("$(json ") { JSON } else { "" };
    let change = if lines.contains("| change ") {
        CHANGE
    } else {
        ""
    };
    let needs_jq = [&functions, lines, json, change]
        .iter()
        .any(|text| text.contains("jq "));
    let mut text = format!("#!/bin/sh\n# API {api}. Needs curl 7.63 or later");
    text.push_str(if needs_jq { ", and jq.\n" } else { ".\n" });
    text.push_str(&format!(
        "# The first argument is the server, if it is another one: `sh FILE http://HOST:8080`.\n\
         set -eu\nbase={}\nbase=${{1:-$base}}\nbase=${{base%/}}\n",
        quoted(&clean::line(target.shown))
    ));
    if !variables.is_empty() {
        text.push_str("# Set these in the environment:\n");
    }
    for name in variables {
        text.push_str(&format!(": \"${{{name}:?}}\"\n"));
    }
    if needs_jq {
        text.push_str("command -v jq >/dev/null || { echo 'jq is missing' >&2; exit 1; }\n");
    }
    format!("{text}\n{functions}{json}{change}")
}

impl Script {
    /// A command as it was typed, for a comment; its name alone if it may hold a secret.
    fn shown(&self, command: &KeptCommand) -> String {
        let line = command.line.as_ref();
        let line = line.map(|line| line.written(&mut self.names.clone(), self.id));
        let text = line.unwrap_or_else(|| command.name.to_owned());
        let lines: Vec<_> = text.lines().map(clean::line).collect();
        lines.join("\n# ")
    }

    /// The lines of a command, or why it has none; `later` are those after it.
    fn command(
        &mut self,
        command: &KeptCommand,
        target: &Target<'_>,
        later: &[&KeptCommand],
    ) -> Result<String, &'static str> {
        let names = self.names.clone();
        let made = self.requests(command, target);
        let before = self.id;
        self.id = match (&made, command.id) {
            (_, IdAfter::Same) => before,
            (Ok(_), IdAfter::Answered(own)) => Some(own),
            (Ok(_), IdAfter::Named(own)) => before.filter(|id| *id == own),
            _ => None,
        };
        let made = made.inspect_err(|_| self.names = names)?;
        let is_new = self.id != before && self.id.is_some_and(|id| uses(later, id));
        match made.as_slice() {
            // Only if the id is used it is read.
            [ScriptLines { before, sends }] if is_new => Ok(format!(
                "{before}answer=$({sends})\nprintf '%s\\n' \"$answer\"\n\
                 id=$(printf %s \"$answer\" | jq -er '{ID}')\n: \"${{id:?no id in the answer}}\"\n"
            )),
            made => {
                self.id = self.id.filter(|_| self.id == before);
                let lines = made.iter();
                let lines = lines.map(|ScriptLines { before, sends }| format!("{before}{sends}\n"));
                Ok(lines.collect())
            }
        }
    }

    fn requests(
        &mut self,
        command: &KeptCommand,
        target: &Target<'_>,
    ) -> Result<Vec<ScriptLines>, &'static str> {
        if let Some(why) = command.why_not() {
            return Err(why);
        }
        let requests = command.requests.all();
        if requests.is_empty() {
            return Err(NO_LINE);
        }
        let is_there = |sent: &SentRequest| {
            let is_by = (sent.spec.proof, &sent.login) == (target.proof, target.login);
            if is_by { Ok(()) } else { Err(OTHER_LOGIN) }
        };
        let is_same = command.base.trim_end_matches('/') == target.base;
        if !is_same || requests.iter().any(|sent| sent.spec.tls != *target.tls) {
            return Err(ELSEWHERE);
        }
        requests.iter().try_for_each(is_there)?;
        let mut all = Vec::new();
        for sent in requests {
            let id = sent.user_id().and(self.id);
            let before = sent.before.as_ref();
            let names = &mut self.names;
            let mut next = |name: &str| names.next(name);
            let made = lines(&sent.spec, before, target.base, id, &mut next);
            all.push(made.map_err(|why| match why {
                NoLines::Elsewhere => ELSEWHERE,
                NoLines::Rounded => ROUNDED,
                NoLines::Readable => READABLE,
            })?);
        }
        Ok(all)
    }
}

/// Whether a later command is about this id.
fn uses(later: &[&KeptCommand], id: i64) -> bool {
    let mut requests = later.iter().flat_map(|command| command.requests.all());
    requests.any(|sent| sent.user_id() == Some(id))
}
