//! `login`, `logout`, `whoami`: the current login.

use super::builtin::{Builtin, OnServers, Runs};
use crate::catalog::Verb;
use crate::catalog::{Api, Login};
use crate::error::{Error, Fault};
use crate::http::auth::{Auth, PasswordState, Secret, Token};
use crate::line::call::Call;
use crate::request::Proof;
use crate::secret::line::is_code;
use crate::shell::Shell;
use crate::shell::credentials::{PASSWORD, ask_code_after_password};
use crate::text::clean;
use serde_json::{Value as Json, json};

pub(super) const LOGIN: Builtin = Builtin::new(Verb::Login, Runs::By(login));
pub(super) const LOGOUT: Builtin = Builtin::new(Verb::Logout, Runs::By(logout));
pub(super) const WHOAMI: Builtin = Builtin {
    on_servers: |_| OnServers::ByLogin,
    ..Builtin::new(Verb::Whoami, Runs::By(whoami))
};

/// Logs in, as another admin if one is named.
fn login(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let named = call.text("user");
    check_code(call, named)?;
    // An explicit `login` allows sending the credentials to another server.
    let password = shell.session.var(PASSWORD);
    let password = password.filter(|password| !password.is_empty());
    let password = password.map(Secret::new);
    if shell.session.settings.api.login == Login::None {
        return Err(no_login(shell.session.settings.api));
    }
    let before = shell.session.auth.clone();
    let auth = &mut shell.session.auth;
    if named.is_empty() && auth.user.is_empty() {
        return Err(Error::typed("no user name given")
            .hint("use `login NAME`, or start with `--user NAME`")
            .at(call.span.clone()));
    }
    if !named.is_empty() && named != auth.user {
        auth.set_credentials(named.to_owned(), None);
    } else if auth.password_state == PasswordState::Wrong {
        // A rejected password is not tried again.
        auth.set_credentials(auth.user.clone(), None);
    } else if auth.password.is_none() {
        auth.password = password;
    }
    auth.was_for_other_server = false;
    auth.token = None;
    auth.refused_tokens = 0;
    auth.bind(&shell.session.settings.base_url);
    if call.is_on("otp") {
        ask_code_after_password(&mut shell.session.auth, &shell.asker)?;
    }
    let done = match shell.session.proof() {
        Proof::Token => shell.login(),
        Proof::Basic => match shell.asks_for_login() {
            Ok(false) => {
                shell.session.auth = before;
                return Err(no_logins());
            }
            Ok(true) => shell.login_by_password(),
            Err(error) => Err(error),
        },
        Proof::Key => Err(Error::typed("an API key is in use, so no login is needed")
            .hint("`logout` forgets the key")),
        Proof::None => Err(no_login(shell.session.settings.api)),
    };
    done.map_err(|error| {
        if !still_logged_in(shell, &before) {
            return error;
        }
        let user = clean::line(&before.user).into_owned();
        shell.session.auth = before;
        let hint = error.hint.clone().map(|hint| hint + "; ");
        let hint = hint.unwrap_or_default();
        error.hint(format!("{hint}you are still logged in as `{user}`"))
    })
}

/// Checks that what follows `--otp` is not the code, which would be the name of the admin.
fn check_code(call: &Call, named: &str) -> Result<(), Error> {
    let (flag, name) = (call.place("otp"), call.place("user"));
    if !call.is_on("otp") || !is_code(named) || name.start < flag.start {
        return Ok(());
    }
    Err(Error::typed("`--otp` takes no value: it asks for the code")
        .hint("`login NAME --otp` logs in as another admin")
        .at(name))
}

/// Whether a failed login leaves the one before it in place. In a file, the next
/// command must not run as another admin.
fn still_logged_in(shell: &Shell, before: &Auth) -> bool {
    let by_token = before.token.as_ref().is_some_and(Token::is_good);
    // The API v1 has no token: its password is sent with each request.
    let by_password = shell.session.settings.api.login == Login::Basic
        && before.password_state == PasswordState::Right;
    (by_token || by_password) && !shell.in_file() && before.is_for(&shell.session.settings.base_url)
}

