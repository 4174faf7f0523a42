//! Command files with their expected output: each `golden/NAME.sftpgo` is run
//! against its own practice server, and the output is compared with the files
//! next to it.
//!
//! `NAME.out` and `NAME.err` are the streams, `NAME.code` the exit code.
//! `NAME.args`, if it is there, holds the arguments; if they do not name the
//! file, it is standard input. `UPDATE_GOLDEN=1 cargo test golden` writes the
//! companions again: look at each before you keep it.

use crate::support::{Ran, Run, practice, words};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where the files have the practice server.
const WRITTEN: &str = "127.0.0.1:8080";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/golden")
}

/// The files of a folder by their names in the golden one; its folders too.
fn files(folder: &Path, before: &str) -> Vec<(String, PathBuf)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let name = format!("{before}{name}");
        if path.is_dir() {
            all.extend(files(&path, &format!("{name}/")));
        } else {
            all.push((name, path));
        }
    }
    all
}

/// Runs a case, all files of the golden folder in its working folder.
fn ran(name: &str, all: &[(String, PathBuf)]) -> Ran {
    let server = practice();
    let file = format!("{name}.sftpgo");
    let read = |name: &str| {
        let path = all.iter().find(|(other, _)| other == name);
        path.map(|(_, path)| std::fs::read_to_string(path).expect("it is UTF-8"))
    };
    let args = read(&format!("{name}.args")).map_or_else(
        || vec!["--file".to_owned(), file.clone()],
        |line| words(&line),
    );
    let mut run = Run::at(&server, &args).env("ADA_PASSWORD", "hunter2");
    for (name, path) in all {
        let copy = run.home.path().join(name);
        std::fs::create_dir_all(copy.parent().expect("a folder")).expect("a temporary folder");
        std::fs::copy(path, copy).expect("a temporary folder");
    }
    if !args.contains(&file) {
        run = run.input(read(&file).expect("the case itself"));
    }
    let Ran { out, err, code } = run.go();
    let written = |text: String| text.replace(&server.addr().to_string(), WRITTEN);
    Ran {
        out: written(out),
        err: written(err),
        code,
    }
}

#[test]
fn golden_files_are_up_to_date() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1");
    let all = files(&folder(), "");
    let names: BTreeSet<&str> = all
        .iter()
        .filter_map(|(name, _)| name.strip_suffix(".sftpgo"))
        .filter(|name| !name.contains('/'))
        .collect();
    assert!(names.len() > 20, "{names:?}");
    let mut wrong = Vec::new();
    for (name, _) in &all {
        let of = name.rsplit_once('.').map_or(name.as_str(), |(of, _)| of);
        if !name.contains('/') && !names.contains(of) {
            wrong.push(format!("{name} belongs to no case"));
        }
    }
    for name in names {
        let ran = ran(name, &all);
        for (companion, shown) in [
            ("out", ran.out),
            ("err", ran.err),
            ("code", format!("{}\n", ran.code)),
        ] {
            let path = folder().join(format!("{name}.{companion}"));
            if update {
                std::fs::write(&path, &shown).expect("the folder can be written");
            }
            match std::fs::read_to_string(&path) {
                Ok(kept) if kept == shown => {}
                Ok(kept) => wrong.push(format!(
                    "{name}.{companion} should be\n{kept}--- and it is\n{shown}---"
                )),
                Err(why) => wrong.push(format!("{name}.{companion}: {why}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
