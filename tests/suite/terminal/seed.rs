//! The seed's session, and what the shell adds to it on a terminal: the
//! question before a deletion, the last user id.

use super::asked;
use super::pty::{CTRL_C, CTRL_D};
use super::setup::Setup;
use crate::support::practice;

/// The seed's samples in its order, and their answers.
const SAMPLES: [(&str, &str); 9] = [
    (
        "python sftpgo_api_cli.py add_user test_username --password \"test_pwd\" --home_dir=\"/tmp/test_home_dir\" --uid 33 --gid 1000 --max_sessions 2 --quota_size 0 --quota_files 3 --permissions \"list\" \"download\" \"upload\" \"delete\" \"rename\" \"create_dirs\" --upload_bandwidth 100 --download_bandwidth 60",
        r#"{
  "id": 5140,
  "username": "test_username",
  "home_dir": "/tmp/test_home_dir",
  "uid": 33,
  "gid": 1000,
  "max_sessions": 2,
  "quota_size": 0,
  "quota_files": 3,
  "permissions": [
    "list",
    "download",
    "upload",
    "delete",
    "rename",
    "create_dirs"
  ],
  "used_quota_size": 0,
  "used_quota_files": 0,
  "last_quota_update": 0,
  "upload_bandwidth": 100,
  "download_bandwidth": 60
}"#,
    ),
    (
        "python sftpgo_api_cli.py update_user 5140 test_username --password \"test_pwd\" --home_dir=\"/tmp/test_home_dir\" --uid 0 --gid 33 --max_sessions 2 --quota_size 0 --quota_files 4 --permissions \"*\" --upload_bandwidth 90 --download_bandwidth 80",
        r#"{
  "error": "",
  "message": "User updated",
  "status": 200
}"#,
    ),
    (
        "python sftpgo_api_cli.py get_user_by_id 5140",
        r#"{
  "id": 5140,
  "username": "test_username",
  "home_dir": "/tmp/test_home_dir",
  "uid": 0,
  "gid": 33,
  "max_sessions": 2,
  "quota_size": 0,
  "quota_files": 4,
  "permissions": [
    "*"
  ],
  "used_quota_size": 0,
  "used_quota_files": 0,
  "last_quota_update": 0,
  "upload_bandwidth": 90,
  "download_bandwidth": 80
}"#,
    ),
    (
        "python sftpgo_api_cli.py get_users --limit 1 --offset 0 --username test_username --order DESC",
        r#"[
  {
    "id": 5140,
    "username": "test_username",
    "home_dir": "/tmp/test_home_dir",
    "uid": 0,
    "gid": 33,
    "max_sessions": 2,
    "quota_size": 0,
    "quota_files": 4,
    "permissions": [
      "*"
    ],
    "used_quota_size": 0,
    "used_quota_files": 0,
    "last_quota_update": 0,
    "upload_bandwidth": 90,
    "download_bandwidth": 80
  }
]"#,
    ),
    (
        "python sftpgo_api_cli.py get_sftp_connections",
        r#"[
  {
    "username": "test_username",
    "connection_id": "76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c",
    "client_version": "SSH-2.0-OpenSSH_8.0",
    "remote_address": "127.0.0.1:41622",
    "connection_time": 1564696137971,
    "last_activity": 1564696159605,
    "active_transfers": [
      {
        "operation_type": "upload",
        "start_time": 1564696149783,
        "size": 1146880,
        "last_activity": 1564696159605
      }
    ]
  }
]"#,
    ),
    (
        "python sftpgo_api_cli.py close_sftp_connection 76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c",
        r#"{
  "error": "",
  "message": "Connection closed",
  "status": 200
}"#,
    ),
    (
        "python sftpgo_api_cli.py get_quota_scans",
        r#"[
  {
    "username": "backup",
    "start_time": 1564696159605
  }
]"#,
    ),
    (
        "python sftpgo_api_cli.py start_quota_scan test_username",
        r#"{
  "error": "",
  "message": "Scan started",
  "status": 201
}"#,
    ),
    (
        "python sftpgo_api_cli.py delete_user 5140",
        r#"{
  "error": "",
  "message": "User deleted",
  "status": 200
}"#,
    ),
];

