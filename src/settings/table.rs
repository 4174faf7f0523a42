//! The table of settings and of startup flags.

use crate::catalog::{self, AS_CURL, Live, Param, Value};
use std::collections::BTreeMap;

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its key, for code.
    pub key: Key,
    /// Name, kind, default and help; its flag has the same name.
    pub param: Param,
    /// The environment variables that set it; the first one that is set counts.
    pub env: &'static [&'static str],
    /// Whether it can change in a session, by `set` or by a flag of a command.
    pub changes: bool,
}

impl Setting {
    /// The environment variable that sets it, and its value; an empty one counts as not set.
    pub fn variable<'a>(
        &self,
        vars: &'a BTreeMap<String, String>,
    ) -> Option<(&'static str, &'a str)> {
        self.env.iter().find_map(|name| {
            let value = vars.get(*name).filter(|value| !value.is_empty())?;
            Some((*name, value.as_str()))
        })
    }

    /// Checks a value; the error says what is expected.
    pub(super) fn check(&self, text: &str) -> Result<Value, String> {
        let checked = self.param.kind.check(&[text.to_owned()]);
        checked.map_err(|(_, why)| why)
    }

    /// Whether a value turns it on: `on`, `yes` and the like.
    pub fn turns_on(&self, text: &str) -> bool {
        self.check(text) == Ok(Value::Switch(true))
    }
}

/// The settings by name, for code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    BaseUrl,
    Api,
    Debug,
    Echo,
    Output,
    Color,
    ConnectTimeout,
    Timeout,
    Cacert,
    ClientCert,
    ClientKey,
    Insecure,
    ReadOnly,
    Confirm,
    OnError,
    ReadAhead,
    Jobs,
    Retry,
    Pager,
    Timing,
    EditMode,
    LiveNames,
    PasswordCommand,
    HistoryFile,
}

impl Key {
    /// The row of this setting.
    pub fn setting(self) -> &'static Setting {
        &TABLE[self as usize]
    }

    /// Whether it belongs to a server or a login: such a value makes no sense for all servers.
    pub fn is_of_a_server(self) -> bool {
        self.is_for_one_server()
            || matches!(self, Self::BaseUrl | Self::Api | Self::PasswordCommand)
    }

    /// Whether its value is the path of a file.
    pub fn is_file(self) -> bool {
        matches!(
            self,
            Self::Cacert | Self::ClientCert | Self::ClientKey | Self::HistoryFile
        )
    }

    /// Its name in a profile; none if a profile cannot set it: there, `color` is that of
    /// the prompt.
    pub fn name_in_profile(self) -> Option<&'static str> {
        match self {
            Self::BaseUrl => Some("url"),
            Self::ClientCert => Some("cert"),
            Self::ClientKey => Some("key"),
            Self::Color => None,
            _ => Some(self.setting().param.name),
        }
    }

    /// Whether it only applies to one server, as credentials do.
    pub fn is_for_one_server(self) -> bool {
        matches!(self, Self::ClientCert | Self::ClientKey | Self::Insecure)
    }
}

const fn row(key: Key, param: Param, env: &'static [&'static str]) -> Setting {
    Setting {
        key,
        param: param.for_shell_flag(),
        env,
        changes: true,
    }
}

/// The maximum number of requests in parallel.
const MOST_AT_ONCE: i64 = 64;

