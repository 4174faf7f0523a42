//! Both forms on the same run, and what a report does to the file system.

use super::*;
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

fn failed(exit: u8, ignored: bool) -> CaseResult {
    CaseResult::Failed {
        status: (exit == 4).then_some(404),
        exit,
        message: "no user <1> & \"co\"\u{1b}".to_owned(),
        hint: Some("`get_users`".to_owned()),
        ignored,
    }
}

fn run() -> Vec<(&'static str, &'static str, CaseResult)> {
    vec![
        (
            "a.sftpgo",
            "get_users",
            CaseResult::Done { status: Some(200) },
        ),
        ("b.sftpgo", "get_user_by_id 1", failed(4, false)),
        ("b.sftpgo", "-get_user_by_id 1", failed(4, true)),
        ("b.sftpgo", "get_version", failed(3, false)),
        (
            "a.sftpgo",
            "delete_user 1",
            CaseResult::Unknown {
                message: "cut off".to_owned(),
            },
        ),
        ("a.sftpgo", "echo '\"&<é\n\u{1b}'", CaseResult::NotRun),
    ]
}

const SUMMARY: Summary = Summary {
    done: 2,
    failed: 2,
    unknown: 1,
    not_run: Some(1),
    exit: 6,
    took: Duration::from_millis(1234),
};

fn written(form: ReportFormat, run: &[(&str, &str, CaseResult)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    let report = Report::create(form, &path).unwrap();
    for (at, (file, text, outcome)) in run.iter().enumerate() {
        report.record(&CaseReport {
            file,
            line: at + 1,
            column: 1,
            text,
            outcome,
            took: (*outcome != CaseResult::NotRun).then_some(Duration::from_millis(3)),
        });
    }
    report.finish(&SUMMARY).unwrap();
    fs::read_to_string(path).unwrap()
}

#[test]
fn junit() {
    let text = written(ReportFormat::Junit, &run());
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            r#"<?xml version="1.0" encoding="UTF-8"?>"#,
            r#"<testsuites tests="6" failures="1" errors="2" skipped="1" time="1.234" >"#,
            r#"<testsuite name="a.sftpgo" tests="1" failures="0" errors="0" skipped="0" time="0.003" >"#,
            r#"<testcase classname="a.sftpgo" name="1: get_users" file="a.sftpgo" line="1" time="0.003"/>"#,
            "</testsuite>",
            r#"<testsuite name="b.sftpgo" tests="3" failures="1" errors="1" skipped="0" time="0.009" >"#,
            r#"<testcase classname="b.sftpgo" name="2: get_user_by_id 1" file="b.sftpgo" line="2" time="0.003"><failure message="no user &lt;1&gt; &amp; &quot;co&quot;\u001b" type="exit 4">no user &lt;1&gt; &amp; "co"\u001b"#,
            "hint: `get_users`</failure></testcase>",
            r#"<testcase classname="b.sftpgo" name="3: -get_user_by_id 1" file="b.sftpgo" line="3" time="0.003"><system-out>failed, ignored: no user &lt;1&gt; &amp; "co"\u001b"#,
            "hint: `get_users`</system-out></testcase>",
            r#"<testcase classname="b.sftpgo" name="4: get_version" file="b.sftpgo" line="4" time="0.003"><error message="no user &lt;1&gt; &amp; &quot;co&quot;\u001b" type="exit 3">no user &lt;1&gt; &amp; "co"\u001b"#,
            "hint: `get_users`</error></testcase>",
            "</testsuite>",
            r#"<testsuite name="a.sftpgo" tests="2" failures="0" errors="1" skipped="1" time="0.003" >"#,
            r#"<testcase classname="a.sftpgo" name="5: delete_user 1" file="a.sftpgo" line="5" time="0.003"><error message="cut off" type="unknown">cut off</error></testcase>"#,
            r#"<testcase classname="a.sftpgo" name="6: echo '&quot;&amp;&lt;é&#10;\u001b'" file="a.sftpgo" line="6" time="0.000"><skipped/></testcase>"#,
            "</testsuite>",
            "</testsuites>",
        ]
    );
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn python_reads_the_junit_form() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xml");
    fs::write(&path, written(ReportFormat::Junit, &run())).unwrap();
    let script = "import sys, xml.etree.ElementTree as tree\n\
        root = tree.parse(sys.argv[1]).getroot()\n\
        print(root.tag, root.get('tests'), [len(suite) for suite in root], root[2][1].get('name'))";
    let Ok(output) = Command::new("python3")
        .args(["-c", script])
        .arg(&path)
        .output()
    else {
        eprintln!("skipped: no python3");
        return;
    };
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "testsuites 6 [1, 3, 2] 6: echo '\"&<é\n\\u001b'\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn json() {
    let text = written(ReportFormat::Json, &run());
    assert_eq!(
        text,
        r#"{"version":1,"commands":[
{"file":"a.sftpgo","line":1,"column":1,"command":"get_users","outcome":"done","status":200,"seconds":0.003},
{"file":"b.sftpgo","line":2,"column":1,"command":"get_user_by_id 1","outcome":"failed","status":404,"exit":4,"message":"no user <1> & \"co\"\u001b","hint":"`get_users`","seconds":0.003},
{"file":"b.sftpgo","line":3,"column":1,"command":"-get_user_by_id 1","outcome":"failed","status":404,"exit":4,"message":"no user <1> & \"co\"\u001b","hint":"`get_users`","ignored":true,"seconds":0.003},
{"file":"b.sftpgo","line":4,"column":1,"command":"get_version","outcome":"failed","exit":3,"message":"no user <1> & \"co\"\u001b","hint":"`get_users`","seconds":0.003},
{"file":"a.sftpgo","line":5,"column":1,"command":"delete_user 1","outcome":"unknown","message":"cut off","seconds":0.003},
{"file":"a.sftpgo","line":6,"column":1,"command":"echo '\"&<é\n\u001b'","outcome":"not_run"}
],"done":2,"failed":2,"unknown":1,"not_run":1,"exit":6,"seconds":1.234}
"#
    );
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let empty = written(ReportFormat::Json, &[]);
    assert!(empty.starts_with(r#"{"version":1,"commands":[],"done":2"#));
}

/// A report of the given form in a folder of its own.
fn begun(form: ReportFormat) -> (tempfile::TempDir, PathBuf, Report) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    let report = Report::create(form, &path).unwrap();
    (folder, path, report)
}

