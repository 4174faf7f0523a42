//! Answers in the form of 2.7.5.

use crate::practice::{go::json::Json, reply::Reply};

/// Why a request is not carried out.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A status with what goes into `error` and `message`.
    Note(u16, String, String),
    /// The server's handler panicked: 500 and nothing else.
    Panic,
}

/// What most calls come to.
pub(super) type Outcome = Result<Reply, Refusal>;

impl Refusal {
    pub(super) fn error(status: u16, error: impl Into<String>) -> Self {
        Self::Note(status, error.into(), String::new())
    }

    pub(super) fn message(status: u16, message: impl Into<String>) -> Self {
        Self::Note(status, String::new(), message.into())
    }

    /// An object is not as it should be.
    pub(super) fn invalid(reason: impl AsRef<str>) -> Self {
        Self::error(400, format!("Validation error: {}", reason.as_ref()))
    }

    pub(super) fn not_found() -> Self {
        Self::error(404, "Not Found")
    }

    /// The same as part of something greater, such as a dump.
    pub(super) fn within(self, what: &str) -> Self {
        match self {
            Self::Note(status, error, message) => {
                Self::Note(status, format!("{what}: {error}"), message)
            }
            Self::Panic => Self::Panic,
        }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Note(status, error, message) => note(status, &error, &message),
            Refusal::Panic => bare(500),
        }
    }
}

/// A value.
pub(super) fn value(status: u16, write: impl FnOnce(&mut Json)) -> Reply {
    Reply {
        status,
        headers: vec![("Content-Type", "application/json".to_owned())],
        body: Json::line(write),
    }
}

/// The server's note that something was done.
pub(super) fn said(status: u16, message: &str) -> Reply {
    note(status, "", message)
}

fn note(status: u16, error: &str, message: &str) -> Reply {
    value(status, |json| {
        json.object(|json| {
            if !error.is_empty() {
                json.key("error").text(error);
            }
            json.key("message").text(message);
        });
    })
}

/// A status with no body and so without a type.
pub(super) fn bare(status: u16) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body: Vec::new(),
    }
}

/// Text of some other type.
pub(super) fn text(content_type: &str, text: &str) -> Reply {
    Reply {
        status: 200,
        headers: vec![("Content-Type", content_type.to_owned())],
        body: text.into(),
    }
}

/// The answer with one more header.
pub(super) fn with(mut answer: Reply, name: &'static str, value: impl Into<String>) -> Reply {
    answer.headers.push((name, value.into()));
    answer
}
