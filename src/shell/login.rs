//! The login: credentials are fetched before a request is sent, and a token or
//! a password that is known to be right is kept for those that follow.
//!
//! Each wrong login counts towards a ban of this machine's address, so name
//! and password that were rejected are not tried again.

use super::Shell;
use super::credentials::{Refused, need_code, need_right_password, not_logged_in};
use super::detect::HEALTHZ;
use crate::catalog::TOKEN_PATH;
use crate::error::Error;
use crate::http::auth::{NoToken, Token};
use crate::http::{Exchange, Lost, Sending};
use crate::request::{Proof, RequestSpec};
use crate::session::release::version_of;

impl Shell {
    /// Makes sure that the next request is authenticated; returns its headers.
    pub(super) fn authorize(&mut self) -> Result<Vec<(&'static str, String)>, Error> {
        let proof = self.session.proof();
        if self.session.needs_login() {
            match proof {
                Proof::Token => self.login()?,
                _ => need_right_password(&mut self.session, &mut self.asker)?,
            }
        }
        Ok(self.session.auth.headers(proof))
    }

    /// Logs in, and finds out the release of the server.
    pub(crate) fn login(&mut self) -> Result<(), Error> {
        self.fetch_token()?;
        self.ask_release_or_assume()
    }

    /// Fetches a token.
    pub(super) fn fetch_token(&mut self) -> Result<(), Error> {
        self.need_server()?;
        need_right_password(&mut self.session, &mut self.asker)?;
        need_code(&mut self.session.auth, &mut self.asker)?;
        // A rejected code is not sent again.
        self.session.auth.token = None;
        let spec = self.session.own_request(TOKEN_PATH)?;
        let headers = self.session.auth.login_headers();
        let exchange = self.ask_with_retries(&spec, headers, true)?;
        // A code works only once.
        let code = self.session.auth.otp.take();
        let token = if exchange.status == 200 {
            Token::of(&exchange)
        } else {
            Err(NoToken::Missing)
        };
        let token = match token {
            Ok(token) => token,
            Err(token) => {
                let refused = Refused {
                    with_code: code.is_some(),
                    token,
                    ..Refused::new(&spec, &exchange)
                };
                return Err(not_logged_in(&mut self.session, &refused));
            }
        };
        let (auth, url) = (&self.session.auth, &self.session.settings.base_url);
        self.session.rejected.note(auth, url, true);
        self.session.auth.token = Some(token);
        self.session.auth.needs_code = code.is_some_and(|code| !code.is_empty());
        self.detect_release(&exchange);
        Ok(())
    }

    /// The login of the API v1, where each request carries name and password: checks
    /// whether they are right, and finds the release of the server, by the only
    /// request that all v1 servers answer.
    pub(crate) fn login_by_password(&mut self) -> Result<(), Error> {
        if let Some(remark) = self.check_password()? {
            self.screen().remark(&remark);
        }
        Ok(())
    }

    /// The same; returns the message about the release.
    pub(super) fn check_password(&mut self) -> Result<Option<String>, Error> {
        self.need_server()?;
        need_right_password(&mut self.session, &mut self.asker)?;
        let spec = self.session.own_request("version")?;
        let headers = self.session.auth.headers(Proof::Basic);
        let exchange = self.ask_with_retries(&spec, headers, true)?;
        if exchange.status != 200 {
            let refused = Refused::new(&spec, &exchange);
            return Err(not_logged_in(&mut self.session, &refused));
        }
        self.session.note_password(true);
        let release = version_of(&exchange).filter(|_| self.session.settings.api.assumed);
        let name = self.session.settings.api.name;
        let used = release.map(|release| self.session.use_api(name, Some(release)));
        used.transpose()
    }

    /// Whether a server of the API v1 wants a name and a password: it answers everyone if none
    /// are configured. A file sends no request besides its own, and assumes it.
    pub(crate) fn asks_for_login(&mut self) -> Result<bool, Error> {
        if self.in_file() {
            return Ok(true);
        }
        let spec = self.session.own_request("version")?;
        Ok(self.ask_server(&spec, Vec::new())?.status != 200)
    }

    /// Where a password will be asked for, checks first that a server answers.
    fn need_server(&mut self) -> Result<(), Error> {
        let (settings, auth) = (&self.session.settings, &self.session.auth);
        let asks = auth.password.is_none() && settings.password_command.is_empty();
        if asks && self.asker.may_prompt() && !self.connection.is_there(&settings.base_url) {
            self.question(HEALTHZ)?;
        }
        Ok(())
    }

    /// Sends a request of the shell itself and waits for its answer.
    pub(crate) fn ask_server(
        &mut self,
        spec: &RequestSpec,
        headers: Vec<(&'static str, String)>,
    ) -> Result<Exchange, Error> {
        let sending = Sending {
            headers,
            retries: 0,
            ..Sending::new(&self.session.settings)
        };
        self.ask_with(spec, &sending)
    }

    /// The same with the retries of the settings. A login is repeated less often,
    /// since a wrong one counts towards a ban.
    pub(super) fn ask_with_retries(
        &mut self,
        spec: &RequestSpec,
        headers: Vec<(&'static str, String)>,
        is_login: bool,
    ) -> Result<Exchange, Error> {
        let sending = Sending {
            is_login,
            headers,
            ..Sending::new(&self.session.settings)
        };
        self.ask_with(spec, &sending)
    }

    fn ask_with(&mut self, spec: &RequestSpec, sending: &Sending) -> Result<Exchange, Error> {
        let sent = self.exchange(spec, sending);
        self.trace(spec, sent.as_ref().ok());
        sent.map_err(|lost: Lost| self.session.explained(lost, spec))
    }
}
