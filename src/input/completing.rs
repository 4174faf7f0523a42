//! What Tab and Ctrl-T know: the table, the names, and how long to wait for those that
//! are on their way.

use super::listing::{LinePlace, List, Row, Size, drawn, room};
use super::size;
use crate::catalog::Api;
use crate::line::complete::{Completion, Offer, offer};
use crate::line::completion_cache::CompletionCache;
use std::time::Duration;

/// How long a key may wait for names.
const PATIENCE: Duration = Duration::from_millis(150);

/// Said in place of names that are not there yet.
pub(super) const LOADING: &str = "names are loading: press Tab again";

/// What is needed to complete a word.
#[derive(Clone, Debug)]
pub(super) struct Completing {
    pub(super) api: &'static Api,
    pub(super) cache: CompletionCache,
    pub(super) prompt: String,
    pub(super) color: bool,
    /// The size of the terminal, if the system does not say it.
    pub(super) size: Size,
}

impl Completing {
    pub(super) fn size(&self) -> Size {
        size::of_terminal().unwrap_or(self.size)
    }

    /// What may stand at the cursor, and whether names are still loading. Waits for them
    /// a moment.
    pub(super) fn offer(&self, line: &str, cursor: usize) -> (Offer, bool) {
        let now = || offer(line, cursor, self.api, &self.cache);
        let first = now();
        match first.live {
            Some(kind) if self.cache.want(kind) => {
                let arrived = self.cache.wait_for(kind, PATIENCE);
                (now(), !arrived)
            }
            _ => (first, false),
        }
    }

    /// Where the word to replace begins, and the editor's candidates: one to put into the
    /// line, or the rows of a list.
    pub(super) fn complete(&self, line: &str, cursor: usize) -> (usize, Vec<Row>) {
        let (offer, is_loading) = self.offer(line, cursor);
        let found = offer.complete();
        let Completion {
            start, candidates, ..
        } = &found;
        let rows = match candidates.as_slice() {
            [] if is_loading => self.message(line, cursor, *start),
            [] => Vec::new(),
            [only] if found.more == 0 => vec![Row {
                shown: only.shown.clone(),
                text: only.text.clone(),
            }],
            _ => self.list(line, cursor, &found),
        };
        (*start, rows)
    }

    fn list(&self, line: &str, cursor: usize, found: &Completion) -> Vec<Row> {
        // The editor first adds what all of them share.
        let typed = &line[found.start..cursor];
        let text = if found.shared.len() > typed.len() {
            found.shared.as_str()
        } else {
            typed
        };
        let line = format!("{}{text}{}", &line[..found.start], &line[cursor..]);
        let size = self.size();
        let place = LinePlace::of(&self.prompt, &line, found.start + text.len(), size.columns);
        let list = List {
            candidates: &found.candidates,
            more: found.more,
            uncounted: found.uncounted,
            color: self.color,
        };
        let rows = list.rows(size.columns, room(place, size));
        drawn(rows, text, place, size)
    }

    fn message(&self, line: &str, cursor: usize, start: usize) -> Vec<Row> {
        let size = self.size();
        let place = LinePlace::of(&self.prompt, line, cursor, size.columns);
        drawn(vec![LOADING.to_owned()], &line[start..cursor], place, size)
    }
}
