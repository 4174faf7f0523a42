//! An error as text: its place, the line with a caret under the word, the hint.

use crate::error::{Error, Fault};
use crate::secret;
use crate::secret::line::{self, masked};
use crate::text::clean;
use std::borrow::Cow;

/// Where a line came from.
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
/// may have one where a name is expected, and then the message repeats it.
pub fn without_secrets<'a>(error: &'a Error, text: &str) -> Cow<'a, Error> {
    if error.fault != Fault::Typed {
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
        out.push_str(&paint("31", "error: ", color));
    }
    out.push_str(&format!("{}\n", clean::text(&error.message)));
    // On a terminal the line is right above, and a server's refusal does not
    // refer to a single word of it.
    let shown = match place {
        Place::File { .. } | Place::Byte { .. } => true,
        Place::Terminal => error.fault == Fault::Typed,
        Place::Arguments | Place::Row { .. } | Place::Whole { .. } => false,
    };
    if error.span.is_some() && shown {
        out.push_str(&excerpt(text, span, color));
    }
    if let Some(hint) = &error.hint {
        out.push_str(&format!(
            "{}{}\n",
            paint("36", "hint: ", color),
            clean::text(hint)
        ));
    }
    if let Some(next) = &error.next {
        out.push_str(&render(next, text, place, color));
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

/// The line with carets under a part of it; secrets masked, a long line cut around the part.
fn excerpt(text: &str, span: std::ops::Range<usize>, color: bool) -> String {
    const ROOM: usize = 100;
    let (shown, moved) = masked(text);
    let (start, end) = (moved(span.start), moved(span.end));
    let line_start = shown[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = shown[start..]
        .find('\n')
        .map_or(shown.len(), |at| start + at);
    let before: Vec<char> = shown[line_start..start].chars().collect();
    let marked: Vec<char> = shown[start..end.clamp(start, line_end)].chars().collect();
    let rest = &shown[end.clamp(start, line_end)..line_end];
    let after: String = rest.chars().take(ROOM / 2).collect();
    let whole_mark = marked.len() <= ROOM;
    let is_cut = !whole_mark || after.len() < rest.len();
    let tail = if is_cut { "…" } else { "" };
    let cut = before.len().saturating_sub(ROOM / 2);
    let before: String = before[cut..].iter().collect();
    let marked: String = marked.iter().take(ROOM).collect();
    let lead = if cut > 0 { "…" } else { "" };
    let shown_before = format!("{lead}{}", clean::line(&before));
    let shown_marked = clean::line(&marked).into_owned();
    // What is cut inside the marked part is not followed by what comes after it.
    let after = if whole_mark { after } else { String::new() };
    format!(
        "  {shown_before}{shown_marked}{}{tail}\n  {}{}\n",
        clean::line(&after),
        " ".repeat(shown_before.chars().count()),
        paint(
            "31",
            &"^".repeat(shown_marked.chars().count().max(1)),
            color
        )
    )
}

fn paint(look: &str, text: &str, color: bool) -> String {
    if color {
        format!("\x1b[{look}m{text}\x1b[0m")
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
    fn a_row_has_its_number_and_no_line() {
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
    fn a_secret_beside_the_place_is_not_shown() {
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
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{} q {}", "x".repeat(5000), "y".repeat(5000));
        let shown = render(
            &Error::typed("no").at(5001..5002),
            &text,
            &Place::Terminal,
            false,
        );
        assert!(shown.len() < 400 && shown.contains(" q "));
    }
}
