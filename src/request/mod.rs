//! Turns a call into a request: method, URL, body. Pure, and the only input of curl
//! lines, `explain`, debug and the executor.

pub mod curl;
pub(crate) mod pieces;
pub(crate) mod script;
pub mod snippet;

use crate::catalog::{
    AS_CURL, Api, Command, Effect, Method, ParamPlace, Release, Route, Send, Value,
};
use crate::error::Error;
use crate::line::call::{Call, ValueOrigin};
use crate::line::change;
use crate::secret::{self, MASK, Secret};
use crate::settings::Tls;
use crate::text::clean;
use serde_json::{Map, Value as Json};
use std::fmt;
use url::Url;

/// How a request is authenticated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// Not at all.
    #[default]
    None,
    /// By name and password, with each request.
    Basic,
    /// By a token that a login returned.
    Token,
    /// By an API key.
    Key,
}

/// How a request is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowAs {
    /// The text that is sent.
    Raw,
    /// As a curl line.
    Curl,
    /// As a line of HTTPie.
    Httpie,
    /// As a program in Python.
    Python,
    /// As a line of PowerShell.
    Powershell,
}

impl ShowAs {
    /// The form with this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "raw" => Some(Self::Raw),
            AS_CURL => Some(Self::Curl),
            "httpie" => Some(Self::Httpie),
            "python" => Some(Self::Python),
            "powershell" => Some(Self::Powershell),
            _ => None,
        }
    }
}

/// A request, before it is sent.
#[derive(Clone)]
pub struct RequestSpec {
    pub method: Method,
    /// The whole URL.
    pub url: Url,
    /// The JSON body, if there is one.
    pub body: Option<Body>,
    /// Its row in the catalogue; `None` for a raw request.
    pub command: Option<&'static Command>,
    /// The command line that shows whether it took effect.
    pub check: String,
    /// How it is authenticated; the credentials are not here.
    pub proof: Proof,
    /// The TLS settings, if it is sent over TLS.
    pub tls: Tls,
}

/// A JSON body.
#[derive(Clone)]
pub struct Body {
    /// The text that is sent.
    pub text: String,
    json: Json,
}

impl fmt::Debug for RequestSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.url)?;
        self.masked_body()
            .map_or(Ok(()), |body| write!(f, " {body}"))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.masked())
    }
}

impl Body {
    /// Creates a body of this JSON.
    pub fn new(json: Json) -> Self {
        let text = clean::json(&json.to_string()).into_owned();
        Self { text, json }
    }

    /// Creates a body that was typed as JSON: it is sent unchanged.
    pub fn typed(text: &str) -> Result<Self, serde_json::Error> {
        let json = serde_json::from_str(text)?;
        Ok(Self {
            text: clean::json(text).into_owned(),
            json,
        })
    }

    /// The body with each secret masked.
    pub fn masked(&self) -> Json {
        secret::json::masked(&self.json)
    }

    /// The body with each secret replaced by the result of `with` for its key and value.
    pub fn replaced(&self, with: &mut dyn FnMut(&str, &Json) -> Json) -> Json {
        let mut json = self.json.clone();
        secret::json::replace(&mut json, with);
        json
    }
}

impl RequestSpec {
    /// Sets how the request is authenticated.
    #[must_use]
    pub fn proved(mut self, proof: Proof) -> Self {
        self.proof = proof;
        self
    }

    /// Sets the TLS settings, if it is sent over TLS.
    #[must_use]
    pub fn over(mut self, tls: &Tls) -> Self {
        if self.url.scheme() == "https" {
            self.tls = tls.clone();
        }
        self
    }

    /// The request as it is shown where a backup is not a result: instead of its body,
    /// only the names of the body's members.
    #[must_use]
    pub fn without_backup(&self) -> Self {
        let mut shown = self.clone();
        if let Some(body) = shown.body.as_mut().filter(|_| self.is_confidential()) {
            let veil = |value: &Json| match value {
                Json::Array(_) | Json::Object(_) => MASK.into(),
                value => value.clone(),
            };
            let members = body.json.as_object().into_iter().flatten();
            let json = members.map(|(key, value)| (key.clone(), veil(value)));
            *body = Body::new(json.collect());
        }
        shown
    }

    /// Whether its body is a backup.
    pub fn is_confidential(&self) -> bool {
        let route = self.command.and_then(Command::route);
        route.is_some_and(|route| route.confidential)
    }

    /// The body on one line, secrets masked.
    pub fn masked_body(&self) -> Option<String> {
        let body = self.body.as_ref()?.masked();
        Some(clean::json(&body.to_string()).into_owned())
    }

