//! `diff`: two objects of a kind, field by field.

use super::Shell;
use crate::body::diff::FieldDiff;
use crate::body::{edited, kept_fields};
use crate::catalog::{Clock, Command, Value, schema};
use crate::error::Error;
use crate::line::call::{Call, Slot};
use crate::session::Answer;
use crate::text::clean;
use crate::text::words::plural;
use serde_json::{Value as Json, json};

impl Shell {
    /// Shows where two objects differ.
    pub(crate) fn compare(&mut self, call: &Call) -> Result<(), Error> {
        let row = call.command;
        let reader = row.reader().map_or(row.name, |row| row.name);
        let names: Vec<String> = call.names().iter().filter_map(name_of).collect();
        let [first, second] = names.as_slice() else {
            return Err(
                Error::typed("`diff` needs the names of two different objects")
                    .at(call.span.clone()),
            );
        };
        let one = self.part(&[reader], &[first])?;
        let other = self.part(&[reader], &[second])?;
        let release = self.session.settings.api.release;
        let (one, other) = (comparable(row, &one), comparable(row, &other));
        let changes = kept_fields::changes(row, &one, &other, release);
        self.show_diff(row, (first, second), &changes)
    }

    fn show_diff(
        &mut self,
        row: &Command,
        (first, second): (&str, &str),
        changes: &[FieldDiff],
    ) -> Result<(), Error> {
        let item = |change: &FieldDiff| {
            let value = |value: &Option<Json>| {
                edited::shown(
                    last_key(&change.path),
                    value.as_ref().unwrap_or(&Json::Null),
                )
            };
            json!({"field": change.path, "first": value(&change.before), "second": value(&change.after)})
        };
        let result: Json = changes.iter().map(item).collect();
        let shown = if self.screen().summarizes() {
            let (body, clock) = (kept_fields::type_of(row), Clock::system());
            let lines = changes
                .iter()
                .map(|change| format!("{}\n", change.in_words(&body, &clock)));
            self.screen().print(&lines.collect::<String>())
        } else {
            self.screen().print_value(&result)
        };
        let noun = row.noun().replace('_', " ");
        let how = match changes.len() {
            0 => "do not differ".to_owned(),
            count => format!("differ in {}", plural(count, "field")),
        };
        self.screen().remark(&format!(
            "{noun} `{}` and `{}` {how}; names, times and counters are not compared\n",
            clean::line(first),
            clean::line(second),
        ));
        let body = result.to_string().into_bytes();
        let (json, kind) = (Some(result), None);
        self.session.keep(200, Answer { body, json, kind });
        shown
    }
}

fn name_of(slot: &Slot) -> Option<String> {
    slot.value.as_ref().map(Value::to_word)
}

fn last_key(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// What two objects may have in common: not their names, what the server sets, and the
/// text of their secrets, which is encrypted for each.
fn comparable(row: &Command, object: &Json) -> Json {
    let object = kept_fields::trimmed(row, object);
    let object = schema::writable(&kept_fields::type_of(row), &object);
    let mut object = edited::hidden("", &kept_fields::in_order(&object));
    let in_path = row.params.iter().filter(|param| param.place.in_path());
    if let Some(members) = object.as_object_mut() {
        // A key is named in the path by its id.
        for key in in_path.map(|param| param.key).chain(["name"]) {
            members.shift_remove(key);
        }
    }
    object
}
