//! A request as a curl line that sh can run unchanged, and as raw HTTP.
//!
//! Secrets are not in the line: sh takes them from its environment,
//! `$PASSWORD`, and escapes them for JSON.

use super::pieces::{Piece, names, pieces};
use crate::request::Proof;
use crate::request::{Body, RequestSpec};
use crate::secret::MASK;
use crate::settings::Tls;
use serde_json::Value as Json;

/// The curl line.
pub fn line(spec: &RequestSpec) -> String {
    let mut line = "curl -sS".to_owned();
    line.push_str(&over(&spec.tls));
    // curl would read these as a pattern of URLs.
    if spec.url.as_str().contains(['[', ']', '{', '}']) {
        line.push_str(" -g");
    }
    let by_default = spec.body.is_none() && spec.method.as_str() == "GET";
    if !by_default {
        line.push_str(&format!(" -X {}", spec.method.as_str()));
    }
    line.push_str(&format!(" {}", quoted(spec.url.as_str())));
    line.push_str(match spec.proof {
        Proof::None => "",
        Proof::Basic => " -u \"$SFTPGO_USERNAME:$SFTPGO_PASSWORD\"",
        Proof::Token => " -H \"Authorization: Bearer $SFTPGO_TOKEN\"",
        Proof::Key => " -H \"X-SFTPGO-API-KEY: $SFTPGO_API_KEY\"",
    });
    if let Some(body) = &spec.body {
        line.push_str(" -H 'Content-Type: application/json' --data-raw ");
        line.push_str(&word_of_sh(body));
    }
    line
}

/// The flags of the TLS settings.
pub(super) fn over(tls: &Tls) -> String {
    let files = [
        ("cacert", &tls.cacert),
        ("cert", &tls.cert),
        ("key", &tls.key),
    ];
    let mut flags = if tls.insecure { " -k" } else { "" }.to_owned();
    for (flag, file) in files {
        if let Some(file) = file {
            flags.push_str(&format!(" --{flag} {}", quoted(&file.to_string_lossy())));
        }
    }
    flags
}

/// The names of the environment variables that the line takes secrets from.
pub fn variables(spec: &RequestSpec) -> Vec<String> {
    spec.body.as_ref().map_or_else(Vec::new, names)
}

/// The body as a word of sh, its secrets taken from variables.
pub(super) fn word_of_sh(body: &Body) -> String {
    let words = pieces(body).into_iter().map(|piece| match piece {
        Piece::Text(text) => quoted(&text),
        Piece::Secret(secret) => expansion(&secret.variable, &secret.value),
    });
    words.collect()
}

/// How sh puts a secret into JSON. Most need nothing; a quote or a backslash
/// needs a backslash before it, and a control character its escape. sed and awk
/// read lines, so one more line end is given to them than there is.
fn expansion(variable: &str, value: &Json) -> String {
    let text = value.as_str().unwrap_or_default();
    let escapes = escapes(text);
    if escapes.is_empty() && !text.contains(['"', '\\']) {
        return format!("\"${variable}\"");
    }
    let quotes = r#"sed 's/["\\]/\\&/g'"#;
    if escapes.is_empty() {
        return format!("\"$(printf %s \"${variable}\" | {quotes})\"");
    }
    let lines = r#"printf "%s%s", n, $0; n = "\\n""#;
    format!(
        "\"$(printf '%s\\n' \"${variable}\" | {quotes} | awk '{{{}{lines}}}')\"",
        escapes.join("")
    )
}

/// The statements of awk that escape the control characters of a text.
fn escapes(text: &str) -> Vec<String> {
    let mut all: Vec<char> = text.chars().filter(|c| *c < ' ').collect();
    all.sort_unstable();
    all.dedup();
    let escape = |c| match c {
        // These end the lines of awk.
        '\n' => String::new(),
        '\t' => r#"gsub(/\t/, "\\t"); "#.to_owned(),
        '\r' => r#"gsub(/\r/, "\\r"); "#.to_owned(),
        '\u{8}' => r#"gsub(/\010/, "\\b"); "#.to_owned(),
        '\u{c}' => r#"gsub(/\014/, "\\f"); "#.to_owned(),
        c => {
            let code = u32::from(c);
            format!(r#"gsub(/\{code:03o}/, "\\u{code:04x}"); "#)
        }
    };
    all.into_iter().map(escape).collect()
}

/// A word of sh. JSON text and URLs never contain NUL, the only character that sh cannot quote.
pub(crate) fn quoted(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| "''".to_owned(), std::borrow::Cow::into_owned)
}

/// The authentication header, its value masked.
pub fn header(spec: &RequestSpec) -> Option<(&'static str, String)> {
    match spec.proof {
        Proof::None => None,
        Proof::Basic => Some(("Authorization", format!("Basic {MASK}"))),
        Proof::Token => Some(("Authorization", format!("Bearer {MASK}"))),
        Proof::Key => Some(("X-SFTPGO-API-KEY", MASK.to_owned())),
    }
}

/// The request as it is sent, secrets masked.
pub fn raw(spec: &RequestSpec) -> String {
    let target = &spec.url[url::Position::BeforePath..];
    let host = &spec.url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut text = format!("{} {target} HTTP/1.1\nHost: {host}\n", spec.method.as_str());
    if let Some((name, form)) = header(spec) {
        text.push_str(&format!("{name}: {form}\n"));
    }
    if let Some(body) = spec.masked_body_pretty() {
        text.push_str(&format!("Content-Type: application/json\n\n{body}\n"));
    }
    text
}
