//! Comparisons, checked by the type of the field.

use super::super::number::{Number, measure};
use super::super::{FieldPath, QueryError};
use super::lex::TokenKind;
use super::parse::Parser;
use super::side::Side;
use super::value::{NOTHING, choice, naming, no_number, number, switch};
use super::{Amount, Node, Relation, Test};
use crate::catalog::schema::{self, Type};
use crate::text::words::ticked;
use regex_bites::Regex;
use std::ops::Range;

impl Parser<'_> {
    pub(super) fn compare(
        &self,
        path: &FieldPath,
        left: &Side,
        relation: Relation,
        right: &Side,
        place: Range<usize>,
    ) -> Result<Test, QueryError> {
        if right.is_nothing() {
            if relation != Relation::Equal {
                let message = format!("`{NOTHING}` is compared only with `=` and `!=`");
                return Err(QueryError::new(message, place));
            }
            return Ok(Test::Empty(path.clone()));
        }
        let is_number = *path.kind() == Type::Int;
        for side in [left, right].into_iter().filter(|_| !is_number) {
            if side.factor.is_some() {
                let message = format!("`{}` is not a number", path.text());
                return Err(QueryError::new(message, side.span.clone()));
            }
        }
        match path.kind() {
            Type::Int => self.numbers(path, left, relation, right),
            Type::Text | Type::Bytes => self.texts(path, relation, right),
            Type::Bool if relation == Relation::Equal => self.switches(path, right),
            Type::Bool => {
                let message = format!("`{}` is `true` or `false`: use `=`", path.text());
                Err(QueryError::new(message, place))
            }
            Type::Any => Ok(Test::Any(
                path.clone(),
                relation,
                right.value()?.0.to_owned(),
            )),
            kind => Err(no_value(path, kind, place)),
        }
    }

    fn numbers(
        &self,
        path: &FieldPath,
        left: &Side,
        relation: Relation,
        right: &Side,
    ) -> Result<Test, QueryError> {
        let is_field = matches!(right.base, TokenKind::Field(_));
        let (word, is_quoted) = right.text();
        let is_plain = left.factor.is_none() && right.factor.is_none();
        let value = (!is_field)
            .then(|| number(path, word, is_plain, self.clock))
            .flatten();
        let right = if let Some(value) = value {
            let zero = path.field().and_then(|field| field.zero);
            if relation != Relation::Equal && zero == Some(word) {
                let message =
                    format!("`{word}` is not a number, so it is compared only with `=` and `!=`");
                return Err(QueryError::new(message, right.at.clone()));
            }
            Amount::Value(right.scaled(value)?)
        } else {
            let other = match self.field(right) {
                Ok(other) if !is_quoted => other,
                Err(wrong) if is_field => return Err(wrong),
                _ => return Err(no_number(path, word, right.at.clone(), self.clock)),
            };
            in_unit_of(path, other, right)?
        };
        let factor = left.scaled(Number::ONE)?;
        Ok(Test::Numbers(
            Amount::Field(path.clone(), factor),
            relation,
            right,
        ))
    }

    fn texts(
        &self,
        path: &FieldPath,
        relation: Relation,
        right: &Side,
    ) -> Result<Test, QueryError> {
        if matches!(right.base, TokenKind::Field(_)) {
            let other = self.field(right)?;
            if relation == Relation::Equal && matches!(other.kind(), Type::Text | Type::Bytes) {
                return Ok(Test::Fields(path.clone(), other));
            }
            let message = format!(
                "`{}` is compared with a text, or by `=` with a field that is one",
                path.text()
            );
            return Err(QueryError::new(message, right.at.clone()));
        }
        let (word, is_quoted) = right.value()?;
        if relation == Relation::Equal {
            choice(path, word, is_quoted, right.at.clone())?;
        } else if !is_quoted && Number::read(word).is_some() {
            let message = format!("`{}` is text, and `{word}` is a number", path.text());
            let wrong = QueryError::new(message, right.at.clone());
            return Err(wrong.hint(format!("`\"{word}\"` in quotes compares it as text")));
        }
        Ok(Test::Text(path.clone(), relation, word.to_owned()))
    }

    fn switches(&self, path: &FieldPath, right: &Side) -> Result<Test, QueryError> {
        if matches!(right.base, TokenKind::Field(_)) {
            let other = self.field(right)?;
            if *other.kind() == Type::Bool {
                return Ok(Test::Fields(path.clone(), other));
            }
        }
        let (word, _) = right.text();
        Ok(Test::Switch(
            path.clone(),
            switch(path, word, right.at.clone())?,
        ))
    }

    /// What follows `~`.
    pub(super) fn matches(&mut self, left: &Side) -> Result<Node, QueryError> {
        let path = self.plain_field(left)?;
        let right = self.side()?;
        let is_text = |kind: &Type| matches!(kind, Type::Text | Type::Any);
        let is_fit = match path.kind() {
            Type::List(items) => is_text(items),
            kind => is_text(kind),
        };
        if !is_fit {
            let wrong = QueryError::new(
                format!("`~` compares text, and `{}` is not text", path.text()),
                left.at.clone(),
            );
            return Err(match members(&path) {
                Some((_, name)) => {
                    wrong.hint(format!("`{}.{name} ~ …` compares the names", path.text()))
                }
                None => wrong,
            });
        }
        let (text, _) = right.value()?;
        let regex = Regex::new(text).map_err(|why| {
            let message = format!("invalid regular expression: {}", reason(&why.to_string()));
            QueryError::new(message, right.at.clone())
        })?;
        Ok(Node::Test(Box::new(Test::Matches(path, regex))))
    }

    /// What follows `has`.
    pub(super) fn has(&mut self, left: &Side) -> Result<Node, QueryError> {
        let path = self.plain_field(left)?;
        let right = self.side()?;
        let (word, is_quoted) = right.value()?;
        match path.kind() {
            Type::Int | Type::Bool => {
                let message = format!("`{}` contains nothing: use `=`", path.text());
                return Err(QueryError::new(message, left.at.clone()));
            }
            Type::Object(_) => return Err(no_value(&path, path.kind(), left.at.clone())),
            Type::List(_) | Type::Map(_) => choice(&path, word, is_quoted, right.at.clone())?,
            Type::Text | Type::Bytes | Type::Any | Type::Free => {}
        }
        let key = members(&path).map(|(_, name)| name);
        Ok(Node::Test(Box::new(Test::Has(path, key, word.to_owned()))))
    }
}

