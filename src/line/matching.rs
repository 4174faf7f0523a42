//! How well a typed word fits a name: its beginning, a part of it, its letters in order.

/// How a name fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The name begins with it.
    Prefix,
    /// The name contains it, in any case.
    Inside,
    /// The name contains its letters in this order, in any case.
    Letters,
}

/// Fewer letters in order are in too many names.
const FEWEST_LETTERS: usize = 2;

/// A typed word, prepared for comparison.
#[derive(Clone, Debug)]
pub struct Query {
    /// As it was typed.
    pub text: String,
    /// In lower case.
    pub folded: String,
    mask: u64,
}

impl Query {
    pub fn new(text: &str) -> Self {
        let folded = folded(text);
        Self {
            mask: mask(&folded),
            text: text.to_owned(),
            folded,
        }
    }

    /// Whether a name in lower case, with this mask, has the letters in this order.
    pub fn has_letters_in(&self, name: &str, mask: u64) -> bool {
        self.mask & !mask == 0
            && self.folded.chars().nth(FEWEST_LETTERS - 1).is_some()
            && in_order(&self.folded, name)
    }
}

/// How a word fits a name; `None` if it does not.
pub fn rank(query: &Query, name: &str) -> Option<Rank> {
    if name.starts_with(&query.text) {
        return Some(Rank::Prefix);
    }
    let name = folded(name);
    if name.contains(&query.folded) {
        return Some(Rank::Inside);
    }
    query
        .has_letters_in(&name, mask(&name))
        .then_some(Rank::Letters)
}

/// In lower case.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.to_lowercase()
}

/// A bit for each letter of a text in lower case: what a name lacks, it cannot fit.
pub fn mask(folded: &str) -> u64 {
    folded.chars().fold(0, |mask, c| {
        let bit = match c {
            'a'..='z' => u32::from(c) - u32::from('a'),
            '0'..='9' => 26 + u32::from(c) - u32::from('0'),
            c => 36 + u32::from(c) % 28,
        };
        mask | 1 << bit
    })
}

/// Whether the letters of a word are in a name in this order.
fn in_order(word: &str, name: &str) -> bool {
    if word.is_ascii() && name.is_ascii() {
        let mut rest = name.bytes();
        return word.bytes().all(|b| rest.any(|other| other == b));
    }
    let mut rest = name.chars();
    word.chars().all(|c| rest.any(|other| other == c))
}

/// Whether a word is made of beginnings of the words of a name, in their order: `gqs` and
/// `getscan` are `get_quota_scans`.
pub fn begin_words(word: &str, name: &str) -> bool {
    let is_place = |at: &usize| name.is_char_boundary(*at);
    let begins = |at: usize| at == 0 || !name.as_bytes()[at - 1].is_ascii_alphanumeric();
    // The places where the letters so far may end.
    let mut ends = vec![0];
    for (nth, c) in word.chars().enumerate() {
        let Some(first) = ends.first().copied() else {
            return false;
        };
        let goes_on = |at: &usize| nth > 0 && ends.contains(at) || begins(*at);
        let places = (first..name.len()).filter(is_place).filter(goes_on);
        let fits = places.filter(|at| name[*at..].starts_with(c));
        ends = fits.map(|at| at + c.len_utf8()).collect();
    }
    !ends.is_empty() && !word.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_words() {
        for (word, name, expected) in [
            ("gqs", "get_quota_scans", true),
            ("getscan", "get_quota_scans", true),
            ("quotas", "get_quota_scans", true),
            ("gts", "get_quota_scans", false),
            ("sq", "get_quota_scans", false),
            ("qsize", "__quota_size", true),
            ("fsb", "filesystem.s3config.bucket=", true),
            ("", "a", false),
            ("é", "_étage", true),
        ] {
            assert_eq!(begin_words(word, name), expected, "{word} in {name}");
        }
    }

    #[test]
    fn ranks() {
        for (word, name, expected) in [
            ("", "anna", Some(Rank::Prefix)),
            ("an", "anna", Some(Rank::Prefix)),
            ("AN", "anna", Some(Rank::Inside)),
            ("nn", "anna", Some(Rank::Inside)),
            ("aa", "anna", Some(Rank::Letters)),
            ("bdub", "bea.dubois", Some(Rank::Letters)),
            ("x", "anna", None),
            // A single letter is inside or not at all.
            ("k", "anna", None),
            ("na", "an", None),
            ("äü", "bär-über", Some(Rank::Letters)),
            ("ÜB", "über", Some(Rank::Inside)),
        ] {
            assert_eq!(rank(&Query::new(word), name), expected, "{word} in {name}");
        }
    }
}
