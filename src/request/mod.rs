//! A call to a request: method, URL, body. Pure, and the only thing that curl
//! lines, `explain`, debug and the executor look at.

pub mod curl;

use crate::catalog::{self, Api, Command, Effect, Method, ParamPlace, Route, Send, Value};
use crate::error::Error;
use crate::line::call::{Call, From};
use crate::line::change;
use crate::secret::MASK;
use crate::settings::Tls;
use crate::text::clean;
use serde_json::{Map, Value as Json};
use std::fmt;
use url::Url;

/// How a generation of the API is told who asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// It is not.
    #[default]
    None,
    /// By name and password, with each request.
    Basic,
    /// By a token that name and password fetch.
    Token,
    /// By an API key.
    Key,
}

/// How a request is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowAs {
    /// As it goes over the wire.
    Raw,
    /// As a curl line.
    Curl,
}

/// A request, before it is sent.
#[derive(Clone)]
pub struct RequestSpec {
    pub method: Method,
    /// The whole URL.
    pub url: Url,
    /// The JSON body, if there is one.
    pub body: Option<Body>,
    /// The row it comes from; none for a raw request.
    pub command: Option<&'static Command>,
    /// The command line that shows whether it was done.
    pub check: String,
    /// How it proves who asks; what proves it is not here.
    pub proof: Proof,
    /// Whom TLS trusts, where it is sent over that.
    pub tls: Tls,
}

/// A JSON body.
#[derive(Clone)]
pub struct Body {
    /// As it is sent.
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

impl Body {
    /// A body of this JSON.
    pub fn new(json: Json) -> Self {
        let text = clean::json(&json.to_string()).into_owned();
        Self { text, json }
    }

    /// A body that was typed as JSON: sent as it stands.
    pub fn typed(text: &str) -> Result<Self, serde_json::Error> {
        let json = serde_json::from_str(text)?;
        Ok(Self {
            text: clean::json(text).into_owned(),
            json,
        })
    }

