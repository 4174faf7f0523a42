//! A terminal that runs the shell: types, and sees what a person would see.

use expectrl::process::unix::{PtyStream, Signal, UnixProcess, WaitStatus};
use expectrl::process::{NonBlocking, Process};
use std::io::{ErrorKind, Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(super) const CTRL_C: &str = "\x03";
pub(super) const TAB: &str = "\t";
pub(super) const CTRL_D: &str = "\x04";
pub(super) const CTRL_R: &str = "\x12";
pub(super) const UP: &str = "\x1b[A";

/// What is awaited comes sooner, or the test fails.
const LONGEST: Duration = Duration::from_secs(10);

/// The editor says by this that it reads, and by the other that it has read.
const READING: &[u8] = b"\x1b[?2004h";
const READ: &[u8] = b"\x1b[?2004l";

/// A terminal on which the shell runs.
pub(super) struct Terminal {
    process: UnixProcess,
    stream: PtyStream,
    home: Arc<TempDir>,
    /// All bytes that came.
    raw: Vec<u8>,
    /// Where in them the next prompt is looked for.
    after_prompt: usize,
    screen: vt100::Parser,
    exit: Option<WaitStatus>,
}

impl Terminal {
    /// A terminal of this size on which the command runs, once it has read a line.
    pub(super) fn new(command: Command, home: Arc<TempDir>, size: (u16, u16)) -> Self {
        let mut process = UnixProcess::spawn_command(command).expect("a terminal");
        let (columns, rows) = size;
        process
            .set_window_size(columns, rows)
            .expect("a window size");
        let mut stream = process.open_stream().expect("the terminal's other end");
        stream.set_blocking(false).expect("reads that do not wait");
        stream.write_all(b"\n").expect("room for a byte");
        Self {
            process,
            stream,
            home,
            raw: Vec::new(),
            after_prompt: 0,
            screen: vt100::Parser::new(nonzero(rows), nonzero(columns), 0),
            exit: None,
        }
    }

    /// The home of this run.
    pub(super) fn home(&self) -> Arc<TempDir> {
        Arc::clone(&self.home)
    }

    /// A path in the home of this run.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The history on the disk.
    pub(super) fn history_file(&self) -> PathBuf {
        self.path(".local/state/sftpgo-shell/history")
    }

    /// Types a line after the prompt and waits for the next prompt; returns
    /// what came between, without colours.
    #[track_caller]
    pub(super) fn run(&mut self, line: &str) -> String {
        self.press(line);
        self.enter()
    }

    /// Enter, after which comes another prompt; returns what came between, without the line
    /// that says what is waited for: a busy machine may show it.
    #[track_caller]
    pub(super) fn enter(&mut self) -> String {
        self.press("\r");
        without_waiting(&self.prompt())
    }

    /// Waits for the next prompt; returns what came since the last was answered.
    #[track_caller]
    pub(super) fn prompt(&mut self) -> String {
        self.next_reading("> ")
    }

    /// Waits for the next prompt, behind which this is typed already.
    #[track_caller]
    pub(super) fn prompt_with(&mut self, typed: &str) -> String {
        let came = self.next_reading(typed.lines().last().unwrap_or_default());
        self.sees_typed(typed);
        came
    }

    /// Waits for the next question; returns it.
    #[track_caller]
    pub(super) fn question(&mut self) -> String {
        self.asks("[y/N] ")
    }

    /// Waits for the next question that ends so; returns it.
    #[track_caller]
    pub(super) fn asks(&mut self, end: &str) -> String {
        self.next_reading(end);
        let text = self.before_cursor();
        text.lines()
            .last()
            .unwrap_or_default()
            .trim_end()
            .to_owned()
    }

    /// Waits until the typed line runs and something holds; only then a Ctrl-C is for it.
    #[track_caller]
    pub(super) fn running(&mut self, what: &str, holds: impl Fn() -> bool) {
        let taken = [READ, b"\r\n"].concat();
        self.wait(what, |terminal| {
            find(&terminal.raw[terminal.after_prompt..], &taken).is_some() && holds()
        });
    }

    /// Waits until a secret is asked for, and types it.
    #[track_caller]
    pub(super) fn secret(&mut self, name: &str, keys: &str) {
        self.next_reading(&format!("{name}: "));
        assert!(!self.echoes(), "typing would be seen");
        self.press(keys);
    }

    /// The same where there is no editor to ask for it.
    #[track_caller]
    pub(super) fn plain_secret(&mut self, name: &str, keys: &str) {
        self.wait(&format!("the question for the {name}"), |terminal| {
            terminal.row().trim_end() == format!("{name}:")
        });
        assert!(!self.echoes(), "typing would be seen");
        self.press(keys);
    }

    /// Waits until the cursor is behind a prompt where there is no editor.
    #[track_caller]
    pub(super) fn plain_prompt(&mut self) {
        self.wait("a prompt", |terminal| {
            terminal.row().trim_end().ends_with('>')
        });
    }

    #[track_caller]
    fn next_reading(&mut self, end: &str) -> String {
        let from = self.after_prompt;
        let reading = |terminal: &Self| find(&terminal.raw[from..], READING).map(|at| from + at);
        self.wait(&format!("the next `{end}`"), |terminal| {
            reading(terminal).is_some() && terminal.before_cursor().ends_with(end)
        });
        let at = reading(self).expect("just seen");
        self.after_prompt = at + READING.len();
        let since = find(&self.raw[from..at], READ).map_or(from, |read| from + read + READ.len());
        without_colors(&self.raw[since..at])
    }

    /// Writes bytes, as a keyboard would.
    #[track_caller]
    pub(super) fn press(&mut self, keys: &str) {
        self.press_bytes(keys.as_bytes());
    }

    /// The same, for what is no text.
    #[track_caller]
    pub(super) fn press_bytes(&mut self, mut rest: &[u8]) {
        let until = Instant::now() + LONGEST;
        while !rest.is_empty() {
            match self.stream.write(rest) {
                Ok(count) => rest = &rest[count..],
                // The shell must read some, and perhaps we what it answers.
                Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < until => {
                    self.pump();
                }
                Err(error) => panic!("cannot type: {error}\n{}", self.shown()),
            }
        }
    }

    /// Waits until the screen holds this text.
    #[track_caller]
    pub(super) fn sees(&mut self, text: &str) {
        self.wait(&format!("{text:?}"), |terminal| {
            terminal.text().contains(text)
        });
    }

    /// Waits until the cursor's row is this one, without spaces at its end.
    #[track_caller]
    pub(super) fn sees_row(&mut self, row: &str) {
        self.wait(&format!("the row {row:?}"), |terminal| {
            terminal.row().trim_end() == row
        });
    }

    /// Waits until this is typed: from the last prompt to the cursor.
    #[track_caller]
    pub(super) fn sees_typed(&mut self, text: &str) {
        self.wait(&format!("{text:?} typed"), |terminal| {
            terminal.typed() == text
        });
    }

    /// Types, presses Tab, and waits for the completed line.
    #[track_caller]
    pub(super) fn completes(&mut self, typed: &str, line: &str) {
        self.press(typed);
        self.sees_typed(typed);
        self.press(TAB);
        self.sees_typed(line);
        self.press(CTRL_C);
        self.prompt();
    }

    /// Waits until something holds of the terminal.
    #[track_caller]
    pub(super) fn wait(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let until = Instant::now() + LONGEST;
        let mut ended = false;
        while !holds(self) {
            assert!(!ended, "the end, not {what}\n{}", self.shown());
            assert!(
                Instant::now() < until,
                "waited for {what}\n{}",
                self.shown()
            );
            ended = !self.pump();
        }
    }

    /// Waits for the end of the shell; returns its exit code.
    #[track_caller]
    pub(super) fn end(&mut self) -> i32 {
        let until = Instant::now() + LONGEST;
        while self.pump() {
            assert!(
                Instant::now() < until,
                "waited for the end\n{}",
                self.shown()
            );
        }
        self.exit_code(until)
    }

    /// Ctrl-D, which leaves without a complaint.
    #[track_caller]
    pub(super) fn leave(mut self) {
        self.press(CTRL_D);
        assert_eq!(self.end(), 0, "{}", self.shown());
    }

    /// The terminal is gone, and the leader of its session with it. The leader
    /// must be `setup::WATCHER`; returns the shell's exit code.
    #[track_caller]
    pub(super) fn hang_up(mut self) -> i32 {
        self.process.signal(Signal::SIGKILL).expect("it runs");
        self.exit = Some(self.process.wait().expect("it was not waited for"));
        let (home, shown) = (Arc::clone(&self.home), self.shown());
        drop(self);
        let until = Instant::now() + LONGEST;
        loop {
            let code = std::fs::read_to_string(home.path().join("code")).unwrap_or_default();
            if let Some(code) = code.strip_suffix('\n') {
                return code.parse().expect("a number");
            }
            assert!(Instant::now() < until, "it runs on\n{shown}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Sends a signal to the shell that ends it; returns its exit code.
    #[track_caller]
    pub(super) fn kill(&mut self, signal: Signal) -> i32 {
        self.process.signal(signal).expect("it runs");
        self.end()
    }

    /// Whether the terminal itself shows what is typed.
    pub(super) fn echoes(&self) -> bool {
        self.process.get_echo().expect("a terminal")
    }

    /// Another window size, as when a person pulls at its corner.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.screen
            .screen_mut()
            .set_size(nonzero(rows), nonzero(columns));
        self.process
            .set_window_size(columns, rows)
            .expect("a window size");
    }

    /// All that is on the screen.
    pub(super) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// All bytes that came.
    pub(super) fn raw(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// The screen's cells.
    pub(super) fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// The row of the cursor.
    pub(super) fn row(&self) -> String {
        let (row, _) = self.screen().cursor_position();
        self.screen()
            .rows(0, self.size().0)
            .nth(usize::from(row))
            .unwrap_or_default()
    }

    /// What is typed so far: from the last prompt to the cursor.
    pub(super) fn typed(&self) -> String {
        let text = self.before_cursor();
        match text.rsplit_once("> ") {
            Some((_, typed)) => typed.to_owned(),
            None => text,
        }
    }

    /// The characters that look so, in the row of the cursor.
    pub(super) fn looking(&self, so: impl Fn(&vt100::Cell) -> bool) -> String {
        let (row, _) = self.screen().cursor_position();
        (0..self.size().0)
            .filter_map(|column| self.screen().cell(row, column))
            .filter(|cell| so(cell))
            .map(vt100::Cell::contents)
            .collect()
    }

    fn before_cursor(&self) -> String {
        let (row, column) = self.screen().cursor_position();
        self.screen().contents_between(0, 0, row, column)
    }

    fn size(&self) -> (u16, u16) {
        let (rows, columns) = self.screen().size();
        (columns.get(), rows.get())
    }

    /// Takes what has come, or waits a moment; false at the end.
    fn pump(&mut self) -> bool {
        let mut bytes = [0; 4096];
        match self.stream.read(&mut bytes) {
            Ok(0) => return false,
            Ok(count) => {
                self.raw.extend_from_slice(&bytes[..count]);
                self.screen.process(&bytes[..count]);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(error) => panic!("cannot read the terminal: {error}\n{}", self.shown()),
        }
        true
    }

    #[track_caller]
    fn exit_code(&mut self, until: Instant) -> i32 {
        loop {
            match self.process.status().expect("it was not waited for") {
                WaitStatus::StillAlive => {
                    assert!(Instant::now() < until, "it runs on\n{}", self.shown());
                    std::thread::sleep(Duration::from_millis(1));
                }
                status => {
                    self.exit = Some(status);
                    let WaitStatus::Exited(_, code) = status else {
                        panic!("{status:?}\n{}", self.shown());
                    };
                    return code;
                }
            }
        }
    }

    /// For a failure: the screen, and the last bytes as they came.
    fn shown(&self) -> String {
        let raw = self.raw();
        let start = raw.char_indices().rev().nth(600).map_or(0, |(at, _)| at);
        format!(
            "on the screen:\n{}\nlast bytes: {:?}",
            self.text(),
            &raw[start..]
        )
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The library would ask it four times to leave, and wait each time.
        if self.exit.is_none() {
            let _ = self.process.kill(Signal::SIGKILL);
            let _ = self.process.wait();
        }
    }
}

fn nonzero(size: u16) -> NonZeroU16 {
    NonZeroU16::new(size).expect("a window has a size")
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// A text without the lines that say what is waited for, and their removal.
fn without_waiting(text: &str) -> String {
    let (cleared, waiting) = ("\r\x1b[2K", "\r\x1b[2Kwaiting for ");
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(waiting) {
        out.push_str(&rest[..at]);
        let line = &rest[at + cleared.len()..];
        let next = line.find(cleared).map_or("", |end| &line[end..]);
        rest = if next.starts_with(waiting) {
            next
        } else {
            next.strip_prefix(cleared).unwrap_or_default()
        };
    }
    out.push_str(rest);
    out
}

/// Terminal bytes as text: newlines as in a file, no colours.
fn without_colors(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("\x1b[") {
        out.push_str(&rest[..at]);
        let code = &rest[at + 2..];
        let end = code
            .find(|c: char| !matches!(c, '0'..='9' | ';'))
            .unwrap_or(code.len());
        if code[end..].starts_with('m') {
            rest = &code[end + 1..];
        } else {
            out.push_str("\x1b[");
            rest = code;
        }
    }
    out.push_str(rest);
    out
}
