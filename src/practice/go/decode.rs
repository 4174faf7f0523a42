//! Decodes a request body onto an object by the rules of Go's `encoding/json`.
//!
//! Keys match in any case, the last of equal keys wins, unknown keys and everything after the first
//! value are ignored (contract: "unknown field", "two documents"). A value of the wrong type does not
//! stop the decoding: the first one is reported if the syntax is valid up to the end.

use serde_json::Value;

use super::scan::{Scanner, ValueKind, fold};
use super::shape::{FieldType, INT, Object, SECRET, Shape, has_known_status};

/// Decodes the first JSON value of `body` onto `object`, which has this shape. Absent keys keep their
/// value. After an error `object` is unusable: some members may have been set.
pub(in crate::practice) fn decode(
    body: &[u8],
    shape: &'static Shape,
    object: &mut Object,
) -> Result<(), String> {
    let mut decoder = Decoder {
        scanner: Scanner::new(body),
        wrong: None,
        stopped: None,
        owner: "",
        way: Vec::new(),
    };
    if decoder.scanner.is_blank() {
        return Err("EOF".to_owned());
    }
    match decoder.scanner.kind()? {
        ValueKind::Object => decoder.object(shape, object)?,
        kind => {
            decoder.scanner.skip()?;
            if kind != ValueKind::Null {
                let (found, wanted) = (kind.name(), shape.go_type());
                decoder.report(format!(
                    "json: cannot unmarshal {found} into Go value of type {wanted}"
                ));
            }
        }
    }
    let stopped = decoder.stopped.map(str::to_owned);
    stopped.or(decoder.wrong).map_or(Ok(()), Err)
}

/// An object of this shape with these values, for data that the practice server brings along.
pub(in crate::practice) fn decoded(shape: &'static Shape, values: &Value) -> Object {
    let mut object = shape.zero();
    let _ = decode(values.to_string().as_bytes(), shape, &mut object);
    object
}

struct Decoder<'a> {
    scanner: Scanner<'a>,
    wrong: Option<String>,
    /// An error that ends the decoding, but for the syntax of the rest.
    stopped: Option<&'static str>,
    /// The innermost structure that is being filled, and the path of names to it.
    owner: &'static str,
    way: Vec<&'static str>,
}

impl Decoder<'_> {
    fn object(&mut self, shape: &'static Shape, object: &mut Object) -> Result<(), String> {
        let outer = std::mem::replace(&mut self.owner, shape.name);
        self.members(shape, object)?;
        self.owner = outer;
        Ok(())
    }

    fn members(&mut self, shape: &'static Shape, object: &mut Object) -> Result<(), String> {
        let mut more = self.scanner.enter(ValueKind::Object)?;
        while more {
            let key = fold(&self.scanner.key()?);
            let depth = self.way.len();
            match shape.find(&key, &mut self.way) {
                Some(member) => {
                    self.way.push(member.name);
                    let slot = object.entry(member.name).or_insert(Value::Null);
                    self.value(member.kind, slot)?;
                }
                None => self.scanner.skip()?,
            }
            self.way.truncate(depth);
            more = self.scanner.more(ValueKind::Object)?;
        }
        Ok(())
    }

    fn value(&mut self, wanted: FieldType, slot: &mut Value) -> Result<(), String> {
        match (self.scanner.kind()?, wanted) {
            (ValueKind::Text, FieldType::Text) => *slot = self.scanner.text()?.into(),
            (ValueKind::Bool, FieldType::Bool) => *slot = self.scanner.flag()?.into(),
            (ValueKind::Number, FieldType::Int(_)) => {
                let number = self.scanner.number()?;
                match number.parse::<i64>() {
                    Ok(number) => *slot = number.into(),
                    Err(_) => self.mismatch(&format!("number {number}"), &wanted.go_type()),
                }
            }
            (ValueKind::Object, FieldType::Struct(shape)) => {
                let mut object = take(slot).unwrap_or_else(|| shape.zero());
                self.object(shape, &mut object)?;
                *slot = object.into();
            }
            (ValueKind::Object, FieldType::Secret) => {
                let mut object = SECRET.zero();
                self.members(&SECRET, &mut object)?;
                if !has_known_status(&object) {
                    self.stopped.get_or_insert("invalid secret");
                }
                *slot = object.into();
            }
            (ValueKind::Object, FieldType::Permissions) => *slot = self.permissions()?,
            (ValueKind::List, FieldType::Texts) => self.list(slot, &"".into(), FieldType::Text)?,
            (ValueKind::List, FieldType::Ints) => self.list(slot, &0.into(), INT)?,
            (ValueKind::List, FieldType::List(shape)) => {
                self.list(slot, &shape.zero().into(), FieldType::Struct(shape))?;
            }
            (
                ValueKind::Null,
                FieldType::Texts
                | FieldType::Ints
                | FieldType::List(_)
                | FieldType::Secret
                | FieldType::Permissions,
            ) => {
                self.scanner.skip()?;
                *slot = Value::Null;
            }
            (ValueKind::Null, _) => self.scanner.skip()?,
            (kind, _) => {
                self.scanner.skip()?;
                self.mismatch(kind.name(), &wanted.go_type());
            }
        }
        Ok(())
    }

    /// Go decodes a list onto the old one: an element that is null keeps the value at its place.
    fn list(&mut self, slot: &mut Value, zero: &Value, item: FieldType) -> Result<(), String> {
        let mut items = match slot.take() {
            Value::Array(items) => items,
            _ => Vec::new(),
        };
        let mut length = 0;
        let mut more = self.scanner.enter(ValueKind::List)?;
        while more {
            if length == items.len() {
                items.push(zero.clone());
            }
            self.value(item, &mut items[length])?;
            length += 1;
            more = self.scanner.more(ValueKind::List)?;
        }
        items.truncate(length);
        *slot = items.into();
        Ok(())
    }

    /// Go writes a map in the order of its keys, so it is stored in that order.
    fn permissions(&mut self) -> Result<Value, String> {
        let mut folders = std::collections::BTreeMap::new();
        let mut more = self.scanner.enter(ValueKind::Object)?;
        while more {
            let folder = self.scanner.key()?;
            let mut allowed = Value::Null;
            self.value(FieldType::Texts, &mut allowed)?;
            folders.insert(folder, allowed);
            more = self.scanner.more(ValueKind::Object)?;
        }
        Ok(Value::Object(folders.into_iter().collect()))
    }

    fn mismatch(&mut self, found: &str, go_type: &str) {
        let (owner, way) = (self.owner, self.way.join("."));
        self.report(format!(
            "json: cannot unmarshal {found} into Go struct field {owner}.{way} of type {go_type}"
        ));
    }

    fn report(&mut self, error: String) {
        self.wrong.get_or_insert(error);
    }
}

fn take(slot: &mut Value) -> Option<Object> {
    match slot.take() {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
