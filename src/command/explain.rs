//! `explain` and `curl`: shows the request of a command without sending it.

mod lost;
mod parts;

use super::builtin::{Builtin, Check, Runs};
use super::field;
use crate::catalog::schema::Type;
use crate::catalog::{self, Api, Command, Verb};
use crate::error::Error;
use crate::line::call::{Call, Content};
use crate::request::RequestSpec;
use crate::request::ShowAs;
use crate::request::curl;
use crate::request::snippet;
use crate::shell::preview::{fill_in_asked, show_request, spec_of, warn_of_read};
use crate::shell::raw;
use crate::shell::{Screen, Shell};

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
    let form = form_of(call);
    warn_of_read(shell, &inner, form);
    shell.screen().print(&snippet::of(&spec, form)?)
}

fn explain(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let api = shell.session.settings.api;
    if let Some(page) = field_page(call, api).transpose()? {
        return shell.screen().print_page(&page);
    }
    let Some((inner, spec)) = inner(shell, call)? else {
        return Ok(());
    };
    print(shell.screen(), &inner, &spec, api)
}

/// The form that `--as` names.
fn form_of(call: &Call) -> ShowAs {
    ShowAs::named(call.text("as")).unwrap_or(ShowAs::Curl)
}

/// The page of the field or object that the words after `explain` name; `None` if they are
/// a command.
pub(crate) fn field_page(call: &Call, api: &'static Api) -> Option<Result<String, Error>> {
    let explains = call.command.verb() == Some(Verb::Explain);
    explains.then(|| field::of_words(&call.rest, api)).flatten()
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
            show_request(shell, inner, form_of(call), true).map(|()| None)
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

/// Writes the page of a request. The request and the curl line are to be copied: they are not
/// fitted to the terminal.
fn print(screen: Screen, call: &Call, spec: &RequestSpec, api: &'static Api) -> Result<(), Error> {
    let row = row_of(call, spec, api);
    let body = row.and_then(|row| row.route()?.body).map(Type::read);
    let parts = parts::table(&parts::of(call, spec, body.as_ref(), api));
    let about = format!(
        "\nparts of the request\n{parts}{}",
        lost::section(call, spec, row, api)
    );
    let rest = notes(call, spec, api) + &answers(row);
    screen.print(&format!(
        "{}{}\nas a curl command\n  {}\n{}",
        request(call.command, spec),
        screen.fitted(&about),
        curl::line(spec),
        screen.fitted(&rest)
    ))
}

/// The request as it is sent.
fn request(command: &Command, spec: &RequestSpec) -> String {
    let raw = curl::raw(spec);
    let lines = raw.lines().map(|line| format!("  {line}\n"));
    format!(
        "{}: {}. Nothing is sent.\n\nthe request\n{}",
        command.name,
        command.short,
        lines.collect::<String>()
    )
}

/// What is to be known before the curl line is run.
fn notes(call: &Call, spec: &RequestSpec, api: &Api) -> String {
    let mut text = String::new();
    if call.is_change() {
        let alone = call.command.unnamed(api.release).consequence();
        text.push_str(&format!("  (this line alone {alone})\n"));
    }
    for variable in curl::variables(spec) {
        text.push_str(&format!(
            "  (reads the secret from the environment: run `export {variable}=…` first)\n"
        ));
    }
    text
}

/// The row of a request: of a raw one, the row that makes the same.
fn row_of(call: &Call, spec: &RequestSpec, api: &'static Api) -> Option<&'static Command> {
    if call.command.route().is_some() {
        return Some(call.command);
    }
    let path = spec.url.path().split_once(api.prefix)?.1;
    catalog::requested(api, spec.method, path)
}

fn answers(row: Option<&Command>) -> String {
    let Some(route) = row.and_then(Command::route) else {
        return String::new();
    };
    let mut text = "\npossible responses\n".to_owned();
    for answer in route.answers {
        text.push_str(&format!("  {}  {}\n", answer.status, answer.means));
    }
    text
}
