//! Detects the server: the version of its API and its release.

use super::Shell;
use crate::catalog;
use crate::error::Error;
use crate::http::{Exchange, tree};
use crate::request::{self, Proof};
use crate::session::release::{REPORTS_RELEASE, version_of};

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
    /// it counts towards a ban. Reports the result.
    ///
    /// The requests are ordered by how the releases differ:
    /// `/healthz` names its server from 2.6.0 on; `/version` needs a token in
    /// v2; the server of 2019 has neither. A practice server of 2019 has
    /// `/api/v2` as well, so what `/healthz` says comes first.
    pub(crate) fn probe(&mut self) -> Result<(), Error> {
        let healthz = self.question("/healthz")?;
        if matches!(healthz.status, 403 | 429) {
            self.screen().remark(&format!(
                "the server refuses requests for now (status {}), so its API could not be detected\n",
                healthz.status
            ));
            return Ok(());
        }
        let release = healthz.release();
        let is_v2 = release.is_some() || !is_before_v2(&healthz) && self.has_v2()?;
        let remark = if is_v2 {
            self.session.use_api(REPORTS_RELEASE, release)?
        } else {
            let v1 = self.question("/api/v1/version")?;
            match v1.status {
                200 => self.session.use_api("v1", version_of(&v1))?,
                401 => return self.probe_v1(),
                _ if self.is_2019()? => self.session.use_api("2019", None)?,
                _ => format!(
                    "{} does not look like SFTPGo; `set api` overrides the detection\n",
                    self.session.settings.server()
                ),
            }
        };
        self.screen().remark(&remark);
        Ok(())
    }

    /// The release of a v1 server that asks for a password.
    fn probe_v1(&mut self) -> Result<(), Error> {
        let remark = self.session.use_api("v1", None)?;
        self.screen().remark(&remark);
        if self.session.proof() == Proof::Basic {
            return self.login_by_password();
        }
        self.screen()
            .remark("log in first so that the release can be detected: `login NAME`\n");
        Ok(())
    }

    fn has_v2(&mut self) -> Result<bool, Error> {
        let v2 = self.question("/api/v2/version")?;
        Ok(v2.status == 401 && v2.media_type.ends_with("json"))
    }

    fn is_2019(&mut self) -> Result<bool, Error> {
        let list = self.question("/api/v1/sftp_connection")?;
        Ok(list.status == 200 && list.media_type.ends_with("json"))
    }

    pub(super) fn question(&mut self, path: &str) -> Result<Exchange, Error> {
        let base = &self.session.settings.base_url;
        let method = catalog::Method::Get;
        let spec = request::raw(method, path, &[], None, base, "")?;
        self.ask_server(&spec, Vec::new())
    }
}

/// Whether this is how a server without `/healthz` responds, before v2: there
/// the body of an error contains its status.
fn is_before_v2(healthz: &Exchange) -> bool {
    let body = tree::parse(&healthz.body).unwrap_or_default();
    healthz.status == 404 && body["status"] == 404
}
