//! Flags before a command that may stand without a value: `--echo`, and with
//! one, be it after a `=` or a space: `--echo=on`, `--echo on`.
//!
//! What follows such a flag may be the command as well. It is the value if it
//! is one of the flag's choices: no command is called so.

use super::parse::underscored;
use crate::catalog::Param;
use crate::settings::{self, SHORT};

/// The words with each value joined to its flag, as clap takes it. `more` are
/// the flags that the settings are not.
pub fn joined<S: AsRef<str>>(
    words: impl IntoIterator<Item = S>,
    more: &'static [Param],
) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut words = words
        .into_iter()
        .map(|word| word.as_ref().to_owned())
        .peekable();
    while let Some(word) = words.next() {
        let flag = flag(&word, more);
        // The command begins.
        if !word.starts_with('-') || word == "--" {
            out.push(word);
            break;
        }
        let has_value = word.contains('=');
        match flag.filter(|_| !has_value) {
            Some(param) if takes(param) => {
                out.push(word);
                out.extend(words.by_ref().take(param.words.max(1)));
            }
            Some(param) => match words.next_if(|next| is_value(param, next)) {
                Some(value) => out.push(format!("{word}={value}")),
                None => out.push(word),
            },
            None => out.push(word),
        }
    }
    out.extend(words);
    out
}

/// Whether a word after a flag is its value.
pub fn is_value(param: &Param, word: &str) -> bool {
    param.bare.is_some() && param.kind.choices().contains(&word)
}

/// Whether a flag must have a value.
fn takes(param: &Param) -> bool {
    param.bare.is_none()
}

fn flag(word: &str, more: &'static [Param]) -> Option<&'static Param> {
    let mut params = settings::TABLE
        .iter()
        .map(|setting| &setting.param)
        .chain(more);
    let short = |(letter, name): &(char, &str)| {
        (word.strip_prefix('-')?.strip_prefix(*letter)? == "").then(|| (*name).to_owned())
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
    use crate::settings::START;

    #[test]
    fn a_choice_belongs_to_its_flag_and_a_command_does_not() {
        for (line, expected) in [
            ("--echo on get_users", "--echo=on get_users"),
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
            assert_eq!(joined(line.split(' '), START).join(" "), expected);
        }
    }
}
