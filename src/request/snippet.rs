//! A request as a program for others to run: a curl or HTTPie line for sh, Python with
//! requests, PowerShell. Made from the request alone; secrets are taken from variables.

mod httpie;
mod powershell;
mod python;

use super::{RequestSpec, ShowAs, curl};
use crate::error::Error;
use percent_encoding::percent_decode_str;

/// The request in one of the forms, with a line end.
pub fn of(spec: &RequestSpec, form: ShowAs) -> Result<String, Error> {
    match form {
        ShowAs::Raw => Ok(curl::raw(spec)),
        ShowAs::Curl => Ok(format!("{}\n", curl::line(spec))),
        ShowAs::Httpie => only_kept(spec, "HTTPie").map(|()| httpie::line(spec)),
        ShowAs::Python => Ok(python::program(spec)),
        ShowAs::Powershell => {
            only_kept(spec, "PowerShell")?;
            powershell::line(spec)
        }
    }
}

/// Refuses a URL that a program would send in another form.
fn only_kept(spec: &RequestSpec, program: &str) -> Result<(), Error> {
    if is_kept(spec.url.as_str()) {
        return Ok(());
    }
    Err(
        Error::typed(format!("{program} would send this URL in another form"))
            .hint("`--as curl` and `--as python` send it as it is"),
    )
}

/// Whether a URL stays as it is where escapes of plain characters are undone, and
/// characters that no URL should have are escaped.
fn is_kept(url: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let allowed = |c: char| plain(c) || "!#$%&'()*+,/:;=?@[]".contains(c);
    let mut rest = url;
    while let Some((before, after)) = rest.split_once('%') {
        let Some(escape) = after.get(..2) else {
            return false;
        };
        let decoded = percent_decode_str(&rest[before.len()..before.len() + 3]).next();
        let is_plain = decoded.is_some_and(|byte| byte.is_ascii() && plain(char::from(byte)));
        let is_upper = escape
            .chars()
            .all(|c| c.is_ascii_digit() || ('A'..='F').contains(&c));
        if is_plain || !is_upper || !before.chars().all(allowed) {
            return false;
        }
        rest = &after[2..];
    }
    rest.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::is_kept;

    #[test]
    fn urls_that_other_programs_keep() {
        for url in [
            "http://h/a%20b?c=%2F",
            "http://h:1/x/%C3%A9",
            "http://[::1]/a;b@c",
        ] {
            assert!(is_kept(url), "{url}");
        }
        for url in [
            "http://h/%61",
            "http://h/%c3",
            "http://h/a|b",
            "http://h/%7E",
            "http://h/{x}",
            "http://h/%2",
        ] {
            assert!(!is_kept(url), "{url}");
        }
    }
}
