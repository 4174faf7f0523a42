//! Checks of the options of event actions, each in the order of the server.

use serde_json::Value;

use super::check::{dedup, once};
use super::filters::not_below_zero;
use super::paths;
use super::reply::Refusal;
use super::secrets;
use crate::practice::go::quote::quoted;
use crate::practice::go::shape::{Object, int, list, object_mut, set, text, texts};

/// Stands for the reports of a retention check, where the path of a file can be.
const REPORTS: &str = "{{RetentionReports}}";

fn invalid<T>(reason: impl AsRef<str>) -> Result<T, Refusal> {
    Err(Refusal::invalid(reason))
}

/// Requires that each pair of a list has a key and a value.
fn pairs(object: &Object, name: &str, what: &str) -> Result<(), Refusal> {
    let is_whole = |pair: &Value| pair["key"] != "" && pair["value"] != "";
    if list(object, name).iter().all(is_whole) {
        return Ok(());
    }
    invalid(format!("invalid {what}"))
}

fn required(object: &Object, name: &str, missing: &str) -> Result<(), Refusal> {
    if text(object, name).is_empty() {
        return invalid(missing);
    }
    Ok(())
}

/// Cleans the paths of a list and drops duplicates; a blank one is not allowed.
fn clean_paths(object: &mut Object, name: &str, blank: &str) -> Result<(), Refusal> {
    let given: Vec<&str> = texts(object, name).map(str::trim).collect();
    if given.iter().any(|path| path.is_empty()) {
        return invalid(blank);
    }
    let cleaned = given.into_iter().map(|path| match path {
        REPORTS => path.to_owned(),
        path => paths::clean(path),
    });
    let cleaned = once(cleaned);
    set(object, name, cleaned);
    Ok(())
}

pub(super) fn http(http: &mut Object) -> Result<(), Refusal> {
    required(http, "endpoint", "HTTP endpoint is required")?;
    let endpoint = text(http, "endpoint");
    let is_known = |scheme: &&str| endpoint.starts_with(*scheme);
    if !["http://", "https://"].iter().any(is_known) {
        return invalid("invalid HTTP endpoint schema: http and https are supported");
    }
    let sends_file = |part: &Value| part["filepath"] != "" && part["filepath"] != REPORTS;
    let timeout = int(http, "timeout");
    if !(1..=180).contains(&timeout) && !list(http, "parts").iter().any(sends_file) {
        return invalid(format!("invalid HTTP timeout {timeout}"));
    }
    pairs(http, "headers", "HTTP headers")?;
    parts(http)?;
    let password = &http["password"];
    if secrets::has_status(password, "Redacted") {
        return invalid("cannot save HTTP configuration with a redacted secret");
    }
    if secrets::has_status(password, "Plain") && password["payload"] == "" {
        return invalid("could not encrypt HTTP password: invalid secret");
    }
    let method = text(http, "method");
    if !["GET", "POST", "PUT", "DELETE"].contains(&method) {
        return invalid(format!("unsupported HTTP method: {method}"));
    }
    pairs(http, "query_parameters", "HTTP query parameters")
}

/// The parts of a body; with parts there is no other body.
fn parts(http: &mut Object) -> Result<(), Refusal> {
    let mut files: Vec<String> = Vec::new();
    let parts = http["parts"].as_array_mut().into_iter().flatten();
    for part in parts.filter_map(Value::as_object_mut) {
        required(part, "name", "HTTP part name is required")?;
        pairs(part, "headers", "HTTP part headers")?;
        let path = text(part, "filepath");
        if path.is_empty() {
            let missing = "HTTP part body is required if no file path is provided";
            required(part, "body", missing)?;
            continue;
        }
        let path = if path == REPORTS {
            path.to_owned()
        } else {
            paths::clean(path)
        };
        if files.contains(&path) {
            // The server does not count this as an error of validation.
            let error = format!("filepath {} is duplicated", quoted(&path));
            return Err(Refusal::error(500, error));
        }
        set(part, "body", "");
        set(part, "filepath", path.as_str());
        files.push(path);
    }
    if list(http, "parts").is_empty() {
        return Ok(());
    }
    if !text(http, "body").is_empty() {
        return invalid(
            "multipart requests require no body. The request body is build from the specified parts",
        );
    }
    let is_type = |pair: &Value| {
        let key = pair["key"].as_str();
        key.is_some_and(|key| key.eq_ignore_ascii_case("content-type"))
    };
    if list(http, "headers").iter().any(is_type) {
        return invalid("content type is automatically set for multipart requests");
    }
    Ok(())
}

/// A new installation allows no command, so nothing else of it is looked at.
pub(super) fn command(command: &mut Object) -> Result<(), Refusal> {
    required(command, "cmd", "command is required")?;
    let command = quoted(text(command, "cmd"));
    invalid(format!("command {command} is not allowed"))
}

pub(super) fn email(email: &mut Object) -> Result<(), Refusal> {
    if list(email, "recipients").is_empty() {
        return invalid("at least one email recipient is required");
    }
    for name in ["recipients", "bcc"] {
        dedup(email, name);
        if texts(email, name).any(str::is_empty) {
            return invalid(format!("invalid email {name}"));
        }
    }
    required(email, "subject", "email subject is required")?;
    required(email, "body", "email body is required")?;
    if !(0..=1).contains(&int(email, "content_type")) {
        return invalid("invalid email content type");
    }
    clean_paths(email, "attachments", "invalid path to attach")
}

