//! The page of a field: `explain user.filters.denied_ip`, `help update_user groups`.

use super::help::{columns, fold, values};
use crate::catalog::schema::{self, ENVELOPE, FieldRef, Type};
use crate::catalog::{self, Api, Command, Param, words};
use crate::error::Error;
use crate::line::variables::Arg;

/// The page that the words after `explain` or `help` name, if they name a field, as in
/// `user.filters.denied_ip`, or all fields of an object: `user.`.
pub(super) fn of_words(words: &[Arg], api: &'static Api) -> Option<Result<String, Error>> {
    let [word] = words else {
        return None;
    };
    let (object, path) = word.text.split_once('.')?;
    if let Some((command, param)) = catalog::param_named(api, object, path) {
        return Some(Ok(of_param(command, param, api)));
    }
    let body = catalog::object_named(api, object)?;
    if path.is_empty() {
        return Some(Ok(of_object(object, &body, api)));
    }
    Some(page(object, &body, path, api).map_err(|error| error.at(word.span.clone())))
}

/// The page of a parameter or a field of a command.
pub(super) fn of_command(
    command: &'static Command,
    word: &Arg,
    api: &'static Api,
) -> Result<String, Error> {
    let name = word.text.trim_start_matches('-');
    let spelled = name.replace('-', "_");
    let mut params = command.params_in(api.release);
    let param = params.find(|param| param.name == spelled);
    let body = command.route().and_then(|route| route.body).map(Type::read);
    let path = param.map_or(name, |param| param.key);
    let in_body = param.is_none_or(|param| param.place.in_body());
    if let Some(body) = body.filter(|_| in_body) {
        let found = page(command.name, &body, path, api);
        return found.map_err(|error| error.at(word.span.clone()));
    }
    match param {
        Some(param) => Ok(of_param(command, param, api)),
        None => Err(Error::typed(format!("`{}` has no `{name}`", command.name))
            .hint(format!("`help {}` lists its arguments", command.name))
            .at(word.span.clone())),
    }
}

/// The page of a parameter that is no field of a body.
fn of_param(command: &Command, param: &Param, api: &Api) -> String {
    let rows = [
        ("values", values(command, param, api.release)),
        ("releases", param.span.words()),
        ("typed as", param.shown()),
    ];
    let rows = rows.map(|(name, text)| (name.to_owned(), text));
    format!(
        "{} {}: {}\n\n{}",
        command.name,
        param.shown(),
        param.help,
        columns(&rows)
    )
}

/// The page of an object: all its fields.
fn of_object(name: &str, body: &Type, api: &Api) -> String {
    let root = FieldRef::root(body);
    format!(
        "{name}: an object of API `{}`\n{}\n`explain {name}.FIELD` describes a field.\n",
        api.name,
        fields(&root, api)
    )
}

/// The page of a field.
fn page(object: &str, body: &Type, path: &str, api: &'static Api) -> Result<String, Error> {
    let found = schema::find(body, path).map_err(|wrong| {
        let error = wrong.error();
        match object_of(body) {
            Some(_) if error.hint.is_none() => {
                error.hint(format!("`explain {object}` lists the fields"))
            }
            _ => error,
        }
    })?;
    let Some(field) = found.field else {
        return Err(Error::typed(format!(
            "`{path}` is not a field of `{object}`"
        )));
    };
    let mut rows = vec![("type", found.value_facts(api.release).join("; "))];
    let behaviour = found.behaviour();
    if !behaviour.is_empty() {
        rows.push(("also", behaviour.join("; ")));
    }
    if let Some(value) = field.if_left_out().filter(|_| !found.is_read_only()) {
        rows.push(("default", format!("{value}, in a new object without it")));
    }
    rows.push(("releases", found.span.words()));
    let commands = commands_of(body, api);
    let typed = typed_as(&found, &commands);
    if !found.is_read_only() && !commands.is_empty() {
        let names: Vec<&str> = commands.iter().map(|command| command.name).collect();
        rows.push(("commands", names.join(", ")));
        rows.push(("typed as", typed));
    }
    let rows: Vec<(String, String)> = rows
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text))
        .collect();
    let title = format!("{object}.{path}: {}", field.help);
    let missing = if found.span.holds(api.release) {
        String::new()
    } else {
        format!("\nThis release, {}, does not have it.\n", api.release)
    };
    Ok(format!(
        "{}\n{missing}\n{}{}",
        fold(&title, 98).join("\n"),
        columns(&rows),
        fields(&found, api)
    ))
}

