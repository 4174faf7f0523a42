//! The differences of two JSON values, path by path, secrets masked.

use crate::catalog::schema::{self, Field, Type};
use crate::catalog::{self, Clock};
use crate::secret::{MASK, json};
use crate::text::clean;
use crate::text::path::member;
use crate::text::words::beginning;
use serde_json::Value as Json;
use std::collections::HashMap;

/// More of a value than this is not shown.
const WIDEST: usize = 60;
/// The number of characters shown before the difference.
const BEFORE: usize = 20;

/// The number of items that are shown of those that a list gained, and of those it lost.
const MOST_ITEMS: usize = 6;

/// What stands for a value that is not there.
const NONE: &str = "(none)";
/// What stands for a secret that may be there.
const NOT_SHOWN: &str = "(not shown)";

/// A number in words.
struct Number {
    words: String,
    /// What else is said of it: the number itself, and how far away a time is.
    aside: Option<String>,
}

impl Number {
    /// The number of a field with a unit or words. The server leaves out what is 0.
    fn of(field: &Field, value: Option<&Json>, clock: &Clock) -> Option<Self> {
        let number = value.map_or(Some(0), Json::as_i64)?;
        let has_words = field.unit.is_some() || field.zero.is_some() || !field.choices.is_empty();
        if !has_words {
            return None;
        }
        let words = field.words_for(number, clock);
        let shown = words.clone().unwrap_or_default();
        // `5 MB` says what the number is.
        let is_said = shown.trim_end_matches(|c: char| !c.is_ascii_digit()) == number.to_string();
        let aside = field.unit.filter(|_| number != 0 && !is_said);
        let aside = aside.map(|unit| {
            let millis = unit.millis(number);
            let distance = millis.map(|millis| format!("{}, ", clock.distance(millis)));
            format!("{}{number}", distance.unwrap_or_default())
        });
        Some(Self {
            words: words.unwrap_or_else(|| number.to_string()),
            aside,
        })
    }

    fn exact(self) -> String {
        match self.aside {
            Some(aside) => format!("{} ({aside})", self.words),
            None => self.words,
        }
    }
}

/// A difference between two values, with the value before and after; `None` if missing.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldDiff {
    /// The path, as `filters.allowed_ip`.
    pub path: String,
    pub before: Option<Json>,
    pub after: Option<Json>,
}

impl std::fmt::Display for FieldDiff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The server does not show a password that is there.
        let missing = if self.is_secret() { NOT_SHOWN } else { NONE };
        f.write_str(&self.with_missing(missing))
    }
}

impl std::fmt::Debug for FieldDiff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl FieldDiff {
    /// The difference, with these words for a value that is missing.
    fn with_missing(&self, missing: &str) -> String {
        let shown = |value: &Option<Json>| match value {
            None => missing.to_owned(),
            Some(Json::Null) => "null".to_owned(),
            Some(Json::String(text)) if text.is_empty() => "\"\"".to_owned(),
            Some(_) if is_secret(&self.path) => MASK.to_owned(),
            Some(value) => clean::line(&masked(value).to_string()).into_owned(),
        };
        let (before, after) = (shown(&self.before), shown(&self.after));
        let from = first_shown(&before, &after);
        let (before, after) = (shortened(&before, from), shortened(&after, from));
        format!("{}: {before} -> {after}", clean::line(&self.path))
    }

    /// The same as `in_words` for objects of backups, which have every secret: one that is
    /// missing is not there.
    pub fn in_words_of_backups(&self, body: &Type, clock: &Clock) -> String {
        if self.is_secret() {
            return self.with_missing(NONE);
        }
        self.in_words(body, clock)
    }

    /// The difference with numbers in the words of a person:
    /// `quota_size: 10 GiB -> 20 GiB (21474836480)`. `body` is the type of the object.
    pub fn in_words(&self, body: &Type, clock: &Clock) -> String {
        let words = || {
            let found = schema::found(body, &self.path)?;
            let field = found.field.filter(|_| found.kind == Type::Int)?;
            let before = Number::of(field, self.before.as_ref(), clock)?;
            let after = match &self.after {
                Some(value) => Some(Number::of(field, Some(value), clock)?),
                None => None,
            };
            let is_same = after
                .as_ref()
                .is_some_and(|after| after.words == before.words);
            let after = after.map_or_else(|| NONE.to_owned(), Number::exact);
            // Rounded, both may look the same.
            let before = if is_same {
                before.exact()
            } else {
                before.words
            };
            Some(format!("{}: {before} -> {after}", clean::line(&self.path)))
        };
        words()
            .or_else(|| self.items())
            .unwrap_or_else(|| self.to_string())
    }

