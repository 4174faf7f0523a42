//! One request: sends it, reads the complete answer, and repeats it if
//! that is allowed.

use super::gate::Gate;
use super::retry::Repeats;
use super::{Exchange, Lost, Sending, cause, retry};
use crate::catalog::Method;
use crate::request::RequestSpec;
use reqwest::blocking;
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, LOCATION, RETRY_AFTER, SERVER,
};
use reqwest::tls::TlsInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Why there is no complete answer after the time of the setting.
pub(super) const TIMED_OUT: &str = "timed out (setting `timeout`)";

/// The maximum size of an answer: answers of this API are smaller.
const MOST: u64 = 256 * 1024 * 1024;

/// Sends requests, from any thread; clones share the connections.
#[derive(Clone)]
pub struct Link {
    client: blocking::Client,
    sending: Sending,
    gate: Gate,
    given_up: Arc<AtomicBool>,
}

impl Link {
    pub(super) fn new(client: blocking::Client, sending: Sending, gate: Gate) -> Self {
        Self {
            client,
            sending,
            gate,
            given_up: Arc::default(),
        }
    }

    /// The gate of its connections.
    pub fn gate(&self) -> Gate {
        self.gate.clone()
    }

    /// Stops retries once `given_up` is true.
    #[must_use]
    pub fn until(self, given_up: Arc<AtomicBool>) -> Self {
        Self { given_up, ..self }
    }

    /// Sends a request and waits for the complete answer; reports each retry.
    pub fn send(&self, spec: &RequestSpec, tell: &dyn Fn(&str)) -> Result<Exchange, Lost> {
        let mut tries = 0;
        loop {
            let sent = exchange(self.request(spec));
            if tries == self.sending.retries {
                return sent;
            }
            let Some(wait) = retry::wait(self.repeats(spec), &sent, tries) else {
                return sent;
            };
            tries += 1;
            let of = self.sending.retries;
            tell(&retry::said(&sent, wait, tries, of));
            if !self.waits(wait) {
                return sent;
            }
        }
    }

    /// What may be sent again.
    fn repeats(&self, spec: &RequestSpec) -> Repeats {
        if self.sending.is_login {
            Repeats::Login
        } else if spec.writes() {
            Repeats::Write
        } else {
            Repeats::Read
        }
    }

    /// Sleeps for `time`. Returns whether retries are still wanted afterwards.
    fn waits(&self, time: Duration) -> bool {
        const LOOK: Duration = Duration::from_millis(50);
        let end = Instant::now() + time;
        loop {
            if self.gate.is_closed() || self.given_up.load(Ordering::SeqCst) {
                return false;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(LOOK));
        }
    }

    fn request(&self, spec: &RequestSpec) -> blocking::RequestBuilder {
        let mut request = self.client.request(method(spec.method), spec.url.clone());
        for (name, value) in &self.sending.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = &spec.body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.text.clone());
        }
        // Always set: reqwest's own default is 30 seconds.
        let whole = if self.sending.whole.is_zero() {
            Duration::from_secs(u32::MAX.into())
        } else {
            self.sending.whole
        };
        request.timeout(whole)
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

fn exchange(request: blocking::RequestBuilder) -> Result<Exchange, Lost> {
    let answer = request.send().map_err(|error| {
        if error.is_builder() {
            Lost::Unsendable(reason(&error))
        } else if error.is_connect() {
            Lost::NotSent(reason(&error))
        } else {
            Lost::Unknown(reason(&error))
        }
    })?;
    let header = |headers: &HeaderMap, name| {
        headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let headers = answer.headers();
    let media_type = header(headers, CONTENT_TYPE).unwrap_or_default();
    let (location, server) = (header(headers, LOCATION), header(headers, SERVER));
    let retry_after = header(headers, RETRY_AFTER);
    let encoding = header(headers, CONTENT_ENCODING);
    let encoding = encoding.filter(|encoding| !encoding.eq_ignore_ascii_case("identity"));
    let date = header(headers, DATE);
    let tls = answer.extensions().get::<TlsInfo>();
    let certificate = tls.and_then(TlsInfo::peer_certificate).map(<[u8]>::to_vec);
    let status = answer.status().as_u16();
    if answer.content_length().is_some_and(|length| length > MOST) {
        return Err(Lost::Unknown(format!(
            "the response is larger than {} MiB",
            MOST >> 20
        )));
    }
    let body = read(answer)
        .map_err(|why| Lost::Unknown(format!("the answer, status {status}, was cut off: {why}")))?;
    let media_type = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    Ok(Exchange {
        status,
        media_type,
        encoding,
        location,
        server,
        retry_after,
        date,
        certificate,
        body,
        parsed: std::sync::OnceLock::new(),
    })
}

fn read(answer: blocking::Response) -> Result<Vec<u8>, String> {
    use std::io::Read;
    if answer.content_length().is_some() {
        return answer
            .bytes()
            .map(Vec::from)
            .map_err(|error| reason(&error));
    }
    let mut body = Vec::new();
    answer
        .take(MOST + 1)
        .read_to_end(&mut body)
        .map_err(|error| {
            match error
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<reqwest::Error>())
            {
                Some(inner) => reason(inner),
                None => error.to_string(),
            }
        })?;
    if body.len() as u64 > MOST {
        return Err(format!("it is longer than {} MiB", MOST >> 20));
    }
    Ok(body)
}

/// The innermost cause, which is the most specific one.
pub(super) fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() && !error.is_connect() {
        return TIMED_OUT.to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let text = cause.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    match text {
        "" => "no reason given".to_owned(),
        "deadline has elapsed" | "operation timed out" => {
            "timed out while connecting (setting `connect_timeout`)".to_owned()
        }
        text => cause::words(text),
    }
}
