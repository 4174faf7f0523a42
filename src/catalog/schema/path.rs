//! Paths into bodies: `filesystem.s3config.bucket`, `virtual_folders[0].quota_size`,
//! `permissions./in`.

use super::{ENVELOPE, Field, Release, Span, Type, ValueError, schema};
use crate::text::near::near;
use crate::text::words::{beginning, did_you_mean, ticked};
use std::fmt;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member of an object.
    Key(String),
    /// An item of a list.
    Index(usize),
}

/// The position of a value in a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if at == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Path {
    /// The path with one more step.
    pub fn then(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }
}

/// The type at a path.
#[derive(Clone, Debug)]
pub struct FieldRef {
    /// The path, step by step.
    pub path: Path,
    /// Its type; for an item of a list, the type of the item.
    pub kind: Type,
    /// The field, or the field that contains it; `None` if it is unknown.
    pub field: Option<&'static Field>,
    /// The releases that have it.
    pub span: Span,
    in_envelope: bool,
}

impl FieldRef {
    /// A whole body.
    pub fn root(body: &Type) -> Self {
        Self {
            path: Path::default(),
            kind: body.clone(),
            field: None,
            span: Span::ALL,
            in_envelope: false,
        }
    }

    /// An item of a list or map, with this type.
    pub fn inside(&self, step: Step, kind: Type) -> Self {
        Self {
            path: self.path.then(step),
            kind,
            ..self.clone()
        }
    }

    /// The same for a path that starts here.
    pub(super) fn further(&self, at: Self) -> Self {
        Self {
            path: Path(self.path.0.iter().cloned().chain(at.path.0).collect()),
            span: Span::between(
                self.span.first.max(at.span.first),
                self.span.last.min(at.span.last),
            ),
            in_envelope: self.in_envelope || at.in_envelope,
            ..at
        }
    }

    /// The field of this name, if it is an object that has it.
    pub fn member(&self, name: &str) -> Option<Self> {
        member(self, name).ok()
    }

    pub fn is_secret(&self) -> bool {
        let field = self.field.is_some_and(|field| field.secret);
        field || self.in_envelope || self.kind == Type::Object(ENVELOPE)
    }

    /// Whether the server ignores it.
    pub fn is_read_only(&self) -> bool {
        self.field.is_some_and(|field| field.read_only)
    }
}

/// Why a path is wrong. Suggestions are only computed if they are shown.
enum FindError {
    Unknown(Box<FieldRef>, String),
    Invalid(ValueError),
}

impl From<ValueError> for FindError {
    fn from(wrong: ValueError) -> Self {
        Self::Invalid(wrong)
    }
}

/// The type at a path of a body. The error names the unknown field, with
/// suggestions.
pub fn find(body: &Type, text: &str) -> Result<FieldRef, ValueError> {
    walk(body, text, Lists::ByIndex).map_err(|error| match error {
        FindError::Unknown(of, name) => unknown(body, &of, &name),
        FindError::Invalid(error) => error,
    })
}

/// The type at a path of a body, if the path exists.
pub fn found(body: &Type, text: &str) -> Option<FieldRef> {
    walk(body, text, Lists::ByIndex).ok()
}

/// The type at a path that leads through lists: `groups.name` is the name of each group.
/// The error names the unknown field and the object that lacks it.
pub fn found_in_each(body: &Type, text: &str) -> Result<FieldRef, ValueError> {
    walk(body, text, Lists::EachItem).map_err(|error| match error {
        FindError::Unknown(of, name) => unknown_in_answer(&of, &name),
        FindError::Invalid(error) => error,
    })
}

/// How a path goes on after a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    /// With the index of an item.
    ByIndex,
    /// With a field of its items.
    EachItem,
}

fn walk(body: &Type, text: &str, lists: Lists) -> Result<FieldRef, FindError> {
    let mut found = FieldRef::root(body);
    let mut rest = text;
    while !rest.is_empty() || found.path.0.is_empty() {
        let by_index = rest.starts_with('[');
        while let Type::List(items) = &found.kind
            && lists == Lists::EachItem
            && !by_index
        {
            found.kind = (**items).clone();
        }
        rest = if let Some(inside) = rest.strip_prefix('[') {
            let unclosed = || ValueError::new(format!("`{text}` has a `[` without a `]`"));
            let (index, after) = inside.split_once(']').ok_or_else(unclosed)?;
            found = indexed(&found, index)?;
            after
        } else if let Type::Map(values) = &found.kind {
            // The name of a folder can contain any character.
            let kind = (**values).clone();
            found.path = found.path.then(Step::Key(rest.to_owned()));
            found.kind = kind;
            ""
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            found = member(&found, &rest[..end])?;
            &rest[end..]
        };
        rest = match rest.strip_prefix('.') {
            Some("") => return Err(ValueError::new(format!("`{text}` ends with `.`")).into()),
            Some(after) => after,
            None => rest,
        };
    }
    Ok(found)
}

