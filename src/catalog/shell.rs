//! The shell's own commands: their verbs and their rows. `command/` runs them.

use super::Span;
use super::backup::LISTS;
use super::group::Group;
use super::live::Live;
use super::many::YES_PARAM;
use super::param::{Param, ParamPlace};
use super::row::{Command, CommandKind, Example, Method, Recipe};

/// The word for the servers of all profiles, which no profile can have as its name.
pub const ALL_SERVERS: &str = "all";

/// Whether a word names servers for `on`: no command and no alias looks so.
pub fn names_servers(word: &str) -> bool {
    word.starts_with('@') || word == ALL_SERVERS
}

/// The shell's own commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    AddUsers,
    Cheat,
    Compare,
    Connect,
    Curl,
    Diff,
    Doctor,
    Echo,
    Edit,
    Exit,
    Expect,
    Explain,
    Generate,
    Help,
    History,
    Last,
    Learn,
    Let,
    Login,
    Logout,
    New,
    On,
    Practice,
    PracticeServer,
    Profile,
    Raw(Method),
    /// Made of these operations; not all releases have each of them.
    Recipe(Recipe, &'static [&'static str]),
    Record,
    Refresh,
    Save,
    Set,
    Sleep,
    Source,
    Undo,
    WaitReady,
    Watch,
    Whoami,
}

const fn row(
    name: &'static str,
    group: Group,
    verb: Verb,
    short: &'static str,
    params: &'static [Param],
) -> Command {
    Command {
        name,
        aliases: &[],
        group,
        span: Span::ALL,
        short,
        long: "",
        params,
        kind: CommandKind::Shell(verb),
        counterpart: None,
        examples: &[],
    }
}

const COMMAND: Param = Param::command("command", "the command, with its arguments");
const PATH: Param = Param::text(
    "path",
    "path; with a leading `/` from the server's root, otherwise below the API prefix; may include a query",
)
.required()
.at(ParamPlace::Shell);
const QUERY: Param = Param::list("query", "query parameters, as NAME=VALUE")
    .for_shell_flag()
    .value("NAME=VALUE");
const JSON: Param = Param::text("json", "the body: JSON, or `@FILE` to read it from a file")
    .for_shell_flag()
    .value("JSON|@FILE");

/// What `--as` calls curl.
pub const AS_CURL: &str = "curl";

const FORM: Param = Param::choice(
    "as",
    &["commands", AS_CURL],
    "commands",
    "a file of commands, or a script for sh that does the same with curl",
)
.for_shell_flag();
const ANSWERS: Param = Param::switch(
    "answers",
    "add the answers as comments, except those that may contain a secret",
);
const FORCE: Param = Param::switch("force", "overwrite an existing file");

const fn raw(
    name: &'static str,
    method: Method,
    params: &'static [Param],
    short: &'static str,
    examples: &'static [Example],
) -> Command {
    Command {
        long: "Use it for endpoints that have no command of their own. The response is printed as received, whatever its type.",
        examples,
        ..row(name, Group::Raw, Verb::Raw(method), short, params)
    }
}

