//! A text from outside without the secrets that are known: a server may repeat
//! what it was sent.
//!
//! Only whole values are masked: a secret may be a common word, or a part of
//! one. The rule:
//!
//! 1. A secret is looked for as it is, and as JSON, a URL and HTML write it.
//! 2. It must stand as a whole value: no letter, digit, `_` or `-` is next to
//!    it. An escape before it, as `%20` or `\n`, is not part of the value. From
//!    [`LONG`] characters on it is masked next to such characters too: so long
//!    a text does not stand there by chance.
//! 3. A secret that may be a word of the sentence, of fewer than [`WORD`] letters
//!    and nothing else, or the name of a secret, as `password`, must be in quotes, follow `=` or `:` directly, or be
//!    all that follows `: `, or all of the text.
//! 4. A secret of one or two characters, or without a letter or a digit, must be in quotes.
//! 5. The name of something that is shown anyway is not masked.

use super::{MASK, Secret};
use crate::catalog::is_secret_key;
use crate::text::ansi::ESC;
use serde_json::Value as Json;
use std::ops::Range;

/// From this length on, in characters, a secret is masked everywhere.
const LONG: usize = 16;
/// Fewer letters than this may be a word.
const WORD: usize = 8;
/// Fewer characters than this may be anything.
const SHORT: usize = 3;

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// The text with each secret masked that stands in it as a whole value;
/// `shown` are the names that are shown anyway.
pub fn masked(text: &str, secrets: &[Secret], shown: &[&str]) -> String {
    let names: Vec<Range<usize>> = shown
        .iter()
        .flat_map(|name| found(text, name))
        .filter(|span| is_whole(text, span))
        .collect();
    let is_name = |span: &Range<usize>| {
        let mut names = names.iter();
        names.any(|name| name.start <= span.start && span.end <= name.end)
    };
    let mut spans: Vec<Range<usize>> = Vec::new();
    for secret in secrets.iter().map(Secret::reveal) {
        for form in forms(secret) {
            let is_secret = |span: &Range<usize>| is_value_at(text, span, secret) && !is_name(span);
            spans.extend(found(text, &form).filter(is_secret));
        }
    }
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for span in spans {
        if span.start >= last {
            out.push_str(&text[last..span.start]);
            out.push_str(MASK);
        }
        last = last.max(span.end);
    }
    out.push_str(&text[last..]);
    out
}

/// The positions of a part in a text. They may overlap.
fn found<'a>(text: &'a str, part: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + text.get(from..)?.find(part)?;
        from = at + part.chars().next()?.len_utf8();
        Some(at..at + part.len())
    })
}

/// How a secret may be written.
fn forms(secret: &str) -> Vec<String> {
    let in_json = |text: &str| {
        let quoted = Json::from(text).to_string();
        quoted[1..quoted.len() - 1].to_owned()
    };
    let json = in_json(secret);
    // Go's encoder escapes these as well.
    let of_go = [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026")]
        .into_iter()
        .fold(json.clone(), |text, (c, escape)| text.replace(c, escape));
    let html = [
        ('&', "&amp;"),
        ('<', "&lt;"),
        ('>', "&gt;"),
        ('"', "&#34;"),
        ('\'', "&#39;"),
    ]
    .into_iter()
    .fold(secret.to_owned(), |text, (c, escape)| {
        text.replace(c, escape)
    });
    let query: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let path = query.replace('+', "%20");
    let mut all = vec![
        secret.to_owned(),
        // A JSON text that is a text of JSON itself.
        in_json(&json),
        json,
        of_go,
        html,
        lower_escapes(&query),
        lower_escapes(&path),
        query,
        path,
    ];
    all.retain(|form| !form.is_empty());
    all.sort();
    all.dedup();
    all
}

/// A URL's text with its escapes in lower case: `%3d`.
fn lower_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at(part.len().min(2));
        out.push('%');
        out.push_str(&escape.to_lowercase());
        out.push_str(rest);
    }
    out
}

/// Whether the text at `span` is this secret, and not an accidental match.
fn is_value_at(text: &str, span: &Range<usize>, secret: &str) -> bool {
    let length = secret.chars().count();
    if length >= LONG {
        return true;
    }
    if !is_whole(text, span) {
        return false;
    }
    if length < SHORT || !secret.contains(char::is_alphanumeric) {
        return is_quoted(text, span);
    }
    let is_word =
        secret.chars().all(char::is_alphabetic) && (length < WORD || is_secret_key(secret));
    !is_word || is_quoted(text, span) || is_value(text, span)
}

