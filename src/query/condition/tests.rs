use super::*;
use crate::catalog::Unit;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

const RELEASE: Release = Release::new(2, 7, 5);

fn clock() -> Clock {
    Clock {
        now: "2026-11-27T06:00:00Z".parse::<Timestamp>().expect("a time"),
        zone: TimeZone::UTC,
    }
}

fn read(text: &str) -> Result<Condition, QueryError> {
    Condition::read(text, "User", RELEASE, &clock())
}

fn millis(text: &str) -> i64 {
    Unit::Time.read(text, &clock()).expect(text)
}

/// An account of each kind.
fn user() -> Json {
    json!({
        "id": 7, "username": "anna.nowak", "status": 1, "description": "Marketing team",
        "quota_size": 10_737_418_240_u64, "used_quota_size": 10_200_000_000_u64,
        "max_sessions": 0, "upload_bandwidth": 2048, "has_password": true,
        "expiration_date": millis("2026-12-10"), "last_login": 0,
        "upload_data_transfer": 100, "used_upload_data_transfer": 104_857_600,
        "permissions": {"/": ["list", "download"], "/in": ["*"]},
        "filters": {"allowed_ip": ["10.0.0.0/8", "192.168.1.0/24"], "tls_username": "CommonName"},
        "groups": [{"name": "s3staff", "type": 1}, {"name": "press", "type": 2}],
        "virtual_folders": [],
        "oidc_custom_fields": {"team": "blue", "level": 3},
        "filesystem": {"provider": 1, "s3config": {"bucket": "acme"}},
    })
}

