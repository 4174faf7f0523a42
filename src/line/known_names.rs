//! The names of one kind that are known, sorted and prepared for a search: a key must
//! not take longer with a hundred thousand of them.

use super::matching::{Marks, Query, Rank, contains, folded};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// From this number on, hits are not counted.
const COUNTED: usize = 10_000;

/// What is known of a name besides itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// What people call it, if the name is an id.
    pub label: String,
    /// What tells it from others.
    pub details: String,
}

/// The names of one kind.
#[derive(Clone, Debug, Default)]
pub struct KnownNames {
    all: BTreeMap<String, About>,
    index: OnceLock<Arc<Index>>,
}

impl KnownNames {
    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn insert(&mut self, name: String, about: About) {
        self.index.take();
        self.all.insert(name, about);
    }

    pub fn remove(&mut self, name: &str) {
        self.index.take();
        self.all.remove(name);
    }

    pub fn contains(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    pub fn about(&self, name: &str) -> Option<&About> {
        self.all.get(name)
    }

    /// The names, prepared for a search, once after each change.
    pub fn index(&self) -> Arc<Index> {
        let index = || Arc::new(Index::new(&self.all));
        Arc::clone(self.index.get_or_init(index))
    }
}

/// A name as it is listed.
#[derive(Clone, Debug)]
pub struct Known {
    pub name: Box<str>,
    pub about: About,
}

/// The names of one kind, sorted, with what a search needs.
#[derive(Debug, Default)]
pub struct Index {
    sorted: Vec<Known>,
    /// Their places, sorted by label; only of those with one.
    by_label: Vec<u32>,
    /// All names and labels in lower case, one after the other.
    text: String,
    /// Where each begins in it.
    starts: Vec<u32>,
    marks: Vec<Marks>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// The places of the first hits.
    pub first: Vec<usize>,
    /// How many there are.
    pub count: usize,
    /// What all their names begin with, of those that begin with the word.
    pub shared: Option<String>,
}

impl Index {
    fn new(all: &BTreeMap<String, About>) -> Self {
        let mut index = Self::default();
        for (name, about) in all {
            index
                .starts
                .push(u32::try_from(index.text.len()).unwrap_or(u32::MAX));
            let mut text = folded(name);
            if !about.label.is_empty() {
                index
                    .by_label
                    .push(u32::try_from(index.sorted.len()).unwrap_or(u32::MAX));
                text.push('\t');
                text.push_str(&folded(&about.label));
            }
            index.marks.push(Marks::of(&text));
            index.text.push_str(&text);
            index.text.push('\n');
            index.sorted.push(Known {
                name: name.as_str().into(),
                about: about.clone(),
            });
        }
        let sorted = &index.sorted;
        let label = |at: &u32| &sorted[*at as usize].about.label;
        index.by_label.sort_by(|a, b| label(a).cmp(label(b)));
        index
    }

    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The name at a place.
    pub fn at(&self, place: usize) -> Option<&Known> {
        self.sorted.get(place)
    }

    /// The names that a word fits in this way, and in no better one; at most `most`.
    pub fn find(&self, query: &Query, rank: Rank, most: usize) -> Hits {
        match rank {
            Rank::Prefix => self.beginning(&query.text, most),
            Rank::Inside => self.containing(query, most),
            Rank::Letters => self.in_order(query, most),
        }
    }

    fn beginning(&self, text: &str, most: usize) -> Hits {
        let name = |known: &Known| &*known.name < text;
        let from = self.sorted.partition_point(name);
        let count = self.sorted[from..].partition_point(|known| known.name.starts_with(text));
        let names = from..from + count;
        let mut hits = Hits {
            first: names.clone().take(most).collect(),
            count,
            shared: None,
        };
        if text.is_empty() {
            return hits;
        }
        let label = |at: &u32| self.sorted[*at as usize].about.label.as_str();
        let begin = self.by_label.partition_point(|at| label(at) < text);
        let rest = &self.by_label[begin..];
        let labelled = rest.partition_point(|at| label(at).starts_with(text));
        let labelled = rest[..labelled].iter().map(|at| *at as usize);
        let labelled: Vec<usize> = labelled.filter(|at| !names.contains(at)).collect();
        if labelled.is_empty() && count > 0 {
            // All that is between two sorted names begins as both do.
            let (first, last) = (&self.sorted[from].name, &self.sorted[from + count - 1].name);
            hits.shared = Some(shared(first, last).to_owned());
        }
        hits.count += labelled.len();
        let room = most.saturating_sub(hits.first.len());
        hits.first.extend(labelled.into_iter().take(room));
        hits
    }

