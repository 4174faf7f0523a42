//! Plays lessons by themselves: `learn --test` checks a file of lessons by its solutions, its
//! other right ways and its wrong answers.

use super::{course, observe, stage};
use crate::error::Error;
use crate::learn::{Lesson, Progress};
use crate::shell::Shell;
use crate::text::words::plural;

/// Runs commands as a learner types them; returns what failed.
pub(super) fn lines(shell: &mut Shell, lines: &[String]) -> Vec<String> {
    let confirmed = shell.asker.set_confirmed(true);
    let mut failed = Vec::new();
    for line in lines {
        let commands = match shell.session.commands(line) {
            Ok(commands) => commands,
            Err(error) => {
                failed.push(format!("`{line}`: {}", error.message));
                continue;
            }
        };
        for words in commands {
            if let Err(error) = super::super::command(shell, line, &words) {
                failed.push(format!("`{line}`: {}", error.message));
            }
            observe(shell);
        }
    }
    shell.asker.set_confirmed(confirmed);
    failed
}

/// Plays each lesson of a course, or of a file.
pub(super) fn test(shell: &mut Shell, word: &str) -> Result<(), Error> {
    if word.is_empty() {
        return Err(Error::typed("`learn --test` needs a file of lessons")
            .hint("or a course: `learn --test v2`"));
    }
    if shell.session.learner.is_some() {
        return Err(Error::typed("a lesson is on").hint("`learn stop` ends it"));
    }
    stage::open(shell, course(shell, word)?, Progress::unkept())?;
    // So that a solution can log in as another admin of the sample data.
    let password = format!("echo {}", crate::practice::PASSWORD);
    shell.session.settings.password_command = password;
    let played = all(shell);
    let ((), _) = shell.captured(true, stage::close);
    let (text, failed) = played;
    shell.screen().print(&text)?;
    if failed > 0 {
        let failed = plural(failed, "lesson");
        return Err(Error::local(format!("{failed} failed")));
    }
    Ok(())
}

/// The report, and how many lessons failed.
fn all(shell: &mut Shell) -> (String, usize) {
    let (mut text, mut failed) = (String::new(), 0);
    let lessons = |shell: &Shell| {
        let learner = shell.session.learner.as_ref();
        learner.map_or(0, |learner| learner.course.lessons.len())
    };
    for at in 0..lessons(shell) {
        let (wrong, _) = shell.captured(true, |shell| one(shell, at));
        let Some(learner) = &shell.session.learner else {
            break;
        };
        let lesson = &learner.course.lessons[at];
        let is = if wrong.is_empty() { "ok" } else { "failed" };
        text.push_str(&format!("{is:7} {:20} {}\n", lesson.name, counted(lesson)));
        for why in &wrong {
            text.push_str(&format!("        {why}\n"));
        }
        failed += usize::from(!wrong.is_empty());
    }
    (text, failed)
}

fn counted(lesson: &Lesson) -> String {
    let (ways, wrong) = (1 + lesson.also.len(), lesson.wrong.len());
    format!(
        "{}, {}",
        plural(ways, "solution"),
        plural(wrong, "wrong answer")
    )
}

/// What is wrong with a lesson.
fn one(shell: &mut Shell, at: usize) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(learner) = &shell.session.learner else {
        return wrong;
    };
    let lesson = &learner.course.lessons[at];
    let named = |at: usize, lines: &Vec<String>| {
        let name = match at {
            0 => "the solution".to_owned(),
            _ => format!("`also` solution {at}"),
        };
        (name, lines.clone())
    };
    let ways = std::iter::once(&lesson.solution).chain(&lesson.also);
    let ways: Vec<(String, Vec<String>)> =
        ways.enumerate().map(|(at, way)| named(at, way)).collect();
    let answers = lesson.wrong.iter();
    let answers: Vec<_> = answers
        .map(|wrong| (wrong.run.clone(), wrong.says.clone()))
        .collect();
    for (name, way) in ways {
        match played(shell, at, &way) {
            Err(why) => return vec![why],
            Ok(Played {
                missing: Some(missing),
                failed,
                ..
            }) => {
                wrong.push(format!("{name} does not reach \"{missing}\""));
                wrong.extend(failed);
            }
            Ok(_) => {}
        }
    }
    for (run, says) in answers {
        let run_shown = run.join("; ");
        match played(shell, at, &run) {
            Err(why) => return vec![why],
            Ok(Played { missing: None, .. }) => {
                wrong.push(format!("the wrong answer `{run_shown}` reaches the goals"));
            }
            Ok(Played { said, .. }) if !said.contains(&says) => {
                wrong.push(format!(
                    "the wrong answer `{run_shown}` does not say \"{says}\""
                ));
            }
            Ok(_) => {}
        }
    }
    wrong
}

/// How a way ended.
struct Played {
    /// A goal that is not reached.
    missing: Option<String>,
    /// The commands that failed.
    failed: Vec<String>,
    said: String,
}

/// Plays a lesson from its beginning. The error is one of the lesson itself.
fn played(shell: &mut Shell, at: usize, way: &[String]) -> Result<Played, String> {
    stage::prepare(shell, at).map_err(|error| error.message)?;
    let missing = |shell: &Shell| {
        let learner = shell.session.learner.as_ref()?;
        learner.missing().map(str::to_owned)
    };
    if missing(shell).is_none() {
        return Err("its goals are already reached at the beginning".to_owned());
    }
    let failed = lines(shell, way);
    let learner = shell.session.learner.as_ref();
    Ok(Played {
        missing: missing(shell).filter(|_| learner.is_none_or(|learner| !learner.is_done)),
        failed,
        said: learner
            .map(|learner| learner.said.clone())
            .unwrap_or_default(),
    })
}
