//! Objects with a second factor, which some releases clear when they create the object.

use super::{Desk, entry};
use crate::proxy::{Act, JSON, Proxy, answer};
use crate::support::v2;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// A user with a second factor and one with none.
fn users() -> Json {
    let sealed =
        json!({"status": "Secretbox", "payload": "5d3a", "key": "k1", "additional_data": "both"});
    let user = |name: &str, filters: Json| json!({"username": name, "status": 1, "home_dir": "/srv/x", "permissions": {"/": ["*"]}, "filters": filters});
    json!([
        user(
            "both",
            json!({"totp_config": {"enabled": true, "config_name": "Default", "secret": sealed, "protocols": ["SSH"]}})
        ),
        user(
            "codes",
            json!({"recovery_codes": [{"secret": sealed, "used": true}]})
        ),
        user(
            "off",
            json!({"totp_config": {"enabled": false, "config_name": "Default"}, "recovery_codes": []})
        ),
    ])
}

#[test]
fn users_are_sent_twice_to_the_releases_that_clear_them() {
    let (desk, server) = (Desk::new(), Arc::new(v2()));
    let admins = json!([{"username": "boss", "status": 1, "permissions": ["*"], "password": "pw-of-boss-1",
        "filters": {"recovery_codes": [{"secret": {"status": "Plain", "payload": "RC-1"}}]}}]);
    for (release, format, users_twice) in [
        ("2.2.0", 10, true),
        ("2.3.6", 12, true),
        ("2.4.0", 13, true),
        ("2.4.1", 13, false),
        ("2.5.6", 16, false),
    ] {
        desk.write(
            "b.json",
            &json!({"version": format, "users": users(), "admins": admins}),
        );
        let proxy = Proxy::before(&server, move |_, request| {
            if request.contains("dumpdata") {
                let dump = json!({"users": [], "admins": [], "folders": [], "version": format});
                Act::Say(answer("200 OK", JSON, &dump.to_string()))
            } else if request.contains("/version") {
                let about = json!({"version": release});
                Act::Say(answer("200 OK", JSON, &about.to_string()))
            } else if request.contains("loaddata") {
                Act::Say(answer("200 OK", JSON, "{\"message\":\"Data restored\"}"))
            } else {
                Act::Pass
            }
        });
        let ran = desk
            .run_at(&proxy.url, &["restore", "b.json", "--plan"])
            .go();
        let plan: Json = serde_json::from_str(&ran.out).expect("JSON");
        let then = |name| entry(&plan, name)["then"] == "update";
        let twice = ["both", "codes", "off", "boss"].map(then);
        assert_eq!(
            twice,
            [users_twice, users_twice, false, true],
            "{release}: {ran:?}"
        );
        desk.run_at(&proxy.url, &["restore", "b.json"]).go();
        let sent = proxy.requests().into_iter();
        let sent: Vec<String> = sent
            .filter(|request| request.contains("loaddata"))
            .collect();
        let times = |name: &str| sent.iter().filter(|request| request.contains(name)).count();
        let wanted = if users_twice { 2 } else { 1 };
        assert_eq!(
            (times("\"codes\""), times("\"boss\"")),
            (wanted, 2),
            "{release}"
        );
    }
}
