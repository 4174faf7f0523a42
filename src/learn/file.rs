//! Reads a file of lessons: TOML, of which each key is checked. An error has its place.

use super::check::{By, Check, Sent, Test, What};
use super::course::{Course, Lesson, Wrong};
use crate::catalog::{self, Api, Clock, Method};
use crate::error::Error;
use crate::practice;
use crate::query::{Condition, Jq, QueryError};
use crate::text::clean;
use crate::text::near::near;
use crate::text::place::place;
use crate::text::words::{did_you_mean, shortened, ticked};
use std::ops::{Range, RangeInclusive};
use toml_edit::{Document, Item, Key, TableLike, Value};

const OF_COURSE: &[&str] = &["title", "api", "lesson"];
const OF_LESSON: &[&str] = &[
    "name", "title", "text", "exam", "setup", "files", "check", "mistake", "hints", "solution",
    "also", "wrong", "done",
];
const OF_CHECK: &[&str] = &[
    "says", "sent", "holds", "gone", "status", "by", "where", "jq",
];
const OF_WRONG: &[&str] = &["run", "says"];

/// The course of a text. `key` is what its progress is kept by, `name` the file in messages.
pub(crate) fn read(key: &str, name: &str, text: &str) -> Result<Course, Error> {
    let reader = Reader { name, text };
    let document = Document::parse(text).map_err(|error| {
        let message = error.message().replace('\n', "; ");
        reader.error(error.span(), format!("not valid TOML: {message}"))
    })?;
    reader.course(key, document.as_table())
}

/// A table with its place.
type Placed<'a> = (&'a dyn TableLike, Option<Range<usize>>);

struct Reader<'a> {
    name: &'a str,
    text: &'a str,
}

/// A value with its place.
struct Text<'a> {
    text: &'a str,
    span: Option<Range<usize>>,
}

