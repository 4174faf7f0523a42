//! The session on a terminal: prompt, line, answer, until Ctrl-D or `exit`.

use crate::catalog::{Command, Kind};
use crate::command;
use crate::error::{Error, Fault};
use crate::input::history::History;
use crate::input::terminal::{Terminal, Typed};
use crate::interrupt::Interrupt;
use crate::line;
use crate::line::outline::{Role, outline};
use crate::line::variables::Arg;
use crate::output::error::Place;
use crate::script;
use crate::secret::line::takes_a_secret;
use crate::session::Session;
use crate::settings::{Key, Origin};
use crate::shell::{Flow, Out, Shell};
use crate::text::lex;
use std::io::ErrorKind;

/// Runs the session; returns the exit code.
pub(crate) fn run(
    mut session: Session,
    out: Out,
    interrupt: Interrupt,
    color: bool,
    editable: bool,
) -> u8 {
    let history = open_history(&mut session, &out);
    let terminal = match Terminal::new(&session.lines, color, editable, interrupt.clone()) {
        Ok(terminal) => terminal,
        Err(why) => {
            let _ = out
                .stderr
                .write(format!("error: cannot use the terminal: {why}\n").as_bytes());
            return Fault::Local.exit_code();
        }
    };
    let mut shell = Shell::new(session, out, interrupt, Some(terminal));
    shell
        .screen()
        .remark("`help` lists the commands, Tab completes, Ctrl-D exits\n");
    detect_server(&mut shell);
    loop {
        if shell.asker.interrupt().is_ending() {
            return Fault::Interrupted.exit_code();
        }
        let prompt = prompt(&shell.session);
        shell.fetch_names();
        // While a line is typed Ctrl-C is a key.
        shell.asker.begin_line();
        let Some(terminal) = shell.asker.terminal() else {
            return 0;
        };
        match terminal.read(
            &prompt,
            shell.session.settings.api,
            &shell.session.completion,
        ) {
            Ok(Typed::Text(text)) => {
                if text.trim().is_empty() {
                    continue;
                }
                remember(&mut shell, history.as_ref(), &text);
                if let Flow::Exit(code) = run_text(&mut shell, &text) {
                    return code.unwrap_or_default();
                }
            }
            Ok(Typed::Interrupted) => {}
            Ok(Typed::End) => return 0,
            // For example text pasted in another encoding: no reason to exit.
            Err(why) if why.kind() == ErrorKind::InvalidData => {
                shell
                    .screen()
                    .say("error: the input is not valid UTF-8; line ignored\n");
            }
            Err(why) => {
                shell
                    .screen()
                    .say(&format!("error: cannot read the terminal: {why}\n"));
                return Fault::Local.exit_code();
            }
        }
    }
}

/// Asks the server that was named at the start what it is, as `connect` does, unless
/// its API was named as well, or an admin, which only SFTPGo 2 has.
fn detect_server(shell: &mut Shell) {
    let session = &shell.session;
    let origin = |key: Key| session.settings.shown(key.setting()).1;
    let is_named = matches!(origin(Key::BaseUrl), Origin::Flag | Origin::Environment(_));
    let is_chosen = origin(Key::Api) != Origin::Default;
    if !is_named || is_chosen || session.auth.is_somebody() || session.practice.is_some() {
        return;
    }
    shell.asker.begin_line();
    if let Err(error) = shell.probe() {
        shell.screen().report(&error, "", &Place::Arguments);
    }
}

/// The server, and the last user id once there is one: `127.0.0.1:8080 id=5140>
/// `; before it, a mark for the practice server and for an unverified
/// connection.
pub(crate) fn prompt(session: &Session) -> String {
    // Not after `connect` to another server, which is not the practice server.
    let (server, _) = session.settings.shown(Key::BaseUrl.setting());
    let practises = session
        .practice
        .as_ref()
        .is_some_and(|practice| practice.url() == server);
    let practice = if practises { "practice " } else { "" };
    let id = session
        .user_id
        .map_or_else(String::new, |id| format!(" id={id}"));
    let settings = &session.settings;
    let trusts_all = settings.tls.insecure && settings.base_url.scheme() == "https";
    let insecure = if trusts_all { "insecure " } else { "" };
    format!("{practice}{insecure}{}{id}> ", settings.server())
}

fn open_history(session: &mut Session, out: &Out) -> Option<History> {
    let path = session.settings.history_file.clone()?;
    let shown = path.display().to_string();
    let shown = crate::text::clean::line(&shown);
    let say = |text: String| drop(out.stderr.write(text.as_bytes()));
    match History::load(&path) {
        Ok(loaded) => {
            if let Some(problem) = loaded.problem {
                say(format!("history is not kept: {problem} (`{shown}`)\n"));
            }
            session.lines = loaded.lines;
            Some(loaded.history)
        }
        Err(why) => {
            let why = crate::error::system(&why);
            say(format!("cannot use the history file `{shown}`: {why}\n"));
            None
        }
    }
}

