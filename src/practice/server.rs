//! The HTTP side: connections, which API answers, latency and failures on demand, recorded requests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::api2019;
use super::reply::Reply;
use super::v2::{self, V2};
use super::{Api, Clock, Data, Logins, Options};

/// The server of 2019 had no limit for a body; this one must not fill the memory.
const MAX_BODY_OF_2019: usize = 16 << 20;

/// The headers that authenticate a request.
const CREDENTIALS: [HeaderName; 3] = [
    AUTHORIZATION,
    HeaderName::from_static("x-sftpgo-api-key"),
    HeaderName::from_static("x-sftpgo-otp"),
];

/// A request as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// The content type, if one was given.
    pub content_type: Option<String>,
    /// The headers that authenticate it, names in lower case: `authorization`, `x-sftpgo-api-key`,
    /// `x-sftpgo-otp`.
    pub credentials: Vec<(String, String)>,
    /// The body; empty if it was too long.
    pub body: Vec<u8>,
    /// The status of the response.
    pub status: u16,
}

/// What all connections, and the owner on another thread, share.
pub(super) struct Server {
    api: Api,
    single: bool,
    data: Data,
    clock: Clock,
    record: bool,
    state: Mutex<State>,
}

struct State {
    api2019: api2019::World,
    v2: V2,
    latency: Duration,
    failure: Option<StatusCode>,
    /// How many more requests are rejected as too many, and how long the client has to wait.
    limited: (u32, Duration),
    seen: Vec<Seen>,
}

/// A reply of the practice server itself, in the form of this API.
fn error(api: Api, status: u16, error: &str, message: &str) -> Reply {
    match api {
        Api::Api2019 => Reply::error(status, error),
        Api::V2 => v2::error(status, error, message),
    }
}

/// The reply of a server with a rate limit to one request too many.
fn too_many(api: Api, wait: Duration) -> Reply {
    let rule = "rate limit exceed, wait time to respect rate";
    let text = format!("{rule} {wait:?}, max wait time allowed 0s");
    let mut reply = error(api, 429, &text, "Too Many Requests");
    let seconds = wait.as_millis().div_ceil(1000);
    reply.headers.push(("Retry-After", seconds.to_string()));
    reply.headers.push(("X-Retry-In", format!("{wait:?}")));
    reply
}

impl Server {
    pub(super) fn new(options: Options) -> Self {
        let (data, now) = (options.data, options.clock.now());
        let state = State {
            api2019: api2019::World::new(data, now),
            v2: V2::new(data, now),
            latency: Duration::ZERO,
            failure: None,
            limited: (0, Duration::ZERO),
            seen: Vec::new(),
        };
        Self {
            api: options.api,
            single: options.single,
            data,
            clock: options.clock,
            record: options.record,
            state: Mutex::new(state),
        }
    }

    /// The API that replies at this path. What is below the prefix of neither looks like the server
    /// of one API, so that clients which detect it there find just that one.
    fn api_at(&self, path: &str) -> Api {
        let is_below = |prefix: &str| {
            let rest = path.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match self.api {
            own if self.single => own,
            _ if is_below("/api/v1") => Api::Api2019,
            _ if is_below("/api/v2") => Api::V2,
            own => own,
        }
    }

    pub(super) fn reset(&self) {
        let now = self.clock.now();
        let mut state = self.state();
        state.api2019 = api2019::World::new(self.data, now);
        state.v2.reset(now);
    }

    pub(super) fn logins(&self) -> Logins {
        self.state().v2.logins()
    }

    pub(super) fn expire_tokens(&self) {
        self.state().v2.expire_tokens();
    }

    pub(super) fn passcode(&self, admin: &str) -> Option<String> {
        let now = self.clock.now();
        self.state().v2.passcode(admin, now)
    }

    pub(super) fn limit_rate(&self, requests: u32, wait: Duration) {
        self.state().limited = (requests, wait);
    }

    pub(super) fn set_latency(&self, latency: Duration) {
        self.state().latency = latency;
    }

    pub(super) fn set_failure(&self, status: Option<u16>) {
        self.state().failure = status.map(|status| {
            StatusCode::from_u16(status)
                .ok()
                // An informational status does not end an exchange.
                .filter(|status| !status.is_informational())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        });
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    pub(super) fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.state().seen)
    }

