//! The terminal's state before the editor changed it; restored when the program
//! has to exit in the middle of a line.

use crate::text::ansi;

/// The state of the terminal on standard input.
pub struct SavedTty {
    #[cfg(unix)]
    state: Option<nix::sys::termios::Termios>,
}

impl SavedTty {
    /// The current state.
    pub fn now() -> Self {
        Self {
            #[cfg(unix)]
            state: nix::sys::termios::tcgetattr(std::io::stdin()).ok(),
        }
    }

    /// Saves the state and turns off echo; Ctrl-C is then read as a key.
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

    pub fn restore_modes(&self) {
        #[cfg(unix)]
        if let Some(state) = &self.state {
            set(state);
        }
    }

    /// Restores it; returns what to send to the terminal as well.
    pub fn restore(&self) -> String {
        self.restore_modes();
        format!("{}{}\n", ansi::SHOW_CURSOR, ansi::NO_BRACKETED_PASTE)
    }
}

#[cfg(unix)]
fn set(state: &nix::sys::termios::Termios) {
    let now = nix::sys::termios::SetArg::TCSANOW;
    let _ = nix::sys::termios::tcsetattr(std::io::stdin(), now, state);
}
