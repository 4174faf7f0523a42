//! Passwords that servers have rejected, known by their hashes only.

use super::Auth;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// The logins that were rejected, shared by the shells of a session.
#[derive(Clone, Debug, Default)]
pub struct Rejected {
    hashes: Arc<Mutex<HashSet<u64>>>,
    /// Random for each session.
    state: RandomState,
    /// Whether such a login is refused. The session itself may try it again: an admin that
    /// was disabled may be enabled now.
    refuses: bool,
}

impl Rejected {
    /// The same logins for another shell, which does not try them again.
    pub fn for_another_shell(&self) -> Self {
        Self {
            refuses: true,
            ..self.clone()
        }
    }

    /// Notes whether a server accepted a login.
    pub fn note(&self, auth: &Auth, url: &Url, is_right: bool) {
        let Some(hash) = self.hash(auth, url) else {
            return;
        };
        let mut hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        if is_right {
            hashes.remove(&hash);
        } else {
            hashes.insert(hash);
        }
    }

    /// Whether this login must not be tried.
    pub fn refuses(&self, auth: &Auth, url: &Url) -> bool {
        let hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = self.hash(auth, url);
        self.refuses && hash.is_some_and(|hash| hashes.contains(&hash))
    }

    fn hash(&self, auth: &Auth, url: &Url) -> Option<u64> {
        let password = auth.password.as_ref()?.reveal();
        let server = url.origin().ascii_serialization();
        Some(self.state.hash_one((server, &auth.user, password)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn another_shell_does_not_try_a_rejected_login() {
        let own = Rejected::default();
        let other = own.for_another_shell();
        let url: Url = "https://a/prefix".parse().expect("a URL");
        let login = |user: &str, password: &str| Auth {
            user: user.to_owned(),
            password: Some(Secret::new(password)),
            ..Auth::default()
        };
        own.note(&login("admin", "wrong"), &url, false);
        assert!(other.refuses(&login("admin", "wrong"), &url));
        assert!(!own.refuses(&login("admin", "wrong"), &url));
        let elsewhere: Url = "https://b/".parse().expect("a URL");
        for (auth, url) in [
            (login("admin", "right"), &url),
            (login("other", "wrong"), &url),
            (login("admin", "wrong"), &elsewhere),
            (Auth::default(), &url),
        ] {
            assert!(!other.refuses(&auth, url));
        }
        own.note(&login("admin", "wrong"), &url, true);
        assert!(!other.refuses(&login("admin", "wrong"), &url));
    }
}
