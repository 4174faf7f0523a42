//! Checks of a filesystem, and its secrets.

use serde_json::Value;

use super::reply::Refusal;
use super::secrets::{self, Safe};
use super::shapes::FILESYSTEM;
use super::strength;
use crate::practice::go::quote::quoted;
use crate::practice::go::shape::{Object, int, object_mut, set, text};
use crate::practice::go::{escape, url};

/// A storage provider: its number, its section, its name in errors, and its secrets.
struct Provider {
    number: i64,
    section: &'static str,
    name: &'static str,
    secrets: &'static [&'static str],
    check: fn(&mut Object) -> Result<(), String>,
}

const LOCAL: i64 = 0;
const GCS: i64 = 2;
const CRYPT: i64 = 4;

static PROVIDERS: [Provider; 7] = [
    Provider {
        number: LOCAL,
        section: "osconfig",
        name: "",
        secrets: &[],
        check: |_| Ok(()),
    },
    Provider {
        number: 1,
        section: "s3config",
        name: "s3config",
        secrets: &["access_secret", "sse_customer_key"],
        check: s3,
    },
    Provider {
        number: GCS,
        section: "gcsconfig",
        name: "GCS config",
        secrets: &["credentials"],
        check: gcs,
    },
    Provider {
        number: 3,
        section: "azblobconfig",
        name: "Azure Blob config",
        secrets: &["account_key", "sas_url"],
        check: azure,
    },
    Provider {
        number: CRYPT,
        section: "cryptconfig",
        name: "crypt fs config",
        secrets: &["passphrase"],
        check: crypt,
    },
    Provider {
        number: 5,
        section: "sftpconfig",
        name: "SFTP fs config",
        secrets: &["password", "private_key", "key_passphrase"],
        check: sftp,
    },
    Provider {
        number: 6,
        section: "httpconfig",
        name: "HTTP fs config",
        secrets: &["password", "api_key"],
        check: http,
    },
];

/// The secrets that encrypt data, and how strong they must be.
const ENCRYPTING: [&str; 2] = ["passphrase", "sse_customer_key"];
const STRENGTH: i64 = 80;

fn provider(filesystem: &Object) -> Option<&'static Provider> {
    let number = int(filesystem, "provider");
    let mut providers = PROVIDERS.iter();
    providers.find(|provider| provider.number == number)
}

/// Whether files are on the server's own disk.
pub(super) fn is_local(filesystem: &Object) -> bool {
    [LOCAL, CRYPT].contains(&int(filesystem, "provider"))
}

/// Whether a user needs a home directory only for files that are being sent on.
pub(super) fn is_elsewhere(filesystem: &Object) -> bool {
    provider(filesystem).is_some() && !is_local(filesystem)
}

/// Whether a secret is only marked as set.
pub(super) fn is_redacted(filesystem: &Object) -> bool {
    provider(filesystem).is_some_and(|provider| {
        let section = &filesystem[provider.section];
        let mut secrets = provider.secrets.iter();
        secrets.any(|name| secrets::has_status(&section[*name], "Redacted"))
    })
}

/// The stored secrets that a `PUT` keeps: each that the new filesystem mentions without a new value.
/// Those of Google stay even if they are not mentioned.
pub(super) fn keep_secrets(new: &mut Object, stored: &Object) {
    let Some(provider) = provider(new) else {
        return;
    };
    let stored = &stored[provider.section];
    let section = object_mut(new, provider.section);
    for name in provider.secrets {
        let secret = section.entry(*name).or_insert(Value::Null);
        if provider.number == GCS && !secrets::has_status(secret, "Plain") {
            *secret = stored[*name].clone();
        } else {
            secrets::keep_stored(secret, &stored[*name]);
        }
    }
}

