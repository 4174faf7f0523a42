//! Lines to requests of the API v1, release by release, without a network.

use crate::requests::{error, in_short};
use crate::support::Run;
use sftpgo_shell::catalog::{Api, Release, at};

fn api(release: &str) -> &'static Api {
    at("v1", Release::named(release).expect("a release"))
}

/// The request that a line makes at each of these releases.
#[track_caller]
fn is(releases: &[&str], line: &str, expected: &str) {
    for release in releases {
        assert_eq!(
            in_short(line, api(release)),
            expected,
            "{line} at {release}"
        );
    }
}

#[track_caller]
fn is_refused(release: &str, line: &str, message: &str) {
    assert_eq!(error(line, api(release)).0, message, "{line} at {release}");
}

const ALL: [&str; 5] = ["0.9.1", "0.9.4", "0.9.5", "1.0.0", "1.2.2"];
const SCANS: [&str; 2] = ["1.0.0", "1.2.2"];

#[test]
fn requests_common_to_all_releases() {
    is(&ALL, "get-connections", "GET /api/v1/connection");
    let close = "DELETE /api/v1/connection/a%2Fb";
    is(&ALL, "close-connection 'a/b'", close);
    is(&ALL, "get-version", "GET /api/v1/version");
    let list = "GET /api/v1/user?limit=100&offset=0&order=ASC&username=";
    is(&ALL, "get-users", list);
    is(&ALL, "get_user_by_id 7", "GET /api/v1/user/7");
    is(&ALL, "delete_user 7", "DELETE /api/v1/user/7");
    let scan = r#"POST /api/v1/quota_scan {"username":"bob"}"#;
    is(&ALL, "start-quota-scan bob", scan);
}

