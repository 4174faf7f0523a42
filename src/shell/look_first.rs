//! Looks for the object of a deletion before the question about it: a name that does
//! not exist is an error at once.

use super::update::reading;
use super::{Prepared, Shell};
use crate::catalog::Method;
use crate::catalog::model::ON_THE_DISK;
use crate::error::Error;
use crate::http::Sending;
use crate::line::call::Call;
use crate::request::Proof;
use crate::text::clean;
use serde_json::Value as Json;

impl Shell {
    /// The object of a deletion. An error if it does not exist. Any other answer decides
    /// nothing: an admin may be allowed to delete what it may not see.
    pub(super) fn look_first(&mut self, call: &Call) -> Result<Option<Json>, Error> {
        let settings = &self.session.settings;
        let release = settings.api.release;
        let row = call.command.reader().filter(|row| row.span.holds(release));
        let route = call.command.route();
        let deletes = route.filter(|route| route.method == Method::Delete);
        let (Some(row), Some(route)) = (row, deletes) else {
            return Ok(None);
        };
        let spec = self.session.spec(call, route).proved(self.session.proof());
        let spec = reading(spec, row).over(&settings.tls);
        if spec.proof == Proof::Key && row.route().is_some_and(|route| !route.api_key) {
            return Ok(None);
        }
        let mut get = Prepared {
            call: call.clone(),
            spec,
            sending: Sending {
                headers: self.authorize()?,
                ..Sending::new(&self.session.settings)
            },
            settings: None,
        };
        let sent = self.send_authorized(&mut get)?;
        let mut exchange = sent.map_err(|lost| self.session.explained(lost, &get.spec))?;
        if exchange.status == 404 {
            return self.read(&get, Ok(exchange)).map(|()| None);
        }
        self.trace(&get.spec, Some(&exchange));
        self.detect_release(&exchange);
        Ok(exchange.take_json().filter(|_| exchange.status == 200))
    }
}

/// What a question says last, if files stay.
const FILES_STAY: &str = "its files stay";

/// The question about a deletion, with the place of the files that stay.
pub(super) fn with_place(what: &str, object: &Json) -> Option<String> {
    let provider = object["filesystem"]["provider"].as_i64().unwrap_or(0);
    let is_on_disk = what.ends_with(FILES_STAY) && ON_THE_DISK.contains(&provider);
    let path = ["home_dir", "mapped_path"]
        .iter()
        .find_map(|member| object[*member].as_str());
    let path = path.filter(|path| is_on_disk && !path.is_empty())?;
    Some(format!("{what} in `{}`", clean::line(path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_that_stay_have_a_place() {
        let what = "delete_user a: the account will be deleted; its files stay";
        for (object, place) in [
            (json!({"home_dir": "/srv/a"}), Some("/srv/a")),
            (
                json!({"mapped_path": "/srv/a\n", "filesystem": {"provider": 4}}),
                Some("/srv/a\\n"),
            ),
            (
                json!({"home_dir": "/srv/a", "filesystem": {"provider": 1}}),
                None,
            ),
            (json!({"home_dir": ""}), None),
        ] {
            let said = place.map(|place| format!("{what} in `{place}`"));
            assert_eq!(with_place(what, &object), said, "{object}");
        }
        assert_eq!(
            with_place(
                "delete_group a: it will be deleted",
                &json!({"home_dir": "/a"})
            ),
            None
        );
    }
}