fn remember(shell: &mut Shell, history: Option<&History>, text: &str) {
    if let Some(terminal) = shell.asker.terminal() {
        terminal.remember(text);
    }
    shell.session.lines.push(text.to_owned());
    if let Some(history) = history.filter(|_| may_be_kept(shell, text))
        && let Err(why) = history.add(text)
    {
        shell.screen().say(&format!(
            "history is not kept: {}\n",
            crate::error::system(&why)
        ));
    }
}

/// Whether a text may go to the history file: it consists of known commands, and
/// those that can have a secret are right. Any other text may be a password
/// typed at the wrong prompt, or have one in an unexpected place.
fn may_be_kept(shell: &mut Shell, text: &str) -> bool {
    let api = shell.session.settings.api;
    let unknown = |role: &Role| matches!(role, Role::Command(None));
    lex::lex(text).commands.iter().all(|words| {
        let outline = outline(words, api);
        let secret = outline.command.is_some_and(takes_a_secret);
        !outline.roles.iter().any(unknown) && (!secret || parses(shell, words))
    })
}

/// Whether words parse, as far as is known before they run.
fn parses(shell: &mut Shell, words: &[lex::Word]) -> bool {
    let expanded = |word: &lex::Word| {
        let args = shell.session.expanded(std::slice::from_ref(word));
        let arg = args.ok().and_then(|mut args| args.pop());
        // A variable may get its value from a command before this one.
        arg.unwrap_or_else(|| Arg {
            later: true,
            open: vec![word.text()],
            ..Arg::from(word)
        })
    };
    let args: Vec<Arg> = words.iter().map(expanded).collect();
    // `explain` reads the command after it when it runs.
    let roles = outline(words, shell.session.settings.api).roles;
    let takes_command = |command: &Command| {
        command
            .params
            .iter()
            .any(|param| param.kind == Kind::Command)
    };
    let outer = roles
        .iter()
        .rposition(|role| matches!(role, Role::Command(Some(command)) if takes_command(command)));
    let inner = outer.map_or(&args[..], |at| &args[at + 1..]);
    shell.parse(&args).is_ok() && shell.parse(inner).is_ok()
}

/// Runs the commands of a typed or pasted text. A failure stops its line, since
/// commands after a `;` may depend on it. Further pasted lines still run, as if
/// typed one by one.
fn run_text(shell: &mut Shell, text: &str) -> Flow {
    let commands = match line::split(text) {
        Ok(commands) => commands,
        Err(error) => {
            shell.screen().report(&error, text, &Place::Terminal);
            return Flow::Continue;
        }
    };
    let mut failed_at: Option<usize> = None;
    for words in commands {
        let (start, end) = (
            words.first().map_or(0, |word| word.span.start),
            words.last().map_or(0, |word| word.span.end),
        );
        if let Some(at) = failed_at
            && !text[at..start].contains('\n')
        {
            shell.screen().say(&format!(
                "not run: `{}`\n",
                words.first().map(lex::Word::text).unwrap_or_default()
            ));
            failed_at = Some(end);
            continue;
        }
        failed_at = None;
        match run_command(shell, &words) {
            Ok(Flow::Continue) => {}
            Ok(flow) => return flow,
            Err(error) => {
                shell.screen().report(&error, text, &Place::Terminal);
                if is_interrupt(&error) {
                    return Flow::Continue;
                }
                failed_at = Some(end);
            }
        }
    }
    Flow::Continue
}

/// Runs one command; a command file is a loop of its own.
fn run_command(shell: &mut Shell, words: &[lex::Word]) -> Result<Flow, Error> {
    let parsed = command::read_words(shell, words)?;
    command::perform_by(shell, parsed, |shell, call| {
        if command::runs_a_file(call.command) {
            script::sourced(shell, &call).map(|()| Flow::Continue)
        } else {
            command::call(shell, call)
        }
    })
}

/// Ctrl-C drops everything that was typed or pasted.
fn is_interrupt(error: &Error) -> bool {
    error.fault == Fault::Interrupted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practice::{Options, Practice};
    use crate::settings::{Origin, Settings};
    use std::collections::BTreeMap;

    #[test]
    fn the_prompt_shows_the_server_and_user() {
        let mut session = Session::new(Settings::default(), BTreeMap::new());
        let practice = Practice::start(Options::default()).unwrap();
        let (addr, url) = (practice.addr(), practice.url());
        session.practice = Some(practice);
        let mut connected = |url: &str, insecure: bool| {
            let base_url = Key::BaseUrl.setting();
            session.settings.set(base_url, url, Origin::Set).unwrap();
            session.settings.tls.insecure = insecure;
            prompt(&session)
        };
        assert_eq!(
            connected(&format!("{url}/"), false),
            format!("practice {addr}> ")
        );
        assert_eq!(connected("http://h:8080", true), "h:8080> ");
        // An insecure connection is shown all the time.
        assert_eq!(connected("https://h", true), "insecure h> ");
    }
}
