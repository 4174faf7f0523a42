use super::read;

/// A lesson that is right, in which one text is replaced.
const GOOD: &str = r#"title = "Ours"
api = "v2"

[[lesson]]
name = "one"
title = "One"
hints = ["look"]
solution = ["get_users"]
also = [["users"]]
wrong = [{ run = ["get_version"], says = "no" }]
files = { "a.txt" = "x" }

[[lesson.check]]
says = "a user"
holds = "/users/dora"
where = "quota_size = 10G"

[[lesson.mistake]]
says = "no"
sent = "PUT /users/*?disconnect=1"
status = "4xx"
by = "token"
jq = ".status == 0"
"#;

fn error(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old), "{old}");
    let error = read("f", "f.toml", &GOOD.replacen(old, new, 1)).unwrap_err();
    format!("{} | {}", error.message, error.hint.unwrap_or_default())
}

#[test]
fn a_good_file_is_read() {
    let course = read("f", "f.toml", GOOD).unwrap();
    assert_eq!(course.find("one"), Some(0));
    assert_eq!((course.find("1"), course.find("2")), (Some(0), None));
    assert_eq!(course.lessons[0].checks.len(), 1);
}

#[test]
fn each_error_has_its_place_and_what_is_wrong() {
    for (old, new, expected) in [
        ("\"Ours\"", "\"Ours", "f.toml:1:14: not valid TOML"),
        (
            "title = \"Ours\"",
            "",
            "f.toml:1:1: the course has no `title`",
        ),
        (
            "\"v2\"",
            "\"v1\"",
            "f.toml:2:7: `api` is `v1`, which the practice server does not",
        ),
        (
            "hints",
            "hint",
            "f.toml:7:1: unknown key `hint` in a lesson | did you mean `hints`?",
        ),
        (
            "[\"look\"]",
            "\"look\"",
            "f.toml:7:9: `hints` must be a list of strings",
        ),
        (
            "[\"look\"]",
            "[3]",
            "f.toml:7:10: `hints` must be a list of strings",
        ),
        ("\"one\"", "\"One!\"", "f.toml:5:8: `name` must be one word"),
        ("\"one\"", "3", "f.toml:5:8: `name` must be a string"),
        (
            "solution = [\"get_users\"]",
            "",
            "f.toml:4:1: the lesson `one` has no `solution`",
        ),
        (
            "[[\"users\"]]",
            "[\"users\"]",
            "f.toml:9:9: `also` must be a list of lists",
        ),
        (
            "says = \"no\" }",
            "say = \"no\" }",
            "f.toml:10:35: unknown key `say` in a wrong answer",
        ),
        (
            "run = [\"get_version\"], ",
            "",
            "f.toml:10:10: this wrong answer has no `run`",
        ),
        (
            "\"a.txt\"",
            "\"../a\"",
            "f.toml:11:11: this is not a valid file name",
        ),
        (
            "holds = \"/users/dora\"\n",
            "",
            "f.toml:13:1: it must have one of `sent`, `holds`",
        ),
        (
            "/users/dora",
            "users",
            "f.toml:15:9: `holds` must be a path",
        ),
        ("quota_size =", "quotasize =", "f.toml:16:9: `where`: "),
        (
            "\"/users/dora\"",
            "\"/nosuch\"",
            "f.toml:16:9: the fields of this path are unknown",
        ),
        (
            "PUT /users",
            "SEND /users",
            "f.toml:20:8: `sent` begins with an unknown method",
        ),
        (
            "PUT /users",
            "/users",
            "f.toml:20:8: `sent` must be a method and a path",
        ),
        (
            "\"4xx\"",
            "\"9xx\"",
            "f.toml:21:10: `status` must be a status",
        ),
        (
            "\"token\"",
            "\"me\"",
            "f.toml:22:6: `by` must be one of `nothing`, `password`",
        ),
        (".status ==", ".status = (", "f.toml:23:6: `jq`: "),
        (
            "sent = \"PUT /users/*?disconnect=1\"",
            "gone = \"/users/x\"",
            "f.toml:21:10: `status` cannot be used with `gone`",
        ),
    ] {
        let said = error(old, new);
        assert!(said.starts_with(expected), "{said}\nexpected {expected}");
    }
    let twice = format!("{GOOD}\n{}", GOOD.split_once("\n\n").unwrap().1);
    let error = read("f", "f.toml", &twice).unwrap_err();
    assert!(
        error.message.contains("there is a lesson `one` already"),
        "{}",
        error.message
    );
    let error = read("f", "f.toml", "title = \"x\"").unwrap_err();
    assert!(error.message.ends_with("the course has no lesson"));
}
