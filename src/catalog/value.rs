//! The value of a parameter of a command. A number may have the unit of its field: `20GiB`.

use super::schema::{self, Field, Type};
use super::{Clock, Command, Kind, Param, Release, Unit, Value, items};

impl Command {
    /// The field of its body that a parameter sets.
    pub fn field_of(&self, param: &Param) -> Option<&'static Field> {
        let body = self.route()?.body?;
        schema::found(&Type::read(body), param.key)?.field
    }

    /// The unit of a parameter, if it is a number.
    pub fn unit_of(&self, param: &Param) -> Option<Unit> {
        let is_number = matches!(param.kind, Kind::Int { .. });
        let unit = || param.unit.or_else(|| self.field_of(param)?.unit);
        is_number.then(unit)?
    }

    /// Checks the words given for a parameter. The error is the index of the wrong word
    /// and what it must be.
    pub fn check(&self, param: &Param, words: &[String]) -> Result<Value, (usize, String)> {
        if self.edits(param) {
            return items::check(param, words);
        }
        match words {
            [word] => match (word.parse::<i64>(), self.number(param, word)) {
                (Ok(number), _) => {
                    let checked = param.kind.check(words)?;
                    self.check_bare(param, number).map_err(|why| (0, why))?;
                    Ok(checked)
                }
                (_, Some(Ok(number))) => param.kind.check(&[number.to_string()]),
                (_, Some(Err(why))) => Err((0, why)),
                (_, None) => param.kind.check(words),
            },
            _ => param.kind.check(words),
        }
    }

    /// Checks a number without a unit. The commands of 2019 send any.
    fn check_bare(&self, param: &Param, number: i64) -> Result<(), String> {
        let is_number = matches!(param.kind, Kind::Int { .. });
        if !is_number || self.span.last < Release::FIRST_V2 {
            return Ok(());
        }
        match (self.field_of(param), self.unit_of(param)) {
            (Some(field), _) => field.check_bare(number),
            (None, Some(unit)) => unit.check_bare(number),
            (None, None) => Ok(()),
        }
    }

    /// The number that a word with a unit stands for.
    fn number(&self, param: &Param, word: &str) -> Option<Result<i64, String>> {
        let unit = self.unit_of(param);
        let field = || {
            self.field_of(param)
                .filter(|field| field.choices.is_empty())
        };
        let is_number = matches!(param.kind, Kind::Int { .. });
        if is_number && field().is_some_and(|field| field.zero == Some(word)) {
            return Some(Ok(0));
        }
        Some(unit?.read(word, &Clock::system()))
    }

    /// A number in the words of a person: `20 GiB`.
    pub fn words_for(&self, param: &Param, number: i64, clock: &Clock) -> Option<String> {
        match self.field_of(param) {
            Some(field) => field.words_for(number, clock),
            None => Some(self.unit_of(param)?.show(number, clock)),
        }
    }
}
