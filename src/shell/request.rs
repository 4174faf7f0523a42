//! A command's request: prepared, sent, its answer read, shown and kept.

use super::list::at_limit;
use super::look_first::with_place;
use super::pages::{first_page, reads_all};
use super::preview::{echo, fill_in_asked, warn_of_read};
use super::upsert::Absence;
use super::{Prepared, Shell, raw};
use crate::catalog::{
    ALL_PARAM, AnswerType, Command, CommandKind, Group, Method, OfList, Value, Verb,
};
use crate::error::{Error, Fault};
use crate::http::trace;
use crate::http::{Exchange, Link, Lost, RetryNotes, Sending};
use crate::line::call::Call;
use crate::output::progress::Progress;
use crate::output::view::Look;
use crate::request::{self, Proof, RequestSpec, ShowAs};
use crate::session::answer::{self, Read};
use crate::session::{Answer, Session};
use crate::settings::{Echo, Output};
use crate::text::clean;
use serde_json::Value as Json;

impl Shell {
    /// Sends the request of a command and shows its answer.
    pub(crate) fn request(&mut self, call: Call) -> Result<(), Error> {
        let (span, absence) = (call.span.clone(), Absence::of(&call));
        let about_users = may_be_about_users(call.command);
        // Nothing is sent if its answer cannot be shown as it should.
        let done = if let Err(error) = self.look(&call) {
            Err(error)
        } else if call.is_many() {
            self.many(call)
        } else if call.if_exists().is_some() && self.session.settings.echo != Echo::Only {
            self.add_or_update(call)
        } else if call.is_confirmed() {
            let confirmed = self.asker.set_confirmed(true);
            let done = self.request(call.unconfirmed());
            self.asker.set_confirmed(confirmed);
            done
        } else if self.session.settings.echo == Echo::Only {
            let is_page = reads_all(&call);
            self.one_request(if is_page { first_page(&call) } else { call })
        } else if call.has_model() {
            self.add_like(call)
        } else if call.is_change() {
            self.change(call)
        } else if reads_all(&call) {
            self.list(&call)
        } else {
            self.one_request(call)
        };
        let done = absence.accepted(self, done);
        self.done_at(done, about_users, span)
    }

    /// Sends the request of a command as it is, or only shows it.
    fn one_request(&mut self, call: Call) -> Result<(), Error> {
        if self.session.settings.echo == Echo::Only {
            warn_of_read(self, &call, ShowAs::Curl);
        }
        let mut prepared = self.prepare(call)?;
        if !echo(self, &prepared.spec)? {
            return Ok(());
        }
        self.asker.check_interrupted()?;
        let sent = self.send_authorized(&mut prepared)?;
        self.read(&prepared, sent)
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

    /// Refuses a command that would change something while `read_only` is on, before it
    /// asks or reads anything. What the command does not tell, the client refuses.
    pub(crate) fn refuse_write(&self, call: &Call) -> Result<(), Error> {
        let settings = &self.session.settings;
        let is_shown = settings.echo == Echo::Only;
        settings
            .refuse_write(call.command.name, call.writes() && !is_shown)
            .map_err(|error| error.at(call.span.clone()))
    }

    /// Prepares the request of a command, with prompts if needed.
    pub(crate) fn prepare(&mut self, mut call: Call) -> Result<Prepared, Error> {
        self.refuse_write(&call)?;
        let spec = if let CommandKind::Shell(Verb::Raw(method)) = call.command.kind {
            let spec = raw::spec(&self.session.settings, method, &call)?;
            if self.session.settings.echo != Echo::Only {
                // A GET of some paths changes something.
                let writes = self.session.writes(&spec);
                self.session
                    .settings
                    .refuse_write(call.command.name, writes)?;
            }
            if method == Method::Delete {
                let what = format!("DELETE {}: this cannot be undone", spec.url.path());
                self.asker.confirm(&what, &self.session.settings)?;
            }
            spec
        } else {
            self.operation(&mut call)?
        };
        let spec = spec
            .proved(self.session.proof())
            .over(&self.session.settings.tls);
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
            let writes = spec.writes();
            self.authorize()
                .map_err(|error| not_begun(error, writes, call.command.name))?
        };
        Ok(Prepared {
            call,
            spec,
            sending: Sending {
                headers,
                ..Sending::new(&self.session.settings)
            },
            settings: None,
        })
    }

