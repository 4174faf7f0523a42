//! What would be done to several objects, as it is shown.

use crate::catalog::Command;
use crate::text::clean;
use serde_json::{Value as Json, json};

/// How many objects are shown at first.
pub(super) const FIRST: usize = 10;

/// An object, and what would be done to it.
pub(super) struct Target {
    pub(super) name: String,
    /// What people know it by, if its name is an id.
    pub(super) label: Option<String>,
    pub(super) planned: Planned,
}

/// What would be done to an object.
pub(super) enum Planned {
    /// It was not compared.
    Unknown,
    /// These fields would change.
    Update(Vec<String>),
    /// It already has these values.
    Same,
    /// It would be deleted.
    Delete,
    /// It cannot be changed like this.
    Wrong(String),
}

/// What would be done to all objects of a call.
pub(super) struct Plan {
    pub(super) command: &'static Command,
    /// What one object is called, and several.
    pub(super) nouns: (&'static str, &'static str),
    /// The member that is the name of an object.
    pub(super) key: &'static str,
    pub(super) deletes: bool,
    pub(super) targets: Vec<Target>,
}

/// What a command does with an object: `change`, `delete`, or `close` a connection.
pub(super) fn verb(command: &Command) -> &'static str {
    let word = command.name.split('_').next().unwrap_or_default();
    if command.is_change() { "change" } else { word }
}

impl Target {
    /// Its name and what it is known by.
    pub(super) fn title(&self) -> String {
        let name = clean::line(&self.name);
        match &self.label {
            Some(label) => format!("{name} ({})", clean::line(label)),
            None => name.into_owned(),
        }
    }

    /// Its lines: the name, and what changes.
    pub(super) fn text(&self) -> String {
        let mut text = format!("  {}\n", self.title());
        match &self.planned {
            Planned::Update(changes) => {
                for change in changes {
                    text.push_str(&format!("    {change}\n"));
                }
            }
            Planned::Same => text.push_str("    already has these values\n"),
            Planned::Wrong(why) => text.push_str(&format!("    cannot be changed: {why}\n")),
            Planned::Delete | Planned::Unknown => {}
        }
        text
    }

    /// Whether anything is to be done.
    pub(super) const fn differs(&self) -> bool {
        !matches!(self.planned, Planned::Same)
    }
}

impl Plan {
    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// The objects to which something is to be done.
    pub(super) fn different(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|target| target.differs())
    }

    /// `12 users`.
    pub(super) fn counted(&self, count: usize) -> String {
        let (one, several) = self.nouns;
        format!("{count} {}", if count == 1 { one } else { several })
    }

    /// `12 users: 10 to change, 2 have these values already`.
    pub(super) fn summary(&self) -> String {
        let all = self.counted(self.targets.len());
        let wrong = |target: &&Target| matches!(target.planned, Planned::Wrong(_));
        let wrong = self.targets.iter().filter(wrong).count();
        let to_do = self.different().count() - wrong;
        let same = self.targets.len() - to_do - wrong;
        let mut parts = vec![format!("{to_do} to {}", verb(self.command))];
        if same > 0 {
            parts.push(format!("{same} unchanged"));
        }
        if wrong > 0 {
            parts.push(format!("{wrong} cannot be changed"));
        }
        format!("{all}: {}", parts.join(", "))
    }

    /// The objects to which something is to be done: the first ones, or all.
    pub(super) fn text(&self, all: bool) -> String {
        let most = if all { usize::MAX } else { FIRST };
        let mut text: String = self.different().take(most).map(Target::text).collect();
        let more = self.different().count().saturating_sub(most);
        if more > 0 {
            text.push_str(&format!("  … and {more} more\n"));
        }
        text
    }

    /// The plan for a program.
    pub(super) fn to_json(&self) -> Json {
        let one = |target: &Target| {
            let mut one = serde_json::Map::new();
            one.insert(self.key.to_owned(), json!(target.name));
            let (word, more) = match &target.planned {
                Planned::Update(changes) => ("change", Some(("changes", json!(changes)))),
                Planned::Wrong(why) => ("wrong", Some(("why", json!(why)))),
                Planned::Same => ("same", None),
                Planned::Delete => (verb(self.command), None),
                Planned::Unknown => ("unknown", None),
            };
            one.insert("plan".to_owned(), json!(word));
            one.extend(more.map(|(key, value)| (key.to_owned(), value)));
            Json::Object(one)
        };
        self.targets.iter().map(one).collect()
    }
}
