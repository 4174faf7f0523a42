//! What Tab offers, line by line.

use super::*;
use crate::catalog::Release;
use serde_json::json;

fn texts(line: &str) -> Vec<String> {
    let mut cache = CompletionCache::default();
    let api = &catalog::APIS[0];
    let users = json!([{"id": 7, "username": "a b"}, {"id": 71, "username": "bob"}]);
    cache.learn_names(api, Live::UserId, "id", &users);
    let connections = json!([{"connection_id": "c1", "username": "bob"}]);
    cache.learn_names(api, Live::ConnectionId, "connection_id", &connections);
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
        ("ADD|", &["add_user", "add_users"]),
        (
            "ota_sc|",
            &["get_quota_scans", "start_quota_scan", "quota_scan_all"],
        ),
        ("gqs|", &["get_quota_scans "]),
        // Not any letters in order: the word that replaces it must be near.
        ("gtusr|", &[]),
        ("get_users --mit|", &["get_users --limit "]),
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
                "get_users --output auto",
                "get_users --output json",
                "get_users --output compact",
                "get_users --output ndjson",
                "get_users --output table",
                "get_users --output csv",
                "get_users --output tsv",
                "get_users --output raw",
            ],
        ),
        ("get_users --echo onl|", &["get_users --echo only "]),
        ("get_users --l|", &["get_users --limit "]),
        ("explain get_users --ou|", &["explain get_users --output "]),
        ("add_users --dry|", &["add_users --dry-run "]),
        ("add_users --skip_|", &["add_users --skip-existing "]),
        ("nosuch |", &[]),
        ("last --output co|", &["last --output compact "]),
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
    let newest = catalog::api("v2").expect("a generation");
    let mut cache = CompletionCache::default();
    cache.learn_names(
        newest,
        Live::Username,
        "username",
        &json!([{"username": "bob"}]),
    );
    cache.learn_names(newest, Live::Group, "name", &json!({"name": "devs"}));
    cache.learn_names(
        newest,
        Live::Role,
        "name",
        &json!([{"name": "eu"}, {"name": "us"}]),
    );
    let texts = |line: &str, api| -> Vec<String> {
        let (start, found) = complete(line, line.len(), api, &cache);
        let text = |candidate: Candidate| format!("{}{}", &line[..start], candidate.text);
        found.into_iter().map(text).collect()
    };
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
    let roles = texts("add_user x --set role", older);
    assert!(
        roles.iter().all(|text| !text.ends_with(" role=")),
        "{roles:?}"
    );
}

#[test]
fn a_field_is_found_by_a_part_of_its_path() {
    let v2 = catalog::api("v2").expect("a generation");
    let line = "add_user x --set start_dir";
    let (start, found) = complete(line, line.len(), v2, &CompletionCache::default());
    assert_eq!((&line[start..], found.len()), ("start_dir", 1));
    assert_eq!(found[0].text, "filters.start_directory=");
    assert!(!found[0].about.is_empty());
}

#[test]
fn several_hits_that_do_not_begin_so_leave_the_typed_word() {
    let v2 = catalog::api("v2").expect("a generation");
    let mut cache = CompletionCache::default();
    let users = json!([
        {"username": "user149"}, {"username": "user249"}, {"username": "my group"}, {"username": "my guests"}
    ]);
    cache.learn_names(v2, Live::Username, "username", &users);
    let shared = |line: &str| offer(line, line.len(), v2, &cache).complete();
    let found = shared("delete_user 49");
    assert_eq!((found.candidates.len(), found.shared.as_str()), (2, "49"));
    // The quote stays open where more is to come.
    assert_eq!(shared("delete_user m").shared, "'my g");
    assert_eq!(shared("delete_user 'my").shared, "'my g");
    assert_eq!(shared("delete_user u").shared, "user");
    assert_eq!(shared("delete_user ").shared, "");
    assert_eq!(found.live, Some(Live::Username));
}

