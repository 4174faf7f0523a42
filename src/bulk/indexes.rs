//! Items of lists that a row gives by index: `groups[0].name`, `groups[1].name`.
//!
//! In a sheet, a row often fills the second item and not the first. An empty item is not
//! given, so those after it move up.

use super::template::{Template, list_len};
use super::value::Record;
use crate::catalog::schema::{Path, Step};
use crate::error::Error;

/// Moves the items of a row up by the empty ones before them. An index that no column
/// has is not closed: it is an error like that of a typed line.
pub(super) fn close_up(record: &mut Record, template: &Template) {
    let empty = paths(record.empty_items.iter(), template);
    if empty.is_empty() {
        return;
    }
    let given = paths(record.sets.iter().map(|(path, _)| path), template);
    let is_there = |before: &[Step], index: usize| {
        let item = before.iter().cloned().chain([Step::Index(index)]);
        let item: Vec<Step> = item.collect();
        let list = Path(before.to_vec());
        let others = template.list_len(&list).max(list_len(&record.body, &list));
        index < others || given.iter().any(|path| path.0.starts_with(&item))
    };
    let moved_up = |path: &Path| {
        let steps = path.0.iter().enumerate().map(|(depth, step)| match step {
            Step::Key(_) => step.clone(),
            Step::Index(index) => {
                let before = &path.0[..depth];
                let mut gone: Vec<usize> = empty
                    .iter()
                    .filter(|other| other.0.starts_with(before))
                    .filter_map(|other| match other.0.get(depth)? {
                        Step::Index(other) if other < index => Some(*other),
                        _ => None,
                    })
                    .filter(|other| !is_there(before, *other))
                    .collect();
                gone.sort_unstable();
                gone.dedup();
                Step::Index(index - gone.len())
            }
        });
        Path(steps.collect())
    };
    let mut moved = Vec::new();
    for (own, _) in &record.sets {
        let path = template.columns.field(own).map(|found| found.path);
        moved.push(path.map_or_else(|| own.clone(), |path| moved_up(&path).to_string()));
    }
    for ((path, _), new) in record.sets.iter_mut().zip(moved) {
        if *path != new {
            let own = std::mem::replace(path, new.clone());
            record.moved.push((new, own));
        }
    }
}

fn paths<'a>(paths: impl Iterator<Item = &'a String>, template: &Template) -> Vec<Path> {
    let paths = paths.filter_map(|path| template.columns.field(path));
    paths.map(|found| found.path).collect()
}

/// The error with the path that the row has.
pub(super) fn as_written(mut error: Error, moved: &[(String, String)]) -> Error {
    let quoted = |path: &str| format!("`{path}`");
    let said = moved
        .iter()
        .find(|(new, _)| error.message.contains(&quoted(new)));
    if let Some((new, own)) = said {
        error.message = error.message.replace(&quoted(new), &quoted(own));
        error.hint = error.hint.map(|hint| hint.replace(new, own));
    }
    error
}
