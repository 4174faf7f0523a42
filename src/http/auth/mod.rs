//! Authentication: none, a password, a token, an API key. It
//! is separate from the pure request, and belongs to the executor, so that neither
//! curl lines nor `explain` ever contain credentials.

mod rejected;
mod token;

use crate::request::Proof;
use crate::secret;
pub use crate::secret::Secret;
pub use rejected::Rejected;
pub use token::{NoToken, Token};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

/// Whether name and password are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordState {
    #[default]
    Unknown,
    /// They are right.
    Right,
    /// They were rejected: they are not tried again, since each attempt counts
    /// towards a ban.
    Wrong,
}

/// The login and its credentials.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    /// The name of the admin; may be empty.
    pub user: String,
    /// The password, once known.
    pub password: Option<Secret>,
    /// A one-time code, for the next login only.
    pub otp: Option<Secret>,
    /// An API key, which is enough by itself.
    pub key: Option<Secret>,
    /// Whether the server has accepted the API key: a wrong one counts towards a ban.
    pub key_state: PasswordState,
    /// The token, after a login.
    pub token: Option<Token>,
    /// Whether name and password are right.
    pub password_state: PasswordState,
    /// Whether a login needs a one-time code, as the last one did.
    pub needs_code: bool,
    /// The number of consecutive requests that were rejected although their token was new:
    /// after some of them another token does not help either.
    pub refused_tokens: u8,
    /// The origin of the server that all this belongs to; `None` for any server.
    pub origin: Option<String>,
    /// Whether the credentials given at startup belong to another server.
    pub was_for_other_server: bool,
    /// Whether it is the sample admin of the practice server: only its API v2 gets these credentials.
    pub sample: bool,
}

impl Auth {
    /// Whether there are credentials.
    pub fn is_somebody(&self) -> bool {
        self.key.is_some() || !self.user.is_empty()
    }

    /// The server changes: it must not get the credentials of this one.
    pub fn leave_server(&mut self) {
        let user = if self.sample {
            String::new()
        } else {
            self.user.clone()
        };
        self.set_credentials(user, None);
        self.was_for_other_server = true;
    }

    /// Whether the credentials belong to the server of this URL.
    pub fn is_for(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        self.origin.as_ref().is_none_or(|own| *own == origin)
    }

    /// Binds the credentials to the server of this URL.
    pub fn bind(&mut self, url: &Url) {
        self.origin = Some(url.origin().ascii_serialization());
    }

    /// Switches to another login.
    pub fn set_credentials(&mut self, user: String, password: Option<Secret>) {
        *self = Self {
            user,
            password,
            was_for_other_server: self.was_for_other_server,
            ..Self::default()
        };
    }

    /// The authentication headers.
    pub fn headers(&self, proof: Proof) -> Vec<(&'static str, String)> {
        match proof {
            Proof::None => Vec::new(),
            Proof::Basic => self.basic(),
            Proof::Key => {
                let key = self.key.as_ref();
                let header = |key: &Secret| ("X-SFTPGO-API-KEY", key.reveal().to_owned());
                key.map(header).into_iter().collect()
            }
            Proof::Token => {
                let token = self.token.as_ref();
                let header = |token: &Token| {
                    (
                        "Authorization",
                        format!("Bearer {}", token.secret().reveal()),
                    )
                };
                token.map(header).into_iter().collect()
            }
        }
    }

    /// The headers of a login.
    pub fn login_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = self.basic();
        let otp = self.otp.as_ref().filter(|otp| !otp.is_empty());
        headers.extend(otp.map(|otp| ("X-SFTPGO-OTP", otp.reveal().to_owned())));
        headers
    }

    /// A text without the credentials: a server may give back what it was
    /// sent. `shown` are the names that are shown anyway.
    pub fn masked_in(&self, text: &str, shown: &[&str]) -> String {
        // The documentation shows the password of the sample admin, and it is a common word.
        let password = self.password.as_ref().filter(|_| !self.sample);
        let own = [password, self.otp.as_ref(), self.key.as_ref()];
        let own = own.into_iter().flatten();
        let token = self.token.iter().map(Token::secret);
        let basic = self.basic().into_iter();
        let basic = basic.filter_map(|(_, value)| value.strip_prefix("Basic ").map(Secret::new));
        let secrets: Vec<Secret> = own.chain(token).cloned().chain(basic).collect();
        let shown: Vec<&str> = shown.iter().copied().chain([self.user.as_str()]).collect();
        secret::text::masked(text, &secrets, &shown)
    }

    fn basic(&self) -> Vec<(&'static str, String)> {
        let password = self.password.as_ref().map_or("", Secret::reveal);
        let text = STANDARD.encode(format!("{}:{password}", self.user));
        if self.user.is_empty() {
            return Vec::new();
        }
        vec![("Authorization", format!("Basic {text}"))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_what_is_shown() {
        let mut auth = Auth::default();
        assert!(!auth.is_somebody() && auth.headers(Proof::Basic).is_empty());
        auth.set_credentials("admin".to_owned(), Some(Secret::new("päss:word")));
        auth.otp = Some(Secret::new("123456"));
        let basic = ("Authorization", "Basic YWRtaW46cMOkc3M6d29yZA==".to_owned());
        assert_eq!(auth.headers(Proof::Basic), std::slice::from_ref(&basic));
        assert_eq!(
            auth.login_headers(),
            [basic, ("X-SFTPGO-OTP", "123456".to_owned())]
        );
        assert!(auth.headers(Proof::Token).is_empty());
        auth.key = Some(Secret::new("id.hidden"));
        assert_eq!(
            auth.headers(Proof::Key),
            [("X-SFTPGO-API-KEY", "id.hidden".to_owned())]
        );
        assert_eq!(
            auth.masked_in("id.hidden YWRtaW46cMOkc3M6d29yZA== päss:word admin", &[]),
            "******** ******** ******** admin"
        );
        let shown = format!("{auth:?}");
        assert!(!shown.contains("päss") && !shown.contains("hidden") && !shown.contains("123456"));
    }
}
