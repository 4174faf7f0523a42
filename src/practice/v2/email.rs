//! What counts as an email address.

/// `NAME@HOST.TLD`, without comments or route; NAME is atoms with dots between, or a text in quotes.
pub(super) fn is_valid(email: &str) -> bool {
    let Some((name, host)) = email.rsplit_once('@') else {
        return false;
    };
    let quoted = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'));
    let is_name = match quoted {
        Some(text) => !text.contains(['"', '\\', '\r', '\n']),
        None => name.split('.').all(is_atom),
    };
    is_name && (is_host(host) || host.strip_suffix('.').is_some_and(is_host))
}

fn is_atom(text: &str) -> bool {
    let is_mark = |letter| "!#$%&'*+-/=?^_`{|}~".contains(letter);
    let is_allowed = |letter: char| {
        letter.is_ascii_alphanumeric() || is_mark(letter) || is_international(letter)
    };
    !text.is_empty() && text.chars().all(is_allowed)
}

/// Two parts at least: all begin and end with a letter or digit, the last one with a letter.
fn is_host(host: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphabetic() || is_international(letter);
    let is_either = |letter: char| letter.is_ascii_digit() || is_letter(letter);
    let is_inner = |letter: char| is_either(letter) || "-.~".contains(letter);
    host.chars().all(is_inner)
        && host.match_indices('.').any(|(dot, _)| {
            let (first, last) = (&host[..dot], &host[dot + 1..]);
            first.starts_with(is_either)
                && first.ends_with(is_either)
                && last.starts_with(is_letter)
                && last.ends_with(is_letter)
        })
}

fn is_international(letter: char) -> bool {
    matches!(letter, '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for right in [
            "a@example.com",
            "a.b+c@x-y.example.",
            "\u{fc}@example.org",
            "\"a b\"@example.org",
            "a@b.c",
        ] {
            assert!(is_valid(right), "{right}");
        }
        for bad in [
            "",
            "no",
            "@b.de",
            "x@y",
            "a b@c.de",
            ".a@b.de",
            "a..b@c.de",
            "a@-b.com",
            "a@b..de",
            "a@b.c1",
            "a@b_c.de",
            "\"a@b.de",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
