//! What went wrong: the place, the cause, the next step.

use std::ops::Range;

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a fact about the failure, by itself"
)]
pub struct Error {
    /// The kind of failure, which decides the exit code.
    pub fault: Fault,
    /// The cause: lower case, names in backticks, no full stop.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// The position in the line, in bytes.
    pub span: Option<Range<usize>>,
    /// Whether the command may have taken effect although its answer is lost.
    pub unknown: bool,
    /// Whether the line may be right for another release of the server.
    pub of_release: bool,
    /// Whether the command succeeded, but its answer could not be shown.
    pub applied: bool,
    /// Whether the object that was named is not there.
    pub absent: bool,
    /// Another error of the same line, reported after this one.
    pub next: Option<Box<Self>>,
}

/// The kind of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A local problem: a file, the terminal.
    Local,
    /// The reader of stdout has closed it.
    OutputClosed,
    /// The line is invalid; nothing was sent.
    Typed,
    /// There is no usable answer.
    NoAnswer,
    /// The server answered with this status, 400 or more.
    Refused(u16),
    /// A part of the command's work failed.
    SomeFailed,
    /// Ctrl-C.
    Interrupted,
}

/// The exit codes of the program, for help and the man page.
pub const EXIT_CODES: &[(&str, &str)] = &[
    ("0", "success"),
    ("1", "local error"),
    ("2", "usage error"),
    ("3", "no usable response"),
    ("4", "the server answered 4xx"),
    ("5", "the server answered 5xx"),
    ("6", "some commands failed"),
    ("130", "interrupted"),
];

impl Fault {
    /// The exit code of a program that ends with this failure.
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

/// How the message of a request ends that never left.
const NOTHING_SENT: &str = "nothing was sent";

impl Error {
    /// An error without a position and a hint.
    pub fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self {
            fault,
            message: message.into(),
            hint: None,
            span: None,
            unknown: false,
            of_release: false,
            applied: false,
            absent: false,
            next: None,
        }
    }

    /// Several errors as one; `None` if there are none.
    pub fn joined(errors: impl IntoIterator<Item = Self>) -> Option<Self> {
        let all: Vec<Self> = errors.into_iter().flat_map(Self::each).collect();
        all.into_iter().rev().fold(None, |next, error| {
            Some(Self {
                next: next.map(Box::new),
                ..error
            })
        })
    }

    /// The error and those reported after it, separately.
    pub fn each(mut self) -> Vec<Self> {
        let mut next = self.next.take();
        let mut all = vec![self];
        while let Some(mut one) = next {
            next = one.next.take();
            all.push(*one);
        }
        all
    }

    /// An error in the line.
    pub fn typed(message: impl Into<String>) -> Self {
        Self::new(Fault::Typed, message)
    }

    /// A local error.
    pub fn local(message: impl Into<String>) -> Self {
        Self::new(Fault::Local, message)
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds that nothing was changed, unless it says already that nothing was sent.
    #[must_use]
    pub fn unchanged(mut self) -> Self {
        if !self.message.ends_with(NOTHING_SENT) {
            self.message.push_str("; nothing was changed");
        }
        self
    }

    /// Sets its position in the line.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// Sets its position in the line, unless it has a more precise one.
    #[must_use]
    pub fn or_at(mut self, span: Range<usize>) -> Self {
        let next = self.next.take();
        self.next = next.map(|next| Box::new(next.or_at(span.clone())));
        self.span.get_or_insert(span);
        self
    }
}

/// An error of the system in our style: lower case, without its number.
pub fn system(why: &std::io::Error) -> String {
    let text = why.to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_sent_changed_nothing() {
        let said = |message: &str| Error::typed(message).unchanged().message;
        assert_eq!(
            said("refused; nothing was sent"),
            "refused; nothing was sent"
        );
        assert_eq!(said("no answer"), "no answer; nothing was changed");
    }
}
