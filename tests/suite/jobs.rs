//! Parallel writes: the report and the summary state exactly what the server
//! did, whatever goes wrong, and nothing is sent twice.

use crate::generators::cases;
use crate::proxy::{Act, Asked, JSON, Proxy, answer};
use crate::support::{Ran, Run};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Mutex;
use std::time::Duration;

/// A command of a file, and the request that it makes.
#[derive(Clone, Debug)]
struct Line {
    text: String,
    /// As the proxy keeps it, up to the first thing that tells it from others.
    request: String,
    writes: bool,
    ignored: bool,
}

const NAMES: &[&str] = &["anna.nowak", "carla", "neu", "neuer", "zoe"];

/// A command; `{n}` is its number.
fn line(ids: Range<i64>) -> impl Strategy<Value = (String, String, bool)> {
    let made = |text: String, request: String| (text, request, true);
    let add = select(NAMES).prop_map(move |name| {
        made(
            format!("add_user {name} --home_dir /h --permissions '*' --password p --uid {{n}}"),
            format!("POST /api/v1/user {{\"id\":0,\"username\":\"{name}\",\"home_dir\":\"/h\",\"uid\":{{n}},"),
        )
    });
    let update = (ids.clone(), select(NAMES)).prop_map(move |(id, name)| {
        made(
            format!("update_user {id} {name} --home_dir /h --permissions '*' --uid {{n}}"),
            format!("PUT /api/v1/user/{id} {{\"id\":{id},\"username\":\"{name}\",\"home_dir\":\"/h\",\"uid\":{{n}},"),
        )
    });
    let delete = (ids.clone()).prop_map(move |id| {
        made(
            format!("delete user/{id}?n={{n}}"),
            format!("DELETE /api/v1/user/{id}?n={{n}}"),
        )
    });
    let scan = select(NAMES).prop_map(move |name| {
        made(
            format!("post quota_scan?n={{n}} --json '{{\"username\":\"{name}\"}}'"),
            format!("POST /api/v1/quota_scan?n={{n}} {{\"username\":\"{name}\"}}"),
        )
    });
    let put = (ids.clone()).prop_map(move |id| {
        made(
            format!("put user/{id} --query n={{n}} --json '{{\"quota_files\":4}}'"),
            format!("PUT /api/v1/user/{id}?n={{n}} {{\"quota_files\":4}}"),
        )
    });
    let look = (ids.clone()).prop_map(|id| {
        (
            format!("get user/{id}?n={{n}}"),
            format!("GET /api/v1/user/{id}?n={{n}}"),
            false,
        )
    });
    prop_oneof![3 => add, 3 => update, 2 => delete, 2 => scan, 1 => put, 2 => look]
}

fn lines(ids: Range<i64>) -> impl Strategy<Value = Vec<Line>> {
    vec((line(ids), 0..8_u8), 3..25).prop_map(|lines| {
        let lines = lines.into_iter().enumerate();
        lines
            .map(|(at, ((text, request, writes), dash))| {
                let number = (at + 1).to_string();
                let ignored = dash == 0;
                let dash = if ignored { "-" } else { "" };
                Line {
                    text: format!("{dash}{}", text.replace("{n}", &number)),
                    request: request.replace("{n}", &number),
                    writes,
                    ignored,
                }
            })
            .collect()
    })
}

/// What goes wrong with the n-th request.
fn faults() -> impl Strategy<Value = BTreeMap<usize, Act>> {
    let html = "Content-Type: text/html\r\n";
    let act = select(vec![
        Act::Refuse,
        Act::Refuse,
        Act::Lose,
        Act::Lose,
        Act::Say(answer("503 Busy", JSON, "{\"error\":\"busy\"}")),
        Act::Say(answer("503 Busy", html, "<b>")),
        Act::Say(answer("200 OK", html, "<b>")),
        Act::Say(answer("403 No", html, "<b>")),
        Act::Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[".to_vec()),
        Act::Late(Duration::from_millis(5)),
    ]);
    proptest::collection::btree_map(0..25_usize, act, 0..4)
}

/// What the report must say of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    Done,
    Failed,
    Unknown,
    NotRun,
}

