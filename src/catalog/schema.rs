//! The types of request bodies and answers of v1 and v2: each field with its type,
//! unit, choices, bounds and releases.
//!
//! The server silently ignores unknown fields, so bodies are checked here
//! first. The table is a text that is parsed on first use, which keeps startup
//! fast.

mod check;
mod edited;
mod facts;
mod layout;
mod members;
mod path;
mod review;
mod sealed;
mod word;

pub use check::{ValueError, can_be_set, checked, checked_all, kind_of, no_public_key};
pub use edited::{Edited, FieldError, newly_missing};
pub use facts::{lacking, leaves};
pub use layout::{Layout, Mark, UsualColumn};
pub use members::{is_absent, missing_members, without_absent, writable};
pub use path::{
    FieldRef, Path, Step, all_below, below, find, found, found_in_each, paths, read_only,
};
pub use review::{Finding, FindingKind, Linked, Review};
pub use sealed::{Sealed, each_own_sealed, each_sealed, sealed, sealed_text};
pub use word::{encoded, envelope, from_text};

use super::{Clock, Command, Param, Release, Section, Span, Unit};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static TABLE: LazyLock<Vec<Schema>> = LazyLock::new(|| {
    let mut table = read(include_str!("schema/v2.txt"));
    table.extend(read(include_str!("schema/v1.txt")));
    table.extend(read(include_str!("schema/answers.txt")));
    table.extend(read(include_str!("schema/recipes.txt")));
    table
});

/// The type that wraps a secret, in its `payload`.
pub const ENVELOPE: &str = "Secret";

/// The type of a pattern, which may be inverted.
pub const PATTERN: &str = "ConditionPattern";

/// An object type.
#[derive(Debug)]
pub struct Schema {
    /// Its name in the OpenAPI document; those of v1 begin with `v1.`.
    pub name: &'static str,
    /// Its fields, in the order of the document.
    pub fields: Vec<Field>,
    /// How its objects are listed.
    pub layout: Layout,
}

/// A field of an object.
#[derive(Clone, Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a fact of the server's, by itself"
)]
pub struct Field {
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// The releases that have it, if they have the object.
    pub span: Span,
    /// Whether it is read-only: the server ignores what is sent.
    pub read_only: bool,
    /// Whether it is a secret, which is never shown.
    pub secret: bool,
    /// Whether it cannot be changed after the object was added.
    pub fixed: bool,
    /// Whether an update without it keeps its value in every release.
    pub kept: bool,
    /// Whether its object is refused without it.
    pub required: bool,
    /// Whether it belongs to the object that this list item refers to.
    pub linked: bool,
    /// The releases that store it but do not return it.
    pub unshown: Option<Span>,
    /// The smallest number.
    pub min: i64,
    /// The largest number.
    pub max: i64,
    /// The unit of the number.
    pub unit: Option<Unit>,
    /// What 0 means, if it is no number: `unlimited`.
    pub zero: Option<&'static str>,
    /// Whether its object is over once this time has come.
    pub ends: bool,
    /// Whether 0 means that its object is off.
    pub switch: bool,
    /// The allowed values of it or of each item; anything if empty.
    pub choices: Vec<Choice>,
    /// The part of a help page that describes its fields as flags.
    pub section: Option<Section>,
    /// The value of `provider` of the objects that have it.
    pub of: Option<&'static str>,
    /// The name of its flag, if it is not its own: another one has that.
    pub flag: Option<&'static str>,
    /// A short description.
    pub help: &'static str,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Text,
    /// Bytes, as a base64 string.
    Bytes,
    /// A whole number.
    Int,
    /// `true` or `false`.
    Bool,
    /// Any JSON.
    Any,
    /// An object with any members.
    Free,
    /// The object type of this name.
    Object(&'static str),
    List(Box<Self>),
    Map(Box<Self>),
}

/// One of the allowed values of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The word on the line.
    pub word: &'static str,
    /// The number that is sent instead.
    pub number: Option<i64>,
    /// The releases that have it.
    pub span: Span,
    /// What it means, if the word does not say it.
    pub means: &'static str,
}

/// The words that a parameter can be, as the table knows them: those of a field of the body,
/// or the permissions of users.
pub fn choices_of(command: &Command, param: &Param) -> &'static [Choice] {
    let body = command.route().and_then(|route| route.body);
    let all = param.kind.choices();
    let is_permission = |word: &&str| super::USER_PERMISSIONS.contains(word);
    let (body, key) = match body {
        _ if all.is_empty() => return &[],
        Some(body) => (body, param.key),
        None if all.iter().all(is_permission) => (">User", "permissions"),
        None => return &[],
    };
    let found = find(&Type::read(body), key).ok();
    let field = found.and_then(|found| found.field);
    field.map_or(&[], |field| field.choices.as_slice())
}

/// Whether a release has a word that a parameter can be.
pub fn has_word(command: &Command, param: &Param, word: &str, release: Release) -> bool {
    let mut known = choices_of(command, param).iter();
    let known = known.find(|choice| choice.word == word);
    known.is_none_or(|known| known.span.holds(release))
}