impl Reader<'_> {
    fn error(&self, span: Option<Range<usize>>, message: impl AsRef<str>) -> Error {
        let place = place(self.name, self.text, span);
        Error::typed(format!("{place}: {}", message.as_ref()))
    }

    /// Refuses keys that are not known.
    fn known(&self, table: &dyn TableLike, what: &str, known: &[&str]) -> Result<(), Error> {
        let keys = table.iter().map(|(key, _)| key);
        let Some(wrong) = keys.into_iter().find(|key| !known.contains(key)) else {
            return Ok(());
        };
        let span = table.get_key_value(wrong).and_then(|(key, _)| key.span());
        let names = near(wrong, known.iter().copied());
        let shown = shortened(&clean::line(wrong));
        let error = self.error(span, format!("unknown key `{shown}` in {what}"));
        Err(error.hint(if names.is_empty() {
            format!("it may have {}", ticked(known))
        } else {
            did_you_mean(&names)
        }))
    }

    fn text<'t>(&self, key: &str, item: &'t Item) -> Result<Text<'t>, Error> {
        let text = item.as_str().ok_or_else(|| {
            self.error(item.span(), format!("`{key}` must be a string in quotes"))
        })?;
        let span = item.span();
        Ok(Text { text, span })
    }

    fn optional(&self, table: &dyn TableLike, key: &str) -> Result<String, Error> {
        let text = table
            .get(key)
            .map(|item| self.text(key, item))
            .transpose()?;
        Ok(text.map_or_else(String::new, |text| text.text.trim().to_owned()))
    }

    fn required<'t>(
        &self,
        table: &'t dyn TableLike,
        span: Option<Range<usize>>,
        what: &str,
        key: &str,
    ) -> Result<Text<'t>, Error> {
        let missing = || self.error(span, format!("{what} has no `{key}`"));
        let text = self.text(key, table.get(key).ok_or_else(missing)?)?;
        if text.text.trim().is_empty() {
            return Err(self.error(text.span, format!("`{key}` is empty")));
        }
        Ok(text)
    }

    /// A list of texts.
    fn texts(&self, table: &dyn TableLike, key: &str) -> Result<Vec<String>, Error> {
        let Some(item) = table.get(key) else {
            return Ok(Vec::new());
        };
        let wrong = |span| self.error(span, format!("`{key}` must be a list of strings"));
        let list = item.as_array().ok_or_else(|| wrong(item.span()))?;
        let text = |value: &Value| value.as_str().map(|text| text.trim().to_owned());
        let each = list.iter();
        each.map(|value| text(value).ok_or_else(|| wrong(value.span())))
            .collect()
    }

    /// The tables of `[[key]]`, or of a list.
    fn tables<'t>(&self, table: &'t dyn TableLike, key: &str) -> Result<Vec<Placed<'t>>, Error> {
        let Some(item) = table.get(key) else {
            return Ok(Vec::new());
        };
        if let Some(tables) = item.as_array_of_tables() {
            let each = tables.iter();
            return Ok(each
                .map(|table| (table as &dyn TableLike, table.span()))
                .collect());
        }
        let list = item.as_array().into_iter().flatten();
        let inline: Option<Vec<_>> = list
            .map(|value| Some((value.as_inline_table()? as &dyn TableLike, value.span())))
            .collect();
        match inline.filter(|_| item.is_array()) {
            Some(tables) => Ok(tables),
            None => Err(self
                .error(item.span(), format!("`{key}` must be a list of tables"))
                .hint(format!("write `[[{key}]]`, and its keys below"))),
        }
    }

    fn course(&self, key: &str, table: &dyn TableLike) -> Result<Course, Error> {
        self.known(table, "a course", OF_COURSE)?;
        let title = self.required(table, None, "the course", "title")?;
        let named = table.get("api").map(|item| self.text("api", item));
        let named = named.transpose()?;
        let name = named.as_ref().map_or("v2", |named| named.text);
        let api = catalog::api(name).filter(|_| practice::APIS.contains(&name));
        let api = api.ok_or_else(|| {
            let span = named.and_then(|named| named.span);
            let shown = shortened(&clean::line(name));
            let message = format!("`api` is `{shown}`, which the practice server does not have");
            self.error(span, message)
                .hint(format!("it has {}", ticked(practice::APIS)))
        })?;
        let mut lessons: Vec<Lesson> = Vec::new();
        for (table, span) in self.tables(table, "lesson")? {
            let lesson = self.lesson(api, table, span.as_ref())?;
            if lessons.iter().any(|other| other.name == lesson.name) {
                let message = format!("there is a lesson `{}` already", lesson.name);
                return Err(self.error(span, message));
            }
            lessons.push(lesson);
        }
        if lessons.is_empty() {
            return Err(self
                .error(None, "the course has no lesson")
                .hint("write `[[lesson]]`, and its keys below"));
        }
        Ok(Course {
            key: key.to_owned(),
            title: title.text.trim().to_owned(),
            api,
            lessons,
        })
    }

    fn lesson(
        &self,
        api: &'static Api,
        table: &dyn TableLike,
        span: Option<&Range<usize>>,
    ) -> Result<Lesson, Error> {
        self.known(table, "a lesson", OF_LESSON)?;
        let required = |key| self.required(table, span.cloned(), "this lesson", key);
        let name = required("name")?;
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !name.text.starts_with(|c: char| c.is_ascii_lowercase())
            || !name.text.chars().all(is_word)
        {
            return Err(self
                .error(name.span, "`name` must be one word")
                .hint("use lower-case letters, digits and `-`, with a letter first"));
        }
        let checks = self.checks(api, table, "check")?;
        let solution = self.texts(table, "solution")?;
        for (key, is_missing) in [
            ("check", checks.is_empty()),
            ("solution", solution.is_empty()),
        ] {
            if is_missing {
                let message = format!("the lesson `{}` has no `{key}`", name.text);
                return Err(self.error(span.cloned(), message));
            }
        }
        Ok(Lesson {
            name: name.text.to_owned(),
            title: required("title")?.text.trim().to_owned(),
            text: self.optional(table, "text")?,
            is_exam: self.switch(table, "exam")?,
            setup: self.texts(table, "setup")?,
            files: self.files(table)?,
            checks,
            mistakes: self.checks(api, table, "mistake")?,
            hints: self.texts(table, "hints")?,
            solution,
            also: self.also(table)?,
            wrong: self.wrong(table)?,
            done: self.optional(table, "done")?,
        })
    }

    fn switch(&self, table: &dyn TableLike, key: &str) -> Result<bool, Error> {
        let Some(item) = table.get(key) else {
            return Ok(false);
        };
        let wrong = || self.error(item.span(), format!("`{key}` must be `true` or `false`"));
        item.as_bool().ok_or_else(wrong)
    }

    fn files(&self, table: &dyn TableLike) -> Result<Vec<(String, String)>, Error> {
        let Some(item) = table.get("files") else {
            return Ok(Vec::new());
        };
        let wrong = || self.error(item.span(), "`files` must be a table of names and texts");
        let files = item.as_table_like().ok_or_else(wrong)?;
        let one = |(name, item): (&str, &Item)| {
            let span = || {
                let pair = files.get_key_value(name);
                pair.and_then(|(key, _): (&Key, _)| key.span())
            };
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            if name.starts_with('.') || name.is_empty() || !name.chars().all(is_plain) {
                return Err(self
                    .error(span(), "this is not a valid file name in a lesson")
                    .hint("use letters, digits, `.`, `_` and `-`, without a folder"));
            }
            Ok((name.to_owned(), self.text(name, item)?.text.to_owned()))
        };
        files.iter().map(one).collect()
    }

    /// The other right ways: a list of lists of commands.
    fn also(&self, table: &dyn TableLike) -> Result<Vec<Vec<String>>, Error> {
        let Some(item) = table.get("also") else {
            return Ok(Vec::new());
        };
        let wrong = |span| {
            self.error(span, "`also` must be a list of lists of commands")
                .hint("for example `also = [[\"get_users\"], [\"users\"]]`")
        };
        let ways = item.as_array().ok_or_else(|| wrong(item.span()))?;
        let way = |value: &Value| {
            let lines = value.as_array().ok_or_else(|| wrong(value.span()))?;
            let line = |value: &Value| {
                let line = value.as_str().map(str::to_owned);
                line.ok_or_else(|| wrong(value.span()))
            };
            lines.iter().map(line).collect()
        };
        ways.iter().map(way).collect()
    }

    fn wrong(&self, table: &dyn TableLike) -> Result<Vec<Wrong>, Error> {
        let one = |(table, span): Placed<'_>| {
            self.known(table, "a wrong answer", OF_WRONG)?;
            let run = self.texts(table, "run")?;
            if run.is_empty() {
                return Err(self.error(span, "this wrong answer has no `run`"));
            }
            let says = self.optional(table, "says")?;
            Ok(Wrong { run, says })
        };
        self.tables(table, "wrong")?.into_iter().map(one).collect()
    }

    fn checks(
        &self,
        api: &'static Api,
        table: &dyn TableLike,
        key: &str,
    ) -> Result<Vec<Check>, Error> {
        let one = |(table, span): Placed<'_>| {
            let what = format!("`[[lesson.{key}]]`");
            self.known(table, &what, OF_CHECK)?;
            let says = self.required(table, span.clone(), &format!("this {what}"), "says")?;
            Ok(Check {
                says: says.text.trim().to_owned(),
                what: self.what(api, table, span)?,
            })
        };
        self.tables(table, key)?.into_iter().map(one).collect()
    }

    fn what(
        &self,
        api: &'static Api,
        table: &dyn TableLike,
        span: Option<Range<usize>>,
    ) -> Result<What, Error> {
        let kinds = ["sent", "holds", "gone"];
        let given: Vec<&str> = kinds
            .into_iter()
            .filter(|key| table.contains_key(key))
            .collect();
        let [kind] = given[..] else {
            return Err(self.error(span, "it must have one of `sent`, `holds` and `gone`"));
        };
        let text = self.required(table, span, "it", kind)?;
        if kind == "sent" {
            return self.sent(api, table, &text).map(What::Sent);
        }
        if !text.text.starts_with('/') {
            return Err(self
                .error(text.span, format!("`{kind}` must be a path"))
                .hint(format!("below `{}`, as in `/users`", api.prefix)));
        }
        let only_sent = ["status", "by"].into_iter();
        let not_gone = ["where", "jq"].into_iter().filter(|_| kind == "gone");
        if let Some(key) = only_sent
            .chain(not_gone)
            .find(|key| table.contains_key(key))
        {
            let message = format!("`{key}` cannot be used with `{kind}`");
            return Err(self.error(table.get(key).and_then(Item::span), message));
        }
        let path = text.text.to_owned();
        if kind == "gone" {
            return Ok(What::Gone(path));
        }
        let bare = path.split('?').next().unwrap_or_default();
        let row = catalog::requested(api, Method::Get, bare).and_then(catalog::Command::route);
        let object = row.and_then(catalog::Route::object);
        Ok(What::Holds(path, self.test(api, table, object)?))
    }

    fn sent(
        &self,
        api: &'static Api,
        table: &dyn TableLike,
        text: &Text<'_>,
    ) -> Result<Sent, Error> {
        let wrong = |message: &str| {
            self.error(text.span.clone(), message)
                .hint("for example `sent = \"PUT /users/*\"`; `*` is any one name")
        };
        let (method, target) = text
            .text
            .split_once(' ')
            .filter(|(_, target)| target.starts_with('/'))
            .ok_or_else(|| wrong("`sent` must be a method and a path"))?;
        let methods = [
            Method::Get,
            Method::Post,
            Method::Put,
            Method::Patch,
            Method::Delete,
        ];
        let method = methods.into_iter().find(|known| known.as_str() == method);
        let method = method.ok_or_else(|| wrong("`sent` begins with an unknown method"))?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let route = catalog::requested(api, method, path).and_then(catalog::Command::route);
        let body = route.and_then(|route| route.body.filter(|body| !body.starts_with('[')));
        let object = body.or_else(|| route.and_then(catalog::Route::object));
        Ok(Sent {
            method: method.as_str().to_owned(),
            path: path.to_owned(),
            query: url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            status: self.status(table)?,
            test: self.test(api, table, object)?,
            by: self.by(table)?,
        })
    }

    /// One status, or a class such as `"4xx"`; a success if nothing is said.
    fn status(&self, table: &dyn TableLike) -> Result<RangeInclusive<u16>, Error> {
        let Some(item) = table.get("status") else {
            return Ok(200..=299);
        };
        let number = item
            .as_integer()
            .and_then(|number| u16::try_from(number).ok());
        if let Some(status) = number.filter(|status| (100..=599).contains(status)) {
            return Ok(status..=status);
        }
        let class = item.as_str().and_then(|text| text.strip_suffix("xx"));
        let class = class.and_then(|class| class.parse::<u16>().ok());
        match class.filter(|class| (1..=5).contains(class)) {
            Some(class) => Ok(class * 100..=class * 100 + 99),
            None => Err(self
                .error(
                    item.span(),
                    "`status` must be a status or a class of statuses",
                )
                .hint("for example `status = 404`, or `status = \"4xx\"`")),
        }
    }

    fn by(&self, table: &dyn TableLike) -> Result<Option<By>, Error> {
        let Some(item) = table.get("by") else {
            return Ok(None);
        };
        let by = item.as_str();
        let found = By::ALL.into_iter().find(|(name, _)| by == Some(name));
        let names = By::ALL.map(|(name, _)| name);
        let wrong = || {
            self.error(
                item.span(),
                format!("`by` must be one of {}", ticked(&names)),
            )
        };
        found.map(|(_, by)| Some(by)).ok_or_else(wrong)
    }

    /// The condition of a check, on an object of this type.
    fn test(
        &self,
        api: &'static Api,
        table: &dyn TableLike,
        object: Option<&'static str>,
    ) -> Result<Option<Test>, Error> {
        let wrong = |key: &str, text: &Text<'_>, wrong: QueryError| {
            let error = self.error(text.span.clone(), format!("`{key}`: {}", wrong.message));
            match wrong.hint {
                Some(hint) => error.hint(hint),
                None => error,
            }
        };
        match (table.get("where"), table.get("jq")) {
            (None, None) => Ok(None),
            (Some(item), Some(_)) => {
                Err(self.error(item.span(), "`where` and `jq` cannot be used together"))
            }
            (Some(item), None) => {
                let text = self.text("where", item)?;
                let object = object.ok_or_else(|| {
                    self.error(text.span.clone(), "the fields of this path are unknown")
                        .hint("use `jq` instead of `where`")
                })?;
                let read = Condition::read(text.text, object, api.release, &Clock::system());
                let condition = read.map_err(|error| wrong("where", &text, error))?;
                Ok(Some(Test::Where(condition)))
            }
            (None, Some(item)) => {
                let text = self.text("jq", item)?;
                let jq = Jq::read(text.text).map_err(|error| wrong("jq", &text, error))?;
                Ok(Some(Test::Jq(jq)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
