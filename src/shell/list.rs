//! Shows a list that is read page by page: what meets its condition, in its order, through
//! its filter.

use super::Shell;
use super::pages::{Pages, incomplete};
use super::recipe_step::unexpected_answer;
use crate::catalog::{Clock, OfList, schema};
use crate::error::{Error, Fault};
use crate::line::call::{Call, ValueOrigin};
use crate::output::format;
use crate::output::view::{Look, Sheet};
use crate::session::Answer;
use crate::text::words::plural;
use serde_json::Value as Json;

/// The size of the text up to which a list that was written item by item is kept for `last`
/// and `$_`: a larger one is usually written to a file.
const KEPT: usize = 2 << 20;

/// A smaller limit was chosen on purpose, so nothing is said about it.
const SMALLEST_CUT: usize = 100;

/// The remark about a list that has as many items as its limit.
pub(super) fn at_limit(count: usize, more: &str) -> Option<String> {
    (count >= SMALLEST_CUT)
        .then(|| format!("{count} results, which is the limit; there may be more: {more}\n"))
}

/// The items that meet the condition.
struct Results<'a> {
    call: &'a Call,
    look: &'a Look,
    /// The sheet to which each is written when it comes.
    sheet: Option<Sheet<'a>>,
    /// How many are left out at the beginning.
    skip: usize,
    /// How many there may be.
    limit: Option<usize>,
    /// Whether each is written when it comes, and not at the end.
    is_streamed: bool,
    items: Vec<Json>,
    /// How many there were.
    count: usize,
    /// The size of the text of those that are kept; `None` if they are no longer.
    kept: Option<usize>,
    is_full: bool,
}

impl<'a> Results<'a> {
    fn new(call: &'a Call, look: &'a Look, is_streamed: bool) -> Self {
        let typed = |list| {
            let slot = call.of_list(list)?;
            let is_typed = slot.from == ValueOrigin::Typed;
            is_typed.then(|| usize::try_from(call.int(slot.param.name)).unwrap_or(0))
        };
        Self {
            call,
            look,
            sheet: None,
            skip: typed(OfList::Offset).unwrap_or(0),
            limit: typed(OfList::Limit),
            is_streamed,
            items: Vec::new(),
            count: 0,
            kept: Some(0),
            is_full: false,
        }
    }

    /// Whether the list is sorted, so that the limit holds only at the end.
    fn is_sorted(&self) -> bool {
        self.call.view.order.is_some()
    }

    /// The items of a page that are results.
    fn of_page(&mut self, page: Vec<Json>) -> Vec<Json> {
        let condition = self.call.view.condition.as_ref();
        let meets = |item: &Json| condition.is_none_or(|condition| condition.holds(item));
        let mut found: Vec<Json> = page.into_iter().filter(meets).collect();
        if !self.is_sorted() {
            self.cut(&mut found);
        }
        self.count += found.len();
        found
    }

    /// Leaves out those before the offset and after the limit.
    fn cut(&mut self, found: &mut Vec<Json>) {
        let skipped = self.skip.min(found.len());
        found.drain(..skipped);
        self.skip -= skipped;
        let room = self.limit.map(|limit| limit.saturating_sub(self.count));
        if let Some(room) = room.filter(|room| *room <= found.len()) {
            found.truncate(room);
            self.is_full = true;
        }
    }

    /// Keeps items, unless they were written already and are too many.
    fn keep(&mut self, found: Vec<Json>) {
        if let (true, Some(size)) = (self.is_streamed, self.kept) {
            let text: usize = found.iter().map(|item| item.to_string().len()).sum();
            self.kept = Some(size + text).filter(|size| *size <= KEPT);
            if self.kept.is_none() {
                self.items = Vec::new();
            }
        }
        if self.kept.is_some() {
            self.items.extend(found);
        }
    }

    /// Sorts the list, then leaves out what is outside of offset and limit.
    fn end(&mut self) {
        if let Some(order) = &self.call.view.order {
            let mut items = std::mem::take(&mut self.items);
            order.sort(&mut items);
            self.count = 0;
            self.cut(&mut items);
            self.count = items.len();
            self.items = items;
        }
    }
}