#[test]
fn an_unfinished_report_is_removed() {
    let (folder, _, report) = begun(ReportFormat::Junit);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    drop(report);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn finished_once_from_any_thread() {
    let (_folder, path, report) = begun(ReportFormat::Json);
    let other = report.clone();
    std::thread::spawn(move || other.finish(&SUMMARY))
        .join()
        .unwrap()
        .unwrap();
    let before = fs::read(&path).unwrap();
    report.record(&CaseReport {
        file: "a",
        line: 1,
        column: 1,
        text: "get_users",
        outcome: &CaseResult::NotRun,
        took: None,
    });
    report.finish(&Summary::default()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn an_unwritable_report_is_a_local_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no/report.xml");
    let error = Report::create(ReportFormat::Junit, &path).unwrap_err();
    assert_eq!(error.fault, crate::error::Fault::Local);
    assert!(error.message.starts_with("cannot write the report: "));
    let (folder, _, report) = begun(ReportFormat::Json);
    folder.close().unwrap();
    let error = report.finish(&SUMMARY).unwrap_err();
    assert!(error.message.starts_with("cannot write the report: "));
    assert!(report.finish(&SUMMARY).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_exact_in_json(text in any::<String>(), message in any::<String>()) {
        let run = [(text.as_str(), text.as_str(), CaseResult::Unknown { message: message.clone() })];
        let report = written(ReportFormat::Json, &run);
        let json: serde_json::Value = serde_json::from_str(&report).unwrap();
        prop_assert_eq!(&json["commands"][0]["command"], &serde_json::json!(text));
        prop_assert_eq!(&json["commands"][0]["message"], &serde_json::json!(message));
        prop_assert_eq!(report.lines().count(), 3);
    }

    #[test]
    fn any_text_is_escaped_in_xml(text in any::<String>()) {
        let run = [(text.as_str(), text.as_str(), CaseResult::Unknown { message: text.clone() })];
        let report = written(ReportFormat::Junit, &run);
        let forbidden = |c: char| c < ' ' && c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}');
        prop_assert!(!report.contains(forbidden));
        prop_assert_eq!(report.matches('<').count(), 9);
        prop_assert_eq!(report.matches('>').count(), 9);
    }
}
