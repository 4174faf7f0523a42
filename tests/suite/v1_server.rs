//! Sessions with a small server of the API v1: what it keeps and drops matches
//! `updateUser` of the server (`httpd/api_user.go`) did before 2.0.0.

use crate::support::{Ran, Run};
use serde_json::{Map, Value as Json, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// `ops:hidden` in base64.
const OPS: &str = "Basic b3BzOmhpZGRlbg==";

/// What a server knows and was asked.
struct World {
    release: &'static str,
    /// Whether this needs a login.
    guarded: bool,
    user: Json,
    asked: Vec<String>,
}

/// A server with one user. Ends with its owner.
struct Server {
    url: String,
    world: Arc<Mutex<World>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn new(release: &'static str, guarded: bool, user: Json) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let world = World {
            release,
            guarded,
            user,
            asked: Vec::new(),
        };
        let (world, stop) = (
            Arc::new(Mutex::new(world)),
            Arc::new(AtomicBool::new(false)),
        );
        let (its, stopped) = (Arc::clone(&world), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => drop(serve(stream, &its)),
                    Err(_) => thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        Self {
            url,
            world,
            stop,
            thread: Some(thread),
        }
    }

    fn run(&self, args: &[&str]) -> Ran {
        let run = Run::new(args).env("SFTPGO_HOST", &self.url);
        run.env("SFTPGO_SHELL_OUTPUT", "compact").go()
    }

    fn user(&self) -> Json {
        self.world.lock().expect("no panic").user.clone()
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.world.lock().expect("no panic").asked)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// One request, one answer.
fn serve(stream: TcpStream, world: &Mutex<World>) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut reader = BufReader::new(stream);
    let (mut first, mut length, mut proof) = (String::new(), 0, String::new());
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or_default(),
            "authorization" => value.clone_into(&mut proof),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let asked = first.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let (status, json) = {
        let mut world = world.lock().expect("no panic");
        let text = String::from_utf8_lossy(&body);
        let shown = format!("{asked} {text}").trim_end().to_owned();
        world.asked.push(shown);
        answer(&mut world, &asked, &proof, &body)
    };
    let text = json.to_string();
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status} X\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
}

fn answer(world: &mut World, asked: &str, proof: &str, body: &[u8]) -> (u16, Json) {
    let (method, target) = asked.split_once(' ').unwrap_or_default();
    let Some(path) = target
        .split('?')
        .next()
        .and_then(|path| path.strip_prefix("/api/v1"))
    else {
        return (404, json!({"error": "", "message": "Not Found"}));
    };
    if world.guarded && proof != OPS {
        return (401, json!({"error": "Unauthorized", "message": ""}));
    }
    match (method, path) {
        ("GET", "/version") => (200, json!({"version": world.release})),
        ("GET", "/folder") => (200, json!([{"id": 1, "mapped_path": "/m"}])),
        ("GET", "/user") => (200, json!([shown(world)])),
        ("GET", "/user/7") => (200, shown(world)),
        ("PUT", "/user/7") => {
            let body: Json = serde_json::from_slice(body).unwrap_or_default();
            if body.get("id").is_some_and(|id| *id != 7) {
                return (400, json!({"error": "", "message": "user ID mismatch"}));
            }
            let before = world.user.clone();
            merge(&mut world.user, &body);
            for kept in ["username", "used_quota_size"] {
                if let Some(value) = before.get(kept) {
                    world.user[kept] = value.clone();
                }
            }
            (200, json!({"error": "", "message": "User updated"}))
        }
        _ => (404, json!({"error": "", "message": "Not Found"})),
    }
}

/// The user as a GET shows it: no password, and no keys before 0.9.3.
fn shown(world: &World) -> Json {
    let mut user = world.user.clone();
    let members = user.as_object_mut().expect("an object");
    members.remove("password");
    if matches!(world.release, "0.9.1" | "0.9.2") {
        members.remove("public_keys");
    }
    if let Some(gcs) = user
        .pointer_mut("/filesystem/gcsconfig")
        .and_then(Json::as_object_mut)
    {
        gcs.remove("credentials");
    }
    user
}

