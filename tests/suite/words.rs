//! Daily words as flags: groups, folders, restrictions, storage, rules, and the edits of lists.

mod property;

use crate::support::{PIPED, Ran, Run, asked, v2, words};
use serde_json::{Value as Json, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn of(run: Run) -> Run {
    run.env("SFTPGO_SHELL_OUTPUT", "compact")
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

fn run(server: &Practice, line: &str) -> Ran {
    of(Run::at(server, &words(line))).go()
}

/// A line that succeeds and says nothing beside its answer.
#[track_caller]
fn does(server: &Practice, line: &str) {
    let ran = run(server, line);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}: {ran:?}");
}

/// An object as the server has it, without the time of its last change.
#[track_caller]
fn object(server: &Practice, path: &str) -> Json {
    let ran = run(server, &format!("get {path}"));
    let mut object: Json = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
    let members = object.as_object_mut().expect("an object");
    members.shift_remove("updated_at");
    object
}

/// The members of the items of a list that a line gives.
fn brief(list: &Json, members: &[&str]) -> Json {
    let items = list.as_array().into_iter().flatten();
    let one = |item: &Json| {
        members
            .iter()
            .map(|key| item[*key].clone())
            .collect::<Json>()
    };
    items.map(one).collect()
}

#[test]
fn a_user_is_added_and_changed_by_daily_words() {
    let server = v2();
    does(
        &server,
        "add_user mia --home_dir /srv/mia --permissions '*' --password pw --group staff --secondary_groups partners \
         --folder /shared=shared --allowed_ip 192.0.2.0/24 198.51.100.7/32 --denied_protocols FTP,DAV \
         --denied_login_methods password --require_two_factor SSH --max_upload_file_size 5MiB --is_anonymous=off",
    );
    let groups = |user: &Json| brief(&user["groups"], &["name", "type"]);
    let folders = |user: &Json| brief(&user["virtual_folders"], &["virtual_path", "name"]);
    let mia = object(&server, "users/mia");
    assert_eq!(groups(&mia), json!([["staff", 1], ["partners", 2]]));
    assert_eq!(folders(&mia), json!([["/shared", "shared"]]));
    let filters = &mia["filters"];
    assert_eq!(
        filters["allowed_ip"],
        json!(["192.0.2.0/24", "198.51.100.7/32"])
    );
    assert_eq!(filters["denied_protocols"], json!(["FTP", "DAV"]));
    assert_eq!(filters["two_factor_protocols"], json!(["SSH"]));
    assert_eq!(filters["max_upload_file_size"], 5 << 20);
    for (change, groups_after, folders_after) in [
        (
            "--secondary_groups -partners --folder +/in=invoices",
            json!([["staff", 1]]),
            json!([["/shared", "shared"], ["/in", "invoices"]]),
        ),
        (
            "--group partners --folder=-/shared",
            json!([["partners", 1]]),
            json!([["/in", "invoices"]]),
        ),
        (
            "--membership_groups +staff --folder /x=shared",
            json!([["partners", 1], ["staff", 3]]),
            json!([["/x", "shared"]]),
        ),
        (
            "--group '' --membership_groups '' --folder ''",
            json!([]),
            json!([]),
        ),
    ] {
        does(&server, &format!("update_user mia {change}"));
        let mia = object(&server, "users/mia");
        assert_eq!(groups(&mia), groups_after, "{change}");
        assert_eq!(folders(&mia), folders_after, "{change}");
        assert_eq!(mia["filters"], *filters, "{change}");
    }
}

#[test]
fn storage_has_the_fields_of_its_provider() {
    let server = v2();
    let keys = ["access_secret", "passphrase", "credentials", "password"];
    for (storage, flags, config, expected) in [
        (
            "s3",
            "--bucket b --region eu --access_key k --access_secret hidden1 --force_path_style",
            "s3config",
            json!({"bucket": "b", "region": "eu", "access_key": "k", "force_path_style": true}),
        ),
        (
            "gcs",
            "--bucket g --automatic_credentials automatic",
            "gcsconfig",
            json!({"bucket": "g", "automatic_credentials": 1}),
        ),
        (
            "azure",
            "--container c --account_name a --account_key hidden1",
            "azblobconfig",
            json!({"container": "c", "account_name": "a"}),
        ),
        ("crypt", "--passphrase @key", "cryptconfig", json!({})),
        (
            "sftp",
            "--endpoint h.example:22 --storage_username u --storage_password hidden1",
            "sftpconfig",
            json!({"endpoint": "h.example:22", "username": "u"}),
        ),
        (
            "http",
            "--endpoint https://h.example --storage_username u",
            "httpconfig",
            json!({"endpoint": "https://h.example", "username": "u"}),
        ),
    ] {
        for (add, path, inside) in [
            (
                format!("add_folder f-{storage} --mapped_path /srv/f"),
                format!("folders/f-{storage}"),
                "",
            ),
            (
                format!("add_group g-{storage}"),
                format!("groups/g-{storage}"),
                "user_settings",
            ),
            (
                format!("add_user u-{storage} --home_dir /srv/u --permissions '*' --password pw"),
                format!("users/u-{storage}"),
                "",
            ),
        ] {
            let line = format!("{add} --storage {storage} {flags}");
            let ran = of(Run::at(&server, &words(&line)))
                .file("key", "hidden1-Zt7vQ0pXk3mLr9sW2yUb5cFa8dGe4hJn\n")
                .go();
            assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}: {ran:?}");
            assert!(!ran.out.contains("hidden1"), "{line}: {ran:?}");
            let object = object(&server, &path);
            let object = if inside.is_empty() {
                &object
            } else {
                &object[inside]
            };
            let there = &object["filesystem"][config];
            for (key, value) in expected.as_object().expect("members") {
                assert_eq!(there[key], *value, "{line}: {there}");
            }
            for key in keys
                .iter()
                .filter(|key| flags.contains(&format!("--{key}")))
            {
                assert_eq!(there[key]["status"], "Secretbox", "{line}: {there}");
            }
        }
    }
}

