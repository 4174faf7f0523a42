//! The login of the API v1: each request carries name and password, so the
//! answer to one shows whether they are right.

use super::{Prepared, Shell};
use crate::error::Error;
use crate::http::auth::Known;
use crate::http::{Exchange, Lost};
use crate::request::Proof;

impl Shell {
    /// Checks whether the password is right, and finds the release of
    /// the server, by the only request that all v1 servers answer.
    pub(crate) fn login_by_password(&mut self) -> Result<(), Error> {
        self.need_right_password()?;
        let spec = self.own_request("version")?;
        let headers = self.session.auth.headers(Proof::Basic);
        let exchange = self.ask_server(&spec, headers)?;
        if exchange.status != 200 {
            return Err(self.not_logged_in(&exchange, false));
        }
        self.session.auth.known = Known::Right;
        self.learn_release(&exchange)
    }

    /// Notes whether the server accepted the password of a request.
    pub(super) fn note_password(&mut self, prepared: &Prepared, sent: &Result<Exchange, Lost>) {
        let headers = self.session.auth.headers(Proof::Basic);
        let Ok(exchange) = sent else { return };
        if prepared.spec.proof != Proof::Basic || !prepared.proves(&headers) {
            return;
        }
        // Unknown paths are answered without a login.
        let is_known = prepared.spec.command.is_some() && exchange.status < 400;
        match exchange.status {
            401 => self.session.auth.known = Known::Wrong,
            _ if is_known => self.session.auth.known = Known::Right,
            _ => {}
        }
    }
}
