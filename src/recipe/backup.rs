//! `backup`: saves all data of the server in a local file.

use super::dump::{self, Dump};
use super::{RecipeResult, named};
use crate::atomic::{Access, Atomic};
use crate::error::{Error, Fault, system};
use crate::line::call::Call;
use crate::shell::Shell;
use crate::text::clean;
use serde_json::{Value as Json, json};
use std::io::{ErrorKind, Write};
use std::path::Path;

pub(super) fn check(call: &Call) -> Result<(), Error> {
    if call.text("file") == "-" {
        return Err(Error::typed("`backup` cannot write to standard output")
            .hint("`dumpdata --output_data` prints it")
            .at(call.place("file")));
    }
    named(call, "scopes")
}

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<RecipeResult, Error> {
    let name = call.text("file");
    let path = Path::new(name);
    let shown = clean::line(name);
    let over = call.is_on("force");
    let there =
        || Error::local(format!("`{shown}` already exists")).hint("`--force` overwrites it");
    if !over && path.symlink_metadata().is_ok() {
        return Err(there().at(call.place("file")));
    }
    let cannot =
        |why: &std::io::Error| Error::local(format!("cannot write `{shown}`: {}", system(why)));
    let create = || Atomic::create(path, Access::Owner).map_err(|why| cannot(&why));
    // Created before any request, so that the data can be saved. It is created
    // again later, because nothing would remove it if the program were killed
    // while waiting.
    drop(create()?);
    let bytes = dump::ask(shell, call.list("scopes"))?;
    let dump = Dump::of(&bytes).map_err(|why| {
        let message = format!("the server's answer is not a backup: {why}; nothing was written");
        Error::new(Fault::NoAnswer, message)
    })?;
    let mut file = create()?;
    let placed = file.write_all(&bytes).and_then(|()| {
        if over {
            file.finish()
        } else {
            file.finish_new()
        }
    });
    placed.map_err(|why| match why.kind() {
        ErrorKind::AlreadyExists => there(),
        _ => cannot(&why),
    })?;
    let objects: serde_json::Map<String, Json> = dump.counts().collect();
    Ok(json!({
        "file": name,
        "bytes": bytes.len(),
        "version": dump.version,
        "objects": objects,
    })
    .into())
}
