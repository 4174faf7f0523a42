//! Names from the server for Tab: fetched in the background, over a connection of their own. A
//! fetch uses a login that is there, and never causes one: a wrong one counts towards a ban.
//! Only the names are visible in the session.

use super::Shell;
use super::recipe_step::items_of;
use crate::catalog::live::{NameList, name_lists};
use crate::catalog::{Api, Live, Method, OfList, Release};
use crate::http::auth::{PasswordState, Token};
use crate::http::{Client, Sending};
use crate::line::completion_cache::CompletionCache;
use crate::request::{self, Proof, RequestSpec};
use crate::session::Session;
use serde_json::Value as Json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Url;

/// The maximum number of names of a kind.
const MOST: usize = 5_000;

/// The maximum time for one fetch, of all kinds together.
const TIME: Duration = Duration::from_secs(2);

/// The names of this session.
#[derive(Default)]
pub(crate) struct Names {
    worker: Option<Worker>,
    /// What they were fetched for last.
    fetched_for: Option<Identity>,
}

/// The server, the login, and the state of the names: if they change, the names are fetched
/// again.
type Identity = (Url, &'static str, String, bool, u64, Release);

/// The thread that fetches.
struct Worker {
    jobs: Sender<Job>,
    /// How it may ask the server, if it may.
    access: Arc<Mutex<Option<Access>>>,
    stopped: Arc<AtomicBool>,
}

/// Kinds of names to fetch.
struct Job {
    lists: Vec<NameList>,
    epoch: u64,
}

/// How the server is asked.
#[derive(Clone)]
struct Access {
    base_url: Url,
    api: &'static Api,
    proof: Proof,
    sending: Sending,
    /// The token, for when it ends.
    token: Option<Token>,
    lists: Vec<NameList>,
}

impl Shell {
    /// Fetches the names that are not there yet, or were changed, before a line is read.
    pub(crate) fn fetch_names(&mut self) {
        if !self.session.settings.live_names || !self.asker.is_interactive() {
            self.names.stop();
            return;
        }
        let Some(access) = access(&self.session) else {
            self.names.pause();
            return;
        };
        let completion = &self.session.completion;
        let identity = identity(&self.session);
        let lists = if self.names.fetched_for.as_ref() == Some(&identity) {
            let changed = completion.changed();
            let is_changed = |list: &&NameList| changed.contains(&list.live);
            access.lists.iter().filter(is_changed).copied().collect()
        } else {
            access.lists.clone()
        };
        let Some(worker) = self.names.worker(&self.session) else {
            return;
        };
        worker.set_access(Some(access));
        if !lists.is_empty() {
            let epoch = completion.begin_fetch(lists.iter().map(|list| list.live));
            let _ = worker.jobs.send(Job { lists, epoch });
        }
        self.names.fetched_for = Some(identity);
    }

    /// Forgets the names from the server; they are fetched again. Returns whether they can be.
    pub(crate) fn refetch_names(&mut self) -> bool {
        self.session.completion.forget_server();
        access(&self.session).is_some() && self.session.settings.live_names
    }
}

impl Names {
    fn worker(&mut self, session: &Session) -> Option<&Worker> {
        if self.worker.is_none() {
            self.worker = Worker::start(session);
        }
        self.worker.as_ref()
    }

    /// Without a login nothing is requested.
    fn pause(&mut self) {
        if let Some(worker) = &self.worker {
            worker.set_access(None);
        }
        self.fetched_for = None;
    }

    fn stop(&mut self) {
        self.worker = None;
        self.fetched_for = None;
    }
}

impl Drop for Worker {
    /// The thread ends by itself: nothing waits for an answer that is still to come.
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.set_access(None);
    }
}

impl Worker {
    fn start(session: &Session) -> Option<Self> {
        let (jobs, waiting) = channel();
        let access: Arc<Mutex<Option<Access>>> = Arc::default();
        let stopped: Arc<AtomicBool> = Arc::default();
        let mut fetcher = Fetcher {
            client: Client::new(session.vars().clone()),
            cache: session.completion.clone(),
            access: Arc::clone(&access),
            stopped: Arc::clone(&stopped),
        };
        let run = move || fetcher.run(&waiting);
        let thread = std::thread::Builder::new().name("names".to_owned());
        thread.spawn(run).ok()?;
        let worker = Self {
            jobs,
            access,
            stopped,
        };
        worker.listen(&session.completion);
        Some(worker)
    }

