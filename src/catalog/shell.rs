//! The shell's own commands: their verbs and their rows. `command/` runs them.

use super::Span;
use super::param::{Live, Param, ParamPlace};
use super::row::{Command, Does, Example, Group, Method, Recipe};

/// The shell's own commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    AddUsers,
    Connect,
    Curl,
    Echo,
    Edit,
    Exit,
    Expect,
    Explain,
    Help,
    History,
    Last,
    Let,
    Login,
    Logout,
    Practice,
    PracticeServer,
    Raw(Method),
    /// Made of these operations; not all releases have each of them.
    Recipe(Recipe, &'static [&'static str]),
    Set,
    Sleep,
    Source,
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
        does: Does::Shell(verb),
        counterpart: None,
        examples: &[],
    }
}

const COMMAND: Param = Param::command("command", "the command, with its arguments");
const PATH: Param = Param::text(
    "path",
    "from the server's root with a leading `/`, else below the API's prefix; may hold a query",
)
.required()
.at(ParamPlace::Shell);
const QUERY: Param = Param::list("query", "members of the query, as NAME=VALUE").for_shell_flag();
const JSON: Param = Param::text(
    "json",
    "the body: JSON text, or `@FILE` to read it from a file",
)
.for_shell_flag();

const fn raw(
    name: &'static str,
    method: Method,
    params: &'static [Param],
    short: &'static str,
    examples: &'static [Example],
) -> Command {
    Command {
        long: "For what the table does not know. The answer is printed as it is, whatever its type.",
        examples,
        ..row(name, Group::Raw, Verb::Raw(method), short, params)
    }
}

