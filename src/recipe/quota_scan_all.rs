//! `quota_scan_all`: scans the quota of every user, a few at a time.

use super::groups::{Groups, primary};
use super::{RecipeResult, pages, span};
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::shell::Shell;
use crate::shell::recipe_step::{first_of, named};
use crate::text::words::plural;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The first pause before checking which scans still run; it doubles each time.
const SHORT: Duration = Duration::from_millis(50);
/// The longest pause.
const LONG: Duration = Duration::from_secs(2);

/// How long to wait for the scans to finish; `None` without an end.
fn longest(call: &Call) -> Result<Option<Duration>, Error> {
    match call.text("wait") {
        "" | "off" => Ok(Some(Duration::ZERO)),
        "on" => Ok(None),
        _ => span::of(call, "wait").map(Some),
    }
}

pub(super) fn check(call: &Call) -> Result<(), Error> {
    longest(call).map(drop)
}

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<RecipeResult, Error> {
    let names = users(shell, call.is_on("with_quota"))?;
    let mut scans = Scans::new(shell, call, names.len())?;
    let done = scans.all(&names);
    if scans.has_bar {
        scans.shell.progress.end_bar();
    }
    match done {
        Ok(()) => Ok(scans.result()),
        Err(error) => {
            let (summary, why) = (scans.summary(), &error.message);
            // The error only refers to its own request: `nothing was sent`.
            let message = if scans.started > 0 {
                format!("{summary}, then: {why}")
            } else {
                format!("{why}; {summary}")
            };
            Err(Error { message, ..error })
        }
    }
}

/// The names of all users, or of those with a limit.
fn users(shell: &mut Shell, with_quota: bool) -> Result<Vec<String>, Error> {
    let (mut names, mut of_groups) = (Vec::new(), Vec::new());
    pages::each(shell, "get_users", "username", |user| {
        let Some(name) = user.get("username").and_then(Json::as_str) else {
            return;
        };
        if !with_quota || has_quota(&user) {
            names.push(name.to_owned());
        } else if primary(&user).is_some() {
            of_groups.push(user);
        }
    })?;
    let mut groups = Groups::default();
    for user in of_groups {
        let settings = groups.settings_of(shell, &user)?;
        if settings.is_some_and(has_quota) {
            names.push(user["username"].as_str().unwrap_or_default().to_owned());
        }
    }
    Ok(names)
}

fn has_quota(settings: &Json) -> bool {
    let is_set = |key: &str| settings.get(key).and_then(Json::as_i64).unwrap_or(0) > 0;
    is_set("quota_size") || is_set("quota_files")
}

/// The scans of all users.
struct Scans<'a> {
    shell: &'a mut Shell,
    start: &'static str,
    list: &'static str,
    /// How many scans may run at a time.
    most: usize,
    /// How long to wait at the end; `None` without an end.
    longest: Option<Duration>,
    waits: bool,
    /// How many users there are.
    users: usize,
    /// The scans that may still be running.
    running: BTreeSet<String>,
    started: usize,
    there: usize,
    failed: Vec<(String, Error)>,
    has_bar: bool,
}

impl<'a> Scans<'a> {
    fn new(shell: &'a mut Shell, call: &Call, users: usize) -> Result<Self, Error> {
        let longest = longest(call)?;
        shell.learn_release()?;
        let api = shell.session.settings.api;
        let start = first_of(api, &["start_user_quota_scan", "start_quota_scan"])?;
        let list = first_of(api, &["get_users_quota_scans", "get_quota_scans"])?;
        let has_bar = shell.screen().begin_quiet_bar(Some(users));
        let most = usize::try_from(call.int("at_once")).unwrap_or(0);
        Ok(Self {
            shell,
            start,
            list,
            most: if most == 0 { usize::MAX } else { most },
            waits: longest != Some(Duration::ZERO),
            longest,
            users,
            running: BTreeSet::new(),
            started: 0,
            there: 0,
            failed: Vec::new(),
            has_bar,
        })
    }

    fn all(&mut self, names: &[String]) -> Result<(), Error> {
        for name in names {
            self.wait_for(self.most - 1, None)?;
            self.begin(name)?;
            self.moved();
        }
        if self.waits {
            self.wait_for(0, self.longest)?;
        }
        Ok(())
    }

    fn begin(&mut self, name: &str) -> Result<(), Error> {
        match self.shell.part(&[self.start], &[name]) {
            Ok(_) => self.started += 1,
            Err(error) if error.fault == Fault::Refused(409) => self.there += 1,
            // Concerns only this user: it was deleted, or the server cannot scan it.
            Err(error) if matches!(error.fault, Fault::Refused(404 | 500)) && !error.unknown => {
                self.failed.push((name.to_owned(), error));
                return Ok(());
            }
            // The others would fail as well, or the outcome is unknown.
            Err(error) => return Err(error),
        }
        self.running.insert(name.to_owned());
        Ok(())
    }

    /// Waits until at most `most` scans are running, but no longer than `longest`.
    fn wait_for(&mut self, most: usize, longest: Option<Duration>) -> Result<(), Error> {
        let (mut pause, since) = (SHORT, Instant::now());
        while self.running.len() > most {
            let items = self.shell.part_list(self.list)?;
            let live = items.iter().map(|scan| named(self.list, scan, "username"));
            let live: BTreeSet<&str> = live.collect::<Result<_, _>>()?;
            let before = self.running.len();
            self.running.retain(|name| live.contains(name.as_str()));
            self.moved();
            if self.running.len() < before {
                pause = SHORT;
            }
            if self.running.len() > most {
                let left = longest.map(|longest| longest.saturating_sub(since.elapsed()));
                if left.is_some_and(|left| left.is_zero()) {
                    return Ok(());
                }
                self.shell
                    .asker
                    .pause(left.map_or(pause, |left| pause.min(left)))?;
                pause = (pause * 2).min(LONG);
            }
        }
        Ok(())
    }

    fn summary(&self) -> String {
        format!("{} of {} scans were started", self.started, self.users)
    }

    fn moved(&self) {
        let progress = &self.shell.progress;
        progress.done_so_far(format!(
            "`quota_scan_all` was interrupted: {}",
            self.summary()
        ));
        if self.has_bar {
            let failed = self.failed.len();
            let begun = self.started + self.there + failed;
            // Scans that are not awaited count as done once started.
            let awaited = if self.waits { self.running.len() } else { 0 };
            progress.bar_at(begun - awaited, failed);
        }
    }

    fn result(self) -> RecipeResult {
        let users = self.users;
        let failed = self.failed.iter();
        let failed = failed.map(|(name, error)| json!({"username": name, "error": error.message}));
        let result = json!({
            "users": users,
            "started": self.started,
            "running_before": self.there,
            "failed": failed.collect::<Json>(),
            "waited": self.waits && self.running.is_empty(),
        });
        let left = self.running.len();
        let late = (self.waits && left > 0).then(|| {
            let count = plural(left, "scan");
            Error::new(
                Fault::Local,
                format!("{count} still running after the wait"),
            )
            .hint(format!("`{}` lists them", self.list))
        });
        let error = self.failed.first().map(|(_, first)| {
            let some = self.started + self.there > 0;
            let fault = if some { Fault::SomeFailed } else { first.fault };
            let count = plural(self.failed.len(), "scan");
            Error::new(fault, format!("{count} of {users} could not be started"))
                .hint(format!("the first: {}", first.message))
        });
        let error = error.or(late);
        RecipeResult::new(result, error)
    }
}
