//! The values of the settings, and where each value came from.

mod config;
mod config_edit;
pub(crate) mod credentials;
mod overrides;
mod profile;
mod read_only;
mod table;

use crate::catalog::{self, Api, Live};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

pub use self::config::{AliasEntry, Config};
pub use self::config_edit::ConfigFile;
pub use self::profile::{Profile, ProfileEntry, PromptColor};
pub(crate) use self::read_only::refused_by_read_only;
pub use self::table::{Key, SHORT, START, Setting, TABLE, find, program_flags, startup_flag};
pub use crate::catalog::Output;

/// The origin of a value; later ones win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The default in the table.
    Default,
    /// `[settings]` of the config file.
    Config,
    /// This environment variable.
    Environment(&'static str),
    /// The profile in use.
    Profile,
    /// A flag on the command line.
    Flag,
    /// The server was asked.
    Detected,
    /// `set`, `connect` or the practice server.
    Set,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Config => f.write_str("config file"),
            Self::Profile => f.write_str("profile"),
            Self::Environment(name) => write!(f, "environment, {name}"),
            Self::Flag => f.write_str("flag"),
            Self::Detected => f.write_str("detected"),
            Self::Set => f.write_str("set"),
        }
    }
}

/// The values of `echo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    Off,
    Commands,
    On,
    Only,
}

impl Echo {
    fn named(text: &str) -> Self {
        match text {
            "commands" => Self::Commands,
            "on" => Self::On,
            "only" => Self::Only,
            _ => Self::Off,
        }
    }
}

/// What `color` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    fn named(text: &str) -> Self {
        match text {
            "always" => Self::Always,
            "never" => Self::Never,
            _ => Self::Auto,
        }
    }
}

/// What `pager` may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pager {
    /// That of the environment.
    Auto,
    Off,
    /// A line of `sh`.
    Command(String),
}

impl Pager {
    fn named(text: &str) -> Self {
        match text.trim() {
            "" | "auto" => Self::Auto,
            "off" => Self::Off,
            command => Self::Command(command.to_owned()),
        }
    }
}

/// What `edit_mode` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditMode {
    Emacs,
    Vi,
}

impl EditMode {
    fn named(text: &str) -> Self {
        match text {
            "vi" => Self::Vi,
            _ => Self::Emacs,
        }
    }
}

/// The certificates that a TLS connection trusts, and its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// A file of certificates to trust, besides the authorities that this machine
    /// trusts: other authorities, or the server's own.
    pub cacert: Option<PathBuf>,
    /// A file with the certificate of this client.
    pub cert: Option<PathBuf>,
    /// A file with its key, if that is separate.
    pub key: Option<PathBuf>,
    /// Whether the server's certificate is not verified.
    pub insecure: bool,
}

/// The values of the settings.
#[derive(Clone)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a setting, by itself"
)]
pub struct Settings {
    pub base_url: Url,
    pub api: &'static Api,
    pub debug: bool,
    pub echo: Echo,
    pub output: Output,
    pub color: Color,
    pub connect_timeout: Duration,
    pub timeout: Duration,
    pub tls: Tls,
    pub read_only: bool,
    pub confirm: bool,
    pub keep_going: bool,
    pub read_ahead: usize,
    pub jobs: usize,
    pub retry: u32,
    pub pager: Pager,
    pub timing: bool,
    pub edit_mode: EditMode,
    pub live_names: bool,
    pub password_command: String,
    pub history_file: Option<PathBuf>,
    config: Arc<Config>,
    profile: Option<Profile>,
    /// The values beneath those of the profile.
    beneath: Vec<(String, Origin)>,
    texts: Vec<(String, Origin)>,
}

impl fmt::Debug for Settings {
    /// Only where each value came from: `password_command` may hold a password, and a
    /// URL may hold a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = TABLE.iter().zip(&self.texts);
        let origins = origins.map(|(setting, (_, origin))| (setting.param.name, origin));
        f.debug_map().entries(origins).finish()
    }
}

impl Default for Settings {
    fn default() -> Self {
        // Everything but the path of the history is set below, from the table.
        let mut settings = Self {
            base_url: Url::parse("http://localhost").expect("a constant"),
            api: &catalog::APIS[0],
            debug: false,
            echo: Echo::Off,
            output: Output::Json,
            color: Color::Auto,
            connect_timeout: Duration::ZERO,
            timeout: Duration::ZERO,
            tls: Tls::default(),
            read_only: false,
            confirm: true,
            keep_going: false,
            read_ahead: 1,
            jobs: 1,
            retry: 0,
            pager: Pager::Auto,
            timing: false,
            edit_mode: EditMode::Emacs,
            live_names: true,
            password_command: String::new(),
            history_file: None,
            config: Arc::default(),
            profile: None,
            beneath: Vec::new(),
            texts: vec![(String::new(), Origin::Default); TABLE.len()],
        };
        for setting in TABLE {
            if let catalog::Need::Default(text) = setting.param.need {
                settings
                    .set(setting, text, Origin::Default)
                    .expect("defaults are valid: tested");
            }
        }
        settings
    }
}