    /// The status and the body that a GET gives, asked by the owner: it needs no login, is not
    /// recorded, and no failure on demand touches it.
    pub(super) fn look(&self, target: &str) -> Option<(u16, Vec<u8>)> {
        let uri: Uri = target.parse().ok()?;
        let now = self.clock.now();
        let mut state = self.state();
        let reply = match self.api_at(uri.path()) {
            Api::V2 => state.v2.look(&uri, now),
            Api::Api2019 => api2019::reply(
                &mut state.api2019,
                &api2019::Request {
                    method: &Method::GET,
                    uri: &uri,
                    body: &[],
                    now,
                },
            ),
        };
        Some((reply.status, reply.body))
    }

    /// The time for the `Date` header, by the same clock as the lifetime of tokens.
    fn date(&self) -> Option<HeaderValue> {
        let now = u64::try_from(self.clock.now()).ok()?;
        let now = UNIX_EPOCH + Duration::from_millis(now);
        HeaderValue::from_str(&httpdate::fmt_http_date(now)).ok()
    }

    /// A panic closes one connection; the others must not fail because of a poisoned lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Processes a request. A body of `None` was too long. The caller makes the delay.
    fn handle(&self, api: Api, head: &Parts, body: Option<Vec<u8>>) -> (Reply, Duration) {
        let mut state = self.state();
        let now = self.clock.now();
        let reply = if let Some(status) = state.failure {
            error(api, status.as_u16(), "practice failure", "")
        } else if state.limited.0 > 0 {
            state.limited.0 -= 1;
            too_many(api, state.limited.1)
        } else {
            match (api, &body) {
                (Api::V2, body) => state.v2.reply(&v2::Request {
                    method: &head.method,
                    uri: &head.uri,
                    headers: &head.headers,
                    body: body.as_deref(),
                    now,
                }),
                (Api::Api2019, None) => Reply::error(413, "http: request body too large"),
                (Api::Api2019, Some(body)) => {
                    let request = api2019::Request {
                        method: &head.method,
                        uri: &head.uri,
                        body,
                        now,
                    };
                    api2019::reply(&mut state.api2019, &request)
                }
            }
        };
        if self.record {
            state
                .seen
                .push(seen(head, body.unwrap_or_default(), reply.status));
        }
        (reply, state.latency)
    }
}

fn seen(head: &Parts, body: Vec<u8>, status: u16) -> Seen {
    let content_type = head.headers.get(CONTENT_TYPE);
    Seen {
        method: head.method.to_string(),
        target: head
            .uri
            .path_and_query()
            .map_or_else(String::new, ToString::to_string),
        content_type: content_type
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        credentials: CREDENTIALS
            .iter()
            .filter_map(|name| {
                let value = head.headers.get(name)?.as_bytes();
                let value = String::from_utf8_lossy(value).into_owned();
                Some((name.to_string(), value))
            })
            .collect(),
        body,
        status,
    }
}

/// Accepts connections for as long as it is polled.
pub(super) async fn accept(listener: TcpListener, server: Arc<Server>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(converse(stream, Arc::clone(&server)));
            }
            // For example too many open files: there will be fewer later, so it tries again.
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Serves one connection until it closes. The client sees why it closed.
async fn converse(stream: TcpStream, server: Arc<Server>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| respond(request, Arc::clone(&server)));
    let _ = http1::Builder::new()
        // As Go writes them, so that `debug on` shows what it shows with a real server.
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    request: Request<Incoming>,
    server: Arc<Server>,
) -> hyper::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let api = server.api_at(head.uri.path());
    let max_body = match api {
        Api::Api2019 => MAX_BODY_OF_2019,
        Api::V2 => v2::MAX_DUMP,
    };
    let body = read(body, max_body).await?;
    let (reply, latency) = server.handle(api, &head, body);
    if !latency.is_zero() {
        sleep(latency).await;
    }
    let mut response = Response::new(Full::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or_default();
    if let Some(date) = server.date() {
        response.headers_mut().insert(DATE, date);
    }
    for (name, value) in reply.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        // A location whose name cannot be put into a header is left out.
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

/// The whole body, or None if it is too long. It is read to its end even then, since a client that
/// is still sending would not see the response.
async fn read(mut body: Incoming, most: usize) -> hyper::Result<Option<Vec<u8>>> {
    let mut bytes = Some(Vec::new());
    while let Some(frame) = body.frame().await {
        if let (Ok(data), Some(read)) = (frame?.into_data(), &mut bytes) {
            if read.len() + data.len() <= most {
                read.extend_from_slice(&data);
            } else {
                bytes = None;
            }
        }
    }
    Ok(bytes)
}
