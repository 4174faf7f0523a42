//! The text of an object that someone is editing: JSON, or not any more.

use super::MASK;
use crate::catalog::is_secret_key;
use std::ops::Range;

/// A text with each secret in it masked, be it JSON or not any more.
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(name) = name(rest) {
        let (before, after) = rest.split_at(name.span.end);
        out.push_str(before);
        let key = &before[name.span.start..];
        let plain = serde_json::from_str(key);
        let plain = plain.unwrap_or_else(|_| key.trim_matches(QUOTES).to_owned());
        rest = if is_secret_key(&plain) {
            push_masked(&mut out, after, name.is_tag)
        } else {
            after
        };
    }
    out.push_str(rest);
    out
}

/// What may name a value.
struct Name {
    span: Range<usize>,
    /// Whether it is the name of an XML element.
    is_tag: bool,
}

/// The next string, or the next name without quotes, as
/// JavaScript, YAML and XML write it: `password:`, `<password>`, `<x:password>`.
fn name(text: &str) -> Option<Name> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    loop {
        let start = at + text[at..].find(|c: char| is_part(c) || QUOTES.contains(&c))?;
        let rest = &text[start..];
        if rest.starts_with(QUOTES) {
            return Some(Name {
                span: start..start + string_end(rest),
                is_tag: false,
            });
        }
        at = start + rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let after = &text[at..];
        let mut is_tag = text[..start].ends_with('<');
        if is_tag
            && after
                .strip_prefix(':')
                .is_some_and(|name| name.starts_with(is_part))
        {
            // A namespace.
            continue;
        }
        is_tag |= text[..start].strip_suffix(':').is_some_and(|before| {
            let space = before.trim_end_matches(is_part);
            space.len() < before.len() && space.ends_with('<')
        });
        if is_tag || after.trim_start().starts_with([':', '=']) {
            return Some(Name {
                span: start..at,
                is_tag,
            });
        }
    }
}

/// What strings begin with; the second is not JSON, but common.
const QUOTES: [char; 2] = ['"', '\''];

/// Appends the value after the name of a secret, masked; returns the rest.
fn push_masked<'a>(out: &mut String, text: &'a str, is_tag: bool) -> &'a str {
    let own = if is_tag {
        element(text)
    } else {
        block(out, text)
    };
    if let Some(value) = own {
        if value.is_empty() {
            return text;
        }
        out.push_str(&text[..value.start]);
        out.push_str(MASK);
        return &text[value.end..];
    }
    let value = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '='));
    let end = match value.chars().next() {
        // What is in it has names of its own; or the name was a value itself.
        None | Some('{' | '[' | ',' | '}' | ']') => return text,
        Some(quote) if QUOTES.contains(&quote) => string_end(value),
        Some(_) => value.find([',', '}', ']', '\n']).unwrap_or(value.len()),
    };
    let said = value[..end].trim_matches(|c: char| QUOTES.contains(&c) || c.is_whitespace());
    if said.is_empty() || said == "null" || said.starts_with('@') {
        return text;
    }
    out.push_str(&text[..text.len() - value.len()]);
    out.push_str(&format!("\"{MASK}\""));
    &value[end..]
}

/// Where the lines of a YAML block stand, behind the name of a secret: `|` or `>`,
/// and lines that are indented further than that of the name.
fn block(before: &str, text: &str) -> Option<Range<usize>> {
    let head = text.find('\n')?;
    let sign = text[..head].trim_start().strip_prefix(':')?.trim_start();
    // A tag may stand before it: `!!str |`.
    let sign = sign.rsplit(' ').next()?;
    let is_block = sign.starts_with(['|', '>'])
        && sign[1..]
            .chars()
            .all(|c| c.is_ascii_digit() || "+-\r".contains(c));
    if !is_block {
        return None;
    }
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_indent = |c: char| matches!(c, ' ' | '\t' | '-');
    let indent = line.len() - line.trim_start_matches(is_indent).len();
    let mut end = head + 1;
    for line in text[end..].split_inclusive('\n') {
        let said = line.trim_start_matches([' ', '\t']);
        if !said.trim().is_empty() && line.len() - said.len() <= indent {
            break;
        }
        end += line.len();
    }
    let lines = &text[head + 1..end];
    let start = head + 1 + lines.len() - lines.trim_start().len();
    let end = head + 1 + lines.trim_end().len();
    (start < end).then_some(start..end)
}

/// Where the text of an XML element stands, behind the name in its tag, or the values of
/// its attributes if it has no text; empty if it has neither, or other elements.
fn element(text: &str) -> Option<Range<usize>> {
    let end = tag_end(text)?;
    let inside = text[..end].trim_end_matches('/');
    let value = &text[end + 1..];
    if inside.len() < end || value.trim_start().starts_with("</") {
        return Some(attributes(inside));
    }
    let length = if value.trim_start().starts_with("<![CDATA[") {
        value.find("]]>").map_or(value.len(), |at| at + 3)
    } else {
        value.find('<').unwrap_or(value.len())
    };
    let said = value[..length].trim();
    let start = end + 1 + value.find(said)?;
    Some(start..start + said.len())
}