    /// The request of a command of the table.
    fn operation(&mut self, call: &mut Call) -> Result<RequestSpec, Error> {
        let only_shown = self.session.settings.echo == Echo::Only;
        let route = call.command.route().expect("a command with a request");
        self.session.fill_in_user(call)?;
        let stdin = &mut self.stdin;
        let mut text = |_, file: &str| raw::text_of(file, stdin);
        request::load(call, self.session.settings.api, &mut text)?;
        if only_shown {
            fill_in_asked(call);
            return Ok(self.session.spec(call, route));
        }
        let in_file = self.progress.has_place();
        let settings = &self.session.settings;
        if let Some(made) = self.asker.ask_secrets(call, in_file, settings)? {
            // Before it is sent: whatever happens then, somebody knows it.
            let shown = made.reveal();
            self.screen().say_as_it_is(&format!(
                "the new password is {shown}\nit is not shown again\n"
            ));
        }
        if let Some(mut what) = destroys(&self.session, call) {
            if self.asker.asks(&self.session.settings) {
                let object = self.look_first(call)?;
                what = object
                    .and_then(|object| with_place(&what, &object))
                    .unwrap_or(what);
            }
            self.asker.confirm(&what, &self.session.settings)?;
        }
        Ok(self.session.spec(call, route))
    }

    /// A sender for another thread.
    pub(crate) fn link(&mut self, prepared: &Prepared) -> Result<Link, Lost> {
        self.session.note_write(&prepared.spec);
        self.connection.link(&prepared.spec, &prepared.sending)
    }

    /// Shows the messages about retries of a request whose answer is awaited, unless the
    /// request itself is still to be shown, before them.
    pub(crate) fn tell_retries(&self, notes: &RetryNotes) {
        if self.session.settings.echo == Echo::Off {
            self.screen().say(&notes.take());
        }
    }

    /// Reads, shows and keeps the answer to a command that was sent ahead;
    /// `retry_notes` are messages about its retries.
    pub(crate) fn collect(
        &mut self,
        mut prepared: Prepared,
        sent: Result<Exchange, Lost>,
        retry_notes: &RetryNotes,
    ) -> Result<(), Error> {
        let before = prepared
            .settings
            .take()
            .map(|settings| std::mem::replace(&mut self.session.settings, settings));
        let echoed = echo(self, &prepared.spec);
        self.screen().say(&retry_notes.take());
        let done = echoed
            .and_then(|_| self.collect_authorized(&mut prepared, sent))
            .and_then(|sent| self.read(&prepared, sent));
        if let Some(before) = before {
            self.session.settings = before;
        }
        let mut state = self.progress.state();
        state.writing.retain(|one| one.number != Progress::IN_PLACE);
        drop(state);
        let about_users = may_be_about_users(prepared.call.command);
        let done = Absence::of(&prepared.call).accepted(self, done);
        let done = self.done_at(done, about_users, prepared.call.span);
        self.record_end(true, done.as_ref().err());
        done
    }

    /// Reads, shows and keeps an answer.
    pub(super) fn read(
        &mut self,
        prepared: &Prepared,
        sent: Result<Exchange, Lost>,
    ) -> Result<(), Error> {
        let spec = &prepared.spec;
        self.trace(spec, sent.as_ref().ok());
        let exchange = sent.map_err(|lost| self.session.explained(lost, spec))?;
        self.note_accepted(prepared, &exchange);
        self.detect_release(&exchange);
        self.show(prepared, exchange)
    }

    /// Keeps a request that was accepted, for `save`.
    pub(super) fn note_accepted(&mut self, prepared: &Prepared, exchange: &Exchange) {
        if exchange.status < 400 {
            let changes = prepared.spec.writes() && prepared.call.is_change();
            self.session.kept.sent.add(&prepared.spec, changes);
        }
    }

    /// Shows an exchange in debug mode; `None` is no answer.
    pub(crate) fn trace(&self, spec: &RequestSpec, exchange: Option<&Exchange>) {
        if self.session.settings.debug {
            self.screen().say_as_it_is(&match exchange {
                Some(exchange) => trace::answered(spec, exchange),
                None => trace::unanswered(spec),
            });
        }
    }

