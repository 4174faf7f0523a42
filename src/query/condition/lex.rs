//! The words of a condition, with their places.

use super::super::{QueryError, number::Number};
use std::ops::Range;

/// One word or sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    /// The position in the text, in bytes.
    pub span: Range<usize>,
}

/// What a word or sign is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word without quotes: a field, a value, `and`, `*`.
    Word(String),
    /// A text in quotes.
    Text(String),
    /// A path in backticks.
    Field(String),
    Op(Op),
    /// `(` or `[`.
    Open(char),
    /// `)` or `]`.
    Close(char),
    Comma,
}

/// An operator written in signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Matches,
}

/// The operators as they are written. The first of each is the one that is shown.
pub const OPS: [(&str, Op); 8] = [
    ("=", Op::Equal),
    ("!=", Op::Unequal),
    ("<", Op::Less),
    ("<=", Op::AtMost),
    (">", Op::Greater),
    (">=", Op::AtLeast),
    ("~", Op::Matches),
    ("==", Op::Equal),
];

/// What other languages call an operator.
const OTHER: [(&str, &str); 7] = [
    ("<>", "!="),
    ("=~", "~"),
    ("~=", "~"),
    ("=>", ">="),
    ("=<", "<="),
    ("===", "="),
    ("!~", "not … ~"),
];

/// Splits a condition into words and signs.
pub fn lex(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let is_regex = matches!(
            tokens.last(),
            Some(Token {
                kind: TokenKind::Op(Op::Matches),
                ..
            })
        );
        let (kind, end) = match c {
            '"' | '\'' | '`' => quoted(text, at, c)?,
            _ if is_regex => regex(text, at),
            '(' | '[' => (TokenKind::Open(c), at + 1),
            ')' | ']' => (TokenKind::Close(c), at + 1),
            ',' => (TokenKind::Comma, at + 1),
            _ if is_sign(c) => operator(text, at)?,
            _ => word(text, at),
        };
        let token = Token {
            kind,
            span: at..end,
        };
        match product(&token) {
            Some(parts) => tokens.extend(parts),
            None => tokens.push(token),
        }
        at = end;
    }
    Ok(tokens)
}

const fn is_sign(c: char) -> bool {
    matches!(c, '=' | '!' | '<' | '>' | '~')
}

fn operator(text: &str, start: usize) -> Result<(TokenKind, usize), QueryError> {
    let length = text[start..].find(|c| !is_sign(c));
    let end = length.map_or(text.len(), |length| start + length);
    let signs = &text[start..end];
    let known = OPS.iter().find(|(name, _)| *name == signs);
    if let Some((_, op)) = known {
        return Ok((TokenKind::Op(*op), end));
    }
    let wrong = QueryError::new(format!("unknown operator `{signs}`"), start..end);
    let meant = OTHER.iter().find(|(name, _)| *name == signs);
    Err(match meant {
        Some((_, meant)) => wrong.hint(format!("did you mean `{meant}`?")),
        None => wrong.hint(OPERATORS),
    })
}

/// The hint that lists the operators.
pub const OPERATORS: &str =
    "the operators are `=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `has` and `in`";

/// A word: up to a blank or a sign. The index of a list, as in `groups[0].name`, is a part of it.
fn word(text: &str, start: usize) -> (TokenKind, usize) {
    let mut end = start;
    while let Some(c) = text[end..].chars().next() {
        let index = (c == '[').then(|| index(&text[end..])).flatten();
        let ends = match c {
            '[' => index.is_none(),
            '!' => text[end + 1..].starts_with(['=', '~']),
            _ => {
                c.is_whitespace()
                    || is_sign(c)
                    || matches!(c, '"' | '\'' | '`' | '(' | ')' | ']' | ',')
            }
        };
        if ends {
            break;
        }
        end += index.unwrap_or(c.len_utf8());
    }
    // A lone `!` is no operator: it was refused above.
    (TokenKind::Word(text[start..end].to_owned()), end)
}

/// The length of `[0]` at the beginning of a text.
fn index(text: &str) -> Option<usize> {
    let close = text.find(']')?;
    let digits = &text[1..close];
    let is_index = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_index.then_some(close + 1)
}

