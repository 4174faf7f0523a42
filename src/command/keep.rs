//! Keeps the commands of the session, and writes files of them.

use super::builtin::builtin;
use crate::atomic::{Access, Atomic};
use crate::catalog::{
    ALL_PARAM, CONFIDENTIAL_PARAM, Command, CommandKind, Effect, Group, Kind, Remember, TOKEN_PATH,
    is_view,
};
use crate::error::{Error, system};
use crate::line::call::Call;
use crate::line::outline::{Role, outline};
use crate::line::redirect;
use crate::secret;
use crate::session::Session;
use crate::session::kept::{
    self, EndedCommand, FileForm, FileOptions, FileText, IdAfter, Kept, KeptCommand, KeptLine,
    LONGEST_ANSWER, SentRequests, UseInFile,
};
use crate::shell::Shell;
use crate::text::clean;
use crate::text::lex::lex;
use crate::text::words::without_password;
use jiff::Timestamp;
use serde_json::Value as Json;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Keeps a command that has ended.
pub(crate) fn keep(shell: &mut Shell, text: &str, status: Option<u16>, error: Option<&Error>) {
    let session = &mut shell.session;
    let requests = session.kept.sent.take();
    let Some(number) = session.kept.number() else {
        return;
    };
    let answer = session.answer.as_ref().filter(|_| status.is_some());
    let body = answer.filter(|answer| answer.body.len() <= LONGEST_ANSWER);
    let command = EndedCommand {
        number,
        text: text.to_owned(),
        api: session.settings.api,
        user_id: session.user_id,
        code: error.map_or(0, |error| error.fault.exit_code()),
        is_done: error.is_none_or(|error| error.applied),
        status,
        body: body.map(|answer| answer.body.clone()),
        requests,
        hides: text.contains('$') && hides(session, text),
        base_url: session.settings.base_url.as_str().to_owned(),
        at: Timestamp::now(),
    };
    if let Some(recording) = &mut session.kept.recording {
        let command = for_file(&command);
        if command.is_for_file() {
            recording.add(command);
            record(shell);
        }
    }
    shell.session.kept.add(command);
}

/// The commands of the session that have a place in a file.
pub(super) fn all_for_file(kept: &Kept) -> Vec<KeptCommand> {
    let all = kept.all().map(for_file);
    all.filter(KeptCommand::is_for_file).collect()
}

/// A command as a file can have it.
fn for_file(ended: &EndedCommand) -> KeptCommand {
    let api = ended.api;
    let lexed = lex(&ended.text);
    let words = lexed.commands.first().map_or(&[][..], Vec::as_slice);
    let (words, rest) = redirect::parts(words, api);
    let outline = outline(words, api);
    let row = outline.command;
    let in_file = row.and_then(builtin).map(|row| row.in_file);
    let use_in_file = in_file.unwrap_or(UseInFile::Runs);
    let has_place = ended.is_done && use_in_file != UseInFile::LeftOut;
    // What runs on other servers leaves the session as it is.
    let is_elsewhere = outline.outermost().is_some_and(Command::runs_on_servers);
    let is_private = outline.used.contains(&CONFIDENTIAL_PARAM);
    let shows = |row: &&Command| has_place && !is_private && shows_no_secret(row);
    let body = ended
        .body
        .as_ref()
        .filter(|_| row.is_some_and(|row| shows(&row)));
    let line = has_place
        .then(|| KeptLine::read(&ended.text, api))
        .flatten();
    let writes = row.is_some_and(Command::writes);
    let requests = if has_place {
        ended.requests.of(writes)
    } else {
        SentRequests::default()
    };
    let is_recipe = row.is_some_and(|row| row.group == Group::Recipes);
    let names = outline.roles.iter();
    let names = names.filter(|role| matches!(role, Role::Command(_)));
    let has_outer = names.count() > 1;
    let unfit = if is_recipe {
        Some("it judges the answers to several requests")
    } else if line.is_none() || ended.hides {
        Some("it may hold a secret that a variable cannot replace")
    } else if writes && !has_outer && requests.is_empty() {
        Some("nothing had to be sent")
    } else {
        None
    };
    KeptCommand {
        number: ended.number,
        name: row.map_or("a command", |row| row.name),
        line,
        use_in_file,
        id: row
            .filter(|_| !is_elsewhere)
            .map_or(IdAfter::Same, |row| id_after(ended.user_id, row)),
        is_done: ended.is_done,
        status: ended.status,
        answer: body.and_then(|body| answer(body)),
        server: without_password(&ended.base_url),
        base: ended.base_url.clone(),
        token_path: format!("{}/{TOKEN_PATH}", api.prefix),
        requests,
        unfit,
        is_redirected: !rest.is_empty(),
        shows_part: !rest.is_empty() || row.is_some_and(|row| shows_part(row, &outline.used)),
    }
}

