//! The filters of users and groups, in the order in which the server checks them.

use serde_json::Value;

use super::check::{dedup, known, networks};
use super::paths;
use super::reply::Refusal;
use crate::practice::go::glob;
use crate::practice::go::keys;
use crate::practice::go::quote::quoted;
use crate::practice::go::shape::{Object, int, is_on, list, object_mut, set, text, texts};

const LOGIN_METHODS: [&str; 8] = [
    "publickey",
    "password",
    "password-over-SSH",
    "keyboard-interactive",
    "publickey+password",
    "publickey+keyboard-interactive",
    "TLSCertificate",
    "TLSCertificate+password",
];

const PROTOCOLS: [&str; 4] = ["SSH", "FTP", "DAV", "HTTP"];

const WEB_OPTIONS: [&str; 10] = [
    "publickey-change-disabled",
    "tls-cert-change-disabled",
    "write-disabled",
    "mfa-disabled",
    "password-change-disabled",
    "api-key-auth-change-disabled",
    "info-change-disabled",
    "shares-disabled",
    "password-reset-disabled",
    "shares-without-password-disabled",
];

fn invalid<T>(reason: impl AsRef<str>) -> Result<T, Refusal> {
    Err(Refusal::invalid(reason))
}

/// Checks the filters of a user or group.
pub(super) fn check(object: &mut Object) -> Result<(), Refusal> {
    let filters = object_mut(object, "filters");
    addresses(filters)?;
    bandwidth(filters)?;
    logins(filters)?;
    let tls = text(filters, "tls_username");
    if !["", "None", "CommonName"].contains(&tls) {
        return invalid(format!("invalid TLS username: {}", quoted(tls)));
    }
    certificates(filters)?;
    known(
        texts(filters, "web_client"),
        &WEB_OPTIONS,
        "invalid web client options ",
    )?;
    shares(filters)?;
    let start = Some(text(filters, "start_directory")).filter(|path| !path.is_empty());
    let start = start.map(paths::clean).filter(|path| path != "/");
    set(filters, "start_directory", start.unwrap_or_default());
    for period in list(filters, "access_time")
        .iter()
        .filter_map(Value::as_object)
    {
        access_time(period)?;
    }
    patterns(filters)?;
    // This server asks nobody else who may log in.
    set(filters, "external_auth_cache_time", 0);
    Ok(())
}

fn addresses(filters: &mut Object) -> Result<(), Refusal> {
    for (name, what) in [("denied_ip", "denied"), ("allowed_ip", "allowed")] {
        dedup(filters, name);
        networks(
            texts(filters, name),
            &format!("could not parse {what} IP/Mask"),
            "",
        )?;
    }
    Ok(())
}

/// Checks how users may log in. Not all methods or protocols can be denied.
fn logins(filters: &Object) -> Result<(), Refusal> {
    for (name, allowed, reason, most) in [
        (
            "denied_login_methods",
            &LOGIN_METHODS[..],
            "invalid login method: ",
            true,
        ),
        (
            "denied_protocols",
            &PROTOCOLS,
            "invalid denied protocol ",
            true,
        ),
        (
            "two_factor_protocols",
            &["HTTP", "SSH", "FTP"],
            "invalid two factor protocol ",
            false,
        ),
    ] {
        if most && list(filters, name).len() >= allowed.len() {
            return invalid(format!("invalid {name}"));
        }
        known(texts(filters, name), allowed, reason)?;
    }
    Ok(())
}

fn shares(filters: &Object) -> Result<(), Refusal> {
    let [usual, most] =
        ["default_shares_expiration", "max_shares_expiration"].map(|name| int(filters, name));
    if most > 0 && most < usual {
        return invalid(format!(
            "default shares expiration: {usual} must be less than or equal to max shares \
             expiration: {most}"
        ));
    }
    Ok(())
}

fn bandwidth(filters: &mut Object) -> Result<(), Refusal> {
    let limits = filters["bandwidth_limits"].as_array_mut();
    for limit in limits
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        if list(limit, "sources").is_empty() {
            return invalid("no bandwidth limit source specified");
        }
        networks(
            texts(limit, "sources"),
            "could not parse bandwidth limit source",
            "",
        )?;
        not_below_zero(limit, &["upload_bandwidth", "download_bandwidth"]);
    }
    Ok(())
}

/// A negative number becomes 0.
pub(super) fn not_below_zero(object: &mut Object, names: &[&str]) {
    for name in names {
        let number = int(object, name).max(0);
        set(object, name, number);
    }
}