#[test]
fn a_rule_has_the_trigger_of_its_words() {
    let server = v2();
    does(
        &server,
        "add_event_rule weekly --schedule '0 3 * * 1' '00 4 1 */2 *' --action backup-data",
    );
    let weekly = object(&server, "eventrules/weekly");
    assert_eq!(weekly["trigger"], 3);
    assert_eq!(
        weekly["conditions"]["schedules"],
        json!([
            {"hour": "3", "day_of_week": "1", "day_of_month": "*", "month": "*"},
            {"hour": "4", "day_of_week": "*", "day_of_month": "1", "month": "*/2"}
        ])
    );
    assert_eq!(
        brief(&weekly["actions"], &["name", "order"]),
        json!([["backup-data", 1]])
    );
    does(
        &server,
        "add_event_rule up --event upload,download --action backup-data --protocols SFTP",
    );
    let up = object(&server, "eventrules/up");
    assert_eq!(
        (&up["trigger"], &up["conditions"]["fs_events"]),
        (&json!(1), &json!(["upload", "download"]))
    );
    assert_eq!(up["conditions"]["options"]["protocols"], json!(["SFTP"]));
    does(
        &server,
        "add_event_rule changed --provider_event add delete --action backup-data",
    );
    assert_eq!(object(&server, "eventrules/changed")["trigger"], 2);
    // A change names no other field.
    does(&server, "update_event_rule up --event +rename -upload");
    let mut expected = up;
    expected["conditions"]["fs_events"] = json!(["download", "rename"]);
    assert_eq!(object(&server, "eventrules/up"), expected);
    does(&server, "update_event_rule weekly --schedule '-0 3 * * 1'");
    let hours = &object(&server, "eventrules/weekly")["conditions"]["schedules"];
    assert_eq!(brief(hours, &["hour"]), json!([["4"]]));
}

