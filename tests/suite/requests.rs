//! Lines to requests, without a network: what the Python client sent, and where we escape better.

use sftpgo_shell::catalog::{self, Api};
use sftpgo_shell::error::Error;
use sftpgo_shell::line;
use sftpgo_shell::line::call::{Content, Parsed};
use sftpgo_shell::line::parse::Parser;
use sftpgo_shell::line::variables::{PathPart, Scope, VariableValue, expand};
use sftpgo_shell::request::{self, RequestSpec};
use url::Url;

/// The members of a user that are not given, as the Python client of the seed sent them.
const DEFAULTS: &str = r#""home_dir":"","uid":0,"gid":0,"max_sessions":0,"quota_size":0,"quota_files":0,"permissions":[],"upload_bandwidth":0,"download_bandwidth":0"#;

/// A session that has seen nothing.
struct Nothing;

impl Scope for Nothing {
    fn variable(&self, name: &str, _: &[PathPart]) -> Result<VariableValue, Error> {
        Err(Error::typed(format!("`${name}` is not set")))
    }
}

fn api(name: &str) -> &'static Api {
    catalog::api(name).expect("a generation")
}

fn parsed(line: &str, api: &'static Api) -> Result<Parsed, Error> {
    let [words] = &line::split(line)?[..] else {
        panic!("one command: {line}");
    };
    Parser::default().parse(&expand(words, &Nothing)?, api)
}

fn spec(line: &str, api: &'static Api, base: &str) -> Result<RequestSpec, Error> {
    let Content::Call(call) = parsed(line, api)?.content else {
        panic!("a call: {line}");
    };
    let route = call.command.route().expect("a request");
    let base = Url::parse(base).expect("a URL");
    Ok(request::build(&call, route, &base, api.prefix))
}

/// Method, URL without the server, body.
pub(crate) fn in_short(line: &str, api: &'static Api) -> String {
    let spec = spec(line, api, "http://h:1").unwrap_or_else(|error| panic!("{line}: {error:?}"));
    let url = spec.url.as_str().strip_prefix("http://h:1").expect("it");
    let body = spec.body.map_or_else(String::new, |body| body.text);
    format!("{} {url} {body}", spec.method.as_str())
        .trim_end()
        .to_owned()
}

#[track_caller]
fn is(line: &str, expected: &str) {
    assert_eq!(in_short(line, api("2019")), expected, "{line}");
}

/// The message and the hint of a line that is refused.
pub(crate) fn error(line: &str, api: &'static Api) -> (String, String) {
    let error = spec(line, api, "http://h").expect_err(line);
    (error.message, error.hint.unwrap_or_default())
}