    /// Shows and keeps an answer.
    pub(super) fn show(
        &mut self,
        prepared: &Prepared,
        mut exchange: Exchange,
    ) -> Result<(), Error> {
        let Prepared { call, spec, .. } = prepared;
        let route = prepared.route();
        let release = self.session.settings.api.release;
        let read = match route {
            Some(route) => answer::read(call, route, spec, &mut exchange, release),
            None => answer::read_raw(spec, &mut exchange),
        };
        let unavailable = self.unavailable(call, &read);
        // The error describes an answer of the table that is not JSON.
        let look = match read.error {
            None => self.look(call)?,
            // A refusal is shown as it is.
            Some(_) => Look::plain(self.session.settings.output).as_json(),
        };
        let filter = call.view.filter.as_ref().filter(|_| read.error.is_none());
        let as_it_came = look.output == Output::Raw && read.large.is_some() && filter.is_none();
        let is_accepted = Absence::of(call).accepts(unavailable.as_ref().or(read.error.as_ref()));
        let shown = if is_accepted {
            Ok(())
        } else if let Some(why) = read.large.as_deref().filter(|_| !as_it_came) {
            Err(answer::too_large(call, why))
        } else if route.is_some() && read.json.is_none() && !as_it_came {
            Ok(())
        } else if let (Some(filter), Some(json)) = (filter, &read.json) {
            self.print_filtered(filter, json)
        } else {
            self.screen()
                .print_answer(read.json.as_ref(), &exchange.body, &look)
        };
        if let (Some(json), None) = (&read.json, &read.error) {
            if route.is_some() {
                self.session.observe(call, json);
            } else {
                self.session.observe_raw(spec, json);
            }
        }
        if let (Ok(()), Some(remark)) = (&shown, cut_off(call, read.json.as_ref())) {
            self.screen().remark(&remark);
        }
        let kind = look.kind;
        self.keep(exchange, read.json, kind);
        if let Some(error) = unavailable.or(read.error) {
            return Err(self.session.without_secrets(error, spec));
        }
        shown.map_err(|error| not_shown(error, spec, call.command.name))
    }

    /// The error of a path that the server does not have, if its release explains it.
    fn unavailable(&mut self, call: &Call, read: &Read) -> Option<Error> {
        let fault = read.error.as_ref()?.fault;
        if fault != Fault::Refused(404) || call.command.route().is_none() {
            return None;
        }
        let error = self.check_release(call).err()?;
        // Another fault says that the server could not be asked.
        let is_about_release = error.fault == Fault::Typed;
        is_about_release.then(|| {
            let name = call.command.name;
            let message = format!("`{name}`: the server answered 404: {}", error.message);
            Error::new(fault, message)
        })
    }

    /// Keeps an answer for `last` and `$_`.
    fn keep(&mut self, exchange: Exchange, json: Option<Json>, kind: Option<AnswerType>) {
        let body = exchange.body;
        let answer = Answer { body, json, kind };
        self.session.keep(exchange.status, answer);
    }
}

/// The remark about a list that may have been cut off.
fn cut_off(call: &Call, json: Option<&Json>) -> Option<String> {
    let count = json?.as_array()?.len();
    let param = call.of_list(OfList::Limit)?.param;
    let limit = call.int(param.name);
    if i64::try_from(count) != Ok(limit) {
        return None;
    }
    let more = if call.slot(ALL_PARAM).is_some() {
        "`--all` shows all".to_owned()
    } else {
        let most = param.kind.most().unwrap_or(limit);
        format!("`{} {most}` shows more", param.flag())
    };
    at_limit(count, &more)
}

/// Whether the server refused an object because of what is in it.
pub(super) fn invalid(error: &Error) -> bool {
    let is_about_it = matches!(error.fault, Fault::Refused(400 | 409 | 500));
    is_about_it && !error.unknown && !error.applied
}

/// The error of a login in front of a write that was interrupted.
fn not_begun(error: Error, writes: bool, name: &str) -> Error {
    if !writes || error.fault != Fault::Interrupted {
        return error;
    }
    let message = format!("interrupted during the login; `{name}` was not sent");
    Error { message, ..error }
}

/// What a call deletes, as the question before it says.
fn destroys(session: &Session, call: &Call) -> Option<String> {
    let what = call.command.loss()?;
    let in_path = call.slots.iter().filter(|slot| slot.param.place.in_path());
    let words = in_path.filter_map(|slot| slot.value.as_ref().map(Value::to_word));
    let named: Vec<String> = [call.command.name.to_owned()]
        .into_iter()
        .chain(words)
        .collect();
    let name = session.completion.username(call.int("id"));
    let name = name.map_or_else(String::new, |name| format!(" ({})", clean::line(&name)));
    Some(format!("{}{name}: {what}", clean::line(&named.join(" "))))
}

/// Whether a command may be about a user; a raw one always may.
fn may_be_about_users(command: &Command) -> bool {
    matches!(command.group, Group::Users | Group::Recipes | Group::Raw)
}

/// The error of an answer that could not be shown: it must not look as if the
/// write failed, or it would be repeated.
fn not_shown(error: Error, spec: &RequestSpec, name: &str) -> Error {
    if spec.writes() {
        let why = error.message.trim_start_matches(&format!("`{name}`: "));
        Error {
            applied: true,
            message: format!("`{name}` succeeded, but {why}"),
            // It would run the command again.
            hint: None,
            ..error
        }
    } else {
        error
    }
}
