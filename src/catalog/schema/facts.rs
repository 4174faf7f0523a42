//! What the table says of a field, in words: its type, unit, bounds, choices and releases.

use super::{Choice, ENVELOPE, Field, FieldRef, Path, Release, Span, Step, Type, schema};
use crate::catalog::Clock;
use serde_json::Value as Json;

impl Type {
    /// Its name for help: `list of strings`.
    pub fn name(&self) -> String {
        match self {
            Self::Text => "string".to_owned(),
            Self::Bytes => "base64 string".to_owned(),
            Self::Int => "whole number".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Any => "any JSON".to_owned(),
            Self::Object(ENVELOPE) => "secret".to_owned(),
            Self::Object(_) | Self::Free => "object".to_owned(),
            Self::List(items) => format!("list of {}", items.plural()),
            Self::Map(values) => format!("map of {}", values.plural()),
        }
    }

    fn plural(&self) -> String {
        match self {
            Self::Text => "strings".to_owned(),
            Self::Bytes => "base64 strings".to_owned(),
            Self::Int => "whole numbers".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::Any => "any JSON".to_owned(),
            Self::Object(ENVELOPE) => "secrets".to_owned(),
            Self::Object(_) | Self::Free => "objects".to_owned(),
            Self::List(items) => format!("lists of {}", items.plural()),
            Self::Map(values) => format!("maps of {}", values.plural()),
        }
    }
}

impl Span {
    /// Its releases, in words: `2.0.0 to 2.3.6`, `2.5.0 and later`.
    pub fn words(self) -> String {
        match self.last {
            Release::LATEST => format!("{} and later", self.first),
            last => format!("{} to {last}", self.first),
        }
    }
}

impl Choice {
    /// Its word, with the number that is sent: `enabled: 1`.
    fn shown(&self) -> String {
        let word = if self.word.is_empty() {
            "\"\""
        } else {
            self.word
        };
        match self.number {
            Some(number) => format!("{word}: {number}"),
            None => word.to_owned(),
        }
    }
}

impl Field {
    /// Its bounds: `0 to 10`.
    fn bounds(&self) -> Option<String> {
        match (self.min, self.max) {
            (i64::MIN, i64::MAX) => None,
            (min, i64::MAX) => Some(format!("{min} or more")),
            (i64::MIN, max) => Some(format!("at most {max}")),
            (min, max) => Some(format!("{min} to {max}")),
        }
    }

    /// What the server takes for it in a new object that lacks it. `None` if the object is
    /// refused, or if that is not a value.
    pub fn if_left_out(&self) -> Option<String> {
        let has_zero = self.choices.is_empty()
            || self.kind != Type::Int
            || self.choices.iter().any(|choice| choice.number == Some(0));
        let is_given = self.required || self.read_only || self.secret || self.min > 0;
        if is_given || !has_zero {
            return None;
        }
        match &self.kind {
            Type::Int => Some(match self.words_for(0, &Clock::system()) {
                Some(words) if self.zero.is_some() || !self.choices.is_empty() => {
                    format!("0 ({words})")
                }
                _ => "0".to_owned(),
            }),
            Type::Bool => Some("false".to_owned()),
            Type::Text | Type::List(_) | Type::Map(_) => Some("empty".to_owned()),
            _ => None,
        }
    }
}

impl FieldRef {
    /// What a value of it is, in words: type, unit, bounds and choices.
    pub fn value_facts(&self, release: Release) -> Vec<String> {
        let mut facts = vec![self.kind.name()];
        let Some(field) = self.field else {
            return facts;
        };
        if let Some(unit) = field.unit {
            facts[0] = format!("{} of {}", self.kind.name(), unit.name());
        }
        if let Some(bounds) = field.bounds() {
            facts[0] = format!("{}, {bounds}", facts[0]);
        }
        let choices: Vec<String> = field.choices_in(Some(release)).map(Choice::shown).collect();
        if !choices.is_empty() {
            facts.push(choices.join(" | "));
        }
        if let Some(word) = field.zero {
            facts.push(format!("0 means {word}"));
        }
        facts
    }

    /// How it behaves, in words: `required`, `read-only`.
    pub fn behaviour(&self) -> Vec<&'static str> {
        let Some(field) = self.field else {
            return Vec::new();
        };
        let all = [
            (field.required, "required"),
            (field.read_only, "read-only: the server ignores it"),
            (field.fixed, "cannot be changed later"),
            (
                self.is_secret() && self.kind != Type::Object(ENVELOPE),
                "secret",
            ),
            (field.kept, "kept by an update without it"),
        ];
        let holds = all.into_iter().filter(|(holds, _)| *holds);
        holds.map(|(_, words)| words).collect()
    }

    /// All of it on one line: `whole number of bytes; 0 means unlimited; since 2.0.0`.
    pub fn facts(&self, release: Release) -> String {
        let mut facts = self.value_facts(release);
        facts.extend(self.behaviour().into_iter().map(str::to_owned));
        if self.field.is_some() {
            facts.push(match self.span.last {
                Release::LATEST => format!("since {}", self.span.first),
                _ => self.span.words(),
            });
        }
        facts.join("; ")
    }
}

