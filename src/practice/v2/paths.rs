//! Paths cleaned as by Go's `path.Clean`.

/// An absolute path without `.`, `..` and double slashes.
pub(super) fn clean(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Whether one path is equal to the other, or contains it or is in it.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    let is_in = |inner: &str, outer: &str| {
        let rest = inner.strip_prefix(outer);
        rest.is_some_and(|rest| rest.is_empty() || outer == "/" || rest.starts_with('/'))
    };
    is_in(one, other) || is_in(other, one)
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
        ] {
            assert_eq!(clean(path), cleaned);
        }
        assert!(overlap("/a", "/a/b") && overlap("/a", "/a") && overlap("/", "/a"));
        assert!(!overlap("/a", "/ab"));
    }
}