pub(super) const ROWS: &[Command] = &[
    Command {
        long: "Shows the request as it would be sent, raw and as a curl line, with what each part means. Nothing is sent.",
        examples: &[Example { line: "explain get_users --limit 1", status: 0 }],
        ..row("explain", Group::Teach, Verb::Explain, "explain the request of a command, without sending it", &[COMMAND])
    },
    Command {
        long: "The line runs in sh and makes the same request. Secrets are taken from the environment: `$PASSWORD`.",
        examples: &[Example { line: "curl get_users --limit 1", status: 0 }],
        ..row("curl", Group::Teach, Verb::Curl, "print the curl line of a command, without sending it", &[COMMAND])
    },
    Command {
        long: "TARGET is what an `update_…` command changes, with or without its `update_`: `edit user alice`, `edit \
               admin_profile`. The object opens as JSON in VISUAL, EDITOR or else `vi`. What was changed is checked and \
               shown; after a yes the whole object is sent and read again. Nothing is sent if someone else changed it \
               meanwhile. A secret stands there as `{\"status\":\"Redacted\"}` or `********`, which keeps it; `\"@FILE\"` in its place takes a \
               new one from a file. A member that is taken out is cleared by servers \
               from 2.5.0 on; before, most of it stays. `--disconnect` goes with a user.",
        ..row(
            "edit",
            Group::Shell,
            Verb::Edit,
            "change an object in your editor",
            &[Param::command("target", "what to edit, and the name it has there")],
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
        examples: &[Example { line: "help get_users", status: 0 }],
        ..row(
            "help",
            Group::Shell,
            Verb::Help,
            "list the commands, or describe one",
            &[Param::words("command", "a command, or `settings`").completed_by(Live::Topic)],
        )
    },
    Command {
        long: "Without a value: shows it. Without a name: shows all, with where each value came from.",
        examples: &[Example { line: "set timeout 30s", status: 0 }],
        ..row(
            "set",
            Group::Shell,
            Verb::Set,
            "show or change a setting",
            &[Param::text("name", "the setting").for_shell().completed_by(Live::Setting), Param::text("value", "its new value").for_shell().completed_by(Live::SettingValue)],
        )
    },
    Command {
        long: "The same as `set base_url`: sends nothing. Last ids, names seen and the last answer are forgotten.",
        ..row(
            "connect",
            Group::Shell,
            Verb::Connect,
            "work with another server",
            &[Param::text("url", "the server's base URL; a path in it is kept as a prefix").required().at(ParamPlace::Shell)],
        )
    },
    Command {
        long: "The password comes from SFTPGO_PASSWORD, from `password_command`, or is asked for. A login that was refused is \
               not tried again by itself: each wrong one counts towards a ban.",
        ..row(
            "login",
            Group::Shell,
            Verb::Login,
            "log in, for servers that give tokens",
            &[
                Param::text("user", "the admin; left out, the one of `--user` or SFTPGO_USERNAME").for_shell(),
                Param::switch("otp", "ask for a one-time code first"),
            ],
        )
    },
    Command {
        long: "Ends the token at the server, and forgets name, password and key.",
        ..row("logout", Group::Shell, Verb::Logout, "end the token", &[])
    },
    Command {
        long: "Admin, permissions and age of the token, as JSON. Logs in if there is no token yet.",
        ..row("whoami", Group::Shell, Verb::Whoami, "show who asks", &[])
    },
    Command {
        examples: &[],
        ..row(
            "last",
            Group::Shell,
            Verb::Last,
            "show the last answer again, without asking again",
            &[Param::choice("output", super::OUTPUTS, "", "in this form instead").for_shell_flag()],
        )
    },
    row(
        "history",
        Group::Shell,
        Verb::History,
        "list what was typed",
        &[Param::int("n", "only the last N lines; 0 is all").within(0, i64::MAX).for_shell()],
    ),
    Command {
        examples: &[Example { line: "echo hello", status: 0 }],
        ..row("echo", Group::Shell, Verb::Echo, "print words", &[Param::words("text", "what to print")])
    },
    Command {
        long: "`let home = $_.home_dir`, then `$home`. A value that is JSON has parts: after `let u = $_`, `$u.home_dir` or \
               `$u[0].username`. It stays until the end, whatever the server. `--var NAME=VALUE` and `--vars-file FILE` \
               at the start set variables too.",
        examples: &[Example { line: "let home = /srv/sftp", status: 0 }],
        ..row(
            "let",
            Group::Shell,
            Verb::Let,
            "give a variable of your own a value",
            &[Param::words("assignment", "NAME = VALUE, or NAME=VALUE").required().at(ParamPlace::Shell)],
        )
    },
    Command {
        long: "Ends the run with exit code 1 if it does not hold. `status 404`, `status 4xx`: the status of the last answer. \
               `error`, `error TEXT`: the last command that asks the server failed, with TEXT in its message; `ok`: it did \
               not. `LEFT OP RIGHT`, where OP is `==` `!=` `<` `<=` `>` `>=` or `contains`, as in `$_.quota_files == 4` or \
               `$_ contains carla`. `VALUE exists`, `VALUE missing`, as in `$_.public_key missing`.",
        ..row(
            "expect",
            Group::Shell,
            Verb::Expect,
            "check the last answer, or a variable",
            &[Param::words("expectation", "what must hold").required().at(ParamPlace::Shell)],
        )
    },
    Command {
        long: "Its commands run here, as if they stood in this place. It is checked whole before its first command runs; in a \
               file, it is looked for in the folder of that file, and checked with it. At the terminal it is asked once, \
               before all, if the file takes something away; `exit` ends the file.",
        ..row(
            "source",
            Group::Shell,
            Verb::Source,
            "run a command file",
            &[Param::text("file", "the file").required().at(ParamPlace::Shell).completed_by(Live::File)],
        )
    },
    Command {
        examples: &[Example { line: "sleep 10ms", status: 0 }],
        ..row(
            "sleep",
            Group::Shell,
            Verb::Sleep,
            "wait",
            &[Param::text("duration", "how long: `500ms`, `2s`, `2m`; without a unit, seconds").required().at(ParamPlace::Shell)],
        )
    },
    Command {
        long: "The practice server of this shell: `reset` makes its data as on a fresh start; `latency 2s` makes every \
               answer wait; `fail 503` makes every request fail with that status, `fail off` ends it.",
        ..row(
            "practice",
            Group::Shell,
            Verb::Practice,
            "reset the practice server, or make it slow or failing",
            &[
                Param::choice("what", &["reset", "latency", "fail"], "", "what to do").required().at(ParamPlace::Shell),
                Param::text("value", "how long, or which status").for_shell(),
            ],
        )
    },
    Command {
        long: "Only at the start: `sftpgo-shell practice-server --port 8080`. Runs until it is interrupted; curl and the \
               Python client can talk to it.",
        ..row(
            "practice_server",
            Group::Shell,
            Verb::PracticeServer,
            "run the practice server alone",
            &[
                Param::int("port", "on 127.0.0.1; 0 is any free one").within(0, 65535).for_shell_flag(),
                Param::switch("empty", "start with no data"),
                Param::int("clock", "a clock that stands still at this many milliseconds since 1970, for transcripts; 0 is the real one")
                    .within(0, 253_402_300_799_999)
                    .for_shell_flag(),
            ],
        )
    },
    Command {
        aliases: &["quit"],
        ..row(
            "exit",
            Group::Shell,
            Verb::Exit,
            "leave",
            &[Param::int("code", "exit code").within(0, 255).for_shell()],
        )
    },
];
