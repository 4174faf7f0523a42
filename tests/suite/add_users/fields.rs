//! Every field of the API's user, in each form, and what the API prints.

use super::Site;
use crate::support::{Run, empty_v2, v2};
use serde_json::{Value, json};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};

fn site(practice: Practice) -> Site {
    Site::with(practice)
}

fn run(site: &Site, line: &str) -> Run {
    let run = site.run(line).env("SFTPGO_SHELL_OUTPUT", "compact");
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

fn user(site: &Site, name: &str) -> Value {
    let ran = run(site, &format!("get_user_by_username {name}")).go();
    serde_json::from_str(&ran.out).expect("a user")
}

/// A server with a group and a folder, but without users.
fn with_group() -> Site {
    let site = site(empty_v2());
    for line in [
        "add_group crew",
        "add_folder plans --mapped_path /srv/plans",
    ] {
        let ran = run(&site, line).go();
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    site
}

#[test]
fn fields_by_path_in_csv() {
    let site = with_group();
    site.write("key", "s3 secret\n").write(
        "users.csv",
        "username,home_dir,permissions,password,filters.allowed_ip,filters.denied_protocols,filters.max_upload_file_size,\
         filesystem.provider,filesystem.s3config.bucket,filesystem.s3config.region,filesystem.s3config.access_key,\
         filesystem.s3config.access_secret,groups,virtual_folders[0].name,virtual_folders[0].virtual_path\n\
         mia,/srv/mia,list /in=upload,pw of mia,192.0.2.0/24 2001:db8::/32,\"[\"\"FTP\"\"]\",4096,s3,attic,eu-9,AKEY,@key,\
         \"[{\"\"name\"\":\"\"crew\"\",\"\"type\"\":\"\"primary\"\"}]\",plans,/plans\n\
         leo,/srv/leo,*,pw of leo,,,,,,,,,,,\n",
    );
    let ran = run(&site, "add_users --from users.csv").go();
    assert_eq!((ran.code, ran.err.as_str()), (0, "users.csv: 2 added\n"));
    let mia = user(&site, "mia");
    assert_eq!(
        mia["permissions"],
        json!({"/": ["list"], "/in": ["upload"]})
    );
    assert_eq!(
        mia["filters"]["allowed_ip"],
        json!(["192.0.2.0/24", "2001:db8::/32"])
    );
    assert_eq!(mia["filters"]["denied_protocols"], json!(["FTP"]));
    assert_eq!(mia["filters"]["max_upload_file_size"], 4096);
    assert_eq!(mia["filesystem"]["provider"], 1);
    assert_eq!(mia["filesystem"]["s3config"]["bucket"], "attic");
    assert_eq!(mia["groups"], json!([{"name": "crew", "type": 1}]));
    assert_eq!(mia["virtual_folders"][0]["name"], "plans");
    let sent = site.asked_since(0);
    let post = sent
        .iter()
        .find(|one| one.contains("\"mia\""))
        .expect("it was sent");
    assert!(post.contains("\"payload\":\"s3 secret\""), "{post}");
    // Empty cells are not given.
    let post = sent
        .iter()
        .find(|one| one.contains("\"leo\""))
        .expect("it was sent");
    assert!(
        !post.contains("filters") && !post.contains("groups"),
        "{post}"
    );
}

#[test]
fn a_row_wins_over_the_template_member_by_member() {
    let site = with_group();
    site.write(
        "base.json",
        r#"{"home_dir": "/srv/{username}", "password": "initial", "permissions": {"/": ["list"], "/out": ["download"]},
            "filters": {"allowed_ip": ["198.51.100.0/24"], "denied_protocols": ["DAV"]},
            "filesystem": {"osconfig": {"read_buffer_size": 2}}, "groups": [{"name": "crew", "type": "secondary"}],
            "additional_info": "made for {username}"}"#,
    );
    site.write(
        "users.ndjson",
        "{\"username\":\"ida\",\"permissions\":{\"/\":[\"*\"]},\"filters\":{\"allowed_ip\":[\"203.0.113.7/32\"]}}\n\
         {\"username\":\"tom\",\"permissions\":\"download\",\"filters.denied_protocols\":[\"SSH\",\"FTP\"],\"id\":9,\
         \"last_login\":12,\"used_quota_size\":7,\"filters\":{\"totp_config\":{\"enabled\":true}}}\n",
    );
    let ran = run(&site, "add_users --from users.ndjson --template base.json").go();
    assert_eq!((ran.code, ran.err.as_str()), (0, "users.ndjson: 2 added\n"));
    let (ida, tom) = (user(&site, "ida"), user(&site, "tom"));
    assert_eq!(
        ida["permissions"],
        json!({"/": ["*"], "/out": ["download"]})
    );
    assert_eq!(ida["filters"]["allowed_ip"], json!(["203.0.113.7/32"]));
    assert_eq!(ida["filters"]["denied_protocols"], json!(["DAV"]));
    assert_eq!(ida["groups"], json!([{"name": "crew", "type": 2}]));
    assert_eq!(ida["additional_info"], "made for ida");
    assert_eq!(ida["home_dir"], "/srv/ida");
    assert_eq!(
        tom["permissions"],
        json!({"/": ["download"], "/out": ["download"]})
    );
    assert_eq!(tom["filters"]["denied_protocols"], json!(["SSH", "FTP"]));
    assert_eq!(tom["filters"]["allowed_ip"], json!(["198.51.100.0/24"]));
    let sent = site.asked_since(0);
    let post = sent
        .iter()
        .find(|one| one.contains("\"tom\""))
        .expect("it was sent");
    for absent in ["\"id\"", "last_login", "used_quota", "totp"] {
        assert!(!post.contains(absent), "{absent}: {post}");
    }
}

#[test]
fn output_of_get_users_can_be_imported() {
    for (format, name) in [
        ("json", "all.json"),
        ("ndjson", "all.ndjson"),
        ("compact", "all.json"),
    ] {
        let site = site(v2());
        let printed = run(&site, &format!("--output {format} get_users")).go().out;
        site.write(name, &printed);
        let before = site.count();
        let left_out = format!(
            "{name}: row 2: warning: user `backup`: `filesystem.s3config.access_secret` is left out: the file contains only what the \
             server shows, not the value\n"
        );
        let ran = run(&site, &format!("add_users --from {name} --update-existing")).go();
        assert_eq!(
            (ran.code, ran.err),
            (0, format!("{left_out}{name}: 6 unchanged\n"))
        );
        let writes = |before| {
            let asked = site.asked_since(before).into_iter();
            asked.filter(|one| !one.starts_with("GET")).count()
        };
        assert_eq!(writes(before), 0);
        // One that is gone comes back, with its groups and folders.
        let was = user(&site, "carla");
        assert_eq!(run(&site, "delete_user carla").go().code, 0);
        let ran = run(&site, &format!("add_users --from {name} --skip-existing")).go();
        assert_eq!(
            (ran.code, ran.err),
            (0, format!("{left_out}{name}: 1 added, 5 unchanged\n"))
        );
        let is = user(&site, "carla");
        for field in [
            "permissions",
            "groups",
            "filters",
            "home_dir",
            "quota_size",
            "virtual_folders",
        ] {
            assert_eq!(is[field], was[field], "{field}");
        }
    }
    // A table has the usual columns; its cells hold lists and objects as JSON.
    let site = site(v2());
    let table = run(&site, "--output csv get_users").go().out;
    assert!(table.contains("\"{\"\"/\"\":["), "{table}");
    site.write("all.csv", &table);
    let ran = run(&site, "add_users --from all.csv --update-existing").go();
    assert_eq!((ran.code, ran.err), (0, "all.csv: 6 unchanged\n".into()));
    let was = user(&site, "carla");
    assert_eq!(run(&site, "delete_user carla").go().code, 0);
    let ran = run(&site, "add_users --from all.csv --skip-existing").go();
    let said = "all.csv: 1 added, 5 unchanged\n".to_owned();
    assert_eq!((ran.code, ran.err), (0, said));
    let is = user(&site, "carla");
    for field in ["permissions", "groups", "home_dir", "quota_size"] {
        assert_eq!(is[field], was[field], "{field}");
    }
    // The server of 2019, and API v1 with permissions by folder.
    let site = Site::with(crate::support::practice());
    site.write("all.json", site.go("get_users").out);
    site.go("add_users --from all.json --update-existing")
        .is(0, "", "all.json: 6 unchanged\n");
    site.write(
        "one.json",
        r#"[{"id":4,"username":"eva","home_dir":"/e","permissions":{"/":["*"],"/in":["list"]},"last_login":0,
            "password":"x","filters":{"denied_ip":["192.0.2.9/32"]}}]"#,
    );
    let shown = site.go("--api 1.2.2 --output compact add_users --from one.json --dry-run");
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(
        shown.out.contains("\"denied_ip\"") && !shown.out.contains("last_login"),
        "{}",
        shown.out
    );
    let ran = site.go("add_users --from one.json");
    assert!(
        ran.err
            .starts_with("one.json: row 1: error: unknown name `filters`\n"),
        "{}",
        ran.err
    );
}

