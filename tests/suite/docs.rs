//! The documentation is correct: its sessions run as printed, its links
//! resolve, its reference is generated from the table, its licences match the
//! dependencies.
//!
//! How it is written for these tests is said in `CONTRIBUTING.md`.

mod answers;
#[cfg(unix)]
mod sessions;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|why| panic!("cannot read {}: {why}", path.display()));
    text.replace("\r\n", "\n")
}

/// Every page for readers, with its name for messages.
fn pages() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
        .iter()
        .map(|name| root().join(name))
        .collect();
    for folder in ["docs", "docs/how-to"] {
        let docs = std::fs::read_dir(root().join(folder)).expect("the folder is there");
        paths.extend(
            docs.map(|entry| entry.expect("it can be listed").path())
                .filter(|path| path.extension().is_some_and(|extension| extension == "md")),
        );
    }
    paths.sort();
    let name = |path: &Path| {
        let name = path.strip_prefix(root()).expect("below the root");
        name.to_string_lossy().replace('\\', "/")
    };
    paths.iter().map(|path| (name(path), read(path))).collect()
}

/// Compares a file with what it should be; with `UPDATE_DOCS=1`, writes it.
pub(crate) fn is_up_to_date(path: &str, should_be: &str) {
    let path = root().join(path);
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        std::fs::write(&path, should_be).expect("docs/ can be written");
    }
    assert!(
        read(&path) == should_be,
        "{} is stale: `UPDATE_DOCS=1 cargo test docs` writes it anew",
        path.display()
    );
}

#[test]
fn the_reference_is_the_tables() {
    is_up_to_date("docs/reference.md", &sftpgo_shell::reference());
}

/// The page with its generated parts as they should be.
fn regenerated(page: &str, parts: &[(&str, String)]) -> String {
    let mut page = page.to_owned();
    for (name, text) in parts {
        let begin = format!("<!-- generated: {name} -->\n");
        let (before, rest) = page.split_once(&begin).expect("the marker is in the page");
        let (_, after) = rest.split_once("<!-- end -->").expect("an end marker");
        page = format!("{before}{begin}\n{text}\n<!-- end -->{after}");
    }
    page
}

#[test]
fn the_tables_of_the_page_of_settings_are_up_to_date() {
    const PAGE: &str = "docs/settings.md";
    let page = read(&root().join(PAGE));
    let parts = sftpgo_shell::settings_docs();
    assert_eq!(page.matches("<!-- generated: ").count(), parts.len());
    is_up_to_date(PAGE, &regenerated(&page, &parts));
}

