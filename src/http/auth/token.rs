//! A token of API v2: `GET /token` returns it, with its expiry time.

use super::Secret;
use crate::http::{Exchange, tree};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use reqwest::header::HeaderValue;
use serde_json::Value as Json;
use std::time::{Duration, Instant, SystemTime};

/// Renew the token this long before it expires, so that a request in
/// progress is still accepted.
const MARGIN: Duration = Duration::from_secs(30);

/// Why an answer gives no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// There is none in it.
    Missing,
    /// It is empty, or not allowed in a header.
    Unusable,
}

/// A token and its lifetime.
#[derive(Clone, Debug)]
pub struct Token {
    text: Secret,
    got: Instant,
    lasts: Duration,
    /// How far the server's clock is ahead of ours, in seconds, if that is known.
    pub ahead: Option<i64>,
}

impl Token {
    /// The token of an answer. Its expiry is computed with the server's own clock,
    /// the `Date` of the answer: ours may be wrong.
    pub fn of(exchange: &Exchange) -> Result<Self, NoToken> {
        let (text, ends) = Self::members(exchange).ok_or(NoToken::Missing)?;
        let now = exchange.time().unwrap_or_else(SystemTime::now);
        let now = now.duration_since(SystemTime::UNIX_EPOCH);
        let lasts = ends.saturating_sub(now.unwrap_or_default());
        let is_usable = !text.trim().is_empty() && HeaderValue::from_str(&text).is_ok();
        if !is_usable {
            return Err(NoToken::Unusable);
        }
        Ok(Self {
            text: Secret::new(text),
            got: Instant::now(),
            lasts,
            ahead: exchange.ahead(),
        })
    }

    /// The text of the token, and when it expires, in Unix time.
    fn members(exchange: &Exchange) -> Option<(String, Duration)> {
        let json = tree::parse(&exchange.body).ok()?;
        let text = json.get("access_token")?.as_str()?.to_owned();
        let ends = json.get("expires_at")?.as_str()?;
        let seconds = match ends.parse::<Timestamp>() {
            Ok(ends) => u64::try_from(ends.as_second()).ok()?,
            // The last days that Go can write are too late for `jiff`.
            Err(_) if ends.starts_with("9999-12-3") => Timestamp::MAX.as_second().cast_unsigned(),
            Err(_) => return None,
        };
        Some((text, Duration::from_secs(seconds)))
    }

    /// The token itself, for sending it.
    pub fn secret(&self) -> &Secret {
        &self.text
    }

    /// Whether it is still valid, for a while at least.
    pub fn is_good(&self) -> bool {
        self.left() > MARGIN.min(self.lasts / 2)
    }

    /// The time since it was fetched.
    pub fn age(&self) -> Duration {
        self.got.elapsed()
    }

    /// The time until it expires.
    pub fn left(&self) -> Duration {
        self.lasts.saturating_sub(self.got.elapsed())
    }

    /// Its claims: the middle part of a JWT. Not verified, since
    /// only the server can.
    pub fn claims(&self) -> Option<Json> {
        let middle = self.text.reveal().split('.').nth(1)?;
        let bytes = URL_SAFE_NO_PAD.decode(middle).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str, date: Option<&str>) -> Exchange {
        Exchange {
            status: 200,
            media_type: "application/json".to_owned(),
            encoding: None,
            location: None,
            server: None,
            retry_after: None,
            date: date.map(str::to_owned),
            certificate: None,
            body: body.as_bytes().to_vec(),
            parsed: std::sync::OnceLock::new(),
        }
    }

    #[test]
    fn a_token_ends_by_the_servers_clock() {
        // A server whose clock is years behind: its token is good all the same.
        let body = r#"{"access_token":"a.eyJ4IjoxfQ.c","expires_at":"2020-01-01T00:20:00Z"}"#;
        let date = Some("Wed, 01 Jan 2020 00:00:00 GMT");
        let token = Token::of(&answer(body, date)).expect("a token");
        assert!(token.is_good() && token.left() <= Duration::from_mins(20));
        assert!(token.left() > Duration::from_mins(19));
        assert!(token.ahead.is_some_and(|ahead| ahead < -100_000_000));
        assert_eq!(token.claims(), Some(serde_json::json!({"x": 1})));
        assert!(!format!("{token:?}").contains("eyJ4"));
        // By our clock it ended long ago.
        assert!(!Token::of(&answer(body, None)).expect("a token").is_good());
    }

    #[test]
    fn what_is_no_token() {
        for body in [
            "",
            "[]",
            "{}",
            r#"{"access_token":"x","expires_at":"soon"}"#,
        ] {
            let token = Token::of(&answer(body, None));
            assert_eq!(token.err(), Some(NoToken::Missing), "{body}");
        }
    }

    #[test]
    fn a_token_that_no_header_can_hold() {
        for text in ["", " ", r"a\r\nX-Evil: 1", r"a\u0000", r"a\u001b[0m"] {
            let body =
                format!(r#"{{"access_token":"{text}","expires_at":"2030-01-01T00:00:00Z"}}"#);
            let token = Token::of(&answer(&body, None));
            assert_eq!(token.err(), Some(NoToken::Unusable), "{text}");
        }
    }

    #[test]
    fn a_token_without_an_end() {
        for ends in [
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59.999999999+14:00",
            "9999-12-30T00:00:00Z",
            "2400-01-01T00:00:00Z",
        ] {
            let body = format!(r#"{{"access_token":"a.b.c","expires_at":"{ends}"}}"#);
            let token = Token::of(&answer(&body, None)).expect("a token");
            assert!(token.is_good(), "{ends}");
        }
    }
}
