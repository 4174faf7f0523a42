//! A list that the server gives page by page.

use crate::error::Error;
use crate::shell::Shell;
use crate::shell::recipe_step::{named, odd};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The server gives no more at a time (quirks of every release: a larger limit
/// is cut down to it without a word).
const PAGE: usize = 500;

/// Does something with each item of a list, which is known by the text under
/// `key`. An item that moved to the next page meanwhile comes once.
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
            return Err(odd(list, "the same page again"));
        }
    }
    Ok(())
}