impl Settings {
    /// Sets a setting. The error says what it expects.
    pub fn set(
        &mut self,
        setting: &'static Setting,
        text: &str,
        origin: Origin,
    ) -> Result<(), String> {
        let value = setting.check(text)?;
        let on = value == catalog::Value::Switch(true);
        let number = match value {
            catalog::Value::Int(n) => usize::try_from(n).unwrap_or_default(),
            _ => 0,
        };
        match setting.key {
            Key::BaseUrl => self.set_base_url(base_url(text)?),
            Key::Api => self.api = catalog::chosen(text)?,
            Key::Debug => self.debug = on,
            Key::Echo => self.echo = Echo::named(text),
            Key::Output => self.output = Output::named(text),
            Key::Color => self.color = Color::named(text),
            Key::ConnectTimeout => self.connect_timeout = duration(text)?,
            Key::Timeout => self.timeout = duration(text)?,
            Key::Cacert => self.tls.cacert = file(text),
            Key::ClientCert => self.tls.cert = file(text),
            Key::ClientKey => self.tls.key = file(text),
            Key::Insecure => self.tls.insecure = on,
            Key::ReadOnly => self.read_only = on,
            Key::Confirm => self.confirm = on,
            Key::OnError => self.keep_going = text == "continue",
            Key::ReadAhead => self.read_ahead = number,
            Key::Jobs => self.jobs = number,
            Key::Retry => self.retry = u32::try_from(number).unwrap_or_default(),
            Key::Pager => self.pager = Pager::named(text),
            Key::Timing => self.timing = on,
            Key::EditMode => self.edit_mode = EditMode::named(text),
            Key::LiveNames => self.live_names = on,
            Key::PasswordCommand => text.clone_into(&mut self.password_command),
            Key::HistoryFile => self.history_file = file(text),
        }
        let shown = match setting.key {
            Key::BaseUrl => self.base_url.as_str().trim_end_matches('/').to_owned(),
            _ => value.to_word(),
        };
        self.texts[setting.key as usize] = (shown, origin);
        Ok(())
    }

    fn set_base_url(&mut self, url: Url) {
        let before = std::mem::replace(&mut self.base_url, url);
        let chosen = catalog::chosen(&self.texts[Key::Api as usize].0);
        if let (true, Ok(api)) = (before.origin() != self.base_url.origin(), chosen) {
            // What was learned of one server is not true of another.
            self.api = api;
        }
    }

    /// Resets a setting to its value in `before`.
    pub fn restore(&mut self, setting: &'static Setting, before: &Self) {
        let (text, origin) = before.shown(setting);
        let _ = self.set(setting, text, origin);
        if matches!(setting.key, Key::Api | Key::BaseUrl) {
            // With the release that was learned from the server.
            self.api = before.api;
        }
    }

    /// The server changes: settings that hold for one server only are reset.
    /// Returns the names of those that had a value.
    pub fn leave_server(&mut self) -> Vec<&'static str> {
        let mut left = Vec::new();
        for setting in TABLE
            .iter()
            .filter(|setting| setting.key.is_for_one_server())
        {
            let none = match setting.param.kind {
                catalog::Kind::Switch => "off",
                _ => "",
            };
            if !matches!(self.shown(setting).0, "" | "off") {
                let _ = self.set(setting, none, Origin::Set);
                left.push(setting.param.name);
            }
        }
        left
    }

    /// A setting's value as text, and its origin.
    pub fn shown(&self, setting: &Setting) -> (&str, Origin) {
        let (text, origin) = &self.texts[setting.key as usize];
        (text, *origin)
    }

    /// The server, as the prompt shows it: `127.0.0.1:8080/prefix`.
    pub fn server(&self) -> String {
        let url = &self.base_url;
        let port = url
            .port()
            .map_or_else(String::new, |port| format!(":{port}"));
        format!(
            "{}{port}{}",
            url.host_str().unwrap_or_default(),
            url.path().trim_end_matches('/')
        )
    }
}

