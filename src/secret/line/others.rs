//! Secrets as other programs take them: a name and a password in one word, the
//! commands and flags that log in elsewhere, the headers of a request.

use crate::text::words::password_in_url;

/// What was read so far that other programs take so.
#[derive(Debug, Default)]
pub(super) struct Habits {
    /// Whether the next word may be `user:password`.
    pub(super) pair: bool,
    /// Whether a flag gave the name of the one who logs in.
    pub(super) user: bool,
    /// Whether the command is another program's, and takes a password.
    pub(super) login: bool,
}

/// Commands of other programs that take a password, or log in with one.
const LOGINS: &[&str] = &[
    "auth",
    "authenticate",
    "authorize",
    "chpasswd",
    "ftp",
    "ftps",
    "htpasswd",
    "http",
    "httpie",
    "https",
    "kinit",
    "ldapsearch",
    "lftp",
    "log_in",
    "log_on",
    "logon",
    "mysql",
    "ncftp",
    "openssl",
    "passwd",
    "psql",
    "rclone",
    "rsync",
    "scp",
    "sftp",
    "sign_in",
    "sign_on",
    "signin",
    "signon",
    "smbclient",
    "ssh",
    "sshpass",
    "su",
    "sudo",
    "wget",
    "xh",
];

/// Flags whose value may be a name and a password.
const WITH_PAIRS: &[&str] = &[
    "a",
    "auth",
    "base_url",
    "basic",
    "host",
    "proxy",
    "proxy_user",
    "server",
    "url",
    "userpwd",
];

/// Flags for the name of the one who logs in.
const USERS: &[&str] = &["admin", "l", "login", "u", "user", "username"];

/// What stands before the credentials in a header.
const SCHEMES: [&str; 2] = ["bearer", "basic"];

/// Whether a word may be a one-time code, which has six digits or eight.
pub fn is_code(word: &str) -> bool {
    (6..=10).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a command of another program takes a password as a word.
pub(super) fn is_login(name: &str) -> bool {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    LOGINS.contains(&plain(base).as_str())
}

/// Whether a flag is for the name of the one who logs in: `-u`, `--user`.
pub(super) fn is_user_flag(name: &str) -> bool {
    USERS.contains(&plain(name).as_str())
}

/// Whether a flag's value may be `user:password`.
pub(super) fn takes_pair(name: &str) -> bool {
    is_user_flag(name) || WITH_PAIRS.contains(&plain(name).as_str())
}

/// Where the password begins in `user:password`; not that of a host and its
/// port, of a time, a path or a URL.
pub(super) fn password_in_pair(said: &str) -> Option<usize> {
    let (user, password) = said.split_once(':')?;
    let is_user = user.contains(char::is_alphabetic)
        && !user.contains(['/', '\\', '{', '[', '"', '\'', '=', '?', ' ']);
    let is_drive = user.len() == 1 && password.starts_with(['/', '\\']);
    let is_host = (user == "localhost" || user.contains('.')) && has_port(said);
    let is_pair = is_user
        && !password.trim().is_empty()
        && !password.starts_with("//")
        && !is_drive
        && !is_host;
    is_pair.then_some(user.len() + 1)
}

/// Whether what follows the first `:` may be a port, as in `HOST:PORT/PREFIX`.
pub(super) fn has_port(said: &str) -> bool {
    let port = said.split_once(':').map_or("", |(_, rest)| rest);
    let port = port.split('/').next().unwrap_or_default();
    port.len() <= 5 && port.chars().all(|c| c.is_ascii_digit())
}

/// Where the password begins in the one word of a `login`: `admin:x`, `admin,x`.
pub(super) fn password_behind_user(said: &str) -> Option<usize> {
    let at = said.find([':', ',', '/', '|', '='])? + 1;
    (at < said.len()).then_some(at)
}

/// Where the credentials begin in `Bearer TOKEN`.
pub(super) fn behind_scheme(said: &str) -> Option<usize> {
    let (scheme, credentials) = said.split_once(' ')?;
    let value = credentials.trim_start();
    (is_scheme(scheme) && !value.is_empty()).then(|| said.len() - value.len())
}

/// Whether the next word is the token of a header: `Bearer`.
pub(super) fn is_bearer(said: &str) -> bool {
    said.eq_ignore_ascii_case(SCHEMES[0])
}

/// Whether it may be the address of a server, without a password in it.
pub(super) fn is_address(said: &str) -> bool {
    let is_host = said.contains("://") || said.contains(['.', '[']) || said.contains("localhost");
    is_host && password_in_url(said).is_none()
}

fn is_scheme(word: &str) -> bool {
    SCHEMES
        .iter()
        .any(|scheme| word.eq_ignore_ascii_case(scheme))
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_a_name_and_a_password() {
        for (said, password) in [
            ("admin:x1", Some("x1")),
            ("admin:x1@host", Some("x1@host")),
            ("ann.b:x:y", Some("x:y")),
            ("admin:12345", Some("12345")),
            ("localhost:8080", None),
            ("sftp.example.org:443/x", None),
            ("http://host", None),
            ("12:30", None),
            ("C:\\x", None),
            ("/srv:list", None),
            ("{\"a\":1}", None),
            ("admin:", None),
            (":x", None),
        ] {
            assert_eq!(
                password_in_pair(said).map(|at| &said[at..]),
                password,
                "{said}"
            );
        }
    }

    #[test]
    fn credentials_of_headers() {
        assert_eq!(behind_scheme("bearer  x"), Some(8));
        assert_eq!(behind_scheme("Basic x"), Some(6));
        assert_eq!(behind_scheme("Bearer "), None);
        assert_eq!(behind_scheme("basics of x"), None);
    }
}
