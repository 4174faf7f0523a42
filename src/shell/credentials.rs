//! The credentials of a login: where they come from, and why they were rejected.

use super::asker::Asker;
use crate::error::{Error, Fault};
use crate::http::Exchange;
use crate::http::auth::{Auth, PasswordState, Secret};
use crate::input::program;
use crate::request::Proof;
use crate::session::Session;
use crate::text::clean;

/// The environment variable that names the admin.
pub(crate) const USER: &str = "SFTPGO_USERNAME";
/// The environment variable that holds the password.
pub(crate) const PASSWORD: &str = "SFTPGO_PASSWORD";
/// The prompt of a login with two-factor authentication.
pub(crate) const CODE: &str = "one-time code";
/// The environment variable that holds a one-time code.
pub(crate) const OTP: &str = "SFTPGO_OTP";
/// The environment variable that holds an API key.
pub(crate) const API_KEY: &str = "SFTPGO_API_KEY";
/// The environment variables that hold secrets.
pub(crate) const SECRETS: &[&str] = &[PASSWORD, OTP, API_KEY];

/// Makes sure that there are a name and a password that may be sent.
pub(super) fn need_right_password(session: &mut Session, asker: &mut Asker) -> Result<(), Error> {
    if session.auth.password_state == PasswordState::Wrong {
        return Err(Error::typed(format!(
            "`{}` was rejected with this password; not trying it again",
            clean::line(&session.auth.user)
        ))
        .hint("each wrong login counts towards a ban; `login` asks for the password again"));
    }
    if session.auth.user.contains(':') {
        // The server would read the rest as the password.
        return Err(Error::typed("a name with `:` cannot log in by password")
            .hint("Basic authentication cannot carry a `:`; use an API key"));
    }
    need_password(session, asker)
}

/// Gets a password from any source.
fn need_password(session: &mut Session, asker: &mut Asker) -> Result<(), Error> {
    if session.auth.password.is_some() {
        return Ok(());
    }
    session.auth.bind(&session.settings.base_url);
    let user = clean::line(&session.auth.user).into_owned();
    let was_for_other_server = session.auth.was_for_other_server;
    let command = &session.settings.password_command;
    if !command.is_empty() && !was_for_other_server {
        let password = program::first_line(command)?;
        session.auth.password = Some(Secret::new(password));
        return Ok(());
    }
    if !asker.may_prompt() {
        let error = Error::typed(format!("there is no password for `{user}`"));
        return Err(error.hint(if was_for_other_server {
            "the credentials given at startup belong to another server; `login` sends them to this one"
                .to_owned()
        } else {
            format!("set it before starting the shell: `export {PASSWORD}=…`")
        }));
    }
    // The prompt shows which server gets the password.
    let server = session.settings.server();
    let password = asker.ask_secret(&format!("password of {user} at {server}"))?;
    session.auth.password = Some(password);
    Ok(())
}

/// Gets a one-time code if the last login needed one: the password alone would be
/// rejected, and that counts towards a ban.
pub(super) fn need_code(auth: &mut Auth, asker: &mut Asker) -> Result<(), Error> {
    if !auth.needs_code || auth.otp.is_some() {
        return Ok(());
    }
    if !asker.may_prompt() {
        return Err(Error::typed(
            "this login needs a new one-time code; each code works only once",
        )
        .hint("for runs longer than a token's lifetime use an API key: SFTPGO_API_KEY"));
    }
    auth.otp = Some(ask_code(asker)?);
    Ok(())
}

/// Asks for a one-time code, which no command line can hold, where someone can answer.
pub(crate) fn ask_code(asker: &mut Asker) -> Result<Secret, Error> {
    if asker.may_prompt() {
        return asker.ask_secret(CODE);
    }
    Err(
        Error::typed(format!("cannot ask for the {CODE}: no terminal")).hint(format!(
            "set it before starting the shell: `export {OTP}=…`"
        )),
    )
}

/// The error of a failed login. A rejected password is noted; one-time codes depend on the clock.
pub(super) fn not_logged_in(session: &mut Session, exchange: &Exchange, with_code: bool) -> Error {
    let status = exchange.status;
    let by_token = session.proof() == Proof::Token;
    if status == 401 {
        session.auth.password_state = PasswordState::Wrong;
    }
    let user = clean::line(&session.auth.user);
    let (message, hint) = match status {
        401 if !by_token => (
            format!(" as `{user}`: name or password is wrong"),
            "`login` asks for the password again".to_owned(),
        ),
        401 => (
            format!(" as `{user}`: name, password or code is wrong"),
            format!(
                "or the admin is disabled, needs a one-time code (`login --otp`, {OTP}), or is not allowed to log in from this address{}",
                if with_code {
                    exchange.of_clocks()
                } else {
                    String::new()
                }
            ),
        ),
        403 => (
            ": the server refuses this address".to_owned(),
            "it may be banned for a limited time, or missing from the admin's allowed addresses"
                .to_owned(),
        ),
        404 if by_token => (
            ": the server has no `/token`".to_owned(),
            "is this SFTPGo 2? Use `--api v1` for older servers; logins may also be disabled"
                .to_owned(),
        ),
        429 => (
            ": too many requests".to_owned(),
            exchange.when_to_ask_again(),
        ),
        _ => (
            format!(
                ": the server answered {status}{}",
                if by_token { " without a token" } else { "" }
            ),
            "is this really SFTPGo's address?".to_owned(),
        ),
    };
    let fault = if status >= 400 {
        Fault::Refused(status)
    } else {
        Fault::NoAnswer
    };
    Error::new(fault, format!("cannot log in{message}")).hint(hint)
}
