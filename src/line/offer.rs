//! What may stand at the cursor, and the part of it that fits the typed word.

use super::completion_cache::CompletionCache;
use super::known_names::{Hits, Index, shared};
use super::matching::{Query, Rank, begin_words, folded};
use crate::catalog::Live;
use crate::text::clean::{self, is_unsafe};
use crate::text::escape;
use crate::text::words::quoted;
use std::sync::Arc;

/// The maximum number of candidates.
const MOST: usize = 500;

/// The ways in which a candidate may fit, the best first.
const RANKS: [Rank; 3] = [Rank::Prefix, Rank::Inside, Rank::Letters];

/// One candidate.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Candidate {
    /// The text in the list.
    pub shown: String,
    /// The text for the line, quoted as needed.
    pub text: String,
    /// What it means, or what tells it from others; may be empty.
    pub about: String,
}

impl std::fmt::Debug for Candidate {
    /// Without the text: it repeats what was typed, which may be part of a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Candidate({} bytes)", self.text.len())
    }
}

/// What may stand at the cursor.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Where the word at the cursor begins, in bytes.
    pub start: usize,
    /// The kind of names on the server, if such a name may stand there.
    pub live: Option<Live>,
    pub(super) typed: Typed,
    /// Words of the table, files and variables, unquoted.
    pub(super) own: Vec<Candidate>,
    /// The names of this kind that are known.
    pub(super) names: Option<Arc<Index>>,
    pub(super) form: Form,
}

/// The word at the cursor.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    /// Its value, without quotes.
    pub(super) value: String,
    /// As it was typed.
    pub(super) raw: String,
    /// Whether a blank stands after the cursor.
    pub(super) before_blank: bool,
}

/// How a chosen word is written into the line.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    /// What stands before it in the same word: a flag in an open quote.
    pub(super) kept: String,
    /// Whether they are never quoted: variables, and words inside of quotes.
    pub(super) is_bare: bool,
    /// How a value that begins with `-` is written.
    pub(super) dashed: Dashed,
    /// The blanks between a flag and its value, if they are replaced too: a value that
    /// begins with `-` has a `=` there.
    pub(super) gap: String,
}

/// How a value that begins with `-` can be given, which else is a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dashed {
    /// As any other.
    #[default]
    AsItIs,
    /// After `--`.
    AfterDashes,
    /// After its flag and a `=`.
    AfterEquals,
    /// Not at all.
    Never,
}

/// The candidates for the typed word.
#[derive(Debug, Default)]
pub struct Completion {
    /// Where the replaced part begins.
    pub start: usize,
    /// The first of them.
    pub candidates: Vec<Candidate>,
    /// How many there are besides.
    pub more: usize,
    /// Whether more exist than were counted.
    pub uncounted: bool,
    /// The typed word, or more of it if all of them begin so: for the line.
    pub shared: String,
    /// The kind of names on the server, if such a name may stand there.
    pub live: Option<Live>,
}

impl Offer {
    /// Nothing but a word that begins here.
    pub(super) fn at(start: usize, value: String) -> Self {
        let typed = Typed {
            value,
            ..Typed::default()
        };
        Self {
            start,
            typed,
            ..Self::default()
        }
    }

    /// With the names of a kind.
    pub(super) fn with_names(self, live: Option<Live>, cache: &CompletionCache) -> Self {
        Self {
            live,
            names: live.map(|live| cache.names(live)),
            ..self
        }
    }

    /// With the blanks before the word replaced too, if a value that begins with `-` may
    /// come after its flag.
    pub(super) fn joined_to_flag(mut self, gap: &str) -> Self {
        let is_name = |names: &Arc<Index>| names.find(&Query::new("-"), Rank::Prefix, 1).count > 0;
        let may_be_dashed =
            self.typed.value.starts_with('-') || self.names.as_ref().is_some_and(is_name);
        if self.form.dashed == Dashed::AfterEquals && may_be_dashed {
            self.start -= gap.len();
            gap.clone_into(&mut self.form.gap);
        }
        self
    }

    /// The candidates for the typed word: those that fit in the best way.
    pub fn complete(&self) -> Completion {
        let query = Query::new(&self.typed.value);
        let found = RANKS.iter().map(|rank| self.find(&query, *rank, MOST));
        let found = found.into_iter().find(|found| found.count > 0);
        let mut found = found.unwrap_or_default();
        if let [only] = found.candidates.as_mut_slice()
            && found.count == 1
            && !self.typed.before_blank
            && !(self.form.is_bare && only.text.ends_with('.'))
            && !only.shown.ends_with(['.', '=', '/'])
        {
            only.text.push(' ');
        }
        let raw = || self.typed.raw.clone();
        Completion {
            start: self.start,
            more: found.count - found.candidates.len(),
            uncounted: found.uncounted,
            shared: found.shared.unwrap_or_else(raw),
            candidates: found.candidates,
            live: self.live,
        }
    }

    /// The words that begin as the typed one, without quotes; names on the server are not
    /// among them.
    pub(super) fn values(self) -> Vec<Candidate> {
        let query = Query::new(&self.typed.value);
        let own = self.own.into_iter();
        own.filter(|one| ranked(&query, &one.text) == Some(Rank::Prefix))
            .collect()
    }

    /// The value of the word at the cursor.
    pub fn typed(&self) -> &str {
        &self.typed.value
    }

