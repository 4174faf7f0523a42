//! A body in pieces: its text, and between the texts its secrets, which a snippet takes
//! from variables.

use super::Body;
use crate::secret::line::variables::environment_name;
use serde_json::Value as Json;

/// A part of a body.
pub(super) enum Piece {
    /// JSON as it is sent.
    Text(String),
    /// A secret that stands for itself: the JSON around it has no quotes for it.
    Secret(Secret),
}

/// A secret of a body.
pub(super) struct Secret {
    /// The name of its variable.
    pub(super) variable: String,
    pub(super) value: Json,
}

/// The names of the environment variables that a snippet takes the secrets from:
/// `PASSWORD`, then `PASSWORD_2`.
pub(super) fn names(body: &Body) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    body.replaced(&mut |key, _| {
        let name = next_name(&names, &environment_name(key));
        names.push(name);
        Json::Null
    });
    names
}

/// A name that is not there yet: `PASSWORD`, then `PASSWORD_2`.
pub(crate) fn next_name(names: &[String], first: &str) -> String {
    let numbered = (2..).map(|n| format!("{first}_{n}"));
    let mut all = std::iter::once(first.to_owned()).chain(numbered);
    all.find(|name| !names.contains(name)).unwrap_or_default()
}

/// The pieces of a body: a text, then a secret and a text for each secret. A text keeps
/// the quotes around a secret that is a string.
pub(super) fn pieces(body: &Body) -> Vec<Piece> {
    let mut names = names(body).into_iter();
    pieces_named(body, &mut |_| names.next().unwrap_or_default())
}

/// The same; `next` returns the variable for the next secret, whose usual name it gets.
pub(super) fn pieces_named(body: &Body, next: &mut dyn FnMut(&str) -> String) -> Vec<Piece> {
    if names(body).is_empty() {
        return vec![Piece::Text(body.text.clone())];
    }
    // Each secret is replaced by a text that does not occur in the rest of the body.
    let rest = body.replaced(&mut |_, _| Json::Null).to_string();
    let mut mark = "SECRET".to_owned();
    while rest.contains(&mark) {
        mark.push('_');
    }
    // A string keeps its quotes; any other JSON has none.
    let text_mark = format!("={mark}");
    let mut secrets = Vec::new();
    let marked = body.replaced(&mut |key, value| {
        secrets.push(Secret {
            variable: next(&environment_name(key)),
            value: value.clone(),
        });
        let mark = if value.is_string() { &text_mark } else { &mark };
        mark.as_str().into()
    });
    let marked = crate::text::clean::json(&marked.to_string())
        .replace(&format!("\"{mark}\""), &mark)
        .replace(&text_mark, &mark);
    let mut texts = marked.split(&mark).map(str::to_owned).map(Piece::Text);
    let mut pieces: Vec<Piece> = texts.next().into_iter().collect();
    for (secret, text) in secrets.into_iter().zip(texts) {
        pieces.extend([Piece::Secret(secret), text]);
    }
    pieces
}
