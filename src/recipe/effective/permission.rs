//! Which permissions of a user apply to a path, and what they allow. Pure.

use crate::catalog::Release;
use crate::catalog::allow::{
    ALLOWED, ANYTHING, Allowed, OF_A_FILE, OF_A_FILE_IN, OF_THE_PATH, PATTERNS_IN,
};
use crate::text::path::cleaned;
use serde_json::Value as Json;

/// The rule of a user that applies to a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule<'a> {
    /// Its folder; `None` if no rule applies.
    pub(super) folder: Option<&'a str>,
    /// What it allows.
    pub(super) permissions: Vec<&'a str>,
    /// Other rules that match as well; the server does not define which one applies.
    pub(super) others: Vec<&'a str>,
}

/// Whether a release checks an operation for a file itself, and for the folder that another folder is in.
fn is_of_a_file(operation: &str, release: Release) -> bool {
    OF_A_FILE.contains(&operation) && OF_A_FILE_IN.holds(release)
}

/// The path whose permissions apply to an operation on `path`, which is assumed
/// to be a file if that matters. A path with a trailing slash is a folder.
pub(super) fn looked_up(operation: &str, path: &str, release: Release) -> String {
    let clean = cleaned(path);
    let of_itself = OF_THE_PATH.contains(&operation) || is_of_a_file(operation, release);
    if of_itself || (path.len() > 1 && path.ends_with('/')) {
        return clean;
    }
    folder_of(&clean)
}

/// The path whose permissions apply if `path` is a folder, if that may make a difference.
pub(super) fn if_a_folder(operation: &str, path: &str, release: Release) -> Option<String> {
    if path.ends_with('/') {
        return None;
    }
    let known = known(operation, release);
    if known.is_some_and(|known| known.by != known.on_a_folder) {
        return Some(looked_up(operation, path, release));
    }
    is_of_a_file(operation, release).then(|| folder_of(&cleaned(path)))
}

/// The folder that a clean path is in.
fn folder_of(clean: &str) -> String {
    match clean.rsplit_once('/') {
        None | Some(("", _)) => "/".to_owned(),
        Some((parent, _)) => parent.to_owned(),
    }
}

/// The rule that applies to a path (`GetPermissionsForPath`): that of the
/// folder itself, by name or by pattern, else that of the nearest parent
/// folder.
pub(super) fn rule<'a>(permissions: &'a Json, path: &str, release: Release) -> Rule<'a> {
    let matches = |folder: &str, at: &str| PATTERNS_IN.holds(release) && matches(folder, at);
    let folders = || permissions.as_object().into_iter().flatten();
    let mut at = path;
    loop {
        let same = folders().find(|(folder, _)| *folder == at);
        let mut matching = folders().filter(|(folder, _)| matches(folder, at));
        if let Some((folder, allowed)) = same.or_else(|| matching.next()) {
            let others = if same.is_some() {
                Vec::new()
            } else {
                matching.map(|(folder, _)| folder.as_str()).collect()
            };
            return Rule {
                folder: Some(folder),
                permissions: texts(allowed),
                others,
            };
        }
        if at == "/" {
            return Rule {
                folder: None,
                permissions: Vec::new(),
                others: Vec::new(),
            };
        }
        let parent = at.rsplit_once('/').map_or("", |(parent, _)| parent);
        at = if parent.is_empty() { "/" } else { parent };
    }
}

fn texts(list: &Json) -> Vec<&str> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(Json::as_str).collect()
}

/// What allows an operation, if it is more than the permission of this name.
fn known(operation: &str, release: Release) -> Option<&'static Allowed> {
    let mut known = ALLOWED.iter();
    known.find(|known| known.operation == operation && known.span.holds(release))
}

/// What an operation is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On {
    File,
    Folder,
}

/// Whether permissions allow an operation.
pub(super) fn allow(permissions: &[&str], operation: &str, on: On, release: Release) -> bool {
    let has = |name: &str| permissions.contains(&name);
    let sets = known(operation, release).map(|known| match on {
        On::File => known.by,
        On::Folder => known.on_a_folder,
    });
    has(ANYTHING)
        || match sets {
            Some(sets) => sets.iter().any(|all| all.iter().all(|name| has(name))),
            None => has(operation),
        }
}