/// The object type of this name.
pub fn schema(name: &str) -> Option<&'static Schema> {
    TABLE.iter().find(|schema| schema.name == name)
}

/// What one object of a type is called, and several.
pub fn nouns(name: &str) -> Option<(&'static str, &'static str)> {
    schema(name)?.layout.nouns
}

/// Every object type.
pub fn every() -> impl Iterator<Item = &'static Schema> {
    TABLE.iter()
}

/// The types of all bodies.
pub fn bodies() -> impl Iterator<Item = &'static Type> {
    static BODIES: LazyLock<Vec<Type>> = LazyLock::new(|| {
        let routes = super::every().filter_map(|command| command.route()?.body);
        let names: BTreeSet<&str> = routes.collect();
        names.into_iter().map(Type::read).collect()
    });
    BODIES.iter()
}

/// Whether the field at a path is secret; `None` if no body has the path.
pub fn is_secret(path: &str) -> Option<bool> {
    let found: Vec<FieldRef> = bodies()
        .filter_map(|body| path::found(body, path))
        .collect();
    (!found.is_empty()).then(|| found.iter().any(FieldRef::is_secret))
}

impl Schema {
    /// The field at a path, such as `filesystem.s3config.bucket`.
    pub fn field(&self, path: &str) -> Option<FieldRef> {
        path::found(&Type::Object(self.name), path)
    }

    /// The lists whose items refer to other objects, with the type of the items.
    pub fn links(&self) -> impl Iterator<Item = (&'static str, &'static Self)> {
        self.fields.iter().filter_map(|field| {
            let Type::List(items) = &field.kind else {
                return None;
            };
            let Type::Object(name) = **items else {
                return None;
            };
            let linked = schema(name)?;
            let links = linked.fields.iter().any(|field| field.linked);
            links.then_some((field.name, linked))
        })
    }

    /// The field with this name.
    pub fn own(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

impl Type {
    /// Parses a type of the table: `>User`, `[]text`.
    pub fn read(text: &'static str) -> Self {
        if let Some(items) = text.strip_prefix("[]") {
            return Self::List(Box::new(Self::read(items)));
        }
        if let Some(values) = text.strip_prefix("{}") {
            return Self::Map(Box::new(Self::read(values)));
        }
        match text {
            "text" => Self::Text,
            "bytes" => Self::Bytes,
            "int" => Self::Int,
            "bool" => Self::Bool,
            "object" => Self::Free,
            _ => text.strip_prefix('>').map_or(Self::Any, Self::Object),
        }
    }

    /// The type of the values of a map or list.
    pub fn values(&self) -> Option<Self> {
        match self {
            Self::Map(kind) | Self::List(kind) => Some((**kind).clone()),
            _ => None,
        }
    }

    /// A description for messages.
    pub fn describe(&self) -> String {
        match self {
            Self::Text => "a string".to_owned(),
            Self::Bytes => "a base64 string".to_owned(),
            Self::Int => "a whole number".to_owned(),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Any => "valid JSON".to_owned(),
            Self::Object(ENVELOPE) => {
                r#"an object such as {"status":"Plain","payload":"…"}"#.to_owned()
            }
            Self::List(items) => match **items {
                Self::Text => "a JSON list of strings".to_owned(),
                Self::Int => "a JSON list of numbers".to_owned(),
                _ => "a JSON list".to_owned(),
            },
            Self::Free | Self::Object(_) | Self::Map(_) => "a JSON object".to_owned(),
        }
    }
}

/// What 0 means for a limit.
const UNLIMITED: &str = "unlimited";

impl Field {
    /// The number that a text stands for, in the unit of the field: `20GiB`, `unlimited`.
    /// `None` if it has no unit and no such word. The error says what is expected.
    pub fn number(&self, text: &str, clock: &Clock) -> Option<Result<i64, String>> {
        if self.zero == Some(text) {
            return Some(Ok(0));
        }
        let number = self.unit?.read(text, clock);
        Some(match (text.parse(), number) {
            (Ok(bare), Ok(number)) => self.check_bare(bare).map(|()| number),
            (_, number) => number,
        })
    }

    /// Checks a number that a person typed without a unit. The error says what to type.
    /// Numbers in JSON are not checked: a program or a server wrote them.
    pub fn check_bare(&self, number: i64) -> Result<(), String> {
        // -1 keeps the limit of a group away from its members, and in a virtual folder the
        // quota of the user counts.
        let is_limit = self.zero == Some(UNLIMITED) || self.unit.is_some_and(Unit::is_amount);
        if is_limit && number < -1 {
            return Err("must be 0 or more, or -1".to_owned());
        }
        self.unit.map_or(Ok(()), |unit| unit.check_bare(number))
    }

    /// A number in the words of a person: the word of a choice, `unlimited`, `20 GiB`;
    /// `None` if it is shown as it is.
    pub fn words_for(&self, number: i64, clock: &Clock) -> Option<String> {
        let is_it = |choice: &&Choice| choice.number == Some(number);
        if let Some(choice) = self.choices.iter().find(is_it) {
            return Some(choice.word.to_owned());
        }
        match self.zero {
            Some(word) if number == 0 => Some(word.to_owned()),
            _ => Some(self.unit?.show(number, clock)),
        }
    }

    /// Its allowed words in one release, or in all releases.
    pub fn words(&self, release: Option<Release>) -> impl Iterator<Item = &'static str> {
        self.choices_in(release).map(|choice| choice.word)
    }

    /// Its allowed values in one release, or in all releases.
    pub fn choices_in(&self, release: Option<Release>) -> impl Iterator<Item = &Choice> {
        let all = self.choices.iter();
        all.filter(move |choice| release.is_none_or(|release| choice.span.holds(release)))
    }
}

/// Parses the table; its format is described in `v2.txt`.
fn read(text: &'static str) -> Vec<Schema> {
    let mut named: Vec<NamedChoices> = Vec::new();
    let mut table: Vec<Schema> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(choices) = line.strip_prefix('=') {
            let (name, words) = choices.split_once(' ').expect("a name and words");
            let means = Vec::new();
            named.push(NamedChoices { name, words, means });
        } else if let Some(meaning) = line.strip_prefix(':') {
            let last = named.last_mut().expect("a list first");
            last.means.extend(meaning.split_once(' '));
        } else if let Some(other) = line.strip_prefix('+') {
            add_fields_of(other, &mut table);
        } else if let Some(layout) = line.strip_prefix('!') {
            let last = table.last_mut().expect("an object first");
            last.layout.read(layout);
        } else if let Some((name, rest)) = line.split_once('\t') {
            let field = field(name, rest, &named);
            table
                .last_mut()
                .expect("an object first")
                .fields
                .push(field);
        } else {
            table.push(Schema {
                name: line,
                fields: Vec::new(),
                layout: Layout::default(),
            });
        }
    }
    table
}

