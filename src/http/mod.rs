//! The shared blocking executor: one client, made on first use, that sends
//! requests and brings back exchanges.

pub mod auth;
mod client;
mod gate;
pub mod lanes;
mod link;
mod retry;
mod tls;
pub mod trace;
pub mod window;

pub use client::{Client, is_loopback};
pub use link::Link;

use crate::catalog::Release;
use crate::error::{Error, Fault};
use crate::request::RequestSpec;
use crate::settings::Tls;
use crate::text::clean;
use serde_json::Value as Json;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

/// Clocks that differ by more seconds may be why a token or a code is refused:
/// a code is good for half a minute, and the server allows as much for a token.
const SKEW: i64 = 30;

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
    pub body: Vec<u8>,
    /// The JSON of the body, or what it is instead, once it was asked for.
    parsed: OnceLock<Result<Json, String>>,
}

impl Exchange {
    /// The JSON of the body, parsed once. The error says what it is instead.
    pub fn json(&self) -> Result<&Json, &str> {
        let parsed = self.parsed.get_or_init(|| self.parse());
        parsed.as_ref().map_err(String::as_str)
    }

    /// The same, taken out.
    pub fn take_json(&mut self) -> Option<Json> {
        let _ = self.json();
        self.parsed.take()?.ok()
    }

    fn parse(&self) -> Result<Json, String> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Err("is empty".to_owned());
        }
        if !self.media_type.ends_with("json") {
            let is = if self.media_type.is_empty() {
                "of no type"
            } else {
                &self.media_type
            };
            return Err(format!("is {}, not JSON", clean::line(is)));
        }
        self.first_value()
            .map_err(|why| format!("is not valid JSON: {why}"))
    }

    /// Refusing what `loaddata` is given, servers before 2.6 write a second value
    /// after the first, which counts (`loadDataFromRequest` of
    /// `internal/httpd/api_maintenance.go`).
    fn first_value(&self) -> Result<Json, serde_json::Error> {
        if self.status >= 400 {
            let mut values = serde_json::Deserializer::from_slice(&self.body).into_iter();
            if let Some(first) = values.next() {
                return first;
            }
        }
        serde_json::from_slice(&self.body)
    }

    /// The release that the server says it is, as in `SFTPGo/2.7.5`: from 2.6.0 on each answer does.
    pub fn release(&self) -> Option<Release> {
        Release::named(self.server.as_deref()?.strip_prefix("SFTPGo/")?)
    }

    /// The time by the server's clock.
    pub fn time(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.date.as_deref()?).ok()
    }

    /// How far the server's clock is ahead of ours, in seconds.
    pub fn ahead(&self) -> Option<i64> {
        let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Some(match self.time()?.duration_since(SystemTime::now()) {
            Ok(ahead) => seconds(ahead),
            Err(behind) => -seconds(behind.duration()),
        })
    }

    /// What there is to say of clocks that differ, for where tokens and codes
    /// are refused: the nodes of a server, and who makes codes, go by them.
    pub fn of_clocks(&self) -> String {
        match self.ahead() {
            Some(ahead) if ahead.abs() > SKEW => {
                let way = if ahead > 0 { "ahead of" } else { "behind" };
                let seconds = ahead.unsigned_abs();
                format!("; the server's clock is {seconds} s {way} this machine's")
            }
            _ => String::new(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use httpdate::fmt_http_date;

    #[test]
    fn clocks_that_differ_are_told_of() {
        let said = |date: Option<SystemTime>| {
            let exchange = Exchange {
                status: 401,
                media_type: String::new(),
                location: None,
                server: None,
                retry_after: None,
                date: date.map(fmt_http_date),
                body: Vec::new(),
                parsed: OnceLock::new(),
            };
            exchange.of_clocks()
        };
        let now = SystemTime::now();
        let hour = Duration::from_hours(1);
        assert_eq!(said(Some(now)), "");
        assert_eq!(said(None), "");
        // A second may pass, and the date has no parts of one.
        assert!(said(Some(now + hour)).starts_with("; the server's clock is 359"));
        assert!(said(Some(now + hour)).ends_with(" s ahead of this machine's"));
        assert!(said(Some(now - hour)).ends_with(" s behind this machine's"));
    }
}
