//! The login: what proves who asks is fetched before a request is sent, and
//! fetched anew when it has ended.
//!
//! Each wrong login counts towards a ban of this machine's address, so name
//! and password that were refused are not tried again.

use super::{Prepared, Shell, fit};
use crate::catalog::{Login, Method};
use crate::error::{Error, Fault};
use crate::http::auth::{Proof, Secret, Token};
use crate::http::{Exchange, Lost, Sending};
use crate::input::program;
use crate::render::{clean, trace};
use crate::request::{self, RequestSpec};

/// The environment variable that names the admin.
pub(crate) const USER: &str = "SFTPGO_USERNAME";
/// The environment variable that holds the password.
pub(crate) const PASSWORD: &str = "SFTPGO_PASSWORD";
/// The environment variable that holds a code of the second factor.
pub(crate) const OTP: &str = "SFTPGO_OTP";
/// The environment variable that holds an API key.
pub(crate) const API_KEY: &str = "SFTPGO_API_KEY";

impl Shell {
    /// How requests of this generation prove who asks, here.
    pub(crate) fn proof(&self) -> Proof {
        let auth = &self.session.auth;
        // A flag before a command may name another server: it gets nothing.
        if !auth.is_for(&self.session.settings.base_url) {
            return Proof::None;
        }
        match self.session.settings.api.login {
            Login::Token if auth.key.is_some() => Proof::Key,
            Login::Token if !auth.user.is_empty() => Proof::Token,
            Login::Basic if !auth.user.is_empty() => Proof::Basic,
            _ => Proof::None,
        }
    }

    /// Whether the next request needs a login before it.
    pub(crate) fn needs_login(&self) -> bool {
        match self.proof() {
            Proof::Token => !self.session.auth.token.as_ref().is_some_and(Token::is_good),
            // Until they are known to be right, no two requests carry them at once.
            Proof::Basic => !self.session.auth.accepted,
            Proof::None | Proof::Key => false,
        }
    }

    /// Makes sure that the next request can prove who asks; gives its headers.
    pub(super) fn authorize(&mut self) -> Result<Vec<(&'static str, String)>, Error> {
        let proof = self.proof();
        if self.needs_login() {
            match proof {
                Proof::Token => self.login()?,
                _ => self.need_right_password()?,
            }
        }
        Ok(self.session.auth.headers(proof))
    }

    /// A name and a password that may be sent.
    fn need_right_password(&mut self) -> Result<(), Error> {
        if self.session.auth.refused {
            return Err(Error::typed(format!(
                "`{}` was refused with this password: it is not tried again",
                clean::line(&self.session.auth.user)
            ))
            .hint("each wrong login counts towards a ban; `login` asks for the password anew"));
        }
        if self.session.auth.user.contains(':') {
            // The server would take what is behind it for the password.
            return Err(Error::typed("a name with `:` cannot log in by password")
                .hint("HTTP has no way to send it; an API key has"));
        }
        self.need_password()
    }

    /// Looks whether a password is right that goes with each request, and of
    /// which release the server is, by the one question that all of v1 answer.
    pub(crate) fn login_by_password(&mut self) -> Result<(), Error> {
        self.need_right_password()?;
        let spec = self.own_request("version")?;
        let headers = self.session.auth.headers(Proof::Basic);
        let exchange = self.ask_server(&spec, headers)?;
        if exchange.status != 200 {
            return Err(self.not_logged_in(&exchange));
        }
        self.session.auth.accepted = true;
        self.learn_release(&exchange)
    }

    /// Notes what the server says of a password that goes with each request.
    fn note_password(&mut self, prepared: &Prepared, sent: &Result<Exchange, Lost>) {
        let headers = self.session.auth.headers(Proof::Basic);
        let Ok(exchange) = sent else { return };
        if prepared.spec.proof != Proof::Basic || !prepared.proves(&headers) {
            return;
        }
        let auth = &mut self.session.auth;
        auth.refused = exchange.status == 401;
        // Paths that the server does not know are answered to anybody.
        let is_known = prepared.spec.command.is_some() && exchange.status < 400;
        auth.accepted = (auth.accepted || is_known) && !auth.refused;
    }

    /// Fetches a token.
    pub(crate) fn login(&mut self) -> Result<(), Error> {
        self.need_right_password()?;
        // One that was refused is not shown again.
        self.session.auth.token = None;
        let spec = self.own_request("token")?;
        let headers = self.session.auth.login_headers();
        let exchange = self.ask_server(&spec, headers)?;
        // A code is good once.
        self.session.auth.otp = None;
        let token = (exchange.status == 200)
            .then(|| Token::of(&exchange))
            .flatten();
        match token {
            Some(token) => {
                self.session.auth.token = Some(token);
                self.fit(&exchange);
                if exchange.server.is_none() {
                    self.ask_release()?;
                }
                Ok(())
            }
            None => Err(self.not_logged_in(&exchange)),
        }
    }

    /// Asks for the release, of a server that does not tell it by itself: those before 2.6.0.
    fn ask_release(&mut self) -> Result<(), Error> {
        let spec = self.own_request("version")?;
        let headers = self.session.auth.headers(Proof::Token);
        let exchange = self.ask_server(&spec, headers)?;
        if let Some(release) = fit::version_of(&exchange) {
            self.fit_release(release);
        }
        Ok(())
    }

