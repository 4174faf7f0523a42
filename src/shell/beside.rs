//! A shell for the server of a profile, beside that of the session, which stays where it is.

use super::captured::Buffer;
use super::credentials::{may_use_program, need_password, of_environment};
use super::{Out, Shell};
use crate::env::{Stream, Terminals};
use crate::error::{Error, Fault};
use crate::http::auth::{Auth, PasswordState};
use crate::http::pool::Pool;
use crate::output::progress::Progress;
use crate::request::Proof;
use crate::session::Session;
use crate::settings::{Echo, Key, Origin, ProfileEntry, Settings};
use crate::text::clean;
use crate::text::words::plural;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// At most this many servers are asked at once.
const MOST_AT_ONCE: usize = 16;

/// What is to be done where a password is missing.
const NO_PASSWORD: &str = "`password_command` in the profile gets it; a password in the environment is only for the \
     server of SFTPGO_HOST, or without that for the one of this session";

/// The error of a thread that has panicked.
const LOST: &str = "internal error: the command ended unexpectedly; please report this";

/// A shell that keeps what it writes, and asks nobody.
pub(crate) struct Beside {
    /// The name of the profile.
    pub(crate) name: String,
    pub(crate) shell: Shell,
    results: Buffer,
    messages: Buffer,
    /// Held while it runs: it has the same login as the others that have it.
    turn: Arc<Mutex<()>>,
}

impl Shell {
    /// A shell for this profile, with its login and its settings; the others are `settings`.
    pub(crate) fn beside(&self, settings: &Settings, name: &str) -> Result<Beside, Error> {
        let mut settings = settings.clone();
        let entry = settings.enter_profile(name)?;
        let vars = self.session.vars();
        self.keep_program_here(&mut settings);
        let auth = match self.login_of(&settings, &entry) {
            Some(auth) => auth,
            None => of_environment("", vars, &settings, Some(&entry), false)?,
        };
        let mut session = Session::new(settings, vars.clone());
        session.auth = auth;
        session.rejected = self.session.rejected.for_another_shell();
        session.auth.bind(&session.settings.base_url);
        session.assume_api_of_login();
        session.completion.keep_names_only();
        let (results, messages) = (Buffer::default(), Buffer::default());
        let out = Out {
            stdout: Stream::new(results.clone()),
            stderr: Stream::new(messages.clone()),
            // A table is as wide as the terminal that it is written to later.
            terminal: Terminals {
                stdin: false,
                stdout: self.out.terminal.stdout,
                stderr: false,
            },
            colors: (self.out.colors.0, false),
            pages: false,
            ..self.out.clone()
        };
        let interrupt = self.asker.interrupt().clone();
        Ok(Beside {
            name: name.to_owned(),
            shell: Self::new(session, out, interrupt, None),
            results,
            messages,
            turn: Arc::default(),
        })
    }

    fn keep_program_here(&self, settings: &mut Settings) {
        let own = &self.session.settings.base_url;
        if !may_use_program(settings, own, self.session.vars()) {
            settings
                .set(Key::PasswordCommand.setting(), "", Origin::Default)
                .expect("any text is a command");
        }
    }

    /// The login of this session, if it is that of a profile: the same admin on the same server.
    /// The profile's own program comes before a password that was not used yet.
    fn login_of(&self, settings: &Settings, entry: &ProfileEntry) -> Option<Auth> {
        let auth = &self.session.auth;
        let own = &self.session.settings.base_url;
        let is_here = own.origin() == settings.base_url.origin();
        let is_admin = entry.user.as_ref().is_none_or(|user| *user == auth.user);
        let is_own = auth.is_for(own) && !auth.was_for_other_server;
        let has_program = entry.value(Key::PasswordCommand).is_some();
        let is_in = auth.token.is_some() || auth.password_state == PasswordState::Right;
        let is_first = is_in || !has_program;
        (is_here && is_admin && is_own && is_first).then(|| auth.clone())
    }

