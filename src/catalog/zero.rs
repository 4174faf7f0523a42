//! Zero values: what Go's JSON omits (`omitempty`).

use serde_json::Value as Json;

/// Whether a value is zero, or an object of zero values: a server writes the objects for
/// what is not used, such as `"httpconfig": {"password": {}}`.
pub fn is_all_zero(value: &Json) -> bool {
    match value {
        Json::Object(members) => members.values().all(is_all_zero),
        value => is_zero(value),
    }
}

/// Whether a value is Go's zero value: null, false, 0 or empty.
pub fn is_zero(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Bool(on) => !on,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
    }
}
