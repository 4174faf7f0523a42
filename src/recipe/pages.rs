//! Reads a paginated list.

use crate::error::Error;
use crate::shell::Shell;
use crate::shell::pages::{MOST, PAGE};
use crate::shell::recipe_step::{named, unexpected_answer};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// After how many items a message says how far it got.
const TELL: usize = 50_000;

/// Calls a function for each item of a list; items are identified by the text
/// under `key`, so an item that moves to the next page meanwhile is handled
/// once.
pub(super) fn each(
    shell: &mut Shell,
    list: &str,
    key: &str,
    mut what: impl FnMut(Json),
) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    let limit = format!("--limit={PAGE}");
    for offset in (0..).step_by(PAGE) {
        let items = shell.part_list(&[list, &limit, &format!("--offset={offset}")])?;
        let (is_full, before) = (items.len() == PAGE, seen.len());
        for item in items {
            if seen.insert(named(list, &item, key)?.to_owned()) {
                what(item);
            }
        }
        if !is_full {
            break;
        }
        if seen.len() == before {
            // It would go on without end.
            return Err(unexpected_answer(list, "it is the same page again"));
        }
        if seen.len() >= MOST {
            let is = format!("{MOST} items, and still another page follows");
            return Err(unexpected_answer(list, &is));
        }
        if seen.len() / TELL > before / TELL {
            let read = format!("{} read so far with `{list}`\n", seen.len());
            shell.screen().remark(&read);
        }
    }
    Ok(())
}
