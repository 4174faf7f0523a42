//! The names and ids that Tab offers: those in the answers of this session, and those
//! that were fetched for it.

use super::alias::Aliases;
use super::courses::{Courses, KnownCourses};
use super::known_names::{About, Index, KnownNames};
use super::name_details::Describer;
use crate::catalog::{Api, Live};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The maximum number of names of a kind.
const MOST: usize = 100_000;

/// Names that come and go are fetched again, when they are asked for, after this time.
const SHORT_LIVED: Duration = Duration::from_secs(3);
/// Other admins add and delete objects too.
const LONG_LIVED: Duration = Duration::from_mins(5);

/// Fetches the names of a kind in the background.
pub type Fetch = Arc<dyn Fn(Live) + Send + Sync>;

/// The names and ids known. Clones share those of the server.
#[derive(Clone, Default)]
pub struct CompletionCache {
    shared: Arc<Shared>,
    variables: Vec<String>,
    /// The names of the profiles.
    profiles: Vec<String>,
    aliases: Aliases,
    /// The type of the objects of the last answer.
    answer: Option<&'static str>,
    /// The courses of `learn`.
    pub courses: KnownCourses,
    /// Lists file names with this prefix, for completion; `None` outside of a terminal.
    files: Option<fn(&str) -> Vec<String>>,
    /// Whether names are kept alone: without Tab, nobody sees what stands beside them.
    names_only: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    arrived: Condvar,
}

/// What belongs to one server and one login.
#[derive(Default)]
struct State {
    /// The number of times that the server or the login changed: what was requested before
    /// does not count.
    epoch: u64,
    names: BTreeMap<Live, KnownNames>,
    loading: BTreeSet<Live>,
    /// When the list of a kind came.
    fetched: BTreeMap<Live, Instant>,
    /// The kinds that were changed since.
    changed: BTreeSet<Live>,
    fetch: Option<Fetch>,
}

impl fmt::Debug for CompletionCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let counts = state.names.iter().map(|(live, names)| (live, names.len()));
        f.debug_map().entries(counts).finish()
    }
}

impl CompletionCache {
    /// An empty one that knows these courses.
    pub fn knowing(courses: fn() -> &'static Courses) -> Self {
        Self {
            courses: KnownCourses::of(courses),
            ..Self::default()
        }
    }

    /// Keeps nothing but names: there is no Tab.
    pub fn keep_names_only(&mut self) {
        self.names_only = true;
    }

    /// Knows the aliases and the names of the profiles.
    pub fn know_config(&mut self, aliases: Aliases, profiles: Vec<String>) {
        self.aliases = aliases;
        self.profiles = profiles;
    }

    /// The aliases.
    pub fn aliases(&self) -> &Aliases {
        &self.aliases
    }