#[test]
fn values_that_begin_with_a_dash_are_not_flags() {
    let v2 = catalog::api("v2").expect("a generation");
    let mut cache = CompletionCache::default();
    let users = json!([{"username": "-rf"}, {"username": "-o x"}, {"username": "bob"}]);
    cache.learn_names(v2, Live::Username, "username", &users);
    let names = json!([{"name": "-a"}, {"name": "-b c"}, {"name": "eu"}]);
    for live in [Live::Role, Live::Group] {
        cache.learn_names(v2, live, "name", &names);
    }
    let tab = |line: &str| {
        let (start, found) = complete(line, line.len(), v2, &cache);
        let line = |one: Candidate| format!("{}{}", &line[..start], one.text);
        found.into_iter().map(line).collect::<Vec<_>>()
    };
    for (line, expected) in [
        ("delete_user -r", &["delete_user -- -rf "][..]),
        ("delete_user -- -o", &["delete_user -- '-o x' "]),
        (
            "add_user x --role ",
            &[
                "add_user x --role=-a",
                "add_user x --role='-b c'",
                "add_user x --role eu",
            ],
        ),
        ("add_user x --role -b", &["add_user x --role='-b c' "]),
        ("add_user x --role=-b", &["add_user x --role='-b c' "]),
        ("add_user x --role  e", &["add_user x --role  eu "]),
        (
            "add_user x --role --quota_s",
            &["add_user x --role --quota_size "],
        ),
    ] {
        assert_eq!(tab(line), expected, "{line}");
    }
    let both = tab("delete_user -");
    assert!(
        both.contains(&"delete_user -- '-o x'".to_owned()),
        "{both:?}"
    );
    assert!(both.contains(&"delete_user --where".to_owned()), "{both:?}");
    let offered = |line: &str| offer(line, line.len(), v2, &cache).live;
    assert_eq!(offered("delete_user -"), None);
    assert_eq!(offered("add_user x --role -"), Some(Live::Role));
    assert_eq!(offered("add_user x --role --"), None);
}

#[test]
fn names_that_no_line_shows_are_written_as_escapes() {
    let v2 = catalog::api("v2").expect("a generation");
    let mut cache = CompletionCache::default();
    let names = ["x\u{1b}[2J", "x\ny", "x'\u{202e}", "a b\u{7}", "a bc"];
    let users: Vec<_> = names.iter().map(|name| json!({"username": name})).collect();
    cache.learn_names(v2, Live::Username, "username", &json!(users));
    for before in ["delete_user ", "get_users; delete_user '", "delete_user $'"] {
        for word in ["", "x", "a"] {
            let line = format!("{before}{word}");
            let found = offer(&line, line.len(), v2, &cache).complete();
            assert!(!found.shared.contains(crate::text::clean::is_unsafe));
            for one in &found.candidates {
                let whole = format!("{}{}", &line[..found.start], one.text);
                let is_clean = |text: &str| !text.contains(crate::text::clean::is_unsafe);
                assert!(is_clean(&one.shown) && is_clean(&whole), "{whole:?}");
                let last = lex(&whole)
                    .commands
                    .last()
                    .and_then(|words| words.last().cloned());
                let name = last.expect("a word").text();
                assert!(names.contains(&name.as_str()), "{whole}");
            }
            let fit = names.iter().filter(|name| name.starts_with(word)).count();
            assert_eq!(found.candidates.len(), fit, "{line}");
        }
    }
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

#[test]
fn columns_are_completed_step_by_step() {
    let v2 = catalog::api("v2").unwrap();
    let mut cache = CompletionCache::default();
    let texts = |line: &str, cache: &CompletionCache| {
        let (_, found) = complete(line, line.len(), v2, cache);
        let texts = found.into_iter().map(|one| one.text);
        texts.collect::<Vec<_>>().join("|")
    };
    for (line, expected) in [
        ("get_users --columns usern", "username "),
        (
            "get_users --columns username,quota_s",
            "username,quota_size ",
        ),
        ("get_users --columns=+ema", "+email "),
        ("get_users --columns username,usern", ""),
        ("get_users --columns filt", "filters."),
        (
            "get_users --columns filters.allo",
            "filters.allowed_ip|filters.allow_api_key_auth",
        ),
        ("get_users --columns gro", "groups|groups."),
        (
            "get_users --columns email,groups.",
            "email,groups.name|email,groups.type",
        ),
        (
            "get_users --columns password",
            "has_password|last_password_change",
        ),
        (
            "get_users --columns filesystem.s3config.access_",
            "filesystem.s3config.access_key ",
        ),
        ("get_users --columns nothing.", ""),
        ("get_users --columns username.", ""),
        ("get_folders --columns mapped", "mapped_path "),
        ("get_status --columns a", ""),
        ("last --columns usern", ""),
    ] {
        assert_eq!(texts(line, &cache), expected, "{line}");
    }
    cache.know_answer(Some("User"));
    assert_eq!(texts("last --columns usern", &cache), "username ");
}
