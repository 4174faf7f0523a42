//! The variables given at startup: `--var NAME=VALUE`, `--vars-file FILE`.

use crate::error::{Error, system};
use crate::session::variables;
use crate::text::clean;
use crate::text::words::shortened;

/// The variables of these files, then of these flags; later ones override.
pub(crate) fn given(files: &[String], flags: &[String]) -> Result<Vec<(String, String)>, Error> {
    let mut all = Vec::new();
    for file in files {
        all.extend(of_file(file)?);
    }
    for flag in flags {
        let (name, value) = flag.split_once('=').ok_or_else(|| {
            let shown = shortened(flag);
            Error::typed(format!("`--var` expects NAME=VALUE; this is `{shown}`"))
                .hint("for an empty value write `--var NAME=`")
        })?;
        variables::check_name(name).map_err(|error| placed("`--var`", error))?;
        all.push((name.to_owned(), value.to_owned()));
    }
    Ok(all)
}

fn placed(place: &str, error: Error) -> Error {
    Error {
        message: format!("{place}: {}", error.message),
        ..error
    }
}

fn of_file(path: &str) -> Result<Vec<(String, String)>, Error> {
    let bytes = std::fs::read(path)
        .map_err(|why| Error::local(format!("cannot open `{path}`: {}", system(&why))))?;
    let name = clean::line(path);
    read(&bytes).map_err(|(line, error)| placed(&format!("{name}:{line}"), error))
}

/// The lines of a file; an error comes with its line number. The line's text is
/// never shown, as it may be a secret.
fn read(bytes: &[u8]) -> Result<Vec<(String, String)>, (usize, Error)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut all = Vec::new();
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let read = variable(line.strip_suffix(b"\r").unwrap_or(line));
        all.extend(read.map_err(|error| (at + 1, error))?);
    }
    Ok(all)
}

/// The variable of a line; `None` for a blank line or a comment.
fn variable(line: &[u8]) -> Result<Option<(String, String)>, Error> {
    let text = std::str::from_utf8(line)
        .map_err(|_| Error::typed("invalid UTF-8").hint("save it as UTF-8"))?;
    if text.contains('\0') {
        return Err(Error::typed("contains a NUL byte: this is not a text file"));
    }
    if text.trim().is_empty() || text.trim_start().starts_with('#') {
        return Ok(None);
    }
    let Some((name, value)) = text.split_once('=') else {
        return Err(Error::typed("expected NAME=VALUE, but the line has no `=`")
            .hint("comments start with `#`"));
    };
    if name.trim() != name {
        return Err(Error::typed("a space next to the name")
            .hint("write NAME=VALUE; everything after the `=` is taken literally"));
    }
    variables::check_name(name)?;
    Ok(Some((name.to_owned(), value.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_file() {
        let text = "\u{feff}a=1\r\n\n  # b=2\nc= x=\"y\" # z \n\t\nd=\r\ne=\u{e9}";
        let read = read(text.as_bytes()).unwrap();
        let read: Vec<_> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(
            read,
            [
                ("a", "1"),
                ("c", " x=\"y\" # z "),
                ("d", ""),
                ("e", "\u{e9}")
            ]
        );
    }

    #[test]
    fn errors_have_a_line() {
        for bad in [
            "x",
            "=1",
            "id=1",
            "a b=1",
            "a =1",
            " a=1",
            "export a=1",
            "a=\0",
        ] {
            let (line, _) = read(format!("ok=1\n{bad}\n").as_bytes()).unwrap_err();
            assert_eq!(line, 2, "{bad}");
        }
        assert_eq!(read(b"a=1\n\na=\xff").unwrap_err().0, 3);
    }
}
