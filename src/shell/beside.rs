//! A shell for the server of a profile, beside that of the session, which stays where it is.

use super::captured::Buffer;
use super::credentials::{need_right_password, of_environment};
use super::{Out, Shell};
use crate::env::{Stream, Terminals};
use crate::error::Error;
use crate::output::progress::Progress;
use crate::request::Proof;
use crate::session::Session;
use crate::settings::{Echo, Settings};

/// A shell that keeps what it writes, and asks nobody.
pub(crate) struct Beside {
    /// The name of the profile.
    pub(crate) name: String,
    pub(crate) shell: Shell,
    results: Buffer,
    messages: Buffer,
}

impl Shell {
    /// A shell for this profile, with its login and its settings; the others are `settings`.
    pub(crate) fn beside(&self, settings: &Settings, name: &str) -> Result<Beside, Error> {
        let mut settings = settings.clone();
        let entry = settings.enter_profile(name)?;
        let vars = self.session.vars();
        let auth = of_environment("", vars, &settings, Some(&entry))?;
        let mut session = Session::new(settings, vars.clone());
        session.auth = auth;
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
        })
    }

    /// Gets the password that the login of another shell needs, from its program or by a
    /// question here.
    pub(crate) fn need_password_beside(&mut self, other: &mut Beside) -> Result<(), Error> {
        let session = &mut other.shell.session;
        let is_by_password = matches!(session.proof(), Proof::Token | Proof::Basic);
        if is_by_password && session.settings.echo != Echo::Only {
            need_right_password(session, &mut self.asker)?;
        }
        Ok(())
    }

    /// The progress of this run, for a shell that runs as a part of it.
    pub(crate) fn shared_progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl Beside {
    /// What was written: results and messages.
    pub(crate) fn written(&self) -> (Vec<u8>, String) {
        let messages = self.messages.take();
        let messages = String::from_utf8_lossy(&messages).into_owned();
        (self.results.take(), messages)
    }
}
