//! The names of secrets; each set is built on first use.

use super::{Command, Kind, Line, Param, every};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The members of v2 bodies that hold a secret in an envelope: an object with
/// a `status` and a `payload`. A test compares this list with the schema.
const ENVELOPES: &[&str] = &[
    "access_secret",
    "account_key",
    "api_key",
    "credentials",
    "key_passphrase",
    "passphrase",
    "password",
    "private_key",
    "sas_url",
    "secret",
    "sse_customer_key",
];

/// Other secret members of v2 bodies that have no flag.
const OTHERS: &[&str] = &["payload", "session_token"];

static KEYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let keys = secrets().map(|param| param.key);
    let own = |key: &str| key.rsplit('.').next().unwrap_or_default().to_lowercase();
    keys.chain(OTHERS.iter().copied()).map(own).collect()
});

static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let names = secrets().map(|param| param.name);
    let all = names
        .chain(OTHERS.iter().copied())
        .chain(ENVELOPES.iter().copied());
    all.collect::<BTreeSet<_>>().into_iter().collect()
});

static FLAGS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let params = every().flat_map(Command::all_params);
    let flags = params.filter(|param| matches!(param.line, Line::Flag | Line::Ignored));
    flags.map(|param| param.name).collect()
});

/// Every parameter that is secret.
pub fn secrets() -> impl Iterator<Item = &'static Param> {
    every()
        .flat_map(Command::all_params)
        .filter(|param| param.kind == Kind::Secret)
}

/// The names of secrets, as flags and in JSON, each once.
pub fn secret_names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied()
}

/// Whether `key` names a secret in a body, in any case (Go's decoder ignores case).
pub fn is_secret_key(key: &str) -> bool {
    KEYS.contains(&key.to_lowercase()) || is_envelope(key)
}

/// What is in the names of headers and variables whose values are secret.
const IN_NAMES: &[&str] = &[
    "authorization",
    "token",
    "apikey",
    "secret",
    "password",
    "cookie",
];

/// Whether a header or a variable of an event action, by its name, has a secret value. The
/// API does not say so: this is for the screen only.
pub fn is_secret_name(name: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let plain = name.to_lowercase().replace(['-', '_', '.'], "");
    // Paths that are copied are pairs as well.
    name.chars().all(is_name) && IN_NAMES.iter().any(|part| plain.contains(part))
}

/// Whether `key` names a member that can be the envelope of a secret.
pub fn is_envelope(key: &str) -> bool {
    ENVELOPES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(key))
}

/// The flags of all commands (with underscores), each once.
pub fn flags() -> impl Iterator<Item = &'static str> {
    FLAGS.iter().copied()
}

/// Whether some command has the flag `name` (with underscores).
pub fn is_flag(name: &str) -> bool {
    FLAGS.contains(name)
}
