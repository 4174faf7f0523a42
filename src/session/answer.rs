//! What an answer means: whether it is usable, and what a refusal says.

use crate::catalog::{Release, Route};
use crate::error::{Error, Fault};
use crate::http::{self, Exchange};
use crate::line::call::Call;
use crate::request::Proof;
use crate::request::{RequestSpec, filled_in};
use crate::secret::MASK;
use crate::text::clean;
use crate::text::words::without_password;
use serde_json::Value as Json;

/// An answer that was read.
pub struct Read {
    /// Its body, if it is JSON.
    pub json: Option<Json>,
    /// What is wrong with it.
    pub error: Option<Error>,
}

/// What an answer says of its request, before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was done.
    Done,
    /// It was not done.
    Refused,
    /// It may have been done, or not.
    Unknown,
}

impl Verdict {
    /// What an answer says; `raw` is whether the request was a raw one.
    pub fn of(exchange: &Exchange, raw: bool) -> Self {
        match exchange.status {
            400..=499 => Self::Refused,
            500.. if exchange.json().is_ok() => Self::Refused,
            // Many a server redirects after a write that was done.
            300..=399 | 500.. => Self::Unknown,
            _ if raw || exchange.json().is_ok() => Self::Done,
            _ => Self::Unknown,
        }
    }
}

/// Reads the answer to a command of the table: JSON, with a status of success.
pub fn read(call: &Call, route: &Route, spec: &RequestSpec, exchange: &mut Exchange) -> Read {
    let status = exchange.status;
    let error = match (status, exchange.json()) {
        (300..=399, _) => Some(http::outcome_unknown(spec, redirect(spec, exchange))),
        (400.., parsed) => Some(refused(call, route, spec, exchange, parsed.ok())),
        (_, Ok(_)) => None,
        (_, Err(why)) => Some(http::outcome_unknown(spec, unusable(spec, exchange, why))),
    };
    Read {
        json: exchange.take_json(),
        error,
    }
}

/// Reads the answer to a raw request: any type will do.
pub fn read_raw(spec: &RequestSpec, exchange: &mut Exchange) -> Read {
    let status = exchange.status;
    let json = exchange.take_json();
    let answered = || {
        Error::new(
            Fault::Refused(status),
            format!("the server answered {status}"),
        )
    };
    let error = match status {
        300..=399 => Some(http::outcome_unknown(spec, redirect(spec, exchange))),
        500.. if json.is_none() => Some(http::outcome_unknown(spec, answered())),
        400.. => Some(answered()),
        _ => None,
    };
    Read { json, error }
}

/// What an error says where its body is shown beside it.
const SEE_BODY: &str = "; `error` says why";

/// The error with the server's own words, for where its body is not shown.
pub fn with_words(mut error: Error, body: Option<&Json>, spec: &RequestSpec) -> Error {
    let words = body.and_then(|body| body.get("error")?.as_str());
    if let (Fault::Refused(_), Some(words)) = (error.fault, words.filter(|words| !words.is_empty()))
    {
        let words = without_secrets(spec, words.to_owned());
        let message = error.message.trim_end_matches(SEE_BODY);
        error.message = format!("{message} ({})", clean::line(&words));
    }
    error
}

fn redirect(spec: &RequestSpec, exchange: &Exchange) -> Error {
    let to = exchange.location.as_deref().unwrap_or("nowhere");
    // What stands behind may be what was sent; where it is, is told without.
    let to = to.split(['?', '#']).next().unwrap_or_default();
    let to = without_secrets(spec, without_password(to));
    Error::new(
        Fault::NoAnswer,
        format!(
            "the server answered {}, a redirect to `{}`, which is not followed",
            exchange.status,
            clean::line(&to)
        ),
    )
    .hint("if that is the server, `connect` to it")
}

