//! A watch on a terminal: redrawn in place, with keys.

use super::action::{self, Action};
use super::round::{self, Round};
use super::view::View;
use super::{Watch, ends};
use crate::env::Stream;
use crate::error::{Error, Fault};
use crate::input::raw_keys::{Key, RawKeys};
use crate::input::saved_tty::SavedTty;
use crate::input::size;
use crate::output::watch::Size;
use crate::shell::Shell;
use crate::text::ansi;
use crate::text::clean;
use crate::text::words::plural;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Switches to the alternate screen, without a cursor.
fn enter_screen() -> String {
    [
        ansi::ALTERNATE_SCREEN,
        ansi::HIDE_CURSOR,
        ansi::CLEAR_SCREEN,
    ]
    .concat()
}

/// Switches back to the main screen.
fn leave_screen(results: &Stream) {
    let _ = results.write([ansi::SHOW_CURSOR, ansi::MAIN_SCREEN].concat().as_bytes());
}

/// How soon a new size or a signal is seen.
const TICK: Duration = Duration::from_millis(100);

/// The screen while it is drawn; dropped, the terminal is as before.
struct Drawn {
    keys: RawKeys,
    results: Stream,
}

impl Drop for Drawn {
    fn drop(&mut self) {
        leave_screen(&self.results);
    }
}

/// What the wait for a round ended with.
enum Next {
    Round,
    /// `q`.
    Quit,
}

/// What may happen at any time.
#[derive(Clone, Default)]
struct Signals {
    /// Ctrl-C, or a signal that ends the program.
    stop: Arc<AtomicBool>,
    /// A request is waited for.
    busy: Arc<AtomicBool>,
}

pub(super) fn run(shell: &mut Shell, watch: &Watch) -> Result<(), Error> {
    // The first round may ask for a password, and shows its failure as any command does.
    let first = round::run(shell, watch, false)?;
    if let Some(error) = first
        .error
        .as_ref()
        .filter(|error| watch.is_hopeless(error))
    {
        shell.write_results(&first.printed)?;
        return Err(error.clone());
    }
    // A single command has no terminal to ask; with one, Ctrl-C comes here.
    let is_single = !shell.asker.is_interactive();
    if is_single {
        shell.asker.open()?;
    }
    let signals = Signals::default();
    let stop = Arc::clone(&signals.stop);
    let interrupt = shell.asker.interrupt().clone();
    let heard = Arc::new(move || stop.store(true, Ordering::SeqCst));
    let restore = restorer(shell.results());
    let ended = interrupt.with_listener(heard, || {
        let interrupt = shell.asker.interrupt().clone();
        interrupt.before_exit(restore, || rounds(shell, watch, &signals, first))
    });
    if is_single {
        shell.asker.close();
    }
    ended
}

/// Restores the terminal if the program is ended in the middle of a round.
fn restorer(results: Stream) -> Arc<dyn Fn() + Send + Sync> {
    let saved = Mutex::new(SavedTty::now());
    Arc::new(move || {
        let saved = saved.lock().unwrap_or_else(PoisonError::into_inner);
        saved.restore_modes();
        leave_screen(&results);
    })
}

fn rounds(shell: &mut Shell, watch: &Watch, signals: &Signals, first: Round) -> Result<(), Error> {
    let mut view = View::default();
    let mut count = 0;
    let mut drawn: Option<Drawn> = None;
    let mut round = first;
    loop {
        count += 1;
        // The alternate screen is gone, so its last answer is printed.
        let is_over = round.holds || watch.is_last(count);
        if is_over {
            drop(drawn.take());
            shell.write_results(&round.printed)?;
        }
        if round.holds {
            let after = plural(usize::try_from(count).unwrap_or(usize::MAX), "round");
            shell
                .screen()
                .remark(&format!("the condition holds after {after}\n"));
            return Ok(());
        }
        if watch.is_last(count) {
            return watch.counted_out(round.error);
        }
        let error = round.error.clone();
        let as_printed = round::has_layout(shell, watch);
        view.take(&watch.call, round, as_printed);
        let screen = match drawn.take() {
            Some(screen) => screen,
            None => enter(shell, signals)?,
        };
        match wait(shell, watch, signals, &mut view, &screen, error)? {
            Next::Round => {}
            Next::Quit => return quit(shell, watch),
        }
        // A login may ask for something.
        drawn = (!shell.session.needs_login()).then_some(screen);
        signals.busy.store(true, Ordering::SeqCst);
        let done = round::run(shell, watch, drawn.is_some());
        signals.busy.store(false, Ordering::SeqCst);
        round = match done {
            Err(error) if error.fault == Fault::Interrupted && was_quit(drawn.as_ref()) => {
                return quit(shell, watch);
            }
            done => done?,
        };
    }
}