#[test]
fn all_errors_of_a_row_are_reported() {
    let site = site(empty_v2());
    let cases = [
        (
            "u.csv",
            "username,quota_size,expiration_date,filters.max_upload_file_size,filesystem.provider\nkim,10 Gigs,31.12.2025,big,s4\n",
            "u.csv: row 1: error: user `kim`: `quota_size` must be a whole number of bytes, or for example `500M`, `20GiB`; this is `10 Gigs`\n\
             u.csv: row 1: error: user `kim`: `expiration_date` must be a whole number of milliseconds since 1970, or for example `2027-01-31`, `2027-01-31T18:00`, `+90d`; this is `31.12.2025`\n\
             u.csv: row 1: error: user `kim`: `filters.max_upload_file_size` must be a whole number of bytes, or for example `500M`, `20GiB`; this is `big`\n\
             u.csv: row 1: error: user `kim`: `filesystem.provider` must be one of `local`, `s3`, `gcs`, `azblob`, `azure`, `crypt`, \
             `sftp`, `http`; this is `s4`\nhint: did you mean `s3`?\n\
             error: `u.csv` has 4 errors; nothing was sent\n",
        ),
        (
            "u.ndjson",
            "{\"username\":\"kim\",\"filters\":{\"alowed_ip\":[],\"max_upload_file_size\":\"x\"}}\n{\"uid\":\"y\"}\n",
            "u.ndjson: row 1: error: user `kim`: unknown field `filters.alowed_ip`\nhint: did you mean `filters.allowed_ip`?\n\
             u.ndjson: row 1: error: user `kim`: `filters.max_upload_file_size` must be a whole number of bytes, or for example `500M`, `20GiB`; this is `x`\n\
             u.ndjson: row 2: error: `username` is missing\nhint: every row needs its own\n\
             u.ndjson: row 2: error: `uid` must be a whole number from 0 to 2147483647; this is `y`\n\
             error: `u.ndjson` has 4 errors; nothing was sent\n",
        ),
        (
            "u.csv",
            "username,filesystem.s3config.buckett,buket\nkim,b,c\n",
            "u.csv: error: unknown name `filesystem.s3config.buckett`\nhint: did you mean `filesystem.s3config.bucket`?\n\
             u.csv: error: unknown name `buket`\nhint: did you mean `bucket`?\n\
             error: `u.csv` has 2 errors; nothing was sent\n",
        ),
        (
            "u.csv",
            "username,filesystem.s3config.access_secret\nkim,@missing\n",
            "u.csv: row 1: error: user `kim`: cannot read `missing`: no such file or directory\n\
             error: `u.csv` has 1 error; nothing was sent\n",
        ),
    ];
    for (name, text, said) in cases {
        site.write(name, text);
        run(&site, &format!("add_users --from {name}"))
            .go()
            .is(2, "", said);
    }
    assert!(site.asked_since(0).is_empty());
}

