//! Whether a request may be sent again, and when. Pure.
//!
//! Only what is safe to repeat: a read that got no answer, or one of
//! the answers that mean "later"; a write only if it was never sent. A login
//! whose answer is lost may have been counted as a wrong one.

use super::{Exchange, Lost};
use std::time::{Duration, SystemTime};

/// A longer `Retry-After` is not waited for.
const LONGEST: Duration = Duration::from_mins(5);

/// What a request is, for a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeats {
    Read,
    Write,
    Login,
}

/// The time to wait before a request is sent again; `None` if it may not be.
/// `tries` is the number of retries so far.
pub(super) fn wait(what: Repeats, sent: &Result<Exchange, Lost>, tries: u32) -> Option<Duration> {
    let doubled = Duration::from_secs(1 << tries.min(5));
    match sent {
        Err(Lost::NotSent(_)) => Some(doubled),
        Err(Lost::Unknown(_)) if what == Repeats::Read => Some(doubled),
        Ok(exchange) if what != Repeats::Write && matches!(exchange.status, 429 | 502..=504) => {
            let asked = exchange.retry_after.as_deref();
            let wait = asked.and_then(|text| after(text, SystemTime::now()));
            Some(wait.unwrap_or(doubled)).filter(|wait| *wait <= LONGEST)
        }
        _ => None,
    }
}

/// The message about a retry.
pub(super) fn said(sent: &Result<Exchange, Lost>, wait: Duration, tries: u32, of: u32) -> String {
    let why = match sent {
        Ok(exchange) => format!("the server answered {}", exchange.status),
        Err(Lost::NotSent(why) | Lost::Unknown(why) | Lost::Unsendable(why) | Lost::Local(why)) => {
            why.clone()
        }
        Err(Lost::ReadOnly) => "refused by `read_only`".to_owned(),
        Err(Lost::Interrupted | Lost::InterruptedUnsent) => "interrupted".to_owned(),
    };
    format!(
        "{why}; trying again in {} s ({tries} of {of})\n",
        wait.as_secs()
    )
}

/// The time of a `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).
/// An invalid one is ignored.
fn after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    // A date in the past means now.
    let wait = at.duration_since(now).unwrap_or_default();
    // Whole seconds, rounded up: not before the time.
    let begun = u64::from(wait.subsec_nanos() > 0);
    Some(Duration::from_secs(wait.as_secs() + begun))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, retry_after: Option<&str>) -> Exchange {
        Exchange {
            status,
            media_type: String::new(),
            encoding: None,
            location: None,
            server: None,
            retry_after: retry_after.map(str::to_owned),
            date: None,
            certificate: None,
            body: Vec::new(),
            parsed: std::sync::OnceLock::new(),
        }
    }

    #[test]
    fn a_write_is_sent_again_only_if_it_never_left() {
        let lost = |lost: Lost| wait(Repeats::Write, &Err(lost), 0);
        assert!(lost(Lost::NotSent(String::new())).is_some());
        assert_eq!(lost(Lost::Unknown(String::new())), None);
        assert_eq!(lost(Lost::Interrupted), None);
        for status in [200, 404, 429, 500, 502, 503, 504] {
            assert_eq!(
                wait(Repeats::Write, &Ok(answered(status, Some("0"))), 0),
                None,
                "{status}"
            );
        }
    }

    #[test]
    fn a_read_is_sent_again_when_the_server_may_be_back() {
        let second = Duration::from_secs(1);
        assert_eq!(
            wait(Repeats::Read, &Err(Lost::Unknown(String::new())), 0),
            Some(second)
        );
        assert_eq!(
            wait(Repeats::Read, &Ok(answered(503, None)), 3),
            Some(8 * second)
        );
        assert_eq!(
            wait(Repeats::Read, &Ok(answered(503, None)), 30),
            Some(32 * second)
        );
        assert_eq!(
            wait(Repeats::Read, &Ok(answered(429, Some(" 7 "))), 0),
            Some(7 * second)
        );
        assert_eq!(
            wait(Repeats::Read, &Ok(answered(429, Some("7000"))), 0),
            None
        );
        let long = "99999999999999999999999";
        assert_eq!(wait(Repeats::Read, &Ok(answered(429, Some(long))), 0), None);
        for odd in ["soon", "", "-1", "1.5"] {
            let waits = wait(Repeats::Read, &Ok(answered(429, Some(odd))), 1);
            assert_eq!(waits, Some(2 * second), "{odd}");
        }
        for status in [200, 301, 400, 404, 500, 501, 505] {
            assert_eq!(
                wait(Repeats::Read, &Ok(answered(status, None)), 0),
                None,
                "{status}"
            );
        }
    }

    #[test]
    fn a_login_is_sent_again_unless_it_may_have_been_counted() {
        let second = Some(Duration::from_secs(1));
        let login = |sent: Result<Exchange, Lost>| wait(Repeats::Login, &sent, 0);
        assert_eq!(login(Err(Lost::NotSent(String::new()))), second);
        for status in [429, 502, 503, 504] {
            assert_eq!(login(Ok(answered(status, None))), second, "{status}");
        }
        for status in [200, 400, 401, 403, 404, 500] {
            assert_eq!(login(Ok(answered(status, None))), None, "{status}");
        }
        assert_eq!(login(Err(Lost::Unknown(String::new()))), None);
        assert_eq!(login(Err(Lost::Interrupted)), None);
    }

    #[test]
    fn a_date_is_a_time_from_now() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("a date");
        let wait = |text: &str| after(text, now).map(|wait| wait.as_secs());
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:40 GMT"), Some(3));
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(wait("soon"), None);
    }
}
