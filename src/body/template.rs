//! The text for a new object: its fields with what they mean, those that are not set as
//! comments. Pure.

use crate::catalog::Release;
use crate::catalog::schema::{self, ENVELOPE, Field, Schema, Type};
use crate::text::wrap;
use serde_json::Value as Json;
use std::fmt::Write;

/// Comments are wrapped at this width.
const WIDEST: usize = 96;

/// The text for a new object of this type, in which `base` is set.
pub fn template(body: &Type, base: &Json, release: Release, title: &str) -> String {
    let mut template = Template {
        release,
        text: String::new(),
    };
    template.comment(0, title);
    if let Some(schema) = object_of(body) {
        template.text.push_str("{\n");
        template.members(1, schema, base);
        template.text.push_str("}\n");
    } else {
        let text = serde_json::to_string_pretty(base).unwrap_or_default();
        template.text.push_str(&text);
        template.text.push('\n');
    }
    template.text
}

/// An edited object without the parts that were left empty.
pub fn without_empty_parts(body: &Type, json: &mut Json) {
    let (Some(schema), Json::Object(members)) = (object_of(body), json) else {
        return;
    };
    members.retain(|key, value| {
        let Some(field) = schema.own(key) else {
            return true;
        };
        if object_of(&field.kind).is_none() {
            return true;
        }
        without_empty_parts(&field.kind, value);
        value.as_object().is_none_or(|members| !members.is_empty())
    });
}

/// The type of an object whose members are written one by one.
fn object_of(kind: &Type) -> Option<&'static Schema> {
    match kind {
        Type::Object(name) if *name != ENVELOPE => schema::schema(name),
        _ => None,
    }
}

struct Template {
    release: Release,
    text: String,
}

impl Template {
    fn members(&mut self, depth: usize, schema: &Schema, base: &Json) {
        let is_set = |field: &Field| base.get(field.name).is_some();
        let may_be_sent =
            |field: &&Field| field.span.holds(self.release) && (!field.read_only || is_set(field));
        let fields: Vec<&Field> = schema.fields.iter().filter(may_be_sent).collect();
        for field in fields {
            self.field(depth, field, base.get(field.name));
        }
    }

    fn field(&mut self, depth: usize, field: &Field, value: Option<&Json>) {
        self.comment(depth, &self.meaning(field));
        let indent = "  ".repeat(depth);
        let name = field.name;
        if let Some(inside) = object_of(&field.kind) {
            let _ = writeln!(self.text, "{indent}\"{name}\": {{");
            self.members(depth + 1, inside, value.unwrap_or(&Json::Null));
            let _ = writeln!(self.text, "{indent}}},");
        } else if let Some(value) = value {
            let _ = writeln!(self.text, "{indent}\"{name}\": {value},");
        } else {
            let value = self.sample(&field.kind, 0);
            let _ = writeln!(self.text, "{indent}// \"{name}\": {value},");
        }
    }

    /// What a field means, and what may stand there.
    fn meaning(&self, field: &Field) -> String {
        let words = field
            .choices
            .iter()
            .filter(|choice| choice.span.holds(self.release));
        let words: Vec<String> = words
            .map(|choice| match choice.number {
                Some(number) => format!("{number} {}", choice.word),
                None => format!("\"{}\"", choice.word),
            })
            .collect();
        let choices = if words.is_empty() {
            String::new()
        } else {
            format!("; one of: {}", words.join(", "))
        };
        format!("{}{choices}", field.help)
    }

    /// A value of this type, to write another one in its place.
    fn sample(&self, kind: &Type, depth: usize) -> String {
        match kind {
            Type::Text | Type::Bytes => "\"\"".to_owned(),
            Type::Int => "0".to_owned(),
            Type::Bool => "false".to_owned(),
            Type::Any => "null".to_owned(),
            Type::Free | Type::Map(_) => "{}".to_owned(),
            Type::Object(ENVELOPE) => r#"{"status": "Plain", "payload": ""}"#.to_owned(),
            Type::Object(name) => self.item(name, depth),
            Type::List(items) => match &**items {
                Type::Object(name) => format!("[{}]", self.item(name, depth)),
                _ => "[]".to_owned(),
            },
        }
    }

    /// An item of a list: the fields that it must have and those beside them.
    fn item(&self, name: &str, depth: usize) -> String {
        let fields = schema::schema(name).map_or(&[][..], |schema| schema.fields.as_slice());
        let members: Vec<String> = fields
            .iter()
            .filter(|field| field.span.holds(self.release) && !field.read_only && !field.linked)
            // The parts of a part would make the line too long.
            .filter(|field| depth == 0 || field.required)
            .map(|field| {
                format!(
                    "\"{}\": {}",
                    field.name,
                    self.sample(&field.kind, depth + 1)
                )
            })
            .collect();
        format!("{{{}}}", members.join(", "))
    }

    fn comment(&mut self, depth: usize, text: &str) {
        let indent = "  ".repeat(depth);
        for line in wrap::lines(text, WIDEST - indent.len(), 0).lines() {
            let _ = writeln!(self.text, "{indent}// {line}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::commented;
    use crate::catalog::{Target, api};
    use serde_json::json;

    #[test]
    fn each_template_is_its_object() {
        let v2 = api("v2").expect("a generation");
        for row in Target::New.rows(v2) {
            let body = Type::read(row.route().and_then(|route| route.body).expect("a body"));
            let base = json!({});
            let text = template(&body, &base, v2.release, "a title");
            let mut json: Json = serde_json::from_str(&commented::plain(&text)).expect(row.name);
            without_empty_parts(&body, &mut json);
            assert_eq!(json, base, "{}", row.name);
            // Without their `//` all fields together are JSON as well.
            let fields = text.lines().map(|line| match line.trim_start() {
                field if field.starts_with("// \"") && field.contains("\": ") => {
                    line.replacen("// ", "", 1)
                }
                _ => line.to_owned(),
            });
            let all = fields.collect::<Vec<_>>().join("\n");
            let all = serde_json::from_str::<Json>(&commented::plain(&all));
            assert!(all.is_ok(), "{} {all:?}", row.name);
        }
    }

    #[test]
    fn what_is_set_is_not_a_comment() {
        let body = Type::read(">User");
        let base = json!({"username": "anna", "status": 1, "permissions": {"/": ["*"]}});
        let release = Release::new(2, 7, 5);
        let text = template(&body, &base, release, "a title");
        let has = |line: &str| assert!(text.contains(line), "{line} in {text}");
        has("// a title\n{\n");
        has(
            "  // 1 enabled, 0 disabled; omitted means 0; one of: 0 disabled, 1 enabled\n  \"status\": 1,\n",
        );
        has("  // contact address\n  // \"email\": \"\",\n");
        has("  \"permissions\": {\"/\":[\"*\"]},\n");
        has("    // \"provider\": 0,\n");
        assert!(!text.contains("last_login"), "{text}");
        let old = template(&body, &base, Release::new(2, 0, 0), "a title");
        assert!(!old.contains("\"email\""), "{old}");
    }
}