/// Whether a value begins and ends at `span`.
fn is_whole(text: &str, span: &Range<usize>) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let before = &text[..span.start];
    (!before.ends_with(joins) || ends_with_escape(before)) && !text[span.end..].starts_with(joins)
}

/// Whether a text ends with an escape: `%20`, `\n`, `\u0022`.
fn ends_with_escape(text: &str) -> bool {
    let tail = |length: usize| text.len().checked_sub(length).and_then(|at| text.get(at..));
    let is_hex = |text: &str| text.chars().all(|c| c.is_ascii_hexdigit());
    let percent = tail(3).and_then(|tail| tail.strip_prefix('%'));
    let unicode = tail(6).and_then(|tail| tail.strip_prefix("\\u"));
    let control = tail(2).and_then(|tail| tail.strip_prefix('\\'));
    // A terminal's colours, raw or as they are shown.
    let start = text.char_indices().rev().take(16).find(|(_, c)| *c == '[');
    let colour = start.is_some_and(|(at, _)| {
        let inside = text[at + 1..].strip_suffix('m');
        inside.is_some_and(|inside| inside.chars().all(|c| c.is_ascii_digit() || c == ';'))
            && (text[..at].ends_with(ESC) || text[..at].ends_with("\\u001b"))
    });
    colour
        || percent.is_some_and(is_hex)
        || unicode.is_some_and(is_hex)
        || control.is_some_and(|c| matches!(c, "b" | "f" | "n" | "r" | "t"))
}

/// Whether it is the whole text between two quotes.
fn is_quoted(text: &str, span: &Range<usize>) -> bool {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let after = after.strip_prefix('\\').unwrap_or(after);
    QUOTES
        .iter()
        .any(|quote| before.ends_with(*quote) && after.starts_with(*quote))
}

