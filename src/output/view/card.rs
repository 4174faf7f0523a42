//! An object as a card: a label and a value in each line, or two of them side by side,
//! without what is empty or as usual.

use super::Canvas;
use super::columns::{Column, chosen};
use super::fit::padded;
use super::style::{self, Style};
use super::words::{Times, Words};
use crate::catalog::is_all_zero;
use crate::catalog::schema::{self, ENVELOPE, Type};
use crate::query::{Columns, FieldPath};
use crate::secret::json;
use crate::text::clean;
use crate::text::width::{self, fitted, width};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// The columns between two halves of a line, and between a label and its value.
const GAP: usize = 2;
/// A longer label does not stand in a half of a line of this many columns.
const WIDEST_LABEL: (usize, usize) = (18, 45);
/// The same for a wider line.
const WIDEST_LABEL_OF_WIDE: usize = 32;
/// A value in half a line has at least this room.
const NARROWEST_VALUE: usize = 16;
/// On a wider terminal a value would be far from its label.
const WIDEST_CARD: usize = 120;
/// A longer value is cut.
const MOST_LINES: usize = 3;

/// A card.
#[derive(Debug, Default)]
pub struct Card {
    pub lines: Vec<String>,
    /// The number of fields that are left out because they are empty or as usual.
    pub left_out: usize,
}

/// One field of a card.
struct Entry {
    label: String,
    value: String,
    style: Option<Style>,
}

/// The card of an object. `object` is its type, if it is known.
pub fn card(
    object: Option<&'static str>,
    json: &Json,
    columns: Option<&Columns>,
    canvas: Canvas<'_>,
) -> Card {
    // Of an unknown type, all fields are shown, those of objects by their paths.
    let masked = object.is_none().then(|| json::masked(json));
    let json = masked.as_ref().unwrap_or(json);
    let mut filling = Filling {
        object,
        json,
        words: Words {
            clock: canvas.clock,
            times: Times::Both,
        },
        entries: Vec::new(),
        left_out: 0,
        covered: BTreeSet::new(),
    };
    let is_by_path = object.is_none() && columns.is_none();
    if !is_by_path {
        for column in chosen(object, columns, std::slice::from_ref(json)) {
            // The fields of an object are shown one by one.
            if column.is_asked || !column.is_object() {
                filling.add(&column);
            }
        }
    }
    if let Some(members) = json.as_object()
        && (object.is_some() || is_by_path)
        && columns.is_none_or(Columns::adds)
    {
        filling.add_rest(object, members, "");
    }
    Card {
        lines: laid_out(&filling.entries, canvas),
        left_out: filling.left_out,
    }
}

/// A card that is being filled.
struct Filling<'a> {
    object: Option<&'static str>,
    json: &'a Json,
    words: Words<'a>,
    entries: Vec<Entry>,
    left_out: usize,
    /// The paths that are done.
    covered: BTreeSet<String>,
}

impl Filling<'_> {
    fn add(&mut self, column: &Column) {
        let limit = column.limit.iter().map(FieldPath::text);
        let names = limit.chain([column.path.text()]);
        self.covered.extend(names.map(str::to_owned));
        if !column.is_asked && column.is_empty_in(self.json) {
            // A field that the server left out is not one that the shell left out.
            self.left_out += usize::from(column.path.value(self.json).is_some());
            return;
        }
        let value = column.words(self.json, self.words);
        let style = style::of_field(column, self.json, self.words.clock.now);
        self.push(column.label(), &value, style);
    }

    fn push(&mut self, label: &str, value: &str, style: Option<Style>) {
        let value = match clean::line(value) {
            value if value.is_empty() => "-".to_owned(),
            value => value.into_owned(),
        };
        self.entries.push(Entry {
            label: clean::line(label).into_owned(),
            value,
            style,
        });
    }

    /// Adds the other members of the object, and of the objects in it.
    fn add_rest(&mut self, object: Option<&str>, members: &Map<String, Json>, before: &str) {
        let schema = object.and_then(schema::schema);
        for (name, value) in members {
            let path = format!("{before}{name}");
            if self.covered.contains(&path) {
                continue;
            }
            let field = schema.and_then(|schema| schema.own(name));
            let kind = field.map(|field| &field.kind);
            match (kind, value) {
                _ if self.says_nothing(value) => self.left_out += 1,
                (Some(Type::Object(inner)), Json::Object(members)) if *inner != ENVELOPE => {
                    self.add_rest(Some(*inner), members, &format!("{path}."));
                }
                (None, Json::Object(members)) if object.is_none() => {
                    self.add_rest(None, members, &format!("{path}."));
                }
                (Some(Type::Free), Json::Object(_)) => {
                    let masked = json::masked(value);
                    let members = masked.as_object().into_iter();
                    members.for_each(|all| self.add_rest(None, all, &format!("{path}.")));
                }
                _ => {
                    let value = match object {
                        Some(_) => self.value_of(&path, value),
                        None => self.words.of(&Type::Any, None, value),
                    };
                    self.push(&path, &value, None);
                }
            }
        }
    }

    /// Whether a value is left out. Of an unknown type, 0 and false may be what was asked for.
    fn says_nothing(&self, value: &Json) -> bool {
        let says_by_type = self.object.is_none() && (value.is_number() || value.is_boolean());
        !says_by_type && is_all_zero(value) && !(self.object.is_none() && has_members(value))
    }

    fn value_of(&self, path: &str, value: &Json) -> String {
        let known = self.object.map(|object| FieldPath::read(object, path));
        match known {
            Some(Ok(path)) => self.words.at(&path, self.json),
            _ => self.words.of(&Type::Any, None, value),
        }
    }
}

