//! `refresh`: forgets the names that Tab offers, and reads them again.

use super::builtin::{Builtin, Runs};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::shell::Shell;

pub(super) const BUILTIN: Builtin = Builtin::new(Verb::Refresh, Runs::By(run));

#[expect(clippy::unnecessary_wraps, reason = "all commands are called alike")]
fn run(shell: &mut Shell, _: &Call) -> Result<(), Error> {
    let is_read = shell.refetch_names();
    // Elsewhere there is no Tab.
    if shell.asker.is_interactive() {
        shell.screen().remark(if is_read {
            "reading the names that Tab offers\n"
        } else if shell.session.settings.live_names {
            "the names that Tab offers were forgotten; they are read after a login\n"
        } else {
            "the names that Tab offers were forgotten; `set live_names on` reads them\n"
        });
    }
    Ok(())
}
