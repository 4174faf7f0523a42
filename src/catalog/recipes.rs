//! The rows of the recipes: words for daily work, each made of several
//! operations of this table.

use super::backup::LISTS;
use super::param::{Live, Param, ParamPlace};
use super::row::{Command, Does, Example, Group, Recipe};
use super::shell::Verb;
use super::v2::server::SCAN_QUOTA;
use super::v2::users::PERMISSIONS;
use super::{Release, Span};

const fn row(
    name: &'static str,
    span: Span,
    verb: Verb,
    short: &'static str,
    params: &'static [Param],
    long: &'static str,
    examples: &'static [Example],
) -> Command {
    Command {
        name,
        aliases: &[],
        group: Group::Recipes,
        span,
        short,
        long,
        params,
        does: Does::Shell(verb),
        counterpart: None,
        examples,
    }
}

/// A line that works on a fresh practice server; the status is that of its result.
const fn line(line: &'static str) -> Example {
    Example { line, status: 200 }
}

const USER: Param = Param::text("username", "login name of the user")
    .required()
    .at(ParamPlace::Shell)
    .completed_by(Live::Username);
/// What a user may want to do: the permissions but the first, which is everything.
const OPERATIONS: &[&str] = PERMISSIONS.split_at(1).1;

/// Users have an end from 0.9.4 on.
const WITH_EXPIRATION: Span = Span::from(Release::new(0, 9, 4));

pub(super) const ROWS: &[Command] = &[
    row(
        "quota_scan_all",
        Span::ALL,
        Verb::Recipe(
            Recipe::QuotaScanAll,
            &[
                "get_users",
                "get_group_by_name",
                "start_user_quota_scan",
                "start_quota_scan",
                "get_users_quota_scans",
                "get_quota_scans",
            ],
        ),
        "count the files and bytes of all users anew",
        &[
            Param::switch(
                "with_quota",
                "only users with a limit on bytes or files, be it their own or their primary group's",
            ),
            Param::switch("wait", "wait until all of them are counted"),
            Param::int(
                "at_once",
                "scans that run at the same time; 0 is all at once",
            )
            .within(0, 100_000)
            .default("10")
            .for_shell_flag(),
        ],
        "For what was changed behind the server's back. Each scan reads the whole of a user's files, so only \
         `--at_once` of them run together; one that is running already is waited for like the others. A user whose \
         scan cannot be started does not stop the others: it is told, and the exit code is 6. The server tells the \
         outcome of a scan only in its log. Without `--wait` it ends with the start of the last one.",
        &[line("quota_scan_all --with_quota")],
    ),
    row(
        "idle",
        Span::ALL,
        Verb::Recipe(Recipe::Idle, &["get_connections", "get_sftp_connections"]),
        "tell whether anyone is connected",
        &[Param::text(
            "wait",
            "how long to wait until nobody is: `90s`, `10m`, `2h`",
        )
        .default("0")
        .for_shell_flag()],
        "Prints the connections that there are, an empty list if there is none. The exit code is 0 if nobody is \
         connected, else 1: `sftpgo-shell idle --wait 10m && reboot`. Users of HTTP and WebDAV are in the list only \
         during a transfer.",
        &[line("idle"), line("idle --wait 1s")],
    ),
    row(
        "expiring",
        WITH_EXPIRATION,
        Verb::Recipe(Recipe::Expiring, &["get_users", "get_group_by_name"]),
        "list the users whose accounts end soon, or have ended",
        &[
            Param::text("within", "how soon: `12h`, `30d`, `8w`")
                .default("30d")
                .for_shell_flag(),
            Param::switch("ended", "those that have ended as well").default("on"),
        ],
        "Soonest first, each with the day and how many days are left. An end that a primary group gives counts as \
         well.",
        &[line("expiring --within 90d")],
    ),
    row(
        "effective_user",
        Span::V2,
        Verb::Recipe(
            Recipe::EffectiveUser,
            &["get_user_by_username", "get_group_by_name"],
        ),
        "show a user with what its groups give",
        &[USER],
        "The server lays the settings of groups upon a user at login, and shows the user without them. This is the user \
         as it is then, in `user`, with placeholders filled in; `origins` has for each value the path and who gives it; what an \
         anonymous user may do at all comes from `filters.is_anonymous`. \
         Of two secondary groups that give a folder or its permissions, which one wins is not fixed by the server.",
        &[line("effective_user carla")],
    ),
    row(
        "test_permission",
        Span::V2,
        Verb::Recipe(
            Recipe::TestPermission,
            &["get_user_by_username", "get_group_by_name"],
        ),
        "tell whether a user may do something at a path, and by which rule",
        &[
            USER,
            Param::choice(
                "operation",
                OPERATIONS,
                "",
                "what the user wants to do",
            )
            .required()
            .at(ParamPlace::Shell),
            Param::text(
                "path",
                "the file or folder as the user sees it; with a `/` at its end, something in that folder",
            )
            .required()
            .at(ParamPlace::Shell),
        ],
        "The rule of the nearest folder counts, with what groups give. All but `list` and `copy` look at the folder that \
         the path is in, as the server does; `chmod`, `chown` and `chtimes` do so for a folder, but look at a file \
         itself. The exit code is 0 if it is allowed, else 1. File patterns, protocols and \
         addresses are not looked at.",
        &[line("test_permission anna.nowak download /invoices/may.pdf")],
    ),
    row(
        "backup",
        Span::V2,
        Verb::Recipe(Recipe::Backup, &["dumpdata"]),
        "write all that the server holds to a file on this machine",
        &[
            Param::text("file", "where it goes").required().at(ParamPlace::Shell).completed_by(Live::File),
            Param::choices("scopes", &LISTS, "only these")
                .for_shell_flag()
                .typed()
                .only(Span::from(Release::new(2, 5, 0))),
            Param::switch("force", "overwrite the file if it is there"),
        ],
        "The file is a store of credentials: password hashes, and secrets with the keys to read them. Only its owner may \
         read it, and it is there whole or not at all. What is printed is its length, and how many objects of each kind \
         it has. `restore` brings it back; so do `loaddata` and the server's web pages.",
        &[line("backup sftpgo.json")],
    ),
    row(
        "restore",
        Span::V2,
        Verb::Recipe(
            Recipe::Restore,
            &["dumpdata", "loaddata_from_request_body"],
        ),
        "bring back what a backup has and the server has not, or has otherwise",
        &[
            Param::text("file", "the backup").required().at(ParamPlace::Shell).completed_by(Live::File),
            Param::switch("plan", "tell what would be done to each object, and change nothing"),
            Param::choices("only", &LISTS, "only these kinds").for_shell_flag().typed(),
            Param::switch("resume", "go on where an earlier run of the same file stopped"),
            Param::switch("skip_existing", "leave alone what is there, even if it differs"),
            Param::switch("disconnect", "close the connections of users that are overwritten"),
            SCAN_QUOTA.for_shell_flag().underscored(),
        ],
        "Compares the backup with the server first: what is the same is left alone, and so is what only the server has. \
         The rest goes one object after another, in the order in which the server would restore them, so that a failure \
         names its object and what came before it is known to be done. It stops at the first failure. `FILE.restoring` \
         notes what is done until all is; `--resume` leaves that alone and goes on, with that run's flags where none are \
         typed. In the end it looks again, and warns of \
         what the server took otherwise.",
        &[line("restore sftpgo.json --plan")],
    ),
];
