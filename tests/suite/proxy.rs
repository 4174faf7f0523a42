//! A proxy between the shell and a practice server: it records requests and
//! outcomes, and changes answers as a test wants.

use crate::support::start;
use sftpgo_shell::practice::{Clock, Data, Practice};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

/// Nothing is waited for longer: a test that hangs fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the proxy does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Passes it on, and its answer back.
    Pass,
    /// The same, this much later.
    Slow(Duration),
    /// Passes it on; the answer comes this much later.
    Late(Duration),
    /// Passes it on; the answer comes once so many others were given.
    After(usize),
    /// Passes it on and gives no answer, as long as the client waits.
    Hold,
    /// Closes the connection and passes nothing on.
    Refuse,
    /// Passes it on and closes the connection.
    Lose,
    /// Passes nothing on and says this.
    Say(Vec<u8>),
    /// Passes nothing on, says this and closes the connection.
    Cut(Vec<u8>),
}

/// A request and its outcome.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `METHOD TARGET BODY`, the body left out where there is none.
    pub(crate) request: String,
    /// The status of the real server's answer, if it was asked.
    pub(crate) carried_out: Option<u16>,
    /// The status that the client received, if it received one in full.
    pub(crate) told: Option<u16>,
    /// What the proxy said in place of the server.
    pub(crate) said: bool,
}

type Rule = Box<dyn Fn(usize, &str) -> Act + Send + Sync>;

struct Shared {
    rule: Rule,
    state: Mutex<State>,
    changed: Condvar,
    upstream: String,
}

#[derive(Default)]
struct State {
    asked: Vec<Asked>,
    answered: usize,
    ended: bool,
}

/// The proxy, with its server. Ends with its owner.
pub(crate) struct Proxy {
    pub(crate) url: String,
    _practice: Arc<Practice>,
    shared: Arc<Shared>,
}

impl Proxy {
    /// A proxy that asks `rule` what to do: of the number of requests before
    /// this one, and the request.
    pub(crate) fn new(rule: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> Self {
        let practice = start(Data::Sample, Clock::Fixed(crate::support::SAMPLED));
        Self::before(&Arc::new(practice), rule)
    }

    /// A proxy before this server.
    pub(crate) fn before(
        practice: &Arc<Practice>,
        rule: impl Fn(usize, &str) -> Act + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("bound");
        let shared = Arc::new(Shared {
            rule: Box::new(rule),
            state: Mutex::default(),
            changed: Condvar::new(),
            upstream: practice.addr().to_string(),
        });
        let ours = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ours.state().ended {
                    return;
                }
                let (Ok(stream), ours) = (stream, Arc::clone(&ours)) else {
                    return;
                };
                thread::spawn(move || ours.converse(stream));
            }
        });
        Self {
            url: format!("http://{addr}"),
            _practice: Arc::clone(practice),
            shared,
        }
    }

    /// What was asked so far, in the order it came.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.state().asked.clone()
    }

    /// Waits until so many were asked.
    pub(crate) fn wait(&self, count: usize) {
        self.shared.wait(|state| state.asked.len() >= count);
    }

    /// The requests, as texts.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.asked()
            .into_iter()
            .map(|asked| asked.request)
            .collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state().ended = true;
        self.shared.changed.notify_all();
        // The one who takes connections looks up.
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }

    fn wait(&self, until: impl Fn(&State) -> bool) {
        let state = self.state();
        let waited = self
            .changed
            .wait_timeout_while(state, PATIENCE, |state| !until(state) && !state.ended);
        assert!(!waited.expect("no panic").1.timed_out(), "it never came");
    }

    fn changed(&self, number: usize, change: impl FnOnce(&mut State, usize)) {
        change(&mut self.state(), number);
        self.changed.notify_all();
    }

    fn converse(&self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let mut reader = BufReader::new(stream);
        while let Some(request) = Message::read(&mut reader) {
            let text = request.request();
            let number = {
                let mut state = self.state();
                let asked = Asked {
                    request: text.clone(),
                    carried_out: None,
                    told: None,
                    said: false,
                };
                state.asked.push(asked);
                state.asked.len() - 1
            };
            self.changed.notify_all();
            if !self.answer(number, &text, &request, reader.get_mut()) {
                let _ = reader.get_mut().shutdown(Shutdown::Both);
                return;
            }
        }
    }

    /// Answers a request; whether the connection stays.
    fn answer(&self, number: usize, text: &str, request: &Message, to: &mut TcpStream) -> bool {
        let act = (self.rule)(number, text);
        let answer = match &act {
            Act::Refuse => return false,
            Act::Say(bytes) | Act::Cut(bytes) => {
                let keeps = matches!(act, Act::Say(_));
                self.changed(number, |state, at| {
                    state.asked[at].said = true;
                    state.asked[at].told = keeps.then(|| status(bytes));
                    state.answered += usize::from(keeps);
                });
                return to.write_all(bytes).is_ok() && keeps;
            }
            Act::Slow(time) => {
                thread::sleep(*time);
                self.upstream(request)
            }
            _ => self.upstream(request),
        };
        let told = status(&answer);
        self.changed(number, |state, at| state.asked[at].carried_out = Some(told));
        match act {
            Act::Lose => return false,
            Act::Late(time) => thread::sleep(time),
            Act::After(count) => self.wait(|state| state.answered >= count),
            Act::Hold => {
                // Until the client is gone.
                let _ = to.read(&mut [0]);
                return false;
            }
            _ => {}
        }
        self.changed(number, |state, at| {
            state.asked[at].told = Some(told);
            state.answered += 1;
        });
        to.write_all(&answer).is_ok()
    }

    fn upstream(&self, request: &Message) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.upstream).expect("the practice server");
        stream.write_all(&request.bytes).expect("it reads");
        let answer = Message::read(&mut BufReader::new(stream));
        answer.expect("it answers").bytes
    }
}

/// A request or an answer: its head, and a body of its length.
pub(crate) struct Message {
    pub(crate) bytes: Vec<u8>,
    head: usize,
}

impl Message {
    pub(crate) fn read(reader: &mut BufReader<impl Read>) -> Option<Self> {
        let (mut bytes, mut length) = (Vec::new(), 0);
        loop {
            let before = bytes.len();
            if reader.read_until(b'\n', &mut bytes).ok()? == 0 {
                return None;
            }
            let line = String::from_utf8_lossy(&bytes[before..]).to_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
            if line == "\r\n" {
                break;
            }
        }
        let head = bytes.len();
        bytes.resize(head + length, 0);
        reader.read_exact(&mut bytes[head..]).ok()?;
        Some(Self { bytes, head })
    }

    fn request(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let first = text.lines().next().unwrap_or_default();
        let body = String::from_utf8_lossy(&self.bytes[self.head..]);
        let first = first.trim_end_matches(" HTTP/1.1");
        format!("{first} {body}").trim_end().to_owned()
    }
}

fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(&answer[..answer.len().min(40)]);
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    status.unwrap_or(0)
}

/// An answer with a body of its length.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// The header of an answer that is JSON.
pub(crate) const JSON: &str = "Content-Type: application/json; charset=utf-8\r\n";