fn has_members(value: &Json) -> bool {
    value.as_object().is_some_and(|members| !members.is_empty())
}

/// The lines of a card: short fields stand side by side where there is room. Those with long
/// labels come last, so that all values above them are aligned.
fn laid_out(entries: &[Entry], canvas: Canvas<'_>) -> Vec<String> {
    let columns = canvas.width.map(|width| width.min(WIDEST_CARD));
    let half = columns.map(|width| width.saturating_sub(GAP) / 2);
    let (widest, narrow) = WIDEST_LABEL;
    let widest = match half {
        Some(half) if half <= narrow => widest,
        _ => WIDEST_LABEL_OF_WIDE,
    };
    let is_short = |entry: &&Entry| width(&entry.label) <= widest;
    let (short, long): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(is_short);
    let label = widest_label(&short, canvas);
    let half = half.filter(|half| *half >= label + GAP + NARROWEST_VALUE);
    let fits = |entry: &Entry| {
        half.is_some_and(|half| {
            width(&entry.label) <= label && label + GAP + width(&entry.value) <= half
        })
    };
    let mut lines = Vec::new();
    let mut left: Option<&Entry> = None;
    let one = |entry: &Entry, color| painted(entry, label, color);
    for entry in short {
        let half = half.unwrap_or_default();
        match (left.take(), fits(entry)) {
            (None, true) => left = Some(entry),
            (Some(first), true) => {
                let taken = label + GAP + width(&first.value);
                let blanks = " ".repeat(half + GAP - taken);
                let (first, entry) = (one(first, canvas.color), one(entry, canvas.color));
                lines.push(format!("{first}{blanks}{entry}"));
            }
            (first, false) => {
                lines.extend(first.map(|first| one(first, canvas.color)));
                lines.extend(whole(entry, label, canvas));
            }
        }
    }
    lines.extend(left.map(|entry| one(entry, canvas.color)));
    let label = widest_label(&long, canvas).max(label);
    lines.extend(long.iter().flat_map(|entry| whole(entry, label, canvas)));
    lines
}

/// The width of the labels of these fields, if beside it there is room for their values.
fn widest_label(entries: &[&Entry], canvas: Canvas<'_>) -> usize {
    let least = |label: &usize| label + GAP + NARROWEST_VALUE;
    let has_room = |label: &usize| canvas.width.is_none_or(|width| width >= least(label));
    let labels = entries.iter().map(|entry| width(&entry.label));
    labels.filter(has_room).max().unwrap_or_default()
}

/// A field, with its label in this width.
fn painted(entry: &Entry, label: usize, color: bool) -> String {
    let blanks = " ".repeat(label.saturating_sub(width(&entry.label)) + GAP);
    if !color {
        return format!("{}{blanks}{}", entry.label, entry.value);
    }
    let name = Style::Heading.paint(&entry.label);
    let value = entry.style.map(|style| style.paint(&entry.value));
    let value = value.unwrap_or_else(|| entry.value.clone());
    format!("{name}{blanks}{value}")
}

/// A field in lines of its own.
fn whole(entry: &Entry, label: usize, canvas: Canvas<'_>) -> Vec<String> {
    let Some(columns) = canvas.width else {
        return vec![painted(entry, label, canvas.color)];
    };
    let label_width = width(&entry.label).max(label);
    let room = columns.saturating_sub(label_width + GAP);
    // Too narrow for two columns.
    if room < NARROWEST_VALUE.min(width(&entry.value)) {
        let line = format!("{}  {}", entry.label, entry.value);
        return vec![fitted(&line, columns).into_owned()];
    }
    let mut parts = broken(&entry.value, room).into_iter();
    let first = Entry {
        label: entry.label.clone(),
        value: parts.next().unwrap_or_default(),
        style: entry.style,
    };
    let mut lines = vec![painted(&first, label, canvas.color)];
    lines.extend(parts.map(|part| padded("", label_width + GAP) + &part));
    lines
}

/// A long value in a few lines, cut after the last.
fn broken(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while lines.len() + 1 < MOST_LINES && width(rest) > columns {
        let mut at = 0;
        let fits = |(_, c): &(usize, char)| {
            at += width::of(*c);
            at > columns
        };
        let end = rest
            .char_indices()
            .find(fits)
            .map_or(rest.len(), |(end, _)| end);
        // At a blank, if one is near.
        let blank = rest[..end].rfind(' ').filter(|blank| *blank > end / 2);
        let (line, after) = match blank {
            Some(blank) => (&rest[..blank], &rest[blank + 1..]),
            None => rest.split_at(end),
        };
        // A letter that is wider than the line.
        if line.is_empty() {
            break;
        }
        lines.push(line.to_owned());
        rest = after;
    }
    lines.push(fitted(rest, columns).into_owned());
    lines
}
