//! Answers on a terminal: the screens in `data/views`. `UPDATE_GOLDEN=1 cargo test
//! terminal::views` writes them again: look at each before you keep it.

use super::setup::Setup;
use crate::support::{practice, v2};
use sftpgo_shell::practice::{ADMIN, PASSWORD, Practice};
use std::path::Path;

fn admin(server: &Practice) -> Setup {
    Setup::at(server)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
        .env("TZ", "UTC")
}

/// What lines show on a terminal of this size.
fn session(columns: u16, rows: u16, lines: &[&str]) -> String {
    let server = v2();
    let mut terminal = admin(&server).size(columns, rows).start();
    let mut shown = String::new();
    for line in lines {
        let said = terminal.run(line);
        let wide = said
            .lines()
            .find(|line| line.chars().count() > columns.into());
        assert_eq!(wide, None, "{line}");
        shown.push_str(&format!("> {line}\n{}", without_times(&said)));
    }
    terminal.leave();
    shown
}

/// The server began its life now: its times are letters.
fn without_times(text: &str) -> String {
    let digit = |c: char| if c.is_ascii_digit() { 'N' } else { c };
    let masked: String = text.chars().map(digit).collect();
    let form = "NNNN-NN-NN NN:NN";
    let mut out = text.to_owned();
    for (at, _) in masked.match_indices(form) {
        // Letters of other alphabets do not change the places.
        out.replace_range(at..at + form.len(), form);
    }
    out
}

#[track_caller]
fn is_as_kept(name: &str, shown: &str) {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/suite/data/views/{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, shown).expect("a folder");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(shown, kept, "{}", file.display());
}

/// What a person looks at.
const LINES: &[&str] = &[
    "get_users",
    "get_users --columns username,quota_size,permissions./,filters.allowed_ip",
    "get_users --columns +email --limit 2",
    "get_user_by_username carla",
    "get_user_by_username jürgen",
    "get_groups",
    "get_group_by_name staff",
    "get_folders",
    "get_admins",
    "get_roles",
    "get_event_rules",
    "get_event_rule_by_name nightly",
    "get_users_quota_scans",
    "get_ip_list_entries defender",
    "get_users --offset 50",
    "get_user_by_username nobody",
    "get_version",
    "add_role night --description 'On duty at night'",
    "add_user zoe --password 'a long one' --home_dir /srv/zoe --permissions list /in=list,upload",
    "start_user_quota_scan anna.nowak",
    "last",
    "add_ip_list_entry defender 192.0.2.7 --mode deny",
    "expiring",
    "effective_user carla",
];

#[test]
fn screens_of_80_columns() {
    is_as_kept("80x24", &session(80, 24, LINES));
}

#[test]
fn screens_of_160_columns() {
    is_as_kept("160x45", &session(160, 45, LINES));
}

#[test]
fn a_user_fits_on_a_screen() {
    let server = v2();
    let mut terminal = admin(&server).size(80, 24).start();
    terminal.run("get_user_by_username anna.nowak");
    let text = terminal.text();
    assert!(text.contains("username "), "{text}");
    assert!(text.contains("get_user_by_username anna.nowak\n"), "{text}");
    terminal.leave();
}

#[test]
fn a_narrow_terminal_shows_names_first() {
    let server = v2();
    let mut terminal = admin(&server).size(30, 24).start();
    terminal.press("get_users\r");
    let said = terminal.prompt();
    assert!(said.contains("USERNAME    STATUS    FILES\n"), "{said}");
    let rows = said.lines().filter(|line| line.starts_with("carla"));
    assert_eq!(rows.count(), 1, "{said}");
    terminal.leave();
}

#[test]
fn colours_and_their_absence() {
    let server = v2();
    for (name, value, coloured) in [("NO_COLOR", "1", false), ("OTHER", "1", true)] {
        let mut terminal = admin(&server).env(name, value).start();
        terminal.run("get_users");
        let raw = terminal.raw();
        let disabled = "\u{1b}[2mpress ";
        assert_eq!(raw.contains(disabled), coloured, "{name}");
        assert_eq!(raw.contains("\u{1b}[31mj\u{fc}rgen "), coloured, "{name}");
        terminal.leave();
    }
}

