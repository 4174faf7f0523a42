//! Looks for the object of a deletion before the question about it: a name that does
//! not exist is an error at once.

use super::update::reading;
use super::{Prepared, Shell};
use crate::catalog::Method;
use crate::error::Error;
use crate::http::Sending;
use crate::line::call::Call;
use crate::request::Proof;

impl Shell {
    /// Fails if the object of a deletion does not exist. Any other answer decides nothing:
    /// an admin may be allowed to delete what it may not see.
    pub(super) fn look_first(&mut self, call: &Call) -> Result<(), Error> {
        let settings = &self.session.settings;
        let release = settings.api.release;
        let row = call.command.reader().filter(|row| row.span.holds(release));
        let route = call.command.route();
        let deletes = route.filter(|route| route.method == Method::Delete);
        let (Some(row), Some(route)) = (row, deletes) else {
            return Ok(());
        };
        let spec = self.session.spec(call, route).proved(self.session.proof());
        let spec = reading(spec, row).over(&settings.tls);
        if spec.proof == Proof::Key && row.route().is_some_and(|route| !route.api_key) {
            return Ok(());
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
        let exchange = sent.map_err(|lost| self.session.explained(lost, &get.spec))?;
        if exchange.status == 404 {
            return self.read(&get, Ok(exchange));
        }
        self.trace(&get.spec, Some(&exchange));
        self.detect_release(&exchange);
        Ok(())
    }
}
