//! What a request would take away from the server.

use super::super::help::fold;
use crate::body::list_edit::ListEdit;
use crate::catalog::schema::{self, Field, FieldRef, Path, Type};
use crate::catalog::{Api, Command, Effect, Items, Unnamed};
use crate::line::call::Call;
use crate::request::{Body, RequestSpec};
use crate::text::words::listed;

/// The section, or nothing if the request takes nothing away.
pub(super) fn section(
    call: &Call,
    spec: &RequestSpec,
    row: Option<&'static Command>,
    api: &'static Api,
) -> String {
    let Some((row, route)) = row.and_then(|row| Some((row, row.route()?))) else {
        return String::new();
    };
    let mut said = Vec::new();
    if let Effect::Destroys(loses) = route.effect {
        said.push(loses.to_owned());
    }
    if row.is_change() {
        let body = route.body.map(Type::read);
        let sent = spec.body.as_ref().map(Body::masked);
        if call.is_change() {
            said.push(
                "no other field: the shell also sends the fields that it has read".to_owned(),
            );
            said.extend(replaced(call, body.as_ref()));
            said.extend(call.change.edits.iter().filter_map(of_edit));
        } else if let Some((body, sent)) = body.zip(sent) {
            said.extend(of_replace(row, &body, &sent, api));
        }
    }
    if said.is_empty() {
        return String::new();
    }
    let lines = said.iter().map(|text| fold(text, 94).join("\n  "));
    format!(
        "\nwhat would be lost\n  {}\n",
        lines.collect::<Vec<_>>().join("\n  ")
    )
}

/// The lists and maps that a change replaces as a whole.
fn replaced(call: &Call, body: Option<&Type>) -> Option<String> {
    let is_whole = |path: &&Path| {
        let found = body.and_then(|body| schema::found(body, &path.to_string()));
        found.is_some_and(|found| matches!(found.kind, Type::List(_) | Type::Map(_)))
    };
    let paths = call.change.set.iter().map(|(path, _)| path);
    let mut names: Vec<String> = paths.filter(is_whole).map(Path::to_string).collect();
    names.dedup();
    (!names.is_empty()).then(|| format!("the old items of {}", listed(names)))
}

/// What an edit takes out of a list.
fn of_edit(edit: &ListEdit) -> Option<String> {
    let path = &edit.path;
    match edit.items {
        Items::Groups(_) if edit.replaces => {
            Some(format!("the old items of `{path}` that have the same type"))
        }
        _ if edit.replaces => Some(format!("the old items of `{path}`")),
        _ if edit.remove.is_empty() => None,
        _ => Some(format!("{} of `{path}`", listed(&edit.remove))),
    }
}

/// What a server does with the fields that the body of a bare PUT lacks.
fn of_replace(row: &Command, body: &Type, sent: &serde_json::Value, api: &Api) -> Vec<String> {
    let unnamed = row.unnamed(api.release);
    if unnamed != Unnamed::Cleared {
        return vec![format!("the request {}", unnamed.consequence())];
    }
    let in_path = |field: &Field| {
        let mut params = row.params_in(api.release);
        params.any(|param| param.place.in_path() && param.name == field.name)
    };
    let lost = schema::lacking(&FieldRef::root(body), sent, api.release, &in_path);
    if lost.is_empty() {
        return Vec::new();
    }
    let names = lost.iter().map(Path::to_string);
    vec![format!(
        "whatever the object has in {}",
        names.collect::<Vec<_>>().join(", ")
    )]
}
