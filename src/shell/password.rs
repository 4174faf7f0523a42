//! The login of the API v1: name and password go with each request, so what the
//! server says of one tells whether they are right.

use super::{Prepared, Shell};
use crate::error::Error;
use crate::http::auth::Known;
use crate::http::{Exchange, Lost};
use crate::request::Proof;

impl Shell {
    /// Looks whether a password is right that goes with each request, and of
    /// which release the server is, by the one question that all of v1 answer.
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

    /// Notes what the server says of a password that goes with each request.
    pub(super) fn note_password(&mut self, prepared: &Prepared, sent: &Result<Exchange, Lost>) {
        let headers = self.session.auth.headers(Proof::Basic);
        let Ok(exchange) = sent else { return };
        if prepared.spec.proof != Proof::Basic || !prepared.proves(&headers) {
            return;
        }
        // Paths that the server does not know are answered to anybody.
        let is_known = prepared.spec.command.is_some() && exchange.status < 400;
        match exchange.status {
            401 => self.session.auth.known = Known::Wrong,
            _ if is_known => self.session.auth.known = Known::Right,
            _ => {}
        }
    }
}