#[test]
fn the_conditions_of_a_rule_are_words() {
    let server = v2();
    does(
        &server,
        "add_event_rule big --event upload --action backup-data --fs_paths '/in/**' '!/in/tmp/*' --names 'a*' \
         --group_names staff --role_names '!helpdesk' --event_statuses failed,quota --min_size 1MiB --protocols FTP",
    );
    let options = |name: &str| object(&server, name)["conditions"]["options"].clone();
    let mut big = options("eventrules/big");
    let pattern = |pattern: &str| json!({"pattern": pattern});
    let but = |pattern: &str| json!({"pattern": pattern, "inverse_match": true});
    assert_eq!(
        big["fs_paths"],
        json!([pattern("/in/**"), but("/in/tmp/*")])
    );
    assert_eq!(big["names"], json!([pattern("a*")]));
    assert_eq!(big["group_names"], json!([pattern("staff")]));
    assert_eq!(big["role_names"], json!([but("helpdesk")]));
    assert_eq!(big["event_statuses"], json!([2, 3]));
    assert_eq!(big["min_size"], json!(1_048_576));
    does(
        &server,
        "update_event_rule big --fs_paths '+/out/*' '-!/in/tmp/*' --event_statuses +ok -quota",
    );
    big["fs_paths"] = json!([pattern("/in/**"), pattern("/out/*")]);
    big["event_statuses"] = json!([2, 1]);
    assert_eq!(options("eventrules/big"), big);
    does(&server, "update_event_rule big --names ''");
    assert_eq!(
        options("eventrules/big")["names"]
            .as_array()
            .map_or(0, Vec::len),
        0
    );
    for (flags, why) in [
        ("--names '!'", "`--names` needs a pattern after the `!`"),
        ("--event_statuses done", "`--event_statuses` must be one of"),
        ("--names a +b", "has a `+` or `-` before it"),
        ("--pattern a", "unknown flag `--pattern`"),
    ] {
        let ran = run(&server, &format!("update_event_rule big {flags}"));
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains(why), "{ran:?}");
    }
}

#[test]
fn what_cannot_be_taken_out_is_said_and_nothing_is_sent() {
    let server = v2();
    run(&server, "update_user full --permissions -list");
    does(
        &server,
        "add_user all --home_dir /srv/all --permissions '*' --password pw",
    );
    let before = asked(&server).len();
    run(&server, "update_user all --permissions -list").is(
        2,
        "",
        "error: `list` cannot be removed from `permissions./`: it has `*`, which is all\n\
         hint: give the ones that are to stay, without `+` and `-`\n",
    );
    run(&server, "update_user carla --group -nobody").is(
        0,
        "",
        "nothing was sent: the server already has these values\n",
    );
    assert!(
        asked(&server)[before..]
            .iter()
            .all(|one| !one.starts_with("PUT"))
    );
}

