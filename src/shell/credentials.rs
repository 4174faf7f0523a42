//! The credentials of a login: where they come from, and why they were rejected.

use super::asker::Asker;
use crate::error::{Error, Fault};
use crate::http::auth::{Auth, NoToken, PasswordState, Secret};
use crate::http::{Exchange, TLS_PORT};
use crate::input::program;
use crate::request::{Proof, RequestSpec};
use crate::session::Session;
use crate::session::answer::redirect;
use crate::settings::credentials::{API_KEY, OTP, PASSWORD, USER};
use crate::settings::{Key, Origin, ProfileEntry, Settings};
use crate::text::clean;
use std::collections::BTreeMap;
use url::Url;

/// The prompt of a login with two-factor authentication.
pub(crate) const CODE: &str = "one-time code";

/// Makes sure that there are a name and a password that may be sent.
pub(super) fn need_right_password(session: &mut Session, asker: &mut Asker) -> Result<(), Error> {
    if session.auth.password_state == PasswordState::Wrong {
        return Err(rejected(session, "`login` asks for the password again"));
    }
    if session.auth.user.contains(':') {
        // The server would read the rest as the password.
        return Err(Error::typed("a name with `:` cannot log in by password")
            .hint("Basic authentication cannot carry a `:`; use an API key"));
    }
    need_password(session, asker)?;
    let (auth, url) = (&session.auth, &session.settings.base_url);
    if session.rejected.refuses(auth, url) {
        let again = "after `connect @NAME`, `login` tries it again";
        return Err(rejected(session, again));
    }
    Ok(())
}

fn rejected(session: &Session, again: &str) -> Error {
    let user = clean::line(&session.auth.user);
    Error::typed(format!(
        "`{user}` was rejected with this password; not trying it again"
    ))
    .hint(format!("each wrong login counts towards a ban; {again}"))
}

/// Gets a password from any source.
pub(super) fn need_password(session: &mut Session, asker: &mut Asker) -> Result<(), Error> {
    if session.auth.password.is_some() {
        return Ok(());
    }
    session.auth.bind(&session.settings.base_url);
    let user = clean::line(&session.auth.user).into_owned();
    let was_for_other_server = session.auth.was_for_other_server;
    let command = &session.settings.password_command;
    if !command.is_empty() && !was_for_other_server {
        let password = program::password(command, session.settings.timeout)?;
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
    auth.otp = Some(asker.ask_secret(CODE)?);
    Ok(())
}

/// Has the next login ask for a one-time code, which no command line can hold: after the
/// password, as the server's own login page does. Where nobody can answer, the code of the
/// environment is used, if no login has used it yet.
pub(crate) fn ask_code_after_password(auth: &mut Auth, asker: &Asker) -> Result<(), Error> {
    if asker.may_prompt() {
        auth.otp = None;
        auth.needs_code = true;
        return Ok(());
    }
    if auth.otp.is_some() {
        return Ok(());
    }
    Err(
        Error::typed(format!("cannot ask for the {CODE}: no terminal")).hint(format!(
            "set it before starting the shell: `export {OTP}=…`"
        )),
    )
}

/// The result of a login.
pub(super) struct Refused<'a> {
    pub(super) spec: &'a RequestSpec,
    pub(super) exchange: &'a Exchange,
    /// Whether a one-time code was sent.
    pub(super) with_code: bool,
    /// Why the answer gives no token.
    pub(super) token: NoToken,
}

impl<'a> Refused<'a> {
    /// By name and password alone.
    pub(super) fn new(spec: &'a RequestSpec, exchange: &'a Exchange) -> Self {
        Self {
            spec,
            exchange,
            with_code: false,
            token: NoToken::Missing,
        }
    }
}

