//! The requests of a call about several objects, shown instead of sent.

use super::super::pages::first_page;
use super::super::preview::{show_one, warn_of_read};
use super::Shell;
use super::select::list_of;
use crate::error::Error;
use crate::line::call::Call;
use crate::request::{RequestSpec, ShowAs};

/// Shows the requests; those of `--where` for an object whose name is not known.
pub(crate) fn show_many(
    shell: &Shell,
    call: &Call,
    form: ShowAs,
    first: bool,
) -> Result<(), Error> {
    let api = shell.session.settings.api;
    let calls: Vec<Call> = if call.selects() {
        let list = super::selection(shell, call)?;
        let list = first_page(&list_of(call, list, api.release));
        shell.screen().remark(
            "the objects are only known during a real run: the last request is sent for each of them\n",
        );
        vec![list, call.example()]
    } else {
        call.names().iter().map(|name| call.about(name)).collect()
    };
    if let Some(one) = calls.last() {
        warn_of_read(shell, one, form);
    }
    for (at, one) in calls.into_iter().enumerate() {
        show_one(shell, one, form, first && at == 0)?;
    }
    Ok(())
}

impl Shell {
    /// The request for one object of a call, as far as it is known.
    pub(super) fn shown_one_of_many(&self, call: &Call) -> RequestSpec {
        let route = call.command.route().expect("a command with a request");
        self.session.spec(&call.example(), route)
    }
}