fn refused(
    call: &Call,
    route: &Route,
    spec: &RequestSpec,
    exchange: &Exchange,
    json: Option<&Json>,
) -> Error {
    let status = exchange.status;
    let is_json = json.is_some();
    let row = route.answers.iter().find(|answer| answer.status == status);
    let no_key = is_no_key(spec, status, json);
    let means = match row {
        _ if no_key => ": the API key is none that it knows".to_owned(),
        row => row.map_or_else(String::new, |row| format!(": {}", row.means)),
    };
    let mut error = Error::new(
        Fault::Refused(status),
        format!(
            "`{}`: the server answered {status}{means}",
            call.command.name
        ),
    );
    if !is_json {
        error.message.push_str(&said(spec, exchange));
    }
    let word = |name: &str| {
        call.value(name)
            .map(crate::catalog::Value::to_word)
            .unwrap_or_default()
    };
    let release = exchange.release().unwrap_or(Release::LATEST);
    let permission = route.permission(release);
    let hint = match row {
        _ if is_another(exchange, spec) => {
            Some("this server is SFTPGo 2: `set api v2`, or `--api v2` at the start".to_owned())
        }
        _ if no_key => Some(NO_KEY.to_owned()),
        _ if status == 401 && is_json => Some(unproved(spec, exchange)),
        _ if status == 429 => Some(exchange.when_to_ask_again()),
        _ if status == 403 && is_json => forbidden(json, permission),
        Some(row) if is_json && !row.hint.is_empty() => Some(filled_in(row.hint, &word)),
        None if status == 404 && is_json => {
            Some("the server does not know this path: `set api` chooses the generation".to_owned())
        }
        _ if !is_json => {
            Some("this is not SFTPGo's way to answer: a proxy, or another server?".to_owned())
        }
        _ => None,
    };
    let error = match hint {
        Some(hint) => error.hint(hint),
        None => error,
    };
    // A proxy says that it got no answer, not that the server did nothing.
    if status >= 500 && !is_json {
        http::outcome_unknown(spec, error)
    } else {
        error
    }
}

fn unusable(spec: &RequestSpec, exchange: &Exchange, why: &str) -> Error {
    let said = if exchange.body.is_empty() {
        String::new()
    } else {
        said(spec, exchange)
    };
    Error::new(
        Fault::NoAnswer,
        format!(
            "the server answered {}, but the body {why}{said}",
            exchange.status
        ),
    )
    .hint("is it SFTPGo's API that listens there?")
}

/// Whether a server of v2 was asked for what older ones have.
fn is_another(exchange: &Exchange, spec: &RequestSpec) -> bool {
    let is_v2 = exchange.release() >= Some(Release::FIRST_V2);
    is_v2 && spec.url.path().contains("/api/v1/")
}

/// What may help where the API key is refused before the request is looked at.
const NO_KEY: &str = "SFTPGO_API_KEY takes `ID.SECRET`, or `ID.SECRET.ADMIN` for a key that belongs to nobody, whole, as it was shown once; it may have been revoked";

/// Whether a key is refused that is none at all, which is a 400, like a wrong value.
fn is_no_key(spec: &RequestSpec, status: u16, json: Option<&Json>) -> bool {
    let error = json.and_then(|json| json.get("error")?.as_str());
    spec.proof == Proof::Key && status == 400 && error == Some("the provided api key is not valid")
}

/// What may help where the server knows who asks, and will not.
fn forbidden(json: Option<&Json>, permission: &str) -> Option<String> {
    let said = |key: &str| json?.get(key)?.as_str();
    match (said("message").unwrap_or_default(), said("error").unwrap_or_default()) {
        (message, _) if message.starts_with("Two-factor") => Some(
            "a second factor comes first: `generate_admin_totp_secret`, then `save_admin_totp_config`"
                .to_owned(),
        ),
        (message, _) if message.starts_with("Password change") => {
            Some("another password comes first: `change_admin_password`".to_owned())
        }
        (_, error) if error.contains("blocked") => {
            Some("the server bans this address, for a while as a rule".to_owned())
        }
        ("Forbidden", _) if !permission.is_empty() => Some(format!(
            "it needs the permission `{permission}`; `whoami` shows what this admin may"
        )),
        _ => None,
    }
}

/// What may help where the server does not know who asks.
fn unproved(spec: &RequestSpec, exchange: &Exchange) -> String {
    let clocks = match spec.proof {
        Proof::Token => exchange.of_clocks(),
        _ => String::new(),
    };
    let causes = match spec.proof {
        Proof::None => {
            "it wants to know who asks: `login NAME`; `--user NAME` or SFTPGO_USERNAME at the start"
        }
        Proof::Basic => "name or password is wrong: `login NAME` asks for it anew",
        Proof::Token => {
            "a token is good for one address, until the server restarts or the admin changes: `login` fetches another"
        }
        Proof::Key => {
            "the key is wrong or has ended, or its admin may not be used by key (`allow_api_key_auth`); one that belongs to nobody is sent as `ID.SECRET.ADMIN`"
        }
    };
    format!("{causes}{clocks}")
}

/// The beginning of a body that is no JSON; a proxy may give back what it was sent.
fn said(spec: &RequestSpec, exchange: &Exchange) -> String {
    if spec.is_confidential() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&exchange.body).into_owned();
    let text = without_secrets(spec, text);
    let start: String = text.trim().chars().take(200).collect();
    format!("; it begins: {}", clean::line(&start))
}

/// A text of the server's without the secrets that it was sent.
fn without_secrets(spec: &RequestSpec, text: String) -> String {
    let secrets = spec.secrets();
    secrets
        .iter()
        .fold(text, |text, secret| text.replace(secret, MASK))
}
