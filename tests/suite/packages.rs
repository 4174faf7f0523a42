//! The packages: every file that `Cargo.toml` puts into them is there or is
//! made by `packaging`, and the oldest Rust is the same wherever it is named.
//! The published crate has no such folders: there, these tests have nothing to read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use toml_edit::DocumentMut;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> Option<String> {
    std::fs::read_to_string(root().join(name)).ok()
}

fn manifest() -> DocumentMut {
    let text = read("Cargo.toml").expect("the manifest");
    text.parse().expect("it is TOML")
}

/// Source and destination of every file in the package of `format`. Destinations do
/// not begin with `/`.
fn assets(format: &str) -> Vec<(String, String)> {
    let manifest = manifest();
    let assets = &manifest["package"]["metadata"][format]["assets"];
    let assets = assets.as_array().expect("a list of assets").iter();
    let text = |item: Option<&toml_edit::Value>| {
        let text = item.and_then(toml_edit::Value::as_str);
        text.expect("a text").to_owned()
    };
    assets
        .map(|asset| match (asset.as_array(), asset.as_inline_table()) {
            (Some(list), _) => (text(list.get(0)), text(list.get(1))),
            (_, table) => {
                let part = |key| text(table.and_then(|table| table.get(key)));
                (part("source"), part("dest"))
            }
        })
        .map(|(from, to)| {
            let to = to.trim_start_matches('/').to_owned();
            let name = from.rsplit('/').next().unwrap_or_default();
            let to = if to.ends_with('/') { to + name } else { to };
            (from, to)
        })
        .collect()
}

/// Whether `packaging/build` writes this file of `target/pages`.
fn writes(file: &str) -> bool {
    let file = file.replace("target/pages/", ">\"$pages/") + "\"";
    read("packaging/build").is_some_and(|build| build.contains(&file))
}

/// What `packaging` makes for the packages, besides the binary.
fn made() -> BTreeSet<PathBuf> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ran = Command::new("bash")
        .arg(root().join("packaging/pages"))
        .arg(env!("CARGO_BIN_EXE_sftpgo-shell"))
        .arg(folder.path())
        .output()
        .expect("bash starts");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success() && said.is_empty(), "{said}");
    let entries = std::fs::read_dir(folder.path()).expect("it can be listed");
    let mut made = BTreeSet::new();
    for entry in entries {
        let entry = entry.expect("it can be listed");
        assert!(entry.metadata().expect("it is there").len() > 100);
        made.insert(Path::new("target/pages").join(entry.file_name()));
    }
    // Not made here: it needs the sources of all crates.
    let licences = "target/pages/licences-of-dependencies.txt.gz";
    assert!(writes(licences));
    made.insert(licences.into());
    made
}

#[test]
fn what_the_packages_contain_is_there_or_is_made() {
    if read("packaging/build").is_none() {
        return;
    }
    let made = made();
    for format in ["deb", "generate-rpm"] {
        let mut left = made.clone();
        for (from, _) in assets(format) {
            let is_there = from == "target/release/sftpgo-shell"
                || left.remove(Path::new(&from))
                || root().join(&from).is_file();
            assert!(is_there, "{format}: {from}");
        }
        assert_eq!(left, BTreeSet::new(), "not in the package of {format}");
    }
}

#[test]
fn the_debian_package_has_a_changelog_and_names_the_holder_of_the_licence() {
    let deb = &manifest()["package"]["metadata"]["deb"];
    let Some(copyright) = deb["license-file"][0].as_str().and_then(read) else {
        assert!(read("packaging/build").is_none(), "no copyright file");
        return;
    };
    let mit = read("LICENSE-MIT").expect("the licence");
    let line = mit.lines().find(|line| line.starts_with("Copyright (c)"));
    let line = line.expect("the holder").replace(" (c)", ":");
    assert!(copyright.contains(&line), "{line}");
    assert!(deb["changelog"].as_str().is_some_and(writes));
}

#[test]
fn files_are_where_the_systems_look() {
    let places = |format: &str, zsh: &str| {
        let all: BTreeSet<String> = assets(format).into_iter().map(|(_, to)| to).collect();
        let wanted = [
            "usr/bin/sftpgo-shell",
            "usr/share/man/man1/sftpgo-shell.1.gz",
            "usr/share/man/man7/sftpgo-shell-language.7.gz",
            "usr/share/bash-completion/completions/sftpgo-shell",
            zsh,
            "usr/share/fish/vendor_completions.d/sftpgo-shell.fish",
        ];
        for place in wanted {
            assert!(all.contains(place), "{format}: {place}");
        }
    };
    places("deb", "usr/share/zsh/vendor-completions/_sftpgo-shell");
    places("generate-rpm", "usr/share/zsh/site-functions/_sftpgo-shell");
}

#[test]
fn the_rpm_removes_the_folders_that_only_it_uses() {
    let script = &manifest()["package"]["metadata"]["generate-rpm"]["post_uninstall_script"];
    let script = script.as_str().expect("a script");
    for (_, to) in assets("generate-rpm") {
        let (folder, _) = to.rsplit_once('/').expect("a path");
        let is_its_own = folder.ends_with("/sftpgo-shell");
        assert!(
            !is_its_own || script.contains(&format!(" /{folder} ")),
            "{folder}"
        );
    }
}

#[test]
fn the_oldest_rust_is_the_same_wherever_it_is_named() {
    let manifest = manifest();
    let oldest = manifest["package"]["rust-version"].as_str();
    let oldest = oldest.expect("`rust-version`");
    let named = [
        ("README.md", format!("Rust {oldest} or later")),
        ("CONTRIBUTING.md", format!("Rust {oldest} or later")),
        (".github/workflows/ci.yml", format!("rust: \"{oldest}\"")),
    ];
    for (file, words) in named {
        if let Some(text) = read(file) {
            assert!(text.contains(&words), "{file} does not name `{words}`");
        }
    }
}

#[test]
fn the_workflow_runs_the_checks_of_the_project() {
    let Some(workflow) = read(".github/workflows/ci.yml") else {
        return;
    };
    assert!(workflow.contains("- run: bash .ci/run\n"));
    for system in ["ubuntu-latest", "macos-latest", "windows-latest"] {
        assert!(workflow.contains(system), "{system}");
    }
    // What is checked is said in one place.
    assert!(!workflow.contains("cargo "), "{workflow}");
}
