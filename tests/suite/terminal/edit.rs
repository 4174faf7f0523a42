//! `edit` on a terminal, with a script of sh as the editor.

use super::pty::Terminal;
use super::setup::Setup;
use crate::proxy::{Act, Proxy};
use crate::support::{Run, asked, practice, v2, words};
use serde_json::Value as Json;
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

/// Runs the script of the test's home on the file.
const EDITOR: &str = "sh -eu \"$HOME/editor.sh\"";

fn setup(server: &Practice) -> Setup {
    Setup::at(server)
        .size(200, 400)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("EDITOR", EDITOR)
}

/// A shell at a prompt, whose editor does this to the file `$1`.
#[track_caller]
fn start(setup: Setup, script: &str) -> Terminal {
    let terminal = setup.with_temporary_folder("tmp").start();
    edits_by(&terminal, script);
    terminal
}

fn edits_by(terminal: &Terminal, script: &str) {
    fs::write(terminal.path("editor.sh"), script).expect("a file in a temporary folder");
}

/// The files that are left.
fn left(terminal: &Terminal) -> Vec<PathBuf> {
    let all = fs::read_dir(terminal.path("tmp")).expect("a folder");
    all.map(|one| one.expect("an entry").path()).collect()
}

fn puts(server: &Practice) -> Vec<String> {
    let all = asked(server).into_iter();
    all.filter(|one| one.starts_with("PUT")).collect()
}

