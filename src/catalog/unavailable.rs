//! What a release lacks, in the words of an error.

use super::{Api, Release, Span, at, every, schema};
use std::collections::BTreeSet;

/// The message that a release lacks `what`, which others have.
pub fn unavailable(what: &str, span: Span, release: Release) -> String {
    let since = if release < span.first {
        format!("needs {} or later", span.first)
    } else {
        format!("was removed after {}", span.last)
    };
    format!("{what} {since}{}", this_server(release))
}

fn this_server(release: Release) -> String {
    format!("; this server is {release}")
}

/// The message of `unavailable` for a release that is only assumed; `None`
/// if a message is about something else.
pub fn assumed(message: &str, api: &Api) -> Option<String> {
    let known = this_server(api.release);
    let assumed = format!(
        "; the server's release is not known, {} is assumed",
        api.release
    );
    (api.assumed && message.contains(&known)).then(|| message.replace(&known, &assumed))
}

/// The last releases of everything that an API lost, newest first.
pub fn last_with(api: &Api) -> Vec<&'static Api> {
    let rows = every().flat_map(|row| {
        let params = row.params.iter().map(|param| param.span);
        params.chain([row.span])
    });
    let fields = schema::every().flat_map(|object| &object.fields);
    let fields = fields.flat_map(|field| {
        let choices = field.choices.iter().map(|choice| choice.span);
        choices.chain([field.span])
    });
    let lasts: BTreeSet<Release> = rows
        .chain(fields)
        .map(|span| span.last)
        .filter(|last| api.span.holds(*last) && *last < api.release)
        .collect();
    lasts
        .into_iter()
        .rev()
        .map(|last| at(api.name, last))
        .collect()
}
