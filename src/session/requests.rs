//! What the session adds to a request, and to the error of one: the server,
//! the login, the last user.

use super::Session;
use super::kept::UsedLogin;
use crate::catalog::{Login, Method, Route, Value};
use crate::error::Error;
use crate::http::Lost;
use crate::http::auth::{PasswordState, Token};
use crate::http::proxy::{self, Way};
use crate::line::call::{Call, Slot, ValueOrigin};
use crate::line::usage::brief;
use crate::request::{self, Proof, RequestSpec};
use crate::settings::Key;

impl Session {
    /// How requests of this API are authenticated in this session.
    pub(crate) fn proof(&self) -> Proof {
        let auth = &self.auth;
        // A flag before a command may name another server: it gets no credentials.
        if !auth.is_for(&self.settings.base_url) {
            return Proof::None;
        }
        match self.settings.api.login {
            Login::Token if auth.key.is_some() => Proof::Key,
            Login::Token if !auth.user.is_empty() => Proof::Token,
            Login::Basic if !auth.user.is_empty() && !auth.sample => Proof::Basic,
            _ => Proof::None,
        }
    }

    /// Whose login a request is sent with.
    pub(crate) fn login_of(&self, spec: &RequestSpec) -> UsedLogin {
        let auth = &self.auth;
        match spec.proof {
            Proof::None => UsedLogin::default(),
            Proof::Key => UsedLogin {
                key: auth.key.clone(),
                ..UsedLogin::default()
            },
            Proof::Basic | Proof::Token => UsedLogin {
                admin: auth.user.clone(),
                ..UsedLogin::default()
            },
        }
    }

    /// Whether the next request needs a login before it.
    pub(crate) fn needs_login(&self) -> bool {
        match self.proof() {
            Proof::Token => !self.auth.token.as_ref().is_some_and(Token::is_good),
            // Until they are known to be right, no two requests use them at once.
            Proof::Basic => self.auth.password_state != PasswordState::Right,
            Proof::None | Proof::Key => false,
        }
    }

    /// The request of a call.
    pub(crate) fn spec(&self, call: &Call, route: &'static Route) -> RequestSpec {
        let settings = &self.settings;
        request::build(call, route, &settings.base_url, settings.api.prefix)
    }

    /// A GET request of the shell itself, below the prefix of the API.
    pub(crate) fn own_request(&self, path: &str) -> Result<RequestSpec, Error> {
        let settings = &self.settings;
        request::raw(
            Method::Get,
            path,
            &[],
            None,
            &settings.base_url,
            settings.api.prefix,
        )
    }

    /// Fills in the last user if none was given.
    pub(crate) fn fill_in_user(&self, call: &mut Call) -> Result<(), Error> {
        self.fill_in_username(call)?;
        self.fill_in_id(call)
    }

    /// Fills in the name of the last user if no name was given.
    fn fill_in_username(&self, call: &mut Call) -> Result<(), Error> {
        let hint = brief(call.command, call.slots.iter().map(|slot| slot.param));
        let span = call.span.clone();
        let left_out = |slot: &&mut Slot| slot.from == ValueOrigin::LastUsername;
        let Some(slot) = call.slots.iter_mut().find(left_out) else {
            return Ok(());
        };
        let Some(name) = &self.username else {
            let name = slot.param.shown();
            return Err(Error::typed(format!(
                "`{name}` is missing, and no user has been looked up yet"
            ))
            .hint(hint)
            .at(span));
        };
        // As in a typed path: it would name another resource.
        if matches!(name.as_str(), "" | "." | "..") {
            return Err(Error::typed("the name of the last user cannot be part of a URL").at(span));
        }
        slot.value = Some(Value::Text(name.clone()));
        Ok(())
    }

    /// Fills in the last user id if no id was given.
    fn fill_in_id(&self, call: &mut Call) -> Result<(), Error> {
        let named = call.text("username").to_owned();
        let span = call.span.clone();
        let command = call.command;
        let name = command.name;
        let Some(slot) = call
            .slots
            .iter_mut()
            .find(|slot| slot.from == ValueOrigin::LastUserId)
        else {
            return Ok(());
        };
        let Some(id) = self.user_id else {
            return Err(
                Error::typed("`ID` is missing, and no user has been looked up yet")
                    .hint(format!("give the id; {}", command.hint_of(404)))
                    .at(span),
            );
        };
        // `update_user bob` must not change alice.
        if let Some(last) = self
            .username
            .as_ref()
            .filter(|last| !named.is_empty() && **last != named)
        {
            return Err(
                Error::typed(format!("the last user, {id}, is `{last}`, not `{named}`"))
                    .hint(format!("give the id too: `{name} ID {named}`"))
                    .at(span),
            );
        }
        slot.value = Some(Value::Int(id));
        Ok(())
    }

    /// An error with the server's words in it, without the credentials.
    pub(crate) fn without_secrets(&self, error: Error, spec: &RequestSpec) -> Error {
        let mut shown = spec.shown_names();
        shown.push(self.settings.server());
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        let masked = |text: &str| self.auth.masked_in(text, &shown);
        Error {
            message: masked(&error.message),
            hint: error.hint.as_deref().map(masked),
            ..error
        }
    }

    /// Converts a lost answer to an error.
    pub(crate) fn explained(&self, lost: Lost, spec: &RequestSpec) -> Error {
        let server = self.settings.shown(Key::BaseUrl.setting()).0;
        let was_sent = !matches!(lost, Lost::NotSent(_));
        let way = proxy::way(self.vars(), &spec.url);
        let lost = match way {
            Way::Proxy(Some(_)) => lost,
            _ => lost.recognized(&spec.url, self.settings.connect_timeout),
        };
        let error = lost.explained(spec, server);
        match way {
            Way::Proxy(Some(name)) if !was_sent => error.hint(format!(
                "`{name}` sets a proxy; is it running? Use `NO_PROXY` to bypass it for this server"
            )),
            _ => error,
        }
    }
}
