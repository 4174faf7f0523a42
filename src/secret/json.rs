//! The one walk through a JSON value that finds its secrets.

use super::MASK;
use super::line::variables::{holds_a_secret, is_secret_name as may_be_secret};
use crate::catalog::{is_envelope, is_secret_key, is_secret_name};
use serde_json::Value as Json;
use std::borrow::Cow;

/// Calls `visit` with each value and its key; the items of a
/// list have the name of the list. Where `visit` returns true, the walk does not
/// go into the value.
pub fn walk(json: &mut Json, visit: &mut dyn FnMut(&str, &mut Json) -> bool) {
    walk_under("", json, visit);
}

/// The same for the value of this key.
pub fn walk_under(key: &str, json: &mut Json, visit: &mut dyn FnMut(&str, &mut Json) -> bool) {
    if visit(key, json) {
        return;
    }
    match json {
        Json::Object(members) => {
            for (key, value) in members.iter_mut() {
                walk_under(key, value, visit);
            }
        }
        Json::Array(items) => {
            for item in items {
                walk_under(key, item, visit);
            }
        }
        _ => {}
    }
}

/// Replaces each secret by what `with` makes of its name and value. An envelope
/// keeps its status: only what is secret inside it is replaced.
pub fn replace(json: &mut Json, with: &mut dyn FnMut(&str, &Json) -> Json) {
    walk(json, &mut |key, value| {
        if !is_secret_key(key) {
            return false;
        }
        match value {
            Json::Null => {}
            // It clears the secret.
            Json::String(text) if text.is_empty() => {}
            // The secret is inside, and is called as its envelope.
            Json::Object(inside) if is_envelope(key) && inside.contains_key("status") => {
                for (part, value) in inside.iter_mut() {
                    if part == "payload" && !value.is_null() {
                        *value = with(key, value);
                    } else if !matches!(part.as_str(), "status" | "mode") && is_said(value) {
                        *value = with(part, value);
                    }
                }
            }
            // An envelope of nothing.
            Json::Object(inside) if inside.is_empty() => {}
            value => *value = with(key, value),
        }
        true
    });
}

/// Whether it says something: no `null`, and no empty text.
fn is_said(value: &Json) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

/// A value with each secret masked.
#[must_use]
pub fn masked(json: &Json) -> Json {
    let mut json = json.clone();
    replace(&mut json, &mut |_, _| MASK.into());
    mask_pairs(&mut json);
    json
}

/// Whether it holds nothing that may be a secret but the values of secret keys: no header with
/// a login, no member that another program calls a secret, no text such as `token=…`.
pub(crate) fn is_clear_but_for_keys(json: &Json) -> bool {
    let mut is_clear = true;
    walk(&mut json.clone(), &mut |key, value| {
        if is_secret_key(key) {
            return true;
        }
        let is_open = match value {
            Json::Object(members) => {
                let name = members.get("key").and_then(Json::as_str);
                members.get("value").is_some_and(is_said) && name.is_some_and(may_be_secret)
            }
            Json::String(text) => holds_a_secret(text) || !text.is_empty() && may_be_secret(key),
            Json::Number(_) => may_be_secret(key),
            _ => false,
        };
        is_clear &= !is_open;
        false
    });
    is_clear
}

/// Masks the value of each pair whose name says that it is secret: that of the header
/// `{"key": "Authorization", "value": "Bearer …"}`.
pub fn mask_pairs(json: &mut Json) {
    walk(json, &mut |_, value| {
        if is_secret_pair(value) {
            value["value"] = MASK.into();
        }
        false
    });
}

/// The object itself, or masked if it is such a pair.
pub fn without_pair(object: &Json) -> Cow<'_, Json> {
    let mut object = Cow::Borrowed(object);
    if is_secret_pair(&object) {
        mask_pairs(object.to_mut());
    }
    object
}

fn is_secret_pair(json: &Json) -> bool {
    let name = json.get("key").and_then(Json::as_str);
    name.is_some_and(is_secret_name) && json.get("value").is_some_and(is_said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_no_key_names_is_found() {
        for clear in [
            json!({"filters": {"allow_api_key_auth": true, "password_expiration": 30}}),
            json!({"password": "x", "public_keys": null, "description": "a: b", "n": 1}),
            json!({"id": 0, "username": "a+!", "public_keys": ["null-[]\u{1}"], "uid": 1}),
            json!({"id": 0, "username": "a+!", "public_keys": ["k", ";='"], "uid": 1}),
            json!({"headers": [{"key": "Accept", "value": "text/plain"}]}),
            json!({"secret": {"status": "Plain", "payload": "x"}, "path": "/a b/$x"}),
            json!({"endpoint": "https://example.com/x?a=1", "permissions": {"/": ["*"]}}),
        ] {
            assert!(is_clear_but_for_keys(&clear), "{clear}");
        }
        for hidden in [
            json!({"headers": [{"key": "Authorization", "value": "x"}]}),
            json!({"headers": [{"key": "X-Api-Key", "value": "x"}]}),
            json!({"a": [{"value": "Bearer x"}]}),
            json!({"endpoint": "https://u:x@example.com/"}),
            json!({"endpoint": "https://example.com/?access_token=x"}),
            json!({"1password": "x"}),
        ] {
            assert!(!is_clear_but_for_keys(&hidden), "{hidden}");
        }
    }

    #[test]
    fn secrets_are_masked_at_any_depth() {
        for (value, expected) in [
            (
                json!({"password": "x", "a": 1}),
                json!({"password": MASK, "a": 1}),
            ),
            (json!([{"PassWord": 7}]), json!([{"PassWord": MASK}])),
            (json!({"password": ["x", "y"]}), json!({"password": MASK})),
            (
                json!({"password": null, "secret": {}}),
                json!({"password": null, "secret": {}}),
            ),
            (
                json!({"a": {"secret": {"status": "Plain", "payload": "x", "key": "y", "mode": 0}}}),
                json!({"a": {"secret": {"status": "Plain", "payload": MASK, "key": MASK, "mode": 0}}}),
            ),
            (
                json!({"s": {"payload": "x"}}),
                json!({"s": {"payload": MASK}}),
            ),
            (json!("password"), json!("password")),
            (
                json!([{"key": "X-Api-Key", "value": "x"}, {"key": "proxy-authorization", "value": "y"}]),
                json!([{"key": "X-Api-Key", "value": MASK}, {"key": "proxy-authorization", "value": MASK}]),
            ),
            (
                json!({"copy": [{"key": "/token", "value": "/b"}], "h": [{"key": "Accept", "value": "x"}, {"key": "Cookie", "value": ""}]}),
                json!({"copy": [{"key": "/token", "value": "/b"}], "h": [{"key": "Accept", "value": "x"}, {"key": "Cookie", "value": ""}]}),
            ),
        ] {
            assert_eq!(masked(&value), expected, "{value}");
        }
    }
}