impl Came {
    fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotRun => "not_run",
        }
    }
}

/// The outcome of a request, as its sender can know it.
fn came(asked: &Asked, line: &Line, says: &HashMap<String, Act>) -> Came {
    let lost = if line.writes {
        Came::Unknown
    } else {
        Came::Failed
    };
    match says.get(&asked.request) {
        Some(Act::Say(bytes)) => {
            let text = String::from_utf8_lossy(bytes);
            let is_json = text.contains("application/json");
            let raw = !line.text.contains("_user ");
            match asked.told {
                Some(200) if raw => Came::Done,
                Some(200) => lost,
                Some(500..) if !is_json => lost,
                _ => Came::Failed,
            }
        }
        Some(Act::Refuse | Act::Lose | Act::Cut(_)) => lost,
        _ => match asked.carried_out {
            Some(200..=299) => Came::Done,
            _ => Came::Failed,
        },
    }
}

/// Runs a file, with what goes wrong; returns what it left and what was asked.
fn run(
    lines: &[Line],
    faults: &BTreeMap<usize, Act>,
    args: &[&str],
) -> (Ran, Value, Vec<Asked>, HashMap<String, Act>) {
    let faults = faults.clone();
    let said = std::sync::Arc::new(Mutex::new(HashMap::new()));
    let kept = std::sync::Arc::clone(&said);
    let proxy = Proxy::new(move |number, request| {
        // Some are slow, so that the next ones would overtake them.
        let mark: u64 = request.bytes().map(u64::from).sum();
        let slow = Act::Slow(Duration::from_millis(mark % 3 * 3));
        let act = faults.get(&number).cloned().unwrap_or(slow);
        let mut kept = kept.lock().expect("no panic");
        kept.insert(request.to_owned(), act.clone());
        act
    });
    let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let run = Run::new(&[&["--report", "json", "report.json", "-f", "w.sftpgo"], args].concat())
        .env("SFTPGO_HOST", &proxy.url)
        .env("SFTPGO_SHELL_OUTPUT", "compact")
        .file("w.sftpgo", text.join("\n"));
    let report = run.home.path().join("report.json");
    let (ran, report) = run.leaving(&report);
    let report = serde_json::from_str(&report).expect("the report is JSON");
    let said = said.lock().expect("no panic").clone();
    (ran, report, proxy.asked(), said)
}

