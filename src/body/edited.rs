//! An object as a text for an editor, and back. The text does not contain its
//! secrets: each is replaced by a mark, and put back where the mark is kept. Pure.

use crate::catalog::schema::{Edited, FieldError, FieldRef, Path, Step, Type, ValueError};
use crate::catalog::{is_envelope, is_secret_key};
use crate::error::Error;
use crate::secret::{MASK, json};
use crate::text::words::position;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// An error in an edited text, with its line and column.
#[derive(Debug)]
pub struct EditError {
    pub error: Error,
    /// Its line and column, both counted from 1.
    pub place: (usize, usize),
}

/// The text of an object.
pub fn text_of(object: &Json) -> String {
    // An object of JSON values always has a text.
    let text = serde_json::to_string_pretty(&hidden("", object)).unwrap_or_default();
    format!("{text}\n")
}

/// The object that a text makes of `base`; `None` if it is `base` itself. `named`
/// are the members that identify it on the server.
pub fn read(
    text: &str,
    base: &Json,
    body: &Type,
    named: &[&str],
    edited: &mut Edited,
) -> Result<Option<Json>, EditError> {
    let mut json: Json = serde_json::from_str(text).map_err(|why| EditError {
        error: unread(&why),
        place: (why.line().max(1), column_of(text, &why)),
    })?;
    let at = |offset: usize, wrong: ValueError| EditError {
        error: wrong.error(),
        place: line_and_column(text, offset),
    };
    let mut scan = Scan::of(text);
    scan.value(&Path::default());
    if let Some((path, offset)) = scan.twice {
        let wrong = ValueError::new(format!("`{path}` appears twice"));
        return Err(at(offset, wrong.hint("remove one of them".to_owned())));
    }
    if !json.is_object() {
        return Err(at(
            0,
            ValueError::new("this is not a JSON object".to_owned()),
        ));
    }
    put_back("", &mut json, base);
    if let Some(path) = left_mark("", &Path::default(), &json, base) {
        let wrong = format!("`{path}` keeps a secret (`********`), but the object has none");
        let hint = "write the secret there; `\"@FILE\"` reads it from a file".to_owned();
        return Err(at(scan.offset(&path), ValueError::new(wrong).hint(hint)));
    }
    for key in named {
        if base.get(key).is_some() && json.get(key) != base.get(key) {
            let offset = scan.offset(&Path(vec![Step::Key((*key).to_owned())]));
            let wrong = format!("`{key}` identifies the object and cannot be changed");
            return Err(at(offset, ValueError::new(wrong)));
        }
    }
    let checked = edited.checked(&FieldRef::root(body), Some(base), &json);
    let after = checked.map_err(|(path, wrong): FieldError| at(scan.offset(&path), wrong))?;
    Ok((after != *base).then_some(after))
}

/// The text may contain a secret: the error only has the position and what is expected there.
fn unread(why: &serde_json::Error) -> Error {
    let said = why.to_string();
    let said = said
        .rsplit_once(" at line ")
        .map_or(said.as_str(), |(said, _)| said);
    Error::typed(format!("this is not valid JSON: {said}"))
}

/// A value without its secrets.
pub(crate) fn hidden(key: &str, value: &Json) -> Json {
    let mut value = value.clone();
    json::walk_under(key, &mut value, &mut |key, value| {
        let mark = match value {
            _ if is_sealed(key, value) => json!({"status": "Redacted"}),
            Json::String(text) if is_secret_key(key) && !text.is_empty() => MASK.into(),
            _ => return false,
        };
        *value = mark;
        true
    });
    value
}

/// The same for people who do not edit it: without the pairs that look secret.
pub(crate) fn shown(key: &str, value: &Json) -> Json {
    let mut value = hidden(key, value);
    json::mask_pairs(&mut value);
    value
}

/// Whether a value is the envelope of a secret, also one that a newer server
/// has under an unknown name.
fn is_sealed(key: &str, value: &Json) -> bool {
    let Some(members) = value.as_object() else {
        return false;
    };
    let text = |key: &str| members.get(key).and_then(Json::as_str).unwrap_or_default();
    !text("status").is_empty() && (is_envelope(key) || !text("payload").is_empty())
}

