//! From method and path to the function that handles the request.

use hyper::{Method, Uri};

use super::world::World;
use crate::practice::go::escape;
use crate::practice::reply::Reply;

/// The methods that the server's router knows; it rejects any other, whatever the path.
const METHODS: [Method; 9] = [
    Method::CONNECT,
    Method::DELETE,
    Method::GET,
    Method::HEAD,
    Method::OPTIONS,
    Method::PATCH,
    Method::POST,
    Method::PUT,
    Method::TRACE,
];

/// A complete request.
pub(in crate::practice) struct Request<'a> {
    pub(in crate::practice) method: &'a Method,
    pub(in crate::practice) uri: &'a Uri,
    pub(in crate::practice) body: &'a [u8],
    /// When it is handled, in milliseconds since the epoch.
    pub(in crate::practice) now: i64,
}

/// Handles a request on the data at its time.
pub(in crate::practice) fn reply(world: &mut World, request: &Request<'_>) -> Reply {
    world.advance(request.now);
    if !METHODS.contains(request.method) {
        return not_allowed();
    }
    let Some(path) = request.uri.path().strip_prefix("/api/v1/") else {
        return not_found();
    };
    match path.split_once('/') {
        None => collection(world, request, path),
        // Routing comes before decoding: a slash ends a segment, an escaped one does not.
        Some((name, segment)) if !segment.is_empty() && !segment.contains('/') => {
            let key = escape::decode(segment).unwrap_or_else(|| segment.to_owned());
            item(world, request, name, &key)
        }
        Some(_) => not_found(),
    }
}

fn collection(world: &mut World, request: &Request<'_>, name: &str) -> Reply {
    match (name, request.method.as_str()) {
        ("user", "GET") => world.users(request.uri.query().unwrap_or_default()),
        ("user", "POST") => world.add_user(request.body),
        ("sftp_connection", "GET") => world.connections(request.now),
        ("quota_scan", "GET") => world.scans(),
        ("quota_scan", "POST") => world.start_scan(request.body, request.now),
        ("user" | "sftp_connection" | "quota_scan", _) => not_allowed(),
        _ => not_found(),
    }
}

fn item(world: &mut World, request: &Request<'_>, name: &str, key: &str) -> Reply {
    match (name, request.method.as_str()) {
        ("user", "GET") => world.user(key),
        ("user", "PUT") => world.update_user(key, request.body),
        ("user", "DELETE") => world.delete_user(key),
        ("sftp_connection", "DELETE") => world.close_connection(key, request.now),
        ("user" | "sftp_connection", _) => not_allowed(),
        _ => not_found(),
    }
}

fn not_found() -> Reply {
    Reply::message(404, "Not Found")
}

fn not_allowed() -> Reply {
    Reply::message(405, "Method not allowed")
}
