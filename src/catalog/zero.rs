//! What is to the server as if it were not there.

use serde_json::Value as Json;

/// Whether a value is what Go has for none: null, false, 0, or empty.
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
