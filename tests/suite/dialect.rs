//! The program and its pages use the words of the field: phrases that read as
//! a dialect do not come back.

use sftpgo_shell::{catalog, settings};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Phrases that are never right, with a plain one in place of each.
const PHRASES: &[(&str, &str)] = &[
    ("who asks", "the login"),
    ("asks for it anew", "asks for it again"),
    ("anew", "again"),
    ("for good", "permanently"),
    ("so many", "N"),
    ("as many at once", "up to N at a time"),
    ("goes with", "requires"),
    ("exclude each other", "cannot be used together"),
    ("which is a bug", "internal error: …; please report this"),
    ("is told", "is reported"),
    ("are told", "are reported"),
    ("be told", "be reported"),
    ("is none that", "is not a … that"),
    ("that is none", "that is not one"),
    ("is no JSON", "is not JSON"),
    ("is no UTF-8", "is not valid UTF-8"),
    ("is no list", "is not a list"),
    ("is no object", "is not an object"),
    ("is no file", "is not a file"),
    ("is no backup", "is not a backup"),
    ("is no path", "is not a path"),
    ("lays upon", "merges into"),
    ("laid upon", "merged into"),
    ("laid on top of", "merged into"),
    ("made up", "sample"),
    ("as it stands", "unchanged"),
    ("as they stand", "unchanged"),
    ("as the server has it", "unchanged"),
    ("what is typed", "the fields you give"),
    ("has otherwise", "differs"),
    ("took it otherwise", "stored a different value"),
    ("broken off", "interrupted"),
    ("broke off", "was interrupted"),
    ("breaks off", "is interrupted"),
    ("under way", "running"),
    ("comes to its end", "finishes"),
    ("before the start", "before starting the shell"),
    ("somebody at a terminal", "a terminal"),
    ("someone at a terminal", "a terminal"),
    ("nobody at a terminal", "no terminal"),
    ("one by the other", "one after another"),
    ("Do it?", "Continue?"),
    ("that listens there", "SFTPGo's address"),
    ("a word for daily work", "a shortcut for daily tasks"),
    ("at most so long", "at most ten minutes"),
    ("for so long", "for this long"),
    ("is waited for like", "is treated like"),
    ("an argument too many", "unexpected argument"),
    ("a remark says so", "a note says so"),
    ("wins over it", "overrides it"),
    ("finds out which API", "detects the API"),
    ("no header can hold", "that are not allowed in a header"),
    ("as it came", "unchanged"),
    ("mean the same", "are the same"),
    ("would refuse", "would reject"),
    ("was refused (", "was rejected ("),
    ("names no parameter", "contains no column name of"),
    ("one a line", "one per line"),
    ("an answer a line", "one answer per line"),
    ("at a terminal", "on a terminal"),
    ("and once more)", "and 1 more like this)"),
    ("times more)", "more like this)"),
    ("what belongs to it", "fields that need it"),
    ("is sealed for", "is encrypted for"),
    ("which was not asked for", "which was not requested"),
    ("is taken as a backup", "is treated as a backup"),
    ("is that of a comment", "marks it as a comment"),
    ("gave a token", "sent a token"),
    ("not an expectation", "not a valid condition"),
    ("the only door", "the only way"),
    ("has its first data", "was reset"),
    ("of no use without", "requires"),
    ("is none of", "is not one of"),
    ("where none belongs", "in an unexpected place"),
    ("whatever runs", "whichever command runs"),
    ("lays what", "applies what"),
    ("is there already", "already exists"),
    ("leading blank", "begins with a space"),
    ("elsewhere than on a terminal", "without a terminal"),
    ("is no failure", "does not count as a failure"),
    ("what is waited for", "what the shell is waiting for"),
];

/// Uses that are right: the end of a path, the phrase, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "src/session/variables.rs",
        "for good",
        "a loop over good names",
    ),
    ("src/settings/mod.rs", "for good", "a loop over good URLs"),
];

/// Whether `phrase` stands in `text` as whole words.
fn holds(text: &str, phrase: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(phrase).any(|(at, _)| {
        let after = text[at + phrase.len()..].chars().next();
        !is_word(text[..at].chars().next_back()) && !is_word(after)
    })
}

/// The text of a file in lower case, on one line: a phrase may be wrapped,
/// also within a comment or a quotation.
fn flat(text: &str) -> String {
    let lines = text.lines().map(|line| {
        line.trim()
            .trim_start_matches(['/', '!', '>'])
            .trim_end_matches('\\')
            .trim()
    });
    lines.collect::<Vec<_>>().join(" ").to_lowercase()
}

fn files(path: &Path, into: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("it can be listed") {
            files(&entry.expect("it can be listed").path(), into);
        }
    } else if path
        .extension()
        .is_some_and(|end| ["rs", "md", "txt", "toml"].iter().any(|one| end == *one))
    {
        into.push(path.to_owned());
    }
}

#[test]
fn odd_phrases_are_not_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for top in [
        "src",
        "docs",
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ] {
        files(&root.join(top), &mut all);
    }
    let mut found = Vec::new();
    let mut read = 0;
    for path in all {
        let name = path.strip_prefix(root).expect("below the root").to_owned();
        read += 1;
        let text = flat(&fs::read_to_string(&path).expect("it can be read"));
        for (phrase, better) in PHRASES {
            let is_right = |(end, what, _): &(&str, &str, &str)| {
                name.ends_with(Path::new(end)) && what == phrase
            };
            if holds(&text, &phrase.to_lowercase()) && !EXCEPTIONS.iter().any(is_right) {
                found.push(format!("{}: `{phrase}`: {better}", name.display()));
            }
        }
    }
    assert!(read > 50, "only {read} files were read");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The flags that a text names, as it spells them.
fn flags(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("--").filter_map(|(at, _)| {
        let rest = &text[at + 2..];
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && !"_-".contains(c));
        let name = rest[..end.unwrap_or(rest.len())].trim_end_matches('-');
        let begins = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        (begins && !name.is_empty()).then_some(name)
    })
}

#[test]
fn flags_of_the_shell_are_spelled_as_in_help() {
    let rows = catalog::every().flat_map(catalog::Command::all_params);
    let all = rows.chain(settings::program_flags());
    let shown: HashMap<&str, HashSet<String>> = all.fold(HashMap::new(), |mut shown, param| {
        let spelled = shown.entry(param.name).or_insert_with(HashSet::new);
        spelled.insert(param.shown_name().into_owned());
        shown
    });
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for top in ["src", "docs/how-to", "README.md", "CHANGELOG.md"] {
        files(&root.join(top), &mut paths);
    }
    let mut found = BTreeSet::new();
    for path in paths {
        let name = path.strip_prefix(root).expect("below the root").to_owned();
        let text = fs::read_to_string(&path).expect("it can be read");
        for flag in flags(&text).filter(|flag| flag.contains('_')) {
            let wrong = |all: &HashSet<String>| !all.contains(flag);
            if shown.get(flag).is_some_and(wrong) {
                found.insert(format!("{}: --{flag}", name.display()));
            }
        }
    }
    assert!(found.is_empty(), "with hyphens: {found:#?}");
}

#[test]
fn phrases_are_found_as_whole_words() {
    assert!(holds("it is told who asks", "who asks"));
    assert!(!holds("who asksy", "who asks"));
    assert!(holds(&flat("/// it goes for\n    /// good."), "for good"));
    assert!(!holds("for goods", "for good"));
}
