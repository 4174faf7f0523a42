//! The lessons: each course is played, files of lessons, and learners in a pipe.

use crate::support::{PIPED, Ran, Run, v2};

/// Lessons that `learn` begins, with these lines.
fn lesson(args: &[&str], lines: &str) -> Ran {
    Run::new(args).input(lines).go()
}

/// Plays all lessons of a course; returns how many there are.
fn play(course: &str) -> usize {
    let ran = lesson(&["learn", "--test", course], "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    for line in ran.out.lines() {
        assert!(line.starts_with("ok "), "{line}");
        let has_others = !line.contains(" 1 solution,") && !line.contains(" 0 wrong answers");
        assert!(has_others, "it has another way and a wrong answer: {line}");
    }
    ran.out.lines().count()
}

#[test]
fn each_lesson_is_played_with_right_and_wrong_answers() {
    assert!(play("v2") + play("2019") >= 15);
}

#[test]
fn a_learner_reaches_goals_by_what_was_sent() {
    let lines = "learn hint\nhint\nget_users --limit 1\nusers\nget groups\n-user karla\nnext\nuser carla\nlearn\nnext\n";
    let ran = lesson(&["--on-error", "continue", "learn"], lines);
    let parts = [
        "lesson 1 of 16: Look around\n",
        "  [ ] you have read the list of users\n",
        "hint 1 of 2: ",
        "hint 2 of 2: ",
        "  [x] you have read the list of users\n",
        "  [x] you have read the list of groups\n",
        "not yet: no user has this name",
        "error: the lesson is not finished yet\n",
        "  [x] you have read only the user carla\n\ndone: you can read objects from the server.",
        "`next` starts \"Add a user\"\n",
        "the lesson is done: `next` starts the next one",
        "lesson 2 of 16: Add a user\n",
    ];
    let mut rest = ran.err.as_str();
    for part in parts {
        let found = rest.split_once(part);
        rest = found
            .unwrap_or_else(|| panic!("no {part:?} in\n{rest}\nof\n{}", ran.err))
            .1;
    }
    // A goal is said once.
    assert_eq!(
        ran.err
            .matches("\n  [x] you have read the list of groups")
            .count(),
        2
    );
}

#[test]
fn progress_is_kept_and_a_broken_file_put_aside() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("state");
    let run = |lines: &str| {
        let run = Run::new(&PIPED).env("XDG_STATE_HOME", state.to_str().unwrap());
        run.input(lines).go()
    };
    let ran =
        run("learn v2 change\nupdate_user carla --max_sessions 3 --email carla@example.org\n");
    assert!(
        ran.err.contains("done: that was one read, one write"),
        "{}",
        ran.err
    );
    let ran = run("learn list\nlearn\nback\nback\nskip\n");
    assert!(ran.out.contains("  7 [x] change "), "{}", ran.out);
    for part in [
        "lesson 8 of 16: PUT",
        "lesson 7 of 16",
        "lesson 6 of 16",
        "lesson 7 of 16",
    ] {
        assert!(ran.err.contains(part), "{part}\n{}", ran.err);
    }
    let ran = run("learn\n");
    assert!(ran.err.contains("lesson 8 of 16"), "7 is done: {}", ran.err);

    let file = state.join("sftpgo-shell/lessons.toml");
    std::fs::write(&file, "[courses\n").unwrap();
    let ran = run("learn\n");
    assert!(
        ran.err.contains("lessons.toml:1:9: not valid TOML"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("lessons.toml.broken`\n"), "{}", ran.err);
    assert!(ran.err.contains("lesson 1 of 16"), "{}", ran.err);
    let kept = std::fs::read_to_string(file.with_extension("toml.broken")).unwrap();
    assert_eq!(kept, "[courses\n");
    assert_eq!(ran.code, 0);
}

#[test]
fn lessons_leave_the_session_as_it_was() {
    let lines = "learn v2 1\nget_users\nskip\nlearn stop\nset base_url\nhint\n";
    let ran = lesson(&PIPED, lines);
    assert!(ran.err.contains(
        "the lessons have ended; the session is connected to http://127.0.0.1:8080 again"
    ));
    assert!(ran.out.ends_with("http://127.0.0.1:8080\n"), "{}", ran.out);
    assert!(ran.err.contains("unknown command `hint`"), "{}", ran.err);
    assert_eq!(ran.code, 2);
    // Back at its own practice server, with its own data.
    let lines = "add_user x --home_dir /x --permissions list\nlearn\nlearn stop\nuser x\n";
    let ran = lesson(&["--practice", "--api", "v2"], lines);
    assert_eq!(
        (ran.code, ran.out.matches("\"username\": \"x\"").count()),
        (0, 2),
        "{}",
        ran.err
    );
}

#[test]
fn a_file_at_another_server_gets_no_lesson() {
    let practice = v2();
    let ran = Run::at(&practice, &PIPED).input("learn\nget_users\n").go();
    assert_eq!(ran.code, 2);
    let why = "the lessons run on the practice server, and this session is connected to http";
    assert!(ran.err.contains(why), "{}", ran.err);
    assert!(practice.seen().is_empty());
    // To play them by themselves is no lesson.
    let ran = Run::at(&practice, &["learn", "--test", "2019"]).go();
    assert_eq!((ran.code, practice.seen().len()), (0, 0), "{}", ran.err);
}

