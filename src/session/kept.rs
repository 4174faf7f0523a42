//! The commands of this session, for `save`, `record` and `history`. They are kept as they were
//! typed, in memory alone, and read only when a file is written: then a variable stands for each
//! secret. A run of a long file thus pays next to nothing for it.

mod file;
mod line;
mod script;
mod sent;

pub(crate) use file::{FileForm, FileOptions, FileText, text};
pub(crate) use line::KeptLine;
pub(crate) use sent::{SentRequests, UsedLogin};

use crate::catalog::Api;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;

/// The most commands that are kept; those before them are forgotten.
const MOST: usize = 2000;

/// The longest answer that is kept, in bytes.
pub(crate) const LONGEST_ANSWER: usize = 16 << 10;

/// The most bytes of answers and requests that are kept; the oldest ones are forgotten first.
const MOST_BYTES: usize = 4 << 20;

/// The commands of this session.
#[derive(Default)]
pub(crate) struct Kept {
    commands: VecDeque<EndedCommand>,
    /// How many there were.
    count: usize,
    /// The bytes of their answers and requests.
    bytes: usize,
    line: LineNumber,
    /// The requests of the command that runs.
    pub(crate) sent: SentRequests,
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

/// A command that ended.
pub(crate) struct EndedCommand {
    /// The number of its line in the history.
    pub(crate) number: usize,
    /// Its text as it was typed.
    pub(crate) text: String,
    pub(crate) api: &'static Api,
    /// The last user id after it.
    pub(crate) user_id: Option<i64>,
    /// The exit code.
    pub(crate) code: u8,
    /// Whether it had an effect.
    pub(crate) is_done: bool,
    /// The status of its answer.
    pub(crate) status: Option<u16>,
    /// The body of its answer, if that is short enough to be written.
    pub(crate) body: Option<Vec<u8>>,
    /// Its requests.
    pub(crate) requests: SentRequests,
    /// Whether a variable may have put a secret where no secret is expected.
    pub(crate) hides: bool,
    /// The server.
    pub(crate) base_url: String,
    /// When it ended.
    pub(crate) at: Timestamp,
}

impl EndedCommand {
    /// The bytes of its answer and its requests.
    fn len(&self) -> usize {
        self.body.as_ref().map_or(0, Vec::len) + self.requests.len()
    }
}

impl fmt::Debug for EndedCommand {
    /// Without the texts, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndedCommand({}, exit code {})", self.number, self.code)
    }
}

/// A command as a file can have it.
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
    /// Whether it had an effect.
    pub(crate) is_done: bool,
    /// The status of its answer.
    pub(crate) status: Option<u16>,
    /// Its answer as text, if it may be written.
    pub(crate) answer: Option<String>,
    /// The server, without a password.
    pub(crate) server: String,
    /// The server as it was used.
    pub(crate) base: String,
    /// Where a login gets a token.
    pub(crate) token_path: String,
    /// Its requests.
    pub(crate) requests: SentRequests,
    /// Why no request may stand for it in a script.
    pub(crate) unfit: Option<&'static str>,
    /// Whether its output goes to a program or a file.
    pub(crate) is_redirected: bool,
    /// Whether it showed only a part of the answer, or in another form.
    pub(crate) shows_part: bool,
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
    pub(crate) commands: Vec<KeptCommand>,
    /// The bytes of their requests.
    bytes: usize,
}

impl Recording {
    /// A recording without commands.
    pub(crate) fn new(path: PathBuf, options: FileOptions) -> Self {
        Self {
            path,
            options,
            commands: Vec::new(),
            bytes: 0,
        }
    }

    /// Adds a command; the oldest requests are forgotten if there are too many.
    pub(crate) fn add(&mut self, mut command: KeptCommand) {
        if self.options.form != FileForm::Curl {
            command.requests = SentRequests::default();
        }
        self.bytes += command.requests.len();
        self.commands.push(command);
        for oldest in &mut self.commands {
            if self.bytes <= MOST_BYTES {
                break;
            }
            self.bytes -= oldest.requests.len();
            oldest.requests.forget();
        }
    }
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
    pub(crate) fn add(&mut self, command: EndedCommand) {
        self.count += 1;
        if self.commands.len() == MOST
            && let Some(oldest) = self.commands.pop_front()
        {
            self.bytes -= oldest.len();
        }
        self.bytes += command.len();
        self.commands.push_back(command);
        for oldest in &mut self.commands {
            if self.bytes <= MOST_BYTES {
                break;
            }
            self.bytes -= oldest.len();
            oldest.body = None;
            oldest.requests.forget();
        }
    }

    /// The commands, the last one at the end.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &EndedCommand> {
        self.commands.iter()
    }

    /// The commands of a line.
    pub(crate) fn of_line(&self, number: usize) -> impl Iterator<Item = &EndedCommand> {
        self.all().filter(move |command| command.number == number)
    }
}

impl Wanted {
    /// Those of the commands that are wanted.
    pub(crate) fn of(self, all: Vec<KeptCommand>) -> Vec<KeptCommand> {
        let mut all = all;
        match self {
            Self::All => {}
            Self::Last(n) => drop(all.drain(..all.len().saturating_sub(n))),
            Self::Lines(from, to) => all.retain(|one| (from..=to).contains(&one.number)),
        }
        all
    }
}

impl KeptCommand {
    /// Why no request stands for it in a script.
    fn why_not(&self) -> Option<&'static str> {
        self.requests.lost().or(self.unfit)
    }

    /// Whether it succeeded, and is not left out.
    pub(crate) fn is_for_file(&self) -> bool {
        self.is_done && self.use_in_file != UseInFile::LeftOut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_answers_are_forgotten_before_commands() {
        let mut kept = Kept::default();
        for number in 0..300 {
            kept.add(EndedCommand {
                number,
                text: "get_users".to_owned(),
                api: &crate::catalog::APIS[0],
                user_id: None,
                code: 0,
                is_done: true,
                status: Some(200),
                body: Some(vec![b'0'; LONGEST_ANSWER]),
                requests: SentRequests::default(),
                hides: false,
                base_url: String::new(),
                at: Timestamp::UNIX_EPOCH,
            });
        }
        let with_answer: Vec<bool> = kept.all().map(|one| one.body.is_some()).collect();
        assert_eq!(with_answer.len(), 300);
        assert_eq!(with_answer.iter().filter(|it| **it).count(), 256);
        assert!(!with_answer[43] && with_answer[44]);
    }
}
