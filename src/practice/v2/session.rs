//! Authentication: logins, tokens and API keys.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::HeaderMap;
use jiff::Timestamp;
use serde_json::json;

use super::net::Network;
use super::opaque;
use super::reply::{self, Outcome, Refusal};
use super::totp;
use super::world::World;
use crate::practice::go::keys;
use crate::practice::go::shape::{Object, int, is_on, object, set, text, texts};
use crate::practice::options::Logins;
use crate::practice::reply::Reply;

/// The lifetime of a token in milliseconds.
const LIFETIME: i64 = 20 * 60 * 1000;

/// The minimum time between two updates of an admin's last login.
const LOGIN_RECORDED_AFTER: i64 = 10 * 60 * 1000;

/// The sender of a request, with the permissions they had at login.
#[derive(Clone, Default)]
pub(super) struct Caller {
    pub(super) username: String,
    pub(super) role: String,
    /// The id of the API key, if one was used.
    pub(super) key: Option<String>,
    /// What the caller must do first, in the words of the server.
    pub(super) required_step: Option<&'static str>,
    permissions: Vec<String>,
    token: String,
}

impl Caller {
    /// The owner of the server, who may do all.
    pub(super) fn owner() -> Self {
        Self {
            permissions: vec!["*".to_owned()],
            ..Self::default()
        }
    }

    /// The current state of an admin.
    fn is(admin: &Object) -> Self {
        let filters = object(admin, "filters");
        let is_on = |name| filters.is_some_and(|filters| is_on(filters, name));
        let required_step = if is_on("require_two_factor") && !has_totp(admin) {
            Some(
                "Two-factor authentication requirements not met, please configure two-factor \
                 authentication",
            )
        } else if is_on("require_password_change") {
            Some(
                "Password change required. Please set a new password to continue to use your \
                 account",
            )
        } else {
            None
        };
        Self {
            username: text(admin, "username").to_owned(),
            role: text(admin, "role").to_owned(),
            permissions: texts(admin, "permissions").map(str::to_owned).collect(),
            required_step,
            ..Self::default()
        }
    }

    pub(super) fn may(&self, permission: &str) -> bool {
        let mut permissions = self.permissions.iter();
        permissions.any(|granted| granted == "*" || granted == permission)
    }
}

/// Whether an admin has a second factor.
pub(super) fn has_totp(admin: &Object) -> bool {
    object(admin, "filters")
        .and_then(|filters| object(filters, "totp_config"))
        .is_some_and(|totp| is_on(totp, "enabled"))
}

struct Token {
    caller: Caller,
    expires: i64,
    is_ended: bool,
}

/// The issued tokens, and the number of logins.
#[derive(Default)]
pub(super) struct Sessions {
    tokens: HashMap<String, Token>,
    logins: Logins,
}

impl Sessions {
    pub(super) fn logins(&self) -> Logins {
        self.logins
    }

    pub(super) fn expire_all(&mut self) {
        self.tokens.clear();
    }

    /// Marks a token as logged out.
    pub(super) fn end(&mut self, caller: &Caller) {
        if let Some(token) = self.tokens.get_mut(&caller.token) {
            token.is_ended = true;
        }
    }

    /// `GET /token`. A request without credentials does not count as a login.
    pub(super) fn login(&mut self, world: &mut World, headers: &HeaderMap, now: i64) -> Outcome {
        let refused = |refusal: Refusal| {
            let realm = "Basic realm=\"SFTPGo\"";
            reply::with_header(Reply::from(refusal), "Www-Authenticate", realm)
        };
        let Some((username, password)) = basic(headers) else {
            return Ok(refused(Refusal::message(401, "Unauthorized")));
        };
        self.logins.attempts += 1;
        let passcode = header(headers, "x-sftpgo-otp");
        if !is_login_valid(world, &username, &password, passcode, now) {
            self.logins.failures += 1;
            let error = "invalid credentials".to_owned();
            return Ok(refused(Refusal::Note(
                401,
                error,
                "Unauthorized".to_owned(),
            )));
        }
        let Some(admin) = world.admins.get_mut(&username) else {
            return Err(Refusal::not_found());
        };
        record_login(admin, now);
        let caller = Caller::is(admin);
        let token = self.issue(caller, now);
        Ok(reply::value(200, |json| {
            json.object(|json| {
                json.key("access_token").text(&token);
                json.key("expires_at").text(&rfc3339(now + LIFETIME));
            });
        }))
    }

    fn issue(&mut self, mut caller: Caller, now: i64) -> String {
        let expires = now + LIFETIME;
        let jti = opaque::id(&format!("token {}", self.logins.attempts));
        let head = json!({"alg": "HS256", "typ": "JWT"}).to_string();
        let claims = json!({
            "aud": ["API", "127.0.0.1"],
            "exp": expires / 1000,
            "jti": jti,
            "permissions": caller.permissions,
            "username": caller.username,
        });
        let claims = claims.to_string();
        let mark = opaque::Bytes::of(&claims).take(32);
        let parts = [head.as_bytes(), claims.as_bytes(), &mark];
        let token = parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        caller.token.clone_from(&token);
        // An expired token is rejected with the same text as an unknown one.
        self.tokens.retain(|_, token| token.expires > now);
        let known = Token {
            caller,
            expires,
            is_ended: false,
        };
        self.tokens.insert(token.clone(), known);
        token
    }

