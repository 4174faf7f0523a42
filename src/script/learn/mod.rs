//! `learn`: the lessons. A loop runs this command, since a lesson runs commands itself.

mod list;
mod play;
mod stage;

use crate::error::Error;
use crate::learn::{self, BUILT_IN, Course, GOTO, Learner, Progress, built_in};
use crate::line::call::Call;
use crate::shell::Shell;
use crate::text::clean;
use crate::text::near::near;
use crate::text::words::{shortened, ticked};

/// The largest file of lessons.
const MOST: u64 = 4 << 20;

/// Runs `learn …`.
pub(crate) fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let (what, value) = (call.text("what"), call.text("value"));
    if call.is_on("test") {
        return play::test(shell, what).map_err(|error| error.or_at(call.place("what")));
    }
    let done = match what {
        "list" => return list::print(shell),
        "" => resume(shell),
        "goal" | "hint" | "solution" | "next" | "skip" | "back" | GOTO | "again" | "stop" => {
            said_to_lesson(shell, what, value)
        }
        other => begin(shell, other, value),
    };
    // Also if it failed: then no file can be used, and no other server.
    if call.is_on("safe") {
        shell.session.be_safe();
    }
    done.map_err(|error| error.or_at(call.span.clone()))
}

/// After a command: what the lesson says about what was sent meanwhile.
pub(crate) fn observe(shell: &mut Shell) {
    let Some(mut learner) = shell.session.learner.take() else {
        return;
    };
    let mut said = String::new();
    let was_done = learner.is_done;
    if let Some(practice) = shell.session.practice.as_ref() {
        let seen = practice.take_seen();
        said = learner.observe(&seen, &|target| practice.look(target));
    }
    shell.screen().say(&said);
    if learner.is_done && !was_done {
        note(shell, &mut learner);
    }
    shell.session.learner = Some(learner);
}

/// Keeps the progress; that it cannot be kept is said, and stops nothing.
fn note(shell: &Shell, learner: &mut Learner) {
    let (course, lesson) = (learner.course.key.clone(), learner.lesson().name.clone());
    if let Err(error) = learner.progress.note(&course, &lesson, learner.is_done) {
        shell.screen().say(&format!("{}\n", error.message));
    }
}

/// The progress of this user; that a file is broken is said.
fn progress(shell: &Shell) -> Progress {
    let (progress, said) = Progress::load(shell.session.lessons_file.clone());
    shell.screen().say(&said.unwrap_or_default());
    progress
}

/// Shows the lesson that is on, or begins where the last session ended.
fn resume(shell: &mut Shell) -> Result<(), Error> {
    if shell.session.learner.is_some() {
        return said_to_lesson(shell, "goal", "");
    }
    stage::leave_real_server(shell)?;
    let progress = progress(shell);
    let name = progress.last_course().unwrap_or(BUILT_IN[0].0).to_owned();
    // A file that is gone is no reason not to begin.
    let course = course(shell, &name).or_else(|_| course(shell, BUILT_IN[0].0))?;
    stage::open(shell, course, progress)?;
    let at = shell.session.learner.as_ref().map_or(0, first_open);
    stage::enter(shell, at)
}

/// The lesson that was on, or the one after it if that is done.
fn first_open(learner: &Learner) -> usize {
    let (course, progress) = (&learner.course, &learner.progress);
    let last = progress.last(&course.key);
    let at = last.and_then(|name| course.find(name)).unwrap_or_default();
    let is_done = progress.is_done(&course.key, &course.lessons[at].name);
    let next = at + usize::from(is_done);
    if next < course.lessons.len() {
        next
    } else {
        at
    }
}

/// Begins a course, a file, or a lesson of the course that is on.
fn begin(shell: &mut Shell, word: &str, lesson: &str) -> Result<(), Error> {
    if is_course(word) {
        let course = course(shell, word)?;
        let wanted = at(&course, lesson)?;
        stage::leave_real_server(shell)?;
        let progress = match shell.session.learner.as_mut() {
            Some(learner) => std::mem::replace(&mut learner.progress, Progress::unkept()),
            None => progress(shell),
        };
        stage::open(shell, course, progress)?;
        let resumed = || shell.session.learner.as_ref().map_or(0, first_open);
        let at = wanted.unwrap_or_else(resumed);
        return stage::enter(shell, at);
    }
    if shell.session.learner.is_some() {
        return said_to_lesson(shell, GOTO, word);
    }
    let progress = progress(shell);
    let name = progress.last_course().unwrap_or(BUILT_IN[0].0).to_owned();
    let course = course(shell, &name)?;
    let at = at(&course, word)?.unwrap_or_default();
    stage::leave_real_server(shell)?;
    stage::open(shell, course, progress)?;
    stage::enter(shell, at)
}