#[test]
fn a_request_that_is_shown_says_what_the_words_mean() {
    let server = v2();
    let line = "explain update_user carla --secondary_groups +staff --folder -/in --bucket b --storage s3 --access_secret x";
    let ran = run(&server, line);
    assert_eq!(ran.code, 0, "{ran:?}");
    for row in [
        [
            "groups",
            r#"+ {"name":"staff","type":2}"#,
            "added to the list",
        ],
        ["virtual_folders", "- /in", "removed from the list"],
        ["filesystem.s3config.bucket", r#""b""#, "body: "],
        ["filesystem.s3config.access_secret", "********", "body: "],
    ] {
        assert!(ran.out.lines().any(|line| has_parts(line, &row)), "{ran:?}");
    }
    let dry = run(
        &server,
        "--dry-run update_user carla --allowed_ip +192.0.2.0/24",
    );
    assert!(
        dry.out.contains(r#"["192.0.2.0/24"]"#) || dry.out.contains("\"192.0.2.0/24\""),
        "{dry:?}"
    );
    assert!(
        dry.err.contains(
            "warning: this request has only the items that are added to `filters.allowed_ip`; `update_user` keeps the others\n"
        ),
        "{dry:?}"
    );
}

/// Whether a line has these parts, one after the other.
fn has_parts(line: &str, parts: &[&str]) -> bool {
    let mut rest = line;
    parts.iter().all(|part| {
        let after = rest.split_once(part).map(|(_, after)| after);
        rest = after.unwrap_or_default();
        after.is_some()
    })
}

#[test]
fn the_words_are_columns_of_add_users() {
    let server = v2();
    let sheet = "username,home_dir,permissions,password,group,secondary_groups,folder,allowed_ip,storage,bucket,region,access_key,access_secret,is_anonymous\n\
                 ada,/srv/ada,*,pw,staff,partners,/in=invoices /s=shared,192.0.2.0/24 198.51.100.7/32,s3,b,eu,k,hidden1,\n\
                 bob,/srv/bob,*,pw,,,,,,,,,,off\n";
    let ran = of(Run::at(&server, &words("add_users --from u.csv")))
        .file("u.csv", sheet)
        .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!format!("{ran:?}").contains("hidden1"), "{ran:?}");
    let ada = object(&server, "users/ada");
    assert_eq!(
        brief(&ada["groups"], &["name", "type"]),
        json!([["staff", 1], ["partners", 2]])
    );
    assert_eq!(
        brief(&ada["virtual_folders"], &["virtual_path", "name"]),
        json!([["/in", "invoices"], ["/s", "shared"]])
    );
    assert_eq!(
        ada["filters"]["allowed_ip"],
        json!(["192.0.2.0/24", "198.51.100.7/32"])
    );
    assert_eq!(ada["filesystem"]["s3config"]["bucket"], "b");
    assert_eq!(
        ada["filesystem"]["s3config"]["access_secret"]["status"],
        "Secretbox"
    );
    // In an update they edit the lists that are there.
    let edits = "username,secondary_groups,allowed_ip\nada,-partners,+203.0.113.0/24\n";
    let ran = of(Run::at(
        &server,
        &words("add_users --from u.csv --update-existing"),
    ))
    .file("u.csv", edits)
    .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut expected = ada;
    expected["groups"] = json!([expected["groups"][0]]);
    expected["filters"]["allowed_ip"] =
        json!(["192.0.2.0/24", "198.51.100.7/32", "203.0.113.0/24"]);
    assert_eq!(object(&server, "users/ada"), expected);
    // A template has them as well, and a row is checked by them.
    let ran = of(Run::at(&server, &words("add_users --from u.ndjson --template t.json")))
        .file("u.ndjson", "{\"username\":\"cleo\",\"password\":\"pw\"}\n{\"username\":\"dan\",\"folder\":[\"x\"]}\n")
        .file("t.json", r#"{"home_dir":"/srv/{username}","permissions":["*"],"group":["staff"],"storage":"crypt","passphrase":"@hidden1-Zt7vQ0pXk3mLr9sW2yUb5cFa8dGe4hJn","denied_protocols":["FTP"]}"#)
        .go();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.err
            .contains("user `dan`: `folder` must be `/PATH=FOLDER`"),
        "{ran:?}"
    );
    let ran = of(Run::at(&server, &words("add_users --from u.ndjson --template t.json")))
        .file("u.ndjson", "{\"username\":\"cleo\",\"password\":\"pw\"}\n")
        .file("t.json", r#"{"home_dir":"/srv/{username}","permissions":["*"],"group":["staff"],"storage":"crypt","passphrase":"@hidden1-Zt7vQ0pXk3mLr9sW2yUb5cFa8dGe4hJn","denied_protocols":["FTP"]}"#)
        .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let cleo = object(&server, "users/cleo");
    assert_eq!(
        brief(&cleo["groups"], &["name", "type"]),
        json!([["staff", 1]])
    );
    assert_eq!(cleo["filesystem"]["provider"], 4);
    assert_eq!(cleo["filters"]["denied_protocols"], json!(["FTP"]));
}

/// What the server itself sets, and what it does not tell.
fn without_own(users: &str) -> Vec<Json> {
    let users: Json = serde_json::from_str(users).expect("JSON");
    let users = users.as_array().cloned().expect("a list").into_iter();
    let users = users.map(|mut user| {
        let members = user.as_object_mut().expect("a user");
        members.retain(|key, _| {
            let is_own =
                key.starts_with("used_") || key.starts_with("last_") || key.starts_with("first_");
            !is_own && !["id", "created_at", "updated_at", "has_password"].contains(&key.as_str())
        });
        for folder in members
            .get_mut("virtual_folders")
            .and_then(Json::as_array_mut)
            .into_iter()
            .flatten()
        {
            folder.as_object_mut().expect("a folder").retain(|key, _| {
                ["name", "virtual_path", "quota_size", "quota_files"].contains(&key.as_str())
            });
        }
        // A key cannot be copied.
        for config in ["s3config", "cryptconfig"] {
            if let Some(config) = user["filesystem"]
                .get_mut(config)
                .and_then(Json::as_object_mut)
            {
                config.retain(|key, _| {
                    !["access_secret", "access_key", "passphrase"].contains(&key.as_str())
                });
            }
        }
        for own in ["totp_config", "recovery_codes"] {
            user["filters"]
                .as_object_mut()
                .expect("filters")
                .shift_remove(own);
        }
        user
    });
    users.collect()
}

#[test]
fn what_get_users_prints_goes_in_again() {
    for (file, show) in [
        ("u.json", "get_users --all"),
        ("u.ndjson", "get_users --all --jq '.[]' --output compact"),
        ("u.ndjson", "get_users --all --output ndjson"),
        (
            "u.csv",
            "get_users --all --output csv --columns username,status,home_dir,permissions,public_keys,groups,virtual_folders,\
             filters,filesystem,quota_size,quota_files,total_data_transfer,max_sessions,uid,gid,expiration_date,email,description,role,\
             upload_bandwidth,download_bandwidth,additional_info,used_quota_size,last_login",
        ),
    ] {
        let server = v2();
        // Without secrets, which no answer has.
        does(&server, "update_user backup --storage local");
        let before = run(&server, "get_users --all").out;
        let shown = run(&server, show).out;
        let names = "anna.nowak backup carla jürgen press webdeploy";
        let ran = run(&server, &format!("delete_user {names} --yes"));
        assert_eq!(ran.code, 0, "{ran:?}");
        let ran = of(Run::at(
            &server,
            &words(&format!("add_users --from {file}")),
        ))
        .file(file, &shown)
        .go();
        assert_eq!(ran.code, 0, "{file}: {ran:?}");
        let after = run(&server, "get_users --all").out;
        assert_eq!(without_own(&after), without_own(&before), "{file}");
    }
}

#[test]
fn help_has_a_page_for_each_part() {
    let ran = Run::new(&words("--api v2 help add_user")).go();
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(!ran.out.contains("S3 secret key"), "{ran:?}");
    assert!(
        lines.contains(&"storage: `help add_user storage` describes them"),
        "{ran:?}"
    );
    let ran = Run::new(&words("--api v2 help add_user storage")).go();
    for backend in ["s3", "gcs", "azure", "crypt", "sftp", "http"] {
        assert!(
            ran.out.contains(&format!("\n--storage {backend}\n")),
            "{ran:?}"
        );
    }
    Run::new(&words("--api v2 help add_user conditions"))
        .go()
        .is(
            2,
            "",
            "error: `help add_user` has no such part\n\
         hint: `help add_user restrictions` or `help add_user storage` describes a part\n",
        );
}

#[test]
fn a_secret_is_asked_for_at_a_terminal_only() {
    let server = v2();
    let line = "update_user backup --access_secret";
    let ran = of(Run::at(&server, &PIPED)).input(format!("{line}\n")).go();
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("--access_secret $env.NAME"), "{ran:?}");
    assert_eq!(asked(&server), [""; 0]);
}
