//! The sessions in the documentation, typed into a terminal again, which only Unix lends.

use super::pages;
use crate::support::{SAMPLED, practice};
use expectrl::Session;
use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use sftpgo_shell::practice::{self, Api, Clock, Options, Practice};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where the pages have the practice server that the reader started.
const DOCUMENTED: &str = "127.0.0.1:8080";
/// Where they have the one of `--practice`.
const DOCUMENTED_OWN: &str = "127.0.0.1:43127";
const PATIENCE: Duration = Duration::from_secs(30);

/// A page's reader: one server, one folder, one terminal.
struct Reader {
    practice: Practice,
    /// Whether it speaks the API v2: its admin is then in the environment.
    v2: bool,
    home: TempDir,
    /// The program that has not ended, and what it asks.
    running: Option<(OsSession, String)>,
    /// The address of the server of `--practice`.
    own: Option<String>,
    /// The last exit code, for `$?`.
    code: i32,
}

impl Reader {
    fn new(v2: bool) -> Self {
        Self {
            practice: if v2 { practice_v2() } else { practice() },
            v2,
            home: tempfile::tempdir().expect("a temporary folder"),
            running: None,
            own: None,
            code: 0,
        }
    }

    /// Starts a line of sh; returns what is shown until it asks or ends.
    fn start(&mut self, line: &str) -> String {
        assert!(self.running.is_none(), "a shell is still open");
        let binary = Path::new(env!("CARGO_BIN_EXE_sftpgo-shell"));
        let folder = binary.parent().expect("a folder").display();
        let path = std::env::var("PATH").unwrap_or_default();
        let mut sh = Command::new("sh");
        sh.env_clear()
            .env("HOME", self.home.path())
            .env("PATH", format!("{folder}:{path}"))
            .env("SFTPGO_HOST", self.practice.url())
            // The plain reader of lines: no keys, no redrawing.
            .env("TERM", "dumb")
            .current_dir(self.home.path())
            .arg("-c")
            .arg(format!(
                "read -r _; stty -echo -onlcr; (exit {})\n{line}",
                self.code
            ));
        if self.v2 {
            sh.env("SFTPGO_USERNAME", practice::ADMIN)
                .env("SFTPGO_PASSWORD", practice::PASSWORD);
        }
        let mut session = Session::spawn(sh).expect("sh starts");
        // It waits for a line, so that it starts at this width: no line is broken.
        let process = session.get_process_mut();
        process.set_window_size(200, 50).expect("a window size");
        session.write_all(b"\n").expect("it reads");
        self.shown(session)
    }

    /// Types a line to what is running.
    fn answer(&mut self, line: &str) -> String {
        let (mut session, _) = self.running.take().expect("something waits for a line");
        session
            .write_all(format!("{line}\n").as_bytes())
            .expect("it reads");
        self.shown(session)
    }

    /// What is shown until something asks or the program ends.
    fn shown(&mut self, mut session: OsSession) -> String {
        let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
        let deadline = Instant::now() + PATIENCE;
        let asks = loop {
            match session.try_read(&mut buffer) {
                Ok(0) => break None,
                Ok(n) => bytes.extend_from_slice(&buffer[..n]),
                Err(why) if why.kind() == ErrorKind::WouldBlock => {
                    let tail = bytes.rsplit(|byte| *byte == b'\n').next();
                    let tail = String::from_utf8_lossy(tail.unwrap_or_default());
                    if let Some(("", _)) = typed(&tail) {
                        break Some(tail.into_owned());
                    }
                    let shown = String::from_utf8_lossy(&bytes);
                    assert!(Instant::now() < deadline, "no end of: {shown}");
                    sleep(Duration::from_millis(2));
                }
                // How the end of the other side shows on Linux.
                Err(_) => break None,
            }
        };
        let mut text = String::from_utf8(bytes).expect("UTF-8");
        if let Some((_, rest)) = text.split_once("practice server on http://") {
            self.own = rest.split(": ").next().map(str::to_owned);
        }
        if let Some(asks) = asks {
            text.truncate(text.len() - asks.len());
            self.running = Some((session, self.as_documented(&asks)));
        } else {
            let status = session.get_process().wait();
            match status {
                Ok(WaitStatus::Exited(_, code)) => self.code = code,
                other => panic!("it did not end by itself: {other:?}"),
            }
        }
        self.as_documented(&text)
    }

