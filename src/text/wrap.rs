//! Text for a terminal that is narrower than the text: broken at blanks.

use super::width::width;

/// Help pages are set for this many columns; a line that the next word did not
/// fit into goes on in the next.
const SET_FOR: usize = 94;

/// A line, in lines of at most `columns`; those after the first are indented. A word
/// that is longer stays whole.
pub fn line(text: &str, columns: usize, indent: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let start = text.len() - text.trim_start_matches(' ').len();
    let mut out = text[..start].to_owned();
    let (mut at, mut is_first) = (start, true);
    let mut rest = &text[start..];
    while !rest.is_empty() {
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        let word = &rest[blanks..];
        let word = &word[..word.find(' ').unwrap_or(word.len())];
        if !is_first && at + blanks + width(word) > columns {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            at = indent;
        } else {
            out.push_str(&rest[..blanks]);
            at += blanks;
        }
        out.push_str(word);
        at += width(word);
        is_first = false;
        rest = &rest[blanks + word.len()..];
    }
    out
}

/// A message of several lines.
pub fn lines(text: &str, columns: usize, indent: usize) -> String {
    let wrapped = text.split('\n').map(|text| line(text, columns, indent));
    wrapped.collect::<Vec<_>>().join("\n")
}

/// A help page, whose lines may have two columns.
pub fn page(text: &str, columns: usize) -> String {
    let mut out = String::new();
    let mut lines = text.split('\n').peekable();
    while let Some(first) = lines.next() {
        let hang = hanging_indent(first);
        let mut whole = first.to_owned();
        let mut last = first;
        while let Some(next) = lines.next_if(|next| continues(last, next, hang)) {
            whole.push(' ');
            whole.push_str(next.trim_start());
            last = next;
        }
        if columns < width(&whole) {
            // A column that is too narrow is not used.
            let hang = if hang + 20 > columns { 4 } else { hang };
            whole = line(&whole, columns, hang);
        }
        out.push_str(&whole);
        if lines.peek().is_some() {
            out.push('\n');
        }
    }
    out
}

/// Whether a line is the rest of the one before.
fn continues(last: &str, next: &str, hang: usize) -> bool {
    let word = next.trim_start();
    let indent = next.len() - word.len();
    let first = word.split(' ').next().unwrap_or_default();
    !word.is_empty() && indent == hang && width(last) + 1 + width(first) > SET_FOR
}

/// Where the text of a line begins: its second column, if it has two.
fn hanging_indent(line: &str) -> usize {
    let start = line.len() - line.trim_start_matches(' ').len();
    let name = &line[start..];
    let Some(gap) = name.find("  ").filter(|_| start > 0) else {
        return start;
    };
    let text = name[gap..].trim_start();
    width(&line[..line.len() - text.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(line("hint: one two three", 12, 2), "hint: one\n  two three");
        assert_eq!(line("short", 5, 2), "short");
        assert_eq!(
            line("`a-long-word-alone` b", 8, 2),
            "`a-long-word-alone`\n  b"
        );
        assert_eq!(line("用户 用户 a", 6, 0), "用户\n用户 a");
        assert_eq!(lines("a b\nc d", 2, 0), "a\nb\nc\nd");
    }

    #[test]
    fn columns_of_a_page_stay_columns() {
        let page_of = |text: &str| page(text, 50);
        let long = "  --flag      one two three four five six seven eight\n  --other     short\n";
        assert_eq!(
            page_of(long),
            "  --flag      one two three four five six seven\n              eight\n  --other     short\n"
        );
        // What was broken for a wider terminal is one text.
        let (first, second) = ("word ".repeat(18), "end of it");
        let text = format!("  {first}\n  {second}\nnext");
        let shown = page_of(&text.replace(" \n", "\n"));
        assert!(
            shown.replace("\n  ", " ").ends_with("word end of it\nnext"),
            "{shown}"
        );
        assert!(shown.lines().all(|line| width(line) <= 50));
        assert_eq!(page_of("a\nb\n\nc"), "a\nb\n\nc");
    }
}