fn enter(shell: &Shell, signals: &Signals) -> Result<Drawn, Error> {
    let interrupt = shell.asker.interrupt().clone();
    shell.draw(&enter_screen())?;
    Ok(Drawn {
        keys: RawKeys::new(Arc::clone(&signals.busy), interrupt),
        results: shell.results(),
    })
}

/// Whether an interrupt was the key `q`.
fn was_quit(drawn: Option<&Drawn>) -> bool {
    let mut keys = std::iter::from_fn(|| drawn?.keys.next(Duration::ZERO));
    keys.any(|key| key == Key::Char('q'))
}

/// The end by `q`, which is no success if something was waited for.
fn quit(shell: &mut Shell, watch: &Watch) -> Result<(), Error> {
    // The interrupt was a key: what follows on the line is to run.
    shell.asker.begin_line();
    match watch.until {
        Some(_) => Err(Error::local("`watch` stopped before the condition held")),
        None => Ok(()),
    }
}

/// Waits for the next round, and does what the keys say.
fn wait(
    shell: &mut Shell,
    watch: &Watch,
    signals: &Signals,
    view: &mut View,
    screen: &Drawn,
    error: Option<Error>,
) -> Result<Next, Error> {
    let mut next = Instant::now() + watch.interval;
    let mut asked: Option<Action> = None;
    let mut shown: Option<Size> = None;
    loop {
        let size = screen_size();
        if shown != Some(size) {
            shown = Some(size);
            shell.draw(&draw(shell, watch, view, size))?;
        }
        let left = next.saturating_duration_since(Instant::now());
        let left = watch.left().map_or(left, |whole| whole.min(left));
        let key = screen.keys.next(left.clamp(Duration::from_millis(1), TICK));
        if signals.stop.load(Ordering::SeqCst) {
            let is_key = key == Some(Key::Char('q')) || was_quit(Some(screen));
            if is_key && !shell.asker.interrupt().is_ending() {
                return Ok(Next::Quit);
            }
            return Err(Error::new(Fault::Interrupted, "interrupted"));
        }
        if watch.left().is_some_and(|left| left.is_zero()) {
            return Err(watch.timed_out(error));
        }
        if let Some(key) = key {
            shown = None;
            match press(shell, view, key, &mut asked, size)? {
                Pressed::Quit => return Ok(Next::Quit),
                Pressed::Done => next = Instant::now(),
                Pressed::Nothing => {}
            }
            continue;
        }
        if !view.paused && asked.is_none() && Instant::now() >= next {
            return Ok(Next::Round);
        }
    }
}

fn draw(shell: &Shell, watch: &Watch, view: &mut View, size: Size) -> String {
    let every = format!("every {:?}", watch.interval);
    let keys = action::keys(shell.session.settings.api);
    view.drawn(size, &watch.shown, &every, &keys)
}

/// What a key meant.
enum Pressed {
    Nothing,
    /// Something was changed: the next round starts at once.
    Done,
    Quit,
}

fn press(
    shell: &mut Shell,
    view: &mut View,
    key: Key,
    asked: &mut Option<Action>,
    size: Size,
) -> Result<Pressed, Error> {
    if let Some(action) = asked.take() {
        view.question = None;
        if !matches!(key, Key::Char('y' | 'Y')) {
            view.said = Some("cancelled; nothing was sent".to_owned());
            return Ok(Pressed::Nothing);
        }
        let said = action.done.clone();
        view.said = Some(match action.run(shell) {
            Ok(()) => said,
            // The login is no longer valid, which ends a round, too.
            Err(error) if ends(&error) && error.fault != Fault::Typed => return Err(error),
            Err(error) => format!("error: {}", clean::line(&error.message)),
        });
        return Ok(Pressed::Done);
    }
    view.said = None;
    match key {
        Key::Char('q') => return Ok(Pressed::Quit),
        Key::Char('p' | ' ') => view.paused = !view.paused,
        Key::Enter => return Ok(Pressed::Done),
        key => match view
            .row()
            .cloned()
            .and_then(|row| action::of(shell, key, &row))
        {
            Some(Ok(action)) => {
                view.question = Some(action.question.clone());
                *asked = Some(action);
            }
            Some(Err(error)) => {
                view.said = Some(format!("error: {}", clean::line(&error.message)));
            }
            None => view.press(key, size),
        },
    }
    Ok(Pressed::Nothing)
}

fn screen_size() -> Size {
    size::of_screen().map_or(
        Size {
            columns: 80,
            rows: 24,
        },
        |size| Size {
            columns: size.columns,
            rows: size.rows,
        },
    )
}