/// The fields of an object, or of the items of a list of objects.
fn fields(found: &FieldRef, api: &Api) -> String {
    let Some(object) = object_of(&found.kind) else {
        return String::new();
    };
    let all = schema::schema(object).map_or(&[][..], |schema| schema.fields.as_slice());
    let there = all.iter().filter(|field| field.span.holds(api.release));
    let rows: Vec<(String, String)> = there
        .map(|field| (field.name.to_owned(), field.help.to_owned()))
        .collect();
    let what = match found.kind {
        Type::List(_) => "fields of each item",
        _ => "fields",
    };
    format!("\n{what}\n{}", columns(&rows))
}

/// The object type of a field, or of the items of its list.
fn object_of(kind: &Type) -> Option<&'static str> {
    match kind {
        Type::Object(ENVELOPE) => None,
        Type::Object(name) => Some(name),
        Type::List(items) => object_of(items),
        _ => None,
    }
}

/// The commands whose body is of this type.
fn commands_of(body: &Type, api: &'static Api) -> Vec<&'static Command> {
    let has = |command: &&Command| {
        let own = command.route().and_then(|route| route.body);
        own.map(Type::read).as_ref() == Some(body)
    };
    catalog::commands(api).filter(has).collect()
}

/// How the field is given on the line: by its flag, or by `--set`.
fn typed_as(found: &FieldRef, commands: &[&'static Command]) -> String {
    let path = found.path.to_string();
    let mut flags: Vec<String> = Vec::new();
    for command in commands {
        for flag in command
            .all_params()
            .filter_map(|it| flag_for(command, it, &path))
        {
            if !flags.contains(&flag) {
                flags.push(flag);
            }
        }
    }
    let value = match &found.kind {
        Type::List(items) if **items == Type::Text => r#"'["a","b"]'"#,
        Type::List(_) | Type::Map(_) | Type::Object(_) | Type::Free => "JSON",
        Type::Bool => "true",
        _ => "VALUE",
    };
    let unit = found.field.and_then(|field| field.unit);
    let example = unit.map_or_else(String::new, |unit| format!(", as {}", unit.examples()));
    let set = match &found.kind {
        Type::Object(name) if *name != ENVELOPE => format!("--set {path}.FIELD=VALUE"),
        _ => format!("--set {path}={value}"),
    };
    match flags.as_slice() {
        [] => set + &example,
        flags => format!("{}, or {set}{example}", flags.join(", ")),
    }
}

/// A parameter of a command as it is typed, if it sets the field at this path: `--uid`, or
/// `--bucket` with the storage that the field belongs to.
fn flag_for(command: &Command, param: &Param, path: &str) -> Option<String> {
    let Some(flag) = words::flag_of(command, param) else {
        let is_it = param.place.in_body() && param.key == path;
        return is_it.then(|| param.shown());
    };
    let place = flag.fields.iter().find(|place| place.path == path)?;
    let of = place
        .of
        .map(|of| format!("--{} {of} ", words::STORAGE_PARAM));
    Some(of.unwrap_or_default() + &param.shown())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::APIS;

    #[test]
    fn every_field_of_every_body_has_a_page() {
        let mut pages = 0;
        for api in APIS {
            for command in catalog::commands(api) {
                let Some(body) = command.route().and_then(|route| route.body) else {
                    continue;
                };
                let body = Type::read(body);
                for path in schema::paths(&body, Some(api.release)) {
                    let page = page(command.name, &body, &path, api).expect(&path);
                    let found = schema::found(&body, &path).expect("a field");
                    let title = format!("{}.{path}: ", command.name);
                    assert!(page.starts_with(&title), "{page}");
                    assert!(page.contains(&found.span.words()), "{page}");
                    assert!(page.contains("  type "), "{page}");
                    pages += 1;
                }
            }
        }
        assert!(pages > 500, "{pages}");
    }
}
