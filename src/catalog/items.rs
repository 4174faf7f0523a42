//! The words of a flag for a list: how a word stands for an item, and how `+word` and
//! `-word` edit the list instead of replacing it.

use super::kind::{Kind, Lists, Value};
use super::param::Param;
use super::{Command, Release};
use serde_json::{Value as Json, json};

/// How the words of a flag stand for the items of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Items {
    /// Each word is an item.
    Words,
    /// The name of a group; only those of this type are meant.
    Groups(i64),
    /// `/PATH=FOLDER`: a virtual folder and where it is mounted.
    Folders,
    /// A line of cron.
    Schedules,
    /// The name of an event action; they run in the order of the list.
    Actions,
    /// A pattern, or `!PATTERN` for what does not match it.
    Patterns,
}

/// The type of a user's primary group: there is only one.
pub const PRIMARY: i64 = 1;
/// The type of a group whose settings come after those of the primary one.
pub const SECONDARY: i64 = 2;
/// The type of a group that gives its members nothing.
pub const MEMBERSHIP: i64 = 3;

impl Items {
    /// The name of a word in help.
    pub const fn value_name(self) -> &'static str {
        match self {
            Self::Words => "",
            Self::Groups(_) => "GROUP",
            Self::Folders => "/PATH=FOLDER",
            Self::Schedules => "'CRON'",
            Self::Actions => "ACTION",
            Self::Patterns => "PATTERN",
        }
    }

    /// What help says about its words besides their name.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Patterns => "; `!PATTERN` is what does not match",
            _ => "",
        }
    }

    /// Where the name begins in a word: after its sign, and after the path of a folder.
    pub fn name_start(self, word: &str) -> usize {
        let (sign, bare) = signed(word);
        let path = match self {
            Self::Folders => bare.find('=').map_or(0, |at| at + 1),
            _ => 0,
        };
        path + sign.map_or(0, char::len_utf8)
    }

    /// The item that a word stands for. The error says what the word must be.
    pub fn item(self, word: &str) -> Result<Json, String> {
        match self {
            Self::Words => Ok(word.into()),
            Self::Groups(kind) => Ok(json!({"name": word, "type": kind})),
            Self::Folders => match word.split_once('=') {
                Some((path, name)) if path.starts_with('/') && !name.is_empty() => {
                    Ok(json!({"name": name, "virtual_path": path}))
                }
                _ => {
                    Err("must be `/PATH=FOLDER`: where the folder appears, and its name".to_owned())
                }
            },
            Self::Schedules => schedule(word),
            Self::Actions => Ok(json!({"name": word})),
            Self::Patterns => match word.strip_prefix('!') {
                Some("") => Err("needs a pattern after the `!`".to_owned()),
                Some(pattern) => Ok(json!({"pattern": pattern, "inverse_match": true})),
                None => Ok(json!({"pattern": word})),
            },
        }
    }

    /// Checks a word that takes an item out of the list.
    fn check_taken_out(self, word: &str) -> Result<(), String> {
        match self {
            Self::Folders => Ok(()),
            _ => self.item(word).map(drop),
        }
    }

    /// Whether an item is one that the flag is about: `--secondary_groups` leaves the others.
    pub fn is_own(self, item: &Json) -> bool {
        match self {
            Self::Groups(kind) => item["type"] == kind,
            _ => true,
        }
    }

    /// Whether two items cannot both be in a list.
    pub fn is_same(self, item: &Json, other: &Json) -> bool {
        match self {
            Self::Words => item == other,
            Self::Groups(_) | Self::Actions => item["name"] == other["name"],
            Self::Folders => item["virtual_path"] == other["virtual_path"],
            Self::Patterns => {
                // The server leaves out what is false.
                let is_inverse = |item: &Json| item["inverse_match"] == true;
                item["pattern"] == other["pattern"] && is_inverse(item) == is_inverse(other)
            }
            Self::Schedules => {
                let members = other.as_object().into_iter().flatten();
                members.into_iter().all(|(key, value)| item[key] == *value)
            }
        }
    }

    /// Whether a word after `-` takes an item out of a list.
    pub fn takes_out(self, item: &Json, word: &str) -> bool {
        if self == Self::Words && item.is_number() {
            return item.as_i64() == word.parse().ok();
        }
        if self != Self::Folders {
            let meant = self.item(word);
            return self.is_own(item) && meant.is_ok_and(|meant| self.is_same(item, &meant));
        }
        let (path, name) = word.split_once('=').unwrap_or((word, ""));
        let is_path = item["virtual_path"] == path;
        is_path && (name.is_empty() || item["name"] == name)
            || name.is_empty() && item["name"] == word
    }

    /// Puts an item into a list. What already exists keeps its other members.
    pub fn put(self, list: &mut Vec<Json>, item: &Json) {
        if self == Self::Groups(PRIMARY) {
            list.retain(|other| !self.is_own(other) || self.is_same(other, item));
        }
        let has_all = self == Self::Words && list.iter().any(|other| other == "*");
        let at = list.iter().position(|other| self.is_same(other, item));
        match (self, at) {
            (Self::Groups(kind), Some(at)) => list[at]["type"] = kind.into(),
            (Self::Folders, Some(at)) if list[at]["name"] != item["name"] => {
                list[at] = item.clone();
            }
            (_, Some(_)) => {}
            (Self::Actions, None) => {
                let orders = list.iter().filter_map(|other| other["order"].as_i64());
                let mut item = item.clone();
                item["order"] = orders.max().map_or(1, |most| most + 1).into();
                list.push(item);
            }
            _ if has_all => {}
            _ => list.push(item.clone()),
        }
    }

    /// Puts the items of a list into this order, where it means something.
    pub fn order(self, list: &mut [Json], items: &[Json]) {
        if self != Self::Actions {
            return;
        }
        let place = |item: &Json| items.iter().position(|other| self.is_same(item, other));
        list.sort_by_key(place);
        for (at, item) in list.iter_mut().enumerate() {
            item["order"] = (at + 1).into();
        }
    }
}

