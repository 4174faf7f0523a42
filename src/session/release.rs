//! The release of the server, once an answer shows it.

use super::Session;
use crate::catalog::{self, Login, Release};
use crate::error::Error;
use crate::http::{Exchange, tree};
use crate::request::Proof;
use crate::settings::{Echo, Key, Origin};

/// The API whose servers report their release in each answer.
pub(crate) const REPORTS_RELEASE: &str = "v2";

/// What is known of the server's release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ReleaseState {
    /// The server was not asked, or did not answer: the release is assumed, or the user named it.
    #[default]
    Open,
    /// The server told it.
    Told,
    /// The server was asked, and does not tell it.
    Hidden,
}

impl Session {
    /// Uses the rows, fields and help of the server's release. Returns what to
    /// report, if another release was chosen.
    pub(crate) fn use_release(&mut self, release: Release) -> Option<String> {
        let api = self.settings.api;
        if !api.span.holds(release) {
            return None;
        }
        self.release_state = ReleaseState::Told;
        if !api.assumed && api.release == release {
            return None;
        }
        let setting = Key::Api.setting();
        let (chosen, origin) = self.settings.shown(setting);
        let chosen = chosen.to_owned();
        let remark = (chosen != api.name).then(|| {
            // `set` must not show one release and mean another.
            let text = release.to_string();
            let _ = self.settings.set(setting, &text, origin);
            format!(
                "the server is {release}, not {chosen}: commands and fields are those of {release}\n"
            )
        });
        self.settings.api = catalog::at(api.name, release);
        remark
    }

    /// Uses an API that was detected, and its release. Returns the message about it.
    pub(crate) fn use_api(
        &mut self,
        name: &str,
        release: Option<Release>,
    ) -> Result<String, Error> {
        // A server that is asked again may tell less to those who are not logged in.
        let told = self
            .told_release()
            .filter(|_| self.settings.api.name == name);
        let release = release.or(told);
        let api = Key::Api.setting();
        // The release is shown by `set` and outlives an override, if it can be typed.
        let typed = release.map(|release| release.to_string());
        let typed = typed.filter(|text| catalog::chosen(text).is_ok_and(|api| api.name == name));
        let text = typed.as_deref().unwrap_or(name);
        let set = self.settings.set(api, text, Origin::Detected);
        set.map_err(Error::local)?;
        let shown = release.map_or_else(String::new, |release| format!(" {release}"));
        if let Some(release) = release {
            self.settings.api = catalog::at(name, release);
            self.release_state = ReleaseState::Told;
        }
        Ok(format!("SFTPGo{shown}, API {name}\n"))
    }

    /// Whether the server can be asked for its release. One that the user named may be
    /// wrong, too: servers with the API v2 are asked all the same.
    pub(crate) fn can_ask_release(&self) -> bool {
        let (settings, api) = (&self.settings, self.settings.api);
        let answers = match api.login {
            Login::None => false,
            Login::Basic => api.assumed,
            Login::Token => self.proof() != Proof::None,
        };
        answers && self.release_state == ReleaseState::Open && settings.echo != Echo::Only
    }
}

/// The release in the answer of `/version`.
pub(crate) fn version_of(exchange: &Exchange) -> Option<Release> {
    let json = tree::parse(&exchange.body).ok()?;
    Release::named(json.get("version")?.as_str()?)
}
