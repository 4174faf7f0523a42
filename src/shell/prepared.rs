//! A command whose request is ready to be sent.

use super::subject::Subject;
use crate::catalog::Route;
use crate::http::Sending;
use crate::line::call::Call;
use crate::request::RequestSpec;
use crate::settings::Settings;

/// A command whose request is ready to be sent.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(super) call: Call,
    /// The request to send.
    pub(crate) spec: RequestSpec,
    /// How to send it.
    pub(super) sending: Sending,
    /// The settings of this command only.
    pub(super) settings: Option<Settings>,
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
    pub(crate) fn copy_credentials(&mut self, other: &Self) {
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
