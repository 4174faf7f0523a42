//! The shape of a parameter, and the short forms that rows are written in.

use super::{Kind, Names, Span};
use std::borrow::Cow;

/// One parameter of a command.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name on the line, with underscores; both spellings are accepted.
    pub name: &'static str,
    /// The name of its value in help; empty for that of its kind.
    pub value: &'static str,
    /// Whether help shows its flag with underscores although the shell itself reads it.
    pub underscored: bool,
    /// Its name on the wire; in a body of the API v2 the path of a field.
    pub key: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// How it is written on the line.
    pub line: Line,
    /// Where it goes in the request.
    pub place: ParamPlace,
    /// Whether it goes there when it is empty.
    pub send: Send,
    /// What happens when it is left out.
    pub need: Need,
    /// What its flag means without a value, where it may stand so.
    pub bare: Option<&'static str>,
    /// How many words stand behind its flag each time; 0 is as its kind has it.
    pub words: usize,
    /// The names seen in this session that complete it.
    pub completes: Option<Live>,
    /// The releases that have it.
    pub span: Span,
    /// One line of what it is.
    pub help: &'static str,
}

/// How a parameter is written on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// By its position.
    Position,
    /// After its flag.
    Flag,
    /// Accepted after its flag and ignored, as the Python client did.
    Ignored,
    /// Not at all: it is always the default.
    Absent,
}

/// Where a parameter goes in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamPlace {
    /// Nowhere: it is for the shell.
    Shell,
    /// Into the path, as one segment.
    Path,
    /// Into the query.
    Query,
    /// Into the JSON object of the body.
    Body,
    /// Into the path and the body.
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

/// Whether a parameter is sent when it is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Send {
    Always,
    /// Only when it holds something.
    NonEmpty,
    /// Only when it was typed: what is left out is the server's own default, or stays.
    Typed,
    /// A switch: only when it is on, and then as this.
    On(&'static str),
}

/// What happens when a parameter is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It may not be.
    Required,
    /// The last user id is meant.
    LastUserId,
    /// It is this, written as on the line; a list's `""` is the empty list.
    Default(&'static str),
    /// It is not there.
    Optional,
    /// It is a secret, and asked for.
    Asked,
}

/// The kinds of names that complete a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Live {
    /// Ids of users.
    UserId,
    /// Names of users.
    Username,
    /// Ids of connections.
    ConnectionId,
    /// Names of groups.
    Group,
    /// Names of virtual folders.
    Folder,
    /// Names of admins.
    Admin,
    /// Names of roles.
    Role,
    /// Ids of API keys.
    ApiKey,
    /// Names of event actions.
    EventAction,
    /// Names of event rules.
    EventRule,
    /// Ids of the defender's hosts.
    DefenderHost,
    /// Addresses of IP lists.
    IpOrNet,
    /// Names of TOTP configurations.
    TotpConfig,
    /// Names of the shell's settings.
    Setting,
    /// What the setting named before it may be.
    SettingValue,
    /// Commands and topics of `help`.
    Topic,
    /// Names of files.
    File,
}

impl Live {
    /// The name of such a value in help.
    const fn value_name(self) -> &'static str {
        match self {
            Self::UserId | Self::ConnectionId | Self::ApiKey | Self::DefenderHost => "ID",
            Self::Username | Self::Admin => "USERNAME",
            Self::File => "FILE",
            Self::Role => "ROLE",
            Self::IpOrNet => "ADDRESS",
            Self::Group
            | Self::Folder
            | Self::EventAction
            | Self::EventRule
            | Self::TotpConfig
            | Self::Setting => "NAME",
            Self::SettingValue => "VALUE",
            Self::Topic => "TOPIC",
        }
    }
}

