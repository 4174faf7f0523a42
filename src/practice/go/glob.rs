//! The patterns of Go's `path.Match`.

/// Whether a pattern can be used at all.
pub(in crate::practice) fn is_valid(pattern: &str) -> bool {
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_whole = match letter {
            '\\' => letters.next().is_some(),
            '[' => is_class(&mut letters),
            _ => true,
        };
        if !is_whole {
            return false;
        }
    }
    true
}

/// The rest of `[...]`: at least one letter or range.
fn is_class(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    letters.next_if_eq(&'^');
    let mut is_first = true;
    while is_first || letters.next_if_eq(&']').is_none() {
        is_first = false;
        if !is_member(letters) || letters.next_if_eq(&'-').is_some() && !is_member(letters) {
            return false;
        }
    }
    true
}

/// A letter of a class; something must follow it.
fn is_member(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    match letters.next() {
        None | Some('-' | ']') => return false,
        Some('\\') => {
            if letters.next().is_none() {
                return false;
            }
        }
        Some(_) => {}
    }
    letters.peek().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for right in [
            "", "*", "*.txt", "[a-z]*", "x[^b]", "a\\*", "[\\]]", "]", "[z-a]",
        ] {
            assert!(is_valid(right), "{right}");
        }
        for bad in ["[", "a[b", "[]", "[]a]", "[a-", "[a-]", "[-a]", "\\", "[\\"] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
