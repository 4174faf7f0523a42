//! `explain` says of every field that is sent what it is, and what the request would lose;
//! `explain user.filters` and `help update_user groups` show the page of a field.

use crate::support::Run;

/// What a line prints for an API, without a server.
#[track_caller]
fn page(api: &str, line: &str) -> String {
    let ran = Run::new(&["--api", api, "-c", line]).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
    ran.out
}

#[track_caller]
fn has(page: &str, lines: &[&str]) {
    for line in lines {
        assert!(page.contains(line), "{line}\n{page}");
    }
}

#[test]
fn every_field_that_is_sent_is_explained() {
    let page = page(
        "v2",
        "explain add_user al --uid 7 --set filters.denied_ip='[\"1.2.3.4/32\"]' --set filters.hooks.pre_login_disabled=true \
         --json '{\"groups\":[{\"name\":\"g\",\"type\":1}],\"quota_size\":1024,\"permissions\":{\"/\":[\"*\"]}}'",
    );
    for (name, value, about, facts) in [
        (
            "uid",
            "7",
            "body: ",
            "whole number, 0 to 2147483647; since 2.0.0",
        ),
        (
            "status",
            "1 (enabled)",
            "body, default: ",
            "whole number; disabled: 0 | enabled: 1",
        ),
        (
            "filters.denied_ip",
            "[\"1.2.3.4/32\"]",
            "body: CIDRs refused",
            "list of strings; since 2.0.0",
        ),
        (
            "filters.hooks.pre_login_disabled",
            "true",
            "body: ",
            "true or false; since 2.1.0",
        ),
        (
            "groups[0].name",
            "\"g\"",
            "body: name of the group",
            "string; since 2.3.0",
        ),
        (
            "groups[0].type",
            "1 (primary)",
            "body: ",
            "required; since 2.3.0",
        ),
        (
            "quota_size",
            "1024 (1 KiB)",
            "body: ",
            "0 means unlimited; since 2.0.0",
        ),
        (
            "permissions",
            "{\"/\":[\"*\"]}",
            "body: ",
            "map of lists of strings; * | list | ",
        ),
    ] {
        let mut lines = page.lines().skip_while(|line| {
            let mut words = line.trim_start().splitn(2, "  ");
            !line.starts_with("  ") || words.next() != Some(name)
        });
        let line = lines.next().unwrap_or_else(|| panic!("{name}\n{page}"));
        assert!(line.contains(value) && line.contains(about), "{line}");
        let below = lines.next().expect("the facts");
        assert!(below.contains(facts), "{below}");
    }
}

#[test]
fn what_is_shown_is_what_is_sent() {
    // What `--set` and `--json` give replaces the default and the flag.
    for line in [
        "explain add_user al --set status=0",
        "explain add_user al --json '{\"status\":0}'",
        "explain post users --json '{\"status\":0}'",
    ] {
        let page = page("v2", line);
        let mut lines = page.lines();
        let status = lines.find(|line| line.starts_with("  status "));
        let status = status.expect("a line");
        assert!(status.contains("  0 (disabled) "), "{status}");
        assert!(!status.contains("default"), "{status}");
    }
    // A secret is masked wherever it is.
    let line = "explain add_user al --set filesystem.s3config.access_secret=hunter2 --json '{\"password\":\"hunter2\"}'";
    let page = page("v2", line);
    assert!(!page.contains("hunter2"), "{page}");
    has(
        &page,
        &[
            "  filesystem.s3config.access_secret  ********",
            "  password",
        ],
    );
}

#[test]
fn what_the_table_does_not_know_is_said() {
    let page = page("v2", "explain post users --json '{\"odd\":{\"a\":1}}'");
    has(
        &page,
        &["  odd           {\"a\":1}  ", "body: this field is unknown"],
    );
    // The responses are those of the command that makes the same request.
    has(&page, &["possible responses\n  201  "]);
}

#[test]
fn what_the_request_would_lose() {
    let line = "explain update_user al --set 'filters.allowed_ip=[\"10.0.0.0/8\"]'";
    has(
        &page("v2", line),
        &[
            "\nwhat would be lost\n  no other field: the shell also sends the fields that it has read\n  the old items of `filters.allowed_ip`\n",
        ],
    );
    let bare = page("v2", &format!("{line} --replace"));
    let lost = bare.split("\nwhat would be lost\n").nth(1).expect(&bare);
    let lost = lost
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .replace("\n  ", " ");
    let lost: Vec<&str> = lost
        .trim_start_matches("  whatever the object has in ")
        .split(", ")
        .collect();
    for path in ["status", "permissions", "filters.denied_ip", "filesystem"] {
        assert!(lost.contains(&path), "{path}: {lost:?}");
    }
    // The server keeps these, or has them from the request.
    for path in [
        "filters",
        "filters.allowed_ip",
        "password",
        "username",
        "last_login",
    ] {
        assert!(!lost.contains(&path), "{path}: {lost:?}");
    }
    // Older servers merge the body into the object.
    has(
        &page("2.3.6", &format!("{line} --replace")),
        &["\nwhat would be lost\n  the request removes storage and virtual folders"],
    );
    has(
        &page(
            "v2",
            "explain update_user al --group g --folder -/in --allowed_ip +192.0.2.0/24",
        ),
        &[
            "\nwhat would be lost\n  no other field",
            "  the old items of `groups` that have the same type\n",
            "  `/in` of `virtual_folders`\n",
        ],
    );
    has(
        &page("v2", "explain delete_user al"),
        &["\nwhat would be lost\n  the account will be deleted"],
    );
    for line in ["explain get_users", "explain add_user al"] {
        assert!(!page("v2", line).contains("would lose"), "{line}");
    }
}

