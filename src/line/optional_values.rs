//! Flags of settings whose value is optional: `--echo`, `--echo=on`, `--echo on`.
//!
//! The word after such a flag is its value if it is one of the flag's choices;
//! otherwise it is the command or one of its arguments. `on` before servers is the command:
//! `--echo on @a,@b get_users`.

use super::grammar;
use super::parse::underscored;
use crate::catalog::{self, Command, Kind, Param, SORT_PARAM};
use crate::settings::{self, SHORT};

/// The words with each optional value joined to its flag, as clap expects it.
/// `more` are the flags that are not settings; `profile` is whether one may be named before
/// the command, as `@NAME`.
pub fn joined<S: AsRef<str>>(
    words: impl IntoIterator<Item = S>,
    more: &'static [Param],
    profile: bool,
) -> Vec<String> {
    let words = words.into_iter().map(|word| word.as_ref().to_owned());
    let words: Vec<String> = words.collect();
    let mut out: Vec<String> = Vec::new();
    let mut words = words.as_slice().iter();
    while let Some(word) = words.next().cloned() {
        let flag = flag_called(&word, more);
        // The command starts here.
        if !word.starts_with('-') || word == "--" {
            out.push(word);
            break;
        }
        let has_value = word.contains('=');
        match flag.filter(|_| !has_value) {
            Some(param) if needs_value(param) => {
                out.push(word);
                out.extend(words.by_ref().take(param.words.max(1)).cloned());
            }
            Some(param) => {
                let mut next = words.as_slice().iter().map(String::as_str);
                match next.next() {
                    Some(value) if is_value_before(param, value, next.next(), profile) => {
                        out.push(format!("{word}={value}"));
                        words.next();
                    }
                    _ => out.push(word),
                }
            }
            None => out.push(word),
        }
    }
    out.extend(words.cloned());
    out
}

/// The words of a command, its name first, with such values joined to the
/// flags of settings, a duration to the flag that takes one, and `-name` to `--sort`.
pub fn joined_after(words: &[&str], command: &'static Command) -> Vec<String> {
    let own = |param: &&Param| param.kind == Kind::Wait || param.name == SORT_PARAM;
    let params = with_settings(command, command.all_params().filter(own));
    let words = &taken_out(words, command);
    let words: &[&str] = &words.iter().map(String::as_str).collect::<Vec<_>>();
    joined_to(words, &|name| {
        params.iter().copied().find(|param| param.name == name)
    })
}

/// The same with the values of the command's own switches joined to them: such a word may
/// also be an argument, so this is for a line that is wrong otherwise.
pub fn joined_to_all(words: &[&str], command: &'static Command) -> Vec<String> {
    let params = with_settings(command, command.all_params());
    let words = &taken_out(words, command);
    let words: &[&str] = &words.iter().map(String::as_str).collect::<Vec<_>>();
    joined_to(words, &|name| {
        params.iter().copied().find(|param| param.name == name)
    })
}

/// The settings that go with a command, and these parameters. They are looked up once for all
/// words of a line.
fn with_settings(
    command: &'static Command,
    own: impl Iterator<Item = &'static Param>,
) -> Vec<&'static Param> {
    let settings = grammar::settings_of(command).map(|setting| &setting.param);
    settings.chain(own).collect()
}

/// The words with `--flag=` before what is taken out of a list, and before what follows it:
/// `--group -staff` is no flag `-staff`.
fn taken_out(words: &[&str], command: &'static Command) -> Vec<String> {
    let edited = command.all_params().filter(|param| command.edits(param));
    let edited: Vec<&'static Param> = edited.collect();
    let list = |word: &str| {
        let name = underscored(word.strip_prefix("--")?);
        let name = name.split('=').next().unwrap_or_default();
        edited.iter().copied().find(|param| param.name == name)
    };
    let mut out: Vec<String> = Vec::new();
    let mut words = words.iter();
    // The open flag, and whether an item was taken out after it.
    let mut open: Option<(&'static Param, bool)> = None;
    for word in words.by_ref() {
        if word.starts_with("--") {
            open = list(word).map(|param| (param, false));
            out.push((*word).to_owned());
            if *word == "--" {
                break;
            }
            continue;
        }
        match &mut open {
            Some((param, is_joined)) if *is_joined || is_taken_out(word) => {
                *is_joined = true;
                // The flag has no value of its own before it.
                out.pop_if(|last| last.starts_with("--") && !last.contains('='));
                out.push(format!("--{}={word}", param.name));
            }
            _ => out.push((*word).to_owned()),
        }
    }
    out.extend(words.map(|word| (*word).to_owned()));
    out
}

/// Whether a word after the flag of a list takes an item out of it, and is no flag: `-staff`.
pub fn is_taken_out(word: &str) -> bool {
    word.len() > 1 && word.starts_with('-') && !word.starts_with("--") && word != "-h"
}

fn joined_to(words: &[&str], find: &dyn Fn(&str) -> Option<&'static Param>) -> Vec<String> {
    let param = |word: &str| find(&underscored(word.strip_prefix("--")?));
    let mut out: Vec<String> = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let next = words.as_slice().first();
        match next.filter(|next| param(word).is_some_and(|param| is_value(param, next))) {
            Some(value) => {
                words.next();
                out.push(format!("{word}={value}"));
            }
            None => out.push((*word).to_owned()),
        }
        if *word == "--" {
            break;
        }
    }
    out.extend(words.map(|word| (*word).to_owned()));
    out
}

