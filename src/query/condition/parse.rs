//! The grammar of conditions.
//!
//! ```text
//! any        = all { "or" all }
//! all        = not { "and" not }
//! not        = "not" not | "(" any ")" | comparison
//! comparison = side ( operator side | ["not"] "has" value | ["not"] "in" "(" values ")" )
//!            | field
//! side       = factor { ( "*" | "/" ) factor }
//! ```

use super::super::QueryError;
use super::lex::{OPERATORS, Op, Token, TokenKind, lex};
use super::side::Side;
use super::value::NOTHING;
use super::{Node, Relation, Test};
use crate::catalog::schema::Type;
use crate::catalog::{Clock, Release};
use crate::text::words::shortened;
use std::ops::Range;

/// The maximum length of a condition, in bytes.
const LONGEST: usize = 64 * 1024;

/// How deep parentheses and `not` may be nested.
const DEEPEST: usize = 64;

/// The words that are no values.
pub(super) const KEYWORDS: [&str; 5] = ["and", "or", "not", "has", "in"];

pub(super) fn condition(
    text: &str,
    object: &'static str,
    release: Release,
    clock: &Clock,
) -> Result<Node, QueryError> {
    if text.len() > LONGEST {
        let message = format!("the condition is longer than {} KiB", LONGEST >> 10);
        return Err(QueryError::new(message, 0..0));
    }
    let mut parser = Parser {
        tokens: lex(text)?,
        at: 0,
        end: text.len(),
        depth: 0,
        object,
        release,
        clock,
    };
    if parser.tokens.is_empty() {
        let wrong = QueryError::new("the condition is empty", 0..text.len());
        return Err(wrong.hint("for example `status = disabled`"));
    }
    let node = parser.any()?;
    match parser.tokens.get(parser.at) {
        None => Ok(node),
        Some(token) => Err(parser.leftover(token)),
    }
}

