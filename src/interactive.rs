//! The session on a terminal: prompt, line, answer, until Ctrl-D or `exit`.

use crate::command;
use crate::error::{Error, Fault};
use crate::input::history::History;
use crate::input::terminal::{Terminal, Typed};
use crate::interrupt::Interrupt;
use crate::line::outline::{Role, outline};
use crate::line::redirect;
use crate::line::variables::Arg;
use crate::output::error::Place;
use crate::script;
use crate::secret::line::takes_a_secret;
use crate::session::Session;
use crate::session::kept::LineNumber;
use crate::shell::{Flow, Out, Shell};
use crate::text::lex;
use std::io::ErrorKind;

/// Runs the session, whose first command is `first`; returns the exit code.
pub(crate) fn run(
    mut session: Session,
    out: Out,
    interrupt: Interrupt,
    (color, editable): (bool, bool),
    first: Option<String>,
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
    shell.page_results(true);
    shell
        .screen()
        .remark("`help` lists the commands, Tab completes, Ctrl-D exits\n");
    if let Some(text) = first {
        shell.asker.begin_line();
        if let Flow::Exit(code) = run_text(&mut shell, &text) {
            return code.unwrap_or_default();
        }
    } else {
        shell.arrive_at_start();
    }
    read_lines(&mut shell, history.as_ref())
}

/// Reads and runs lines until the session ends; returns the exit code.
fn read_lines(shell: &mut Shell, history: Option<&History>) -> u8 {
    loop {
        if shell.asker.interrupt().is_ending() {
            return Fault::Interrupted.exit_code();
        }
        let prompt = shell.session.prompt();
        let profile = shell.session.settings.profile();
        let color = profile.and_then(|profile| profile.color);
        shell.fetch_names();
        let Some(terminal) = shell.asker.terminal() else {
            return 0;
        };
        terminal.set_edit_mode(shell.session.settings.edit_mode);
        terminal.set_prompt_color(color);
        match terminal.read(
            &prompt,
            shell.session.settings.api,
            &shell.session.completion,
        ) {
            Ok(Typed::Text(text)) => {
                if let Flow::Exit(code) = run_line(shell, history, &text) {
                    return code.unwrap_or_default();
                }
            }
            Ok(Typed::Interrupted) => {}
            Ok(Typed::Edit(text)) => edit_line(shell, text),
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

/// Runs a typed line, and remembers it.
fn run_line(shell: &mut Shell, history: Option<&History>, text: &str) -> Flow {
    // While a line is typed Ctrl-C is a key.
    shell.asker.begin_line();
    if text.trim().is_empty() {
        return Flow::Continue;
    }
    // As in other shells, a space at the start keeps a line out of the history.
    let line = if text.starts_with([' ', '\t']) {
        LineNumber::Hidden
    } else {
        remember(shell, history, text);
        LineNumber::Of(shell.session.lines.len())
    };
    shell.session.kept.begin_line(line);
    run_text(shell, text)
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
    let may_be_kept = may_be_kept(shell, text);
    if let Some(terminal) = shell.asker.terminal() {
        terminal.remember(text, may_be_kept);
    }
    shell.session.lines.push(text.to_owned());
    if let Some(history) = history.filter(|_| may_be_kept)
        && let Err(why) = history.add(text)
    {
        shell.screen().say(&format!(
            "history is not kept: {}\n",
            crate::error::system(&why)
        ));
    }
}

/// Opens a typed line in the user's editor; the next prompt has what comes back.
fn edit_line(shell: &mut Shell, text: String) {
    let text = match shell.edit_line(&text) {
        Ok(edited) => edited,
        Err(error) => {
            shell.screen().report(&error, "", &Place::Terminal);
            text
        }
    };
    if let Some(terminal) = shell.asker.terminal() {
        terminal.begin_with(text);
    }
}

/// Whether a text may go to the history file: it consists of known commands, and
/// those that can have a secret are right. Any other text may be a password
/// typed at the wrong prompt, or have one in an unexpected place.
fn may_be_kept(shell: &mut Shell, text: &str) -> bool {
    let api = shell.session.settings.api;
    let unknown = |role: &Role| matches!(role, Role::Command(None));
    let Ok(commands) = shell.session.commands(text) else {
        return false;
    };
    commands.iter().all(|words| {
        let (words, _) = redirect::parts(words, api);
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
    let takes_command =
        |role: &Role| matches!(role, Role::Command(Some(command)) if command.takes_a_command());
    // The one after its own flags.
    let inner = roles.iter().rposition(takes_command).map_or(0, |outer| {
        let is_name = |role: &Role| matches!(role, Role::Command(_));
        let next = roles[outer + 1..].iter().position(is_name);
        outer + 1 + next.unwrap_or_default()
    });
    shell.parse(&args).is_ok() && (inner == 0 || shell.parse(&args[inner..]).is_ok())
}

/// Runs the commands of a typed or pasted text. A failure stops its line, since
/// commands after a `;` may depend on it. Further pasted lines still run, as if
/// typed one by one.
fn run_text(shell: &mut Shell, text: &str) -> Flow {
    let commands = match shell.session.commands(text) {
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
        let done = script::command(shell, text, &words);
        let status = shell.session.last_status;
        command::keep(shell, &text[start..end], status, done.as_ref().err());
        if let Err(error) = &done {
            shell.screen().report(error, text, &Place::Terminal);
        }
        shell.say_time();
        script::learn::observe(shell);
        match done {
            Ok(Flow::Continue) => {}
            Ok(flow) => return flow,
            Err(error) => {
                if is_interrupt(&error) {
                    return Flow::Continue;
                }
                failed_at = Some(end);
            }
        }
    }
    Flow::Continue
}

/// Ctrl-C drops everything that was typed or pasted.
fn is_interrupt(error: &Error) -> bool {
    error.fault == Fault::Interrupted
}
