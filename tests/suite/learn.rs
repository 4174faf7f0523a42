//! The lessons: each course is played, and a learner's session in a pipe.

use crate::support::{PIPED, Ran, Run};
use sftpgo_shell::practice::Practice;

/// A session that `learn` begins, with these lines.
fn session(args: &[&str], lines: &str) -> (Ran, Run) {
    run(Run::new(args).input(lines))
}

fn run(mut run: Run) -> (Ran, Run) {
    let ran = run.end();
    (ran, run)
}

/// Plays all lessons of a course; returns how many there are.
fn play(course: &str) -> usize {
    let ran = Run::new(&["learn", "--test", course]).run();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let lessons: Vec<&str> = ran.out.lines().collect();
    for line in &lessons {
        assert!(line.starts_with("ok"), "{line}");
        let has_others = !line.contains(" 1 right way,") && !line.contains(" 0 wrong answers");
        assert!(has_others, "another right way and a wrong answer: {line}");
    }
    lessons.len()
}

#[test]
fn each_lesson_is_played_with_right_and_wrong_answers() {
    assert!(play("v2") + play("2019") >= 15);
}
