//! Percent-encoding and query parameters as Go reads and writes them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The first value of a parameter. Pairs with an invalid escape or a semicolon are skipped.
pub(in crate::practice) fn parameter(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .filter(|pair| !pair.contains(';'))
        .find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let is_named = decode(&key.replace('+', " "))? == name;
            is_named.then(|| decode(&value.replace('+', " ")))?
        })
}

/// Decodes `%XX`; None if an escape is invalid.
pub(in crate::practice) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next()?.bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.bytes());
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// What Go's `url.PathEscape` encodes.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Encodes a path with its slashes.
pub(in crate::practice) fn path(text: &str) -> String {
    const PATH: &AsciiSet = &ESCAPED.remove(b'/').remove(b';').remove(b',');
    utf8_percent_encode(text, PATH).to_string()
}

/// Encodes a text as one segment of a path.
pub(in crate::practice) fn segment(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(decode("a%20b%2Fc+%c3%bc").as_deref(), Some("a b/c+\u{fc}"));
        assert_eq!(decode("%ff").as_deref(), Some("\u{fffd}"));
        for broken in ["%", "a%2", "%zz", "%+1", "%2%41"] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }

    #[test]
    fn segments() {
        let marks = "-_.~$&+=:@!\"#%'()*,/;<>?[\\]^`{|} \u{7f}";
        let encoded =
            "-_.~$&+=:@%21%22%23%25%27%28%29%2A%2C%2F%3B%3C%3E%3F%5B%5C%5D%5E%60%7B%7C%7D%20%7F";
        assert_eq!(segment(marks), encoded);
        assert_eq!(segment("a.b@c-d_e"), "a.b@c-d_e");
        assert_eq!(
            segment("192.0.2.0/24 \u{fc}?"),
            "192.0.2.0%2F24%20%C3%BC%3F"
        );
    }

    #[test]
    fn parameters() {
        let query = "a=1&b=x+y%26&a=2&&c&d=%zz&e;f=3&d=4";
        for (name, value) in [
            ("a", Some("1")),
            ("b", Some("x y&")),
            ("c", Some("")),
            ("d", Some("4")),
            ("f", None),
            ("g", None),
        ] {
            assert_eq!(parameter(query, name).as_deref(), value, "{name}");
        }
    }
}