#[test]
fn a_field_has_a_page() {
    let denied = page("v2", "explain user.filters.denied_ip");
    assert_eq!(
        denied,
        "user.filters.denied_ip: CIDRs refused, checked first\n\n  type      list of strings\n  \
         default   empty, in a new object without it\n  releases  2.0.0 and later\n  \
         commands  add_user, update_user, clone_user\n  \
         typed as  --denied_ip, or --set filters.denied_ip='[\"a\",\"b\"]'\n"
    );
    assert_eq!(page("v2", "help user.filters.denied_ip"), denied);
    has(
        &page("v2", "help update_user groups"),
        &[
            "update_user.groups: group memberships\n",
            "\nfields of each item\n  name  name of the group\n",
        ],
    );
    has(
        &page("v2", "help update_user --quota-size"),
        &[
            "  type      whole number of bytes; 0 means unlimited\n",
            "  typed as  --quota_size, or --set quota_size=VALUE, as `500M`, `20GiB`\n",
        ],
    );
    for (field, flags) in [
        (
            "groups",
            "--group, --secondary_groups, --membership_groups, or --set groups=JSON",
        ),
        (
            "filesystem.gcsconfig.bucket",
            "--storage gcs --bucket, or --set filesystem.gcsconfig.bucket=VALUE",
        ),
        (
            "filesystem.httpconfig.password",
            "--storage http --storage_password, or --set filesystem.httpconfig.password=JSON",
        ),
    ] {
        has(
            &page("v2", &format!("explain user.{field}")),
            &[&format!("  typed as  {flags}\n")],
        );
    }
    has(
        &page("v2", "help get_users --limit"),
        &["  values    whole number from 1 to 500; default 100\n"],
    );
    has(
        &page("v2", "explain connection.remote_address"),
        &["connection.remote_address: client address\n", "read-only"],
    );
    has(
        &page("v2", "explain user."),
        &["user: an object of API `v2`\n", "  filters ", "  groups "],
    );
    has(
        &page("2.3.6", "explain user.role"),
        &["\nThis release, 2.3.6, does not have it.\n"],
    );
    has(
        &page("2019", "explain user.quota_size"),
        &[
            "add_user --quota_size: disk quota in bytes",
            "  releases  0.9.0 and later\n",
        ],
    );
}

#[test]
fn a_wrong_line_is_refused_as_the_command_would_refuse_it() {
    for (line, why) in [
        (
            "explain user.fliters.denied_ip",
            "unknown field `fliters`\nhint: did you mean `filters`?\n",
        ),
        (
            "help update_user nogroups",
            "unknown field `nogroups`\nhint: did you mean `groups`?\n",
        ),
        (
            "help get_users foo",
            "`get_users` has no `foo`\nhint: `help get_users` lists its arguments\n",
        ),
        (
            "help get_users storage",
            "`get_users` has no `storage`\nhint: `help get_users` lists its arguments\n",
        ),
        (
            "explain nothing.at.all",
            "unknown command `nothing.at.all`\nhint: `help` lists the commands\n",
        ),
    ] {
        let ran = Run::new(&["--api", "v2", "-c", line]).go();
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}");
        assert!(
            ran.err.contains(&format!(
                "error: {}",
                why.split('\n').next().unwrap_or_default()
            )),
            "{}",
            ran.err
        );
        let hint = why.split('\n').nth(1).unwrap_or_default();
        assert!(ran.err.contains(hint), "{}", ran.err);
    }
    for wrong in [
        "add_user al --uid x",
        "get_usres",
        "add_user al --set status=9",
        "update_user al --json '{\"no\":1}'",
    ] {
        let run = |line: &str| Run::new(&["--api", "v2", "-c", line]).go();
        let (own, explained) = (run(wrong), run(&format!("explain {wrong}")));
        assert_eq!((own.code, explained.code), (2, 2), "{wrong}");
        let said = |err: &str| {
            let lines = err.lines().filter(|line| !line.starts_with("  "));
            lines
                .map(|line| {
                    line.split_once("error: ")
                        .map_or(line, |(_, why)| why)
                        .to_owned()
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(said(&own.err), said(&explained.err));
    }
}
