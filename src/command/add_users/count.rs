//! The counts of a run.

use crate::text::clean;

/// How many rows had which outcome.
#[derive(Default)]
pub(super) struct Count {
    pub(super) added: usize,
    pub(super) changed: usize,
    /// Only values that the server does not show may differ.
    pub(super) sent_again: usize,
    pub(super) there: usize,
    pub(super) failed: usize,
    pub(super) unknown: usize,
}

impl Count {
    /// The rows that succeeded.
    pub(super) fn done(&self) -> usize {
        self.added + self.changed + self.sent_again + self.there
    }

    /// `users.csv: 2 added, 1 failed`.
    pub(super) fn summary(&self, from: &str, rest: usize) -> String {
        let parts = [
            (self.added, "added"),
            (self.changed, "changed"),
            (
                self.sent_again,
                "sent again (the server never shows passwords and keys, so they cannot be compared)",
            ),
            (self.there, "unchanged"),
            (self.failed, "failed"),
            (self.unknown, "unknown"),
            (rest, "not run"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, how)| format!("{count} {how}")).collect();
        let name = clean::line(from);
        if parts.is_empty() {
            format!("{name}: no rows")
        } else {
            format!("{name}: {}", parts.join(", "))
        }
    }
}