    /// The names of the profiles.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        self.profiles.iter().map(String::as_str)
    }

    /// Notes the type of the objects of the last answer, for `last`.
    pub fn know_answer(&mut self, object: Option<&'static str>) {
        self.answer = object;
    }

    /// The type of the objects of the last answer.
    pub fn answer(&self) -> Option<&'static str> {
        self.answer
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.shared.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns the names in an answer, under `key`: of one object, or of a list.
    pub fn learn_names(&mut self, api: &'static Api, live: Live, key: &str, answer: &Value) {
        let describer = (!self.names_only).then(|| Describer::new(api, live));
        let found = found(describer.as_ref(), live, key, answer);
        let replaces = live == Live::ConnectionId && answer.is_array();
        let mut state = self.state();
        if replaces && !found.is_empty() {
            state.names.remove(&live);
        }
        state.add(live, found);
    }

    /// Takes the list of a kind that was fetched: all of its names, or some of them. Names
    /// that were requested before the server or the login changed are not taken.
    pub fn take(
        &self,
        epoch: u64,
        api: &'static Api,
        live: Live,
        key: &str,
        list: &[Value],
        is_all: bool,
    ) {
        let describer = Describer::new(api, live);
        let found = list
            .iter()
            .filter_map(|item| one(Some(&describer), live, key, item));
        let found: Vec<_> = found.collect();
        let mut state = self.state();
        if state.epoch != epoch {
            return;
        }
        if is_all {
            state.names.remove(&live);
            if live == Live::UserId {
                state.names.remove(&Live::Username);
            }
        }
        state.add(live, found);
        // A key must not wait for this.
        if let Some(names) = state.names.get(&live) {
            names.index();
        }
    }

    /// The kinds are being fetched, for what is known now; returns the number of this state.
    pub fn begin_fetch(&self, kinds: impl IntoIterator<Item = Live>) -> u64 {
        let mut state = self.state();
        for live in kinds {
            state.changed.remove(&live);
            state.loading.insert(live);
        }
        state.epoch
    }

    /// The names of a kind came, or will not come.
    pub fn end_fetch(&self, epoch: u64, live: Live) {
        let mut state = self.state();
        if state.epoch == epoch {
            state.loading.remove(&live);
            state.fetched.insert(live, Instant::now());
        }
        drop(state);
        self.shared.arrived.notify_all();
    }

    /// Sets the function that fetches names in the background.
    pub fn fetching_by(&self, fetch: Fetch) {
        self.state().fetch = Some(fetch);
    }

    /// Notes that objects of this kind were changed.
    pub fn note_change(&self, live: Live) {
        self.state().changed.insert(live);
    }

    /// The kinds that were changed since their names came.
    pub fn changed(&self) -> Vec<Live> {
        self.state().changed.iter().copied().collect()
    }

    /// The number of this state; another server or login has another one.
    pub fn epoch(&self) -> u64 {
        self.state().epoch
    }

    /// Asks for the names of a kind, if they may be out of date. Returns whether there is
    /// something to wait for.
    pub fn want(&self, live: Live) -> bool {
        let mut state = self.state();
        let lasts = if live.comes_and_goes() {
            SHORT_LIVED
        } else {
            LONG_LIVED
        };
        let age = state.fetched.get(&live).map(Instant::elapsed);
        // What was never fetched waits for the login.
        let is_old = age.is_some_and(|age| age > lasts);
        if is_old
            && !state.loading.contains(&live)
            && let Some(fetch) = state.fetch.clone()
        {
            state.loading.insert(live);
            drop(state);
            fetch(live);
            return live.comes_and_goes();
        }
        state.loading.contains(&live) && (live.comes_and_goes() || !state.has(live))
    }

    /// Waits for the names of a kind. Returns whether they are there.
    pub fn wait_for(&self, live: Live, patience: Duration) -> bool {
        let state = self.state();
        let is_loading = |state: &mut State| state.loading.contains(&live);
        let arrived = &self.shared.arrived;
        let waited = arrived.wait_timeout_while(state, patience, is_loading);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !state.loading.contains(&live)
    }

    /// Sets the function that lists files.
    pub fn listing_files_by(mut self, files: fn(&str) -> Vec<String>) -> Self {
        self.files = Some(files);
        self
    }

    /// The files with this prefix in their names.
    pub fn files(&self, typed: &str) -> Vec<String> {
        self.files.map_or_else(Vec::new, |files| files(typed))
    }

    /// The names known of a kind, prepared for a search.
    pub fn names(&self, live: Live) -> Arc<Index> {
        let state = self.state();
        state
            .names
            .get(&live)
            .map(KnownNames::index)
            .unwrap_or_default()
    }

    /// Prepares what changed, so that no key has to wait for it.
    pub fn prepare(&self) {
        for names in self.state().names.values() {
            names.index();
        }
    }

    pub fn forget_name(&mut self, live: Live, name: &str) {
        if let Some(names) = self.state().names.get_mut(&live) {
            names.remove(name);
        }
    }

    /// Sets the names of the user's own variables.
    pub fn know_variables(&mut self, names: Vec<String>) {
        self.variables = names;
    }

    /// Forgets what belongs to one server or login.
    pub fn forget_server(&mut self) {
        self.answer = None;
        let mut state = self.state();
        *state = State {
            epoch: state.epoch + 1,
            fetch: state.fetch.take(),
            ..State::default()
        };
        drop(state);
        self.shared.arrived.notify_all();
    }

    pub fn forget_user(&mut self, id: i64) {
        let mut state = self.state();
        let id = id.to_string();
        let name = state
            .about(Live::UserId, &id)
            .map(|about| about.label.clone());
        for (live, name) in [(Live::UserId, Some(id)), (Live::Username, name)] {
            if let (Some(names), Some(name)) = (state.names.get_mut(&live), name) {
                names.remove(&name);
            }
        }
    }

    /// The name of a user, if it was seen.
    pub fn username(&self, id: i64) -> Option<String> {
        let state = self.state();
        let about = state.about(Live::UserId, &id.to_string())?;
        Some(about.label.clone())
    }

    /// The names of the user's own variables.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(String::as_str)
    }
}

impl State {
    fn has(&self, live: Live) -> bool {
        self.names.get(&live).is_some_and(|names| !names.is_empty())
    }

    fn about(&self, live: Live, name: &str) -> Option<&About> {
        self.names.get(&live)?.about(name)
    }

    fn add(&mut self, live: Live, found: Vec<(String, About)>) {
        for (name, about) in found {
            // On API v1 a user has an id and a name.
            if live == Live::UserId {
                let details = about.details.clone();
                let label = String::new();
                self.insert(
                    Live::Username,
                    about.label.clone(),
                    About { label, details },
                );
            }
            self.insert(live, name, about);
        }
    }

