//! What Tab offers, line by line.

use super::*;
use serde_json::json;

fn texts(line: &str) -> Vec<String> {
    let mut cache = CompletionCache::default();
    cache.learn(&json!([{"id": 7, "username": "a b"}, {"id": 71, "username": "bob"}]));
    cache.learn(&json!([{"connection_id": "c1", "username": "bob"}]));
    cache.know_variables(vec!["home".to_owned()]);
    let cursor = line.find('|').unwrap();
    let line = line.replace('|', "");
    let (start, found) = complete(&line, cursor, &catalog::APIS[0], &cache);
    found
        .into_iter()
        .map(|candidate| format!("{}{}", &line[..start], candidate.text))
        .collect()
}

#[test]
fn file_names_are_completed() {
    let list = |typed: &str| {
        let all = ["k.pem", "my users.csv", "sub/"];
        let begin = all.iter().filter(|file| file.starts_with(typed));
        begin.map(|file| (*file).to_owned()).collect()
    };
    let cache = CompletionCache::default().listing_files_by(list);
    let v2 = catalog::api("v2").unwrap();
    for (line, expected) in [
        ("source k", &["k.pem "][..]),
        ("source ", &["k.pem", "'my users.csv'", "sub/"]),
        ("add_users --from m", &["'my users.csv' "]),
        ("add_users --from=s", &["sub/"]),
        ("add_user a --json @k", &["@k.pem "]),
        ("add_user a --json k", &["k.pem "]),
        ("add_user a --json {", &[]),
        (
            "add_user a --set filesystem.s3config.access_secret=@k",
            &["filesystem.s3config.access_secret=@k.pem "],
        ),
        ("add_user a --set description=@k", &[]),
    ] {
        let (_, found) = complete(line, line.len(), v2, &cache);
        let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(texts, expected, "{line}");
    }
}

#[test]
fn tab_candidates() {
    let cases: &[(&str, &[&str])] = &[
        ("close|", &["close_sftp_connection "]),
        ("ADD|", &[]),
        ("close-s|", &["close_sftp_connection "]),
        ("get_user|", &["get_user_by_id", "get_users"]),
        ("get_users --or|", &["get_users --order "]),
        (
            "get_users --order |",
            &["get_users --order ASC", "get_users --order DESC"],
        ),
        ("get_users --order=D|", &["get_users --order=DESC "]),
        ("get_users --order D| x", &["get_users --order DESC"]),
        ("get_users --limit 1 --limi|", &[]),
        ("get_users; get_q|", &["get_users; get_quota_scans "]),
        ("get_users;|", &[]),
        (
            "get_user_by_id |",
            &["get_user_by_id 7", "get_user_by_id 71"],
        ),
        ("update_user 7 b|", &["update_user 7 bob "]),
        ("start_quota_scan a|", &["start_quota_scan 'a b' "]),
        ("start_quota_scan 'a|", &["start_quota_scan 'a b' "]),
        ("close_sftp_connection |", &["close_sftp_connection c1 "]),
        ("explain close|", &["explain close_sftp_connection "]),
        ("explain get_users --of|", &["explain get_users --offset "]),
        (
            "python sftpgo_api_cli.py --deb|",
            &["python sftpgo_api_cli.py --debug "],
        ),
        ("--debug get_qu|", &["--debug get_quota_scans "]),
        ("set timeo|", &["set timeout "]),
        (
            "set echo o|",
            &["set echo off", "set echo on", "set echo only"],
        ),
        ("--echo onl|", &["--echo only "]),
        ("--echo only get_v|", &[]),
        ("--echo only get_qu|", &["--echo only get_quota_scans "]),
        ("--debug o|", &["--debug on", "--debug off"]),
        (
            "add_user x --password |",
            &["add_user x --password --home_dir"],
        ),
        ("get_users # |", &[]),
        ("get_users --ou|", &["get_users --output "]),
        ("get_users --read_|", &["get_users --read-ahead "]),
        (
            "get_users --output |",
            &[
                "get_users --output json",
                "get_users --output compact",
                "get_users --output ndjson",
                "get_users --output raw",
            ],
        ),
        ("get_users --echo onl|", &["get_users --echo only "]),
        ("get_users --l|", &["get_users --limit "]),
        ("explain get_users --ou|", &["explain get_users --output "]),
        ("add_users --dry|", &["add_users --dry-run "]),
        ("add_users --skip_|", &["add_users --skip-existing "]),
        ("nosuch |", &[]),
        ("last --output c|", &["last --output compact "]),
        ("add_user $i|", &["add_user $id "]),
        ("add_user $e|", &["add_user $env."]),
        ("add_user $ho|", &["add_user $home "]),
    ];
    for (line, expected) in cases {
        let found = texts(line);
        match *expected {
            // A long list: the first is enough.
            [first] if found.len() > 1 => assert_eq!(found[0], *first, "{line}"),
            expected if line.ends_with(";|") => {
                assert!(found.len() > 9 && expected.is_empty(), "{line}");
            }
            expected => assert_eq!(found, expected, "{line}"),
        }
    }
}