    /// The body indented, secrets masked.
    pub fn masked_body_pretty(&self) -> Option<String> {
        let masked = self.body.as_ref()?.masked();
        Some(clean::json(&format!("{masked:#}")).into_owned())
    }

    /// A text of the server's without the secrets that it was sent.
    pub fn masked_in(&self, text: &str) -> String {
        let shown = self.shown_names();
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        secret::text::masked(text, &self.secrets(), &shown)
    }

    /// The secrets in the body.
    fn secrets(&self) -> Vec<Secret> {
        let mut found = Vec::new();
        if let Some(body) = &self.body {
            body.replaced(&mut |_, secret| {
                let text = secret.as_str().map(str::to_owned);
                found.push(Secret::new(text.unwrap_or_else(|| secret.to_string())));
                Json::Null
            });
        }
        found
    }

    /// The names that are shown anyway: the server, the parts of the path, and
    /// the objects in the body.
    pub fn shown_names(&self) -> Vec<String> {
        let decoded = |part: &str| {
            percent_encoding::percent_decode_str(part)
                .decode_utf8_lossy()
                .into_owned()
        };
        let parts = self.url.path_segments().into_iter().flatten();
        let mut names: Vec<String> = parts.map(decoded).collect();
        names.push(self.url.origin().ascii_serialization());
        let mut body = self
            .body
            .as_ref()
            .map(|body| body.json.clone())
            .unwrap_or_default();
        secret::json::walk(&mut body, &mut |key, value| {
            let name = value
                .as_str()
                .filter(|_| matches!(key, "username" | "name"));
            names.extend(name.map(str::to_owned));
            false
        });
        names.retain(|name| !name.is_empty());
        names
    }

    /// Whether it may change something on the server.
    pub fn writes(&self) -> bool {
        // A GET request may load a backup.
        let route = self.command.and_then(Command::route);
        route.map_or(self.method.writes(), |route| {
            let asked = |key: &str| self.url.query_pairs().any(|(name, _)| name == key);
            let reads = route.effect == Effect::Reads || route.reads_by.is_some_and(asked);
            self.method.writes() || !reads
        })
    }
}

/// Replaces the files that a call names by their contents, and checks these against the
/// table, so that nothing is sent that the server would drop. `read` gets the
/// parameter and the file. Call it before `build`, where files may be read.
pub fn load(
    call: &mut Call,
    api: &'static Api,
    read: &mut dyn FnMut(&'static str, &str) -> Result<String, String>,
) -> Result<(), Error> {
    if change::load(call, read)? {
        change::refresh(call, api.release)?;
    }
    Ok(())
}

/// The request of a call whose values are all known.
pub fn build(call: &Call, route: &'static Route, base: &Url, prefix: &str) -> RequestSpec {
    let mut body = Map::new();
    let mut query: Vec<(&str, String)> = Vec::new();
    let mut path: Vec<(&str, String)> = Vec::new();
    for slot in &call.slots {
        let param = slot.param;
        let Some(value) = &slot.value else { continue };
        if param.place.in_path() {
            path.push((param.name, sent_word(value)));
        }
        let sent = match param.send {
            Send::Always => true,
            Send::NonEmpty => !value.is_empty(),
            Send::Typed => slot.from != ValueOrigin::Default,
            Send::On(_) => *value == Value::Switch(true),
        };
        if !sent {
            continue;
        }
        if param.place.in_body() && route.body.is_none() {
            body.insert(param.key.to_owned(), value.to_json());
        } else if param.place == ParamPlace::Query {
            let word = match (param.send, value) {
                (Send::On(word), _) => word.to_owned(),
                (_, Value::List(list)) => list.join(","),
                _ => sent_word(value),
            };
            query.push((param.key, word));
        }
    }
    let is_v2 = call.command.span.last >= Release::FIRST_V2;
    let mut url = join(
        base,
        &format!("{prefix}{}", filled_path(route, &path, is_v2)),
    );
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(&query);
    }
    let has_body = call.slots.iter().any(|slot| slot.param.place.in_body());
    let body = if route.body.is_some() {
        Some(Body::new(call.change.body()))
    } else {
        has_body.then(|| Body::new(Json::Object(body)))
    };
    let word = |name: &str| call.value(name).map(Value::to_word).unwrap_or_default();
    RequestSpec {
        method: route.method,
        url,
        body,
        command: Some(call.command),
        check: filled_in(route.check, &word),
        proof: Proof::None,
        tls: Tls::default(),
    }
}

