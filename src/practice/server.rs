//! The HTTP side: connections, bodies, latency and failures on demand, and what was seen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::api2019;
use super::reply::Reply;
use super::v2::{self, V2};
use super::{Api, Clock, Data, Logins, Options};

/// The server of 2019 had no limit for a body; this one must not fill the memory.
const MAX_BODY_OF_2019: usize = 16 << 20;

/// The headers that say who asks.
const CREDENTIALS: [HeaderName; 3] = [
    AUTHORIZATION,
    HeaderName::from_static("x-sftpgo-api-key"),
    HeaderName::from_static("x-sftpgo-otp"),
];

/// A request as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// The content type, if one was given.
    pub content_type: Option<String>,
    /// The headers that say who asks, names in lower case: `authorization`, `x-sftpgo-api-key`,
    /// `x-sftpgo-otp`.
    pub credentials: Vec<(String, String)>,
    /// The body; empty if it was too long to be read.
    pub body: Vec<u8>,
}

/// What all connections, and the owner on another thread, share.
pub(super) struct Server {
    data: Data,
    clock: Clock,
    record: bool,
    max_body: usize,
    state: Mutex<State>,
}

struct State {
    world: World,
    latency: Duration,
    failure: Option<StatusCode>,
    /// How many requests are still too many, and how long the client is told to wait.
    limited: (u32, Duration),
    seen: Vec<Seen>,
}

/// What is behind the HTTP.
enum World {
    Api2019(api2019::World),
    V2(Box<V2>),
}

impl World {
    /// An answer of the practice server's own, in the form of the others.
    fn refused(&self, status: u16, error: &str) -> Reply {
        match self {
            Self::Api2019(_) => Reply::refused(status, error),
            Self::V2(_) => v2::refused(status, error, ""),
        }
    }

    /// What a server with a limit for HTTP requests says to one too many.
    fn limited(&self, wait: Duration) -> Reply {
        let rule = "rate limit exceed, wait time to respect rate";
        let error = format!("{rule} {wait:?}, max wait time allowed 0s");
        let mut answer = match self {
            Self::Api2019(_) => Reply::refused(429, &error),
            Self::V2(_) => v2::refused(429, &error, "Too Many Requests"),
        };
        let seconds = wait.as_millis().div_ceil(1000);
        answer.headers.push(("Retry-After", seconds.to_string()));
        answer.headers.push(("X-Retry-In", format!("{wait:?}")));
        answer
    }
}

impl Server {
    pub(super) fn new(options: Options) -> Self {
        let (data, now) = (options.data, options.clock.now());
        let (world, max_body) = match options.api {
            Api::Api2019 => {
                let world = api2019::World::new(data, now);
                (World::Api2019(world), MAX_BODY_OF_2019)
            }
            Api::V2 => (World::V2(Box::new(V2::new(data, now))), v2::MAX_DUMP),
        };
        let state = State {
            world,
            latency: Duration::ZERO,
            failure: None,
            limited: (0, Duration::ZERO),
            seen: Vec::new(),
        };
        Self {
            data,
            clock: options.clock,
            record: options.record,
            max_body,
            state: Mutex::new(state),
        }
    }

    pub(super) fn reset(&self) {
        let now = self.clock.now();
        match &mut self.state().world {
            World::Api2019(world) => *world = api2019::World::new(self.data, now),
            World::V2(world) => world.reset(now),
        }
    }

    /// Does something with a server that knows of tokens; None if this one does not.
    fn with_v2<T>(&self, ask: impl FnOnce(&mut V2) -> T) -> Option<T> {
        match &mut self.state().world {
            World::Api2019(_) => None,
            World::V2(world) => Some(ask(world)),
        }
    }

    pub(super) fn logins(&self) -> Logins {
        self.with_v2(|world| world.logins()).unwrap_or_default()
    }

    pub(super) fn expire_tokens(&self) {
        self.with_v2(V2::expire_tokens);
    }

    pub(super) fn passcode(&self, admin: &str) -> Option<String> {
        let now = self.clock.now();
        self.with_v2(|world| world.passcode(admin, now)).flatten()
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
                // An informational status is no answer.
                .filter(|status| !status.is_informational())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        });
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// The time as answers tell it: by the same clock as that of tokens.
    fn date(&self) -> Option<HeaderValue> {
        let now = u64::try_from(self.clock.now()).ok()?;
        let now = UNIX_EPOCH + Duration::from_millis(now);
        HeaderValue::from_str(&httpdate::fmt_http_date(now)).ok()
    }

    /// One panic ends one connection, and must not end the others by way of a poisoned lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries a request out. A body of `None` was too long. The wait is for the caller to make.
    fn answer(&self, head: &Parts, body: Option<Vec<u8>>) -> (Reply, Duration) {
        let mut state = self.state();
        let state = &mut *state;
        let answer = match (&mut state.world, state.failure, &body) {
            (world, Some(status), _) => world.refused(status.as_u16(), "practice failure"),
            (world, None, _) if state.limited.0 > 0 => {
                state.limited.0 -= 1;
                world.limited(state.limited.1)
            }
            (World::V2(world), None, _) => world.answer(&v2::Request {
                method: &head.method,
                uri: &head.uri,
                headers: &head.headers,
                body: body.as_deref(),
                now: self.clock.now(),
            }),
            (World::Api2019(_), None, None) => Reply::refused(413, "http: request body too large"),
            (World::Api2019(world), None, Some(body)) => {
                let request = api2019::Request {
                    method: &head.method,
                    uri: &head.uri,
                    body,
                    now: self.clock.now(),
                };
                api2019::answer(world, &request)
            }
        };
        if self.record {
            state.seen.push(seen(head, body.unwrap_or_default()));
        }
        (answer, state.latency)
    }
}

fn seen(head: &Parts, body: Vec<u8>) -> Seen {
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
    }
}

/// Takes connections for as long as it is polled.
pub(super) async fn accept(listener: TcpListener, server: Arc<Server>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(converse(stream, Arc::clone(&server)));
            }
            // Too many open files, say: they become fewer, so it is worth trying again.
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Serves one connection to its end. How it ends is the client's business.
async fn converse(stream: TcpStream, server: Arc<Server>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| respond(request, Arc::clone(&server)));
    let _ = http1::Builder::new()
        // As Go writes them, so that what a person sees is what the real server shows.
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    request: Request<Incoming>,
    server: Arc<Server>,
) -> hyper::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = read(body, server.max_body).await?;
    let (answer, latency) = server.answer(&head, body);
    if !latency.is_zero() {
        sleep(latency).await;
    }
    let mut response = Response::new(Full::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    if let Some(date) = server.date() {
        response.headers_mut().insert(DATE, date);
    }
    for (name, value) in answer.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        // A name that cannot stand in a header is left out with its header.
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(&value)) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

/// The whole body, or None if it is too long: read to its end all the same, since a client that is
/// still sending would not see the answer.
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
