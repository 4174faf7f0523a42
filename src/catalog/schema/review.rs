//! Checks an object of a backup: everything that is wrong, not just the first thing, and
//! whether the server refuses it or only ignores it.

use super::check::{bounded, choose, in_release, wrong_type};
use super::members::inside;
use super::path::{lacked, near_fields};
use super::{ENVELOPE, Field, FieldRef, Path, Release, Step, Type, ValueError, paths, schema};
use crate::catalog::is_all_zero;
use crate::text::words::{did_you_mean, marks_a_comment};
use serde_json::{Map, Value as Json};

/// Something wrong with an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its position.
    pub path: Path,
    /// What is wrong.
    pub wrong: ValueError,
    /// What the server does with it.
    pub kind: FindingKind,
}

impl Finding {
    /// The hint. That of an unknown field is not found before it is asked for: a backup may
    /// have as many of them as objects, and one is shown.
    pub fn hint(&self) -> Option<String> {
        let near = || {
            let object = self.wrong.lacked_by?;
            let (Step::Key(name), place) = self.path.0.split_last()? else {
                return None;
            };
            let place = Path(place.to_vec());
            Some(near_fields(&Type::Object(object), object, &place, name))
        };
        self.wrong.hint.clone().or_else(near)
    }
}

/// What a server does with a wrong value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// It refuses the object.
    Refused,
    /// It takes the object without the value.
    Ignored,
    /// That depends on the release, or on other values.
    Doubtful,
}

/// A list whose items contain the members of other objects, which are not written there.
#[derive(Clone, Copy, Debug)]
pub struct Linked<'a> {
    /// The member.
    pub list: &'a str,
    /// The type of the other object.
    pub object: &'static str,
}

/// The check of objects for a server.
pub struct Review<'a> {
    /// The release of the server.
    pub release: Release,
    /// The lists of an object that contain members of other objects.
    pub linked: &'a [Linked<'a>],
    /// What was found so far.
    pub found: Vec<Finding>,
    /// Whether words were replaced by numbers.
    pub is_replaced: bool,
}

