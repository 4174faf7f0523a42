//! How the answer of a command is shown: by its flags and the settings.

use super::Shell;
use crate::catalog::{
    AnswerType, COLUMNS_PARAM, CommandKind, HUMAN_PARAM, JQ_PARAM, Method, Release, Route, Verb,
};
use crate::error::Error;
use crate::line::call::Call;
use crate::line::columns::columns;
use crate::output::view::Look;
use crate::settings::Output;

impl Shell {
    /// How the answer of a call is shown.
    pub(crate) fn look(&self, call: &Call) -> Result<Look, Error> {
        let last = self.session.answer.as_ref();
        let kind = match call.command.kind {
            CommandKind::Shell(Verb::Last) => last.and_then(|answer| answer.kind),
            _ => call.command.answer_type(),
        };
        let look = Look {
            output: self.output(),
            kind,
            columns: columns(call, kind.map(AnswerType::object))?,
            human: call.is_on(HUMAN_PARAM),
            speaks: self.session.settings.output == Output::Auto
                && self.output() == Output::Table
                && !call.typed(COLUMNS_PARAM)
                && !call.typed(JQ_PARAM),
        };
        if look.output == Output::Raw && look.columns.is_some() {
            let why = format!("`--{COLUMNS_PARAM}` cannot be used with `output raw`");
            return Err(Error::typed(why)
                .hint("`--output json` selects another format")
                .at(call.place(COLUMNS_PARAM)));
        }
        // The output of a filter has no type. An answer of unknown type is shown as JSON
        // unless a format was chosen; a command of the table reads an object or a list of
        // objects.
        let is_chosen = self.session.settings.output != Output::Auto;
        let reads = |route: &Route| route.method == Method::Get;
        let is_known = kind.is_some() || call.command.route().is_some_and(reads);
        Ok(if call.typed(JQ_PARAM) || !(is_known || is_chosen) {
            look.as_json()
        } else {
            look
        })
    }

    /// The output format, as it is here: `auto` depends on the terminal and the API.
    pub(super) fn output(&self) -> Output {
        let release: Release = self.session.settings.api.release;
        let terminal = self.out.terminal.stdout;
        self.session.settings.output.chosen(terminal, release)
    }
}