fn check(lines: &[Line], faults: &BTreeMap<usize, Act>, jobs: &str, keep_going: bool) {
    let mut args = vec!["--jobs", jobs];
    if keep_going {
        args.push("--keep-going");
    }
    let (ran, report, asked, said) = run(lines, faults, &args);
    let context = || {
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        let texts = texts.join("\n");
        format!("{jobs} jobs\n{texts}\n{asked:#?}\n{report:#}\n{}", ran.err)
    };
    let entries = report["commands"].as_array().expect("a list");
    assert_eq!(entries.len(), lines.len(), "{}", context());
    let mut counts: BTreeMap<Came, usize> = BTreeMap::new();
    let mut first_failed = None;
    let mut ignored = 0;
    let mut after = Vec::new();
    for (at, (line, entry)) in lines.iter().zip(entries).enumerate() {
        assert_eq!(entry["line"], at + 1, "{}", context());
        let sent: Vec<&Asked> = asked
            .iter()
            .filter(|asked| asked.request.starts_with(&line.request))
            .filter(|asked| !asked.request[line.request.len()..].starts_with(char::is_numeric))
            .collect();
        assert!(sent.len() < 2, "sent twice: {}\n{}", line.text, context());
        let should = sent
            .first()
            .map_or(Came::NotRun, |asked| came(asked, line, &said));
        let is = entry["outcome"].as_str().expect("an outcome");
        // What only reads may have been asked ahead for nothing.
        let unused = !line.writes && is == "not_run" && first_failed.is_some();
        assert!(
            is == should.name() || unused,
            "{} is {is}, not {should:?}\n{}",
            line.text,
            context()
        );
        let should = if unused { Came::NotRun } else { should };
        if first_failed.is_some() && should != Came::NotRun && !keep_going {
            after.push((at + 1, should));
        }
        let fails = matches!(should, Came::Failed | Came::Unknown);
        if fails && !line.ignored {
            first_failed.get_or_insert(at + 1);
        }
        let counted = if line.ignored && should == Came::Failed {
            Came::Done
        } else {
            should
        };
        ignored += usize::from(line.ignored && should == Came::Unknown);
        *counts.entry(counted).or_default() += 1;
    }
    let count = |came: Came| counts.get(&came).copied().unwrap_or(0);
    for came in [Came::Done, Came::Failed, Came::Unknown, Came::NotRun] {
        assert_eq!(report[came.name()], count(came), "{}", context());
    }
    assert_eq!(report["exit"], ran.code, "{}", context());
    let said = closing(
        first_failed,
        (&count, ignored),
        &after,
        lines.len(),
        keep_going,
    );
    assert!(ran.err.ends_with(&said), "{said}\n{}", context());
    assert_eq!(ran.code == 0, first_failed.is_none(), "{}", context());
    // Each answer in the order of the file, once.
    let shown = ran.out.lines().count();
    assert!(shown <= lines.len(), "{}", context());
}

/// The last lines on stderr.
fn closing(
    first_failed: Option<usize>,
    (count, ignored): (&dyn Fn(Came) -> usize, usize),
    after: &[(usize, Came)],
    all: usize,
    keep_going: bool,
) -> String {
    let Some(line) = first_failed else {
        return String::new();
    };
    let (failed, unknown) = (count(Came::Failed), count(Came::Unknown));
    if keep_going {
        let of = match unknown {
            0 => String::new(),
            1 => "; the outcome of 1 is unknown".to_owned(),
            unknown => format!("; the outcome of {unknown} is unknown"),
        };
        return format!(
            "{} of {all} commands failed{of}\n",
            failed + unknown - ignored
        );
    }
    let done = count(Came::Done);
    let s = if done == 1 { "" } else { "s" };
    let mut said = format!(
        "stopped at w.sftpgo:{line}; {done} command{s} done, {} not run\n",
        count(Came::NotRun)
    );
    let parts: Vec<String> = [
        (Came::Done, "done"),
        (Came::Failed, "failed"),
        (Came::Unknown, "unknown"),
    ]
    .into_iter()
    .filter_map(|(came, how)| {
        let lines = after.iter().filter(|(_, other)| *other == came);
        let lines: Vec<String> = lines.map(|(line, _)| format!("w.sftpgo:{line}")).collect();
        (!lines.is_empty()).then(|| format!("{how} {}", lines.join(", ")))
    })
    .collect();
    if !parts.is_empty() {
        said.push_str(&format!(
            "also running at that point: {}\n",
            parts.join("; ")
        ));
    }
    said
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn the_report_is_what_the_server_did(
        lines in lines(5134..5142),
        faults in faults(),
        keep_going: bool,
    ) {
        for jobs in ["1", "2", "8"] {
            check(&lines, &faults, jobs, keep_going);
        }
    }

    /// What is about the same user is done in the file's order. Which id a new
    /// user gets is the server's matter: none of theirs is meant.
    #[test]
    fn many_jobs_give_the_result_of_one(lines in lines(5134..5140)) {
        let outcomes = |jobs: &str| {
            let (_, report, _, _) = run(&lines, &BTreeMap::new(), &["--keep-going", "--jobs", jobs]);
            let entries = report["commands"].as_array().expect("a list").clone();
            entries.iter().map(|entry| entry["status"].clone()).collect::<Vec<_>>()
        };
        prop_assert_eq!(outcomes("1"), outcomes("8"), "{:?}", lines);
    }
}
