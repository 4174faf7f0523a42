//! Parameters of commands, and the builders for their rows.

use super::items::Items;
use super::section::Section;
use super::{Kind, Live, Names, Span, Unit};

/// One parameter of a command.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name on the line, with underscores; both spellings are accepted.
    pub name: &'static str,
    /// The name of its value in help; empty for that of its kind.
    pub value: &'static str,
    /// Whether help shows its flag with underscores although the shell itself reads it.
    pub underscored: bool,
    /// Its name in the request; in a body of the API v2, the path of a field.
    pub key: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// How it is given on the line.
    pub line: Line,
    /// Its place in the request.
    pub place: ParamPlace,
    /// When it is sent.
    pub send: Send,
    /// What happens if it is not given.
    pub need: Need,
    /// The value that its flag has without one, if the value is optional.
    pub bare: Option<&'static str>,
    /// The number of words after each use of its flag; 0 if the kind decides.
    pub words: usize,
    /// Whether it is a password that somebody chooses: it is typed twice.
    pub chosen: bool,
    /// The kind of names that complete it.
    pub completes: Option<Live>,
    /// The unit of its number, if no field of a body says it.
    pub unit: Option<Unit>,
    /// How its words stand for the items of its list.
    pub items: Items,
    /// The field of a new object that follows from it, and its number: `--schedule` means the
    /// trigger `schedule`.
    pub implies: Option<(&'static str, i64)>,
    /// The part of the help page that describes it.
    pub section: Section,
    /// The releases that have it.
    pub span: Span,
    /// What it chooses of a list, if it does.
    pub list: Option<OfList>,
    /// What it means, in one line.
    pub help: &'static str,
}

/// What a parameter chooses of the list that the server answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfList {
    /// The maximum number of items.
    Limit,
    /// How many items are left out at the beginning.
    Offset,
    /// The item after which it begins, by this member.
    After(&'static str),
    /// All items, as CSV.
    Csv,
}

/// How a parameter is given on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Position,
    Flag,
    /// By its flag, but the value is ignored, as in the Python client.
    Ignored,
    /// Not at all; it always has its default.
    Absent,
}

/// The place of a parameter in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamPlace {
    /// Not sent: the shell itself uses it.
    Shell,
    /// One segment of the path.
    Path,
    Query,
    /// A member of the body.
    Body,
    /// Both the path and the body.
    PathAndBody,
}

impl ParamPlace {
    /// Whether it is a member of the body.
    pub const fn in_body(self) -> bool {
        matches!(self, Self::Body | Self::PathAndBody)
    }

    /// Whether it is a segment of the path.
    pub const fn in_path(self) -> bool {
        matches!(self, Self::Path | Self::PathAndBody)
    }
}

/// When a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Send {
    Always,
    /// Only if it is not empty.
    NonEmpty,
    /// Only if it was given; otherwise the server uses its default or keeps the value.
    Typed,
    /// A switch that is only sent if it is on, as this value.
    On(&'static str),
}

/// What happens if a parameter is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// An error: it is required.
    Required,
    /// The last user id is used.
    LastUserId,
    /// The name of the last user is used.
    LastUsername,
    /// This default is used, written as on the line; `""` is the empty list.
    Default(&'static str),
    /// It has no value.
    Optional,
    /// The shell asks for it: it is a secret.
    Asked,
}

impl Param {
    /// A flag of this kind, in the body.
    pub(super) const fn of_kind(name: &'static str, kind: Kind, help: &'static str) -> Self {
        Self::new(name, kind, "", help)
    }