    /// What a long list gained and lost: `permissions./: + create_dirs, - overwrite`. `None`
    /// if both lists are short, have the same items, or an item is long itself.
    fn items(&self) -> Option<String> {
        let (before, after) = (list(self.before.as_ref())?, list(self.after.as_ref())?);
        let is_long = |value: &Option<Json>| {
            let text = value.as_ref().map(Json::to_string);
            text.is_some_and(|text| text.chars().count() > WIDEST)
        };
        if self.is_secret() || !(is_long(&self.before) || is_long(&self.after)) {
            return None;
        }
        let parts = [
            part("+", &not_in(after, before))?,
            part("-", &not_in(before, after))?,
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then(|| format!("{}: {}", clean::line(&self.path), parts.join(", ")))
    }

    /// Whether the value is a secret.
    pub fn is_secret(&self) -> bool {
        is_secret(&self.path)
    }
}

/// The items of a list, which a server may leave out if there are none.
fn list(value: Option<&Json>) -> Option<&[Json]> {
    match value {
        None | Some(Json::Null) => Some(&[]),
        Some(Json::Array(items)) => Some(items),
        Some(_) => None,
    }
}

/// The items of a list that another one does not have, or has less often.
fn not_in<'a>(list: &'a [Json], other: &[Json]) -> Vec<&'a Json> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for item in other {
        *counts.entry(item.to_string()).or_default() += 1;
    }
    let is_new = |item: &&Json| match counts.get_mut(&item.to_string()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    list.iter().filter(is_new).collect()
}

/// Items that were gained or lost, each after its sign; `None` if one of them is long.
fn part(sign: &str, items: &[&Json]) -> Option<String> {
    let item = |item: &&Json| {
        let text = item_text(item);
        (text.chars().count() <= WIDEST).then(|| format!("{sign} {text}"))
    };
    let shown = items.iter().take(MOST_ITEMS).map(item);
    let mut shown: Vec<String> = shown.collect::<Option<_>>()?;
    if let more @ 1.. = items.len().saturating_sub(MOST_ITEMS) {
        shown.push(format!("{sign} {more} more"));
    }
    Some(shown.join(", "))
}

/// An item of a list; a word stands without quotes.
fn item_text(item: &Json) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:*@".contains(c);
    match item {
        Json::String(text) if !text.is_empty() && text.chars().all(is_plain) => text.clone(),
        item => clean::line(&masked(item).to_string()).into_owned(),
    }
}

/// The places where `after` differs from `before`, in the order of `after`.
/// Lists are compared whole: their elements have no names.
pub fn diff(before: &Json, after: &Json) -> Vec<FieldDiff> {
    let mut changes = Vec::new();
    walk(String::new(), Some(before), Some(after), &mut changes);
    changes
}

fn walk(path: String, before: Option<&Json>, after: Option<&Json>, into: &mut Vec<FieldDiff>) {
    if let (Some(Json::Object(old)), Some(Json::Object(new))) = (before, after) {
        let gone = old.keys().filter(|key| !new.contains_key(*key));
        for key in new.keys().chain(gone) {
            walk(member(&path, key), old.get(key), new.get(key), into);
        }
    } else if before != after {
        into.push(FieldDiff {
            path,
            before: before.cloned(),
            after: after.cloned(),
        });
    }
}

/// A value with each secret masked as a whole, its envelope included.
fn masked(value: &Json) -> Json {
    let mut value = value.clone();
    json::mask_pairs(&mut value);
    json::walk(&mut value, &mut |key, value| {
        let hides = is_secret(key) && !value.is_null();
        if hides {
            *value = MASK.into();
        }
        hides
    });
    value
}

/// Whether a part of a path is the name of a secret, or it is inside an envelope.
fn is_secret(path: &str) -> bool {
    path.split('.')
        .any(|part| part == "payload" || catalog::is_secret_key(part))
}

/// The character from which on two texts are shown: the first one, unless what differs would be cut off.
fn first_shown(before: &str, after: &str) -> usize {
    let same = before
        .chars()
        .zip(after.chars())
        .take_while(|(old, new)| old == new)
        .count();
    let is_short = |text: &str| text.chars().count() <= WIDEST;
    if same < WIDEST - BEFORE || (is_short(before) && is_short(after)) || before == after {
        0
    } else {
        same - BEFORE
    }
}

