//! Parallel reads: stdout, stderr and exit code are the same as one after
//! another, byte for byte.

use crate::generators::cases;
use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::{PIPED, Ran, Run};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::time::Duration;

/// Lines that only read.
const READS: &[&str] = &[
    "get_users",
    "get_users --limit 1",
    "get_users --limit 2 --order DESC",
    "get_users --username anna.nowak",
    "get_users --username carla",
    "get_users --username nobody",
    "get_users --offset=99",
    "get_user_by_id 5134",
    "get_user_by_id 5135",
    "get_user_by_id 5136",
    "get_quota_scans",
    "get_sftp_connections",
    "get user?limit=1",
    "get /api/v1/user/5137",
    "get quota_scan",
    "python sftpgo_api_cli.py get_user_by_id 5138",
];

/// Lines that ask and are refused, or whose answer is no good.
const REFUSED: &[&str] = &[
    "get_user_by_id 1",
    "get nowhere",
    "get user?order=SIDEWAYS",
    "get html",
    "--retry 0 get gone",
    "get flaky",
    "get flaky",
    "get flaky",
    "connect $env.SFTPGO_HOST; get_users",
];

/// Lines that need what an answer brought.
const DEPENDENT: &[&str] = &[
    "get_user_by_id $id",
    "get_user_by_id",
    "echo $id $username",
    "echo $_.home_dir",
    "echo $_[0].username",
    "get user/$id",
    "get_users --username $username",
    "let u = $_",
    "let name = $_.username",
    "get_users --username $name",
    "echo \"$name has $u\"",
    "expect $_.id == 5136",
    "last",
    "last --output raw",
    "echo $connection",
];

/// Lines of the shell's own.
const OWN: &[&str] = &[
    "echo a 'b  c'",
    "let x = 7",
    "echo $x",
    "expect ok",
    "expect status 200",
    "expect status 2xx",
    "expect error",
    "expect $_ exists",
    "set output compact",
    "set output json",
    "set debug on",
    "set debug off",
    "set echo on",
    "set echo commands",
    "set echo off",
    "set on_error continue",
    "set on_error stop",
    "set timeout 9s",
    "set api v1",
    "set api 2019",
    "explain get_users",
    "curl get_user_by_id 7",
    "source second.sftpgo",
    "-source second.sftpgo",
    "-source second.sftpgo",
    "-source second.sftpgo",
    "exit 7",
    "",
    "# a comment",
    "get_users # why \\",
    "nonsense",
    "get_users --limit 9999",
];

/// Settings that hold for one command.
const OVERRIDES: &[&str] = &[
    "--output compact ",
    "--output=ndjson ",
    "--debug on ",
    "--echo on ",
    "--echo only ",
    "--timeout 9s ",
    "--retry 0 ",
    "--api v1 ",
    "--retry 0 --base_url http://127.0.0.1:1 ",
    "-",
];

/// Lines that write: nothing is in progress with them.
const WRITES: &[&str] = &[
    "start_quota_scan carla",
    "add_user zoe --home_dir /z --permissions '*' --password pw",
    "delete_user 5138",
    "put user/5136 --json '{\"quota_files\":4}'",
    "delete user/77",
];

fn command() -> impl Strategy<Value = String> {
    let asked = prop_oneof![
        8 => select(READS),
        2 => select(REFUSED),
        2 => select(DEPENDENT),
        1 => select(WRITES),
    ];
    let overridden = (select(OVERRIDES), asked.clone()).prop_map(|(flag, line)| {
        let fits = !line.contains("; ") && !line.starts_with("python") && !line.starts_with("--");
        format!("{}{line}", if fits { flag } else { "" })
    });
    prop_oneof![
        9 => asked.prop_map(str::to_owned),
        3 => overridden,
        3 => select(OWN).prop_map(str::to_owned),
    ]
}

/// A file: commands with what stands between them.
fn file(most: usize) -> impl Strategy<Value = String> {
    let gap = select(&["\n", "\n", "\n", "\n", "\r\n", "\n\n", "; ", " ;"][..]);
    vec((command(), gap), 4..most).prop_map(|lines| {
        let mut text = String::new();
        for (number, (line, gap)) in lines.iter().enumerate() {
            // Who gets the one bad answer must not be a matter of luck.
            text.push_str(&line.replace("flaky", &format!("flaky?n={number}")));
            let is_comment = line.contains('#');
            text.push_str(if is_comment { "\n" } else { gap });
        }
        text
    })
}

