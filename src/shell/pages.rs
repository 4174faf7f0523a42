//! Reads a list page by page, the next one while the last is used.

use super::recipe_step::{items_of, unexpected_answer};
use super::{Prepared, Shell};
use crate::catalog::{ALL_PARAM, OfList, Value};
use crate::error::{Error, Fault};
use crate::http::{Exchange, Lost};
use crate::interrupt::Ended;
use crate::line::call::{Call, Slot, ValueOrigin};
use serde_json::Value as Json;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::thread::JoinHandle;

/// The largest page of every release; a larger limit is reduced silently.
const PAGE: usize = 500;

/// The maximum number of items: a guard against a list that never ends; the largest servers
/// have a tenth of it.
const MOST: usize = 1_000_000;

/// Whether a call reads all pages of a list.
pub(crate) fn reads_all(call: &Call) -> bool {
    let is_list = call.command.route().is_some() && !call.is_many();
    is_list && (call.is_on(ALL_PARAM) || call.view.reads_all())
}

/// How the next page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cursor {
    /// By the number of the items before it.
    Offset,
    /// By this member of the last item before it.
    After(&'static str),
    /// Not at all.
    None,
}

impl Cursor {
    fn of(call: &Call) -> Self {
        let has = |list| call.of_list(list).is_some();
        if !has(OfList::Limit) {
            return Self::None;
        }
        if has(OfList::Offset) {
            return Self::Offset;
        }
        let mut slots = call.slots.iter();
        let after = slots.find_map(|slot| match slot.param.list {
            Some(OfList::After(key)) => Some(Self::After(key)),
            _ => None,
        });
        after.unwrap_or(Self::None)
    }
}

/// The pages of a list.
pub(crate) struct Pages<'a> {
    call: &'a Call,
    cursor: Cursor,
    /// The member that identifies an item.
    key: Option<&'static str>,
    /// What was read, so that an item that moved to the next page meanwhile counts once.
    seen: Seen,
    /// The value of the last item by which the next page is asked for.
    last: Option<String>,
    /// Whether the next page is asked for before the last one is used.
    reads_ahead: bool,
    ahead: Option<Ahead>,
    /// How many requests were made.
    pub(super) requests: usize,
    is_done: bool,
    /// Whether the server has more, but cannot be asked for it.
    pub(super) is_cut: bool,
}

/// A request that is on its way.
struct Ahead {
    prepared: Prepared,
    sent: JoinHandle<Result<Exchange, Lost>>,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(call: &'a Call, reads_ahead: bool) -> Self {
        let route = call.command.route();
        Self {
            call,
            cursor: Cursor::of(call),
            key: route.and_then(|route| Some(route.names?.1)),
            seen: Seen::default(),
            last: None,
            reads_ahead,
            ahead: None,
            requests: 0,
            is_done: false,
            is_cut: false,
        }
    }

    /// How many items were read.
    pub(crate) fn count(&self) -> usize {
        self.seen.items.len()
    }

    /// The next page; `None` after the last one. A rejection may be shown like that of any
    /// other command.
    pub(crate) fn next(
        &mut self,
        shell: &mut Shell,
        shows_refusal: bool,
    ) -> Result<Option<Vec<Json>>, Error> {
        if self.is_done {
            return Ok(None);
        }
        let (prepared, exchange) = match self.ahead.take() {
            Some(ahead) => shell.part_received(ahead)?,
            None => shell.part_sent(self.page(), None)?,
        };
        self.requests += 1;
        let mut items = shell.page(&prepared, exchange, shows_refusal)?;
        let is_full = items.len() >= PAGE;
        self.last = self.next_after(items.last());
        let before = self.count();
        items.retain(|item| self.seen.add(item, self.key));
        let is_new = self.count() > before;
        let may_go_on = self.cursor != Cursor::None;
        self.is_done = !is_full || !may_go_on;
        self.is_cut = is_full && !may_go_on && self.call.of_list(OfList::Limit).is_some();
        if !self.is_done {
            if let Some(is) = endless(is_new, self.count()) {
                return Err(unexpected_answer(self.call.command.name, &is));
            }
            if self.reads_ahead {
                self.ahead = shell.part_ahead(self.page())?;
            }
        }
        Ok(Some(items))
    }

    fn next_after(&self, last: Option<&Json>) -> Option<String> {
        match self.cursor {
            Cursor::After(key) => last?.get(key)?.as_str().map(str::to_owned),
            Cursor::Offset | Cursor::None => None,
        }
    }

    /// The call of the next page.
    fn page(&self) -> Call {
        let mut page = first_page(self.call);
        match (self.cursor, &self.last) {
            (Cursor::Offset, _) if self.count() > 0 => {
                set(&mut page, OfList::Offset, number(self.count()));
            }
            (Cursor::After(key), Some(last)) => {
                set(&mut page, OfList::After(key), Value::Text(last.clone()));
            }
            _ => {}
        }
        page
    }
}

