//! SFTPGo 2.7.5: the admin's part of its API, in memory.
//!
//! Written from `contract-v2.jsonl` and `contract-v2-checks.jsonl` in `tests/suite/data`, the recorded
//! responses of servers of 2.7.5, and from the collected facts about that version; not from the shell's table.

mod action_options;
mod actions;
mod admins;
mod api_keys;
mod call;
mod check;
mod cron;
mod dump;
mod email;
mod filters;
mod folders;
mod groups;
mod ip_lists;
mod live;
mod mfa;
mod net;
mod opaque;
mod page;
mod paths;
mod profile;
mod quotas;
mod render;
mod reply;
mod resource;
mod roles;
mod route;
mod rules;
mod sample_data;
mod secrets;
mod session;
mod shapes;
mod status;
mod storage;
mod strength;
mod table;
mod totp;
mod users;
mod world;

use hyper::{HeaderMap, Method, Uri};

use self::call::Call;
use self::reply::{Outcome, Refusal};
use self::route::{Needs, Route, Run};
use self::session::{Caller, Sessions};
use self::world::World;
use crate::practice::go::escape;
use crate::practice::options::{Data, Logins};
use crate::practice::reply::Reply;

pub(super) use self::call::MAX_DUMP;
pub(super) use self::sample_data::{ADMIN, PASSWORD};

/// The `Server` header of each response.
pub(super) const SERVER: &str = "SFTPGo/2.7.5";

/// An error that no handler gives, in the form of the others.
pub(super) fn error(status: u16, error: &str, message: &str) -> Reply {
    let refusal = Refusal::Note(status, error.to_owned(), message.to_owned());
    reply::with_header(Reply::from(refusal), "Server", SERVER)
}

/// A complete request.
pub(super) struct Request<'a> {
    pub(super) method: &'a Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    /// None if it was too long.
    pub(super) body: Option<&'a [u8]>,
    /// When it is handled, in milliseconds since the epoch.
    pub(super) now: i64,
}

/// A server: its logins and its data.
pub(super) struct V2 {
    data: Data,
    sessions: Sessions,
    world: World,
}

impl V2 {
    pub(super) fn new(data: Data, now: i64) -> Self {
        Self {
            data,
            sessions: Sessions::default(),
            world: sample_data::world(data, now),
        }
    }

    /// Restores the first data. Tokens stay valid.
    pub(super) fn reset(&mut self, now: i64) {
        self.world = sample_data::world(self.data, now);
    }

    pub(super) fn logins(&self) -> Logins {
        self.sessions.logins()
    }

    pub(super) fn expire_tokens(&mut self) {
        self.sessions.expire_all();
    }

    /// The passcode that this admin needs now; None without a second factor.
    pub(super) fn passcode(&self, admin: &str, now: i64) -> Option<String> {
        let secret = self.world.totp_secret(admin)?;
        totp::passcode(secret, now)
    }

    pub(super) fn reply(&mut self, request: &Request<'_>) -> Reply {
        if escape::decode(request.uri.path()).is_none() {
            return reply::bad_request();
        }
        quotas::advance(&mut self.world, request.now);
        let mut reply = self.handle(request, None).unwrap_or_else(Reply::from);
        reply.headers.push(("Server", SERVER.to_owned()));
        reply.headers.sort_by_key(|(name, _)| *name);
        reply
    }

    /// The reply to a GET of the owner, who does not log in.
    pub(super) fn look(&mut self, uri: &Uri, now: i64) -> Reply {
        quotas::advance(&mut self.world, now);
        let request = Request {
            method: &Method::GET,
            uri,
            headers: &HeaderMap::new(),
            body: Some(&[]),
            now,
        };
        let reply = self.handle(&request, Some(Caller::owner()));
        reply.unwrap_or_else(Reply::from)
    }

    /// `known` is the sender, if that is known without credentials.
    fn handle(&mut self, request: &Request<'_>, known: Option<Caller>) -> Outcome {
        let (route, args) = match route::find(request.method, request.uri.path()) {
            Ok(found) => found,
            Err(reply) => return Ok(reply),
        };
        let caller = match (route.needs, known) {
            (_, Some(caller)) => caller,
            (Needs::Nothing, None) => Caller::default(),
            (Needs::Token | Needs::Perm(_) | Needs::NoKey(_), None) => {
                self.sessions
                    .authenticate(&mut self.world, request.headers, request.now)?
            }
        };
        allow(route, &caller)?;
        let call = Call {
            args,
            query: request.uri.query().unwrap_or_default(),
            body: request.body,
            now: request.now,
            caller,
        };
        match route.run {
            Run::Show(function) => Ok(function(&self.world, &call)),
            Run::Handle(function) => function(&mut self.world, &call),
            Run::List(resource) => resource.list(&mut self.world, &call),
            Run::Get(resource) => resource.get(&mut self.world, &call),
            Run::Add(resource) => resource.add(&mut self.world, &call),
            Run::Put(resource) => resource.put(&mut self.world, &call),
            Run::Delete(resource) => resource.delete(&mut self.world, &call),
            Run::Login => self
                .sessions
                .login(&mut self.world, request.headers, request.now),
            Run::Logout => {
                self.sessions.end(&call.caller);
                Ok(reply::message(200, "Your token has been invalidated"))
            }
            Run::ChangePassword => {
                let reply = profile::change_password(&mut self.world, &call)?;
                self.sessions.end(&call.caller);
                Ok(reply)
            }
        }
    }
}

/// Checks whether the caller is allowed to do this, in the order of the server.
fn allow(route: &Route, caller: &Caller) -> Result<(), Refusal> {
    if matches!(route.needs, Needs::NoKey(_)) && caller.key.is_some() {
        let message = "API key authentication is not allowed";
        return Err(Refusal::message(403, message));
    }
    // A caller who must set up a second factor or change the password can only do that and log out.
    if let (Some(required_step), false) = (
        caller.required_step,
        matches!(route.needs, Needs::NoKey("")),
    ) {
        return Err(Refusal::error(403, required_step));
    }
    match route.needs {
        Needs::Perm(permission) | Needs::NoKey(permission)
            if !permission.is_empty() && !caller.may(permission) =>
        {
            Err(Refusal::message(403, "Forbidden"))
        }
        _ => Ok(()),
    }
}
