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

    /// Puts it back; gives what the terminal must be told as well.
    pub fn restore(&self) -> &'static str {
        #[cfg(unix)]
        if let Some(state) = &self.state {
            let _ = nix::sys::termios::tcsetattr(
                std::io::stdin(),
                nix::sys::termios::SetArg::TCSANOW,
                state,
            );
        }
        // Bracketed paste off, and a line of its own for what comes next.
        "\x1b[?2004l\n"
    }
}
