//! The user's own variables: `let`, `--var`, `--vars-file`.

use crate::generators::cases;
use crate::support::{PIPED, Ran, Run, asked, practice};
use proptest::prelude::*;
use serde_json::{Value, json};

fn piped(input: &str) -> Ran {
    Run::new(&PIPED).input(input).go()
}

#[test]
fn let_sets_a_variable() {
    let server = practice();
    let text = "get_user_by_id 5134\nlet u = $_\nlet home=$u.home_dir\nconnect http://127.0.0.1:1\n\
                echo \"$home ${home}x '$u.permissions[0]'\"\nlet home = 'a  b'\nlet e = ''; let f=\n\
                echo \"[$home][$e][$f]\"\nlet list = $u.permissions\necho ${list[0]}\n";
    let ran = Run::at(&server, &["--output", "compact"]).input(text).go();
    let (answer, rest) = ran.out.split_once('\n').expect("lines");
    assert!(answer.starts_with("{\"id\":5134,"), "{answer}");
    assert_eq!(
        rest,
        "/srv/sftp/carla /srv/sftp/carlax '*'\n[a  b][][]\n*\n"
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn invalid_assignments() {
    for (line, column, message, hint) in [
        (
            "let",
            1,
            "`let` needs a name and a value",
            "write `let NAME = VALUE` or `let NAME=VALUE`",
        ),
        (
            "let x",
            5,
            "`let` needs a name and a value",
            "write `let NAME = VALUE` or `let NAME=VALUE`",
        ),
        (
            "let x y",
            5,
            "`let` needs a name and a value",
            "write `let NAME = VALUE` or `let NAME=VALUE`",
        ),
        (
            "let x =",
            5,
            "`x` has no value",
            "`let x = ''` makes it empty",
        ),
        (
            "let x = a b",
            11,
            "unexpected argument",
            "put a value with spaces in quotes: `let NAME = 'a b'`",
        ),
        (
            "let id = 1",
            5,
            "`$id` is a built-in variable",
            "choose another name",
        ),
        (
            "let env=1",
            5,
            "`$env` is a built-in variable",
            "choose another name",
        ),
        (
            "let 1x = 1",
            5,
            "`1x` cannot be the name of a variable",
            "a name consists of letters, digits and `_`, and does not start with a digit",
        ),
        (
            "let a-b=1",
            5,
            "`a-b` cannot be the name of a variable",
            "a name consists of letters, digits and `_`, and does not start with a digit",
        ),
        (
            "let = 1",
            5,
            "`let` needs a name and a value",
            "write `let NAME = VALUE` or `let NAME=VALUE`",
        ),
        (
            "let x=1; echo $x.y",
            15,
            "`$x` is a plain value without members",
            "write `${x}` before a `.` or a `[`",
        ),
        (
            "let x={}; echo $x.y",
            16,
            "`$x` has no `.y`",
            "`echo $x` shows what it holds",
        ),
        (
            "let home=1; echo $hmoe",
            18,
            "unknown variable `$hmoe`",
            "did you mean `$home`? Write `\\$` for a literal dollar sign",
        ),
    ] {
        // A file is checked before, a pipe as it runs: the words are the same.
        for ran in [
            piped(line),
            Run::new(&["-f", "stdin"]).file("stdin", line).go(),
        ] {
            let said = format!("stdin:1:{column}: error: {message}\n");
            assert!(ran.err.starts_with(&said), "{line}: {}", ran.err);
            assert!(
                ran.err.contains(&format!("\nhint: {hint}\n")),
                "{line}: {}",
                ran.err
            );
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}");
        }
    }
}

#[test]
fn a_file_is_checked_with_the_values_that_are_known() {
    let server = practice();
    let check = |text: &str| Run::at(&server, &["-f", "f"]).file("f", text).go();
    check("get_users\nlet n = 0\nget_users --limit $n\n").is(
        2,
        "",
        "f:3:19: error: `--limit` must be a whole number from 1 to 500; this is `0`\n  get_users --limit $n\n                    \
         ^^\nnothing was run\n",
    );
    check("get_users\necho $n\nlet n = 1\n").is(
        2,
        "",
        "f:2:6: error: unknown variable `$n`\n  echo $n\n       ^^\nhint: the variables are `$id`, `$username`, `$connection`, `$_` \
         and `$env.NAME`; write `\\$` for a literal dollar sign\nnothing was run\n",
    );
    assert_eq!(asked(&server), [""; 0]);
    // What only the run can know is left to it.
    let text = "get_users --username carla\nlet n = $_[0].uid\nlet m = $n\nget_users --limit $m --offset ${n}\n";
    let ran = check(text);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains(
            "f:4:19: error: `--limit` must be a whole number from 1 to 500; this is `1001`\n"
        ),
        "{}",
        ran.err
    );
    assert_eq!(asked(&server).len(), 1);
}

