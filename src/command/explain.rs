//! `explain` and `curl`: shows the request of a command without sending it.

use super::builtin::{Builtin, Check, Runs};
use crate::body::list_edit::ListEdit;
use crate::catalog::items::are_edits;
use crate::catalog::schema::{self, Path, Type};
use crate::catalog::{Clock, Command, Items, Method, Release, Section, Send, Value, Verb};
use crate::error::Error;
use crate::line::call::{Call, Content, Slot, ValueOrigin};
use crate::request::RequestSpec;
use crate::request::ShowAs;
use crate::request::curl;
use crate::secret::{MASK, json};
use crate::shell::Shell;
use crate::shell::preview::{fill_in_asked, show_request, spec_of, warn_of_read};
use crate::shell::raw;
use crate::text::clean;
use serde_json::Value as Json;

pub(super) const CURL: Builtin = Builtin {
    check: Check::Inner,
    ..Builtin::new(Verb::Curl, Runs::By(curl))
};

pub(super) const EXPLAIN: Builtin = Builtin {
    check: Check::Inner,
    ..Builtin::new(Verb::Explain, Runs::By(explain))
};

fn curl(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let Some((inner, spec)) = inner(shell, call)? else {
        return Ok(());
    };
    warn_of_read(shell, &inner, ShowAs::Curl);
    shell.screen().print(&format!("{}\n", curl::line(&spec)))
}

fn explain(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let Some((inner, spec)) = inner(shell, call)? else {
        return Ok(());
    };
    let release = shell.session.settings.api.release;
    shell.screen().print(&page(&inner, &spec, release))
}

/// The call after `explain`, and its request. `None` if help was requested,
/// which is then printed.
fn inner(shell: &mut Shell, call: &Call) -> Result<Option<(Call, RequestSpec)>, Error> {
    let missing = || {
        Error::typed(format!("`{}` needs a command", call.command.name))
            .hint(format!("for example `{}`", call.command.examples[0].line))
            .at(call.span.clone())
    };
    let parsed = shell.parse(&call.rest)?;
    shell.under(&parsed.overrides, |shell| match parsed.content {
        Content::Nothing => Err(missing()),
        Content::Help(topic) => super::help::run(shell, topic).map(|_| None),
        Content::Call(inner) if inner.is_many() && call.command.verb() == Some(Verb::Curl) => {
            show_request(shell, inner, ShowAs::Curl, true).map(|()| None)
        }
        Content::Call(inner) if inner.is_many() => {
            let mut one = inner.example();
            let name = inner.command.name;
            shell
                .screen()
                .remark(&format!("`{name}` sends this request for each object\n"));
            spec(shell, &mut one).map(|spec| Some((one, spec)))
        }
        Content::Call(mut inner) => spec(shell, &mut inner).map(|spec| Some((inner, spec))),
    })
}

fn spec(shell: &Shell, inner: &mut Call) -> Result<RequestSpec, Error> {
    fill_in_asked(inner);
    if inner.command.route().is_some() {
        shell.session.fill_in_user(inner)?;
        let mut text = |_, file: &str| raw::text_of(file, &mut None);
        crate::request::load(inner, shell.session.settings.api, &mut text)?;
    }
    spec_of(&shell.session, inner)
}