/// Puts each secret back where its mark was kept.
fn put_back(key: &str, value: &mut Json, base: &Json) {
    if *value != *base && *value == hidden(key, base) {
        *value = base.clone();
        return;
    }
    match (value, base) {
        (Json::Object(members), Json::Object(base)) => {
            for (key, value) in members {
                if let Some(base) = base.get(key) {
                    put_back(key, value, base);
                }
            }
        }
        (Json::Array(items), Json::Array(base)) => {
            for (at, value) in items.iter_mut().enumerate() {
                // An item that only moved keeps its secrets.
                let same = |base: &&Json| *value == hidden(key, base);
                let here = base.get(at).filter(same);
                if let Some(base) = here.or_else(|| base.iter().find(same)).or(base.get(at)) {
                    put_back(key, value, base);
                }
            }
        }
        _ => {}
    }
}

/// The path of a mark in a place without a secret: the mark would be sent as the secret.
fn left_mark(key: &str, path: &Path, value: &Json, base: &Json) -> Option<Path> {
    let base_of = |base: Option<&Json>| base.cloned().unwrap_or_default();
    match value {
        Json::String(text) if text == MASK && is_secret_key(key) && value != base => {
            Some(path.clone())
        }
        Json::Object(members) => members.iter().find_map(|(key, value)| {
            let inside = path.then(Step::Key(key.clone()));
            left_mark(key, &inside, value, &base_of(base.get(key)))
        }),
        Json::Array(items) => items.iter().enumerate().find_map(|(at, item)| {
            let inside = path.then(Step::Index(at));
            left_mark(key, &inside, item, &base_of(base.get(at)))
        }),
        _ => None,
    }
}

/// The column of the first character that is not JSON.
fn column_of(text: &str, why: &serde_json::Error) -> usize {
    let line = text.split('\n').nth(why.line().saturating_sub(1));
    let line = line.unwrap_or_default();
    let before = line.floor_char_boundary(why.column().saturating_sub(1));
    line[..before].chars().count() + 1
}

fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    position(text.get(..offset).unwrap_or(text))
}

/// Finds where the members and items of a JSON text begin. The text is known
/// to be JSON: anything else is skipped.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    found: Vec<(Path, usize)>,
    /// The first member with the name of an earlier one.
    twice: Option<(Path, usize)>,
}