    const fn new(
        name: &'static str,
        kind: Kind,
        default: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            name,
            value: "",
            underscored: false,
            key: name,
            kind,
            line: Line::Flag,
            place: ParamPlace::Body,
            send: Send::Always,
            need: Need::Default(default),
            bare: None,
            words: 0,
            chosen: false,
            completes: None,
            unit: None,
            items: Items::Words,
            implies: None,
            section: Section::Main,
            span: Span::ALL,
            list: None,
            help,
        }
    }

    /// A string, `""` by default, in the body.
    pub const fn text(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Text, "", help)
    }

    /// A whole number, 0 by default, in the body.
    pub const fn int(name: &'static str, help: &'static str) -> Self {
        Self::new(
            name,
            Kind::Int {
                min: i64::MIN,
                max: i64::MAX,
            },
            "0",
            help,
        )
    }

    /// One of a few words.
    pub const fn choice(
        name: &'static str,
        choices: &'static [&'static str],
        default: &'static str,
        help: &'static str,
    ) -> Self {
        Self::new(name, Kind::Choice(choices), default, help)
    }

    /// An API version or a release.
    pub const fn api(name: &'static str, default: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Api, default, help)
    }

    /// A list of strings, empty by default.
    pub const fn list(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::List(&[]), "", help)
    }

    /// A list of these words, empty by default.
    pub const fn choices(
        name: &'static str,
        choices: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self::new(name, Kind::List(choices), "", help)
    }

    /// A secret, which is never shown.
    pub const fn secret(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Secret, "", help)
    }

    /// One of a few words that stand for numbers.
    pub const fn named(name: &'static str, names: &'static Names, help: &'static str) -> Self {
        Self::new(name, Kind::Named(names), "", help)
    }

    /// Permissions for `/` and for folders: a map of lists.
    pub const fn permissions(
        name: &'static str,
        choices: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self::new(name, Kind::Permissions(choices), "", help)
    }

    /// Fields of the body by path, for those without a flag.
    pub const fn sets(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Sets, "", help).for_shell_flag()
    }

    /// JSON, or a file that contains it.
    pub const fn json(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Json, "", help).for_shell_flag()
    }

    /// The rest of the line: a command.
    pub const fn command(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Command, "", help).for_shell()
    }

    /// The rest of the line: words.
    pub const fn words(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Words, "", help).for_shell()
    }

    /// A switch, off by default.
    pub const fn switch(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Switch, "off", help)
            .for_shell_flag()
            .bare("on")
    }

    /// A switch, off by default, that also takes a duration.
    pub const fn wait(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Wait, "off", help)
            .for_shell_flag()
            .bare("on")
    }

    /// The flag takes exactly this many words each time.
    pub const fn words_each(mut self, words: usize) -> Self {
        self.words = words;
        self
    }

    /// With this name of its value in help.
    pub const fn value(mut self, value: &'static str) -> Self {
        self.value = value;
        self
    }

    /// Read by the shell, but called as a field of the API or by the Python client.
    pub const fn underscored(mut self) -> Self {
        self.underscored = true;
        self
    }

    /// A number in this unit; for what is no field of a body.
    pub const fn unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    pub const fn position(mut self) -> Self {
        self.line = Line::Position;
        self
    }

    /// By position, required.
    pub const fn required(mut self) -> Self {
        self.line = Line::Position;
        self.need = Need::Required;
        self
    }

    /// By position; the default is the last user id.
    pub const fn or_last_user_id(mut self) -> Self {
        self.line = Line::Position;
        self.need = Need::LastUserId;
        self
    }

    /// By position; the default is the name of the last user.
    pub const fn or_last_username(mut self) -> Self {
        self.line = Line::Position;
        self.need = Need::LastUsername;
        self
    }

    /// At this place of the request.
    pub const fn at(mut self, place: ParamPlace) -> Self {
        self.place = place;
        self
    }

    /// By position, for the shell itself.
    pub const fn for_shell(mut self) -> Self {
        self.line = Line::Position;
        self.place = ParamPlace::Shell;
        self
    }

    /// By flag, for the shell itself.
    pub const fn for_shell_flag(mut self) -> Self {
        self.place = ParamPlace::Shell;
        self
    }

    /// With this default.
    pub const fn default(mut self, default: &'static str) -> Self {
        self.need = Need::Default(default);
        self
    }

    /// The value of its flag is optional; this is the value without one.
    pub const fn bare(mut self, value: &'static str) -> Self {
        self.bare = Some(value);
        self
    }

    /// A whole number from `min` to `max`.
    pub const fn within(mut self, min: i64, max: i64) -> Self {
        self.kind = Kind::Int { min, max };
        self
    }

    /// Only sent if it was given.
    pub const fn typed(mut self) -> Self {
        self.send = Send::Typed;
        self
    }

    /// Optional, without a default.
    pub const fn optional(mut self) -> Self {
        self.need = Need::Optional;
        self.send = Send::Typed;
        self
    }

    /// A required secret: if it is not given, the shell asks for it.
    pub const fn asked(mut self) -> Self {
        self.need = Need::Asked;
        self
    }

    /// A password that somebody chooses.
    pub const fn chosen(mut self) -> Self {
        self.chosen = true;
        self
    }

    /// With this name or path in the request.
    pub const fn key(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    /// A switch in the query, only sent if it is on, as this value.
    pub const fn query_as(mut self, on: &'static str) -> Self {
        self.place = ParamPlace::Query;
        self.send = Send::On(on);
        self
    }

    /// Not sent if it is empty.
    pub const fn non_empty(mut self) -> Self {
        self.send = Send::NonEmpty;
        self
    }

    /// Not on the line; always its default.
    pub const fn absent(mut self) -> Self {
        self.line = Line::Absent;
        self
    }

    /// Accepted on the line and ignored.
    pub const fn ignored(mut self) -> Self {
        self.line = Line::Ignored;
        self
    }

    /// Completed by names seen in this session.
    pub const fn completed_by(mut self, live: Live) -> Self {
        self.completes = Some(live);
        self
    }

    /// It chooses this of a list.
    pub const fn of_list(mut self, list: OfList) -> Self {
        self.list = Some(list);
        self
    }

    /// A list whose words stand for items in this way.
    pub const fn items(mut self, items: Items) -> Self {
        self.items = items;
        self.value = items.value_name();
        self
    }

    /// A new object has this number in a field, if that is not given.
    pub const fn implies(mut self, field: &'static str, number: i64) -> Self {
        self.implies = Some((field, number));
        self
    }

    /// Described in this part of a help page.
    pub const fn section(mut self, section: Section) -> Self {
        self.section = section;
        self
    }

    /// Only in these releases.
    pub const fn only(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// Whether it is a switch in the query whose flag can be followed by a number.
    pub fn is_numbered(&self) -> bool {
        self.place == ParamPlace::Query && self.bare.is_some() && self.kind != Kind::Switch
    }
}
