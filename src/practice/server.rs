//! The HTTP side: connections, bodies, latency and failures on demand, and what was seen.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::answer::Answer;
use super::route;
use super::world::World;
use super::{Clock, Data, Options};

/// The server of 2019 had no limit for a body; this one must not fill the memory.
const MAX_BODY: usize = 16 << 20;

/// A request as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// The content type, if one was given.
    pub content_type: Option<String>,
    /// The body; empty if it was too long to be read.
    pub body: Vec<u8>,
}

/// What all connections, and the owner on another thread, share.
pub(super) struct Server {
    data: Data,
    clock: Clock,
    record: bool,
    state: Mutex<State>,
}

struct State {
    world: World,
    latency: Duration,
    failure: Option<StatusCode>,
    seen: Vec<Seen>,
}

impl Server {
    pub(super) fn new(options: Options) -> Self {
        let state = State {
            world: World::new(options.data, options.clock.now()),
            latency: Duration::ZERO,
            failure: None,
            seen: Vec::new(),
        };
        Self {
            data: options.data,
            clock: options.clock,
            record: options.record,
            state: Mutex::new(state),
        }
    }

    pub(super) fn reset(&self) {
        self.state().world = World::new(self.data, self.clock.now());
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

    /// One panic ends one connection, and must not end the others by way of a poisoned lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries a request out. A body of `None` was too long. The wait is for the caller to make.
    fn answer(&self, head: &Parts, body: Option<Vec<u8>>) -> (Answer, Duration) {
        let mut state = self.state();
        let answer = match (state.failure, &body) {
            (Some(status), _) => Answer::refused(status.as_u16(), "practice failure"),
            (None, None) => Answer::refused(413, "http: request body too large"),
            (None, Some(body)) => {
                let request = route::Request {
                    method: &head.method,
                    uri: &head.uri,
                    body,
                    now: self.clock.now(),
                };
                route::answer(&mut state.world, &request)
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
    let body = read(body).await?;
    let (answer, latency) = server.answer(&head, body);
    if !latency.is_zero() {
        sleep(latency).await;
    }
    let mut response = Response::new(Full::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// The whole body, or None if it is too long: read to its end all the same, since a client that is
/// still sending would not see the answer.
async fn read(mut body: Incoming) -> hyper::Result<Option<Vec<u8>>> {
    let mut bytes = Some(Vec::new());
    while let Some(frame) = body.frame().await {
        if let (Ok(data), Some(read)) = (frame?.into_data(), &mut bytes) {
            if read.len() + data.len() <= MAX_BODY {
                read.extend_from_slice(&data);
            } else {
                bytes = None;
            }
        }
    }
    Ok(bytes)
}
