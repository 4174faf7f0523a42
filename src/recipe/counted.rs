//! What a server's backup holds, counted from its text: the text alone takes
//! a tenth of the memory of its JSON.

use super::dump::{self, VERSION};
use crate::catalog::backup::STORED;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;
use std::fmt;

/// A backup, counted.
pub(super) struct Counted {
    pub(super) version: Json,
    /// How many objects of each kind it has, in catalogue order.
    pub(super) objects: Map<String, Json>,
}

impl Counted {
    /// Counts a valid JSON text. The error says why it is not a backup.
    pub(super) fn of(text: &[u8]) -> Result<Self, String> {
        let mut members = members(text).ok_or("it is not a JSON object")?;
        let mut take = |name: &str| {
            let at = members.iter().rposition(|(known, _)| known == name)?;
            let (_, value) = members.remove(at);
            members.retain(|(known, _)| known != name);
            Some(value)
        };
        let version: Json = take(VERSION).map_or(Json::Null, parsed);
        if !version.is_i64() {
            return Err(dump::no_version());
        }
        let mut objects = Map::new();
        for kind in &STORED {
            let Some(text) = take(kind.list) else {
                continue;
            };
            let (mut count, mut seen) = (0_usize, BTreeSet::new());
            let list: Option<Vec<&RawValue>> = serde_json::from_str(text.get()).ok();
            match list.filter(|_| !kind.names.is_empty()) {
                Some(list) => {
                    for (at, item) in list.iter().enumerate() {
                        let (name, _) = dump::object(kind, at, parsed(item))?;
                        dump::once(kind, at, &mut seen, &name)?;
                        count += 1;
                    }
                }
                None => match dump::objects(kind, parsed(text))? {
                    Some(held) => count = held.len(),
                    None => continue,
                },
            }
            objects.insert(kind.list.to_owned(), count.into());
        }
        let unknown = members
            .into_iter()
            .map(|(name, value)| (name, parsed(value)));
        let unknown = dump::unknown(unknown.collect());
        objects.extend(
            unknown
                .into_iter()
                .map(|(name, count)| (name, count.into())),
        );
        Ok(Self { version, objects })
    }
}

fn parsed(text: &RawValue) -> Json {
    serde_json::from_str(text.get()).unwrap_or_default()
}

/// The members of an object, each with its text.
fn members(text: &[u8]) -> Option<Vec<(String, &RawValue)>> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(member) = map.next_entry()? {
                all.push(member);
            }
            Ok(all)
        }
    }

    let mut text = serde_json::Deserializer::from_slice(text);
    text.deserialize_map(Members).ok()
}

#[cfg(test)]
mod tests {
    use super::super::dump::Dump;
    use super::*;

    #[test]
    fn a_backup_is_counted_as_its_json_would_be() {
        for text in [
            "[]",
            "7",
            "{}",
            r#"{"version":"17"}"#,
            r#"{"version":17}"#,
            r#"{"version":17,"users":null,"groups":[],"shares":[{"id":"a"},{"id":"b"}]}"#,
            r#"{"users":[{"username":"a"}],"version":17,"users":[{"username":"b"},{"username":"c"}]}"#,
            r#"{"version":17,"users":[{"username":"a"},{"username":"a"}]}"#,
            r#"{"version":17,"users":[{"username":""}]}"#,
            r#"{"version":17,"users":[null]}"#,
            r#"{"version":17,"users":{}}"#,
            r#"{"version":17,"configs":{"smtp":{}},"teams":[1,2],"later":null,"one":{}}"#,
            r#"{"version":17,"configs":[]}"#,
            r#"{"version":17,"ip_lists":[{"ipornet":"192.0.2.1/32","type":2},{"ipornet":"192.0.2.1/32","type":1}]}"#,
        ] {
            let json = serde_json::from_str(text).expect("JSON");
            let made = Dump::of(json).map(|dump| {
                let objects: Map<String, Json> = dump.counts().collect();
                (dump.version, objects)
            });
            let counted = Counted::of(text.as_bytes());
            let counted = counted.map(|counted| (counted.version, counted.objects));
            assert_eq!(counted, made, "{text}");
        }
    }
}
