//! The start of the program: from its arguments to its exit code.

mod args;
mod vars;

use self::args::{Args, Source};
use crate::command::help;
use crate::env::Env;
use crate::error::{Error, Fault, system};
use crate::http::auth::{Auth, Secret};
use crate::input::saved_tty::Cooked;
use crate::interactive;
use crate::interrupt::Ended;
use crate::output::error::{Place, render};
use crate::practice::{Options, Practice};
use crate::script;
use crate::script::mode::Mode;
use crate::session::Session;
use crate::settings::{self, Color, Key, Origin, Settings};
use crate::shell::{Out, Shell, login};
use std::sync::{Arc, Mutex, PoisonError};

/// Runs the program in `env`; gives its exit code.
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
    };
    let args = args::read(&env);
    out.quiet = args.as_ref().is_ok_and(|args| args.quiet);
    let fail = |error: &Error, text: &str| {
        let _ = out
            .stderr
            .write(render(error, text, &Place::Arguments, out.colors.1).as_bytes());
        error.fault.exit_code()
    };
    let args = match args {
        Ok(args) => args,
        Err((error, text)) => return fail(&error, &text),
    };
    let page = match args.source {
        // Help is there also where a setting is wrong.
        Source::Help => {
            let api = args::settings(&args, &env).map(|settings| settings.api);
            Some(help::program(api.unwrap_or(&crate::catalog::APIS[0])))
        }
        Source::Version => {
            Some(concat!("sftpgo-shell ", env!("CARGO_PKG_VERSION"), "\n").to_owned())
        }
        _ => None,
    };
    if let Some(page) = page {
        return match out.print(page.as_bytes()) {
            Ok(()) => 0,
            Err(error) if error.fault == Fault::OutputClosed => error.fault.exit_code(),
            Err(error) => fail(&error, ""),
        };
    }
    let settings = match args::settings(&args, &env) {
        Ok(settings) => settings,
        Err(error) => return fail(&error, ""),
    };
    match session(&args, settings, &env, &out) {
        Ok(session) => go(args.source, args.mode, session, env, out),
        Err(error) => fail(&error, ""),
    }
}

/// The session, with its practice server if there is to be one.
fn session(args: &Args, mut settings: Settings, env: &Env, out: &Out) -> Result<Session, Error> {
    let practice = args
        .practice
        .then(|| practice(args, &mut settings))
        .transpose()?;
    if let Some(practice) = practice.as_ref().filter(|_| !args.quiet) {
        let text = crate::command::practice::greeting(practice, settings.api.name);
        let _ = out.stderr.write(text.as_bytes());
    }
    let mut session = Session::new(settings, env.vars.clone());
    session.practice = practice;
    session.auth = auth(args, env)?;
    session.use_sample_admin();
    session.auth.bind(&session.settings.base_url);
    // The API 2019 has no login: whoever gives one means a server that has.
    let api = &settings::TABLE[Key::Api as usize];
    let chosen = session.settings.shown(api).1 > Origin::Default;
    if session.auth.is_somebody() && !session.auth.sample && !chosen {
        let _ = session.settings.set(api, "v2", Origin::Default);
    }
    for (name, value) in &args.vars {
        session.set_variable(name, Some(value.clone()), "");
    }
    Ok(session)
}

/// Who asks, by flag and environment.
fn auth(args: &Args, env: &Env) -> Result<Auth, Error> {
    let var = |name: &str| {
        env.vars
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    };
    let header = |name: &str| var(name).map(|value| in_header(name, value)).transpose();
    let named = Some(args.user.clone()).filter(|user| !user.is_empty());
    Ok(Auth {
        user: named.or_else(|| var(login::USER)).unwrap_or_default(),
        password: var(login::PASSWORD).map(Secret::new),
        otp: header(login::OTP)?,
        key: header(login::API_KEY)?,
        ..Auth::default()
    })
}

/// A secret that is sent as a header: most often what is wrong with one is the end of a line.
fn in_header(name: &str, value: String) -> Result<Secret, Error> {
    if !value.contains(|c: char| c.is_ascii_control()) {
        return Ok(Secret::new(value));
    }
    Err(Error::typed(format!(
        "`{name}` holds the end of a line or another control character, which no header can hold"
    ))
    .hint(format!(
        "`export {name}=\"$(tr -d '\\r\\n' <FILE)\"` takes it from a file without"
    )))
}