#[test]
fn add_user_in_each_release() {
    // The Python client's line.
    let line = "add-user bob --password p --home-dir /h --uid 33 --max-sessions 2 \
                --permissions list download --public-keys k1 'k 2'";
    let user = |status: &str, permissions: &str| {
        format!(
            r#"POST /api/v1/user {{{status}"username":"bob","home_dir":"/h","uid":33,"max_sessions":2,"permissions":{permissions},"password":"p","public_keys":["k1","k 2"]}}"#
        )
    };
    let (list, map) = (r#"["list","download"]"#, r#"{"/":["list","download"]}"#);
    // The server takes a user without a status for disabled.
    let enabled = r#""status":1,"#;
    is(&["0.9.1"], line, &user("", list));
    is(&["0.9.4"], line, &user(enabled, list));
    is(&["0.9.5", "1.0.0", "1.2.2"], line, &user(enabled, map));
    is(
        &["1.2.2"],
        "add_user bob --status 0 --permissions '*' /in=upload,list --expiration_date 1577836800000",
        r#"POST /api/v1/user {"username":"bob","status":0,"permissions":{"/":["*"],"/in":["upload","list"]},"expiration_date":1577836800000}"#,
    );
}

#[test]
fn fields_without_a_flag_are_set_by_path() {
    let set = "add_user bob --set filesystem.provider=azblob filesystem.azblobconfig.account_key=k \
               virtual_folders='[{\"virtual_path\":\"/v\",\"mapped_path\":\"/m\",\"quota_size\":-1,\"quota_files\":-1}]'";
    is(
        &["1.2.2"],
        set,
        r#"POST /api/v1/user {"status":1,"username":"bob","filesystem":{"provider":3,"azblobconfig":{"account_key":"k"}},"virtual_folders":[{"virtual_path":"/v","mapped_path":"/m","quota_size":-1,"quota_files":-1}]}"#,
    );
    // Secrets are plain texts, no envelopes; credentials of GCS are bytes.
    is(
        &["0.9.6", "1.2.2"],
        "add_user bob --set filesystem.provider=gcs filesystem.gcsconfig.credentials=e30=",
        r#"POST /api/v1/user {"status":1,"username":"bob","filesystem":{"provider":2,"gcsconfig":{"credentials":"e30="}}}"#,
    );
    let (message, hint) = error(
        "add_user bob --set filesystem.gcsconfig.credentials='{}'",
        api("1.2.2"),
    );
    assert_eq!(
        (message.as_str(), hint.as_str()),
        (
            "`filesystem.gcsconfig.credentials` must be a base64 string",
            "`filesystem.gcsconfig.credentials=@FILE` encodes the content of a file"
        )
    );
}

#[test]
fn features_that_a_release_lacks_are_refused() {
    for (release, line, message) in [
        (
            "0.9.6",
            "get_folders",
            "`get_folders` needs 1.0.0 or later; this server is 0.9.6",
        ),
        (
            "0.9.4",
            "dumpdata x",
            "`dumpdata` needs 0.9.5 or later; this server is 0.9.4",
        ),
        (
            "0.9.3",
            "get_provider_status",
            "`get_provider_status` needs 0.9.4 or later; this server is 0.9.3",
        ),
        (
            "0.9.1",
            "add_user bob --status enabled",
            "`--status` needs 0.9.4 or later; this server is 0.9.1",
        ),
        (
            "0.9.4",
            "update_user 7 --disconnect",
            "`--disconnect` needs 1.1.0 or later; this server is 0.9.4",
        ),
        (
            "1.0.0",
            "update_user 7 --disconnect",
            "`--disconnect` needs 1.1.0 or later; this server is 1.0.0",
        ),
        (
            "0.9.4",
            "add_user bob --set filters.allowed_ip='[]'",
            "`filters.allowed_ip` needs 0.9.5 or later; this server is 0.9.4",
        ),
        (
            "1.1.1",
            "add_user bob --set filesystem.provider=azblob",
            "`azblob` of `filesystem.provider` needs 1.2.0 or later; this server is 1.1.1",
        ),
        (
            "1.2.1",
            "add_user bob --set filters.file_patterns='[]'",
            "`filters.file_patterns` needs 1.2.2 or later; this server is 1.2.1",
        ),
        (
            "0.9.3",
            "add_user bob --permissions chmod",
            "`chmod` of `--permissions` needs 0.9.4 or later; this server is 0.9.3",
        ),
        (
            "1.2.2",
            "add_user bob --uid 70000",
            "`--uid` must be a whole number from 0 to 65535; this is `70000`",
        ),
        (
            "0.9.1",
            "add_user bob --permissions overwrite",
            "`overwrite` of `--permissions` needs 0.9.2 or later; this server is 0.9.1",
        ),
    ] {
        is_refused(release, line, message);
    }
    let (message, _) = error("loaddata /f --mode disconnect", api("1.0.0"));
    assert!(
        message.contains("must be one of `overwrite`, `keep`"),
        "{message}"
    );
    // Up to 0.9.4 there are no permissions of folders.
    let (message, _) = error("add_user bob --permissions /in=list", api("0.9.4"));
    assert!(
        message.starts_with("`--permissions` must be one of `*`"),
        "{message}"
    );
}

#[test]
fn a_replacing_update_sends_the_given_fields() {
    // The Python client's line had the name after the id.
    is(
        &["0.9.1", "0.9.4"],
        "update-user 3 bob --home-dir /h --permissions * --replace",
        r#"PUT /api/v1/user/3 {"username":"bob","home_dir":"/h","permissions":["*"]}"#,
    );
    is(
        &["1.1.0", "1.2.2"],
        "update_user 3 --permissions /in=list --disconnect 1 --replace",
        r#"PUT /api/v1/user/3?disconnect=1 {"permissions":{"/in":["list"]}}"#,
    );
}

#[test]
fn folders_quotas_and_backups() {
    for (line, request) in [
        ("get-folders", "GET /api/v1/folder"),
        (
            "get-folders --limit 5 --order DESC --folder-path '/a b'",
            "GET /api/v1/folder?limit=5&order=DESC&folder_path=%2Fa+b",
        ),
        (
            "add-folder /srv/x",
            r#"POST /api/v1/folder {"mapped_path":"/srv/x"}"#,
        ),
        (
            "delete-folder /srv/x",
            "DELETE /api/v1/folder?folder_path=%2Fsrv%2Fx",
        ),
        ("get-folders-quota-scans", "GET /api/v1/folder_quota_scan"),
        (
            "start-folder-quota-scan /srv/x",
            r#"POST /api/v1/folder_quota_scan {"mapped_path":"/srv/x"}"#,
        ),
        (
            "update-quota-usage bob --mode add --used_quota_size 5 --used_quota_files 3",
            r#"PUT /api/v1/quota_update?mode=add {"username":"bob","used_quota_size":5,"used_quota_files":3}"#,
        ),
        (
            "update-folder-quota-usage /srv/x --used_quota_files 3",
            r#"PUT /api/v1/folder_quota_update {"used_quota_size":0,"mapped_path":"/srv/x","used_quota_files":3}"#,
        ),
        (
            "dumpdata b.json --indent 1",
            "GET /api/v1/dumpdata?output_file=b.json&indent=1",
        ),
        (
            "loaddata /b.json --scan-quota 2 --mode 1",
            "GET /api/v1/loaddata?input_file=%2Fb.json&scan_quota=2&mode=1",
        ),
        ("get-provider-status", "GET /api/v1/providerstatus"),
    ] {
        is(&SCANS, line, request);
    }
    let load = "GET /api/v1/loaddata?input_file=%2Fb.json&mode=2";
    is(
        &["1.1.0", "1.2.2"],
        "loaddata /b.json --mode disconnect",
        load,
    );
}

#[test]
fn set_api_accepts_a_release() {
    let get = "GET /api/v1/connection HTTP/1.1\nHost: 127.0.0.1:8080\n";
    let dry = ["--dry-run", "--api", "0.9.4"];
    let ran = Run::new(&dry).input("get_connections\n").go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert!(ran.out.starts_with(get), "{}", ran.out);
    let lines = "set api\nset api 2.3.6\nset api\n--api 0.9.6 get_folders\n";
    let ran = Run::new(&["--quiet", "--on_error", "continue"])
        .env("SFTPGO_SHELL_API", "1.1.0")
        .input(lines)
        .go();
    assert_eq!(ran.out, "1.1.0\n2.3.6\n", "{ran:?}");
    assert!(
        ran.err
            .contains("`get_folders` needs 1.0.0 or later; this server is 0.9.6"),
        "{}",
        ran.err
    );
    let ran = Run::new(&["--api", "1.3.0", "get_users"]).go();
    let wrong = "must be `2019`, `v1` or `v2`, or a release: 0.9.0, 0.9.1 to 1.2.2, 2.0.0 to 2.7.5";
    assert!(ran.code == 2 && ran.err.contains(wrong), "{ran:?}");
    let ran = Run::new(&["--api", "0.9.4", "help"]).go();
    assert!(ran.out.contains("; this is 0.9.4.\n"), "{}", ran.out);
    assert!(!ran.out.contains("get_folders"), "{}", ran.out);
    let ran = Run::new(&["--practice", "--api", "1.0.0", "get_users"]).go();
    assert!(
        ran.err
            .contains("the practice server has only the APIs `2019` and `v2`"),
        "{ran:?}"
    );
}

#[test]
fn plain_secrets_are_masked_wherever_they_are_shown() {
    let line = "add_user bob --password hid1 --set filesystem.provider=s3 \
                filesystem.s3config.access_secret=hid2 filesystem.azblobconfig.sas_url=hid3 \
                filesystem.gcsconfig.credentials=aGlkNA==";
    let lines = format!("curl {line}\nexplain {line}\n--echo only {line}\n--dry-run {line}\n");
    for args in [
        &["--api", "v1"][..],
        &["--api", "v1", "--dry-run"],
        &[
            "--api",
            "v1",
            "--echo",
            "commands",
            "--debug",
            "--base_url",
            "http://127.0.0.1:1",
        ],
    ] {
        let ran = Run::new(args).input(&lines).go();
        for secret in ["hid1", "hid2", "hid3", "aGlkNA"] {
            assert!(
                !ran.out.contains(secret) && !ran.err.contains(secret),
                "{secret}: {ran:?}"
            );
        }
    }
}

#[test]
fn previews_warn_about_lost_fields() {
    let whole = "replace the old value completely";
    for (release, of_user, alone) in [
        (
            "0.9.1",
            "7",
            format!("keeps fields that it does not contain, but a list or the permissions {whole}"),
        ),
        (
            "2.4.6",
            "anna",
            format!(
                "removes storage and virtual folders if it does not contain them, and a list or the permissions {whole}"
            ),
        ),
        (
            "2.5.0",
            "anna",
            "replaces the object: fields that it does not contain are lost".to_owned(),
        ),
    ] {
        let line = format!("update_user {of_user} --uid 1");
        let lines = format!("curl {line}\nexplain {line}\nexplain {line} --replace\n");
        let ran = Run::new(&["--api", release]).input(lines).go();
        let warning = format!("warning: this request alone {alone}; `update_user` reads");
        assert!(ran.err.contains(&warning), "{ran:?}");
        let note = format!("  (this line alone {alone})\n");
        assert!(ran.out.contains(&note), "{}", ran.out);
        assert!(ran.out.contains(&format!("  {alone}\n")), "{}", ran.out);
    }
    // A profile is replaced by all that have one.
    let line = "curl update_admin_profile --email a@example.com\n";
    let ran = Run::new(&["--api", "2.4.6"]).input(line).go();
    assert!(ran.err.contains("replaces the object"), "{ran:?}");
}

#[test]
fn a_corrected_release_is_not_shown() {
    let args = ["--practice", "--api", "2.0.4", "--output", "compact"];
    let lines = "set api\nget_status\nset api\nget_roles\n";
    let ran = Run::new(&args).input(lines).go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let shown: Vec<&str> = ran.out.lines().filter(|line| line.len() < 9).collect();
    assert_eq!(shown, ["2.0.4", "2.7.5"]);
    let told = "the server is 2.7.5, not 2.0.4: commands and fields are those of 2.7.5\n";
    assert_eq!(ran.err.matches(told).count(), 1, "{}", ran.err);
}
