//! Paths cleaned as by Go's `path.Clean`.

/// An absolute path without `.`, `..` and double slashes; `\` counts as `/`.
pub(super) fn clean(path: &str) -> String {
    shortest(&format!("/{}", path.replace('\\', "/")))
}

/// The shortest form of a path, which stays relative if it is.
pub(super) fn shortest(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    match (is_absolute, parts.join("/")) {
        (true, path) => format!("/{path}"),
        (false, path) if path.is_empty() => ".".to_owned(),
        (false, path) => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning() {
        for (path, cleaned) in [
            ("/", "/"),
            ("a//b/./c/..", "/a/b"),
            ("/../..", "/"),
            ("", "/"),
            ("a\\b/", "/a/b"),
        ] {
            assert_eq!(clean(path), cleaned);
        }
        for (path, short) in [
            ("", "."),
            ("./a//b/", "a/b"),
            ("../../a/..", "../.."),
            ("/../a", "/a"),
        ] {
            assert_eq!(shortest(path), short);
        }
    }
}
