//! Reads an answer: whether it is usable, and what a rejection means.

use crate::catalog::missing;
use crate::catalog::{OfList, Release, Route};
use crate::error::{Error, Fault};
use crate::http::tree::NoTree;
use crate::http::{self, Exchange};
use crate::line::call::Call;
use crate::request::Proof;
use crate::request::{RequestSpec, filled_in};
use crate::text::clean;
use crate::text::words::{EXCERPT, beginning, without_password};
use serde_json::Value as Json;

/// A parsed answer.
pub struct Read {
    /// Its body, if it is JSON.
    pub json: Option<Json>,
    /// Why the JSON of a valid answer is not there: it would take too much memory.
    pub large: Option<String>,
    /// Its error, if any.
    pub error: Option<Error>,
}

/// What the status of an answer says about its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It succeeded.
    Done,
    /// It was rejected.
    Refused,
    /// It may or may not have taken effect.
    Unknown,
}

impl Verdict {
    /// The outcome by the status; `raw` is whether the request was a raw one.
    pub fn of(exchange: &Exchange, raw: bool) -> Self {
        match exchange.status {
            400..=499 => Self::Refused,
            500.. if exchange.is_json() => Self::Refused,
            // Some servers redirect after a successful write.
            300..=399 | 500.. => Self::Unknown,
            _ if raw || exchange.is_json() => Self::Done,
            _ => Self::Unknown,
        }
    }

    /// Whether a request that only reads succeeded, as far as it can be said at once: a
    /// large answer is read later, once.
    pub fn seems_done(exchange: &Exchange, raw: bool) -> bool {
        exchange.status < 300 && (raw || exchange.seems_json())
    }
}

/// Reads the answer to a command of the table: JSON, with a successful status.
/// `release` is that of the server, as far as it is known.
pub fn read(
    call: &Call,
    route: &Route,
    spec: &RequestSpec,
    exchange: &mut Exchange,
    release: Release,
) -> Read {
    let release = exchange.release().unwrap_or(release);
    let permission = route.permission(release);
    let status = exchange.status;
    let mut large = None;
    let error = match (status, exchange.json()) {
        (300..=399, _) => Some(http::outcome_unknown(spec, redirect(spec, exchange))),
        (400.., parsed) => Some(refused(
            call,
            route,
            spec,
            exchange,
            (parsed.ok(), permission),
        )),
        (_, Ok(_)) => None,
        (_, Err(why @ NoTree::Large(_))) => {
            large = Some(format!("its answer {why}"));
            None
        }
        (_, Err(NoTree::Invalid(why))) => {
            Some(http::outcome_unknown(spec, unusable(spec, exchange, why)))
        }
    };
    Read {
        json: exchange.take_json(),
        large,
        error,
    }
}

/// The error of an answer that is too large to be made JSON.
pub fn too_large(call: &Call, why: &str) -> Error {
    let name = call.command.name;
    let mut hint = "`--output raw` prints it unchanged".to_owned();
    if let Some(limit) = call.of_list(OfList::Limit) {
        hint += &format!("; `{}` requests a part of it", limit.param.flag());
    }
    Error::new(Fault::NoAnswer, format!("`{name}`: {why}")).hint(hint)
}

/// A hint for a raw path that is not one of the API.
const FROM_ROOT: &str =
    "a path with a leading `/` starts at the server's root, without it below the API";

/// Reads the answer to a raw request: any type is accepted.
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
        404 if !spec.url.path().contains("/api/") => Some(answered().hint(FROM_ROOT)),
        500.. if json.is_none() => Some(http::outcome_unknown(spec, answered())),
        400.. => Some(answered()),
        _ => None,
    };
    Read {
        json,
        large: None,
        error,
    }
}

/// Added to an error whose body is shown as well.
const SEE_BODY: &str = "; `error` says why";

/// Adds the server's own message to an error whose body is not shown.
pub fn with_words(mut error: Error, body: Option<&Json>, spec: &RequestSpec) -> Error {
    let words = body.and_then(|body| body.get("error")?.as_str());
    if let (Fault::Refused(_), Some(words)) = (error.fault, words.filter(|words| !words.is_empty()))
    {
        let words = spec.masked_in(words);
        let message = error.message.trim_end_matches(SEE_BODY);
        error.message = format!("{message} ({})", clean::line(&words));
    }
    error
}