/// The call of the first page. A limit and an offset that were typed are those of the
/// results, after the condition.
pub(super) fn first_page(call: &Call) -> Call {
    let mut page = call.clone();
    for slot in &mut page.slots {
        if slot.param.list == Some(OfList::Offset) {
            *slot = Slot::left_out(slot.param);
        }
    }
    if Cursor::of(call) != Cursor::None || call.of_list(OfList::Limit).is_some() {
        set(&mut page, OfList::Limit, number(PAGE));
    }
    page
}

/// Why a list would go on without end.
fn endless(is_new: bool, count: usize) -> Option<String> {
    if !is_new {
        return Some("it is the same page again".to_owned());
    }
    (count >= MOST).then(|| format!("{count} items, and still another page follows"))
}

fn number(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn set(call: &mut Call, list: OfList, value: Value) {
    let mut slots = call.slots.iter_mut();
    if let Some(slot) = slots.find(|slot| slot.param.list == Some(list)) {
        slot.value = Some(value);
        slot.from = ValueOrigin::Typed;
    }
}

/// The items that were read, each as a hash of 128 bits: 100,000 names themselves would take
/// ten times the memory.
#[derive(Default)]
struct Seen {
    items: HashSet<(u64, u64)>,
    states: (RandomState, RandomState),
}

impl Seen {
    /// Adds an item; returns whether it is new.
    fn add(&mut self, item: &Json, key: Option<&str>) -> bool {
        let name = key.and_then(|key| item.get(key)).unwrap_or(item);
        let name = name
            .as_str()
            .map_or_else(|| name.to_string().into(), std::borrow::Cow::Borrowed);
        let (one, other) = &self.states;
        self.items
            .insert((one.hash_one(&name), other.hash_one(&name)))
    }
}

impl Shell {
    /// Reads a page.
    fn page(
        &mut self,
        prepared: &Prepared,
        mut exchange: Exchange,
        shows_refusal: bool,
    ) -> Result<Vec<Json>, Error> {
        let name = prepared.call.command.name;
        let no_list = || unexpected_answer(name, "it is not a list");
        if exchange.status != 200 && shows_refusal {
            self.show(prepared, exchange)?;
            return Err(no_list());
        }
        items_of(self.part_read(prepared, &mut exchange)?).ok_or_else(no_list)
    }

    /// Sends the request of a call on another thread, if it can be sent.
    fn part_ahead(&mut self, call: Call) -> Result<Option<Ahead>, Error> {
        if self.asker.was_interrupted() {
            return Ok(None);
        }
        let prepared = self.prepare(call)?;
        let Ok(link) = self.link(&prepared) else {
            return Ok(None);
        };
        let (spec, stderr) = (prepared.spec.clone(), self.out.stderr.clone());
        let progress = self.progress.clone();
        let tell = move |text: &str| progress.aside(|| drop(stderr.write(text.as_bytes())));
        self.requests += 1;
        let thread = std::thread::Builder::new();
        let sent = thread.spawn(move || link.send(&spec, &tell));
        Ok(sent.ok().map(|sent| Ahead { prepared, sent }))
    }

    /// The answer to a request that was sent ahead; Ctrl-C ends the wait for it.
    fn part_received(&mut self, ahead: Ahead) -> Result<(Prepared, Exchange), Error> {
        let Ahead { mut prepared, sent } = ahead;
        self.begin_waiting_for(&prepared.spec);
        let joined = move || sent.join().unwrap_or_else(|_| Err(Lost::broken()));
        let sent = match self.asker.interrupt_of_wait() {
            None => joined(),
            // It may have come while the page before was used.
            Some(_) if self.asker.was_interrupted() => Err(Lost::Interrupted),
            Some(interrupt) => interrupt
                .run_until_interrupted(joined)
                .unwrap_or_else(|ended| {
                    Err(match ended {
                        Ended::Interrupted => Lost::Interrupted,
                        Ended::Broken => Lost::broken(),
                    })
                }),
        };
        self.progress.end_waiting();
        if matches!(sent, Err(Lost::Interrupted)) {
            self.connection.break_off();
        }
        let sent = self.collect_authorized(&mut prepared, sent)?;
        let exchange = self.part_exchanged(&prepared, sent)?;
        Ok((prepared, exchange))
    }
}

/// The error of a page; it says that the list is not complete.
pub(super) fn incomplete(error: Error, count: usize, is_shown: bool) -> Error {
    if count == 0 || error.fault == Fault::OutputClosed {
        return error;
    }
    let rest = if is_shown {
        format!("only {count} items were read before")
    } else {
        format!("so the {count} items before are not shown")
    };
    let message = format!("{}; the list is not complete, {rest}", error.message);
    Error { message, ..error }
}