fn run(server: &Practice, args: &[String]) -> Run {
    let run = Run::at(server, args);
    run.env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

fn object(server: &Practice, line: &str) -> Json {
    let ran = run(server, &words(line)).go();
    serde_json::from_str(&ran.out).expect("JSON")
}

#[test]
fn a_field_is_changed_and_no_secret_is_on_disk() {
    let server = v2();
    let before = object(&server, "get_user_by_username backup");
    let script = "cp \"$1\" seen; stat -c '%a %n' \"$1\" \"${1%/*}\" >modes\n\
                  sed -i 's/\"quota_files\": 0/\"quota_files\": 7/' \"$1\"";
    let mut terminal = start(setup(&server), script);
    terminal.press("edit user backup\r");
    assert_eq!(
        terminal.question(),
        "update_user: one change. Continue? [y/N]"
    );
    terminal.sees("  quota_files: unlimited -> 7\n");
    assert!(puts(&server).is_empty());
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(
        said.contains("User updated") && !said.contains("warning"),
        "{said}"
    );

    let seen = fs::read_to_string(terminal.path("seen")).expect("the editor saw it");
    let seen: Json = serde_json::from_str(&seen).expect("JSON");
    let secret = |object: &Json| object["filesystem"]["s3config"]["access_secret"].clone();
    assert_eq!(secret(&seen), serde_json::json!({"status": "Redacted"}));
    assert_ne!(secret(&before), secret(&seen));
    let modes = fs::read_to_string(terminal.path("modes")).expect("the editor looked");
    let (file, folder) = modes.split_once('\n').expect("two lines");
    assert!(
        file.starts_with("600 ") && file.ends_with("/user-backup.json"),
        "{file}"
    );
    assert!(folder.starts_with("700 "), "{folder}");
    assert!(left(&terminal).is_empty());

    let after = object(&server, "get_user_by_username backup");
    assert_eq!(secret(&after), secret(&before));
    assert_eq!(after["quota_files"], 7);
    terminal.leave();
}

#[test]
fn no_change_sends_nothing() {
    let server = v2();
    let mut terminal = start(setup(&server), "true");
    for (script, line) in [
        ("true", "edit user carla"),
        ("true", "edit update_user carla --disconnect"),
        // Other spaces are no change, and an empty file is none.
        ("sed -i 's/^ *//' \"$1\"", "edit user press"),
        (": >\"$1\"", "edit admin_profile"),
    ] {
        edits_by(&terminal, script);
        let said = terminal.run(line);
        assert!(
            said.contains("nothing was sent: nothing was changed\n"),
            "{line}: {said}"
        );
    }
    // An answer that is a no.
    edits_by(&terminal, "sed -i 's/\"uid\": 1001/\"uid\": 5/' \"$1\"");
    terminal.press("edit user carla\r");
    terminal.question();
    terminal.press("n\r");
    assert!(terminal.prompt().contains("cancelled; nothing was sent"));
    assert!(puts(&server).is_empty() && left(&terminal).is_empty());
    terminal.leave();
}

#[test]
fn an_invalid_edit_is_edited_again() {
    let server = v2();
    // What each opening does; the text of the one before is there again.
    let script = "n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) >n\n\
        case $n in\n\
        0) sed -i 's/\"uid\": 1004,/\"uid\": 1004/' \"$1\";;\n\
        1) sed -i 's/\"uid\": 1004/\"uid\": 1004, \"quota_file\": 7,/' \"$1\";;\n\
        2) sed -i 's/\"quota_file\": 7,/\"username\": \"pres\",/; s/\"username\": \"press\",//' \"$1\";;\n\
        3) sed -i 's/\"username\": \"pres\"/\"username\": \"press\"/; s/1004/5/' \"$1\";;\n\
        esac";
    let mut terminal = start(setup(&server), script);
    terminal.press("edit user press\r");
    for said in [
        "error: this is not valid JSON: expected `,` or `}`\n",
        "error: unknown field `quota_file`\nhint: did you mean `quota_files`, `quota_size` or `used_quota_files`?\n",
        "error: `username` identifies the object and cannot be changed\n",
    ] {
        assert_eq!(terminal.asks("[Y/n] "), "edit again? [Y/n]");
        terminal.sees(said);
        terminal.press("\r");
    }
    terminal.sees("user-press.json:");
    terminal.question();
    terminal.sees("  uid: 1004 -> 5\n");
    terminal.press("y\r");
    assert!(terminal.prompt().contains("User updated"));
    assert_eq!(puts(&server).len(), 1);
    assert!(left(&terminal).is_empty());
    terminal.leave();
}

#[test]
fn a_declined_edit_is_saved() {
    let server = v2();
    let typed = "{\"password\": \"hidden\", \"uid\": oops";
    let mut terminal = start(setup(&server), &format!("echo '{typed}' >\"$1\""));
    terminal.press("edit user press\r");
    terminal.asks("[Y/n] ");
    terminal.press("n\r");
    let said = terminal.prompt();
    assert!(
        said.contains("not edited again; nothing was sent"),
        "{said}"
    );
    let left = left(&terminal);
    assert!(matches!(left.as_slice(), [_]), "{left:?}");
    assert!(said.contains("your edits are saved in `"), "{said}");
    let kept = fs::read_to_string(&left[0]).expect("it is there");
    let mask = "{\"password\": \"********\", \"uid\": oops\n";
    assert_eq!(kept, mask);
    let mode = fs::metadata(&left[0]).expect("it is there").permissions();
    let mode = std::os::unix::fs::PermissionsExt::mode(&mode);
    assert_eq!(mode & 0o777, 0o600);
    assert!(puts(&server).is_empty());
    terminal.leave();
}

#[test]
fn a_new_secret_and_a_member_that_is_taken_out() {
    let server = v2();
    // The password is none of the editor's business.
    let script = "test -z \"${SFTPGO_PASSWORD-}\"\n\
        echo made-up >key.txt\n\
        tr -d '\\n' <\"$1\" | sed 's/{ *\"status\": \"Redacted\" *}/\"@key.txt\"/; s/\"description\": \"[^\"]*\", *//' >x\n\
        cp x \"$1\"";
    let mut terminal = start(setup(&server), script);
    terminal.press("edit user backup\r");
    terminal.question();
    terminal.sees("  description: \"Nightly backups, kept in a bucket\" -> (none)\n");
    terminal.sees("  fields shown as (none) are omitted, so the server clears them\n");
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(
        said.contains("User updated") && !said.contains("warning"),
        "{said}"
    );
    assert!(!terminal.raw().contains("made-up"));
    let sent = puts(&server).concat();
    assert!(
        sent.contains(r#""access_secret":{"status":"Plain","payload":"made-up"}"#),
        "{sent}"
    );
    assert!(!sent.contains("Nightly"), "{sent}");
    terminal.leave();
}

#[test]
fn unknown_fields_survive_an_edit() {
    let server = Arc::new(v2());
    let later = "{\"username\":\"carla\",\"status\":1,\"later\":{\"a\":[1,2.50]},\"permissions\":{\"/\":[\"*\"]},\
                 \"later_secret\":{\"status\":\"Secretbox\",\"payload\":\"sealed\"},\"uid\":1}";
    let proxy = Proxy::before(&server, move |_, request| {
        if request.starts_with("GET /api/v2/users/carla") {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
            Act::Say(format!("{head}{}\r\n\r\n{later}", later.len()).into_bytes())
        } else {
            Act::Pass
        }
    });
    let script = "cp \"$1\" seen; sed -i 's/\"uid\": 1$/\"uid\": 2/' \"$1\"";
    let mut terminal = start(setup(&server).env("SFTPGO_HOST", &proxy.url), script);
    terminal.press("edit user carla\r");
    terminal.question();
    terminal.press("y\r");
    terminal.prompt();
    let seen = fs::read_to_string(terminal.path("seen")).expect("the editor saw it");
    assert!(!seen.contains("sealed"), "{seen}");
    let sent = puts(&server).concat();
    assert!(
        sent.ends_with(&later.replace("\"uid\":1", "\"uid\":2")),
        "{sent}"
    );
    terminal.leave();
}

#[test]
fn a_race_is_refused_and_the_text_is_kept() {
    let server = v2();
    let mut terminal = start(
        setup(&server),
        "sed -i 's/\"uid\": 1004/\"uid\": 5/' \"$1\"",
    );
    terminal.press("edit user press\r");
    terminal.question();
    let other = run(&server, &words("update_user press --gid 7")).go();
    assert_eq!(other.code, 0, "{other:?}");
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(
        said.contains("someone else has changed it in the meantime; nothing was sent"),
        "{said}"
    );
    assert!(said.contains("your edits are saved in `"), "{said}");
    assert_eq!((puts(&server).len(), left(&terminal).len()), (1, 1));
    terminal.leave();
}

#[test]
fn an_editor_that_fails_sends_nothing() {
    let server = v2();
    let mut terminal = start(setup(&server), "sed -i 's/1004/5/' \"$1\"; exit 3");
    let said = terminal.run("edit user press");
    assert!(
        said.contains("failed with exit status: 3; nothing was sent"),
        "{said}"
    );
    edits_by(&terminal, "kill -INT $$");
    let said = terminal.run("edit user press");
    assert!(said.contains("nothing was sent"), "{said}");
    let said = terminal.run("edit user nobody");
    assert!(said.contains("error: `update_user`: the server answered 404: no user has this name; nothing was changed"), "{said}");
    let said = terminal.run("edit user press --uid 4");
    assert!(said.contains("`edit` does not accept `--uid`"), "{said}");
    let said = terminal.run("edit usr press");
    assert!(
        said.contains("`edit` does not know `usr`") && said.contains("did you mean `user`?"),
        "{said}"
    );
    let said = terminal.run("edit");
    assert!(said.contains("it can edit `user`, "), "{said}");
    assert!(puts(&server).is_empty());
    // Of all these only the first left something that was typed.
    let kept = left(&terminal);
    assert!(matches!(kept.as_slice(), [_]), "{kept:?}");
    let kept = fs::read_to_string(&kept[0]).expect("it is there");
    assert!(kept.contains("\"uid\": 5,"), "{kept}");
    terminal.leave();
}

#[test]
fn every_kind_of_object_is_edited() {
    let server = v2();
    for line in [
        "add_event_action act --type log --description one",
        "add_folder fold --mapped_path /srv/f --description one",
        "add_api_key key --description one --scope admin",
    ] {
        let ran = run(&server, &words(line)).go();
        assert!(ran.code == 0 || line.contains("act"), "{line}: {ran:?}");
    }
    let key = object(&server, "get_api_keys")[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let mut terminal = start(
        setup(&server),
        "if grep -q '^  \"description\"' \"$1\"; then\n\
         sed -i 's/^  \"description\": \"[^\"]*\"/\"description\": \"edited\"/' \"$1\"\n\
         else sed -i '1a \"description\": \"edited\",' \"$1\"; fi",
    );
    for what in [
        "group staff",
        "folder fold",
        "admin helper",
        "role helpdesk",
        "event_action backup-data",
        "event_rule nightly",
        &format!("api_key {key}"),
        "ip_list_entry 2 198.51.100.0/24",
    ] {
        terminal.press(&format!("edit {what}\r"));
        terminal.question();
        terminal.press("y\r");
        let said = terminal.prompt();
        assert!(
            said.contains("updated") && !said.contains("warning"),
            "{what}: {said}"
        );
    }
    terminal.leave();
}

#[test]
fn a_single_command_edits_too() {
    let server = v2();
    let mut terminal = setup(&server)
        .arg("edit")
        .arg("user")
        .arg("press")
        .with_temporary_folder("tmp")
        .with_file("editor.sh", "sed -i 's/\"uid\": 1004/\"uid\": 5/' \"$1\"")
        .spawn();
    terminal.sees("update_user: one change. Continue? [y/N]");
    terminal.press("y\n");
    assert_eq!(terminal.end(), 0);
    assert!(
        terminal.text().contains("User updated"),
        "{}",
        terminal.text()
    );
    assert_eq!(object(&server, "get_user_by_username press")["uid"], 5);
}

#[test]
fn edit_needs_a_terminal() {
    let server = v2();
    let alone = run(&server, &words("edit user carla"))
        .env("EDITOR", "true")
        .go();
    assert_eq!(alone.code, 2, "{alone:?}");
    assert!(
        alone.err.contains(
            "error: `edit` needs a terminal; nothing was sent\nhint: `update_user … --set"
        ),
        "{}",
        alone.err
    );
    for (line, said) in [
        ("edit user carla", "`edit` needs a terminal"),
        ("edit usr carla", "`edit` does not know `usr`"),
        ("edit user", "`USERNAME`"),
    ] {
        let file = format!("get_users\n{line}\n");
        let ran = run(&server, &words("--api v2 --file f.sftpgo"))
            .file("f.sftpgo", file)
            .go();
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(
            ran.err.contains(said) || said.contains("USERNAME"),
            "{}",
            ran.err
        );
    }
    let dry = run(&server, &words("--api v2 --dry-run edit user carla")).go();
    assert_eq!(dry.code, 2, "{dry:?}");
    assert!(server.seen().is_empty());
    // A terminal is not enough: a file is sourced.
    let mut terminal = start(setup(&server), "true");
    fs::write(terminal.path("f.sftpgo"), "edit user carla\n").expect("a file");
    assert!(
        terminal
            .run("source f.sftpgo")
            .contains("`edit` needs a terminal")
    );
    terminal.leave();
}

#[test]
fn edit_names_the_command_of_an_older_api() {
    let server = practice();
    let ran = Run::at(&server, &words("edit user carla")).go();
    ran.is(
        2,
        "",
        "error: `update_user` cannot be edited in API `2019`\nhint: `help update_user` describes it\n",
    );
    let ran = Run::at(&server, &words("edit folder x")).go();
    assert!(
        ran.err.contains("`update_folder` is not in the API `2019`"),
        "{}",
        ran.err
    );
    assert!(server.seen().is_empty());
}

/// The text that was kept, and what was said of it.
#[track_caller]
fn kept(folder: &std::path::Path) -> String {
    let mut all = fs::read_dir(folder).expect("a folder");
    let path = all.next().expect("a file").expect("an entry").path();
    fs::read_to_string(path).expect("a text")
}

#[test]
fn edits_are_saved_when_the_terminal_closes() {
    for script in [
        "sed -i 's/\"uid\": 1001/\"uid\": 5/' \"$1\"",
        "sed -i 's/\"uid\": 1001,/\"uid\": 5/' \"$1\"",
    ] {
        let server = v2();
        let watched = Setup::with_script(&server, super::setup::WATCHER)
            .env("SFTPGO_USERNAME", ADMIN)
            .env("SFTPGO_PASSWORD", PASSWORD)
            .env("EDITOR", EDITOR);
        let mut terminal = start(watched, script);
        let (folder, home) = (terminal.path("tmp"), terminal.home());
        terminal.press("edit user carla\r");
        terminal.asks(if script.contains("1001,") {
            "[Y/n] "
        } else {
            "[y/N] "
        });
        assert_eq!(terminal.hang_up(), 130);
        assert!(kept(&folder).contains("\"uid\": 5"), "{script}");
        assert!(puts(&server).is_empty());
        drop(home);
    }
}

#[test]
fn a_declined_edit_says_how_to_continue() {
    let server = v2();
    let script = "n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) >n\n\
        sed -i 's/\"uid\": 1001,/\"uid\": 5/' \"$1\"";
    let mut terminal = start(setup(&server), script);
    terminal.press("edit user carla\r");
    terminal.asks("[Y/n] ");
    // `e` is a yes.
    terminal.press("e\r");
    terminal.asks("[Y/n] ");
    terminal.press("n\r");
    let said = terminal.prompt();
    let (_, rest) = said
        .split_once("your edits are saved in `")
        .expect("a path");
    let (path, rest) = rest.split_once('`').expect("the end of it");
    assert!(
        rest.contains(&format!("`update_user carla --json {path}` sends them")),
        "{said}"
    );
    assert_eq!(
        fs::read_to_string(terminal.path("n")).expect("a number"),
        "2\n"
    );
    let text = fs::read_to_string(path)
        .expect("a text")
        .replace("\"uid\": 5", "\"uid\": 5,");
    fs::write(path, text).expect("a file");
    terminal.press(&format!("update_user carla --json {path}\r"));
    terminal.question();
    terminal.press("y\r");
    let said = terminal.prompt();
    assert!(said.contains("User updated"), "{said}");
    assert_eq!(object(&server, "get_user_by_username carla")["uid"], 5);
    terminal.leave();
}