/// Reads a condition, word by word.
pub(super) struct Parser<'a> {
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    /// The length of the text.
    pub(super) end: usize,
    depth: usize,
    pub(super) object: &'static str,
    pub(super) release: Release,
    pub(super) clock: &'a Clock,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.all()?];
        while self.takes("or") {
            nodes.push(self.all()?);
        }
        Ok(one_of(nodes, Node::Any))
    }

    fn all(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.not()?];
        while self.takes("and") {
            nodes.push(self.not()?);
        }
        Ok(one_of(nodes, Node::All))
    }

    fn not(&mut self) -> Result<Node, QueryError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("nested more than {DEEPEST} levels deep");
            return Err(QueryError::new(message, self.place()));
        }
        let open = self.place();
        let node = if self.takes("not") {
            Node::Not(Box::new(self.not()?))
        } else if self.is(&TokenKind::Open('(')) {
            self.at += 1;
            let node = self.any()?;
            if !self.is(&TokenKind::Close(')')) {
                return Err(match self.tokens.get(self.at) {
                    None => QueryError::new("`(` is not closed", open),
                    Some(token) => self.leftover(token),
                });
            }
            self.at += 1;
            node
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(node)
    }

    fn comparison(&mut self) -> Result<Node, QueryError> {
        let left = self.side()?;
        let is_not = self.is_word("not");
        let after = self.at + usize::from(is_not);
        let word = self.tokens.get(after).and_then(|token| token.word());
        let node = match word.map(str::to_ascii_lowercase).as_deref() {
            Some("has") => {
                self.at = after + 1;
                self.has(&left)?
            }
            Some("in") => {
                self.at = after + 1;
                self.one_of(&left)?
            }
            _ => return self.operator(&left),
        };
        Ok(if is_not {
            Node::Not(Box::new(node))
        } else {
            node
        })
    }

    /// What follows a field: an operator and the other side, or nothing after a switch.
    fn operator(&mut self, left: &Side) -> Result<Node, QueryError> {
        let Some(TokenKind::Op(op)) = self.tokens.get(self.at).map(|token| token.kind.clone())
        else {
            return self.alone(left);
        };
        let place = self.place();
        self.at += 1;
        if op == Op::Matches {
            return self.matches(left);
        }
        let right = self.side()?;
        let (relation, is_not) = match op {
            Op::Equal | Op::Matches => (Relation::Equal, false),
            Op::Unequal => (Relation::Equal, true),
            Op::Less => (Relation::Less, false),
            Op::AtMost => (Relation::AtMost, false),
            Op::Greater => (Relation::Greater, false),
            Op::AtLeast => (Relation::AtLeast, false),
        };
        let test = match self.field(left) {
            Ok(path) => self.compare(&path, left, relation, &right, place)?,
            // `10G < quota_size`, but not a mistyped name on the left of a word.
            Err(wrong) => match self.field(&right) {
                Ok(path) => self.compare(&path, &right, relation.turned(), left, place)?,
                Err(_) => return Err(wrong),
            },
        };
        Ok(if is_not {
            Node::Not(Box::new(Node::Test(Box::new(test))))
        } else {
            Node::Test(Box::new(test))
        })
    }

    /// A field without an operator, which must be a switch.
    fn alone(&self, left: &Side) -> Result<Node, QueryError> {
        let path = self.field(left)?;
        if *path.kind() == Type::Bool && left.factor.is_none() {
            return Ok(Node::Test(Box::new(Test::Switch(path, true))));
        }
        let place = self.place();
        let message = format!("an operator is missing after `{}`", shortened(path.text()));
        let wrong = QueryError::new(
            message,
            if place.is_empty() {
                left.span.clone()
            } else {
                place
            },
        );
        let next = self.tokens.get(self.at).and_then(|token| token.word());
        Err(
            wrong.hint(match next.map(str::to_ascii_lowercase).as_deref() {
                Some("is") => format!("`{} = {NOTHING}` holds if it is empty", path.text()),
                Some("contains" | "includes" | "contain") => "write `has`".to_owned(),
                Some("like" | "matches" | "ilike") => {
                    "`~` compares with a regular expression".to_owned()
                }
                _ => OPERATORS.to_owned(),
            }),
        )
    }

    /// What follows `in`: a list of values, one of which the field must equal.
    fn one_of(&mut self, left: &Side) -> Result<Node, QueryError> {
        let path = self.field(left)?;
        let place = self.place();
        let close = match self.tokens.get(self.at).map(|token| &token.kind) {
            Some(TokenKind::Open('(')) => ')',
            Some(TokenKind::Open(_)) => ']',
            _ => {
                let wrong =
                    QueryError::new("a list in parentheses is missing after `in`", self.place());
                return Err(wrong.hint(format!("for example `{} in (a, b)`", path.text())));
            }
        };
        self.at += 1;
        let mut tests = Vec::new();
        loop {
            let right = self.side()?;
            let test = self.compare(&path, left, Relation::Equal, &right, place.clone())?;
            tests.push(Node::Test(Box::new(test)));
            if self.is(&TokenKind::Comma) {
                self.at += 1;
            } else if self.is(&TokenKind::Close(close)) {
                self.at += 1;
                return Ok(one_of(tests, Node::Any));
            } else {
                let message = format!("`,` or `{close}` is missing");
                return Err(QueryError::new(message, self.place()));
            }
        }
    }

    /// The error of a token where another one is expected.
    pub(super) fn leftover(&self, token: &Token) -> QueryError {
        let shown = match &token.kind {
            TokenKind::Word(word) => shortened(word),
            TokenKind::Text(text) => shortened(&format!("\"{text}\"")),
            TokenKind::Field(path) => shortened(path),
            TokenKind::Op(_) => "operator".to_owned(),
            TokenKind::Open(c) | TokenKind::Close(c) => c.to_string(),
            TokenKind::Comma => ",".to_owned(),
        };
        if matches!(token.kind, TokenKind::Op(_)) {
            return QueryError::new("an operator follows a field", token.span.clone());
        }
        let wrong = QueryError::new(format!("unexpected `{shown}`"), token.span.clone());
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let is_value =
            |token: &Token| matches!(token.kind, TokenKind::Word(_) | TokenKind::Text(_));
        match shown.as_str() {
            "&&" | "&" => wrong.hint("write `and`"),
            "||" | "|" => wrong.hint("write `or`"),
            ")" | "]" => wrong.hint("nothing before it is open"),
            "(" => wrong.hint("parentheses enclose conditions, and the list after `in`"),
            _ if token.is_any_of(&KEYWORDS) => wrong,
            _ if before.is_some_and(is_value) => {
                wrong.hint("`and` and `or` join conditions; a value with blanks or signs needs quotes: `= \"a b\"`")
            }
            _ => wrong,
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_it = self.is_word(word);
        self.at += usize::from(is_it);
        is_it
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.tokens
            .get(self.at)
            .is_some_and(|token| token.is_any_of(&[word]))
    }

    fn is(&self, kind: &TokenKind) -> bool {
        self.tokens
            .get(self.at)
            .is_some_and(|token| token.kind == *kind)
    }

    /// The position of the next token; empty at the end.
    pub(super) fn place(&self) -> Range<usize> {
        let token = self.tokens.get(self.at);
        token.map_or(self.end..self.end, |token| token.span.clone())
    }
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            TokenKind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is one of these words, in whatever case.
    pub(super) fn is_any_of(&self, words: &[&str]) -> bool {
        let word = self.word();
        word.is_some_and(|own| words.iter().any(|word| own.eq_ignore_ascii_case(word)))
    }
}

/// Several nodes as one.
fn one_of(mut nodes: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        last => {
            nodes.extend(last);
            join(nodes)
        }
    }
}
