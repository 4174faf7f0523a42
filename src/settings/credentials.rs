//! The environment variables with the credentials of a login.

/// The one that names the admin.
pub(crate) const USER: &str = "SFTPGO_USERNAME";
/// The one that holds the password.
pub(crate) const PASSWORD: &str = "SFTPGO_PASSWORD";
/// The one that holds a one-time code.
pub(crate) const OTP: &str = "SFTPGO_OTP";
/// The one that holds an API key.
pub(crate) const API_KEY: &str = "SFTPGO_API_KEY";
/// Those that hold secrets.
pub(crate) const SECRETS: &[&str] = &[PASSWORD, OTP, API_KEY];
