//! What changed from one round to the next: which characters of which lines.

use super::Line;
use super::styled::Styled;
use std::collections::HashMap;

/// For each line, which of its characters changed. Nothing did in the first round.
pub(super) fn marked(before: Option<&[Line]>, now: &[Line]) -> Vec<Vec<bool>> {
    let Some(before) = before else {
        return vec![Vec::new(); now.len()];
    };
    let (old, new) = (plain(before), plain(now));
    let (old_keys, new_keys) = (keys(before, &old), keys(now, &new));
    let by_key: HashMap<&String, usize> = old_keys
        .iter()
        .enumerate()
        .filter_map(|(at, key)| Some((key.as_ref()?, at)))
        .collect();
    let of_line = |at: usize, text: &String| {
        let other = match &new_keys[at] {
            Some(key) => by_key.get(key).map(|at| &old[*at]),
            None => old.get(at),
        };
        match other {
            Some(other) if other == text => Vec::new(),
            Some(other) => words(other, text),
            None => vec![true; text.chars().count()],
        }
    };
    let line = |(at, text): (usize, &String)| {
        let mut marks = of_line(at, text);
        for range in &now[at].unmarked {
            let end = range.end.min(marks.len());
            marks[range.start.min(end)..end].fill(false);
        }
        marks
    };
    new.iter().enumerate().map(line).collect()
}

fn plain(lines: &[Line]) -> Vec<String> {
    let plain = |line: &Line| Styled::read(&line.text).plain();
    lines.iter().map(plain).collect()
}

/// What identifies each line: its key, or else its first word if no other line has it.
fn keys(lines: &[Line], texts: &[String]) -> Vec<Option<String>> {
    let first = |text: &String| text.split_whitespace().next().map(str::to_owned);
    let firsts: Vec<Option<String>> = texts.iter().map(first).collect();
    let mut counts: HashMap<&String, usize> = HashMap::new();
    for first in firsts.iter().flatten() {
        *counts.entry(first).or_default() += 1;
    }
    let key = |(line, first): (&Line, &Option<String>)| {
        let only = first.clone().filter(|first| counts[first] == 1);
        line.key.clone().or(only)
    };
    lines.iter().zip(&firsts).map(key).collect()
}

/// Which characters of a text are in words that another text does not have there.
fn words(before: &str, now: &str) -> Vec<bool> {
    let (old, new) = (split(before), split(now));
    if old.len() == new.len() {
        let pairs = old.iter().zip(&new);
        let marks = pairs.flat_map(|(old, new)| {
            let changed = old != new && !new.trim().is_empty();
            std::iter::repeat_n(changed, new.chars().count())
        });
        return marks.collect();
    }
    // The number of words differs: those between the equal ends have changed.
    let ends = |one: &mut dyn Iterator<Item = (&&str, &&str)>| {
        let mut equal = one.take_while(|(old, new)| old == new);
        equal.by_ref().count()
    };
    let start = ends(&mut old.iter().zip(&new));
    let most = old.len().min(new.len()) - start;
    let end = ends(&mut old.iter().rev().zip(new.iter().rev()).take(most));
    let marks = new.iter().enumerate().flat_map(|(at, word)| {
        let changed = at >= start && at < new.len() - end && !word.trim().is_empty();
        std::iter::repeat_n(changed, word.chars().count())
    });
    marks.collect()
}

/// Splits a text into words and what separates them; in JSON a member is a word.
fn split(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        ' ' => 0,
        ',' | '{' | '}' | '[' | ']' => 1,
        _ => 2,
    };
    let mut parts = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| kind(*next));
        if next != Some(kind(c)) {
            let end = at + c.len_utf8();
            parts.push(&text[start..end]);
            start = end;
        }
    }
    // The width of a gap says nothing.
    parts.retain(|part| !part.is_empty());
    parts
}
