//! Sizes, rates and times in a few letters.

use std::time::Duration;

/// `9.6 MiB`.
pub(super) fn size(bytes: u64) -> String {
    scaled(bytes, 1024, &["B", "KiB", "MiB", "GiB", "TiB", "PiB"])
}

/// `1.2 MB/s`.
pub(super) fn rate(bytes: u64) -> String {
    scaled(bytes, 1000, &["B/s", "KB/s", "MB/s", "GB/s", "TB/s"])
}

/// With one decimal below ten.
#[allow(clippy::cast_precision_loss, reason = "two or three digits are shown")]
fn scaled(number: u64, step: u64, units: &[&str]) -> String {
    let mut value = number as f64;
    let mut units = units.iter();
    let mut unit = units.next();
    let mut is_scaled = false;
    // `1000 KiB` would be wider than `1.0 MiB`.
    while value >= 999.5 {
        let Some(next) = units.next() else { break };
        value /= step as f64;
        (unit, is_scaled) = (Some(next), true);
    }
    let unit = unit.copied().unwrap_or_default();
    let decimals = usize::from(value < 9.95 && is_scaled);
    format!("{value:.decimals$} {unit}")
}

/// `12s`, `3m12s`, `1h02m`, `4d06h`.
pub(super) fn age(age: Duration) -> String {
    let seconds = age.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{minutes}m{:02}s", seconds % 60),
        3600..86_400 => format!("{hours}h{:02}m", minutes % 60),
        _ => format!("{days}d{:02}h", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_letters() {
        for (bytes, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 KiB"),
            (10_066_330, "9.6 MiB"),
            (325_058_560, "310 MiB"),
            (u64::MAX, "16384 PiB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
        assert_eq!(
            (rate(50_000), rate(8_130_000)),
            ("50 KB/s".to_owned(), "8.1 MB/s".to_owned())
        );
        for (seconds, expected) in [
            (12, "12s"),
            (192, "3m12s"),
            (3720, "1h02m"),
            (367_200, "4d06h"),
        ] {
            assert_eq!(age(Duration::from_secs(seconds)), expected);
        }
    }
}
