//! What went wrong: the place, the cause, the next step.

use std::ops::Range;

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Whose fault it is; gives the exit code.
    pub fault: Fault,
    /// The cause: lower case, names in backticks, no full stop.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// The place in the line, in bytes.
    pub span: Option<Range<usize>>,
    /// Whether the command may have been done all the same: its answer is lost.
    pub unknown: bool,
    /// Whether the command was done: its answer came and could not be shown.
    pub applied: bool,
}

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Something on this side: a file, the terminal.
    Local,
    /// Nobody reads the results any more.
    OutputClosed,
    /// The line was typed wrong; it sent nothing.
    Typed,
    /// The server gave no usable answer.
    NoAnswer,
    /// The server answered with this status, 400 or more.
    Refused(u16),
    /// Some of what a command did failed.
    SomeFailed,
    /// Ctrl-C.
    Interrupted,
}

impl Fault {
    /// The exit code of a program that ends with it.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Local | Self::OutputClosed => 1,
            Self::Typed => 2,
            Self::NoAnswer => 3,
            Self::Refused(status) => {
                if status < 500 {
                    4
                } else {
                    5
                }
            }
            Self::SomeFailed => 6,
            Self::Interrupted => 130,
        }
    }
}

impl Error {
    /// An error without place and hint.
    pub fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self {
            fault,
            message: message.into(),
            hint: None,
            span: None,
            unknown: false,
            applied: false,
        }
    }

    /// A typing error.
    pub fn typed(message: impl Into<String>) -> Self {
        Self::new(Fault::Typed, message)
    }

    /// An error of this side.
    pub fn local(message: impl Into<String>) -> Self {
        Self::new(Fault::Local, message)
    }

    /// With the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With its place in the line.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// With this place in the line, unless it has a nearer one.
    #[must_use]
    pub fn or_at(mut self, span: Range<usize>) -> Self {
        self.span.get_or_insert(span);
        self
    }
}

/// An error of the system in our words: lower case, without its number.
pub fn system(why: &std::io::Error) -> String {
    let text = why.to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_lowercase()
}
