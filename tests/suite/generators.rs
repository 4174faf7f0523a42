//! Random texts, words and lines for the property tests.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sftpgo_shell::catalog;
use sftpgo_shell::error::Error;
use sftpgo_shell::line::variables::{PathPart, Scope, VariableValue};
use sftpgo_shell::settings;
use sftpgo_shell::text::lex::{Word, lex};

/// The number of cases, or `PROPTEST_CASES`; a failure prints its smallest
/// input and leaves no file.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok();
    let wanted = wanted.and_then(|wanted| wanted.parse().ok());
    ProptestConfig {
        cases: wanted.unwrap_or(cases),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A text of up to `most` of these pieces.
pub(crate) fn text_of(
    pieces: &'static [&'static str],
    most: usize,
) -> impl Strategy<Value = String> {
    vec(select(pieces), 0..=most).prop_map(|pieces| pieces.concat())
}

/// What is special to this shell, to sh, to JSON, to URLs or to a terminal.
pub(crate) const ODD: &[&str] = &[
    "a",
    "b",
    "Z",
    "7",
    " ",
    " ",
    "'",
    "'",
    "\"",
    "\"",
    "\\",
    "\\",
    "$",
    "$id",
    "${id}",
    "`",
    "!",
    "#",
    ";",
    "\t",
    "\n",
    "é",
    "日",
    "\u{1f600}",
    "\u{200b}",
    "\u{202e}",
    "\u{9b}",
    "\u{7f}",
    "\u{1b}[31m",
    "\u{1}",
    "\r",
    "@",
    "[",
    "]",
    "{",
    "}",
    "*",
    "?",
    "~",
    "=",
    "-",
    "--",
    "/",
    "..",
    ".",
    "%",
    "%41",
    "&",
    "|",
    "<",
    ">",
    "(",
    ")",
    "^",
    "+",
    ",",
    ":",
    "$(id)",
    "null",
    "-1",
];

/// Odd values that are one word after quoting.
pub(crate) fn odd() -> impl Strategy<Value = String> {
    text_of(ODD, 8)
}

/// A value as a name may be: nothing that steers a terminal.
pub(crate) fn odd_name() -> impl Strategy<Value = String> {
    odd().prop_map(|text| {
        let safe = |c: &char| !sftpgo_shell::text::clean::is_unsafe(*c);
        text.chars().filter(safe).collect::<String>() + "x"
    })
}

/// How a word is written on a line.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Quoting {
    Single,
    Double,
    Backslash,
    Mixed,
}

pub(crate) fn quoting() -> impl Strategy<Value = Quoting> {
    select(
        &[
            Quoting::Single,
            Quoting::Double,
            Quoting::Backslash,
            Quoting::Mixed,
        ][..],
    )
}

/// The word that says `text`, written in one of the ways there are.
pub(crate) fn written(text: &str, quoting: Quoting) -> String {
    let single = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let double = |text: &str| {
        let mut out = text.replace('\\', "\\\\");
        for c in ["\"", "$", "`"] {
            out = out.replace(c, &format!("\\{c}"));
        }
        format!("\"{out}\"")
    };
    let escaped = |c: char| match c {
        // A backslash before a newline joins the lines.
        '\n' => "'\n'".to_owned(),
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => format!("\\{c}"),
    };
    match quoting {
        Quoting::Single => single(text),
        Quoting::Double => double(text),
        Quoting::Backslash | Quoting::Mixed if text.is_empty() => "''".to_owned(),
        Quoting::Backslash => text.chars().map(escaped).collect(),
        Quoting::Mixed => {
            let mut at = 0;
            text.chars()
                .map(|c| {
                    at += 1;
                    match at % 3 {
                        0 => single(&c.to_string()),
                        1 => escaped(c),
                        _ => double(&c.to_string()),
                    }
                })
                .collect()
        }
    }
}

/// Every command's name, every flag, and what else stands on lines.
fn known_words() -> Vec<String> {
    let mut words: Vec<String> = catalog::every()
        .flat_map(|command| command.aliases.iter().chain([&command.name]))
        .map(|name| (*name).to_owned())
        .collect();
    let settings = settings::TABLE.iter().map(|setting| &setting.param);
    for param in catalog::every().flat_map(|row| row.params).chain(settings) {
        words.push(format!("--{}", param.name));
        words.push(format!("--{}", param.name.replace('_', "-")));
        words.extend(param.kind.choices().iter().map(|&word| word.to_owned()));
    }
    let more = [
        "python",
        "sftpgo_api_cli.py",
        "$",
        "--",
        "-",
        "--help",
        "-h",
        "7",
        "-1",
        "bob",
        "''",
        "$id",
        "\"$username\"",
        "${_[0].x}",
        "$env.HOME",
        "$nope",
        "{\"password\":1}",
        "on",
    ];
    words.extend(more.map(str::to_owned));
    words
}

/// Lines of anything.
pub(crate) fn lines() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => select(known_words()),
        1 => odd(),
        1 => (odd(), quoting()).prop_map(|(text, quoting)| written(&text, quoting)),
    ];
    let gap = select(
        &[
            " ", " ", " ", "  ", "\t", "=", "; ", "\n", "\\\n", " # ", "'", "\"",
        ][..],
    );
    let sentence = vec((word, gap), 0..7).prop_map(|parts| {
        let parts = parts.iter().map(|(word, gap)| format!("{word}{gap}"));
        parts.collect::<String>()
    });
    prop_oneof![3 => sentence, 1 => text_of(ODD, 20), 1 => any::<String>()]
}

/// A session that knows some variables.
pub(crate) struct Known;

impl Scope for Known {
    fn variable(&self, name: &str, path: &[PathPart]) -> Result<VariableValue, Error> {
        let text = |text: &str| Ok(VariableValue::Text(text.to_owned()));
        match name {
            "id" => text("5140"),
            "username" => text("a b"),
            "_" if !path.is_empty() => text("--limit"),
            "connection" => Ok(VariableValue::NotYet(Error::typed("no connection yet"))),
            _ => Err(Error::typed("no such variable")),
        }
    }
}

/// All words of a text, whatever the command.
pub(crate) fn words(text: &str) -> Vec<Word> {
    lex(text).commands.into_iter().flatten().collect()
}
