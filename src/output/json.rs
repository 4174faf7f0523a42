//! An answer's JSON: keys in the server's order, numbers as the server wrote them.

use crate::settings::Output;
use crate::text::clean;
use colored_json::{ColorMode, ColoredFormatter, CompactFormatter, PrettyFormatter};
use serde_json::Value;

/// A value as text, with a newline at its end.
pub fn render(value: &Value, output: Output, color: bool, terminal: bool) -> String {
    // A line of NDJSON is for a program, whatever colours are wanted.
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
    // Styling adds ESC alone, which serde_json has escaped wherever it was
    // part of a value: cleaning after it takes no style away.
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
    fn order_numbers_and_letters_stay() {
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