    fn containing(&self, query: &Query, most: usize) -> Hits {
        let mut hits = Hits::default();
        if query.folded.is_empty() {
            return hits;
        }
        for (place, marks) in self.marks.iter().enumerate() {
            if marks.may_contain(&query.marks)
                && contains(self.folded(place), &query.folded)
                && !self.begins_with(place, &query.text)
            {
                hits.add(place, most);
                if hits.is_cut() {
                    break;
                }
            }
        }
        hits
    }

    fn in_order(&self, query: &Query, most: usize) -> Hits {
        let mut hits = Hits::default();
        if !query.is_long() {
            return hits;
        }
        for (place, marks) in self.marks.iter().enumerate() {
            let has_letters = || query.has_letters_in(self.folded(place));
            if marks.may_have_letters(&query.marks)
                && has_letters()
                && !contains(self.folded(place), &query.folded)
            {
                hits.add(place, most);
                if hits.is_cut() {
                    break;
                }
            }
        }
        hits
    }

    fn begins_with(&self, place: usize, text: &str) -> bool {
        let known = &self.sorted[place];
        known.name.starts_with(text) || known.about.label.starts_with(text)
    }

    fn folded(&self, place: usize) -> &str {
        let start = self.starts[place] as usize;
        let end = self.starts.get(place + 1);
        let end = end.map_or(self.text.len(), |end| *end as usize);
        &self.text[start..end - 1]
    }
}

impl Hits {
    fn add(&mut self, place: usize, most: usize) {
        self.count += 1;
        if self.first.len() < most {
            self.first.push(place);
        }
    }

    /// Whether there may be more than counted.
    pub fn is_cut(&self) -> bool {
        self.count >= COUNTED
    }
}

/// What two texts both begin with.
pub fn shared<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.char_indices().zip(other.chars());
    let differ = same.into_iter().find(|((_, a), b)| a != b);
    let end = differ.map_or(one.len().min(other.len()), |((at, _), _)| at);
    &one[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(names: &[(&str, &str)]) -> Arc<Index> {
        let mut known = KnownNames::default();
        for (name, label) in names {
            let about = About {
                label: (*label).to_owned(),
                details: String::new(),
            };
            known.insert((*name).to_owned(), about);
        }
        known.index()
    }

    fn found(index: &Index, word: &str, rank: Rank) -> Vec<String> {
        let hits = index.find(&Query::new(word), rank, 10);
        let names = hits.first.iter().filter_map(|at| index.at(*at));
        names.map(|known| known.name.to_string()).collect()
    }

    #[test]
    fn each_rank_finds_what_no_better_one_does() {
        let names = index(&[
            ("anna", ""),
            ("bea.dubois", ""),
            ("bea.rossi", ""),
            ("Hans", ""),
            ("用户", ""),
        ]);
        assert_eq!(
            found(&names, "bea", Rank::Prefix),
            ["bea.dubois", "bea.rossi"]
        );
        assert_eq!(found(&names, "an", Rank::Inside), ["Hans"]);
        assert_eq!(found(&names, "户", Rank::Inside), ["用户"]);
        assert_eq!(found(&names, "bdu", Rank::Letters), ["bea.dubois"]);
        assert_eq!(found(&names, "hs", Rank::Letters), ["Hans"]);
        assert_eq!(found(&names, "", Rank::Prefix).len(), 5);
        assert!(found(&names, "zz", Rank::Letters).is_empty());
        // The last name is found as well.
        assert_eq!(found(&names, "用", Rank::Prefix), ["用户"]);
        let hits = names.find(&Query::new("bea"), Rank::Prefix, 1);
        assert_eq!((hits.count, hits.first.len()), (2, 1));
        assert_eq!(hits.shared.as_deref(), Some("bea."));
    }

    #[test]
    fn ids_are_found_by_their_labels() {
        let keys = index(&[("8fQ", "backup"), ("ab1", "cron"), ("ba2", "")]);
        assert_eq!(found(&keys, "ba", Rank::Prefix), ["ba2", "8fQ"]);
        assert_eq!(found(&keys, "cr", Rank::Prefix), ["ab1"]);
        assert_eq!(found(&keys, "KUP", Rank::Inside), ["8fQ"]);
        let hits = keys.find(&Query::new("cr"), Rank::Prefix, 9);
        // Its id does not begin so: nothing can be added to what was typed.
        assert_eq!(hits.shared, None);
        assert!(found(&index(&[]), "a", Rank::Inside).is_empty());
    }

    #[test]
    fn what_texts_share() {
        assert_eq!(shared("abc", "abd"), "ab");
        assert_eq!(shared("ab", "abd"), "ab");
        assert_eq!(shared("äb", "äc"), "ä");
        assert_eq!(shared("", "x"), "");
    }
}
