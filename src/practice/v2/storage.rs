//! Checks of a filesystem, and its secrets.

use serde_json::Value;

use super::reply::Refusal;
use super::secrets::{self, Safe};
use super::shapes::FILESYSTEM;
use crate::practice::go::shape::{Object, int, object_mut, set, text};

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
        name: "Crypt fs config",
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

/// The provider of a filesystem; an unknown number counts as the local one.
fn provider(filesystem: &Object) -> &'static Provider {
    let number = int(filesystem, "provider");
    let mut providers = PROVIDERS.iter();
    providers
        .find(|provider| provider.number == number)
        .unwrap_or(&PROVIDERS[0])
}

/// Whether files are on the server's own disk.
pub(super) fn is_local(filesystem: &Object) -> bool {
    matches!(provider(filesystem).number, LOCAL | CRYPT)
}

/// Whether a secret is only marked as set.
pub(super) fn is_redacted(filesystem: &Object) -> bool {
    PROVIDERS.iter().any(|provider| {
        let section = &filesystem[provider.section];
        let mut secrets = provider.secrets.iter();
        secrets.any(|name| secrets::has_status(&section[*name], "Redacted"))
    })
}

/// The stored secrets that a `PUT` keeps: each that the new filesystem mentions without a new value.
/// Those of Google stay even if they are not mentioned.
pub(super) fn keep_secrets(new: &mut Object, stored: &Object) {
    let provider = provider(new);
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
    let provider = provider(filesystem);
    set(filesystem, "provider", provider.number);
    let zero = FILESYSTEM.zero();
    for other in &PROVIDERS {
        if other.number != provider.number {
            set(filesystem, other.section, zero[other.section].clone());
        }
    }
    let section = object_mut(filesystem, provider.section);
    (provider.check)(section)
        .and_then(|()| {
            let mut secrets = provider.secrets.iter();
            secrets.try_for_each(|name| secrets::check(&section[*name], name))
        })
        .map_err(|reason| {
            let name = provider.name;
            Refusal::invalid(format!("could not validate {name}: {reason}"))
        })?;
    if provider.number == CRYPT && is_weak(&section["passphrase"]) {
        return Err(Refusal::invalid(
            "the configured encryption secret is too weak: use high-entropy random key material \
             produced by a secure random generator",
        ));
    }
    for name in provider.secrets {
        let secret = section.entry(*name).or_insert(Value::Null);
        if secrets::is_set(secret) {
            safe.seal(secret, owner);
        } else {
            *secret = Value::Null;
        }
    }
    Ok(())
}

/// The required strength is not known; only that `SECRET` is too weak.
fn is_weak(passphrase: &Value) -> bool {
    let payload = passphrase["payload"].as_str().unwrap_or_default();
    let mut letters: Vec<char> = payload.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    secrets::has_status(passphrase, "Plain") && (payload.len() < 16 || letters.len() < 8)
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
    let cleaned = format!("{}/", &super::paths::clean(prefix)[1..]);
    set(section, "key_prefix", cleaned);
    Ok(())
}

fn parts(section: &Object) -> Result<(), String> {
    for name in ["upload_part_size", "download_part_size"] {
        let size = int(section, name);
        if size != 0 && !(5..=5000).contains(&size) {
            return Err(format!(
                "{name} cannot be != 0, lower than 5 (MB) or greater than 5000 (MB)"
            ));
        }
    }
    for (name, what) in [
        ("upload_concurrency", "upload"),
        ("download_concurrency", "download"),
    ] {
        let count = int(section, name);
        if !(0..=64).contains(&count) {
            return Err(format!("invalid {what} concurrency: {count}"));
        }
    }
    Ok(())
}

fn s3(section: &mut Object) -> Result<(), String> {
    wanted(section, "bucket")?;
    wanted(section, "region")?;
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
    secrets::check(&section["access_secret"], "access_secret")?;
    prefix(section)?;
    parts(section)
}

fn gcs(section: &mut Object) -> Result<(), String> {
    wanted(section, "bucket")?;
    prefix(section)?;
    if int(section, "automatic_credentials") == 0 && !secrets::is_set(&section["credentials"]) {
        return Err("invalid credentials".to_owned());
    }
    Ok(())
}

fn azure(section: &mut Object) -> Result<(), String> {
    let has_url = secrets::is_set(&section["sas_url"]);
    if !has_url {
        wanted(section, "container")?;
        let has_account = !text(section, "account_name").is_empty();
        if !has_account || !secrets::is_set(&section["account_key"]) {
            return Err("credentials cannot be empty or invalid".to_owned());
        }
    }
    prefix(section)?;
    parts(section)
}

fn crypt(section: &mut Object) -> Result<(), String> {
    if secrets::is_set(&section["passphrase"]) {
        Ok(())
    } else {
        Err("invalid passphrase".to_owned())
    }
}

fn sftp(section: &mut Object) -> Result<(), String> {
    wanted(section, "endpoint")?;
    if !text(section, "endpoint").contains(':') {
        let endpoint = format!("{}:22", text(section, "endpoint"));
        set(section, "endpoint", endpoint);
    }
    wanted(section, "username")?;
    let secrets = ["password", "private_key"];
    if !secrets.iter().any(|name| secrets::is_set(&section[*name])) {
        return Err("credentials cannot be empty".to_owned());
    }
    let prefix = super::paths::clean(text(section, "prefix"));
    set(section, "prefix", prefix);
    Ok(())
}

fn http(section: &mut Object) -> Result<(), String> {
    wanted(section, "endpoint")?;
    let endpoint = text(section, "endpoint");
    if !["http://", "https://"]
        .iter()
        .any(|scheme| endpoint.starts_with(scheme))
    {
        return Err(format!("invalid endpoint schema: {endpoint}"));
    }
    Ok(())
}
