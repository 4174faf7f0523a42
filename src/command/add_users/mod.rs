//! `add_users`: adds users from a file, one per row, with the same code as
//! `add_user`. A failed row does not stop the others.

mod adding;
mod count;
mod ending;
mod report;
mod rows;
mod user;

use super::builtin::{Builtin, Check, Checking, Dry, DryRun, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::request::ShowAs;
use crate::settings::Echo;
use crate::shell::Shell;
use crate::shell::preview::show_request;
use crate::shell::stop_flag::StopFlag;
use crate::text::clean;
use crate::text::words::plural;
use adding::add_all;
use rows::Import;

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::By(dry),
    ..Builtin::new(Verb::AddUsers, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let sends = !call.is_on("dry_run") && shell.session.settings.echo != Echo::Only;
    let import = rows::import(shell, call, sends)?;
    if call.is_on("dry_run") {
        show_all(shell, &import, ShowAs::Raw, true)?;
        let rows = plural(import.rows.rows.len(), "row");
        let name = clean::line(&import.from);
        shell.screen().remark(&format!(
            "{name}: {rows} checked, no errors; nothing was sent\n"
        ));
        return Ok(());
    }
    if shell.session.settings.echo == Echo::Only {
        return show_all(shell, &import, ShowAs::Curl, true);
    }
    let flag = StopFlag::new(&shell.asker);
    let place = shell.progress.state().place.clone();
    let added = flag.during(|stop| add_all(shell, &import, stop));
    // The rows had places of their own.
    shell.progress.state().place = place;
    added
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    if checking.shown || !call.is_known() {
        return Ok(());
    }
    let sends = checking.sends && checking.settings.echo != Echo::Only;
    checking.by_release |= rows::check(checking.shell, call, sends)?;
    Ok(())
}

/// Shows the requests of all rows; sends none.
fn dry(run: &mut DryRun<'_>, call: &Call) -> Result<bool, Error> {
    if run.open {
        return Ok(false);
    }
    let first = !std::mem::replace(run.shown_one, true);
    let form = run.form;
    run.shell.under(run.overrides, |shell| {
        let import = rows::import(shell, call, false)?;
        show_all(shell, &import, form, first)
    })?;
    Ok(true)
}

fn show_all(shell: &mut Shell, import: &Import, form: ShowAs, first: bool) -> Result<(), Error> {
    for (at, row) in import.rows.rows.iter().enumerate() {
        let call = user::call(shell, &import.rows.args(row)?)?;
        show_request(shell, call, form, first && at == 0)?;
    }
    Ok(())
}
