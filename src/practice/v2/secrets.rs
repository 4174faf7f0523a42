//! Secrets in their envelopes: plain when they come in, sealed from then on.

use std::collections::HashMap;

use serde_json::Value;

use super::opaque::{self, Bytes};
use crate::practice::go::shape::{is_empty_secret, set, text};

/// Seals secrets, and remembers what is in them.
#[derive(Default)]
pub(super) struct Safe {
    sealed: usize,
    plain: HashMap<String, String>,
}

impl Safe {
    /// Turns a plain secret into a sealed one; leaves any other as it is.
    pub(super) fn seal(&mut self, secret: &mut Value, owner: &str) {
        let Value::Object(envelope) = secret else {
            return;
        };
        if text(envelope, "status") != "Plain" {
            return;
        }
        let plain = text(envelope, "payload").to_owned();
        self.sealed += 1;
        let mut bytes = Bytes::of(&format!("secret {} {owner} {plain}", self.sealed));
        // A nonce of 24 bytes, a tag of 16, and as many as the secret has.
        let payload = opaque::base64(&bytes.take(40 + plain.len()));
        let key = opaque::base64(&bytes.take(32));
        set(envelope, "status", "Secretbox");
        set(envelope, "key", key);
        set(envelope, "additional_data", owner);
        set(envelope, "payload", payload.as_str());
        self.plain.insert(payload, plain);
    }

    /// What was sealed, if it was sealed here.
    pub(super) fn open(&self, secret: &Value) -> Option<&str> {
        let payload = secret.get("payload")?.as_str()?;
        self.plain.get(payload).map(String::as_str)
    }
}

/// A secret as a client would send it.
pub(super) fn plain(payload: &str) -> Value {
    serde_json::json!({"status": "Plain", "payload": payload})
}

/// Whether there is a secret.
pub(super) fn is_set(secret: &Value) -> bool {
    secret
        .as_object()
        .is_some_and(|secret| !is_empty_secret(secret))
}

pub(super) fn has_status(secret: &Value, status: &str) -> bool {
    secret["status"] == status
}

/// Puts the stored secret in the place of any that is neither plain nor empty.
pub(super) fn keep_stored(new: &mut Value, stored: &Value) {
    if is_set(new) && !has_status(new, "Plain") {
        *new = stored.clone();
    }
}

/// What is wrong with a secret that is there: the name of its member is part of the text.
pub(super) fn check(secret: &Value, name: &str) -> Result<(), String> {
    let Some(envelope) = secret.as_object().filter(|secret| !is_empty_secret(secret)) else {
        return Ok(());
    };
    let has = |member: &str| !text(envelope, member).is_empty();
    match text(envelope, "status") {
        "Plain" if has("payload") => Ok(()),
        "Plain" | "Redacted" => Err(format!("invalid {name}")),
        _ if has("payload") && has("key") => Ok(()),
        _ => Err(format!("invalid encrypted {name}")),
    }
}
