//! The pager: shows a result that is larger than the screen.

use super::Shell;
use super::credentials::SECRETS;
use super::screen::Screen;
use crate::error::{Error, Fault};
use crate::input::pipe::Program;
use crate::input::size::{self, Size};
use crate::settings::Pager;
use crate::text::ansi;
use crate::text::clean;
use crate::text::width;
use std::io::{ErrorKind, Write};
use std::time::Instant;

/// The pager, and the environment variable that it reads its flags from: colours,
/// no wrapped lines, and the text stays on the screen.
const DEFAULT: &str = "less";
const FLAGS: (&str, &str) = ("LESS", "RSX");

/// How results are paged.
#[derive(Clone, Copy)]
pub(super) struct Paging<'a> {
    /// A line of `sh`.
    line: &'a str,
    /// Whether the flags of `less` are the shell's.
    sets_flags: bool,
}

impl Shell {
    /// Sets whether results that are larger than the screen go to the pager; returns
    /// what was set before. For what draws its results again and again, they must not.
    pub(crate) fn page_results(&mut self, pages: bool) -> bool {
        std::mem::replace(&mut self.out.pages, pages)
    }

    /// How results are paged now, if they are: typed commands only.
    pub(super) fn paging(&self) -> Option<Paging<'_>> {
        let out = &self.out;
        let terminals = out.terminal.stdin && out.terminal.stdout;
        if !out.pages
            || !out.redraws
            || !terminals
            || !self.asker.is_interactive()
            || self.progress.has_place()
        {
            return None;
        }
        let set = |name| self.session.var(name).map(str::trim);
        let line = match &self.session.settings.pager {
            Pager::Off => return None,
            Pager::Command(line) => line,
            Pager::Auto => set("PAGER").unwrap_or(DEFAULT),
        };
        // An empty PAGER, and `cat`, are the usual ways to have none.
        let is_one = !matches!(line, "" | "cat");
        is_one.then_some(Paging {
            line,
            sets_flags: set(FLAGS.0).is_none(),
        })
    }
}

impl Screen<'_> {
    /// Shows a result in the pager, if it is too large for the screen; returns whether it did.
    /// If the pager cannot show it, it is to be printed.
    pub(super) fn page(self, bytes: &[u8]) -> bool {
        let (Some(paging), Some(asker)) = (self.paging, self.asker) else {
            return false;
        };
        let is_large = || size::of_screen().is_some_and(|size| is_too_large(bytes, size));
        if asker.was_interrupted() || !is_large() {
            return false;
        }
        let began = Instant::now();
        let flags = [FLAGS];
        let sets = if paging.sets_flags { &flags[..] } else { &[] };
        // A Ctrl-C is for the pager, also while it is written to.
        let shown = asker.interrupt().suspended(|| {
            let (program, mut input) = Program::start(paging.line, SECRETS, sets, true)?;
            let written = input.write_all(bytes);
            drop(input);
            // A user who quits the pager early has not read all of it.
            let is_left = |kind| kind == ErrorKind::BrokenPipe;
            let failed = written.err().filter(|why| !is_left(why.kind()));
            program.wait(asker.interrupt())?;
            failed.map_or(Ok(()), |why| Err(Error::local(crate::error::system(&why))))
        });
        self.progress.state().away += began.elapsed();
        match shown {
            Err(error) if error.fault != Fault::Interrupted => {
                let why = clean::error_line(&error.message);
                self.say(&format!(
                    "warning: the pager {why}; `set pager off` turns it off\n"
                ));
                false
            }
            _ => true,
        }
    }
}

/// Whether a text has more rows than the screen, besides that of the prompt, or
/// a layout that is wider. A single long line only takes more rows.
fn is_too_large(bytes: &[u8], size: Size) -> bool {
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let columns = size.columns.max(1);
    let (mut rows, mut lines, mut is_wide) = (0, 0, false);
    for line in text.split(|byte| *byte == b'\n') {
        let wide = columns_of(line);
        rows += wide.div_ceil(columns).max(1);
        lines += 1;
        is_wide |= wide > columns;
        if rows >= size.rows || is_wide && lines > 1 {
            return true;
        }
    }
    false
}

/// The columns of a line, without the codes of colours.
fn columns_of(line: &[u8]) -> usize {
    let text = String::from_utf8_lossy(line);
    let (mut columns, mut is_code) = (0, false);
    for c in text.chars() {
        match c {
            ansi::ESC => is_code = true,
            'm' if is_code => is_code = false,
            _ if is_code => {}
            c => columns += width::of(c),
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit() {
        let is_too_large =
            |text: &str, columns, rows| is_too_large(text.as_bytes(), Size { columns, rows });
        assert!(!is_too_large("a\nb\n", 80, 3));
        assert!(is_too_large("a\nb\n", 80, 2));
        // A wide line is wrapped; a wide layout is not readable.
        assert!(!is_too_large("abcdef\n", 3, 3));
        assert!(is_too_large("abcdefg\n", 3, 3));
        assert!(is_too_large("ab\nabcd\n", 3, 9));
        assert!(!is_too_large(
            "\x1b[1;32mabc\x1b[0m\n\x1b[2m用\x1b[0m\n",
            3,
            3
        ));
        assert!(!is_too_large("", 80, 2));
    }
}
