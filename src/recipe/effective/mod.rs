//! `effective_user` and `test_permission`: a user with the settings that apply
//! at login, including those of its groups.

mod merge;
mod permission;

use super::RecipeResult;
use super::groups::{Groups, PRIMARY, SECONDARY, memberships};
use crate::catalog::Release;
use crate::catalog::schema::{Path, Step};
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::shell::Shell;
use crate::text::clean;
use crate::text::words::plural;
use jiff::Timestamp;
use merge::{Effective, GroupSettings};
use permission::{On, Rule, allow, if_a_folder, looked_up, rule, with_another_folder};
use serde_json::{Value as Json, json};

pub(super) fn user(shell: &mut Shell, call: &Call) -> Result<RecipeResult, Error> {
    let effective = effective(shell, call.text("username"))?;
    let result = json!({"user": effective.user, "origins": effective.origins()});
    Ok(result.into())
}

/// A user with its groups' settings.
fn effective(shell: &mut Shell, name: &str) -> Result<Effective, Error> {
    let user = shell.part_object("get_user_by_username", name, "username")?;
    let mut groups = Groups::default();
    // A membership-only group has no settings for the user, and may be hidden from this admin.
    let mut giving = memberships(&user);
    giving.retain(|(_, kind)| matches!(*kind, PRIMARY | SECONDARY));
    for (name, _) in &giving {
        groups.get(shell, name)?;
    }
    let group = |(name, kind)| {
        let group = groups.known(name)?;
        let primary = kind == PRIMARY;
        Some(GroupSettings {
            name,
            primary,
            group,
        })
    };
    let groups: Vec<GroupSettings> = giving.into_iter().filter_map(group).collect();
    Ok(Effective::new(&user, &groups))
}

/// Checks the arguments of `test_permission` before the run.
pub(super) fn check(call: &Call) -> Result<(), Error> {
    let path = call.text("path");
    if path.starts_with('/') {
        return Ok(());
    }
    Err(
        Error::typed(format!("`{path}` is not a path as the user sees it"))
            .hint("it must start with `/`, the user's own root, as in `/in/report.pdf`")
            .at(call.place("path")),
    )
}

pub(super) fn test(shell: &mut Shell, call: &Call) -> Result<RecipeResult, Error> {
    let (name, operation) = (call.text("username"), call.text("operation"));
    let effective = effective(shell, name)?;
    // What is checked depends on it.
    shell.learn_release()?;
    let release = shell.session.settings.api.release;
    let user = &effective.user;
    let none = Json::Null;
    let permissions = user.get("permissions").unwrap_or(&none);
    let path = call.text("path");
    let folder = looked_up(operation, path, release);
    let rule = rule(permissions, &folder, release);
    let allowed = allow(&rule.permissions, operation, On::File, release);
    let mut warnings = warnings(user, path, &rule);
    warnings.extend(of_a_folder(permissions, operation, path, allowed, release));
    if !allowed {
        warnings.extend(between_folders(&rule, operation, release));
    }
    for warning in &warnings {
        shell.screen().say(&format!("warning: {warning}\n"));
    }
    let key = |key: &str| Step::Key(key.to_owned());
    let origin = rule
        .folder
        .map(|folder| effective.origin(&Path(vec![key("permissions"), key(folder)])));
    let result = json!({
        "username": name,
        "operation": operation,
        "path": path,
        "folder": folder,
        "allowed": allowed,
        "rule": rule.folder,
        "permissions": rule.permissions,
        "origin": origin,
        "warnings": warnings,
    });
    let error = (!allowed).then(|| refused(operation, path, &rule));
    Ok(RecipeResult::new(result, error))
}

fn refused(operation: &str, path: &str, rule: &Rule) -> Error {
    let path = clean::line(path);
    let why = match (rule.folder, rule.permissions.as_slice()) {
        (None, _) => "no rule applies".to_owned(),
        (Some(folder), []) => format!("the rule for `{}` allows nothing", clean::line(folder)),
        (Some(folder), allowed) => format!(
            "the rule for `{}` allows {}",
            clean::line(folder),
            clean::line(&allowed.join(", "))
        ),
    };
    Error::new(
        Fault::Local,
        format!("`{operation}` on `{path}` is not allowed: {why}"),
    )
}

/// A warning if the result differs for a folder: only the server knows what the path is.
fn of_a_folder(
    permissions: &Json,
    operation: &str,
    path: &str,
    allowed: bool,
    release: Release,
) -> Option<String> {
    let above = if_a_folder(operation, path, release)?;
    let rule = rule(permissions, &above, release);
    let other = allow(&rule.permissions, operation, On::Folder, release) != allowed;
    other.then(|| {
        let folder = rule.folder.map_or("none".to_owned(), |folder| {
            format!("the rule for `{}`", clean::line(folder))
        });
        let outcome = if allowed { "is not" } else { "is" };
        format!("this applies to a file; for a folder, {folder} applies and it {outcome} allowed")
    })
}

/// A warning if the operation is allowed together with the permissions of another folder.
fn between_folders(rule: &Rule, operation: &str, release: Release) -> Option<String> {
    let (has, needs, begins) = with_another_folder(&rule.permissions, operation, release)?;
    let direction = if begins { "to" } else { "from" };
    Some(format!(
        "on this release, `{has}` here lets the user move a file {direction} a folder with `{needs}`"
    ))
}

/// Other reasons why the user may be blocked, and rules that are probably wrong.
fn warnings(user: &Json, path: &str, rule: &Rule) -> Vec<String> {
    let mut warnings = Vec::new();
    let text = |key: &str| user.get(key).and_then(Json::as_str).unwrap_or_default();
    let int = |key: &str| user.get(key).and_then(Json::as_i64).unwrap_or(0);
    if int("status") != 1 {
        warnings.push("the user is disabled".to_owned());
    }
    let end = int("expiration_date");
    if end > 0 && end <= Timestamp::now().as_millisecond() {
        warnings.push("the account has expired".to_owned());
    }
    if !rule.others.is_empty() {
        let others = plural(rule.others.len(), "other pattern");
        warnings.push(format!(
            "{others} match as well; the server does not define which one applies"
        ));
    }
    let folders = user.get("virtual_folders").and_then(Json::as_array);
    let folders = || folders.into_iter().flatten();
    let mapped = folders().filter_map(|folder| folder.get("mapped_path")?.as_str());
    let on_disk: Vec<&str> = mapped.chain([text("home_dir")]).collect();
    let keys = user.get("permissions").and_then(Json::as_object);
    let keys = keys.into_iter().flatten().map(|(key, _)| key.as_str());
    // A virtual folder may have the same path on disk.
    let is_seen = |path: &str| {
        let mut seen = folders().filter_map(|folder| folder.get("virtual_path")?.as_str());
        seen.any(|seen| is_below(path, seen))
    };
    for path in keys.chain([path]) {
        if !is_seen(path) && on_disk.iter().any(|disk| is_below(path, disk)) {
            let path = clean::line(path);
            warnings.push(format!(
                "`{path}` looks like a path on the server's disk: paths here are as the user sees them, with `/` for the home directory"
            ));
        }
    }
    warnings
}

/// Whether a path equals a path on disk or is below it; `/` does not count.
fn is_below(path: &str, disk: &str) -> bool {
    let disk = disk.trim_end_matches('/');
    let rest = path.strip_prefix(disk).filter(|_| !disk.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
