//! Replies in the form of 2.7.5.

use crate::practice::go::json::Json;
use crate::practice::reply::Reply;

/// Why a request fails.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A status with the texts of `error` and `message`.
    Note(u16, String, String),
    /// The server's handler panicked: 500 without a body.
    Panic,
}

/// The result of most handlers.
pub(super) type Outcome = Result<Reply, Refusal>;

impl Refusal {
    pub(super) fn error(status: u16, error: impl Into<String>) -> Self {
        Self::Note(status, error.into(), String::new())
    }

    pub(super) fn message(status: u16, message: impl Into<String>) -> Self {
        Self::Note(status, String::new(), message.into())
    }

    /// An object is not valid.
    pub(super) fn invalid(reason: impl AsRef<str>) -> Self {
        Self::error(400, format!("Validation error: {}", reason.as_ref()))
    }

    pub(super) fn not_found() -> Self {
        Self::error(404, "Not Found")
    }

    /// The same within something larger, such as a dump.
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
            Refusal::Panic => without_body(500),
        }
    }
}

pub(super) fn value(status: u16, write: impl FnOnce(&mut Json)) -> Reply {
    Reply {
        status,
        headers: vec![("Content-Type", "application/json".to_owned())],
        body: Json::line(write),
    }
}

/// The server's message that something was done.
pub(super) fn message(status: u16, message: &str) -> Reply {
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

/// A status without a body and so without a content type.
pub(super) fn without_body(status: u16) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body: Vec::new(),
    }
}

/// The reply to a request that is not HTTP.
pub(super) fn bad_request() -> Reply {
    let mut reply = text("text/plain; charset=utf-8", "400 Bad Request");
    reply.status = 400;
    reply
}

/// Text of another content type.
pub(super) fn text(content_type: &str, text: &str) -> Reply {
    Reply {
        status: 200,
        headers: vec![("Content-Type", content_type.to_owned())],
        body: text.into(),
    }
}

/// The reply with one more header.
pub(super) fn with_header(mut reply: Reply, name: &'static str, value: impl Into<String>) -> Reply {
    reply.headers.push((name, value.into()));
    reply
}
