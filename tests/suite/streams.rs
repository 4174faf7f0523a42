//! Long files and slow writers: memory does not grow with a file, and who waits
//! for an answer before writing the next line gets it.

use crate::proxy::{Act, Proxy};
use crate::support::{PIPED, Run};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// A shell that is talked to line by line.
struct Talk {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    _home: tempfile::TempDir,
}

impl Talk {
    fn new(proxy: &Proxy, args: &[&str]) -> Self {
        let mut run = Run::new(args)
            .env("SFTPGO_HOST", &proxy.url)
            .env("SFTPGO_SHELL_OUTPUT", "compact");
        let mut child = run.spawn();
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let (told, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines() {
                let _ = told.send(line.expect("text"));
            }
        });
        Self {
            child,
            stdin,
            lines,
            _home: run.home,
        }
    }

    fn write(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().expect("open");
        stdin.write_all(text.as_bytes()).expect("it reads");
    }

    #[track_caller]
    fn answers(&self, part: &str) {
        let line = self.lines.recv_timeout(Duration::from_secs(20));
        let line = line.expect("the answer comes before more is written");
        assert!(line.contains(part), "{line}");
    }

    fn end(mut self) {
        drop(self.stdin.take());
        assert!(self.child.wait().expect("it ends").success());
    }
}

#[test]
fn answers_are_printed_before_the_next_line_arrives() {
    for args in [&PIPED[..], &["--jobs", "8"]] {
        let proxy = Proxy::new(|_, _| Act::Pass);
        let mut talk = Talk::new(&proxy, args);
        talk.write("get_user_by_id 5134\n");
        talk.answers("carla");
        // Several at once, and a part of the next.
        talk.write("get_user_by_id 5135\nget_quota_scans\nput user/5134 --json '{}'\nget_user_by_");
        talk.answers("backup");
        talk.answers("start_time");
        talk.answers("User updated");
        talk.write("id 5136\n");
        talk.answers("anna.nowak");
        // A line that goes on, a comment that does not.
        talk.write("get_user_by_id 5134\nget_user_by_id \\\n");
        talk.answers("carla");
        talk.write("5135 # \\\n");
        talk.answers("backup");
        talk.write("get_user_by_id 5137; get_user_by_id $id; echo $username\n");
        talk.answers("jürgen");
        talk.answers("jürgen");
        talk.answers("jürgen");
        talk.end();
    }
}

#[cfg(target_os = "linux")]
mod memory {
    use super::*;
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// A server that gives everybody the same answer at once. Ends with its owner.
    struct Quick {
        url: String,
        stop: Arc<AtomicBool>,
    }

    impl Quick {
        fn new() -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
            let addr = listener.local_addr().expect("bound");
            let stop = Arc::new(AtomicBool::new(false));
            let stopped = Arc::clone(&stop);
            thread::spawn(move || {
                for stream in listener.incoming() {
                    if stopped.load(Ordering::Relaxed) {
                        return;
                    }
                    let stream = stream.expect("a connection");
                    thread::spawn(move || converse(stream));
                }
            });
            Self {
                url: format!("http://{addr}"),
                stop,
            }
        }
    }

    impl Drop for Quick {
        fn drop(&mut self) {
            self.stop.store(true, Ordering::Relaxed);
            let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
        }
    }

    fn converse(stream: TcpStream) {
        let body = "[{\"id\":7,\"username\":\"anna\"}]";
        let answer = crate::proxy::answer("200 OK", crate::proxy::JSON, body);
        let _ = stream.set_nodelay(true);
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        loop {
            line.clear();
            match reader.read_line(&mut line) {
                Ok(0) | Err(_) => return,
                Ok(2) if reader.get_mut().write_all(&answer).is_err() => return,
                Ok(_) => {}
            }
        }
    }

    /// The peak memory in KiB of a shell that has done all of a file.
    fn peak(server: &Quick, args: &[&str], line: &str, count: usize) -> u64 {
        let mut run = Run::new(&[args, &["-f", "w", "-f", "-"]].concat())
            .env("SFTPGO_HOST", &server.url)
            .env("SFTPGO_SHELL_OUTPUT", "compact")
            .file("w", format!("{line}\n").repeat(count));
        let mut child = run.spawn();
        let mut stdout = child.stdout.take().expect("piped");
        let reader = thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        // More than a pipe and a buffer hold: it is read once the file is done.
        let mut stdin = child.stdin.take().expect("piped");
        let comments = "# done\n".repeat(100_000);
        stdin.write_all(comments.as_bytes()).expect("it reads");
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        let status = status.expect("it runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|text| text.split_whitespace().next()?.parse().ok());
        drop(stdin);
        assert!(child.wait().expect("it ends").success());
        reader.join().expect("it ends").expect("a pipe");
        peak.expect("a number")
    }

    /// How long a short file is, and a long one. `LONG_FILE=200000` is the real thing, which
    /// takes minutes.
    fn lengths() -> (usize, usize) {
        let long = std::env::var("LONG_FILE").ok();
        match long.and_then(|long| long.parse().ok()) {
            Some(long) => (long / 20, long),
            None => (1_000, 8_000),
        }
    }

    #[track_caller]
    fn is_flat(args: &[&str], line: &str) {
        let server = Quick::new();
        let (few, many) = lengths();
        let few = peak(&server, args, line, few);
        let many = peak(&server, args, line, many);
        assert!(many <= few + few / 10 + 2048, "{few} KiB, then {many} KiB");
    }

    #[test]
    fn memory_of_reads_in_a_long_file() {
        is_flat(&[], "get_users");
    }

    #[test]
    fn memory_of_the_check_of_a_long_file() {
        is_flat(&["--check"], "get_users");
    }

    #[test]
    fn memory_of_writes_in_a_long_file() {
        is_flat(
            &["--jobs", "4", "--report", "json", "/dev/null"],
            "put user/7 --json '{}'",
        );
    }
}