#[test]
fn variables_at_the_start() {
    let file = "\u{feff}home=/srv/x y\r\n\r\n# n=1\r\nn=5\r\nquoted='a' # b\r\n";
    let run = |args: &[&str]| Run::new(args).file("v", file).file("w", "n=7").go();
    run(&[
        "--var",
        "n=6",
        "--vars-file",
        "v",
        "--var=e=",
        "-c",
        "echo \"$home|$n|$e|$quoted\"",
    ])
    .is(0, "/srv/x y|6||'a' # b\n", "");
    run(&["--vars_file", "v", "--vars-file=w", "-c", "echo $n"]).is(0, "7\n", "");
    run(&["--var", "n=-1", "--var", "n=--x", "-c", "echo $n"]).is(0, "--x\n", "");
    // The check knows them.
    let wrong = run(&[
        "--vars-file",
        "v",
        "--var",
        "n=0",
        "-c",
        "echo a; get_users --limit $n",
    ]);
    assert_eq!((wrong.code, wrong.out.as_str()), (2, ""));
    // One command has no variables, and help no need of a file.
    run(&["--var", "n=1", "echo", "$n"]).is(0, "$n\n", "");
    assert_eq!(run(&["--vars-file", "nowhere", "--help"]).code, 0);
}

#[test]
fn wrong_variables_at_the_start() {
    let name =
        "hint: a name consists of letters, digits and `_`, and does not start with a digit\n";
    for (args, said) in [
        (&["--var", "n"][..], "`--var` expects NAME=VALUE; this is `n`\nhint: for an empty value write `--var NAME=`\n".to_owned()),
        (&["--var", "=1"], format!("`--var`: `` cannot be the name of a variable\n{name}")),
        (&["--var", "_=1"], "`--var`: `$_` is a built-in variable\nhint: choose another name\n".to_owned()),
        (&["--var"], "`--var` needs a value\n".to_owned()),
        (&["--vars-file", "v"], "v:3: expected NAME=VALUE, but the line has no `=`\nhint: comments start with `#`\n".to_owned()),
        (&["--vars-file", "w"], "w:1: a space next to the name\nhint: write NAME=VALUE; everything after the `=` is taken literally\n".to_owned()),
        (&["--vars-file", "x"], format!("x:2: `a-b` cannot be the name of a variable\n{name}")),
    ] {
        let run = Run::new(args).file("v", "a=1\n\nhunter2\n").file("w", "a = 1");
        run.file("x", "#\na-b=1\n").go().is(2, "", &format!("error: {said}"));
    }
    Run::new(&["--vars-file", "nowhere"]).go().is(
        1,
        "",
        "error: cannot open `nowhere`: no such file or directory\n",
    );
}

/// Any JSON, small.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|number: f64| json!(number)),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,4}", inner, 0..4)
                .prop_map(|members| json!(members)),
        ]
    })
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn let_keeps_any_json_value(values in proptest::collection::vec(any_json(), 1..12)) {
        let mut text = String::new();
        for value in &values {
            let json = value.to_string().replace('\'', "'\\''");
            let indented = format!("{value:#}").replace('\'', "'\\''").replace('\n', " ");
            text.push_str(&format!("let a = '{json}'\nlet b=$a\nexpect $a == '{json}'\nexpect \"$b\" == '{indented}'\n"));
            if value.is_array() || value.is_object() {
                text.push_str(&format!("expect $b contains '{json}'\n"));
            }
            text.push_str(&format!("-expect $a != '{indented}'\n"));
        }
        // Newlines within a value would end the line.
        prop_assume!(!text.contains('\r') && !text.contains('\0'));
        let ran = Run::new(&PIPED).input(&text).go();
        prop_assert_eq!(ran.code, 0, "{}\n{}", text, ran.err);
        prop_assert_eq!(ran.err.matches("error: expected `$a != ").count(), values.len());
    }
}
