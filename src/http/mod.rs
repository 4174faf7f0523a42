//! The shared blocking executor: one client, created on first use, that sends
//! requests and returns exchanges.

pub mod auth;
mod cause;
mod certificate;
mod client;
mod gate;
mod greeting;
mod link;
mod notes;
pub mod pool;
pub mod proxy;
mod retry;
mod tls;
pub mod trace;
pub mod tree;

pub use client::{Client, is_loopback};
pub use gate::Gate;
pub use link::Link;
pub use notes::RetryNotes;

use crate::catalog::Release;
use crate::error::{Error, Fault};
use crate::request::RequestSpec;
use crate::settings::{self, Settings, Tls};
use crate::text::clean;
use crate::text::words::beginning;
use serde_json::Value as Json;
use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};
use tree::NoTree;
use url::Url;

/// Clocks that differ by more seconds may be why a token or a code is rejected:
/// a code is valid for half a minute, and the server tolerates as much for a token.
pub const SKEW: i64 = 30;

/// A hint for an answer of a port that speaks TLS, asked without.
pub const TLS_PORT: &str = "the port speaks TLS; did you mean `https://`?";

/// A request's answer, unchanged.
#[derive(Clone)]
pub struct Exchange {
    /// The status code.
    pub status: u16,
    /// The media type, without parameters, in lower case; empty if there is none.
    pub media_type: String,
    /// How the body is compressed, if it is: nobody asked for that.
    pub encoding: Option<String>,
    /// The target of a redirect.
    pub location: Option<String>,
    /// The `Server` header.
    pub server: Option<String>,
    /// The `Retry-After` header.
    pub retry_after: Option<String>,
    /// The time of the server's clock.
    pub date: Option<String>,
    /// The server's certificate.
    pub certificate: Option<Vec<u8>>,
    pub body: Vec<u8>,
    /// The JSON of the body, or what it is instead, once it was asked for.
    parsed: OnceLock<Result<Json, NoTree>>,
}

impl fmt::Debug for Exchange {
    /// Without headers and body: a login's holds the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}, {} bytes",
            self.status,
            self.media_type,
            self.body.len()
        )
    }
}

/// From this size on, a body is checked without parsing it.
const LARGE: usize = 1 << 20;

impl Exchange {
    /// The JSON of the body, parsed once.
    pub fn json(&self) -> Result<&Json, &NoTree> {
        let parsed = self.parsed.get_or_init(|| self.parse());
        parsed.as_ref()
    }

    /// Whether the body is JSON. A large one is not parsed for that: it would take many times
    /// its size.
    pub fn is_json(&self) -> bool {
        let is_parsed = self.parsed.get().is_some();
        if is_parsed || self.body.len() < LARGE || self.status >= 400 {
            return !matches!(self.json(), Err(NoTree::Invalid(_)));
        }
        self.may_be_json().is_ok() && tree::check(&self.body).is_ok()
    }

    /// Whether the body is JSON, as far as it can be said at once: a large one counts by its
    /// type alone.
    pub fn seems_json(&self) -> bool {
        if self.body.len() < LARGE {
            self.is_json()
        } else {
            self.may_be_json().is_ok()
        }
    }

    /// The JSON of the body, taken out.
    pub fn take_json(&mut self) -> Option<Json> {
        let _ = self.json();
        self.parsed.take()?.ok()
    }

    /// Whether the body is declared as JSON. The error says what it is instead.
    fn may_be_json(&self) -> Result<(), NoTree> {
        if self.body.iter().all(u8::is_ascii_whitespace) {
            return Err(NoTree::Invalid("is empty".to_owned()));
        }
        if let Some(is) = self.compressed() {
            return Err(NoTree::Invalid(is));
        }
        if !self.media_type.ends_with("json") {
            let is = if self.media_type.is_empty() {
                "without a content type"
            } else {
                &self.media_type
            };
            let is = format!("is {}, not JSON", clean::line(is));
            return Err(NoTree::Invalid(is));
        }
        Ok(())
    }

    /// Refusing what `loaddata` is given, servers before 2.6 write a second value
    /// after the first, which counts (`loadDataFromRequest` of
    /// `internal/httpd/api_maintenance.go`).
    fn parse(&self) -> Result<Json, NoTree> {
        self.may_be_json()?;
        let parsed = tree::parse(&self.body).map_err(not_valid);
        match parsed {
            Err(NoTree::Invalid(_)) if self.status >= 400 => {
                tree::first(&self.body).map_or(parsed, Ok)
            }
            parsed => parsed,
        }
    }

