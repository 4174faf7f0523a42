//! Go's `net/url` and `net.SplitHostPort`, as far as their errors are shown.

use super::escape;
use super::quote::quoted;

/// Checks the host of a URL: its letters and escapes.
pub(in crate::practice) fn check(url: &str) -> Result<(), String> {
    let (host, _) = host_and_query(url);
    let wrong = |reason: String| Err(format!("parse {}: {reason}", quoted(url)));
    let escapes = host.match_indices('%').map(|(place, _)| &host[place..]);
    for escape in escapes {
        let escape = escape.get(..3).unwrap_or(escape);
        if escape::decode(escape).is_none() {
            return wrong(format!("invalid URL escape {}", quoted(escape)));
        }
    }
    match host.chars().find(|letter| " \"<>\\^`{|}".contains(*letter)) {
        Some(letter) => {
            let letter = quoted(&letter.to_string());
            wrong(format!("invalid character {letter} in host name"))
        }
        None => Ok(()),
    }
}

/// The host of a URL with its port, and what follows `?`.
pub(in crate::practice) fn host_and_query(url: &str) -> (&str, &str) {
    let (url, query) = url.split_once('?').unwrap_or((url, ""));
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    (host.split('/').next().unwrap_or_default(), query)
}

/// Checks `HOST:PORT`; the host may be in brackets.
pub(in crate::practice) fn host_port(address: &str) -> Result<(), String> {
    let wrong = |reason: &str| Err(format!("address {address}: {reason}"));
    let Some((before, _)) = address.rsplit_once(':') else {
        return wrong("missing port in address");
    };
    match address.strip_prefix('[') {
        None if before.contains(':') => wrong("too many colons in address"),
        None => Ok(()),
        Some(rest) => match rest.split_once(']') {
            None => wrong("missing ']' in address"),
            Some((_, "")) => wrong("missing port in address"),
            Some((_, port)) if port.starts_with(':') && !port[1..].contains(':') => Ok(()),
            Some((_, port)) if port.starts_with(':') => wrong("too many colons in address"),
            Some(_) => wrong("missing port in address"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (url, error) in [
            ("http://127.0.0.1:1/a b", None),
            ("x", None),
            (
                "http://a b",
                Some("parse \"http://a b\": invalid character \" \" in host name"),
            ),
            (
                "http://%zz/",
                Some("parse \"http://%zz/\": invalid URL escape \"%zz\""),
            ),
        ] {
            assert_eq!(check(url).err().as_deref(), error, "{url}");
        }
        assert_eq!(host_and_query("http://unix?a=b"), ("unix", "a=b"));
    }

    #[test]
    fn ports() {
        for (address, error) in [
            ("h:22", None),
            ("[::1]:22", None),
            ("h:x:y", Some("too many colons in address")),
            ("::1", Some("too many colons in address")),
            ("[::1", Some("missing ']' in address")),
            ("[::1]", Some("missing port in address")),
            ("[::1]22:1", Some("missing port in address")),
            ("h", Some("missing port in address")),
        ] {
            let error = error.map(|error| format!("address {address}: {error}"));
            assert_eq!(host_port(address).err(), error, "{address}");
        }
    }
}