/// The error of a failed login. A rejected password is noted; one-time codes depend on the clock.
pub(super) fn not_logged_in(session: &mut Session, refused: &Refused<'_>) -> Error {
    let Refused { spec, exchange, .. } = *refused;
    let status = exchange.status;
    let by_token = session.proof() == Proof::Token;
    if status == 401 {
        session.note_password(false);
    }
    let (message, hint) = match status {
        300..=399 => {
            let error = session.without_secrets(redirect(spec, exchange), spec);
            (
                format!(": {}", error.message),
                error.hint.unwrap_or_default(),
            )
        }
        400 if exchange.is_of_tls_port() => {
            (": the server answered 400".to_owned(), TLS_PORT.to_owned())
        }
        401 => wrong(session, refused, by_token),
        403 => (
            ": the server rejects this address".to_owned(),
            "it may be banned for a limited time, or missing from the admin's allowed addresses"
                .to_owned(),
        ),
        404 if by_token => (": the server has no `/token`".to_owned(), no_token(session)),
        429 => (
            ": too many requests".to_owned(),
            exchange.when_to_ask_again(),
        ),
        200 if by_token && refused.token == NoToken::Unusable => (
            ": the server sent a token that cannot be used".to_owned(),
            "it is empty, or contains characters that are not allowed in a header".to_owned(),
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

/// What is wrong with name, password and code.
fn wrong(session: &Session, refused: &Refused<'_>, by_token: bool) -> (String, String) {
    let user = clean::line(&session.auth.user);
    if !by_token {
        return (
            format!(" as `{user}`: name or password is wrong"),
            "`login` asks for the password again".to_owned(),
        );
    }
    let clocks = if refused.with_code {
        refused.exchange.of_clocks()
    } else {
        String::new()
    };
    (
        format!(" as `{user}`: name, password or code is wrong"),
        format!(
            "or the admin is disabled, needs a one-time code (`login --otp`, {OTP}), or is not allowed to log in from this address{clocks}"
        ),
    )
}

/// Why a server may have no `/token`.
fn no_token(session: &Session) -> String {
    let path = session.settings.base_url.path().trim_end_matches('/');
    if path.is_empty() {
        "is this SFTPGo 2? Use `--api v1` for older servers; logins may also be disabled".to_owned()
    } else {
        format!(
            "is this SFTPGo 2? Leave `{}` out of the base URL, unless it is a prefix used by the server or by a proxy in front of it",
            clean::line(path)
        )
    }
}

/// The credentials: the user by flag, profile or environment, secrets by environment. Where
/// the environment names another server than the profile, or another admin, its secrets are
/// not for this login. Where it names none, they are for the server that was `chosen`.
pub(crate) fn of_environment(
    user: &str,
    vars: &BTreeMap<String, String>,
    settings: &Settings,
    profile: Option<&ProfileEntry>,
    chosen: bool,
) -> Result<Auth, Error> {
    let of_profile = profile.and_then(|entry| entry.user.clone());
    let named = Some(user.to_owned()).filter(|user| !user.is_empty());
    let is_named = is_server_of_environment(vars, settings);
    let is_for_another = profile.is_some() && is_named == Some(false);
    let var = |name: &str| {
        let value = vars.get(name).filter(|value| !value.is_empty()).cloned();
        value.filter(|_| !is_for_another)
    };
    let by_variable = var(USER);
    let var = |name: &str| var(name).filter(|_| chosen || is_named == Some(true));
    let has_command = profile.is_some_and(|entry| entry.value(Key::PasswordCommand).is_some());
    let by_key = of_profile.is_none();
    let header = |name: &str| var(name).map(|value| in_header(name, value)).transpose();
    let user = named
        .or(of_profile)
        .or(by_variable.clone())
        .unwrap_or_default();
    let is_of_user =
        |_: &String| profile.is_none() || by_variable.as_ref().is_none_or(|other| *other == user);
    let password = var(PASSWORD).filter(is_of_user);
    Ok(Auth {
        password: password
            .filter(|_| !has_command)
            .map(|text| Secret::new(one_line(&text))),
        otp: header(OTP)?,
        key: header(API_KEY)?.filter(|_| by_key),
        user,
        ..Auth::default()
    })
}

/// Whether the program for the password may run for this server, after one with the URL
/// `before`. A program that no profile names is for one server only, as a password of the
/// environment is.
pub(crate) fn may_use_program(
    settings: &Settings,
    before: &Url,
    vars: &BTreeMap<String, String>,
) -> bool {
    let is_of_profile = settings.shown(Key::PasswordCommand.setting()).1 == Origin::Profile;
    let is_here = || before.origin() == settings.base_url.origin();
    is_of_profile || is_server_of_environment(vars, settings).unwrap_or_else(is_here)
}

/// Whether the environment names this server; `None` if it names none.
fn is_server_of_environment(vars: &BTreeMap<String, String>, settings: &Settings) -> Option<bool> {
    let row = Key::BaseUrl.setting();
    let (_, value) = row.variable(vars)?;
    let mut other = Settings::default();
    let set = other.set(row, value, Origin::Default);
    Some(set.is_ok() && other.base_url.origin() == settings.base_url.origin())
}

/// A password without the line break at the end of a file or of a command's output.
fn one_line(password: &str) -> &str {
    let line = password.strip_suffix('\n').unwrap_or(password);
    line.strip_suffix('\r').unwrap_or(line)
}

/// A secret that is sent in a header. The usual mistake is a trailing line break.
fn in_header(name: &str, value: String) -> Result<Secret, Error> {
    if !value.contains(|c: char| c.is_ascii_control()) {
        return Ok(Secret::new(value));
    }
    Err(Error::typed(format!(
        "`{name}` contains a line break or another control character, which is not allowed in a header"
    ))
    .hint(format!(
        "`export {name}=\"$(tr -d '\\r\\n' <FILE)\"` reads it from a file without the line break"
    )))
}
