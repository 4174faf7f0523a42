//! The shared blocking executor: one client, made on first use, that sends
//! requests and brings back exchanges.

pub mod auth;
mod client;
mod gate;
pub mod interrupt;
pub mod lanes;
mod link;
mod retry;
mod tls;
pub mod window;

pub use client::{Client, is_loopback};
pub use link::Link;
pub use tls::Tls;

use crate::catalog::Release;
use crate::error::{Error, Fault};
use crate::render::clean;
use crate::request::RequestSpec;
use std::time::Duration;

/// A request's answer, as it came.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The status code.
    pub status: u16,
    /// The media type, without parameters, in lower case; empty if there is none.
    pub media_type: String,
    /// Where a redirect points to.
    pub location: Option<String>,
    /// The server's name of itself.
    pub server: Option<String>,
    /// When it wants to be asked again.
    pub retry_after: Option<String>,
    /// The time by the server's clock.
    pub date: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Exchange {
    /// The release that the server says it is, as in `SFTPGo/2.7.5`: from 2.6.0 on each answer does.
    pub fn release(&self) -> Option<Release> {
        Release::named(self.server.as_deref()?.strip_prefix("SFTPGo/")?)
    }

    /// What a busy server says of when it will answer: a number of seconds, or a date.
    pub fn when_to_ask_again(&self) -> String {
        let when = self.retry_after.as_deref().map_or_else(
            || "in a few seconds".to_owned(),
            |when| match when.parse::<u64>() {
                Ok(seconds) => format!("in {seconds} s"),
                Err(_) => format!("at {}", clean::line(when)),
            },
        );
        format!("the server wants to be asked again {when}")
    }
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Lost {
    /// The request never left: no connection.
    NotSent(String),
    /// It is none that HTTP can carry, as a URL of more than 64 KiB.
    Unsendable(String),
    /// Something on this side keeps it from being sent.
    Local(String),
    /// It may have reached the server.
    Unknown(String),
    /// Ctrl-C came while it was under way.
    Interrupted,
}

/// How to send.
#[derive(Clone, PartialEq, Eq)]
pub struct Sending {
    /// How long to wait for a connection; zero is for ever.
    pub connect: Duration,
    /// How long to wait for the whole answer; zero is for ever.
    pub whole: Duration,
    /// How often to try again, where that is safe.
    pub retries: u32,
    /// Whom TLS trusts.
    pub tls: Tls,
    /// What proves who asks.
    pub headers: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for Sending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What proves who asks is a secret.
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Sending")
            .field("connect", &self.connect)
            .field("whole", &self.whole)
            .field("retries", &self.retries)
            .field("tls", &self.tls)
            .field("headers", &names)
            .finish()
    }
}

impl Lost {
    /// A request that broke off: it may have been done.
    pub fn broken() -> Self {
        Self::Unknown("the request broke off, which is a bug".to_owned())
    }

    /// As an error: says what is known of the request's outcome.
    pub fn explained(self, spec: &RequestSpec, server: &str) -> Error {
        let unknown = |error: Error| outcome_unknown(spec, error);
        match self {
            Self::NotSent(why) => {
                let hint = not_sent_hint(&why);
                let message = format!("cannot connect to {server}: {why}; nothing was sent");
                Error::new(Fault::NoAnswer, message).hint(hint)
            }
            Self::Unsendable(why) => Error::typed(format!("this request cannot be sent: {why}"))
                .hint("is a value too long?"),
            Self::Local(why) => Error::local(format!("{why}; nothing was sent")),
            Self::Unknown(why) => unknown(Error::new(
                Fault::NoAnswer,
                format!("no answer from {server}: {why}"),
            )),
            Self::Interrupted => unknown(Error::new(Fault::Interrupted, "interrupted")),
        }
    }
}

/// What may help to get a connection.
fn not_sent_hint(why: &str) -> &'static str {
    if why.contains("certificate") {
        "this machine does not trust the server's certificate, or it is for another name; `--cacert FILE` names who signed it"
    } else if why.contains("InvalidContentType") {
        "what listens there does not speak TLS: is `http://` meant?"
    } else if why.contains("lookup") {
        "is the server's name right? `connect URL`, `--base_url` or SFTPGO_HOST name another"
    } else {
        "is the server running there? `connect URL`, `--base_url` or SFTPGO_HOST name another; `--practice` brings one"
    }
}

/// The error of a request whose answer is lost: a write may have been done all
/// the same, and the line that shows it is the next step.
pub fn outcome_unknown(spec: &RequestSpec, error: Error) -> Error {
    if !spec.writes() {
        return error;
    }
    let error = Error {
        message: format!("{}; whether it was done is not known", error.message),
        unknown: true,
        ..error
    };
    if spec.check.is_empty() {
        error.hint("look before you send it again")
    } else {
        error.hint(format!("`{}` shows it", spec.check))
    }
}