/// Checks a filesystem, seals its secrets for `owner`, and clears the sections of all other providers.
pub(super) fn check(filesystem: &mut Object, owner: &str, safe: &mut Safe) -> Result<(), Refusal> {
    let Some(provider) = provider(filesystem) else {
        return Err(Refusal::invalid("invalid filesystem provider"));
    };
    let zero = FILESYSTEM.zero();
    for other in &PROVIDERS {
        if other.number != provider.number {
            set(filesystem, other.section, zero[other.section].clone());
        }
    }
    let is_local = is_local(filesystem);
    let section = object_mut(filesystem, provider.section);
    (provider.check)(section).map_err(|reason| {
        let name = provider.name;
        Refusal::invalid(format!("could not validate {name}: {reason}"))
    })?;
    for name in provider.secrets {
        let secret = section.entry(*name).or_insert(Value::Null);
        let is_weak = || strength::check(text_of(secret), STRENGTH).is_err();
        if ENCRYPTING.contains(name) && secrets::has_status(secret, "Plain") && is_weak() {
            return Err(Refusal::invalid(
                "the configured encryption secret is too weak: use high-entropy random key \
                 material produced by a secure random generator",
            ));
        }
        if secrets::has_status(secret, "Plain") && text_of(secret).is_empty() {
            // The secrets of the other providers are checked before.
            let what = if *name == "sas_url" {
                "SAS URL"
            } else {
                "account key"
            };
            let reason = format!("could not encrypt Azure blob {what}: invalid secret");
            return Err(Refusal::invalid(reason));
        }
        if secrets::is_set(secret) {
            safe.seal(secret, owner);
        } else {
            *secret = Object::new().into();
        }
    }
    if is_local { buffers(section) } else { Ok(()) }
}

fn text_of(secret: &Value) -> &str {
    secret["payload"].as_str().unwrap_or_default()
}

/// The server does not count these as errors of validation.
fn buffers(section: &Object) -> Result<(), Refusal> {
    for (name, what) in [("read_buffer_size", "read"), ("write_buffer_size", "write")] {
        if !(0..=10).contains(&int(section, name)) {
            let error = format!("invalid {what} buffer size must be between 0 and 10 MB");
            return Err(Refusal::error(500, error));
        }
    }
    Ok(())
}

fn wanted(section: &Object, name: &str) -> Result<(), String> {
    if text(section, name).is_empty() {
        return Err(format!("{name} cannot be empty"));
    }
    Ok(())
}

/// A prefix has no leading slash and one trailing slash.
fn prefix(section: &mut Object) -> Result<(), String> {
    let prefix = text(section, "key_prefix");
    if prefix.is_empty() {
        return Ok(());
    }
    if prefix.starts_with('/') {
        return Err("key_prefix cannot start with /".to_owned());
    }
    let cleaned = format!("{}/", super::paths::shortest(prefix));
    set(section, "key_prefix", cleaned);
    Ok(())
}

fn trim(section: &mut Object, names: &[&str]) {
    for name in names {
        let trimmed = text(section, name).trim().to_owned();
        set(section, name, trimmed);
    }
}

fn concurrency(section: &Object, name: &str, what: &str) -> Result<(), String> {
    let count = int(section, name);
    if (0..=64).contains(&count) {
        Ok(())
    } else {
        Err(format!("invalid {what} concurrency: {count}"))
    }
}

fn s3(section: &mut Object) -> Result<(), String> {
    wanted(section, "bucket")?;
    if text(section, "endpoint").is_empty() {
        wanted(section, "region")?;
    }
    let has_key = !text(section, "access_key").is_empty();
    match (has_key, secrets::is_set(&section["access_secret"])) {
        (false, true) => {
            return Err("access_key cannot be empty with access_secret not empty".to_owned());
        }
        (true, false) => {
            return Err("access_secret cannot be empty with access_key not empty".to_owned());
        }
        _ => {}
    }
    for name in ["access_secret", "sse_customer_key"] {
        secrets::check(&section[name], name)?;
    }
    prefix(section)?;
    trim(section, &["storage_class", "acl"]);
    for what in ["upload", "download"] {
        let name = format!("{what}_part_size");
        let size = int(section, &name);
        if size != 0 && !(5..=2000).contains(&size) {
            return Err(format!(
                "{name} cannot be != 0, lower than 5 (MB) or greater than 2000 (MB)"
            ));
        }
        concurrency(section, &format!("{what}_concurrency"), what)?;
    }
    Ok(())
}

fn gcs(section: &mut Object) -> Result<(), String> {
    let automatic = int(section, "automatic_credentials");
    if automatic == 1 {
        set(section, "credentials", Value::Null);
    }
    wanted(section, "bucket")?;
    prefix(section)?;
    secrets::check(&section["credentials"], "credentials")?;
    if automatic == 0 && !secrets::is_set(&section["credentials"]) {
        return Err("invalid credentials".to_owned());
    }
    trim(section, &["storage_class", "acl"]);
    if int(section, "upload_part_size") > 2000 {
        set(section, "upload_part_size", 0);
    }
    super::filters::not_below_zero(section, &["upload_part_size", "upload_part_max_time"]);
    Ok(())
}

