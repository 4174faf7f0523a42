//! Answers for people and for spreadsheets: tables, cards, CSV and TSV. Pure functions of
//! the JSON, its type, the width and the time.

mod card;
mod columns;
mod fit;
mod sheet;
mod style;
mod table;
mod words;

pub use card::{Card, card};
pub use sheet::{Separator, Sheet};
pub use table::{Table, table};
pub use words::{Times, Words};

use crate::catalog::{AnswerType, Clock, Output, is_all_zero, schema};
use crate::query::Columns;
use crate::text::words::{plural, ticked};
use crate::text::wrap;
use serde_json::Value as Json;
use std::borrow::Cow;

/// What of an answer is shown, and in which form.
#[derive(Clone, Debug)]
pub struct Look {
    pub output: Output,
    /// The type of the answer, if it is known.
    pub kind: Option<AnswerType>,
    /// The fields that were asked for.
    pub columns: Option<Columns>,
    /// Whether CSV and TSV have words.
    pub human: bool,
    /// Whether an answer that is only a message is shown as its text.
    pub speaks: bool,
}

impl Look {
    /// An answer of no known type, shown as it is.
    pub const fn plain(output: Output) -> Self {
        Self {
            output,
            kind: None,
            columns: None,
            human: false,
            speaks: false,
        }
    }

    /// The text of an answer that is only a message, if it is shown instead of the answer.
    pub fn message<'a>(&self, json: Option<&'a Json>) -> Option<&'a str> {
        let members = json.filter(|_| self.speaks)?.as_object()?;
        let is_message = |(name, value): (&String, &Json)| name == "message" || is_all_zero(value);
        let text = members.get("message")?.as_str()?;
        (!text.is_empty() && members.iter().all(is_message)).then_some(text)
    }

    /// The same, as JSON where it would be a table.
    #[must_use]
    pub fn as_json(self) -> Self {
        let is_json = matches!(self.output, Output::Compact | Output::Ndjson | Output::Raw);
        Self {
            output: if is_json { self.output } else { Output::Json },
            columns: None,
            ..self
        }
    }

    /// How the cells of a line are separated, in CSV and TSV.
    const fn separator(&self) -> Option<Separator> {
        match self.output {
            Output::Csv => Some(Separator::Comma),
            Output::Tsv => Some(Separator::Tab),
            _ => None,
        }
    }

    fn sheet<'a>(&self, items: &[Json], separator: Separator, clock: &'a Clock) -> Sheet<'a> {
        let words = self.human.then_some(Words {
            clock,
            times: Times::Date,
        });
        let columns = self.columns.as_ref();
        Sheet::new(self.object(), columns, items, separator, words)
    }

    /// The sheet of a list that is not there yet, if its columns do not depend on it.
    pub fn sheet_ahead<'a>(&self, clock: &'a Clock) -> Option<Sheet<'a>> {
        let is_known = self.kind.is_some() || self.columns.as_ref().is_some_and(|all| !all.adds());
        let separator = self.separator().filter(|_| is_known)?;
        Some(self.sheet(&[], separator, clock))
    }

    /// The type of its objects.
    fn object(&self) -> Option<&'static str> {
        self.kind.map(AnswerType::object)
    }

    /// A value with only the fields that were asked for.
    pub fn only<'a>(&self, json: &'a Json) -> Cow<'a, Json> {
        let Some(columns) = self.columns.as_ref().filter(|columns| !columns.adds()) else {
            return Cow::Borrowed(json);
        };
        Cow::Owned(match json {
            Json::Array(items) => items.iter().map(|item| columns.only(item)).collect(),
            object => columns.only(object),
        })
    }
}

/// What is drawn on.
#[derive(Clone, Copy, Debug)]
pub struct Canvas<'a> {
    /// The columns of the terminal; in a pipe or file nothing is cut.
    pub width: Option<usize>,
    pub color: bool,
    pub clock: &'a Clock,
}

/// An answer as text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Picture {
    pub text: String,
    /// What is said below it, on standard error.
    pub remark: String,
}

