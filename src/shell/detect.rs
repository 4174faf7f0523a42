//! Detects the server: the version of its API and its release.

use super::Shell;
use crate::catalog::{self, Release};
use crate::error::Error;
use crate::http::{Exchange, Lost, Sending, tree};
use crate::request::{self, RequestSpec};
use crate::session::release::{REPORTS_RELEASE, version_of};
use std::time::Duration;
use url::Url;

/// The path that servers from 1.2.0 on answer to anybody once they have started.
pub(crate) const HEALTHZ: &str = "/healthz";

/// The longest time that a question takes.
const LONGEST: Duration = Duration::from_secs(30);

impl Shell {
    /// Adopts the release in an answer: rows, help and completion are
    /// then those of the server.
    pub(super) fn detect_release(&mut self, exchange: &Exchange) {
        let release = exchange.release();
        if let Some(remark) = release.and_then(|release| self.session.use_release(release)) {
            self.screen().remark(&remark);
        }
    }

    /// Detects the server at the base URL, without credentials; nothing of
    /// it counts towards a ban.
    ///
    /// The requests are ordered by how the releases differ:
    /// `/healthz` names its server from 2.6.0 on; `/version` needs a token in
    /// v2; the server of 2019 has neither. A practice server of 2019 has
    /// `/api/v2` as well, so what `/healthz` says comes first.
    pub(crate) fn detect(&mut self) -> Result<Detected, Error> {
        let healthz = self.question(HEALTHZ)?;
        self.detect_by(&healthz)
    }

    /// The same, with the answer of `/healthz`.
    pub(crate) fn detect_by(&mut self, healthz: &Exchange) -> Result<Detected, Error> {
        let sftpgo = |api, release, asks_for_login| {
            Detected::Sftpgo(Kind {
                api,
                release,
                asks_for_login,
            })
        };
        if matches!(healthz.status, 403 | 429) {
            return Ok(Detected::Rejects(healthz.status));
        }
        let release = healthz.release();
        if release.is_some() || !is_before_v2(healthz) && self.has_v2()? {
            return Ok(sftpgo(REPORTS_RELEASE, release, true));
        }
        let v1 = self.question("/api/v1/version")?;
        Ok(match v1.status {
            200 => match version_of(&v1) {
                None => Detected::Other,
                release => sftpgo("v1", release, false),
            },
            401 => sftpgo("v1", None, true),
            _ if self.is_2019()? => sftpgo("2019", None, false),
            _ => Detected::Other,
        })
    }

    fn has_v2(&mut self) -> Result<bool, Error> {
        let v2 = self.question("/api/v2/version")?;
        Ok(v2.status == 401 && v2.media_type.ends_with("json"))
    }

    fn is_2019(&mut self) -> Result<bool, Error> {
        let list = self.question("/api/v1/sftp_connection")?;
        Ok(list.status == 200 && list.media_type.ends_with("json"))
    }

    /// Asks the server something, without credentials. These answers cost the server nothing,
    /// so they are not waited for as long as others.
    pub(crate) fn question(&mut self, path: &str) -> Result<Exchange, Error> {
        let base = self.session.settings.base_url.clone();
        let spec = public(&base, path)?;
        let sent = self.ask_publicly(&spec);
        self.trace(&spec, sent.as_ref().ok());
        sent.map_err(|lost| self.session.explained(lost, &spec))
    }

    fn ask_publicly(&mut self, spec: &RequestSpec) -> Result<Exchange, Lost> {
        let sending = Sending::new(&self.session.settings);
        let whole = [sending.whole, sending.connect, LONGEST];
        let whole = whole.into_iter().filter(|time| !time.is_zero()).min();
        let sending = Sending {
            retries: 0,
            whole: whole.unwrap_or(LONGEST),
            ..sending
        };
        let sent = self.exchange(spec, &sending);
        sent.map_err(|lost| lost.within(sending.whole))
    }

    /// Whether the server answers only by this other URL of its host. The error says why it
    /// does not answer by its own.
    pub(crate) fn answers_by(&mut self, other: &str) -> Result<bool, Error> {
        let own = self.session.settings.base_url.clone();
        let Ok(other) = Url::parse(other) else {
            return Ok(false);
        };
        let spec = public(&own, HEALTHZ)?;
        let first = match self.ask_publicly(&spec) {
            Ok(exchange) if !exchange.is_of_tls_port() => return Ok(false),
            Ok(_) => None,
            Err(lost) if lost.may_be_another_scheme(&own) => Some(lost),
            Err(lost) => return Err(self.session.explained(lost, &spec)),
        };
        let by_other = self.ask_publicly(&public(&other, HEALTHZ)?);
        match (by_other, first) {
            (Ok(exchange), _) if !exchange.is_of_tls_port() => Ok(true),
            (_, None) => Ok(false),
            (_, Some(first)) => Err(self.session.explained(first, &spec)),
        }
    }
}

/// A request that needs no login, from the root of a server.
fn public(base: &Url, path: &str) -> Result<RequestSpec, Error> {
    request::raw(catalog::Method::Get, path, &[], None, base, "")
}

/// What a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detected {
    Sftpgo(Kind),
    /// It rejects requests for now, with this status.
    Rejects(u16),
    /// It does not look like SFTPGo.
    Other,
}

/// The API and the release of an SFTPGo, as far as it tells them to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) api: &'static str,
    pub(crate) release: Option<Release>,
    /// Whether it asks for a login.
    pub(crate) asks_for_login: bool,
}

/// Whether this is how a server without `/healthz` responds, before v2: there
/// the body of an error contains its status.
fn is_before_v2(healthz: &Exchange) -> bool {
    let body = tree::parse(&healthz.body).unwrap_or_default();
    healthz.status == 404 && body["status"] == 404
}
