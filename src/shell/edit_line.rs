//! Ctrl-X Ctrl-E: the line that is typed, in the user's editor.

use super::Shell;
use crate::error::Error;
use crate::input::editor::TextEditor;
use crate::settings::credentials::SECRETS;

/// The name of the temporary file; editors choose colours by its ending.
const FILE: &str = "command.sftpgo";

impl Shell {
    /// Lets the user edit a line; returns it without the newline that editors add.
    pub(crate) fn edit_line(&mut self, text: &str) -> Result<String, Error> {
        self.session.allow_program()?;
        let editor = TextEditor::chosen(|name| self.session.var(name), SECRETS);
        let edited = editor.edit(FILE, &format!("{text}\n"), self.asker.interrupt());
        let edited = edited.map_err(|failed| failed.error)?;
        let edited = edited.replace("\r\n", "\n");
        Ok(edited.trim_end_matches('\n').to_owned())
    }
}