/// The permission that allows an operation which begins or ends in this folder, and the one
/// that the other folder needs, and whether it begins here.
pub(super) fn with_another_folder(
    permissions: &[&str],
    operation: &str,
    release: Release,
) -> Option<(&'static str, &'static str, bool)> {
    let known = known(operation, release).filter(|known| known.of_two_folders)?;
    known.by.iter().find_map(|set| match set {
        [begin, end] if permissions.contains(begin) => Some((*begin, *end, true)),
        [begin, end] if permissions.contains(end) => Some((*end, *begin, false)),
        _ => None,
    })
}

/// Whether a folder's name is a pattern that this path matches, by the rules of
/// Go's `path.Match`: `*` and `?` do not stand for a slash, `[a-z]` is a class,
/// a backslash escapes the next character.
fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let path: Vec<char> = path.chars().collect();
    let (mut pattern, mut path) = (&pattern[..], &path[..]);
    // The pattern after the last star, and where it was tried. Earlier stars
    // need no retry: all of them end at the next slash.
    let mut star: Option<(&[char], &[char])> = None;
    loop {
        match (pattern, path) {
            ([], []) => return true,
            (['*', rest @ ..], _) => {
                star = Some((rest, path));
                pattern = rest;
                continue;
            }
            _ => {}
        }
        if let Some(both) = one_further(pattern, path) {
            (pattern, path) = both;
            continue;
        }
        match star {
            Some((rest, [c, after @ ..])) if *c != '/' => {
                star = Some((rest, after));
                (pattern, path) = (rest, after);
            }
            _ => return false,
        }
    }
}

/// The rest of both after one matched character.
fn one_further<'a>(pattern: &'a [char], path: &'a [char]) -> Option<(&'a [char], &'a [char])> {
    let [c, after @ ..] = path else { return None };
    let rest = match pattern {
        ['?', rest @ ..] if *c != '/' => rest,
        ['[', class @ ..] if *c != '/' => match in_class(class, *c)? {
            (true, rest) => rest,
            (false, _) => return None,
        },
        ['\\', literal, rest @ ..] if literal == c => rest,
        ['?' | '[' | '\\', ..] => return None,
        [literal, rest @ ..] if literal == c => rest,
        _ => return None,
    };
    Some((rest, after))
}

