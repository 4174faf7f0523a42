//! Whatever is selected, and whatever goes wrong: the report is what the server did.

use super::{names, of, parsed, users};
use crate::generators::cases;
use crate::proxy::{Act, Proxy, answer};
use crate::support::{Run, v2};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What happens to the write of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Good,
    /// The server refuses it.
    Refused,
    /// It is carried out, and the answer is lost.
    Lost,
    /// It never reaches the server, which the client cannot know.
    Gone,
    /// The object cannot be read before.
    Unread,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        8 => Just(Fate::Good),
        2 => Just(Fate::Refused),
        1 => Just(Fate::Lost),
        1 => Just(Fate::Gone),
        1 => Just(Fate::Unread),
    ]
}

const USERS: [&str; 6] = [
    "anna.nowak",
    "backup",
    "carla",
    "jürgen",
    "press",
    "webdeploy",
];

fn in_url(name: &str) -> String {
    name.replace('ü', "%C3%BC")
}

fn refused() -> Act {
    let json = "Content-Type: application/json\r\n";
    let body = r#"{"error":"not now","message":"Forbidden"}"#;
    Act::Say(answer("403 Forbidden", json, body))
}

fn act(fates: &[(String, Fate)], request: &str) -> Act {
    let path = request.split(' ').nth(1).unwrap_or_default();
    let it = fates
        .iter()
        .find(|(name, _)| path.ends_with(&format!("/users/{name}")));
    let is_read = request.starts_with("GET");
    match it.map(|(_, fate)| *fate) {
        Some(Fate::Refused) if !is_read => refused(),
        Some(Fate::Lost) if !is_read => Act::Lose,
        Some(Fate::Gone) if !is_read => Act::Refuse,
        Some(Fate::Unread) if is_read => refused(),
        _ => Act::Pass,
    }
}

fn set(names: Vec<String>) -> BTreeSet<String> {
    names.into_iter().collect()
}

proptest! {
    #![proptest_config(cases(12))]
    #[test]
    fn the_report_is_what_the_server_did(
        fates in vec(fate(), USERS.len()),
        chosen in proptest::sample::subsequence(USERS.to_vec(), 2..=USERS.len()),
        deletes in any::<bool>(),
        jobs in 1..4_u8,
    ) {
        let server = Arc::new(v2());
        let before = users(&server);
        let fates: Vec<(String, Fate)> =
            USERS.iter().map(|name| in_url(name)).zip(fates).collect();
        let rule = fates.clone();
        let proxy = Proxy::before(&server, move |_, request| act(&rule, request));
        let condition = format!("--where=username in ({})", chosen.join(", "));
        let jobs = jobs.to_string();
        let mut args = vec![if deletes { "delete_user" } else { "update_user" }];
        args.extend(["--yes", "--jobs", &jobs, &condition]);
        if !deletes {
            args.extend(["--quota_files", "4321"]);
        }
        let ran = of(Run::new(&args).env("SFTPGO_HOST", &proxy.url)).go();
        let report = parsed(&ran);
        let done = set(names(&report, if deletes { "deleted" } else { "changed" }));
        let [failed, unknown, not_tried] =
            ["failed", "unknown", "not_tried"].map(|word| set(names(&report, word)));
        // Each is in one of the lists.
        let all = done.len() + failed.len() + unknown.len() + not_tried.len();
        prop_assert_eq!(all, chosen.len());
        let after = users(&server);
        let of_name = |name: &str| after.iter().find(|user| user["username"] == name);
        for old in &before {
            let name = old["username"].as_str().expect("a name");
            let mut new = old.clone();
            new["quota_files"] = json!(4321);
            let fate = fates.iter().find(|(own, _)| *own == in_url(name)).expect("a fate").1;
            let is_written = done.contains(name) || (unknown.contains(name) && fate == Fate::Lost);
            let expected = match (is_written, deletes) {
                (true, true) => None,
                (true, false) => Some(&new),
                (false, _) => Some(old),
            };
            prop_assert_eq!(of_name(name), expected, "{} {:?} {:?}", name, fate, ran);
            prop_assert!(!done.contains(name) || matches!(fate, Fate::Good)
                || (deletes && fate == Fate::Unread), "{} {:?}", name, fate);
            prop_assert!(!unknown.contains(name) || matches!(fate, Fate::Lost | Fate::Gone));
        }
        let is_good = failed.is_empty() && unknown.is_empty() && not_tried.is_empty();
        prop_assert_eq!(ran.code, if is_good { 0 } else { 6 }, "{:?}", ran);
        // No write is repeated.
        let mut writes: Vec<String> = proxy
            .requests()
            .iter()
            .filter(|one| one.starts_with("PUT") || one.starts_with("DELETE"))
            .map(|one| one.split(' ').nth(1).unwrap_or_default().to_owned())
            .collect();
        let count = writes.len();
        writes.sort();
        writes.dedup();
        prop_assert_eq!(writes.len(), count);
    }
}
