//! The practice server of the lessons: the session goes there, and back at the end.

use super::{note, page, play};
use crate::error::{Error, system};
use crate::learn::{Before, Course, Folder, Learner, Progress, WORDS};
use crate::practice::{Options, Practice};
use crate::settings::{Key, Origin};
use crate::shell::Shell;
use crate::text::clean;
use std::time::Duration;

/// Begins a course: if none is on, on a practice server of its own.
pub(super) fn open(shell: &mut Shell, course: Course, progress: Progress) -> Result<(), Error> {
    shell.session.completion.courses.on = course.names();
    if let Some(learner) = shell.session.learner.take() {
        let mut next = Learner::new(course, progress, learner.before);
        next.folder = learner.folder;
        shell.session.learner = Some(next);
        return Ok(());
    }
    let practice = Practice::start(Options {
        record: true,
        ..Options::default()
    })
    .map_err(|why| {
        let why = system(&why);
        Error::local(format!("cannot start the practice server: {why}"))
    })?;
    let session = &mut shell.session;
    let before = Before {
        settings: session.settings.clone(),
        auth: session.auth.clone(),
        practice: session.practice.replace(practice),
        aliases: session.completion.aliases().clone(),
    };
    let words = WORDS.iter().map(|word| (*word, format!("learn {word}")));
    let aliases = before.aliases.with(words);
    session.know_config(aliases);
    // A lesson writes, to the practice server only.
    session.settings.leave_profile();
    session.settings.read_only = false;
    session.settings.leave_server();
    session.learner = Some(Learner::new(course, progress, before));
    Ok(())
}

/// Asks before the session leaves a server that was named. Where nobody can answer, a
/// command file goes on with the server that it was written for.
pub(super) fn leave_real_server(shell: &mut Shell) -> Result<(), Error> {
    let session = &shell.session;
    if session.learner.is_some() {
        return Ok(());
    }
    let (server, origin) = session.settings.shown(Key::BaseUrl.setting());
    if session.own_practice().is_some() || origin == Origin::Default {
        return Ok(());
    }
    let server = clean::line(server).into_owned();
    let why = format!(
        "the lessons run on the practice server, and this session is connected to {server}"
    );
    if !shell.asker.is_interactive() {
        return Err(Error::typed(why).hint("start with `sftpgo-shell --practice learn`"));
    }
    let what = format!("{why}; `learn stop` returns to it");
    shell.asker.confirm(&what, &shell.session.settings)
}

/// Begins a lesson: the sample data, and what the lesson prepares.
pub(super) fn enter(shell: &mut Shell, at: usize) -> Result<(), Error> {
    prepare(shell, at)?;
    let Some(mut learner) = shell.session.learner.take() else {
        return Ok(());
    };
    note(shell, &mut learner);
    shell.screen().say(&page(&learner));
    shell.session.learner = Some(learner);
    Ok(())
}

/// The same without a word.
pub(super) fn prepare(shell: &mut Shell, at: usize) -> Result<(), Error> {
    let Some(mut learner) = shell.session.learner.take() else {
        return Ok(());
    };
    (learner.at, learner.is_paused) = (at, true);
    connect(shell, &learner)?;
    let setup = learner.lesson().setup.clone();
    let lesson = learner.lesson().name.clone();
    let written = write_files(shell, &mut learner);
    shell.session.learner = Some(learner);
    written?;
    let (done, _) = shell.captured(true, |shell| play::lines(shell, &setup));
    if let Some(error) = done.into_iter().next() {
        let error = Error::local(format!("the setup of `{lesson}` failed: {error}"));
        return Err(error.hint("`learn --test FILE` checks a file of lessons"));
    }
    shell.session.forget_user();
    shell.session.answer = None;
    let session = &mut shell.session;
    if let (Some(practice), Some(learner)) = (&session.practice, &mut session.learner) {
        // What the setup sent does not count.
        drop(practice.take_seen());
        learner.begin(&|target| practice.look(target));
    }
    Ok(())
}

/// The session is at the practice server as its admin, with the sample data.
fn connect(shell: &mut Shell, learner: &Learner) -> Result<(), Error> {
    let session = &mut shell.session;
    let Some(practice) = &session.practice else {
        return Ok(());
    };
    practice.set_failure(None);
    practice.set_latency(Duration::ZERO);
    practice.reset();
    let url = practice.url();
    // The names for Tab are not read in the background: what is sent is the learner's.
    for (key, value) in [
        (Key::BaseUrl, url.as_str()),
        (Key::Api, learner.course.api.name),
        (Key::LiveNames, "off"),
        (Key::Echo, "off"),
        // Who learns the shell need not know a pager.
        (Key::Pager, "off"),
    ] {
        session
            .settings
            .set(key.setting(), value, Origin::Set)
            .map_err(Error::local)?;
    }
    session.use_sample_admin();
    session.forget_server();
    Ok(())
}

/// Writes the files of a lesson into its folder, `$lesson`.
fn write_files(shell: &mut Shell, learner: &mut Learner) -> Result<(), Error> {
    learner.folder = None;
    let failed = |why: std::io::Error| {
        let why = system(&why);
        Error::local(format!("cannot write the files of the lesson: {why}"))
    };
    let folder = Folder::new(shell.asker.interrupt()).map_err(failed)?;
    for (name, text) in &learner.lesson().files {
        std::fs::write(folder.path().join(name), text).map_err(failed)?;
    }
    let path = folder.path().to_string_lossy().into_owned();
    shell.session.set_variable("lesson", Some(path), "");
    learner.folder = Some(folder);
    Ok(())
}

/// Ends the lessons: the session is as it was before.
pub(super) fn close(shell: &mut Shell) {
    let session = &mut shell.session;
    let Some(learner) = session.learner.take() else {
        return;
    };
    let before = learner.before;
    session.completion.courses.on.clear();
    session.practice = before.practice;
    session.settings = before.settings;
    session.auth = before.auth;
    session.know_config(before.aliases);
    let token = session.auth.token.take();
    session.forget_server();
    session.auth.token = token;
    let server = session.settings.shown(Key::BaseUrl.setting()).0;
    let server = clean::line(server).into_owned();
    shell.screen().say(&format!(
        "the lessons have ended; the session is connected to {server} again\n"
    ));
}
