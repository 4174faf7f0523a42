//! The engine: runs commands, keeps the session, says what happened. Knows
//! nothing of where its lines come from.

use crate::catalog::{Does, Effect, Group, Route, Value};
use crate::command;
use crate::env::{Stream, Terminals};
use crate::error::{Error, Fault};
use crate::http::interrupt::Interrupt;
use crate::http::{Client, Exchange, Lost, Timeouts};
use crate::input::secret;
use crate::input::terminal::{Terminal, Typed};
use crate::line::call::{Call, From, Parsed, What};
use crate::line::lex::Word;
use crate::line::parse::Parser;
use crate::line::variables::Arg;
use crate::progress::Progress;
use crate::render::error::Place;
use crate::render::{clean, error, json, trace};
use crate::request::{self, RequestSpec};
use crate::session::{Answer, Session};
use crate::settings::{Color, Echo, Key, Origin, Output, TABLE};
use crate::{answer, curl};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What happens after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The next one.
    Continue,
    /// The end, with this exit code.
    Exit(u8),
}

/// The streams and what is known of them.
#[derive(Clone)]
pub struct Out {
    /// Results.
    pub stdout: Stream,
    /// Everything said to a person.
    pub stderr: Stream,
    /// Which streams are terminals.
    pub terminal: Terminals,
    /// Whether stdout and stderr get colours, if the setting leaves it to them.
    pub colors: (bool, bool),
    /// Whether only what went wrong is said.
    pub quiet: bool,
}

impl Out {
    /// Writes a result.
    pub fn print(&self, bytes: &[u8]) -> Result<(), Error> {
        self.stdout.write(bytes).map_err(|why| {
            if why.kind() == std::io::ErrorKind::BrokenPipe {
                Error::new(Fault::OutputClosed, "stdout was closed by its reader")
            } else {
                let why = crate::error::system(&why);
                Error::local(format!("cannot write to stdout: {why}"))
            }
        })
    }
}

/// The engine.
pub struct Shell {
    /// The session.
    pub session: Session,
    /// The streams.
    pub out: Out,
    /// The terminal, where someone sits at one.
    pub terminal: Option<Terminal>,
    /// Whether a secret may be asked for.
    pub asks: bool,
    /// How far the run has come.
    pub(crate) progress: Progress,
    pub(crate) interrupt: Interrupt,
    parser: Parser,
    client: Client,
}

impl Shell {
    /// An engine for a session.
    pub fn new(
        session: Session,
        out: Out,
        interrupt: Interrupt,
        terminal: Option<Terminal>,
    ) -> Self {
        Self {
            session,
            out,
            asks: terminal.is_some(),
            terminal,
            progress: Progress::default(),
            interrupt,
            parser: Parser::default(),
            client: Client::default(),
        }
    }

    /// Runs one command, given as words.
    pub fn run(&mut self, words: &[Word]) -> Result<Flow, Error> {
        let done = self.run_one(words);
        self.session.ended(words, done.as_ref().err());
        done
    }

    fn run_one(&mut self, words: &[Word]) -> Result<Flow, Error> {
        let args = self.session.expanded(words)?;
        let Parsed { overrides, what } = self.parse(&args)?;
        let before = (!overrides.is_empty()).then(|| self.session.settings.clone());
        for (setting, value) in overrides {
            self.session
                .settings
                .set(setting, &value, Origin::Set)
                .map_err(Error::typed)?;
        }
        let flow = match what {
            What::Nothing => Ok(Flow::Continue),
            What::Help(topic) => command::help::run(self, topic),
            What::Call(call) => self.call(call),
        };
        // Until its answer is shown, nobody may take it for not done.
        self.progress.state().writing = None;
        if let Some(before) = before {
            self.session.settings = before;
        }
        flow
    }

    /// Parses words with the session's generation of the API.
    pub fn parse(&mut self, args: &[Arg]) -> Result<Parsed, Error> {
        self.parser.parse(args, self.session.settings.api)
    }

