//! The prompt: who is logged in, where, and what to be careful of.

use super::Session;
use super::release::ReleaseState;
use crate::catalog::Login;
use crate::http::auth::PasswordState;
use crate::request::Proof;
use crate::text::clean;
use crate::text::width::fitted;
use std::borrow::Cow;

/// The columns of a name in the prompt.
const LONGEST_NAME: usize = 24;

/// The columns of a server in the prompt.
const LONGEST_PLACE: usize = 40;

impl Session {
    /// The prompt, with the last user once there is one, by id or by name as the API has it:
    /// `ops@prod 2.7.5> `, `127.0.0.1:8080 id=5140> `, `prod 2.7.5 [read-only] user=carla> `.
    pub(crate) fn prompt(&self) -> String {
        let admin = self.logged_in().map(|admin| format!("{}@", name(admin)));
        let release = self.told_release().map(|release| format!(" {release}"));
        let settings = &self.settings;
        let marks = [
            (settings.read_only, " [read-only]"),
            (
                settings.tls.insecure && settings.base_url.scheme() == "https",
                " [insecure]",
            ),
        ];
        let marks: String = marks
            .iter()
            .filter(|(is_on, _)| *is_on)
            .map(|(_, mark)| *mark)
            .collect();
        let user = match (self.user_id, &self.username) {
            (Some(id), _) => format!(" id={id}"),
            (None, Some(user)) => format!(" user={}", name(user)),
            (None, None) => String::new(),
        };
        format!(
            "{}{}{}{marks}{user}> ",
            admin.unwrap_or_default(),
            self.place(),
            release.unwrap_or_default()
        )
    }

    /// The profile, or else the server.
    fn place(&self) -> String {
        let settings = &self.settings;
        let server = settings.server();
        let place = match settings.profile() {
            Some(profile) => profile.name.clone(),
            None if self.own_practice().is_none() => server,
            // There, neither an admin nor a release stands beside it.
            None if settings.api.login == Login::None => format!("practice {server}"),
            None => "practice".to_owned(),
        };
        fitted(&place, LONGEST_PLACE).into_owned()
    }

    /// The admin who is logged in by a token, or by a password that is known to be right.
    pub(crate) fn logged_in(&self) -> Option<&str> {
        let is_in = match self.proof() {
            Proof::Token => self.auth.token.is_some(),
            Proof::Basic => self.auth.password_state == PasswordState::Right,
            Proof::Key | Proof::None => false,
        };
        is_in.then_some(self.auth.user.as_str())
    }

    /// The release, if the server told it.
    pub(crate) fn told_release(&self) -> Option<crate::catalog::Release> {
        let is_told = self.release_state == ReleaseState::Told;
        is_told.then_some(self.settings.api.release)
    }
}

fn name(name: &str) -> Cow<'_, str> {
    match clean::line(name) {
        Cow::Borrowed(name) => fitted(name, LONGEST_NAME),
        Cow::Owned(name) => Cow::Owned(fitted(&name, LONGEST_NAME).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practice::{Options, Practice};
    use crate::secret::Secret;
    use crate::settings::{Key, Origin, Settings};
    use std::collections::BTreeMap;

    fn session() -> Session {
        Session::new(Settings::default(), BTreeMap::new())
    }

    fn set(session: &mut Session, key: Key, value: &str) {
        let done = session.settings.set(key.setting(), value, Origin::Set);
        done.expect("a value");
    }

    #[test]
    fn the_server_and_what_to_be_careful_of() {
        let mut session = session();
        let practice = Practice::start(Options::default()).unwrap();
        let (addr, url) = (practice.addr(), practice.url());
        session.practice = Some(practice);
        let mut connected = |url: &str, insecure: &str| {
            set(&mut session, Key::BaseUrl, url);
            set(&mut session, Key::Insecure, insecure);
            session.prompt()
        };
        assert_eq!(
            connected(&format!("{url}/"), "off"),
            format!("practice {addr}> ")
        );
        assert_eq!(connected("http://h:8080", "on"), "h:8080> ");
        // An insecure connection is shown all the time.
        assert_eq!(connected("https://h", "on"), "h [insecure]> ");
        set(&mut session, Key::ReadOnly, "on");
        assert_eq!(session.prompt(), "h [read-only] [insecure]> ");
    }

    #[test]
    fn the_last_user_is_shown_clean_and_short() {
        let mut session = session();
        let mut with = |id: Option<i64>, name: &str| {
            (session.user_id, session.username) = (id, Some(name.to_owned()));
            session.prompt().split_once(' ').unwrap().1.to_owned()
        };
        assert_eq!(with(None, "carla"), "user=carla> ");
        assert_eq!(
            with(None, "b\u{1b}a \u{202e}用户"),
            "user=b\\u001ba \\u202e用户> "
        );
        let long = format!("user={}…> ", "x".repeat(23));
        assert_eq!(with(None, &"x".repeat(99)), long);
        assert_eq!(with(Some(7), "carla"), "id=7> ");
    }

    #[test]
    fn an_admin_is_shown_once_logged_in() {
        let mut session = session();
        set(&mut session, Key::BaseUrl, "http://h:8080");
        set(&mut session, Key::Api, "v1");
        let password = Some(Secret::new("hidden"));
        session.auth.set_credentials("ops".to_owned(), password);
        assert_eq!(session.prompt(), "h:8080> ");
        session.auth.password_state = PasswordState::Right;
        assert_eq!(session.prompt(), "ops@h:8080> ");
        session.release_state = ReleaseState::Told;
        let release = session.settings.api.release;
        assert_eq!(session.prompt(), format!("ops@h:8080 {release}> "));
        // Another server is not sent these credentials.
        session.auth.bind(&"http://other".parse().expect("a URL"));
        assert_eq!(session.prompt(), format!("h:8080 {release}> "));
    }
}