/// Whether a word names a course, or a file.
fn is_course(word: &str) -> bool {
    let is_file = word.contains(['/', '\\']) || word.to_lowercase().ends_with(".toml");
    is_file || BUILT_IN.iter().any(|(name, _)| *name == word)
}

/// A course of the program, or that of a file.
fn course(shell: &Shell, word: &str) -> Result<Course, Error> {
    if let Some(course) = built_in(word) {
        return course;
    }
    shell.session.allow_file(word)?;
    let shown = clean::line(word).into_owned();
    let text = crate::input::file::read(word, MOST)
        .and_then(crate::text::encoding::utf8)
        .map_err(|why| Error::local(format!("cannot read `{shown}`: {why}")))?;
    let path = std::fs::canonicalize(word).unwrap_or_else(|_| word.into());
    learn::read(&path.to_string_lossy(), &shown, &text)
}

/// The place of a lesson; `None` if none is named.
fn at(course: &Course, word: &str) -> Result<Option<usize>, Error> {
    if word.is_empty() {
        return Ok(None);
    }
    if let Some(at) = course.find(word) {
        return Ok(Some(at));
    }
    let names = course.lessons.iter().map(|lesson| lesson.name.as_str());
    let others = BUILT_IN.iter().map(|(name, _)| *name);
    let words = learn::OTHER_WORDS.iter().chain(learn::WORDS).copied();
    let names = near(word, names.chain(others).chain(words));
    let shown = shortened(&clean::line(word));
    let all = course.lessons.len();
    let error = Error::typed(format!("there is no lesson `{shown}`"));
    Err(error.hint(if names.is_empty() {
        format!("give its number, 1 to {all}, or its name; `learn list` lists the lessons")
    } else {
        format!(
            "did you mean {}? `learn list` lists the lessons",
            ticked(&names)
        )
    }))
}

/// A word to the lesson that is on.
fn said_to_lesson(shell: &mut Shell, word: &str, value: &str) -> Result<(), Error> {
    let Some(mut learner) = shell.session.learner.take() else {
        return Err(Error::typed("no lesson is running").hint("`learn` starts one"));
    };
    let (at, last) = (learner.at, learner.course.lessons.len() - 1);
    let wanted = match word {
        GOTO if value.is_empty() => Err(Error::typed(
            "`goto` needs a lesson: its number or its name",
        )
        .hint("`learn list` lists them")),
        GOTO => self::at(&learner.course, value),
        "next" if !learner.is_done => Err(Error::typed("the lesson is not finished yet")
            .hint("`learn` shows what is missing; `skip` skips the lesson")),
        "next" | "skip" if at == last => Err(Error::typed("this is the last lesson")
            .hint("`learn list` lists all lessons, `learn stop` ends the lessons")),
        "next" | "skip" => Ok(Some(at + 1)),
        "again" => Ok(Some(at)),
        "back" => Ok(Some(at.saturating_sub(1))),
        _ => Ok(None),
    };
    let text = match word {
        "hint" => hint(&mut learner),
        "solution" => solution(&learner),
        "goal" => page(&learner),
        _ => String::new(),
    };
    shell.session.learner = Some(learner);
    shell.screen().say(&text);
    match wanted? {
        Some(at) => stage::enter(shell, at),
        None if word == "stop" => {
            stage::close(shell);
            Ok(())
        }
        None => Ok(()),
    }
}

/// The next hint.
fn hint(learner: &mut Learner) -> String {
    let hints = &learner.lesson().hints;
    if learner.lesson().is_exam {
        return "an exam has no hints; `skip` skips it\n".to_owned();
    }
    let Some(hint) = hints.get(learner.hints) else {
        return "there are no more hints; `solution` shows a solution\n".to_owned();
    };
    let text = format!("hint {} of {}: {hint}\n", learner.hints + 1, hints.len());
    learner.hints += 1;
    text
}

/// One right way.
fn solution(learner: &Learner) -> String {
    let lesson = learner.lesson();
    if lesson.is_exam && !learner.is_done {
        return "the solution of an exam is shown when you are done; `skip` skips it\n".to_owned();
    }
    let lines = lesson.solution.iter().map(|line| format!("  {line}\n"));
    format!("one solution:\n{}", lines.collect::<String>())
}

/// The page of a lesson.
fn page(learner: &Learner) -> String {
    let lesson = learner.lesson();
    let text = match lesson.text.as_str() {
        "" => String::new(),
        text => format!("{text}\n\n"),
    };
    let words = if learner.is_done {
        "the lesson is done: `next` starts the next one, `back` the previous one"
    } else if lesson.is_exam {
        "`learn` shows this again, `skip` skips the exam, `learn stop` ends the lessons"
    } else {
        "`hint` shows a hint, `solution` a solution, `skip` skips it, `learn` repeats it"
    };
    let heading = learner.course.heading(learner.at);
    format!("\n{heading}\n\n{text}goals\n{}\n{words}\n", learner.goals())
}