    /// Gets the passwords of other shells, before anything is sent by one of them. The error
    /// names each whose password is missing.
    pub(crate) fn need_passwords_beside<'a>(
        &mut self,
        others: impl Iterator<Item = &'a mut Beside>,
    ) -> Result<(), Error> {
        let mut missing = Vec::new();
        let mut turns: HashMap<(url::Origin, String), Arc<Mutex<()>>> = HashMap::new();
        for other in others {
            let (auth, url) = (
                &other.shell.session.auth,
                &other.shell.session.settings.base_url,
            );
            let turn = turns.entry((url.origin(), auth.user.clone())).or_default();
            other.turn = Arc::clone(turn);
            if let Err(error) = self.need_password_beside(other) {
                missing.push(of_server(&other.name, error));
            }
        }
        Error::joined(missing).map_or(Ok(()), Err)
    }

    /// Gets the password that the login of another shell needs, from its program or by a
    /// question here.
    fn need_password_beside(&mut self, other: &mut Beside) -> Result<(), Error> {
        let session = &mut other.shell.session;
        let is_by_password = matches!(session.proof(), Proof::Token | Proof::Basic);
        if is_by_password && session.needs_login() && session.settings.echo != Echo::Only {
            let has_none = session.auth.password.is_none();
            if has_none && session.settings.password_command.is_empty() && !self.asker.may_prompt()
            {
                let why = format!(
                    "there is no password for `{}`",
                    clean::line(&session.auth.user)
                );
                return Err(Error::typed(why).hint(NO_PASSWORD));
            }
            // A login that is known to be wrong is an error of this server only.
            need_password(session, &mut self.asker)?;
        }
        Ok(())
    }

    /// Does something on several servers at once, each with its name, and gives the results to
    /// `each` in that order: an error where a thread ended unexpectedly. Ctrl-C ends the wait.
    pub(crate) fn at_once<T: Send + 'static, R: Send + 'static>(
        &self,
        servers: Vec<(String, T)>,
        what: impl Fn(T) -> R + Clone + Send + 'static,
        mut each: impl FnMut(String, Result<R, Error>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let begins = self.begin_waiting(&plural(servers.len(), "server"));
        let mut pool: Pool<String, R> = Pool::default();
        let mut waiting = servers.into_iter();
        let mut done = Ok(());
        while done.is_ok() {
            while pool.has_room(MOST_AT_ONCE)
                && let Some((name, server)) = waiting.next()
            {
                let what = what.clone();
                pool.start(name, move || what(server));
            }
            if pool.is_empty() {
                break;
            }
            pool.wait(&|| !self.asker.was_interrupted());
            if self.asker.was_interrupted() {
                done = Err(Error::new(Fault::Interrupted, "interrupted"));
            }
            while let (Ok(()), Some((name, result))) = (&done, pool.first_done()) {
                done = each(name, result.ok_or_else(|| Error::local(LOST)));
            }
        }
        if begins {
            self.progress.end_waiting();
        }
        done
    }

    /// Says what was written about a server.
    pub(crate) fn say_of_server(&self, name: &str, messages: &str) {
        for line in messages.lines() {
            self.screen().say(&format!("{name}: {line}\n"));
        }
    }

    /// The progress of this run, for a shell that runs as a part of it.
    pub(crate) fn shared_progress(&self) -> Progress {
        self.progress.clone()
    }
}

/// The error with the server's name before it.
pub(crate) fn of_server(name: &str, error: Error) -> Error {
    let message = format!("{name}: {}", error.message);
    Error { message, ..error }
}

impl Beside {
    /// Does something while no other shell with the same login does: a wrong password must
    /// not be sent by each of them.
    pub(crate) fn in_turn<T>(self, what: impl FnOnce(Self) -> T) -> T {
        let turn = Arc::clone(&self.turn);
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        what(self)
    }

    /// What was written: results and messages.
    pub(crate) fn written(&self) -> (Vec<u8>, String) {
        let messages = self.messages.take();
        let messages = String::from_utf8_lossy(&messages).into_owned();
        (self.results.take(), messages)
    }
}