/// Drops empty certificates. Of the others, only the envelope is looked at.
fn certificates(filters: &mut Object) -> Result<(), Refusal> {
    if !filters.get("tls_certs").is_some_and(Value::is_array) {
        return Ok(());
    }
    let given = texts(filters, "tls_certs").enumerate();
    for (number, text) in given.filter(|(_, text)| !text.is_empty()) {
        let Some(bytes) = pem(text) else {
            return invalid(format!("invalid TLS certificate {number}"));
        };
        let length = bytes.len().checked_sub(4).map(usize::to_be_bytes);
        let is_whole = length.is_some_and(|length| {
            bytes.starts_with(&[0x30, 0x82]) && length.ends_with(&bytes[2..4])
        });
        if !is_whole {
            return invalid(format!("error parsing TLS certificate {number}"));
        }
    }
    let kept = texts(filters, "tls_certs").filter(|text| !text.is_empty());
    let kept = Value::from(kept.collect::<Vec<&str>>());
    set(filters, "tls_certs", kept);
    Ok(())
}

/// What is between the first line and the last one of a PEM file.
fn pem(text: &str) -> Option<Vec<u8>> {
    let rest = text.split_once("-----BEGIN ")?.1;
    let (kind, rest) = rest.split_once("-----\n")?;
    let (body, _) = rest.split_once(&format!("-----END {kind}-----"))?;
    keys::base64(&body.replace(['\r', '\n'], ""))
}

fn access_time(period: &Object) -> Result<(), Refusal> {
    let day = int(period, "day_of_week");
    if !(0..=6).contains(&day) {
        return invalid(format!("invalid day of week: {day}"));
    }
    let is_time = |text: &str| {
        let number =
            |digits: &str, most: u32| digits.parse().is_ok_and(|number: u32| number <= most);
        let parts = text.split_once(':');
        text.len() == 5
            && parts.is_some_and(|(hour, minute)| number(hour, 23) && number(minute, 59))
    };
    let [from, to] = ["from", "to"].map(|name| text(period, name));
    if !is_time(from) || !is_time(to) {
        return invalid("invalid time of day. Supported format: HH:MM");
    }
    if to <= from {
        return invalid("invalid time of day. The end time cannot be earlier than the start time");
    }
    Ok(())
}

/// The file patterns of each directory, in lower case.
fn patterns(filters: &mut Object) -> Result<(), Refusal> {
    let mut paths_seen: Vec<String> = Vec::new();
    let given = filters["file_patterns"].as_array_mut();
    for filter in given.into_iter().flatten().filter_map(Value::as_object_mut) {
        let shown = quoted(text(filter, "path"));
        let path = paths::shortest(text(filter, "path"));
        if !path.starts_with('/') {
            return invalid(format!("invalid path {shown} for file patterns filter"));
        }
        if paths_seen.contains(&path) {
            return invalid(format!("duplicate file patterns filter for path {shown}"));
        }
        let names = ["allowed_patterns", "denied_patterns"];
        if names.iter().all(|name| list(filter, name).is_empty()) {
            return invalid(format!("empty file patterns filter for path {shown}"));
        }
        let policy = int(filter, "deny_policy");
        if !(0..=1).contains(&policy) {
            return invalid(format!("invalid deny policy {policy} for path {shown}"));
        }
        for name in names {
            if let Some(wrong) = texts(filter, name).find(|pattern| !glob::is_valid(pattern)) {
                return invalid(format!("invalid file pattern filter {}", quoted(wrong)));
            }
            let lower: Vec<String> = texts(filter, name).map(str::to_lowercase).collect();
            set(filter, name, lower);
            dedup(filter, name);
        }
        set(filter, "path", path.as_str());
        paths_seen.push(path);
    }
    Ok(())
}

/// An anonymous user may only look, over the protocols that need no more than a name.
pub(super) fn anonymous(user: &mut Object) {
    if let Some(folders) = user["permissions"].as_object_mut() {
        for (_, allowed) in folders {
            *allowed = vec!["list", "download"].into();
        }
    }
    let filters = object_mut(user, "filters");
    for (name, more) in [
        ("denied_protocols", &["SSH", "HTTP"][..]),
        ("denied_login_methods", &LOGIN_METHODS),
    ] {
        let more = more.iter().copied().filter(|method| *method != "password");
        let all: Vec<&str> = texts(filters, name).chain(more).collect();
        let all = Value::from(all);
        set(filters, name, all);
        dedup(filters, name);
    }
}

/// What a user cannot have at the same time.
pub(super) fn together(user: &mut Object) -> Result<(), Refusal> {
    let filters = object_mut(user, "filters");
    let is_off = |option: &str| texts(filters, "web_client").any(|name| name == option);
    let has_totp = filters["totp_config"]["enabled"] == true;
    if has_totp && is_off("mfa-disabled") {
        return invalid(
            "two-factor authentication cannot be disabled for a user with an active configuration",
        );
    }
    if is_on(filters, "require_password_change") && is_off("password-change-disabled") {
        return invalid("you cannot require password change and at the same time disallow it");
    }
    if !list(filters, "two_factor_protocols").is_empty() && is_off("mfa-disabled") {
        return invalid(
            "you cannot require two-factor authentication and at the same time disallow it",
        );
    }
    Ok(())
}
