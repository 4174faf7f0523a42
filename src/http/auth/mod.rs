//! What proves to a server who asks: nothing, a password, a token, a key. It
//! has its place between the pure request and the executor, so that neither
//! curl lines nor `explain` ever hold it.

mod token;

use crate::request::Proof;
pub use crate::secret::Secret;
pub use token::Token;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

/// What the server has said of name and password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// Nothing yet.
    #[default]
    Nothing,
    /// They are right.
    Right,
    /// They were refused: they are not tried again, since each try counts
    /// towards a ban.
    Wrong,
}

/// Who asks.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    /// The name of the admin; empty if there is none.
    pub user: String,
    /// The password, once it is known.
    pub password: Option<Secret>,
    /// A code of the second factor, for the next login alone.
    pub otp: Option<Secret>,
    /// An API key, which is enough by itself.
    pub key: Option<Secret>,
    /// The token, once there is one.
    pub token: Option<Token>,
    /// What is known of name and password.
    pub known: Known,
    /// Whether a login takes a code, as the last did: the password alone will not do.
    pub needs_code: bool,
    /// How many requests in a row were refused although their token was new:
    /// after some of them another token will not help either.
    pub in_vain: u8,
    /// The origin of the server that all this is for; none if it is for any.
    pub origin: Option<String>,
    /// Whether what was given at the start was for another server.
    pub left: bool,
    /// Whether it is the sample admin of the practice server: only its API v2 gets these credentials.
    pub sample: bool,
}

impl Auth {
    /// Whether there is somebody.
    pub fn is_somebody(&self) -> bool {
        self.key.is_some() || !self.user.is_empty()
    }

    /// Another server is asked: it gets nothing of what proves it to this one.
    pub fn leave_server(&mut self) {
        let user = if self.sample {
            String::new()
        } else {
            self.user.clone()
        };
        self.be(user, None);
        self.left = true;
    }

    /// Whether it is for the server of this URL.
    pub fn is_for(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        self.origin.as_ref().is_none_or(|own| *own == origin)
    }

    /// From now on it is for the server of this URL.
    pub fn bind(&mut self, url: &Url) {
        self.origin = Some(url.origin().ascii_serialization());
    }

    /// Another one asks.
    pub fn be(&mut self, user: String, password: Option<Secret>) {
        *self = Self {
            user,
            password,
            left: self.left,
            ..Self::default()
        };
    }

    /// The headers that prove it.
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

    /// A text without what proves who asks: a server may give back what it was sent.
    pub fn hidden_in(&self, text: &str) -> String {
        // The documentation shows the password of the sample admin, and it is a common word.
        let password = self.password.as_ref().filter(|_| !self.sample);
        let own = [password, self.otp.as_ref(), self.key.as_ref()];
        let own = own.into_iter().flatten();
        let token = self.token.iter().map(Token::secret);
        let mut secrets: Vec<String> = own
            .chain(token)
            .map(|secret| secret.reveal().to_owned())
            .collect();
        let basic = self.basic().into_iter();
        secrets
            .extend(basic.filter_map(|(_, value)| value.strip_prefix("Basic ").map(str::to_owned)));
        // Shorter ones are parts of other words.
        secrets.retain(|secret| secret.chars().count() > 2);
        secrets.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret, crate::secret::MASK)
        })
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
        auth.be("admin".to_owned(), Some(Secret::new("päss:word")));
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
            auth.hidden_in("id.hidden YWRtaW46cMOkc3M6d29yZA== päss:word admin"),
            "******** ******** ******** admin"
        );
        let shown = format!("{auth:?}");
        assert!(!shown.contains("päss") && !shown.contains("hidden") && !shown.contains("123456"));
    }
}