#[test]
fn blanks_and_delimiters() {
    let site = Site::new();
    let shown = |text: &str, flags: &str| {
        site.write("u.csv", text);
        let ran = site.go(&format!(
            "--output compact add_users --from u.csv {flags} --dry-run"
        ));
        assert_eq!(ran.code, 0, "{text}: {}", ran.err);
        ran.out
    };
    let plain = shown(
        "username,home_dir,permissions\njo,/srv/jo,list download\n",
        "",
    );
    for (text, flags) in [
        (
            "username , home_dir, permissions\n jo,\t/srv/jo , list download \n",
            "",
        ),
        (
            "username;home_dir;permissions\njo;/srv/jo;list download\n",
            "--delimiter ';'",
        ),
        (
            "username\thome_dir\tpermissions\njo\t/srv/jo\tlist download\n",
            "--delimiter tab",
        ),
        (
            "sep=;\r\nusername;home_dir;permissions\r\njo; /srv/jo ;\"list download\" \r\n",
            "",
        ),
        (
            "\u{feff}sep=\t\nusername\thome_dir\tpermissions\njo\t/srv/jo\tlist download\n",
            "",
        ),
        (
            "username|home_dir|permissions\njo|/srv/jo|list download\n",
            "--delimiter '|'",
        ),
    ] {
        assert_eq!(shown(text, flags), plain, "{text}");
    }
    let kept = shown("username,home_dir\n\" jo\",\"/srv/jo \"\n", "");
    assert!(
        kept.contains("\" jo\"") && kept.contains("\"/srv/jo \""),
        "{kept}"
    );
    for (text, flags, said) in [
        (
            "username, password\njo, p8\nbo, \"p9\"\n",
            "",
            "u.csv: row 1: error: user `jo`: `password` is secret, and begins or ends with whitespace\n\
             hint: remove the whitespace, or put the value in double quotes to keep it\n\
             u.csv: row 2: error: user `bo`: `password` has whitespace before its opening quote\n\
             hint: remove the whitespace: a quote must directly follow the delimiter\n\
             error: `u.csv` has 2 errors; nothing was sent\n",
        ),
        (
            "username;uid\njo;1\n",
            "",
            "u.csv: error: the first line contains no column name of `add_user`\n\
             hint: cells are separated by commas; for this file, use `--delimiter ';'`\n\
             error: `u.csv` has 1 error; nothing was sent\n",
        ),
        (
            "username\tuid\njo\t1\n",
            "--delimiter ','",
            "u.csv: error: the first line contains no column name of `add_user`\n\
             hint: cells are separated by commas; for this file, use `--delimiter tab`\n\
             error: `u.csv` has 1 error; nothing was sent\n",
        ),
        (
            "username;home_dir\njo;/a;b\n",
            "--delimiter ';'",
            "u.csv: row 1: error: 3 cells; the header has 2\nhint: put a value that contains ';' in double quotes\n\
             error: `u.csv` has 1 error; nothing was sent\n",
        ),
        (
            "username\n",
            "--delimiter ab",
            "error: `--delimiter` must be `tab` or one punctuation character; this is `ab`\nhint: for example `--delimiter ';'`\n",
        ),
        (
            "[]",
            "--delimiter tab --format json",
            "error: `--delimiter` is for CSV files only\nhint: leave it out, or add `--format csv`\n",
        ),
    ] {
        site.write("u.csv", text);
        site.go(&format!("add_users --from u.csv {flags}"))
            .is(2, "", said);
    }
}