/// Whether it is a value by its position: after `=` or `:`, or the rest of the text.
fn is_value(text: &str, span: &Range<usize>) -> bool {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let begins = before.is_empty() || before.ends_with(": ");
    let ends = after.is_empty() || after.starts_with([')', '\n']);
    before.ends_with(['=', ':']) || (begins && ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hidden(text: &str, secret: &str, shown: &[&str]) -> String {
        masked(text, &[Secret::new(secret)], shown)
    }

    #[test]
    fn only_whole_values_are_masked() {
        for (secret, text, expected) in [
            ("a", "unable to restore \"sales\": a path", None),
            ("a", "bad value \"a\"", Some("bad value \"********\"")),
            ("REPLACE", "REPLACE_WITH_IP/32 REPLACE-x xREPLACE", None),
            ("path", "error: path must be absolute", None),
            ("password", "the current password is wrong", None),
            (
                "Password",
                "the value `Password` is weak, password=Password",
                Some("the value `********` is weak, password=********"),
            ),
            (
                "dirt",
                "the password `dirt` is weak",
                Some("the password `********` is weak"),
            ),
            ("dirt", "bad password: dirt", Some("bad password: ********")),
            ("dirt", "?password=dirt&x", Some("?password=********&x")),
            (
                "hunter2",
                "hunter2, hunter22. (hunter2)",
                Some("********, hunter22. (********)"),
            ),
            ("hunter2", "x%20hunter2%20", Some("x%20********%20")),
            (
                "hunter2",
                "x\\nhunter2\\n \u{1b}[31mhunter2 \\u001b[mhunter2",
                Some("x\\n********\\n \u{1b}[31m******** \\u001b[m********"),
            ),
            ("hunter2", "http://u:hunter2@h", Some("http://u:********@h")),
            (
                "x\"y",
                "{\"p\":\"x\\\"y\"}: x\"y",
                Some("{\"p\":\"********\"}: ********"),
            ),
            (
                "a b=c",
                "?p=a+b%3Dc&q=a%20b%3dc",
                Some("?p=********&q=********"),
            ),
            (
                "a<b&c",
                "a\\u003cb\\u0026c a&lt;b&amp;c",
                Some("******** ********"),
            ),
            (
                "a\nb\tc",
                "{\"p\":\"a\\nb\\tc\"}",
                Some("{\"p\":\"********\"}"),
            ),
            ("..", "a .. b '..'", Some("a .. b '********'")),
            ("0123456789abcdef", "x0123456789abcdefx", Some("x********x")),
            ("äöü-1", "xäöü-1 äöü-1", Some("xäöü-1 ********")),
            ("", "nothing \"\"", None),
            ("a1a1a", "a1a1a1a a1a1a", Some("a1a1a1a ********")),
        ] {
            assert_eq!(
                hidden(text, secret, &[]),
                expected.unwrap_or(text),
                "{secret}"
            );
        }
    }

    #[test]
    fn a_name_that_is_shown_is_not_masked() {
        let text = "user \"dirt\": actual value: srv/dirt";
        assert_eq!(hidden(text, "dirt", &["dirt"]), text);
        let text = "cannot connect to http://host77:8080";
        assert_eq!(hidden(text, "host77", &["http://host77:8080"]), text);
        assert_eq!(
            hidden("user `ann99` has `ann99x`", "ann99x", &["ann99"]),
            "user `ann99` has `********`"
        );
        // A name is a whole value too.
        assert_eq!(
            hidden("xhunter2 hunter2", "hunter2", &["xhunter2"]),
            "xhunter2 ********"
        );
    }

    #[test]
    fn secrets_that_overlap_are_one_mask() {
        let secrets = [
            Secret::new("b22 c33"),
            Secret::new("a11 b22"),
            Secret::new("a11"),
        ];
        assert_eq!(masked("x a11 b22 c33.", &secrets, &[]), "x ********.");
        // A mask is not masked again.
        assert_eq!(hidden("'*' x", "*", &[]), "'********' x");
    }

    proptest! {
        #[test]
        fn in_quotes_any_secret_is_masked(secret in ".{1,30}", before in "[a-z ]{0,9}", after in "[a-z ]{0,9}") {
            for quote in QUOTES {
                for form in forms(&secret) {
                    let text = format!("{before} {quote}{form}{quote} {after}");
                    let expected = format!("{before} {quote}{MASK}{quote} {after}");
                    let shown = hidden(&text, &secret, &[]);
                    // A secret of a quote or so may also stand across the quotes.
                    if secret.contains(char::is_alphanumeric) {
                        prop_assert!(!shown.contains(&text), "{shown}");
                    }
                    if secret.chars().all(|c| c.is_alphanumeric() || "@.!$%".contains(c)) && !before.contains(&secret) && !after.contains(&secret) {
                        prop_assert_eq!(shown, expected);
                    }
                }
            }
        }

        #[test]
        fn inside_a_word_no_secret_is_masked(secret in "[A-Za-z0-9]{1,15}", before in "[a-z_-]{1,9}", after in "[a-z_-]{1,9}") {
            for text in [format!("x {before}{secret} y"), format!("x {secret}{after}y"), format!("\"{before}{secret}{after}\"")] {
                prop_assume!(text.matches(&secret).count() == 1 && secret != "x" && secret != "y");
                prop_assert_eq!(hidden(&text, &secret, &[]), text);
            }
        }

        #[test]
        fn a_distinctive_secret_is_masked_anywhere_as_a_whole_value(
            secret in "[ -~]{0,5}[a-z][0-9][ -~]{1,5}",
            before in "(|.{0,9}[ =:(/\"\n])",
            after in "(|[ ,;.)/\"\n].{0,9})",
        ) {
            for form in forms(&secret) {
                let shown = hidden(&format!("{before}{form}{after}"), &secret, &[]);
                prop_assert!(shown.contains(MASK), "{shown}");
                let bounds = before.len()..before.len() + form.len();
                prop_assert!(shown.get(bounds) != Some(form.as_str()) || form.contains(MASK), "{shown}");
            }
        }

        #[test]
        fn the_rest_of_the_text_stays(secret in "[a-z0-9]{3,9}", words in proptest::collection::vec("[a-z0-9]{1,9}", 0..9)) {
            let text = words.join(" ");
            let shown = hidden(&text, &secret, &[]);
            let expected: Vec<&str> = words.iter().map(|word| {
                if *word == secret && shown.contains(MASK) { MASK } else { word }
            }).collect();
            prop_assert_eq!(shown, expected.join(" "));
        }
    }
}
