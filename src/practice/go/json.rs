//! JSON written as Go writes it.

use std::io::Write;

use serde_json::Value;

/// A JSON text that is being written; it inserts the commas.
pub(in crate::practice) struct Json(Vec<u8>);

impl Json {
    /// A complete value with the newline that Go's encoder adds.
    pub(in crate::practice) fn line(write: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut json = Self(Vec::new());
        write(&mut json);
        json.0.push(b'\n');
        json.0
    }

    pub(in crate::practice) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.comma();
        self.0.push(b'{');
        members(self);
        self.0.push(b'}');
    }

    pub(in crate::practice) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        item: impl Fn(&mut Self, T),
    ) {
        self.comma();
        self.0.push(b'[');
        for each in items {
            item(self, each);
        }
        self.0.push(b']');
    }

    pub(in crate::practice) fn key(&mut self, name: &str) -> &mut Self {
        self.text(name);
        self.0.push(b':');
        self
    }

    pub(in crate::practice) fn int(&mut self, value: i64) {
        self.comma();
        // Writing to a Vec cannot fail.
        let _ = write!(self.0, "{value}");
    }

    /// Any value, its keys in their order.
    pub(in crate::practice) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.word("null"),
            Value::Bool(value) => self.word(if *value { "true" } else { "false" }),
            Value::Number(number) => self.word(&number.to_string()),
            Value::String(text) => self.text(text),
            Value::Array(items) => self.list(items, Self::value),
            Value::Object(members) => self.object(|json| {
                for (name, value) in members {
                    json.key(name).value(value);
                }
            }),
        }
    }

    fn word(&mut self, word: &str) {
        self.comma();
        self.0.extend_from_slice(word.as_bytes());
    }

    /// Go also escapes what is special in HTML: `<`, `>`, `&` and the two line separators of JavaScript.
    pub(in crate::practice) fn text(&mut self, text: &str) {
        self.comma();
        self.0.push(b'"');
        let mut plain = 0;
        for (at, letter) in text
            .char_indices()
            .filter(|&(_, letter)| is_escaped(letter))
        {
            self.0.extend_from_slice(&text.as_bytes()[plain..at]);
            plain = at + letter.len_utf8();
            let _ = match letter {
                '"' | '\\' => write!(self.0, "\\{letter}"),
                '\n' => write!(self.0, "\\n"),
                '\r' => write!(self.0, "\\r"),
                '\t' => write!(self.0, "\\t"),
                _ => write!(self.0, "\\u{:04x}", u32::from(letter)),
            };
        }
        self.0.extend_from_slice(&text.as_bytes()[plain..]);
        self.0.push(b'"');
    }

    /// A comma is needed unless the last byte opens something; a string always ends with its quote, so
    /// its letters cannot be mistaken.
    fn comma(&mut self) {
        if !matches!(self.0.last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(b',');
        }
    }
}

fn is_escaped(letter: char) -> bool {
    matches!(
        letter,
        ..' ' | '"' | '\\' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Json)) -> String {
        String::from_utf8(Json::line(write)).unwrap()
    }

    #[test]
    fn text_is_escaped_as_by_go() {
        let text = written(|json| json.text("a<>&'\"\\\u{2028}\u{7f}\u{1}\n\r\t\u{9b}\u{fc}/"));
        let expected =
            "\"a\\u003c\\u003e\\u0026'\\\"\\\\\\u2028\u{7f}\\u0001\\n\\r\\t\u{9b}\u{fc}/\"\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn commas_are_between_values_only() {
        let text = written(|json| {
            json.object(|json| {
                json.key("a").list([1, 2], Json::int);
                json.key("{").text("[");
                json.key("b").list([(), ()], |json, ()| json.object(|_| {}));
            });
        });
        assert_eq!(text, "{\"a\":[1,2],\"{\":\"[\",\"b\":[{},{}]}\n");
    }
}