fn indexed(found: &FieldRef, index: &str) -> Result<FieldRef, ValueError> {
    let (step, kind) = match &found.kind {
        Type::List(items) => {
            let index = index.parse().map_err(|_| {
                ValueError::new(format!(
                    "the index of `{}[…]` must be a number, starting at 0",
                    found.path
                ))
            })?;
            (Step::Index(index), (**items).clone())
        }
        Type::Map(values) => (Step::Key(index.to_owned()), (**values).clone()),
        Type::Any | Type::Free => (
            index
                .parse()
                .map_or(Step::Key(index.to_owned()), Step::Index),
            Type::Any,
        ),
        _ => return Err(ValueError::new(format!("`{}` is not a list", found.path))),
    };
    Ok(found.inside(step, kind))
}

fn member(found: &FieldRef, name: &str) -> Result<FieldRef, FindError> {
    let path = found.path.then(Step::Key(name.to_owned()));
    match &found.kind {
        Type::Object(object) => {
            let Some(schema) = schema(object) else {
                return Err(ValueError::new(format!("`{object}` is not in the table")).into());
            };
            let Some(field) = schema.own(name) else {
                return Err(FindError::Unknown(Box::new(found.clone()), name.to_owned()));
            };
            let open = matches!(field.name, "status" | "mode");
            Ok(FieldRef {
                path,
                kind: field.kind.clone(),
                field: Some(field),
                span: Span::between(
                    found.span.first.max(field.span.first),
                    found.span.last.min(field.span.last),
                ),
                in_envelope: found.in_envelope || *object == ENVELOPE && !open,
            })
        }
        Type::Any | Type::Free => Ok(found.inside(Step::Key(name.to_owned()), Type::Any)),
        Type::List(_) => Err(ValueError::new(format!("`{}` is a list", found.path))
            .hint(format!(
                "`{}[0].{name}` refers to the first item",
                found.path
            ))
            .into()),
        _ => Err(ValueError::new(format!("`{}` has no fields", found.path)).into()),
    }
}

/// The length up to which a path is shown.
const MOST_SHOWN: usize = 80;

/// The error for an unknown field of an answer, with similar names.
fn unknown_in_answer(of: &FieldRef, name: &str) -> ValueError {
    let path = of.path.then(Step::Key(name.to_owned())).to_string();
    let shown = beginning(&path, MOST_SHOWN);
    let wrong = ValueError::new(format!("unknown field `{shown}`"));
    let Type::Object(object) = of.kind else {
        return wrong;
    };
    let here = schema(object).map_or(&[][..], |schema| schema.fields.as_slice());
    let full = |name: &str| of.path.then(Step::Key(name.to_owned())).to_string();
    let near = near(name, here.iter().map(|field| field.name));
    let near: Vec<String> = near.into_iter().map(full).collect();
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    if near.is_empty() {
        let shown = here.iter().filter(|field| !field.secret);
        let all: Vec<String> = shown.map(|field| full(field.name)).collect();
        wrong.hint(format!("the fields are {}", all.join(", ")))
    } else {
        wrong.hint(did_you_mean(&near))
    }
}

/// The error for an unknown field, with similar names, or paths that end with the name.
fn unknown(body: &Type, of: &FieldRef, name: &str) -> ValueError {
    let wrong = lacked(of, name);
    match of.kind {
        Type::Object(object) => wrong.hint(near_fields(body, object, &of.path, name)),
        _ => wrong,
    }
}

/// The same for a field of an object by itself.
pub(super) fn unknown_in(of: &FieldRef, name: &str) -> ValueError {
    unknown(&of.kind, of, name)
}