    /// The release in the `Server` header, as in `SFTPGo/2.7.5`; each answer has it from 2.6.0 on.
    pub fn release(&self) -> Option<Release> {
        Release::named(self.server.as_deref()?.strip_prefix("SFTPGo/")?)
    }

    /// The time of the server's clock.
    pub fn time(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.date.as_deref()?).ok()
    }

    /// When the server's certificate ends.
    pub fn certificate_end(&self) -> Option<SystemTime> {
        certificate::end(self.certificate.as_deref()?)
    }

    /// How far the server's clock is ahead of ours, in seconds.
    pub fn ahead(&self) -> Option<i64> {
        let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Some(match self.time()?.duration_since(SystemTime::now()) {
            Ok(ahead) => seconds(ahead),
            Err(behind) => -seconds(behind.duration()),
        })
    }

    /// A note on the clock difference, for rejected tokens and one-time
    /// codes, which depend on it.
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

    /// What to say of a body that is compressed.
    pub fn compressed(&self) -> Option<String> {
        let encoding = beginning(self.encoding.as_ref()?, 40);
        let encoding = clean::line(&encoding);
        Some(format!(
            "is compressed (`{encoding}`), which was not requested"
        ))
    }

    /// Whether it says that the port speaks TLS, as Go, nginx and Apache say it to
    /// whoever does not.
    pub fn is_of_tls_port(&self) -> bool {
        let text = String::from_utf8_lossy(&self.body[..self.body.len().min(2000)]);
        let text = text.to_lowercase();
        let says = ["https server", "https port", "ssl-enabled server port"];
        self.status == 400 && says.iter().any(|words| text.contains(words))
    }

    /// The server's `Retry-After`: a number of seconds, or a date. Anything else is
    /// not shown: it may be what the server was sent.
    pub fn when_to_ask_again(&self) -> String {
        let text = self.retry_after.as_deref().unwrap_or_default().trim();
        let when = match text.parse::<u64>() {
            Ok(seconds) if seconds <= DAY => format!("in {seconds} s"),
            Ok(_) => "after more than a day".to_owned(),
            Err(_) if httpdate::parse_http_date(text).is_ok() => format!("at {text}"),
            Err(_) => "in a few seconds".to_owned(),
        };
        format!("the server asks you to retry {when}")
    }
}

fn not_valid(why: NoTree) -> NoTree {
    match why {
        NoTree::Invalid(why) => NoTree::Invalid(format!("is not valid JSON: {why}")),
        large @ NoTree::Large(_) => large,
    }
}

/// The seconds of a day.
const DAY: u64 = 24 * 60 * 60;

/// The reason why there is no answer.
#[derive(Clone, Debug)]
pub enum Lost {
    /// The request was never sent: no connection.
    NotSent(String),
    /// HTTP cannot carry it, for example a URL of more than 64 KiB.
    Unsendable(String),
    /// A local problem keeps it from being sent.
    Local(String),
    /// It would change something, and `read_only` is on.
    ReadOnly,
    /// It may have reached the server.
    Unknown(String),
    /// Ctrl-C came while it was running.
    Interrupted,
    /// Ctrl-C came before there was a connection.
    InterruptedUnsent,
}

/// How to send.
#[derive(Clone, PartialEq, Eq)]
pub struct Sending {
    /// The connection timeout; zero waits forever.
    pub connect: Duration,
    /// The timeout for the complete answer; zero waits forever.
    pub whole: Duration,
    /// The maximum number of retries, if retrying is safe.
    pub retries: u32,
    /// Whether it is a login, which counts towards a ban if it is wrong.
    pub is_login: bool,
    /// Whether only what changes nothing is sent.
    pub read_only: bool,
    /// The TLS settings.
    pub tls: Tls,
    /// The authentication headers.
    pub headers: Vec<(&'static str, String)>,
}

impl Sending {
    /// As the settings say, without credentials.
    pub fn new(settings: &Settings) -> Self {
        Self {
            connect: settings.connect_timeout,
            whole: settings.timeout,
            retries: settings.retry,
            is_login: false,
            read_only: settings.read_only,
            tls: settings.tls.clone(),
            headers: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Sending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The credentials are secret.
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Sending")
            .field("connect", &self.connect)
            .field("whole", &self.whole)
            .field("retries", &self.retries)
            .field("is_login", &self.is_login)
            .field("read_only", &self.read_only)
            .field("tls", &self.tls)
            .field("headers", &names)
            .finish()
    }
}

impl Lost {
    /// A request that ended unexpectedly: it may have been applied.
    pub fn broken() -> Self {
        Self::Unknown(
            "internal error: the request ended unexpectedly; please report this".to_owned(),
        )
    }