/// The completion of a setting's value.
pub fn choices(setting: &Setting) -> &'static [&'static str] {
    setting.param.kind.choices()
}

/// The names that complete a `Live` kind of the shell itself.
pub fn completions(live: Live, before: Option<&str>) -> Vec<&'static str> {
    match live {
        Live::Setting => TABLE.iter().map(|setting| setting.param.name).collect(),
        Live::SettingValue => before
            .and_then(find)
            .map_or_else(Vec::new, |setting| choices(setting).to_vec()),
        _ => Vec::new(),
    }
}

/// The path of a file; `None` if it is empty.
fn file(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

/// Checks a base URL: http or https, a host, and no part that would be lost.
fn base_url(text: &str) -> Result<Url, String> {
    let expected = "expects a URL such as `http://HOST:PORT`";
    let mut url = Url::parse(text).map_err(|why| match why {
        url::ParseError::RelativeUrlWithoutBase => format!("{expected}; the `http://` is missing"),
        why => format!("{expected}; {why}"),
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(if text.contains("://") {
            format!("{expected} or `https://HOST`")
        } else {
            format!("{expected}; the `http://` is missing")
        });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("{expected}, without user and password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("{expected}, without `?` and `#`"));
    }
    if let Some(part) = added_part(url.path()) {
        return Err(format!("{expected}; leave `{part}` out of the base URL"));
    }
    // Stored as it is shown, so that the shown value can be set.
    url.set_path(url.path().to_owned().trim_end_matches('/'));
    Ok(url)
}

/// The part of a base URL's path that the shell adds itself, or that is of the
/// web interface: `/api/v2`, with what follows it.
fn added_part(path: &str) -> Option<&str> {
    let path = path.trim_end_matches('/');
    let parts = ["/api/v1", "/api/v2", "/web/admin", "/web/client"];
    let at = parts.into_iter().find_map(|part| {
        let at = path.find(part)?;
        let rest = &path[at + part.len()..];
        (rest.is_empty() || rest.starts_with('/')).then_some(at)
    });
    at.map(|at| &path[at..])
}

/// A duration such as `500ms`, `10s`, `2m` or `10` (seconds).
pub fn duration(text: &str) -> Result<Duration, String> {
    catalog::duration(text)
        .ok_or_else(|| "expects a duration such as `500ms`, `10s` or `2m`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_keys_and_defaults_are_valid() {
        for (index, setting) in TABLE.iter().enumerate() {
            assert_eq!(setting.key as usize, index, "{}", setting.param.name);
        }
        let settings = Settings::default();
        assert_eq!(
            settings.shown(&TABLE[0]),
            ("http://127.0.0.1:8080", Origin::Default)
        );
        assert_eq!(settings.timeout, Duration::from_mins(1));
        assert!(settings.confirm && !settings.debug);
        assert_eq!(catalog::API_NAMES.len(), catalog::APIS.len());
        assert!(
            catalog::API_NAMES
                .iter()
                .all(|name| catalog::api(name).is_some())
        );
    }

    #[test]
    fn base_urls() {
        for good in ["http://h", "https://h:1/prefix/", "http://[::1]:8080"] {
            assert!(base_url(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "h",
            "localhost:8080",
            "ftp://h",
            "http://",
            "http://u:p@h",
            "http://h?x",
            "http://h#x",
            "http://h:99999",
        ] {
            assert!(base_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_the_shell_adds_to_a_base_url() {
        for (path, part) in [
            ("/api/v2", "/api/v2"),
            ("/api/v2/", "/api/v2"),
            ("/sftpgo/api/v1", "/api/v1"),
            ("/api/v2/token", "/api/v2/token"),
            ("/web/admin/login", "/web/admin/login"),
            ("/x/web/client/files", "/web/client/files"),
        ] {
            assert_eq!(added_part(path), Some(part), "{path}");
            let refused = base_url(&format!("http://h:1{path}")).unwrap_err();
            let hint = format!("leave `{part}` out of the base URL");
            assert!(refused.ends_with(&hint), "{refused}");
        }
        for path in [
            "",
            "/",
            "/sftpgo",
            "/api/v3",
            "/myapi",
            "/web/x",
            "/api/v22",
            "/web/administrator",
            "/apis/v2",
            "/api",
            "/web",
        ] {
            assert_eq!(added_part(path), None, "{path}");
        }
    }

    #[test]
    fn times() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("2m"), Ok(Duration::from_mins(2)));
        assert_eq!(duration("1d"), Ok(Duration::from_hours(24)));
        for bad in ["", "x", "-1", "1e9999", "99999999999999999999h"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