#[test]
fn tab_candidates_in_v2() {
    let mut cache = CompletionCache::default();
    cache.learn_names(Live::Username, "username", &json!([{"username": "bob"}]));
    cache.learn_names(Live::Group, "name", &json!({"name": "devs"}));
    cache.learn_names(Live::Role, "name", &json!([{"name": "eu"}, {"name": "us"}]));
    let texts = |line: &str, api| -> Vec<String> {
        let (start, found) = complete(line, line.len(), api, &cache);
        let text = |candidate: Candidate| format!("{}{}", &line[..start], candidate.text);
        found.into_iter().map(text).collect()
    };
    let newest = catalog::api("v2").expect("a generation");
    let cases: &[(&str, &[&str])] = &[
        ("get_user_by_username |", &["get_user_by_username bob "]),
        ("delete_group d|", &["delete_group devs "]),
        (
            "add_user x --role |",
            &["add_user x --role eu", "add_user x --role us"],
        ),
        (
            "add_user x --set filesy|",
            &["add_user x --set filesystem."],
        ),
        (
            "add_user x --set filesystem.s3config.access_|",
            &[
                "add_user x --set filesystem.s3config.access_key=",
                "add_user x --set filesystem.s3config.access_secret=",
            ],
        ),
        (
            "add_user x --set filesystem.provider=s|",
            &[
                "add_user x --set filesystem.provider=s3",
                "add_user x --set filesystem.provider=sftp",
            ],
        ),
        (
            "add_user x --set uid=1 filters.is_an|",
            &["add_user x --set uid=1 filters.is_anonymous="],
        ),
        (
            "add_user x --set=filters.is_anonymous=t|",
            &["add_user x --set=filters.is_anonymous=true "],
        ),
        (
            "add_user x --set virtual_folders[0].quota_s|",
            &["add_user x --set virtual_folders[0].quota_size="],
        ),
        ("add_user x --set used_q|", &[]),
        ("add_user x --status e|", &["add_user x --status enabled "]),
        ("get_ip_list_entries a|", &["get_ip_list_entries allow "]),
        (
            "restore b.json --only users,gr|",
            &["restore b.json --only users,groups "],
        ),
        (
            "add_user x --permissions /in=list,down|",
            &["add_user x --permissions /in=list,download "],
        ),
        (
            "add_admin x --permissions manage_|",
            &[
                "add_admin x --permissions manage_folders",
                "add_admin x --permissions manage_groups",
                "add_admin x --permissions manage_defender",
            ],
        ),
        ("get_ban|", &[]),
        ("edit us|", &["edit user "]),
        ("edit event_r|", &["edit event_rule "]),
        ("edit user |", &["edit user bob "]),
        ("edit update_group d|", &["edit update_group devs "]),
        ("edit user bob --|", &["edit user bob --disconnect "]),
        ("edit user bob --s|", &[]),
        ("edit get|", &[]),
    ];
    for (line, expected) in cases {
        assert_eq!(
            texts(line.trim_end_matches('|'), newest),
            *expected,
            "{line}"
        );
    }
    let older = catalog::at("v2", Release::new(2, 3, 6));
    assert_eq!(texts("get_ban", older), ["get_ban_time "]);
    assert!(texts("get_rol", older).is_empty());
    assert!(texts("add_user x --set role", older).is_empty());
}

#[test]
fn completion_is_fast() {
    let api = catalog::api("v2").expect("a generation");
    let cache = CompletionCache::default();
    for command in catalog::commands(api) {
        let all = complete(
            &format!("{} --set ", command.name),
            command.name.len() + 7,
            api,
            &cache,
        )
        .1;
        let sets = command.params.iter().any(|param| param.kind == Kind::Sets);
        assert_eq!(
            sets,
            all.iter().any(|found| found.text.ends_with(['=', '.'])),
            "{}",
            command.name
        );
    }
}

#[test]
fn a_flag_is_offered_once() {
    let found = texts("get_users --limit 1 |");
    assert_eq!(
        found,
        [
            "get_users --limit 1 --offset",
            "get_users --limit 1 --order",
            "get_users --limit 1 --username",
            "get_users --limit 1 --where",
            "get_users --limit 1 --sort",
            "get_users --limit 1 --columns",
            "get_users --limit 1 --jq",
            "get_users --limit 1 --human"
        ]
    );
}
