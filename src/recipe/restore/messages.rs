//! Messages before a restore sends anything: what the server will refuse, what it will
//! ignore, and what it changes on its own.

use super::MAX_REPORTED;
use super::check::inside;
use super::plan::{Action, Plan, PlanEntry};
use super::send::FACTOR;
use crate::catalog::schema::{Finding, FindingKind, Step};
use crate::error::Error;
use crate::shell::Shell;
use crate::text::clean;
use crate::text::words::plural;
use std::collections::HashMap;

/// Reports what the server changes on its own, and what it will ignore.
pub(super) fn warn(shell: &Shell, plan: &Plan<'_>, name: &str, is_plan: bool) {
    for remark in remarks(plan, name, is_plan) {
        shell.screen().remark(&format!("{remark}\n"));
    }
    say(
        shell,
        &warnings(plan),
        if is_plan { usize::MAX } else { MAX_REPORTED },
    );
}

/// What the server will ignore; a field of many objects is one line.
fn warnings(plan: &Plan<'_>) -> Vec<String> {
    let mut fields: Vec<(String, usize)> = Vec::new();
    let mut at: HashMap<(&str, String), usize> = HashMap::new();
    for entry in &plan.entries {
        for one in entry
            .findings
            .iter()
            .filter(|one| one.kind != FindingKind::Refused)
        {
            let key = (entry.kind.list, field(one));
            if let Some(at) = at.get(&key).filter(|_| one.kind == FindingKind::Ignored) {
                fields[*at].1 += 1;
            } else {
                at.insert(key, fields.len());
                fields.push((message(entry, one), 0));
            }
        }
    }
    let lines = fields.into_iter().map(|(line, more)| match more {
        0 => format!("warning: {line}\n"),
        1 => format!("warning: {line} (and 1 more like this)\n"),
        more => format!("warning: {line} (and {more} more like this)\n"),
    });
    lines.collect()
}

/// The path of a finding in any object: `virtual_folders[].later`.
fn field(finding: &Finding) -> String {
    let steps = inside(finding).0.into_iter().map(|action| match action {
        Step::Index(_) => "[]".to_owned(),
        Step::Key(key) => format!(".{key}"),
    });
    steps.collect()
}

/// Reports what the server will refuse. The error is the summary.
pub(super) fn refuse(shell: &Shell, plan: &Plan<'_>, name: &str, is_plan: bool) -> Option<Error> {
    let mut lines = Vec::new();
    let mut objects = 0;
    let mut hints: Vec<String> = Vec::new();
    for entry in &plan.entries {
        let before = lines.len();
        for one in entry.found(FindingKind::Refused) {
            let lists = one.wrong.hint.clone();
            let lists = lists.filter(|hint| hint.contains(" lists the "));
            hints.extend(lists.filter(|hint| !hints.contains(hint)));
            lines.push(format!("error: {}\n", message(entry, one)));
        }
        objects += usize::from(lines.len() > before);
    }
    if lines.is_empty() {
        return None;
    }
    say(
        shell,
        &lines,
        if is_plan { usize::MAX } else { MAX_REPORTED },
    );
    let name = clean::line(name);
    let what = plural(objects, "object");
    let message = format!("the server would reject {what} of `{name}`; nothing was sent");
    let hint = if hints.is_empty() {
        "correct the file, or use `--only` to leave kinds out".to_owned()
    } else {
        format!("{}; or correct the file", hints.join("; "))
    };
    Some(Error::typed(message).hint(hint))
}

fn say(shell: &Shell, lines: &[String], most: usize) {
    for line in lines.iter().take(most) {
        shell.screen().say(line);
    }
    let more = lines.len().saturating_sub(most);
    if more > 0 {
        shell
            .screen()
            .say(&format!("{more} more; `--plan` shows them\n"));
    }
}

/// ``user `anna`: unknown field `users[0].uidd`, which the server ignores; did you mean …?``
fn message(entry: &PlanEntry<'_>, finding: &Finding) -> String {
    let wrong = &finding.wrong;
    let then = match finding.kind {
        FindingKind::Ignored if wrong.lacked_by.is_some() => ", which the server ignores",
        FindingKind::Ignored => ", which ignores it",
        FindingKind::Refused | FindingKind::Doubtful => "",
    };
    // Other hints are for the line of a command.
    let hint = finding.hint();
    let hint =
        hint.filter(|hint| hint.starts_with("did you mean") || hint.starts_with("the fields"));
    let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
    format!(
        "{}: {}{then}{hint}",
        entry.label(),
        clean::line(&wrong.message)
    )
}

/// What the server changes on its own.
fn remarks(plan: &Plan<'_>, name: &str, is_plan: bool) -> Vec<String> {
    let mut remarks = Vec::new();
    let names = |entries: &[&PlanEntry<'_>]| {
        let shown: Vec<String> = entries
            .iter()
            .take(MAX_REPORTED)
            .map(|one| one.label())
            .collect();
        let more = entries.len().saturating_sub(MAX_REPORTED);
        let more = (more > 0).then(|| format!(" and {more} more"));
        format!("{}{}", shown.join(", "), more.unwrap_or_default())
    };
    let of = |is: fn(&PlanEntry<'_>) -> bool| -> Vec<&PlanEntry<'_>> {
        plan.entries.iter().filter(|entry| is(entry)).collect()
    };
    let created = of(|entry| entry.lacks_status && entry.action == Action::Create);
    if !created.is_empty() {
        let names = names(&created);
        remarks.push(format!("{names}: no `status`, so it is created disabled"));
    }
    let disabled = of(|entry| entry.lacks_status && entry.action == Action::Update);
    if !disabled.is_empty() {
        let names = names(&disabled);
        remarks.push(format!("{names}: no `status`, so it is disabled"));
    }
    for entry in &plan.entries {
        for folder in &entry.folders {
            let folder = clean::line(folder);
            remarks.push(format!("folder `{folder}`: created with {}", entry.label()));
        }
    }
    let twice = of(|entry| entry.is_sent_twice);
    if !twice.is_empty() {
        let names = names(&twice);
        remarks.push(format!(
            "{names}: sent twice, to create and to update it, because a new one is created without {FACTOR}"
        ));
    }
    let half = of(|entry| entry.completes);
    if !half.is_empty() {
        let names = names(&half);
        remarks.push(format!(
            "{names}: updated, because an earlier run created it, but without {FACTOR}"
        ));
    }
    let unseen = of(|entry| entry.action == Action::SendAgain);
    if !unseen.is_empty() {
        remarks.push(format!(
            "{}: {} {}sent again (the server never shows passwords and keys, so they cannot be compared)",
            clean::line(name),
            unseen.len(),
            if is_plan { "would be " } else { "" }
        ));
    }
    remarks
}
