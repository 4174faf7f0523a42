//! What a server says unasked: an SSH server greets, a web server waits.

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;
use url::Url;

/// A greeting is not waited for longer.
const PATIENCE: Duration = Duration::from_millis(500);

/// Whether an SSH server listens there. Sends nothing.
pub(super) fn is_ssh(url: &Url, patience: Duration) -> bool {
    let patience = match patience {
        Duration::ZERO => PATIENCE,
        patience => patience.min(PATIENCE),
    };
    let Ok(addresses) = url.socket_addrs(|| None) else {
        return false;
    };
    let greets = |address| {
        let mut stream = TcpStream::connect_timeout(address, patience).ok()?;
        stream.set_read_timeout(Some(patience)).ok()?;
        let mut start = [0; 4];
        stream.read_exact(&mut start).ok()?;
        Some(start)
    };
    addresses.iter().find_map(greets) == Some(*b"SSH-")
}