/// The error of a redirect, which is not followed.
pub fn redirect(spec: &RequestSpec, exchange: &Exchange) -> Error {
    let status = exchange.status;
    let answered = |what: &str| {
        Error::new(
            Fault::NoAnswer,
            format!("the server answered {status}{what}"),
        )
    };
    let Some(to) = exchange.location.as_deref() else {
        return match status {
            304 => answered(", not modified, which was not requested")
                .hint("is there a cache in between?"),
            _ => answered(", a redirect without a target").hint("is this really SFTPGo's address?"),
        };
    };
    // The query may repeat what was sent, so it is not shown.
    let to = to.split(['?', '#']).next().unwrap_or_default();
    let to = spec.masked_in(&without_password(to));
    let to = clean::line(&to);
    answered(&format!(
        " and redirects to `{}`; redirects are not followed",
        beginning(&to, EXCERPT)
    ))
    .hint("if that is your server, run `connect URL`")
}

fn refused(
    call: &Call,
    route: &Route,
    spec: &RequestSpec,
    exchange: &Exchange,
    (json, permission): (Option<&Json>, &str),
) -> Error {
    let status = exchange.status;
    let is_json = json.is_some();
    let row = route.answers.iter().find(|answer| answer.status == status);
    let no_key = is_no_key(spec, status, json);
    let missing_object = missing(route, spec, json);
    let means = match row {
        _ if no_key => ": the server does not know this API key".to_owned(),
        _ if let Some((means, _)) = &missing_object => format!(": {means}"),
        // Another program than SFTPGo means something else by it.
        _ if !is_json => String::new(),
        row => row.map_or_else(String::new, |row| format!(": {}", row.cause())),
    };
    let error = refusal(call, spec, exchange, &means, is_json);
    let word = |name: &str| {
        call.value(name)
            .map(crate::catalog::Value::to_word)
            .unwrap_or_default()
    };
    let hint = match row {
        _ if is_another(exchange, spec) => {
            Some("this server is SFTPGo 2: `set api v2`, or start with `--api v2`".to_owned())
        }
        _ if no_key => Some(NO_KEY.to_owned()),
        _ if let Some((_, hint)) = &missing_object => hint.clone(),
        _ if status == 401 && is_json => Some(unproved(spec, exchange)),
        _ if status == 429 => Some(exchange.when_to_ask_again()),
        _ if status == 403 && is_json => forbidden(json, permission, spec.proof),
        _ if exchange.is_of_tls_port() => Some(http::TLS_PORT.to_owned()),
        Some(row) if is_json && !row.hint.is_empty() => Some(filled_in(row.hint, &word)),
        None if status == 404 && is_json => {
            Some("the server does not know this path; `set api` selects the API".to_owned())
        }
        _ if !is_json => Some(
            "this does not look like an SFTPGo response; is there a proxy in between?".to_owned(),
        ),
        _ => None,
    };
    let error = match hint {
        Some(hint) => error.hint(hint),
        None => error,
    };
    // Without a row for it, the path may be what is unknown.
    let absent = status == 404 && is_json && row.is_some() && missing_object.is_none();
    let error = Error { absent, ..error };
    // A proxy reports that it got no answer, not that the server did nothing.
    if status >= 500 && !is_json {
        http::outcome_unknown(spec, error)
    } else {
        error
    }
}

/// The error of an answer that means this, without a hint.
fn refusal(
    call: &Call,
    spec: &RequestSpec,
    exchange: &Exchange,
    means: &str,
    is_json: bool,
) -> Error {
    let (name, status) = (call.command.name, exchange.status);
    let body = match exchange.compressed() {
        Some(is) => format!("; the body {is}"),
        None if is_json => String::new(),
        None => said(spec, exchange),
    };
    Error::new(
        Fault::Refused(status),
        format!("`{name}`: the server answered {status}{means}{body}"),
    )
}

