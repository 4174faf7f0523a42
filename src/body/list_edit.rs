//! A change of some items of a list, which leaves the others. Pure.

use super::change::put;
use crate::catalog::Items;
use crate::catalog::schema::{Path, Step};
use crate::error::Error;
use serde_json::Value as Json;

/// Items that are added to a list, and taken out of it.
#[derive(Clone, PartialEq, Eq)]
pub struct ListEdit {
    /// The list.
    pub path: Path,
    /// How its items are known.
    pub items: Items,
    /// Whether the items that are there are taken out first, those that the flag is about.
    pub replaces: bool,
    pub add: Vec<Json>,
    /// The words of the items to take out.
    pub remove: Vec<String>,
}

impl ListEdit {
    /// Whether its effect depends on the items that are there.
    pub fn needs_list(&self) -> bool {
        !self.replaces
    }

    /// Edits the list of a body.
    pub(super) fn apply(&self, body: &mut Json) -> Result<(), Error> {
        let there = list_at(body, &self.path);
        let mut list = there.unwrap_or_default().to_vec();
        if self.replaces {
            list.retain(|item| {
                let stays = |new: &Json| self.items.is_same(item, new);
                !self.items.is_own(item) || self.add.iter().any(stays)
            });
        }
        for word in &self.remove {
            let before = list.len();
            list.retain(|item| !self.items.takes_out(item, word));
            if list.len() == before && list.iter().any(|item| item == "*") {
                return Err(Error::typed(format!(
                    "`{word}` cannot be removed from `{}`: it has `*`, which is all",
                    self.path
                ))
                .hint("give the ones that are to stay, without `+` and `-`"));
            }
        }
        for item in &self.add {
            self.items.put(&mut list, item);
        }
        if self.replaces {
            self.items.order(&mut list, &self.add);
        }
        if list_at(body, &self.path).is_none() && list.is_empty() && !self.replaces {
            return Ok(());
        }
        put(body, &self.path, &list.into())
    }
}

/// The list at a path of a body.
fn list_at<'a>(body: &'a Json, path: &Path) -> Option<&'a [Json]> {
    let mut at = body;
    for step in &path.0 {
        at = match step {
            Step::Key(key) => at.get(key)?,
            Step::Index(index) => at.get(index)?,
        };
    }
    at.as_array().map(Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::items::{MEMBERSHIP, PRIMARY, SECONDARY};
    use serde_json::json;

    /// The list after an edit by these words; without a sign they replace it.
    fn edited(items: Items, list: &Json, words: &[&str]) -> Result<Json, Error> {
        let signed = |sign: char| {
            let words = words.iter().filter_map(move |word| word.strip_prefix(sign));
            words.map(str::to_owned).collect::<Vec<_>>()
        };
        let replaces = !words.iter().any(|word| word.starts_with(['+', '-']));
        let add = if replaces {
            words.iter().map(|word| (*word).to_owned()).collect()
        } else {
            signed('+')
        };
        let edit = ListEdit {
            path: Path(vec![Step::Key("list".to_owned())]),
            items,
            replaces,
            add: add.iter().map(|word| items.item(word).unwrap()).collect(),
            remove: signed('-'),
        };
        let mut body = json!({"list": list, "other": [1]});
        edit.apply(&mut body)?;
        assert_eq!(body["other"], json!([1]));
        Ok(body["list"].clone())
    }

    #[test]
    fn words() {
        for (list, words, after) in [
            (json!(["a", "b"]), &["+c", "-a"][..], json!(["b", "c"])),
            (json!(["a"]), &["+a", "-x"], json!(["a"])),
            (json!(null), &["+a"], json!(["a"])),
            (json!(null), &["-a"], json!(null)),
            (json!(["*"]), &["+list"], json!(["*"])),
            (json!(["*", "list"]), &["-*"], json!(["list"])),
        ] {
            let said = format!("{list} {words:?}");
            assert_eq!(edited(Items::Words, &list, words).unwrap(), after, "{said}");
        }
        let error = edited(Items::Words, &json!(["*"]), &["-list"]).expect_err("it has all");
        assert!(error.message.contains("`*`"), "{}", error.message);
    }

    #[test]
    fn groups_of_one_type_leave_those_of_the_others() {
        let group = |name: &str, kind: i64| json!({"name": name, "type": kind});
        let list = || {
            json!([
                group("p", PRIMARY),
                group("s", SECONDARY),
                group("m", MEMBERSHIP)
            ])
        };
        let (p, s, m) = (
            group("p", PRIMARY),
            group("s", SECONDARY),
            group("m", MEMBERSHIP),
        );
        for (kind, words, after) in [
            (PRIMARY, &["q"][..], json!([s, m, group("q", PRIMARY)])),
            (PRIMARY, &["+q"], json!([s, m, group("q", PRIMARY)])),
            (PRIMARY, &["p"], list()),
            (PRIMARY, &["s"], json!([group("s", PRIMARY), m])),
            (PRIMARY, &[], json!([s, m])),
            (PRIMARY, &["-s"], list()),
            (
                SECONDARY,
                &["t", "u"],
                json!([p, m, group("t", SECONDARY), group("u", SECONDARY)]),
            ),
            (SECONDARY, &["-s", "+m"], json!([p, group("m", SECONDARY)])),
            (
                MEMBERSHIP,
                &["+x"],
                json!([p, s, m, group("x", MEMBERSHIP)]),
            ),
        ] {
            let said = format!("{kind} {words:?}");
            assert_eq!(
                edited(Items::Groups(kind), &list(), words).unwrap(),
                after,
                "{said}"
            );
        }
    }

    #[test]
    fn folders_are_known_by_their_path() {
        let at = |path: &str, name: &str| json!({"name": name, "virtual_path": path});
        let quota = json!({"name": "a", "virtual_path": "/a", "quota_files": 5});
        let list = || json!([quota, at("/b", "b")]);
        for (words, after) in [
            (&["+/c=c"][..], json!([quota, at("/b", "b"), at("/c", "c")])),
            (&["-/b", "+/a=a"], json!([quota])),
            (&["-/b=x"], list()),
            (&["-b"], json!([quota])),
            (&["+/a=other"], json!([at("/a", "other"), at("/b", "b")])),
            (&["/a=a"], json!([quota])),
            (&[], json!([])),
        ] {
            assert_eq!(
                edited(Items::Folders, &list(), words).unwrap(),
                after,
                "{words:?}"
            );
        }
    }

    #[test]
    fn actions_have_an_order() {
        let list =
            || json!([{"name": "a", "order": 2, "relation_options": {"execute_sync": true}}]);
        let (kept, b) = (&list()[0], json!({"name": "b", "order": 3}));
        assert_eq!(
            edited(Items::Actions, &list(), &["+b"]).unwrap(),
            json!([kept, b])
        );
        assert_eq!(
            edited(Items::Actions, &list(), &["b", "a"]).unwrap(),
            json!([
                {"name": "b", "order": 1},
                {"name": "a", "order": 2, "relation_options": {"execute_sync": true}}
            ])
        );
        assert_eq!(edited(Items::Actions, &list(), &["-a"]).unwrap(), json!([]));
    }
}
