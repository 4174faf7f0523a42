//! Flags for parts of a body, made from its schema: the fields of `filters`, of the storage
//! backends, of the conditions of a rule. A field is called by its last name: `--bucket`.

use super::Section;
use super::items::Items;
use super::kind::{Kind, Names};
use super::param::{Param, ParamPlace};
use super::schema::{self, Field, Path, Step, Type};
use super::{Command, Span};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The flag that says which storage backend the fields belong to.
pub const STORAGE_PARAM: &str = "storage";

/// A flag made from the schema.
#[derive(Debug)]
pub struct WordFlag {
    pub param: Param,
    /// The fields that it sets, one for each backend that has it.
    pub fields: Vec<Place>,
}

/// A field that a flag sets.
#[derive(Debug)]
pub struct Place {
    pub path: &'static str,
    /// The backend that it belongs to, as `--storage` calls it.
    pub of: Option<&'static str>,
    pub span: Span,
}

/// The flags of each type of body.
static FLAGS: LazyLock<BTreeMap<&'static str, Vec<WordFlag>>> = LazyLock::new(|| {
    let bodies = super::every().filter(|command| takes_paths(command));
    let bodies = bodies.filter_map(|command| command.route()?.body);
    bodies.map(|body| (body, made(body))).collect()
});

/// The flags of a command for parts of its body.
pub fn flags(command: &Command) -> &'static [WordFlag] {
    if !takes_paths(command) {
        return &[];
    }
    let body = command.route().and_then(|route| route.body);
    let made = body.and_then(|body| FLAGS.get(body));
    made.map_or(&[], Vec::as_slice)
}

/// The flag of a command that a parameter belongs to.
pub fn flag_of(command: &Command, param: &Param) -> Option<&'static WordFlag> {
    flags(command)
        .iter()
        .find(|flag| flag.param.name == param.name)
}

/// The path of the field that says which backend is used.
pub fn provider_path(command: &Command) -> Option<&'static str> {
    let param = command.params.iter().find(|it| it.name == STORAGE_PARAM)?;
    Some(param.key)
}

/// Whether any field of its body can be set by path.
fn takes_paths(command: &Command) -> bool {
    command.params.iter().any(|param| param.kind == Kind::Sets)
}

fn made(body: &'static str) -> Vec<WordFlag> {
    let mut flags = Vec::new();
    if let Type::Object(object) = Type::read(body) {
        parts(object, &Path::default(), Span::ALL, &mut flags);
    }
    flags
}

/// Looks for the parts whose fields are flags.
fn parts(object: &str, path: &Path, span: Span, flags: &mut Vec<WordFlag>) {
    for (field, path, span) in inside(object, path, span) {
        let Type::Object(object) = field.kind else {
            continue;
        };
        match field.section {
            Some(section) => fields(object, (&path, span, None), section, flags),
            None => parts(object, &path, span, flags),
        }
    }
}

/// The fields of an object that can be set, with their paths and releases.
fn inside(
    object: &str,
    path: &Path,
    span: Span,
) -> impl Iterator<Item = (&'static Field, Path, Span)> {
    let own = schema::schema(object).map_or(&[][..], |schema| schema.fields.as_slice());
    own.iter()
        .filter(|field| !field.read_only)
        .map(move |field| {
            let path = path.then(Step::Key(field.name.to_owned()));
            let first = span.first.max(field.span.first);
            (
                field,
                path,
                Span::between(first, span.last.min(field.span.last)),
            )
        })
}

