//! A request as a program for others to run: a curl or HTTPie line for sh, Python with
//! requests, PowerShell. Made from the request alone; secrets are taken from variables.

mod httpie;
mod powershell;
mod python;

use super::{RequestSpec, ShowAs, curl};
use crate::error::Error;

/// The request in one of the forms, with a line end.
pub fn of(spec: &RequestSpec, form: ShowAs) -> Result<String, Error> {
    let target = &spec.url[url::Position::BeforePath..];
    let text = match form {
        ShowAs::Raw => return Ok(curl::raw(spec)),
        ShowAs::Curl => return Ok(format!("{}\n", curl::line(spec))),
        _ if !is_proper(target) => None,
        ShowAs::Python => Some(python::program(spec)),
        _ if has_plain_escape(target) => None,
        ShowAs::Httpie => Some(httpie::line(spec)),
        ShowAs::Powershell => Some(powershell::line(spec)?),
    };
    text.ok_or_else(|| {
        Error::typed("this program would change the URL")
            .hint("`curl COMMAND` shows a line that sends it unchanged")
    })
}

/// Whether a character needs no escape anywhere in a URL.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~".contains(c)
}

/// Whether path and query have only what a URL should have. Most programs escape the rest, and
/// leave out the `?` of an empty query.
fn is_proper(target: &str) -> bool {
    if target
        .split_once('?')
        .is_some_and(|(_, query)| query.is_empty())
    {
        return false;
    }
    let allowed = |c: char| is_plain(c) || "!$&'()*+,/:;=?@".contains(c);
    let is_hex = |c: char| c.is_ascii_digit() || ('A'..='F').contains(&c);
    let mut parts = target.split('%');
    let first = parts.next().unwrap_or_default();
    first.chars().all(allowed)
        && parts.all(|part| {
            let is_escape = part.get(..2).is_some_and(|hex| hex.chars().all(is_hex));
            is_escape && part[2..].chars().all(allowed)
        })
}

/// Whether a character is escaped that needs no escape. Most programs undo that.
fn has_plain_escape(target: &str) -> bool {
    let mut escapes = target.split('%').skip(1);
    escapes.any(|part| {
        let code = part
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        code.is_some_and(|code| code.is_ascii() && is_plain(char::from(code)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_that_other_programs_keep() {
        for target in ["/a%20b?c=%2F", "/x/%C3%A9", "/a;b@c"] {
            assert!(is_proper(target) && !has_plain_escape(target), "{target}");
        }
        for target in ["/%c3", "/a|b", "/{x}", "/[x]", "/%2", "/%zz", "/a^", "/a?"] {
            assert!(!is_proper(target), "{target}");
        }
        for target in ["/%61", "/%31%30%30%25", "/%7E"] {
            assert!(is_proper(target) && has_plain_escape(target), "{target}");
        }
    }
}