    /// Fetches what Tab asks for.
    fn listen(&self, cache: &CompletionCache) {
        let (jobs, access) = (self.jobs.clone(), Arc::clone(&self.access));
        let (known, stopped) = (cache.clone(), Arc::clone(&self.stopped));
        let fetch = move |live: Live| {
            let access = access.lock().unwrap_or_else(PoisonError::into_inner);
            let lists = access.iter().flat_map(|access| &access.lists);
            let list = lists.copied().find(|list| list.live == live);
            let epoch = known.epoch();
            let is_stopped = stopped.load(Ordering::SeqCst);
            let sent = list.filter(|_| !is_stopped).map(|list| {
                let lists = vec![list];
                jobs.send(Job { lists, epoch })
            });
            if !matches!(sent, Some(Ok(()))) {
                known.end_fetch(epoch, live);
            }
        };
        cache.fetching_by(Arc::new(fetch));
    }

    fn set_access(&self, access: Option<Access>) {
        *self.access.lock().unwrap_or_else(PoisonError::into_inner) = access;
    }
}

/// The work of the thread.
struct Fetcher {
    client: Client,
    cache: CompletionCache,
    access: Arc<Mutex<Option<Access>>>,
    stopped: Arc<AtomicBool>,
}

/// Why a list has no further page.
enum End {
    /// This list alone: the admin may not see it, or the server does not have it.
    List,
    /// All lists: the server does not answer, or not to this login.
    All,
}

/// A list that is being read.
struct Reading {
    list: NameList,
    items: Vec<Json>,
}

impl Fetcher {
    fn run(&mut self, waiting: &Receiver<Job>) {
        while let Ok(job) = waiting.recv() {
            self.fetch(&job);
            for list in &job.lists {
                self.cache.end_fetch(job.epoch, list.live);
            }
        }
    }

    /// Reads the first page of each list, then the others, as long as there is time.
    fn fetch(&mut self, job: &Job) {
        let end = Instant::now() + TIME;
        let mut open: Vec<Reading> = Vec::new();
        for list in &job.lists {
            let mut reading = Reading {
                list: *list,
                items: Vec::new(),
            };
            match self.page(&mut reading, job.epoch, end) {
                Ok(true) => open.push(reading),
                Ok(false) | Err(End::List) => self.cache.end_fetch(job.epoch, list.live),
                Err(End::All) => return,
            }
        }
        for mut reading in open {
            loop {
                match self.page(&mut reading, job.epoch, end) {
                    Ok(true) => {}
                    Ok(false) | Err(End::List) => break,
                    Err(End::All) => return,
                }
            }
            self.cache.end_fetch(job.epoch, reading.list.live);
        }
    }

    /// A copy: the lock is not held during a request, as the next prompt takes it.
    fn access(&self) -> Option<Access> {
        let access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        access.clone()
    }

    /// Reads a page of a list. Returns whether there is another one to read.
    fn page(&mut self, reading: &mut Reading, epoch: u64, end: Instant) -> Result<bool, End> {
        let access = self.access().ok_or(End::All)?;
        let is_good = access.token.as_ref().is_none_or(Token::is_good);
        let left = end.saturating_duration_since(Instant::now());
        let is_over = left.is_zero() || self.stopped.load(Ordering::SeqCst);
        if is_over || !is_good || self.cache.epoch() != epoch {
            return Err(End::All);
        }
        let Reading { list, items } = reading;
        let (spec, size) = access.request(list, items.len()).ok_or(End::List)?;
        let sending = Sending {
            whole: left,
            ..access.sending.clone()
        };
        let link = self.client.link(&spec, &sending).map_err(|_| End::All)?;
        let mut answer = link.send(&spec, &|_| {}).map_err(|_| End::All)?;
        let page = match answer.status {
            200 => answer.take_json().and_then(items_of).ok_or(End::List)?,
            401 | 429 => {
                // It is not tried again with this login.
                *self.access.lock().unwrap_or_else(PoisonError::into_inner) = None;
                return Err(End::All);
            }
            _ => return Err(End::List),
        };
        let is_full = size.is_some_and(|size| page.len() >= size);
        let room = MOST - items.len();
        items.extend(page.into_iter().take(room));
        let is_last = !is_full || items.len() >= MOST;
        // What is there is offered at once; with the last page, what is gone is forgotten.
        let is_all = is_last && !is_full;
        self.cache
            .take(epoch, access.api, list.live, list.key, items, is_all);
        Ok(!is_last)
    }
}

