//! The pages about the flags for parts of a body: `help add_user storage`.

use super::arguments::{describe, meanings};
use super::{columns, fold};
use crate::catalog::words::{self, WordFlag};
use crate::catalog::{self, Api, Command, Param, Release, Section};
use crate::error::Error;
use crate::line::variables::Arg;
use crate::text::words::ticked;

/// The parameters that are on the page of the command itself.
pub(super) fn main<'a>(
    params: &'a [&'static Param],
) -> impl Iterator<Item = &'static Param> + use<'a> {
    let all = params.iter().copied();
    all.filter(|param| param.section == Section::Main)
}

/// The other parts of a page, each with the names of its flags.
pub(super) fn listed(command: &Command, params: &[&'static Param]) -> String {
    let mut text = String::new();
    for section in Section::PAGES {
        let own = params.iter().filter(|param| param.section == *section);
        let flags: Vec<String> = own.map(|param| param.flag()).collect();
        if flags.is_empty() {
            continue;
        }
        let name = section.name();
        text.push_str(&format!(
            "\n{name}: `help {} {name}` describes them\n",
            command.name
        ));
        // Those of storage are too many, and each backend has only some.
        if *section != Section::Storage {
            let flags = fold(&flags.join(" "), 96).join("\n  ");
            text.push_str(&format!("  {flags}\n"));
        }
    }
    text
}

/// The page of one part; `None` if the word names none that the command has.
pub(super) fn page(command: &Command, api: &Api, word: &Arg) -> Option<String> {
    let section = named(word)?;
    let flags = flags_of(command, section, api.release);
    let has_any = !flags.is_empty();
    has_any.then(|| described_flags(command, section, &flags, api.release))
}

/// The part that a word names, of any command.
fn named(word: &Arg) -> Option<Section> {
    let mut sections = Section::PAGES.iter().copied();
    sections.find(|section| section.name() == word.text)
}

/// The flags of a part that a release has.
fn flags_of(command: &Command, section: Section, release: Release) -> Vec<&'static WordFlag> {
    let flags = words::flags(command).iter();
    let own = flags.filter(|flag| flag.param.section == section);
    own.filter(|flag| flag.param.span.holds(release)).collect()
}

/// The error for a part that only other commands have; `None` if this one has no parts.
pub(super) fn no_such_part(command: &Command, api: &Api, word: &Arg) -> Option<Error> {
    named(word)?;
    let name = command.name;
    let parts = Section::PAGES.iter();
    let parts = parts.filter(|part| !flags_of(command, **part, api.release).is_empty());
    let parts: Vec<String> = parts
        .map(|section| format!("help {name} {}", section.name()))
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let error = Error::typed(format!("`help {name}` has no such part")).at(word.span.clone());
    (!parts.is_empty()).then(|| error.hint(format!("{} describes a part", ticked(&parts))))
}

/// The flags of a part; those of storage by backend.
fn described_flags(
    command: &Command,
    section: Section,
    flags: &[&'static WordFlag],
    release: Release,
) -> String {
    let name = command.name;
    let mut backends: Vec<Option<&str>> = Vec::new();
    for place in flags.iter().flat_map(|flag| &flag.fields) {
        if !backends.contains(&place.of) {
            backends.push(place.of);
        }
    }
    let mut text = match section {
        Section::Storage => format!(
            "{name}: the fields of a storage backend, after `--storage`. `@FILE` reads a secret; a secret\n\
             without a value is asked for on a terminal.\n"
        ),
        _ => format!("{name}: {}\n", section.name()),
    };
    for backend in backends {
        let heading = backend.map_or_else(String::new, |word| format!("--storage {word}\n"));
        let rows = flags.iter().filter(|flag| {
            let mut places = flag.fields.iter();
            places.any(|place| place.of == backend && place.span.holds(release))
        });
        let rows: Vec<(String, String)> = rows
            .map(|flag| (flag.param.flag(), describe(command, &flag.param, release)))
            .collect();
        text.push_str(&format!("\n{heading}{}", columns(&rows)));
    }
    let params = flags.iter().map(|flag| &flag.param);
    text.push_str(&meanings(command, params, release));
    text
}

/// The parts of the pages, for `docs/reference.md`.
pub(super) fn reference() -> String {
    let mut text = "\n## Restrictions, storage and conditions\n\n\
         The flags for parts of a body. Those of `update_` are the same as those of `add_`; those of\n\
         groups set what the members inherit.\n"
        .to_owned();
    let mut known: Vec<&str> = Vec::new();
    for api in catalog::APIS {
        for command in catalog::commands(api).filter(|command| command.name.starts_with("add_")) {
            for section in Section::PAGES {
                let flags = flags_of(command, *section, api.release);
                if flags.is_empty() || known.contains(&section.name()) {
                    continue;
                }
                known.push(section.name());
                let page = described_flags(command, *section, &flags, api.release);
                let title = format!("{} {}", command.name, section.name());
                text.push_str(&super::section(&title, &page));
            }
        }
    }
    text
}
