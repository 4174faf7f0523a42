//! `effective_user` and `test_permission`: settings from groups, and which rule applies.

use super::*;

#[test]
fn groups_are_merged_into_a_user() {
    let server = v2();
    let made = lines(
        &server,
        "add_group team --set user_settings.permissions./='[\"list\"]' --set user_settings.permissions./%username%='[\"*\"]' \
         --set user_settings.max_sessions=3 --set user_settings.filters.denied_ip='[\"192.0.2.0/24\",\"203.0.113.0/24\"]'\n\
         add_user dora --home_dir /srv/dora --permissions '*' --set filters.denied_ip='[\"192.0.2.0/24\"]' \
         --set groups='[{\"name\":\"team\",\"type\":2},{\"name\":\"staff\",\"type\":1},{\"name\":\"partners\",\"type\":3}]'\n",
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let (came, ran) = one(&server, "effective_user dora");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (user, origins) = (&came["user"], &came["origins"]);
    // The primary one gives what is unset, and the home directory.
    assert_eq!(user["home_dir"], "/srv/sftp/dora");
    assert_eq!(origins["home_dir"], "primary group staff");
    assert_eq!(origins["quota_size"], "primary group staff");
    // A secondary one only adds: no number, and nothing for `/`.
    assert_eq!(user["max_sessions"], 0);
    assert_eq!(user["permissions"], json!({"/": ["*"], "/dora": ["*"]}));
    assert_eq!(origins["permissions./"], "user");
    assert_eq!(origins["permissions./dora"], "secondary group team");
    assert_eq!(
        user["filters"]["denied_ip"],
        json!(["192.0.2.0/24", "203.0.113.0/24"])
    );
    assert_eq!(origins["filters.denied_ip[0]"], "user");
    assert_eq!(origins["filters.denied_ip[1]"], "secondary group team");
    assert_eq!(origins.get("id"), None);
    // The last answer is the result, not that of the last group.
    let ran = lines(
        &server,
        "effective_user dora\nexpect $_.user.username == dora\n",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn the_rule_that_applies_is_reported() {
    let server = v2();
    let (came, ran) = one(
        &server,
        "test_permission anna.nowak upload /invoices/may.pdf",
    );
    assert_eq!(
        (ran.code, &came["allowed"], &came["rule"]),
        (1, &json!(false), &json!("/invoices"))
    );
    assert_eq!(
        ran.err,
        "error: `test_permission`: `upload` on `/invoices/may.pdf` is not allowed: the rule for `/invoices` allows list, download\n"
    );
    let (came, ran) = one(&server, "test_permission anna.nowak list /invoices");
    assert_eq!((ran.code, &came["folder"]), (0, &json!("/invoices")));
    let (came, ran) = one(&server, "test_permission anna.nowak delete /invoices");
    assert_eq!((ran.code, &came["rule"]), (0, &json!("/")));
    // Some stand for others.
    assert_eq!(
        one(&server, "test_permission anna.nowak rename_dirs /a")
            .1
            .code,
        0
    );
    assert_eq!(
        one(&server, "test_permission anna.nowak chmod /a").1.code,
        1
    );
    for wrong in [
        "anna.nowak upload x",
        "anna.nowak fly /",
        "anna.nowak upload",
    ] {
        let before = server.seen().len();
        let (_, ran) = one(&server, &format!("test_permission {wrong}"));
        assert_eq!(ran.code, 2, "{ran:?}");
        assert_eq!(server.seen().len(), before);
    }
    assert_eq!(one(&server, "test_permission nobody list /").1.code, 4);
}

#[test]
fn a_path_on_disk_is_a_warning() {
    let server = v2();
    let changed = lines(
        &server,
        "update_user anna.nowak --permissions /srv/sftp/anna.nowak/in=upload --status disabled\n",
    );
    assert_eq!(changed.code, 0, "{}", changed.err);
    let (came, ran) = one(&server, "test_permission anna.nowak upload /in/x");
    assert_eq!(came["warnings"].as_array().map(Vec::len), Some(2));
    assert!(
        ran.err.contains("warning: the user is disabled\n"),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("warning: `/srv/sftp/anna.nowak/in` looks like a path on the server's disk"),
        "{}",
        ran.err
    );
}

#[test]
fn only_groups_with_settings_are_read() {
    let server = Arc::new(v2());
    let made = lines(
        &server,
        "add_user ed --home_dir /srv/ed --permissions list --set groups='[{\"name\":\"staff\",\"type\":1},{\"name\":\"partners\",\"type\":3}]'\n",
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let proxy = Proxy::before(&server, |_, request| {
        if request.starts_with("GET /api/v2/groups/") {
            json_answer("404 Not Found", r#"{"message":"","error":"Not Found"}"#)
        } else {
            Act::Pass
        }
    });
    let ran = through(&proxy, &["effective_user", "ed"]);
    let came: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        (ran.code, &came["user"]["home_dir"]),
        (0, &json!("/srv/ed"))
    );
    assert_eq!(ran.err, "warning: there is no group `staff`\n");
    let asked = proxy.asked();
    let groups = asked
        .iter()
        .filter(|asked| asked.request.contains("/groups/"));
    assert_eq!(groups.count(), 1);
}

#[test]
fn anonymous_users_can_only_read() {
    let server = v2();
    let made = lines(
        &server,
        "add_group public --set user_settings.filters.is_anonymous=true --set user_settings.permissions./%role%='[\"chmod\"]'\n\
         add_user guest --home_dir /srv/guest --permissions '*' --permissions /in=upload --set filters.denied_protocols='[\"HTTP\"]' \
         --set groups='[{\"name\":\"public\",\"type\":1}]'\n",
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let (came, _) = one(&server, "effective_user guest");
    assert_eq!(
        came["user"]["permissions"],
        json!({"/": ["list", "download"], "/in": ["list", "download"]})
    );
    assert_eq!(came["origins"]["permissions./"], "filters.is_anonymous");
    assert_eq!(
        came["user"]["filters"]["denied_protocols"],
        json!(["HTTP", "SSH"])
    );
    let (came, ran) = one(&server, "test_permission guest upload /in/x");
    assert_eq!(
        (ran.code, &came["origin"]),
        (1, &json!("filters.is_anonymous"))
    );
}

/// A server of this release, with one user.
fn with_user(release: &'static str, user: &'static str) -> Proxy {
    Proxy::new(move |_, request| {
        let target = request.split(' ').nth(1).unwrap_or_default();
        let version = format!("{{\"version\":\"{release}\"}}");
        let token = r#"{"access_token":"e30.e30.e30","expires_at":"2099-01-01T00:00:00Z"}"#;
        match target {
            "/api/v2/token" => json_answer("200 OK", token),
            "/api/v2/version" => json_answer("200 OK", &version),
            _ => json_answer("200 OK", user),
        }
    })
}

#[test]
fn the_release_decides_which_rule_applies() {
    let user = r#"{"username":"fay","status":1,"home_dir":"/srv/fay",
        "permissions":{"/":["list","delete","upload"],"/in/*":["chmod"],"/out":["list","delete"]}}"#;
    let to_another = "warning: on this release, `delete` here lets the user move a file to a folder with `upload`\n";
    let of_a_folder = "warning: this applies to a file; for a folder, the rule for `/` applies and it is not allowed\n";
    for (release, line, code, rule, warning) in [
        // A pattern is none before 2.5.0.
        ("2.3.6", "chmod /in/a", 1, "/", ""),
        ("2.5.6", "chmod /in/a", 0, "/in/*", of_a_folder),
        ("2.6.4", "chown /in/a", 1, "/in/*", ""),
        // From 2.7.0 on, the folder of the path decides, whatever the path is.
        ("2.7.0", "chmod /in/a", 1, "/", ""),
        ("2.7.0", "chmod /in/a/b", 0, "/in/*", ""),
        // The source could be deleted, and the target made.
        ("2.0.4", "rename /a", 0, "/", of_a_folder),
        ("2.1.2", "rename /a", 0, "/", of_a_folder),
        ("2.2.0", "rename /a", 1, "/", ""),
        ("2.0.4", "rename /out/a", 1, "/out", to_another),
        ("2.2.0", "rename /out/a", 1, "/out", ""),
    ] {
        let proxy = with_user(release, user);
        let (operation, path) = line.split_once(' ').expect("two words");
        let ran = through(&proxy, &["test_permission", "fay", operation, path]);
        let came: Json = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(
            (ran.code, &came["rule"]),
            (code, &json!(rule)),
            "{release} {line}"
        );
        let warned = ran.err.lines().find(|line| line.starts_with("warning"));
        assert_eq!(warned, warning.lines().next(), "{release} {line}");
    }
}

#[test]
fn a_virtual_folder_named_like_a_disk_path() {
    let proxy = saying(&[(
        "GET /api/v2/users/gil",
        r#"{"username":"gil","status":1,"home_dir":"/srv/gil","permissions":{"/":["list"],"/data/pub":["*"],"/srv/gil":["*"]},
            "virtual_folders":[{"name":"pub","virtual_path":"/data/pub","mapped_path":"/data/pub"}]}"#,
    )]);
    let ran = through(&proxy, &["test_permission", "gil", "upload", "/data/pub/x"]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.err.matches("warning").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("`/srv/gil` looks like"), "{}", ran.err);
}
