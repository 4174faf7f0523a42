//! `--all`: reads every page of a list, and shows them as one list.

use super::Shell;
use super::recipe_step::unexpected_answer;
use crate::catalog::{ALL_PARAM, Value};
use crate::error::Error;
use crate::line::call::{Call, ValueOrigin};
use crate::session::Answer;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The largest page of every release; a larger limit is reduced silently.
pub(crate) const PAGE: usize = 500;

/// The maximum number of items: a list without end must end somewhere, and the
/// largest servers have a tenth of it.
pub(crate) const MOST: usize = 1_000_000;

/// Whether a call reads all pages of a list.
pub(crate) fn reads_all(call: &Call) -> bool {
    call.command.route().is_some() && call.is_on(ALL_PARAM)
}

/// All pages have no limit and no beginning.
pub(super) fn check(call: &Call) -> Result<(), Error> {
    let beside = ["limit", "offset", "from"];
    let mut given = beside.iter().filter_map(|name| call.slot(name));
    match given.find(|slot| call.is_on(ALL_PARAM) && slot.from == ValueOrigin::Typed) {
        Some(slot) => Err(Error::typed(format!(
            "`--{ALL_PARAM}` and `{}` cannot be used together",
            slot.param.flag()
        ))
        .at(slot.span.clone().unwrap_or_else(|| call.span.clone()))),
        None => Ok(()),
    }
}

/// The items read so far.
#[derive(Default)]
struct Items {
    all: Vec<Json>,
    /// What identifies each: one that moved to the next page meanwhile counts once.
    names: BTreeSet<String>,
}

impl Items {
    /// Adds a page; returns whether it has anything new.
    fn add(&mut self, page: Vec<Json>, key: Option<&str>) -> bool {
        let before = self.all.len();
        for item in page {
            let name = key.and_then(|key| item.get(key)).unwrap_or(&item);
            if self.names.insert(name.to_string()) {
                self.all.push(item);
            }
        }
        self.all.len() > before
    }
}

impl Shell {
    /// Reads all pages, and shows and keeps them as one answer.
    pub(super) fn all_pages(&mut self, call: &Call) -> Result<(), Error> {
        check(call)?;
        let look = self.look(call)?;
        let key = call.command.route().and_then(|route| route.names);
        let key = key.map(|(_, key)| key);
        let mut items = Items::default();
        loop {
            let page = self.page(page_of(call, items.all.as_slice(), key));
            let page = page.map_err(|error| incomplete(error, items.all.len()))?;
            let is_full = page.len() >= PAGE;
            let is_new = items.add(page, key);
            if !is_full {
                break;
            }
            if !is_new || items.all.len() >= MOST {
                let is = "each page is followed by another";
                let error = unexpected_answer(call.command.name, is);
                return Err(incomplete(error, items.all.len()));
            }
        }
        let json = Json::Array(items.all);
        let body = json.to_string().into_bytes();
        let shown = self.screen().print_answer(Some(&json), &body, &look);
        self.session.observe(call, &json);
        let json = Some(json);
        self.session.keep(
            200,
            Answer {
                body,
                json,
                kind: look.kind,
            },
        );
        shown
    }

    /// Reads a page. A refusal is shown like that of any other command.
    fn page(&mut self, call: Call) -> Result<Vec<Json>, Error> {
        let name = call.command.name;
        let (prepared, mut exchange) = self.part_sent(call, None)?;
        let no_list = || unexpected_answer(name, "it is not a list");
        if exchange.status != 200 {
            self.show(&prepared, exchange)?;
            return Err(no_list());
        }
        match self.part_read(&prepared, &mut exchange)? {
            Json::Array(items) => Ok(items),
            // A server written in Go may send null for an empty list.
            Json::Null => Ok(Vec::new()),
            _ => Err(no_list()),
        }
    }
}

/// The call of the page after these items.
pub(super) fn page_of(call: &Call, items: &[Json], key: Option<&str>) -> Call {
    let mut page = call.clone();
    let number = |count: usize| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let last = key.and_then(|key| items.last()?.get(key)?.as_str());
    for slot in &mut page.slots {
        let value = match (slot.param.name, last) {
            ("limit", _) => number(PAGE),
            ("offset", _) if !items.is_empty() => number(items.len()),
            // A list without offsets goes on after the last item.
            ("from", Some(last)) => Value::Text(last.to_owned()),
            _ => continue,
        };
        slot.value = Some(value);
        slot.from = ValueOrigin::Typed;
    }
    page
}

/// The error of a page after which what came is not passed off as all.
fn incomplete(error: Error, count: usize) -> Error {
    let message = format!(
        "{}; the list is not complete, so the {count} items before are not shown",
        error.message
    );
    if count == 0 {
        return error;
    }
    Error { message, ..error }
}
