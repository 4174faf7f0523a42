//! A learner in a course: which lesson is on, and what of it is done.

use super::check::{Check, Look};
use super::course::{Course, Lesson};
use super::folder::Folder;
use super::progress::Progress;
use crate::http::auth::Auth;
use crate::line::alias::Aliases;
use crate::practice::{Practice, Seen};
use crate::settings::Settings;

/// What the session was before the first lesson, and will be after the last one.
pub(crate) struct Before {
    pub(crate) settings: Settings,
    pub(crate) auth: Auth,
    pub(crate) practice: Option<Practice>,
    pub(crate) aliases: Aliases,
}

/// A learner.
pub(crate) struct Learner {
    pub(crate) course: Course,
    /// The lesson that is on.
    pub(crate) at: usize,
    /// Which of its goals are reached.
    met: Vec<bool>,
    pub(crate) is_done: bool,
    /// How many hints were shown.
    pub(crate) hints: usize,
    /// Whether commands that run are not the learner's.
    pub(crate) is_paused: bool,
    /// All that was said about the answers to this lesson.
    pub(crate) said: String,
    pub(crate) progress: Progress,
    /// The folder of the lesson's files.
    pub(crate) folder: Option<Folder>,
    pub(crate) before: Before,
}

impl Learner {
    pub(crate) fn new(course: Course, progress: Progress, before: Before) -> Self {
        Self {
            course,
            at: 0,
            met: Vec::new(),
            is_done: false,
            hints: 0,
            is_paused: true,
            said: String::new(),
            progress,
            folder: None,
            before,
        }
    }

    /// The lesson that is on.
    pub(crate) fn lesson(&self) -> &Lesson {
        &self.course.lessons[self.at]
    }

    /// A lesson begins: what the server holds may be right already.
    pub(crate) fn begin(&mut self, look: Look<'_>) {
        let api = self.course.api;
        let checks = self.lesson().checks.iter();
        self.met = checks
            .map(|check| check.holds(api, look).unwrap_or_default())
            .collect();
        (self.is_done, self.hints, self.is_paused) = (false, 0, false);
        self.said.clear();
    }

    /// The goals of the lesson, each with a mark.
    pub(crate) fn goals(&self) -> String {
        let checks = self.lesson().checks.iter().zip(&self.met);
        checks.map(|(check, met)| marked(check, *met)).collect()
    }

    /// The goal that is not reached yet.
    pub(crate) fn missing(&self) -> Option<&str> {
        let mut checks = self.lesson().checks.iter().zip(&self.met);
        let missing = checks.find(|(_, met)| !**met);
        missing.map(|(check, _)| check.says.as_str())
    }

    /// What is said after these requests; empty if there is nothing new.
    pub(crate) fn observe(&mut self, seen: &[Seen], look: Look<'_>) -> String {
        if seen.is_empty() || self.is_paused || self.is_done {
            return String::new();
        }
        let api = self.course.api;
        let lesson = &self.course.lessons[self.at];
        let mut said = String::new();
        for (check, met) in lesson.checks.iter().zip(&mut self.met) {
            let now = check
                .holds(api, look)
                .unwrap_or_else(|| *met || seen.iter().any(|one| check.is_met_by(api, one)));
            if now != *met {
                said.push_str(&marked(check, now));
            }
            *met = now;
        }
        if self.met.iter().all(|met| *met) {
            self.is_done = true;
            said.push_str(&self.praise());
        } else {
            let writes = seen.iter().any(|one| one.method != "GET");
            let is_made = |check: &&Check| match check.holds(api, look) {
                Some(holds) => holds && writes,
                None => seen.iter().any(|one| check.is_met_by(api, one)),
            };
            if let Some(mistake) = lesson.mistakes.iter().find(is_made) {
                said.push_str(&format!("not yet: {}\n", mistake.says));
            }
        }
        self.said.push_str(&said);
        said
    }

    /// What is said when the lesson is done.
    fn praise(&self) -> String {
        let mut text = String::from("\ndone\n");
        if !self.lesson().done.is_empty() {
            text = format!("\ndone: {}\n", self.lesson().done.trim_end());
        }
        match self.course.lessons.get(self.at + 1) {
            Some(next) => text.push_str(&format!("`next` starts \"{}\"\n", next.title)),
            None => text.push_str("that was the last lesson; `learn list` lists all of them\n"),
        }
        text
    }
}

fn marked(check: &Check, met: bool) -> String {
    let mark = if met { 'x' } else { ' ' };
    format!("  [{mark}] {}\n", check.says)
}