pub(super) const ROWS: &[Command] = &[
    Command {
        long: "Shows the request as it would be sent, as raw HTTP and as a curl line, and explains each part: every field of the \
               body with its meaning, type, unit and choices, the data that would be lost, and the responses to expect. \
               Nothing is sent. `explain user.filters.denied_ip` describes a field, and `explain user.` lists the fields of users.",
        examples: &[Example { line: "explain get_users --limit 1", status: 0 }, Example { line: "explain user.quota_size", status: 0 }],
        ..row(
            "explain",
            Group::Teach,
            Verb::Explain,
            "explain a command's request without sending it",
            &[Param::command("command", "the command with its arguments, or a field of an object")],
        )
    },
    Command {
        long: "The line runs in sh and sends the same request. Secrets are read from the environment: `$PASSWORD`. `--as` prints \
               the request for another program: HTTPie in sh, Python with the package `requests`, or PowerShell 7.",
        examples: &[
            Example { line: "curl get_users --limit 1", status: 0 },
            Example { line: "curl --as python get_users --limit 1", status: 0 },
        ],
        ..row(
            "curl",
            Group::Teach,
            Verb::Curl,
            "print a command as a curl line without sending it",
            &[
                Param::choice("as", &[AS_CURL, "httpie", "python", "powershell"], AS_CURL, "the program that the line is for").for_shell_flag(),
                COMMAND,
            ],
        )
    },
    Command {
        long: "TARGET is any object that an `update_…` command can change; leave `update_` out: `edit user alice`, `edit \
               admin_profile`. The object opens as JSON in VISUAL, EDITOR or `vi`. Your changes are checked and shown; \
               if you confirm, the whole object is sent and read back. Nothing is sent if someone else has changed it in \
               the meantime. Secrets appear as `{\"status\":\"Redacted\"}` or `********`: leave them unchanged to keep them, or write \
               `\"@FILE\"` to read a new one from a file. A field that you remove is cleared by servers 2.5.0 and later; \
               older servers keep most of them. `--disconnect` only works with a user.",
        examples: &[Example { line: "edit user backup", status: 0 }],
        ..row(
            "edit",
            Group::Shell,
            Verb::Edit,
            "change an object in your editor",
            &[Param::command("target", "type and name of the object to edit")],
        )
    },
    Command {
        long: "TARGET is any object that an `add_…` command can add; leave `add_` out: `new group staff`. The editor opens a template \
               with each field of the server's release, its meaning and its possible values. Fields that are commented out are \
               not sent. Your text is checked, and sent if you confirm. If it contains a mistake, or the server rejects the \
               object, you can edit your text again.",
        examples: &[Example { line: "new group staff", status: 0 }],
        ..row(
            "new",
            Group::Shell,
            Verb::New,
            "add an object in your editor, from a template",
            &[Param::command("target", "type and name of the object to add")],
        )
    },
    Command {
        long: "Compares two objects that an `update_…` command can change: `diff user anna bob`. Names, ids, times and the server's \
               counters are not compared. For secrets it only shows whether they are set. The exit code is 0 whether the objects \
               differ or not. Without a terminal the result is a list of the differences, which may be empty.",
        examples: &[Example { line: "diff user anna.nowak backup", status: 200 }],
        span: Span::V2,
        ..row(
            "diff",
            Group::Shell,
            Verb::Diff,
            "show where two objects differ",
            &[Param::command("target", "type and names of the two objects")],
        )
    },
    Command {
        long: "Takes back the last change of one object in this session that was made by `update_…` or `edit`: reads the object, shows \
               the differences, and if you confirm, restores the old values. Nothing is sent if the object has been changed \
               since. An `add_…` or a `delete_…` cannot be undone, and secrets cannot be restored, since the server does not \
               show them. A second `undo` applies the change again.",
        examples: &[Example { line: "undo --yes", status: 0 }],
        ..row(
            "undo",
            Group::Shell,
            Verb::Undo,
            "take back the last change of an object",
            &[Param::switch(YES_PARAM, "do not ask for confirmation; required if there is no terminal")],
        )
    },
    raw("get", Method::Get, &[PATH, QUERY], "GET a path", &[Example { line: "get user --query limit=1", status: 200 }]),
    raw(
        "post",
        Method::Post,
        &[PATH, QUERY, JSON],
        "POST to a path",
        &[Example { line: "post quota_scan --json '{\"username\":\"carla\"}'", status: 201 }],
    ),
    raw(
        "put",
        Method::Put,
        &[PATH, QUERY, JSON],
        "PUT to a path",
        &[Example { line: "put user/5136 --json '{\"quota_files\":4}'", status: 200 }],
    ),
    raw("patch", Method::Patch, &[PATH, QUERY, JSON], "PATCH a path", &[Example { line: "patch user/5136", status: 405 }]),
    raw("delete", Method::Delete, &[PATH, QUERY], "DELETE a path", &[Example { line: "delete user/5136", status: 200 }]),
    Command {
        aliases: &["?"],
        long: "TOPIC is a command, a command and one of its arguments or fields, a heading of the list, or one of the topics \
               at its end. `--search` searches all commands, flags, fields and topics.",
        examples: &[
            Example { line: "help get_users", status: 0 },
            Example { line: "help get_users --limit", status: 0 },
            Example { line: "help quoting", status: 0 },
            Example { line: "help --search quota", status: 0 },
        ],
        ..row(
            "help",
            Group::Shell,
            Verb::Help,
            "list the commands, or describe one",
            &[
                Param::text("search", "list the entries that contain these words").optional().for_shell_flag().value("WORD"),
                Param::words("topic", "a command, a heading, a topic, `flags` or `settings`").completed_by(Live::Topic),
            ],
        )
    },
    Command {
        long: "Each line has a comment that explains it. The lines of a heading can each be run on a fresh practice server; those \
               of a topic run one after another. Without SECTION, lists the sections.",
        examples: &[Example { line: "cheat quota", status: 0 }],
        ..row(
            "cheat",
            Group::Shell,
            Verb::Cheat,
            "print lines to copy, by section",
            &[Param::words("section", "a heading of `help`, or a topic").completed_by(Live::Section)],
        )
    },
    Command {
        long: "`man` prints a man page as roff: `sftpgo-shell`, which is the default, or `sftpgo-shell-language`. `completions` \
               prints a script for bash, zsh or fish, which completes commands, flags, choices, files and profiles without asking a \
               server. It calls `generate candidates -- WORD…`, which prints the possible values of the last argument: one per line, each \
               with a tab and its description. `generate candidates LINE` does the same for a whole line.",
        examples: &[
            Example { line: "generate completions bash", status: 0 },
            Example { line: "generate man", status: 0 },
        ],
        ..row(
            "generate",
            Group::Shell,
            Verb::Generate,
            "print man pages and completion scripts",
            &[Param::words("what", "what to print").value("man|completions|candidates WORD")],
        )
    },
    Command {
        long: "Without a value, shows the setting. Without a name, shows all settings and where each value came from.",
        examples: &[Example { line: "set timeout 30s", status: 0 }],
        ..row(
            "set",
            Group::Shell,
            Verb::Set,
            "show or change a setting",
            &[Param::text("name", "name of the setting").for_shell().completed_by(Live::Setting), Param::text("value", "new value").for_shell().completed_by(Live::SettingValue)],
        )
    },
    Command {
        long: "Sets `base_url`; `connect @NAME` uses a profile, with its login and its settings. On a terminal the shell then detects the API and the release of the server, without credentials, and logs in if a profile is used; otherwise nothing is sent. On a terminal, `http://` and `https://` can be left out: for another machine `https` is tried first. The shell forgets the last ids, the names seen so far and the last answer.",
        examples: &[Example { line: "connect http://127.0.0.1:8080", status: 0 }],
        ..row(
            "connect",
            Group::Shell,
            Verb::Connect,
            "connect to another server",
            &[Param::text("url", "server URL, or its host; a path in it is kept as a prefix; or a profile: `@NAME`").required().at(ParamPlace::Shell).completed_by(Live::Server)],
        )
    },
    Command {
        long: "A profile names a server in the config file, `sftpgo-shell/config.toml` in the folder XDG_CONFIG_HOME or `~/.config`. \
               `list` lists the profiles, `show` shows the keys of one. `add` adds one, without URL for the server and the admin of this \
               session; `--set KEY=VALUE` sets other keys. `use` makes one the default, `remove` removes one from the file. `check` \
               checks the file, and that the files named in it exist; with a name, it also runs its `password_command`. Comments in \
               the file are kept. Nothing is sent to a server.",
        examples: &[Example { line: "profile list", status: 0 }],
        ..row(
            "profile",
            Group::Shell,
            Verb::Profile,
            "list or change profiles (names for servers)",
            &[
                Param::choice("what", &["list", "show", "add", "use", "check", "remove"], "list", "what to do").for_shell(),
                Param::text("name", "the profile; for `show` and `check` the default is the one in use, or all").for_shell().completed_by(Live::Profile),
                Param::text("url", "server URL, for `add`").for_shell(),
                Param::text("user", "admin to log in as, for `add`").for_shell(),
                Param::list("set", "other keys of the profile, for `add`").for_shell_flag().value("KEY=VALUE"),
            ],
        )
    },
    Command {
        long: "The password is read from SFTPGO_PASSWORD or `password_command`, or the shell asks for it. A rejected login is \
               not repeated automatically, since each failure counts towards a ban.",
        examples: &[Example { line: "login admin", status: 200 }],
        ..row(
            "login",
            Group::Shell,
            Verb::Login,
            "log in to the server",
            &[
                Param::text("user", "admin name; default: `--user` or SFTPGO_USERNAME").for_shell(),
                Param::switch("otp", "ask for a one-time code after the password"),
            ],
        )
    },
    Command {
        long: "Revokes the token and forgets name, password and API key.",
        examples: &[Example { line: "logout", status: 0 }],
        ..row("logout", Group::Shell, Verb::Logout, "log out", &[])
    },
    Command {
        long: "On a terminal, Tab offers the names of users, groups and other objects on the server. They are read in the background \
               after a login, and again after each change that you make. `refresh` forgets them and reads all of them again. \
               `set live_names off` turns this off.",
        examples: &[Example { line: "refresh", status: 0 }],
        ..row("refresh", Group::Shell, Verb::Refresh, "read the names that Tab offers again", &[])
    },
    Command {
        long: "Shows the admin, its permissions and the age of the token as JSON. Logs in if there is no token yet. With `--can` the exit code is 0 \
               if the admin has the permission, 1 if not, and 2 if the permissions are not known, as with an API key.",
        examples: &[Example { line: "whoami", status: 0 }, Example { line: "whoami --can edit_users", status: 0 }],
        ..row(
            "whoami",
            Group::Shell,
            Verb::Whoami,
            "show the current login",
            &[Param::choice("can", super::v2::admins::PERMISSIONS, "", "check that the admin has this permission").for_shell_flag()],
        )
    },
    Command {
        examples: &[Example { line: "last --output compact", status: 0 }],
        ..row(
            "last",
            Group::Shell,
            Verb::Last,
            "show the last answer again (no request is sent)",
            &[
                Param::choice("output", super::OUTPUTS, "", "output format").for_shell_flag(),
                super::view::COLUMNS,
                super::view::HUMAN,
            ],
        )
    },
    Command {
        long: "Checks the config file, whether the server answers, its API and release, its clock, the expiry of its certificate, \
               the login, the permissions of the admin, and the terminal. It logs in once, and changes nothing. The exit code \
               is 0 if no check failed, otherwise that of the first failed check; warnings do not count.",
        examples: &[Example { line: "doctor", status: 0 }],
        ..row("doctor", Group::Shell, Verb::Doctor, "check the config file, the server and the login", &[])
    },
    Command {
        long: "Sends a request without credentials twice a second until the server answers as SFTPGo does; refused connections, \
               timeouts and answers such as 503 count as not ready. Use it in scripts that start a server. The exit code is 0 \
               if the server is ready, and 3 if it is not ready within `--timeout`.",
        examples: &[Example { line: "wait_ready --timeout 60s", status: 0 }],
        ..row(
            "wait_ready",
            Group::Shell,
            Verb::WaitReady,
            "wait until the server is ready",
            &[Param::text("timeout", "how long to wait: `500ms`, `60s`, `5m`; 0 waits forever")
                .default("60s")
                .for_shell_flag()
                .value("DURATION")],
        )
    },
    Command {
        long: "`history N` shows the last N lines, `history grep TEXT` those that contain TEXT in upper or lower case. For lines of \
               this session, `--long` also shows when they finished, the server and the exit code. Secrets are masked.",
        examples: &[
            Example { line: "history 5", status: 0 },
            Example { line: "history grep add_user --long", status: 0 },
        ],
        ..row(
            "history",
            Group::Shell,
            Verb::History,
            "list the lines typed so far",
            &[
                Param::text("n", "show only the last N lines; 0 shows all; or `grep`").for_shell().value("N|grep"),
                Param::text("text", "the text to find, for `grep`").for_shell(),
                Param::switch("long", "also show time, server and exit code"),
            ],
        )
    },
    Command {
        long: "Writes the successful commands of this session to a file for `source` or `--file`, one per line. LINES are numbers from \
               `history`: `3-7`, or `5`; without a terminal, the commands are numbered from 1. A secret is replaced by a variable such \
               as `$env.PASSWORD`, which must be set before the file runs, and a user id from an answer by `$id`. A command that cannot \
               run in a file becomes a comment. `help`, `history`, `save` and the like are left out, and so are lines that begin with \
               a space; for `source`, the commands of its file are written. Only the owner can read the file. `--as curl` writes the \
               requests that were sent as a script for sh with curl and jq, which logs in once. The script reads secrets from the \
               environment. A change reads the object first, so that the other fields are kept.",
        examples: &[
            Example { line: "save work.sftpgo --last 5", status: 0 },
            Example { line: "save work.sftpgo --answers", status: 0 },
            Example { line: "save work.sh --as curl", status: 0 },
        ],
        ..row(
            "save",
            Group::Shell,
            Verb::Save,
            "save the commands of this session to a file",
            &[
                Param::text("file", "file to write").required().at(ParamPlace::Shell).completed_by(Live::File),
                Param::text("lines", "only the commands of these lines").for_shell().value("FROM-TO"),
                Param::int("last", "only the last N commands").within(1, i64::MAX).optional().for_shell_flag().value("N"),
                FORM,
                ANSWERS,
                FORCE,
            ],
        )
    },
    Command {
        long: "From now on each successful command is added to the file, in the same form as with `save`, until `record stop`. The file \
               is complete after each command. To write a file named `stop`, use `./stop`.",
        examples: &[Example { line: "record work.sftpgo", status: 0 }],
        ..row(
            "record",
            Group::Shell,
            Verb::Record,
            "record the following commands in a file",
            &[
                Param::text("file", "file to write, or `stop`").required().at(ParamPlace::Shell).completed_by(Live::File),
                FORM,
                ANSWERS,
                FORCE,
            ],
        )
    },
    Command {
        examples: &[Example { line: "echo hello", status: 0 }],
        ..row("echo", Group::Shell, Verb::Echo, "print text", &[Param::words("text", "text to print")])
    },
    Command {
        long: "Starts lessons in the shell, on a practice server of their own. Each lesson has goals, which are checked against the \
               requests that you send and the objects on the server. Without WHAT, continues where you stopped, or shows the current \
               lesson. WHAT is a course, `v2` or `2019`; a file of lessons; the number or name of a lesson; or a word: `goal`, `hint`, \
               `solution`, `next`, `skip`, `back`, `again`, `goto N`, `list`, `stop`. During a lesson these words, except `list` and \
               `stop`, work without `learn` in front. Each lesson begins with the sample data. Your progress is kept in \
               `sftpgo-shell/lessons.toml` in the folder XDG_STATE_HOME or `~/.local/state`.",
        examples: &[Example { line: "learn list", status: 0 }],
        ..row(
            "learn",
            Group::Teach,
            Verb::Learn,
            "learn the API in lessons on a practice server",
            &[
                Param::text("what", "a course, a file, a lesson or a word").for_shell().completed_by(Live::Learn),
                Param::text("value", "the lesson").for_shell().completed_by(Live::Lesson),
                Param::switch("test", "test each lesson of a course or file with its own solutions"),
                Param::switch("safe", "for a classroom: no programs, no files outside the lesson's folder and no other server until you exit"),
            ],
        )
    },
    Command {
        long: "After `let home = $_.home_dir`, use `$home`. If a value is JSON, you can access its parts: after `let u = $_`, \
               `$u.home_dir` or `$u[0].username`. Variables last until you exit, even if you connect to another server. \
               The startup flags `--var NAME=VALUE` and `--vars-file FILE` also set variables.",
        examples: &[Example { line: "let home = /srv/sftp", status: 0 }],
        ..row(
            "let",
            Group::Shell,
            Verb::Let,
            "set a variable",
            &[Param::words("assignment", "NAME = VALUE, or NAME=VALUE").required().at(ParamPlace::Shell)],
        )
    },
    Command {
        long: "Stops the run with exit code 1 if the check fails. `status 404`, `status 4xx`: the status of the last answer. \
               `error`, `error TEXT`: the last command that sent a request failed, with TEXT in its message; `ok`: it \
               succeeded. `LEFT OP RIGHT`, where OP is `==` `!=` `<` `<=` `>` `>=` or `contains`, as in `$_.quota_files == 4` or \
               `$_ contains carla`. `VALUE exists`, `VALUE missing`, as in `$_.public_key missing`.",
        examples: &[Example { line: "expect status 200", status: 0 }],
        ..row(
            "expect",
            Group::Shell,
            Verb::Expect,
            "check the last answer, or a variable",
            &[Param::words("expectation", "the condition to check").required().at(ParamPlace::Shell)],
        )
    },
    Command {
        long: "Its commands run as if they were written here. The whole file is checked before its first command runs. In a \
               command file, the path is relative to the folder of that file, and both are checked together. On a terminal \
               the shell asks once, before the first command, if the file contains deletions. `exit` ends the file.",
        examples: &[Example { line: "source nightly.sftpgo", status: 0 }],
        ..row(
            "source",
            Group::Shell,
            Verb::Source,
            "run a command file",
            &[Param::text("file", "command file").required().at(ParamPlace::Shell).completed_by(Live::File)],
        )
    },
    Command {
        long: "COMMAND must be one that only reads. On a terminal its answer is updated in place, with changes in bold; \
               connections show the rate of each transfer. Keys: `q` quits, `p` pauses, the arrows scroll or select a row; \
               in a list of connections `k` closes the selected one and `d` disables its user, after a confirmation. \
               Without a terminal each round prints its answer on one line, or in the format of `--output`. If a round fails, this \
               is reported and the next one is tried. A rejected login ends the command; so does a first round without an answer, \
               or with a 4xx, unless `--until`, `--timeout` or `--count` is given. `--until` expects a condition in single quotes, which \
               is checked after each round. It is either one of `--where`, which the object of the answer or one item of the list \
               must meet, or one of `expect`: with a variable such as `$_`, or `status 404`, `error` or `ok`. The flags must come \
               before COMMAND. At the prompt, without COMMAND, the last command that reads is repeated.",
        examples: &[Example { line: "watch 500ms --count 2 get_users --limit 1", status: 200 }],
        ..row(
            "watch",
            Group::Shell,
            Verb::Watch,
            "repeat a command that reads, and show what changes",
            &[
                Param::text("interval", "time between rounds: `500ms`, `5s`, `1m`; seconds if no unit is given; at least 100ms")
                    .default("2s")
                    .for_shell(),
                Param::text("until", "exit with 0 once this condition holds: `'status = disabled'`, `'$_[0].username == carla'`")
                    .optional()
                    .for_shell_flag()
                    .value("CONDITION"),
                Param::text("timeout", "exit with 1 after this time")
                    .optional()
                    .for_shell_flag()
                    .value("DURATION"),
                Param::int("count", "stop after this many rounds")
                    .within(1, i64::MAX)
                    .optional()
                    .for_shell_flag(),
                COMMAND,
            ],
        )
    },
    Command {
        long: "Runs COMMAND as `sftpgo-shell @NAME COMMAND` does, with the login and the settings of each profile. This session \
               keeps its server. On a terminal, a line with the name of the server is above each result. Elsewhere, the result \
               is a list with an object for each server: `{\"profile\": \"prod\", \"url\": …, \"exit_code\": 0, \"result\": …}`, with an \
               `error` if the command failed there. Commands that only read run on all servers at once. Writes run on one server \
               after the other, and the shell asks before each of them. Two profiles of the same server cannot be used for a \
               write. If a server fails, the others go on; the exit code is the highest one. If the line is wrong for \
               a server, or a password is missing, nothing is sent to any server. A password in the environment is sent only to the \
               server of SFTPGO_HOST, or without that to the one of this session. A rejected password is not sent again. As an argument of the program, in \
               `sftpgo-shell --debug on @prod …`, `on` is the value of the switch, since `@prod` names the profile.",
        examples: &[Example { line: "on @prod,@dev get_users --limit 1", status: 0 }, Example { line: "on all get_version", status: 0 }],
        ..row(
            "on",
            Group::Shell,
            Verb::On,
            "run a command on the servers of several profiles",
            &[
                Param::text("servers", "profiles, each with an `@`, separated by commas; or `all`").for_shell().completed_by(Live::Servers),
                Param::switch(YES_PARAM, "do not ask before a write; needed where there is no terminal"),
                COMMAND,
            ],
        )
    },
    Command {
        long: "Reads both servers and compares their objects as a restore compares a backup with a server. Shows what only \
               one of them has, and the fields that differ. Passwords and encrypted secrets are never shown. If both servers have \
               one, it counts as the same, since each server stores it in its own way. The values of headers such as \
               `Authorization` are masked. If the releases differ, the result says which kinds of \
               objects and which fields one of them does not know. Nothing is changed. The exit code is 0 if nothing differs, \
               and 1 if something does.",
        examples: &[Example { line: "compare @prod @dev", status: 0 }, Example { line: "compare @prod @dev --scopes users,groups", status: 0 }],
        ..row(
            "compare",
            Group::Shell,
            Verb::Compare,
            "what differs between the servers of two profiles",
            &[
                Param::text("first", "a profile: `@NAME`").required().at(ParamPlace::Shell).completed_by(Live::Server),
                Param::text("second", "another profile: `@NAME`").required().at(ParamPlace::Shell).completed_by(Live::Server),
                Param::choices("scopes", &LISTS, "only these kinds of objects").for_shell_flag().typed(),
            ],
        )
    },
    Command {
        examples: &[Example { line: "sleep 10ms", status: 0 }],
        ..row(
            "sleep",
            Group::Shell,
            Verb::Sleep,
            "pause for a while",
            &[Param::text("duration", "duration: `500ms`, `2s`, `2m`; seconds if no unit is given").required().at(ParamPlace::Shell)],
        )
    },
    Command {
        long: "`reset` restores the sample data of the practice server; `latency 2s` delays every response; `fail 503` makes \
               every request fail with that status, and `fail off` stops this.",
        examples: &[Example { line: "practice latency 200ms", status: 0 }],
        ..row(
            "practice",
            Group::Shell,
            Verb::Practice,
            "reset the practice server, or simulate delays and failures",
            &[
                Param::choice("what", &["reset", "latency", "fail"], "", "what to do").required().at(ParamPlace::Shell),
                Param::text("value", "the delay or the status").for_shell(),
            ],
        )
    },
    Command {
        long: "Only on the command line: `sftpgo-shell practice-server --port 8080`. It runs until interrupted. You can also use \
               it with curl and the Python client.",
        examples: &[Example { line: "practice_server --port 8080", status: 0 }],
        ..row(
            "practice_server",
            Group::Shell,
            Verb::PracticeServer,
            "run only the practice server",
            &[
                Param::int("port", "port on 127.0.0.1; 0 picks a free one").within(0, 65535).for_shell_flag(),
                Param::switch("empty", "start without data"),
                Param::int("clock", "fixed clock, in milliseconds since 1970, for reproducible transcripts; 0 uses the real clock")
                    .within(0, 253_402_300_799_999)
                    .for_shell_flag(),
            ],
        )
    },
    Command {
        aliases: &["quit"],
        examples: &[Example { line: "exit 3", status: 0 }],
        ..row(
            "exit",
            Group::Shell,
            Verb::Exit,
            "exit the shell",
            &[Param::int("code", "exit code").within(0, 255).for_shell()],
        )
    },
];