/// A body decoded onto what is there, as Go does it; maps of permissions are replaced.
fn merge(there: &mut Json, body: &Json) {
    let (Some(there), Some(body)) = (there.as_object_mut(), body.as_object()) else {
        return;
    };
    for (key, value) in body {
        match there.get_mut(key) {
            Some(old) if old.is_object() && value.is_object() && key != "permissions" => {
                merge(old, value);
            }
            _ => drop(there.insert(key.clone(), value.clone())),
        }
    }
}

/// A user with all that an update could lose.
fn alice() -> Json {
    json!({
        "id": 7, "username": "alice", "password": "$2a$hash", "public_keys": ["k1", "k2"],
        "status": 1, "expiration_date": 1_577_836_800_000_i64, "home_dir": "/srv/alice",
        "virtual_folders": [
            {"id": 3, "virtual_path": "/v", "mapped_path": "/m", "quota_size": -1, "quota_files": -1,
             "used_quota_size": 5, "users": ["alice"]},
        ],
        "uid": 1000, "gid": 1000, "max_sessions": 2, "quota_size": 100, "quota_files": 10,
        "permissions": {"/": ["*"], "/in": ["list", "upload"]}, "used_quota_size": 42,
        "upload_bandwidth": 1, "download_bandwidth": 2,
        "filters": {"allowed_ip": ["192.0.2.0/24"], "denied_ip": [], "max_upload_file_size": 9},
        "filesystem": {"provider": 1,
            "s3config": {"bucket": "b", "region": "r", "access_key": "k", "access_secret": "$aes$00"},
            "gcsconfig": {"credentials": "e30="}},
    })
}

