//! Lines to changes, and changes to existing objects.

use super::*;
use crate::catalog::{self, Api};
use crate::line::call::Content;
use crate::line::parse::Parser;
use crate::line::variables::Arg;
use crate::text::lex::lex;
use serde_json::json;

fn parsed(line: &str, api: &'static Api) -> Result<Call, Error> {
    let words = lex(line).commands.remove(0);
    let args: Vec<Arg> = words.iter().map(Arg::from).collect();
    match Parser::default().parse(&args, api)?.content {
        Content::Call(call) => Ok(call),
        _ => panic!("a call: {line}"),
    }
}

fn v2(minor: u32, patch: u32) -> &'static Api {
    catalog::at("v2", Release::new(2, minor, patch))
}

fn body(line: &str) -> Json {
    let call = parsed(line, v2(7, 5)).unwrap_or_else(|error| panic!("{line}: {error:?}"));
    of(&call, None).expect("it is checked").body()
}

fn wrong(line: &str, api: &'static Api) -> (String, String) {
    let error = parsed(line, api).expect_err(line);
    (error.message, error.hint.unwrap_or_default())
}

#[test]
fn only_given_fields_are_sent() {
    let cases = [
        ("add_user bob", json!({"status": 1, "username": "bob"})),
        (
            "add_user bob --status disabled --uid 0 --email ''",
            json!({"status": 0, "username": "bob", "uid": 0, "email": ""}),
        ),
        ("update_user bob", json!({})),
        ("update_user bob --status 1", json!({"status": 1})),
        (
            "update_user bob --permissions list download /in=upload,list /out=",
            json!({"permissions": {"/": ["list", "download"], "/in": ["upload", "list"], "/out": []}}),
        ),
        (
            "add_group g --quota_size 5",
            json!({"name": "g", "user_settings": {"quota_size": 5}}),
        ),
        (
            "update_admin a --allow_api_key_auth=off --allow_list 10.0.0.0/8",
            json!({"filters": {"allow_list": ["10.0.0.0/8"], "allow_api_key_auth": false}}),
        ),
        (
            "add_ip_list_entry defender 10.0.0.0/8 --mode deny",
            json!({"type": 2, "ipornet": "10.0.0.0/8", "mode": 2}),
        ),
        (
            "user_quota_update_usage bob --used_quota_files 3",
            json!({"used_quota_size": 0, "used_quota_files": 3}),
        ),
        (
            "add_user b --group staff --secondary_groups x y --folder /a=invoices --allowed_ip 10.0.0.0/8 \
             --require_two_factor SSH,FTP --is_anonymous",
            json!({"status": 1, "username": "b",
                "groups": [{"name": "staff", "type": 1}, {"name": "x", "type": 2}, {"name": "y", "type": 2}],
                "virtual_folders": [{"name": "invoices", "virtual_path": "/a"}],
                "filters": {"allowed_ip": ["10.0.0.0/8"], "two_factor_protocols": ["SSH", "FTP"],
                    "is_anonymous": true}}),
        ),
        (
            "update_user b --group '' --allowed_ip ''",
            json!({"groups": [], "filters": {"allowed_ip": []}}),
        ),
        (
            "update_user b --permissions +list /in=+upload,-delete",
            json!({"permissions": {"/": ["list"], "/in": ["upload"]}}),
        ),
        (
            "add_group g --storage s3 --bucket k --access_secret s --upload_part_size 5MB --force_path_style",
            json!({"name": "g", "user_settings": {"filesystem": {"provider": 1, "s3config": {
                "bucket": "k", "access_secret": {"status": "Plain", "payload": "s"},
                "upload_part_size": 5, "force_path_style": true}}}}),
        ),
        (
            "add_folder f --storage azblob --container c --access_tier Hot",
            json!({"name": "f", "filesystem": {"provider": 3,
                "azblobconfig": {"container": "c", "access_tier": "Hot"}}}),
        ),
        (
            "update_folder f --storage sftp --storage_username u --storage_password @@p --endpoint h:22",
            json!({"filesystem": {"provider": 5, "sftpconfig": {"endpoint": "h:22", "username": "u",
                "password": {"status": "Plain", "payload": "@p"}}}}),
        ),
        // Only S3 has an access key.
        (
            "update_user b --access_key k --set filesystem.s3config.access_key=other",
            json!({"filesystem": {"s3config": {"access_key": "other"}}}),
        ),
        (
            r#"update_user b --bucket k --json '{"filesystem":{"provider":"gcs"}}'"#,
            json!({"filesystem": {"provider": 2, "gcsconfig": {"bucket": "k"}}}),
        ),
        (
            "add_event_rule r --schedule '0 3 * * 1' --action a b --min_size 1K",
            json!({"status": 1, "name": "r", "trigger": 3,
                "conditions": {"schedules": [{"hour": "3", "day_of_week": "1", "day_of_month": "*", "month": "*"}],
                    "options": {"min_size": 1024}},
                "actions": [{"name": "a", "order": 1}, {"name": "b", "order": 2}]}),
        ),
        (
            "add_event_rule r --event upload,download --trigger on_demand",
            json!({"status": 1, "name": "r", "trigger": 6, "conditions": {"fs_events": ["upload", "download"]}}),
        ),
        (
            "update_event_rule r --event upload",
            json!({"conditions": {"fs_events": ["upload"]}}),
        ),
        (
            "save_admin_totp_config --enabled --secret s",
            json!({"enabled": true, "secret": {"status": "Plain", "payload": "s"}}),
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(body(line), expected, "{line}");
    }
}

#[test]
fn any_field_can_be_set_by_path() {
    let cases = [
        (
            r#"update_user b --set filters.allowed_ip='["192.0.2.0/24"]' filesystem.provider=s3"#,
            json!({"filters": {"allowed_ip": ["192.0.2.0/24"]}, "filesystem": {"provider": 1}}),
        ),
        (
            "update_user b --set description=5",
            json!({"description": "5"}),
        ),
        (
            "update_user b --set quota_size=5 --set=filters.is_anonymous=on",
            json!({"quota_size": 5, "filters": {"is_anonymous": true}}),
        ),
        (
            "update_user b --set filesystem.s3config.access_secret=x=y",
            json!({"filesystem": {"s3config": {"access_secret": {"status": "Plain", "payload": "x=y"}}}}),
        ),
        (
            r#"update_user b --set filesystem.s3config.access_secret='{"status":"Redacted"}'"#,
            json!({"filesystem": {"s3config": {"access_secret": {"status": "Redacted"}}}}),
        ),
        (
            r#"update_user b --set permissions./in.d='["list"]' permissions[/]='["*"]'"#,
            json!({"permissions": {"/in.d": ["list"], "/": ["*"]}}),
        ),
        (
            r#"update_user b --set groups='[{"name":"g","type":"primary"}]' virtual_folders[0].name=v"#,
            json!({"groups": [{"name": "g", "type": 1}], "virtual_folders": [{"name": "v"}]}),
        ),
        (
            "add_event_rule r --trigger schedule --set conditions.options.event_statuses='[\"ok\",2]'",
            json!({"status": 1, "name": "r", "trigger": 3, "conditions": {"options": {"event_statuses": [1, 2]}}}),
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(body(line), expected, "{line}");
    }
}

#[test]
fn json_first_then_flags_then_paths() {
    let line = r#"add_user b --set uid=3 --uid 2 --gid 2 --json '{"status":0,"uid":1,"gid":1,"id":7,"filters":{"hooks":{},"web_client":[]}}'"#;
    let expected = json!({"status": 0, "uid": 3, "gid": 2, "id": 7, "filters": {"hooks": {}, "web_client": []}, "username": "b"});
    assert_eq!(body(line), expected);
    let line =
        r#"loaddata_from_request_body --json '{"users":[{"username":"x","any":1}],"version":17}'"#;
    assert_eq!(
        body(line),
        json!({"users": [{"username": "x", "any": 1}], "version": 17})
    );
    let line = r#"start_user_retention_check b --json '[{"path":"/","retention":5}]'"#;
    let call = parsed(line, v2(6, 6)).expect("it is right");
    assert_eq!(shown(&call).body(), json!([{"path": "/", "retention": 5}]));
}

#[test]
fn values_that_the_server_would_drop_are_errors() {
    let newest = v2(7, 5);
    let cases = [
        (
            "--set fitlers.hooks=1",
            "unknown field `fitlers`",
            "did you mean `filters`?",
        ),
        (
            "--set allowed_ip=1",
            "unknown field `allowed_ip`",
            "did you mean `filters.allowed_ip`?",
        ),
        (
            r#"--json '{"filters":{"hooks":{"x":1}}}'"#,
            "unknown field `filters.hooks.x`",
            "the fields are `filters.hooks.external_auth_disabled`, `filters.hooks.pre_login_disabled` and `filters.hooks.check_password_disabled`",
        ),
        (
            r#"--json '{"groups":[{"nam":1}]}'"#,
            "unknown field `groups[0].nam`",
            "did you mean `groups[0].name`?",
        ),
        (
            "--set uid=x",
            "`uid` must be a whole number; this is `x`",
            "",
        ),
        (
            "--set uid=-1",
            "`uid` must be a whole number from 0 to 2147483647; this is `-1`",
            "",
        ),
        (
            "--set filesystem.provider=s4",
            "`filesystem.provider` must be one of `local`, `s3`, `gcs`, `azblob`, `azure`, `crypt`, `sftp`, `http`; this is `s4`",
            "did you mean `s3`?",
        ),
        (
            "--set filters.allowed_ip=x",
            "`filters.allowed_ip` must be a JSON list of strings; this is `x`",
            r#"for example `filters.allowed_ip='["a","b"]'`"#,
        ),
        (
            r#"--json '{"public_keys":"x"}'"#,
            "`public_keys` must be a JSON list of strings; this is a string",
            r#"for example `public_keys='["a","b"]'`"#,
        ),
        (
            "--json '[]'",
            "`--json` must be a JSON object; this is a list",
            "",
        ),
        (
            "--json null",
            "`--json` must be a JSON object; this is `null`",
            "",
        ),
        (
            "--set used_quota_size=1",
            "`used_quota_size` is read-only; the server would ignore it",
            "",
        ),
        (
            "--set filesystem.s3config.access_secret",
            "`filesystem.s3config.access_secret` needs a value",
            "`filesystem.s3config.access_secret=@FILE` reads it from a file, `filesystem.s3config.access_secret=$env.NAME` from the environment",
        ),
        (
            "--set virtual_folders.name=x",
            "`virtual_folders` is a list",
            "`virtual_folders[0].name` refers to the first item",
        ),
    ];
    for (flags, message, hint) in cases {
        let said = wrong(&format!("update_user bob {flags}"), newest);
        assert_eq!(
            said,
            (message.trim_end_matches("; ").to_owned(), hint.to_owned()),
            "{flags}"
        );
    }
    // Nothing of a secret.
    for flags in [
        r#"--json '{"filesystem":{"s3config":{"access_secret":"hunter2"}}}'"#,
        r#"--set filesystem.s3config='{"access_secret":"hunter2"}'"#,
        "--set filesystem.s3config.access_secret.status=hunter2 password=x",
        "--set password=x hunter2=x",
    ] {
        let (message, hint) = wrong(&format!("update_user bob {flags}"), newest);
        let status = flags.contains(".status=");
        assert!(
            status || !format!("{message}{hint}").contains("hunter2"),
            "{message} {hint}"
        );
    }
}

#[test]
fn fields_that_a_release_lacks_are_errors() {
    let cases = [
        (
            "update_user b --set filters.tls_certs='[]'",
            "`filters.tls_certs` needs 2.6.0 or later; this server is 2.3.6",
        ),
        (
            r#"update_user b --json '{"filters":{"tls_certs":[]}}'"#,
            "`filters.tls_certs` needs 2.6.0 or later; this server is 2.3.6",
        ),
        (
            "update_user b --role x",
            "`--role` needs 2.5.0 or later; this server is 2.3.6",
        ),
        (
            "update_user b --permissions copy",
            "`copy` of `--permissions` needs 2.6.0 or later; this server is 2.3.6",
        ),
        (
            "get_roles",
            "`get_roles` needs 2.5.0 or later; this server is 2.3.6",
        ),
    ];
    for (line, message) in cases {
        assert_eq!(wrong(line, v2(3, 6)).0, message, "{line}");
    }
    let gone = wrong("add_event_action a --type metadata_check", v2(7, 5)).0;
    assert_eq!(
        gone,
        "`metadata_check` of `--type` was removed after 2.5.6; this server is 2.7.5"
    );
    assert!(parsed("add_admin a --permissions manage_admins", v2(6, 2)).is_ok());
    let gone = wrong("add_admin a --permissions manage_admins", v2(6, 3)).0;
    assert_eq!(
        gone,
        "`manage_admins` of `--permissions` was removed after 2.6.2; this server is 2.6.3"
    );
}

#[test]
fn files_are_named_and_then_read() {
    let line = "add_user b --json @u.json --set filesystem.sftpconfig.private_key=@key.pem filters.web_client=@w description=@@home";
    let mut call = parsed(line, v2(7, 5)).expect("what is in files is not known");
    let named: Vec<_> = files(&call).into_iter().map(|file| file.file).collect();
    assert_eq!(named, ["key.pem", "w", "u.json"]);
    load(&mut call, &mut |_, file| {
        Ok(match file {
            "u.json" => "{\"uid\": 5}\n",
            "w" => "[\"write-disabled\"]",
            _ => "line 1\nline 2\n",
        }
        .to_owned())
    })
    .expect("they can be read");
    let expected = json!({
        "status": 1,
        "uid": 5,
        "username": "b",
        "filesystem": {"sftpconfig": {"private_key": {"status": "Plain", "payload": "line 1\nline 2\n"}}},
        "filters": {"web_client": ["write-disabled"]},
        "description": "@home",
    });
    assert_eq!(
        of(&call, Some(Release::new(2, 7, 5)))
            .expect("it is right")
            .body(),
        expected
    );
    // What a file holds is checked as well.
    let mut call = parsed("add_user b --json u.json", v2(7, 5)).expect("a file");
    load(&mut call, &mut |_, _| Ok("{\"udi\": 5}".to_owned())).expect("it can be read");
    let errors = of(&call, Some(Release::new(2, 7, 5))).expect_err("an unknown field");
    assert_eq!(errors[0].1.message, "unknown field `udi`");
    assert!(
        load(
            &mut parsed("add_user b --json u.json", v2(7, 5)).expect("a file"),
            &mut |_, _| Ok("@x".to_owned())
        )
        .is_err()
    );
}

#[test]
fn a_change_is_merged_into_the_object() {
    let line = r#"update_user b --quota_size 5 --permissions /in=list --set filters.denied_ip='[]' virtual_folders[1].quota_size=7 virtual_folders[2].name=new --json '{"filters":{"hooks":{}},"filesystem":{"s3config":{"bucket":"c"}}}'"#;
    let change = of(&parsed(line, v2(7, 5)).expect("it is right"), None).expect("it is right");
    let mut user = json!({
        "username": "b",
        "quota_size": 1,
        "quota_files": 2,
        "permissions": {"/": ["*"]},
        "filters": {"denied_ip": ["10.0.0.0/8"], "hooks": {"pre_login_disabled": true}},
        "virtual_folders": [{"name": "x"}, {"name": "y", "quota_size": 1}],
        "filesystem": {"provider": 1, "s3config": {"bucket": "b", "access_secret": {"status": "Secretbox", "payload": "p"}}},
    });
    change.apply(&mut user).expect("it is all there");
    let expected = json!({
        "username": "b",
        "quota_size": 5,
        "quota_files": 2,
        "permissions": {"/": ["*"], "/in": ["list"]},
        "filters": {"denied_ip": [], "hooks": {"pre_login_disabled": true}},
        "virtual_folders": [{"name": "x"}, {"name": "y", "quota_size": 7}, {"name": "new"}],
        "filesystem": {"provider": 1, "s3config": {"bucket": "c", "access_secret": {"status": "Secretbox", "payload": "p"}}},
    });
    assert_eq!(user, expected);
    let error = change
        .apply(&mut json!({}))
        .expect_err("there are no folders");
    assert_eq!(error.message, "there is no `virtual_folders[1]`");
}

#[test]
fn an_item_that_a_change_replaces_has_all_its_members() {
    let words = "it is one of `primary`, `secondary` or `membership`";
    for (flags, path) in [
        (
            r#"--json '{"groups":[{"name":"a","type":1},{"name":"b"}]}'"#,
            "groups[1].type",
        ),
        (r#"--set 'groups=[{"name":"a"}]'"#, "groups[0].type"),
        (r#"--set 'groups[2]={"name":"a"}'"#, "groups[2].type"),
    ] {
        let (message, hint) = wrong(&format!("update_user bob {flags}"), v2(7, 5));
        assert_eq!(
            (message, hint.as_str()),
            (format!("`{path}` is missing"), words)
        );
    }
}

#[test]
fn words_that_mean_nothing_are_errors() {
    for (line, message, hint) in [
        (
            "update_user b --bucket k",
            "`--bucket` needs the kind of storage that it belongs to",
            "add `--storage s3` or `--storage gcs`",
        ),
        (
            "add_user b --access_key k",
            "`--access_key` needs the kind of storage that it belongs to",
            "add `--storage s3`",
        ),
        (
            "update_user b --storage s3 --container c",
            "`--container` is not a field of `s3` storage",
            "`azure` has it",
        ),
        (
            "update_user b --storage crypt --read_buffer_size 50MB",
            "`--read_buffer_size` must be a whole number from 0 to 10; this is `50MB`",
            "",
        ),
        (
            "update_user b --replace --allowed_ip +192.0.2.0/24",
            "`+` and `-` edit a list, and with `--replace` it is not read",
            "give the whole list, without `+` and `-`",
        ),
        (
            "update_user b --group one two",
            "`--group` takes one name: a user has one primary group, and `--secondary_groups` gives more; this is `two`",
            "`--group` takes all words up to the next flag",
        ),
        (
            "update_user b --folder shared",
            "`--folder` must be `/PATH=FOLDER`: where the folder appears, and its name; this is `shared`",
            "",
        ),
        (
            "update_event_rule r --schedule '30 3 * * *'",
            "`--schedule` must begin with `0`: a schedule of the server has no minutes, it runs at the start of an hour; this is `30 3 * * *`",
            "",
        ),
        (
            "update_user b --set groups='[\"staff\"]'",
            "`groups[0]` must be a JSON object; this is a string",
            r#"for example {"name":"…","type":"primary"}"#,
        ),
    ] {
        let said = wrong(line, v2(7, 5));
        assert_eq!(said, (message.to_owned(), hint.to_owned()), "{line}");
    }
}
