//! `quota_scan_all`: each user once, a few at a time, and what is reported on failures.

use super::*;
use crate::support::load_users;

#[test]
fn scans_run_a_few_at_a_time() {
    let server = Arc::new(v2());
    // Sample scans are slow: here all are over whenever it is looked.
    let proxy = Proxy::before(&server, |_, request| {
        if request.starts_with("GET /api/v2/quotas/users/scans") {
            json_answer("200 OK", "[]")
        } else {
            Act::Pass
        }
    });
    let ran = through(&proxy, &["quota_scan_all", "--at_once", "2", "--wait"]);
    let came: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        came,
        json!({"users": 6, "started": 5, "running_before": 1, "failed": [], "waited": true})
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    // Never more than two that are not known to have ended.
    let mut running = 0;
    let asked = proxy.asked();
    for Asked { request, .. } in &asked {
        if request.starts_with("POST /api/v2/quotas/users/") {
            running += 1;
            assert!(running <= 2, "{request}");
        } else if request.starts_with("GET /api/v2/quotas/users/scans") {
            running = 0;
        }
    }
    assert_eq!(running, 0, "it waits for the last ones");
    assert_eq!(count(&server, "POST /api/v2/quotas/users/"), 6);
}

#[test]
fn a_limit_of_the_primary_group_counts_as_well() {
    let server = v2();
    let (came, _) = one(&server, "quota_scan_all --with_quota --at_once 0");
    // carla's limit is her group's.
    assert_eq!(came["users"], 4);
    assert_eq!(count(&server, "GET /api/v2/groups/staff"), 1);
    assert_eq!(count(&server, "POST /api/v2/quotas/users/carla/scan"), 1);
    assert_eq!(count(&server, "POST /api/v2/quotas/users/press/scan"), 0);
}

#[test]
fn the_server_of_2019_is_scanned_too() {
    let server = practice();
    let ran = Run::at(&server, &["quota_scan_all", "--at_once", "0"]).go();
    let came: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((came["users"].as_u64(), ran.code), (Some(6), 0));
    assert_eq!(count(&server, "POST /api/v1/quota_scan"), 6);
}

#[test]
fn a_failed_scan_does_not_stop_the_others() {
    let proxy = Proxy::before(&Arc::new(v2()), |_, request| {
        if request.contains("/users/press/scan") {
            json_answer(
                "500 Internal Server Error",
                r#"{"error":"no such luck now"}"#,
            )
        } else {
            Act::Pass
        }
    });
    let ran = through(&proxy, &["quota_scan_all", "--at_once", "0"]);
    let came: Json = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(ran.code, 6, "{ran:?}");
    assert_eq!(came["failed"][0]["username"], "press");
    assert_eq!(came["started"].as_u64(), Some(4));
    assert!(
        ran.err.contains("1 scan of 6 could not be started"),
        "{}",
        ran.err
    );
}

#[test]
fn every_page_is_read() {
    let server = empty_v2();
    load_users(&server, (0..1003).map(|n| (format!("u{n}"), Json::Null)));
    let (came, _) = one(&server, "quota_scan_all --at_once 0");
    assert_eq!(
        (came["users"].as_u64(), came["started"].as_u64()),
        (Some(1003), Some(1003))
    );
    assert_eq!(count(&server, "GET /api/v2/users?"), 3);
}

#[test]
fn a_server_that_ignores_paging_causes_no_loop() {
    let users: Vec<Json> = (0..500)
        .map(|n| json!({"username": format!("u{n}")}))
        .collect();
    let body: &'static str = Json::Array(users).to_string().leak();
    let proxy = Proxy::before(&Arc::new(v2()), move |_, request| {
        if request.starts_with("GET /api/v2/users?") {
            json_answer("200 OK", body)
        } else {
            Act::Pass
        }
    });
    let ran = through(&proxy, &["expiring"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("it is the same page again"), "{}", ran.err);
}

#[test]
fn an_unknown_outcome_stops_the_scans() {
    for (status, body, kind) in [
        ("502 Bad Gateway", "<html>", "Content-Type: text/html\r\n"),
        ("503 Service Unavailable", "{}", JSON),
        ("429 Too Many Requests", "{}", JSON),
    ] {
        let proxy = Proxy::before(&Arc::new(v2()), move |_, request| {
            if request.contains("/users/jürgen/scan") || request.contains("/users/j%C3%BCrgen/scan")
            {
                Act::Say(answer(status, kind, body))
            } else {
                Act::Pass
            }
        });
        let ran = through(&proxy, &["quota_scan_all", "--at_once", "0"]);
        assert!(matches!(ran.code, 4 | 5), "{ran:?}");
        let is_unknown = ran.err.contains("it may or may not have been applied");
        assert_eq!(is_unknown, kind != JSON, "{}", ran.err);
        assert!(
            ran.err.contains(" of 6 scans were started, then: "),
            "{}",
            ran.err
        );
        let asked = proxy.asked();
        let last = asked.last().expect("it was asked");
        assert!(last.request.contains("rgen/scan"), "{}", last.request);
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_reports_how_many_scans_were_started() {
    let server = Arc::new(v2());
    // One never ends.
    let proxy = Proxy::before(&server, |_, request| {
        if request.starts_with("GET /api/v2/quotas/users/scans") {
            json_answer("200 OK", r#"[{"username":"carla"}]"#)
        } else {
            Act::Pass
        }
    });
    let args = ["--report", "json", "r.json", "quota_scan_all", "--wait"];
    let mut run = Run::new(&args)
        .env("SFTPGO_HOST", &proxy.url)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD);
    let report = run.home.path().join("r.json");
    let child = run.spawn();
    let looks = |proxy: &Proxy| {
        let asked = proxy.asked();
        asked
            .iter()
            .any(|asked| asked.request.contains("GET /api/v2/quotas/users/scans"))
    };
    while !looks(&proxy) {
        std::thread::yield_now();
    }
    let kill = format!("kill -INT {}", child.id());
    let sent = std::process::Command::new("sh")
        .args(["-c", &kill])
        .status();
    assert!(sent.expect("a shell").success());
    let ran = crate::support::end(child);
    let said = "`quota_scan_all` was interrupted: 5 of 6 scans were started";
    assert_eq!(
        (ran.code, ran.err),
        (130, format!("interrupted; 0 commands done; {said}\n"))
    );
    let report = std::fs::read_to_string(report).expect("a report");
    assert!(report.contains(said), "{report}");
}

#[test]
fn a_refusal_names_the_operation_and_the_permission() {
    let server = v2();
    let made = lines(
        &server,
        "add_admin reader --password reader-pw --permissions view_users\n",
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let ran = Run::at(&server, &["quota_scan_all"])
        .env("SFTPGO_USERNAME", "reader")
        .env("SFTPGO_PASSWORD", "reader-pw")
        .go();
    assert_eq!(ran.code, 4);
    assert_eq!(ran.out, "");
    assert!(
        ran.err.starts_with(
            "error: `quota_scan_all`: `start_user_quota_scan`: the server answered 403"
        ),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("this needs the permission `quota_scans`"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("0 of 6 scans were started"), "{}", ran.err);
}
