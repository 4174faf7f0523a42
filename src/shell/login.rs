//! The login: what proves who asks is fetched before a request is sent, and
//! fetched anew when it has ended.
//!
//! Each wrong login counts towards a ban of this machine's address, so name
//! and password that were refused are not tried again.

use super::{Prepared, Shell, detect};
use crate::catalog::{Login, Method};
use crate::error::{Error, Fault};
use crate::http::auth::{Known, Secret, Token};
use crate::http::trace;
use crate::http::{Exchange, Lost, Sending};
use crate::input::program;
use crate::request::{self, Proof, RequestSpec};
use crate::text::clean;

/// So many requests in a row whose new token was refused are enough: a server
/// that knows nobody would cost a login for each command.
const VAIN: u8 = 2;

/// The environment variable that names the admin.
pub(crate) const USER: &str = "SFTPGO_USERNAME";
/// The environment variable that holds the password.
pub(crate) const PASSWORD: &str = "SFTPGO_PASSWORD";
/// What is asked for, where a login takes a second factor.
pub(crate) const CODE: &str = "one-time code";
/// The environment variable that holds a code of the second factor.
pub(crate) const OTP: &str = "SFTPGO_OTP";
/// The environment variable that holds an API key.
pub(crate) const API_KEY: &str = "SFTPGO_API_KEY";
/// Those that hold secrets.
pub(crate) const SECRETS: &[&str] = &[PASSWORD, OTP, API_KEY];

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
            Login::Basic if !auth.user.is_empty() && !auth.sample => Proof::Basic,
            _ => Proof::None,
        }
    }

    /// Whether the next request needs a login before it.
    pub(crate) fn needs_login(&self) -> bool {
        match self.proof() {
            Proof::Token => !self.session.auth.token.as_ref().is_some_and(Token::is_good),
            // Until they are known to be right, no two requests carry them at once.
            Proof::Basic => self.session.auth.known != Known::Right,
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
    pub(super) fn need_right_password(&mut self) -> Result<(), Error> {
        if self.session.auth.known == Known::Wrong {
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

    /// Fetches a token.
    pub(crate) fn login(&mut self) -> Result<(), Error> {
        self.need_right_password()?;
        self.need_code()?;
        // One that was refused is not shown again.
        self.session.auth.token = None;
        let spec = self.own_request("token")?;
        let headers = self.session.auth.login_headers();
        let exchange = self.ask_server(&spec, headers)?;
        // A code is good once.
        let code = self.session.auth.otp.take();
        let token = (exchange.status == 200)
            .then(|| Token::of(&exchange))
            .flatten();
        match token {
            Some(token) => {
                self.session.auth.token = Some(token);
                self.session.auth.needs_code = code.is_some_and(|code| !code.is_empty());
                self.fit(&exchange);
                if exchange.server.is_none() {
                    self.ask_release()?;
                }
                Ok(())
            }
            None => Err(self.not_logged_in(&exchange, code.is_some())),
        }
    }

    /// Asks for the release, of a server that does not tell it by itself: those before 2.6.0.
    /// Without an answer it stays as it is taken to be: the command at hand can be done all the same.
    fn ask_release(&mut self) -> Result<(), Error> {
        let spec = self.own_request("version")?;
        let headers = self.session.auth.headers(Proof::Token);
        match self.ask_server(&spec, headers) {
            Ok(exchange) => {
                if let Some(release) = detect::version_of(&exchange) {
                    self.fit_release(release);
                }
                Ok(())
            }
            Err(error) if error.fault == Fault::Interrupted => Err(error),
            Err(_) => {
                let release = self.session.settings.api.release;
                self.remark(&format!(
                    "the server did not say which release it is: taken to be {release}\n"
                ));
                Ok(())
            }
        }
    }

    /// Sends a request again whose token was refused, once, with a new one: a
    /// server that restarted, or an admin who was changed. Refused is not done.
    pub(super) fn with_new_token(
        &mut self,
        prepared: &mut Prepared,
        sent: Result<Exchange, Lost>,
    ) -> Result<Result<Exchange, Lost>, Error> {
        let again = self.is_proved_anew(prepared, &sent)?;
        let sent = if again { self.send(prepared) } else { sent };
        match &sent {
            Ok(exchange) if exchange.status != 401 => self.session.auth.in_vain = 0,
            Ok(_) if again => self.session.auth.in_vain += 1,
            _ => {}
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
        let Some(refused) = sent.as_ref().ok().filter(|exchange| exchange.status == 401) else {
            return Ok(false);
        };
        let in_vain = self.session.auth.in_vain >= VAIN;
        if self.ends || in_vain || self.proof() != Proof::Token {
            return Ok(false);
        }
        // Nobody shows it later: what counts is what comes with the new token.
        if self.session.settings.debug {
            self.say(&trace::answered(&prepared.spec.veiled(), refused));
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
        // Whoever types it should see who gets it.
        let server = self.session.settings.server();
        let password = self.ask_secret(&format!("password of {user} at {server}"))?;
        self.session.auth.password = Some(Secret::new(password));
        Ok(())
    }

    /// A code, where the last login took one: the password alone would be
    /// refused, and that counts towards a ban.
    fn need_code(&mut self) -> Result<(), Error> {
        let auth = &self.session.auth;
        if !auth.needs_code || auth.otp.is_some() {
            return Ok(());
        }
        if !self.asks {
            return Err(Error::typed(
                "another login takes another one-time code: each is good once",
            )
            .hint("what takes longer than a token lasts needs an API key: SFTPGO_API_KEY"));
        }
        self.session.auth.otp = Some(Secret::new(self.ask_for(CODE)?));
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

    /// The error of a login that brought no token; a code goes by the clock.
    pub(super) fn not_logged_in(&mut self, exchange: &Exchange, with_code: bool) -> Error {
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
                self.session.auth.known = Known::Wrong;
                error(format!(
                    "cannot log in as `{user}`: name or password is wrong"
                ))
                .hint("`login` asks for the password anew")
            }
            401 => {
                self.session.auth.known = Known::Wrong;
                let clocks = if with_code {
                    exchange.of_clocks()
                } else {
                    String::new()
                };
                error(format!("cannot log in as `{user}`: name, password or code is wrong")).hint(format!(
                    "or the admin is disabled, needs a one-time code (`login --otp`, SFTPGO_OTP), or may not come from here{clocks}",
                ))
            }
            403 => error("cannot log in: the server refuses this address".to_owned())
                .hint("it may be banned for a while, or not be in the admin's list of addresses"),
            404 if by_token => error("cannot log in: the server has no `/token`".to_owned()).hint(
                "is it SFTPGo 2? `--api v1` is for older ones; logins may also be switched off",
            ),
            429 => error("cannot log in: too many requests".to_owned())
                .hint(exchange.when_to_ask_again()),
            _ if !by_token => error(format!("cannot log in: the server answered {status}"))
                .hint("is it SFTPGo's API that listens there?"),
            _ => error(format!(
                "cannot log in: the server answered {status} without a token"
            ))
            .hint("is it SFTPGo's API that listens there?"),
        }
    }
}
