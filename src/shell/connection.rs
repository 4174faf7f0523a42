//! The connection to the server: sends requests, one at a time or by other threads.

use crate::http::{Client, Exchange, Link, Lost, Sending};
use crate::interrupt::Interrupt;
use crate::request::RequestSpec;
use std::collections::BTreeMap;
use url::{Origin, Url};

/// The client, and whether the run is stopping.
pub(crate) struct Connection {
    client: Client,
    stopping: bool,
    /// The server that answered last.
    answered: Option<Origin>,
}

impl Connection {
    /// No connection yet, in this environment.
    pub(super) fn new(vars: BTreeMap<String, String>) -> Self {
        Self {
            client: Client::new(vars),
            stopping: false,
            answered: None,
        }
    }

    /// Sends a request and waits for its answer; with `interrupt`, Ctrl-C ends the wait.
    /// Each retry is reported.
    pub(super) fn exchange(
        &mut self,
        spec: &RequestSpec,
        sending: &Sending,
        interrupt: Option<&Interrupt>,
        tell: impl Fn(&str) + Send + 'static,
    ) -> Result<Exchange, Lost> {
        let sent = self.client.send(spec, sending, interrupt, tell);
        if sent.is_ok() {
            self.answered = Some(spec.url.origin());
        }
        sent
    }

    /// Whether this server was the last one that answered.
    pub(super) fn is_there(&self, url: &Url) -> bool {
        self.answered.as_ref() == Some(&url.origin())
    }

    /// A sender for another thread.
    pub(super) fn link(&mut self, spec: &RequestSpec, sending: &Sending) -> Result<Link, Lost> {
        self.client.link(spec, sending)
    }

    /// Drops requests that are not sent yet.
    pub(crate) fn break_off(&mut self) {
        let _ = self.client.break_off();
    }

    /// Sets whether the run is stopping: no request is sent or repeated any more.
    pub(crate) fn set_stopping(&mut self, stopping: bool) {
        self.stopping = stopping;
    }

    /// Whether the run is stopping.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping
    }
}
