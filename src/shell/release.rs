//! The release of the server: it is asked for where it decides what a line means.

use super::Shell;
use super::credentials::{Refused, need_right_password, not_logged_in};
use crate::catalog::Api;
use crate::error::{Error, Fault};
use crate::line::call::{Call, Parsed, What};
use crate::line::parse::Parser;
use crate::line::variables::Arg;
use crate::request::Proof;
use crate::session::release::version_of;

impl Shell {
    /// Parses words for the server. Where its release decides, and is not known, the
    /// server is asked for it first.
    pub(crate) fn parse_for_server(&mut self, args: &[Arg]) -> Result<Parsed, Error> {
        self.read_for_server(|parser, api| parser.parse(args, api))
    }

    /// The same for the words after `edit`.
    pub(crate) fn parse_target(&mut self, args: &[Arg]) -> Result<Parsed, Error> {
        self.read_for_server(|parser, api| parser.target(args, api))
    }

    fn read_for_server(
        &mut self,
        read: impl Fn(&mut Parser, &'static Api) -> Result<Parsed, Error>,
    ) -> Result<Parsed, Error> {
        let parsed = read(&mut self.parser, self.session.settings.api);
        if !self.must_ask_release(&parsed, &read) {
            return parsed;
        }
        let overrides = parsed.map_or_else(|_| Vec::new(), |parsed| parsed.overrides);
        self.under(&overrides, |shell| {
            shell.learn_release()?;
            read(&mut shell.parser, shell.session.settings.api)
        })
    }

    /// Whether the server has to be asked for its release before these words are run;
    /// `read` parses them.
    pub(super) fn must_ask_release(
        &mut self,
        parsed: &Result<Parsed, Error>,
        read: impl FnOnce(&mut Parser, &'static Api) -> Result<Parsed, Error>,
    ) -> bool {
        let api = self.session.settings.api;
        // The answer to a request that only reads tells the release as well, or shows
        // that the server does not have it. A login comes first anyway.
        let tells = matches!(parsed, Ok(Parsed { what: What::Call(call), .. }) if call.reads());
        if tells && !self.session.needs_login() {
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
        if self.session.proof() == Proof::Token && self.session.needs_login() {
            // The answer to a login has the release, or the login asks for it.
            return self.login();
        }
        self.ask_release()
    }

    /// Requests the release of a server that does not send it by itself: those before 2.6.0.
    /// Without an answer the assumed release is kept: the current command can run all the same.
    pub(super) fn ask_release(&mut self) -> Result<(), Error> {
        self.session.asked_release = true;
        let proof = self.session.proof();
        if proof == Proof::Basic {
            need_right_password(&mut self.session, &mut self.asker)?;
        }
        let headers = self.session.auth.headers(proof);
        let spec = self.session.own_request("version")?;
        let answer = if proof == Proof::Basic {
            self.ask_login(&spec, headers)
        } else {
            self.ask_server(&spec, headers)
        };
        let remark = match answer {
            Ok(exchange) if exchange.status == 401 && proof == Proof::Basic => {
                let refused = Refused::new(&spec, &exchange);
                return Err(not_logged_in(&mut self.session, &refused));
            }
            Ok(exchange) => {
                version_of(&exchange).and_then(|release| self.session.use_release(release))
            }
            Err(error) if error.fault == Fault::Interrupted => return Err(error),
            Err(_) => Some(format!(
                "the server does not tell its release; assuming {}\n",
                self.session.settings.api.release
            )),
        };
        if let Some(remark) = remark {
            self.screen().remark(&remark);
        }
        Ok(())
    }
}
