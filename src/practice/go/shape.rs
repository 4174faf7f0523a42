//! The members of the API's objects: Go's structures as data.
//!
//! One table is used for decoding, with Go's type names in error texts, and for writing, with the
//! order of keys and which are omitted when empty.

use serde_json::{Map, Value};

/// An object of the API with all members of its shape, set or not.
pub(in crate::practice) type Object = Map<String, Value>;

/// A structure of Go.
pub(in crate::practice) struct Shape {
    pub(in crate::practice) package: &'static str,
    pub(in crate::practice) name: &'static str,
    pub(in crate::practice) parts: &'static [Part],
    /// Which secrets that are not set are shown as `{}`; None if the outer structure says so.
    pub(in crate::practice) empty_secrets: Option<EmptySecrets>,
}

/// When secrets that are not set are shown as `{}`, without and with everything confidential. With it,
/// at least those are that the object was stored with.
#[derive(Clone, Copy, Default)]
pub(in crate::practice) struct EmptySecrets {
    pub(in crate::practice) usual: bool,
    pub(in crate::practice) confidential: bool,
}

pub(in crate::practice) enum Part {
    Member(Member),
    /// A structure whose members belong to the outer one.
    Embedded(&'static Shape),
}

pub(in crate::practice) struct Member {
    pub(in crate::practice) name: &'static str,
    pub(in crate::practice) kind: FieldType,
    /// Go's `omitempty`.
    pub(in crate::practice) only_if_set: bool,
}

#[derive(Clone, Copy)]
pub(in crate::practice) enum FieldType {
    /// An integer, with Go's name of its type.
    Int(&'static str),
    Bool,
    Text,
    Texts,
    Ints,
    Struct(&'static Shape),
    List(&'static Shape),
    Secret,
    /// Directories and the permissions there.
    Permissions,
}

pub(in crate::practice) const INT: FieldType = FieldType::Int("int");
pub(in crate::practice) const INT64: FieldType = FieldType::Int("int64");

/// A member that is always written.
pub(in crate::practice) const fn always(name: &'static str, kind: FieldType) -> Part {
    Part::Member(Member {
        name,
        kind,
        only_if_set: false,
    })
}

/// A member that is omitted when empty.
pub(in crate::practice) const fn if_set(name: &'static str, kind: FieldType) -> Part {
    Part::Member(Member {
        name,
        kind,
        only_if_set: true,
    })
}

impl Shape {
    pub(in crate::practice) const fn new(
        package: &'static str,
        name: &'static str,
        parts: &'static [Part],
    ) -> Self {
        Self {
            package,
            name,
            parts,
            empty_secrets: None,
        }
    }

    /// The same structure, which says which empty secrets are shown.
    pub(in crate::practice) const fn showing(self, usual: bool, confidential: bool) -> Self {
        Self {
            empty_secrets: Some(EmptySecrets {
                usual,
                confidential,
            }),
            ..self
        }
    }

    /// An object with no member set.
    pub(in crate::practice) fn zero(&self) -> Object {
        let mut object = Object::new();
        self.add_zeros(&mut object);
        object
    }

    fn add_zeros(&self, object: &mut Object) {
        for part in self.parts {
            match part {
                Part::Embedded(shape) => shape.add_zeros(object),
                Part::Member(member) => {
                    object.insert(member.name.to_owned(), member.kind.zero());
                }
            }
        }
    }

    /// The member that a key names in lower case, and the embedded structures that contain it.
    pub(in crate::practice) fn find(
        &self,
        key: &str,
        way: &mut Vec<&'static str>,
    ) -> Option<&'static Member> {
        for part in self.parts {
            match part {
                Part::Member(member) if member.name == key => return Some(member),
                Part::Member(_) => {}
                Part::Embedded(shape) => {
                    way.push(shape.name);
                    if let Some(member) = shape.find(key, way) {
                        return Some(member);
                    }
                    way.pop();
                }
            }
        }
        None
    }

    pub(in crate::practice) fn go_type(&self) -> String {
        format!("{}.{}", self.package, self.name)
    }
}

impl FieldType {
    fn zero(self) -> Value {
        match self {
            Self::Int(_) => 0.into(),
            Self::Bool => false.into(),
            Self::Text => "".into(),
            Self::Struct(shape) => shape.zero().into(),
            Self::Texts | Self::Ints | Self::List(_) | Self::Secret | Self::Permissions => {
                Value::Null
            }
        }
    }

    pub(in crate::practice) fn go_type(self) -> String {
        match self {
            Self::Int(name) => name.to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Text => "string".to_owned(),
            Self::Texts => "[]string".to_owned(),
            Self::Ints => "[]int".to_owned(),
            Self::Struct(shape) => shape.go_type(),
            Self::List(shape) => format!("[]{}", shape.go_type()),
            Self::Secret => SECRET.go_type(),
            Self::Permissions => "map[string][]string".to_owned(),
        }
    }
}

/// The envelope of a secret.
pub(in crate::practice) static SECRET: Shape = Shape::new(
    "kms",
    "BaseSecret",
    &[
        if_set("status", FieldType::Text),
        if_set("payload", FieldType::Text),
        if_set("key", FieldType::Text),
        if_set("additional_data", FieldType::Text),
        if_set("mode", INT),
    ],
);

/// The statuses that a secret can have; others need a key server.
const SECRET_STATUSES: [&str; 4] = ["Plain", "AES-256-GCM", "Secretbox", "Redacted"];

/// Whether the envelope of a secret is empty.
pub(in crate::practice) fn is_empty_secret(secret: &Object) -> bool {
    ["status", "payload", "key", "additional_data"]
        .iter()
        .all(|name| text(secret, name).is_empty())
}

/// Whether decoding accepts the status of a secret.
pub(in crate::practice) fn has_known_status(secret: &Object) -> bool {
    is_empty_secret(secret) || SECRET_STATUSES.contains(&text(secret, "status"))
}

/// The text of a member; empty if there is none.
pub(in crate::practice) fn text<'a>(object: &'a Object, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The number of a member; 0 if there is none.
pub(in crate::practice) fn int(object: &Object, name: &str) -> i64 {
    object.get(name).and_then(Value::as_i64).unwrap_or_default()
}

/// Whether a member is true.
pub(in crate::practice) fn is_on(object: &Object, name: &str) -> bool {
    object.get(name).and_then(Value::as_bool) == Some(true)
}

/// The items of a list; none if it is not set.
pub(in crate::practice) fn list<'a>(object: &'a Object, name: &str) -> &'a [Value] {
    object
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The texts of a list.
pub(in crate::practice) fn texts<'a>(
    object: &'a Object,
    name: &str,
) -> impl Iterator<Item = &'a str> + Clone {
    list(object, name).iter().filter_map(Value::as_str)
}

/// A member that is an object; the shapes guarantee that it exists.
pub(in crate::practice) fn object<'a>(outer: &'a Object, name: &str) -> Option<&'a Object> {
    outer.get(name).and_then(Value::as_object)
}

/// The same, mutable.
pub(in crate::practice) fn object_mut<'a>(outer: &'a mut Object, name: &str) -> &'a mut Object {
    let value = outer.entry(name).or_insert(Value::Null);
    if !value.is_object() {
        *value = Object::new().into();
    }
    match value {
        Value::Object(object) => object,
        _ => unreachable!("it was just made one"),
    }
}

/// Sets a member.
pub(in crate::practice) fn set(object: &mut Object, name: &str, value: impl Into<Value>) {
    object.insert(name.to_owned(), value.into());
}

/// Takes these members from another object.
pub(in crate::practice) fn keep(object: &mut Object, from: &Object, names: &[&str]) {
    for name in names {
        if let Some(value) = from.get(*name) {
            set(object, name, value.clone());
        }
    }
}

/// The name in an item of a list.
pub(in crate::practice) fn name_of(item: &Value) -> &str {
    item["name"].as_str().unwrap_or_default()
}