/// Delays by the target, so that answers come in another order than they were asked for.
fn rule(_: usize, request: &str) -> Act {
    let mark: usize = request.bytes().map(usize::from).sum();
    if request.contains("html") {
        return Act::Say(answer("200 OK", "Content-Type: text/html\r\n", "<b>"));
    }
    if request.contains("gone") {
        return Act::Refuse;
    }
    match mark % 5 {
        0 => Act::Late(Duration::from_millis(4)),
        1 => Act::Late(Duration::from_millis(2)),
        _ => Act::Pass,
    }
}

/// The proxy of a run: the first time that `flaky` is asked for, it is too busy.
fn proxy() -> Proxy {
    let met = std::sync::Mutex::new(std::collections::HashSet::new());
    Proxy::new(move |number, request| {
        let busy = || answer("503 Busy", &format!("{JSON}Retry-After: 0\r\n"), "{}");
        if request.contains("flaky") && met.lock().expect("no panic").insert(request.to_owned()) {
            return Act::Say(busy());
        }
        rule(number, request)
    })
}

/// A file that the check before the run lets through, as most are.
fn right(text: &str) -> String {
    let wrong = [
        ("nonsense", "echo nonsense"),
        ("--limit 9999", "--limit 99"),
        ("set api v1", "set output raw"),
        ("--api v1", "--output raw"),
    ];
    let text = wrong
        .iter()
        .fold(text.to_owned(), |text, (bad, good)| text.replace(bad, good));
    format!("let x = 1; let u = 2; let name = anna.nowak\n{text}")
}

fn run(text: &str, second: &str, args: &[&str], piped: bool, ahead: &str) -> Ran {
    let proxy = proxy();
    let args: Vec<&str> = args
        .iter()
        .copied()
        .chain(["--read-ahead", ahead])
        .collect();
    let run = Run::new(&args)
        .env("SFTPGO_HOST", &proxy.url)
        .file("second.sftpgo", second)
        .file("first.sftpgo", text);
    let run = if piped {
        run.input(text)
    } else {
        run.input_file("first.sftpgo")
    };
    let ran = run.go();
    // Each run has a server of its own.
    let addr = proxy.url.trim_start_matches("http://");
    let same = |text: String| text.replace(addr, "ADDR");
    Ran {
        out: same(ran.out),
        err: same(ran.err),
        ..ran
    }
}

/// What is not the same, if anything.
fn first_difference(one: &Ran, other: &Ran) -> Option<String> {
    for (name, one, other) in [
        ("stdout", &one.out, &other.out),
        ("stderr", &one.err, &other.err),
    ] {
        if one != other {
            let same = one.lines().zip(other.lines()).take_while(|(a, b)| a == b);
            let at = same.count();
            let line = |text: &str| text.lines().nth(at).unwrap_or("(its end)").to_owned();
            return Some(format!(
                "line {} of {name} is {:?} and should be {:?}",
                at + 1,
                line(one),
                line(other)
            ));
        }
    }
    (one.code != other.code).then(|| format!("exit code {} should be {}", one.code, other.code))
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn parallel_reads_give_the_same_output(
        text in file(40),
        second in file(8),
        keep_going: bool,
        echo in select(&["off", "commands", "on"][..]),
        retry: bool,
        piped: bool,
    ) {
        let text = if piped { text } else { right(&text) };
        let second = right(&second).replace("second.sftpgo", "third.sftpgo");
        let mut args = PIPED.to_vec();
        if keep_going {
            args.push("--keep-going");
        }
        args.extend(["--echo", echo]);
        if retry {
            args.extend(["--retry", "1"]);
        }
        let one = run(&text, &second, &args, piped, "1");
        for ahead in ["4", "16"] {
            let together = run(&text, &second, &args, piped, ahead);
            let differs = first_difference(&together, &one);
            prop_assert!(differs.is_none(), "with {}: {}\n{}", ahead, differs.unwrap_or_default(), text);
        }
    }
}
