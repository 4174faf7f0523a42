//! `login`, `logout`, `whoami`: who asks.

use crate::error::{Error, Fault};
use crate::http::auth::{Known, Secret, Token};
use crate::line::call::Call;
use crate::request::Proof;
use crate::shell::Shell;
use crate::shell::login::{CODE, PASSWORD};
use serde_json::{Value as Json, json};

/// Logs in, as another admin if one is named.
pub(super) fn login(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let named = call.text("user");
    // To ask for it is what lets another server have it.
    let password = shell.session.var(PASSWORD);
    let password = password.filter(|password| !password.is_empty());
    let password = password.map(Secret::new);
    let auth = &mut shell.session.auth;
    if named.is_empty() && auth.user.is_empty() {
        return Err(Error::typed("there is nobody to log in as")
            .hint("`login NAME`, or `--user NAME` at the start")
            .at(call.span.clone()));
    }
    if !named.is_empty() && named != auth.user {
        auth.be(named.to_owned(), None);
    } else if auth.known == Known::Wrong {
        // The password that was refused is not tried again.
        auth.be(auth.user.clone(), None);
    } else if auth.password.is_none() {
        auth.password = password;
    }
    auth.left = false;
    auth.token = None;
    auth.in_vain = 0;
    auth.bind(&shell.session.settings.base_url);
    if call.is_on("otp") {
        shell.session.auth.otp = Some(Secret::new(shell.ask_for(CODE)?));
    }
    match shell.proof() {
        Proof::Token => shell.login(),
        Proof::Basic => shell.login_by_password(),
        Proof::Key => Err(
            Error::typed("an API key is in use: there is nothing to log in for")
                .hint("`logout` forgets the key"),
        ),
        Proof::None => Ok(()),
    }
}

/// Ends the token at the server, and forgets who asks.
pub(super) fn logout(shell: &mut Shell) -> Result<(), Error> {
    let proof = shell.proof();
    let ended = match shell.session.auth.token.take() {
        Some(token) if proof == Proof::Token => ended(shell, &token),
        _ => Ok(()),
    };
    shell.session.auth.be(String::new(), None);
    ended
}

fn ended(shell: &mut Shell, token: &Token) -> Result<(), Error> {
    let spec = shell.own_request("logout")?;
    let bearer = format!("Bearer {}", token.secret().reveal());
    let exchange = shell.ask_server(&spec, vec![("Authorization", bearer)])?;
    // One that has ended already is as good.
    if matches!(exchange.status, 200 | 401) {
        return Ok(());
    }
    let status = exchange.status;
    Err(Error::new(
        Fault::Refused(status),
        format!("the server answered {status}: the token may be good until it ends"),
    ))
}

/// Shows who asks.
pub(super) fn whoami(shell: &mut Shell) -> Result<(), Error> {
    let proof = shell.proof();
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
    shell.print_value(&who)
}
