//! Who asks: logins, tokens and API keys.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use hyper::HeaderMap;
use serde_json::json;

use super::net::Network;
use super::opaque;
use super::reply::{self, Outcome, Refusal};
use super::totp;
use super::world::World;
use crate::practice::Logins;
use crate::practice::go::keys;
use crate::practice::go::shape::{Object, int, is_on, object, set, text, texts};
use crate::practice::reply::Reply;

/// How long a token is good for, in milliseconds.
const LIFETIME: i64 = 20 * 60 * 1000;

/// An admin's last login is written down no oftener than this.
const LOGIN_NOTED_AFTER: i64 = 10 * 60 * 1000;

/// Whoever sent a request, with the rights they had when they logged in.
#[derive(Clone, Default)]
pub(super) struct Who {
    pub(super) username: String,
    pub(super) role: String,
    /// The id of the API key, if one was used.
    pub(super) key: Option<String>,
    /// What has to be done before anything else, as the server says it.
    pub(super) duty: Option<&'static str>,
    permissions: Vec<String>,
    token: String,
}

impl Who {
    /// An admin as they are now.
    fn is(admin: &Object) -> Self {
        let filters = object(admin, "filters");
        let is_on = |name| filters.is_some_and(|filters| is_on(filters, name));
        let duty = if is_on("require_two_factor") && !has_totp(admin) {
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
            duty,
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
    who: Who,
    expires: i64,
    is_ended: bool,
}

/// The tokens that were given, and how often one was asked for.
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

    /// A token that was logged out is known to have been.
    pub(super) fn end(&mut self, who: &Who) {
        if let Some(token) = self.tokens.get_mut(&who.token) {
            token.is_ended = true;
        }
    }

    /// `GET /token`. One without credentials is no attempt.
    pub(super) fn login(&mut self, world: &mut World, headers: &HeaderMap, now: i64) -> Outcome {
        let refused = |refusal: Refusal| {
            let realm = "Basic realm=\"SFTPGo\"";
            reply::with(Reply::from(refusal), "Www-Authenticate", realm)
        };
        let Some((username, password)) = basic(headers) else {
            return Ok(refused(Refusal::message(401, "Unauthorized")));
        };
        self.logins.attempts += 1;
        let passcode = header(headers, "x-sftpgo-otp");
        if !is_right(world, &username, &password, passcode, now) {
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
        note_login(admin, now);
        let who = Who::is(admin);
        let token = self.issue(who, now);
        Ok(reply::value(200, |json| {
            json.object(|json| {
                json.key("access_token").text(&token);
                json.key("expires_at").text(&rfc3339(now + LIFETIME));
            });
        }))
    }

    fn issue(&mut self, mut who: Who, now: i64) -> String {
        let expires = now + LIFETIME;
        let jti = opaque::id(&format!("token {}", self.logins.attempts));
        let head = json!({"alg": "HS256", "typ": "JWT"}).to_string();
        let claims = json!({
            "aud": ["API", "127.0.0.1"],
            "exp": expires / 1000,
            "jti": jti,
            "permissions": who.permissions,
            "username": who.username,
        });
        let claims = claims.to_string();
        let mark = opaque::Bytes::of(&claims).take(32);
        let parts = [head.as_bytes(), claims.as_bytes(), &mark];
        let token = parts.map(opaque::base64_url).join(".");
        who.token.clone_from(&token);
        // One that has expired is refused in the same words as one that never was.
        self.tokens.retain(|_, token| token.expires > now);
        let known = Token {
            who,
            expires,
            is_ended: false,
        };
        self.tokens.insert(token.clone(), known);
        token
    }

    /// Who sent a request: an API key counts more than a token.
    pub(super) fn authenticate(
        &mut self,
        world: &mut World,
        headers: &HeaderMap,
        now: i64,
    ) -> Result<Who, Refusal> {
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
                Ok(token.who.clone())
            }
            _ => Err(Refusal::Note(
                401,
                "no token found".to_owned(),
                "Unauthorized".to_owned(),
            )),
        }
    }
}

/// `KEYID.SECRET`, or `KEYID.SECRET.ADMIN` for a key that is bound to nobody.
fn by_key(world: &mut World, key: &str, now: i64) -> Result<Who, Refusal> {
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
    note_login(admin, now);
    let who = Who {
        key: Some(id.to_owned()),
        duty: None,
        ..Who::is(admin)
    };
    set(row, "last_use_at", now);
    Ok(who)
}

fn is_right(
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

/// Enabled, and allowed to come from where all clients of this server come from.
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

fn note_login(admin: &mut Object, now: i64) {
    if now - int(admin, "last_login") > LOGIN_NOTED_AFTER {
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

/// A time as tokens give it: to the second, in UTC.
fn rfc3339(time: i64) -> String {
    let seconds = time.div_euclid(1000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Howard Hinnant's civil_from_days: years begin in March, eras have 400 of them.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z")
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