pub(super) fn retention(retention: &mut Object) -> Result<(), Refusal> {
    let mut seen: Vec<String> = Vec::new();
    let mut deletes = false;
    let folders = retention["folders"].as_array_mut().into_iter().flatten();
    for folder in folders.filter_map(Value::as_object_mut) {
        let path = paths::clean(text(folder, "path"));
        let hours = int(folder, "retention");
        if hours < 0 {
            return invalid(format!(
                "invalid folder retention {hours}, it must be greater or equal to zero"
            ));
        }
        if seen.contains(&path) {
            return invalid(format!("duplicated folder path {}", quoted(&path)));
        }
        deletes |= hours > 0;
        set(folder, "path", path.as_str());
        seen.push(path);
    }
    if deletes {
        Ok(())
    } else {
        invalid("nothing to delete!")
    }
}

/// The actions on files, in the order of their numbers: what they work on, what is said if there is
/// nothing, and what is said of a blank path.
const FILE_ACTIONS: [(&str, &str, &str); 6] = [
    (
        "renames",
        "no path to rename specified",
        "invalid paths to rename",
    ),
    (
        "deletes",
        "no path to delete specified",
        "invalid path to delete",
    ),
    (
        "mkdirs",
        "no directory to create specified",
        "invalid directory to create",
    ),
    (
        "exist",
        "no path to check for existence specified",
        "invalid path to check for existence",
    ),
    (
        "compress",
        "no path to compress specified",
        "invalid path to compress",
    ),
    ("copy", "no path to copy specified", "invalid paths to copy"),
];

pub(super) fn files(files: &mut Object) -> Result<(), Refusal> {
    let kind = int(files, "type");
    let index = usize::try_from(kind)
        .ok()
        .and_then(|kind| kind.checked_sub(1));
    let Some((name, missing, blank)) = index.and_then(|index| FILE_ACTIONS.get(index)) else {
        return invalid(format!("invalid filesystem action type: {kind}"));
    };
    for (other, ..) in FILE_ACTIONS.iter().filter(|(other, ..)| other != name) {
        let nothing = if *other == "compress" {
            Object::new().into()
        } else {
            Value::Null
        };
        set(files, other, nothing);
    }
    let (owner, name) = match *name {
        "compress" => (compress(object_mut(files, "compress"))?, "paths"),
        name => (files, name),
    };
    if list(owner, name).is_empty() {
        return invalid(*missing);
    }
    match name {
        "renames" => moves(owner, name, blank, ["rename", "renaming"]),
        "copy" => moves(owner, name, blank, ["copy", "copying"]),
        _ => clean_paths(owner, name, blank),
    }
}

/// The archive of a compression.
fn compress(compress: &mut Object) -> Result<&mut Object, Refusal> {
    required(compress, "name", "archive name is mandatory")?;
    let name = paths::clean(text(compress, "name").trim());
    if name == "/" {
        return invalid("invalid archive name");
    }
    set(compress, "name", name);
    Ok(compress)
}

/// Pairs of a source and a target. Only those of a copy keep a slash at the end.
fn moves(files: &mut Object, name: &str, blank: &str, verb: [&str; 2]) -> Result<(), Refusal> {
    let pairs = files[name].as_array_mut().into_iter().flatten();
    for pair in pairs.filter_map(Value::as_object_mut) {
        let given = ["key", "value"].map(|name| text(pair, name).to_owned());
        if given.iter().any(|path| path.trim().is_empty()) {
            return invalid(blank);
        }
        let [source, target] = given.each_ref().map(|path| paths::clean(path.trim()));
        if source == target {
            return invalid(format!("{} source and target cannot be equal", verb[0]));
        }
        if source == "/" || target == "/" {
            return invalid(format!("{} the root directory is not allowed", verb[1]));
        }
        for ((member, given), mut path) in ["key", "value"].iter().zip(given).zip([source, target])
        {
            if name == "copy" && given.ends_with('/') {
                path.push('/');
            }
            set(pair, member, path);
        }
    }
    Ok(())
}

pub(super) fn expiration(expiration: &mut Object) -> Result<(), Refusal> {
    if int(expiration, "threshold") <= 0 {
        return invalid("threshold must be greater than 0");
    }
    Ok(())
}

pub(super) fn account(account: &mut Object) -> Result<(), Refusal> {
    let templates = ["template_admin", "template_user"];
    if templates.iter().all(|name| text(account, name).is_empty()) {
        return invalid("at least a template must be set");
    }
    let mode = int(account, "mode");
    if !(0..=1).contains(&mode) {
        return invalid(format!("invalid account check mode: {mode}"));
    }
    Ok(())
}

pub(super) fn inactivity(inactivity: &mut Object) -> Result<(), Refusal> {
    let names = ["delete_threshold", "disable_threshold"];
    not_below_zero(inactivity, &names);
    let [delete, disable] = names.map(|name| int(inactivity, name));
    if delete == 0 && disable == 0 {
        return invalid("at least a threshold must be defined");
    }
    if delete > 0 && disable > 0 && delete <= disable {
        return invalid(format!(
            "deletion threshold {delete} must be greater than deactivation threshold: {disable}"
        ));
    }
    Ok(())
}