fn practice(args: &Args, settings: &mut Settings) -> Result<Practice, Error> {
    let given = |key: Key| args.settings.iter().any(|(setting, _)| setting.key == key);
    if given(Key::BaseUrl) {
        return Err(Error::typed(
            "`--practice` and `--base_url` cannot be used together",
        ));
    }
    let api = crate::practice::Api::named(settings.api.name).ok_or_else(|| {
        let names: Vec<String> = crate::practice::APIS
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        Error::typed(format!(
            "the practice server has only the APIs {}",
            names.join(" and ")
        ))
    })?;
    let options = Options {
        api,
        ..Options::default()
    };
    let practice = Practice::start(options).map_err(|why| {
        Error::local(format!(
            "cannot start the practice server: {}",
            system(&why)
        ))
    })?;
    let base_url = &settings::TABLE[Key::BaseUrl as usize];
    settings
        .set(base_url, &practice.url(), Origin::Flag)
        .map_err(Error::local)?;
    Ok(practice)
}

fn go(source: Source, mode: Mode, session: Session, env: Env, out: Out) -> u8 {
    let mut stdin = None;
    let sources = match source {
        Source::Stdin if env.terminal.stdin && !mode.check => {
            if let Err(error) = mode.on_terminal() {
                let text = render(&error, "", &Place::Arguments, out.colors.1);
                let _ = out.stderr.write(text.as_bytes());
                return error.fault.exit_code();
            }
            return on_terminal(session, &env, out);
        }
        Source::Stdin => script::Sources::Stdin(env.stdin),
        Source::Files(files) => script::Sources::Files(files, env.stdin),
        Source::Texts(texts) => {
            stdin = Some(env.stdin);
            script::Sources::Texts(texts)
        }
        Source::Once(text) => {
            stdin = Some(env.stdin);
            script::Sources::Once(text)
        }
        Source::Help | Source::Version => return 0,
    };
    // The run has a thread of its own; this one waits for its end or for
    // Ctrl-C, so that the run itself waits for each answer without a detour.
    let mut shell = Shell::new(session, out.clone(), env.interrupt.clone(), None);
    shell.stdin = stdin;
    // One command typed in a terminal's own shell: its secret need not be typed there.
    shell.asks = env.terminal.stdin && matches!(sources, script::Sources::Once(_));
    let progress = shell.progress.clone();
    let code = env
        .interrupt
        .or_done(move || script::run(shell, sources, mode));
    let ended = match code {
        Ok(code) => return code,
        Err(_) if progress.state().until_interrupted => return 0,
        Err(ended) => ended,
    };
    progress.end_bar();
    let (said, fault) = match ended {
        Ended::Interrupted => ("interrupted", Fault::Interrupted),
        Ended::Broken => ("the run broke off, which is a bug", Fault::Local),
    };
    let _ = out.stderr.write(progress.broken_off(said).as_bytes());
    for error in progress.finish_reports(fault.exit_code()) {
        let said = render(&error, "", &Place::Arguments, out.colors.1);
        let _ = out.stderr.write(said.as_bytes());
    }
    fault.exit_code()
}

/// The session with a person at the terminal.
fn on_terminal(session: Session, env: &Env, out: Out) -> u8 {
    let color = match session.settings.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => out.colors.1,
    };
    // On these the editor would write its prompt to stdout.
    let bare = ["dumb", "cons25", "emacs"];
    let term = env.vars.get("TERM");
    let editable = term.is_none_or(|term| !bare.contains(&term.as_str()));
    // The editor takes Ctrl-C as a key: what is told while a line is typed is
    // a kill or a hang-up, and the program then leaves at once. The editor
    // stays on this thread: it learns of a new window size from a signal that
    // the system gives to the first thread.
    let cooked = Mutex::new(Cooked::now());
    let (stderr, leave) = (out.stderr.clone(), env.leave);
    let told = move || {
        let text = cooked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .restore();
        let _ = stderr.write(text.as_bytes());
        leave(Fault::Interrupted.exit_code());
    };
    let interrupt = env.interrupt.clone();
    env.interrupt.heard_by(Arc::new(told), || {
        let idle = interrupt.clone();
        idle.undisturbed(|| interactive::run(session, out, interrupt, color, editable))
    })
}