/// Whether a word between a flag and the command is the flag's optional value; `next` is the
/// word after it.
pub(super) fn is_value_before(
    param: &Param,
    word: &str,
    next: Option<&str>,
    profile: bool,
) -> bool {
    let is_command = next.is_some_and(|next| begins_command(word, next, profile));
    is_value(param, word) && !is_command
}

/// Whether a word is a command although a switch before it has such a value. Where a profile
/// may be named, a single `@NAME` is one, and the word is the value.
fn begins_command(word: &str, next: &str, profile: bool) -> bool {
    let is_profile = profile && next.starts_with('@') && !next.contains(',');
    let is_told = |row: &Command| row.is_called(word) && row.is_told_by(next);
    !is_profile && catalog::every().any(is_told)
}

/// Whether a word after a flag is its optional value.
pub fn is_value(param: &Param, word: &str) -> bool {
    param.bare.is_some() && param.kind.is_optional_value(word)
        || param.name == SORT_PARAM && is_descending(word)
}

/// Whether a word is the name of a field with `-` before it, and no flag: `-quota_size`.
fn is_descending(word: &str) -> bool {
    let name = word.strip_prefix('-').unwrap_or_default();
    name.len() > 1 && name.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether a flag needs a value.
pub(super) fn needs_value(param: &Param) -> bool {
    param.bare.is_none()
}

/// The flag of the program that a word is, by its long or its short name.
pub(super) fn flag_called(word: &str, more: &'static [Param]) -> Option<&'static Param> {
    let mut params = settings::TABLE
        .iter()
        .map(|setting| &setting.param)
        .chain(more);
    let short = |(letter, name): &(char, &str)| {
        let rest = word.strip_prefix('-')?.strip_prefix(*letter)?;
        rest.is_empty().then(|| (*name).to_owned())
    };
    let name = match SHORT.iter().find_map(short) {
        Some(name) => name,
        None => underscored(word.strip_prefix("--")?),
    };
    params.find(|param| param.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{APIS, find};
    use crate::settings::START;

    #[test]
    fn a_choice_belongs_to_its_flag_and_a_command_does_not() {
        for (line, expected) in [
            ("--echo on get_users", "--echo=on get_users"),
            ("--echo on @a,@b get_users", "--echo on @a,@b get_users"),
            ("--echo on all get_users", "--echo on all get_users"),
            ("--echo on on all get_users", "--echo=on on all get_users"),
            ("--echo off all", "--echo=off all"),
            // `@a` is the profile.
            ("--echo on @a", "--echo=on @a"),
            ("--echo on @a get_users", "--echo=on @a get_users"),
            ("--echo get_users on", "--echo get_users on"),
            ("--debug off --echo only x", "--debug=off --echo=only x"),
            ("--debug=on on", "--debug=on on"),
            ("--output json --quiet on", "--output json --quiet=on"),
            ("--base-url --debug on", "--base-url --debug on"),
            ("-c --debug on", "-c --debug on"),
            (
                "--keep-going off set echo --debug on",
                "--keep-going=off set echo --debug on",
            ),
            ("-- --echo on", "-- --echo on"),
            ("--echo", "--echo"),
            ("", ""),
        ] {
            assert_eq!(joined(line.split(' '), START, true).join(" "), expected);
        }
        // At the prompt, and after a profile, none may be named.
        let line = "--echo on @a get_users";
        assert_eq!(joined(line.split(' '), &[], false).join(" "), line);
    }

    #[test]
    fn what_is_taken_out_of_a_list_is_no_flag() {
        let v2 = crate::catalog::api("v2").expect("a generation");
        for (line, expected) in [
            ("--group -a", "--group=-a"),
            (
                "--secondary-groups +a -b c --uid 5",
                "--secondary-groups +a --secondary_groups=-b --secondary_groups=c --uid 5",
            ),
            ("--group a --status -b", "--group a --status -b"),
            ("--group -h", "--group -h"),
            ("--group=-a -b", "--group=-a --group=-b"),
            ("-- --group -a", "-- --group -a"),
            (
                "--permissions /in=-list -chmod",
                "--permissions /in=-list --permissions=-chmod",
            ),
        ] {
            let line = format!("update_user bob {line}");
            let words: Vec<&str> = line.split(' ').collect();
            let joined = joined_after(&words, find(v2, "update_user").expect("a row"));
            assert_eq!(joined[2..].join(" "), expected);
        }
    }

    #[test]
    fn after_a_command_a_choice_belongs_to_a_setting_and_not_to_its_own_switch() {
        let row = |name| find(&APIS[0], name).expect("a row");
        for (line, expected) in [
            ("get_user_by_id --echo on 5", "get_user_by_id --echo=on 5"),
            ("get_user_by_id --echo 5", "get_user_by_id --echo 5"),
            ("add_users --dry-run on", "add_users --dry-run on"),
            ("add_users -- --echo on", "add_users -- --echo on"),
            ("add_users --debug", "add_users --debug"),
            (
                "get_users --sort -id --limit 1",
                "get_users --sort=-id --limit 1",
            ),
            ("get_users --sort --limit 1", "get_users --sort --limit 1"),
            ("get_users --sort -h", "get_users --sort -h"),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let joined = joined_after(&words, row(words[0]));
            assert_eq!(joined.join(" "), expected);
        }
    }
}