impl Access {
    /// The request of the page at this offset, and the size of a page.
    fn request(&self, list: &NameList, offset: usize) -> Option<(RequestSpec, Option<usize>)> {
        let param = |of: OfList| {
            let mut params = list.command.params_in(self.api.release);
            params.find(|param| param.list == Some(of))
        };
        let limit = param(OfList::Limit).and_then(|param| Some((param.key, param.kind.most()?)));
        let mut query = Vec::new();
        if let Some((key, most)) = limit {
            query.push(format!("{key}={most}"));
        }
        match param(OfList::Offset) {
            Some(param) if offset > 0 => query.push(format!("{}={offset}", param.key)),
            // Without it there is no further page.
            None if offset > 0 => return None,
            _ => {}
        }
        let path = list.path.trim_start_matches('/');
        let prefix = self.api.prefix;
        let spec = request::raw(Method::Get, path, &query, None, &self.base_url, prefix);
        let spec = spec.ok()?.proved(self.proof).over(&self.sending.tls);
        let size = limit.and_then(|(_, most)| usize::try_from(most).ok());
        Some((spec, size))
    }
}

/// How the server may be asked for names now; `None` without a login that is known to be right.
fn access(session: &Session) -> Option<Access> {
    let (settings, auth) = (&session.settings, &session.auth);
    let proof = session.proof();
    let is_right = match proof {
        Proof::Token => auth.token.as_ref().is_some_and(Token::is_good),
        Proof::Key => auth.key_state == PasswordState::Right,
        Proof::Basic => auth.password_state == PasswordState::Right,
        Proof::None => false,
    };
    if !is_right {
        return None;
    }
    let connect = match settings.connect_timeout {
        Duration::ZERO => TIME,
        time => time.min(TIME),
    };
    let token = auth.token.clone().filter(|_| proof == Proof::Token);
    let allowed = token.as_ref().and_then(permissions);
    let may_see = |list: &NameList| may_see(list, settings.api, proof, allowed.as_deref());
    Some(Access {
        base_url: settings.base_url.clone(),
        api: settings.api,
        proof,
        sending: Sending {
            connect,
            retries: 0,
            headers: auth.headers(proof),
            ..Sending::new(settings)
        },
        token,
        lists: name_lists(settings.api).filter(may_see).collect(),
    })
}

/// Whether the login may see a list, as far as that is known.
fn may_see(list: &NameList, api: &Api, proof: Proof, allowed: Option<&[String]>) -> bool {
    let Some(route) = list.command.route() else {
        return false;
    };
    if proof == Proof::Key && !route.api_key {
        return false;
    }
    let needed = route.permission(api.release);
    let has = |allowed: &[String]| allowed.iter().any(|own| own == needed || own == "*");
    needed.is_empty() || allowed.is_none_or(has)
}

/// The permissions that a token names.
pub(super) fn permissions(token: &Token) -> Option<Vec<String>> {
    let claims = token.claims()?;
    let list = claims.get("permissions")?.as_array()?;
    let words = list.iter().filter_map(Json::as_str);
    Some(words.map(str::to_owned).collect())
}

fn identity(session: &Session) -> Identity {
    let (settings, auth) = (&session.settings, &session.auth);
    (
        settings.base_url.clone(),
        settings.api.name,
        auth.user.clone(),
        session.proof() == Proof::Key,
        session.completion.epoch(),
        settings.api.release,
    )
}
