//! A command's request: prepared, sent, its answer read, shown and kept.

use super::clone::has_model;
use super::subject::Subject;
use super::update::is_change;
use super::{Shell, fill_in_asked};
use crate::catalog::{Command, Does, Effect, Group, Method, Route, Value, Verb};
use crate::error::{Error, Fault};
use crate::http::trace;
use crate::http::{Exchange, Link, Lost, Sending};
use crate::line::call::{Call, Parsed, ValueOrigin, What};
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

/// The number of a write that does not run in parallel with others.
const IN_PLACE: u64 = u64::MAX;

/// A command whose request is ready to be sent.
#[derive(Clone)]
pub(crate) struct Prepared {
    call: Call,
    /// The request to send.
    pub(crate) spec: RequestSpec,
    /// How to send it.
    sending: Sending,
    /// The settings of this command only.
    settings: Option<Settings>,
}

/// How a command of a file runs next to those before it that have no answer yet.
pub(crate) enum Parallel {
    /// Its request may be sent at once.
    Start(Box<Prepared>),
    /// It needs an answer that is not there yet, or it is wrong: all before it end first.
    WaitForAll,
    /// It is parsed, and runs once all before it have ended.
    Sequential(Parsed),
}

impl Prepared {
    /// Whether it uses these authentication headers.
    pub(super) fn proves(&self, headers: &[(&'static str, String)]) -> bool {
        self.sending.headers == headers
    }

    /// Sets its authentication headers.
    pub(super) fn prove(&mut self, headers: Vec<(&'static str, String)>) {
        self.sending.headers = headers;
    }

    /// Takes the authentication headers of another request.
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

    /// The objects that it is about.
    pub(crate) fn subject(&self) -> Subject {
        Subject::new(&self.call, &self.spec)
    }

    /// Its row in the table; `None` for a raw request.
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
        // In a file, the next line must not act on an earlier user.
        if done.is_err() && about_users && self.in_file() {
            self.session.forget_user();
        }
        done.map_err(|error| error.or_at(span))
    }

    /// Prepares the request of a command, with prompts if needed.
    pub(crate) fn prepare(&mut self, mut call: Call) -> Result<Prepared, Error> {
        let spec = if let Does::Shell(Verb::Raw(method)) = call.command.does {
            let spec = raw::spec(&self.session.settings, method, &call)?;
            if method == Method::Delete {
                self.agreed(&format!(
                    "DELETE {}: this cannot be undone",
                    spec.url.path()
                ))?;
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
                Error::typed(format!("`{name}` is not allowed with an API key"))
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

    /// Sends a request, and waits; on a terminal Ctrl-C ends the wait.
    pub(super) fn exchange(
        &mut self,
        spec: &RequestSpec,
        sending: &Sending,
    ) -> Result<Exchange, Lost> {
        // Without a terminal, Ctrl-C is handled for the whole run.
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

    /// A write as it is reported if it is interrupted.
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
            is_part: false,
            check: spec.check.clone(),
            answered: Answered::default(),
        }
    }

    /// Drops requests that are not sent yet, if the run is ending.
    pub(crate) fn break_off(&mut self, now: bool) {
        if now {
            self.client.break_off();
        }
    }

    /// A sender for another thread.
    pub(crate) fn link(&mut self, prepared: &Prepared) -> Result<Link, Lost> {
        self.client.link(&prepared.spec, &prepared.sending)
    }

    /// Looks whether a command may be sent ahead of its turn. `settled` is
    /// whether all before it are done; `writes` whether one that writes may be.
    pub(crate) fn prepare_parallel(
        &mut self,
        words: &[Word],
        settled: bool,
        writes: bool,
    ) -> Parallel {
        let args = if settled {
            self.session.expanded(words)
        } else {
            let unset = Unset {
                later: true,
                missing: false,
            };
            expand_but(words, &Unsettled(&self.session), unset)
        };
        let Ok(args) = args else {
            return Parallel::WaitForAll;
        };
        if args.iter().any(|arg| arg.later) {
            return Parallel::WaitForAll;
        }
        let Ok(parsed) = self.parse(&args) else {
            return Parallel::WaitForAll;
        };
        let What::Call(call) = &parsed.what else {
            return Parallel::Sequential(parsed);
        };
        let reads = match &call.command.does {
            Does::Request(route) => route.effect == Effect::Reads,
            Does::Shell(Verb::Raw(method)) => !method.writes(),
            Does::Shell(_) => return Parallel::Sequential(parsed),
        };
        let known = |from: ValueOrigin| match from {
            ValueOrigin::LastUserId => settled,
            ValueOrigin::Ask | ValueOrigin::Later => false,
            ValueOrigin::Typed | ValueOrigin::Default => true,
        };
        // A login is waited for, so that its outcome is reported once.
        if is_change(call)
            || has_model(call)
            || self.needs_login()
            || !(reads || writes)
            || !call.slots.iter().all(|slot| known(slot.from))
        {
            return Parallel::Sequential(parsed);
        }
        let Parsed { overrides, what } = parsed;
        let What::Call(call) = what else {
            return Parallel::WaitForAll;
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
            Ok(Some(prepared)) => Parallel::Start(Box::new(prepared)),
            _ => Parallel::WaitForAll,
        }
    }

    /// Reads, shows and keeps the answer to a command that was sent ahead;
    /// `told` is what there is to say of how it came.
    pub(crate) fn collect(
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
        // The error describes an answer of the table that is not JSON.
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
            return Err(self.veiled(error, spec));
        }
        shown.map_err(|error| not_shown(error, spec, call.command.name))
    }

    /// An error with the server's words in it, without the credentials.
    pub(crate) fn veiled(&self, error: Error, spec: &RequestSpec) -> Error {
        let mut shown = spec.shown_names();
        shown.push(self.session.settings.server());
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        let masked = |text: &str| self.session.auth.masked_in(text, &shown);
        Error {
            message: masked(&error.message),
            hint: error.hint.as_deref().map(masked),
            ..error
        }
    }

    /// Converts a lost answer to an error.
    pub(crate) fn explained(&self, lost: Lost, spec: &RequestSpec) -> Error {
        let server = self.session.settings.shown(Key::BaseUrl.setting()).0;
        let proxy = self.session.proxy(&spec.url);
        let proxy = proxy.filter(|_| matches!(lost, Lost::NotSent(_)));
        let error = lost.explained(spec, server);
        match proxy {
            Some(name) => error.hint(format!(
                "`{name}` sets a proxy; is it running? Use `NO_PROXY` to bypass it for this server"
            )),
            None => error,
        }
    }

    /// The request of a call, in this session.
    pub fn spec(&self, call: &Call, route: &'static Route) -> RequestSpec {
        let settings = &self.session.settings;
        request::build(call, route, &settings.base_url, settings.api.prefix)
    }

    /// Fills in the last user id if no id was given.
    pub fn fill_in_id(&self, call: &mut Call) -> Result<(), Error> {
        let named = call.text("username").to_owned();
        let span = call.span.clone();
        let command = call.command;
        let name = command.name;
        let Some(slot) = call
            .slots
            .iter_mut()
            .find(|slot| slot.from == ValueOrigin::LastUserId)
        else {
            return Ok(());
        };
        let Some(id) = self.session.user_id else {
            return Err(
                Error::typed("`ID` is missing, and no user has been looked up yet")
                    .hint(format!("give the id; {}", command.hint_of(404)))
                    .at(span),
            );
        };
        // `update_user bob` must not change alice.
        if let Some(last) = self
            .session
            .username
            .as_ref()
            .filter(|last| !named.is_empty() && **last != named)
        {
            return Err(
                Error::typed(format!("the last user, {id}, is `{last}`, not `{named}`"))
                    .hint(format!("give the id too: `{name} ID {named}`"))
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

/// Whether a command may be about a user; a raw one always may.
fn may_be_about_users(command: &Command) -> bool {
    matches!(command.group, Group::Users | Group::Recipes | Group::Raw)
}

/// A session that still waits for its last answers.
struct Unsettled<'a>(&'a Session);

impl Scope for Unsettled<'_> {
    fn variable(&self, name: &str, path: &[Step]) -> Result<Found, Error> {
        if self.0.changes(name) {
            return Ok(Found::NotYet(Error::typed("not yet")));
        }
        self.0.variable(name, path)
    }
}

/// The error of an answer that could not be shown: it must not look as if the
/// write failed, or it would be repeated.
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
