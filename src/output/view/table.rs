//! A list as a table: a line for each object, cut to the width of the terminal.

use super::Canvas;
use super::columns::{Column, chosen};
use super::fit::{self, GAP, Wanted};
use super::style::{self, Style};
use super::words::{Times, Words};
use crate::catalog::schema::{self, Mark, Type};
use crate::query::Columns;
use crate::text::clean;
use crate::text::width::{fitted, width};
use comfy_table::{Cell, CellAlignment, Row, presets};
use serde_json::Value as Json;

/// The text of an empty cell.
const NOTHING: &str = "-";

/// A table.
#[derive(Debug, Default)]
pub struct Table {
    /// Its lines, the headings first; none if there are no objects.
    pub lines: Vec<String>,
    /// The columns for which there was no room.
    pub no_room: Vec<String>,
    /// The usual columns that are empty in every object.
    pub empty: Vec<String>,
    /// The marks that may be in its cells.
    pub marks: Vec<Mark>,
}

/// A column with its cells.
struct Cells {
    column: Column,
    heading: String,
    /// The cell of each object.
    texts: Vec<String>,
}

impl Cells {
    fn of(column: Column, items: &[Json], words: Words<'_>) -> Self {
        let cell = |item: &Json| {
            let words = column.words(item, words);
            match clean::line(&words) {
                words if words.is_empty() => NOTHING.to_owned(),
                words => words.into_owned(),
            }
        };
        Self {
            texts: items.iter().map(cell).collect(),
            heading: clean::line(&column.heading()).into_owned(),
            column,
        }
    }

    fn wanted(&self) -> Wanted {
        let widest = self.texts.iter().map(|cell| width(cell)).max();
        Wanted {
            natural: widest.unwrap_or_default().max(width(&self.heading)),
            is_asked: self.column.is_asked,
        }
    }
}

/// The table of a list. `object` is the type of its objects, if it is known.
pub fn table(
    object: Option<&'static str>,
    items: &[Json],
    columns: Option<&Columns>,
    canvas: Canvas<'_>,
) -> Table {
    if items.is_empty() {
        return Table::default();
    }
    let is_empty =
        |column: &Column| !column.is_asked && items.iter().all(|item| column.is_empty_in(item));
    let (empty, shown): (Vec<_>, Vec<_>) = chosen(object, columns, items)
        .into_iter()
        .partition(is_empty);
    let words = Words {
        clock: canvas.clock,
        times: Times::Distance,
    };
    let shown = shown.into_iter();
    let shown: Vec<Cells> = shown
        .map(|column| Cells::of(column, items, words))
        .collect();
    let wanted: Vec<Wanted> = shown.iter().map(Cells::wanted).collect();
    let widths = fit::fitted(&wanted, canvas.width);
    let (fit, no_room): (Vec<_>, Vec<_>) = shown
        .into_iter()
        .zip(widths)
        .partition(|(_, width)| width.is_some());
    let fit: Vec<(Cells, usize)> = fit
        .into_iter()
        .map(|(cells, width)| (cells, width.unwrap_or_default()))
        .collect();
    let mut lines = laid_out(&fit, items.len());
    if let Some(width) = canvas.width {
        // The library counts some emoji otherwise than the terminal.
        for line in &mut lines {
            *line = fitted(line, width).into_owned();
        }
    }
    // Each object has its line.
    if canvas.color && lines.len() == items.len() + 1 {
        paint(&mut lines, object, items, &fit, canvas);
    }
    Table {
        lines,
        no_room: no_room
            .iter()
            .map(|(cells, _)| cells.column.name())
            .collect(),
        empty: empty.iter().map(Column::name).collect(),
        marks: fit.iter().filter_map(|(cells, _)| mark(cells)).collect(),
    }
}

fn laid_out(columns: &[(Cells, usize)], rows: usize) -> Vec<String> {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING);
    let row = |cell: &dyn Fn(&Cells) -> &str| {
        let cells = columns
            .iter()
            .map(|(column, width)| Cell::new(fitted(cell(column), *width)));
        Row::from(cells.collect::<Vec<_>>())
    };
    table.set_header(row(&|column| &column.heading));
    for at in 0..rows {
        table.add_row(row(&|column| &column.texts[at]));
    }
    let gap = u16::try_from(GAP).unwrap_or_default();
    for (at, (cells, _)) in columns.iter().enumerate() {
        let Some(column) = table.column_mut(at) else {
            continue;
        };
        let is_last = at + 1 == columns.len();
        column.set_padding((0, if is_last { 0 } else { gap }));
        if cells.column.is_number() {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// Colours the lines. The library would count the codes as text.
fn paint(
    lines: &mut [String],
    object: Option<&'static str>,
    items: &[Json],
    columns: &[(Cells, usize)],
    canvas: Canvas<'_>,
) {
    if let Some(first) = lines.first_mut() {
        *first = Style::Heading.paint(first);
    }
    let now = canvas.clock.now;
    for (line, item) in lines.iter_mut().skip(1).zip(items) {
        let whole = object.and_then(|object| style::of_object(object, item, now));
        let mut parts = Vec::new();
        let mut at = 0;
        for (cells, width) in columns {
            let style = style::of_field(&cells.column, item, now);
            parts.extend(style.map(|style| (at, at + width, style)));
            at += width + GAP;
        }
        *line = style::painted(line, whole, &parts);
    }
}

/// The mark that the cells of a column may have, if one has it.
fn mark(cells: &Cells) -> Option<Mark> {
    let Type::List(kind) = cells.column.path.kind() else {
        return None;
    };
    let Type::Object(name) = **kind else {
        return None;
    };
    let mark = schema::schema(name)?.layout.mark?;
    let is_used = cells.texts.iter().any(|cell| cell.contains(mark.sign));
    is_used.then_some(mark)
}