/// The path of a route with the values in their places.
fn filled_path(route: &Route, values: &[(&str, String)], is_v2: bool) -> String {
    let mut filled = String::new();
    for part in route.path.split('/').filter(|part| !part.is_empty()) {
        let name = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        filled.push('/');
        match name {
            Some(name) if is_v2 => push_decoded_once(&mut filled, value_of(values, name)),
            Some(name) => push_segment(&mut filled, value_of(values, name)),
            None => filled.push_str(part),
        }
    }
    filled
}

/// A value as a word of a URL.
fn sent_word(value: &Value) -> String {
    match value {
        Value::Secret(secret) => secret.reveal().to_owned(),
        value => value.to_word(),
    }
}

/// Puts the values of `{name}` into a line of the table, quoted as needed.
pub fn filled_in(template: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        let value = value(name);
        // After a space `-x` would be a flag.
        let flag = out.rsplit(' ').nth(1).filter(|_| out.ends_with(' '));
        if value.starts_with('-') && flag.is_some_and(|flag| flag.starts_with("--")) {
            out.pop();
            out.push('=');
        }
        out.push_str(&crate::text::words::quoted(&value));
        rest = after;
    }
    out + rest
}

fn value_of<'a>(values: &'a [(&str, String)], name: &str) -> &'a str {
    values
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, value)| value)
}

/// Adds a value to a path as a part of one segment. The url crate itself
/// drops tabs and newlines: a value of `\n..` would lead to another path.
fn push_segment(path: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => path.push(byte.into()),
            _ if b"-._~!$&'()*+,;=:@".contains(&byte) => path.push(byte.into()),
            _ => path.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// The same for a value that would be decoded twice. From 2.0.0 on, servers decode a path once more
/// if it is encoded as Go would do it: the user `100%20` would be `100 `. So each byte is encoded.
fn push_decoded_once(path: &mut String, value: &str) {
    let is_escape = |three: &[u8]| three[0] == b'%' && three[1..].iter().all(u8::is_ascii_hexdigit);
    if !value.as_bytes().windows(3).any(is_escape) {
        push_segment(path, value);
        return;
    }
    for byte in value.bytes() {
        path.push_str(&format!("%{byte:02X}"));
    }
}

/// The base URL with a path below it.
fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let joined = format!("{}{path}", base.path().trim_end_matches('/'));
    url.set_path(&joined);
    url
}

/// A request to any path: with a leading `/` from the server's root, otherwise below the prefix.
pub fn raw(
    method: Method,
    path: &str,
    query: &[String],
    body: Option<Body>,
    base: &Url,
    prefix: &str,
) -> Result<RequestSpec, Error> {
    if path.contains("://") || path.starts_with("//") {
        return Err(Error::typed(format!("`{path}` is not a path"))
            .hint("a path starts with `/`; `connect URL` switches to another server"));
    }
    // The url crate drops tabs and newlines: `user/1` and `2` would be user 12.
    if path.contains(|c: char| c.is_ascii_control()) {
        return Err(Error::typed("a path cannot contain a control character")
            .hint("write `%0A` for a newline, `%09` for a tab"));
    }
    let (path, own_query) = path
        .split_once('?')
        .map_or((path, None), |(path, query)| (path, Some(query)));
    if own_query.unwrap_or(path).contains('#') || path.contains('#') {
        return Err(Error::typed("a path cannot contain a `#`").hint("write `%23` instead"));
    }
    // The url crate goes up at `..`, perhaps out of the base, and reads `\` as `/`.
    let goes_up = |part: &str| {
        let part = part.to_lowercase().replace("%2e", ".");
        matches!(part.as_str(), "." | "..")
    };
    if path.split('/').any(goes_up) {
        return Err(
            Error::typed("a path cannot contain the segments `.` and `..`")
                .hint("write the full path"),
        );
    }
    let path = &path.replace('\\', "%5C");
    let mut url = if path.starts_with('/') {
        join(base, path)
    } else {
        join(base, &format!("{prefix}/{path}"))
    };
    url.set_query(own_query);
    for member in query {
        let Some((name, value)) = member.split_once('=') else {
            return Err(Error::typed(format!(
                "`--query` expects NAME=VALUE; this is `{member}`"
            )));
        };
        url.query_pairs_mut().append_pair(name, value);
    }
    Ok(RequestSpec {
        method,
        url,
        body,
        command: None,
        check: String::new(),
        proof: Proof::None,
        tls: Tls::default(),
    })
}
