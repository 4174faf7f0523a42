//! How hard a password is to guess, in bits: from its length and the kinds of letters in it.

/// A kind of letter, its letters, and what the server says when there is none.
const KINDS: [(&str, &str); 6] = [
    ("!@$&*", MORE),
    ("_-., ", MORE),
    ("\"#%'()+/:;<=>?[\\]^{|}~", MORE),
    ("abcdefghijklmnopqrstuvwxyz", "using lowercase letters"),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "using uppercase letters"),
    ("0123456789", "using numbers"),
];

const MORE: &str = "including more special characters";

/// What people type in a row.
const ROWS: [&str; 5] = [
    "0123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
];

/// Checks that a password has this number of bits; the error says what would help.
pub(super) fn check(password: &str, bits: i64) -> Result<(), String> {
    let wanted = u32::try_from(bits).map_or(0.0, f64::from);
    if entropy(password) >= wanted {
        return Ok(());
    }
    let mut missing: Vec<&str> = Vec::new();
    for (letters, advice) in KINDS {
        if !password.contains(|letter| letters.contains(letter)) && !missing.contains(&advice) {
            missing.push(advice);
        }
    }
    missing.push("");
    let advice = missing.join(", ");
    let advice = advice.trim_end_matches(", ");
    let or = if advice.is_empty() { "" } else { " or " };
    Err(format!(
        "insecure password, try {advice}{or}using a longer password"
    ))
}

fn entropy(password: &str) -> f64 {
    let is_of_kind = |letter: char| KINDS.iter().any(|(letters, _)| letters.contains(letter));
    let kinds = KINDS
        .iter()
        .filter(|(letters, _)| password.contains(|letter| letters.contains(letter)));
    let mut others: Vec<char> = password
        .chars()
        .filter(|letter| !is_of_kind(*letter))
        .collect();
    others.sort_unstable();
    others.dedup();
    let letters = kinds.map(|(letters, _)| letters.len()).sum::<usize>() + others.len();
    let float = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    float(length(password)) * float(letters).max(1.0).log2()
}

/// The length in bytes, of a letter that is repeated and of letters in a row only two.
fn length(password: &str) -> usize {
    let mut letters: Vec<char> = password.chars().collect();
    shorten(&mut letters, |before, letter| before == letter);
    for row in ROWS {
        let back: String = row.chars().rev().collect();
        for row in [row, &back] {
            shorten(&mut letters, |before, letter| {
                row.find(letter) == row.find(before).map(|place| place + 1) && row.contains(before)
            });
        }
    }
    letters.into_iter().map(char::len_utf8).sum()
}

/// Keeps two letters of each run.
fn shorten(letters: &mut Vec<char>, follows: impl Fn(char, char) -> bool) {
    let mut run = 1;
    let mut before = None;
    letters.retain(|&letter| {
        let is_next = before.is_some_and(|before| follows(before, letter));
        run = if is_next { run + 1 } else { 1 };
        before = Some(letter);
        run <= 2
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strong_and_weak() {
        assert_eq!(check("", 0), Ok(()));
        assert_eq!(check("x", -1), Ok(()));
        assert!(check("correct horse battery staple 42", 80).is_ok());
        assert!(check("aaaaaaaaaaaaaaaaaaaaaaaa", 30).is_err());
        assert!(check("abcdefghijklmnopqrstuvwxyz", 30).is_err());
        let error = "insecure password, try including more special characters, using uppercase \
                     letters, using numbers or using a longer password";
        assert_eq!(check("secret", 60), Err(error.to_owned()));
        let error = "insecure password, try using a longer password";
        assert_eq!(check("aB1!_#", 99), Err(error.to_owned()));
    }
}
