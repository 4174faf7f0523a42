//! `--all`: reads every page of a list, and shows them as one list.

use super::Shell;
use super::preview::echo;
use super::recipe_step::unexpected_answer;
use super::update::trace;
use crate::catalog::{ALL_PARAM, Value};
use crate::error::{Error, Fault};
use crate::line::call::{Call, ValueOrigin};
use crate::session::{Answer, answer};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The largest page of every release; a larger limit is reduced silently.
const PAGE: i64 = 500;

/// The maximum number of items: a list without end must end somewhere.
const MOST: usize = 1_000_000;

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
        let key = call.command.route().and_then(|route| route.names);
        let key = key.map(|(_, key)| key);
        let mut items = Items::default();
        loop {
            let page = self.page(page_of(call, items.all.as_slice(), key));
            let page = page.map_err(|error| incomplete(error, items.all.len()))?;
            let is_full = i64::try_from(page.len()).is_ok_and(|count| count >= PAGE);
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
        let output = self.session.settings.output;
        let shown = self.screen().print_answer(Some(&json), &body, output);
        self.session.observe(call, &json);
        let json = Some(json);
        self.session.keep(200, Answer { body, json });
        shown
    }

    /// Reads a page. A refusal is shown like that of any other command.
    fn page(&mut self, call: Call) -> Result<Vec<Json>, Error> {
        if self.asker.was_interrupted() {
            return Err(Error::new(Fault::Interrupted, "interrupted"));
        }
        let mut prepared = self.prepare(call)?;
        echo(self, &prepared.spec)?;
        let sent = self.send_authorized(&mut prepared)?;
        let is_refused = |status: u16| status != 200;
        if sent
            .as_ref()
            .map_or(true, |exchange| is_refused(exchange.status))
        {
            self.read(&prepared, sent)?;
            return Err(unexpected_answer(
                prepared.call().command.name,
                "it is not a list",
            ));
        }
        let mut exchange = sent.map_err(|lost| self.session.explained(lost, &prepared.spec))?;
        trace(self, &prepared, &exchange);
        self.detect_release(&exchange);
        let release = self.session.settings.api.release;
        let route = prepared.route().expect("an operation of the table");
        let call = prepared.call();
        let read = answer::read(call, route, &prepared.spec, &mut exchange, release);
        match (read.error, read.json) {
            (Some(error), _) => Err(self.session.without_secrets(error, &prepared.spec)),
            (None, Some(Json::Array(items))) => Ok(items),
            // A server written in Go may send null for an empty list.
            (None, Some(Json::Null)) => Ok(Vec::new()),
            (None, _) => Err(unexpected_answer(call.command.name, "it is not a list")),
        }
    }
}

/// The call of the page after these items.
pub(super) fn page_of(call: &Call, items: &[Json], key: Option<&str>) -> Call {
    let mut page = call.clone();
    let offset = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let last = key.and_then(|key| items.last()?.get(key)?.as_str());
    for slot in &mut page.slots {
        let value = match (slot.param.name, last) {
            ("limit", _) => Value::Int(PAGE),
            ("offset", _) if offset > 0 => Value::Int(offset),
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
