//! The start of a session with a server on a terminal, and `connect`: the server is asked what
//! it is, the admin who is named logs in, and a line says both.

use super::Shell;
use super::detect::{Detected, Kind};
use super::names::permissions;
use crate::catalog::Login;
use crate::error::{Error, Fault};
use crate::http::is_loopback;
use crate::output::error::Place;
use crate::request::Proof;
use crate::settings::{Echo, Key, Origin};
use crate::text::clean;

/// The number of permissions that the line names.
const MOST_PERMISSIONS: usize = 6;

impl Shell {
    /// The server that the session starts with. A failure is reported, and the session goes
    /// on: the server may start later.
    pub(crate) fn arrive_at_start(&mut self) {
        self.asker.begin_line();
        if self.session.settings.echo == Echo::Only {
            return;
        }
        let api = Key::Api.setting();
        let is_chosen = self.session.settings.shown(api).1 != Origin::Default;
        if self.session.own_practice().is_some() {
            // Its greeting says what it is.
            if let Err(error) = self.log_in_as_named(true) {
                self.report_login(&error);
            }
        } else if is_chosen {
            self.arrive_as_chosen();
        } else {
            self.arrive();
        }
    }

    /// Asks the server what it is, and logs in.
    pub(crate) fn arrive(&mut self) {
        match self.detect() {
            Ok(Detected::Sftpgo(kind)) => self.arrive_at(kind),
            Ok(Detected::Rejects(status)) => self.screen().remark(&format!(
                "the server currently rejects requests (status {status}), so its API could not be detected\n"
            )),
            Ok(Detected::Other) => {
                let server = self.session.settings.server();
                self.screen().remark(&format!(
                    "{server} does not look like SFTPGo; `set api` overrides the detection\n"
                ));
            }
            Err(error) => self.report_unasked(&error),
        }
    }

    fn arrive_at(&mut self, kind: Kind) {
        if let Err(error) = self.session.use_api(kind.api, kind.release) {
            return self.report_unasked(&error);
        }
        if !kind.asks_for_login && self.session.proof() == Proof::Basic {
            // There is nobody to be: no password has to be asked for.
            self.session.auth.set_credentials(String::new(), None);
        }
        let done = self.log_in_as_named(kind.asks_for_login);
        let who = self.who(kind.asks_for_login);
        self.say_arrived(&who);
        if let Err(error) = done {
            self.report_login(&error);
        }
    }

    /// Logs in to a server whose API the user has named: nothing else has to be asked.
    pub(crate) fn arrive_as_chosen(&mut self) {
        match self.log_in_as_named(true) {
            Ok(true) => {
                let who = self.who(true);
                self.say_arrived(&who);
            }
            Ok(false) => {}
            Err(error) => self.report_login(&error),
        }
    }

    fn report_login(&self, error: &Error) {
        if error.fault == Fault::Interrupted {
            self.screen().say("not logged in; `login` tries again\n");
            return;
        }
        self.report_unasked(error);
    }

    /// Logs in the admin who is named for this server; returns whether somebody is logged in.
    pub(crate) fn log_in_as_named(&mut self, asks_for_login: bool) -> Result<bool, Error> {
        let auth = &self.session.auth;
        if !asks_for_login || auth.was_for_other_server && !auth.sample {
            return Ok(self.session.logged_in().is_some());
        }
        let is_missing = self.session.needs_login();
        match self.session.proof() {
            Proof::Token if is_missing => self.login()?,
            Proof::Basic if is_missing => drop(self.check_password()?),
            _ => {}
        }
        Ok(self.session.logged_in().is_some())
    }

    /// What the admin who is logged in may do, if the token says it.
    pub(crate) fn permissions(&self) -> Option<Vec<String>> {
        self.session.auth.token.as_ref().and_then(permissions)
    }

    /// Uses the API that was detected, unless another one was chosen; returns whether it is used.
    pub(crate) fn use_detected(&mut self, kind: Kind) -> Result<bool, Error> {
        let session = &mut self.session;
        let is_chosen = session.settings.shown(Key::Api.setting()).1 != Origin::Default;
        if !is_chosen || session.settings.api.name == kind.api && session.settings.api.assumed {
            session.use_api(kind.api, kind.release)?;
        }
        Ok(session.settings.api.name == kind.api)
    }

    /// Says what the server is, and who is logged in.
    fn say_arrived(&self, who: &str) {
        let release = self.session.told_release();
        let release = release.map_or_else(String::new, |release| format!(" {release}"));
        let settings = &self.session.settings;
        let server = clean::line(&settings.server()).into_owned();
        let api = settings.api.name;
        self.screen()
            .remark(&format!("SFTPGo{release} (API {api}) at {server}{who}\n"));
    }

    /// Who is logged in, and what the admin may do.
    fn who(&self, asks_for_login: bool) -> String {
        let session = &self.session;
        let Some(admin) = session.logged_in() else {
            return match session.proof() {
                Proof::Key => ": an API key is used".to_owned(),
                _ if !asks_for_login && session.settings.api.login != Login::None => {
                    ": no login is needed".to_owned()
                }
                _ if !asks_for_login => String::new(),
                Proof::None => ": `login NAME` logs in".to_owned(),
                _ if session.auth.was_for_other_server => {
                    format!(": `login` logs in as {}", clean::line(&session.auth.user))
                }
                _ => String::new(),
            };
        };
        let admin = clean::line(admin);
        let may = self.permissions().map_or_else(String::new, |allowed| {
            format!("; permissions: {}", said(&allowed))
        });
        format!(": logged in as {admin}{may}")
    }

    /// Says that nothing encrypts what is sent to another machine.
    pub(crate) fn warn_of_plain_text(&self) {
        let url = &self.session.settings.base_url;
        if url.scheme() == "http" && !is_loopback(url) {
            self.screen().say(
                "warning: this server does not use TLS: passwords and answers are sent unencrypted\n",
            );
        }
    }

    /// Reports an error of a step that was not typed.
    pub(crate) fn report_unasked(&self, error: &Error) {
        if error.fault == Fault::Interrupted {
            self.screen().say("interrupted\n");
            return;
        }
        self.screen().report(error, "", &Place::Arguments);
    }
}

/// Permissions, in a line.
fn said(permissions: &[String]) -> String {
    if permissions.iter().any(|one| one == "*") {
        return "all".to_owned();
    }
    if permissions.is_empty() {
        return "none".to_owned();
    }
    let shown = if permissions.len() > MOST_PERMISSIONS {
        MOST_PERMISSIONS - 1
    } else {
        permissions.len()
    };
    let names: Vec<_> = permissions
        .iter()
        .take(shown)
        .map(|one| clean::line(one))
        .collect();
    let names = names.join(", ");
    match permissions.len() - shown {
        0 => names,
        more => format!("{names} and {more} more (`whoami`)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_in_a_line() {
        let said = |count: usize| {
            let all: Vec<String> = (0..count).map(|at| format!("p{at}")).collect();
            said(&all)
        };
        assert_eq!(said(0), "none");
        assert_eq!(said(1), "p0");
        assert_eq!(said(7), "p0, p1, p2, p3, p4 and 2 more (`whoami`)");
        assert_eq!(super::said(&["x".to_owned(), "*".to_owned()]), "all");
    }
}
