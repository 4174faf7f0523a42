//! The second factor at the login of the API v2: a code works once, and without
//! a valid code the password is sent once.

use crate::support::{PIPED, Ran, Run, SAMPLED, asked, end};
use sftpgo_shell::practice::{ADMIN, Api, Clock, Options, PASSWORD, Practice};
use std::io::Write;
use std::time::Duration;

/// The secret in the admin's authenticator, what it shows at the moment of the
/// server, and what it showed before.
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
pub(crate) const RIGHT: &str = "812027";
const BEFORE: &str = "788146";

/// What no authenticator shows then.
const WRONG: &str = "812028";

fn admin(server: &Practice, args: &[&str]) -> Run {
    Run::at(server, args)
        .env("SFTPGO_USERNAME", ADMIN)
        .env("SFTPGO_PASSWORD", PASSWORD)
}

/// A server whose time stands still, and whose admin has switched the second
/// factor on; and how many logins that took.
pub(crate) fn with_second_factor() -> (Practice, usize) {
    let server = Practice::start(Options {
        api: Api::V2,
        clock: Clock::Fixed(SAMPLED),
        record: true,
        ..Options::default()
    });
    let server = server.expect("a free port");
    let line = format!("save_admin_totp_config --enabled --config_name Default --secret {SECRET}");
    let ran = admin(&server, &["-c", &line]).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert_eq!(server.passcode(ADMIN).as_deref(), Some(RIGHT));
    let before = server.logins().attempts;
    (server, before)
}

#[track_caller]
fn is_refused(ran: &Ran, code: &str) {
    let said = "stdin:1:1: error: cannot log in as `admin`: name, password or code is wrong\n";
    assert_eq!((ran.code, ran.out.as_str()), (6, ""), "{code}: {ran:?}");
    assert!(ran.err.starts_with(said), "{code}: {ran:?}");
    assert!(ran.err.contains("SFTPGO_OTP"), "{code}: {ran:?}");
    assert!(!ran.err.contains("6211"), "{code}: {ran:?}");
    // The server's clock stands still years ago; what goes by it is a code alone.
    let clocks = ran.err.contains(" s behind this machine's");
    assert_eq!(clocks, !code.is_empty(), "{code}: {ran:?}");
}

#[test]
fn login_with_a_code_and_without() {
    let (server, before) = with_second_factor();
    for code in ["", WRONG, "hunter2"] {
        let attempts = server.logins().attempts;
        let run = admin(&server, &["--keep_going", "--jobs", "4"]).env("SFTPGO_OTP", code);
        is_refused(&run.input("get_roles\nget_users\nadd_role x\n").go(), code);
        assert_eq!(server.logins().attempts, attempts + 1, "{code}");
    }
    assert_eq!(server.logins().failures, 3);
    assert_eq!(server.logins().attempts, before + 3);
    for code in [RIGHT, BEFORE] {
        let ran = admin(
            &server,
            &[
                "--debug",
                "-c",
                "get_users --offset 50; get_roles --offset 9",
            ],
        );
        let ran = ran.env("SFTPGO_OTP", code).go();
        assert_eq!((ran.code, ran.out.as_str()), (0, "[]\n[]\n"), "{ran:?}");
        assert!(!ran.err.contains(code), "{ran:?}");
    }
    assert_eq!(server.logins().attempts, before + 5);
    // The code goes with the login alone.
    let seen = server.seen();
    let with_code = seen.iter().filter(|one| {
        let mut names = one.credentials.iter().map(|(name, _)| name.as_str());
        names.any(|name| name == "x-sftpgo-otp")
    });
    assert!(with_code.clone().all(|one| one.target == "/api/v2/token"));
    assert_eq!(with_code.count(), 4);
}

#[test]
fn after_a_used_code_the_password_is_not_sent_alone() {
    let (server, before) = with_second_factor();
    let mut shell = admin(&server, &["--keep_going"]).env("SFTPGO_OTP", RIGHT);
    let mut child = shell.spawn();
    let mut stdin = child.stdin.take().expect("piped");
    stdin
        .write_all(b"get_roles --offset 9\n")
        .expect("it reads");
    let is_done = || asked(&server).iter().any(|one| one.contains("offset=9"));
    while !is_done() {
        std::thread::sleep(Duration::from_millis(2));
    }
    server.expire_tokens();
    stdin
        .write_all(b"get_roles\nadd_role x\n")
        .expect("it reads");
    drop(stdin);
    let ran = end(child);
    assert_eq!((ran.code, ran.out.as_str()), (6, "[]\n"), "{ran:?}");
    let said = "error: this login needs a new one-time code; each code works only once\n";
    assert_eq!(ran.err.matches(said).count(), 2, "{ran:?}");
    assert_eq!(server.logins().attempts, before + 1);
}

/// What a session changes of its own login holds for its next one.
#[test]
fn changes_of_the_own_password_and_factor_are_known() {
    let (server, before) = with_second_factor();
    let off = "save_admin_totp_config --enabled=off";
    let change =
        format!("change_admin_password --current_password {PASSWORD} --new_password new-1");
    let lines = format!("{off}\n{change}\nget_roles --offset 9\n");
    let ran = admin(&server, &["--output", "compact"]).env("SFTPGO_OTP", RIGHT);
    let ran = ran.input(lines).go();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert!(ran.out.ends_with("\n[]\n"), "{ran:?}");
    assert_eq!(
        (server.logins().attempts, server.logins().failures),
        (before + 2, 0)
    );
    // A factor that is switched on here is one as well.
    let on = format!("save_admin_totp_config --enabled --config_name Default --secret {SECRET}");
    let change = "change_admin_password --current_password new-1 --new_password new-2";
    let ran = admin(&server, &PIPED).env("SFTPGO_PASSWORD", "new-1");
    let ran = ran.input(format!("{on}\n{change}\nget_roles\n")).go();
    assert_eq!(ran.code, 2, "{ran:?}");
    let said =
        "stdin:3:1: error: this login needs a new one-time code; each code works only once\n";
    assert!(ran.err.starts_with(said), "{ran:?}");
    assert_eq!(
        (server.logins().attempts, server.logins().failures),
        (before + 3, 0)
    );
}
