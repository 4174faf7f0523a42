//! A server of bytes for the tests of bad answers: HTTP only as far as it reads requests.

use crate::support::{Ran, Run, words};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The method and path of each request so far.
type Asked = Arc<Mutex<Vec<String>>>;

/// What the server does with a request.
#[derive(Clone)]
pub(crate) enum Act {
    /// Writes this and closes.
    Say(Vec<u8>),
    /// Writes this and waits for the next request.
    Keep(Vec<u8>),
    /// Writes this and waits until the client is gone.
    Hang(Vec<u8>),
}

/// A server that does one thing after the other, the last one again and again, and
/// keeps what it was asked. Each connection has a thread: a client may open one that it
/// does not use, and that must not hold up the others. Ends with its owner.
pub(crate) struct Hostile {
    pub(crate) url: String,
    asked: Asked,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Hostile {
    pub(crate) fn new(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("bound");
        listener.set_nonblocking(true).expect("a socket");
        let asked = Asked::default();
        let stop = Arc::new(AtomicBool::new(false));
        let acts: Arc<[Act]> = acts.into();
        let (kept, stopped) = (Arc::clone(&asked), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            let end = Instant::now() + Duration::from_secs(20);
            while !stopped.load(Ordering::Relaxed) && Instant::now() < end {
                match listener.accept() {
                    Ok((stream, _)) => {
                        let (acts, kept) = (Arc::clone(&acts), Arc::clone(&kept));
                        thread::spawn(move || converse(stream, &acts, &kept));
                    }
                    Err(_) => thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        Self {
            url: format!("http://{addr}"),
            asked,
            stop,
            thread: Some(thread),
        }
    }

    /// A server that says this to every request.
    pub(crate) fn saying(answer: impl AsRef<[u8]>) -> Self {
        Self::new(vec![Act::Say(answer.as_ref().to_vec())])
    }

    /// A server that answers every request with this JSON.
    pub(crate) fn saying_json(body: &str) -> Self {
        Self::saying(format!(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    pub(crate) fn run(&self, args: &[&str], line: &str) -> Ran {
        let args: Vec<String> = args
            .iter()
            .map(|arg| (*arg).to_owned())
            .chain(words(line))
            .collect();
        Run::new(&args).env("SFTPGO_HOST", &self.url).go()
    }

    /// The method and path of each request so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Serves a connection until someone closes it; never longer than a few seconds.
fn converse(stream: TcpStream, acts: &[Act], asked: &Mutex<Vec<String>>) {
    stream.set_nonblocking(false).expect("a socket");
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .expect("a time");
    let mut reader = BufReader::new(stream);
    while let Some(request) = request(&mut reader) {
        let count = {
            let mut asked = asked.lock().expect("no panic");
            asked.push(request);
            asked.len()
        };
        let act = acts[(count - 1).min(acts.len() - 1)].clone();
        let (Act::Say(bytes) | Act::Keep(bytes) | Act::Hang(bytes)) = &act;
        let _ = reader.get_mut().write_all(bytes);
        match act {
            Act::Say(_) => return,
            Act::Keep(_) => {}
            Act::Hang(_) => {
                let _ = reader.read(&mut [0]);
                return;
            }
        }
    }
}

/// Method and path; `None` if the client is gone.
fn request(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let (mut first, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(0) => return None,
            Ok(_) => {}
            Err(error) => {
                assert_ne!(error.kind(), ErrorKind::InvalidData, "a head is text");
                return None;
            }
        }
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if first.is_empty() {
            first = line;
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    Some(first.trim_end().trim_end_matches(" HTTP/1.1").to_owned())
}
