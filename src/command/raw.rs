//! `get`, `post`, `put`, `patch`, `delete`: any path of the API.

use crate::catalog::Method;
use crate::error::{Error, system};
use crate::line::call::Call;
use crate::request::{self, Body, RequestSpec};
use crate::settings::Settings;
use std::fs::File;
use std::io::Read;

/// More than this is not read of a file: it is no body of this API.
const MOST: u64 = 64 * 1024 * 1024;

/// The request of a raw command.
pub(crate) fn spec(settings: &Settings, method: Method, call: &Call) -> Result<RequestSpec, Error> {
    let body = call
        .typed("json")
        .then(|| body(call.text("json")))
        .transpose()?;
    request::raw(
        method,
        call.text("path"),
        call.list("query"),
        body,
        &settings.base_url,
        settings.api.prefix,
    )
    .map_err(|error| error.or_at(call.span.clone()))
}

/// The text of a file, which may be a pipe or a device without end.
fn from(path: &str) -> Result<String, String> {
    let file = File::open(path).map_err(|why| system(&why))?;
    let mut text = String::new();
    let read = file.take(MOST + 1).read_to_string(&mut text);
    if text.len() as u64 > MOST {
        return Err(format!("it is longer than {} MiB", MOST >> 20));
    }
    read.map_err(|why| system(&why))?;
    Ok(text)
}

fn body(typed: &str) -> Result<Body, Error> {
    let from_file = typed.strip_prefix('@');
    let text = match from_file {
        Some(path) => {
            from(path).map_err(|why| Error::local(format!("cannot read `{path}`: {why}")))?
        }
        None => typed.to_owned(),
    };
    Body::typed(text.trim()).map_err(|why| {
        let error = Error::typed(format!("`--json` takes JSON: {why}"));
        if from_file.is_some() {
            error
        } else {
            error.hint(
                "put single quotes around it: --json '{\"name\": \"value\"}'; `@FILE` reads a file",
            )
        }
    })
}

/// The same where its path is not known yet: its body alone.
pub(crate) fn check_body(call: &Call) -> Result<(), Error> {
    let text = call.text("json");
    if !call.typed("json") || text.starts_with('@') {
        return Ok(());
    }
    body(text)
        .map(|_| ())
        .map_err(|error| error.or_at(call.span.clone()))
}

/// What can be known of a raw command before it runs: a file may be written by then.
pub(crate) fn check(settings: &Settings, method: Method, call: &Call) -> Result<(), Error> {
    if call.text("json").starts_with('@') {
        return Ok(());
    }
    spec(settings, method, call).map(|_| ())
}
