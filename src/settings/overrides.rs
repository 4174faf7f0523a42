//! Settings for a single command, given with it.

use super::{Key, Origin, Setting, Settings, TABLE};

impl Settings {
    /// Changes settings for one command. The error says which value is wrong.
    pub(crate) fn begin_overrides(
        &mut self,
        overrides: &[(&'static Setting, String)],
    ) -> Result<(), String> {
        let (server, grants): (Vec<_>, Vec<_>) = overrides
            .iter()
            .partition(|(setting, _)| setting.key == Key::BaseUrl);
        let before = self.base_url.origin();
        for (setting, value) in server {
            self.set(setting, value, Origin::Set)?;
        }
        // Another server gets the settings given with its name, and no others.
        if self.base_url.origin() != before {
            self.leave_server();
        }
        for (setting, value) in grants {
            self.set(setting, value, Origin::Set)?;
        }
        Ok(())
    }

    /// Ends it. Other settings that changed meanwhile are kept, above all the server.
    pub(crate) fn end_overrides(
        &mut self,
        overrides: &[(&'static Setting, String)],
        before: &Self,
    ) {
        for (setting, _) in overrides {
            self.restore(setting, before);
        }
        let grants = TABLE
            .iter()
            .filter(|setting| setting.key.is_for_one_server());
        if self.base_url.origin() != before.base_url.origin() {
            // The command switched to another server.
            self.leave_server();
        } else if overrides
            .iter()
            .any(|(setting, _)| setting.key == Key::BaseUrl)
        {
            grants.for_each(|setting| self.restore(setting, before));
        }
    }
}