#[test]
fn the_whole_session() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).start();
    for (line, answer) in SAMPLES {
        terminal.press(line);
        if line.contains("delete_user") {
            terminal.press("\r");
            terminal.question();
            terminal.press("y");
        }
        assert_eq!(terminal.enter(), format!("\n{answer}\n"), "{line}");
    }
    let paths = [
        "POST /api/v1/user",
        "PUT /api/v1/user/5140",
        "GET /api/v1/user/5140",
        "GET /api/v1/user?limit=1&offset=0&order=DESC&username=test_username",
        "GET /api/v1/sftp_connection",
        "DELETE /api/v1/sftp_connection/76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c",
        "GET /api/v1/quota_scan",
        "POST /api/v1/quota_scan",
        "DELETE /api/v1/user/5140",
    ];
    assert_eq!(asked(&practice), paths);
    terminal.leave();
}

#[test]
fn only_yes_deletes() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(200, 400).start();
    terminal.run("get_users --username carla");
    let before = asked(&practice);
    for answer in [
        "n\r",
        "\r",
        "ye\r",
        "no\r",
        "yy\r",
        "delete_user\r",
        CTRL_C,
        CTRL_D,
    ] {
        terminal.press("delete_user 5134\r");
        assert_eq!(
            terminal.question(),
            "delete_user 5134 (carla): the account will be deleted permanently; its files and live connections stay. Continue? [y/N]"
        );
        terminal.press(answer);
        let said = terminal.prompt();
        assert_eq!(said, "\ncancelled; nothing was sent\n", "{answer:?}");
        assert_eq!(asked(&practice), before, "{answer:?}");
    }
    terminal.press("delete user/5134\r");
    assert_eq!(
        terminal.question(),
        "DELETE /api/v1/user/5134: this cannot be undone. Continue? [y/N]"
    );
    terminal.press("n\r");
    terminal.prompt();
    assert_eq!(asked(&practice), before);
    terminal.press("delete_user\r");
    terminal.question();
    terminal.press("y\r");
    assert!(terminal.prompt().contains("User deleted"));
    assert_eq!(
        asked(&practice)[before.len()..],
        ["DELETE /api/v1/user/5134"]
    );
    // No answer is a line of the history.
    assert_eq!(
        std::fs::read_to_string(terminal.history_file()).unwrap(),
        "get_users --username carla\n".to_owned()
            + "delete_user 5134\ndelete user/5134\ndelete_user\n"
    );
    terminal.leave();
}

#[test]
fn nothing_is_asked_without_a_terminal() {
    let practice = practice();
    let mut terminal = Setup::at(&practice)
        .env("SFTPGO_SHELL_CONFIRM", "off")
        .start();
    assert!(terminal.run("delete_user 5134").contains("User deleted"));
    terminal.leave();
}

#[test]
fn the_prompt_shows_the_server_and_the_last_user() {
    let practice = practice();
    let server = practice.addr();
    let mut terminal = Setup::at(&practice).start();
    terminal.sees_row(&format!("{server}>"));
    terminal.run("get_user_by_id");
    terminal.sees("`ID` is missing, and no user has been looked up yet");
    assert_eq!(asked(&practice), [""; 0]);
    terminal.run("add_user 'x y' --password p --home_dir /x --permissions '*'");
    terminal.sees_row(&format!("{server} id=5140>"));
    assert!(terminal.run("get_user_by_id").contains("\"x y\""));
    assert!(terminal.run("get_user_by_id $id").contains("\"x y\""));
    assert_eq!(terminal.run("echo $username"), "\nx y\n");
    terminal.press("delete_user\r");
    terminal.question();
    terminal.press("y");
    terminal.enter();
    terminal.sees_row(&format!("{server}>"));
    assert_eq!(
        asked(&practice)[1..],
        [
            "GET /api/v1/user/5140",
            "GET /api/v1/user/5140",
            "DELETE /api/v1/user/5140"
        ]
    );
    terminal.leave();
}

#[test]
fn messages_break_at_blanks() {
    let practice = practice();
    let mut terminal = Setup::at(&practice).size(60, 24).start();
    terminal.press("delete_user 5134\r");
    terminal.asks("[y/N] ");
    terminal.sees(
        "delete_user 5134: the account will be deleted permanently;\n  its files and live connections stay. Continue? [y/N]",
    );
    terminal.press("n\r");
    terminal.prompt();
    let said = terminal.run("get_users --limit a_word_that_is_no_number_at_all_and_long");
    assert!(
        said.contains("must be a whole number from 1 to 500; this\n  is `a_word_that"),
        "{said}"
    );
    terminal.leave();
}