/// Another field that a number is compared with, in the unit of the first.
fn in_unit_of(path: &FieldPath, second: FieldPath, side: &Side) -> Result<Amount, QueryError> {
    if *second.kind() != Type::Int {
        let message = format!(
            "`{}` is a number, and `{}` is not",
            path.text(),
            second.text()
        );
        return Err(QueryError::new(message, side.at.clone()));
    }
    let unit = |path: &FieldPath| measure(path.field().and_then(|field| field.unit));
    let (measured, base) = unit(path);
    let (second_measured, second_size) = unit(&second);
    if measured != second_measured {
        let (one, another) = (measured.name(), second_measured.name());
        let message = format!(
            "`{}` is {one}, and `{}` is {another}",
            path.text(),
            second.text()
        );
        return Err(QueryError::new(message, side.at.clone()));
    }
    let factor = Number::whole(second_size).over(Number::whole(base));
    let factor = side.scaled(factor.unwrap_or(Number::ONE))?;
    Ok(Amount::Field(second, factor))
}

/// The list of objects that a path ends in, and the member by which they are meant.
fn members(path: &FieldPath) -> Option<(&'static str, &'static str)> {
    let Type::List(items) = path.kind() else {
        return None;
    };
    match **items {
        Type::Object(object) => Some((object, naming(object)?)),
        _ => None,
    }
}

/// The error of a list or an object where a single value is compared.
fn no_value(path: &FieldPath, kind: &Type, place: Range<usize>) -> QueryError {
    let text = path.text();
    match kind {
        Type::List(_) | Type::Map(_) => {
            let what = if matches!(kind, Type::Map(_)) {
                "a map"
            } else {
                "a list"
            };
            QueryError::new(format!("`{text}` is {what}: use `has`"), place).hint(format!(
                "`{text} has …`, or `{text} = {NOTHING}` if it is empty"
            ))
        }
        Type::Object(object) => {
            let fields = schema::schema(object).map_or(&[][..], |schema| schema.fields.as_slice());
            let names: Vec<String> = fields
                .iter()
                .take(5)
                .map(|field| format!("{text}.{}", field.name))
                .collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            QueryError::new(format!("`{text}` is an object"), place).hint(format!(
                "compare one of its fields, such as {}",
                ticked(&names)
            ))
        }
        _ => QueryError::new(format!("`{text}` is an object: use `has`"), place),
    }
}

/// The last line of a message of the engine, which has the reason.
fn reason(text: &str) -> String {
    let line = text.lines().next_back().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}
