//! The flags whose words edit a list, or stand for its items.

use crate::body::list_edit::ListEdit;
use crate::catalog::items::{are_edits, signed};
use crate::catalog::schema::{self, FieldRef, Step, Type, ValueError};
use crate::catalog::{Items, Param, Release, Value};
use serde_json::Value as Json;

/// The edits that a flag makes; `None` if its words replace the whole field.
pub(super) fn edits(
    found: &FieldRef,
    param: &Param,
    value: &Value,
    release: Option<Release>,
    wrong: &mut Vec<ValueError>,
) -> Option<Vec<ListEdit>> {
    match value {
        Value::List(words) if param.items != Items::Words || are_edits(words) => {
            Some(vec![edit(found, param, words, release, wrong)])
        }
        Value::Map(map) if map.iter().any(|(_, words)| are_edits(words)) => {
            let edits = map.iter().map(|(key, words)| {
                let kind = found.kind.values().unwrap_or(Type::Any);
                let inside = found.inside(Step::Key(key.clone()), kind);
                edit(&inside, param, words, release, wrong)
            });
            Some(edits.collect())
        }
        _ => None,
    }
}

fn edit(
    found: &FieldRef,
    param: &Param,
    words: &[String],
    release: Option<Release>,
    wrong: &mut Vec<ValueError>,
) -> ListEdit {
    let replaces = !are_edits(words);
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for (at, word) in words.iter().enumerate() {
        let (sign, word) = signed(word);
        let kind = found.kind.values().unwrap_or(Type::Any);
        let is_number = kind == Type::Int;
        if sign == Some('-') && !is_number {
            remove.push(word.to_owned());
            continue;
        }
        // Its kind has checked it.
        let item = param.items.item(word).unwrap_or(Json::Null);
        let inside = found.inside(Step::Index(at), kind);
        match schema::checked_all(&inside, &item, release) {
            // The list has the number that the word stands for.
            Ok(item) if sign == Some('-') => remove.push(item.to_string()),
            Ok(item) => add.push(item),
            Err(all) => wrong.extend(all),
        }
    }
    ListEdit {
        path: found.path.clone(),
        items: param.items,
        replaces,
        add,
        remove,
    }
}
