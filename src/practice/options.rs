//! How a practice server is started, and what it counts.

use super::clock::Clock;

/// The name of the default API.
pub const API: &str = "2019";

/// The names of the APIs that the practice server has, as the shell spells them.
pub const APIS: &[&str] = &[API, "v2"];

/// A generation of the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Api {
    /// The server of August 2019: no authentication.
    #[default]
    Api2019,
    /// SFTPGo 2.7.5: tokens and API keys.
    V2,
}

impl Api {
    /// The generation of this name, if the practice server has it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Api2019, Self::V2]
            .into_iter()
            .find(|api| api.name() == name)
    }

    /// Its name, one of [`APIS`].
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Api2019 => API,
            Self::V2 => "v2",
        }
    }
}

/// What a new server contains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Data {
    /// Sample data: for 2019 six users, a long quota scan and one live connection; the next user
    /// gets the id 5140. For v2 also groups, folders, admins, rules and more.
    #[default]
    Sample,
    /// Nothing, apart from the admin of v2; the next user gets the id 1.
    Empty,
}

/// The number of logins at the API v2. A reset keeps these counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Logins {
    /// Requests for a token with a name and a password, right or wrong.
    pub attempts: usize,
    /// Those of them that failed.
    pub failures: usize,
    /// Requests with an API key that was rejected.
    pub bad_keys: usize,
}

/// How to start a practice server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The API whose server it looks like outside `/api/v1` and `/api/v2`: at `/healthz`, for
    /// example, by which clients detect the API.
    pub api: Api,
    /// Whether it has that API only, as a real server does.
    pub single: bool,
    /// The port on 127.0.0.1; 0 for any free one.
    pub port: u16,
    /// What the server contains at first, and again after a reset.
    pub data: Data,
    /// The source of the time.
    pub clock: Clock,
    /// Whether it records all requests, for [`Practice::seen`](super::Practice::seen).
    pub record: bool,
}
