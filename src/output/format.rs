//! The output formats: what is written of an answer and of other results. JSON
//! keeps the server's order of keys, and numbers as the server wrote them.

use crate::settings::Output;
use crate::text::clean;
use colored_json::{ColorMode, ColoredFormatter, CompactFormatter, PrettyFormatter};
use serde_json::Value;
use std::borrow::Cow;

/// What is written of an answer.
pub(crate) enum Shown<'a> {
    Nothing,
    /// This value.
    Json(Cow<'a, Value>),
    /// Each of these values in a line.
    Lines(&'a [Value]),
    /// These objects, in a form for people or spreadsheets.
    Objects(&'a Value),
    /// These bytes, unchanged.
    Bytes(&'a [u8]),
}

/// The output of an answer; a body that is not JSON is written as received.
pub(crate) fn answer<'a>(output: Output, json: Option<&'a Value>, body: &'a [u8]) -> Shown<'a> {
    match (output, json) {
        (Output::Raw, _) => Shown::Bytes(body),
        (Output::Table | Output::Csv | Output::Tsv, Some(json)) => Shown::Objects(json),
        (Output::Ndjson, Some(Value::Array(items))) => Shown::Lines(items),
        (_, Some(json)) => Shown::Json(Cow::Borrowed(json)),
        (Output::Ndjson, None) if body.is_empty() => Shown::Nothing,
        (Output::Ndjson, None) => Shown::Json(Cow::Owned(
            String::from_utf8_lossy(body).into_owned().into(),
        )),
        (_, None) => Shown::Bytes(body),
    }
}

/// The JSON value that is written for a text of the shell itself; `None` if the text is
/// written as it is.
pub(crate) fn of_text(output: Output, text: &str) -> Option<Value> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    (output == Output::Ndjson).then(|| text.into())
}

/// The format of a value of the shell itself, which has no bytes as received.
pub(crate) fn of_value(output: Output) -> Output {
    match output {
        Output::Raw | Output::Auto => Output::Json,
        output => output,
    }
}

/// Whether a list is written item by item, so that the first ones can be before the last
/// ones are there.
pub(crate) fn is_by_item(output: Output) -> bool {
    output == Output::Ndjson
}

/// The format of one of several values, which has no bytes as received by itself.
pub(crate) fn of_item(output: Output) -> Output {
    match output {
        Output::Raw => Output::Compact,
        output => output,
    }
}

/// Whether an empty line may stand between two results.
pub(crate) fn has_empty_lines(output: Output) -> bool {
    output != Output::Ndjson
}

/// A value as text, with a newline at its end.
pub fn render(value: &Value, output: Output, color: bool, terminal: bool) -> String {
    // NDJSON is read by programs, so it is never coloured.
    let mode = if color && output != Output::Ndjson {
        ColorMode::On
    } else {
        ColorMode::Off
    };
    let text = match output {
        Output::Compact | Output::Ndjson => {
            ColoredFormatter::new(CompactFormatter {}).to_colored_json(value, mode)
        }
        _ => ColoredFormatter::new(PrettyFormatter::new()).to_colored_json(value, mode),
    };
    let mut text = text.unwrap_or_else(|_| value.to_string());
    // Styling only adds ESC, which serde_json escapes in values, so cleaning
    // before styling is not needed and cleaning after it keeps the styles.
    if terminal {
        text = clean::json(&text).into_owned();
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_numbers_and_text_are_kept() {
        let value: Value =
            serde_json::from_str(r#"{"z":1.10,"a":12345678901234567890123,"e":[],"s":"é\u009b"}"#)
                .unwrap();
        let plain = render(&value, Output::Json, false, false);
        assert_eq!(
            plain,
            "{\n  \"z\": 1.10,\n  \"a\": 12345678901234567890123,\n  \"e\": [],\n  \"s\": \"é\u{9b}\"\n}\n"
        );
        let compact = render(&value, Output::Compact, false, true);
        assert_eq!(
            compact,
            "{\"z\":1.10,\"a\":12345678901234567890123,\"e\":[],\"s\":\"é\\u009b\"}\n"
        );
        let colored = render(&value, Output::Json, true, true);
        assert!(
            colored.contains("\x1b[32m") && colored.contains("1.10") && !colored.contains('\u{9b}')
        );
    }
}
