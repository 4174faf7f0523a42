//! Single keys, without the line editor: for a screen that is redrawn by itself.

use crate::interrupt::Interrupt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    Enter,
    Esc,
}

/// Reads keys until it is dropped; then the terminal is as it was before.
pub(crate) struct RawKeys {
    keys: Receiver<Key>,
    stop: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
    #[cfg(unix)]
    before: Option<nix::sys::termios::Termios>,
}

/// How long the reader waits for a key before it looks whether it must stop.
const SLICE: Duration = Duration::from_millis(50);

impl RawKeys {
    /// Begins to read. While `busy` is set, `q` is also an interrupt: it ends the request
    /// that is waited for.
    pub(crate) fn new(busy: Arc<AtomicBool>, interrupt: Interrupt) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, keys) = channel();
        #[cfg(unix)]
        let before = unix::silence();
        let stopped = Arc::clone(&stop);
        let reader = thread::spawn(move || {
            let mut held = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let more = wait_for_bytes(&mut held);
                for key in decoded(&mut held, !more) {
                    if sender.send(key).is_err() {
                        return;
                    }
                    if key == Key::Char('q') && busy.load(Ordering::Relaxed) {
                        interrupt.fire();
                    }
                }
            }
        });
        Self {
            keys,
            stop,
            reader: Some(reader),
            #[cfg(unix)]
            before,
        }
    }

    /// The next key, if one comes in this time.
    pub(crate) fn next(&self, wait: Duration) -> Option<Key> {
        match self.keys.recv_timeout(wait) {
            Ok(key) => Some(key),
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => None,
            // The terminal is closed.
            Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                thread::sleep(wait);
                None
            }
        }
    }
}

impl Drop for RawKeys {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        #[cfg(unix)]
        unix::restore(self.before.as_ref());
    }
}

/// Waits a moment for bytes; returns whether some came.
#[cfg(unix)]
fn wait_for_bytes(held: &mut Vec<u8>) -> bool {
    unix::wait_for_bytes(held)
}

#[cfg(not(unix))]
fn wait_for_bytes(_: &mut Vec<u8>) -> bool {
    thread::sleep(SLICE);
    false
}

/// Takes the keys from the bytes; `all` is whether no more bytes follow at once.
fn decoded(held: &mut Vec<u8>, all: bool) -> Vec<Key> {
    let mut keys = Vec::new();
    while let Some((key, length)) = first(held, all) {
        held.drain(..length);
        keys.extend(key);
    }
    keys
}

/// The first key and its length in bytes; `None` if its end is not there yet.
fn first(bytes: &[u8], all: bool) -> Option<(Option<Key>, usize)> {
    match bytes {
        [] => None,
        [0x1b, b'[' | b'O', rest @ ..] => {
            let Some(end) = rest.iter().position(|byte| (0x40..=0x7e).contains(byte)) else {
                return all.then_some((None, bytes.len()));
            };
            let key = match (&rest[..end], rest[end]) {
                (_, b'A') => Some(Key::Up),
                (_, b'B') => Some(Key::Down),
                (_, b'H') | (b"1" | b"7", b'~') => Some(Key::Home),
                (_, b'F') | (b"4" | b"8", b'~') => Some(Key::End),
                (b"5", b'~') => Some(Key::PageUp),
                (b"6", b'~') => Some(Key::PageDown),
                _ => None,
            };
            Some((key, end + 3))
        }
        [0x1b] if !all => None,
        [0x1b, ..] => Some((Some(Key::Esc), 1)),
        [b'\r' | b'\n', ..] => Some((Some(Key::Enter), 1)),
        [byte @ 0x20..=0x7e, ..] => Some((Some(Key::Char(char::from(*byte))), 1)),
        [..] => Some((None, 1)),
    }
}

#[cfg(unix)]
mod unix {
    use super::SLICE;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use nix::sys::termios::{
        LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr,
    };
    use std::io::{Read, stdin};
    use std::os::fd::AsFd;

    /// Turns off echo and lines. Ctrl-C stays a signal; Ctrl-Z and Ctrl-\ do not, since
    /// they would leave the screen as it is.
    pub(super) fn silence() -> Option<Termios> {
        let before = tcgetattr(stdin()).ok()?;
        let mut silent = before.clone();
        silent
            .local_flags
            .remove(LocalFlags::ECHO | LocalFlags::ICANON);
        for index in [
            SpecialCharacterIndices::VSUSP,
            SpecialCharacterIndices::VQUIT,
        ] {
            // The value that disables it, on Linux and elsewhere.
            let off = if cfg!(target_os = "linux") { 0 } else { 0xff };
            silent.control_chars[index as usize] = off;
        }
        tcsetattr(stdin(), SetArg::TCSANOW, &silent).ok()?;
        Some(before)
    }

    pub(super) fn restore(before: Option<&Termios>) {
        if let Some(before) = before {
            let _ = tcsetattr(stdin(), SetArg::TCSANOW, before);
        }
    }

    pub(super) fn wait_for_bytes(held: &mut Vec<u8>) -> bool {
        let input = stdin();
        let wait = PollTimeout::try_from(SLICE).unwrap_or(PollTimeout::ZERO);
        let mut ready = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
        if !poll(&mut ready, wait).is_ok_and(|count| count > 0) {
            return false;
        }
        let mut bytes = [0; 64];
        // Not through `Stdin`, whose buffer would keep what the line editor needs.
        let count = input.as_fd().try_clone_to_owned().map_or(0, |fd| {
            std::fs::File::from(fd).read(&mut bytes).unwrap_or_default()
        });
        held.extend_from_slice(&bytes[..count]);
        if count == 0 {
            // The terminal is closed: no busy loop.
            std::thread::sleep(SLICE);
        }
        count > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_terminals() {
        let keys = |bytes: &str| decoded(&mut bytes.as_bytes().to_vec(), true);
        assert_eq!(keys("q \r"), [Key::Char('q'), Key::Char(' '), Key::Enter]);
        assert_eq!(
            keys("\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\x1b[4~"),
            [
                Key::Up,
                Key::Down,
                Key::PageUp,
                Key::PageDown,
                Key::Home,
                Key::End
            ]
        );
        assert_eq!(keys("\x1b"), [Key::Esc]);
        // Others mean nothing.
        assert_eq!(keys("\x1b[15~é\x01k\x1b["), [Key::Char('k')]);
        // The rest of a key may come later.
        let mut held = b"\x1b".to_vec();
        assert_eq!(decoded(&mut held, false), []);
        held.extend_from_slice(b"[A");
        assert_eq!(decoded(&mut held, false), [Key::Up]);
    }
}