/// The objects of an answer.
enum Objects<'a> {
    List(&'a [Json]),
    One(&'a Json),
}

impl<'a> Objects<'a> {
    /// The objects of a value, if it is what its type says.
    fn of(json: &'a Json, kind: Option<AnswerType>) -> Option<Self> {
        let is_list = |items: &[Json]| items.iter().all(Json::is_object);
        match (json, kind) {
            (Json::Array(items), None | Some(AnswerType::List(_))) if is_list(items) => {
                Some(Self::List(items))
            }
            // A server written in Go may send null for an empty list.
            (Json::Null, Some(AnswerType::List(_))) => Some(Self::List(&[])),
            (Json::Object(_), None | Some(AnswerType::Object(_))) => Some(Self::One(json)),
            _ => None,
        }
    }

    fn items(&self) -> &'a [Json] {
        match self {
            Self::List(items) => items,
            Self::One(object) => std::slice::from_ref(object),
        }
    }
}

/// An answer in one of the forms of this module; `None` if it has no objects. `again` is
/// how a person sees all of it.
pub fn picture(json: &Json, look: &Look, canvas: Canvas<'_>, again: &str) -> Option<Picture> {
    let answer = Objects::of(json, look.kind)?;
    let kind = look.object();
    let columns = look.columns.as_ref();
    let Some(separator) = look.separator() else {
        return Some(match answer {
            Objects::List(items) => {
                let table = table(kind, items, columns, canvas);
                below_table(kind, items.len(), &table, again, canvas.width)
            }
            Objects::One(object) => below_card(&card(kind, object, columns, canvas), again),
        });
    };
    let items = answer.items();
    let sheet = look.sheet(items, separator, canvas.clock);
    Some(Picture {
        text: sheet.header() + &sheet.rows(items),
        remark: String::new(),
    })
}

fn joined(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

fn below_table(
    object: Option<&str>,
    count: usize,
    table: &Table,
    again: &str,
    width: Option<usize>,
) -> Picture {
    let remark = |named| remark(counted(object, count), table, count > 0, again, named);
    let fits = |text: &String| {
        let lines = width.map(|width| wrap::lines(text, width, 2).lines().count());
        lines.is_none_or(|lines| lines <= MOST_LINES)
    };
    let mut all = (0..=MOST_NAMED).rev().map(remark);
    Picture {
        text: joined(&table.lines),
        remark: all.find(fits).unwrap_or_else(|| remark(0)),
    }
}

/// What is said below a table; `named` is how many columns are named of each kind.
fn remark(counted: String, table: &Table, has_rows: bool, again: &str, named: usize) -> String {
    let mut remark = counted;
    for mark in &table.marks {
        remark.push_str(&format!("; {} {}", mark.sign, mark.means));
    }
    if let Some(first) = table.no_room.first() {
        let columns = some_of(&table.no_room, named);
        remark.push_str(&format!("; no room for {columns} (`--columns +{first}`)"));
    }
    if !table.empty.is_empty() {
        remark.push_str(&format!("; empty: {}", some_of(&table.empty, named)));
    }
    if has_rows {
        remark.push_str(&format!("; `{again}` shows all fields"));
    }
    remark.push('\n');
    remark
}

/// The number of columns that a remark names, and its lines: what is above is more important.
const MOST_NAMED: usize = 4;
const MOST_LINES: usize = 2;

/// `home_dir, email and 3 more`.
fn some_of(columns: &[String], named: usize) -> String {
    let all: Vec<&str> = columns.iter().flat_map(|name| name.split(',')).collect();
    if named == 0 {
        return plural(all.len(), "column");
    }
    // `and 1 more` is as long as its name.
    if all.len() <= named + 1 {
        return all.join(", ");
    }
    let (first, more) = all.split_at(named);
    format!("{} and {} more", first.join(", "), more.len())
}

/// `6 users`, `no users`.
fn counted(object: Option<&str>, count: usize) -> String {
    let (one, several) = object.and_then(schema::nouns).unwrap_or(("row", "rows"));
    match count {
        0 => format!("no {several}"),
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    }
}

fn below_card(card: &Card, again: &str) -> Picture {
    let remark = match card.left_out {
        0 => String::new(),
        1 => format!(
            "1 field is empty or as usual: {} shows all\n",
            ticked(&[again])
        ),
        count => format!(
            "{count} fields are empty or as usual: {} shows all\n",
            ticked(&[again])
        ),
    };
    Picture {
        text: joined(&card.lines),
        remark,
    }
}

#[cfg(test)]
mod tests;
