//! Completion in the user's own shell: of the program's arguments.

use super::super::optional_values::{flag_called, is_value_before, needs_value};
use super::{Candidate, comparable, flag, live, offer, servers};
use crate::catalog::{Api, Live, Param};
use crate::line::completion_cache::CompletionCache;
use crate::settings::{self, START, program_flags};
use crate::text::words::{as_line, quoted};

/// What the word at the cursor is.
enum Place {
    /// A flag of the program, a profile, or the command.
    Start,
    /// The value of a flag of the program.
    Value(&'static Param),
    /// A word of the command that begins here.
    Command(usize),
}

/// What stands before the command.
#[derive(Default)]
pub struct Given<'a> {
    /// The profile named by `@NAME`.
    pub profile: Option<&'a str>,
    /// The flags of the program with their values.
    pub flags: Vec<(&'static Param, &'a str)>,
}

/// What stands before the command in the program's arguments.
pub fn given(words: &[String]) -> Given<'_> {
    walk(words).0
}

/// What may be the last of the program's arguments, as values without quotes. Names on the
/// server are not among them.
pub fn arguments(words: &[String], api: &'static Api, cache: &CompletionCache) -> Vec<Candidate> {
    let Some((last, before)) = words.split_last() else {
        return Vec::new();
    };
    let found = match walk(before).1 {
        Place::Command(at) => return in_command(&before[at..], last, api, cache),
        Place::Value(param) => values(param, "", last, cache),
        Place::Start => match last.split_once('=') {
            Some((name, value)) => flag_called(name, START)
                .map(|param| values(param, &format!("{name}="), value, cache))
                .unwrap_or_default(),
            None if last.starts_with('-') => program_flags().map(flag).collect(),
            None if last.starts_with('@') => servers(cache),
            None => return in_command(&[], last, api, cache),
        },
    };
    let typed = comparable(last);
    let fits = |one: &Candidate| comparable(&one.text).starts_with(&typed);
    found.into_iter().filter(fits).collect()
}

/// Walks over the flags of the program: what they give, and what comes after these words.
fn walk(words: &[String]) -> (Given<'_>, Place) {
    let mut given = Given::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let at = words.len() - rest.len() - 1;
        if let Some(name) = word.strip_prefix('@') {
            given.profile = Some(name);
            continue;
        }
        if !word.starts_with('-') {
            return (given, Place::Command(at));
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word.as_str(), None),
        };
        let Some(param) = flag_called(name, START) else {
            continue;
        };
        if let Some(value) = value {
            given.flags.push((param, value));
        } else if !needs_value(param) {
            let may_follow = given.profile.is_none();
            let mut next = rest.as_slice().iter().map(String::as_str);
            let value = next.next();
            if value.is_some_and(|word| is_value_before(param, word, next.next(), may_follow)) {
                rest.next();
            }
        } else {
            for _ in 0..param.words.max(1) {
                match rest.next() {
                    Some(value) => given.flags.push((param, value)),
                    None => return (given, Place::Value(param)),
                }
            }
        }
    }
    (given, Place::Start)
}

/// The values of a flag of the program, each after `kept`.
fn values(
    param: &'static Param,
    kept: &str,
    typed: &str,
    cache: &CompletionCache,
) -> Vec<Candidate> {
    let words = settings::completions(Live::SettingValue, Some(param.name));
    let words = if words.is_empty() {
        param.kind.choices().to_vec()
    } else {
        words
    };
    let words = words.into_iter().map(super::choice);
    after(kept, words.chain(live(param, None, typed, cache)))
}

/// Candidates, each with the words before it.
fn after(kept: &str, all: impl IntoIterator<Item = Candidate>) -> Vec<Candidate> {
    let all = all.into_iter().map(|one| Candidate {
        text: format!("{kept}{}", one.text),
        ..one
    });
    all.collect()
}

/// What may be the last word of a command.
fn in_command(
    before: &[String],
    last: &str,
    api: &'static Api,
    cache: &CompletionCache,
) -> Vec<Candidate> {
    let mut line = as_line(before);
    if !before.is_empty() {
        line.push(' ');
    }
    let start = line.len();
    match last.split_once('=').filter(|_| last.starts_with("--")) {
        Some((flag, value)) => line.push_str(&format!("{flag}={}", on_a_line(value))),
        None => line.push_str(&on_a_line(last)),
    }
    let offer = offer(&line, line.len(), api, cache);
    let kept = line.get(start..offer.start).unwrap_or_default();
    after(kept, offer.values())
}

/// A word as it is typed so far.
fn on_a_line(word: &str) -> String {
    if word.is_empty() {
        String::new()
    } else {
        quoted(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::api;
    use crate::line::alias::Aliases;

    /// The candidates for the last of these words.
    fn all(words: &[&str]) -> Vec<String> {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let mut cache = CompletionCache::default();
        cache.know_config(
            Aliases::default(),
            vec!["prod".to_owned(), "test".to_owned()],
        );
        let found = arguments(&words, api("v2").expect("known"), &cache);
        found.into_iter().map(|one| one.text).collect()
    }

    #[test]
    fn flags_of_the_program_and_their_values() {
        assert_eq!(all(&["--dry"]), ["--dry-run"]);
        assert_eq!(all(&["--dry_r"]), ["--dry-run"]);
        assert_eq!(all(&["--api", "2019", "--api", "v"]), ["v1", "v2"]);
        assert_eq!(all(&["--color=n"]), ["--color=never"]);
        assert_eq!(
            all(&["--report", "junit", "x", "get_rol"]),
            ["get_role_by_name", "get_roles"]
        );
    }

    #[test]
    fn profiles() {
        assert_eq!(all(&["@"]), ["@prod", "@test"]);
        assert_eq!(all(&["@prod", "whoa"]), ["whoami"]);
        assert_eq!(all(&["connect", "@t"]), ["@test"]);
    }

    #[test]
    fn words_of_a_command() {
        assert_eq!(all(&["--quiet", "update_us"]), ["update_user"]);
        assert_eq!(all(&["get_users", "--ord"]), ["--order"]);
        assert_eq!(all(&["get_users", "--order", "D"]), ["DESC"]);
        assert_eq!(all(&["get_users", "--order=D"]), ["--order=DESC"]);
        assert_eq!(all(&["add_user", "it's", "--status", "en"]), ["enabled"]);
        assert_eq!(all(&["no_such", "--x"]), [""; 0]);
        assert_eq!(all(&[]), [""; 0]);
    }

    #[test]
    fn what_stands_before_the_command() {
        let words = [
            "--api=v1", "-f", "a", "@prod", "--api", "v2", "get", "--api", "2019",
        ];
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let given = given(&words);
        let flags: Vec<_> = given
            .flags
            .iter()
            .map(|(param, value)| (param.name, *value))
            .collect();
        assert_eq!(given.profile, Some("prod"));
        assert_eq!(flags, [("api", "v1"), ("file", "a"), ("api", "v2")]);
    }
}
