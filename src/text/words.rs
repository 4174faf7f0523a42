//! Formats words for messages: lists, shortens, counts and quotes them.

use super::lex::{Lexed, lex};
use super::secret::MASK;
use std::borrow::Cow;
use std::ops::Range;

/// `` `a`, `b` or `c` ``.
pub fn ticked(names: &[&str]) -> String {
    let ticked: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match ticked.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// The hint for a word that is mistyped: the names near to it.
pub fn did_you_mean(names: &[&str]) -> String {
    format!("did you mean {}?", ticked(names))
}

/// `` `a`, `b`, `c` ``.
pub fn listed<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    let listed: Vec<String> = names
        .into_iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    listed.join(", ")
}

/// Words as a line that has them again.
pub fn as_line(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    quoted.join(" ")
}

/// The line and the column, both from 1 on, of the place after `before`.
pub fn position(before: &str) -> (usize, usize) {
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before[start..].chars().count() + 1)
}

/// `1 command`, `2 commands`.
pub fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `this is `x``: a rejected value, without a password that is in it.
pub fn this_is(word: &str) -> String {
    if word.is_empty() {
        return "this is empty".to_owned();
    }
    format!("this is `{}`", shortened(&without_password(word)))
}

/// The beginning of a word: it may be as long as a line.
pub fn shortened(word: &str) -> String {
    beginning(word, 60).into_owned()
}

/// How many characters of an answer, a value or a command a message shows.
pub const EXCERPT: usize = 200;

/// The first `most` characters of a text, with a `…` if there are more.
pub fn beginning(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Whether it is a dash: the one of the keyboard, or one that a web page or a
/// word processor makes of it.
pub const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// Whether a word has a space character that does not separate words, as web pages have them.
pub fn has_odd_blank(word: &str) -> bool {
    word.contains(super::clean::is_odd_blank)
}

/// The hint for such a word.
pub const ODD_BLANK: &str = "it contains a special space character; type a normal space instead";

/// The position of the password in a URL: `http://user:password@host`.
pub(crate) fn password_in_url(text: &str) -> Option<Range<usize>> {
    let start = text.find("://")? + 3;
    let authority = &text[start..];
    let authority = &authority[..authority.find(['/', '?', '#']).unwrap_or(authority.len())];
    let end = authority.rfind('@')?;
    let colon = authority[..end].find(':')?;
    (colon + 1 < end).then(|| start + colon + 1..start + end)
}

/// A word with the password of a URL masked.
pub fn without_password(word: &str) -> String {
    password_in_url(word).map_or_else(
        || word.to_owned(),
        |password| format!("{}{MASK}{}", &word[..password.start], &word[password.end..]),
    )
}

/// The text as it must be written on a line.
pub fn quoted(text: &str) -> String {
    let as_it_is = match lex(text) {
        Lexed {
            commands,
            open: None,
            comment: None,
            ..
        } => match commands.as_slice() {
            [words] => {
                words.len() == 1 && words[0].text() == text && words[0].span == (0..text.len())
            }
            _ => false,
        },
        _ => false,
    };
    // A `$` may begin a variable, and the others send an output elsewhere.
    if as_it_is && !text.contains('$') && !text.starts_with(['|', '>']) {
        return text.to_owned();
    }
    let quoter = shlex::Quoter::new().allow_nul(true);
    quoter
        .quote(text)
        .map_or_else(|_| text.to_owned(), Cow::into_owned)
}
/// Whether the name of a member marks it as a comment, in a file written by hand.
pub fn marks_a_comment(name: &str) -> bool {
    name.starts_with(['_', '$', '#', '/'])
}