/// Whether a command with these flags shows only a part of its answer.
fn shows_part(row: &Command, used: &[&str]) -> bool {
    let views = row.view_params().iter().filter(|param| is_view(param));
    let mut names = views.map(|param| param.name).chain([ALL_PARAM]);
    !row.writes() && names.any(|name| used.contains(&name))
}

/// Whether a variable that may hold a secret is used for another value than a secret one.
fn hides(session: &Session, text: &str) -> bool {
    let api = session.settings.api;
    let lexed = lex(text);
    lexed.commands.iter().any(|words| {
        let words = redirect::parts(words, api).0;
        let outline = outline(words, api);
        let mut all = words.iter().zip(&outline.roles);
        all.any(|(word, role)| {
            let is_secret = matches!(
                role,
                Role::Flag(Some(param)) | Role::Value(Some(param)) if param.kind == Kind::Secret
            );
            let typed = &text[word.span.clone()];
            !is_secret && typed.contains('$') && session.variables.hides(typed)
        })
    })
}

/// What a command did to the last user id.
fn id_after(user_id: Option<i64>, row: &Command) -> IdAfter {
    let remember = row.route().map(|route| route.remember);
    match (remember, user_id) {
        (Some(Remember::UserInAnswer | Remember::OnlyUserInAnswer), Some(id)) => {
            IdAfter::Answered(id)
        }
        (Some(Remember::UserInRequest), Some(id)) => IdAfter::Named(id),
        (Some(Remember::Nothing) | None, _) => IdAfter::Same,
        _ => IdAfter::Other,
    }
}

/// Whether the answers of a command can be written to a file: those of commands that read.
fn shows_no_secret(row: &Command) -> bool {
    match &row.kind {
        CommandKind::Request(route) => {
            route.effect == Effect::Reads && !route.confidential && row.group != Group::Account
        }
        CommandKind::Shell(_) => false,
    }
}

/// An answer as text; `None` if it is not JSON.
fn answer(body: &[u8]) -> Option<String> {
    let json: Json = serde_json::from_slice(body).ok()?;
    let text = format!("{:#}", secret::json::masked(&json));
    Some(clean::json(&text).into_owned())
}

/// Writes the file that is being recorded; ends the recording if that fails.
fn record(shell: &mut Shell) {
    let session = &mut shell.session;
    let Some(recording) = &session.kept.recording else {
        return;
    };
    let text = kept::text(
        &recording.commands,
        session.settings.api.name,
        recording.options,
    );
    if let Err(error) = written(&recording.path, &text.text, true) {
        session.kept.recording = None;
        let why = error.message;
        shell.screen().say(&format!("recording ended: {why}\n"));
    }
}

/// Writes a file of commands; one that is there only if `over`.
pub(super) fn written(path: &Path, text: &str, over: bool) -> Result<(), Error> {
    let shown = path.display().to_string();
    let shown = clean::line(&shown);
    let there =
        || Error::local(format!("`{shown}` already exists")).hint("`--force` overwrites it");
    if !over && path.symlink_metadata().is_ok() {
        return Err(there());
    }
    let write = || {
        let mut file = Atomic::create(path, Access::Owner)?;
        file.write_all(text.as_bytes())?;
        if over {
            file.finish()
        } else {
            file.finish_new()
        }
    };
    write().map_err(|why| match why.kind() {
        ErrorKind::AlreadyExists => there(),
        _ => Error::local(format!("cannot write `{shown}`: {}", system(&why))),
    })
}

/// The file that a call names.
pub(super) fn file(call: &Call) -> Result<&Path, Error> {
    let options = options(call);
    if options.form == FileForm::Curl && options.answers {
        let why = "`--answers` and `--as curl` cannot be used together";
        return Err(Error::typed(why).at(call.place("answers")));
    }
    match call.text("file") {
        "-" | "" => Err(
            Error::typed(format!("`{}` needs the name of a file", call.command.name))
                .at(call.place("file")),
        ),
        name => Ok(Path::new(name)),
    }
}

/// How a call wants its file.
pub(super) fn options(call: &Call) -> FileOptions {
    FileOptions {
        form: FileForm::named(call.text("as")),
        answers: call.is_on("answers"),
    }
}

/// The text of a file with these commands.
pub(super) fn file_of(shell: &Shell, call: &Call, commands: &[KeptCommand]) -> FileText {
    kept::text(commands, shell.session.settings.api.name, options(call))
}