/// Adds a flag for each field of a part.
fn fields(
    object: &str,
    (path, span, of): (&Path, Span, Option<&'static str>),
    section: Section,
    flags: &mut Vec<WordFlag>,
) {
    for (field, path, span) in inside(object, path, span) {
        let of = field.of.or(of);
        // `--storage` itself.
        if section == Section::Storage && of.is_none() {
            continue;
        }
        match field.kind {
            Type::Object(object) if object != schema::ENVELOPE => {
                fields(object, (&path, span, of), section, flags);
            }
            _ => add(field, (&path, span, of), section, flags),
        }
    }
}

/// Adds a field to the flag of its name, which is made if there is none.
fn add(
    field: &'static Field,
    (path, span, of): (&Path, Span, Option<&'static str>),
    section: Section,
    flags: &mut Vec<WordFlag>,
) {
    let Some((kind, items)) = kind_of(field) else {
        return;
    };
    let name = field.flag.unwrap_or(field.name);
    let place = Place {
        path: Box::leak(path.to_string().into_boxed_str()),
        of,
        span,
    };
    if let Some(flag) = flags.iter_mut().find(|flag| flag.param.name == name) {
        let all = &mut flag.param.span;
        *all = Span::between(all.first.min(span.first), all.last.max(span.last));
        flag.fields.push(place);
        return;
    }
    let param = Param::of_kind(name, kind, field.help)
        .key(place.path)
        .optional()
        .at(ParamPlace::Body)
        .section(section)
        .only(span);
    flags.push(WordFlag {
        param: match (kind, items) {
            (Kind::Switch, _) => param.bare("on"),
            (_, Items::Words) => param,
            (_, items) => param.items(items),
        },
        fields: vec![place],
    });
}

/// How a field is given as a flag, and its items if it is a list; `None` if it cannot be.
fn kind_of(field: &'static Field) -> Option<(Kind, Items)> {
    let words = || -> &'static [&'static str] {
        let words: Vec<&'static str> = field.words(None).collect();
        words.leak()
    };
    let has_choices = !field.choices.is_empty();
    let kind = match &field.kind {
        Type::Object(schema::ENVELOPE) => Kind::Secret,
        Type::Text if field.secret => Kind::Secret,
        Type::Text if has_choices => Kind::Choice(words()),
        Type::Text => Kind::Text,
        Type::Int if has_choices => {
            let numbers: Vec<i64> = field.choices.iter().filter_map(|it| it.number).collect();
            Kind::Named(Box::leak(Box::new(Names {
                words: words(),
                numbers: numbers.leak(),
            })))
        }
        Type::Int => Kind::Int {
            min: field.min,
            max: field.max,
        },
        Type::Bool => Kind::Switch,
        Type::List(items) => match **items {
            Type::Text => Kind::List(words()),
            Type::Int if has_choices => Kind::List(words()),
            Type::Object(schema::PATTERN) => return Some((Kind::List(&[]), Items::Patterns)),
            _ => return None,
        },
        _ => return None,
    };
    Some((kind, Items::Words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{api, find};

    fn of(command: &str) -> &'static [WordFlag] {
        let v2 = api("v2").expect("a generation");
        flags(find(v2, command).expect(command))
    }

    #[test]
    fn a_flag_is_called_by_the_last_name_of_its_field() {
        let places = |command: &str, name: &str| {
            let flag = of(command).iter().find(|flag| flag.param.name == name);
            let places = flag.expect(name).fields.iter();
            places.map(|it| (it.of, it.path)).collect::<Vec<_>>()
        };
        assert_eq!(
            places("add_user", "bucket"),
            [
                (Some("s3"), "filesystem.s3config.bucket"),
                (Some("gcs"), "filesystem.gcsconfig.bucket")
            ]
        );
        assert_eq!(
            places("update_group", "storage_password"),
            [
                (Some("sftp"), "user_settings.filesystem.sftpconfig.password"),
                (Some("http"), "user_settings.filesystem.httpconfig.password")
            ]
        );
        assert_eq!(
            places("update_user", "require_two_factor"),
            [(None, "filters.two_factor_protocols")]
        );
        assert!(of("add_role").is_empty() && of("get_users").is_empty());
    }

    #[test]
    fn a_field_of_several_backends_is_given_in_one_way() {
        for command in ["add_user", "add_group", "add_folder"] {
            let v2 = api("v2").expect("a generation");
            let body = find(v2, command)
                .and_then(|it| it.route()?.body)
                .map(Type::read);
            for flag in of(command) {
                let kinds = flag.fields.iter().map(|place| {
                    let body = body.as_ref().expect("a body");
                    schema::found(body, place.path).map(|found| found.kind)
                });
                let kinds: Vec<_> = kinds.collect();
                assert!(kinds.windows(2).all(|two| two[0] == two[1]), "{flag:?}");
            }
        }
    }
}
