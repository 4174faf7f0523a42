//! The rows of the recipes: shortcuts for daily tasks, each made of several
//! operations of this table.

use super::backup::LISTS;
use super::group::Group;
use super::live::Live;
use super::many::VERBOSE_PARAM;
use super::param::{Param, ParamPlace};
use super::row::{Command, CommandKind, Example, Recipe};
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
        kind: CommandKind::Shell(verb),
        counterpart: None,
        examples,
    }
}

/// An example line that succeeds on a fresh practice server.
const fn line(line: &'static str) -> Example {
    Example { line, status: 200 }
}

const USER: Param = Param::text("username", "login name of the user")
    .required()
    .at(ParamPlace::Shell)
    .completed_by(Live::Username);
/// The operations to check: all permissions except the first, `*`.
const OPERATIONS: &[&str] = PERMISSIONS.split_at(1).1;

/// The releases whose users can expire.
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
        "start quota scans for all users",
        &[
            Param::switch(
                "with_quota",
                "only users with a quota, either their own or from their primary group",
            ),
            Param::wait("wait", "wait until all scans have finished, or at most for this time: `10m`"),
            Param::int(
                "at_once",
                "maximum number of concurrent scans; 0 starts all of them",
            )
            .within(0, 100_000)
            .default("10")
            .for_shell_flag(),
        ],
        "Use it after files were changed outside SFTPGo. Each scan reads all files of a user, so at most `--at-once` \
         of them run at a time. Scans that are already running are treated in the same way. If a scan cannot be \
         started, the failure is reported, the run continues, and the exit code is 6. The server reports the outcome of \
         a scan only in its log. Without `--wait` the command finishes when the last scan has been started. With `--wait 10m` it waits for ten minutes at most, and the exit code is 1 if some scans are still running then.",
        &[line("quota_scan_all --with-quota")],
    ),
    row(
        "idle",
        Span::ALL,
        Verb::Recipe(Recipe::Idle, &["get_connections", "get_sftp_connections"]),
        "check whether anyone is connected",
        &[Param::text(
            "wait",
            "how long to wait until nobody is connected: `90s`, `10m`, `2h`",
        )
        .default("0")
        .for_shell_flag()
        .value("DURATION")],
        "Prints the list of connections, which may be empty. The exit code is 0 if nobody is connected, otherwise \
         1: `sftpgo-shell idle --wait 10m && reboot`. HTTP and WebDAV users are listed only during a \
         transfer.",
        &[line("idle"), line("idle --wait 1s")],
    ),
    row(
        "expiring",
        WITH_EXPIRATION,
        Verb::Recipe(Recipe::Expiring, &["get_users", "get_group_by_name"]),
        "list users whose accounts expire soon or have expired",
        &[
            Param::text("within", "how far to look ahead: `12h`, `30d`, `8w`")
                .default("30d")
                .for_shell_flag()
                .value("DURATION"),
            Param::switch("ended", "include users that have already expired").default("on"),
        ],
        "Users are sorted by expiry, each with the date and the number of days left. An expiry set by a primary group counts as well.",
        &[line("expiring --within 90d")],
    ),
    row(
        "effective_user",
        Span::V2,
        Verb::Recipe(
            Recipe::EffectiveUser,
            &["get_user_by_username", "get_group_by_name"],
        ),
        "show a user's effective settings, group settings included",
        &[USER],
        "At login the server merges group settings into the user, but it shows the user without them. `user` is the \
         result of the merge, with placeholders filled in; `origins` lists the path of each value and where it comes from. The permissions of an anonymous user come from `filters.is_anonymous`. If two secondary groups set the \
         same folder or its permissions, the server does not define which one applies.",
        &[line("effective_user carla")],
    ),
    row(
        "test_permission",
        Span::V2,
        Verb::Recipe(
            Recipe::TestPermission,
            &["get_user_by_username", "get_group_by_name"],
        ),
        "check whether a user may do something at a path, and which rule decides",
        &[
            USER,
            Param::choice(
                "operation",
                OPERATIONS,
                "",
                "the operation to check",
            )
            .required()
            .at(ParamPlace::Shell),
            Param::text(
                "path",
                "path of the file or folder as the user sees it; a trailing `/` means something in that folder",
            )
            .required()
            .at(ParamPlace::Shell),
        ],
        "The rule of the closest parent folder applies, group settings included. As on the server, most operations are \
         checked against the parent folder of the path; `list` and `copy` are checked against the path itself, and before \
         2.7.0 so are `chmod`, `chown` and `chtimes` on a file. Before 2.5.0 a rule for a pattern has no effect. A rename must be allowed at the old and at the new path. The exit code is 0 if the operation is allowed, otherwise 1. File \
         patterns, protocols and addresses are not checked.",
        &[line("test_permission anna.nowak download /invoices/may.pdf")],
    ),
    row(
        "unban",
        Span::V2,
        Verb::Recipe(
            Recipe::Unban,
            &["get_defender_hosts", "delete_defender_host_by_id", "unban_host"],
        ),
        "lift the defender's ban on an address",
        &[Param::text("address", "the address: `192.0.2.1`")
            .value("ADDRESS")
            .required()
            .at(ParamPlace::Shell)
            .completed_by(Live::DefenderHost)],
        "The exit code is 1 if the address is not banned. An entry of an IP list is not a ban.",
        &[line("unban 192.0.2.1")],
    ),
    row(
        "rotate_api_key",
        Span::from(Release::new(2, 2, 0)),
        Verb::Recipe(
            Recipe::RotateApiKey,
            &["get_api_keys", "add_api_key", "delete_api_key"],
        ),
        "replace an API key by a new one",
        &[
            Param::text("name", "name or id of the key")
                .required()
                .at(ParamPlace::Shell)
                .completed_by(Live::ApiKey),
            Param::switch("keep", "do not delete the old key, so that clients can change to the new one first"),
        ],
        "Adds a key with the same name, scope, owner, expiry and description, and deletes the old one. The new key is \
         in the result, once: neither `last` nor the server can show it again. If several keys have the name, give \
         the id.",
        &[line("rotate_api_key monitoring --keep")],
    ),
    row(
        "backup",
        Span::V2,
        Verb::Recipe(Recipe::Backup, &["dumpdata"]),
        "save a full backup of the server's data to a local file",
        &[
            Param::text("file", "file to write").required().at(ParamPlace::Shell).completed_by(Live::File),
            Param::choices("scopes", &LISTS, "only these kinds of objects")
                .for_shell_flag()
                .typed()
                .only(Span::from(Release::new(2, 5, 0))),
            Param::switch("force", "overwrite an existing file"),
        ],
        "The file contains credentials: password hashes, and secrets with the keys to decrypt them. Only its owner can read \
         it, and it is written completely or not at all. The command prints its size and the number of objects of each \
         kind. Restore it with `restore`, `loaddata` or the server's web interface.",
        &[line("backup sftpgo.json")],
    ),
    row(
        "restore",
        Span::V2,
        Verb::Recipe(
            Recipe::Restore,
            &["dumpdata", "get_version", "loaddata_from_request_body"],
        ),
        "restore objects from a backup that are missing or different on the server",
        &[
            Param::text("file", "backup file").required().at(ParamPlace::Shell).completed_by(Live::File),
            Param::switch("plan", "show what would be done, without changing anything"),
            Param::switch(VERBOSE_PARAM, "also list the objects that are the same; without a terminal the plan always has them"),
            Param::choices("only", &LISTS, "only these kinds of objects").for_shell_flag().typed(),
            Param::switch("resume", "continue an earlier run of the same file"),
            Param::switch("skip_existing", "do not overwrite existing objects"),
            Param::switch("disconnect", "close the connections of overwritten users"),
            SCAN_QUOTA.for_shell_flag().underscored(),
        ],
        "Checks the backup and compares it with the server first: everything that the server would reject or ignore is reported before anything is sent. Objects that are the same, or only on the server, are left unchanged. \
         The others are sent one by one, in the order in which the server restores them, so that an error names the object \
         that failed. It stops at the first failure. The journal `FILE.restoring` records the finished objects until the \
         run is complete; `--resume` skips those and uses the flags of the earlier run unless you give your own. At the \
         end the server is compared again, and you are warned about values that it stored differently.",
        &[line("restore sftpgo.json --plan")],
    ),
];
