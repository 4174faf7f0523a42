//! The only way to send a request that needs a login: it is sent, and again
//! with a new token if the server rejected the old one.

use super::{Prepared, Shell};
use crate::error::Error;
use crate::http::auth::PasswordState;
use crate::http::{Exchange, Link, Lost, Sending};
use crate::output::progress::Progress;
use crate::request::{Proof, RequestSpec};
use crate::session::Session;
use crate::session::answer::Verdict;

/// The maximum number of consecutive requests whose new token was rejected: a server
/// that accepts no token would cost a login for each command.
const MAX_REFUSED_TOKENS: u8 = 2;

impl Shell {
    /// Sends a request and waits for its answer.
    pub(super) fn send_authorized(
        &mut self,
        prepared: &mut Prepared,
    ) -> Result<Result<Exchange, Lost>, Error> {
        let sent = self.send(prepared);
        self.collect_authorized(prepared, sent)
    }

    /// Takes the answer to a request that was sent. If its token was rejected, it is
    /// repeated, once, with a new one: a server that restarted, or an admin who was
    /// changed. A rejected request had no effect.
    pub(super) fn collect_authorized(
        &mut self,
        prepared: &mut Prepared,
        sent: Result<Exchange, Lost>,
    ) -> Result<Result<Exchange, Lost>, Error> {
        let again = self.renew_token(prepared, &sent)?;
        let sent = if again { self.send(prepared) } else { sent };
        self.note_names(&prepared.spec, &sent);
        match &sent {
            Ok(exchange) if exchange.status != 401 => self.session.auth.refused_tokens = 0,
            Ok(_) if again => self.session.auth.refused_tokens += 1,
            _ => {}
        }
        Ok(sent)
    }

    /// Gives a request a new token if an answer rejects the one it has; returns whether it did.
    pub(crate) fn renew_token(
        &mut self,
        prepared: &mut Prepared,
        sent: &Result<Exchange, Lost>,
    ) -> Result<bool, Error> {
        let Ok(exchange) = sent else { return Ok(false) };
        note_password(&mut self.session, prepared, exchange.status);
        let too_many = self.session.auth.refused_tokens >= MAX_REFUSED_TOKENS;
        let by_token = self.session.proof() == Proof::Token;
        if exchange.status != 401 || self.connection.is_stopping() || too_many || !by_token {
            return Ok(false);
        }
        // It is not shown later: the answer with the new token counts.
        self.trace(&prepared.spec.without_backup(), Some(exchange));
        let tried = prepared.proves(&self.session.auth.headers(Proof::Token));
        if tried || self.session.needs_login() {
            self.login()?;
        }
        prepared.prove(self.session.auth.headers(Proof::Token));
        Ok(true)
    }

    /// Notes which names a request has changed, and that an API key is accepted.
    pub(crate) fn note_names(&mut self, spec: &RequestSpec, sent: &Result<Exchange, Lost>) {
        let Some(exchange) = sent.as_ref().ok().filter(|answer| answer.status < 300) else {
            return;
        };
        let is_new = self.session.auth.key_state != PasswordState::Right;
        if is_new && spec.proof == Proof::Key && exchange.is_json() {
            self.session.auth.key_state = PasswordState::Right;
        }
        // Elsewhere no names are fetched.
        if spec.writes() && self.asker.is_interactive() {
            self.session.note_change(spec);
        }
    }

    /// Sends a request, which counts as a write in progress until it is answered.
    fn send(&mut self, prepared: &Prepared) -> Result<Exchange, Lost> {
        let Prepared { spec, sending, .. } = prepared;
        self.session.note_write(spec);
        let link = self.connection.link(spec, sending)?;
        let mut writing = self.progress.writing(Progress::IN_PLACE, spec);
        writing.gate = Some(link.gate());
        let answered = writing.answered.clone();
        self.progress.begin(writing, spec.writes());
        let sent = self.exchange_by(link, spec);
        // To look whether a large answer is JSON takes time; only of a write it is asked.
        if let (Ok(exchange), true) = (&sent, spec.writes()) {
            let verdict = Verdict::of(exchange, spec.command.is_none());
            answered.with(exchange.status, verdict);
        }
        sent
    }

    /// Sends a request as it is, and waits; on a terminal Ctrl-C ends the wait.
    pub(super) fn exchange(
        &mut self,
        spec: &RequestSpec,
        sending: &Sending,
    ) -> Result<Exchange, Lost> {
        let link = self.connection.link(spec, sending)?;
        self.exchange_by(link, spec)
    }

    fn exchange_by(&mut self, link: Link, spec: &RequestSpec) -> Result<Exchange, Lost> {
        // It may have come while the request was made.
        if self.asker.was_interrupted() {
            return Err(Lost::InterruptedUnsent);
        }
        self.requests += 1;
        let begins = self.begin_waiting_for(spec);
        let (stderr, progress) = (self.out.stderr.clone(), self.progress.clone());
        let tell = move |text: &str| progress.aside(|| drop(stderr.write(text.as_bytes())));
        let interrupt = self.asker.interrupt_of_wait();
        let sent = self.connection.exchange(link, spec, interrupt, tell);
        if begins {
            self.progress.end_waiting();
        }
        sent
    }
}

/// Notes whether the server accepted the password of a request.
fn note_password(session: &mut Session, prepared: &Prepared, status: u16) {
    let headers = session.auth.headers(Proof::Basic);
    if prepared.spec.proof != Proof::Basic || !prepared.proves(&headers) {
        return;
    }
    // Unknown paths are answered without a login.
    let is_known = prepared.spec.command.is_some() && status < 400;
    match status {
        401 => session.note_password(false),
        _ if is_known => session.note_password(true),
        _ => {}
    }
}
