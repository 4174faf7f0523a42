//! A script for sh that does with curl what the commands of a session did.

use super::line::Names;
use super::sent::SentRequest;
use super::{FileText, IdAfter, KeptCommand};
use crate::request::Proof;
use crate::request::curl::quoted;
use crate::request::script::{JSON, functions, lines, login_variables};
use crate::settings::Tls;
use crate::text::clean;

const NO_LINE: &str = "no curl command stands for it";
const ELSEWHERE: &str = "it was sent to another server, or with another login";
const ROUNDED: &str = "jq would round one of its numbers";

/// The filter of jq for the id of an answer: a user, or a list with one.
const ID: &str = r#"if type == "array" and length == 1 then .[0] else . end | .id"#;

/// The server and the login of a script: those of its first request.
struct Target<'a> {
    base: &'a str,
    shown: &'a str,
    token_path: &'a str,
    proof: Proof,
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
            None => Err(NO_LINE),
        };
        match made {
            Ok(made) => {
                count += 1;
                text.push_str(&format!("\n# {shown}\n{made}"));
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
    }
}

/// The server and the login of a command, if it has a request.
fn target_of(command: &KeptCommand) -> Option<Target<'_>> {
    let sent = command.requests.all().first()?;
    Some(Target {
        base: command.base.trim_end_matches('/'),
        shown: command.server.trim_end_matches('/'),
        token_path: &command.token_path,
        proof: sent.spec.proof,
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
    let needs_jq = [&functions, lines, json]
        .iter()
        .any(|text| text.contains("jq "));
    let mut text = format!("#!/bin/sh\n# API {api}. Needs curl 7.76 or later");
    text.push_str(if needs_jq { ", and jq.\n" } else { ".\n" });
    text.push_str(&format!(
        "# `SFTPGO_HOST` is the server, if it is another one.\n\
         set -eu\nbase={}\nbase=${{SFTPGO_HOST:-$base}}\nbase=${{base%/}}\n",
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
    format!("{text}\n{functions}{json}")
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
        let made = self.requests(command, target);
        let before = self.id;
        self.id = match (&made, command.id) {
            (_, IdAfter::Same) => before,
            (Ok(_), IdAfter::Answered(own)) => Some(own),
            (Ok(_), IdAfter::Named(own)) => before.filter(|id| *id == own),
            _ => None,
        };
        let made = made?;
        if self.id == before || self.id.is_none() {
            return Ok(made);
        }
        // One answer has it, and only if it is used it is read.
        if command.requests.all().len() != 1 || !self.id.is_some_and(|id| uses(later, id)) {
            self.id = None;
            return Ok(made);
        }
        Ok(format!(
            "answer=$({})\nprintf '%s\\n' \"$answer\"\n\
             id=$(printf %s \"$answer\" | jq -er '{ID}')\n",
            made.trim_end()
        ))
    }

    fn requests(
        &mut self,
        command: &KeptCommand,
        target: &Target<'_>,
    ) -> Result<String, &'static str> {
        let requests = command.requests.all();
        if requests.is_empty() {
            return Err(NO_LINE);
        }
        let is_there = |sent: &SentRequest| {
            let spec = &sent.spec;
            (spec.proof, &spec.tls) == (target.proof, target.tls)
        };
        let is_same = command.base.trim_end_matches('/') == target.base;
        if !is_same || !requests.iter().all(is_there) {
            return Err(ELSEWHERE);
        }
        let mut text = String::new();
        for sent in requests {
            let id = sent.user_id().and(self.id);
            let before = sent.before.as_ref();
            let names = &mut self.names;
            let mut next = |name: &str| names.next(name);
            let made = lines(&sent.spec, before, target.base, id, &mut next);
            text.push_str(&made.ok_or(ROUNDED)?);
            text.push('\n');
        }
        Ok(text)
    }
}

/// Whether a later command is about this id.
fn uses(later: &[&KeptCommand], id: i64) -> bool {
    let mut requests = later.iter().flat_map(|command| command.requests.all());
    requests.any(|sent| sent.user_id() == Some(id))
}
