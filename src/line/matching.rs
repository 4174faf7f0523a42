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
    pub marks: Marks,
}

/// The letters and the pairs of letters of a text, a bit for each: most names are passed
/// over without a look at them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    letters: u64,
    pairs: u128,
}

impl Marks {
    /// The marks of a text in lower case.
    pub fn of(folded: &str) -> Self {
        let mut marks = Self::default();
        let mut before = None;
        for c in folded.chars() {
            let own = bit(c);
            marks.letters |= 1_u64 << own;
            if let Some(before) = before {
                marks.pairs |= 1_u128 << ((before * 101 + own) % 128);
            }
            before = Some(own);
        }
        marks
    }

    /// Whether a text may contain the one with the other marks.
    pub fn may_contain(&self, other: &Self) -> bool {
        other.letters & !self.letters == 0 && other.pairs & !self.pairs == 0
    }

    /// Whether a text may have all letters of the one with the other marks.
    pub fn may_have_letters(&self, other: &Self) -> bool {
        other.letters & !self.letters == 0
    }
}

/// The bit of a letter in lower case.
fn bit(c: char) -> u32 {
    match c {
        'a'..='z' => u32::from(c) - u32::from('a'),
        '0'..='9' => 26 + u32::from(c) - u32::from('0'),
        c => 36 + u32::from(c) % 28,
    }
}

impl Query {
    pub fn new(text: &str) -> Self {
        let folded = folded(text);
        Self {
            marks: Marks::of(&folded),
            text: text.to_owned(),
            folded,
        }
    }

    /// Whether it has enough letters to look for them one by one.
    pub fn is_long(&self) -> bool {
        self.folded.chars().nth(FEWEST_LETTERS - 1).is_some()
    }

    /// Whether a name in lower case has the letters in this order.
    pub fn has_letters_in(&self, name: &str) -> bool {
        in_order(&self.folded, name)
    }
}

/// In lower case.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.to_lowercase()
}

/// Whether a text contains another one. The library's search pays off in long texts only.
pub fn contains(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

/// Whether the letters of a word are in a name in this order.
fn in_order(word: &str, name: &str) -> bool {
    // No part of another letter is an ASCII byte.
    if word.is_ascii() {
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
    fn letters_in_order() {
        for (word, name, expected) in [
            ("aa", "anna", true),
            ("bdub", "bea.dubois", true),
            ("BDub", "bea.dubois", true),
            ("na", "an", false),
            ("äü", "bär-über", true),
        ] {
            let query = Query::new(word);
            assert_eq!(query.has_letters_in(name), expected, "{word} in {name}");
        }
    }

    #[test]
    fn marks_rule_nothing_out_that_fits() {
        for (part, name) in [
            ("nn", "anna"),
            ("a.d", "bea.dubois"),
            ("用", "x用户"),
            ("a", "a"),
        ] {
            let (part, name) = (Marks::of(part), Marks::of(name));
            assert!(name.may_contain(&part) && name.may_have_letters(&part));
        }
        // A single letter is too few.
        assert!(Query::new("nä").is_long() && !Query::new("ä").is_long());
        assert!(!Marks::of("anna").may_contain(&Marks::of("naa")));
        assert!(!Marks::of("anna").may_have_letters(&Marks::of("x")));
    }
}
