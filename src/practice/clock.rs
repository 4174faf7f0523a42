//! The time of the practice server.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the time in milliseconds since the epoch, as the API gives times.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The system's time.
    #[default]
    System,
    /// Always the same time, so that responses are the same byte for byte. Quota scans never finish.
    Fixed(i64),
    /// A time that the owner of this number sets.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    pub(super) fn now(&self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| {
                    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
                }),
            Self::Fixed(time) => *time,
            Self::Manual(time) => time.load(Ordering::Relaxed),
        }
    }
}