#[test]
fn the_nine_commands_with_required_values_only() {
    let add = format!(r#"{{"id":0,"username":"bob",{DEFAULTS}}}"#);
    let update = format!(r#"{{"id":7,"username":"bob",{DEFAULTS}}}"#);
    is("add_user bob", &format!("POST /api/v1/user {add}"));
    is("update_user 7 bob", &format!("PUT /api/v1/user/7 {update}"));
    is("delete_user 7", "DELETE /api/v1/user/7");
    is("get_user_by_id 7", "GET /api/v1/user/7");
    let list = "GET /api/v1/user?limit=100&offset=0&order=ASC&username=";
    is("get_users", list);
    is("get_sftp_connections", "GET /api/v1/sftp_connection");
    is(
        "close_sftp_connection c1",
        "DELETE /api/v1/sftp_connection/c1",
    );
    is("get_quota_scans", "GET /api/v1/quota_scan");
    is(
        "start_quota_scan bob",
        &format!("POST /api/v1/quota_scan {add}"),
    );
}

#[test]
fn every_member_of_a_user_in_the_python_clients_order() {
    let flags = "--public_key k1 'k 2' --password p --download_bandwidth 9 --upload_bandwidth 8 --permissions list * \
                 --quota_files 5 --quota_size 4 --max_sessions 3 --gid 2 --uid 1 --home_dir /h";
    let body = r#""home_dir":"/h","uid":1,"gid":2,"max_sessions":3,"quota_size":4,"quota_files":5,"permissions":["list","*"],"upload_bandwidth":8,"download_bandwidth":9,"password":"p","public_key":["k1","k 2"]}"#;
    let add = format!(r#"POST /api/v1/user {{"id":0,"username":"bob",{body}"#);
    is(&format!("add_user bob {flags}"), &add);
    is(&format!("add_user {flags} -- bob"), &add);
    let update = format!(r#"PUT /api/v1/user/5140 {{"id":5140,"username":"bob",{body}"#);
    is(&format!("update_user 5140 bob {flags}"), &update);
    is(&format!("update_user {flags} -- 5140 bob"), &update);
    is(&format!("update_user 5140 {flags} -- bob"), &update);
    is(&format!("update_user 5140 --uid 0 bob {flags}"), &update);
}

#[test]
fn a_quota_scan_sends_the_defaults() {
    let sent = format!(r#"POST /api/v1/quota_scan {{"id":0,"username":"bob",{DEFAULTS}}}"#);
    for flags in [
        "",
        "--uid 5 --home_dir /x --permissions list download",
        "--password p --public_key k",
        "--quota-size=5",
    ] {
        is(&format!("start_quota_scan bob {flags}"), &sent);
    }
}

#[test]
fn empty_password_and_keys_are_not_sent() {
    let sent = format!(r#"POST /api/v1/user {{"id":0,"username":"bob",{DEFAULTS}}}"#);
    for flags in [
        "--password ''",
        "--password=",
        "--public_key ''",
        "--home_dir '' --permissions ''",
    ] {
        is(&format!("add_user bob {flags}"), &sent);
    }
}

#[test]
fn the_list_of_users_sends_its_whole_query() {
    is(
        "get_users --limit 500 --offset 3 --order DESC --username 'a b&c=é+%'",
        "GET /api/v1/user?limit=500&offset=3&order=DESC&username=a+b%26c%3D%C3%A9%2B%25",
    );
}

#[test]
fn flags_in_all_their_forms() {
    let expected = "GET /api/v1/user?limit=2&offset=0&order=DESC&username=";
    for line in [
        "get_users --limit 2 --order DESC",
        "get_users --limit=2 --order=DESC",
        "get-users --limit=2 --order DESC",
        "get_users --limit 9 --order ASC --order DESC --limit 2",
        "get_users \"--limit\" '2' --or\\der DESC",
    ] {
        is(line, expected);
    }
    let body = DEFAULTS.replace(r#""home_dir":"""#, r#""home_dir":"/h=1""#);
    let expected = format!(r#"POST /api/v1/user {{"id":0,"username":"bob",{body}}}"#);
    is("add_user bob --home-dir /h=1", &expected);
    is("add-user --home-dir=/h=1 bob", &expected);
    is("add_user --home_dir=/h=1 bob", &expected);
}

#[test]
fn lists_take_several_words_and_several_flags() {
    let body = DEFAULTS.replace("[]", r#"["list","download","upload"]"#);
    let expected = format!(r#"POST /api/v1/user {{"id":0,"username":"bob",{body}}}"#);
    for flags in [
        "--permissions list download upload",
        "--permissions list --permissions download upload",
        "--permissions=list --permissions=download --permissions=upload",
    ] {
        is(&format!("add_user bob {flags}"), &expected);
    }
}

#[test]
fn values_that_begin_with_a_dash() {
    is("get_user_by_id -5", "GET /api/v1/user/-5");
    is("get_user_by_id -- -5", "GET /api/v1/user/-5");
    is("delete_user -- -5", "DELETE /api/v1/user/-5");
    let body = DEFAULTS.replace(r#""uid":0"#, r#""uid":-1"#);
    let minus = format!(r#"POST /api/v1/user {{"id":0,"username":"-bob",{body}}}"#);
    is("add_user --uid -1 -- -bob", &minus);
    is("add_user --uid=-1 -- -bob", &minus);
    let secret =
        format!(r#"POST /api/v1/user {{"id":0,"username":"bob",{DEFAULTS},"password":"-p"}}"#);
    is("add_user bob --password=-p", &secret);
}

#[test]
fn numbers_at_their_ends() {
    is(
        "get_user_by_id 9223372036854775807",
        "GET /api/v1/user/9223372036854775807",
    );
    is(
        "get_user_by_id -9223372036854775808",
        "GET /api/v1/user/-9223372036854775808",
    );
    let (message, _) = error("get_user_by_id 9223372036854775808", api("2019"));
    assert!(message.contains("does not fit into 64 bits"), "{message}");
}

#[test]
fn ids_are_escaped_in_paths() {
    let close = |id: &str| in_short(&format!("close_sftp_connection '{id}'"), api("2019"));
    assert_eq!(
        close("a?b#c/../d é%"),
        "DELETE /api/v1/sftp_connection/a%3Fb%23c%2F..%2Fd%20%C3%A9%25"
    );
    assert_eq!(close("%2e%2e"), "DELETE /api/v1/sftp_connection/%252e%252e");
    assert_eq!(close("..."), "DELETE /api/v1/sftp_connection/...");
    for (id, why) in [
        ("''", "expects an id"),
        (".", "cannot be `.` or `..`"),
        ("..", "cannot be `.` or `..`"),
    ] {
        let (message, _) = error(&format!("close_sftp_connection {id}"), api("2019"));
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn what_no_path_can_name_is_not_added() {
    let why = "cannot be `.` or `..`: in the path of a URL they mean a folder";
    for (line, api_name, is_refused) in [
        (
            "add_user .. --password x --home_dir /x --permissions list",
            "v2",
            true,
        ),
        ("add_folder . --mapped_path /x", "v2", true),
        ("add_group ..", "v2", true),
        ("add_role --json '{\"name\": \".\"}'", "v2", true),
        ("clone_user carla ..", "v2", true),
        ("add_role ...", "v2", false),
        // It is named by its id.
        ("add_api_key .", "v2", false),
        ("add_user . --home_dir /x", "2019", false),
    ] {
        let refused = parsed(line, api(api_name)).err();
        assert_eq!(refused.is_some(), is_refused, "{line}: {refused:?}");
        assert!(
            refused.is_none_or(|error| error.message.contains(why)),
            "{line}"
        );
    }
}

#[test]
fn bodies_hold_any_text() {
    let line = "add_user \"jürgen \\\"x\\\" \\\\ \u{7f}\u{202e}日\" --home_dir 'C:\\x'";
    let spec = spec(line, api("2019"), "http://h").expect("valid");
    let text = spec.body.expect("a body").text;
    let body: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(body["username"], "jürgen \"x\" \\ \u{7f}\u{202e}日");
    assert_eq!(body["home_dir"], "C:\\x");
    assert!(
        text.contains("jürgen") && text.contains("\\u202e"),
        "{text}"
    );
}

#[test]
fn a_path_in_the_base_url_is_kept() {
    for (base, expected) in [
        ("http://h", "http://h/api/v1/quota_scan"),
        ("http://h/", "http://h/api/v1/quota_scan"),
        (
            "https://h:8443/sftp",
            "https://h:8443/sftp/api/v1/quota_scan",
        ),
        ("http://h/a/b/", "http://h/a/b/api/v1/quota_scan"),
        (
            "http://[::1]:8080/a%20b",
            "http://[::1]:8080/a%20b/api/v1/quota_scan",
        ),
    ] {
        let spec = spec("get_quota_scans", api("2019"), base).expect("valid");
        assert_eq!(spec.url.as_str(), expected);
    }
    let spec = spec("delete_user 7", api("v1"), "http://h/p").expect("valid");
    assert_eq!(spec.url.as_str(), "http://h/p/api/v1/user/7");
}

#[test]
fn a_command_of_another_generation_names_its_counterpart() {
    for (line, generation, message, hint) in [
        (
            "get-connections",
            "2019",
            "`get_connections` is not in the API `2019`",
            "use `get_sftp_connections`; `set api v1` if your server uses that API",
        ),
        (
            "close_connection x",
            "2019",
            "`close_connection` is not in the API `2019`",
            "use `close_sftp_connection`; `set api v1` if your server uses that API",
        ),
        (
            "get_version",
            "2019",
            "`get_version` is not in the API `2019`",
            "it is in `v1`: `set api v1`, or start with `--api v1`",
        ),
        (
            "close_sftp_connection x",
            "v1",
            "`close_sftp_connection` is not in the API `v1`",
            "use `close_connection`; `set api 2019` if your server uses that API",
        ),
    ] {
        let said = error(line, api(generation));
        assert_eq!(said, (message.to_owned(), hint.to_owned()), "{line}");
    }
}

#[test]
fn a_flag_of_another_generation_is_unknown() {
    let (message, hint) = error("add_user bob --public_key k", api("v1"));
    assert_eq!(message, "unknown flag `--public_key`");
    assert_eq!(hint, "did you mean `--public_keys`?");
    let (message, hint) = error("add_user bob --public_keys k", api("2019"));
    assert_eq!(message, "unknown flag `--public_keys`");
    assert_eq!(hint, "did you mean `--public_key`?");
}

#[test]
fn a_bare_secret_and_a_missing_id_are_left_open() {
    let open = |line: &str| {
        let Content::Call(call) = parsed(line, api("2019")).expect(line).content else {
            panic!("a call: {line}");
        };
        let open = call.slots.iter().filter(|slot| slot.value.is_none());
        open.map(|slot| slot.param.name).collect::<Vec<_>>()
    };
    assert_eq!(open("add_user bob --password --uid 5"), ["password"]);
    assert_eq!(open("add_user bob --uid 5 --password"), ["password"]);
    assert_eq!(open("update_user bob --password"), ["id", "password"]);
    assert_eq!(open("delete_user"), ["id"]);
    assert_eq!(open("add_user bob"), [""; 0]);
}