/// The table of settings, in the order `set` shows them.
pub static TABLE: &[Setting] = &[
    row(
        Key::BaseUrl,
        Param::text("base_url", "server URL; a path in it is kept as a prefix")
            .default("http://127.0.0.1:8080")
            .value("URL")
            .underscored(),
        &["SFTPGO_HOST", "SFTPGO_SHELL_BASE_URL"],
    ),
    row(
        Key::Api,
        Param::api("api", "2019", "API version (`2019`, `v1`, `v2`) or server release (`2.3.6`); the default with a user name or an API key is `v2`"),
        &["SFTPGO_SHELL_API"],
    ),
    row(
        Key::Debug,
        Param::switch("debug", "show each request and its response status"),
        &["SFTPGO_SHELL_DEBUG"],
    ),
    row(
        Key::Echo,
        Param::choice(
            "echo",
            &["off", "commands", "on", "only"],
            "off",
            "`commands`: show each command of a file before its result; `on`: show each request as a curl line before sending it; `only`: show it instead of sending it",
        )
        .bare("commands"),
        &["SFTPGO_SHELL_ECHO"],
    ),
    row(
        Key::Output,
        Param::choice(
            "output",
            catalog::OUTPUTS,
            "auto",
            catalog::FORMATS,
        ),
        &["SFTPGO_SHELL_OUTPUT"],
    ),
    row(
        Key::Color,
        Param::choice("color", &["auto", "always", "never"], "auto", "when to use colours"),
        &["SFTPGO_SHELL_COLOR"],
    ),
    row(
        Key::ConnectTimeout,
        Param::text(
            "connect_timeout",
            "connection timeout, such as `500ms`, `10s`, `2m`",
        )
        .value("DURATION")
        .default("10s"),
        &["SFTPGO_SHELL_CONNECT_TIMEOUT"],
    ),
    row(
        Key::Timeout,
        Param::text(
            "timeout",
            "timeout for a complete response; 0 waits forever",
        )
        .value("DURATION")
        .default("60s"),
        &["SFTPGO_SHELL_TIMEOUT"],
    ),
    row(
        Key::Cacert,
        Param::text(
            "cacert",
            "PEM file with certificates to trust: authorities, or the server's own",
        )
        .completed_by(Live::File),
        &["SFTPGO_SHELL_CACERT"],
    ),
    row(
        Key::ClientCert,
        Param::text(
            "client_cert",
            "PEM file with the client certificate (and its key)",
        )
        .completed_by(Live::File),
        &["SFTPGO_SHELL_CLIENT_CERT"],
    ),
    row(
        Key::ClientKey,
        Param::text(
            "client_key",
            "PEM file with the key of `client_cert`, if separate",
        )
        .completed_by(Live::File),
        &["SFTPGO_SHELL_CLIENT_KEY"],
    ),
    row(
        Key::Insecure,
        Param::switch(
            "insecure",
            "do not verify the server's certificate (insecure: the connection can be intercepted)",
        ),
        &["SFTPGO_SHELL_INSECURE"],
    ),
    Setting {
        changes: false,
        ..row(
            Key::ReadOnly,
            Param::switch(
                "read_only",
                "refuse every command that changes something on the server, before anything is sent",
            ),
            &["SFTPGO_SHELL_READ_ONLY"],
        )
    },
    row(
        Key::Confirm,
        Param::switch(
            "confirm",
            "ask for confirmation on a terminal, for example before deleting",
        )
        .default("on"),
        &["SFTPGO_SHELL_CONFIRM"],
    ),
    row(
        Key::OnError,
        Param::choice(
            "on_error",
            &["stop", "continue"],
            "stop",
            "what to do after a failed command in a file: stop or continue",
        ),
        &["SFTPGO_SHELL_ON_ERROR"],
    ),
    row(
        Key::ReadAhead,
        Param::int(
            "read_ahead",
            "how many read-only commands of a file may run in parallel",
        )
        .within(1, MOST_AT_ONCE)
        // As good as four or better on servers 2.7.5 and 1.2.2; sixteen are not.
        .default("8"),
        &["SFTPGO_SHELL_READ_AHEAD"],
    ),
    row(
        Key::Jobs,
        Param::int(
            "jobs",
            "how many commands of a file may run in parallel, writes included",
        )
        .within(1, MOST_AT_ONCE)
        .default("1"),
        &["SFTPGO_SHELL_JOBS"],
    ),
    row(
        Key::Retry,
        Param::int(
            "retry",
            "how many times to retry what is safe to repeat: unanswered reads, and requests that were never sent",
        )
        .within(0, 20),
        &["SFTPGO_SHELL_RETRY"],
    ),
    row(
        Key::Pager,
        Param::text(
            "pager",
            "program that shows a result larger than the screen, on a terminal: `auto` is PAGER, or else `less`; `off`; or a shell command",
        )
        .value("auto|off|COMMAND")
        .default("auto"),
        &["SFTPGO_SHELL_PAGER"],
    ),
    row(
        Key::Timing,
        Param::switch("timing", "after each command, show how long it took"),
        &["SFTPGO_SHELL_TIMING"],
    ),
    row(
        Key::EditMode,
        Param::choice(
            "edit_mode",
            &["emacs", "vi"],
            "emacs",
            "the keys of the line editor; takes effect at the next line",
        ),
        &["SFTPGO_SHELL_EDIT_MODE"],
    ),
    row(
        Key::LiveNames,
        Param::switch(
            "live_names",
            "after a login on a terminal, read the names that Tab offers from the server",
        )
        .default("on"),
        &["SFTPGO_SHELL_LIVE_NAMES"],
    ),
    Setting {
        changes: false,
        ..row(
            Key::PasswordCommand,
            Param::text("password_command", "shell command that prints the password, on one line").value("COMMAND"),
            &["SFTPGO_SHELL_PASSWORD_COMMAND"],
        )
    },
    Setting {
        changes: false,
        ..row(
            Key::HistoryFile,
            Param::text(
                "history_file",
                "history file; empty disables it",
            )
            .value("FILE"),
            &["SFTPGO_SHELL_HISTORY_FILE"],
        )
    },
];

