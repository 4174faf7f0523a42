//! Nothing but the named fields changes: whole objects are compared.

use super::{does, object, run};
use crate::generators::cases;
use crate::support::v2;
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::{Value as Json, json};

/// One word for a change, and what it does to a user.
type Word = (&'static str, fn(&mut Json));

fn add(user: &mut Json, path: &str, item: Json) {
    let (parent, key) = path.rsplit_once('/').expect("a path");
    let parent = if parent.is_empty() {
        user
    } else {
        user.pointer_mut(parent).expect("an object")
    };
    let list = &mut parent[key];
    if list.is_null() {
        *list = json!([]);
    }
    let list = list.as_array_mut().expect("a list");
    if !list.contains(&item) {
        list.push(item);
    }
}

fn take(user: &mut Json, path: &str, is_it: impl Fn(&Json) -> bool) {
    if let Some(list) = user.pointer_mut(path).and_then(Json::as_array_mut) {
        list.retain(|item| !is_it(item));
    }
}

const WORDS: &[Word] = &[
    ("--allowed_ip +203.0.113.0/24 -192.0.2.0/24", |user| {
        take(user, "/filters/allowed_ip", |item| item == "192.0.2.0/24");
        add(user, "/filters/allowed_ip", json!("203.0.113.0/24"));
    }),
    ("--denied_ip 198.51.100.9/32", |user| {
        user["filters"]["denied_ip"] = json!(["198.51.100.9/32"]);
    }),
    ("--denied_protocols +DAV", |user| {
        add(user, "/filters/denied_protocols", json!("DAV"));
    }),
    ("--secondary_groups +extra", |user| {
        add(user, "/groups", json!({"name": "extra", "type": 2}));
    }),
    ("--group ''", |user| {
        take(user, "/groups", |item| item["type"] == 1);
    }),
    ("--folder +/new=archive", |user| {
        add(
            user,
            "/virtual_folders",
            json!({"name": "archive", "virtual_path": "/new"}),
        );
    }),
    ("--permissions /word=+list,+upload", |user| {
        user["permissions"]["/word"] = json!(["list", "upload"]);
    }),
    ("--max_sessions 9", |user| user["max_sessions"] = json!(9)),
    ("--start_directory /word", |user| {
        user["filters"]["start_directory"] = json!("/word");
    }),
];

/// Removes the members that are not there or have no items, however far down.
fn without_empty(value: &mut Json) {
    if let Some(members) = value.as_object_mut() {
        members.values_mut().for_each(without_empty);
        members.retain(|_, value| *value != json!([]) && !value.is_null());
    }
}

/// A user to compare: of folders only what a user says of them, and nothing that is empty.
fn comparable(mut user: Json) -> Json {
    for folder in user
        .get_mut("virtual_folders")
        .and_then(Json::as_array_mut)
        .into_iter()
        .flatten()
    {
        folder
            .as_object_mut()
            .expect("a folder")
            .retain(|key, value| {
                let own =
                    ["name", "virtual_path", "quota_size", "quota_files"].contains(&key.as_str());
                own && *value != 0
            });
    }
    without_empty(&mut user);
    user
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn only_what_the_words_name_is_changed(
        chosen in subsequence(WORDS, 1..=5),
        users in subsequence(&["anna.nowak", "backup", "carla", "press", "webdeploy"][..], 1..=4),
        by_condition in any::<bool>(),
    ) {
        let server = v2();
        does(&server, "add_group extra");
        does(&server, "add_folder archive --mapped_path /srv/archive");
        let all = ["anna.nowak", "backup", "carla", "jürgen", "press", "webdeploy"];
        let read = || all.map(|name| object(&server, &format!("users/{}", name.replace('ü', "%C3%BC"))));
        let before = read();
        let flags: Vec<&str> = chosen.iter().map(|(flags, _)| *flags).collect();
        let flags = flags.join(" ");
        let line = if by_condition {
            format!("update_user --where 'username in ({})' {flags} --yes", users.join(", "))
        } else {
            format!("update_user {} {flags} --yes", users.join(" "))
        };
        let ran = run(&server, &line);
        prop_assert_eq!(ran.code, 0, "{}: {:?}", line, ran);
        for ((name, before), after) in all.iter().zip(before).zip(read()) {
            let mut expected = before;
            if users.contains(name) {
                for (_, change) in &chosen {
                    change(&mut expected);
                }
            }
            prop_assert_eq!(comparable(after), comparable(expected), "{}: {}", name, line);
        }
    }
}
