//! A token of API v2: `GET /token` gives it, with the time it ends at.

use super::Secret;
use crate::http::Exchange;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value as Json;
use std::time::{Duration, Instant, SystemTime};

/// A token is fetched anew so long before it ends: a request that is on its
/// way when it ends is refused.
const MARGIN: Duration = Duration::from_secs(30);

/// A token, and how long it is good for.
#[derive(Clone, Debug)]
pub struct Token {
    text: Secret,
    got: Instant,
    lasts: Duration,
    /// How far the server's clock is ahead of ours, in seconds, if that is known.
    pub ahead: Option<i64>,
}

impl Token {
    /// The token of an answer. Its end is reckoned by the server's own clock,
    /// the `Date` of the answer: ours may be wrong.
    pub fn of(exchange: &Exchange) -> Option<Self> {
        let json: Json = serde_json::from_slice(&exchange.body).ok()?;
        let text = json.get("access_token")?.as_str()?;
        let ends: Timestamp = json.get("expires_at")?.as_str()?.parse().ok()?;
        let now = exchange.time().unwrap_or_else(SystemTime::now);
        let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        let ends = Duration::from_secs(u64::try_from(ends.as_second()).ok()?);
        let lasts = ends.saturating_sub(now);
        Some(Self {
            text: Secret::new(text),
            got: Instant::now(),
            lasts,
            ahead: exchange.ahead(),
        })
    }

    /// The token, for whoever sends it.
    pub fn secret(&self) -> &Secret {
        &self.text
    }

    /// Whether it is still good, for a while at least.
    pub fn is_good(&self) -> bool {
        self.left() > MARGIN.min(self.lasts / 2)
    }

    /// How long ago it was fetched.
    pub fn age(&self) -> Duration {
        self.got.elapsed()
    }

    /// How long it is good for from now.
    pub fn left(&self) -> Duration {
        self.lasts.saturating_sub(self.got.elapsed())
    }

    /// What it says of its owner: the middle part of a JWT. Not checked, since
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
            location: None,
            server: None,
            retry_after: None,
            date: date.map(str::to_owned),
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
            assert!(Token::of(&answer(body, None)).is_none(), "{body}");
        }
    }
}
