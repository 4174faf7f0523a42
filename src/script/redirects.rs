//! `|` and `>` in command files: off, unless the start of the program allows them,
//! since a file must not run a program or overwrite another file unexpectedly.

use super::Stop;
use super::run::{Run, Statement};
use crate::catalog::Api;
use crate::command;
use crate::error::Error;
use crate::line::outline::command_of;
use crate::line::redirect::{self, Redirect};
use crate::text::lex::Word;

/// Splits the words of a command of `text` from its redirect, if redirects are allowed.
pub(super) fn split<'a>(
    text: &str,
    words: &'a [Word],
    api: &'static Api,
    allowed: bool,
) -> Result<(&'a [Word], Option<Redirect>), Error> {
    let (command, rest) = redirect::parts(words, api);
    if let Some(first) = rest.first().filter(|_| !allowed) {
        let shown = first.unquoted_start();
        let sign = if shown.starts_with('|') { "|" } else { ">" };
        return Err(Error::typed(format!("`{sign}` is not allowed in command files"))
            .hint(format!(
                "start with `--allow-shell` to allow it; for a literal `{sign}`, put it in quotes"
            ))
            .at(first.span.start..first.span.start + sign.len()));
    }
    let split = redirect::split(text, words, api)?;
    if split.1.is_some() && command_of(command, api).is_some_and(command::runs_a_file) {
        let why = "the output of a sourced file cannot be redirected in a command file";
        return Err(Error::typed(why)
            .hint("redirect the commands in it, or the whole run")
            .at(rest.first().map_or(0..0, |first| first.span.clone())));
    }
    Ok(split)
}

impl Run<'_> {
    /// Does the same for a command of this run.
    pub(super) fn split<'a>(
        &self,
        words: &'a [Word],
        statement: &Statement,
    ) -> Result<(&'a [Word], Option<Redirect>), Error> {
        let session = &self.shell.session;
        let text = &statement.text.text;
        split(text, words, session.settings.api, session.allow_shell)
    }

    /// Runs a command whose results go elsewhere, once all before it are done.
    pub(super) fn redirected(
        &mut self,
        words: &[Word],
        redirect: &Redirect,
        statement: &Statement,
    ) -> Result<(), Stop> {
        self.start_statement(statement);
        let done = command::read_words(self.shell, words)
            .and_then(|parsed| command::perform_to(self.shell, parsed, redirect, command::call));
        self.handle_result(done, statement)
    }
}