    /// Sends a request again whose token was refused, once, with a new one: a
    /// server that restarted, or an admin who was changed. Refused is not done.
    pub(super) fn with_new_token(
        &mut self,
        prepared: &mut Prepared,
        sent: Result<Exchange, Lost>,
    ) -> Result<Result<Exchange, Lost>, Error> {
        if self.is_proved_anew(prepared, &sent)? {
            return Ok(self.send(prepared));
        }
        Ok(sent)
    }

    /// Whether an answer refuses the token of a request, which then has a new one.
    pub(crate) fn is_proved_anew(
        &mut self,
        prepared: &mut Prepared,
        sent: &Result<Exchange, Lost>,
    ) -> Result<bool, Error> {
        self.note_password(prepared, sent);
        let refused = sent.as_ref().is_ok_and(|exchange| exchange.status == 401);
        if !refused || self.ends || self.proof() != Proof::Token {
            return Ok(false);
        }
        let tried = prepared.proves(&self.session.auth.headers(Proof::Token));
        if tried || self.needs_login() {
            self.login()?;
        }
        prepared.prove(self.session.auth.headers(Proof::Token));
        Ok(true)
    }

    /// A password, from wherever it may come.
    fn need_password(&mut self) -> Result<(), Error> {
        if self.session.auth.password.is_some() {
            return Ok(());
        }
        self.session.auth.bind(&self.session.settings.base_url);
        let user = clean::line(&self.session.auth.user).into_owned();
        let left = self.session.auth.left;
        let command = &self.session.settings.password_command;
        if !command.is_empty() && !left {
            let password = program::first_line(command)?;
            self.session.auth.password = Some(Secret::new(password));
            return Ok(());
        }
        if !self.asks {
            let error = Error::typed(format!("there is no password for `{user}`"));
            return Err(error.hint(if left {
                "what was given at the start was for another server: `login` gives it to this one"
                    .to_owned()
            } else {
                format!("`export {PASSWORD}=…` before the start")
            }));
        }
        let password = self.ask_secret(&format!("password of {user}"))?;
        self.session.auth.password = Some(Secret::new(password));
        Ok(())
    }

    /// Asks for a secret that no command line can hold, where someone can answer.
    pub(crate) fn ask_for(&mut self, name: &str) -> Result<String, Error> {
        if self.asks {
            return self.ask_secret(name);
        }
        Err(
            Error::typed(format!("there is nobody to ask for the {name}"))
                .hint(format!("`export {OTP}=…` before the start")),
        )
    }

    /// A GET of the shell's own, below the prefix of the generation.
    pub(crate) fn own_request(&self, path: &str) -> Result<RequestSpec, Error> {
        let settings = &self.session.settings;
        request::raw(
            Method::Get,
            path,
            &[],
            None,
            &settings.base_url,
            settings.api.prefix,
        )
    }

    /// Sends a request of the shell's own and waits for its answer.
    pub(crate) fn ask_server(
        &mut self,
        spec: &RequestSpec,
        headers: Vec<(&'static str, String)>,
    ) -> Result<Exchange, Error> {
        let sending = Sending {
            headers,
            // A login may count towards a ban although its answer is lost.
            retries: 0,
            ..self.sending()
        };
        let sent = self.exchange(spec, &sending);
        if self.session.settings.debug {
            self.say(&match &sent {
                // Not the body: it holds the token.
                Ok(exchange) => trace::answered(spec, exchange),
                Err(_) => trace::unanswered(spec),
            });
        }
        sent.map_err(|lost: Lost| self.explained(lost, spec))
    }

    /// The error of a login that brought no token.
    fn not_logged_in(&mut self, exchange: &Exchange) -> Error {
        let user = clean::line(&self.session.auth.user).into_owned();
        let status = exchange.status;
        let by_token = self.proof() == Proof::Token;
        let fault = if status >= 400 {
            Fault::Refused(status)
        } else {
            Fault::NoAnswer
        };
        let error = |message: String| Error::new(fault, message);
        match status {
            401 if !by_token => {
                self.session.auth.refused = true;
                error(format!(
                    "cannot log in as `{user}`: name or password is wrong"
                ))
                .hint("`login` asks for the password anew")
            }
            401 => {
                self.session.auth.refused = true;
                error(format!("cannot log in as `{user}`: name, password or code is wrong")).hint(
                    "or the admin is disabled, needs a one-time code (`login --otp`, SFTPGO_OTP), or may not come from here",
                )
            }
            403 => error("cannot log in: the server refuses this address".to_owned())
                .hint("it may be banned for a while, or not be in the admin's list of addresses"),
            404 if by_token => error("cannot log in: the server has no `/token`".to_owned()).hint(
                "is it SFTPGO 2? `--api v1` is for older ones; logins may also be switched off",
            ),
            429 => error("cannot log in: too many requests".to_owned()).hint(format!(
                "the server wants to be asked again in {} s",
                exchange.retry_after.as_deref().unwrap_or("a few")
            )),
            _ if !by_token => error(format!("cannot log in: the server answered {status}"))
                .hint("is it SFTPGo's API that listens there?"),
            _ => error(format!(
                "cannot log in: the server answered {status} without a token"
            ))
            .hint("is it SFTPGo's API that listens there?"),
        }
    }
}