#[test]
fn the_file_of_failed_rows_has_no_secret_at_any_depth() {
    let site = site(empty_v2());
    let row = json!({
        "username": "una", "home_dir": "srv/relative", "password": "hunter2", "permissions": {"/": ["*"]},
        "filesystem": {"provider": 1, "s3config": {"bucket": "b", "access_secret": {"status": "Plain", "payload": "hunter3"}}},
    });
    site.write("u.ndjson", format!("{row}\n"));
    let ran = run(&site, "add_users --from u.ndjson").go();
    assert_eq!(ran.code, 4, "{}", ran.err);
    let failed = site.read("u.failed.ndjson");
    assert!(
        !failed.contains("hunter") && failed.contains("\"bucket\":\"b\""),
        "{failed}"
    );

    site.write(
        "u.csv",
        "sep=;\nusername;home_dir;password;filesystem.sftpconfig.password;filesystem;description\n\
         una;srv/x;hunter2;hunter3;\"{\"\"sftpconfig\"\":{\"\"private_key\"\":{\"\"status\"\":\"\"Plain\"\",\"\"payload\"\":\"\"hunter4\"\"}}}\";\" as; is \"\n",
    );
    let ran = run(&site, "add_users --from u.csv").go();
    assert_eq!(ran.code, 4, "{}", ran.err);
    let failed = site.read("u.failed.csv");
    assert!(!failed.contains("hunter"), "{failed}");
    assert!(
        failed.starts_with(
            "sep=;\nusername;home_dir;password;filesystem.sftpconfig.password;filesystem;description;row;error\n\
             una;srv/x;;;;\" as; is \";1;"
        ),
        "{failed}"
    );
    assert!(!ran.err.contains("hunter") && !ran.out.contains("hunter"));
}

