//! `compare`: what differs between the servers of two profiles.

use crate::on::{at, run};
use crate::support::{profile, v2};

#[test]
fn what_differs_is_listed_and_nothing_is_changed() {
    let (a, b) = (v2(), v2());
    let config = at("a", &a) + &at("b", &b);
    let same = run(&config, "compare @a @b --scopes groups,folders,admins");
    assert_eq!((same.code, same.out.as_str()), (0, "[]\n"), "{same:?}");
    assert!(same.err.contains("`a` and `b` do not differ: "), "{same:?}");
    for line in [
        "on --yes @b add_group night",
        "on --yes @a add_group day",
        "on --yes @b update_user carla --uid 5 --status disabled",
        // Nobody can say whether two hashes are of the same password.
        "on --yes @b update_user backup --password Vq7-kZ2m#xR9wLp4tBn8",
    ] {
        assert_eq!(run(&config, line).code, 0, "{line}");
    }
    let (before_a, before_b) = (a.seen().len(), b.seen().len());
    let ran = run(
        &config,
        "compare @a @b --scopes groups,users --output ndjson",
    );
    assert_eq!(ran.code, 1, "{ran:?}");
    let lines: Vec<&str> = ran.out.lines().collect();
    let lines: Vec<&str> = lines
        .into_iter()
        .filter(|line| !line.contains("expiration_date"))
        .collect();
    assert_eq!(
        lines,
        [
            r#"{"kind":"groups","name":"day","on":"a"}"#,
            r#"{"kind":"groups","name":"night","on":"b"}"#,
            r#"{"kind":"users","name":"carla","on":"both","fields":[{"field":"uid","first":1001,"second":5},{"field":"status","first":1,"second":0}]}"#,
        ],
        "{ran:?}"
    );
    assert!(
        ran.err
            .contains("`a` and `b` differ: 1 object only on `a`, 1 object only on `b`, ")
    );
    assert!(a.seen()[before_a..].iter().all(|seen| seen.method == "GET"));
    assert!(b.seen()[before_b..].iter().all(|seen| seen.method == "GET"));
}

#[test]
fn a_wrong_line_reads_no_server() {
    let a = v2();
    let config = at("a", &a) + &profile("down", "http://127.0.0.1:9", "");
    for (line, code, part) in [
        ("compare @a", 2, "`SECOND` is missing"),
        ("compare a down", 2, "each with an `@`"),
        ("compare @a @a", 2, "these are the same"),
        ("compare @a @dwn", 2, "did you mean `down`?"),
        (
            "compare @a @down --scopes grups",
            2,
            "did you mean `groups`?",
        ),
        ("on @a compare @a @down", 2, "`on` cannot run `compare`"),
        ("compare @a @down", 3, "error: down: cannot connect"),
    ] {
        let ran = run(&config, line);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{line}: {ran:?}");
        assert!(ran.err.contains(part), "{line}: {ran:?}");
        assert!(code == 3 || a.seen().is_empty(), "{line}");
    }
}

#[test]
fn the_values_of_secret_headers_are_not_shown() {
    let (a, b) = (v2(), v2());
    let config = at("a", &a) + &at("b", &b);
    for name in ["a", "b"] {
        let options = format!(
            r#"{{"http_config":{{"endpoint":"http://h/","timeout":5,"method":"GET","headers":[{{"key":"Authorization","value":"Bearer marker-{name}"}},{{"key":"X-Site","value":"site-{name}"}}]}}}}"#
        );
        let line = format!(
            r#"on --yes @{name} post eventactions --json '{{"name":"hook","type":1,"options":{options}}}'"#
        );
        let ran = run(&config, &line);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let ran = run(&config, "compare @a @b --scopes event_actions");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(
        ran.out.contains("site-a") && ran.out.contains("site-b"),
        "{ran:?}"
    );
    assert!(!ran.out.contains("marker"), "{ran:?}");
    // A result of the server is what it is.
    let own = run(&config, "on @a get_event_action_by_name hook");
    assert!(own.out.contains("Bearer marker-a"), "{own:?}");
}
