//! A request's body decoded onto an object by the rules of Go's `encoding/json`.
//!
//! As for 2019: keys in any case, the last of equal keys wins, unknown keys and what follows the first
//! value are ignored, and the first value of a wrong type is reported when the syntax held to the end.

use serde_json::Value;

use super::shape::{INT, Kind as Wanted, Object, Shape};
use super::shapes::SECRET;
use crate::practice::go_scan::{Kind, Scanner, fold};

/// Decodes the first JSON value of `body` onto `object`, which has the shape.
pub(super) fn decode(
    body: &[u8],
    shape: &'static Shape,
    object: &mut Object,
) -> Result<(), String> {
    let mut decoder = Decoder {
        scanner: Scanner::new(body),
        wrong: None,
        owner: "",
        way: Vec::new(),
    };
    if decoder.scanner.is_blank() {
        return Err("EOF".to_owned());
    }
    match decoder.scanner.kind()? {
        Kind::Object => decoder.object(shape, object)?,
        kind => {
            decoder.scanner.skip()?;
            if kind != Kind::Null {
                let (found, wanted) = (kind.name(), shape.go_type());
                decoder.report(format!(
                    "json: cannot unmarshal {found} into Go value of type {wanted}"
                ));
            }
        }
    }
    decoder.wrong.map_or(Ok(()), Err)
}

struct Decoder<'a> {
    scanner: Scanner<'a>,
    wrong: Option<String>,
    /// The innermost structure that is being filled, and all names from the outermost to here.
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
        let mut more = self.scanner.enter(Kind::Object)?;
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
            more = self.scanner.more(Kind::Object)?;
        }
        Ok(())
    }

    fn value(&mut self, wanted: Wanted, slot: &mut Value) -> Result<(), String> {
        match (self.scanner.kind()?, wanted) {
            (Kind::Text, Wanted::Text) => *slot = self.scanner.text()?.into(),
            (Kind::Bool, Wanted::Bool) => *slot = self.scanner.flag()?.into(),
            (Kind::Number, Wanted::Int(_)) => {
                let number = self.scanner.number()?;
                match number.parse::<i64>() {
                    Ok(number) => *slot = number.into(),
                    Err(_) => self.mismatch(&format!("number {number}"), &wanted.go_type()),
                }
            }
            (Kind::Object, Wanted::Struct(shape)) => {
                let mut object = take(slot).unwrap_or_else(|| shape.zero());
                self.object(shape, &mut object)?;
                *slot = object.into();
            }
            (Kind::Object, Wanted::Secret) => {
                let mut object = SECRET.zero();
                self.members(&SECRET, &mut object)?;
                if let Some(error) = super::secrets::unknown_status(&object) {
                    self.report(error);
                }
                *slot = object.into();
            }
            (Kind::Object, Wanted::Permissions) => *slot = self.permissions()?,
            (Kind::List, Wanted::Texts) => *slot = self.list(&"".into(), Wanted::Text)?,
            (Kind::List, Wanted::Ints) => *slot = self.list(&0.into(), INT)?,
            (Kind::List, Wanted::List(shape)) => {
                *slot = self.list(&shape.zero().into(), Wanted::Struct(shape))?;
            }
            (
                Kind::Null,
                Wanted::Texts
                | Wanted::Ints
                | Wanted::List(_)
                | Wanted::Secret
                | Wanted::Permissions,
            ) => {
                self.scanner.skip()?;
                *slot = Value::Null;
            }
            (Kind::Null, _) => self.scanner.skip()?,
            (kind, _) => {
                self.scanner.skip()?;
                self.mismatch(kind.name(), &wanted.go_type());
            }
        }
        Ok(())
    }

    fn list(&mut self, zero: &Value, wanted: Wanted) -> Result<Value, String> {
        let mut items = Vec::new();
        let mut more = self.scanner.enter(Kind::List)?;
        while more {
            let mut item = zero.clone();
            self.value(wanted, &mut item)?;
            items.push(item);
            more = self.scanner.more(Kind::List)?;
        }
        Ok(items.into())
    }

    /// Go writes a map in the order of its keys, so that is how it is kept.
    fn permissions(&mut self) -> Result<Value, String> {
        let mut folders = std::collections::BTreeMap::new();
        let mut more = self.scanner.enter(Kind::Object)?;
        while more {
            let folder = self.scanner.key()?;
            let mut allowed = Value::Null;
            self.value(Wanted::Texts, &mut allowed)?;
            folders.insert(folder, allowed);
            more = self.scanner.more(Kind::Object)?;
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
