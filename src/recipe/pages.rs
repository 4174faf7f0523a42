//! Reads a paginated list for a recipe.

use crate::error::Error;
use crate::shell::Shell;
use crate::shell::pages::Pages;
use crate::shell::recipe_step::named;
use serde_json::Value as Json;

/// After how many items a message says how far it got.
const TELL: usize = 50_000;

/// Calls a function for each item of a list; each item has a text under `key`.
pub(super) fn each(
    shell: &mut Shell,
    list: &str,
    key: &str,
    mut what: impl FnMut(Json),
) -> Result<(), Error> {
    let call = shell.part_call(&[list], &[])?;
    let mut pages = Pages::new(&call, false);
    loop {
        let before = pages.count();
        let Some(items) = pages.next(shell, false)? else {
            return Ok(());
        };
        for item in items {
            named(list, &item, key)?;
            what(item);
        }
        let count = pages.count();
        if count / TELL > before / TELL {
            let read = format!("{count} read so far with `{list}`\n");
            shell.screen().remark(&read);
        }
    }
}
