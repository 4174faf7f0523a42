//! The secrets in the line of another program, behind a `|`, and in the name of
//! a file: as other programs take them. A letter alone is a flag of any meaning,
//! so only `-p` counts.

use super::names::{assigned, is_secret_name};
use super::others::{behind_scheme, is_bearer, is_login, password_in_pair, takes_pair};
use super::{SecretSpan, is_variable};
use crate::text::lex::Word;
use crate::text::operator::Operator;
use crate::text::words::password_in_url;

/// What the next word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// The name of a program.
    Name,
    Any,
    /// `user:password`, perhaps.
    Pair,
    Secret,
}

/// The words from an operator on, without the operator, each with its secret.
pub(super) fn secrets(words: &[Word]) -> Vec<(Word, SecretSpan)> {
    let mut next = Next::Name;
    let mut is_login = false;
    let mut found = Vec::new();
    for word in words {
        let mut word = word.clone();
        if let Some(operator) = Operator::of(&word) {
            word = operator.removed_from(&word);
            (next, is_login) = (Next::Name, false);
        }
        if word.pieces.is_empty() {
            continue;
        }
        let typed = word.text();
        let secret = if is_login && !typed.contains("://") {
            SecretSpan::From(0)
        } else {
            is_login |= next == Next::Name && self::is_login(&typed);
            read(&typed, &mut next)
        };
        found.push((word, secret));
    }
    found
}

/// The secret of a word; `next` is what it is, and becomes what comes next.
fn read(word: &str, next: &mut Next) -> SecretSpan {
    let expected = std::mem::replace(next, Next::Any);
    if is_variable(word) {
        return SecretSpan::No;
    }
    if password_in_url(word).is_some() {
        return SecretSpan::InUrl;
    }
    let at = assigned(word).or_else(|| behind_scheme(word));
    if let Some(at) = at.filter(|at| !is_variable(&word[*at..])) {
        // `PGPASSWORD=x psql`: the program comes after it.
        if expected == Next::Name {
            *next = Next::Name;
        }
        return SecretSpan::From(at);
    }
    if let Some(flag) = word.strip_prefix('-').filter(|flag| !flag.is_empty()) {
        return of_flag(flag, next);
    }
    if is_bearer(word) || word.ends_with(':') && is_secret_name(word.trim_end_matches(':')) {
        *next = Next::Secret;
        return SecretSpan::No;
    }
    match expected {
        Next::Secret => SecretSpan::From(0),
        Next::Pair => password_in_pair(word).map_or(SecretSpan::No, SecretSpan::From),
        Next::Name | Next::Any => SecretSpan::No,
    }
}

/// The secret of a flag, without its first dash: `pSECRET`, `-password`.
fn of_flag(flag: &str, next: &mut Next) -> SecretSpan {
    let name = flag.trim_start_matches('-');
    let is_short = name.len() == flag.len();
    if is_short && flag.starts_with(['p', 'P']) && !is_secret_name(name) {
        if flag.len() > 1 {
            return SecretSpan::From(2);
        }
        *next = Next::Secret;
    } else if is_secret_name(name) {
        *next = Next::Secret;
    } else if takes_pair(name) {
        *next = Next::Pair;
    }
    SecretSpan::No
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lex::lex;

    /// The words of a line in which `*` marks what is secret.
    fn shown(line: &str) -> String {
        let words = lex(&format!("x {line}")).commands.remove(0);
        let mask = |(word, secret): (Word, SecretSpan)| match secret {
            SecretSpan::From(at) => format!("{}*", &word.text()[..at]),
            SecretSpan::No => word.text(),
            _ => "URL".to_owned(),
        };
        let all: Vec<String> = secrets(&words[1..]).into_iter().map(mask).collect();
        all.join(" ")
    }

    #[test]
    fn secrets_as_other_programs_take_them() {
        for (line, expected) in [
            (
                "| jq -c '.[] | {username, password}'",
                "jq -c .[] | {username, password}",
            ),
            (
                "|sort -k 2 -t , | cut -d: -f1",
                "sort -k 2 -t , cut -d: -f1",
            ),
            ("| sed s:a:b: | column -s, -t", "sed s:a:b: column -s, -t"),
            ("| mysql -u root pw | cat x", "mysql * * * cat x"),
            ("| PGPASSWORD=pw psql x", "PGPASSWORD=* psql *"),
            (
                "| curl -H 'Authorization: Bearer pw' u",
                "curl -H Authorization: * u",
            ),
            ("| curl -H Authorization: pw", "curl -H Authorization: *"),
            ("| curl -u admin:pw http://a:b@h", "curl -u admin:* URL"),
            ("| zip -P pw x -ppw", "zip -P * x -p*"),
            (
                "| x --password pw --api-key=pw",
                "x --password * --api-key=*",
            ),
            ("| x --password $env.PW", "x --password $env.PW"),
            ("> password.txt", "password.txt"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }
}
