//! The practice server: `SFTPGo` in memory, on loopback, as of August 2019 and as of today.
//!
//! It responds over HTTP as the servers of commit fe3e1db1 and of 2.7.5 did, whose responses are
//! recorded in `contract-2019.jsonl` and `contract-v2.jsonl` in `tests/suite/data`. Its rules are
//! written from those records and not from the shell's table of commands, so that each checks the
//! other.
//!
//! One server has both APIs, below `/api/v1` and `/api/v2`, each with its own data.
//!
//! ```
//! use sftpgo_shell::practice::{Options, Practice};
//!
//! let practice = Practice::start(Options::default())?;
//! assert!(practice.url().starts_with("http://127.0.0.1:"));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! The API v2 needs a login; the admin is [`ADMIN`] with [`PASSWORD`]:
//!
//! ```
//! use sftpgo_shell::practice::{Api, Options, Practice};
//!
//! let api = Api::named("v2").expect("one of practice::APIS");
//! let practice = Practice::start(Options { api, ..Options::default() })?;
//! assert_eq!(practice.logins().attempts, 0);
//! # Ok::<(), std::io::Error>(())
//! ```

mod api2019;
mod clock;
mod go;
mod options;
mod quota_scan;
mod reply;
mod server;
mod v2;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::runtime;
use tokio::sync::oneshot;

pub use self::clock::Clock;
pub use self::options::{API, APIS, Api, Data, Logins, Options};
pub use self::server::Seen;

use self::server::Server;

/// The admin of the API v2, who has all permissions.
pub const ADMIN: &str = v2::ADMIN;

/// The password of [`ADMIN`], and of the other sample admins.
pub const PASSWORD: &str = v2::PASSWORD;

/// A running practice server. Dropping it stops the server and closes its connections.
pub struct Practice {
    addr: SocketAddr,
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
    /// The server runs until this is dropped.
    running: Option<oneshot::Sender<()>>,
}

impl Practice {
    /// Starts a server on its own thread.
    ///
    /// # Errors
    ///
    /// When the port is in use, or the system cannot start a thread.
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
                // `running` was dropped when this returns an error. Dropping the runtime then closes
                // all connections, including those whose response is delayed.
                let _ = runtime.block_on(stopped);
            })?;
        Ok(Self {
            addr,
            server,
            thread: Some(thread),
            running: Some(running),
        })
    }

    /// The address of the server.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The base URL, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Restores the first data of both APIs. Latency, failure and the recorded requests stay, and
    /// tokens stay valid.
    pub fn reset(&self) {
        self.server.reset();
    }

    /// Delays each response this long after its request was processed. Zero for no delay.
    pub fn set_latency(&self, latency: Duration) {
        self.server.set_latency(latency);
    }

    /// Responds to each request with this status, without processing any. `None` ends it.
    ///
    /// A status that no response can have counts as 500.
    pub fn set_failure(&self, status: Option<u16>) {
        self.server.set_failure(status);
    }

    /// Responds to this number of requests with 429 and tells the client to wait this long, without
    /// processing any. After them, or with 0, responses are normal again.
    pub fn limit_rate(&self, requests: u32, wait: Duration) {
        self.server.limit_rate(requests, wait);
    }

    /// Makes all tokens issued so far expire.
    pub fn expire_tokens(&self) {
        self.server.expire_tokens();
    }

    /// The number of logins at the API v2.
    #[must_use]
    pub fn logins(&self) -> Logins {
        self.server.logins()
    }

    /// The one-time passcode that this admin needs now; None without a second factor.
    #[must_use]
    pub fn passcode(&self, admin: &str) -> Option<String> {
        self.server.passcode(admin)
    }

    /// All requests so far, in order, if [`Options::record`] was set.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.server.seen()
    }

    /// The requests since the last call, which are then forgotten.
    #[must_use]
    pub fn take_seen(&self) -> Vec<Seen> {
        self.server.take_seen()
    }

    /// The status and the body that `GET target` gives, as its owner reads them: without a login,
    /// and without a record. None if that is not a path.
    #[must_use]
    pub fn look(&self, target: &str) -> Option<(u16, Vec<u8>)> {
        self.server.look(target)
    }

    /// Blocks until the server stops: for a standalone server, forever.
    pub fn wait(mut self) {
        self.join();
    }

    /// The panic hook has already reported a panic on the thread; there is nothing to add.
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