/// The error for an unknown field without a hint, which takes long to find.
pub(super) fn lacked(of: &FieldRef, name: &str) -> ValueError {
    let path = of.path.then(Step::Key(name.to_owned())).to_string();
    let shown = beginning(&path, MOST_SHOWN);
    ValueError {
        lacked_by: match of.kind {
            Type::Object(object) => Some(object),
            _ => None,
        },
        ..ValueError::new(format!("unknown field `{shown}`"))
    }
}

/// The hint for a field that an object of a body lacks; `place` is the path of the object.
pub(super) fn near_fields(body: &Type, object: &'static str, place: &Path, name: &str) -> String {
    let here = schema(object).map_or(&[][..], |schema| schema.fields.as_slice());
    let full = |name: &str| place.then(Step::Key(name.to_owned())).to_string();
    let ending = format!(".{name}");
    // The paths of the object itself begin where it is.
    let is_own = *body == Type::Object(object);
    let same = paths(body, None)
        .into_iter()
        .filter(|path| path.ends_with(&ending))
        .map(|path| if is_own { full(&path) } else { path });
    let near = near(name, here.iter().map(|field| field.name));
    let mut all: Vec<String> = near.into_iter().map(full).collect();
    all.extend(same.take(3));
    all.truncate(3);
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let own: Vec<String> = here
        .iter()
        .filter(|field| !field.read_only)
        .map(|field| full(field.name))
        .collect();
    if all.is_empty() && own.len() < 6 {
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        format!("the fields are {}", ticked(&own).replace(" or ", " and "))
    } else if all.is_empty() {
        "press Tab after `--set ` to list the fields".to_owned()
    } else {
        did_you_mean(&all)
    }
}

/// The paths of all fields that can be set in a body, objects included; only
/// those of `release`, if it is given.
pub fn paths(body: &Type, release: Option<Release>) -> Vec<String> {
    fn add(object: &str, before: &str, release: Option<Release>, all: &mut Vec<String>) {
        for field in settable(object, release) {
            let path = format!("{before}{}", field.name);
            all.push(path.clone());
            if let Type::Object(object) = field.kind {
                add(object, &format!("{path}."), release, all);
            }
        }
    }
    let mut all = Vec::new();
    if let Type::Object(object) = body {
        add(object, "", release, &mut all);
    }
    all
}

fn settable(object: &str, release: Option<Release>) -> impl Iterator<Item = &'static Field> {
    let fields = schema(object).map_or(&[][..], |schema| schema.fields.as_slice());
    fields.iter().filter(move |field| {
        !field.read_only && release.is_none_or(|release| field.span.holds(release))
    })
}

/// The fields of a type that only the server sets.
pub fn read_only(body: &Type, release: Release) -> impl Iterator<Item = &'static Field> {
    let fields = match body {
        Type::Object(object) => schema(object).map_or(&[][..], |schema| schema.fields.as_slice()),
        _ => &[],
    };
    let holds = move |field: &&Field| field.read_only && field.span.holds(release);
    fields.iter().filter(holds)
}

/// The completions of a path that is empty or ends with `.`: each field,
/// followed by `.` or `=`, and its description.
pub fn below(body: &Type, before: &str, release: Release) -> Vec<(String, &'static str)> {
    let kind = match before.strip_suffix('.') {
        Some(path) => found(body, path).map(|found| found.kind),
        None => before.is_empty().then(|| body.clone()),
    };
    let Some(Type::Object(object)) = kind else {
        return Vec::new();
    };
    let shown = |field: &Field| {
        let end = if has_fields(field) { '.' } else { '=' };
        (format!("{before}{}{end}", field.name), field.help)
    };
    settable(object, Some(release)).map(shown).collect()
}

/// The same for all fields that can be set, however far down.
pub fn all_below(body: &Type, release: Release) -> Vec<(String, &'static str)> {
    fn add(object: &str, before: &str, release: Release, all: &mut Vec<(String, &'static str)>) {
        for field in settable(object, Some(release)) {
            let path = format!("{before}{}", field.name);
            match field.kind {
                Type::Object(object) if has_fields(field) => {
                    add(object, &format!("{path}."), release, all);
                }
                _ => all.push((format!("{path}="), field.help)),
            }
        }
    }
    let mut all = Vec::new();
    if let Type::Object(object) = body {
        add(object, "", release, &mut all);
    }
    all
}

/// Whether the fields of a field are set one by one.
fn has_fields(field: &Field) -> bool {
    matches!(field.kind, Type::Object(name) if name != ENVELOPE)
}
