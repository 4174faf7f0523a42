//! `clone_user`: a user copied from another one.

use super::*;

#[test]
fn a_clone_omits_personal_fields() {
    let server = v2();
    let (bob, ran) = one(
        &server,
        "clone_user carla bob --quota_files 7 --description new",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        ran.err,
        "not copied from `carla`: `email`, `public_keys`\n\
         warning: the new user has no password, public key or certificate yet\n"
    );
    let (carla, _) = one(&server, "get_user_by_username carla");
    let mut expected = carla.clone();
    let members = expected.as_object_mut().expect("an object");
    for own in ["email", "public_keys", "has_password"] {
        members.shift_remove(own);
    }
    for (key, value) in [
        ("username", json!("bob")),
        ("home_dir", json!("/srv/sftp/bob")),
        ("quota_files", json!(7)),
        ("description", json!("new")),
    ] {
        members.insert(key.to_owned(), value);
    }
    let mut bob = bob;
    for key in [
        "id",
        "created_at",
        "updated_at",
        "last_password_change",
        "last_login",
        "has_password",
    ] {
        bob.as_object_mut().expect("an object").shift_remove(key);
        expected
            .as_object_mut()
            .expect("an object")
            .shift_remove(key);
    }
    for key in ["used_quota_size", "used_quota_files", "last_quota_update"] {
        expected
            .as_object_mut()
            .expect("an object")
            .shift_remove(key);
    }
    assert_eq!(bob, expected);
    // It is the last user from now on.
    let ran = lines(
        &server,
        "clone_user carla dan\ndelete_user $username\nget_user_by_username carla\n",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(count(&server, "DELETE /api/v2/users/dan"), 1);
}

#[test]
fn a_secret_is_not_cloned() {
    let server = v2();
    let ran = one(&server, "clone_user backup other").1;
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(
        ran.err
            .contains("`filesystem.s3config.access_secret` of `backup` cannot be copied"),
        "{}",
        ran.err
    );
    assert_eq!(count(&server, "POST /api/v2/users"), 0);
    // `null` clears a secret, and is none.
    let null = "--set filesystem.s3config.sse_customer_key=null";
    let ran = one(&server, &format!("clone_user backup other {null}")).1;
    let way = "`--set filesystem.s3config.access_secret=null` to leave it out";
    assert!(ran.code == 2 && ran.err.contains(way), "{}", ran.err);
    let shown = one(&server, &format!("explain update_user backup {null}")).1;
    let part = shown.out.lines().find(|line| {
        line.trim_start()
            .starts_with("filesystem.s3config.sse_customer_key ")
    });
    assert!(
        part.is_some_and(|part| part.contains(" null ")),
        "{}",
        shown.out
    );
    let ran = admin(
        &server,
        &[
            "clone_user",
            "backup",
            "another",
            "--set",
            "filesystem.s3config.access_secret=@key",
            "--echo",
            "on",
        ],
    )
    .file("key", "s3cret of other\n")
    .go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.err.contains("s3cret"), "{}", ran.err);
    let ran = admin(
        &server,
        &[
            "--echo",
            "on",
            "clone_user",
            "backup",
            "other",
            "--set",
            "filesystem.s3config.access_secret=@key",
        ],
    )
    .file("key", "s3cret of other\n")
    .go();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err
            .contains("warning: both users have `filesystem.s3config.key_prefix`"),
        "{}",
        ran.err
    );
    assert!(
        !ran.err.contains("s3cret") && !ran.out.contains("s3cret"),
        "{ran:?}"
    );
    let sent = asked(&server);
    let sent = sent
        .iter()
        .find(|line| line.starts_with("POST /api/v2/users "))
        .expect("it was added");
    assert!(sent.contains("s3cret of other"), "{sent}");
}

#[test]
fn a_shared_bucket_is_a_warning() {
    let server = v2();
    for (user, filesystem, told) in [
        (
            "b1",
            r#"{"provider":1,"s3config":{"bucket":"b","region":"r"}}"#,
            Some("both users have the same `filesystem`"),
        ),
        (
            "b2",
            r#"{"provider":1,"s3config":{"bucket":"b","region":"r","key_prefix":"b2/"}}"#,
            None,
        ),
        (
            "b3",
            r#"{"provider":4,"cryptconfig":{"passphrase":{"status":"Plain","payload":"Vq8zR2mK5tW9xB4nJ7cL1pH6sD3fG0yT"}}}"#,
            Some("both users have `home_dir`"),
        ),
    ] {
        let added = format!(
            "add_user {user} --home_dir /data --permissions list --set filesystem='{filesystem}'\n"
        );
        let clone = if user == "b3" {
            format!(
                "clone_user {user} {user}x --set filesystem.cryptconfig.passphrase=Kd7wQ1zX9vB3nM5cR8tL2pJ6hS4gF0yE\n"
            )
        } else {
            format!("clone_user {user} {user}x\n")
        };
        let ran = lines(&server, &format!("{added}{clone}"));
        assert_eq!(ran.code, 0, "{}", ran.err);
        let said = ran
            .err
            .lines()
            .find_map(|line| line.strip_prefix("warning: "));
        assert_eq!(said.is_some(), told.is_some(), "{}", ran.err);
        assert!(
            said.unwrap_or_default()
                .starts_with(told.unwrap_or_default()),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_clone_without_credentials_is_a_warning() {
    let server = v2();
    let ran = one(&server, "clone_user jürgen karl").1;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err
            .contains("warning: the new user has already expired, like `jürgen`\n"),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("warning: the new user has no password, public key or certificate yet\n"),
        "{}",
        ran.err
    );
    let line = "clone_user jürgen kurt --expiration_date 0 --password new";
    let ran = one(&server, line).1;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.err.contains("the new user"), "{}", ran.err);
}
