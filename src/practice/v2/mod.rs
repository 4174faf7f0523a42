//! SFTPGo 2.7.5: the admin's part of its API, in memory.
//!
//! Written from `tests/suite/data/contract-v2.jsonl`, which a server of 2.7.5 answered, and from the
//! collected facts about that version; not from the shell's table.

mod actions;
mod admins;
mod api_keys;
mod check;
mod dump;
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
mod server;
mod session;
mod shapes;
mod storage;
mod table;
mod totp;
mod users;
mod world;

use hyper::{HeaderMap, Method, Uri};

use self::reply::{Outcome, Refusal};
use self::route::{Needs, Route, Run};
use self::session::{Sessions, Who};
use self::world::World;
use crate::practice::go::decode::decode;
use crate::practice::go::escape;
use crate::practice::go::shape::{Object, Shape};
use crate::practice::reply::Reply;
use crate::practice::{Data, Logins};

pub(super) use self::sample_data::PASSWORD;

/// What each answer's `Server` header says.
pub(super) const SERVER: &str = "SFTPGo/2.7.5";

/// The name of the admin that a fresh server has.
pub(super) const ADMIN: &str = "admin";

/// A body over this is refused, except for a dump's.
const MAX_BODY: usize = 1 << 20;

/// The greatest dump that is read.
pub(super) const MAX_DUMP: usize = 20 << 20;

/// An answer that no call comes to, in the form of the others.
pub(super) fn refused(status: u16, error: &str, message: &str) -> Reply {
    let refusal = Refusal::Note(status, error.to_owned(), message.to_owned());
    reply::with(Reply::from(refusal), "Server", SERVER)
}

/// A request that has arrived whole.
pub(super) struct Request<'a> {
    pub(super) method: &'a Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    /// None if it was longer than any body may be.
    pub(super) body: Option<&'a [u8]>,
    /// When it is answered, in milliseconds since the epoch.
    pub(super) now: i64,
}

/// A server: who is logged in, and what it holds.
pub(super) struct V2 {
    data: Data,
    sessions: Sessions,
    world: World,
}

/// A request on its way to the function that carries it out.
struct Call<'a> {
    /// What stands in the path's open segments, decoded.
    args: Vec<String>,
    query: &'a str,
    body: Option<&'a [u8]>,
    now: i64,
    who: Who,
}

impl Call<'_> {
    fn arg(&self, number: usize) -> &str {
        self.args.get(number).map_or("", String::as_str)
    }

    fn parameter(&self, name: &str) -> Option<String> {
        escape::parameter(self.query, name)
    }

    /// The body, if it is not longer than most may be.
    fn body(&self) -> Result<&[u8], Refusal> {
        let body = self.body.filter(|body| body.len() <= MAX_BODY);
        body.ok_or_else(|| Refusal::error(400, "http: request body too large"))
    }

    /// The body decoded onto an object of this shape.
    fn decode(&self, shape: &'static Shape, mut object: Object) -> Result<Object, Refusal> {
        decode(self.body()?, shape, &mut object).map_err(|error| Refusal::error(400, error))?;
        Ok(object)
    }

    /// What the answer may show: all if it was asked for by one who may do all.
    fn view(&self) -> render::View {
        let is_asked = self.parameter("confidential_data").as_deref() == Some("1");
        if is_asked && self.who.may("*") {
            render::View::Confidential
        } else {
            render::View::Usual
        }
    }
}

impl V2 {
    pub(super) fn new(data: Data, now: i64) -> Self {
        Self {
            data,
            sessions: Sessions::default(),
            world: sample_data::world(data, now),
        }
    }

    /// Brings the first data back. Who is logged in stays so.
    pub(super) fn reset(&mut self, now: i64) {
        self.world = sample_data::world(self.data, now);
    }

    pub(super) fn logins(&self) -> Logins {
        self.sessions.logins()
    }

    pub(super) fn expire_tokens(&mut self) {
        self.sessions.expire_all();
    }

    /// The passcode that this admin needs now; none without a second factor.
    pub(super) fn passcode(&self, admin: &str, now: i64) -> Option<String> {
        let secret = self.world.totp_secret(admin)?;
        totp::passcode(secret, now)
    }

    pub(super) fn answer(&mut self, request: &Request<'_>) -> Reply {
        quotas::advance(&mut self.world, request.now);
        let mut answer = self.carry_out(request).unwrap_or_else(Reply::from);
        answer.headers.push(("Server", SERVER.to_owned()));
        answer.headers.sort_by_key(|(name, _)| *name);
        answer
    }

    fn carry_out(&mut self, request: &Request<'_>) -> Outcome {
        let (route, args) = match route::find(request.method, request.uri.path()) {
            Ok(found) => found,
            Err(answer) => return Ok(answer),
        };
        let who = match route.needs {
            Needs::Nothing => Who::default(),
            Needs::Token | Needs::Perm(_) | Needs::NoKey(_) => {
                self.sessions
                    .authenticate(&mut self.world, request.headers, request.now)?
            }
        };
        allow(route, &who)?;
        let call = Call {
            args,
            query: request.uri.query().unwrap_or_default(),
            body: request.body,
            now: request.now,
            who,
        };
        match route.run {
            Run::Tell(function) => Ok(function(&self.world, &call)),
            Run::Do(function) => function(&mut self.world, &call),
            Run::List(resource) => resource.list(&mut self.world, &call),
            Run::Get(resource) => resource.get(&mut self.world, &call),
            Run::Add(resource) => resource.add(&mut self.world, &call),
            Run::Put(resource) => resource.put(&mut self.world, &call),
            Run::Delete(resource) => resource.delete(&mut self.world, &call),
            Run::Login => self
                .sessions
                .login(&mut self.world, request.headers, request.now),
            Run::Logout => {
                self.sessions.end(&call.who);
                Ok(reply::said(200, "Your token has been invalidated"))
            }
            Run::ChangePassword => {
                let answer = profile::change_password(&mut self.world, &call)?;
                self.sessions.end(&call.who);
                Ok(answer)
            }
        }
    }
}

/// Whether one may do this at all, in the order in which the server looks.
fn allow(route: &Route, who: &Who) -> Result<(), Refusal> {
    if matches!(route.needs, Needs::NoKey(_)) && who.key.is_some() {
        let message = "API key authentication is not allowed";
        return Err(Refusal::message(403, message));
    }
    // Whoever has to set up the second factor or another password can do that and leave.
    if let (Some(duty), false) = (who.duty, matches!(route.needs, Needs::NoKey(""))) {
        return Err(Refusal::message(403, duty));
    }
    match route.needs {
        Needs::Perm(permission) | Needs::NoKey(permission)
            if !permission.is_empty() && !who.may(permission) =>
        {
            Err(Refusal::message(403, "Forbidden"))
        }
        _ => Ok(()),
    }
}