/// Adds the fields of another type that the last one does not have.
fn add_fields_of(other: &str, table: &mut [Schema]) {
    let (last, before) = table.split_last_mut().expect("an object first");
    let other = before.iter().find(|schema| schema.name == other);
    let fields = &other.expect("an object above").fields;
    let missing = fields.iter().filter(|field| last.own(field.name).is_none());
    let missing: Vec<Field> = missing.cloned().collect();
    last.fields.extend(missing);
}

/// A list of choices with a name.
struct NamedChoices {
    name: &'static str,
    words: &'static str,
    /// What some of them mean.
    means: Vec<(&'static str, &'static str)>,
}

impl NamedChoices {
    fn all(&self) -> Vec<Choice> {
        let words = self.words.split(' ').map(choice);
        let explained = words.map(|choice| {
            let meaning = self.means.iter().find(|(word, _)| *word == choice.word);
            Choice {
                means: meaning.map_or("", |(_, means)| means),
                ..choice
            }
        });
        explained.collect()
    }
}

fn field(name: &'static str, rest: &'static str, named: &[NamedChoices]) -> Field {
    let mut cells = rest.split('\t');
    let mut cell = || cells.next().expect("five cells");
    let (kind, since, more, help) = (Type::read(cell()), span(cell()), cell(), cell());
    let mut field = Field {
        name,
        kind,
        span: since,
        read_only: false,
        secret: false,
        fixed: false,
        kept: false,
        required: false,
        linked: false,
        unshown: None,
        min: i64::MIN,
        max: i64::MAX,
        unit: None,
        zero: None,
        ends: false,
        switch: false,
        choices: Vec::new(),
        section: None,
        of: None,
        flag: None,
        help,
    };
    for word in more.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        match key {
            "ro" => field.read_only = true,
            "secret" => field.secret = true,
            "fixed" => field.fixed = true,
            "kept" => field.kept = true,
            "required" => field.required = true,
            "linked" => field.linked = true,
            "unshown" => field.unshown = Some(span(value)),
            "min" => field.min = value.parse().expect("a number"),
            "max" => field.max = value.parse().expect("a number"),
            "unit" => field.unit = Some(Unit::named(value)),
            "zero" => field.zero = Some(value),
            "ends" => field.ends = true,
            "switch" => field.switch = true,
            "flags" => field.section = Section::PAGES.iter().copied().find(|it| it.name() == value),
            "of" => field.of = Some(value),
            "flag" => field.flag = Some(value),
            _ => {
                let list = named.iter().find(|list| list.name == value);
                field.choices = match list {
                    Some(list) => list.all(),
                    None => value.split('|').map(choice).collect(),
                };
            }
        }
    }
    field
}

fn choice(text: &'static str) -> Choice {
    let (word, span) = match text.split_once('@') {
        Some((word, releases)) => (word, span(releases)),
        None => (text, Span::ALL),
    };
    let (word, number) = match word.split_once(':') {
        Some((word, number)) => (word, Some(number.parse().expect("a number"))),
        None => (word, None),
    };
    Choice {
        word: if word == "\"\"" { "" } else { word },
        number,
        span,
        means: "",
    }
}

/// `2.3.0`, or `2.3.0-2.6.6`.
fn span(text: &str) -> Span {
    let release = |text: &str| Release::named(text).expect("a release");
    match text.split_once('-') {
        Some((first, last)) => Span::between(release(first), release(last)),
        None => Span::from(release(text)),
    }
}