/// Whether a character is in the class that starts here, and the rest after the
/// class; `None` if it is not closed.
fn in_class(class: &[char], c: char) -> Option<(bool, &[char])> {
    let (negated, mut rest) = match class {
        ['^', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (mut found, mut first) = (false, true);
    loop {
        match rest {
            [']', after @ ..] if !first => return Some((found != negated, after)),
            [] => return None,
            _ => {}
        }
        let (low, after) = member(rest)?;
        let (high, after) = match after {
            ['-', after @ ..] => member(after)?,
            after => (low, after),
        };
        found |= (low..=high).contains(&c);
        (rest, first) = (after, false);
    }
}

fn member(class: &[char]) -> Option<(char, &[char])> {
    match class {
        ['\\', c, rest @ ..] => Some((*c, rest)),
        ['\\' | '-' | ']', ..] | [] => None,
        [c, rest @ ..] => Some((*c, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Release = Release::new(2, 7, 5);

    #[test]
    fn the_nearest_folder_decides() {
        let map = json!({
            "/": ["list"], "/in": ["upload"], "/in/*": ["download"], "/in/a": [], "/x?": ["*"],
            "/x[a-c]": ["list"],
        });
        for (path, folder) in [
            ("/", "/"),
            ("/out", "/"),
            ("/in", "/in"),
            ("/in/a", "/in/a"),
            ("/in/b", "/in/*"),
            ("/in/b/c", "/in/*"),
            ("/in/a/c", "/in/a"),
            ("/xb", "/x?"),
            ("/xb/y", "/x?"),
            ("/xyz", "/"),
        ] {
            let rule = rule(&map, path, NOW);
            assert_eq!(rule.folder, Some(folder), "{path}");
            let others = if folder == "/x?" {
                vec!["/x[a-c]"]
            } else {
                vec![]
            };
            assert_eq!(rule.others, others, "{path}");
        }
        assert_eq!(rule(&json!({}), "/a", NOW).folder, None);
        assert_eq!(rule(&json!({"/a": []}), "/b", NOW).folder, None);
        // Before 2.5.0 a pattern is a name like any other.
        let old = rule(&map, "/in/b", Release::new(2, 3, 6));
        assert_eq!(old.folder, Some("/in"));
    }

    #[test]
    fn which_path_is_checked() {
        for (operation, path, looked) in [
            ("upload", "/in/report.pdf", "/in"),
            ("upload", "/report.pdf", "/"),
            ("upload", "/in/", "/in"),
            ("list", "/in", "/in"),
            ("copy", "/in/a", "/in/a"),
            ("list", "/in/../out/.", "/out"),
            ("create_dirs", "/in//new", "/in"),
            ("delete", "/", "/"),
            ("list", "/../..", "/"),
            ("chmod", "/in/a", "/in"),
            ("chown", "/in/a/", "/in/a"),
        ] {
            assert_eq!(
                looked_up(operation, path, NOW),
                looked,
                "{operation} {path}"
            );
        }
        let old = Release::new(2, 6, 4);
        assert_eq!(looked_up("chmod", "/in/a", old), "/in/a");
        assert_eq!(if_a_folder("chmod", "/in/a", old).as_deref(), Some("/in"));
        assert_eq!(if_a_folder("chmod", "/in/a", NOW), None);
        assert_eq!(if_a_folder("rename", "/in/a", old), None);
    }

    #[test]
    fn some_permissions_include_others() {
        for (has, operation, is) in [
            (&["*"][..], "chown", true),
            (&["delete"], "delete_dirs", true),
            (&["delete_dirs"], "delete", false),
            (&["delete_dirs", "delete_files"], "delete", true),
            (&["upload"], "overwrite", false),
            (&["rename_files"], "rename_files", true),
            (&[], "list", false),
        ] {
            assert_eq!(
                allow(has, operation, On::File, NOW),
                is,
                "{has:?} {operation}"
            );
        }
        let moves = ["delete", "upload"];
        for (release, on, is) in [
            (Release::new(2, 0, 4), On::File, true),
            (Release::new(2, 1, 2), On::File, true),
            (Release::new(2, 1, 2), On::Folder, false),
            (Release::new(2, 2, 0), On::File, false),
            (NOW, On::File, false),
        ] {
            assert_eq!(allow(&moves, "rename", on, release), is, "{release} {on:?}");
        }
    }

    #[test]
    fn a_rename_between_two_folders() {
        let old = Release::new(2, 0, 4);
        let other = |has: &[&str], release| with_another_folder(has, "rename", release);
        assert_eq!(
            other(&["list", "delete"], old),
            Some(("delete", "upload", true))
        );
        assert_eq!(other(&["upload"], old), Some(("upload", "delete", false)));
        assert_eq!(other(&["list"], old), None);
        assert_eq!(other(&["delete"], NOW), None);
        assert_eq!(with_another_folder(&["delete"], "delete", old), None);
    }

    #[test]
    fn patterns_match_as_in_go() {
        for (pattern, path, is) in [
            ("/a/*", "/a/b", true),
            ("/a/*", "/a/b/c", false),
            ("/*/in", "/bob/in", true),
            ("/a\\*", "/a*", true),
            ("/a\\*", "/ab", false),
            ("/[^a]", "/b", true),
            ("/[^a]", "/a", false),
            ("/[a-c]x", "/bx", true),
            ("/[", "/[", false),
            ("/[]a]", "/]", false),
            ("/[\\]]", "/]", true),
            ("/a?", "/a/", false),
            ("", "/", false),
            ("/a\\", "/a\\", false),
            ("/a\\bc", "/a\\bc", false),
            ("/*a*b", "/xaxab", true),
            ("/*/a", "/b", false),
            ("/*b/*c", "/abb/cdc", true),
            ("/*b/c", "/b/b/c", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, path), is, "{pattern} {path}");
        }
    }

    #[test]
    fn many_stars_take_linear_time() {
        let path = format!("/{}", "a".repeat(20_000));
        assert!(!matches(&format!("/{}b", "a*".repeat(200)), &path));
        assert!(matches(&path, &path));
    }
}
