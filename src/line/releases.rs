//! Whether a line means the same for every release of an API.

use super::call::{Content, Parsed};
use super::parse::Parser;
use crate::catalog::{self, Api, Command};
use crate::error::Error;

impl Parser {
    /// Whether the server's release decides if a line is right, or which request it makes;
    /// `parsed` is the result for the release of `api`, and `read` parses the line.
    pub fn depends_on_release(
        &mut self,
        parsed: &Result<Parsed, Error>,
        api: &'static Api,
        read: impl Fn(&mut Self, &'static Api) -> Result<Parsed, Error>,
    ) -> bool {
        match parsed {
            Err(error) => error.clone().each().iter().all(|error| error.of_release),
            Ok(Parsed { content, .. }) => {
                let Content::Call(call) = content else {
                    return false;
                };
                // What a release has came at some release, and was there until another one:
                // the oldest and the newest tell whether all have it.
                let oldest = catalog::at(api.name, api.span.first);
                let newest = catalog::api(api.name).unwrap_or(api);
                let is_same = |command: &Command| std::ptr::eq(command, call.command);
                let mut differs = |other: &'static Api| match read(self, other) {
                    Ok(parsed) => match parsed.content {
                        Content::Call(other) => {
                            !is_same(other.command) || other.change != call.change
                        }
                        _ => true,
                    },
                    Err(_) => true,
                };
                call.command.route().is_some()
                    && (differs(oldest) || newest.release != api.release && differs(newest))
            }
        }
    }

    /// Errors that another release would not have, in the words for a release that
    /// is only assumed; the hint names one that would not. `read` parses the line.
    pub(super) fn of_assumed(
        &mut self,
        error: Error,
        api: &'static Api,
        mut read: impl FnMut(&mut Self, &'static Api) -> Result<Parsed, Error>,
    ) -> Error {
        let all = error.each().into_iter();
        let all: Vec<Error> = all
            .map(|error| self.one_of_assumed(error, api, &mut read))
            .collect();
        Error::joined(all).unwrap_or_else(|| Error::typed("the line is wrong"))
    }

    fn one_of_assumed(
        &mut self,
        error: Error,
        api: &'static Api,
        read: &mut dyn FnMut(&mut Self, &'static Api) -> Result<Parsed, Error>,
    ) -> Error {
        let Some(message) = catalog::assumed(&error.message, api) else {
            return error;
        };
        // The same words may be wrong in another way there.
        let mut has_it = |other: &&'static Api| match read(self, other) {
            Ok(_) => true,
            Err(other) => {
                let cause = |error: &Error| error.message.split(';').next().map(str::to_owned);
                other
                    .each()
                    .iter()
                    .all(|other| cause(other) != cause(&error))
            }
        };
        let way = match catalog::last_with(api)
            .into_iter()
            .find(|other| has_it(other))
        {
            Some(other) => format!(
                "use `--api {}` if that is the server's release",
                other.release
            ),
            None => "use `--api RELEASE` to set the server's release".to_owned(),
        };
        let hint = match &error.hint {
            Some(hint) => format!("{way}; {hint}"),
            None => way,
        };
        Error {
            message,
            of_release: true,
            ..error
        }
        .hint(hint)
    }
}
