//! Where values come from: files, the name in `--json`; and which are refused, cleared or
//! the same already.

use crate::support::{Ran, Run, empty_v2, v2, words};
use serde_json::{Value as Json, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn run(server: &Practice, line: &str) -> Run {
    let run = Run::at(server, &words(line)).env("SFTPGO_SHELL_OUTPUT", "compact");
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

/// The body that a line would send.
fn shown(run: Run) -> Json {
    let ran = run.go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (_, body) = ran.out.split_once("\n\n").expect("a body");
    serde_json::from_str(body).expect("JSON")
}

fn writes(server: &Practice) -> usize {
    let all = server.seen();
    let is_write = |method: &str| matches!(method, "PUT" | "POST");
    all.iter()
        .filter(|seen| is_write(seen.method.as_str()))
        .count()
}

fn refused(ran: &Ran, said: &str) {
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert!(ran.err.starts_with(said), "{}\nis not\n{said}", ran.err);
}

const KEYS: &str = "# of the office\n\nssh-ed25519 AAAA one\r\n  ssh-rsa BBBB two\n#x\n";

#[test]
fn values_are_read_from_files() {
    let server = v2();
    let both = json!(["ssh-ed25519 AAAA one", "ssh-rsa BBBB two"]);
    for (line, expected) in [
        ("--public_keys @k", json!({"public_keys": both})),
        ("--set public_keys=@k", json!({"public_keys": both})),
        (
            "--public_keys 'ssh-rsa CCCC x' @k",
            json!({"public_keys": ["ssh-rsa CCCC x", both[0], both[1]]}),
        ),
        (
            "--set filters.allowed_ip=@ips",
            json!({"filters": {"allowed_ip": ["192.0.2.4/32", "2001:db8::/48"]}}),
        ),
        (
            "--set filters.allowed_ip=@ips.json",
            json!({"filters": {"allowed_ip": ["198.51.100.1/32"]}}),
        ),
        (
            "--set description=@text",
            json!({"description": "@two\nlines\n"}),
        ),
        (
            "--set description=@word additional_info=@@word",
            json!({"description": "null", "additional_info": "@word"}),
        ),
        ("--public_keys @@k", json!({"public_keys": ["@k"]})),
        (
            "--set quota_files=@number filesystem.provider=@provider",
            json!({"quota_files": 12, "filesystem": {"provider": 5}}),
        ),
        (
            "--set filters.hooks=@hooks",
            json!({"filters": {"hooks": {"pre_login_disabled": true}}}),
        ),
    ] {
        let run = run(
            &server,
            &format!("--dry-run --quiet update_user press {line}"),
        )
        .file("k", KEYS)
        .file(
            "ips",
            "192.0.2.4/32\n# later: 192.0.2.5/32\n2001:db8::/48\n",
        )
        .file("ips.json", "[\"198.51.100.1/32\"]\n")
        .file("text", "@two\nlines\n")
        .file("word", "null\n")
        .file("number", "12\n")
        .file("provider", "sftp\n")
        .file("hooks", "\u{feff}{\"pre_login_disabled\": true}\n");
        assert_eq!(shown(run), expected, "{line}");
    }
    // In a command file, and on API v1 and 2019.
    let file = run(&server, "--dry-run --quiet --file f")
        .file("f", "update_user press --public_keys @k\n")
        .file("k", KEYS);
    assert_eq!(shown(file), json!({"public_keys": both}));
    let one = Run::new(&words(
        "--api 1.2.2 --dry-run --quiet add_user jo --public_keys @k",
    ))
    .file("k", KEYS);
    assert_eq!(shown(one)["public_keys"], both);
    let old = Run::new(&words(
        "--api 2019 --dry-run --quiet add_user jo --public_key @k",
    ))
    .file("k", KEYS);
    assert_eq!(shown(old)["public_key"], both);
}

#[test]
fn errors_in_files_name_the_flag() {
    let server = v2();
    let utf16: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (line, code, said) in [
        (
            "--set virtual_folders=@k",
            2,
            "error: `--set virtual_folders` expects JSON, and `k` is not JSON: ",
        ),
        (
            "--json @k",
            2,
            "error: `--json` expects JSON, and `k` is not JSON: ",
        ),
        (
            "--public_keys @ssh2",
            2,
            "error: `ssh2` is a key in SSH2 format\nhint: `ssh-keygen -i -f ssh2` converts it to OpenSSH format\n",
        ),
        (
            "--set public_keys=@private",
            2,
            "error: `private` is a private key; the server needs the public key\n\
             hint: `ssh-keygen -y -f private` prints the public key\n",
        ),
        (
            "--public_keys '---- BEGIN SSH2 PUBLIC KEY ----'",
            2,
            "error: this is a key in SSH2 format\nhint: `ssh-keygen -i -f FILE` converts it to OpenSSH format\n",
        ),
        (
            "--public_keys @nowhere",
            1,
            "error: cannot read `nowhere`: no such file or directory\n",
        ),
        (
            "--json @wide",
            1,
            "error: cannot read `wide`: the file is UTF-16\nhint: save it as UTF-8\n",
        ),
        (
            "--set description=@wide",
            1,
            "error: cannot read `wide`: the file is UTF-16\nhint: save it as UTF-8\n",
        ),
        (
            "--set groups=staff",
            2,
            "error: `groups` must be a JSON list; this is `staff`\n\
             hint: for example `groups='[{\"name\":\"…\",\"type\":\"primary\"}]'`\n",
        ),
    ] {
        let ran = run(&server, &format!("update_user press {line}"))
            .file("k", KEYS)
            .file(
                "ssh2",
                "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n",
            )
            .file("private", "-----BEGIN OPENSSH PRIVATE KEY-----\nxx\n")
            .file("wide", &utf16)
            .go();
        assert_eq!(ran.code, code, "{line}: {}", ran.err);
        assert!(ran.err.starts_with(said), "{line}: {}", ran.err);
    }
    assert_eq!(writes(&server), 0);
}

#[test]
fn null_clears_a_secret() {
    let server = v2();
    let secret = |server: &Practice| -> Json {
        let ran = run(server, "get_user_by_username press").go();
        let user: Json = serde_json::from_str(&ran.out).expect("JSON");
        user["filesystem"]["httpconfig"]["api_key"].clone()
    };
    let set = "update_user press --set filesystem.provider=http filesystem.httpconfig.endpoint=http://192.0.2.1 \
               filesystem.httpconfig.api_key=sesame";
    assert_eq!(run(&server, set).go().code, 0);
    assert_eq!(secret(&server)["status"], "Secretbox");
    let clear = "update_user press --set filesystem.httpconfig.api_key=null";
    assert_eq!(
        shown(run(&server, &format!("--dry-run --quiet {clear}"))),
        json!({"filesystem": {"httpconfig": {"api_key": null}}})
    );
    run(&server, clear)
        .go()
        .is(0, "{\"message\":\"User updated\"}\n", "");
    assert!(secret(&server).get("payload").is_none());
    run(&server, clear).go().is(
        0,
        "",
        "nothing was sent: the server already has these values\n",
    );
    // On API v1 a secret is a text, which `null` would leave as it is.
    let old = Run::new(&words(
        "--api 1.2.2 --dry-run --quiet update_user 4 --set filesystem.s3config.access_secret=null",
    ));
    assert_eq!(
        shown(old),
        json!({"filesystem": {"s3config": {"access_secret": ""}}})
    );
    for value in ["", "{}"] {
        let ran = run(
            &server,
            &format!("update_user press --set filesystem.httpconfig.api_key={value}"),
        )
        .go();
        refused(
            &ran,
            "error: `filesystem.httpconfig.api_key` needs a value\n",
        );
        assert!(
            ran.err
                .contains("`filesystem.httpconfig.api_key=null` clears it"),
            "{}",
            ran.err
        );
    }
    let ran = run(&server, "update_user press --set password=null").go();
    refused(&ran, "error: `password` cannot be cleared: ");
}

#[test]
fn empty_values_of_unset_fields_are_not_sent() {
    let server = v2();
    for line in [
        "update_user press --upload_bandwidth 0",
        "update_user press --expiration_date 0 --email= --additional_info= --role=",
        "update_user press --set public_keys=[] virtual_folders=[] groups=[] filters.denied_protocols=[]",
        "update_user press --set filters.max_upload_file_size=0 filters.allow_api_key_auth=false filters.hooks={}",
        "update_user press --set filesystem.s3config.bucket= filesystem.osconfig={}",
        "update_user press --json '{\"filters\":{\"bandwidth_limits\":[],\"user_type\":\"\"},\"total_data_transfer\":0}'",
        "update_folder invoices --description=",
        "update_group staff --set user_settings.filters.max_upload_file_size=0",
    ] {
        let before = writes(&server);
        let ran = run(&server, line).go();
        assert_eq!(
            (ran.code, ran.err.as_str()),
            (0, "nothing was sent: the server already has these values\n"),
            "{line}"
        );
        assert_eq!(writes(&server), before, "{line}");
    }
    // What is there is set to nothing once.
    let line = "update_user backup --upload_bandwidth 0";
    run(&server, line)
        .go()
        .is(0, "{\"message\":\"User updated\"}\n", "");
    run(&server, line).go().is(
        0,
        "",
        "nothing was sent: the server already has these values\n",
    );
}

#[test]
fn a_sealed_secret_stays_with_its_object() {
    let server = v2();
    let of = |status: &str, name: &str| {
        format!(
            "'{{\"status\":\"{status}\",\"payload\":\"AAAA\",\"key\":\"BBBB\",\"additional_data\":\"{name}\"}}'"
        )
    };
    for (line, path) in [
        (
            "add_user nora --home_dir /n --permissions list --set",
            "filesystem.s3config.access_secret",
        ),
        ("update_user press --set", "filesystem.sftpconfig.password"),
        ("add_folder plans --set", "filesystem.gcsconfig.credentials"),
        (
            "update_folder shared --set",
            "filesystem.cryptconfig.passphrase",
        ),
        (
            "add_group crew --set",
            "user_settings.filesystem.azblobconfig.account_key",
        ),
    ] {
        for status in ["Secretbox", "AES-256-GCM", "AWS", "GCP", "VaultTransit"] {
            let ran = run(&server, &format!("{line} {path}={}", of(status, "alice"))).go();
            refused(
                &ran,
                &format!("error: `{path}` cannot be used: it is encrypted for `alice`, not for `"),
            );
            assert!(!ran.err.contains("AAAA"), "{}", ran.err);
        }
    }
    assert_eq!(writes(&server), 0);
    // Its own is accepted, as `--confidential_data` shows it.
    let own = format!(
        "--dry-run --quiet add_user nora --set filesystem.s3config.access_secret={}",
        of("Secretbox", "nora")
    );
    assert_eq!(run(&server, &own).go().code, 0);
    // What the server shows of an object goes back to it, and to no other.
    let backup = run(&server, "get_user_by_username backup").go().out;
    run(&server, "update_user backup --json @user.json")
        .file("user.json", &backup)
        .go()
        .is(
            0,
            "",
            "nothing was sent: the server already has these values\n",
        );
    let other = backup.replace("\"username\":\"backup\"", "\"username\":\"press\"");
    let ran = run(&server, "update_user press --json @user.json")
        .file("user.json", &other)
        .go();
    refused(
        &ran,
        "error: `filesystem.s3config.access_secret` cannot be used: it is encrypted, and is not the secret of this object\n",
    );
    let ran = run(&server, "add_user --json @user.json")
        .file(
            "user.json",
            backup.replace("\"username\":\"backup\"", "\"username\":\"copy\""),
        )
        .go();
    refused(
        &ran,
        "error: `filesystem.s3config.access_secret` cannot be used: it is encrypted, and its key is missing\n",
    );
    assert_eq!(writes(&server), 0);
}

#[test]
fn the_name_can_be_given_in_json() {
    let server = v2();
    for (line, json, reader) in [
        (
            "add_user --json",
            r#"{"username":"cloudy","home_dir":"/srv/c","permissions":{"/":["*"]},"password":"p of cloudy"}"#,
            "get_user_by_username cloudy",
        ),
        (
            "add_group --json",
            r#"{"name":"crew"}"#,
            "get_group_by_name crew",
        ),
        (
            "add_folder --json",
            r#"{"name":"plans","mapped_path":"/srv/plans"}"#,
            "get_folder_by_name plans",
        ),
        (
            "add_role --json",
            r#"{"name":"porter"}"#,
            "get_role_by_name porter",
        ),
        (
            "add_admin --password 'a long pass phrase' --json",
            r#"{"username":"deputy","permissions":["view_users"],"status":1}"#,
            "get_admin_by_username deputy",
        ),
    ] {
        let ran = run(&server, &format!("{line} @o.json"))
            .file("o.json", json)
            .go();
        assert_eq!(ran.code, 0, "{line}: {}", ran.err);
        assert_eq!(run(&server, reader).go().code, 0, "{reader}");
        // The line, too.
        let ran = run(&server, &format!("{line} '{json}'")).go();
        assert_eq!(ran.code, 4, "it is there: {}", ran.err);
    }
    let before = writes(&server);
    for (line, said) in [
        (
            "add_user bob --json @o.json",
            "error: `USERNAME` is `bob`, but `username` in `--json` is `cloudy`\nhint: leave `USERNAME` out, or correct one of them\n",
        ),
        (
            "update_user press --json '{\"username\":\"cloudy\"}'",
            "error: `USERNAME` is `press`, but `username` in `--json` is `cloudy`\n",
        ),
        (
            "add_role x --json '{\"name\":\"y\"}'",
            "error: `NAME` is `x`, but `name` in `--json` is `y`\n",
        ),
        (
            "add_user --json '{\"uid\":5}'",
            "error: `USERNAME` is missing, and `--json` has no `username` either\n",
        ),
        ("add_user --uid 5", "error: `USERNAME` is missing\n"),
    ] {
        let ran = run(&server, line)
            .file("o.json", r#"{"username":"cloudy"}"#)
            .go();
        refused(&ran, said);
    }
    assert_eq!(writes(&server), before);
    // The hint after a failure has the name.
    let ran = run(&server, "add_user --json @o.json")
        .file("o.json", r#"{"username":"press","home_dir":"/p"}"#)
        .go();
    assert!(ran.code == 4, "{}", ran.err);
}

#[test]
fn all_errors_of_a_line_are_reported() {
    let server = v2();
    run(
        &server,
        "update_user press --json '{\"udi\":1,\"gid\":\"x\",\"filters\":{\"hook\":{}}}' --set quota_files=many status=on",
    )
    .go()
    .is(
        2,
        "",
        "error: unknown field `udi`\nhint: did you mean `uid`?\n\
         error: `gid` must be a whole number; this is a string\n\
         error: unknown field `filters.hook`\nhint: did you mean `filters.hooks`?\n\
         error: `quota_files` must be a whole number; this is `many`\n\
         error: `status` must be one of `disabled`, `enabled`; this is `on`\n",
    );
}

#[test]
fn switches_and_waits_take_a_value_after_a_blank() {
    let server = v2();
    for line in [
        "quota_scan_all --wait off",
        "quota_scan_all --with-quota on",
        "update_admin_profile --allow_api_key_auth on",
        "update_admin admin --allow_api_key_auth off",
        "update_admin --allow_api_key_auth on admin",
        "update_user press --disconnect off --uid 8",
    ] {
        let ran = run(&server, line).go();
        assert_eq!(ran.code, 0, "{line}: {}", ran.err);
    }
    // One of the sample scans never ends.
    let ran = run(&server, "quota_scan_all --wait 60ms").go();
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.out.ends_with("\"waited\":false}\n")
            && ran.err.contains(
                " still running after the wait\nhint: `get_users_quota_scans` lists them\n"
            ),
        "{}{}",
        ran.out,
        ran.err
    );
    for line in ["quota_scan_all --wait 20s", "quota_scan_all --wait"] {
        assert_eq!(run(&empty_v2(), line).go().code, 0, "{line}");
    }
    let ran = run(&server, "quota_scan_all --wait 5x").go();
    refused(&ran, "error: `--wait` expects a duration such as `90s`");
    let ran = run(&server, "delete_defender_host_by_id 192.0.2.1").go();
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            4,
            "error: `delete_defender_host_by_id`: the server answered 400: this is not the id of a host\n\
             hint: `get_defender_hosts` lists the hosts with their ids; an address is not an id\n"
        )
    );
}

/// What begins with `@` is the name of a file, and shown; with `@@` it is the value itself.
#[test]
fn a_secret_that_begins_with_an_at_sign_is_masked() {
    let server = v2();
    let run = run(&server, "--file f").file(
        "f",
        "update_user press --set filesystem.s3config.access_secret=@@sesame --uid x\n",
    );
    let ran = run.go();
    assert!(ran.code == 2 && !ran.err.contains("sesame"), "{}", ran.err);
    let ran = Run::at(
        &server,
        &words(
            "--api v2 explain update_user press --set filesystem.s3config.access_secret=@@sesame",
        ),
    )
    .go();
    assert!(
        !ran.out.contains("sesame") && !ran.err.contains("sesame"),
        "{}{}",
        ran.out,
        ran.err
    );
}
