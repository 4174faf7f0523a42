//! `connect`: another server, by its URL, its host, or a profile.

use super::builtin::{Builtin, Check, Checking, Dry, Runs, Skip};
use super::set::{assign, moved};
use crate::catalog::Verb;
use crate::error::Error;
use crate::http::is_loopback;
use crate::line::call::Call;
use crate::settings::{Key, Origin, ProfileEntry, Settings};
use crate::shell::Shell;
use crate::shell::credentials::may_use_program;
use url::Url;

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::Runs,
    skip: Skip::Runs,
    chooses_server: |_| true,
    ..Builtin::new(Verb::Connect, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let text = call.text("url");
    if text.starts_with('@') {
        let before = shell.session.settings.base_url.clone();
        let entry = enter(&mut shell.session.settings, call)?;
        log_in_by(shell, &entry, &before);
        return Ok(());
    }
    // In a file, a command sends no requests besides its own.
    let asks = !shell.in_file();
    let urls = urls(text, &shell.session.settings).filter(|_| asks);
    let Some([first, second]) = urls else {
        point(shell, call, text)?;
        if asks {
            shell.arrive();
        }
        return Ok(());
    };
    point(shell, call, &first)?;
    match shell.answers_by(&second) {
        Ok(false) => shell.arrive(),
        Ok(true) => {
            point(shell, call, &second)?;
            shell.warn_of_plain_text();
            shell.arrive();
        }
        // The setting is kept: the server may start later.
        Err(error) => shell.report_unasked(&error),
    }
    Ok(())
}

/// The session goes on with the server of this URL.
fn point(shell: &mut Shell, call: &Call, url: &str) -> Result<(), Error> {
    let before = shell.session.settings.base_url.clone();
    let base_url = Key::BaseUrl.setting();
    let done = assign(&mut shell.session.settings, base_url, url);
    done.map_err(|error| error.at(call.place("url")))?;
    moved(shell, &before);
    Ok(())
}

/// The URLs that a text without a scheme may mean: `https` comes first for other
/// machines. That of this session means what it is.
fn urls(text: &str, settings: &Settings) -> Option<[String; 2]> {
    if text.contains("://") || text.is_empty() {
        return None;
    }
    if text.trim_end_matches('/') == settings.server() {
        let url = settings.base_url.to_string();
        return Some([url.clone(), url]);
    }
    let [plain, tls] = ["http", "https"].map(|scheme| format!("{scheme}://{text}"));
    let is_here = Url::parse(&plain).is_ok_and(|url| is_loopback(&url));
    Some(if is_here { [plain, tls] } else { [tls, plain] })
}

fn enter(settings: &mut Settings, call: &Call) -> Result<ProfileEntry, Error> {
    let name = call.text("url").trim_start_matches('@');
    let entered = settings.enter_profile(name);
    entered.map_err(|error| error.at(call.place("url")))
}

/// The session goes on with the login of a profile, which the settings have entered; `before`
/// is the server that it leaves.
fn log_in_by(shell: &mut Shell, entry: &ProfileEntry, before: &Url) {
    let session = &mut shell.session;
    let settings = &session.settings;
    let has_other_program =
        !settings.password_command.is_empty() && !may_use_program(settings, before, session.vars());
    match &entry.user {
        Some(user) => {
            session.auth.set_credentials(user.clone(), None);
            session.auth.was_for_other_server = has_other_program;
        }
        None => session.auth.leave_server(),
    }
    session.auth.bind(&session.settings.base_url);
    session.forget_server();
    session.assume_api_of_login();
    if shell.in_file() {
        return;
    }
    if shell.session.settings.shown(Key::Api.setting()).1 == Origin::Profile {
        shell.arrive_as_chosen();
    } else {
        shell.arrive();
    }
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    if call.text("url").starts_with('@') {
        return enter(checking.settings, call).map(drop);
    }
    if call.value("url").is_none() {
        return Ok(());
    }
    let assigned = assign(checking.settings, Key::BaseUrl.setting(), call.text("url"));
    assigned.map_err(|error| error.at(call.place("url")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_comes_first_for_other_machines() {
        let settings = Settings::default();
        let urls = |text: &str| urls(text, &settings).map(|[first, _]| first);
        for (text, first) in [
            ("sftp.example.com", "https://sftp.example.com"),
            ("sftp.example.com:8080/x", "https://sftp.example.com:8080/x"),
            ("192.0.2.7:8080", "https://192.0.2.7:8080"),
            ("localhost", "http://localhost"),
            ("127.0.0.1:9", "http://127.0.0.1:9"),
            ("[::1]:8080", "http://[::1]:8080"),
            // What has no valid host is not sent anywhere: setting the URL fails.
            ("a b", "https://a b"),
        ] {
            assert_eq!(urls(text).as_deref(), Some(first), "{text}");
        }
        assert_eq!(
            urls("127.0.0.1:8080").as_deref(),
            Some("http://127.0.0.1:8080/")
        );
        assert_eq!(urls("http://h"), None);
        assert_eq!(urls(""), None);
    }
}
