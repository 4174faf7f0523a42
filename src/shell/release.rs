//! The release of the server: it is asked for where it decides what a line means.

use super::Shell;
use super::credentials::{Refused, need_right_password, not_logged_in};
use crate::catalog::{Api, Target};
use crate::error::{Error, Fault};
use crate::line::call::{Call, Content, Parsed};
use crate::line::parse::Parser;
use crate::line::variables::Arg;
use crate::request::Proof;
use crate::session::release::{ReleaseState, version_of};

impl Shell {
    /// Parses words for the server. Where its release decides, and is not known, the
    /// server is asked for it first.
    pub(crate) fn parse_for_server(&mut self, args: &[Arg]) -> Result<Parsed, Error> {
        let parsed = self.read_for_server(|parser, api| parser.parse(args, api))?;
        self.session.allow(&parsed)?;
        Ok(parsed)
    }

    /// The same for the words after `edit` and its like.
    pub(crate) fn parse_target(
        &mut self,
        outer: (&str, Target),
        args: &[Arg],
    ) -> Result<Parsed, Error> {
        self.read_for_server(|parser, api| parser.target(outer, args, api))
    }

    fn read_for_server(
        &mut self,
        read: impl Fn(&mut Parser, &'static Api) -> Result<Parsed, Error>,
    ) -> Result<Parsed, Error> {
        let parsed = read(&mut self.parser, self.session.settings.api);
        if !self.must_ask_release(&parsed, &read) {
            return parsed;
        }
        let reads = reads(&parsed);
        let overrides = parsed.map_or_else(|_| Vec::new(), |parsed| parsed.overrides);
        self.under(&overrides, |shell| {
            shell.need_token()?;
            if reads {
                shell.ask_release_or_assume()?;
            } else {
                shell.learn_release()?;
            }
            read(&mut shell.parser, shell.session.settings.api)
        })
    }

    /// Whether the server has to be asked for its release before these words are run;
    /// `read` parses them.
    pub(super) fn must_ask_release(
        &mut self,
        parsed: &Result<Parsed, Error>,
        read: impl Fn(&mut Parser, &'static Api) -> Result<Parsed, Error>,
    ) -> bool {
        let api = self.session.settings.api;
        // The answer to a request that only reads has the release as well, or shows
        // that the server does not have it. A login comes first anyway. By a field that the
        // server does not have, the wrong objects would be found.
        if reads(parsed) && !finds(parsed) && !self.session.needs_login() {
            return false;
        }
        self.session.can_ask_release() && self.parser.depends_on_release(parsed, api, read)
    }

    /// Checks that the server has the command and the flags of a call; asks for its
    /// release first if that decides, and is not known.
    pub(crate) fn check_release(&mut self, call: &Call) -> Result<(), Error> {
        let api = self.session.settings.api;
        if call.check_release(api.span.first).is_err() {
            self.learn_release()?;
        }
        call.check_release(self.session.settings.api.release)
    }

    /// Asks the server for its release, unless it is known or was asked before.
    pub(crate) fn learn_release(&mut self) -> Result<(), Error> {
        if !self.session.can_ask_release() {
            return Ok(());
        }
        self.need_token()?;
        if self.session.can_ask_release() {
            self.ask_release()?;
        }
        Ok(())
    }

    /// Fetches a token, unless there is a good one; the answer may tell the release.
    fn need_token(&mut self) -> Result<(), Error> {
        if self.session.proof() == Proof::Token && self.session.needs_login() {
            self.fetch_token()?;
        }
        Ok(())
    }

    /// Requests the release of a server that does not send it with a login: those before 2.6.0.
    fn ask_release(&mut self) -> Result<(), Error> {
        let proof = self.session.proof();
        if proof == Proof::Basic {
            need_right_password(&mut self.session, &mut self.asker)?;
        }
        let headers = self.session.auth.headers(proof);
        let spec = self.session.own_request("version")?;
        let exchange = self.ask_with_retries(&spec, headers, proof == Proof::Basic)?;
        match exchange.status {
            401 if proof == Proof::Basic => {
                let refused = Refused::new(&spec, &exchange);
                return Err(not_logged_in(&mut self.session, &refused));
            }
            // An admin who may not ask gets the same answer to the command.
            200 | 401 | 403 | 404 => {}
            status => {
                let message = format!(
                    "cannot determine the server's release: it answered {status}; nothing was sent"
                );
                return Err(Error::new(Fault::Refused(status), message)
                    .hint("`--retry N` tries again, `--api RELEASE` sets the release"));
            }
        }
        self.session.release_state = ReleaseState::Hidden;
        let release = version_of(&exchange).filter(|_| exchange.status == 200);
        let remark = release.and_then(|release| self.session.use_release(release));
        if let Some(remark) = remark {
            self.screen().remark(&remark);
        }
        Ok(())
    }

    /// The same for what does not depend on it: without an answer the assumed release is kept.
    pub(super) fn ask_release_or_assume(&mut self) -> Result<(), Error> {
        if !self.session.can_ask_release() {
            return Ok(());
        }
        match self.ask_release() {
            Err(error) if error.fault != Fault::Interrupted => {
                let release = self.session.settings.api.release;
                self.screen().remark(&format!(
                    "the server does not report its release; assuming {release}\n"
                ));
                Ok(())
            }
            asked => asked,
        }
    }
}

/// Whether a line is a command that looks at fields of a list.
fn finds(parsed: &Result<Parsed, Error>) -> bool {
    matches!(parsed, Ok(Parsed { content: Content::Call(call), .. }) if call.view.reads_all())
}

/// Whether a line is a command that only reads.
fn reads(parsed: &Result<Parsed, Error>) -> bool {
    matches!(parsed, Ok(Parsed { content: Content::Call(call), .. }) if call.reads())
}
