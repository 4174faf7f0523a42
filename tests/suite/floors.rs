//! Each module of `src` imports only modules below it. The order of the layers
//! is the table in `docs/design.md`, from the highest to the lowest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The layers as `docs/design.md` lists them: `start`, `interactive`, …
fn floors() -> Vec<String> {
    let page = std::fs::read_to_string(root().join("docs/design.md")).expect("the page is there");
    let section = page.split("\n## Layers\n").nth(1).expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| `src/"))
        .filter_map(|line| line.split('`').next())
        .map(|path| {
            path.trim_end_matches('/')
                .trim_end_matches(".rs")
                .to_owned()
        })
        .collect()
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The code of a file without its comments and its test module.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text);
    let lines = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules that code names by `crate::`, also within `use crate::{…}`.
fn imports(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        let is_part = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        text.chars().take_while(is_part).collect()
    };
    let mut found = BTreeSet::new();
    for (at, prefix) in code.match_indices("crate::") {
        let rest = &code[at + prefix.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(name(rest));
            continue;
        };
        let (mut depth, mut begins) = (0, true);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                c if begins && !c.is_whitespace() => {
                    found.insert(name(&group[at..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn modules_import_only_lower_floors() {
    let floors = floors();
    let floor = |name: &str| floors.iter().position(|other| other == name);
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut wrong = Vec::new();
    for file in &files {
        let path = file.strip_prefix(root().join("src")).expect("below src");
        let shown = path.display();
        let first = path.iter().next().unwrap_or_default().to_string_lossy();
        let module = first.trim_end_matches(".rs");
        let is_test = path
            .iter()
            .any(|part| part == "tests" || part == "tests.rs");
        if matches!(module, "main" | "lib") || is_test {
            continue;
        }
        let Some(own) = floor(module) else {
            wrong.push(format!(
                "src/{shown}: docs/design.md does not list `{module}`"
            ));
            continue;
        };
        let text = std::fs::read_to_string(file).expect("a source file");
        for import in imports(&code(&text)) {
            // A lower floor is further down the list.
            match floor(&import) {
                Some(other) if other >= own => {}
                Some(_) => wrong.push(format!("src/{shown} imports `{import}`, a higher floor")),
                None => wrong.push(format!(
                    "src/{shown} imports `{import}`, which has no floor"
                )),
            }
        }
    }
    assert!(files.len() > 100, "{}", files.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn few_files_at_the_top() {
    let entries = std::fs::read_dir(root().join("src")).expect("it can be listed");
    let loose: Vec<String> = entries
        .map(|entry| entry.expect("it can be listed"))
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(loose.len() <= 8, "{loose:?}");
}

#[test]
fn imports_are_found_in_groups_too() {
    let found = imports("use crate::{a::{b, c}, d};\nuse crate::e::F;\ncrate::g::h()");
    assert_eq!(found, ["a", "d", "e", "g"].map(str::to_owned).into());
}