/// The fields of a JSON object, each with its place in a body: those of objects and of
/// their lists one by one.
pub fn leaves<'a>(at: &FieldRef, json: &'a Json) -> Vec<(FieldRef, &'a Json)> {
    match (&at.kind, json) {
        (Type::Object(name), Json::Object(members)) if *name != ENVELOPE => {
            let member = |(key, value): (&String, &'a Json)| match at.member(key) {
                Some(found) => leaves(&found, value),
                // What the table does not have is sent as well.
                None => vec![(at.inside(Step::Key(key.clone()), Type::Any), value)],
            };
            members.iter().flat_map(member).collect()
        }
        (Type::List(items), Json::Array(all))
            if matches!(**items, Type::Object(_)) && !all.is_empty() =>
        {
            let all = all.iter().enumerate();
            all.flat_map(|(index, value)| {
                leaves(&at.inside(Step::Index(index), (**items).clone()), value)
            })
            .collect()
        }
        _ => vec![(at.clone(), json)],
    }
}

/// The fields that can be set in a body and that a JSON object lacks: an object that is
/// missing as a whole is one of them. `is_kept` says which ones do not count.
pub fn lacking(
    at: &FieldRef,
    json: &Json,
    release: Release,
    is_kept: &dyn Fn(&Field) -> bool,
) -> Vec<Path> {
    let (Type::Object(name), Json::Object(members)) = (&at.kind, json) else {
        return Vec::new();
    };
    if *name == ENVELOPE {
        return Vec::new();
    }
    let fields = schema(name).map_or(&[][..], |schema| schema.fields.as_slice());
    let own = fields
        .iter()
        .filter(|field| !field.read_only && !field.kept && field.span.holds(release));
    own.flat_map(
        |field| match (members.get(field.name), at.member(field.name)) {
            (Some(value), Some(found)) => lacking(&found, value, release, is_kept),
            (None, _) if !is_kept(field) => vec![at.path.then(Step::Key(field.name.to_owned()))],
            _ => Vec::new(),
        },
    )
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;
    use serde_json::json;

    const RELEASE: Release = Release::new(2, 7, 5);

    fn facts(path: &str) -> String {
        let found = find(&Type::Object("User"), path).expect(path);
        found.facts(RELEASE)
    }

    #[test]
    fn the_facts_of_a_field() {
        for (path, expected) in [
            (
                "quota_size",
                "whole number of bytes; 0 means unlimited; since 2.0.0",
            ),
            (
                "status",
                "whole number; disabled: 0 | enabled: 1; since 2.0.0",
            ),
            ("filters.denied_ip", "list of strings; since 2.0.0"),
            (
                "filters.data_transfer_limits",
                "list of objects; 2.3.0 to 2.6.6",
            ),
            (
                "filesystem.osconfig.read_buffer_size",
                "whole number of MB, 0 to 10; 0 means off; since 2.5.1",
            ),
            ("filesystem.s3config.access_secret", "secret; since 2.0.0"),
            (
                "password",
                "string; secret; kept by an update without it; since 2.0.0",
            ),
        ] {
            assert_eq!(facts(path), expected, "{path}");
        }
    }

    #[test]
    fn what_a_new_object_has_without_a_field() {
        let left_out = |path| {
            let found = find(&Type::Object("User"), path).expect(path);
            found.field.and_then(Field::if_left_out)
        };
        for (path, expected) in [
            ("status", Some("0 (disabled)")),
            ("quota_size", Some("0 (unlimited)")),
            ("total_data_transfer", Some("0")),
            ("filters.denied_ip", Some("empty")),
            ("filters.is_anonymous", Some("false")),
            ("groups[0].type", None),
            ("password", None),
            ("filesystem", None),
        ] {
            assert_eq!(left_out(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn each_field_that_is_sent_and_each_that_is_not() {
        let body = FieldRef::root(&Type::Object("User"));
        let json = json!({"groups": [{"name": "g"}], "filters": {"hooks": {}}, "odd": 1,
            "permissions": {"/": ["*"]}});
        let paths: Vec<String> = leaves(&body, &json)
            .iter()
            .map(|(found, _)| found.path.to_string())
            .collect();
        assert_eq!(paths, ["groups[0].name", "odd", "permissions"]);
        let lost = lacking(&body, &json, RELEASE, &|field| field.name == "username");
        let lost: Vec<String> = lost.iter().map(Path::to_string).collect();
        for path in ["status", "filesystem", "filters.denied_ip"] {
            assert!(lost.contains(&path.to_owned()), "{path}: {lost:?}");
        }
        for path in ["password", "username", "id", "groups", "filters"] {
            assert!(!lost.contains(&path.to_owned()), "{path}: {lost:?}");
        }
    }
}
