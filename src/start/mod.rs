//! The start of the program: from its arguments to its exit code.

mod args;
mod session;
mod startup;
mod vars;

use self::args::CommandSource;
use self::startup::Startup;
use crate::command::help;
use crate::env::Env;
use crate::error::{Error, Fault};
use crate::input::saved_tty::SavedTty;
use crate::interactive;
use crate::interrupt::Ended;
use crate::output::error::Place;
use crate::script;
use crate::script::mode::Mode;
use crate::session::Session;
use crate::settings::Color;
use crate::shell::{Out, Shell};
use std::sync::{Arc, Mutex, PoisonError};

/// Runs the program in `env`; returns its exit code.
pub fn run(env: Env) -> u8 {
    let mut out = Out {
        stdout: env.stdout.clone(),
        stderr: env.stderr.clone(),
        terminal: env.terminal,
        colors: (
            env.colors(env.terminal.stdout),
            env.colors(env.terminal.stderr),
        ),
        quiet: false,
        redraws: is_editable(env.vars.get("TERM")),
        pages: false,
        sink: None,
    };
    let startup = match Startup::read(&env) {
        Ok(startup) => startup,
        Err((error, text)) => {
            let text = out.rendered(&error, &text, &Place::Arguments, out.colors.1);
            let _ = out.stderr.write(text.as_bytes());
            return error.fault.exit_code();
        }
    };
    out.quiet = startup.quiet;
    let page = match startup.source {
        CommandSource::Help => help::program(startup.settings.api),
        CommandSource::Version => {
            concat!("sftpgo-shell ", env!("CARGO_PKG_VERSION"), "\n").to_owned()
        }
        _ => {
            let (source, mode) = (startup.source.clone(), startup.mode.clone());
            return match session::new(startup, &env, &out) {
                Ok(session) => go(source, mode, session, env, out),
                Err(error) => report(&out, &error),
            };
        }
    };
    match out.print(out.fitted(&page).as_bytes()) {
        Ok(()) => 0,
        // `--help | head` has what it wanted.
        Err(error) if error.fault == Fault::OutputClosed => 0,
        Err(error) => report(&out, &error),
    }
}

/// Reports an error that is about no line; returns its exit code.
fn report(out: &Out, error: &Error) -> u8 {
    let text = out.rendered(error, "", &Place::Arguments, out.colors.1);
    let _ = out.stderr.write(text.as_bytes());
    error.fault.exit_code()
}

fn go(source: CommandSource, mode: Mode, session: Session, env: Env, out: Out) -> u8 {
    let mut stdin = None;
    let begins =
        matches!(&source, CommandSource::Once(text) if script::begins_session(&session, text));
    let begins = begins && !mode.check && mode.dry_run.is_none();
    let sources = match source {
        CommandSource::Stdin if env.terminal.stdin && !mode.check => {
            if let Err(error) = mode.on_terminal() {
                return report(&out, &error);
            }
            return on_terminal(session, &env, out, None);
        }
        CommandSource::Stdin => script::Sources::Stdin(env.stdin),
        CommandSource::Files(files) => script::Sources::Files(files, env.stdin),
        CommandSource::Texts(texts) => {
            stdin = Some(env.stdin);
            script::Sources::Texts(texts)
        }
        CommandSource::Once(text) if begins && env.terminal.stdin => {
            return on_terminal(session, &env, out, Some(text));
        }
        CommandSource::Once(text) if begins => script::Sources::Begun(text, env.stdin),
        CommandSource::Once(text) => {
            stdin = Some(env.stdin);
            script::Sources::Once(text)
        }
        CommandSource::Help | CommandSource::Version => return 0,
    };
    // The run has its own thread; this one waits for it to finish or for
    // Ctrl-C, so that the run can block on each answer directly.
    let mut shell = Shell::new(session, out.clone(), env.interrupt.clone(), None);
    shell.session.completion.keep_names_only();
    shell.stdin = stdin;
    // A single command on a terminal can prompt for its secret.
    shell
        .asker
        .allow_prompts(env.terminal.stdin && matches!(sources, script::Sources::Once(_)));
    let progress = shell.progress.clone();
    let code = env
        .interrupt
        .run_until_interrupted(move || script::run(shell, sources, mode));
    let ended = match code {
        Ok(code) => return code,
        Err(_) if progress.state().until_interrupted => return 0,
        Err(ended) => ended,
    };
    env.interrupt.run_exit_actions();
    progress.end_bar();
    let (said, fault) = match ended {
        Ended::Interrupted => ("interrupted", Fault::Interrupted),
        Ended::Broken => (
            "internal error: the run ended unexpectedly; please report this",
            Fault::Local,
        ),
    };
    let _ = out.stderr.write(progress.broken_off(said).as_bytes());
    for error in progress.finish_reports(fault.exit_code()) {
        report(&out, &error);
    }
    fault.exit_code()
}

/// Whether a terminal understands more than lines. On the others the editor would
/// write its prompt to stdout.
fn is_editable(term: Option<&String>) -> bool {
    let bare = ["dumb", "cons25", "emacs"];
    term.is_none_or(|term| !bare.contains(&term.as_str()))
}

/// The interactive session on a terminal.
fn on_terminal(session: Session, env: &Env, out: Out, first: Option<String>) -> u8 {
    let color = match session.settings.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => out.colors.1,
    };
    let editable = out.redraws;
    // The editor reads Ctrl-C as a key, so a signal while a line is typed is a
    // kill or a hang-up (`is_ending`), and the program exits at once. The editor stays on
    // this thread because the system delivers the signal for a new window size
    // to the first thread.
    let saved_tty = Mutex::new(SavedTty::now());
    let (stderr, leave) = (out.stderr.clone(), env.leave);
    let ending = env.interrupt.clone();
    let on_signal = move || {
        // A late Ctrl-C, for what has ended meanwhile.
        if !ending.is_ending() {
            return;
        }
        ending.run_exit_actions();
        let text = saved_tty
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .restore();
        let _ = stderr.write(text.as_bytes());
        leave(Fault::Interrupted.exit_code());
    };
    let interrupt = env.interrupt.clone();
    env.interrupt.with_listener(Arc::new(on_signal), || {
        let idle = interrupt.clone();
        idle.ignoring(|| interactive::run(session, out, interrupt, (color, editable), first))
    })
}