impl Review<'_> {
    /// Checks the value at one position and replaces words by the numbers that they
    /// stand for. Zero values mean nothing, so nothing can be wrong with them.
    pub fn check(&mut self, found: &FieldRef, json: &mut Json) {
        if is_all_zero(json) {
            return;
        }
        match (&found.kind, &mut *json) {
            (Type::Any, _) | (Type::Free, Json::Object(_)) | (Type::Bool, Json::Bool(_)) => {}
            (Type::Text | Type::Bytes, Json::String(text)) => self.text(found, text),
            (Type::Int, Json::String(text)) => match choose(found, text, self.known()) {
                Ok(Some(number)) => {
                    *json = number.into();
                    self.is_replaced = true;
                }
                Ok(None) => self.wrong_type(found, json),
                Err(wrong) => self.refused(found, wrong),
            },
            (Type::Int, Json::Number(number)) => match number.as_i64() {
                Some(number) => self.number(found, number),
                None => self.wrong_type(found, json),
            },
            (Type::List(kind), Json::Array(items)) => {
                for (at, item) in items.iter_mut().enumerate() {
                    self.check(&found.inside(Step::Index(at), (**kind).clone()), item);
                }
            }
            (Type::Map(kind), Json::Object(members)) => {
                for (key, value) in members.iter_mut() {
                    let step = Step::Key(key.clone());
                    self.check(&found.inside(step, (**kind).clone()), value);
                }
            }
            (Type::Object(object), Json::Object(members)) => self.object(found, object, members),
            (Type::Object(ENVELOPE), Json::String(text)) => self.text_secret(found, text),
            _ => self.wrong_type(found, json),
        }
    }

    fn object(&mut self, found: &FieldRef, object: &str, members: &mut Map<String, Json>) {
        if let Some(why) = (object == ENVELOPE).then(|| useless(members)).flatten() {
            self.refused(found, ValueError::new(format!("`{}` is {why}", found.path)));
            return;
        }
        let members = members
            .iter_mut()
            .filter(|(key, value)| !marks_a_comment(key) && !is_all_zero(value));
        for (key, value) in members {
            let own = schema(object).and_then(|schema| schema.own(key));
            match own {
                Some(field) if field.linked => {}
                // What it has is its own, but in a backup it brings back the second factor.
                Some(field) if field.read_only && field.span.holds(self.release) => {}
                Some(field) => self.field(&inside(found, field), field, value),
                None => self.other(found, key, value),
            }
        }
    }

    fn field(&mut self, found: &FieldRef, field: &Field, value: &mut Json) {
        let span = field.span;
        let what = format!("`{}`", found.path);
        match in_release(&what, span, Some(self.release)) {
            Ok(()) => self.check(found, value),
            Err(wrong) => self.add(found.path.clone(), wrong, FindingKind::Ignored),
        }
    }

    /// A member that the type does not have: one of the other object, or an unknown one.
    fn other(&mut self, found: &FieldRef, key: &str, value: &mut Json) {
        let list = found.path.0.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        });
        let mut linked = self.linked.iter();
        let linked = linked.find(|linked| list == Some(linked.list));
        let field = linked.and_then(|linked| schema(linked.object)?.own(key));
        if let Some(field) = field {
            self.of_other(found, field, value);
        } else if self.known().is_some() {
            let path = found.path.then(Step::Key(key.to_owned()));
            self.add(path, lacked(found, key), FindingKind::Ignored);
        }
    }

    /// A member of the other object: only members that it does not have are reported, since
    /// they may be meant for the item.
    fn of_other(&mut self, item: &FieldRef, field: &'static Field, value: &mut Json) {
        let mut review = Review {
            release: self.release,
            linked: &[],
            found: Vec::new(),
            is_replaced: false,
        };
        let at = item.inside(Step::Key(field.name.to_owned()), field.kind.clone());
        review.check(&at, value);
        let ignored = |finding: &Finding| finding.kind == FindingKind::Ignored;
        for mut finding in review.found.into_iter().filter(ignored) {
            let Some(Step::Key(last)) = finding.path.0.last() else {
                continue;
            };
            let ending = format!(".{last}");
            let near: Vec<String> = paths(&item.kind, None)
                .into_iter()
                .filter(|path| path.ends_with(&ending))
                .map(|path| item.path.then(Step::Key(path)).to_string())
                .collect();
            if !near.is_empty() {
                let near: Vec<&str> = near.iter().map(String::as_str).collect();
                finding.wrong.hint = Some(did_you_mean(&near));
            }
            self.found.push(finding);
        }
    }

    fn text(&mut self, found: &FieldRef, text: &str) {
        let known = self.known();
        let Some(Err(wrong)) = known.map(|release| choose(found, text, Some(release))) else {
            return;
        };
        // Not every server checks a single text.
        if found.path.0.last().is_some_and(is_index) {
            self.refused(found, wrong);
        } else {
            self.add(found.path.clone(), wrong, FindingKind::Doubtful);
        }
    }

    /// A secret as SFTPGo 1 wrote it: a text, which only 2.0 converts.
    fn text_secret(&mut self, found: &FieldRef, text: &str) {
        if self.release < Release::new(2, 1, 0) {
            return;
        }
        if text.starts_with("$aes$") {
            let what = format!(
                "`{}` is encrypted in the format of SFTPGo 1, which only 2.0 servers accept",
                found.path
            );
            self.refused(found, ValueError::new(what));
        } else {
            self.wrong_type(found, &text.into());
        }
    }

    fn number(&mut self, found: &FieldRef, number: i64) {
        let known = self.known();
        let Some(Err(wrong)) = known.map(|release| bounded(found, number, Some(release))) else {
            return;
        };
        let is_choice = found.field.is_some_and(|field| !field.choices.is_empty());
        if is_choice {
            self.refused(found, wrong);
        } else {
            self.add(found.path.clone(), wrong, FindingKind::Doubtful);
        }
    }

    /// The release, unless it is newer than the table: then the table is not the whole truth.
    fn known(&self) -> Option<Release> {
        let newest = crate::catalog::APIS.last().map(|api| api.release);
        Some(self.release).filter(|release| newest.is_some_and(|newest| *release <= newest))
    }

    fn wrong_type(&mut self, found: &FieldRef, json: &Json) {
        let wrong = wrong_type(found, json, None);
        self.refused(
            found,
            ValueError {
                hint: None,
                ..wrong
            },
        );
    }

    fn refused(&mut self, found: &FieldRef, wrong: ValueError) {
        self.add(found.path.clone(), wrong, FindingKind::Refused);
    }

    fn add(&mut self, path: Path, wrong: ValueError, kind: FindingKind) {
        self.found.push(Finding { path, wrong, kind });
    }
}

/// Why a secret has no value that the server can use, as in what `get_users` prints.
fn useless(members: &Map<String, Json>) -> Option<&'static str> {
    let text = |key: &str| members.get(key).and_then(Json::as_str).unwrap_or_default();
    match text("status") {
        "Redacted" => Some("a redacted secret, without its value"),
        "Secretbox" | "AES-256-GCM" if text("key").is_empty() => {
            Some("an encrypted secret without its key")
        }
        _ => None,
    }
}

const fn is_index(step: &Step) -> bool {
    matches!(step, Step::Index(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_hint_of_an_unknown_field_is_found_when_it_is_asked_for() {
        let mut review = Review {
            release: Release::new(2, 7, 5),
            linked: &[],
            found: Vec::new(),
            is_replaced: false,
        };
        let mut user = json!({"uidd": 1, "filters": {"allowed_ips": ["10.0.0.0/8"]}, "qqqqqq": 1});
        let mut root = FieldRef::root(&Type::Object("User"));
        root.path = Path(vec![Step::Key("users".to_owned()), Step::Index(3)]);
        review.check(&root, &mut user);
        let said: Vec<_> = review
            .found
            .iter()
            .map(|one| (one.wrong.message.as_str(), one.hint().unwrap_or_default()))
            .collect();
        assert!(review.found.iter().all(|one| one.wrong.hint.is_none()));
        let expected = [
            (
                "unknown field `users[3].uidd`",
                "did you mean `users[3].uid`",
            ),
            (
                "unknown field `users[3].filters.allowed_ips`",
                "did you mean `users[3].filters.allowed_ip`",
            ),
            ("unknown field `users[3].qqqqqq`", "press Tab"),
        ];
        for (message, hint) in expected {
            let found = said.iter().find(|(said, _)| *said == message);
            let found = found.unwrap_or_else(|| panic!("{message}: {said:?}"));
            assert!(found.1.starts_with(hint), "{found:?}");
        }
    }
}