fn azure(section: &mut Object) -> Result<(), String> {
    let has_url = secrets::is_set(&section["sas_url"]);
    if has_url {
        if !secrets::has_status(&section["sas_url"], "Plain") {
            secrets::check(&section["sas_url"], "sas_url")?;
        }
    } else {
        wanted(section, "container")?;
        if text(section, "account_name").is_empty() {
            return Err("account name is required".to_owned());
        }
        if !secrets::has_status(&section["account_key"], "Plain") {
            secrets::check(&section["account_key"], "account_key")?;
        }
    }
    prefix(section)?;
    for what in ["upload", "download"] {
        let size = int(section, &format!("{what}_part_size"));
        if !(0..=2000).contains(&size) {
            return Err(format!("invalid {what} part size: {size}"));
        }
        // The server says "upload" for both.
        concurrency(section, &format!("{what}_concurrency"), "upload")?;
    }
    let tier = text(section, "access_tier");
    if !["", "Archive", "Hot", "Cool"].contains(&tier) {
        let tier = quoted(tier);
        return Err(format!(
            "invalid access tier {tier}, valid values: \"'', Archive, Hot, Cool\""
        ));
    }
    Ok(())
}

fn crypt(section: &mut Object) -> Result<(), String> {
    let passphrase = &section["passphrase"];
    if !secrets::is_set(passphrase) {
        return Err("invalid passphrase".to_owned());
    }
    if text_of(passphrase).is_empty() {
        return Err("passphrase cannot be empty or invalid".to_owned());
    }
    secrets::check(passphrase, "passphrase")
}

fn sftp(section: &mut Object) -> Result<(), String> {
    wanted(section, "endpoint")?;
    if !text(section, "endpoint").contains(':') {
        let endpoint = format!("{}:22", text(section, "endpoint"));
        set(section, "endpoint", endpoint);
    }
    url::host_port(text(section, "endpoint"))
        .map_err(|reason| format!("invalid endpoint: {reason}"))?;
    wanted(section, "username")?;
    if !(0..=16).contains(&int(section, "buffer_size")) {
        return Err("invalid buffer_size, valid range is 0-16".to_owned());
    }
    let secrets = ["password", "private_key"];
    if !secrets.iter().any(|name| secrets::is_set(&section[*name])) {
        return Err("credentials cannot be empty".to_owned());
    }
    for (name, what) in [
        ("password", "password"),
        ("private_key", "private key"),
        ("key_passphrase", "private key passphrase"),
    ] {
        secrets::check(&section[name], what)?;
    }
    let prefix = super::paths::clean(text(section, "prefix"));
    set(section, "prefix", prefix);
    let key = &section["private_key"];
    if secrets::has_status(key, "Plain") && !text_of(key).contains("-----BEGIN ") {
        return Err("invalid private key: ssh: no key found".to_owned());
    }
    Ok(())
}

fn http(section: &mut Object) -> Result<(), String> {
    if text(section, "endpoint").is_empty() {
        return Err("httpfs: endpoint cannot be empty".to_owned());
    }
    let endpoint = text(section, "endpoint").trim_end_matches('/').to_owned();
    url::check(&endpoint).map_err(|reason| format!("httpfs: invalid endpoint: {reason}"))?;
    let is_known = |scheme: &&str| endpoint.starts_with(*scheme);
    if !["http://", "https://"].iter().any(is_known) {
        return Err("httpfs: invalid endpoint schema: http and https are supported".to_owned());
    }
    let (host, query) = url::host_and_query(&endpoint);
    if host == "unix" {
        let path = escape::parameter(query, "socket_path").unwrap_or_default();
        if !path.starts_with('/') {
            let path = quoted(&path);
            return Err(format!("httpfs: invalid unix domain socket path: {path}"));
        }
    }
    set(section, "endpoint", endpoint);
    for (name, what) in [("password", "password"), ("api_key", "API key")] {
        secrets::check(&section[name], what).map_err(|reason| format!("httpfs: {reason}"))?;
    }
    Ok(())
}