/// A heading as GitHub makes an anchor of it.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn links_lead_to_files_and_headings_that_are_there() {
    let mut broken = Vec::new();
    for (name, text) in pages() {
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or_default();
            if target.contains("://") || target.contains(char::is_whitespace) {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = match file {
                "" => root().join(&name),
                file => root().join(&name).parent().expect("a folder").join(file),
            };
            let found = path.exists()
                && (heading.is_empty()
                    || read(&path)
                        .lines()
                        .any(|line| line.starts_with('#') && anchor(line) == heading));
            if !found {
                broken.push(format!("{name}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "broken links: {broken:#?}");
}

#[test]
fn the_readme_is_short() {
    let lines = read(&root().join("README.md")).lines().count();
    assert!(lines < 200, "{lines} lines");
}

#[test]
fn the_tables_of_exit_codes_are_true() {
    let server = crate::support::practice();
    let nobody = "--base_url=http://127.0.0.1:1";
    let code = |args: &[&str]| crate::support::Run::at(&server, args).go().code;
    let mut codes = vec![
        code(&["get_users"]),
        code(&["--file", "nowhere"]),
        code(&["get_users", "--limit", "0"]),
        code(&[nobody, "get_users"]),
        code(&["get_user_by_id", "1"]),
    ];
    server.set_failure(Some(503));
    codes.push(code(&["get_users"]));
    assert_eq!(codes, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn the_page_of_settings_has_them_all() {
    let page = read(&root().join("docs/settings.md"));
    for setting in sftpgo_shell::settings::TABLE {
        for name in setting.env.iter().chain([&setting.param.name]) {
            assert!(page.contains(&format!("`{name}`")), "{name} is missing");
        }
    }
    for flag in sftpgo_shell::settings::START {
        let long = format!("`{}", flag.flag());
        assert!(page.contains(&long), "{long} is missing");
    }
    // "A variable that is set but empty counts as not set."
    let server = crate::support::practice();
    let run = crate::support::Run::at(&server, &["set", "api"]);
    run.env("SFTPGO_SHELL_API", "").go().is(0, "2019\n", "");
}

/// What the dependencies of the binary may be under. Each is permissive, but
/// for `EPL-2.0`, of which `docs/licences.md` says what it means.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// The crates whose licence asks for more than a notice.
const NOT_PERMISSIVE: &[(&str, &str)] = &[("colored_json", "EPL-2.0")];

/// Whether an SPDX expression without nested parentheses can be fulfilled.
fn is_allowed(name: &str, licence: &str) -> bool {
    if NOT_PERMISSIVE.contains(&(name, licence)) {
        return true;
    }
    let licence = licence.replace('/', " OR ").replace(['(', ')'], " ");
    let known = |name: &str| LICENCES.contains(&name.trim());
    licence
        .split(" AND ")
        .all(|part| part.split(" OR ").any(known))
}

/// `cargo metadata` as it can be had without the network: for all platforms,
/// else for this one, whose crates are there since this test was built.
fn metadata() -> serde_json::Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let rustc = std::process::Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc runs");
    let version = String::from_utf8_lossy(&rustc.stdout).into_owned();
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("rustc names its host");
    for more in [&[][..], &["--filter-platform", host][..]] {
        let ran = std::process::Command::new(&cargo)
            .args(["metadata", "--offline", "--locked", "--format-version", "1"])
            .args(more)
            .current_dir(root())
            .output()
            .expect("cargo runs");
        if ran.status.success() {
            return serde_json::from_slice(&ran.stdout).expect("cargo metadata is JSON");
        }
    }
    panic!("`cargo metadata --offline` does not work here: `cargo fetch` first");
}

/// The crates that become part of the binary on some platform, with their licences.
fn dependencies() -> BTreeMap<String, String> {
    let metadata = metadata();
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let nodes: BTreeMap<String, serde_json::Value> = list(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|node| (text(&node["id"]), node))
        .collect();
    let root = text(&metadata["resolve"]["root"]);
    let (mut reached, mut next) = (BTreeSet::new(), vec![root.clone()]);
    while let Some(id) = next.pop() {
        if !reached.insert(id.clone()) {
            continue;
        }
        let normal = |dep: &serde_json::Value| {
            list(&dep["dep_kinds"])
                .iter()
                .any(|kind| kind["kind"].is_null())
        };
        next.extend(
            list(&nodes[&id]["deps"])
                .iter()
                .filter(|dep| normal(dep))
                .map(|dep| text(&dep["pkg"])),
        );
    }
    reached.remove(&root);
    list(&metadata["packages"])
        .iter()
        .filter(|package| reached.contains(&text(&package["id"])))
        .map(|package| (text(&package["name"]), text(&package["license"])))
        .collect()
}

#[test]
fn the_licences_of_the_dependencies_are_allowed_and_listed() {
    const PAGE: &str = "docs/licences.md";
    let dependencies = dependencies();
    assert!(dependencies.len() > 50, "{dependencies:?}");
    let refused: Vec<_> = dependencies
        .iter()
        .filter(|(name, licence)| !is_allowed(name, licence))
        .collect();
    assert!(
        refused.is_empty(),
        "not in the list of licences in tests/suite/docs.rs: {refused:?}"
    );

    let mut by_licence: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, licence) in &dependencies {
        by_licence.entry(licence).or_default().push(name);
    }
    let page = read(&root().join(PAGE));
    let (before, rest) = page.split_once("\n| licence |").expect("a table");
    let (table, after) = rest.split_once("\n\n").expect("an end of the table");
    let listed: BTreeSet<(String, String)> = table
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| ")?
                .strip_suffix(" |")?
                .split_once(" | ")
        })
        .flat_map(|(licence, names)| {
            names
                .split(", ")
                .map(|name| (name.to_owned(), licence.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    let missing: Vec<_> = dependencies
        .iter()
        .filter(|(name, licence)| !listed.contains(&((*name).clone(), (*licence).clone())))
        .collect();
    // Without the crates of other platforms at hand the table may hold more.
    if missing.is_empty() {
        return;
    }
    let mut table = "\n| licence | crates |\n|---|---|\n".to_owned();
    for (licence, names) in by_licence {
        table.push_str(&format!("| {licence} | {} |\n", names.join(", ")));
    }
    is_up_to_date(PAGE, &format!("{before}{table}\n{after}"));
}