/// A server tells its release only when it is asked; until then the newest is assumed.
#[test]
fn the_servers_release_decides_about_a_row() {
    use crate::support::words;
    // Without a server nothing is known, and the words say so.
    let row = "[{\"username\":\"pia\",\"filters\":{\"data_transfer_limits\":[{\"sources\":[\"192.0.2.0/24\"]}]},\"role\":\"porter\"}]";
    let run = |api: &str| {
        let line = format!("--api {api} add_users --from old.json --dry-run");
        Run::new(&words(&line)).file("old.json", row).go()
    };
    let assumed = run("v2");
    assert_eq!(assumed.code, 2);
    assert!(
        assumed.err.contains("`filters.data_transfer_limits` was removed after 2.6.6; the server's release is not known"),
        "{}",
        assumed.err
    );
    assert!(!assumed.err.contains("this server is"), "{}", assumed.err);
    assert_eq!(run("2.6.6").code, 0);
    let old = run("2.4.0");
    assert_eq!(
        old.err,
        "old.json: row 1: error: user `pia`: `role` needs 2.5.0 or later; this server is 2.4.0\n\
         error: `old.json` has 1 error; nothing was sent\n"
    );
}

/// A newer server prints empty members that an older one does not know.
#[test]
fn empty_members_that_a_release_lacks_are_left_out() {
    use crate::support::words;
    let printed = json!({
        "username": "pia", "home_dir": "/srv/pia", "permissions": {"/": ["*"]}, "expiration_date": -7,
        "total_data_transfer": 0, "last_password_change": 0, "role": "", "groups": [],
        "filters": {"hooks": {"pre_login_disabled": false}, "allowed_ip": ["192.0.2.7"], "tls_certs": []},
        "filesystem": {"provider": 1, "osconfig": {}, "httpconfig": {"password": {}},
            "s3config": {"bucket": "b", "sse_customer_key": {}, "skip_tls_verify": false}},
    });
    let template = {
        let mut members = printed.as_object().expect("an object").clone();
        members.retain(|name, _| !matches!(name.as_str(), "username" | "home_dir"));
        Value::Object(members)
    };
    let sheet = "username,home_dir,total_data_transfer,role,filesystem.osconfig,filters.hooks.pre_login_disabled\n\
        pia,/srv/pia,0,,{},false\n";
    let run = |api: &str, from: &str, template: &Value| {
        let line = format!("--api {api} add_users --from {from} --template t.json --dry-run");
        let run = Run::new(&words(&line)).file("t.json", template.to_string());
        let run = run.file("u.json", format!("[{printed}]"));
        run.file("u.csv", sheet).go()
    };
    for release in ["2.0.4", "2.2.3", "2.4.0", "2.6.6", "2.7.5"] {
        for (from, template) in [("u.json", &json!({})), ("u.csv", &template)] {
            let ran = run(release, from, template);
            assert_eq!(ran.code, 0, "{release} {from}: {}", ran.err);
            assert!(ran.out.contains("192.0.2.7") && ran.out.contains("\"bucket\": \"b\""));
            assert!(ran.out.contains("\"expiration_date\": -7"), "{}", ran.out);
            let has_role = ran.out.contains("\"total_data_transfer\"");
            assert_eq!(
                has_role,
                !release.starts_with("2.0") && !release.starts_with("2.2"),
                "{}",
                ran.out
            );
        }
    }
    // What says something is refused as before.
    for (member, value, name) in [
        ("total_data_transfer", json!(5), "total_data_transfer"),
        (
            "filters",
            json!({"hooks": {"pre_login_disabled": true}}),
            "filters.hooks",
        ),
        (
            "filesystem",
            json!({"osconfig": {"read_buffer_size": 1}}),
            "filesystem.osconfig",
        ),
    ] {
        let row = json!({"username": "pia", "home_dir": "/srv/pia", member: value});
        let line = "--api 2.0.4 add_users --from u.json --dry-run";
        let ran = Run::new(&words(line))
            .file("u.json", format!("[{row}]"))
            .go();
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(&format!("`{name}` needs ")), "{}", ran.err);
    }
}
