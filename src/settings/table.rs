//! The table of settings, and of the flags that only the start has.

use crate::catalog::{self, Live, Param};

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Which.
    pub key: Key,
    /// Name, kind, default and help; the flag at the start has the same name.
    pub param: Param,
    /// The environment variables that set it, first come first served.
    pub env: &'static [&'static str],
    /// Whether it may change after the start, by `set` or before a command.
    pub changes: bool,
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
    Confirm,
    OnError,
    ReadAhead,
    Jobs,
    Retry,
    PasswordCommand,
    HistoryFile,
}

impl Key {
    /// The row of this setting.
    pub fn setting(self) -> &'static Setting {
        &TABLE[self as usize]
    }

    /// Whether it grants something to one server, as credentials do: it does
    /// not hold for another.
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

/// More requests than this are never under way at once.
const MOST_AT_ONCE: i64 = 64;

/// The table of settings, in the order `set` shows them.
pub static TABLE: &[Setting] = &[
    row(
        Key::BaseUrl,
        Param::text("base_url", "the server; a path in it is kept as a prefix")
            .default("http://127.0.0.1:8080")
            .value("URL")
            .underscored(),
        &["SFTPGO_HOST", "SFTPGO_SHELL_BASE_URL"],
    ),
    row(
        Key::Api,
        Param::api("api", "2019", "the generation of the API, or the release of the server: `2.3.6`"),
        &["SFTPGO_SHELL_API"],
    ),
    row(
        Key::Debug,
        Param::switch("debug", "show each request and the status of its answer"),
        &["SFTPGO_SHELL_DEBUG"],
    ),
    row(
        Key::Echo,
        Param::choice(
            "echo",
            &["off", "commands", "on", "only"],
            "off",
            "show each command of a file before its result (`--echo` alone), or each request as a curl line before it is sent, or instead",
        )
        .bare("commands"),
        &["SFTPGO_SHELL_ECHO"],
    ),
    row(
        Key::Output,
        Param::choice(
            "output",
            catalog::OUTPUTS,
            "json",
            "form of an answer: indented, on one line, NDJSON (other results are JSON texts), or as it came",
        ),
        &["SFTPGO_SHELL_OUTPUT"],
    ),
    row(
        Key::Color,
        Param::choice("color", &["auto", "always", "never"], "auto", "colours"),
        &["SFTPGO_SHELL_COLOR"],
    ),
    row(
        Key::ConnectTimeout,
        Param::text(
            "connect_timeout",
            "how long to wait for a connection: `500ms`, `10s`, `2m`",
        )
        .default("10s"),
        &["SFTPGO_SHELL_CONNECT_TIMEOUT"],
    ),
    row(
        Key::Timeout,
        Param::text(
            "timeout",
            "how long to wait for a whole answer; 0 is for ever",
        )
        .default("60s"),
        &["SFTPGO_SHELL_TIMEOUT"],
    ),
    row(
        Key::Cacert,
        Param::text(
            "cacert",
            "file of certificates in PEM that may have signed the server's, beside those that this machine trusts",
        )
        .completed_by(Live::File),
        &["SFTPGO_SHELL_CACERT"],
    ),
    row(
        Key::ClientCert,
        Param::text(
            "client_cert",
            "file with a certificate in PEM to show to a server that asks for one, and with its key",
        )
        .completed_by(Live::File),
        &["SFTPGO_SHELL_CLIENT_CERT"],
    ),
    row(
        Key::ClientKey,
        Param::text(
            "client_key",
            "file with the key of `client_cert` in PEM, where it is not in the same file",
        )
        .completed_by(Live::File),
        &["SFTPGO_SHELL_CLIENT_KEY"],
    ),
    row(
        Key::Insecure,
        Param::switch(
            "insecure",
            "take whatever certificate the server has: nobody notices who listens in between",
        ),
        &["SFTPGO_SHELL_INSECURE"],
    ),
    row(
        Key::Confirm,
        Param::switch(
            "confirm",
            "ask before something is destroyed, on a terminal",
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
            "whether a file goes on after a command that failed",
        ),
        &["SFTPGO_SHELL_ON_ERROR"],
    ),
    row(
        Key::ReadAhead,
        Param::int(
            "read_ahead",
            "how many commands of a file that only read may wait for their answers together",
        )
        .within(1, MOST_AT_ONCE)
        .default("4"),
        &["SFTPGO_SHELL_READ_AHEAD"],
    ),
    row(
        Key::Jobs,
        Param::int(
            "jobs",
            "the same for all commands that send a request, those that write as well",
        )
        .within(1, MOST_AT_ONCE)
        .default("1"),
        &["SFTPGO_SHELL_JOBS"],
    ),
    row(
        Key::Retry,
        Param::int(
            "retry",
            "how often to try again where nothing can be done twice: reads without an answer, requests that never left",
        )
        .within(0, 20),
        &["SFTPGO_SHELL_RETRY"],
    ),
    Setting {
        changes: false,
        ..row(
            Key::PasswordCommand,
            Param::text("password_command", "command of sh whose first line is the password"),
            &["SFTPGO_SHELL_PASSWORD_COMMAND"],
        )
    },
    Setting {
        changes: false,
        ..row(
            Key::HistoryFile,
            Param::text(
                "history_file",
                "where the lines typed on a terminal are kept; empty is nowhere",
            ),
            &["SFTPGO_SHELL_HISTORY_FILE"],
        )
    },
];

/// The flags that only the start has, for the parser and for help.
pub const START: &[Param] = &[
    Param::switch(
        "practice",
        "start a practice server with sample data and connect to it",
    ),
    Param::list(
        "file",
        "run the commands of a file, `-` for standard input, then leave; also -f; several are run in turn",
    )
    .for_shell_flag(),
    Param::list("command", "run these commands, then leave; also -c").for_shell_flag(),
    Param::switch(
        "keep_going",
        "go on after a command that failed, as `--on_error continue`; exit 6 if any did",
    ),
    Param::list("var", "give a variable a value, as NAME=VALUE; may be given several times").for_shell_flag(),
    Param::list(
        "vars_file",
        "give variables their values from a file with lines NAME=VALUE; `--var` beats it",
    )
    .for_shell_flag(),
    Param::int("from_line", "begin with the commands of this line of the file; of those before it, only `set`, `connect`, `let` and what they source are done")
        .within(1, i64::MAX)
        .default("1")
        .for_shell_flag(),
    Param::switch("dry_run", "show the requests and send none; no server is needed"),
    Param::choice("as", &["raw", "curl"], "raw", "what `--dry-run` shows: HTTP or curl lines").for_shell_flag(),
    Param::list("report", "write what came of each command into a file: `--report junit FILE`, `--report json FILE`").for_shell_flag().words_each(2),
    Param::text("user", "the admin to log in as; the password comes from SFTPGO_PASSWORD, `password_command`, or is asked for").for_shell_flag(),
    Param::switch("quiet", "say nothing on stderr but what went wrong"),
    Param::switch("check", "only check the commands of files, `-c` or standard input; nothing is sent"),
    Param::switch("version", "show the version"),
];

/// The short forms of startup flags.
pub const SHORT: &[(char, &str)] = &[('f', "file"), ('c', "command"), ('V', "version")];

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
