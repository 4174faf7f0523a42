//! `history`: the lines of this and earlier sessions.

use super::builtin::{Builtin, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::secret::line::masked;
use crate::session::kept::{Kept, UseInFile};
use crate::shell::Shell;
use crate::text::clean;
use crate::text::words::without_password;

pub(super) const BUILTIN: Builtin = Builtin {
    in_file: UseInFile::LeftOut,
    ..Builtin::new(Verb::History, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let (lines, kept) = (&shell.session.lines, &shell.session.kept);
    let shown = lines.iter().enumerate();
    // What is masked cannot be found either.
    let mut shown: Vec<(usize, String)> = shown
        .map(|(at, line)| (at + 1, clean::line(&masked(line).0).into_owned()))
        .collect();
    match (call.text("n"), call.text("text")) {
        ("grep", "") => {
            return Err(Error::typed("`history grep` needs a text to find").at(call.place("n")));
        }
        ("grep", text) => {
            let text = text.to_lowercase();
            shown.retain(|(_, line)| line.to_lowercase().contains(&text));
        }
        (n, text) => {
            let wanted = number(n).filter(|_| text.is_empty());
            let wanted = wanted.ok_or_else(|| {
                Error::typed("`history` expects a number, or `grep` and a text").at(call.place("n"))
            })?;
            if wanted > 0 {
                shown.drain(..shown.len().saturating_sub(wanted));
            }
        }
    }
    let mut text = String::new();
    for (number, line) in &shown {
        let told = if call.is_on("long") {
            told(kept, *number)
        } else {
            String::new()
        };
        text.push_str(&format!("{number:5}  {told}{line}\n"));
    }
    shell.screen().print(&text)
}

/// How many lines are wanted; 0 for all.
fn number(typed: &str) -> Option<usize> {
    if typed.is_empty() {
        return Some(0);
    }
    typed.parse().ok()
}

/// When the commands of a line ended, on which server, and the first exit code that is not 0.
fn told(kept: &Kept, number: usize) -> String {
    let Some(last) = kept.of_line(number).last() else {
        return format!("{:20}  {:>4}  {:24}  ", "-", "-", "-");
    };
    let codes = kept.of_line(number).map(|command| command.code);
    let code = codes.into_iter().find(|code| *code != 0).unwrap_or(0);
    let server = without_password(&last.base_url);
    let server = clean::line(&server);
    let time = last.at.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    format!("{time:20}  {code:>4}  {server:24}  ")
}
