//! `rotate_api_key`: a new key in place of an old one.

use super::{RecipeResult, pages};
use crate::catalog::schema::{self, Type};
use crate::error::Error;
use crate::line::call::Call;
use crate::shell::Shell;
use crate::shell::recipe_step::{named, unexpected_answer};
use crate::text::clean;
use crate::text::words::ticked;
use serde_json::{Value as Json, json};

const LIST: &str = "get_api_keys";
const ADD: &str = "add_api_key";
const DELETE: &str = "delete_api_key";

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<RecipeResult, Error> {
    let name = call.text("name");
    let keeps = call.is_on("keep");
    let old = found(shell, name)?;
    let id = named(LIST, &old, "id")?;
    let name = named(LIST, &old, "name")?;
    if !keeps {
        let what = format!(
            "{} {}: clients that use the old key lose access immediately",
            call.command.name,
            clean::line(name)
        );
        shell.asker.confirm(&what, &shell.session.settings)?;
    }
    let new = add(shell, &old, name)?;
    let key = named(ADD, &new, "key")?;
    let Some((new_id, _)) = key.split_once('.') else {
        return Err(unexpected_answer(ADD, "its `key` has no id"));
    };
    let known = json!({"name": name, "id": new_id, "old_id": id, "old_deleted": !keeps});
    if keeps {
        return Ok(result(known, key, None));
    }
    shell.progress.done_so_far(format!(
        "`{}`: the new key `{}` was added; the old one still exists",
        call.command.name,
        clean::line(new_id)
    ));
    // It was asked for before.
    let confirmed = shell.asker.set_confirmed(true);
    let deleted = shell.part(&[DELETE], &[id]);
    shell.asker.set_confirmed(confirmed);
    let error = deleted.err().map(|error| Error {
        message: format!(
            "the new key is valid, but the old one may still be: {}",
            error.message
        ),
        ..error
    });
    let mut known = known;
    if error.is_some() {
        known["old_deleted"] = Json::Null;
    }
    Ok(result(known, key, error))
}

/// The result with the key, which is shown once; what is kept of it has no key.
fn result(known: Json, key: &str, error: Option<Error>) -> RecipeResult {
    let mut shown = known.clone();
    shown["key"] = key.into();
    RecipeResult {
        shown: Some(shown),
        ..RecipeResult::new(known, error)
    }
}

/// The key with this id or name.
fn found(shell: &mut Shell, name: &str) -> Result<Json, Error> {
    let mut all = Vec::new();
    pages::each(shell, LIST, "id", |key| {
        let has = |member: &str| key.get(member).and_then(Json::as_str) == Some(name);
        if has("id") || has("name") {
            all.push(key);
        }
    })?;
    let shown = clean::line(name);
    match all.len() {
        1 => Ok(all.remove(0)),
        0 => Err(
            Error::typed(format!("no API key has the name or id `{shown}`"))
                .hint(format!("`{LIST}` lists the keys")),
        ),
        // The server does not ask for names of their own.
        _ => {
            let ids: Vec<&str> = all.iter().filter_map(|key| key["id"].as_str()).collect();
            Err(
                Error::typed(format!("several API keys have the name `{shown}`"))
                    .hint(format!("give the id of one: {}", ticked(&ids))),
            )
        }
    }
}

/// Adds a key with what the old one has.
fn add(shell: &mut Shell, old: &Json, name: &str) -> Result<Json, Error> {
    let body = schema::writable(&Type::read(">APIKey"), old);
    shell.part(&[ADD, &format!("--json={body}")], &[name])
}