/// The schedule of a line of cron: minute, hour, day of month, month, day of week.
fn schedule(word: &str) -> Result<Json, String> {
    let fields: Vec<&str> = word.split_whitespace().collect();
    let [minute, hour, day_of_month, month, day_of_week] = fields.as_slice() else {
        return Err(
            "must be five fields in quotes, as in cron: '0 3 * * *' is every day at 3".to_owned(),
        );
    };
    if minute.parse() != Ok(0) {
        return Err("must begin with `0`: a schedule of the server has no minutes, it runs at the start of an hour".to_owned());
    }
    Ok(json!({
        "hour": hour,
        "day_of_week": day_of_week,
        "day_of_month": day_of_month,
        "month": month,
    }))
}

/// A word of a list without its sign, and the sign: `+` adds an item, `-` takes one out.
pub fn signed(word: &str) -> (Option<char>, &str) {
    let sign = word.chars().next().filter(|c| matches!(c, '+' | '-'));
    (sign, sign.map_or(word, |_| &word[1..]))
}

/// Whether the words of a list edit it.
pub fn are_edits(words: &[String]) -> bool {
    words.iter().any(|word| signed(word).0.is_some())
}

impl Command {
    /// Whether the words of a parameter may edit a list: that of a body which the shell reads
    /// before it changes it.
    pub fn edits(&self, param: &Param) -> bool {
        self.span.last >= Release::FIRST_V2
            && param.place.in_body()
            && matches!(param.kind, Kind::List(_) | Kind::Permissions(_))
    }
}

/// Checks the words of a list, which may have signs. The error is the index of the wrong word
/// and what it must be.
pub(super) fn check(param: &Param, words: &[String]) -> Result<Value, (usize, String)> {
    match param.kind {
        Kind::Permissions(choices) => permissions(words, choices).map(Value::Map),
        _ => list(param, words).map(Value::List),
    }
}

fn list(param: &Param, words: &[String]) -> Result<Vec<String>, (usize, String)> {
    // A single empty word is the empty list.
    if matches!(words, [word] if word.is_empty()) {
        return Ok(Vec::new());
    }
    let choices = param.kind.choices();
    let mut all: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let mut parts: Vec<&str> = if choices.is_empty() {
            vec![word]
        } else {
            word.split(',').filter(|part| !part.is_empty()).collect()
        };
        if parts.is_empty() {
            parts.push(word);
        }
        for part in parts {
            let (sign, bare) = signed(part);
            let checked = match (param.items, sign) {
                (Items::Words, _) => param.kind.check(&[bare.to_owned()]).map(drop),
                _ if bare.is_empty() => Err((0, "has an empty name".to_owned())),
                (items, Some('-')) => items.check_taken_out(bare).map_err(|why| (0, why)),
                (items, _) => items.item(bare).map(drop).map_err(|why| (0, why)),
            };
            checked.map_err(|(_, why)| {
                let not = if part == word {
                    String::new()
                } else {
                    format!(", not `{part}`")
                };
                (at, format!("{why}{not}"))
            })?;
            same_signs(all.last(), part).map_err(|why| (at, why))?;
            all.push(part.to_owned());
        }
    }
    if param.items == Items::Groups(PRIMARY)
        && all.iter().filter(|it| !it.starts_with('-')).count() > 1
    {
        return Err((
            1,
            "takes one name: a user has one primary group, and `--secondary_groups` gives more"
                .to_owned(),
        ));
    }
    Ok(all)
}

