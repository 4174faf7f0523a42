//! The progress bar of a long run: one line on the terminal.

use crate::env::Stream;
use crate::text::ansi;
use indicatif::{
    HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, TermLike,
};
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Runs shorter than this show no progress bar.
const SOON: Duration = Duration::from_secs(1);

/// The progress line of a run; it appears once the run takes a while.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    line: ProgressBar,
    began: Instant,
    drawn: Arc<AtomicBool>,
}

impl Bar {
    /// A progress line on this stream, which is a terminal, for `steps` steps.
    pub(crate) fn new(stream: Stream, steps: usize) -> Self {
        let line = ProgressBar::with_draw_target(
            Some(steps as u64),
            ProgressDrawTarget::term_like(Box::new(BarTerm(stream))),
        );
        let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = write!(out, "{:.0}/s", state.per_sec());
        };
        // Before the first step the remaining time is unknown, and 0 would be shown.
        let left = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            if state.pos() > 0 {
                let _ = write!(out, ", {:#} left", HumanDuration(state.eta()));
            }
        };
        let style = ProgressStyle::with_template("{pos}/{len} done{msg}, {rate}{left}");
        if let Ok(style) = style {
            line.set_style(style.with_key("rate", rate).with_key("left", left));
        }
        Self::of(line)
    }

    /// A line that counts what is read where the total is not known: `1500 users read …`.
    pub(crate) fn counting(stream: Stream, what: &str) -> Self {
        let target = ProgressDrawTarget::term_like(Box::new(BarTerm(stream)));
        let line = ProgressBar::with_draw_target(None, target);
        // Anything but a style would draw the line at once.
        let template = format!("{{pos}} {what} read …");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            line.set_style(style);
        }
        Self::of(line)
    }

    fn of(line: ProgressBar) -> Self {
        Self {
            line,
            began: Instant::now(),
            drawn: Arc::default(),
        }
    }

    /// `done` steps are finished, `failed` of them with an error.
    pub(crate) fn at(&self, done: usize, failed: usize) {
        if self.began.elapsed() < SOON {
            return;
        }
        self.drawn.store(true, Ordering::Relaxed);
        if failed > 0 {
            let mut said = String::new();
            let _ = write!(said, ", {failed} failed");
            self.line.set_message(said);
        }
        self.line.set_position(done as u64);
    }

    /// Lets other output be written to the terminal.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        if self.drawn.load(Ordering::Relaxed) {
            self.line.suspend(write);
        } else {
            write();
        }
    }

    /// Removes the line.
    pub(crate) fn end(&self) {
        if self.drawn.load(Ordering::Relaxed) {
            self.line.finish_and_clear();
        }
    }
}

/// Adapts the stream for indicatif: a single line, so the cursor never leaves it.
struct BarTerm(Stream);

impl std::fmt::Debug for BarTerm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BarTerm")
    }
}

impl TermLike for BarTerm {
    /// Fits any terminal: a wrapped line cannot be cleared.
    fn width(&self) -> u16 {
        72
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        self.0.write(b"\r")
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write(format!("{text}\n").as_bytes())
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write(text.as_bytes())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.write(ansi::CLEAR_ROW.as_bytes())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("one thread").extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_bar_is_shown_late_and_cleared() {
        let written = Written::default();
        let mut bar = Bar::new(Stream::new(written.clone()), 40);
        let text =
            || String::from_utf8(written.0.lock().expect("one thread").clone()).expect("text");
        bar.at(1, 0);
        bar.aside(|| ());
        assert_eq!(text(), "");
        bar.began -= SOON;
        bar.at(0, 0);
        bar.line.tick();
        assert!(
            text().trim_end().ends_with("0/40 done, 0/s"),
            "{:?}",
            text()
        );
        bar.at(20, 3);
        bar.line.tick();
        assert!(text().contains("20/40 done, 3 failed, "), "{:?}", text());
        bar.aside(|| drop(Stream::new(written.clone()).write(b"said\n")));
        assert!(text().contains("\r\x1b[2Ksaid\n"), "{:?}", text());
        bar.end();
        assert!(text().ends_with("\r\x1b[2K"), "{:?}", text());
    }

    #[test]
    fn what_is_read_is_counted() {
        let written = Written::default();
        let mut bar = Bar::counting(Stream::new(written.clone()), "users");
        let text =
            || String::from_utf8(written.0.lock().expect("one thread").clone()).expect("text");
        bar.at(500, 0);
        bar.end();
        assert_eq!(text(), "");
        bar.began -= SOON;
        bar.at(1000, 0);
        bar.line.tick();
        assert!(
            text().trim_end().ends_with("1000 users read …"),
            "{:?}",
            text()
        );
    }
}