    fn as_documented(&self, text: &str) -> String {
        let text = text.replace(&self.practice.addr().to_string(), DOCUMENTED);
        match &self.own {
            Some(own) => text.replace(own, DOCUMENTED_OWN),
            None => text,
        }
    }

    /// Works through a block; returns what the terminal showed.
    fn session(&mut self, block: &[&str]) -> String {
        let mut shown = String::new();
        let mut lines = block.iter();
        while let Some(line) = lines.next() {
            if let Some(first) = line.strip_prefix("$ ") {
                shown.push_str(&format!("{line}\n"));
                let mut command = first.to_owned();
                while command.ends_with('\\') {
                    let more = lines.next().expect("a line after `\\`");
                    shown.push_str(&format!("{more}\n"));
                    command.push_str(&format!("\n{more}"));
                }
                shown.push_str(&self.start(&command));
            } else if let Some((text, _)) = typed(line) {
                if self.running.is_none() {
                    self.start("sftpgo-shell");
                }
                let asks = self.running.as_ref().map(|(_, asks)| asks.clone());
                shown.push_str(&format!("{}{text}\n", asks.unwrap_or_default()));
                shown.push_str(&self.answer(text));
            }
        }
        shown
    }
}

fn practice_v2() -> Practice {
    Practice::start(Options {
        api: Api::V2,
        clock: Clock::Fixed(SAMPLED),
        ..Options::default()
    })
    .expect("a free port")
}

/// Whether a page's first console line names the API v2.
fn is_v2(text: &str) -> bool {
    let first = text.split_once("```console\n").map(|(_, block)| block);
    let line = first.and_then(|block| block.lines().next());
    line.is_some_and(|line| line.contains("--api v2"))
}

/// What is typed on a line that asks, and what asks there.
fn typed(line: &str) -> Option<(&str, &str)> {
    let begins = ["127.0.0.1:", "practice 127.0.0.1:", "practice> "];
    // `admin@prod 2.7.5> `
    let first = line.split(' ').next().unwrap_or_default();
    let is_prompt = first.contains('@') && !first.contains(['"', ',']);
    let at = if is_prompt || begins.iter().any(|begin| line.starts_with(begin)) {
        line.find("> ")? + 2
    } else {
        let question = line.find("[y/N")?;
        question + line[question..].find("] ")? + 2
    };
    Some((&line[at..], &line[..at]))
}

/// Whether lines are as a page has them: `…` on a line of its own stands
/// for any lines, within a line for anything.
fn is_as(page: &[&str], shown: &[&str]) -> bool {
    match (page, shown) {
        ([], []) => true,
        (["…", rest @ ..], _) => (0..=shown.len()).any(|skipped| is_as(rest, &shown[skipped..])),
        ([expected, page @ ..], [line, shown @ ..]) => {
            is_line(&squeezed(expected), &squeezed(line)) && is_as(page, shown)
        }
        _ => false,
    }
}

fn is_line(page: &str, shown: &str) -> bool {
    let Some((start, rest)) = page.split_once('…') else {
        return page == shown;
    };
    shown.strip_prefix(start).is_some_and(|shown| {
        shown
            .char_indices()
            .map(|(at, _)| at)
            .chain([shown.len()])
            .any(|at| is_line(rest, &shown[at..]))
    })
}

/// Columns are as wide as a port is long, which is not the same in every run.
fn squeezed(line: &str) -> String {
    let text = line.trim_start();
    let words: Vec<&str> = text.split("  ").filter(|part| !part.is_empty()).collect();
    let words: Vec<&str> = words.iter().map(|part| part.trim()).collect();
    format!("{}{}", &line[..line.len() - text.len()], words.join("  "))
}

#[test]
fn the_sessions_in_the_docs_run_as_printed() {
    let mut wrong = Vec::new();
    for (name, text) in pages() {
        let mut reader = Reader::new(is_v2(&text));
        let mut lines = text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            let Some(info) = line.strip_prefix("```") else {
                continue;
            };
            let body = lines.by_ref().map(|(_, line)| line);
            let block: Vec<&str> = body.take_while(|line| *line != "```").collect();
            match info.split_once(' ') {
                Some((_, file)) => {
                    let path = reader.home.path().join(file);
                    std::fs::write(path, block.join("\n") + "\n").expect("a file");
                }
                None if info == "console" => {
                    let shown = reader.session(&block);
                    if !is_as(&block, &shown.lines().collect::<Vec<_>>()) {
                        wrong.push(format!("{name}:{}: it shows\n{shown}", at + 1));
                    }
                }
                None => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