    fn call(&mut self, call: Call) -> Result<Flow, Error> {
        match &call.command.does {
            Does::Shell(verb) => command::run(self, *verb, &call),
            Does::Request(route) => {
                let span = call.span.clone();
                let about_users = call.command.group == Group::Users;
                let done = self.operation(call, route);
                // In a file, the next line must not hit the user before this one.
                if done.is_err() && about_users && self.terminal.is_none() {
                    self.session.forget_user();
                }
                done.map(|()| Flow::Continue)
                    .map_err(|error| error.or_at(span))
            }
        }
    }

    fn operation(&mut self, mut call: Call, route: &'static Route) -> Result<(), Error> {
        let only_shown = self.session.settings.echo == Echo::Only;
        self.fill_in_id(&mut call)?;
        if only_shown {
            fill_in_asked(&mut call);
        } else {
            self.ask_secrets(&mut call)?;
        }
        let spec = self.spec(&call, route);
        if !only_shown {
            self.confirm(&call, route)?;
        }
        let Some(exchange) = self.exchange(&spec)? else {
            return Ok(());
        };
        let read = answer::read(&call, route, &spec, &exchange);
        let shown = self.show(&exchange, read.json.as_ref());
        if let (Some(json), None) = (&read.json, &read.error) {
            self.session.observe(&call, json);
        }
        self.keep(exchange, read.json);
        if let Some(error) = read.error {
            return Err(error);
        }
        shown.map_err(|error| not_shown(error, &spec, call.command.name))
    }

    /// The request of a call, in this session.
    pub fn spec(&self, call: &Call, route: &'static Route) -> RequestSpec {
        let settings = &self.session.settings;
        request::build(call, route, &settings.base_url, settings.api.prefix)
    }

    /// Puts the last user id where the id was left out.
    pub fn fill_in_id(&self, call: &mut Call) -> Result<(), Error> {
        let named = call.text("username").to_owned();
        let span = call.span.clone();
        let command = call.command;
        let name = command.name;
        let Some(slot) = call
            .slots
            .iter_mut()
            .find(|slot| slot.from == From::LastUserId)
        else {
            return Ok(());
        };
        let Some(id) = self.session.user_id else {
            return Err(
                Error::typed("there is no last user id to stand in for `ID`")
                    .hint(format!("type the id; {}", command.hint_of(404)))
                    .at(span),
            );
        };
        // `update_user bob` must not hit alice.
        if let Some(last) = self
            .session
            .username
            .as_ref()
            .filter(|last| !named.is_empty() && **last != named)
        {
            return Err(
                Error::typed(format!("the last user, {id}, is `{last}`, not `{named}`"))
                    .hint(format!("type the id as well: `{name} ID {named}`"))
                    .at(span),
            );
        }
        slot.value = Some(Value::Int(id));
        Ok(())
    }

    /// Shows the request as `echo` has it, then sends it; none if it is only shown.
    pub fn exchange(&mut self, spec: &RequestSpec) -> Result<Option<Exchange>, Error> {
        match self.session.settings.echo {
            Echo::Off | Echo::Commands => {}
            Echo::On => self.say(&format!("{}\n", curl::line(spec))),
            Echo::Only => {
                self.print(&format!("{}\n", curl::line(spec)))?;
                return Ok(None);
            }
        }
        let settings = &self.session.settings;
        let timeouts = Timeouts {
            connect: settings.connect_timeout,
            whole: settings.timeout,
        };
        let headers = self.session.auth.headers();
        if spec.writes() {
            let name = spec.command.map_or_else(
                || spec.method.as_str().to_lowercase(),
                |command| command.name.to_owned(),
            );
            self.progress.state().writing = Some((name, spec.check.clone()));
        }
        // Without a terminal the whole run is waited for elsewhere.
        let interrupt = self.terminal.is_some().then_some(&self.interrupt);
        let sent = self.client.send(spec, &headers, timeouts, interrupt);
        if self.session.settings.debug {
            self.say(&match &sent {
                Ok(exchange) => trace::answered(spec, exchange),
                Err(_) => trace::unanswered(spec),
            });
        }
        let server = self.session.settings.shown(&TABLE[Key::BaseUrl as usize]).0;
        sent.map(Some).map_err(|lost| {
            let proxy = self.session.proxy(&spec.url);
            let proxy = proxy.filter(|_| matches!(lost, Lost::NotSent(_)));
            let error = lost.explained(spec, server);
            match proxy {
                Some(name) => error.hint(format!(
                    "`{name}` names a proxy: is it running? `NO_PROXY` leaves a server out"
                )),
                None => error,
            }
        })
    }