    /// The same, if an SSH server greets at the URL; it is asked only if the answer
    /// was none of HTTP or TLS.
    #[must_use]
    pub fn recognized(self, url: &Url, connect: Duration) -> Self {
        let ssh = || cause::SSH.to_owned();
        let is_ssh = |why: &str| cause::is_another_protocol(why) && greeting::is_ssh(url, connect);
        match self {
            Self::NotSent(why) if is_ssh(&why) => Self::NotSent(ssh()),
            Self::Unknown(why) if is_ssh(&why) => Self::Unknown(ssh()),
            lost => lost,
        }
    }

    /// The same, where the answer was waited for as long as this, whatever the setting is.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        match self {
            Self::Unknown(why) if why == link::TIMED_OUT => {
                let seconds = limit.as_secs_f64();
                Self::Unknown(format!("it does not answer within {seconds:.0} s"))
            }
            lost => lost,
        }
    }

    /// Whether the same host may answer by the other one of `http` and `https`.
    pub fn may_be_another_scheme(&self, url: &Url) -> bool {
        let (Self::NotSent(why) | Self::Unknown(why)) = self else {
            return false;
        };
        // Without a port, the other scheme has another one.
        let is_closed = url.port().is_none() && why == "connection refused";
        is_closed || cause::is_another_scheme(why)
    }

    /// Converts it to an error that states what is known about the outcome.
    pub fn explained(self, spec: &RequestSpec, server: &str) -> Error {
        let unknown = |error: Error| outcome_unknown(spec, error);
        match self {
            Self::NotSent(why) => {
                let hint = cause::hint(&why).unwrap_or(NO_CONNECTION);
                let message = format!("cannot connect to {server}: {why}; nothing was sent");
                Error::new(Fault::NoAnswer, message).hint(hint)
            }
            Self::Unsendable(why) => Error::typed(format!("this request cannot be sent: {why}"))
                .hint("is a value too long?"),
            Self::ReadOnly => settings::refused_by_read_only("this request"),
            Self::Local(why) => Error::local(format!("{why}; nothing was sent")),
            Self::Unknown(why) => {
                let message = format!("no answer from {server}: {why}");
                let error = Error::new(Fault::NoAnswer, message);
                match cause::hint(&why) {
                    // No command shows anything there.
                    Some(hint) if why == cause::SSH => unknown(error).hint(hint),
                    Some(hint) => unknown(error.hint(hint)),
                    None => unknown(error),
                }
            }
            Self::Interrupted => unknown(Error::new(Fault::Interrupted, "interrupted")),
            Self::InterruptedUnsent => {
                Error::new(Fault::Interrupted, "interrupted; nothing was sent")
            }
        }
    }
}

/// A hint on how to get a connection.
const NO_CONNECTION: &str = "is the server running? Set its address with `connect URL`, `--base_url` or SFTPGO_HOST, or try `--practice`";

/// The error of a request whose answer is lost: a write may have been applied all
/// the same, and the command that shows it is the next step.
pub fn outcome_unknown(spec: &RequestSpec, error: Error) -> Error {
    if !spec.writes() {
        return error;
    }
    let error = Error {
        message: format!("{}; it may or may not have been applied", error.message),
        unknown: true,
        ..error
    };
    if spec.check.is_empty() {
        error.hint("check on the server before you retry")
    } else {
        error.hint(format!("`{}` shows it", spec.check))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use httpdate::fmt_http_date;

    fn answered(date: Option<String>, retry_after: Option<&str>) -> Exchange {
        Exchange {
            status: 401,
            media_type: String::new(),
            encoding: None,
            location: None,
            server: None,
            retry_after: retry_after.map(str::to_owned),
            date,
            certificate: None,
            body: Vec::new(),
            parsed: OnceLock::new(),
        }
    }

    #[test]
    fn only_a_time_is_shown_of_when_to_ask_again() {
        let date = "Sun, 06 Nov 2044 08:49:37 GMT";
        for (header, said) in [
            (Some("7"), "in 7 s"),
            (Some(" 120 "), "in 120 s"),
            (Some("99999999999"), "after more than a day"),
            (Some("999999999999999999999999"), "in a few seconds"),
            (Some(date), &format!("at {date}")),
            (Some("Bearer eyJhbGciOi"), "in a few seconds"),
            (Some("\u{1b}[2J"), "in a few seconds"),
            (Some(""), "in a few seconds"),
            (None, "in a few seconds"),
        ] {
            let said = format!("the server asks you to retry {said}");
            assert_eq!(
                answered(None, header).when_to_ask_again(),
                said,
                "{header:?}"
            );
        }
    }

    #[test]
    fn clocks_that_differ_are_told_of() {
        let said = |date: Option<SystemTime>| answered(date.map(fmt_http_date), None).of_clocks();
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
