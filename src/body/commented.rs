//! JSON with comments, for texts that people edit: `//` up to the end of a line, and a comma
//! after the last member. Pure.

/// The beginning of a note about a mistake, and of the line after it.
const NOTE: &str = "// error: ";
const NEXT: &str = "// correct it and save the file; ";

/// The same text as JSON: blanks stand for what is not JSON, so that all places stay.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    // Where a comma is that nothing has followed yet.
    let mut comma = None;
    let mut chars = text.char_indices().peekable();
    let mut in_string = false;
    while let Some((at, c)) = chars.next() {
        let rest = &text[at..];
        match c {
            '\\' if in_string => {
                plain.push(c);
                plain.extend(chars.next().map(|(_, escaped)| escaped));
                continue;
            }
            '"' => in_string = !in_string,
            // A string that is not closed ends with its line.
            '\n' => in_string = false,
            '/' if !in_string && rest.starts_with("//") => {
                plain.push(' ');
                while let Some((_, c)) = chars.next_if(|(_, c)| *c != '\n') {
                    plain.push_str(&" ".repeat(c.len_utf8()));
                }
                continue;
            }
            _ => {}
        }
        if !in_string && matches!(c, '}' | ']') {
            if let Some(comma) = comma.take() {
                plain.replace_range(comma..=comma, " ");
            }
        } else if c == ',' && !in_string {
            comma = Some(plain.len());
        } else if !c.is_whitespace() {
            comma = None;
        }
        plain.push(c);
    }
    plain
}

/// The same text as JSON, without the lines that have nothing else.
pub fn compact(text: &str) -> String {
    let plain = plain(text);
    let lines = plain.lines().map(str::trim_end);
    let lines = lines.filter(|line| !line.is_empty());
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// The text with a note about a mistake at its top, in place of the one before. `error` is
/// given the number of lines that the note adds.
pub fn with_note(text: &str, error: impl FnOnce(usize) -> String, next: &str) -> String {
    let own = |line: &&str| line.starts_with(NOTE) || line.starts_with(NEXT);
    let old = text.lines().take_while(own).count();
    let rest = text.split_inclusive('\n').skip(old).collect::<String>();
    let error = error(2 - old.min(2));
    let error = error.lines().next().unwrap_or_default();
    format!("{NOTE}{error}\n{NEXT}{next}\n{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_last_commas_are_blanks() {
        for (text, expected) in [
            ("{\"a\": 1, // é\n}", "{\"a\": 1       \n}"),
            (
                "{\"a\": \"//,}\", \"b\": [1,],}",
                "{\"a\": \"//,}\", \"b\": [1 ] }",
            ),
            ("{\"a\\\"//\": 1}", "{\"a\\\"//\": 1}"),
            ("{\"a\": \"open\n} // x", "{\"a\": \"open\n}     "),
            ("{,}", "{ }"),
            ("{\"a\": 1,, }", "{\"a\": 1,  }"),
            ("1 / 2", "1 / 2"),
            ("", ""),
        ] {
            assert_eq!(plain(text), expected);
            assert_eq!(plain(text).len(), text.len(), "{text}");
        }
        assert_eq!(
            compact("// a\n{\n\n  // b\n  \"c\": 1,\n}\n"),
            "{\n  \"c\": 1\n}\n"
        );
    }

    #[test]
    fn a_note_replaces_the_one_before() {
        let once = with_note("{}\n", |more| format!("line {}", 1 + more), "go on");
        assert_eq!(
            once,
            "// error: line 3\n// correct it and save the file; go on\n{}\n"
        );
        let again = with_note(&once, |more| format!("line {}", 3 + more), "go on");
        assert_eq!(again, once);
    }
}