    /// Shows an answer: JSON in the form that is set, anything else as it came.
    pub fn show(&self, exchange: &Exchange, json: Option<&serde_json::Value>) -> Result<(), Error> {
        let output = self.session.settings.output;
        json.map_or(Ok(()), |json| {
            self.print_answer(Some(json), &exchange.body, output)
        })
    }

    /// Writes an answer in this form: what is no JSON as it came.
    pub fn print_answer(
        &self,
        json: Option<&serde_json::Value>,
        body: &[u8],
        output: Output,
    ) -> Result<(), Error> {
        let text = String::from_utf8_lossy;
        match json {
            Some(json) if output != Output::Raw => self.print_json(json, output),
            _ if output == Output::Ndjson && body.is_empty() => Ok(()),
            _ if output == Output::Ndjson => self.print_json(&text(body).into(), output),
            _ => self.print_raw(body),
        }
    }

    fn print_json(&self, json: &serde_json::Value, output: Output) -> Result<(), Error> {
        let terminal = self.out.terminal.stdout;
        let text = json::render(json, output, self.colors().0, terminal);
        self.print_bytes(text.as_bytes())
    }

    /// Keeps an answer for `last` and `$_`.
    pub fn keep(&mut self, exchange: Exchange, json: Option<serde_json::Value>) {
        let body = exchange.body;
        self.session.keep(exchange.status, Answer { body, json });
    }

    fn ask_secrets(&mut self, call: &mut Call) -> Result<(), Error> {
        for slot in call.slots.iter_mut().filter(|slot| slot.from == From::Ask) {
            let name = slot.param.name;
            if !self.asks {
                // The words of a single command are sh's own: no variables in them.
                let line = if self.progress.state().place.is_some() {
                    format!("--{name} $env.NAME")
                } else {
                    format!("-c '{} … --{name} $env.NAME'", call.command.name)
                };
                return Err(not_asked(name, &line).at(call.span.clone()));
            }
            let question = format!("{name}: ");
            let typed = match self.terminal.as_mut() {
                Some(terminal) => terminal.ask_secret(&question),
                None => secret::ask(&question, &self.interrupt),
            };
            let secret = match typed {
                Ok(Typed::Text(secret)) => secret,
                Ok(Typed::Interrupted | Typed::End) => {
                    return Err(Error::new(
                        Fault::Interrupted,
                        "interrupted; nothing was sent",
                    ));
                }
                Err(why) => return Err(Error::local(format!("cannot read the {name}: {why}"))),
            };
            slot.value = Some(Value::Text(secret));
            slot.from = From::Typed;
        }
        Ok(())
    }

    /// Asks before something is destroyed, where someone can answer.
    fn confirm(&mut self, call: &Call, route: &Route) -> Result<(), Error> {
        let Effect::Destroys(what) = route.effect else {
            return Ok(());
        };
        let id = call.int("id");
        let name = self
            .session
            .seen
            .username(id)
            .map_or_else(String::new, |name| format!(" ({})", clean::line(name)));
        self.agreed(&format!("{} {id}{name}: {what}", call.command.name))
    }

