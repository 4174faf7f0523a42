//! An error as text: its place, the line with a caret under the word, the hint.

use crate::error::{Error, Fault};
use crate::secret;
use crate::secret::line::{self, masked};
use crate::text::ansi;
use crate::text::width::{self, width};
use crate::text::words::beginning;
use crate::text::{clean, wrap};
use std::borrow::Cow;

/// The origin of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Typed on a terminal.
    Terminal,
    /// The arguments of the program.
    Arguments,
    /// A file or pipe of this name; the text begins on this line.
    File {
        name: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// A position in a file that is not a text file.
    Byte {
        name: String,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// A row of a file of users.
    Row {
        name: String,
        /// The row, counted from 1: the first user.
        row: usize,
    },
    /// A file as a whole.
    Whole { name: String },
}

/// The error without the secrets of the text that it refers to: a mistyped line
/// may have one where the name of a command or a file is expected, and then the
/// message repeats it.
pub fn without_secrets<'a>(error: &'a Error, text: &str) -> Cow<'a, Error> {
    if !matches!(error.fault, Fault::Typed | Fault::Local) {
        return Cow::Borrowed(error);
    }
    let secrets = line::secrets(text);
    if secrets.is_empty() {
        return Cow::Borrowed(error);
    }
    let masked = |text: &String| secret::text::masked(text, &secrets, &[]);
    Cow::Owned(Error {
        message: masked(&error.message),
        hint: error.hint.as_ref().map(masked),
        ..error.clone()
    })
}

/// Renders the error; `text` is the whole text it refers to.
pub fn render(error: &Error, text: &str, place: &Place, color: bool) -> String {
    rendered(error, text, place, color, None)
}

/// Renders the error for a terminal of this many columns.
pub fn render_within(
    error: &Error,
    text: &str,
    place: &Place,
    color: bool,
    columns: usize,
) -> String {
    rendered(error, text, place, color, Some(columns.max(NARROWEST)))
}

/// Narrower terminals get what this one gets.
const NARROWEST: usize = 20;

fn rendered(
    error: &Error,
    text: &str,
    place: &Place,
    color: bool,
    columns: Option<usize>,
) -> String {
    let error = &*without_secrets(error, text);
    let mut out = String::new();
    let span = within(text, error.span.clone().unwrap_or(0..0));
    let (row, column) = position(text, span.start);
    match place {
        Place::File { name, line } => out.push_str(&format!(
            "{}:{}:{}: ",
            clean::line(name),
            line + row,
            column + 1
        )),
        Place::Byte { name, line, column } => {
            out.push_str(&format!("{}:{line}:{column}: ", clean::line(name)));
        }
        Place::Row { name, row } => {
            out.push_str(&format!("{}: row {row}: ", clean::line(name)));
        }
        Place::Whole { name } => out.push_str(&format!("{}: ", clean::line(name))),
        Place::Terminal | Place::Arguments => {}
    }
    // Something that the user stopped or declined is not an error.
    if error.fault != Fault::Interrupted {
        out.push_str("error: ");
    }
    out.push_str(&clean::error(&error.message));
    out.push('\n');
    if let Some(columns) = columns {
        // Broken at blanks, as the terminal would not.
        out = wrap::lines(&out, columns, 2);
    }
    if error.fault != Fault::Interrupted {
        out = painted(&out, ansi::style::RED, "error: ", color);
    }
    // On a terminal the line is right above, and a server's refusal does not
    // refer to a single word of it.
    let shown = match place {
        Place::File { .. } | Place::Byte { .. } => true,
        Place::Terminal => error.fault == Fault::Typed,
        Place::Arguments | Place::Row { .. } | Place::Whole { .. } => false,
    };
    if error.span.is_some() && shown {
        out.push_str(&excerpt(text, span, color, columns));
    }
    if let Some(hint) = &error.hint {
        let hint = format!("hint: {}\n", clean::error(hint));
        let hint = columns.map_or_else(|| hint.clone(), |columns| wrap::lines(&hint, columns, 2));
        out.push_str(&painted(&hint, ansi::style::CYAN, "hint: ", color));
    }
    if let Some(next) = &error.next {
        out.push_str(&rendered(next, text, place, color, columns));
    }
    out
}

