//! `get`, `post`, `put`, `patch`, `delete`: any path of the API.

use crate::catalog::Method;
use crate::env::Input;
use crate::error::Error;
use crate::input::file;
use crate::line::call::Call;
use crate::request::{self, Body, RequestSpec};
use crate::settings::Settings;
use crate::text::encoding;

/// The maximum size of a file: bodies of this API are smaller.
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
/// if the commands do not come from it.
pub(crate) fn text_of(path: &str, stdin: &mut Option<Input>) -> Result<String, String> {
    if path != "-" {
        return from(path);
    }
    let input = stdin.take();
    let input =
        input.ok_or_else(|| "it is in use for the commands, or was read before".to_owned())?;
    let bytes = match input {
        Input::File(file) => file::read_from(file, MOST),
        Input::Stream(stream) => file::read_from(stream, MOST),
    }?;
    encoding::utf8(bytes)
}

/// The text of a file.
fn from(path: &str) -> Result<String, String> {
    let bytes = file::read(path, MOST)?;
    encoding::utf8(bytes)
}

fn body(typed: &str) -> Result<Body, Error> {
    let from_file = typed.strip_prefix('@');
    let text = match from_file {
        Some(path) => from(path).map_err(|why| {
            let error = Error::local(format!("cannot read `{path}`: {why}"));
            if encoding::is_about_encoding(&why) {
                error.hint(encoding::SAVE_AS_UTF_8)
            } else {
                error
            }
        })?,
        None => typed.to_owned(),
    };
    Body::typed(text.trim()).map_err(|why| {
        let error = Error::typed(format!("`--json` expects JSON: {why}"));
        if from_file.is_some() {
            error
        } else {
            error.hint(
                "put single quotes around it: --json '{\"name\": \"value\"}'; `@FILE` reads a file",
            )
        }
    })
}

/// The body of a raw command whose path is not known yet.
pub(crate) fn check_body(call: &Call) -> Result<(), Error> {
    let text = call.text("json");
    if !call.typed("json") || text.starts_with('@') {
        return Ok(());
    }
    body(text)
        .map(|_| ())
        .map_err(|error| error.or_at(call.span.clone()))
}

/// Checks a raw command before it runs; its file may be written later.
pub(crate) fn check(settings: &Settings, method: Method, call: &Call) -> Result<(), Error> {
    if call.text("json").starts_with('@') {
        return Ok(());
    }
    spec(settings, method, call).map(|_| ())
}