    /// Asks whether something may be destroyed, where someone can answer.
    pub fn agreed(&mut self, what: &str) -> Result<(), Error> {
        let settings = &self.session.settings;
        let asks = settings.confirm && settings.echo != Echo::Only;
        let Some(terminal) = self.terminal.as_mut().filter(|_| asks) else {
            return Ok(());
        };
        let answer = terminal
            .ask(&format!("{what}. Do it? [y/N] "))
            .map_err(|why| Error::local(format!("cannot ask: {why}")))?;
        match answer {
            Typed::Text(text) if matches!(text.trim(), "y" | "Y" | "yes") => Ok(()),
            _ => Err(Error::new(Fault::Interrupted, "not done; nothing was sent")),
        }
    }

    /// Whether stdout and stderr get colours.
    pub fn colors(&self) -> (bool, bool) {
        match self.session.settings.color {
            Color::Always => (true, true),
            Color::Never => (false, false),
            Color::Auto => self.out.colors,
        }
    }

    /// Writes a result that is no answer.
    pub fn print(&self, text: &str) -> Result<(), Error> {
        match self.session.settings.output {
            output @ Output::Ndjson => {
                let text = text.strip_suffix('\n').unwrap_or(text);
                self.print_json(&text.into(), output)
            }
            _ => self.print_bytes(text.as_bytes()),
        }
    }

    /// Writes a body as it came; on a terminal nothing of it steers.
    fn print_raw(&self, body: &[u8]) -> Result<(), Error> {
        let newline = if body.is_empty() || body.ends_with(b"\n") {
            ""
        } else {
            "\n"
        };
        if self.out.terminal.stdout {
            let text = String::from_utf8_lossy(body);
            let text = format!("{}{newline}", clean::text(&text));
            return self.print_bytes(text.as_bytes());
        }
        self.print_bytes(&[body, newline.as_bytes()].concat())
    }

    fn print_bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        if self.terminal.is_none() {
            return self.out.print(bytes);
        }
        // Ctrl-C ends a long answer.
        let interrupted = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&interrupted);
        let listener = Arc::new(move || told.store(true, Ordering::Relaxed));
        self.interrupt.heard_by(listener, || {
            for part in bytes.chunks(16 * 1024) {
                self.out.print(part)?;
                if interrupted.load(Ordering::Relaxed) {
                    let plain = if self.colors().0 { "\x1b[0m\n" } else { "\n" };
                    self.out.print(plain.as_bytes())?;
                    let message = "interrupted; the rest is not shown";
                    return Err(Error::new(Fault::Interrupted, message));
                }
            }
            Ok(())
        })
    }

    /// Says something to the person at stderr; if nobody listens, nothing is lost.
    pub fn say(&self, text: &str) {
        let _ = self.out.stderr.write(text.as_bytes());
    }

    /// Says what a person can do without.
    pub fn remark(&self, text: &str) {
        if !self.out.quiet {
            self.say(text);
        }
    }

    /// Says what went wrong, and where.
    pub fn report(&self, error: &Error, text: &str, place: &Place) {
        self.say(&error::render(error, text, place, self.colors().1));
    }
}

/// A secret without a value where nobody can be asked; `line` is how it can be given.
pub(crate) fn not_asked(name: &str, line: &str) -> Error {
    Error::typed(format!(
        "`--{name}` needs a value: without a terminal nothing is asked"
    ))
    .hint(format!("take it from the environment: `{line}`"))
}

/// The error of an answer that came but could not be shown: nobody may take a
/// write for not done, and do it again.
pub(crate) fn not_shown(error: Error, spec: &RequestSpec, name: &str) -> Error {
    if spec.writes() {
        Error::local(format!("`{name}` was done, but {}", error.message))
    } else {
        error
    }
}

/// A secret that would be asked for, where nothing is sent: it is shown nowhere.
pub fn fill_in_asked(call: &mut Call) {
    for slot in call.slots.iter_mut().filter(|slot| slot.from == From::Ask) {
        // With a quote: the curl line must be right for whatever will be exported.
        slot.value = Some(Value::Text("\"asked\"".to_owned()));
        slot.from = From::Typed;
    }
}