#[test]
fn an_update_loses_nothing() {
    let server = Server::new("v1.2.2", false, alice());
    let ran = server.run(&[
        "--api",
        "v1",
        "update_user",
        "7",
        "--quota_files",
        "11",
        "--permissions",
        "/out=list",
        "--set",
        "filters.denied_ip=[\"198.51.100.0/24\"]",
    ]);
    ran.is(0, "{\"error\":\"\",\"message\":\"User updated\"}\n", "");
    let mut expected = alice();
    expected["quota_files"] = json!(11);
    expected["permissions"]["/out"] = json!(["list"]);
    expected["filters"]["denied_ip"] = json!(["198.51.100.0/24"]);
    // Of a folder only what the user has of it is sent.
    let folder = expected["virtual_folders"][0]
        .as_object_mut()
        .expect("a folder");
    folder.retain(|key, _| !matches!(key.as_str(), "id" | "used_quota_size" | "users"));
    assert_eq!(server.user(), expected);
    let asked = server.asked();
    let lines: Vec<&str> = asked.iter().map(|one| &one[..one.len().min(17)]).collect();
    assert_eq!(
        lines,
        // Which of these fields there are depends on the release.
        [
            "GET /api/v1/versi",
            "GET /api/v1/user/",
            "PUT /api/v1/user/",
            "GET /api/v1/user/"
        ]
    );
    // The secret goes back as it came, and the id is the path's.
    assert!(
        asked[2].contains(r#""access_secret":"$aes$00""#),
        "{}",
        asked[2]
    );
    assert!(asked[2].contains(r#"{"id":7,"#), "{}", asked[2]);
}

#[test]
fn permissions_are_a_list_up_to_0_9_4() {
    let old = json!({"id": 7, "username": "alice", "public_keys": ["k"], "home_dir": "/h", "uid": 5,
        "permissions": ["list"], "quota_files": 10});
    let server = Server::new("0.9.1", false, old.clone());
    // The Python client's line, which reset what it left out.
    let line = [
        "--api",
        "0.9.1",
        "update-user",
        "7",
        "alice",
        "--permissions",
        "list",
        "upload",
    ];
    let ran = server.run(&[&line[..], &["--public-keys", "k2"]].concat());
    // The server does not show keys: nobody says that it dropped them.
    ran.is(0, "{\"error\":\"\",\"message\":\"User updated\"}\n", "");
    let mut expected = old;
    expected["permissions"] = json!(["list", "upload"]);
    expected["public_keys"] = json!(["k2"]);
    assert_eq!(server.user(), expected);
}

#[test]
fn a_name_of_another_id_is_refused() {
    let server = Server::new("v1.2.2", false, alice());
    let args = ["--api", "v1", "update_user", "7", "bob", "--uid", "1"];
    server.run(&args).is(
        2,
        "",
        "error: `username` cannot be changed (it is \"alice\" on the server, not \"bob\"); nothing was sent\nhint: `get_users` lists the users with their ids\n",
    );
    let json = ["--api", "v1", "update_user", "7", "--json", "{\"id\":8}"];
    assert_eq!(server.run(&json).code, 2);
    assert_eq!(server.user(), alice());
    let bare = [
        "--api",
        "v1",
        "update_user",
        "7",
        "--uid",
        "1",
        "--replace",
        "--disconnect",
    ];
    assert_eq!(server.run(&bare).code, 0);
    let asked = server.asked();
    assert_eq!(
        asked.last().map(String::as_str),
        Some(r#"PUT /api/v1/user/7?disconnect=1 {"uid":1}"#)
    );
}

#[test]
fn a_dropped_field_is_reported() {
    let mut user = alice();
    user.as_object_mut()
        .unwrap_or(&mut Map::new())
        .remove("filters");
    let server = Server::new("v1.2.2", false, user);
    let args = [
        "--api",
        "v1",
        "update_user",
        "7",
        "--json",
        "{\"used_quota_size\":1,\"uid\":3}",
    ];
    let ran = server.run(&args);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            0,
            "warning: the server changed used_quota_size: 1 B -> 42 B\n"
        ),
        "{ran:?}"
    );
}

#[test]
fn users_of_a_file_are_changed_by_their_ids() {
    let server = Server::new("v1.2.2", false, alice());
    let ran = Run::new(&[
        "--api",
        "v1",
        "add_users",
        "--from",
        "u.csv",
        "--update-existing",
    ])
    .env("SFTPGO_HOST", &server.url)
    .file("u.csv", "username,uid,permissions\nalice,77,list\n")
    .go();
    assert_eq!(ran.code, 0, "{ran:?}");
    let mut expected = alice();
    expected["uid"] = json!(77);
    expected["permissions"]["/"] = json!(["list"]);
    let user = server.user();
    assert_eq!(user["permissions"], expected["permissions"]);
    assert_eq!(
        (&user["uid"], &user["filters"]),
        (&expected["uid"], &expected["filters"])
    );
}

#[test]
fn basic_auth_is_sent_with_each_request() {
    let server = Server::new("0.9.6", true, alice());
    let ops = |args: &[&str], password: &str| {
        let run = Run::new(args).env("SFTPGO_HOST", &server.url);
        let run = run
            .env("SFTPGO_USERNAME", "ops")
            .env("SFTPGO_PASSWORD", password);
        run.env("SFTPGO_SHELL_OUTPUT", "compact").go()
    };
    let version = ["--debug", "--api", "0.9.6", "get_version"];
    let ran = ops(&version, "hidden");
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "{\"version\":\"0.9.6\"}\n"),
        "{ran:?}"
    );
    assert!(
        !ran.err.contains("hidden") && !ran.err.contains("b3Bz"),
        "{}",
        ran.err
    );
    let update = ["--api", "0.9.6", "update_user", "7", "--uid", "9"];
    assert_eq!(ops(&update, "hidden").code, 0);
    assert_eq!(server.user()["uid"], 9);
    let ran = ops(&version[1..], "wrong");
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.err.contains("name or password is wrong"), "{}", ran.err);
    let nobody = server.run(&["--api", "0.9.6", "get_version"]);
    assert!(
        nobody.code == 4 && nobody.err.contains("`login NAME`"),
        "{nobody:?}"
    );
}

