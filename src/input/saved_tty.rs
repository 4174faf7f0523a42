//! The terminal's state before the editor took it, put back when the program
//! has to leave in the middle of a line.

/// The state of the terminal on standard input.
pub struct Cooked {
    #[cfg(unix)]
    state: Option<nix::sys::termios::Termios>,
}

impl Cooked {
    /// The state as it is now.
    pub fn now() -> Self {
        Self {
            #[cfg(unix)]
            state: nix::sys::termios::tcgetattr(std::io::stdin()).ok(),
        }
    }

    /// The same, but what is typed from now on is not shown, and Ctrl-C is a
    /// key that waits to be read.
    pub fn silence(&self) {
        #[cfg(unix)]
        if let Some(state) = &self.state {
            use nix::sys::termios::LocalFlags;
            let mut silent = state.clone();
            silent
                .local_flags
                .remove(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG);
            set(&silent);
        }
    }

    /// Puts it back.
    pub fn put_back(&self) {
        #[cfg(unix)]
        if let Some(state) = &self.state {
            set(state);
        }
    }

    /// Puts it back; gives what the terminal must be told as well.
    pub fn restore(&self) -> &'static str {
        self.put_back();
        // Bracketed paste off, and a line of its own for what comes next.
        "\x1b[?2004l\n"
    }
}

#[cfg(unix)]
fn set(state: &nix::sys::termios::Termios) {
    let now = nix::sys::termios::SetArg::TCSANOW;
    let _ = nix::sys::termios::tcsetattr(std::io::stdin(), now, state);
}