    /// Authenticates a request: an API key takes precedence over a token.
    pub(super) fn authenticate(
        &mut self,
        world: &mut World,
        headers: &HeaderMap,
        now: i64,
    ) -> Result<Caller, Refusal> {
        if let Some(key) = header(headers, "x-sftpgo-api-key").filter(|key| !key.is_empty()) {
            return by_key(world, key, now).inspect_err(|_| self.logins.bad_keys += 1);
        }
        let token = header(headers, "authorization")
            .filter(|value| value.len() > 7)
            .and_then(|value| value.split_at_checked(7))
            .filter(|(scheme, _)| scheme[..6].eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| self.tokens.get(token));
        match token {
            Some(token) if token.expires > now => {
                if token.is_ended {
                    return Err(Refusal::message(401, "Your token is no longer valid"));
                }
                Ok(token.caller.clone())
            }
            _ => Err(Refusal::Note(
                401,
                "no token found".to_owned(),
                "Unauthorized".to_owned(),
            )),
        }
    }
}

/// `KEYID.SECRET`, or `KEYID.SECRET.ADMIN` for a key without an admin of its own.
fn by_key(world: &mut World, key: &str, now: i64) -> Result<Caller, Refusal> {
    let mut parts = key.splitn(3, '.');
    let (Some(id), Some(secret), admin) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Refusal::error(400, "the provided api key is not valid"));
    };
    let Some(row) = world.api_keys.get_mut(id) else {
        return Err(Refusal::error(400, "the provided api key is not valid"));
    };
    let expires = int(row, "expires_at");
    if (expires > 0 && expires < now) || text(row, "key") != opaque::hash(secret) {
        let error = "the provided api key cannot be authenticated";
        return Err(Refusal::error(401, error));
    }
    if int(row, "scope") != 1 {
        let error = "the provided api key is invalid for this request";
        return Err(Refusal::error(403, error));
    }
    let bound = text(row, "admin").to_owned();
    let name = if bound.is_empty() {
        admin.unwrap_or("")
    } else {
        &bound
    };
    let Some(admin) = world.admins.get_mut(name).filter(|admin| {
        let filters = object(admin, "filters");
        filters.is_some_and(|filters| is_on(filters, "allow_api_key_auth")) && may_log_in(admin)
    }) else {
        let error = "the admin associated with the provided api key cannot be authenticated";
        return Err(Refusal::error(401, error));
    };
    record_login(admin, now);
    let caller = Caller {
        key: Some(id.to_owned()),
        required_step: None,
        ..Caller::is(admin)
    };
    set(row, "last_use_at", now);
    Ok(caller)
}

fn is_login_valid(
    world: &World,
    username: &str,
    password: &str,
    passcode: Option<&str>,
    now: i64,
) -> bool {
    let Some(admin) = world.admins.get(username) else {
        return false;
    };
    if password.is_empty() || text(admin, "password") != opaque::hash(password) {
        return false;
    }
    let has_passcode = || {
        let secret = world.totp_secret(username);
        secret
            .zip(passcode)
            .is_some_and(|(secret, code)| totp::is_valid(secret, code, now))
    };
    may_log_in(admin) && (!has_totp(admin) || has_passcode())
}

/// Whether the admin is enabled and allowed to log in from loopback, where all clients are.
fn may_log_in(admin: &Object) -> bool {
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let mut networks = object(admin, "filters")
        .into_iter()
        .flat_map(|filters| texts(filters, "allow_list"))
        .peekable();
    let is_anywhere = networks.peek().is_none();
    let is_here =
        |network: &str| Network::parse(network).is_some_and(|network| network.contains(loopback));
    int(admin, "status") == 1 && (is_anywhere || networks.any(is_here))
}

fn record_login(admin: &mut Object, now: i64) {
    if now - int(admin, "last_login") > LOGIN_RECORDED_AFTER {
        set(admin, "last_login", now);
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, encoded) = header(headers, "authorization")?.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case("basic ") {
        return None;
    }
    let decoded = String::from_utf8(keys::base64(encoded)?).ok()?;
    let (username, password) = decoded.split_once(':')?;
    Some((username.to_owned(), password.to_owned()))
}

/// A time in the form of tokens: in seconds, UTC.
fn rfc3339(time: i64) -> String {
    Timestamp::from_second(time.div_euclid(1000))
        .map_or_else(|_| String::new(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_tokens() {
        for (time, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_564_696_159_605, "2019-08-01T21:49:19Z"),
            (1_795_447_741_000, "2026-11-23T15:29:01Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(time), text);
        }
    }
}
