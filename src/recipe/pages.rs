//! A list that the server gives page by page.

use crate::error::Error;
use crate::shell::Shell;
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
        let page = shell.part(&[list, &limit, &format!("--offset={offset}")], &[])?;
        let Json::Array(items) = page else {
            return Err(Error::local(format!("`{list}`: the answer is no list")));
        };
        let is_last = items.len() < PAGE;
        for item in items {
            let name = item.get(key).and_then(Json::as_str).unwrap_or_default();
            if seen.insert(name.to_owned()) {
                what(item);
            }
        }
        if is_last {
            break;
        }
    }
    Ok(())
}
