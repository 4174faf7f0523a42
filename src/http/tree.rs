//! The JSON of an answer as a tree, unless it would take too much memory: an
//! array of zeros takes fifty times the memory of its text.

use serde::de::IgnoredAny;
use serde_json::Value as Json;

/// The maximum memory of a tree, estimated. A backup with 100,000 users takes less.
const MOST: u64 = 1 << 30;

/// What a value takes: its place in an array that grows, and its text.
const VALUE: u64 = 128;

/// What a member takes beside its value: its name and its place in the index.
const MEMBER: u64 = 96;

/// As deep as `serde_json` goes.
const DEPTH: usize = 128;

/// Why there is no tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoTree {
    /// It is not JSON, or not valid; this says why.
    Invalid(String),
    /// It is valid, but takes this many MiB.
    Large(u64),
}

impl std::fmt::Display for NoTree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Invalid(why) => f.write_str(why),
            Self::Large(needs) => write!(
                f,
                "takes about {needs} MiB of memory as JSON, and the limit is {} MiB",
                MOST >> 20
            ),
        }
    }
}

/// What the text of some JSON says about its tree, without making it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Scan {
    memory: u64,
    depth: usize,
}

impl Scan {
    fn of(text: &[u8]) -> Self {
        let (mut values, mut members) = (1, 0);
        let (mut depth, mut deepest) = (0_usize, 0);
        let (mut in_string, mut is_escaped) = (false, false);
        for byte in text {
            if in_string {
                in_string = is_escaped || *byte != b'"';
                is_escaped = !is_escaped && *byte == b'\\';
                continue;
            }
            match byte {
                b'"' => in_string = true,
                b',' => values += 1,
                b':' => members += 1,
                b'[' | b'{' => {
                    values += 1;
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        Self {
            memory: text.len() as u64 + values * VALUE + members * MEMBER,
            depth: deepest,
        }
    }
}

/// The memory that a tree would take, if that is too much.
fn too_much(text: &[u8]) -> Option<u64> {
    // No byte begins more than a value: a short text needs no look.
    if (text.len() as u64 + 1) * (VALUE + 1) <= MOST {
        return None;
    }
    Some(Scan::of(text).memory).filter(|memory| *memory > MOST)
}

/// The tree of a JSON text.
pub fn parse(text: &[u8]) -> Result<Json, NoTree> {
    if let Some(memory) = too_much(text) {
        check(text)?;
        return Err(NoTree::Large(memory >> 20));
    }
    serde_json::from_slice(text).map_err(|why| NoTree::Invalid(why.to_string()))
}

/// The first of several JSON values.
pub fn first(text: &[u8]) -> Option<Json> {
    if too_much(text).is_some() {
        return None;
    }
    let mut values = serde_json::Deserializer::from_slice(text).into_iter();
    values.next()?.ok()
}

/// Whether a text is valid JSON, in no more memory than it takes itself.
pub fn check(text: &[u8]) -> Result<(), NoTree> {
    let invalid = |why: serde_json::Error| NoTree::Invalid(why.to_string());
    if Scan::of(text).depth >= DEPTH {
        return Err(NoTree::Invalid("recursion limit exceeded".to_owned()));
    }
    serde_json::from_slice::<IgnoredAny>(text).map_err(invalid)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_that_would_take_too_much_is_not_made() {
        for part in ["0,", "[],", "{\"a\":1},", "{\"\":[0]},"] {
            let text = part.repeat(1000);
            let per_byte = Scan::of(text.as_bytes()).memory / text.len() as u64;
            assert!((30..90).contains(&per_byte), "{part}: {per_byte}");
        }
        let text = format!("[{}0]", "0,".repeat(9 << 20));
        let text = text.as_bytes();
        assert_eq!(parse(text), Err(NoTree::Large(1170)));
        let cut = parse(&text[..text.len() - 1]);
        assert!(matches!(cut, Err(NoTree::Invalid(_))));
        // One long text is no tree.
        let text = format!("\"{}\"", ",[{:".repeat(1 << 20));
        assert!(parse(text.as_bytes()).is_ok());
    }

    #[test]
    fn what_is_valid_for_one_is_valid_for_the_other() {
        for text in [
            "null",
            "[]",
            " {\"a\\\"[\":[1,{}]} ",
            "\"\\\\\"",
            "1e400",
            "[1",
            "{]",
            "x",
            "",
            "[1]2",
        ] {
            let text = text.as_bytes();
            assert_eq!(check(text).is_ok(), parse(text).is_ok(), "{text:?}");
        }
        for depth in [DEPTH - 1, DEPTH] {
            let text = "[".repeat(depth) + &"]".repeat(depth);
            let text = text.as_bytes();
            assert_eq!(check(text).is_ok(), depth < DEPTH);
            assert_eq!(parse(text).is_ok(), depth < DEPTH);
        }
    }
}
