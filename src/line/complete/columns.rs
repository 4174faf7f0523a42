//! The candidates for `--columns`: the paths of fields, step by step.

use super::{Candidate, plain};
use crate::catalog::Release;
use crate::catalog::schema::{self, ENVELOPE, Field, Type};
use crate::query::FieldPath;

/// The fields of the objects of this type that may come next, after what was typed.
pub(super) fn columns(object: &'static str, typed: &str, release: Release) -> Vec<Candidate> {
    let sign = usize::from(typed.starts_with('+'));
    let start = typed.rfind(',').map_or(sign, |comma| comma + 1);
    let (begun, part) = typed.split_at(start);
    let path = part.rfind('.').map_or("", |dot| &part[..dot]);
    let Some(inner) = inner(object, path) else {
        return Vec::new();
    };
    let chosen: Vec<&str> = begun[sign.min(begun.len())..].split(',').collect();
    let before = if path.is_empty() {
        ""
    } else {
        &part[..=path.len()]
    };
    let mut all = Vec::new();
    for field in shown(inner, release) {
        let name = format!("{before}{}", field.name);
        let (itself, inside) = parts(&field.kind);
        if itself && !chosen.contains(&name.as_str()) {
            all.push(plain(&format!("{begun}{name}")));
        }
        if inside {
            all.push(plain(&format!("{begun}{name}.")));
        }
    }
    all
}

/// The type of the objects at a path.
fn inner(object: &'static str, path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some(object);
    }
    let found = FieldPath::read(object, path).ok()?;
    object_in(found.kind())
}

/// The type of an object, or of each object of a list.
fn object_in(kind: &Type) -> Option<&'static str> {
    match kind {
        Type::Object(name) => Some(name),
        Type::List(kind) => object_in(kind),
        _ => None,
    }
}

/// Whether a field is shown itself, and whether it has fields.
fn parts(kind: &Type) -> (bool, bool) {
    let has_fields = object_in(kind).is_some();
    (!matches!(kind, Type::Object(_)), has_fields)
}

fn shown(object: &str, release: Release) -> impl Iterator<Item = &'static Field> {
    let fields = schema::schema(object).map_or(&[][..], |schema| schema.fields.as_slice());
    let is_secret = |field: &Field| field.secret || field.kind == Type::Object(ENVELOPE);
    fields
        .iter()
        .filter(move |field| !is_secret(field) && field.span.holds(release))
}