/// A run as `ops` with this password.
fn ops(server: &Server, password: &str, args: &[&str]) -> Run {
    let run = Run::new(args).env("SFTPGO_HOST", &server.url);
    run.env("SFTPGO_USERNAME", "ops")
        .env("SFTPGO_PASSWORD", password)
        .env("SFTPGO_SHELL_OUTPUT", "compact")
}

#[test]
fn a_wrong_password_is_sent_once() {
    let server = Server::new("0.9.6", true, alice());
    let lines = "get_version\nget_user_by_id 7\n-get_version\nadd_user bob\nget /user/7\n";
    let not_again = "error: `ops` was rejected with this password; not trying it again";
    for jobs in ["1", "4"] {
        let args = ["--api", "0.9.6", "--keep-going", "--jobs", jobs];
        let ran = ops(&server, "wrong", &args).input(lines).go();
        assert_eq!(ran.code, 6, "{ran:?}");
        assert_eq!(ran.err.matches(not_again).count(), 4, "{}", ran.err);
        assert_eq!(server.asked().len(), 1);
    }
    let rows = "username,permissions,home_dir\na,list,/h\nb,list,/h\nc,list,/h\n";
    let add = [
        "--api",
        "0.9.6",
        "--jobs",
        "4",
        "add_users",
        "--from",
        "u.csv",
    ];
    for more in [&[][..], &["--update-existing"]] {
        let run = ops(&server, "wrong", &[&add[..], more].concat());
        let ran = run.file("u.csv", rows).go();
        assert_eq!(ran.code, 4, "{ran:?}");
        assert_eq!(server.asked().len(), 1, "{more:?}");
    }
    // What is answered to anybody shows nothing of the password.
    let lines = "-get /nothing\n-get_version\n-get_version\n";
    let args = ["--api", "0.9.6", "--jobs", "4"];
    ops(&server, "wrong", &args).input(lines).go();
    assert_eq!(server.asked(), ["GET /nothing", "GET /api/v1/version"]);
}

#[test]
fn a_login_detects_the_release() {
    let server = Server::new("0.9.6", true, alice());
    let lines = "login\nset api\nget_user_by_id 7\nget_folders\n";
    let ran = ops(&server, "hidden", &["--api", "v1"]).input(lines).go();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.out.starts_with("0.9.6\n{\"id\":7"), "{}", ran.out);
    assert!(ran.err.contains("SFTPGo 0.9.6, API v1\n"), "{}", ran.err);
    let needs = "`get_folders` needs 1.0.0 or later; this server is 0.9.6";
    assert!(ran.err.contains(needs), "{}", ran.err);
    assert_eq!(
        server.asked(),
        ["GET /api/v1/version", "GET /api/v1/user/7"]
    );
    // One that was chosen stays.
    let lines = "login\nset api\n";
    let ran = ops(&server, "hidden", &["--api", "1.0.0"])
        .input(lines)
        .go();
    ran.is(0, "1.0.0\n", "");
    let ran = ops(&server, "wrong", &["--api", "v1", "login"]).go();
    ran.is(
        4,
        "",
        "error: cannot log in as `ops`: name or password is wrong\nhint: `login` asks for the password again\n",
    );
}

#[test]
fn an_item_of_a_list_is_sent_whole() {
    let mut user = alice();
    user["filters"]["file_patterns"] = json!([{"path": "/", "allowed_patterns": ["*.jpg"]}]);
    let server = Server::new("v1.2.2", false, user);
    let set = "filters.file_patterns=[{\"path\":\"/in\",\"denied_patterns\":[\"*.zip\"]}]";
    let args = ["--api", "v1", "update_user", "7", "--set", set];
    assert_eq!(server.run(&args).code, 0);
    // Go decodes it upon the old item: what it did not name would be that one's.
    let whole = json!([{"path": "/in", "denied_patterns": ["*.zip"], "allowed_patterns": []}]);
    assert_eq!(server.user()["filters"]["file_patterns"], whole);
}