#[test]
fn what_holds() {
    let user = user();
    for text in [
        // Texts.
        "username = anna.nowak",
        "username == \"anna.nowak\"",
        "username != anna",
        "username ~ ^anna\\.",
        "username ~ 'o.ak$'",
        "username has nowak",
        "username < b and username >= anna",
        "description = \"Marketing team\"",
        "username in (anna, anna.nowak)",
        "username in [anna.nowak]",
        "username not in (anna, bea)",
        "anna.nowak = username",
        // Choices.
        "status = enabled",
        "status = 1",
        "status != disabled",
        "filesystem.provider = s3",
        "filesystem.provider in (gcs, s3)",
        "filters.tls_username = CommonName",
        "groups.type = primary",
        // Numbers and units.
        "quota_size = 10GiB",
        "quota_size >= 10G",
        "quota_size < 10.5GiB",
        "9GiB < quota_size",
        "upload_bandwidth = 2MB/s",
        "quota_size / 1024 = 10MiB",
        "id > 6.5 and id < 7.5",
        // What 0 means.
        "max_sessions = unlimited",
        "max_sessions = 0",
        "last_login = never",
        "not last_login < now",
        "not max_sessions < 5",
        "not max_sessions >= 0",
        // Times.
        "expiration_date < +30d",
        "expiration_date > 2026-12-09",
        "expiration_date = 2026-12-10",
        "expiration_date / 1000 > 1700000000",
        "not quota_size < -5",
        "expiration_date < \"2026-12-10 00:01\"",
        // Two fields.
        "used_quota_size > 0.9 * quota_size",
        "used_quota_size>0.9*quota_size",
        "used_quota_size < quota_size * 0.96",
        "10 * used_quota_size > 9 * quota_size",
        "used_upload_data_transfer = upload_data_transfer",
        "used_upload_data_transfer < 2 * upload_data_transfer",
        "username != `description`",
        // Switches.
        "has_password",
        "has_password = true and not has_password = off",
        "not filters.is_anonymous",
        // Lists.
        "groups has s3staff",
        "groups not has dev",
        "not groups has dev",
        "groups.name = press",
        "groups.name != dev",
        "groups.name ~ ^s3",
        "groups[1].name = press",
        "groups.name in (dev, press)",
        "filters.allowed_ip has 10.0.0.0/8",
        "filters.allowed_ip ~ ^192",
        "permissions has /in",
        "permissions has download",
        "permissions./in has *",
        "`permissions./in` has *",
        "virtual_folders = null",
        "virtual_folders = []",
        "groups != null",
        // What is left out.
        "email = \"\"",
        "email = null",
        "additional_info != null or email = null",
        "uid = 0",
        "filters.denied_ip = null",
        "virtual_folders.name != x",
        // Any JSON.
        "oidc_custom_fields.team = blue",
        "oidc_custom_fields.level > 2",
        "oidc_custom_fields has team",
        // Grouping.
        "id = 1 or id = 7 and status = enabled",
        "(id = 7 or id = 1) AND NOT (status = disabled)",
        "not (id = 1) and not id = 2",
    ] {
        let condition = read(text).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        assert!(condition.holds(&user), "{text}");
        let not = read(&format!("not ({text})")).expect("it was read");
        assert!(!not.holds(&user), "not {text}");
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table of errors")]
fn what_is_wrong_has_its_place() {
    let mut failed = Vec::new();
    for (text, message, place) in [
        ("", "the condition is empty", ""),
        ("   ", "the condition is empty", "   "),
        ("qouta_size > 1", "unknown field `qouta_size`", "qouta_size"),
        ("groups.nme = x", "unknown field `groups.nme`", "groups.nme"),
        (
            "password = x",
            "`password` is secret: the server does not show it",
            "password",
        ),
        (
            "filesystem.s3config.access_secret != null",
            "`filesystem.s3config.access_secret` is secret: the server does not show it",
            "filesystem.s3config.access_secret",
        ),
        ("id => 1", "unknown operator `=>`", "=>"),
        ("id", "an operator is missing after `id`", "id"),
        ("id 7", "an operator is missing after `id`", "7"),
        (
            "username is null",
            "an operator is missing after `username`",
            "is",
        ),
        ("id =", "a value is missing at the end", ""),
        ("id = 1 and", "a field is missing at the end", ""),
        ("username has", "a value is missing at the end", ""),
        ("= 1", "an operator follows a field", "="),
        ("id = = 1", "an operator follows a field", "="),
        ("(id = 1", "`(` is not closed", "("),
        ("id = 1)", "unexpected `)`", ")"),
        ("id = 1 id = 2", "unexpected `id`", "id"),
        ("id = 1 && id = 2", "unexpected `&&`", "&&"),
        ("description = Marketing team", "unexpected `team`", "team"),
        (
            "quota_size > 10Gigs",
            "`quota_size` must be a whole number of bytes, or for example `500M`, `20GiB`, or `unlimited`; this is `10Gigs`",
            "10Gigs",
        ),
        (
            "expiration_date < 2027-13-01",
            "`expiration_date` must be a whole number of milliseconds since 1970, or for example `2027-01-31`, `2027-01-31T18:00`, `+90d`, or `never`; this is `2027-13-01`",
            "2027-13-01",
        ),
        (
            "expiration_date < 2027",
            "`expiration_date` must be milliseconds since 1970 or a date, such as `2027-12-31`; this is `2027`",
            "2027",
        ),
        (
            "expiration_date in (never, 1798761600)",
            "`expiration_date` must be milliseconds since 1970 or a date, such as `1798761600000`; this is `1798761600`",
            "1798761600",
        ),
        (
            "upload_bandwidth > 100Mbps",
            "`upload_bandwidth` is in bytes per second, and bits are not accepted: 100 Mbit/s is about `12MB/s`; this is `100Mbps`",
            "100Mbps",
        ),
        (
            "quota_size > 99999999999999G",
            "`quota_size` is too large: the most is 9223372036854775807 bytes; this is `99999999999999G`",
            "99999999999999G",
        ),
        (
            "expiration_date < never",
            "`never` is not a number, so it is compared only with `=` and `!=`",
            "never",
        ),
        (
            "max_sessions = many",
            "`max_sessions` must be a number or `unlimited`; this is `many`",
            "many",
        ),
        ("id = x", "`id` must be a number; this is `x`", "x"),
        (
            "id = \"quota_size\"",
            "`id` must be a number; this is `quota_size`",
            "\"quota_size\"",
        ),
        (
            "status = disbled",
            "`status` must be `disabled`, `enabled` or a number; this is `disbled`",
            "disbled",
        ),
        (
            "filters.denied_protocols has FPT",
            "`filters.denied_protocols` is never `FPT`",
            "FPT",
        ),
        (
            "username < 5",
            "`username` is text, and `5` is a number",
            "5",
        ),
        (
            "username > null",
            "`null` is compared only with `=` and `!=`",
            ">",
        ),
        (
            "has_password = maybe",
            "`has_password` must be `true` or `false`; this is `maybe`",
            "maybe",
        ),
        (
            "has_password > true",
            "`has_password` is `true` or `false`: use `=`",
            ">",
        ),
        ("groups = s3staff", "`groups` is a list: use `has`", "="),
        (
            "permissions = list",
            "`permissions` is a map: use `has`",
            "=",
        ),
        ("filters = x", "`filters` is an object", "="),
        ("filters has x", "`filters` is an object", "filters"),
        ("id has 7", "`id` contains nothing: use `=`", "id"),
        (
            "groups ~ s3",
            "`~` compares text, and `groups` is not text",
            "groups",
        ),
        (
            "status ~ dis",
            "`~` compares text, and `status` is not text",
            "status",
        ),
        (
            "username ~ [a",
            "invalid regular expression: non-empty character class has no closing bracket",
            "[a",
        ),
        (
            "username ~ (a",
            "invalid regular expression: found open group without closing ')'",
            "(a",
        ),
        (
            "username in anna",
            "a list in parentheses is missing after `in`",
            "anna",
        ),
        ("username in (anna", "`,` or `)` is missing", ""),
        ("username in ()", "unexpected `)`", ")"),
        (
            "quota_size > used_quota_files",
            "`quota_size` is a size, and `used_quota_files` is a count",
            "used_quota_files",
        ),
        (
            "quota_size > username",
            "`quota_size` is a number, and `username` is not",
            "username",
        ),
        (
            "2 * username = x",
            "`username` is not a number",
            "2 * username",
        ),
        (
            "quota_size > quota_size * quota_files",
            "one side of `*`, and what follows `/`, must be a number",
            "quota_files",
        ),
        (
            "quota_size / 0 > 1",
            "this cannot be calculated: a number is 0 or too long",
            "quota_size / 0",
        ),
        (
            "quota_size > quota_size/2",
            "`quota_size` must be a whole number of bytes, or for example `500M`, `20GiB`, or `unlimited`; this is `quota_size/2`",
            "quota_size/2",
        ),
        (
            "quota_size/2 > 1",
            "unknown field `quota_size/2`",
            "quota_size/2",
        ),
        ("5 > 3", "a field is missing in this comparison", "5"),
        (
            "\"a\" = \"b\"",
            "a comparison begins with a field, not with a text in quotes",
            "\"a\"",
        ),
        ("username = 'a", "`'` is not closed", "'a"),
        ("not", "a field is missing at the end", ""),
        ("and", "unexpected `and`", "and"),
    ] {
        let wrong = read(text).expect_err(text);
        let marked = &text[wrong.span.start..wrong.span.end.min(text.len())];
        if (wrong.message.as_str(), marked) != (message, place) {
            failed.push(format!("{text}: {} at `{marked}`", wrong.message));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn hints_name_the_next_step() {
    for (text, hint) in [
        ("usrname = x", "did you mean `username`?"),
        ("status = disbled", "did you mean `disabled`?"),
        ("id <> 1", "did you mean `!=`?"),
        ("a || b", "the operators are"),
        ("id = 1 || id = 2", "write `or`"),
        ("description = Marketing team", "needs quotes"),
        ("groups ~ s3", "`groups.name ~ …` compares the names"),
        ("groups = x", "`groups has …`"),
        ("username like x", "regular expression"),
        ("username contains x", "write `has`"),
        ("quota_size/2 > 1", "put blanks around"),
        ("username < 5", "in quotes compares it as text"),
    ] {
        let wrong = read(text).expect_err(text);
        let said = wrong.hint.unwrap_or_default();
        assert!(
            said.contains(hint) || text.starts_with("a ||"),
            "{text}: {said}"
        );
    }
}

#[test]
fn a_field_of_another_release_is_refused() {
    let old = Release::new(2, 0, 0);
    let wrong = Condition::read("role = x", "User", old, &clock()).unwrap_err();
    assert!(wrong.message.contains("2.5.0"), "{}", wrong.message);
}

#[test]
fn long_and_deep_conditions() {
    let long = "id = 7 or ".repeat(5000) + "id = 8";
    assert!(read(&long).expect("it is not too long").holds(&user()));
    assert!(
        read(&"id = 7 or ".repeat(7000))
            .unwrap_err()
            .message
            .contains("64 KiB")
    );
    for deep in ["(", "not ", "( not "] {
        let wrong = read(&deep.repeat(10_000)).unwrap_err();
        assert_eq!(wrong.message, "nested more than 64 levels deep", "{deep}");
    }
    let nested = "(".repeat(60) + "id = 7" + &")".repeat(60);
    assert!(read(&nested).expect("it is not too deep").holds(&user()));
}

#[test]
fn what_is_of_another_type_does_not_hold() {
    let odd = json!({"id": "7", "username": {"a": 1}, "groups": "s3staff", "quota_size": null, "has_password": 1});
    for text in [
        "id = 7",
        "username = a",
        "groups.name = x",
        "has_password",
        "username ~ .",
        "id < 8",
        "groups has x",
    ] {
        assert!(!read(text).expect(text).holds(&odd), "{text}");
    }
    assert!(read("quota_size = 0").expect("a condition").holds(&odd));
    for value in [json!(null), json!([]), json!("x"), json!(1)] {
        let condition = read("id = 7 or groups.name = x or groups has x").expect("a condition");
        assert!(!condition.holds(&value), "{value}");
    }
}
