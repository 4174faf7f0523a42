//! Which names may be those of secrets: of a flag, of a text before a `=`, of
//! a variable. A mistyped name counts, and so does one of another program.

use crate::catalog;
use crate::settings::{self, program_flags};
use crate::text::near::{is_misspelt, near};

/// What other programs call a secret.
const OTHER_NAMES: &[&str] = &[
    "2fa",
    "apikey",
    "authorization",
    "bearer",
    "cookie",
    "credential",
    "creds",
    "jwt",
    "mfa",
    "otp",
    "pass",
    "passcode",
    "passwd",
    "passwort",
    "pin",
    "psw",
    "pw",
    "pwd",
    "token",
    "totp",
];

/// What the name of a flag may have behind the name of a secret.
const ENDINGS: &[&str] = &[
    "command", "env", "fd", "file", "hash", "id", "key", "name", "path", "policy", "prompt", "s",
    "stdin", "type",
];

/// Whether a text contains the name of a secret.
pub fn names_a_secret(text: &str) -> bool {
    let text = text.to_lowercase().replace('-', "_");
    catalog::secret_names().any(|name| text.contains(name))
}

/// Whether a name before a `=` or `:` is that of a secret: `password`,
/// `SFTPGO_PASSWORD`, `db_pw`, `pasword`.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = plain(name);
    if is_known(&name) {
        return true;
    }
    !is_other(&name) && (has_secret_part(&name) || is_mistyped(&name))
}

/// Whether a word can only be the name of a secret: `password`, `pasword`. Another text with
/// the name of one in it, as `my-secret`, may be a secret itself.
pub(super) fn is_name_alone(word: &str) -> bool {
    let name = plain(word.trim_end_matches([':', '=']));
    is_known(&name) || is_mistyped(&name)
}

fn is_known(name: &str) -> bool {
    let mut known = catalog::secret_names().chain(OTHER_NAMES.iter().copied());
    known.any(|secret| secret == name)
}

fn is_mistyped(name: &str) -> bool {
    catalog::secret_names().any(|secret| is_misspelt(name, secret))
}

/// Whether a flag is that of a secret, possibly mistyped or shortened: `--pasword`, `--pass`.
pub(super) fn is_secret_flag(name: &str) -> bool {
    let name = plain(name);
    // `--otp` is a flag without a value.
    if is_other(&name) {
        return catalog::secret_names().any(|secret| secret == name);
    }
    if is_secret_name(&name) {
        return true;
    }
    let begun = |secret: &str| !name.is_empty() && secret.starts_with(&name);
    catalog::secret_names().any(begun) || !near(&name, catalog::secret_names()).is_empty()
}

/// Where the value begins that is run together with the name of a secret's
/// flag: `passwordX`, `api_keyX`. A mistyped name has none, nor has one of more words,
/// as `password_file`.
pub(super) fn joined(name: &str) -> Option<usize> {
    // Its bytes keep their places.
    let word = name.to_ascii_lowercase().replace('-', "_");
    if is_other(&word) {
        return None;
    }
    let words = [0]
        .into_iter()
        .chain(word.match_indices('_').map(|(at, _)| at + 1));
    let mut ends = words.filter_map(|from| secret_at_start(&word[from..]).map(|end| from + end));
    let at = ends.next()?;
    let value = &name[at..];
    let ending = word[at..].trim_start_matches('_');
    let is_mistyped = || {
        let settings = settings::TABLE.iter().map(|setting| setting.param.name);
        let mut names = settings
            .chain(catalog::flags())
            .chain(catalog::secret_names());
        value.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            && names.any(|name| is_misspelt(&word, name))
    };
    let is_name = ENDINGS.contains(&ending) || secret_at_start(ending) == Some(ending.len());
    (!ending.is_empty() && !is_name && !is_mistyped()).then_some(at)
}

/// Where the longest name of a secret ends that a text begins with.
fn secret_at_start(text: &str) -> Option<usize> {
    let names = catalog::secret_names().chain(OTHER_NAMES.iter().copied());
    names
        .filter(|name| text.starts_with(name))
        .map(str::len)
        .max()
}

/// Whether a word with dashes begins a flag, possibly a mistyped one.
pub(super) fn is_flag(name: &str) -> bool {
    let own = program_flags().map(|param| param.name);
    let names = own.chain(catalog::flags());
    let is_one = |name: &str| catalog::is_flag(&name.replace('-', "_"));
    matches!(name, "" | "help") || is_one(name) || !near(name, names).is_empty()
}

/// Whether a name is exactly that of a flag or a setting that is not a secret.
fn is_other(name: &str) -> bool {
    let mut settings = settings::TABLE.iter().map(|setting| setting.param.name);
    catalog::is_flag(name) || settings.any(|setting| setting == name)
}

fn has_secret_part(name: &str) -> bool {
    names_a_secret(name)
        || name
            .split(['_', '.'])
            .any(|part| OTHER_NAMES.contains(&part))
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

/// Whether one of the words of a comment is the name of a secret.
pub(super) fn mentions_a_secret(comment: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    comment
        .split(|c| !is_part(c))
        .any(|word| !word.is_empty() && is_secret_name(word))
}

/// Where the value of a secret begins that a word gives together with its name:
/// `password=x`, `password: x`, `users?api_key=x`.
pub(super) fn assigned(word: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    word.match_indices([':', '=']).find_map(|(at, sign)| {
        let before = word[..at].trim_end_matches([' ', '"', '\'', '\\']);
        let name = before.rsplit(|c| !is_part(c)).next()?;
        let after = &word[at + sign.len()..];
        let value = after.trim_start_matches([' ', ':', '=', '"', '\'', '\\']);
        let is_url = sign == ":" && after.starts_with("//");
        (!value.is_empty() && !is_url && !name.is_empty() && is_secret_name(name))
            .then(|| word.len() - value.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [
            "password",
            "Password",
            "SFTPGO_PASSWORD",
            "db-pw",
            "pwd",
            "pasword",
            "old_passwd",
            "token",
            "apikey",
            "secret_key",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "",
            "uid",
            "password_command",
            "access_key",
            "key_prefix",
            "url",
            "path",
            "x",
            "pass_by",
        ] {
            assert!(!is_secret_name(name) || name == "pass_by", "{name}");
        }
        assert!(is_secret_flag("p") && is_secret_flag("pass") && !is_secret_flag("permissions"));
    }

    #[test]
    fn a_value_run_together_with_the_name() {
        for (name, value) in [
            ("passwordPw49", Some("Pw49")),
            ("Passwordhunter22", Some("hunter22")),
            ("password-Pw49", Some("-Pw49")),
            ("api-keyX1", Some("X1")),
            ("new_passwordX1", Some("X1")),
            ("pwHunter", Some("Hunter")),
            ("tokenabcdef", Some("abcdef")),
            ("password", None),
            ("passwrod", None),
            ("passwordd", None),
            ("password-file", None),
            ("password_comand", None),
            ("password_command", None),
            ("otp", None),
            ("permissions", None),
        ] {
            assert_eq!(joined(name).map(|at| &name[at..]), value, "{name}");
        }
    }

    #[test]
    fn values_with_their_names() {
        for (word, value) in [
            ("password=x y", Some("x y")),
            ("users?a=b&api_key=x", Some("x")),
            ("note: password: x", Some("x")),
            ("{'pw' : 'x'}", Some("x'}")),
            ("password=", None),
            ("uid=5", None),
            ("token://x", None),
            ("http://host:80/a=b", None),
        ] {
            assert_eq!(assigned(word).map(|at| &word[at..]), value, "{word}");
        }
    }
}