fn unusable(spec: &RequestSpec, exchange: &Exchange, why: &str) -> Error {
    let said = if exchange.body.is_empty() || exchange.encoding.is_some() {
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
    .hint(match exchange.encoding {
        Some(_) => "is there a proxy in between that compresses it?",
        None => "is this really SFTPGo's address?",
    })
}

/// Whether a path of older servers was requested from a v2 server.
fn is_another(exchange: &Exchange, spec: &RequestSpec) -> bool {
    let is_v2 = exchange.release() >= Some(Release::FIRST_V2);
    is_v2 && spec.url.path().contains("/api/v1/")
}

/// A hint for an API key that is rejected before the request is looked at.
const NO_KEY: &str = "set SFTPGO_API_KEY to the complete key, `ID.SECRET`, or `ID.SECRET.ADMIN` if the key is not bound to an admin; it may also have been revoked";

/// Whether the key was rejected as malformed, with a 400, like a wrong value.
fn is_no_key(spec: &RequestSpec, status: u16, json: Option<&Json>) -> bool {
    let error = json.and_then(|json| json.get("error")?.as_str());
    spec.proof == Proof::Key && status == 400 && error == Some("the provided api key is not valid")
}

/// What is wrong with the objects that the body names, and the next step.
fn missing(
    route: &Route,
    spec: &RequestSpec,
    json: Option<&Json>,
) -> Option<(String, Option<String>)> {
    let text = json?.get("error")?.as_str()?;
    let body = route.body?;
    let missing = missing::kind_named_in(text, body)?;
    if missing::is_named_twice(text) {
        return Some((format!("one {} is named twice", missing.one), None));
    }
    let sent = spec
        .body
        .as_ref()
        .map(|body| serde_json::from_str(&body.text));
    let sent = sent.and_then(Result::ok).unwrap_or_default();
    Some((missing.message(body, &sent), Some(missing.hint())))
}

/// A hint for a 403.
fn forbidden(json: Option<&Json>, permission: &str, proof: Proof) -> Option<String> {
    let said = |key: &str| json?.get(key)?.as_str();
    match (said("message").unwrap_or_default(), said("error").unwrap_or_default()) {
        (message, error) if [message, error].iter().any(|said| said.starts_with("Two-factor")) => Some(
            "set up two-factor authentication first: `generate_admin_totp_secret`, then `save_admin_totp_config`"
                .to_owned(),
        ),
        (message, error) if [message, error].iter().any(|said| said.starts_with("Password change")) => {
            Some("the password must be changed first: `change_admin_password`".to_owned())
        }
        (_, error) if error.contains("blocked") => {
            Some("the server has banned this address, usually for a limited time".to_owned())
        }
        ("Forbidden", _) if !permission.is_empty() && proof == Proof::Key => Some(format!(
            "this needs the permission `{permission}`, which the admin of the API key lacks"
        )),
        ("Forbidden", _) if !permission.is_empty() => Some(format!(
            "this needs the permission `{permission}`; `whoami` lists your permissions"
        )),
        _ => None,
    }
}

/// A hint for a 401.
fn unproved(spec: &RequestSpec, exchange: &Exchange) -> String {
    let clocks = match spec.proof {
        Proof::Token => exchange.of_clocks(),
        _ => String::new(),
    };
    let causes = match spec.proof {
        Proof::None => {
            "this needs a login: `login NAME`, or start with `--user NAME` or SFTPGO_USERNAME"
        }
        Proof::Basic => "name or password is wrong; `login NAME` asks for them again",
        Proof::Token => {
            "a token is valid for one client address, until the server restarts or the admin changes; `login` gets a new one"
        }
        Proof::Key => {
            "the key is wrong or expired, or its admin does not allow API keys (`allow_api_key_auth`); a key that is not bound to an admin is sent as `ID.SECRET.ADMIN`"
        }
    };
    format!("{causes}{clocks}")
}

/// The beginning of a body that is not JSON; a proxy may repeat what it was sent.
fn said(spec: &RequestSpec, exchange: &Exchange) -> String {
    if spec.is_confidential() {
        return String::new();
    }
    let text = spec.masked_in(&String::from_utf8_lossy(&exchange.body));
    let start = beginning(text.trim(), EXCERPT);
    format!("; it begins: {}", clean::line(&start))
}
