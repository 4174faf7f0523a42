//! `get`, `post`, `put`, `patch`, `delete`: any path of the API.

use crate::catalog::Method;
use crate::env::Input;
use crate::error::Error;
use crate::input::file;
use crate::line::call::Call;
use crate::request::{self, Body, RequestSpec};
use crate::settings::Settings;

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

/// The text of a file that `--json` or `--set` names; `-` is standard input,
/// where the commands do not come from it.
pub(crate) fn text_of(path: &str, stdin: &mut Option<Input>) -> Result<String, String> {
    if path != "-" {
        return from(path);
    }
    let input = stdin.take();
    let input =
        input.ok_or_else(|| "the commands come from it, or it was read before".to_owned())?;
    let bytes = match input {
        Input::File(file) => file::read_from(file, MOST),
        Input::Stream(stream) => file::read_from(stream, MOST),
    }?;
    String::from_utf8(bytes).map_err(|_| "stream did not contain valid utf-8".to_owned())
}

/// The text of a file.
fn from(path: &str) -> Result<String, String> {
    let bytes = file::read(path, MOST)?;
    String::from_utf8(bytes).map_err(|_| "stream did not contain valid utf-8".to_owned())
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
        let error = Error::typed(format!("`--json` must be JSON: {why}"));
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
