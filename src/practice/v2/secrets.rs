//! Secrets in their envelopes: plain in a request, sealed when stored.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use data_encoding::HEXLOWER;
use serde_json::Value;

use super::opaque::Bytes;
use crate::practice::go::shape::{is_empty_secret, set, text};

/// The digits of a key.
const KEY_LENGTH: usize = 64;

/// Seals secrets and stores their plain values.
#[derive(Default)]
pub(super) struct Safe {
    sealed: usize,
    plain: HashMap<String, String>,
}

impl Safe {
    /// Seals a plain secret; any other stays unchanged.
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
        // A nonce of 24 bytes, a tag of 16, and the length of the secret.
        let payload = STANDARD.encode(bytes.take(40 + plain.len()));
        let key = HEXLOWER.encode(&bytes.take(KEY_LENGTH / 2));
        set(envelope, "status", "Secretbox");
        set(envelope, "key", key);
        set(envelope, "additional_data", owner);
        set(envelope, "payload", payload.as_str());
        self.plain.insert(payload, plain);
    }

    /// The plain value, if it was sealed here.
    pub(super) fn open(&self, secret: &Value) -> Option<&str> {
        let payload = secret.get("payload")?.as_str()?;
        self.plain.get(payload).map(String::as_str)
    }
}

/// A secret as a client sends it.
pub(super) fn plain(payload: &str) -> Value {
    serde_json::json!({"status": "Plain", "payload": payload})
}

/// Whether a secret is set.
pub(super) fn is_set(secret: &Value) -> bool {
    secret
        .as_object()
        .is_some_and(|secret| !is_empty_secret(secret))
}

pub(super) fn has_status(secret: &Value, status: &str) -> bool {
    secret["status"] == status
}

/// Keeps the stored secret unless the new one is plain or empty.
pub(super) fn keep_stored(new: &mut Value, stored: &Value) {
    if is_set(new) && !has_status(new, "Plain") {
        *new = stored.clone();
    }
}

/// Checks a secret that is set: what it is called is part of the error.
pub(super) fn check(secret: &Value, what: &str) -> Result<(), String> {
    let Some(envelope) = secret.as_object().filter(|secret| !is_empty_secret(secret)) else {
        return Ok(());
    };
    let has_payload = !text(envelope, "payload").is_empty();
    let is_sealed = ["Secretbox", "AES-256-GCM"].contains(&text(envelope, "status"));
    if is_sealed && !(has_payload && text(envelope, "key").len() == KEY_LENGTH) {
        return Err(format!("invalid encrypted {what}"));
    }
    if has_payload {
        Ok(())
    } else {
        Err(format!("invalid {what}"))
    }
}
