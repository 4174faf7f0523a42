//! Whatever happened to the server since: a restore brings the backup back.

use super::{Desk, counted, settled, total};
use crate::generators::cases;
use crate::support::v2;
use proptest::prelude::*;
use serde_json::Value as Json;

/// What may have happened; a refusal is no harm.
const CHANGES: &[&str] = &[
    "delete_user carla",
    "delete_user backup",
    "delete_user anna.nowak",
    "delete_user webdeploy",
    "update_user press --uid 7 --status enabled --set filters.denied_ip='[\"192.0.2.9/32\"]'",
    "update_user jürgen --permissions /in=list --password other",
    "update_user carla --set groups='[]'",
    "update_user backup --set filesystem.s3config.access_secret=other",
    "delete_folder shared",
    "update_folder invoices --mapped_path /srv/else --description moved",
    "delete_group partners",
    "update_group staff --set user_settings.quota_size=1 --set virtual_folders='[]'",
    "delete_role helpdesk",
    "update_role helpdesk --description other",
    "delete_admin helper",
    "update_admin helper --permissions view_users --set filters.allow_list='[\"192.0.2.0/24\"]'",
    "delete_api_key Zq3kV9mXw2LbT7dRnC5yHp",
    "update_api_key Zq3kV9mXw2LbT7dRnC5yHp --description other",
    "delete_event_rule rotate-now",
    "delete_event_action rotate-log",
    "delete_event_rule nightly",
    "update_event_rule nightly --description later",
    "update_event_action backup-data --description other",
    "delete_ip_list_entry defender 198.51.100.0/24",
    "update_ip_list_entry defender 198.51.100.0/24 --description gone",
];

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn a_restore_gives_the_same_data(
        changes in proptest::sample::subsequence(CHANGES.to_vec(), 0..=CHANGES.len()).prop_shuffle()
    ) {
        let (desk, server) = (Desk::new(), v2());
        desk.done(&server, "backup b.json");
        let all = total(&desk.json("b.json"));
        let lines: Vec<String> = changes.iter().map(|line| format!("-{line}\n")).collect();
        let ran = desk.run_at(&server.url(), &[]).input(lines.concat()).go();
        prop_assert_eq!(ran.code, 0, "{:?}", ran);
        prop_assert!(!ran.err.contains("unknown"), "{}", ran.err);
        let ran = desk.go(&server, "restore b.json");
        prop_assert_eq!(ran.code, 0, "{:?}", ran);
        desk.done(&server, "backup again.json");
        prop_assert_eq!(settled(desk.json("again.json")), settled(desk.json("b.json")));
        let plan: Json = serde_json::from_str(&desk.done(&server, "restore b.json --plan").out)
            .expect("JSON");
        prop_assert_eq!(counted(&plan), [("same".to_owned(), all)]);
        let ran = desk.done(&server, "restore b.json");
        let told: Json = serde_json::from_str(&ran.out).expect("JSON");
        prop_assert_eq!(&told["same"], &all);
    }
}
