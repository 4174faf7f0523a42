//! The sides of a comparison: fields and values, with the numbers that multiply them.

use super::super::number::Number;
use super::super::{FieldPath, QueryError};
use super::lex::{Token, TokenKind};
use super::parse::{KEYWORDS, Parser};
use super::value::NOTHING;
use std::ops::Range;

/// One side of a comparison: a field or a value, and the number by which it is multiplied.
pub(super) struct Side {
    pub(super) base: TokenKind,
    /// The position of the field or value.
    pub(super) at: Range<usize>,
    pub(super) factor: Option<Number>,
    /// The position of the whole side.
    pub(super) span: Range<usize>,
}

impl Parser<'_> {
    pub(super) fn side(&mut self) -> Result<Side, QueryError> {
        let first = self.factor()?;
        let mut side = Side {
            at: first.span.clone(),
            span: first.span.clone(),
            base: first.kind,
            factor: None,
        };
        loop {
            let is_product = self.is_word("*");
            if !is_product && !self.is_word("/") {
                return Ok(side);
            }
            self.at += 1;
            let next = self.factor()?;
            side.span.end = next.span.end;
            let number = |kind: &TokenKind| match kind {
                TokenKind::Word(word) => Number::read(word),
                _ => None,
            };
            let number = match (number(&side.base), number(&next.kind)) {
                (_, Some(number)) => number,
                // The field or value comes second: `0.9 * quota_size`.
                (Some(number), None) if is_product => {
                    side.at = next.span;
                    side.base = next.kind;
                    number
                }
                _ => {
                    let message = "one side of `*`, and what follows `/`, must be a number";
                    return Err(QueryError::new(message, next.span));
                }
            };
            let before = side.factor.unwrap_or(Number::ONE);
            let product = if is_product {
                before.times(number)
            } else {
                before.over(number)
            };
            side.factor = Some(product.ok_or_else(|| side.no_product())?);
        }
    }

    /// A field or value.
    pub(super) fn factor(&mut self) -> Result<Token, QueryError> {
        let Some(token) = self.tokens.get(self.at).cloned() else {
            let at = self.end..self.end;
            let what = match self.tokens.last().map(|token| &token.kind) {
                Some(TokenKind::Op(_) | TokenKind::Open('[') | TokenKind::Comma) => {
                    "a value is missing"
                }
                _ if self
                    .tokens
                    .last()
                    .is_some_and(|token| token.is_any_of(&["has", "in", "*", "/"])) =>
                {
                    "a value is missing"
                }
                _ => "a field is missing",
            };
            return Err(QueryError::new(format!("{what} at the end"), at));
        };
        let is_value = matches!(
            token.kind,
            TokenKind::Word(_) | TokenKind::Text(_) | TokenKind::Field(_)
        );
        // `null` of another language.
        if token.kind == TokenKind::Open('[')
            && self.tokens.get(self.at + 1).map(|next| &next.kind) == Some(&TokenKind::Close(']'))
        {
            self.at += 2;
            let kind = TokenKind::Word(NOTHING.to_owned());
            return Ok(Token { kind, ..token });
        }
        if !is_value || token.is_any_of(&KEYWORDS) {
            return Err(self.leftover(&token));
        }
        self.at += 1;
        Ok(token)
    }

    /// The field that a side names.
    pub(super) fn field(&self, side: &Side) -> Result<FieldPath, QueryError> {
        let (TokenKind::Word(name) | TokenKind::Field(name)) = &side.base else {
            let message = "a comparison begins with a field, not with a text in quotes";
            return Err(QueryError::new(message, side.at.clone()));
        };
        FieldPath::read_shown(self.object, name, self.release).map_err(|wrong| {
            if Number::read(name).is_some() {
                return QueryError::new("a field is missing in this comparison", side.span.clone());
            }
            let wrong = QueryError::of(wrong, side.at.clone());
            match name.split_once(['*', '/']) {
                Some((field, _)) if FieldPath::read(self.object, field).is_ok() => {
                    wrong.hint("put blanks around `*` and `/`")
                }
                _ => wrong,
            }
        })
    }

    /// The field that a side names, without a factor.
    pub(super) fn plain_field(&self, side: &Side) -> Result<FieldPath, QueryError> {
        let path = self.field(side)?;
        match side.factor {
            None => Ok(path),
            Some(_) => Err(QueryError::new(
                "only numbers are multiplied",
                side.span.clone(),
            )),
        }
    }
}

impl Side {
    /// Its text, and whether it is in quotes.
    pub(super) fn text(&self) -> (&str, bool) {
        match &self.base {
            TokenKind::Text(text) => (text, true),
            TokenKind::Word(text) | TokenKind::Field(text) => (text, false),
            _ => ("", false),
        }
    }

    /// Its text as a value: a path in backticks is none.
    pub(super) fn value(&self) -> Result<(&str, bool), QueryError> {
        if matches!(self.base, TokenKind::Field(_)) {
            let message = "a value is expected here, not a field";
            return Err(QueryError::new(message, self.at.clone()));
        }
        if self.factor.is_some() {
            return Err(QueryError::new(
                "only numbers are multiplied",
                self.span.clone(),
            ));
        }
        Ok(self.text())
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(&self.base, TokenKind::Word(word) if word == NOTHING) && self.factor.is_none()
    }

    /// A number times the factor.
    pub(super) fn scaled(&self, number: Number) -> Result<Number, QueryError> {
        let factor = self.factor.unwrap_or(Number::ONE);
        factor.times(number).ok_or_else(|| self.no_product())
    }

    fn no_product(&self) -> QueryError {
        QueryError::new(
            "this cannot be calculated: a number is 0 or too long",
            self.span.clone(),
        )
    }
}
