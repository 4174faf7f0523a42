//! Which server answers: the generation and the release of its API.

use super::Shell;
use crate::catalog::{self, Release};
use crate::error::Error;
use crate::http::Exchange;
use crate::request;
use crate::request::Proof;
use crate::settings::{Key, Origin};
use serde_json::Value as Json;

/// The generation whose servers tell their release in each answer.
const TELLS: &str = "v2";

impl Shell {
    /// Takes the release that an answer tells: rows, help and completion are
    /// then those of the server.
    pub(super) fn fit(&mut self, exchange: &Exchange) {
        if let Some(release) = exchange.release() {
            self.fit_release(release);
        }
    }

    pub(super) fn fit_release(&mut self, release: Release) {
        let api = self.session.settings.api;
        if api.name != TELLS || api.release == release {
            return;
        }
        let setting = Key::Api.setting();
        let (chosen, origin) = self.session.settings.shown(setting);
        let chosen = chosen.to_owned();
        if chosen != TELLS {
            // `set` must not show one release and mean another.
            let text = release.to_string();
            let _ = self.session.settings.set(setting, &text, origin);
            self.remark(&format!(
                "the server is {release}, not {chosen}: commands and fields are those of {release}\n"
            ));
        }
        self.session.settings.api = catalog::at(TELLS, release);
    }

    /// Finds out what answers at the base URL, without credentials; nothing of
    /// it is counted against anybody. Says what it is.
    ///
    /// The order of the questions is that in which the releases differ:
    /// `/healthz` names its server from 2.6.0 on; `/version` needs a token in
    /// v2; the server of 2019 has neither. A practice server of 2019 has
    /// `/api/v2` as well, so what `/healthz` says comes first.
    pub(crate) fn probe(&mut self) -> Result<(), Error> {
        let healthz = self.question("/healthz")?;
        if matches!(healthz.status, 403 | 429) {
            self.remark(&format!(
                "the server refuses to answer for now (status {}): which API it has is not known\n",
                healthz.status
            ));
            return Ok(());
        }
        if let Some(release) = healthz.release() {
            return self.is(TELLS, Some(release));
        }
        if !is_before_v2(&healthz) {
            let v2 = self.question("/api/v2/version")?;
            if v2.status == 401 && v2.media_type.ends_with("json") {
                return self.is(TELLS, None);
            }
        }
        let v1 = self.question("/api/v1/version")?;
        if v1.status == 200 {
            return self.is("v1", version_of(&v1));
        }
        if v1.status == 401 {
            self.is("v1", None)?;
            if self.proof() == Proof::Basic {
                return self.login_by_password();
            }
            self.remark("it wants to know who asks before it tells its release: `login NAME`\n");
            return Ok(());
        }
        let seed = self.question("/api/v1/sftp_connection")?;
        if seed.status == 200 && seed.media_type.ends_with("json") {
            return self.is("2019", None);
        }
        let url = self.session.settings.server();
        self.remark(&format!(
            "{url} does not look like SFTPGo: `set api` chooses the generation of the API\n"
        ));
        Ok(())
    }

    /// Takes the release in an answer of `/version`, unless one was chosen.
    pub(super) fn learn_release(&mut self, exchange: &Exchange) -> Result<(), Error> {
        let settings = &self.session.settings;
        let name = settings.api.name;
        if settings.shown(Key::Api.setting()).0 != name {
            return Ok(());
        }
        match version_of(exchange) {
            Some(release) => self.is(name, Some(release)),
            None => Ok(()),
        }
    }

    fn question(&mut self, path: &str) -> Result<Exchange, Error> {
        let base = &self.session.settings.base_url;
        let method = catalog::Method::Get;
        let spec = request::raw(method, path, &[], None, base, "")?;
        self.ask_server(&spec, Vec::new())
    }

    fn is(&mut self, name: &str, release: Option<Release>) -> Result<(), Error> {
        let api = Key::Api.setting();
        // The release is shown by `set` and outlives an override, if it can be typed.
        let typed = release.map(|release| release.to_string());
        let typed = typed.filter(|text| catalog::chosen(text).is_ok_and(|api| api.name == name));
        let text = typed.as_deref().unwrap_or(name);
        let set = self.session.settings.set(api, text, Origin::Set);
        set.map_err(Error::local)?;
        let told = release.map_or_else(String::new, |release| format!(" {release}"));
        if let Some(release) = release {
            self.session.settings.api = catalog::at(name, release);
        }
        self.remark(&format!("SFTPGo{told}, API {name}\n"));
        Ok(())
    }
}

/// Whether this is how a server without `/healthz` responds, before v2: there
/// the body of an error contains its status.
fn is_before_v2(healthz: &Exchange) -> bool {
    let body: Json = serde_json::from_slice(&healthz.body).unwrap_or_default();
    healthz.status == 404 && body["status"] == 404
}

/// The release in the answer of `/version`.
pub(super) fn version_of(exchange: &Exchange) -> Option<Release> {
    let json: Json = serde_json::from_slice(&exchange.body).ok()?;
    Release::named(json.get("version")?.as_str()?)
}
