//! A new password.

use crate::text::secret::Secret;
use ring::rand::{SecureRandom, SystemRandom};

/// Letters and digits that nobody takes for each other.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
/// 20 of these are 116 bits.
const LENGTH: usize = 20;

/// Makes a password from the random source of the operating system; `None` if that fails.
pub(crate) fn password() -> Option<Secret> {
    let source = SystemRandom::new();
    let count = u8::try_from(LETTERS.len()).ok()?;
    // More than the last whole round would make some letters more likely.
    let limit = u8::MAX - u8::MAX % count;
    let mut password = String::new();
    loop {
        let mut bytes = [0; LENGTH];
        source.fill(&mut bytes).ok()?;
        for byte in bytes.into_iter().filter(|byte| *byte < limit) {
            password.push(char::from(LETTERS[usize::from(byte % count)]));
            let has = |is: fn(&char) -> bool| password.chars().any(|c| is(&c));
            if password.len() == LENGTH {
                let of_each_kind = has(char::is_ascii_lowercase)
                    && has(char::is_ascii_uppercase)
                    && has(char::is_ascii_digit);
                if of_each_kind {
                    return Some(Secret::new(password));
                }
                password.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn passwords_are_long_and_differ() {
        let made: BTreeSet<String> = (0..100)
            .map(|_| password().expect("a source").reveal().to_owned())
            .collect();
        assert_eq!(made.len(), 100);
        for one in &made {
            assert_eq!(one.len(), LENGTH);
            assert!(one.bytes().all(|byte| LETTERS.contains(&byte)), "{one}");
            assert!(one.contains(|c: char| c.is_ascii_digit()), "{one}");
        }
        let all: BTreeSet<char> = made.iter().flat_map(|one| one.chars()).collect();
        assert_eq!(all.len(), LETTERS.len());
    }
}