fn page(call: &Call, spec: &RequestSpec, release: Release) -> String {
    let command = call.command;
    let mut text = format!(
        "{}: {}. Nothing is sent.\n\nthe request\n",
        command.name, command.short
    );
    for line in curl::raw(spec).lines() {
        text.push_str(&format!("  {line}\n"));
    }
    text.push_str("\nparts of the request\n");
    let rows = parts(call, spec, release);
    let wide = rows
        .iter()
        .map(|(name, _, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    let middle = rows
        .iter()
        .map(|(_, value, _)| value.chars().count())
        .max()
        .unwrap_or(0)
        .min(32);
    for (name, value, about) in rows {
        text.push_str(&format!("  {name:wide$}  {value:middle$}  {about}\n"));
    }
    text.push_str(&format!("\nas a curl command\n  {}\n", curl::line(spec)));
    if call.is_change() {
        let alone = command.unnamed(release).consequence();
        text.push_str(&format!("  (this line alone {alone})\n"));
    }
    for variable in curl::variables(spec) {
        text.push_str(&format!(
            "  (reads the secret from the environment: run `export {variable}=…` first)\n"
        ));
    }
    text.push_str(&answers(command));
    text
}

fn parts(call: &Call, spec: &RequestSpec, release: Release) -> Vec<(String, String, String)> {
    let method = match spec.method {
        Method::Get => "reads; changes nothing",
        Method::Post => "creates or starts something; sending it twice does it twice",
        Method::Put if call.is_change() => {
            "replaces the object: the shell reads it first and keeps the fields you do not give"
        }
        Method::Put if call.is_on("replace") => call.command.unnamed(release).consequence(),
        Method::Put => "changes an object",
        Method::Patch => "changes part of an object",
        Method::Delete => "deletes something",
    };
    let row = |name: &str, value: &str, about: &str| {
        (name.to_owned(), value.to_owned(), about.to_owned())
    };
    let mut rows = vec![row("method", spec.method.as_str(), method)];
    let base = spec.url[..url::Position::BeforePath].to_owned();
    rows.push(row(
        "server",
        &base,
        "`base_url`: `set base_url` or `connect` changes it",
    ));
    rows.push(row(
        "path",
        spec.url.path(),
        "the resource (ids are percent-encoded)",
    ));
    if let Some((name, form)) = curl::header(spec) {
        rows.push(row(
            name,
            &form,
            "authentication; `whoami` shows the current login",
        ));
    }
    if spec.body.is_some() {
        rows.push(row(
            "Content-Type",
            "application/json",
            "the format of the body",
        ));
    }
    let clock = Clock::system();
    let part = |slot| part(call.command, slot, &clock);
    rows.extend(call.slots.iter().filter_map(part));
    rows.extend(set_fields(call, &clock));
    rows
}

/// The fields that `--set` and `--json` give.
fn set_fields(call: &Call, clock: &Clock) -> Vec<(String, String, String)> {
    let body = call.command.route().and_then(|route| route.body);
    let Some(body) = body.map(Type::read) else {
        return Vec::new();
    };
    let has_flag = |path: &str| {
        // A storage flag is shown with the field that it means.
        let own = |slot: &Slot| {
            let is_given = slot.from != ValueOrigin::Default || slot.param.send != Send::Typed;
            let is_shown = slot.param.section != Section::Storage && is_given;
            is_shown && slot.param.place.in_body() && slot.param.key == path
        };
        call.slots.iter().any(own)
    };
    let row = |(path, value): &(Path, Json)| {
        let path = path.to_string();
        let found = schema::found(&body, &path).filter(|_| !has_flag(&path))?;
        let shown = match (value.as_i64(), found.field) {
            _ if found.is_secret() => MASK.to_owned(),
            (Some(number), Some(field)) => in_words(number, field.words_for(number, clock)),
            _ => shortened(&json::masked(value).to_string()),
        };
        let about = found.field.map_or("", |field| field.help);
        Some((path, shown, format!("body: {about}")))
    };
    let edits = call.change.edits.iter().map(|edit| edited(edit, &body));
    let set = call.change.set.iter().filter_map(row);
    set.chain(edits.flatten()).collect()
}

/// What is done to the items of a list, one by one.
fn edited(edit: &ListEdit, body: &Type) -> Vec<(String, String, String)> {
    let path = edit.path.to_string();
    let help = schema::found(body, &path).and_then(|found| Some(found.field?.help));
    let row = |sign: &str, item: &str, does: &str| {
        let value = shortened(&format!("{sign}{item}"));
        (
            path.clone(),
            value,
            format!("{does}: {}", help.unwrap_or_default()),
        )
    };
    let (add, adds) = if edit.replaces {
        ("", "the list has this instead of the old items")
    } else {
        ("+ ", "added to the list")
    };
    let none = edit.replaces && edit.add.is_empty();
    let none = none.then(|| row("", "[]", "the old items are taken out"));
    let added = edit
        .add
        .iter()
        .map(|item| row(add, &item.to_string(), adds));
    let removed = edit
        .remove
        .iter()
        .map(|item| row("- ", item, "taken out of the list"));
    none.into_iter().chain(added).chain(removed).collect()
}

/// A number, and what it means to a person.
fn in_words(number: i64, words: Option<String>) -> String {
    match words {
        Some(words) => format!("{number} ({words})"),
        None => number.to_string(),
    }
}

fn part(command: &Command, slot: &Slot, clock: &Clock) -> Option<(String, String, String)> {
    let param = slot.param;
    let is_edit = matches!(&slot.value, Some(Value::List(words)) if are_edits(words));
    if param.section == Section::Storage || param.items != Items::Words || is_edit {
        return None;
    }
    let place = match (param.place.in_path(), param.place.in_body()) {
        (true, true) => "path and body",
        (true, false) => "path",
        (false, true) => "body",
        (false, false) if param.place == crate::catalog::ParamPlace::Query => "query",
        _ => return None,
    };
    let value = match &slot.value {
        Some(value) if param.send == Send::NonEmpty && value.is_empty() => return None,
        Some(_) if param.kind == crate::catalog::Kind::Secret => MASK.to_owned(),
        Some(_) if param.send == Send::Typed && slot.from == ValueOrigin::Default => return None,
        Some(value) if matches!(param.send, Send::On(_)) && *value != Value::Switch(true) => {
            return None;
        }
        Some(value @ (Value::Text(_) | Value::List(_))) => {
            shortened(&Json::to_string(&value.to_json()))
        }
        Some(Value::Int(number)) => in_words(*number, command.words_for(param, *number, clock)),
        Some(value) => value.to_word(),
        None => return None,
    };
    let from = match slot.from {
        ValueOrigin::Default => ", default",
        ValueOrigin::LastUserId | ValueOrigin::LastUsername => ", left out",
        ValueOrigin::Json => ", from `--json`",
        ValueOrigin::Typed | ValueOrigin::Ask | ValueOrigin::Later => "",
    };
    Some((
        param.key.to_owned(),
        value,
        format!("{place}{from}: {}", param.help),
    ))
}

fn shortened(text: &str) -> String {
    let text = clean::line(text);
    if text.chars().count() <= 32 {
        return text.into_owned();
    }
    text.chars().take(31).chain(['…']).collect()
}

fn answers(command: &Command) -> String {
    let Some(route) = command.route() else {
        return String::new();
    };
    let mut text = "\npossible responses\n".to_owned();
    for answer in route.answers {
        text.push_str(&format!("  {}  {}\n", answer.status, answer.means));
    }
    text
}