/// The startup flags that are not settings.
pub const START: &[Param] = &[
    Param::switch(
        "practice",
        "start a practice server with sample data and connect to it",
    ),
    Param::list(
        "file",
        "run the commands in FILE (`-` is standard input) and exit; may be repeated",
    )
    .value("FILE")
    .completed_by(Live::File)
    .for_shell_flag(),
    Param::list("command", "run these commands and exit; may be repeated").value("COMMANDS").for_shell_flag(),
    Param::switch(
        "keep_going",
        "keep going after a failed command; exit with 6 if any failed (same as `--on-error continue`)",
    ),
    Param::list("var", "set a variable; may be repeated").value("NAME=VALUE").for_shell_flag(),
    Param::list(
        "vars_file",
        "set variables from a file of NAME=VALUE lines; `--var` overrides it",
    )
    .value("FILE")
    .completed_by(Live::File)
    .for_shell_flag(),
    Param::int("from_line", "start at this line of the file; before it only `set`, `connect`, `let` and `source` run")
        .within(1, i64::MAX)
        .default("1")
        .for_shell_flag(),
    Param::switch("dry_run", "show the requests without sending them; no server is needed"),
    Param::choice("as", &["raw", AS_CURL, "httpie", "python", "powershell"], "raw", "what `--dry-run` shows: raw HTTP, lines of curl, HTTPie or PowerShell, or programs in Python").for_shell_flag(),
    Param::list("report", "write a report of every command's outcome to a file; FORMAT is `junit` or `json`").value("FORMAT FILE").for_shell_flag().words_each(2),
    Param::text("user", "admin to log in as; the password is read from SFTPGO_PASSWORD or `password_command`, or the shell asks for it").value("NAME").for_shell_flag(),
    Param::switch("allow_shell", "allow `|`, `>` and `>>` in command files, `-c` and standard input: they run programs and overwrite files"),
    Param::switch("quiet", "print only errors and warnings on stderr"),
    Param::switch("check", "check the commands of files, `-c` or standard input without running them"),
    Param::switch("version", "print the version"),
];

/// The short forms of startup flags.
pub const SHORT: &[(char, &str)] = &[('f', "file"), ('c', "command"), ('V', "version")];

/// All flags of the program: the startup flags, then the settings.
pub fn program_flags() -> impl Iterator<Item = &'static Param> {
    START
        .iter()
        .chain(TABLE.iter().map(|setting| &setting.param))
}

/// The startup flag called `name` that no command accepts; with underscores.
pub fn startup_flag(name: &str) -> Option<&'static Param> {
    let settings = TABLE.iter().filter(|setting| !setting.changes);
    let mut all = START.iter().chain(settings.map(|setting| &setting.param));
    all.find(|param| param.name == name)
}

/// The setting called `name`, with underscores or hyphens.
pub fn find(name: &str) -> Option<&'static Setting> {
    let name = name.replace('-', "_");
    TABLE.iter().find(|setting| setting.param.name == name)
}