impl<'a> Scan<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            found: Vec::new(),
            twice: None,
        }
    }

    /// The position of a value; that of its parent if it is unknown.
    fn offset(&self, path: &Path) -> usize {
        let steps = (0..=path.0.len()).rev();
        let mut known = steps.filter_map(|count| {
            let (_, offset) = self
                .found
                .iter()
                .find(|(found, _)| found.0 == path.0[..count])?;
            Some(*offset)
        });
        known.next().unwrap_or_default()
    }

    fn next(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn value(&mut self, path: &Path) {
        match self.next() {
            Some(b'{') => self.object(path),
            Some(b'[') => self.array(path),
            Some(b'"') => drop(self.string()),
            _ => {
                let rest = &self.text[self.at..];
                let ends = |c: char| matches!(c, ',' | ']' | '}') || c.is_ascii_whitespace();
                self.at += rest.find(ends).unwrap_or(rest.len());
            }
        }
    }

    fn object(&mut self, path: &Path) {
        let mut keys = BTreeSet::new();
        self.at += 1;
        while self.next() == Some(b'"') {
            let start = self.at;
            let key = self.string();
            let inside = path.then(Step::Key(key.clone()));
            if !keys.insert(key) && self.twice.is_none() {
                self.twice = Some((inside.clone(), start));
            }
            self.found.push((inside.clone(), start));
            // The colon.
            self.next();
            self.at += 1;
            self.value(&inside);
            self.skip_comma();
        }
        self.close();
    }

    fn array(&mut self, path: &Path) {
        self.at += 1;
        let mut index = 0;
        while !matches!(self.next(), Some(b']') | None) {
            let inside = path.then(Step::Index(index));
            self.found.push((inside.clone(), self.at));
            self.value(&inside);
            self.skip_comma();
            index += 1;
        }
        self.close();
    }

    fn skip_comma(&mut self) {
        if self.next() == Some(b',') {
            self.at += 1;
        }
    }

    fn close(&mut self) {
        self.at = (self.at + 1).min(self.text.len());
    }

    fn string(&mut self) -> String {
        let start = self.at;
        let mut escaped = false;
        let end = self.text[start + 1..].find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        self.at = end.map_or(self.text.len(), |end| start + end + 2);
        serde_json::from_str(&self.text[start..self.at]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Release;
    use serde_json::json;

    fn read_user(text: &str, base: &Json) -> Result<Option<Json>, (usize, usize, String)> {
        let mut file = |_: &str| Ok("held".to_owned());
        let mut edited = Edited {
            release: Some(Release::new(2, 7, 5)),
            file: &mut file,
        };
        let read = read(
            text,
            base,
            &Type::Object("User"),
            &["username"],
            &mut edited,
        );
        read.map_err(|misread| (misread.place.0, misread.place.1, misread.error.message))
    }

    #[test]
    fn secrets_are_left_out_of_the_text_and_restored() {
        let sealed = json!({"status": "Secretbox", "payload": "sealed", "key": "", "mode": 0});
        let base = json!({
            "username": "a", "uid": 1,
            "filesystem": {"s3config": {"access_secret": sealed, "bucket": "b"}},
            "newer": {"status": "AWS", "payload": "sealed"},
            "filters": {"recovery_codes": [{"secret": sealed, "used": false}]},
            "secret": "sealed", "status": 1,
        });
        let text = text_of(&base);
        assert!(!text.contains("sealed"), "{text}");
        assert_eq!(read_user(&text, &base), Ok(None));
        assert_eq!(read_user(&base.to_string(), &base), Ok(None));
        let mut after = base.clone();
        after["uid"] = json!(2);
        let text = text.replace("\"uid\": 1", "\"uid\": 2");
        assert_eq!(read_user(&text, &base), Ok(Some(after)));
    }

    #[test]
    fn secrets_return_to_their_objects() {
        let base = json!({"username": "a", "filesystem": {
            "s3config": {"access_secret": "$aes$0", "sse_customer_key": ""}},
            "newer": [{"n": 1, "secret": "s1"}, {"n": 2, "secret": "s2"}, {"n": 3}]});
        let text = text_of(&base);
        let without = |text: &str| {
            let first = text.find("    {\n      \"n\": 1").expect("it is there");
            let second = text.find("    {\n      \"n\": 2").expect("it is there");
            format!("{}{}", &text[..first], &text[second..])
        };
        let mut after = base.clone();
        after["newer"] = json!([{"n": 2, "secret": "s2"}, {"n": 3}]);
        assert_eq!(read_user(&without(&text), &base), Ok(Some(after)));
        // A mark that was copied would be sent as the secret.
        let copied = text.replace(
            "\"sse_customer_key\": \"\"",
            "\"sse_customer_key\": \"********\"",
        );
        let (line, _, said) = read_user(&copied, &base).expect_err("a mark");
        assert_eq!(
            (line, said.as_str()),
            (
                6,
                "`filesystem.s3config.sse_customer_key` keeps a secret (`********`), but the object has none"
            )
        );
    }

    #[test]
    fn errors_have_a_position() {
        let base = json!({"uid": 1, "username": "a", "groups": [{"name": "a"}], "d\"": ["\\", {}]});
        for (text, line, column, said) in [
            (
                "{\n \"uid\": 1\n \"x\": 2\n}",
                3,
                2,
                "this is not valid JSON: expected `,` or `}`",
            ),
            (
                "",
                1,
                1,
                "this is not valid JSON: EOF while parsing a value",
            ),
            (
                "{\"uid\": 1, \"ü\": ü}",
                1,
                17,
                "this is not valid JSON: expected value",
            ),
            (
                "{\"uid\": 1,\n\"username\": \"b\"}",
                2,
                1,
                "`username` identifies the object and cannot be changed",
            ),
            ("[]", 1, 1, "this is not a JSON object"),
            ("{\"uid\": 1,\n  \"uid\": 2}", 2, 3, "`uid` appears twice"),
            (
                "{\"username\": \"a\", \"d\\\"\": [\"\\\\\", {}], \"groups\": [\n{\"name\": \"ü\"}, {\"nam\": 1}]}",
                2,
                17,
                "unknown field `groups[1].nam`",
            ),
        ] {
            let (at, in_line, message) = read_user(text, &base).expect_err(text);
            assert_eq!(
                (at, in_line, message.as_str()),
                (line, column, said),
                "{text}"
            );
        }
    }
}
