//! The commands of this session, as `save` and `record` write them to a file and as `history`
//! tells of them. No secret is kept: a variable stands for it.

mod file;
mod line;

pub(crate) use file::{FileOptions, FileText, text};
pub(crate) use line::KeptLine;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

/// The most commands that are kept; those before them are forgotten.
const MOST: usize = 2000;

/// The longest answer that is kept, in bytes.
pub(crate) const LONGEST_ANSWER: usize = 16 << 10;

/// The commands of this session.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    commands: VecDeque<Arc<KeptCommand>>,
    /// How many there were.
    count: usize,
    line: LineNumber,
    /// The file that is being recorded.
    pub(crate) recording: Option<Recording>,
}

/// The number of the line that the next command comes from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum LineNumber {
    /// No line is typed: the commands are counted.
    #[default]
    Counted,
    /// A line of the history, counted from 1.
    Of(usize),
    /// It is not to be remembered.
    Hidden,
}

/// A command that ran.
#[derive(Debug)]
pub(crate) struct KeptCommand {
    /// The number of its line in the history.
    pub(crate) number: usize,
    /// Its name.
    pub(crate) name: &'static str,
    /// Its text; none if it cannot be written to a file.
    pub(crate) line: Option<KeptLine>,
    pub(crate) use_in_file: UseInFile,
    /// What it did to the last user id.
    pub(crate) id: IdAfter,
    /// The exit code.
    pub(crate) code: u8,
    /// Whether it had an effect.
    pub(crate) is_done: bool,
    /// The status of its answer.
    pub(crate) status: Option<u16>,
    /// Its answer as text, if it may be written.
    pub(crate) answer: Option<String>,
    /// The server, without a password.
    pub(crate) server: String,
    /// When it ended, in UTC.
    pub(crate) time: String,
}

/// What a file of commands does with a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UseInFile {
    /// It runs again.
    Runs,
    /// It says nothing about the server: it is left out.
    LeftOut,
    /// It cannot run in a file: a comment says so.
    Remark(&'static str),
}

/// What a command did to the last user id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdAfter {
    /// Nothing.
    Same,
    /// It is the one of its answer.
    Answered(i64),
    /// It is the one that it names.
    Named(i64),
    /// It is another one.
    Other,
}

/// A file that is being recorded.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) path: PathBuf,
    pub(crate) options: FileOptions,
    pub(crate) commands: Vec<Arc<KeptCommand>>,
}

/// Which of the commands are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    All,
    /// The last ones of those that run again.
    Last(usize),
    /// Those of these lines.
    Lines(usize, usize),
}

impl Kept {
    /// Says which line the next commands come from.
    pub(crate) fn begin_line(&mut self, line: LineNumber) {
        self.line = line;
    }

    /// The number of the next command; none if it is not to be remembered.
    pub(crate) fn number(&self) -> Option<usize> {
        match self.line {
            LineNumber::Counted => Some(self.count + 1),
            LineNumber::Of(number) => Some(number),
            LineNumber::Hidden => None,
        }
    }

    /// Adds a command.
    pub(crate) fn add(&mut self, command: KeptCommand) {
        let command = Arc::new(command);
        self.count += 1;
        if self.commands.len() == MOST {
            self.commands.pop_front();
        }
        self.commands.push_back(command.clone());
        if let Some(recording) = &mut self.recording {
            recording.commands.push(command);
        }
    }

    /// The commands that were wanted, and have a place in a file.
    pub(crate) fn wanted(&self, wanted: Wanted) -> Vec<Arc<KeptCommand>> {
        let all = self.commands.iter().filter(|command| command.is_for_file());
        let all: Vec<_> = all.cloned().collect();
        match wanted {
            Wanted::All => all,
            Wanted::Last(n) => all[all.len().saturating_sub(n)..].to_vec(),
            Wanted::Lines(from, to) => {
                let within = |command: &Arc<KeptCommand>| (from..=to).contains(&command.number);
                all.into_iter().filter(within).collect()
            }
        }
    }

    /// The commands of a line.
    pub(crate) fn of_line(&self, number: usize) -> impl Iterator<Item = &KeptCommand> {
        let all = self.commands.iter().map(Arc::as_ref);
        all.filter(move |command| command.number == number)
    }
}

impl KeptCommand {
    /// Whether it succeeded, and is not left out.
    pub(crate) fn is_for_file(&self) -> bool {
        self.is_done && self.use_in_file != UseInFile::LeftOut
    }
}
