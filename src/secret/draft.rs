//! The text of an object that someone is editing: JSON, or not any more.

use super::MASK;
use crate::catalog::is_secret_key;

/// A text with each secret in it masked, be it JSON or not any more.
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, end)) = name(rest) {
        let (before, after) = rest.split_at(end);
        out.push_str(before);
        let key = &before[start..];
        let plain = serde_json::from_str(key);
        let plain = plain.unwrap_or_else(|_| key.trim_matches(QUOTES).to_owned());
        rest = if is_secret_key(&plain) {
            push_masked(&mut out, after)
        } else {
            after
        };
    }
    out.push_str(rest);
    out
}

/// Where the next string stands, or the next name without quotes, as
/// JavaScript and YAML write it: `password:`.
fn name(text: &str) -> Option<(usize, usize)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    loop {
        let start = at + text[at..].find(|c: char| is_part(c) || QUOTES.contains(&c))?;
        let rest = &text[start..];
        if rest.starts_with(QUOTES) {
            return Some((start, start + string_end(rest)));
        }
        at = start + rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        if text[at..].trim_start().starts_with([':', '=']) {
            return Some((start, at));
        }
    }
}

/// What strings begin with; the second is not JSON, but common.
const QUOTES: [char; 2] = ['"', '\''];

/// Appends the value that stands behind the name of a secret, masked; gives what is behind it.
fn push_masked<'a>(out: &mut String, text: &'a str) -> &'a str {
    let value = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '='));
    let end = match value.chars().next() {
        // What is in it has names of its own; or the name was a value itself.
        None | Some('{' | '[' | ',' | '}' | ']') => return text,
        Some(quote) if QUOTES.contains(&quote) => string_end(value),
        Some(_) => value.find([',', '}', ']', '\n']).unwrap_or(value.len()),
    };
    let said = value[..end].trim_matches(|c: char| QUOTES.contains(&c) || c.is_whitespace());
    if said.is_empty() || said == "null" || said.starts_with('@') {
        return text;
    }
    out.push_str(&text[..text.len() - value.len()]);
    out.push_str(&format!("\"{MASK}\""));
    &value[end..]
}

/// Where the string ends that a text begins with; one that is not closed ends with its line.
fn string_end(text: &str) -> usize {
    let mut chars = text.char_indices();
    let quote = chars.next().map_or('"', |(_, quote)| quote);
    let mut escaped = false;
    let end = chars.find(|(_, c)| {
        let ends = (*c == quote || *c == '\n') && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, c)| if c == quote { at + 1 } else { at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_kept_has_no_secrets() {
        for (text, expected) in [
            (
                r#"{"password": "p\"w", "uid": 1}"#,
                r#"{"password": "********", "uid": 1}"#,
            ),
            (r#"{"Pass\u0077ord":"p"#, r#"{"Pass\u0077ord":"********""#),
            (
                "{\"password\": \"open\n\"uid\": 1",
                "{\"password\": \"********\"\n\"uid\": 1",
            ),
            (
                "{'password': 'p', \"sas_url\": p w,\n",
                "{'password': \"********\", \"sas_url\": \"********\",\n",
            ),
            (
                "{password: \"p\", uid: 1}",
                "{password: \"********\", uid: 1}",
            ),
            ("password = p w\nuid: 1", "password = \"********\"\nuid: 1"),
            (
                "{ a: 'password: x', Password: 'p'}",
                "{ a: 'password: x', Password: \"********\"}",
            ),
            (
                r#"{"access_secret": {"status": "Plain", "payload": "p"}}"#,
                r#"{"access_secret": {"status": "Plain", "payload": "********"}}"#,
            ),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
        for text in [
            "",
            "\"",
            "{\"password\"",
            r#"{"password": "@file", "account_key": "", "secret": null}"#,
            r#"{"username": "password", "groups": ["secret"], "ü'": "don't"}"#,
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
