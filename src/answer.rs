//! What an answer means: whether it is usable, and what a refusal says.

use crate::catalog::{Route, Span};
use crate::error::{Error, Fault};
use crate::http::{self, Exchange};
use crate::line::call::Call;
use crate::line::secrets::MASK;
use crate::render::clean;
use crate::request::{RequestSpec, filled_in};
use serde_json::Value as Json;

/// An answer that was read.
pub struct Read {
    /// Its body, if it is JSON.
    pub json: Option<Json>,
    /// What is wrong with it.
    pub error: Option<Error>,
}

/// Reads the answer to a command of the table: JSON, with a status of success.
pub fn read(call: &Call, route: &Route, spec: &RequestSpec, exchange: &Exchange) -> Read {
    let parsed = json(exchange);
    let status = exchange.status;
    let error = match (status, &parsed) {
        (300..=399, _) => Some(redirect(exchange)),
        (400.., parsed) => Some(refused(call, route, spec, exchange, parsed.is_ok())),
        (_, Ok(_)) => None,
        (_, Err(why)) => Some(http::outcome_unknown(spec, unusable(spec, exchange, why))),
    };
    Read {
        json: parsed.ok(),
        error,
    }
}

/// Reads the answer to a raw request: any type will do.
pub fn read_raw(spec: &RequestSpec, exchange: &Exchange) -> Read {
    let status = exchange.status;
    let json = json(exchange).ok();
    let answered = || {
        Error::new(
            Fault::Refused(status),
            format!("the server answered {status}"),
        )
    };
    let error = match status {
        300..=399 => Some(redirect(exchange)),
        500.. if json.is_none() => Some(http::outcome_unknown(spec, answered())),
        400.. => Some(answered()),
        _ => None,
    };
    Read { json, error }
}

fn json(exchange: &Exchange) -> Result<Json, String> {
    if exchange.body.iter().all(u8::is_ascii_whitespace) {
        return Err("is empty".to_owned());
    }
    if !exchange.media_type.ends_with("json") {
        let is = if exchange.media_type.is_empty() {
            "of no type"
        } else {
            &exchange.media_type
        };
        return Err(format!("is {}, not JSON", clean::line(is)));
    }
    serde_json::from_slice(&exchange.body).map_err(|why| format!("is not valid JSON: {why}"))
}

fn redirect(exchange: &Exchange) -> Error {
    let to = exchange.location.as_deref().map_or("nowhere", |to| to);
    Error::new(
        Fault::NoAnswer,
        format!(
            "the server answered {}, a redirect to `{}`, which is not followed",
            exchange.status,
            clean::line(to)
        ),
    )
    .hint("if that is the server, `connect` to it")
}

fn refused(
    call: &Call,
    route: &Route,
    spec: &RequestSpec,
    exchange: &Exchange,
    is_json: bool,
) -> Error {
    let status = exchange.status;
    let row = route.answers.iter().find(|answer| answer.status == status);
    let means = row.map_or_else(String::new, |row| format!(": {}", row.means));
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
    let hint = match row {
        Some(row) if is_json && !row.hint.is_empty() => Some(filled_in(row.hint, &word)),
        _ if is_v2(exchange) && !call.command.span.meets(Span::V2) => {
            Some("this server is SFTPGo 2: `set api v2`".to_owned())
        }
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

fn is_v2(exchange: &Exchange) -> bool {
    exchange
        .server
        .as_deref()
        .is_some_and(|server| server.starts_with("SFTPGo/2"))
}

/// The beginning of a body that is no JSON; a proxy may give back what it was sent.
fn said(spec: &RequestSpec, exchange: &Exchange) -> String {
    let mut text = String::from_utf8_lossy(&exchange.body).into_owned();
    for secret in spec.secrets() {
        text = text.replace(&secret, MASK);
    }
    let start: String = text.trim().chars().take(200).collect();
    format!("; it begins: {}", clean::line(&start))
}