impl Param {
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
            completes: None,
            span: Span::ALL,
            help,
        }
    }

    /// A text, `""` by default, in the body.
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

    /// A generation of the API.
    pub const fn api(name: &'static str, default: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Api, default, help)
    }

    /// A list of texts, empty by default.
    pub const fn list(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::List(&[]), "", help)
    }

    /// A list of words out of a few, empty by default.
    pub const fn choices(
        name: &'static str,
        choices: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self::new(name, Kind::List(choices), "", help)
    }

    /// A text that must not be seen.
    pub const fn secret(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Secret, "", help)
    }

    /// One of a few words that stand for numbers.
    pub const fn named(name: &'static str, names: &'static Names, help: &'static str) -> Self {
        Self::new(name, Kind::Named(names), "", help)
    }

    /// What may be done, in `/` or in a folder: a map of lists.
    pub const fn permissions(
        name: &'static str,
        choices: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self::new(name, Kind::Permissions(choices), "", help)
    }

    /// Fields of the body by path: for what has no flag.
    pub const fn sets(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Sets, "", help).for_shell_flag()
    }

    /// A JSON text, or a file that holds one.
    pub const fn json(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Json, "", help).for_shell_flag()
    }

    /// The rest of the line: a command.
    pub const fn command(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Command, "", help).for_shell()
    }

    /// The rest of the line: words as they are.
    pub const fn words(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Words, "", help).for_shell()
    }

    /// A switch, off by default.
    pub const fn switch(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Switch, "off", help)
            .for_shell_flag()
            .bare("on")
    }

    /// With so many words behind its flag each time.
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

    /// By position.
    pub const fn position(mut self) -> Self {
        self.line = Line::Position;
        self
    }

    /// By position, and it may not be left out.
    pub const fn required(mut self) -> Self {
        self.line = Line::Position;
        self.need = Need::Required;
        self
    }

    /// By position; left out, the last user id is meant.
    pub const fn or_last_user_id(mut self) -> Self {
        self.line = Line::Position;
        self.need = Need::LastUserId;
        self
    }

    /// In the given place of the request.
    pub const fn at(mut self, place: ParamPlace) -> Self {
        self.place = place;
        self
    }

    /// By position, and for the shell itself.
    pub const fn for_shell(mut self) -> Self {
        self.line = Line::Position;
        self.place = ParamPlace::Shell;
        self
    }

    /// By flag, and for the shell itself.
    pub const fn for_shell_flag(mut self) -> Self {
        self.place = ParamPlace::Shell;
        self
    }

    /// With this default.
    pub const fn default(mut self, default: &'static str) -> Self {
        self.need = Need::Default(default);
        self
    }

    /// Its flag may stand without a value, and means this.
    pub const fn bare(mut self, value: &'static str) -> Self {
        self.bare = Some(value);
        self
    }

    /// A whole number within these bounds, both included.
    pub const fn within(mut self, min: i64, max: i64) -> Self {
        self.kind = Kind::Int { min, max };
        self
    }

    /// Left out of the request unless it was typed.
    pub const fn typed(mut self) -> Self {
        self.send = Send::Typed;
        self
    }

    /// It need not be there, and has no default of this program's.
    pub const fn optional(mut self) -> Self {
        self.need = Need::Optional;
        self.send = Send::Typed;
        self
    }

    /// A secret that is needed: left out, it is asked for.
    pub const fn asked(mut self) -> Self {
        self.need = Need::Asked;
        self
    }

    /// With this name, or path, on the wire.
    pub const fn key(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    /// A switch of the query, sent only when it is on, and then as this.
    pub const fn query_as(mut self, on: &'static str) -> Self {
        self.place = ParamPlace::Query;
        self.send = Send::On(on);
        self
    }

    /// Left out of the request when it is empty.
    pub const fn non_empty(mut self) -> Self {
        self.send = Send::NonEmpty;
        self
    }

    /// Not on the line: always its default.
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

    /// In these releases only.
    pub const fn only(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// Whether it is a switch of the query whose flag may have a number behind it.
    pub fn is_numbered(&self) -> bool {
        self.place == ParamPlace::Query && self.bare.is_some() && self.kind != Kind::Switch
    }

    /// Its name as help and messages spell it: a field of the API as in JSON,
    /// a flag of the shell itself with hyphens.
    pub fn shown_name(&self) -> Cow<'static, str> {
        if self.place == ParamPlace::Shell && !self.underscored && self.name.contains('_') {
            self.name.replace('_', "-").into()
        } else {
            self.name.into()
        }
    }

    /// Its flag as help and messages spell it: `--quota_size`, `--dry-run`.
    pub fn flag(&self) -> String {
        format!("--{}", self.shown_name())
    }

    /// As a usage line shows it: `USERNAME`, `--uid`.
    pub fn shown(&self) -> String {
        match self.line {
            Line::Position => self.name.to_uppercase(),
            _ => self.flag(),
        }
    }

    /// The name of one value in help: `FILE`, `N`, `on|off`.
    pub fn value_name(&self) -> String {
        let few = self.kind.choices().len() < 5;
        let name = match (self.value, self.kind, self.completes) {
            ("", Kind::Choice(_) | Kind::Named(_) | Kind::Switch, _) if few => {
                return self.kind.choices().join("|");
            }
            ("", Kind::Api, _) => {
                return format!("{}|RELEASE", self.kind.choices().join("|"));
            }
            ("", Kind::Int { .. }, _) => "N",
            ("", Kind::Sets, _) => "PATH=VALUE",
            ("", Kind::Json, _) => "JSON|FILE",
            ("", Kind::Secret, _) => "SECRET",
            ("", _, Some(live)) => live.value_name(),
            ("", _, None) if !self.kind.choices().is_empty() => "WORD",
            ("", _, None) => "TEXT",
            (own, ..) => own,
        };
        name.to_owned()
    }
}
