//! The practice server: `SFTPGo` in memory, on loopback, as of August 2019 or as it is today.
//!
//! It answers real HTTP as the servers of commit fe3e1db1 and of 2.7.5 did, which `contract-2019.jsonl`
//! and `contract-v2.jsonl` in `tests/suite/data` recorded. Its rules are written from those records
//! and not from the shell's table of commands, so that each checks the other.
//!
//! ```
//! use sftpgo_shell::practice::{Options, Practice};
//!
//! let practice = Practice::start(Options::default())?;
//! assert!(practice.url().starts_with("http://127.0.0.1:"));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! The one of today wants to know who asks; the admin is [`ADMIN`] with [`PASSWORD`]:
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
pub use self::server::Seen;

use self::server::Server;

/// The generation of the API that it speaks unless told otherwise.
pub const API: &str = "2019";

/// The generations of the API that it speaks, by the names that the shell gives them.
pub const APIS: &[&str] = &[API, "v2"];

/// Which generation of the API a server speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Api {
    /// The server of August 2019: no authentication.
    #[default]
    Api2019,
    /// SFTPGo 2.7.5: tokens and API keys.
    V2,
}

impl Api {
    /// The generation of this name, if the practice server speaks it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Api2019, Self::V2]
            .into_iter()
            .find(|api| api.name() == name)
    }

    /// Its name, one of [`APIS`].
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Api2019 => API,
            Self::V2 => "v2",
        }
    }
}

/// What a fresh server holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Data {
    /// Six users, a long quota scan, and the live connection of the seed's sample; the next user
    /// gets the id 5140.
    #[default]
    Sample,
    /// Nothing; the next user gets the id 1.
    Empty,
}

/// The admin that a server of `v2` has. It may do everything.
pub const ADMIN: &str = v2::ADMIN;

/// The password of [`ADMIN`], and of the other made-up admins.
pub const PASSWORD: &str = v2::PASSWORD;

/// How often a server of `v2` was asked to let someone in. A reset does not begin the count anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Logins {
    /// Requests for a token with a name and a password, right or wrong.
    pub attempts: usize,
    /// Those of them that were refused.
    pub failures: usize,
    /// Requests with an API key that was refused.
    pub bad_keys: usize,
}

/// How to start a practice server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The generation of the API that the server speaks.
    pub api: Api,
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

    /// Brings the data back to what a fresh start has. Latency, failure and what was seen stay, and
    /// tokens stay good.
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

    /// Answers the next requests with 429 and tells the client to wait this long, carrying none out.
    /// After them, or with 0, answers are normal again.
    pub fn limit_rate(&self, requests: u32, wait: Duration) {
        self.server.limit_rate(requests, wait);
    }

    /// Lets all tokens that were given so far expire.
    pub fn expire_tokens(&self) {
        self.server.expire_tokens();
    }

    /// How often someone asked to be let in.
    #[must_use]
    pub fn logins(&self) -> Logins {
        self.server.logins()
    }

    /// The one-time passcode that this admin has to give now; None without a second factor.
    #[must_use]
    pub fn passcode(&self, admin: &str) -> Option<String> {
        self.server.passcode(admin)
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