/// Either a list is replaced, or its items are added and taken out.
fn same_signs(before: Option<&String>, word: &str) -> Result<(), String> {
    let is_edit = |word: &str| signed(word).0.is_some();
    match before {
        Some(before) if is_edit(before) && !is_edit(word) => Err(
            "needs a `+` or `-` before it, as the word before has: without one, the list is replaced"
                .to_owned(),
        ),
        Some(before) if !is_edit(before) && is_edit(word) => Err(
            "has a `+` or `-` before it, and the word before has none: that replaces the list"
                .to_owned(),
        ),
        _ => Ok(()),
    }
}

/// The words for `/` and for folders, each with a sign or without: `+list /in=+upload,-delete`.
fn permissions(
    words: &[String],
    choices: &'static [&'static str],
) -> Result<Lists, (usize, String)> {
    let mut map = Lists::new();
    for (at, word) in words.iter().enumerate() {
        let (folder, parts) = match word.split_once('=') {
            Some((folder, parts)) if folder.starts_with('/') => (folder, parts),
            _ => ("/", word.as_str()),
        };
        let bare: Vec<&str> = parts.split(',').map(|part| signed(part).1).collect();
        let bare = format!("{folder}={}", bare.join(","));
        Kind::Permissions(choices)
            .check(&[bare])
            .map_err(|(_, why)| (at, why))?;
        let known = map.iter().position(|(known, _)| known == folder);
        let place = known.unwrap_or_else(|| {
            map.push((folder.to_owned(), Vec::new()));
            map.len() - 1
        });
        for part in parts.split(',').filter(|part| !part.is_empty()) {
            same_signs(map[place].1.last(), part).map_err(|why| (at, why))?;
            map[place].1.push(part.to_owned());
        }
    }
    Ok(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_cron_is_a_schedule() {
        let made = json!({"hour": "3", "day_of_week": "mon", "day_of_month": "*", "month": "1-6"});
        assert_eq!(Items::Schedules.item("0 3 * 1-6 mon"), Ok(made.clone()));
        assert_eq!(Items::Schedules.item(" 00  3 * 1-6  mon "), Ok(made));
        for (line, why) in [
            ("30 3 * * *", "must begin with `0`"),
            ("* 3 * * *", "must begin with `0`"),
            ("0 3 * *", "must be five fields"),
            ("0 0 3 * * *", "must be five fields"),
            ("@daily", "must be five fields"),
            ("", "must be five fields"),
        ] {
            let wrong = Items::Schedules.item(line).expect_err(line);
            assert!(wrong.starts_with(why), "{line}: {wrong}");
        }
    }

    #[test]
    fn a_pattern_may_be_inverted() {
        let item = |word| Items::Patterns.item(word);
        assert_eq!(item("/in/*"), Ok(json!({"pattern": "/in/*"})));
        let inverse = json!({"pattern": "a*", "inverse_match": true});
        assert_eq!(item("!a*"), Ok(inverse.clone()));
        assert!(item("!").is_err());
        let plain = json!({"pattern": "a*", "inverse_match": false});
        assert!(Items::Patterns.takes_out(&plain, "a*"));
        assert!(!Items::Patterns.takes_out(&plain, "!a*"));
        assert!(Items::Patterns.takes_out(&inverse, "!a*"));
        assert!(Items::Words.takes_out(&json!(2), "2"));
    }

    #[test]
    fn a_list_is_replaced_or_edited() {
        let names = Param::list("names", "names").items(Items::Groups(SECONDARY));
        let check = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            check(&names, &words)
        };
        for words in [&["a", "b"][..], &["+a", "-b"], &["++a", "--b"], &["+a b"]] {
            assert!(check(words).is_ok(), "{words:?}");
        }
        for (words, at, why) in [
            (&["a", "+b"][..], 1, "has a `+` or `-`"),
            (&["-a", "b"], 1, "needs a `+` or `-`"),
            (&["+"], 0, "has an empty name"),
            (&["a", ""], 1, "has an empty name"),
        ] {
            let (place, said) = check(words).expect_err("it is wrong");
            assert_eq!(place, at, "{words:?}");
            assert!(said.starts_with(why), "{words:?}: {said}");
        }
        assert_eq!(check(&[""]), Ok(Value::List(Vec::new())));
    }
}