/// The error of a login where the API has none.
fn no_login(api: &Api) -> Error {
    Error::typed(format!("the API `{}` has no login", api.name)).hint(
        "`connect URL` detects the API of the server; `set api v2` selects the API of SFTPGo 2",
    )
}

/// The error of a login where the API has one, but the server does not use it.
fn no_logins() -> Error {
    Error::typed("this server has no logins: it answers without a name and a password")
        .hint("the commands work without `login`")
}

/// Revokes the token and forgets the credentials.
fn logout(shell: &mut Shell, _: &Call) -> Result<(), Error> {
    let proof = shell.session.proof();
    let ended = match shell.session.auth.token.take() {
        Some(token) if proof == Proof::Token => ended(shell, &token),
        _ => Ok(()),
    };
    shell.session.auth.set_credentials(String::new(), None);
    shell.session.completion.forget_server();
    ended
}

fn ended(shell: &mut Shell, token: &Token) -> Result<(), Error> {
    let spec = shell.session.own_request("logout")?;
    let bearer = format!("Bearer {}", token.secret().reveal());
    let exchange = shell.ask_server(&spec, vec![("Authorization", bearer)])?;
    // An expired token counts as revoked.
    if matches!(exchange.status, 200 | 401) {
        return Ok(());
    }
    let status = exchange.status;
    Err(Error::new(
        Fault::Refused(status),
        format!("the server answered {status}: the token may stay valid until it expires"),
    ))
}

/// Shows the current login.
fn whoami(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let proof = shell.session.proof();
    if proof == Proof::Token
        && !shell
            .session
            .auth
            .token
            .as_ref()
            .is_some_and(Token::is_good)
    {
        shell.login()?;
    }
    let auth = &shell.session.auth;
    let by = match proof {
        Proof::None => "nothing",
        Proof::Basic => "password",
        Proof::Token => "token",
        Proof::Key => "API key",
    };
    let mut who = json!({
        "server": shell.session.settings.server(),
        "api": shell.session.settings.api.name,
        "user": match proof {
            Proof::Key => Json::Null,
            Proof::None => "".into(),
            Proof::Basic | Proof::Token => auth.user.as_str().into(),
        },
        "by": by,
    });
    if let Some(token) = auth.token.as_ref().filter(|_| proof == Proof::Token) {
        let claims = token.claims().unwrap_or_default();
        who["permissions"] = claims.get("permissions").cloned().unwrap_or_default();
        who["role"] = claims.get("role").cloned().unwrap_or_default();
        who["token_seconds_old"] = token.age().as_secs().into();
        who["token_seconds_left"] = token.left().as_secs().into();
        if let Some(ahead) = token.ahead.filter(|ahead| ahead.abs() > 5) {
            who["server_clock_seconds_ahead"] = ahead.into();
        }
    }
    shell.screen().print_value(&who)?;
    let permission = call.text("can");
    if permission.is_empty() {
        return Ok(());
    }
    can(&who, permission).map_err(|error| error.or_at(call.place("can")))
}

/// An error if the admin does not have a permission.
fn can(who: &Json, permission: &str) -> Result<(), Error> {
    let Some(own) = who["permissions"].as_array() else {
        let why = "the permissions are not known: only the token of a login says them";
        return Err(Error::typed(why).hint("`login NAME` gets a token on API v2"));
    };
    if own.iter().any(|own| own == "*" || own == permission) {
        return Ok(());
    }
    let user = clean::line(who["user"].as_str().unwrap_or_default()).into_owned();
    Err(Error::new(
        Fault::Local,
        format!("the admin `{user}` does not have the permission `{permission}`"),
    ))
}