    /// The body with each secret replaced by what `with` makes of its key and value.
    pub fn replaced(&self, with: &mut dyn FnMut(&str, &Json) -> Json) -> Json {
        let mut json = self.json.clone();
        replace(&mut json, with);
        json
    }
}

fn replace(json: &mut Json, with: &mut dyn FnMut(&str, &Json) -> Json) {
    match json {
        Json::Object(members) => {
            for (key, value) in members.iter_mut() {
                match value {
                    // The secret is inside, and is called as its envelope.
                    Json::Object(inside)
                        if catalog::is_envelope(key) && inside.contains_key("status") =>
                    {
                        for (part, value) in inside.iter_mut() {
                            if part == "payload" && !value.is_null() {
                                *value = with(key, value);
                            } else if !matches!(part.as_str(), "status" | "mode") && is_said(value)
                            {
                                *value = with(part, value);
                            }
                        }
                    }
                    Json::Null => {}
                    // An envelope of nothing.
                    Json::Object(inside) if inside.is_empty() => {}
                    _ if catalog::is_secret_key(key) => *value = with(key, value),
                    _ => replace(value, with),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| replace(item, with)),
        _ => {}
    }
}

/// Whether it says something: no `null`, and no empty text.
fn is_said(value: &Json) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

impl RequestSpec {
    /// The same, proving so who asks.
    #[must_use]
    pub fn proved(mut self, proof: Proof) -> Self {
        self.proof = proof;
        self
    }

    /// The same, sent so over TLS.
    #[must_use]
    pub fn over(mut self, tls: &Tls) -> Self {
        if self.url.scheme() == "https" {
            self.tls = tls.clone();
        }
        self
    }

    /// The same to be shown where a backup is no result: of its body, which of
    /// its members there are, if it carries one.
    #[must_use]
    pub fn veiled(&self) -> Self {
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

    /// Whether a backup goes with it.
    pub fn is_confidential(&self) -> bool {
        let route = self.command.and_then(Command::route);
        route.is_some_and(|route| route.confidential)
    }

    /// The body on one line, secrets masked.
    pub fn masked_body(&self) -> Option<String> {
        let body = self.body.as_ref()?;
        Some(clean::json(&body.replaced(&mut |_, _| MASK.into()).to_string()).into_owned())
    }

    /// The body indented, secrets masked.
    pub fn masked_body_pretty(&self) -> Option<String> {
        let masked = self.body.as_ref()?.replaced(&mut |_, _| MASK.into());
        Some(clean::json(&format!("{masked:#}")).into_owned())
    }

    /// The secrets in the body, as they are and as JSON writes them.
    pub fn secrets(&self) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(body) = &self.body {
            body.replaced(&mut |_, secret| {
                let written = secret.to_string();
                found.extend(secret.as_str().map(str::to_owned));
                found.push(written.trim_matches('"').to_owned());
                Json::Null
            });
        }
        found.retain(|secret| !secret.is_empty());
        found
    }

    /// Whether it may change something on the server.
    pub fn writes(&self) -> bool {
        // A GET may load a backup.
        let route = self.command.and_then(Command::route);
        route.map_or(self.method.writes(), |route| {
            let asked = |key: &str| self.url.query_pairs().any(|(name, _)| name == key);
            let reads = route.effect == Effect::Reads || route.reads_by.is_some_and(asked);
            self.method.writes() || !reads
        })
    }
}

/// Puts what files hold where a call names them, and checks it against the
/// table: nothing that the server would drop is sent. `read` is given the
/// parameter and the file. To be done before `build`, where files may be read.
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
            path.push((param.name, value.to_word()));
        }
        let sent = match param.send {
            Send::Always => true,
            Send::NonEmpty => !value.is_empty(),
            Send::Typed => slot.from != From::Default,
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
                _ => value.to_word(),
            };
            query.push((param.key, word));
        }
    }
    let mut joined = prefix.to_owned();
    for part in route.path.split('/').filter(|part| !part.is_empty()) {
        let name = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        joined.push('/');
        match name {
            Some(name) => push_segment(&mut joined, value_of(&path, name)),
            None => joined.push_str(part),
        }
    }
    let mut url = join(base, &joined);
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

/// Puts the values of `{name}` into a line of the table, quoted as needed.
pub fn filled_in(template: &str, value: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        let value = value(name);
        // Behind a space `-x` would be a flag.
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

/// Adds a value to a path as a part of one segment. The url crate's own way
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

/// The base URL with a path below it.
fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let joined = format!("{}{path}", base.path().trim_end_matches('/'));
    url.set_path(&joined);
    url
}

/// A request to any path: from the server's root with a leading `/`, else below the prefix.
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
            .hint("`connect URL` works with another server; a path begins with `/`"));
    }
    // The url crate drops tabs and newlines: `user/1` and `2` would be user 12.
    if path.contains(|c: char| c.is_ascii_control()) {
        return Err(Error::typed("a path cannot hold a control character")
            .hint("write `%0A` for a newline, `%09` for a tab"));
    }
    let (path, own_query) = path
        .split_once('?')
        .map_or((path, None), |(path, query)| (path, Some(query)));
    if own_query.unwrap_or(path).contains('#') || path.contains('#') {
        return Err(Error::typed("a path cannot hold a `#`").hint("write `%23` for the character"));
    }
    // The url crate goes up at `..`, perhaps out of the base, and takes `\` for `/`.
    let goes_up = |part: &str| {
        let part = part.to_lowercase().replace("%2e", ".");
        matches!(part.as_str(), "." | "..")
    };
    if path.split('/').any(goes_up) {
        return Err(
            Error::typed("a path cannot hold `.` or `..` as a part of it")
                .hint("write the path as the server is to see it"),
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
                "`--query` takes NAME=VALUE; this is `{member}`"
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