/// A regular expression without quotes: up to a blank outside brackets. A `)` that closes
/// nothing in it belongs to the condition.
fn regex(text: &str, start: usize) -> (TokenKind, usize) {
    let (mut groups, mut in_class) = (0_usize, false);
    let mut is_escaped = false;
    let end = text[start..].char_indices().find_map(|(at, c)| {
        if std::mem::take(&mut is_escaped) {
            return c.is_whitespace().then_some(start + at);
        }
        match c {
            _ if c.is_whitespace() => return Some(start + at),
            '\\' => is_escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            _ if in_class => {}
            '(' => groups += 1,
            ')' if groups == 0 => return Some(start + at),
            ')' => groups -= 1,
            _ => {}
        }
        None
    });
    let end = end.unwrap_or(text.len());
    let end = end.max(start);
    if end == start {
        // `~)`: the parser says what is missing.
        return (TokenKind::Close(')'), start + 1);
    }
    (TokenKind::Text(text[start..end].to_owned()), end)
}

/// A text in quotes, or a path in backticks. A backslash is one, so that regular expressions
/// can be written as they are; only before the quote it makes this a part of the text.
fn quoted(text: &str, start: usize, quote: char) -> Result<(TokenKind, usize), QueryError> {
    let mut inside = String::new();
    let mut chars = text[start + 1..].char_indices();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            let end = start + 1 + at + 1;
            return Ok(match quote {
                '`' => (TokenKind::Field(inside), end),
                _ => (TokenKind::Text(inside), end),
            });
        }
        let next = chars.as_str().chars().next();
        if c == '\\' && next == Some(quote) {
            chars.next();
            inside.push(quote);
        } else {
            inside.push(c);
        }
    }
    Err(QueryError::new(
        format!("`{quote}` is not closed"),
        start..text.len(),
    ))
}

/// `0.9*quota_size` is a product without blanks: one side is a number.
fn product(token: &Token) -> Option<[Token; 3]> {
    let TokenKind::Word(word) = &token.kind else {
        return None;
    };
    let at = word.find('*')?;
    let (left, right) = (&word[..at], &word[at + 1..]);
    let is_number = |text: &str| Number::read(text).is_some();
    if left.is_empty() || right.is_empty() || !is_number(left) && !is_number(right) {
        return None;
    }
    let start = token.span.start;
    let part = |from: usize, to: usize| Token {
        kind: TokenKind::Word(word[from..to].to_owned()),
        span: start + from..start + to,
    };
    Some([part(0, at), part(at, at + 1), part(at + 1, word.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let tokens = lex(text).expect(text);
        let one = |token: &Token| match &token.kind {
            TokenKind::Word(word) => word.clone(),
            TokenKind::Text(text) => format!("\"{text}\""),
            TokenKind::Field(path) => format!("`{path}`"),
            TokenKind::Op(_) => text[token.span.clone()].to_owned(),
            TokenKind::Open(c) | TokenKind::Close(c) => c.to_string(),
            TokenKind::Comma => ",".to_owned(),
        };
        tokens.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_and_signs() {
        for (text, expected) in [
            ("a=1", "a = 1"),
            (
                "quota_size>=10GiB and(x!=y)",
                "quota_size >= 10GiB and ( x != y )",
            ),
            ("groups[0].name in [a,b]", "groups[0].name in [ a , b ]"),
            ("x = \"a \\\"b\\\" \\n\"", "x = \"a \"b\" \\n\""),
            (
                "`permissions./my in` has list",
                "`permissions./my in` has list",
            ),
            ("home_dir = /srv/a+b@c:d", "home_dir = /srv/a+b@c:d"),
            ("a > 0.9*b and c*2 < d", "a > 0.9 * b and c * 2 < d"),
            ("permissions./ has *", "permissions./ has *"),
            (
                "(u ~ ^a[0-9)]+(x|y)$) or v",
                "( u ~ \"^a[0-9)]+(x|y)$\" ) or v",
            ),
            ("u ~ \\(a\\) and b", "u ~ \"\\(a\\)\" and b"),
            ("u ~ 'a b'", "u ~ \"a b\""),
            ("é = ü!", "é = ü!"),
            ("", ""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn errors_have_their_place() {
        for (text, message, span) in [
            ("a <> b", "unknown operator `<>`", 2..4),
            ("a = 'b", "`'` is not closed", 4..6),
            ("a ! b", "unknown operator `!`", 2..3),
        ] {
            let wrong = lex(text).unwrap_err();
            assert_eq!((wrong.message.as_str(), wrong.span), (message, span));
        }
    }
}
