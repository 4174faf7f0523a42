//! The reqwest client: made when the first request is sent, kept for all others.

use super::gate::Gate;
use super::interrupt::{Ended, Interrupt};
use super::{Exchange, Lost, Timeouts};
use crate::catalog::Method;
use crate::request::RequestSpec;
use reqwest::blocking;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, SERVER};
use std::time::Duration;

/// More than this is not read of an answer: it is not one of this API.
const MOST: u64 = 256 * 1024 * 1024;

/// The executor.
#[derive(Default)]
pub struct Client {
    made: Option<(Made, blocking::Client, Gate)>,
}

/// What a client was made for; another needs another client.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Made {
    tls: bool,
    loopback: bool,
    connect: Duration,
}

impl Client {
    /// Sends a request and waits for the whole answer. With `interrupt`, the
    /// wait ends at Ctrl-C; without, the caller's thread does all the waiting.
    pub fn send(
        &mut self,
        spec: &RequestSpec,
        headers: &[(&'static str, String)],
        timeouts: Timeouts,
        interrupt: Option<&Interrupt>,
    ) -> Result<Exchange, Lost> {
        let client = self
            .client(spec, timeouts)
            .map_err(|why| Lost::NotSent(reason(&why)))?;
        let mut request = client.request(method(spec.method), spec.url.clone());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if let Some(body) = &spec.body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.text.clone());
        }
        // Always set: reqwest's own default is 30 seconds.
        let whole = if timeouts.whole.is_zero() {
            Duration::from_secs(u32::MAX.into())
        } else {
            timeouts.whole
        };
        let request = request.timeout(whole);
        let Some(interrupt) = interrupt else {
            return exchange(request);
        };
        let sent = interrupt.or_done(|| exchange(request));
        if sent.is_err()
            && let Some((_, _, gate)) = self.made.take()
        {
            // What has not left by now must not leave later.
            gate.close();
        }
        sent.unwrap_or_else(|ended| {
            Err(match ended {
                Ended::Interrupted => Lost::Interrupted,
                Ended::Broken => Lost::Unknown("the request broke off, which is a bug".to_owned()),
            })
        })
    }

    fn client(
        &mut self,
        spec: &RequestSpec,
        timeouts: Timeouts,
    ) -> reqwest::Result<&blocking::Client> {
        let made = Made {
            tls: spec.url.scheme() == "https",
            loopback: is_loopback(&spec.url),
            connect: timeouts.connect,
        };
        if self.made.as_ref().is_none_or(|(known, ..)| *known != made) {
            let gate = Gate::default();
            self.made = Some((made, made.client(gate.clone())?, gate));
        }
        Ok(&self.made.as_ref().expect("made above").1)
    }
}

impl Made {
    fn client(self, gate: Gate) -> reqwest::Result<blocking::Client> {
        // The process-wide provider may be set once; a second time is no fault.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = blocking::Client::builder()
            .user_agent(concat!("sftpgo-shell/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry a body or a credential to another place.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // Shorter than the 60 s after which Go's servers close an idle
            // connection: a request on a dying one has an unknown outcome.
            .pool_idle_timeout(Duration::from_secs(20))
            .tcp_nodelay(true)
            .connector_layer(gate)
            .timeout(None);
        let builder = if self.connect.is_zero() {
            builder
        } else {
            builder.connect_timeout(self.connect)
        };
        let builder = if self.loopback {
            builder.no_proxy()
        } else {
            builder
        };
        // Without TLS the trust store need not be read: 3 ms of a start.
        let builder = if self.tls {
            builder
        } else {
            builder.tls_certs_only([])
        };
        builder.build()
    }
}

/// Whether a URL's host is this machine.
pub fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
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
    let status = answer.status().as_u16();
    if answer.content_length().is_some_and(|length| length > MOST) {
        return Err(Lost::Unknown(format!(
            "the answer is longer than {} MiB",
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
        location,
        server,
        body,
    })
}

fn read(answer: blocking::Response) -> Result<Vec<u8>, String> {
    use std::io::Read;
    if answer.content_length().is_some() {
        return answer
            .bytes()
            .map(|bytes| bytes.to_vec())
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

/// The innermost cause, which is the one that tells.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() && !error.is_connect() {
        return "it took longer than `timeout` allows".to_owned();
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
            "it took longer than `connect_timeout` allows".to_owned()
        }
        text => lower_first(text),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