/// Clamps a span to the text, since it may have been made for another one.
fn within(text: &str, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.ceil_char_boundary(span.end).max(start)
}

/// The line and column of a byte offset, counted from 0; columns in characters.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let row = before.matches('\n').count();
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count();
    (row, column)
}

/// The text with its first such label in a colour.
fn painted(text: &str, look: &str, label: &str, color: bool) -> String {
    text.replacen(label, &paint(look, label, color), 1)
}

/// A line with the part that the carets are under.
struct Parts {
    before: String,
    marked: String,
    after: String,
}

/// The line with carets under a part of it; secrets masked, a long line cut around the part.
fn excerpt(
    text: &str,
    span: std::ops::Range<usize>,
    color: bool,
    columns: Option<usize>,
) -> String {
    let (shown, moved) = masked(text);
    let (start, end) = (moved(span.start), moved(span.end));
    let line_start = shown[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = shown[start..]
        .find('\n')
        .map_or(shown.len(), |at| start + at);
    let end = end.clamp(start, line_end);
    let of = |range: std::ops::Range<usize>| &shown[range];
    let parts = (of(line_start..start), of(start..end), of(end..line_end));
    let Parts {
        before,
        marked,
        after,
    } = match columns {
        Some(columns) => fitted(parts, columns - INDENT.len()),
        None => cut(parts),
    };
    format!(
        "{INDENT}{before}{marked}{after}\n{INDENT}{}{}\n",
        " ".repeat(width(&before)),
        paint(ansi::style::RED, &"^".repeat(width(&marked).max(1)), color)
    )
}

const INDENT: &str = "  ";

/// The parts of a line for a file or a pipe, cut to some hundred characters.
fn cut((before, marked, after): (&str, &str, &str)) -> Parts {
    const ROOM: usize = 100;
    let too_many = before.chars().count().saturating_sub(ROOM / 2);
    let lead = if too_many > 0 { "…" } else { "" };
    let before: String = before.chars().skip(too_many).collect();
    let marked_first = beginning(marked, ROOM);
    // What is cut inside the marked part is not followed by what comes after it.
    let is_whole = marked_first == marked;
    let after = if is_whole { after } else { "" };
    Parts {
        before: format!("{lead}{}", clean::error_line(&before)),
        marked: clean::error_line(&marked_first).into_owned(),
        after: clean::error_line(&beginning(after, ROOM / 2)).into_owned(),
    }
}

/// The parts of a line in `columns`, with a `…` where it is cut.
fn fitted((before, marked, after): (&str, &str, &str), columns: usize) -> Parts {
    let [before, marked, after] = [before, marked, after].map(clean::error_line);
    let marked = width::fitted(&marked, columns - 4);
    // A caret needs a column where nothing is marked.
    let left = columns - width(&marked).max(1);
    let behind = width(&after).min(left - width(&before).min(left / 2));
    Parts {
        before: width::fitted_end(&before, left - behind).into_owned(),
        after: width::fitted(&after, behind).into_owned(),
        marked: marked.into_owned(),
    }
}

fn paint(look: &str, text: &str, color: bool) -> String {
    if color {
        ansi::paint(look, text)
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_cause_and_next_step() {
        let error = Error::typed("unknown command `é`")
            .hint("`help`")
            .at(10..12);
        let place = Place::File {
            name: "a.txt".to_owned(),
            line: 3,
        };
        assert_eq!(
            render(&error, "get_users\né x", &place, false),
            "a.txt:4:1: error: unknown command `é`\n  é x\n  ^\nhint: `help`\n"
        );
        assert_eq!(
            render(&error, "get_users\né x", &Place::Arguments, false),
            "error: unknown command `é`\nhint: `help`\n"
        );
    }

    #[test]
    fn rows_have_a_number_and_no_line() {
        let error = Error::typed("no").at(0..3);
        let name = || "a\n.csv".to_owned();
        let shown = |place| render(&error, "get_users", &place, false);
        let (row, whole) = (
            Place::Row {
                name: name(),
                row: 17,
            },
            Place::Whole { name: name() },
        );
        assert_eq!(shown(row), "a\\n.csv: row 17: error: no\n");
        assert_eq!(shown(whole), "a\\n.csv: error: no\n");
    }

    #[test]
    fn secrets_next_to_the_position_are_masked() {
        let text = "add_user x --password hunter2 --uid q";
        let at = text.find('q').unwrap();
        let shown = render(
            &Error::typed("no").at(at..at + 1),
            text,
            &Place::Terminal,
            false,
        );
        assert_eq!(
            shown,
            "error: no\n  add_user x --password ******** --uid q\n                                       ^\n"
        );
    }

    #[test]
    fn long_lines_are_truncated_around_the_position() {
        let text = format!("{} q {}", "x".repeat(5000), "y".repeat(5000));
        let shown = render(
            &Error::typed("no").at(5001..5002),
            &text,
            &Place::Terminal,
            false,
        );
        assert!(shown.len() < 400 && shown.contains(" q "));
    }

    #[test]
    fn marks_align_with_wide_characters() {
        let text = "get_users --username 用户名 --limit 0";
        let at = text.find('0').unwrap();
        let error = Error::typed("no").at(at..at + 1);
        let shown = render(&error, text, &Place::Terminal, false);
        let mark = shown.lines().nth(2).unwrap();
        assert_eq!(mark, format!("{}^", " ".repeat(2 + 36)));
        let at = text.find('用').unwrap();
        let error = Error::typed("no").at(at..at + 9);
        let shown = render(&error, text, &Place::Terminal, false);
        assert!(
            shown.ends_with(&format!("\n{}^^^^^^\n", " ".repeat(2 + 21))),
            "{shown}"
        );
    }

    #[test]
    fn unusual_blanks_are_shown() {
        let text = "get_users\u{a0}--limit";
        let error = Error::typed(format!("unknown command `{text}`")).at(0..text.len());
        let shown = render(&error, text, &Place::Terminal, false);
        assert_eq!(
            shown,
            format!(
                "error: unknown command `get_users\\u00a0--limit`\n  get_users\\u00a0--limit\n  {}\n",
                "^".repeat(22)
            )
        );
    }

    #[test]
    fn a_terminal_is_never_too_narrow() {
        let text = format!(
            "add_user {} --uid x {}",
            "n".repeat(90),
            "--gid 5 ".repeat(20)
        );
        let at = text.find(" x ").unwrap() + 1;
        let error = Error::typed("wrong")
            .hint("one two three four five six seven eight nine ten eleven twelve thirteen")
            .at(at..at + 1);
        for (columns, place) in [(80, 30), (40, 70), (50, 90), (20, 10), (5, 0), (160, 200)] {
            let text = &text[place.min(9)..];
            let at = text.find(" x ").unwrap() + 1;
            let error = Error {
                span: Some(at..at + 1),
                ..error.clone()
            };
            let shown = render_within(&error, text, &Place::Terminal, false, columns);
            let rows: Vec<&str> = shown.lines().collect();
            let most = columns.max(20);
            assert!(
                rows.iter().all(|row| width(row) <= most),
                "{columns}: {shown}"
            );
            let mark = rows.iter().position(|row| row.trim() == "^").unwrap();
            let above: Vec<char> = rows[mark - 1].chars().collect();
            assert_eq!(above[rows[mark].find('^').unwrap()], 'x', "{shown}");
            assert!(above.contains(&'…'), "{shown}");
            let words = shown.replace("\n  ", " ");
            assert!(words.contains("ten eleven twelve"), "{shown}");
        }
        // What fits is not cut.
        let error = Error::typed("no").at(4..5);
        let shown = render_within(&error, "abc d efg", &Place::Terminal, false, 20);
        assert_eq!(shown, "error: no\n  abc d efg\n      ^\n");
        // A part that is longer than the terminal.
        let long = "x".repeat(200);
        let error = Error::typed("no").at(2..202);
        let shown = render_within(&error, &format!("a {long} b"), &Place::Terminal, false, 40);
        assert!(shown.lines().all(|row| width(row) <= 40), "{shown}");
    }
}