    /// All that fit a word in any way, the best first, `most` of them; and how many there are.
    pub fn search(&self, word: &str, most: usize) -> (Vec<Candidate>, usize) {
        let query = Query::new(word);
        let mut all = Vec::new();
        let mut count = 0;
        for rank in RANKS {
            let found = self.find(&query, rank, most - all.len());
            count += found.count;
            all.extend(found.candidates);
            if word.is_empty() {
                break;
            }
        }
        (all, count)
    }

    /// Those that a word fits in this way, and in no better one.
    fn find(&self, query: &Query, rank: Rank, most: usize) -> Found {
        let fits = |candidate: &&Candidate| ranked(query, &candidate.text) == Some(rank);
        let own: Vec<&Candidate> = self.own.iter().filter(fits).collect();
        let hits = match &self.names {
            Some(names) => names.find(query, rank, most),
            None => Hits::default(),
        };
        let mut found = Found {
            count: own.len() + hits.count,
            uncounted: hits.is_cut(),
            ..Found::default()
        };
        if rank == Rank::Prefix && found.count > 1 {
            found.shared = self.shared(query, &own, &hits);
        }
        let own = own.into_iter().take(most);
        let own = own.map(|candidate| Candidate {
            text: self.written(&candidate.text),
            ..candidate.clone()
        });
        found.candidates = own.collect();
        for place in hits.first {
            if found.candidates.len() == most {
                break;
            }
            match self.name(place) {
                Some(name) => found.candidates.push(name),
                None => found.count -= 1,
            }
        }
        found
    }

    /// The candidate of a known name; `None` if it cannot be written here.
    fn name(&self, place: usize) -> Option<Candidate> {
        let known = self.names.as_ref()?.at(place)?;
        let text = self.written(&known.name);
        let text = match self.form.dashed {
            Dashed::AfterDashes if known.name.starts_with('-') => format!("-- {text}"),
            Dashed::Never if known.name.starts_with('-') => return None,
            _ => text,
        };
        let label = clean::line(&known.about.label);
        let about = [&label, known.about.details.as_str()];
        let about: Vec<&str> = about.into_iter().filter(|part| !part.is_empty()).collect();
        Some(Candidate {
            shown: clean::line(&known.name).into_owned(),
            text,
            about: about.join("  "),
        })
    }

    /// A value as it is written into the line. Variables exist only outside quotes; inside
    /// them a name with a `$` is plain text.
    fn written(&self, value: &str) -> String {
        let kept = &self.form.kept;
        match self.form.is_bare {
            true => format!("{kept}{value}"),
            false if kept.is_empty() => format!("{}{}", self.before(value), on_a_line(value)),
            false => on_a_line(&format!("{kept}{value}")),
        }
    }

    /// What stands between a flag and its value, if that is replaced.
    fn before(&self, value: &str) -> &str {
        let is_dashed = self.form.dashed == Dashed::AfterEquals && value.starts_with('-');
        if is_dashed { "=" } else { &self.form.gap }
    }

    /// What is written for what all of them begin with, if that is more than is typed.
    fn shared(&self, query: &Query, own: &[&Candidate], hits: &Hits) -> Option<String> {
        let mut values = own.iter().map(|candidate| candidate.text.as_str());
        let names = (hits.count > 0).then_some(hits.shared.as_deref());
        let all = match names {
            Some(names) => names?,
            None => values.next()?,
        };
        let all = values.fold(all, |all, value| shared(all, value));
        if all.chars().count() <= query.text.chars().count() {
            return None;
        }
        let is_refused = matches!(self.form.dashed, Dashed::AfterDashes | Dashed::Never);
        if is_refused && all.starts_with('-') && names.is_some() {
            return None;
        }
        let before = self.before(all);
        let whole = format!("{}{all}", self.form.kept);
        if self.form.is_bare || on_a_line(&whole) == whole {
            return Some(format!("{before}{whole}"));
        }
        // The quote stays open: more is to come.
        let is_plain = !whole.contains(|c| c == '\'' || is_unsafe(c));
        is_plain.then(|| format!("{before}'{whole}"))
    }
}

/// The candidates of one rank.
#[derive(Default)]
struct Found {
    candidates: Vec<Candidate>,
    count: usize,
    uncounted: bool,
    shared: Option<String>,
}

/// How a word fits a word of the table, where hyphens and underscores are the same.
fn ranked(query: &Query, name: &str) -> Option<Rank> {
    if comparable(name).starts_with(&comparable(&query.text)) {
        return Some(Rank::Prefix);
    }
    let name = comparable(&folded(name));
    let word = comparable(&query.folded);
    // `--size` is looked for in `--quota_size`, too.
    let inside = word.trim_start_matches('_');
    // A single letter is in most of them.
    inside.chars().nth(1)?;
    if name.contains(inside) {
        return Some(Rank::Inside);
    }
    begin_words(inside, &name).then_some(Rank::Letters)
}

/// Words of the table are compared as typed, with hyphens as underscores.
pub(super) fn comparable(text: &str) -> String {
    text.replace('-', "_")
}

/// A text as it is written on a line; most need no quotes.
fn on_a_line(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./:=,@+%".contains(&b);
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    if text.contains(is_unsafe) {
        return escape::written(text);
    }
    quoted(text)
}