    fn insert(&mut self, live: Live, name: String, about: About) {
        let names = self.names.entry(live).or_default();
        if names.len() < MOST || names.contains(&name) {
            names.insert(name, about);
        }
    }
}

/// The names in an answer, under `key`: of one object, or of a list.
fn found(
    describer: Option<&Describer>,
    live: Live,
    key: &str,
    answer: &Value,
) -> Vec<(String, About)> {
    let items = match answer {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let found = items.iter().take(MOST);
    found
        .filter_map(|item| one(describer, live, key, item))
        .collect()
}

/// The name of an object, unchanged: it is shown and written without what controls a
/// terminal.
fn one(
    describer: Option<&Describer>,
    live: Live,
    key: &str,
    item: &Value,
) -> Option<(String, About)> {
    let name = match item.get(key)? {
        Value::String(text) if !text.is_empty() => text.clone(),
        Value::Number(number) if live == Live::UserId => number.as_i64()?.to_string(),
        _ => return None,
    };
    let about = describer.map(|describer| describer.about(item));
    let about = about.unwrap_or_default();
    if live == Live::UserId {
        // The name is completed as well.
        let label = item.get("username")?.as_str()?.to_owned();
        return Some((name, About { label, ..about }));
    }
    Some((name, about))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use serde_json::json;

    fn known(cache: &CompletionCache, live: Live) -> Vec<String> {
        let names = cache.names(live);
        let all = (0..names.len()).filter_map(|at| names.at(at));
        all.map(|known| known.name.to_string()).collect()
    }

    #[test]
    fn names_of_another_login_are_not_taken() {
        let v2 = catalog::api("v2").unwrap();
        let mut cache = CompletionCache::default();
        let before = cache.begin_fetch([Live::Group]);
        assert!(cache.want(Live::Group));
        cache.forget_server();
        assert!(!cache.want(Live::Group));
        cache.take(
            before,
            v2,
            Live::Group,
            "name",
            &[json!({"name": "old"})],
            true,
        );
        cache.end_fetch(before, Live::Group);
        assert!(known(&cache, Live::Group).is_empty());
        let now = cache.begin_fetch([Live::Group]);
        cache.take(
            now,
            v2,
            Live::Group,
            "name",
            &[json!({"name": "new"})],
            true,
        );
        cache.end_fetch(now, Live::Group);
        assert!(cache.wait_for(Live::Group, Duration::ZERO));
        assert_eq!(known(&cache, Live::Group), ["new"]);
        // The whole list comes again: what is not in it is gone.
        cache.take(now, v2, Live::Group, "name", &[json!({"name": "b"})], true);
        cache.take(now, v2, Live::Group, "name", &[json!({"name": "c"})], false);
        assert_eq!(known(&cache, Live::Group), ["b", "c"]);
    }

    #[test]
    fn a_wait_ends_with_the_names_or_without() {
        let cache = CompletionCache::default();
        let epoch = cache.begin_fetch([Live::Role]);
        assert!(!cache.wait_for(Live::Role, Duration::from_millis(1)));
        let other = cache.clone();
        let fetch = std::thread::spawn(move || other.end_fetch(epoch, Live::Role));
        assert!(cache.wait_for(Live::Role, Duration::from_secs(10)));
        fetch.join().unwrap();
    }

    #[test]
    fn names_are_kept_as_the_server_has_them() {
        let v2 = catalog::api("v2").unwrap();
        let mut cache = CompletionCache::default();
        let names = ["a\u{1b}[2J", "b\nc", "\u{202e}x", "", "用户 1", "o'x"];
        let list: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        cache.learn_names(v2, Live::Group, "name", &Value::Array(list));
        assert_eq!(
            known(&cache, Live::Group),
            ["a\u{1b}[2J", "b\nc", "o'x", "\u{202e}x", "用户 1"]
        );
        for odd in [
            json!(null),
            json!([1, null]),
            json!({"name": 5}),
            json!("x"),
        ] {
            cache.learn_names(v2, Live::Role, "name", &odd);
        }
        assert!(known(&cache, Live::Role).is_empty());
    }

    #[test]
    fn a_user_of_v1_has_an_id_and_a_name() {
        let v1 = catalog::api("v1").unwrap();
        let mut cache = CompletionCache::default();
        let users =
            json!([{"id": 7, "username": "anna", "status": 1}, {"id": 8, "username": "x\u{7}"}]);
        cache.learn_names(v1, Live::UserId, "id", &users);
        assert_eq!(known(&cache, Live::UserId), ["7", "8"]);
        assert_eq!(known(&cache, Live::Username), ["anna", "x\u{7}"]);
        assert_eq!(cache.username(7).as_deref(), Some("anna"));
        cache.forget_user(7);
        assert_eq!(cache.username(7), None);
        assert_eq!(known(&cache, Live::Username), ["x\u{7}"]);
    }
}
