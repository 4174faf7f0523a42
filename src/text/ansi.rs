//! The escape sequences of terminals that are written or read, by what they do.

/// Begins each sequence.
pub const ESC: char = '\x1b';

/// Styles: the parameters of `ESC [ … m`.
pub mod style {
    pub const BOLD: &str = "1";
    pub const DIM: &str = "2";
    pub const REVERSE: &str = "7";
    pub const RED: &str = "31";
    pub const GREEN: &str = "32";
    pub const BOLD_GREEN: &str = "1;32";
    pub const YELLOW: &str = "33";
    pub const BLUE: &str = "34";
    pub const MAGENTA: &str = "35";
    pub const CYAN: &str = "36";
}

/// Ends every style.
pub const RESET: &str = "\x1b[0m";

/// Clears the row of the cursor, which then is in its first column.
pub const CLEAR_ROW: &str = "\r\x1b[2K";
pub const CLEAR_SCREEN: &str = "\x1b[2J";
/// Clears from the cursor to the end of its row.
pub const CLEAR_TO_RIGHT: &str = "\x1b[K";
/// Clears from the cursor to the end of the screen.
pub const CLEAR_BELOW: &str = "\x1b[J";

/// Moves the cursor to the first row and column.
pub const HOME: &str = "\x1b[H";
pub const SHOW_CURSOR: &str = "\x1b[?25h";
pub const HIDE_CURSOR: &str = "\x1b[?25l";

/// Shows a second screen, which has no history.
pub const ALTERNATE_SCREEN: &str = "\x1b[?1049h";
pub const MAIN_SCREEN: &str = "\x1b[?1049l";

pub const NO_BRACKETED_PASTE: &str = "\x1b[?2004l";

/// Begins a style.
pub fn start(style: &str) -> String {
    format!("\x1b[{style}m")
}

/// A text in a style.
pub fn paint(style: &str, text: &str) -> String {
    format!("\x1b[{style}m{text}{RESET}")
}

/// Moves the cursor up.
pub fn up(rows: usize) -> String {
    format!("\x1b[{rows}A")
}

/// Moves the cursor to the right.
pub fn right(columns: usize) -> String {
    format!("\x1b[{columns}C")
}
