//! What is shown of an object beside its name in a list of candidates.

use super::known_names::About;
use crate::catalog::live::{Detail, name_lists};
use crate::catalog::schema::Field;
use crate::catalog::{Api, Live, short_size_of};
use crate::text::clean;
use crate::text::words::beginning;
use serde_json::Value as Json;

/// The maximum number of characters of one detail.
const MOST: usize = 80;

/// Tells of objects of one kind what tells them apart.
pub(super) struct Describer {
    live: Live,
    /// Each detail, with the field that it shows.
    details: Vec<(Detail, Option<&'static Field>)>,
}

impl Describer {
    pub(super) fn new(api: &'static Api, live: Live) -> Self {
        let list = name_lists(api).find(|list| list.live == live);
        let field = |detail: &Detail| match (detail, &list) {
            (Detail::Field(name), Some(list)) => list.field(name),
            _ => None,
        };
        let details = live.details().iter();
        Self {
            live,
            details: details.map(|detail| (*detail, field(detail))).collect(),
        }
    }

    /// What an element of a list of this kind tells of itself.
    pub(super) fn about(&self, item: &Json) -> About {
        let label = self.live.label().and_then(|key| text(item.get(key)?));
        let details = self.details.iter();
        let details: Vec<String> = details
            .filter_map(|(detail, field)| told(*detail, *field, item))
            .filter(|text| !text.is_empty())
            .collect();
        About {
            label: label.unwrap_or_default(),
            details: details.join("  "),
        }
    }
}

fn told(detail: Detail, field: Option<&'static Field>, item: &Json) -> Option<String> {
    match detail {
        Detail::Field(name) => {
            let value = item.get(name)?;
            let choice = field.and_then(|field| {
                let number = value.as_i64()?;
                let mut choices = field.choices.iter();
                choices.find(|choice| choice.number == Some(number))
            });
            choice.map_or_else(|| text(value), |choice| Some(choice.word.to_owned()))
        }
        Detail::Usage { used, limit } => {
            let bytes = |name: &str| item.get(name).and_then(Json::as_u64).unwrap_or_default();
            match (bytes(used), bytes(limit)) {
                (0, 0) => None,
                (used, 0) => Some(short_size_of(used)),
                (used, limit) => Some(format!("{}/{}", short_size_of(used), short_size_of(limit))),
            }
        }
        Detail::First { list, key } => text(item.get(list)?.get(0)?.get(key)?),
    }
}

/// A text or a number, clean and short.
fn text(value: &Json) -> Option<String> {
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(clean::line(&beginning(&text, MOST)).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use serde_json::json;

    #[test]
    fn what_is_told() {
        let v2 = catalog::api("v2").unwrap();
        let told = |live, item: Json| Describer::new(v2, live).about(&item);
        let user = told(
            Live::Username,
            json!({"username": "a", "status": 0, "quota_size": 10_737_418_240_i64, "used_quota_size": 655_360,
                "groups": [{"name": "staff", "type": 1}], "description": "x\u{1b}[2J"}),
        );
        assert_eq!(user.details, "disabled  640K/10G  staff  x\\u001b[2J");
        assert_eq!(user.label, "");
        let key = told(
            Live::ApiKey,
            json!({"id": "8fQ", "name": "backup", "scope": 1}),
        );
        assert_eq!(
            (key.label.as_str(), key.details.as_str()),
            ("backup", "admin")
        );
        let rule = told(Live::EventRule, json!({"status": 1, "trigger": 3}));
        assert_eq!(rule.details, "enabled  schedule");
        assert_eq!(told(Live::Group, json!([1])), About::default());
    }
}