#[test]
fn wrong_words_say_what_there_is() {
    for (line, message, hint) in [
        ("learn hint", "no lesson is running", "`learn` starts one"),
        ("learn 17", "there is no lesson `17`", "1 to 16"),
        (
            "learn quotes",
            "there is no lesson `quotes`",
            "did you mean `quotas`?",
        ),
        (
            "learn v2 quotes",
            "there is no lesson `quotes`",
            "did you mean `quotas`?",
        ),
        (
            "learn sotp",
            "there is no lesson `sotp`",
            "did you mean `stop`?",
        ),
        ("learn nosuch.toml", "cannot read `nosuch.toml`", ""),
        ("learn --test", "`learn --test` needs a file of lessons", ""),
    ] {
        let ran = lesson(&PIPED, &format!("{line}\n"));
        assert!(
            ran.err.contains(message) && ran.err.contains(hint),
            "{line}: {}",
            ran.err
        );
        assert_ne!(ran.code, 0);
    }
}

#[test]
fn a_teachers_file_is_checked() {
    let page = include_str!("../../docs/how-to/teach.md");
    let file = page
        .split("```toml ours.toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let test = |text: &str| {
        Run::new(&["learn", "--test", "ours.toml"])
            .file("ours.toml", text)
            .go()
    };
    let ran = test(file);
    ran.is(
        0,
        "ok      intern               2 solutions, 1 wrong answer\n",
        "",
    );
    for (old, new, said) in [
        (
            "/srv/interns/sam --permissions list",
            "/srv/other --permissions list",
            "the solution does not reach \"sam has the right",
        ),
        (
            "--permissions '*'\"]",
            "--permissions list download --expiration_date +90d\"]",
            "reaches the goals",
        ),
        (
            "says = \"more than",
            "says = \"less than",
            "does not say \"less than that\"",
        ),
        (
            "add_group interns",
            "add_grop interns",
            "the setup of `intern` failed: `add_grop",
        ),
        (
            "holds = \"/users/sam\"\nwhere = \"home_dir = /srv/interns/sam and expiration_date > +30d\"",
            "holds = \"/users/carla\"",
            "does not reach",
        ),
    ] {
        assert!(file.contains(old), "{old}");
        let ran = test(&file.replacen(old, new, if new.contains("other") { 2 } else { 1 }));
        if new.contains("carla") {
            assert_eq!(ran.code, 0, "{}", ran.out);
            continue;
        }
        assert!(ran.out.contains(said), "{said}\n{}{}", ran.out, ran.err);
        assert_eq!(
            (ran.code, ran.err.as_str()),
            (1, "error: 1 lesson failed\n")
        );
    }
    let ran = test(&file.replacen("hints", "hint", 1));
    ran.is(
        2,
        "",
        "error: ours.toml:12:1: unknown key `hint` in a lesson\nhint: did you mean `hints`?\n",
    );
    let ran = Run::new(&["learn", "ours.toml"])
        .file("ours.toml", file)
        .input("hint\n")
        .go();
    assert!(
        ran.err.contains("lesson 1 of 1: An account for an intern"),
        "{}",
        ran.err
    );
}

#[test]
fn a_classroom_is_safe() {
    let refused = [
        "get_users | cat",
        "get_users > out.json",
        "source /etc/passwd",
        "add_user x --json @/etc/passwd",
        "add_user x --json /etc/passwd",
        "explain add_user x --json /etc/passwd",
        "curl post users --json @/etc/passwd",
        "update_user carla --set description=@/etc/passwd",
        "update_user carla --public_keys @/etc/passwd",
        "get_users --base_url http://127.0.0.1:9",
        "watch --count 1 get_users --base_url http://127.0.0.1:9",
        "set pager sh",
        "set history_file x",
        "backup out.json",
        "backup $lesson/../out.json",
        "restore /etc/passwd",
        "add_users --from x.csv",
        "edit user carla",
        "new group night",
        "save out.sftpgo",
        "record out.sftpgo",
        "profile list",
        "learn x.toml",
        "learn stop",
    ];
    let lines = refused.join("\n");
    let run = Run::new(&[
        "--allow-shell",
        "--on-error",
        "continue",
        "learn",
        "--safe",
        "v2",
    ]);
    let folder = run.home.path().to_owned();
    let (ran, _) = run
        .file("x.toml", "")
        .input(format!(
            "{lines}\nget_users --jq length > $lesson/n\nbackup $lesson/b\nget_version\n"
        ))
        .leaving(&folder.join("x.toml"));
    let told = ran.err.matches("this is a classroom (`--safe`): ").count();
    assert_eq!(told, refused.len(), "{}", ran.err);
    assert!(
        ran.out.contains("2.7.5") && ran.out.contains("users"),
        "{}",
        ran.out
    );
    for line in [
        "connect http://127.0.0.1:9",
        "set base_url http://127.0.0.1:9",
    ] {
        let ran = lesson(&["learn", "--safe"], &format!("{line}\n"));
        let told = ran.err.contains("this is a classroom (`--safe`): ");
        assert!(told && ran.code == 2, "{line}: {}", ran.err);
    }
    // A classroom that cannot begin sends nothing either.
    let practice = v2();
    let ran = Run::at(&practice, &["--on-error", "continue", "learn", "--safe"])
        .input("get_users\nlearn stop\n")
        .go();
    assert!(
        ran.err.contains("this is not the practice server"),
        "{}",
        ran.err
    );
    assert!(practice.seen().is_empty());
}
