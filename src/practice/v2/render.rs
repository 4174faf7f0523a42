//! Writes objects as the server writes them.

use serde_json::Value;

use crate::practice::go::json::Json;
use crate::practice::go::shape::{
    EmptySecrets, FieldType, Object, Part, SECRET, Shape, is_empty_secret,
};

/// What a response shows of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Secrets without their keys.
    Usual,
    /// Everything, for `confidential_data=1` and dumps.
    Confidential,
}

/// Writes an object by its shape.
pub(super) fn write(json: &mut Json, shape: &Shape, object: &Object, view: View) {
    let empty = EmptySecrets::default();
    Writer { view, empty }.object(json, shape, object);
}

#[derive(Clone, Copy)]
struct Writer {
    view: View,
    empty: EmptySecrets,
}

impl Writer {
    fn object(self, json: &mut Json, shape: &Shape, object: &Object) {
        let empty = shape.empty_secrets.unwrap_or(self.empty);
        let writer = Self { empty, ..self };
        json.object(|json| writer.members(json, shape, object));
    }

    fn members(self, json: &mut Json, shape: &Shape, object: &Object) {
        for part in shape.parts {
            let member = match part {
                Part::Embedded(shape) => {
                    self.members(json, shape, object);
                    continue;
                }
                Part::Member(member) => member,
            };
            let value = object.get(member.name).unwrap_or(&Value::Null);
            if member.only_if_set && self.is_left_out(member.kind, value) {
                continue;
            }
            self.value(json.key(member.name), member.kind, value);
        }
    }

    fn is_left_out(self, kind: FieldType, value: &Value) -> bool {
        match (kind, value) {
            (FieldType::Struct(_), _) => false,
            (FieldType::Secret, Value::Object(secret)) => {
                self.view == View::Usual && !self.empty.usual && is_empty_secret(secret)
            }
            (FieldType::Secret, _) => match self.view {
                View::Usual => !self.empty.usual,
                View::Confidential => !self.empty.confidential,
            },
            (_, value) => is_empty(value),
        }
    }

    fn value(self, json: &mut Json, kind: FieldType, value: &Value) {
        match (kind, value) {
            (FieldType::Struct(shape), Value::Object(object)) => self.object(json, shape, object),
            (FieldType::List(shape), Value::Array(items)) => json.list(items, |json, item| {
                if let Value::Object(object) = item {
                    self.object(json, shape, object);
                }
            }),
            (FieldType::Secret, Value::Object(secret)) => self.secret(json, secret),
            (FieldType::Secret, _) => json.object(|_| {}),
            (_, value) => json.value(value),
        }
    }

    fn secret(self, json: &mut Json, secret: &Object) {
        let mut secret = secret.clone();
        if self.view == View::Usual {
            secret.remove("key");
            secret.remove("additional_data");
        }
        json.object(|json| self.members(json, &SECRET, &secret));
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}
