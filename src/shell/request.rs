//! A command's request: made ready, sent, its answer read, shown and kept.

use super::clone::has_model;
use super::subject::Subject;
use super::update::is_change;
use super::{Shell, fill_in_asked};
use crate::catalog::{Command, Does, Effect, Group, Method, Route, Value, Verb};
use crate::error::{Error, Fault};
use crate::http::trace;
use crate::http::{Exchange, Link, Lost, Sending};
use crate::line::call::{Call, From, Parsed, What};
use crate::line::variables::{Found, Scope, Step, Unset, expand_but};
use crate::output::progress::{Answered, Writing};
use crate::request::Proof;
use crate::request::ShowAs;
use crate::request::{self, RequestSpec};
use crate::session::answer;
use crate::session::answer::Verdict;
use crate::session::{Answer, Session};
use crate::settings::{Echo, Key, Settings};
use crate::shell::raw;
use crate::text::lex::Word;

/// The number of a write that is not in flight with others.
const IN_PLACE: u64 = u64::MAX;

/// A command whose request is ready to be sent.
#[derive(Clone)]
pub(crate) struct Prepared {
    call: Call,
    /// What is to be sent.
    pub(crate) spec: RequestSpec,
    /// How it is to be sent.
    sending: Sending,
    /// The settings that hold for it alone.
    settings: Option<Settings>,
}

/// Whether a command may be sent while the answers to those before it are awaited.
pub(crate) enum Ahead {
    /// It may.
    Fly(Box<Prepared>),
    /// It needs what is not known yet, or is wrong.
    Wait,
    /// It waits for its turn, but it is read.
    Turn(Parsed),
}