#[test]
fn names_are_shown_clean() {
    let server = v2();
    let mut terminal = admin(&server).start();
    let add = r#"add_group 'x' --json '{"description": "a\u001b]0;t\u0007\nb\u202e用"}'"#;
    terminal.run(add);
    let said = terminal.run("get_groups --columns name,description");
    assert!(said.contains("a\\u001b]0;t\\u0007\\nb\\u202e用"), "{said}");
    terminal.leave();
}

#[test]
fn the_older_apis_keep_their_json() {
    let server = practice();
    let mut terminal = Setup::at(&server).start();
    assert!(terminal.run("get_users --limit 1").contains("\n[\n  {\n"));
    let said = terminal.run("last --output table --columns username,id");
    assert!(
        said.contains("\nUSERNAME      ID\nanna.nowak  5136\n1 user; "),
        "{said}"
    );
    terminal.leave();
}

#[test]
fn a_change_is_shown_in_words() {
    let server = v2();
    let mut terminal = admin(&server).start();
    terminal.press(
        "update_user anna.nowak --quota_size 21474836480 --status disabled --expiration_date 1834444800000\r",
    );
    terminal.question();
    let text = terminal.text();
    for line in [
        "  status: enabled -> disabled\n",
        "  quota_size: 10 GiB -> 20 GiB (21474836480)\n",
        "  expiration_date: never -> 2028-02-18 00:00 (in ",
        " days, 1834444800000)\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    terminal.press("n\r");
    terminal.prompt();
    terminal.leave();
}

#[test]
fn a_file_has_the_form_of_its_name() {
    let server = v2();
    let mut terminal = admin(&server).start();
    let said = terminal.run("get_users --limit 2 --columns username,status > users.csv");
    assert_eq!(said, "\n2 results -> users.csv (38 bytes)\n");
    let read = |name: &str| std::fs::read_to_string(terminal.path(name)).expect("a file");
    assert_eq!(
        read("users.csv"),
        "username,status\nanna.nowak,1\nbackup,1\n"
    );
    terminal.leave();
}

#[test]
fn a_long_table_opens_in_the_pager() {
    let server = v2();
    let mut terminal = admin(&server)
        .size(80, 6)
        .env("SFTPGO_SHELL_PAGER", "sed 's/^/paged: /'")
        .start();
    let said = terminal.run("get_users --columns username");
    assert!(said.contains("paged: USERNAME\n"), "{said}");
    assert!(said.contains("\n6 users; "), "{said}");
    terminal.leave();
}

#[test]
fn tab_completes_columns() {
    let server = v2();
    let mut terminal = admin(&server).start();
    terminal.press("get_users --columns usern\t");
    terminal.sees_typed("get_users --columns username ");
    terminal.press("\u{7f},filters.all\t");
    terminal.sees("filters.allow_api_key_auth");
    terminal.sees_typed("get_users --columns username,filters.allow");
    terminal.press("ed\t\r");
    let said = terminal.prompt();
    assert!(said.contains("USERNAME    FILTERS.ALLOWED_IP\n"), "{said}");
    terminal.leave();
}

#[test]
fn a_key_that_is_shown_once_is_whole() {
    let server = v2();
    let mut terminal = admin(&server).size(80, 24).start();
    let said = terminal.run("add_api_key nightly");
    let said = said.trim_start();
    let key = said.strip_prefix("key      ").expect("a card");
    let key = key.lines().next().unwrap_or_default().trim();
    assert!(key.len() > 40 && key.contains('.'), "{said}");
    assert!(said.contains("\nmessage  API key created."), "{said}");
    terminal.leave();
}

#[test]
fn what_a_limit_cut_is_said_below_the_table() {
    let server = v2();
    let rows = (0..100).map(|n| format!("u{n:03},/srv/u{n},list,hunter2\n"));
    let csv: String = ["username,home_dir,permissions,password\n".to_owned()]
        .into_iter()
        .chain(rows)
        .collect();
    let mut terminal = admin(&server).env("SFTPGO_SHELL_PAGER", "off").start();
    std::fs::write(terminal.path("u.csv"), csv).expect("a file");
    let from = terminal.path("u.csv");
    terminal.run(&format!("add_users --from '{}'", from.display()));
    let said = terminal.run("get_users --columns username");
    let below = "\n100 users; `last --output json` shows all fields\n100 results, which is the limit; there may be more: `--all` shows all\n";
    assert!(said.ends_with(below), "{said}");
    terminal.leave();
}