/// Where a tag ends; a `>` in quotes is a part of an attribute.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let end = text.char_indices().find(|(_, c)| match quote {
        Some(open) => {
            if *c == open {
                quote = None;
            }
            false
        }
        None if QUOTES.contains(c) => {
            quote = Some(*c);
            false
        }
        None => matches!(c, '>' | '<'),
    });
    end.filter(|(_, c)| *c == '>').map(|(at, _)| at)
}

/// From the first value of the attributes in a tag to the end of the last one.
fn attributes(text: &str) -> Range<usize> {
    let Some(first) = text.find('=') else {
        return 0..0;
    };
    let values = text[first + 1..].trim();
    let start = text.len() - text[first + 1..].trim_start().len();
    let end = start + values.len();
    let quoted = values.starts_with(QUOTES) && values.ends_with(QUOTES) && values.len() > 1;
    if quoted {
        start + 1..end - 1
    } else {
        start..end
    }
}

/// Where the string ends that a text begins with; one that is not closed ends with its line.
fn string_end(text: &str) -> usize {
    let mut chars = text.char_indices();
    let quote = chars.next().map_or('"', |(_, quote)| quote);
    let mut escaped = false;
    let end = chars.find(|(_, c)| {
        let ends = (*c == quote || *c == '\n') && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, c)| if c == quote { at + 1 } else { at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_drafts_have_no_secrets() {
        for (text, expected) in [
            (
                r#"{"password": "p\"w", "uid": 1}"#,
                r#"{"password": "********", "uid": 1}"#,
            ),
            (r#"{"Pass\u0077ord":"p"#, r#"{"Pass\u0077ord":"********""#),
            (
                "{\"password\": \"open\n\"uid\": 1",
                "{\"password\": \"********\"\n\"uid\": 1",
            ),
            (
                "{'password': 'p', \"sas_url\": p w,\n",
                "{'password': \"********\", \"sas_url\": \"********\",\n",
            ),
            (
                "{password: \"p\", uid: 1}",
                "{password: \"********\", uid: 1}",
            ),
            ("password = p w\nuid: 1", "password = \"********\"\nuid: 1"),
            (
                "{ a: 'password: x', Password: 'p'}",
                "{ a: 'password: x', Password: \"********\"}",
            ),
            (
                r#"{"access_secret": {"status": "Plain", "payload": "p"}}"#,
                r#"{"access_secret": {"status": "Plain", "payload": "********"}}"#,
            ),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn xml_and_blocks_of_yaml_have_no_secrets_either() {
        for (text, expected) in [
            (
                "<user><password>p&amp;w</password><uid>1</uid></user>",
                "<user><password>********</password><uid>1</uid></user>",
            ),
            (
                "<access_secret type=\"x\"><payload>\n p w\n</payload></access_secret>",
                "<access_secret type=\"x\"><payload>\n ********\n</payload></access_secret>",
            ),
            (
                "<Passphrase><![CDATA[a<b]]></Passphrase>",
                "<Passphrase>********</Passphrase>",
            ),
            ("<a:password>p w", "<a:password>********"),
            (
                "<a:password x=\"1\">p</a:password>",
                "<a:password x=\"1\">********</a:password>",
            ),
            (
                "<password value=\"p\"/><uid>1</uid>",
                "<password value=\"********\"/><uid>1</uid>",
            ),
            (
                "<x:password\n  type='a'\n  value='p>q' />\n<uid v='1'/>",
                "<x:password\n  type='********' />\n<uid v='1'/>",
            ),
            (
                "<password value = \"p\" >\n</password>",
                "<password value = \"********\" >\n</password>",
            ),
            ("<password value=p/>", "<password value=********/>"),
            ("<password value=\"\"/>", "<password value=\"\"/>"),
            ("<password value=\"p", "<password \"********\""),
            ("<password:x>p", "<password:x>p"),
            ("<password: p", "<password: \"********\""),
            ("<password/><uid>1</uid>", "<password/><uid>1</uid>"),
            (
                "password: |\n  p w\n\n  q\nuid: 1",
                "password: |\n  ********\nuid: 1",
            ),
            (
                "a:\n  - private_key: >-\n      k1\n      k2\n    uid: 1\n",
                "a:\n  - private_key: >-\n      ********\n    uid: 1\n",
            ),
            (
                "\"password\": |2\n   p\nuid: 1",
                "\"password\": |2\n   ********\nuid: 1",
            ),
            (
                "password:\n  p w\nuid: 1",
                "password:\n  \"********\"\nuid: 1",
            ),
            ("password: |\nuid: 1", "password: \"********\"\nuid: 1"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "",
            "\"",
            "{\"password\"",
            r#"{"password": "@file", "account_key": "", "secret": null}"#,
            r#"{"username": "password", "groups": ["secret"], "ü'": "don't"}"#,
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