impl Shell {
    /// Reads all pages of a list, and shows and keeps the results as one answer.
    pub(super) fn list(&mut self, call: &Call) -> Result<(), Error> {
        let look = self.look(call)?;
        let view = &call.view;
        // A pager gets the whole list.
        let clock = Clock::system();
        let sheet = look.sheet_ahead(&clock);
        let is_streamed = (format::is_by_item(look.output) || sheet.is_some())
            && view.order.is_none()
            && view.filter.is_none()
            && !self.screen().pages();
        let mut results = Results::new(call, &look, is_streamed);
        results.sheet = sheet.filter(|_| is_streamed);
        // A limit may end the list at any page.
        let mut pages = Pages::new(call, results.limit.is_none() || results.is_sorted());
        let read = self.read_pages(&mut pages, &mut results);
        if read.1 {
            self.progress.end_bar();
        }
        read.0
            .map_err(|error| incomplete(error, pages.count(), is_streamed && results.count > 0))?;
        results.end();
        let json = Json::Array(std::mem::take(&mut results.items));
        let body = json.to_string().into_bytes();
        let shown = if is_streamed {
            Ok(())
        } else {
            self.print_list(call, &look, &json, &body)
        };
        self.remark_on_list(&pages, &results);
        if results.kept.is_some() {
            self.session.observe(call, &json);
            let (json, kind) = (Some(json), look.kind);
            self.session.keep(200, Answer { body, json, kind });
        } else {
            self.session.keep_none(200);
        }
        shown
    }

    /// Reads the pages; the second part of the result is whether a line counts them.
    fn read_pages(
        &mut self,
        pages: &mut Pages<'_>,
        results: &mut Results<'_>,
    ) -> (Result<(), Error>, bool) {
        let mut has_bar = false;
        while !results.is_full {
            // The rejection of a later page has no place in a list that is half written.
            let shows_refusal = !results.is_streamed || pages.requests == 0;
            let page = match pages.next(self, shows_refusal) {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(error) => return (Err(error), has_bar),
            };
            // The wait for the first page is shown like any other.
            if pages.requests == 1 {
                has_bar = self
                    .screen()
                    .begin_count(noun(results.call), results.is_streamed);
            }
            self.progress.bar_at(pages.count(), 0);
            let found = results.of_page(page);
            if results.is_streamed
                && let Err(error) = self.print_page(&found, results, pages.requests == 1)
            {
                return (Err(error), has_bar);
            }
            results.keep(found);
        }
        (Ok(()), has_bar)
    }

    /// Writes what was found on a page of a list that is streamed.
    fn print_page(
        &self,
        found: &[Json],
        results: &Results<'_>,
        is_first: bool,
    ) -> Result<(), Error> {
        let screen = self.screen();
        let Some(sheet) = &results.sheet else {
            return screen.print_some(found.iter().map(|item| results.look.only(item)));
        };
        if found.iter().any(|item| !item.is_object()) {
            let name = results.call.command.name;
            return Err(unexpected_answer(
                name,
                "an item of the list is not an object",
            ));
        }
        let header = if is_first {
            sheet.header()
        } else {
            String::new()
        };
        screen.print_lines_of(&(header + &sheet.rows(found)), found.len())
    }

    fn print_list(&self, call: &Call, look: &Look, json: &Json, body: &[u8]) -> Result<(), Error> {
        match &call.view.filter {
            Some(filter) => self.print_filtered(filter, json),
            None => self.screen().print_answer(Some(json), body, look),
        }
    }

    /// Says how much of the list is shown.
    fn remark_on_list(&self, pages: &Pages<'_>, results: &Results<'_>) {
        let screen = self.screen();
        let Results { call, count, .. } = results;
        if pages.is_cut {
            // The list is incomplete although all of it was requested.
            screen.say(&format!(
                "warning: only the first {} {} were read: this server cannot return more\n",
                pages.count(),
                noun(call)
            ));
        }
        if results.is_full
            && let Some(limit) = call.of_list(OfList::Limit)
            && let more = format!("without `{}` all are shown", limit.param.flag())
            && let Some(remark) = at_limit(*count, &more)
        {
            screen.remark(&remark);
        }
        if !screen.terminals().stderr {
            return;
        }
        if call.view.condition.is_some() {
            let requests = plural(pages.requests, "request");
            let (all, noun) = (pages.count(), noun(call));
            screen.remark(&format!("{count} of {all} {noun} ({requests})\n"));
        }
        if results.kept.is_none() {
            screen.remark("the list is too long to keep: `last` and `$_` do not contain it\n");
        }
    }
}

/// What the items of a list are called: `users`.
fn noun(call: &Call) -> &'static str {
    let nouns = call.command.listed().and_then(schema::nouns);
    nouns.map_or("items", |(_, several)| several)
}

/// An error of a filter that is running.
pub(super) fn failed(why: &str) -> Error {
    Error::new(Fault::Local, format!("the jq filter failed: {why}"))
}
