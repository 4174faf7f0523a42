//! The practice server: `SFTPGo` as it was in August 2019, in memory, on loopback.
//!
//! It answers real HTTP as the server of commit fe3e1db1 did, which `tests/data/contract-2019.jsonl`
//! recorded. Its rules are written from that record and not from the shell's table of commands, so
//! that each checks the other.
//!
//! ```
//! use sftpgo_shell::practice::{Options, Practice};
//!
//! let practice = Practice::start(Options::default())?;
//! assert!(practice.url().starts_with("http://127.0.0.1:"));
//! # Ok::<(), std::io::Error>(())
//! ```

mod answer;
mod clock;
mod escape;
mod go_json;
mod go_scan;
mod keys;
mod live;
mod made_up;
mod route;
mod server;
mod store;
#[cfg(test)]
mod tests;
mod user;
mod world;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime;
use tokio::sync::oneshot;

pub use self::clock::Clock;
pub use self::server::Seen;

use self::server::Server;

/// The generation of the API that it speaks.
pub const API: &str = "2019";

/// What a fresh server holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Data {
    /// Six users, a long quota scan, and the live connection of the seed's sample; the next user
    /// gets the id 5140.
    #[default]
    MadeUp,
    /// Nothing; the next user gets the id 1.
    Empty,
}

/// How to start a practice server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port on 127.0.0.1; 0 for any free one.
    pub port: u16,
    /// What the server holds at first, and again after a reset.
    pub data: Data,
    /// Where it takes the time from.
    pub clock: Clock,
    /// Whether it keeps all requests, for [`Practice::seen`].
    pub record: bool,
}

/// A running practice server. Dropping it stops the server, open connections and all.
pub struct Practice {
    addr: SocketAddr,
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
    /// The server runs until this is dropped.
    running: Option<oneshot::Sender<()>>,
}

impl Practice {
    /// Starts a server on a thread of its own.
    ///
    /// # Errors
    ///
    /// When the port is taken, or the system gives no thread.
    pub fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };

        let server = Arc::new(Server::new(options));
        let (running, stopped) = oneshot::channel();
        let accepting = server::accept(listener, Arc::clone(&server));
        let thread = thread::Builder::new()
            .name("practice".to_owned())
            .spawn(move || {
                runtime.spawn(accepting);
                // An error is how the end of `running` shows. With the runtime all connections go,
                // and whatever was asleep on them.
                let _ = runtime.block_on(stopped);
            })?;
        Ok(Self {
            addr,
            server,
            thread: Some(thread),
            running: Some(running),
        })
    }

    /// Where the server listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The base URL, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Brings the data back to what a fresh start has. Latency, failure and what was seen stay.
    pub fn reset(&self) {
        self.server.reset();
    }

    /// Lets each answer wait this long after its request was carried out. Zero for no wait.
    pub fn set_latency(&self, latency: Duration) {
        self.server.set_latency(latency);
    }

    /// Answers each request with this status, carrying none out. `None` for the normal answers.
    ///
    /// A status that no answer can have counts as 500.
    pub fn set_failure(&self, status: Option<u16>) {
        self.server.set_failure(status);
    }

    /// All requests so far, in the order they came, if [`Options::record`] was set.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.server.seen()
    }

    /// Blocks until the server ends: for a server that stands alone, for ever.
    pub fn wait(mut self) {
        self.join();
    }

    /// A panic on the thread has been reported by the panic hook; there is nothing to add.
    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        drop(self.running.take());
        self.join();
    }
}

impl fmt::Debug for Practice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut practice = formatter.debug_struct("Practice");
        practice.field("addr", &self.addr).finish_non_exhaustive()
    }
}
