//! CSV and TSV: a line of names, then a line for each object, nothing cut.

use super::columns::{Column, chosen};
use super::words::Words;
use crate::query::{Columns, FieldPath};
use serde_json::Value as Json;

/// How the cells of a line are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// Commas; cells are quoted as RFC 4180 says.
    Comma,
    /// Tabs; in a cell a tab is `\t`, a newline `\n`, a carriage return `\r` and a backslash `\\`.
    Tab,
}

/// The columns of a sheet, and how its cells are written. The lines of a list can be made
/// part by part.
#[derive(Debug)]
pub struct Sheet<'a> {
    paths: Vec<FieldPath>,
    separator: Separator,
    /// Words instead of the exact values.
    words: Option<Words<'a>>,
}

impl<'a> Sheet<'a> {
    /// A sheet of objects of this type. If the type is not known, the columns are the
    /// members of `items`.
    pub fn new(
        object: Option<&'static str>,
        columns: Option<&Columns>,
        items: &[Json],
        separator: Separator,
        words: Option<Words<'a>>,
    ) -> Self {
        let columns = chosen(object, columns, items);
        let paths = columns
            .into_iter()
            .flat_map(|column: Column| [Some(column.path), column.limit].into_iter().flatten());
        Self {
            paths: paths.collect(),
            separator,
            words,
        }
    }

    /// The line of names.
    pub fn header(&self) -> String {
        let names = self.paths.iter().map(|path| path.text().to_owned());
        self.lines([names.collect()].into_iter())
    }

    /// The lines of these objects.
    pub fn rows(&self, items: &[Json]) -> String {
        let row = |item: &Json| {
            self.paths
                .iter()
                .map(|path| self.cell(path, item))
                .collect()
        };
        self.lines(items.iter().map(row))
    }

    fn cell(&self, path: &FieldPath, item: &Json) -> String {
        if let Some(words) = self.words {
            return words.at(path, item);
        }
        match path.value(item).as_deref() {
            None | Some(Json::Null) => String::new(),
            Some(Json::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        }
    }

    fn lines(&self, rows: impl Iterator<Item = Vec<String>>) -> String {
        match self.separator {
            Separator::Comma => quoted(rows),
            Separator::Tab => rows.map(|row| tabbed(&row)).collect(),
        }
    }
}

fn quoted(rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Writing to memory does not fail, and all lines have as many cells.
        let _ = writer.write_record(&row);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn tabbed(row: &[String]) -> String {
    let escaped = |cell: &String| {
        let mut out = String::with_capacity(cell.len());
        for c in cell.chars() {
            match c {
                '\t' => out.push_str("\\t"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\\' => out.push_str("\\\\"),
                c => out.push(c),
            }
        }
        out
    };
    let cells: Vec<String> = row.iter().map(escaped).collect();
    format!("{}\n", cells.join("\t"))
}