fn shortened(text: &str, from: usize) -> String {
    let rest: String = text.chars().skip(from).collect();
    let before = if from == 0 { "" } else { "…" };
    format!("{before}{}", beginning(&rest, WIDEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn clock() -> Clock {
        Clock {
            now: "2026-11-27T12:00:00Z".parse().unwrap(),
            zone: jiff::tz::TimeZone::UTC,
        }
    }

    #[test]
    fn paths_values_and_masks() {
        let before =
            json!({"a": 1, "b": {"c": [1], "d": "x"}, "gone": true, "password": "old", "same": {}});
        let after = json!({"a": 1, "b": {"c": [1, 2], "d": "x", "e": null}, "password": "new", "same": {},
            "s": {"payload": "hidden"}});
        let shown: Vec<String> = diff(&before, &after)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            shown,
            [
                "b.c: [1] -> [1,2]",
                "b.e: (none) -> null",
                "password: ******** -> ********",
                "s: (none) -> {\"payload\":\"********\"}",
                "gone: true -> (none)",
            ]
        );
        assert_eq!(diff(&before, &before), []);
        // Only a backup has every secret.
        let changes = diff(&json!({"password": "old"}), &json!({}));
        let (body, clock) = (Type::read(">User"), Clock::system());
        assert_eq!(
            changes[0].in_words(&body, &clock),
            "password: ******** -> (not shown)"
        );
        assert_eq!(
            changes[0].in_words_of_backups(&body, &clock),
            "password: ******** -> (none)"
        );
        assert_eq!(diff(&json!(1), &json!("1")).len(), 1);
    }

    #[test]
    fn long_lists_show_what_they_gained_and_lost() {
        let clock = clock();
        let shown = |before: Json, after: Json| {
            let change = FieldDiff {
                path: "filters.denied_ip".to_owned(),
                before: Some(before),
                after: Some(after),
            };
            change.in_words(&Type::read(">User"), &clock)
        };
        let nets: Vec<String> = (0..20).map(|n| format!("10.{n}.0.0/16")).collect();
        assert_eq!(
            shown(json!(nets[..8]), json!(nets[1..9])),
            "filters.denied_ip: + 10.8.0.0/16, - 10.0.0.0/16"
        );
        let all = shown(json!([]), json!(nets));
        assert!(all.ends_with("+ 10.5.0.0/16, + 14 more"), "{all}");
        let doubled = [&nets[..1], &nets[..8]].concat();
        assert_eq!(
            shown(json!(doubled), json!(nets[..8])),
            "filters.denied_ip: - 10.0.0.0/16"
        );
        assert_eq!(
            shown(
                json!([1]),
                json!(["a b", {"password": "x", "n": 1}, "c".repeat(50)])
            ),
            format!(
                "filters.denied_ip: + \"a b\", + {{\"password\":\"********\",\"n\":1}}, + {}, - 1",
                "c".repeat(50)
            )
        );
        // The same items in another order, and items that are too long, are shown as before.
        let turned: Vec<&String> = nets[..8].iter().rev().collect();
        assert!(shown(json!(nets[..8]), json!(turned)).contains(" -> "));
        assert!(shown(json!([]), json!(["c".repeat(80)])).contains(" -> "));
        assert_eq!(
            shown(json!([1]), json!([2])),
            "filters.denied_ip: [1] -> [2]"
        );
    }

    #[test]
    fn numbers_are_words() {
        let clock = clock();
        let body = Type::read(">User");
        let both = |before: Json, after: Json| {
            let all = diff(&before, &after);
            let all = all.iter().map(|one| one.in_words(&body, &clock));
            all.collect::<Vec<_>>().join("; ")
        };
        let gib = 1_i64 << 30;
        for (before, after, expected) in [
            (
                json!({"quota_size": 10 * gib}),
                json!({"quota_size": 20 * gib}),
                "quota_size: 10 GiB -> 20 GiB (21474836480)",
            ),
            (
                json!({"quota_size": 10 * gib}),
                json!({"quota_size": 10 * gib + 1}),
                "quota_size: 10 GiB (10737418240) -> 10 GiB (10737418241)",
            ),
            (
                json!({"quota_size": 10 * gib}),
                json!({"quota_size": 0}),
                "quota_size: 10 GiB -> unlimited",
            ),
            (
                json!({"status": 1}),
                json!({"status": 0}),
                "status: enabled -> disabled",
            ),
            (
                json!({}),
                json!({"expiration_date": 1_803_556_800_000_i64}),
                "expiration_date: never -> 2027-02-25 12:00 (in 90 days, 1803556800000)",
            ),
            (
                json!({"max_sessions": 2}),
                json!({"max_sessions": 0}),
                "max_sessions: 2 -> unlimited",
            ),
            (
                json!({"filters": {"max_upload_file_size": 5}}),
                json!({"filters": {}}),
                "filters.max_upload_file_size: 5 B -> (none)",
            ),
            (json!({"uid": 5}), json!({"uid": 7}), "uid: 5 -> 7"),
            (
                json!({"quota_size": "x"}),
                json!({"quota_size": 1}),
                "quota_size: \"x\" -> 1",
            ),
            (json!({"new": 5}), json!({"new": 7}), "new: 5 -> 7"),
        ] {
            assert_eq!(both(before, after), expected);
        }
    }

    #[test]
    fn the_difference_is_never_truncated() {
        let folder = |files: u32| json!({"f": [{"name": "invoices", "virtual_path": "/invoices", "quota_size": 0, "quota_files": files}]});
        assert_eq!(
            diff(&folder(0), &folder(4321))[0].to_string(),
            "f: …ze\":0,\"quota_files\":0}] -> …ze\":0,\"quota_files\":4321}]"
        );
        let long = |first: char| json!({"t": format!("{first}{}", "é".repeat(80))});
        let shown = diff(&long('a'), &long('b'))[0].to_string();
        assert!(
            shown.starts_with("t: \"aé") && shown.contains("… -> \"bé"),
            "{shown}"
        );
    }
}