impl Prepared {
    /// Whether it proves who asks by these headers.
    pub(super) fn proves(&self, headers: &[(&'static str, String)]) -> bool {
        self.sending.headers == headers
    }

    /// From now on it proves who asks by these headers.
    pub(super) fn prove(&mut self, headers: Vec<(&'static str, String)>) {
        self.sending.headers = headers;
    }

    /// From now on it proves who asks as another one does.
    pub(crate) fn prove_as(&mut self, other: &Self) {
        self.sending.headers.clone_from(&other.sending.headers);
    }

    /// The command.
    pub(super) fn call(&self) -> &Call {
        &self.call
    }

    /// Another request, sent in the same way.
    pub(crate) fn with(&self, call: Call, spec: RequestSpec) -> Self {
        Self {
            call,
            spec,
            sending: self.sending.clone(),
            settings: self.settings.clone(),
        }
    }

    /// What it is about.
    pub(crate) fn subject(&self) -> Subject {
        Subject::new(&self.call, &self.spec)
    }

    /// Its request in the table; none for a raw one.
    pub(crate) fn route(&self) -> Option<&'static Route> {
        self.spec.command?.route()
    }
}

impl Shell {
    /// Sends the request of a command and shows its answer.
    pub(crate) fn request(&mut self, call: Call) -> Result<(), Error> {
        let span = call.span.clone();
        let about_users = may_be_about_users(call.command);
        let shown = self.session.settings.echo == Echo::Only;
        if has_model(&call) && !shown {
            let done = self.add_like(call);
            return self.done_at(done, about_users, span);
        }
        if is_change(&call) && !shown {
            let done = self.change(call);
            return self.done_at(done, about_users, span);
        }
        self.say_it_reads(&call, ShowAs::Curl);
        let done = self.prepare(call).and_then(|mut prepared| {
            if !self.echo(&prepared.spec)? {
                return Ok(());
            }
            if self.was_interrupted() {
                let why = "interrupted; nothing was sent";
                return Err(Error::new(Fault::Interrupted, why));
            }
            let sent = self.send(&prepared);
            let sent = self.with_new_token(&mut prepared, sent)?;
            self.read(&prepared, sent)
        });
        self.done_at(done, about_users, span)
    }

    /// The end of a command that sends a request.
    fn done_at(
        &mut self,
        done: Result<(), Error>,
        about_users: bool,
        span: std::ops::Range<usize>,
    ) -> Result<(), Error> {
        // In a file, the next line must not hit the user before this one.
        if done.is_err() && about_users && self.in_file() {
            self.session.forget_user();
        }
        done.map_err(|error| error.or_at(span))
    }

    /// Makes the request of a command ready, asking what is to be asked.
    pub(crate) fn prepare(&mut self, mut call: Call) -> Result<Prepared, Error> {
        let spec = if let Does::Shell(Verb::Raw(method)) = call.command.does {
            let spec = raw::spec(&self.session.settings, method, &call)?;
            if method == Method::Delete {
                self.agreed(&format!("DELETE {}: it goes for good", spec.url.path()))?;
            }
            spec
        } else {
            self.operation(&mut call)?
        };
        let spec = spec.proved(self.proof()).over(&self.session.settings.tls);
        let by_key = call.command.route().is_none_or(|route| route.api_key);
        if spec.proof == Proof::Key && !by_key {
            let name = call.command.name;
            return Err(
                Error::typed(format!("`{name}` cannot be done with an API key"))
                    .hint("unset SFTPGO_API_KEY and log in: `--user NAME`, or `login NAME`")
                    .at(call.span.clone()),
            );
        }
        let headers = if self.session.settings.echo == Echo::Only {
            Vec::new()
        } else {
            self.authorize()?
        };
        Ok(Prepared {
            call,
            spec,
            sending: Sending {
                headers,
                ..self.sending()
            },
            settings: None,
        })
    }

    /// The request of a command of the table.
    fn operation(&mut self, call: &mut Call) -> Result<RequestSpec, Error> {
        let only_shown = self.session.settings.echo == Echo::Only;
        let route = call.command.route().expect("a command with a request");
        self.fill_in_id(call)?;
        let stdin = &mut self.stdin;
        let mut text = |_, file: &str| raw::text_of(file, stdin);
        request::load(call, self.session.settings.api, &mut text)?;
        if only_shown {
            fill_in_asked(call);
            return Ok(self.spec(call, route));
        }
        self.ask_secrets(call)?;
        self.confirm(call, route)?;
        Ok(self.spec(call, route))
    }

    /// Sends a request and waits for its answer.
    pub(super) fn send(&mut self, prepared: &Prepared) -> Result<Exchange, Lost> {
        let Prepared { spec, sending, .. } = prepared;
        let writing = self.writing(IN_PLACE, spec);
        let answered = writing.answered.clone();
        self.progress.begin(writing, spec.writes());
        let sent = self.exchange(spec, sending);
        if let Ok(exchange) = &sent {
            answered.with(
                exchange.status,
                Verdict::of(exchange, spec.command.is_none()),
            );
        }
        sent
    }

    /// Sends a request, and waits; at a terminal Ctrl-C ends the wait.
    pub(super) fn exchange(
        &mut self,
        spec: &RequestSpec,
        sending: &Sending,
    ) -> Result<Exchange, Lost> {
        // Without a terminal the whole run is waited for elsewhere.
        let interrupt = self.terminal.is_some().then_some(&self.interrupt);
        let stderr = self.out.stderr.clone();
        let tell = move |text: &str| drop(stderr.write(text.as_bytes()));
        self.client.send(spec, sending, interrupt, tell)
    }

    pub(super) fn sending(&self) -> Sending {
        let settings = &self.session.settings;
        Sending {
            connect: settings.connect_timeout,
            whole: settings.timeout,
            retries: settings.retry,
            tls: settings.tls.clone(),
            headers: Vec::new(),
        }
    }

    /// A write as it is told when it is broken off.
    pub(crate) fn writing(&self, number: u64, spec: &RequestSpec) -> Writing {
        let command = spec.command.map_or_else(
            || spec.method.as_str().to_lowercase(),
            |command| command.name.to_owned(),
        );
        let (place, stands) = {
            let state = self.progress.state();
            (state.place.clone(), state.stands.clone())
        };
        Writing {
            number,
            place,
            stands,
            command,
            check: spec.check.clone(),
            answered: Answered::default(),
        }
    }

    /// Lets nothing leave any more of what is under way, if it is to.
    pub(crate) fn break_off(&mut self, now: bool) {
        if now {
            self.client.break_off();
        }
    }

    /// What sends a request from another thread.
    pub(crate) fn link(&mut self, prepared: &Prepared) -> Result<Link, Lost> {
        self.client.link(&prepared.spec, &prepared.sending)
    }

    /// Looks whether a command may be sent ahead of its turn. `settled` is
    /// whether all before it are done; `writes` whether one that writes may be.
    pub(crate) fn ahead(&mut self, words: &[Word], settled: bool, writes: bool) -> Ahead {
        let args = if settled {
            self.session.expanded(words)
        } else {
            let unset = Unset {
                later: true,
                missing: false,
            };
            expand_but(words, &Unsettled(&self.session), unset)
        };
        let Ok(args) = args else { return Ahead::Wait };
        if args.iter().any(|arg| arg.later) {
            return Ahead::Wait;
        }
        let Ok(parsed) = self.parse(&args) else {
            return Ahead::Wait;
        };
        let What::Call(call) = &parsed.what else {
            return Ahead::Turn(parsed);
        };
        let reads = match &call.command.does {
            Does::Request(route) => route.effect == Effect::Reads,
            Does::Shell(Verb::Raw(method)) => !method.writes(),
            Does::Shell(_) => return Ahead::Turn(parsed),
        };
        let known = |from: From| match from {
            From::LastUserId => settled,
            From::Ask | From::Later => false,
            From::Typed | From::Default => true,
        };
        // A login is waited for, so that what comes of it is told once.
        if is_change(call)
            || has_model(call)
            || self.needs_login()
            || !(reads || writes)
            || !call.slots.iter().all(|slot| known(slot.from))
        {
            return Ahead::Turn(parsed);
        }
        let Parsed { overrides, what } = parsed;
        let What::Call(call) = what else {
            return Ahead::Wait;
        };
        let alone = !overrides.is_empty();
        let prepared = self.under(&overrides, |shell| {
            if shell.session.settings.echo == Echo::Only {
                return Ok(None);
            }
            let mut prepared = shell.prepare(call)?;
            prepared.settings = alone.then(|| shell.session.settings.clone());
            Ok(Some(prepared))
        });
        match prepared {
            Ok(Some(prepared)) => Ahead::Fly(Box::new(prepared)),
            _ => Ahead::Wait,
        }
    }

    /// Reads, shows and keeps the answer to a command that was sent ahead;
    /// `told` is what there is to say of how it came.
    pub(crate) fn land(
        &mut self,
        mut prepared: Prepared,
        sent: Result<Exchange, Lost>,
        told: &str,
    ) -> Result<(), Error> {
        let before = prepared
            .settings
            .take()
            .map(|settings| std::mem::replace(&mut self.session.settings, settings));
        let echoed = self.echo(&prepared.spec);
        self.say(told);
        let done = echoed
            .and_then(|_| self.with_new_token(&mut prepared, sent))
            .and_then(|sent| self.read(&prepared, sent));
        if let Some(before) = before {
            self.session.settings = before;
        }
        let mut state = self.progress.state();
        state.writing.retain(|one| one.number != IN_PLACE);
        drop(state);
        let about_users = may_be_about_users(prepared.call.command);
        let done = self.done_at(done, about_users, prepared.call.span);
        self.ended(true, done.as_ref().err());
        done
    }

    /// Reads, shows and keeps an answer.
    pub(super) fn read(
        &mut self,
        prepared: &Prepared,
        sent: Result<Exchange, Lost>,
    ) -> Result<(), Error> {
        let Prepared { call, spec, .. } = prepared;
        if self.session.settings.debug {
            self.say(&match &sent {
                Ok(exchange) => trace::answered(spec, exchange),
                Err(_) => trace::unanswered(spec),
            });
        }
        let mut exchange = sent.map_err(|lost| self.explained(lost, spec))?;
        self.fit(&exchange);
        let route = prepared.route();
        let read = match route {
            Some(route) => answer::read(call, route, spec, &mut exchange),
            None => answer::read_raw(spec, &mut exchange),
        };
        // An answer of the table that is no JSON is told in the error.
        let output = self.session.settings.output;
        let shown = if route.is_some() && read.json.is_none() {
            Ok(())
        } else {
            self.print_answer(read.json.as_ref(), &exchange.body, output)
        };
        if let (Some(json), None) = (&read.json, &read.error) {
            if route.is_some() {
                self.session.observe(call, json);
            } else {
                self.session.observe_raw(spec, json);
            }
        }
        self.keep(exchange, read.json);
        if let Some(error) = read.error {
            return Err(self.veiled(error));
        }
        shown.map_err(|error| not_shown(error, spec, call.command.name))
    }

    /// An error with the server's words in it, without what proves who asks.
    pub(crate) fn veiled(&self, error: Error) -> Error {
        Error {
            message: self.session.auth.hidden_in(&error.message),
            ..error
        }
    }

    /// A lost answer as an error.
    pub(crate) fn explained(&self, lost: Lost, spec: &RequestSpec) -> Error {
        let server = self.session.settings.shown(Key::BaseUrl.setting()).0;
        let proxy = self.session.proxy(&spec.url);
        let proxy = proxy.filter(|_| matches!(lost, Lost::NotSent(_)));
        let error = lost.explained(spec, server);
        match proxy {
            Some(name) => error.hint(format!(
                "`{name}` names a proxy: is it running? `NO_PROXY` leaves a server out"
            )),
            None => error,
        }
    }

    /// The request of a call, in this session.
    pub fn spec(&self, call: &Call, route: &'static Route) -> RequestSpec {
        let settings = &self.session.settings;
        request::build(call, route, &settings.base_url, settings.api.prefix)
    }

    /// Puts the last user id where the id was left out.
    pub fn fill_in_id(&self, call: &mut Call) -> Result<(), Error> {
        let named = call.text("username").to_owned();
        let span = call.span.clone();
        let command = call.command;
        let name = command.name;
        let Some(slot) = call
            .slots
            .iter_mut()
            .find(|slot| slot.from == From::LastUserId)
        else {
            return Ok(());
        };
        let Some(id) = self.session.user_id else {
            return Err(
                Error::typed("there is no last user id to stand in for `ID`")
                    .hint(format!("type the id; {}", command.hint_of(404)))
                    .at(span),
            );
        };
        // `update_user bob` must not hit alice.
        if let Some(last) = self
            .session
            .username
            .as_ref()
            .filter(|last| !named.is_empty() && **last != named)
        {
            return Err(
                Error::typed(format!("the last user, {id}, is `{last}`, not `{named}`"))
                    .hint(format!("type the id as well: `{name} ID {named}`"))
                    .at(span),
            );
        }
        slot.value = Some(Value::Int(id));
        Ok(())
    }

    /// Keeps an answer for `last` and `$_`.
    fn keep(&mut self, exchange: Exchange, json: Option<serde_json::Value>) {
        let body = exchange.body;
        self.session.keep(exchange.status, Answer { body, json });
    }
}

/// Whether a command may be about a user; of a raw one nobody knows.
fn may_be_about_users(command: &Command) -> bool {
    matches!(command.group, Group::Users | Group::Recipes | Group::Raw)
}

/// A session whose last answers are still to come.
struct Unsettled<'a>(&'a Session);

impl Scope for Unsettled<'_> {
    fn variable(&self, name: &str, path: &[Step]) -> Result<Found, Error> {
        if self.0.changes(name) {
            return Ok(Found::NotYet(Error::typed("not yet")));
        }
        self.0.variable(name, path)
    }
}

/// The error of an answer that came but could not be shown: nobody may take a
/// write for not done, and do it again.
fn not_shown(error: Error, spec: &RequestSpec, name: &str) -> Error {
    if spec.writes() {
        Error {
            applied: true,
            message: format!("`{name}` was done, but {}", error.message),
            ..error
        }
    } else {
        error
    }
}
