//! The screen of a terminal as an SVG picture: plain text and rectangles, without scripts and
//! fonts of its own.

use std::fmt::Write;
use vt100::{Cell, Color, Screen};

/// The size of a cell. Most monospaced fonts are 0.6 as wide as they are high.
const WIDTH: f32 = 8.4;
const HEIGHT: u16 = 20;
const FONT_SIZE: u16 = 14;
/// From the top of a row to the line that its letters stand on.
const BASELINE: u16 = 15;

/// The space around the screen, and the height of the bar above it.
const MARGIN: u16 = 16;
const BAR: u16 = 36;

const BACKGROUND: &str = "#0d1117";
const FRAME: &str = "#30363d";
const TEXT: &str = "#e6edf3";
const FAINT: &str = "#9198a1";
/// The eight colours of a terminal.
const COLORS: [&str; 8] = [
    "#6e7681", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#e6edf3",
];

/// Cells of a row that look the same, without the blanks around them.
struct Run {
    column: u16,
    cells: u16,
    text: String,
    color: &'static str,
    bold: bool,
}

/// The screen, in a window with this title.
pub(super) fn picture(screen: &Screen, title: &str) -> String {
    let (cursor_row, cursor_column) = screen.cursor_position();
    let columns = screen.size().1.get();
    let width = x_of(columns) + f32::from(MARGIN);
    let height = top_of(cursor_row + 1) + MARGIN;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height}" viewBox="0 0 {width:.0} {height}" role="img">
<title>{title}</title>
<rect x="0.5" y="0.5" width="{:.0}" height="{}" rx="8" fill="{BACKGROUND}" stroke="{FRAME}"/>
<path d="M1 {BAR}.5H{:.0}" stroke="{FRAME}"/>
"#,
        width - 1.0,
        height - 1,
        width - 1.0,
        title = escaped(title),
    );
    for dot in 0..3 {
        let x = 20 + dot * 18;
        let _ = writeln!(svg, r#"<circle cx="{x}" cy="18" r="5" fill="{FRAME}"/>"#);
    }
    let _ = writeln!(
        svg,
        r#"<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace" font-size="{FONT_SIZE}" fill="{TEXT}">
<text x="{:.1}" y="23" text-anchor="middle" fill="{FAINT}">{}</text>"#,
        width / 2.0,
        escaped(title)
    );
    for row in 0..=cursor_row {
        for run in runs(screen, row, columns) {
            svg.push_str(&text(&run, row));
        }
    }
    let _ = writeln!(
        svg,
        r#"<rect x="{:.1}" y="{}" width="{WIDTH}" height="{}"/>"#,
        x_of(cursor_column),
        top_of(cursor_row) + 2,
        HEIGHT - 3
    );
    svg + "</g>\n</svg>\n"
}

/// A run as text that is as wide as its cells, whatever the font.
fn text(run: &Run, row: u16) -> String {
    let x = x_of(run.column);
    let y = top_of(row) + BASELINE;
    let length = f32::from(run.cells) * WIDTH;
    let mut look = String::new();
    if run.color != TEXT {
        let _ = write!(look, r#" fill="{}""#, run.color);
    }
    if run.bold {
        look.push_str(r#" font-weight="bold""#);
    }
    let text = escaped(&run.text);
    format!("<text x=\"{x:.1}\" y=\"{y}\" textLength=\"{length:.1}\"{look}>{text}</text>\n")
}

/// The runs of a row. Two blanks end one, so that no picture depends on how blanks are shown.
fn runs(screen: &Screen, row: u16, columns: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..columns {
        let Some(cell) = screen.cell(row, column) else {
            continue;
        };
        let text = cell.contents();
        if text.trim().is_empty() || cell.is_wide_continuation() {
            continue;
        }
        let width = if cell.is_wide() { 2 } else { 1 };
        let (color, bold) = (color_of(cell), cell.bold());
        let last = runs.last_mut().filter(|run| {
            let gap = column - run.column - run.cells;
            (run.color, run.bold) == (color, bold) && gap < 2
        });
        if let Some(run) = last {
            if column > run.column + run.cells {
                run.text.push(' ');
            }
            run.text.push_str(text);
            run.cells = column - run.column + width;
        } else {
            runs.push(Run {
                column,
                cells: width,
                text: text.to_owned(),
                color,
                bold,
            });
        }
    }
    runs
}

fn color_of(cell: &Cell) -> &'static str {
    match cell.fgcolor() {
        Color::Idx(index @ 0..16) => COLORS[usize::from(index % 8)],
        Color::Default if cell.dim() => FAINT,
        Color::Default => TEXT,
        other => panic!("the picture has no colour for {other:?}"),
    }
}

fn x_of(column: u16) -> f32 {
    f32::from(MARGIN) + f32::from(column) * WIDTH
}

fn top_of(row: u16) -> u16 {
    BAR + MARGIN / 2 + row * HEIGHT
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[test]
fn cells_become_text_in_their_places() {
    let mut parser = vt100::Parser::new(
        2.try_into().expect("a size"),
        20.try_into().expect("a size"),
        0,
    );
    parser.process("a <b>  \x1b[31mé&\x1b[0m\r\n\x1b[1mbold\x1b[0m 語x".as_bytes());
    let svg = picture(parser.screen(), "a & b");
    for part in [
        "<title>a &amp; b</title>",
        ">a &lt;b&gt;</text>",
        "<text x=\"74.8\" y=\"59\" textLength=\"16.8\" fill=\"#ff7b72\">é&amp;</text>",
        "textLength=\"33.6\" font-weight=\"bold\">bold</text>",
        "<text x=\"58.0\" y=\"79\" textLength=\"25.2\">語x</text>",
    ] {
        assert!(svg.contains(part), "{part}\n{svg}");
    }
}
