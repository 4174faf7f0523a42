//! The flags for the fields of a storage backend: which field each sets follows from the
//! backend, since several have a `--bucket`.

use super::OnError;
use super::files::LITERAL;
use crate::body::change::BodyChange;
use crate::catalog::schema::{self, Path, Type, ValueError};
use crate::catalog::words::{self, Place, STORAGE_PARAM, WordFlag};
use crate::catalog::{Param, Release, Section, Value};
use crate::line::call::{Call, ValueOrigin};
use crate::secret::Secret;
use crate::text::words::ticked;
use serde_json::Value as Json;

/// Whether a parameter sets the field of a storage backend.
pub(super) fn is_field(param: &Param) -> bool {
    param.section == Section::Storage
}

/// The fields that these flags set; `change` has everything else that is set.
pub(super) fn fields(
    call: &Call,
    body: &Type,
    release: Option<Release>,
    change: &BodyChange,
    bad: OnError,
) -> Vec<(Path, Json)> {
    let given = |from| {
        matches!(
            from,
            ValueOrigin::Typed | ValueOrigin::Later | ValueOrigin::Ask
        )
    };
    let slots = call.slots.iter();
    let slots: Vec<_> = slots
        .filter(|slot| is_field(slot.param) && given(slot.from))
        .collect();
    // A backend in a variable is not known yet.
    if slots.is_empty() || call.is_later(STORAGE_PARAM) {
        return Vec::new();
    }
    let backend = backend(call, body, change);
    let is_new = !call.is_change() && !call.has_model();
    let mut fields = Vec::new();
    for slot in slots {
        let Some(flag) = words::flag_of(call.command, slot.param) else {
            continue;
        };
        let place = match place(flag, backend.as_deref(), is_new) {
            Ok(place) => place,
            Err(wrong) => {
                bad(None, wrong);
                continue;
            }
        };
        // One that is asked for has no value yet.
        let Some(value) = slot.value.as_ref().map(unescaped) else {
            continue;
        };
        let (mut wrong, mut all) = (Vec::new(), Vec::new());
        match super::flag(body, slot.param, place.path, &value, release) {
            Ok((set, _)) => all = set,
            Err(why) => wrong = why,
        }
        for wrong in wrong {
            bad(None, wrong);
        }
        fields.extend(all);
    }
    fields
}

/// The backend that a call names, as `--storage` calls it.
fn backend(call: &Call, body: &Type, change: &BodyChange) -> Option<String> {
    let path = words::provider_path(call.command)?;
    let set = change.body();
    let number = set
        .pointer(&format!("/{}", path.replace('.', "/")))?
        .as_i64()?;
    let field = schema::found(body, path)?.field?;
    let backends = words::flags(call.command)
        .iter()
        .flat_map(|flag| &flag.fields);
    let mut backends = backends.filter_map(|place| place.of);
    let is_it = |word: &str| {
        let choice = field.choices.iter().find(|choice| choice.word == word);
        choice.is_some_and(|choice| choice.number == Some(number))
    };
    backends.find(|word| is_it(word)).map(str::to_owned)
}

/// The field that a flag sets.
fn place<'a>(
    flag: &'a WordFlag,
    backend: Option<&str>,
    is_new: bool,
) -> Result<&'a Place, ValueError> {
    let of: Vec<&str> = flag.fields.iter().filter_map(|place| place.of).collect();
    let name = flag.param.flag();
    match (backend, flag.fields.as_slice()) {
        (Some(backend), places) => {
            let place = places.iter().find(|place| place.of == Some(backend));
            place.ok_or_else(|| {
                let why = format!("`{name}` is not a field of `{backend}` storage");
                ValueError::new(why)
                    .hint(format!("{} has it", ticked(&of).replace(" or ", " and ")))
            })
        }
        (None, [only]) if !is_new => Ok(only),
        (None, _) => {
            let why = format!("`{name}` needs the kind of storage that it belongs to");
            let one = of.iter().map(|word| format!("--{STORAGE_PARAM} {word}"));
            let one: Vec<String> = one.collect();
            let one: Vec<&str> = one.iter().map(String::as_str).collect();
            Err(ValueError::new(why).hint(format!("add {}", ticked(&one))))
        }
    }
}

/// The value of a flag, without what keeps a secret from being the name of a file.
fn unescaped(value: &Value) -> Value {
    match value {
        Value::Secret(secret) => {
            let text = secret.reveal();
            let text = match text.strip_prefix(LITERAL) {
                Some(held) => held,
                None if text.starts_with("@@") => &text[1..],
                None => text,
            };
            Value::Secret(Secret::new(text))
        }
        value => value.clone(),
    }
}

/// A secret as it is, whatever it looks like.
pub(super) fn literal(param: &Param, text: &str) -> Secret {
    if is_field(param) {
        Secret::new(format!("{LITERAL}{text}"))
    } else {
        Secret::new(text)
    }
}

/// A secret that a file holds: `--credentials @FILE`; `None` if it is the secret itself.
pub(super) fn file_of(param: &Param, value: &Value) -> Option<String> {
    let Value::Secret(secret) = value else {
        return None;
    };
    let file = super::files::file_of_value(secret.reveal());
    file.filter(|_| is_field(param)).map(str::to_owned)
}
